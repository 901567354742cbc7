/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mirrors the kernel's matching, not the specification's: dmar_match_pci_path and
 * dmar_insert_dev_scope (drivers/iommu/intel/dmar.c), intel_iommu_get_resv_regions
 * (intel/iommu.c), amd_iommu_get_resv_regions and init_unity_map_range
 * (drivers/iommu/amd).
 */
#include "analyze/attribute.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/parts.h"
#include "base/text.h"
#include "firmware/dmar.h"
#include "firmware/ivrs.h"

/* Functions from the root bus down to a device; a deeper one is not attributed. */
#define DEPTH_MAX 16

struct chain {
	const struct device
		*node[DEPTH_MAX]; /* [0] on the root bus, [n - 1] the device */
	size_t n;		  /* 0: not known */
};

static struct chain chain_of(const struct host *host, const struct device *d)
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

static bool is_at(const struct device *d, const struct dmar_scope *s, size_t element)
{
	return d->address.device == s->path[element].device &&
	       d->address.function == s->path[element].function;
}

/*
 * Does a scope name the node at this depth of a chain? Its bus must be the root bus and
 * its path the whole way down; or, as a workaround for broken firmware, a path of one
 * element may name bus, device and function themselves.
 */
static bool scope_names(const struct dmar_scope *s, const struct chain *c, size_t depth)
{
	const struct device *d = c->node[depth];

	if (s->path_length > SCOPE_PATH_MAX || !s->path_length)
		return false;
	if (s->start_bus == d->root_bus && s->path_length == depth + 1) {
		size_t same = 0;

		while (same <= depth && is_at(c->node[same], s, same))
			same++;
		if (same == depth + 1)
			return true;
	}
	return s->path_length == 1 && s->start_bus == d->address.bus && is_at(d, s, 0);
}

/*
 * The device itself (virtual functions are left out), or anything below a bridge that is
 * named.
 */
static bool scope_applies(const struct dmar_scope *s, const struct chain *c)
{
	size_t last = c->n - 1;

	if (s->type != SCOPE_ENDPOINT && s->type != SCOPE_BRIDGE)
		return false;
	if (c->node[last]->is_virtual_function != ANSWER_YES && scope_names(s, c, last))
		return true;
	for (size_t i = 0; s->type == SCOPE_BRIDGE && i < last; i++) {
		if (scope_names(s, c, i))
			return true;
	}
	return false;
}

static void add_claim(struct analysis *a, struct claim claim)
{
	*ADD(a, claims) = claim;
}

static void claim_rmrrs(const struct host *host, struct analysis *a,
			const struct dmar *dmar, size_t device)
{
	const struct device *d = &host->devices[device];
	struct chain chain = chain_of(host, d);
	bool relaxable = device_is_usb_controller(d) || device_is_display(d);

	a->devices[device].tables_known = chain.n > 0;
	for (size_t i = 0; chain.n && i < dmar->n_entries; i++) {
		const struct dmar_entry *e = &dmar->entries[i];
		bool applies = false;

		if (e->type != DMAR_RMRR || e->segment != d->address.domain)
			continue;
		for (size_t s = 0; s < e->n_scopes && !applies; s++)
			applies =
				scope_applies(&dmar->scopes[e->first_scope + s], &chain);
		if (applies)
			add_claim(a, (struct claim){ device,
						     ORIGIN_RMRR,
						     e->number,
						     e->offset,
						     { e->base, e->last },
						     relaxable ? REGION_DIRECT_RELAXABLE
							       : REGION_DIRECT });
	}
}

/*
 * The range is there only if the kernel was built with the workaround: then a line covers
 * it.
 */
static void claim_isa(const struct host *host, struct analysis *a, const struct group *g,
		      size_t device)
{
	static const struct range isa = { 0, 0xffffff };

	if (host->devices[device].class_code >> 8 != 0x0601)
		return;
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		if (host->regions[i].type == REGION_DIRECT_RELAXABLE &&
		    range_contains(host->regions[i].range, isa))
			add_claim(a, (struct claim){ device, ORIGIN_ISA, 0, 0, isa,
						     REGION_DIRECT_RELAXABLE });
	}
}

static void claim_ivmds(const struct host *host, struct analysis *a,
			const struct ivrs *ivrs, size_t device)
{
	const struct pci_address *at = &host->devices[device].address;
	unsigned id = (unsigned)at->bus << 8 | (unsigned)at->device << 3 | at->function;

	a->devices[device].tables_known = true;
	for (size_t i = 0; i < ivrs->n_ivmds; i++) {
		const struct ivmd *m = &ivrs->ivmds[i];
		uint64_t start = (m->start + 0xfff) & ~(uint64_t)0xfff;
		uint64_t length = (m->length + 0xfff) & ~(uint64_t)0xfff;

		if (!(m->flags & (IVMD_UNITY | IVMD_EXCLUSION)) ||
		    m->segment != at->domain || id < m->first_id || id > m->last_id)
			continue;
		add_claim(a, (struct claim){ device,
					     ORIGIN_IVMD,
					     m->number,
					     m->offset,
					     { start, start + length - 1 },
					     REGION_DIRECT });
	}
}

