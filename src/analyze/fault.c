/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMA faults: from the address to what lies there, and what is said of them.
 */
#include "analyze/fault.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/firmware.h"
#include "analyze/match.h"
#include "analyze/parts.h"
#include "base/text.h"

/* --- Where --- */

struct range fault_span(const struct fault *f)
{
	uint64_t rest = f->kind == IOMMU_INTEL ? 0xfff : 0;

	return (struct range){ f->address, f->address | rest };
}

static bool touches(const struct fault *f, struct range range)
{
	return range_overlaps(fault_span(f), range);
}

/*
 * Interrupts of HyperTransport and other messages: AMD I/O Virtualization Technology
 * (IOMMU) Specification, 48882, 2.1.2; HT_RANGE_START and HT_RANGE_END of
 * drivers/iommu/amd/amd_iommu_types.h.
 */
#define HT_RANGE ((struct range){ 0xfd00000000, 0xffffffffff })
/* Some machines set all bits above those 40 of a message: 0xfffffffdf8000000. */
#define HT_BITS_SET 0xffffff0000000000
#define HT_ADDRESS(address) \
	(((address)&HT_BITS_SET) == HT_BITS_SET ? (address) & ~HT_BITS_SET : (address))
/* Intel SDM, volume 3, 11.11.1: where MSIs of x86 go. */
#define X86_MSI_RANGE ((struct range){ 0xfee00000, 0xfeefffff })

static bool is_interrupt(const struct host *host, const struct fault *f,
			 struct fault_view *v)
{
	bool is_x86 = f->kind == IOMMU_INTEL || f->kind == IOMMU_AMD;

	for (size_t i = 0; i < host->n_regions && v->group != NO_INDEX; i++) {
		const struct region *r = &host->regions[i];

		if (r->group == host->groups[v->group].id && r->type == REGION_MSI &&
		    f->has_address && range_has(r->range, f->address)) {
			v->region = i;
			v->range = r->range;
			return true;
		}
	}
	if (f->has_address && f->kind == IOMMU_AMD &&
	    range_has(HT_RANGE, HT_ADDRESS(f->address)))
		v->range = HT_RANGE;
	else if (f->has_address && is_x86 && range_has(X86_MSI_RANGE, f->address))
		v->range = X86_MSI_RANGE;
	else
		return f->is_interrupt;
	return true;
}

static bool is_own(const struct host *host, const struct fault *f, struct fault_view *v)
{
	const struct group *g = v->group == NO_INDEX ? NULL : &host->groups[v->group];

	for (size_t i = 0; g && i < g->n_regions; i++) {
		size_t region = g->first_region + i;

		if (!region_is_direct(&host->regions[region]) ||
		    !touches(f, host->regions[region].range))
			continue;
		v->region = region;
		v->range = host->regions[region].range;
		return true;
	}
	return false;
}

/* An entry for the requester's group that the fault lies in; NO_INDEX: none. */
static size_t own_entry(const struct host *host, const struct analysis *a,
			const struct fault *f, const struct fault_view *v)
{
	struct claim_slice own;

	if (v->group == NO_INDEX)
		return NO_INDEX;
	own = claims_of_group(host, a, &host->groups[v->group]);
	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *claim = &a->firmware.claims[i];

		if (claim->entry != NO_INDEX &&
		    touches(f, a->firmware.entries[claim->entry].listed))
			return claim->entry;
	}
	return NO_INDEX;
}

static bool is_for_hidden(const struct host *host, const struct analysis *a,
			  const struct fault *f, const struct fault_view *v,
			  const struct entry *e)
{
	return f->requester == REQUESTER_FUNCTION && v->who != WHO_DEVICE &&
	       !v->n_suspects && e->table->names_absent &&
	       e->table->names_absent(host, a, e, v->segment_known ? &v->segment : NULL,
				      (uint16_t)f->id);
}

