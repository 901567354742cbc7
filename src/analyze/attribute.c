/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyze/attribute.h"

#include <stdlib.h>

#include "analyze/match.h"
#include "analyze/parts.h"
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
	c->origin = e->origin;
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
		c->origin = ORIGIN_ISA;
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
	const struct table_view *view = a->tables.view;

	if (d->iommu != NO_INDEX)
		return host->iommus[d->iommu].kind;
	if (d->group != NO_GROUP) {
		const struct group *g = host_group(host, d->group);

		return a->groups[group_index(host, g)].kind;
	}
	if (d->bus != BUS_PCI)
		return IOMMU_OTHER;
	return view[TABLE_DMAR].file   ? IOMMU_INTEL
	       : view[TABLE_IVRS].file ? IOMMU_AMD
	       : view[TABLE_IORT].file ? IOMMU_SMMUV3
				       : IOMMU_OTHER;
}

static void claim_device(const struct host *host, struct analysis *a, size_t device)
{
	const struct table_view *view = a->tables.view;
	bool is_pci = host->devices[device].bus == BUS_PCI;
	enum iommu_kind kind = kind_in_front_of(host, a, device);

	switch (kind) {
	case IOMMU_INTEL:
		if (is_pci && view[TABLE_DMAR].file)
			match_dmar(host, a, device);
		claim_isa(host, a, device);
		break;
	case IOMMU_AMD:
		if (view[TABLE_IVRS].file)
			match_ivrs(host, a, device);
		break;
	case IOMMU_SMMUV3:
	case IOMMU_SMMU:
		if (view[TABLE_IORT].file)
			match_iort(host, a, device);
		break;
	default:
		break;
	}
	if (view[TABLE_DT].file && kind != IOMMU_INTEL && kind != IOMMU_AMD)
		match_dtb(host, a, device, kind);
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
		if (c->entry == NO_INDEX || !entry_is_wide(a, &a->entries[c->entry]))
			return NO_INDEX;
		if (first == NO_INDEX)
			first = c->entry;
	}
	return first;
}

void analyze_attribution(const struct host *host, struct analysis *a)
{
	a->topology_complete = is_topology_complete(host);
	entries_of_dmar(host, a);
	entries_of_ivrs(host, a);
	entries_of_iort(host, a);
	entries_of_dtb(host, a);
	match_scopes(host, a);
	claim_all(host, a);
	explain_lines(host, a);
	for (size_t i = 0; i < host->n_regions; i++)
		a->regions[i].wide_entry = find_wide_entry(host, a, &host->regions[i]);
}

bool claim_is_part_of(const struct claim *claim, const struct region *region)
{
	return claim->type == region->type &&
	       (range_overlaps(claim->range, region->range) ||
		range_equals(claim->range, region->range));
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

/* Functions of one slot share a group anyway: more than a slot is wide. */
bool entry_is_wide(const struct analysis *a, const struct entry *e)
{
	const struct ivmd *m;

	if (e->origin != ORIGIN_IVMD)
		return false;
	m = &a->tables.ivrs.ivmds[e->source];
	return m->first_id >> 3 != m->last_id >> 3;
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

const char *origin_name(enum origin_of_region origin)
{
	static const char *const names[] = {
		[ORIGIN_RMRR] = "rmrr", [ORIGIN_IVMD] = "ivmd",
		[ORIGIN_RMR] = "rmr",	[ORIGIN_DEVICE_TREE] = "device-tree",
		[ORIGIN_ISA] = "isa",
	};

	return names[origin];
}

char *entry_text(const struct analysis *a, const struct entry *e)
{
	switch (e->origin) {
	case ORIGIN_RMRR:
		return text_format("DMAR RMRR %u at 0x%zx", e->number, e->offset);
	case ORIGIN_IVMD:
		return text_format("IVRS IVMD %u at 0x%zx", e->number, e->offset);
	case ORIGIN_RMR:
		return text_format("IORT RMR %u descriptor %u at 0x%zx", e->number,
				   e->part, e->offset);
	default:
		return text_format("device tree %s",
				   a->tables.dtb.regions[e->source].name);
	}
}

char *entry_detail(const struct analysis *a, const struct entry *e)
{
	return e->origin == ORIGIN_RMR ? detail_of_rmr(a, e) : NULL;
}

char *claim_text(const struct analysis *a, const struct claim *claim)
{
	return claim->entry == NO_INDEX ? xstrdup("the kernel's range for ISA DMA")
					: entry_text(a, &a->entries[claim->entry]);
}
