/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The identity state of each device: must it find memory 1:1, who provides that, and is
 * all of each range really mapped. The arithmetic is that of
 * iommu_create_device_direct_mappings (drivers/iommu/iommu.c): both ends are rounded up
 * to the smallest page of the domain.
 */
#include <stdlib.h>

#include "analyze/parts.h"

static bool is_identity_type(enum domain_type type)
{
	return type == DOMAIN_IDENTITY;
}

static bool is_dma_type(enum domain_type type)
{
	return type == DOMAIN_DMA || type == DOMAIN_DMA_FQ;
}

static bool is_direct_type(enum region_type type)
{
	return type == REGION_DIRECT || type == REGION_DIRECT_RELAXABLE;
}

static void lose(struct coverage_view *v, enum coverage coverage, enum loss loss,
		 uint64_t first, uint64_t last)
{
	v->coverage = coverage;
	v->loss = loss;
	v->lost = (struct range){ first, last };
}

/*
 * Coverage of v->range in a DMA domain with pages of this size that ends at
 * aperture_last. The kernel maps what it lists, which a driver may have rounded before.
 */
static void cover(struct range listed, uint64_t page, uint64_t aperture_last,
		  struct coverage_view *v)
{
	struct range r = v->range;
	uint64_t mask = page - 1;
	uint64_t first_page;

	v->coverage = COVERAGE_FULL;
	if (range_is_inverted(listed) || range_is_inverted(r)) {
		lose(v, COVERAGE_NONE, LOSS_EMPTY, r.first, r.last);
		return;
	}
	/* The last byte lies in the top page: the end rounded up is 2^64, that is 0. */
	if ((listed.last | mask) == UINT64_MAX) {
		lose(v, COVERAGE_NONE, LOSS_WRAP, r.first, r.last);
		return;
	}
	if (listed.last > aperture_last) {
		lose(v, COVERAGE_NONE, LOSS_APERTURE, r.first, r.last);
		return;
	}
	/* cannot wrap: first <= last */
	first_page = (listed.first + mask) & ~mask;
	if (first_page <= r.first && first_page <= listed.last)
		return;
	if (first_page > r.last || first_page > listed.last)
		lose(v, COVERAGE_NONE, LOSS_ROUNDING, r.first, r.last);
	else
		lose(v, COVERAGE_PARTLY, LOSS_ROUNDING, r.first, first_page - 1);
}

static void cover_in_group(const struct analysis *a, const struct group *g,
			   const struct group_view *gv, struct range listed,
			   struct coverage_view *v)
{
	uint64_t aperture =
		gv->iommu == NO_INDEX ? UINT64_MAX : a->iommus[gv->iommu].aperture_last;

	if (gv->holder != NO_INDEX)
		lose(v, COVERAGE_NONE, LOSS_USER_OWNED, v->range.first, v->range.last);
	else if (is_identity_type(g->type))
		v->coverage = COVERAGE_FULL;
	else if (is_dma_type(g->type))
		cover(listed, gv->page_size, aperture, v);
	else if (g->type == DOMAIN_BLOCKED)
		lose(v, COVERAGE_NONE, LOSS_NOT_TRIED, v->range.first, v->range.last);
	else
		v->coverage = COVERAGE_UNKNOWN;
}

static void analyze_region(const struct host *host, struct analysis *a,
			   const struct group *g, size_t index)
{
	const struct group_view *gv = &a->groups[group_index(host, g)];
	struct region_view *v = &a->regions[index];
	struct coverage_view c = { .range = host->regions[index].range };

	cover_in_group(a, g, gv, c.range, &c);
	v->coverage = c.coverage;
	v->loss = c.loss;
	v->lost = c.lost;
}

/* --- What each device must find 1:1 --- */

/* The first line of a group that has a share of a claim; NO_INDEX: none has. */
static size_t line_of(const struct host *host, const struct group *g,
		      const struct claim *c)
{
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		if (claim_is_part_of(c, &host->regions[i]))
			return i;
	}
	return NO_INDEX;
}

static bool claims_range(const struct analysis *a, size_t device, struct range range)
{
	const struct device_view *dv = &a->devices[device];

	for (size_t i = dv->first_claim; i < dv->first_claim + dv->n_claims; i++) {
		if (range_contains(a->claims[i].range, range))
			return true;
	}
	return false;
}

/*
 * What reuser_of found for an entry in a group: an owner claims the range itself, so it
 * is the same for all owners.
 */
struct reuser {
	const struct group *group; /* NULL: not looked for yet */
	size_t device;
};

/*
 * Another device of the group that may be given addresses of this range, one whose driver
 * does DMA now before others; NO_INDEX. Bridges have no DMA of their own; addresses are
 * handed out from the top, never below 1 MiB.
 */
