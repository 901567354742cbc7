/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdio.h>

#include "compare/fleet.h"

struct messages;

/* What `merge` shows. */
struct merge_view {
	const struct fleet *fleet;
	size_t n_unread; /* files that are no snapshots, or could not be read */
	const struct messages *said;
	unsigned width;
	bool color;
	bool verbose; /* name every host and range */
	bool quiet;   /* findings and the verdict only */
	enum severity fail_on;
	int exit_status;
};

/* What stands below the table of hosts: what they share, and the verdict. */
void render_merge(const struct merge_view *view, FILE *out);
void render_merge_json(const struct merge_view *view, FILE *out);

/* "OK", as `check` says it. */
const char *fleet_verdict(const struct fleet_host *host);
