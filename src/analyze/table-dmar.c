/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMAR: dmar_match_pci_path and dmar_insert_dev_scope (drivers/iommu/intel/dmar.c),
 * intel_iommu_get_resv_regions and device_rmrr_is_relaxable (intel/iommu.c).
 */
#include <stdlib.h>

#include "analyze/firmware.h"
#include "analyze/match.h"
#include "base/cleanup.h"
#include "base/order.h"
#include "base/text.h"
#include "firmware/dmar.h"

/* DMAR flags: VT-d specification, 8.1. */
#define INTR_REMAP 0x01u
#define X2APIC_OPT_OUT 0x02u

static const struct dmar *dmar_of(const struct analysis *a)
{
	return table_view(a, &table_dmar)->parsed;
}

/* --- Entries --- */

static void add_entries(const struct host *host, const struct analysis *a,
			struct firmware *out)
{
	const struct dmar *dmar = dmar_of(a);

	(void)host;
	for (size_t i = 0; i < dmar->n_entries; i++) {
		const struct dmar_entry *d = &dmar->entries[i];
		struct entry *e;

		if (d->type != DMAR_RMRR)
			continue;
		e = ADD(out, entries);
		e->table = &table_dmar;
		e->number = d->number;
		e->source = i;
		e->node = NO_INDEX;
		e->offset = d->offset;
		e->written = e->listed = (struct range){ d->base, d->last };
		e->type = REGION_DIRECT;
	}
}

static bool is_at(const struct device *d, const struct dmar_scope *s, size_t element)
{
	return d->address.device == s->path[element].device &&
	       d->address.function == s->path[element].function;
}

/*
 * Does a scope name the last of a chain? Its bus must be the root bus and its path the
 * whole way down; or, as a workaround for broken firmware, a path of one element may name
 * bus, device and function themselves.
 */
static enum scope_match match_chain(const struct dmar_scope *s, const struct chain *c)
{
	const struct device *d = c->node[c->n - 1];

	if (s->start_bus == d->root_bus && s->path_length == c->n) {
		size_t same = 0;

		while (same < c->n && is_at(c->node[same], s, same))
			same++;
		if (same == c->n)
			return SCOPE_PATH;
	}
	if (s->path_length == 1 && s->start_bus == d->address.bus && is_at(d, s, 0))
		return SCOPE_WORKAROUND;
	return SCOPE_NONE;
}

/* --- Where PCI functions are, to be found without looking at all of them --- */

struct places {
	const struct host *host;
	size_t *function; /* indices of the host's, by domain, device and function */
	size_t n_functions;
	uint64_t *below; /* buses known to lie below a bridge, by domain and bus */
	size_t n_below;
};

static void places_clear(struct places *p)
{
	free(p->function);
	free(p->below);
}

static uint64_t slot_key(uint32_t domain, unsigned device, unsigned function)
{
	return (uint64_t)domain << 8 | device << 3 | function;
}

static uint64_t slot_of(const struct host *host, size_t device)
{
	const struct pci_address *at = &host->devices[device].address;

	return slot_key(at->domain, at->device, at->function);
}

static uint64_t bus_key(uint32_t domain, uint8_t bus)
{
	return (uint64_t)domain << 8 | bus;
}

static int compare_slots(const void *a, const void *b, void *data)
{
	const struct host *host = *(const struct host *const *)data;
	const size_t x = *(const size_t *)a, y = *(const size_t *)b;
	const uint64_t p = slot_of(host, x), q = slot_of(host, y);

	return p != q ? (p > q) - (p < q) : (x > y) - (x < y);
}