/* The first that names a function which is not here, else the first that is touched. */
static void find_foreign_entry(const struct host *host, const struct analysis *a,
			       const struct fault *f, struct fault_view *v)
{
	for (size_t i = 0; i < a->firmware.n_entries && v->place != FAULT_AT_HIDDEN;
	     i++) {
		const struct entry *e = &a->firmware.entries[i];

		if (!touches(f, e->listed))
			continue;
		if (is_for_hidden(host, a, f, v, e))
			v->place = FAULT_AT_HIDDEN;
		if (v->entry == NO_INDEX || v->place == FAULT_AT_HIDDEN)
			v->entry = i;
	}
	if (v->place == FAULT_AT_HIDDEN) {
		v->device = v->group = NO_INDEX;
		v->who = WHO_ABSENT;
	} else if (v->entry != NO_INDEX) {
		v->place = FAULT_IN_FOREIGN;
	}
}

static size_t first_owner(const struct analysis *a, size_t entry)
{
	const struct claim *c = first_claim(&a->firmware, &a->firmware.entries[entry]);

	return c ? c->device : NO_INDEX;
}

/* Whose entry it is: of the requester's group before that of others. */
static bool has_entry(const struct host *host, const struct analysis *a,
		      const struct fault *f, struct fault_view *v)
{
	v->entry = own_entry(host, a, f, v);
	if (v->entry != NO_INDEX)
		v->place = FAULT_IN_UNLISTED;
	else if (!v->is_users)
		find_foreign_entry(host, a, f, v);
	if (v->entry == NO_INDEX)
		return false;
	v->range = a->firmware.entries[v->entry].written;
	v->owner = first_owner(a, v->entry);
	return true;
}

/* Without the tables: a line of another group. */
static bool has_foreign_line(const struct host *host, const struct fault *f,
			     struct fault_view *v)
{
	for (size_t i = 0; i < host->n_regions; i++) {
		const struct region *r = &host->regions[i];

		if (!region_is_direct(r) || !touches(f, r->range))
			continue;
		v->region = i;
		v->range = r->range;
		v->owner = host_group(host, r->group)->n_devices
				   ? host_group(host, r->group)->first_device
				   : NO_INDEX;
		v->place = FAULT_IN_FOREIGN;
		return true;
	}
	return false;
}

static enum source_id map_of(const struct host *host)
{
	return host_source_usable(host, SOURCE_IOMEM) ? SOURCE_IOMEM : SOURCE_MEMORY_MAP;
}

/*
 * Where the memory of x86 below 4 GiB ends: there the windows of host bridges and the
 * configuration space begin, or at the latest the interrupt controllers, with flash
 * behind them (Intel, "Memory Map" of any I/O controller hub's datasheet).
 */
static uint64_t memory_end(const struct host *host)
{
	uint64_t end = 0xfec00000;

	for (size_t i = 0; i < host->n_memory; i++) {
		const struct memory *m = &host->memory[i];

		if (text_starts_with(m->name, "PCI ") && m->range.first >= 0x100000 &&
		    m->range.first < end)
			end = m->range.first;
	}
	return end;
}

/*
 * Of x86, is it no memory that firmware could use, though the map says "Reserved"? Page
 * zero is kept by the kernel itself (trim_bios_range, arch/x86/kernel/setup.c); between
 * the end of memory and 4 GiB are registers and flash, and there the kernel's allocator
 * gives out its first I/O addresses, downwards (alloc_iova_fast, drivers/iommu/iova.c).
 */
static bool is_no_memory(const struct host *host, const struct fault *f,
			 const struct memory *m)
{
	if (f->kind != IOMMU_INTEL && f->kind != IOMMU_AMD)
		return false;
	return f->address < 0x1000 ||
	       (m->range.first >= memory_end(host) && m->range.last <= UINT32_MAX);
}

/*
 * Memory that firmware keeps: at the top of the map, since what stands inside System RAM
 * is the kernel's own; and a framebuffer that firmware left on
 * (drivers/firmware/sysfb.c).
 */
static bool is_firmwares(const struct host *host, const struct fault *f,
			 const struct memory *m)
{
	static const char *const framebuffers[] = { "BOOTFB", "efifb", "simplefb",
						    "simple-framebuffer", "vesafb" };

	for (size_t i = 0; i < ARRAY_SIZE(framebuffers); i++) {
		if (!strcmp(m->name, framebuffers[i]))
			return true;
	}
	return !m->depth && !is_no_memory(host, f, m) &&
	       (!strcasecmp(m->name, "Reserved") || text_starts_with(m->name, "ACPI "));
}

