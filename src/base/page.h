/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/range.h"

/*
 * Ranges and the pages they are made of. A page size is a power of two. Sums wrap at 64
 * bits, as the kernel's do.
 */

static inline uint64_t page_down(uint64_t address, uint64_t page)
{
	return address & ~(page - 1);
}

/* To the next start of a page; 0 from within the last page there is. */
static inline uint64_t page_up(uint64_t address, uint64_t page)
{
	return page_down(address + (page - 1), page);
}

/* As firmware writes it: the first byte, and how many. Inverted if that is 0. */
static inline struct range range_of_length(uint64_t first, uint64_t length)
{
	return (struct range){ first, first + length - 1 };
}

/* Does it end in the last page there is? Rounded up, its end is then 2^64. */
static inline bool range_wraps(struct range r, uint64_t page)
{
	return !range_is_inverted(r) && page_down(r.last, page) == (uint64_t)0 - page;
}

/* The whole pages that a range has a byte in; not to be asked of an inverted one. */
static inline struct range range_widened(struct range r, uint64_t page)
{
	return (struct range){ page_down(r.first, page), r.last | (page - 1) };
}

/* The last address of a width in bits, 1 and up. */
static inline uint64_t last_of_width(unsigned width)
{
	return width >= 64 ? UINT64_MAX : ((uint64_t)1 << width) - 1;
}