static int compare_keys(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void find_places(const struct host *host, struct places *out)
{
	out->host = host;
	out->function = xcalloc(host->n_devices, sizeof(*out->function));
	out->below = xcalloc(2 * host->n_devices, sizeof(*out->below));
	for (size_t i = 0; i < host->n_devices; i++) {
		const struct device *d = &host->devices[i];

		if (d->bus != BUS_PCI)
			continue;
		out->function[out->n_functions++] = i;
		if (d->topology_known && d->parent)
			out->below[out->n_below++] =
				bus_key(d->address.domain, d->address.bus);
		if (d->secondary_bus)
			out->below[out->n_below++] =
				bus_key(d->address.domain, d->secondary_bus);
	}
	if (out->n_functions)
		qsort_r(out->function, out->n_functions, sizeof(*out->function),
			compare_slots, &out->host);
	if (out->n_below)
		qsort(out->below, out->n_below, sizeof(*out->below), compare_keys);
}

/* Is a bus of this segment known to lie below a bridge, so that it is no root bus? */
static bool is_below_bridge(const struct places *p, uint32_t segment, uint8_t bus)
{
	const uint64_t key = bus_key(segment, bus);

	return p->n_below &&
	       bsearch(&key, p->below, p->n_below, sizeof(key), compare_keys);
}

struct wanted_slot {
	const struct host *host;
	uint64_t key;
};

static bool is_slot_before(const void *element, const void *key)
{
	const struct wanted_slot *slot = key;

	return slot_of(slot->host, *(const size_t *)element) < slot->key;
}

/* The first function at this slot or behind it. */
static size_t first_at(const struct places *p, uint64_t key)
{
	const struct wanted_slot slot = { p->host, key };

	return count_before(&slot, p->function, p->n_functions, sizeof(*p->function),
			    is_slot_before);
}

/* --- The devices that scopes name --- */

/* Base classes tell what kernel reads from the header type. */
static bool has_wrong_type(const struct dmar_scope *s, const struct device *d)
{
	if (s->type == SCOPE_ENDPOINT)
		return device_is_pci_bridge(d);
	return d->class_code >> 16 != 0x06;
}

/* Does a scope name this function? SCOPE_UNKNOWN: where it hangs is not known. */
static enum scope_match match_function(const struct host *host,
				       const struct dmar_scope *s, const struct device *d)
{
	struct chain chain;

	if (d->is_virtual_function == TRISTATE_YES)
		return SCOPE_NONE;
	chain = chain_of(host, d);
	return chain.n ? match_chain(s, &chain) : SCOPE_UNKNOWN;
}

static void match_scope(const struct places *p, bool topology_complete,
			const struct dmar_scope *s, uint16_t segment,
			struct scope_view *v)
{
	uint64_t slot;

	v->match = topology_complete ? SCOPE_NONE : SCOPE_UNKNOWN;
	if (s->type != SCOPE_ENDPOINT && s->type != SCOPE_BRIDGE)
		v->match = SCOPE_OTHER_KIND;
	if (v->match == SCOPE_OTHER_KIND || !s->path_length ||
	    s->path_length > SCOPE_PATH_MAX)
		return;
	/* The last element names the device. */
	slot = slot_key(segment, s->path[s->path_length - 1].device,
			s->path[s->path_length - 1].function);
	for (size_t i = first_at(p, slot); i < p->n_functions && v->match != SCOPE_PATH;
	     i++) {
		const size_t device = p->function[i];
		const struct device *d = &p->host->devices[device];
		enum scope_match how;

		if (slot_of(p->host, device) != slot)
			break;
		how = match_function(p->host, s, d);
		if (how == SCOPE_UNKNOWN && v->match == SCOPE_NONE)
			v->match = SCOPE_UNKNOWN;
		if (how == SCOPE_NONE || how == SCOPE_UNKNOWN)
			continue;
		v->match = how;
		v->device = device;
		v->wrong_type = has_wrong_type(s, d);
	}
	if (v->match == SCOPE_NONE && s->path_length > 1 &&
	    is_below_bridge(p, segment, s->start_bus))
		v->match = SCOPE_NEVER;
}

/* What people may read of a scope, and the structure that it stands in. */
static struct scope_view describe_scope(const struct dmar_entry *e,
					const struct dmar_scope *s)
{
	static const char *const names[] = {
		[DMAR_DRHD] = "DRHD", [DMAR_RMRR] = "RMRR", [DMAR_ATSR] = "ATSR",
		[DMAR_RHSA] = "RHSA", [DMAR_ANDD] = "ANDD", [DMAR_SATC] = "SATC",
		[DMAR_SIDP] = "SIDP",
	};

	return (struct scope_view){
		.device = NO_INDEX,
		.structure = names[e->type],
		.number = e->number,
		.is_rmrr = e->type == DMAR_RMRR,
		.is_read = e->type != DMAR_SIDP,
		.offset = s->offset,
		.is_bridge = s->type == SCOPE_BRIDGE,
		.is_endpoint = s->type == SCOPE_ENDPOINT,
		.path_length = s->path_length,
		.start_bus = s->start_bus,
	};
}

static int compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	return (x->entry > y->entry) - (x->entry < y->entry);
}

