/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is left of the IOVA space after reserved regions, the aperture and the width. */
#include <stdlib.h>
#include <string.h>

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

/* Puts what a region leaves of the range at i in its place; returns how many parts. */
static size_t cut(struct ranges *ranges, size_t i, struct range region)
{
	struct range r = ranges->range[i], parts[2];
	size_t n = 0, n_behind = ranges->n_range - i - 1;

	if (region.first > r.first)
		parts[n++] = (struct range){ r.first, region.first - 1 };
	if (region.last < r.last)
		parts[n++] = (struct range){ region.last + 1, r.last };
	if (n == 2)
		add(ranges, 0, 0);
	if (n != 1)
		memmove(&ranges->range[i + n], &ranges->range[i + 1],
			n_behind * sizeof(*ranges->range));
	if (n)
		memcpy(&ranges->range[i], parts, n * sizeof(*parts));
	ranges->n_range = i + n + n_behind;
	return n;
}

/* The first range that does not end in front of an address. */
static size_t first_behind(const struct ranges *ranges, uint64_t address)
{
	size_t low = 0, high = ranges->n_range;

	while (low < high && !ranges->overlapping) {
		size_t middle = low + (high - low) / 2;

		if (ranges->range[middle].last < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void ranges_exclude(struct ranges *ranges, struct range region)
{
	size_t i = first_behind(ranges, region.first);

	while (i < ranges->n_range) {
		struct range r = ranges->range[i];
		bool apart = region.first > r.last || region.last < r.first;

		if (r.first > region.last && !ranges->overlapping)
			break;
		i += apart ? 1 : cut(ranges, i, region);
	}
	ranges->overlapping = ranges->overlapping || range_is_inverted(region);
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
