/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdio.h>

#include "compare/compare.h"
#include "model/burst.h"

/* A look of `watch` at the host: when it was, and what led to it. */
struct look {
	const char *time;	   /* "2026-11-29T09:30:00+00:00" */
	const char *since;	   /* of the look before; NULL: it is the first */
	const struct burst *burst; /* NULL: likewise */
};

/* What `diff` shows: two hosts, what they are called, and how they differ. */
struct diff_view {
	const struct look *look; /* of `watch`, for which a line is by itself; NULL */
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
