/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdio.h>

#include "model/redact.h"
#include "render/view.h"

/* Columns of a report: a line that was quoted twice still fits 80. */
#define REPORT_WIDTH 72

/* What a report says beside what was found: how it came to be. */
struct report {
	const char *attached; /* name of the snapshot beside it; NULL: none */
	bool all;	      /* every group, not those of the findings only */
	const struct redaction *redaction; /* what was replaced; NULL: it was not */
	bool as_root;			   /* this host was read so */
};

/*
 * The host and what is wrong with it as text for a mail, the same on any terminal: ASCII,
 * REPORT_WIDTH columns, no colour. view.report must be there.
 */
void render_report(const struct view *view, FILE *out);

/*
 * The same as Markdown: verdict and findings, then the text, folded away, in a fence that
 * nothing in it can close.
 */
void render_report_markdown(const struct view *view, FILE *out);
