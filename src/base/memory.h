/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>

#include "base/attr.h"

/*
 * Allocation that ends the program when memory ends: a diagnostic tool has nothing left
 * to say then. All results are owned by the caller and released with free().
 */

/* Says so and ends the program; for what allocates by other means. */
no_return void out_of_memory(void);

/*
 * From here on the process gets no more than max bytes (RLIMIT_DATA, Linux 4.7), unless
 * less was allowed before. Nothing in a program built with sanitizers.
 */
void memory_limit(size_t max);

void *xcalloc(size_t n, size_t size) must_check;
char *xstrdup(const char *s) must_check;
char *xstrndup(const char *s, size_t n) must_check;

/*
 * Makes room for one more element of an array of n elements; *cap is its capacity in
 * elements.
 */
void *grow_array(void *array, size_t n, size_t *cap, size_t size) must_check;

/*
 * For a struct with members name, n_name and cap_name: a pointer to a new zeroed last
 * element.
 */
#define ADD(owner, name)                                                           \
	((owner)->name = grow_array((owner)->name, (owner)->n_##name,              \
				    &(owner)->cap_##name, sizeof(*(owner)->name)), \
	 &(owner)->name[(owner)->n_##name++])

/* Declares the three members that ADD uses. */
#define ARRAY_OF(type, name) \
	type *name;          \
	size_t n_##name;     \
	size_t cap_##name
