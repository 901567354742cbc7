/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* For qsort and bsearch: of two size_t. */
int compare_sizes(const void *a, const void *b);

/*
 * How many elements of a sorted array are in front of a key, which is also the index of
 * the first that is not: n elements of size bytes, those that is_before is true for come
 * first.
 */
size_t count_before(const void *key, const void *array, size_t n, size_t size,
		    bool (*is_before)(const void *element, const void *key));