/* The same the other way round: for each device the RMRRs whose scopes name it. */
static void name_devices(const struct dmar *dmar, struct firmware *out)
{
	for (size_t i = 0; i < out->n_entries; i++) {
		const struct entry *e = &out->entries[i];
		const struct dmar_entry *rmrr =
			e->table == &table_dmar ? &dmar->entries[e->source] : NULL;

		for (size_t s = 0; rmrr && s < rmrr->n_scopes; s++) {
			const struct scope_view *v = &out->scopes[rmrr->first_scope + s];

			if (v->device != NO_INDEX)
				*ADD(out, named) =
					(struct named){ v->device, i, v->is_bridge };
		}
	}
	if (out->n_named)
		qsort(out->named, out->n_named, sizeof(*out->named), compare_named);
}

/* For each scope the device it names. */
static void match_scopes(const struct host *host, const struct analysis *a,
			 struct firmware *out)
{
	const struct dmar *dmar = dmar_of(a);
	cleanup(places_clear) struct places places = { 0 };

	find_places(host, &places);
	out->scopes = xcalloc(dmar->n_scopes, sizeof(*out->scopes));
	out->n_scopes = dmar->n_scopes;
	for (size_t i = 0; i < dmar->n_entries; i++) {
		const struct dmar_entry *e = &dmar->entries[i];

		for (size_t s = e->first_scope; s < e->first_scope + e->n_scopes; s++) {
			struct scope_view *v = &out->scopes[s];

			*v = describe_scope(e, &dmar->scopes[s]);
			match_scope(&places, out->topology_complete, &dmar->scopes[s],
				    e->segment, v);
			if (e->type == DMAR_SIDP) /* which no kernel up to 7.2 reads */
				v->wrong_type = false;
			out->dmar_given_up = out->dmar_given_up || v->wrong_type;
		}
	}
	name_devices(dmar, out);
}

static bool is_named_before(const void *element, const void *key)
{
	const struct named *named = element;

	return named->device < *(const size_t *)key;
}

/* The first that names a device or one behind it. */
static size_t first_named(const struct firmware *firmware, size_t device)
{
	return count_before(&device, firmware->named, firmware->n_named,
			    sizeof(*firmware->named), is_named_before);
}

/* Entries, some of them more than once. */
struct chosen {
	ARRAY_OF(size_t, entries);
};

/*
 * The entries that are for the last of a chain: they name it, or a bridge above it. A
 * virtual function is never named itself.
 */
static void choose_entries(const struct host *host, const struct firmware *firmware,
			   const struct chain *c, struct chosen *out)
{
	for (size_t i = 0; i < c->n; i++) {
		const size_t device = device_index(host, c->node[i]);
		size_t n = first_named(firmware, device);

		for (; n < firmware->n_named && firmware->named[n].device == device;
		     n++) {
			if (i == c->n - 1 || firmware->named[n].is_bridge)
				*ADD(out, entries) = firmware->named[n].entry;
		}
	}
	if (out->n_entries)
		qsort(out->entries, out->n_entries, sizeof(*out->entries), compare_sizes);
}

/*
 * Does the list of a device have a range as relaxable, on a kernel that may be patched to
 * list every RMRR so?
 */
static bool is_relaxed(const struct host *host, const struct device *d,
		       struct range range)
{
	const struct group *g = d->group == NO_GROUP ? NULL : host_group(host, d->group);

	if (!g || !kernel_option_has(&host->kernel, "intel_iommu=", RELAX_RMRR))
		return false;
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		if (host->regions[i].type == REGION_DIRECT_RELAXABLE &&
		    range_overlaps(host->regions[i].range, range))
			return true;
	}
	return false;
}

static void match(const struct host *host, const struct analysis *a, size_t device,
		  enum iommu_kind kind, struct firmware *out)
{
	const struct device *d = &host->devices[device];
	bool relaxable =
		device_is_usb_controller(d) || device_is_display(d) || a->log.relaxing;
	struct chosen chosen = { 0 };
	struct chain chain;

	if (kind != IOMMU_INTEL || d->bus != BUS_PCI)
		return;
	chain = chain_of(host, d);
	out->tables_known[device] = chain.n > 0 && table_view(a, &table_dmar)->complete;
	choose_entries(host, out, &chain, &chosen);
	for (size_t i = 0; i < chosen.n_entries; i++) {
		const size_t entry = chosen.entries[i];
		const struct entry *e = &out->entries[entry];

		if ((i && chosen.entries[i - 1] == entry) ||
		    dmar_of(a)->entries[e->source].segment != d->address.domain)
			continue;
		add_claim(out, device, entry)->type =
			relaxable || is_relaxed(host, d, e->written)
				? REGION_DIRECT_RELAXABLE
				: REGION_DIRECT;
	}
	free(chosen.entries);
}

