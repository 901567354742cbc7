/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "compare/fleet.h"

/* The columns of `merge`. */
struct merge_column {
	const char *name;
	bool right;
	const char *help;
	/* the caller owns it; NULL: empty */
	char *(*cell)(const struct fleet_host *host);
};

/* All columns, in the order --list-columns prints them. */
extern const struct merge_column merge_columns[];
extern const size_t n_merge_columns;
