/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * A range of I/O or physical addresses in bytes. Both ends are included. A line of the
 * kernel can be inverted (last < first): such a range is kept as data, covers nothing,
 * and overlaps nothing. No function here adds to an end, so 0xffffffffffffffff is an end
 * like any other.
 */
struct range {
	uint64_t first;
	uint64_t last;
};

static inline bool range_is_inverted(struct range r)
{
	return r.last < r.first;
}

static inline bool range_equals(struct range a, struct range b)
{
	return a.first == b.first && a.last == b.last;
}

static inline bool range_overlaps(struct range a, struct range b)
{
	return !range_is_inverted(a) && !range_is_inverted(b) && a.first <= b.last &&
	       b.first <= a.last;
}

/* Overlapping, or one begins right behind the other. */
static inline bool range_touches(struct range a, struct range b)
{
	if (range_overlaps(a, b))
		return true;
	if (range_is_inverted(a) || range_is_inverted(b))
		return false;
	return (a.last < b.first && b.first - a.last == 1) ||
	       (b.last < a.first && a.first - b.last == 1);
}

static inline bool range_contains(struct range outer, struct range inner)
{
	return !range_is_inverted(outer) && !range_is_inverted(inner) &&
	       outer.first <= inner.first && inner.last <= outer.last;
}

static inline bool range_has(struct range r, uint64_t address)
{
	return r.first <= address && address <= r.last;
}

/* The part two ranges share. Only to be called when they overlap. */
static inline struct range range_common(struct range a, struct range b)
{
	return (struct range){
		.first = a.first > b.first ? a.first : b.first,
		.last = a.last < b.last ? a.last : b.last,
	};
}
