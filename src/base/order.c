/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is sorted, and where in it something has its place. */
#include "base/order.h"

#include "base/attr.h"

int compare_sizes(const void *a, const void *b)
{
	const size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return COMPARE(x, y);
}

size_t count_before(const void *key, const void *array, size_t n, size_t size,
		    bool (*is_before)(const void *element, const void *key))
{
	size_t low = 0, high = n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (is_before((const char *)array + middle * size, key))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
