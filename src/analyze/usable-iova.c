/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is left of the IOVA space after reserved regions, the aperture and the width. */
#include <stdlib.h>

#include "analyze/parts.h"

void ranges_clear(struct ranges *ranges)
{
	free(ranges->range);
	*ranges = (struct ranges){ 0 };
}

static void add(struct ranges *ranges, uint64_t first, uint64_t last)
{
	*ADD(ranges, range) = (struct range){ first, last };
}

void ranges_exclude(struct ranges *ranges, struct range region)
{
	struct ranges left = { 0 };

	for (size_t i = 0; i < ranges->n_range; i++) {
		struct range r = ranges->range[i];

		if (region.first > r.last || region.last < r.first) {
			add(&left, r.first, r.last);
			continue;
		}
		if (region.first > r.first)
			add(&left, r.first, region.first - 1);
		if (region.last < r.last)
			add(&left, region.last + 1, r.last);
	}
	ranges_clear(ranges);
	*ranges = left;
}

static void exclude_group(const struct host *host, const struct group *g,
			  struct ranges *out)
{
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		if (host->regions[i].type != REGION_DIRECT_RELAXABLE)
			ranges_exclude(out, host->regions[i].range);
	}
}

bool usable_iova_of_set(const struct host *host, const struct analysis *a,
			const struct group *const *groups, size_t n, struct ranges *out)
{
	uint64_t last = UINT64_MAX;
	bool known = true;

	*out = (struct ranges){ 0 };
	for (size_t i = 0; i < n; i++) {
		size_t iommu = a->groups[group_index(host, groups[i])].iommu;

		if (iommu == NO_INDEX || !a->iommus[iommu].aperture_known)
			known = false;
		else if (a->iommus[iommu].aperture_last < last)
			last = a->iommus[iommu].aperture_last;
	}
	add(out, 0, last);
	for (size_t i = 0; i < n; i++)
		exclude_group(host, groups[i], out);
	return known;
}

bool usable_iova(const struct host *host, const struct analysis *a,
		 const struct group *group, struct ranges *out)
{
	return usable_iova_of_set(host, a, &group, 1, out);
}