static size_t reuser_of(const struct host *host, const struct analysis *a,
			const struct group *g, const struct claim *c)
{
	size_t idle = NO_INDEX;

	if (!is_dma_type(g->type) || range_is_inverted(c->range) ||
	    c->range.last < 0x100000)
		return NO_INDEX;
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		if (!a->devices[i].tables_known ||
		    device_is_pci_bridge(&host->devices[i]) ||
		    claims_range(a, i, c->range))
			continue;
		if (!device_driver_leaves_dma(&host->devices[i]))
			return i;
		if (idle == NO_INDEX)
			idle = i;
	}
	return idle;
}

static size_t known_reuser_of(const struct host *host, const struct analysis *a,
			      const struct group *g, const struct claim *c,
			      struct reuser *known)
{
	struct reuser *r;

	if (c->entry == NO_INDEX)
		return reuser_of(host, a, g, c);
	r = &known[c->entry];
	if (r->group != g)
		*r = (struct reuser){ g, reuser_of(host, a, g, c) };
	return r->device;
}

/* Up to 6.5 such a mapping fails and nobody minds; later there would be no group. */
static bool has_no_permission(const struct analysis *a, const struct claim *c)
{
	return c->entry != NO_INDEX && a->entries[c->entry].no_permission;
}

static void add_claimed(const struct host *host, struct analysis *a,
			const struct group *g, size_t claim, struct reuser *known)
{
	const struct group_view *gv = &a->groups[group_index(host, g)];
	const struct claim *c = &a->claims[claim];
	struct coverage_view *v = ADD(a, coverages);

	v->range = c->entry == NO_INDEX ? c->range : a->entries[c->entry].written;
	v->type = c->type;
	v->claim = claim;
	v->region = line_of(host, g, c);
	if (v->region == NO_INDEX && !gv->maybe_incomplete)
		lose(v, COVERAGE_NONE, LOSS_NOT_LISTED, v->range.first, v->range.last);
	else
		cover_in_group(a, g, gv, c->range, v);
	if (v->coverage == COVERAGE_FULL && is_dma_type(g->type) &&
	    has_no_permission(a, c))
		lose(v, COVERAGE_NONE, LOSS_NO_PERMISSION, v->range.first, v->range.last);
	v->reuser =
		v->region == NO_INDEX ? NO_INDEX : known_reuser_of(host, a, g, c, known);
}

/* A line that is known to be the device's own, and which no entry explains. */
static void add_line(const struct host *host, struct analysis *a, size_t region)
{
	const struct region_view *rv = &a->regions[region];
	struct coverage_view *v = ADD(a, coverages);

	v->range = host->regions[region].range;
	v->type = host->regions[region].type;
	v->coverage = rv->coverage;
	v->loss = rv->loss;
	v->lost = rv->lost;
	v->reuser = NO_INDEX;
	v->claim = NO_INDEX;
	v->region = region;
}

static void add_coverages(const struct host *host, struct analysis *a,
			  const struct group *g, size_t device, struct reuser *known)
{
	struct device_view *dv = &a->devices[device];

	dv->first_coverage = a->n_coverages;
	for (size_t i = dv->first_claim; i < dv->first_claim + dv->n_claims; i++) {
		if (is_direct_type(a->claims[i].type))
			add_claimed(host, a, g, i, known);
	}
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		if (g->n_devices == 1 && is_direct_type(host->regions[i].type) &&
		    a->regions[i].explained != EXPLAINED_FULLY)
			add_line(host, a, i);
	}
	dv->n_coverages = a->n_coverages - dv->first_coverage;
}

static enum provider provider_of(enum domain_type type)
{
	if (is_identity_type(type))
		return PROVIDER_PASSTHROUGH;
	if (is_dma_type(type))
		return PROVIDER_DIRECT_MAPPINGS;
	return type == DOMAIN_BLOCKED ? PROVIDER_NOTHING : PROVIDER_UNKNOWN;
}

/* The worst that firmware entries give to a device itself, of what the kernel lists. */
static enum requirement claimed(const struct analysis *a, size_t device)
{
	const struct device_view *dv = &a->devices[device];
	enum requirement worst = REQUIRED_NO;

	for (size_t i = 0; i < dv->n_coverages; i++) {
		const struct coverage_view *v = &a->coverages[dv->first_coverage + i];

		if (v->claim == NO_INDEX || v->loss == LOSS_NOT_LISTED)
			continue;
		if (v->type == REGION_DIRECT)
			return REQUIRED_YES;
		worst = REQUIRED_RELAXABLE;
	}
	return worst;
}

