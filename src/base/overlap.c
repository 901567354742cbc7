/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ranges that are found by what they overlap. */
#include "base/overlap.h"

#include <stdlib.h>

#include "base/order.h"

void overlaps_add(struct overlaps *overlaps, struct range range, size_t place)
{
	if (!range_is_inverted(range))
		*ADD(overlaps, list) =
			(struct overlap_range){ .range = range, .place = place };
}

static int compare(const void *a, const void *b)
{
	const struct overlap_range *x = a, *y = b;

	if (x->range.first != y->range.first)
		return x->range.first < y->range.first ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

void overlaps_sort(struct overlaps *overlaps)
{
	uint64_t reach = 0;

	if (overlaps->n_list)
		qsort(overlaps->list, overlaps->n_list, sizeof(*overlaps->list), compare);
	for (size_t i = 0; i < overlaps->n_list; i++) {
		struct overlap_range *r = &overlaps->list[i];

		reach = r->range.last > reach ? r->range.last : reach;
		r->reach = reach;
	}
}

void overlaps_clear(struct overlaps *overlaps)
{
	free(overlaps->list);
	*overlaps = (struct overlaps){ 0 };
}

static bool begins_up_to(const void *element, const void *key)
{
	const struct overlap_range *r = element;

	return r->range.first <= *(const uint64_t *)key;
}

size_t overlaps_up_to(const struct overlaps *overlaps, uint64_t address)
{
	return count_before(&address, overlaps->list, overlaps->n_list,
			    sizeof(*overlaps->list), begins_up_to);
}

const struct overlap_range *overlaps_next(const struct overlaps *overlaps,
					  struct range range, size_t *at)
{
	while (*at && overlaps->list[*at - 1].reach >= range.first) {
		const struct overlap_range *r = &overlaps->list[--*at];

		if (range_overlaps(r->range, range))
			return r;
	}
	return NULL;
}