static char *why_no_device(const struct host *host, const struct analysis *a,
			   const struct entry *entry)
{
	const struct dmar_entry *e = &dmar_of(a)->entries[entry->source];
	struct text t = { 0 };

	(void)host;
	if (!e->n_scopes)
		return xstrdup("it names no device");
	for (size_t s = e->first_scope; s < e->first_scope + e->n_scopes; s++) {
		cleanup_free char *scope = NULL;

		if (a->firmware.scopes[s].match == SCOPE_UNKNOWN) {
			text_clear(&t);
			return NULL;
		}
		scope = scope_view_text(a, &a->firmware.scopes[s]);
		text_printf(
			&t, "%s%s: %s", t.len ? "; " : "", scope,
			a->firmware.scopes[s].match == SCOPE_NEVER
				? "bus and path start at no root bus, so the kernel never "
				  "matches it"
			: a->firmware.scopes[s].match == SCOPE_OTHER_KIND
				? "not a PCI device"
				: "no such device here "
				  "(hidden, disabled or "
				  "absent)");
	}
	return text_take(&t);
}

/* --- What else it says --- */

bool dmar_interrupts(const struct analysis *a, struct dmar_interrupts *out)
{
	const struct table_view *v = table_view(a, &table_dmar);
	uint8_t flags = dmar_of(a)->flags;

	*out = (struct dmar_interrupts){ flags, flags & INTR_REMAP,
					 flags & X2APIC_OPT_OUT };
	return v->file && v->complete;
}

uint64_t dmar_last_address(const struct analysis *a)
{
	unsigned width = dmar_of(a)->width_minus_one + 1u;

	return width >= 64 ? UINT64_MAX : ((uint64_t)1 << width) - 1;
}

char *scope_view_text(const struct analysis *a, const struct scope_view *scope)
{
	return scope_text(&dmar_of(a)->scopes[scope - a->firmware.scopes]);
}

static uint32_t segment_of_scope(const struct dmar *dmar, size_t scope)
{
	for (size_t i = 0; i < dmar->n_entries; i++) {
		const struct dmar_entry *e = &dmar->entries[i];

		if (scope >= e->first_scope && scope < e->first_scope + e->n_scopes)
			return e->segment;
	}
	return 0;
}

/*
 * The bus below the bridge that an element of a path names on a bus; -1: nothing that was
 * seen hangs there.
 */
static int bus_below(const struct host *host, uint32_t segment, int bus,
		     const struct dmar_scope *s, size_t element)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		const struct device *d = &host->devices[i];
		const struct device *bridge = d->bus == BUS_PCI && d->parent
						      ? host_device(host, d->parent)
						      : NULL;

		if (bridge && d->address.domain == segment &&
		    bridge->address.domain == segment && bridge->address.bus == bus &&
		    is_at(bridge, s, element))
			return d->address.bus;
		if (d->secondary_bus && d->address.domain == segment &&
		    d->address.bus == bus && is_at(d, s, element))
			return d->secondary_bus;
	}
	return -1;
}

bool dmar_scope_names(const struct host *host, const struct analysis *a,
		      const struct scope_view *view, uint16_t id)
{
	size_t scope = (size_t)(view - a->firmware.scopes);
	const struct dmar_scope *s = &dmar_of(a)->scopes[scope];
	size_t n = s->path_length;
	int bus = s->start_bus;

	if (!n || n > SCOPE_PATH_MAX) /* the elements beyond are not kept */
		return false;
	for (size_t i = 0; i + 1 < n && bus >= 0; i++)
		bus = bus_below(host, segment_of_scope(dmar_of(a), scope), bus, s, i);
	return bus == id >> 8 &&
	       (id & 0xff) == (s->path[n - 1].device << 3 | s->path[n - 1].function);
}

static bool names_absent(const struct host *host, const struct analysis *a,
			 const struct entry *entry, const uint32_t *segment, uint16_t id)
{
	const struct dmar_entry *e = &dmar_of(a)->entries[entry->source];

	if (segment && *segment != e->segment)
		return false;
	for (size_t s = e->first_scope; s < e->first_scope + e->n_scopes; s++) {
		if (a->firmware.scopes[s].match == SCOPE_NONE &&
		    dmar_scope_names(host, a, &a->firmware.scopes[s], id))
			return true;
	}
	return false;
}

