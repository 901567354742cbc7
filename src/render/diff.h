/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdio.h>

#include "compare/compare.h"

/* What `diff` shows: two hosts, what they are called, and how they differ. */
struct diff_view {
	const struct digest *a, *b;
	const char *name_a, *name_b;
	const struct comparison *comparison;
	unsigned width;
	bool one_domain; /* no function of either is in another PCI domain than 0 */
	bool verbose;	 /* name all that a line is about, and groups with new numbers */
	int exit_status;
};

/* Nothing where nothing differs and all could be compared. */
void render_diff(const struct diff_view *view, FILE *out);
void render_diff_json(const struct diff_view *view, FILE *out);
