/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>

#include "base/memory.h"

/* The columns that -o names, of n that a command has: their numbers, in its order. */
struct chosen {
	ARRAY_OF(size_t, column);
};

/*
 * output: what -o says, in either case of letters, "+NAME,..." after the usual ones;
 * NULL: the usual ones. False after a message. The caller frees chosen->column.
 */
bool choose_columns(const char *output, const char *usual, const char *const *names,
		    size_t n, struct chosen *chosen);
