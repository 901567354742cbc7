/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which firmware entries a region comes from, and which devices an entry claims: what
 * is the same for all tables. Each table's matching is in match-*.c.
 */
#include "analyze/attribute.h"

#include <stdlib.h>

#include "analyze/match.h"
#include "analyze/parts.h"
#include "base/cleanup.h"
#include "base/text.h"

struct chain chain_of(const struct host *host, const struct device *d)
{
	struct chain c = { 0 };
	const struct device *up[DEPTH_MAX];
	const struct device *top = d;
	size_t n = 0;

	if (!d->topology_known)
		return c;
	for (const struct device *s = d; s;
	     s = s->parent ? host_device(host, s->parent) : NULL) {
		if (n == DEPTH_MAX)
			return c;
		up[n++] = top = s;
	}
	if (top->parent) /* a bridge above was not seen */
		return c;
	while (c.n < n) {
		c.node[c.n] = up[n - 1 - c.n];
		c.n++;
	}
	return c;
}

uint16_t requester_id(const struct device *d)
{
	return (uint16_t)(d->address.bus << 8 | d->address.device << 3 |
			  d->address.function);
}

struct claim *add_claim(struct analysis *a, size_t device, size_t entry)
{
	struct entry *e = &a->entries[entry];
	struct claim *c = ADD(a, claims);

	c->device = device;
	c->table = e->table;
	c->entry = entry;
	c->range = e->listed;
	c->type = e->type;
	e->n_claims++;
	return c;
}

/*
 * The range is there only if the kernel was built with the workaround: then a line covers
 * it.
 */
static void claim_isa(const struct host *host, struct analysis *a, size_t device)
{
	static const struct range isa = { 0, 0xffffff };
	const struct device *d = &host->devices[device];
	const struct group *g = d->group == NO_GROUP ? NULL : host_group(host, d->group);

	if (!g || d->class_code >> 8 != 0x0601)
		return;
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		struct claim *c;

		if (host->regions[i].type != REGION_DIRECT_RELAXABLE ||
		    !range_contains(host->regions[i].range, isa))
			continue;
		c = ADD(a, claims);
		c->device = device;
		c->entry = NO_INDEX;
		c->range = isa;
		c->type = REGION_DIRECT_RELAXABLE;
	}
}

/*
 * What drives the IOMMU in front of a device. Of a device that has none now (the kernel
 * may have given the IOMMU up) the table tells which it would be.
 */
static enum iommu_kind kind_in_front_of(const struct host *host, const struct analysis *a,
					size_t device)
{
	const struct device *d = &host->devices[device];

	if (d->iommu != NO_INDEX)
		return host->iommus[d->iommu].kind;
	if (d->group != NO_GROUP) {
		const struct group *g = host_group(host, d->group);

		return a->groups[group_index(host, g)].kind;
	}
	if (d->bus != BUS_PCI)
		return IOMMU_OTHER;
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (a->tables.view[i].file && firmware_tables[i]->iommu != IOMMU_OTHER)
			return firmware_tables[i]->iommu;
	}
	return IOMMU_OTHER;
}

static void claim_device(const struct host *host, struct analysis *a, size_t device)
{
	enum iommu_kind kind = kind_in_front_of(host, a, device);

	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (a->tables.view[i].file && firmware_tables[i]->match)
			firmware_tables[i]->match(host, a, device, kind);
	}
	if (kind == IOMMU_INTEL)
		claim_isa(host, a, device);
}

static void claim_slice(const struct host *host, struct analysis *a, size_t device)
{
	struct device_view *dv = &a->devices[device];

	dv->first_claim = a->n_claims;
	claim_device(host, a, device);
	dv->n_claims = a->n_claims - dv->first_claim;
}

/* Devices are sorted by group, and so are the claims. */
static void claim_all(const struct host *host, struct analysis *a)
{
	for (size_t i = 0; i < host->n_groups; i++) {
		const struct group *g = &host->groups[i];
		struct group_view *gv = &a->groups[i];

		gv->first_claim = a->n_claims;
		for (size_t d = g->first_device; d < g->first_device + g->n_devices; d++)
			claim_slice(host, a, d);
		gv->n_claims = a->n_claims - gv->first_claim;
	}
	for (size_t d = 0; d < host->n_devices; d++) {
		if (host->devices[d].group == NO_GROUP)
			claim_slice(host, a, d);
	}
}

