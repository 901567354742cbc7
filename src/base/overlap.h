/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"
#include "base/range.h"

/*
 * Ranges that are to be found by what they overlap, without looking at all of them: add,
 * sort, then ask. Each has a place, by which who asks knows it. Inverted ones are not
 * taken.
 */
struct overlap_range {
	struct range range;
	uint64_t reach; /* the last address of it and of those in front */
	size_t place;
};

struct overlaps {
	ARRAY_OF(struct overlap_range, list); /* by where they begin, then by place */
};

void overlaps_add(struct overlaps *overlaps, struct range range, size_t place);
void overlaps_sort(struct overlaps *overlaps);
void overlaps_clear(struct overlaps *overlaps);

/* How many begin at or before an address. */
size_t overlaps_up_to(const struct overlaps *overlaps, uint64_t address);

/*
 * The next one that overlaps a range, going backwards from *at, which overlaps_up_to of
 * the range's end gave; NULL: there is none any more.
 */
const struct overlap_range *overlaps_next(const struct overlaps *overlaps,
					  struct range range, size_t *at);
