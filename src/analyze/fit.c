/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ranges beside the I/O addresses that devices can use. */
#include "analyze/fit.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"

/*
 * vfio_dma_do_map and vfio_iommu_type1_attach_group (drivers/vfio/vfio_iommu_type1.c,
 * with vfio_iommu_iova_dma_valid, vfio_iommu_resv_conflict, vfio_iommu_aper_conflict);
 * iopt_check_iova and iopt_reserve_iova (drivers/iommu/iommufd/io_pagetable.c). Another
 * group comes to a container that has mappings by VFIO_GROUP_SET_CONTAINER: a container
 * without a group takes none.
 */
const struct fit_refusal fit_refusals[] = {
	{ .call = "VFIO_IOMMU_MAP_DMA", .error = EINVAL },
	{ .call = "VFIO_GROUP_SET_CONTAINER", .error = EINVAL, .later = true },
	{ .call = "IOMMU_IOAS_MAP", .error = EINVAL, .iommufd = true },
	{ .call = "VFIO_DEVICE_ATTACH_IOMMUFD_PT",
	  .error = EADDRINUSE,
	  .iommufd = true,
	  .later = true },
	{ 0 },
};

static enum fit_state worse(enum fit_state a, enum fit_state b)
{
	return a > b ? a : b;
}

/* --- One range --- */

static enum fit_state state_of(const struct fit_hit *hit, enum layout_use use)
{
	if (hit->reason == FIT_NOT_KNOWN)
		return FIT_UNKNOWN;
	/* a BAR that is not mapped costs DMA from device to device */
	return use == LAYOUT_BARS ? FIT_LOST : FIT_NO;
}

static void add_hit(struct fit *f, struct fit_range *r, struct fit_hit hit)
{
	const struct fit_hit *last = r->n_hits ? &f->hits[f->n_hits - 1] : NULL;

	r->state = worse(r->state, state_of(&hit, r->wanted.use));
	/* a region is cut where another one begins; what is said of it is the same */
	if (last && last->reason == hit.reason && hit.reason != FIT_IN_REGION &&
	    range_touches(last->range, hit.range)) {
		f->hits[f->n_hits - 1].range.last = hit.range.last;
		return;
	}
	*ADD(f, hits) = hit;
	r->n_hits++;
}

static bool judge_space_part(const struct analysis *a, const struct io_space *space,
			     const struct space_part *p, enum fit_reason *reason)
{
	bool assumed =
		space->iommu != NO_INDEX && a->iommus[space->iommu].aperture_assumed;

	if (p->kind == SPACE_UNKNOWN)
		*reason = FIT_NOT_KNOWN;
	else if (p->kind == SPACE_OUTSIDE)
		*reason = assumed ? FIT_NOT_KNOWN : FIT_OUTSIDE;
	else
		*reason = FIT_IN_REGION;
	return p->kind == SPACE_UNKNOWN || !p->usable;
}

/* What lies above the last part is above all that any IOMMU translates. */
static void judge_above(const struct analysis *a, struct fit *f, struct fit_range *r,
			uint64_t end)
{
	const struct io_space *space = &f->space;
	struct range w = r->wanted.range;
	bool assumed =
		space->iommu != NO_INDEX && a->iommus[space->iommu].aperture_assumed;
	struct fit_hit hit = { .reason = assumed ? FIT_NOT_KNOWN : FIT_OUTSIDE,
			       .part = NO_INDEX };

	if (w.last <= end)
		return;
	hit.range = (struct range){ w.first > end ? w.first : end + 1, w.last };
	add_hit(f, r, hit);
}

static bool is_aligned(const struct fit *f, struct range r)
{
	return r.first % f->page_size == 0 && r.last % f->page_size == f->page_size - 1;
}

/* vfio_iommu_iova_dma_valid; a region that ends before it begins splits a range. */
static bool is_in_one(const struct ranges *usable, struct range r)
{
	for (size_t i = 0; i < usable->n_range; i++) {
		if (range_contains(usable->range[i], r))
			return true;
	}
	return false;
}