/* The claims of one group, in the order of its devices. */
static void claim_group(const struct host *host, struct analysis *a,
			const struct group *g, const struct dmar *dmar,
			const struct ivrs *ivrs)
{
	struct group_view *gv = &a->groups[group_index(host, g)];

	gv->first_claim = a->n_claims;
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		if (host->devices[i].bus != BUS_PCI)
			continue;
		if (gv->kind == IOMMU_INTEL && dmar) {
			claim_rmrrs(host, a, dmar, i);
			claim_isa(host, a, g, i);
		} else if (gv->kind == IOMMU_AMD && ivrs) {
			claim_ivmds(host, a, ivrs, i);
		}
	}
	gv->n_claims = a->n_claims - gv->first_claim;
}

/* Were the tables read for every device of a group? */
static bool all_known(const struct host *host, const struct analysis *a,
		      const struct group *g)
{
	(void)host;
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		if (!a->devices[i].tables_known)
			return false;
	}
	return g->n_devices > 0;
}

/*
 * Lines are merged, so what counts is whether claims of the type cover all of the line.
 */
static enum explained explain_line(const struct analysis *a, const struct group_view *gv,
				   const struct region *r)
{
	struct ranges left = { 0 };
	enum explained result;

	*ADD(&left, range) = r->range;
	for (size_t i = gv->first_claim; i < gv->first_claim + gv->n_claims; i++) {
		const struct claim *c = &a->claims[i];

		if (c->type != r->type)
			continue;
		if (range_is_inverted(r->range)) {
			if (range_equals(c->range, r->range))
				left.n_range = 0;
		} else if (!range_is_inverted(c->range)) {
			ranges_exclude(&left, c->range);
		}
	}
	if (!left.n_range)
		result = EXPLAINED_FULLY;
	else if (left.n_range == 1 && range_equals(left.range[0], r->range))
		result = EXPLAINED_NOT;
	else
		result = EXPLAINED_PARTLY;
	ranges_clear(&left);
	return result;
}

static void explain_group(const struct host *host, struct analysis *a,
			  const struct group *g)
{
	const struct group_view *gv = &a->groups[group_index(host, g)];

	if (!all_known(host, a, g))
		return;
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		const struct region *r = &host->regions[i];

		if (r->type == REGION_DIRECT || r->type == REGION_DIRECT_RELAXABLE)
			a->regions[i].explained = explain_line(a, gv, r);
	}
}

void analyze_attribution(const struct host *host, struct analysis *a)
{
	const struct table_file *dmar_file = host_table(host, "DMAR");
	const struct table_file *ivrs_file = host_table(host, "IVRS");
	struct records dmar_notes = { 0 }, ivrs_notes = { 0 };
	struct dmar dmar = { 0 };
	struct ivrs ivrs = { 0 };

	if (dmar_file)
		dmar_parse(dmar_file->bytes, dmar_file->size, &dmar, &dmar_notes);
	if (ivrs_file)
		ivrs_parse(ivrs_file->bytes, ivrs_file->size, &ivrs, &ivrs_notes);
	for (size_t i = 0; i < host->n_groups; i++) {
		/*
		 * What follows a malformed entry is not known: then nothing is concluded.
		 */
		claim_group(host, a, &host->groups[i],
			    dmar_file && !dmar_notes.malformed ? &dmar : NULL,
			    ivrs_file && !ivrs_notes.malformed ? &ivrs : NULL);
		explain_group(host, a, &host->groups[i]);
	}
	records_clear(&dmar_notes);
	records_clear(&ivrs_notes);
	dmar_clear(&dmar);
	ivrs_clear(&ivrs);
}

bool claim_is_part_of(const struct claim *claim, const struct region *region)
{
	return claim->type == region->type &&
	       (range_overlaps(claim->range, region->range) ||
		range_equals(claim->range, region->range));
}

const char *explained_name(enum explained explained)
{
	static const char *const names[] = {
		[EXPLAINED_UNKNOWN] = "unknown",
		[EXPLAINED_FULLY] = "fully",
		[EXPLAINED_PARTLY] = "partly",
		[EXPLAINED_NOT] = "not",
	};

	return names[explained];
}

char *claim_text(const struct claim *claim)
{
	switch (claim->origin) {
	case ORIGIN_RMRR:
		return text_format("DMAR RMRR %u at 0x%zx", claim->number, claim->offset);
	case ORIGIN_IVMD:
		return text_format("IVRS IVMD %u at 0x%zx", claim->number, claim->offset);
	default:
		return xstrdup("the kernel's range for ISA DMA");
	}
}
