/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMAR: dmar_match_pci_path and dmar_insert_dev_scope (drivers/iommu/intel/dmar.c),
 * intel_iommu_get_resv_regions and device_rmrr_is_relaxable (intel/iommu.c).
 */
#include <stdlib.h>

#include "analyze/match.h"
#include "base/text.h"

void entries_of_dmar(const struct host *host, struct analysis *a)
{
	const struct dmar *dmar = &a->tables.dmar;

	(void)host;
	for (size_t i = 0; i < dmar->n_entries; i++) {
		const struct dmar_entry *d = &dmar->entries[i];
		struct entry *e;

		if (d->type != DMAR_RMRR)
			continue;
		e = ADD(a, entries);
		e->origin = ORIGIN_RMRR;
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

/* Is a bus of this segment known to lie below a bridge, so that it is no root bus? */
static bool is_below_bridge(const struct host *host, uint32_t segment, uint8_t bus)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		const struct device *d = &host->devices[i];

		if (d->bus == BUS_PCI && d->topology_known && d->parent &&
		    d->address.domain == segment && d->address.bus == bus)
			return true;
	}
	return false;
}

/* Base classes tell what kernel reads from the header type. */
static bool has_wrong_type(const struct dmar_scope *s, const struct device *d)
{
	if (s->type == SCOPE_ENDPOINT)
		return device_is_pci_bridge(d);
	return d->class_code >> 16 != 0x06;
}

static struct scope_view match_scope(const struct host *host, const struct analysis *a,
				     const struct dmar_scope *s, uint16_t segment)
{
	struct scope_view v = { SCOPE_NONE, NO_INDEX, false };

	if (s->type != SCOPE_ENDPOINT && s->type != SCOPE_BRIDGE) {
		v.match = SCOPE_OTHER_KIND;
		return v;
	}
	if (!a->topology_complete)
		v.match = SCOPE_UNKNOWN;
	if (!s->path_length || s->path_length > SCOPE_PATH_MAX)
		return v;
	/* The last element names the device; most devices differ there already. */
	for (size_t i = 0; i < host->n_devices; i++) {
		const struct device *d = &host->devices[i];
		enum scope_match match;
		struct chain chain;

		if (d->bus != BUS_PCI || d->address.domain != segment ||
		    !is_at(d, s, s->path_length - 1) ||
		    d->is_virtual_function == ANSWER_YES)
			continue;
		chain = chain_of(host, d);
		match = chain.n ? match_chain(s, &chain) : SCOPE_NONE;
		if (match == SCOPE_NONE)
			continue;
		v.match = match;
		v.device = i;
		v.wrong_type = has_wrong_type(s, d);
		if (match == SCOPE_PATH)
			break;
	}
	if (v.match == SCOPE_NONE && s->path_length > 1 &&
	    is_below_bridge(host, segment, s->start_bus))
		v.match = SCOPE_NEVER;
	return v;
}

void match_scopes(const struct host *host, struct analysis *a)
{
	const struct dmar *dmar = &a->tables.dmar;

	a->scopes = xcalloc(dmar->n_scopes, sizeof(*a->scopes));
	for (size_t i = 0; i < dmar->n_entries; i++) {
		const struct dmar_entry *e = &dmar->entries[i];

		for (size_t s = e->first_scope; s < e->first_scope + e->n_scopes; s++) {
			a->scopes[s] = match_scope(host, a, &dmar->scopes[s], e->segment);
			if (e->type == DMAR_SIDP) /* which no kernel up to 7.2 reads */
				a->scopes[s].wrong_type = false;
			a->dmar_given_up = a->dmar_given_up || a->scopes[s].wrong_type;
		}
	}
}

/*
 * The device itself, or anything below a bridge that is named. A virtual function is
 * never named itself.
 */
static bool entry_applies(const struct host *host, const struct analysis *a,
			  const struct dmar_entry *e, const struct chain *c)
{
	for (size_t s = e->first_scope; s < e->first_scope + e->n_scopes; s++) {
		const struct scope_view *v = &a->scopes[s];

		if (v->device == NO_INDEX)
			continue;
		for (size_t i = 0; i < c->n; i++) {
			bool is_self = i == c->n - 1;

			if (c->node[i] == &host->devices[v->device] &&
			    (is_self || a->tables.dmar.scopes[s].type == SCOPE_BRIDGE))
				return true;
		}
	}
	return false;
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

void match_dmar(const struct host *host, struct analysis *a, size_t device)
{
	const struct device *d = &host->devices[device];
	struct chain chain = chain_of(host, d);
	bool relaxable = device_is_usb_controller(d) || device_is_display(d) ||
			 log_of_relaxing(host);

	a->devices[device].tables_known =
		chain.n > 0 && a->tables.view[TABLE_DMAR].complete;
	for (size_t i = 0; chain.n && i < a->n_entries; i++) {
		const struct entry *e = &a->entries[i];
		const struct dmar_entry *rmrr;

		if (e->origin != ORIGIN_RMRR)
			continue;
		rmrr = &a->tables.dmar.entries[e->source];
		if (rmrr->segment == d->address.domain &&
		    entry_applies(host, a, rmrr, &chain))
			add_claim(a, device, i)->type =
				relaxable || is_relaxed(host, d, e->written)
					? REGION_DIRECT_RELAXABLE
					: REGION_DIRECT;
	}
}

char *no_device_for_rmrr(const struct host *host, const struct analysis *a,
			 const struct entry *entry)
{
	const struct dmar_entry *e = &a->tables.dmar.entries[entry->source];
	struct text t = { 0 };

	(void)host;
	if (!e->n_scopes)
		return xstrdup("it names no device");
	for (size_t s = e->first_scope; s < e->first_scope + e->n_scopes; s++) {
		char *scope;

		if (a->scopes[s].match == SCOPE_UNKNOWN) {
			text_clear(&t);
			return NULL;
		}
		scope = scope_text(&a->tables.dmar.scopes[s]);
		text_printf(
			&t, "%s%s: %s", t.len ? "; " : "", scope,
			a->scopes[s].match == SCOPE_NEVER
				? "bus and path start at no root bus, so the kernel never "
				  "matches it"
			: a->scopes[s].match == SCOPE_OTHER_KIND ? "not a PCI device"
								 : "no such device here "
								   "(hidden, disabled or "
								   "absent)");
		free(scope);
	}
	return text_take(&t);
}