/*
 * By the files `resource`: another function's BAR or ROM. The windows of bridges are
 * nobody's memory.
 */
static bool is_peers(const struct host *host, const struct fault *f, struct fault_view *v)
{
	for (size_t i = 0; i < host->n_resources; i++) {
		const struct resource *r = &host->resources[i];
		const struct device *d = host_device(host, r->device);

		if (r->kind == RESOURCE_WINDOW || !range_has(r->range, f->address) ||
		    !d || device_index(host, d) == v->device)
			continue;
		v->resource = i;
		v->owner = device_index(host, d);
		v->range = r->range;
		v->place = FAULT_IN_PEER;
		return true;
	}
	return false;
}

/* By the map of memory, the innermost resource last: BARs have the name of their device.
 */
static void look_into_map(const struct host *host, const struct fault *f,
			  struct fault_view *v)
{
	for (size_t i = 0; i < host->n_memory; i++) {
		const struct memory *m = &host->memory[i];
		const struct device *d;

		if (m->source != map_of(host) || !range_has(m->range, f->address))
			continue;
		d = host_device(host, m->name);
		if (d && device_index(host, d) != v->device) {
			v->owner = device_index(host, d);
			v->place = FAULT_IN_PEER;
		} else if (is_firmwares(host, f, m)) {
			v->place = FAULT_IN_FIRMWARE;
		} else if (!strcmp(m->name, "System RAM")) {
			v->place = FAULT_IN_RAM;
		} else {
			continue;
		}
		v->memory = i;
		v->range = m->range;
	}
}

/* A framebuffer of the tree says more than the memory around it. */
static void look_into_tree(const struct analysis *a, const struct fault *f,
			   struct fault_view *v)
{
	struct tree_memory framebuffer;

	if (v->place == FAULT_IN_PEER || !dtb_framebuffer_at(a, f->address, &framebuffer))
		return;
	v->place = FAULT_IN_FIRMWARE;
	v->node = framebuffer.node;
	v->range = framebuffer.range;
	v->memory = NO_INDEX;
}

static void look_into_memory(const struct host *host, const struct analysis *a,
			     const struct fault *f, struct fault_view *v)
{
	if (!is_peers(host, f, v))
		look_into_map(host, f, v);
	look_into_tree(a, f, v);
}

static bool is_beyond_width(const struct host *host, const struct analysis *a,
			    const struct fault *f, const struct fault_view *v)
{
	size_t iommu = v->group == NO_INDEX ? NO_INDEX : a->groups[v->group].iommu;
	unsigned width = iommu == NO_INDEX ? 0 : a->iommus[iommu].address_width;

	(void)host;
	return width && width < 64 && f->address >> width;
}

static void place(const struct host *host, const struct analysis *a,
		  const struct fault *f, struct fault_view *v)
{
	if (is_interrupt(host, f, v)) {
		v->place = FAULT_IS_INTERRUPT;
	} else if (!f->has_address) {
		v->place = FAULT_UNPLACED;
	} else if (is_own(host, f, v)) {
		v->place = FAULT_IN_OWN;
	} else if (!has_entry(host, a, f, v) &&
		   (v->is_users || !has_foreign_line(host, f, v))) {
		v->place = is_beyond_width(host, a, f, v) ? FAULT_BEYOND_WIDTH
			   : v->is_users		  ? FAULT_OF_USER
							  : FAULT_ELSEWHERE;
		if (!v->is_users)
			look_into_memory(host, a, f, v);
	}
}

void analyze_faults(const struct host *host, const struct analysis *a,
		    struct fault_view *out)
{
	for (size_t i = 0; i < host->n_faults; i++) {
		struct fault_view *v = &out[i];

		v->device = v->group = v->region = NO_INDEX;
		v->entry = v->owner = v->memory = v->resource = NO_INDEX;
	}
	find_requesters(host, a, out);
	find_users(host, a, out);
	for (size_t i = 0; i < host->n_faults; i++)
		place(host, a, &host->faults[i], &out[i]);
}