bool dmar_unit_segment(const struct analysis *a, uint64_t base, uint32_t *segment)
{
	const struct dmar *dmar = dmar_of(a);

	for (size_t i = 0; i < dmar->n_entries; i++) {
		const struct dmar_entry *e = &dmar->entries[i];

		if (e->type == DMAR_DRHD && e->base == base) {
			*segment = e->segment;
			return true;
		}
	}
	return false;
}

bool dmar_only_segment(const struct analysis *a, uint32_t *segment)
{
	const struct dmar *dmar = dmar_of(a);
	bool found = false;

	for (size_t i = 0; i < dmar->n_entries; i++) {
		const struct dmar_entry *e = &dmar->entries[i];

		if (e->type != DMAR_DRHD)
			continue;
		if (found && *segment != e->segment)
			return false;
		*segment = e->segment;
		found = true;
	}
	return found && table_view(a, &table_dmar)->complete;
}

/* Is a device in the scope of a unit whose scopes are displays only? */
static bool is_graphics_unit_of(const struct host *host, const struct analysis *a,
				const struct dmar_entry *e, size_t device)
{
	bool is_in = false;

	for (size_t s = e->first_scope; s < e->first_scope + e->n_scopes; s++) {
		size_t d = a->firmware.scopes[s].device;

		if (d == NO_INDEX || !device_is_display(&host->devices[d]))
			return false;
		is_in = is_in || d == device;
	}
	return is_in;
}

bool dmar_next_graphics_unit(const struct host *host, const struct analysis *a,
			     size_t device, size_t *from, struct dmar_unit *out)
{
	const struct dmar *dmar = dmar_of(a);

	if (!table_view(a, &table_dmar)->complete)
		return false;
	for (size_t i = *from; i < dmar->n_entries; i++) {
		const struct dmar_entry *e = &dmar->entries[i];

		if (e->type != DMAR_DRHD || !is_graphics_unit_of(host, a, e, device))
			continue;
		*out = (struct dmar_unit){ e->base, e->offset };
		*from = i + 1;
		return true;
	}
	return false;
}

static bool is_at_or_below(const struct host *host, const struct device *d, size_t top)
{
	for (int depth = 0; d && depth < 64; depth++) {
		if (device_index(host, d) == top)
			return true;
		d = d->parent ? host_device(host, d->parent) : NULL;
	}
	return false;
}

/* A SATC names the device itself, an ATSR its root port (or all of them). */
static struct ats_view ats(const struct host *host, const struct analysis *a,
			   const struct device *d)
{
	const struct dmar *dmar = dmar_of(a);
	struct ats_view best = { .text = NULL };

	for (size_t i = 0; i < dmar->n_entries; i++) {
		const struct dmar_entry *e = &dmar->entries[i];
		bool is_satc = e->type == DMAR_SATC;
		bool applies = e->type == DMAR_ATSR && e->flags & 1;

		if ((!is_satc && e->type != DMAR_ATSR) || e->segment != d->address.domain)
			continue;
		for (size_t s = e->first_scope; s < e->first_scope + e->n_scopes; s++)
			applies = applies ||
				  is_at_or_below(host, d, a->firmware.scopes[s].device);
		if (applies && is_satc)
			return (struct ats_view){ "SATC names the device",
						  CONFIDENCE_DERIVED, "DMAR", e->offset,
						  NULL };
		if (applies)
			best = (struct ats_view){ "ATSR names its root port",
						  CONFIDENCE_HEURISTIC, "DMAR", e->offset,
						  NULL };
	}
	return best;
}

static void parse(const void *bytes, size_t size, void *parsed, struct records *records)
{
	dmar_parse(bytes, size, parsed, records);
}

static void clear(void *parsed)
{
	dmar_clear(parsed);
}

const struct firmware_table table_dmar = {
	.signature = "DMAR",
	.path = "/sys/firmware/acpi/tables/DMAR",
	.announces_iommu = TRISTATE_YES,
	.iommu = IOMMU_INTEL,
	.parsed_size = sizeof(struct dmar),
	.parse = parse,
	.clear = clear,
	.word = "rmrr",
	.entry = "RMRR",
	.plural = "RMRRs",
	.strict = "The kernel makes an exception for USB and graphics only.",
	.way_out =
		"Switch off the firmware feature that needs the memory (such as shared "
		"memory of the management controller), update the firmware,",
	.slot_matters = true,
	.add_entries = add_entries,
	.prepare = match_scopes,
	.match = match,
	.why_no_device = why_no_device,
	.names_absent = names_absent,
	.ats = ats,
};