static bool is_topology_complete(const struct host *host)
{
	if (!host_source_usable(host, SOURCE_PCI) &&
	    !host_source_usable(host, SOURCE_GROUPS))
		return false;
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].bus == BUS_PCI && !host->devices[i].topology_known)
			return false;
	}
	return true;
}

/* The first of the wide IVMDs that make all of a line; NO_INDEX. */
static size_t find_wide_entry(const struct host *host, const struct analysis *a,
			      const struct region *r)
{
	const struct group *g = host_group(host, r->group);
	const struct group_view *gv = &a->groups[group_index(host, g)];
	size_t first = NO_INDEX;

	if (a->regions[region_index(host, r)].explained != EXPLAINED_FULLY)
		return NO_INDEX;
	for (size_t i = gv->first_claim; i < gv->first_claim + gv->n_claims; i++) {
		const struct claim *c = &a->claims[i];

		if (!claim_is_part_of(c, r))
			continue;
		if (c->entry == NO_INDEX || !a->entries[c->entry].is_wide)
			return NO_INDEX;
		if (first == NO_INDEX)
			first = c->entry;
	}
	return first;
}

void analyze_attribution(const struct host *host, struct analysis *a)
{
	a->topology_complete = is_topology_complete(host);
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (firmware_tables[i]->add_entries)
			firmware_tables[i]->add_entries(host, a);
		if (firmware_tables[i]->prepare)
			firmware_tables[i]->prepare(host, a);
	}
	claim_all(host, a);
	explain_lines(host, a);
	for (size_t i = 0; i < host->n_regions; i++)
		a->regions[i].wide_entry = find_wide_entry(host, a, &host->regions[i]);
}

bool claim_is_listed(const struct host *host, const struct claim *claim)
{
	const struct device *d = &host->devices[claim->device];
	const struct group *g = d->group == NO_GROUP ? NULL : host_group(host, d->group);

	for (size_t i = 0; g && i < g->n_regions; i++) {
		if (claim_is_part_of(claim, &host->regions[g->first_region + i]))
			return true;
	}
	return false;
}

const struct entry *wide_entry_of(const struct host *host, const struct analysis *a,
				  const struct region *r)
{
	size_t entry = a->regions[region_index(host, r)].wide_entry;

	return entry == NO_INDEX ? NULL : &a->entries[entry];
}

bool group_is_direct_by_wide_entries(const struct host *host, const struct analysis *a,
				     const struct group *g)
{
	bool any = false;

	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		const struct region *r = &host->regions[i];

		if (r->type != REGION_DIRECT)
			continue;
		if (!wide_entry_of(host, a, r))
			return false;
		any = true;
	}
	return any;
}

char *entry_short_text(const struct entry *e)
{
	return e->table->entry_text ? xstrdup(e->table->entry)
				    : text_format("%s %u", e->table->entry, e->number);
}

char *entry_text(const struct analysis *a, const struct entry *e)
{
	const struct firmware_table *t = e->table;
	struct text text = { 0 };

	if (t->entry_text)
		return t->entry_text(a, e);
	text_printf(&text, "%s %s %u", t->signature, t->entry, e->number);
	if (t->part)
		text_printf(&text, " %s %u", t->part, e->part);
	text_printf(&text, " at 0x%zx", e->offset);
	return text_take(&text);
}

char *entry_path(const struct analysis *a, const struct entry *e)
{
	cleanup_free char *below =
		e->table->entry_path ? e->table->entry_path(a, e) : NULL;

	return text_format("%s%s", e->table->path, below ? below : "");
}

char *entry_detail(const struct analysis *a, const struct entry *e)
{
	return e->table->detail ? e->table->detail(a, e) : NULL;
}

char *entry_whom(const struct analysis *a, const struct entry *e)
{
	return e->table->whom ? e->table->whom(a, e) : NULL;
}

char *claim_text(const struct analysis *a, const struct claim *claim)
{
	return claim->entry == NO_INDEX ? xstrdup("the kernel's range for ISA DMA")
					: entry_text(a, &a->entries[claim->entry]);
}