/* Is every direct line of the group somebody's, by a firmware entry? */
static bool all_explained(const struct host *host, const struct analysis *a,
			  const struct group *g)
{
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		if (is_direct_type(host->regions[i].type) &&
		    a->regions[i].explained != EXPLAINED_FULLY)
			return false;
	}
	return true;
}

/* In a larger group a line has no owner of its own: only the firmware tables tell. */
static void decide_by_tables(const struct host *host, const struct analysis *a,
			     const struct group *g, size_t device, struct identity *id)
{
	enum requirement own = claimed(a, device);

	if (own == REQUIRED_YES ||
	    (own == REQUIRED_RELAXABLE && a->devices[device].tables_known)) {
		id->required = own;
		id->why = "a firmware entry (or the kernel's rule) gives it the region";
	} else if (a->devices[device].tables_known && all_explained(host, a, g)) {
		id->required = REQUIRED_NO;
		id->why = "the direct regions of its group belong to other devices";
	} else {
		id->required = REQUIRED_UNKNOWN;
		id->why =
			"the group has more than one device, and nothing tells whose region it "
			"is";
	}
}

/* Nobody here knows what such a region asks for. */
static bool has_unknown_type(const struct host *host, const struct group *g)
{
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		if (host->regions[i].type == REGION_UNKNOWN)
			return true;
	}
	return false;
}

static void decide_requirement(const struct host *host, const struct analysis *a,
			       const struct group *g, size_t device, struct identity *id)
{
	const struct group_view *gv = &a->groups[group_index(host, g)];

	if (!gv->n_direct && gv->maybe_incomplete) {
		id->required = REQUIRED_UNKNOWN;
		id->why = "the group's list of regions is not complete";
	} else if (!gv->n_direct && has_unknown_type(host, g)) {
		id->required = REQUIRED_UNKNOWN;
		id->why = "the group has a region of a type that is not known here";
	} else if (gv->n_direct + gv->n_relaxable == 0) {
		id->required = REQUIRED_NO;
		id->why = "the group has no direct region";
	} else if (g->n_devices == 1) {
		id->required = gv->n_direct ? REQUIRED_YES : REQUIRED_RELAXABLE;
		id->why = "the only device of its group, so its lines are its own";
	} else {
		decide_by_tables(host, a, g, device, id);
	}
}

static void analyze_device(const struct host *host, struct analysis *a,
			   const struct group *g, size_t index)
{
	struct identity *id = &a->devices[index].identity;

	decide_requirement(host, a, g, index, id);
	id->provider = a->groups[group_index(host, g)].holder == NO_INDEX
			       ? provider_of(g->type)
			       : PROVIDER_NOTHING;
	/*
	 * Where a failed mapping costs the whole IOMMU, a group that exists has its
	 * mappings. Older kernels ignore some failures.
	 */
	if ((id->provider == PROVIDER_PASSTHROUGH) ||
	    (id->provider == PROVIDER_DIRECT_MAPPINGS &&
	     kernel_does(host, BEHAVIOUR_DIRECT_FAILURE_LOSES_IOMMU,
			 a->groups[group_index(host, g)].kind) == ANSWER_YES))
		id->proof = PROOF_KERNEL_RULE;
}

/*
 * A device in no group: the tables alone tell what firmware wants for it. Whether
 * anything translates its DMA is not known.
 */
static void analyze_ungrouped(struct analysis *a, size_t device)
{
	const struct device_view *dv = &a->devices[device];
	struct identity *id = &a->devices[device].identity;

	id->required = REQUIRED_UNKNOWN;
	id->why = "the device is in no group";
	for (size_t i = dv->first_claim; i < dv->first_claim + dv->n_claims; i++) {
		id->why = "a firmware entry names it, but the device is in no group";
		if (a->claims[i].type == REGION_DIRECT)
			id->required = REQUIRED_YES;
		else if (id->required == REQUIRED_UNKNOWN)
			id->required = REQUIRED_RELAXABLE;
	}
}

void analyze_identity(const struct host *host, struct analysis *a)
{
	struct reuser *known = xcalloc(a->n_entries, sizeof(*known));

	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].group == NO_GROUP)
			analyze_ungrouped(a, i);
	}
	for (size_t i = 0; i < host->n_groups; i++) {
		const struct group *g = &host->groups[i];

		for (size_t r = g->first_region; r < g->first_region + g->n_regions;
		     r++) {
			if (is_direct_type(host->regions[r].type))
				analyze_region(host, a, g, r);
		}
		for (size_t d = g->first_device; d < g->first_device + g->n_devices;
		     d++) {
			add_coverages(host, a, g, d, known);
			analyze_device(host, a, g, d);
		}
	}
	free(known);
}
