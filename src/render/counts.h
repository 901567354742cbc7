/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "render/view.h"

/*
 * What monitoring counts of a run, beside its findings: a row each, which the formats for
 * monitoring walk. Names are stable: dashboards and alerts are written against them.
 */
struct count {
	const char *name;
	const char *help; /* what is counted, for people; one line */
	size_t (*of)(const struct view *view);
};

extern const struct count counts[];
extern const size_t n_counts;

/* Rules that --only or --skip left out. */
size_t n_rules_skipped(const struct view *view);