/* Of the device itself, where that is known, else of the line. */
static size_t demand_at(const struct host *host, const struct demands *demands,
			const struct fault_view *v, const struct fault *f)
{
	struct demand_slice s = demands->of_device[v->device];

	(void)host;
	for (size_t i = s.first; i < s.first + s.n; i++) {
		if (touches(f, demands->list[i].asked))
			return i;
	}
	return demands->of_line[v->region];
}

const struct demand *fault_demand(const struct host *host, const struct analysis *a,
				  size_t fault)
{
	size_t i = demand_at(host, &a->demands, &a->faults[fault], &host->faults[fault]);

	return &a->demands.list[i];
}

/*
 * A fault in a range that the kernel should have mapped: whether it is mapped is not
 * known any more, unless a page table was looked at.
 */
void doubt_demands(const struct host *host, const struct analysis *a, struct demands *out)
{
	for (size_t i = 0; i < host->n_faults; i++) {
		const struct fault_view *v = &a->faults[i];
		struct demand *d;

		if (v->place != FAULT_IN_OWN || v->who != WHO_DEVICE || v->is_users)
			continue;
		d = &out->list[demand_at(host, out, v, &host->faults[i])];
		if (d->proof != PROOF_NONE || !d->in_force ||
		    demand_loses(d, fault_span(&host->faults[i])))
			continue;
		d->proof = PROOF_LOG;
		if (d->loss == LOSS_NOTHING)
			d->coverage = COVERAGE_UNKNOWN;
	}
}

/* --- Texts --- */

static char *id_text(const struct fault *f)
{
	struct text t = { 0 };

	if (f->requester == REQUESTER_FUNCTION && f->has_segment)
		text_printf(&t, "%04x:", (unsigned)f->segment);
	if (f->requester == REQUESTER_FUNCTION)
		text_printf(&t, "%02x:%02x.%x", (unsigned)f->id >> 8,
			    (unsigned)f->id >> 3 & 31, (unsigned)f->id & 7);
	else if (f->requester == REQUESTER_STREAM)
		text_printf(&t, "stream 0x%x of SMMU %s", (unsigned)f->id,
			    f->iommu ? f->iommu : "(not told)");
	else if (f->requester == REQUESTER_ENDPOINT)
		text_printf(&t, "endpoint %u of the virtio-iommu", (unsigned)f->id);
	else
		text_printf(&t, "a device behind %s", f->iommu ? f->iommu : "an IOMMU");
	return text_take(&t);
}

/* "one of 0000:05:00.0, 0001:05:00.0 and 1 more"; the caller owns it. */
static char *suspects_text(const struct host *host, const struct fault_view *v)
{
	struct text t = { 0 };

	text_add(&t, "one of ");
	for (size_t i = 0; i < v->n_suspects && i < FAULT_SUSPECTS; i++)
		text_printf(&t, "%s%s",
			    !i			     ? ""
			    : i + 1 == v->n_suspects ? " and "
						     : ", ",
			    host->devices[v->suspects[i]].name);
	if (v->n_suspects > FAULT_SUSPECTS)
		text_printf(&t, " and %zu more", v->n_suspects - FAULT_SUSPECTS);
	return text_take(&t);
}

char *fault_requester_text(const struct host *host, const struct analysis *a,
			   size_t fault)
{
	const struct fault_view *v = &a->faults[fault];
	const char *name = v->device == NO_INDEX ? NULL : host->devices[v->device].name;
	char *id = id_text(&host->faults[fault]), *text = id;

	if (v->who == WHO_DEVICE)
		text = xstrdup(name);
	else if (v->who == WHO_BRIDGE)
		text = text_format("%s (or a device behind it)", name);
	else if (v->who == WHO_ALIAS)
		text = text_format("%s (as function %s, which is not here)", name, id);
	else if (v->who == WHO_ABSENT)
		text = text_format("%s (which is not here)", id);
	else if (v->n_suspects)
		text = suspects_text(host, v);
	if (text != id)
		free(id);
	return text;
}

const struct log_line *fault_log_line(const struct host *host, const struct fault *f)
{
	for (size_t i = 0; i < host->n_log; i++) {
		if (host->log[i].number == f->line)
			return &host->log[i];
	}
	return NULL;
}