static void judge_range(const struct analysis *a, struct fit *f,
			const struct layout_part *wanted)
{
	struct fit_range r = { .wanted = *wanted, .first_hit = f->n_hits };
	uint64_t end = 0;

	if (!f->space.n_parts)
		add_hit(f, &r,
			(struct fit_hit){ wanted->range, FIT_NOT_KNOWN, NO_INDEX });
	if (wanted->use == LAYOUT_GIVEN && !is_aligned(f, wanted->range))
		add_hit(f, &r,
			(struct fit_hit){ wanted->range, FIT_UNALIGNED, NO_INDEX });
	for (size_t i = 0; i < f->space.n_parts; i++) {
		const struct space_part *p = &f->space.parts[i];
		struct fit_hit hit = { .part = i };

		end = p->range.last;
		if (!range_overlaps(p->range, wanted->range) ||
		    !judge_space_part(a, &f->space, p, &hit.reason))
			continue;
		hit.range = range_common(p->range, wanted->range);
		add_hit(f, &r, hit);
	}
	if (f->space.n_parts)
		judge_above(a, f, &r, end);
	if (!r.n_hits && !is_in_one(&f->usable, wanted->range))
		add_hit(f, &r, (struct fit_hit){ wanted->range, FIT_SPLIT, NO_INDEX });
	f->state = worse(f->state, r.state);
	*ADD(f, ranges) = r;
}

/* --- All of them --- */

static uint64_t page_size_of(const struct host *host, const struct analysis *a,
			     const struct io_space *space)
{
	uint64_t size = GUEST_PAGE;

	for (size_t i = 0; i < space->n_groups; i++) {
		const struct group_view *v =
			&a->groups[group_index(host, space->groups[i])];

		if (v->page_size > size)
			size = v->page_size;
	}
	return size;
}

static bool regions_are_known(const struct io_space *space)
{
	return space->n_groups && !space->n_untranslated && space->complete;
}

void fit_judge(const struct fit_question *q, struct fit *out)
{
	*out = (struct fit){ .shape = q->shape };
	io_space_of(q->host, q->analysis, q->groups, q->n_groups, &out->space);
	if (out->space.n_groups)
		usable_iova_of_set(q->host, q->analysis, out->space.groups,
				   out->space.n_groups, &out->usable);
	out->page_size = page_size_of(q->host, q->analysis, &out->space);
	if (!regions_are_known(&out->space) ||
	    (!q->shape && !q->n_ranges && !out->space.last_known))
		out->state = FIT_UNKNOWN;
	if (q->shape)
		layout_of(q->shape, &out->layout);
	if (out->layout.too_high)
		out->state = FIT_NO;
	for (size_t i = 0; i < out->layout.n_parts; i++)
		judge_range(q->analysis, out, &out->layout.parts[i]);
	for (size_t i = 0; i < q->n_ranges; i++)
		judge_range(q->analysis, out, &q->ranges[i]);
}

void fit_clear(struct fit *f)
{
	io_space_clear(&f->space);
	ranges_clear(&f->usable);
	layout_clear(&f->layout);
	free(f->ranges);
	free(f->hits);
	free(f->advice);
	*f = (struct fit){ .space = { .iommu = NO_INDEX } };
}

/* --- What can be used --- */

bool fit_holes(const struct fit *f, struct ranges *out)
{
	bool whole = regions_are_known(&f->space);

	*out = (struct ranges){ 0 };
	for (size_t i = 0; whole && i < f->usable.n_range; i++) {
		struct range r = f->usable.range[i];

		if (f->space.last_known || r.last != UINT64_MAX)
			*ADD(out, range) = r;
	}
	return whole && f->space.last_known;
}

/* --- Words --- */

const char *fit_state_name(enum fit_state state)
{
	static const char *const names[FIT_STATE_COUNT] = {
		[FIT_YES] = "yes",
		[FIT_LOST] = "yes-but",
		[FIT_UNKNOWN] = "unknown",
		[FIT_NO] = "no",
	};

	return names[state];
}

const char *fit_reason_name(enum fit_reason reason)
{
	static const char *const names[FIT_REASON_COUNT] = {
		[FIT_IN_REGION] = "reserved-region",
		[FIT_OUTSIDE] = "outside",
		[FIT_NOT_KNOWN] = "unknown",
		[FIT_UNALIGNED] = "part-of-page",
		[FIT_SPLIT] = "split",
	};

	return names[reason];
}

const char *fit_advice_name(enum fit_advice_kind kind)
{
	static const char *const names[FIT_ADVICE_COUNT] = {
		[FIT_NEWER_MACHINE] = "newer-machine",
		[FIT_LOW_LIMIT] = "max-ram-below-4g",
		[FIT_PHYS_BITS] = "phys-bits",
		[FIT_FEWER_BITS] = "fewer-phys-bits",
		[FIT_LESS_RAM] = "less-ram",
		[FIT_WITHOUT_GROUP] = "without-group",
	};

	return names[kind];
}
