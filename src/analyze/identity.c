/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The identity state of each device: must it find memory 1:1, who provides that, and is
 * all of each range really mapped. The arithmetic is that of
 * iommu_create_device_direct_mappings (drivers/iommu/iommu.c): both ends are rounded up
 * to the smallest page of the domain.
 */
#include "analyze/parts.h"

static bool is_identity_type(enum domain_type type)
{
	return type == DOMAIN_IDENTITY;
}

static bool is_dma_type(enum domain_type type)
{
	return type == DOMAIN_DMA || type == DOMAIN_DMA_FQ;
}

static void lose(struct region_view *v, enum coverage coverage, enum loss loss,
		 uint64_t first, uint64_t last)
{
	v->coverage = coverage;
	v->loss = loss;
	v->lost = (struct range){ first, last };
}

/*
 * Coverage of a range in a DMA domain with pages of 2^n bytes that ends at aperture_last.
 */
static void cover(struct range r, uint64_t page, uint64_t aperture_last,
		  struct region_view *v)
{
	uint64_t mask = page - 1;
	uint64_t first_page;

	v->coverage = COVERAGE_FULL;
	if (range_is_inverted(r)) {
		lose(v, COVERAGE_NONE, LOSS_EMPTY, r.first, r.last);
		return;
	}
	/* The last byte lies in the top page: the end rounded up is 2^64, that is 0. */
	if ((r.last | mask) == UINT64_MAX) {
		lose(v, COVERAGE_NONE, LOSS_WRAP, r.first, r.last);
		return;
	}
	if (r.last > aperture_last) {
		lose(v, COVERAGE_NONE, LOSS_APERTURE, r.first, r.last);
		return;
	}
	first_page = (r.first + mask) & ~mask; /* cannot wrap: r.first <= r.last */
	if (first_page == r.first)
		return;
	if (first_page > r.last)
		lose(v, COVERAGE_NONE, LOSS_ROUNDING, r.first, r.last);
	else
		lose(v, COVERAGE_PARTLY, LOSS_ROUNDING, r.first, first_page - 1);
}

static void analyze_region(const struct host *host, struct analysis *a,
			   const struct group *g, size_t index)
{
	const struct group_view *gv = &a->groups[group_index(host, g)];
	struct region_view *v = &a->regions[index];
	struct range range = host->regions[index].range;
	uint64_t aperture =
		gv->iommu == NO_INDEX ? UINT64_MAX : a->iommus[gv->iommu].aperture_last;

	if (is_identity_type(g->type))
		v->coverage = COVERAGE_FULL;
	else if (is_dma_type(g->type))
		cover(range, gv->page_size, aperture, v);
	else if (g->type == DOMAIN_BLOCKED)
		lose(v, COVERAGE_NONE, LOSS_NOT_TRIED, range.first, range.last);
	else
		v->coverage = COVERAGE_UNKNOWN;
}

static enum provider provider_of(enum domain_type type)
{
	if (is_identity_type(type))
		return PROVIDER_PASSTHROUGH;
	if (is_dma_type(type))
		return PROVIDER_DIRECT_MAPPINGS;
	return type == DOMAIN_BLOCKED ? PROVIDER_NOTHING : PROVIDER_UNKNOWN;
}

/* The worst that firmware entries give to a device itself. */
static enum requirement claimed(const struct analysis *a, const struct group_view *gv,
				size_t device)
{
	enum requirement worst = REQUIRED_NO;

	for (size_t i = gv->first_claim; i < gv->first_claim + gv->n_claims; i++) {
		if (a->claims[i].device != device)
			continue;
		if (a->claims[i].type == REGION_DIRECT)
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
		if ((host->regions[i].type == REGION_DIRECT ||
		     host->regions[i].type == REGION_DIRECT_RELAXABLE) &&
		    a->regions[i].explained != EXPLAINED_FULLY)
			return false;
	}
	return true;
}

/* In a larger group a line has no owner of its own: only the firmware tables tell. */
static void decide_by_tables(const struct host *host, const struct analysis *a,
			     const struct group *g, size_t device, struct identity *id)
{
	const struct group_view *gv = &a->groups[group_index(host, g)];
	enum requirement own = claimed(a, gv, device);

	if (a->devices[device].tables_known && own != REQUIRED_NO) {
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

static void decide_requirement(const struct host *host, const struct analysis *a,
			       const struct group *g, size_t device, struct identity *id)
{
	const struct group_view *gv = &a->groups[group_index(host, g)];

	if (!gv->n_direct && gv->maybe_incomplete) {
		id->required = REQUIRED_UNKNOWN;
		id->why = "the group's list of regions is not complete";
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
	id->provider = provider_of(g->type);
	/*
	 * From 6.12 on a group that exists has its mappings, else the core had given up
	 * the IOMMU (iommu_setup_default_domain). Older kernels ignore some failures.
	 */
	if ((id->provider == PROVIDER_PASSTHROUGH) ||
	    (id->provider == PROVIDER_DIRECT_MAPPINGS &&
	     kernel_at_least(&host->kernel, 6, 12) == ANSWER_YES))
		id->proof = PROOF_KERNEL_RULE;
}

void analyze_identity(const struct host *host, struct analysis *a)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].group == NO_GROUP) {
			a->devices[i].identity.required = REQUIRED_UNKNOWN;
			a->devices[i].identity.why = "the device is in no group";
		}
	}
	for (size_t i = 0; i < host->n_groups; i++) {
		const struct group *g = &host->groups[i];

		for (size_t r = g->first_region; r < g->first_region + g->n_regions;
		     r++) {
			if (host->regions[r].type == REGION_DIRECT ||
			    host->regions[r].type == REGION_DIRECT_RELAXABLE)
				analyze_region(host, a, g, r);
		}
		for (size_t d = g->first_device; d < g->first_device + g->n_devices; d++)
			analyze_device(host, a, g, d);
	}
}
