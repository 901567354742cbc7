/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "render/color.h"
#include "render/view.h"

/*
 * What the texts of `check` and `report` share: the screen, the long one of -v, the mail.
 */

/* So many devices, rules or groups are named one by one. */
#define NAMES_MAX 6

const char *severity_word(enum severity severity); /* "NOTE" */
/* "OK"; warned: something worse than a note was found, else it may be what failed. */
const char *status_word(int exit_status, bool warned);
enum style severity_style(enum severity severity);

/* A verdict, of one host or of many. */
struct verdict_line {
	const char *word; /* "OK" */
	const char *text; /* "2 notes" */
	int exit_status;
};

/* "OK: 2 notes (exit status 0)". The caller owns it. */
char *verdict_line_text(const struct verdict_line *line);
/* The same behind its label, the word in the colour of the status. */
void put_verdict_line(const struct verdict_line *line, bool color, unsigned width,
		      FILE *out);

/* "ERROR": by the exit status; a note can be what fails, by --fail-on info. */
const char *verdict_word(const struct view *view);
/* What the verdict says behind its word: "1 error, 2 notes". The caller owns it. */
char *verdict_text(const struct view *view);

/* Is there no group because none could be read? Then there may be an IOMMU. */
bool absence_is_unsure(const struct view *view);
/* In front of why there is no group: "No IOMMU", or "Unknown". */
const char *absence_label(const struct view *view);

/* Is the reason for a group of those that were not checked the same? */
bool misses_the_same(const struct not_checked *a, const struct not_checked *b);

/* "04:00.1, 04:00.2 and 3 more": its devices, in so much room. The caller owns it. */
char *finding_names(const struct view *view, const struct finding *finding, size_t room);
/* "group 7: 01:00.0, 01:00.1": what a finding is about, in short. The caller owns it. */
char *finding_subject(const struct view *view, const struct finding *finding);

/* "2 rules need DMAR (FILE: why)"; n of them miss the same. The caller owns it. */
char *missing_text(const struct not_checked *missing, size_t n);

/* Why a device that was asked about is refused, in one line each. */
void put_refusals(const struct view *view, FILE *out);

/*
 * All findings in full, a blank line behind each; of many of one rule the first ones,
 * unless the view is verbose.
 */
void put_finding_texts(const struct view *view, FILE *out);

void put_machine(const struct view *view, FILE *out); /* its maker and firmware */
void put_verdict(const struct view *view, FILE *out); /* and the exit status */

/* Rules that could not be checked, by name. */
void put_rules_not_checked(const struct view *view, FILE *out);

/*
 * All below findings and devices: the guest, what could not be read or checked (each form
 * says in its own way which rules), what is not known; and with the verdict.
 */
void put_unseen(const struct view *view,
		void (*put_not_checked)(const struct view *view, FILE *out), FILE *out);
void put_end(const struct view *view,
	     void (*put_not_checked)(const struct view *view, FILE *out), FILE *out);

/* Within 24 lines of 80 columns where it can be: findings, VM use, verdict, what next. */
void render_screen(const struct view *view, FILE *out);
