/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdio.h>

#include "analyze/analyze.h"
#include "model/findings.h"

struct fit_answer;
struct json_object;
struct map;
struct messages;
struct pci_names;
struct plan;
struct report;

/* A selector, or several together, that fit nothing. */
struct unmatched {
	char *selector; /* as it was written */
	const char *reason;
};

/*
 * What a renderer gets: everything that is known, and which part of it was asked for. A
 * renderer decides nothing and changes nothing.
 */
struct view {
	const struct host *host;
	const struct analysis *analysis;
	const struct findings *findings; /* NULL: nothing was judged */
	const struct plan *plan;	 /* of `assign`; NULL: none was made */
	/* What was selected, one flag for each element of the host's arrays. */
	const bool *groups, *regions, *devices;
	const bool *matters; /* devices that deserve a line; NULL: none does */
	const bool *wanted;  /* of each rule, whether it ran; NULL: all did */
	bool all;	     /* nothing was left out */
	/* Selectors that fit nothing; unsure: as far as could be looked. */
	const struct unmatched *unmatched;
	size_t n_unmatched;
	bool unsure;
	const struct fit_answer *fit; /* of `fit` (rules/fit-answer.h); NULL: none */
	bool has_ignores;	      /* --ignore-file was given */
	const struct report *report; /* of `report` (render/report.h); NULL: it is none */
	const struct map *map;	     /* what `map` shows (render/map.h); NULL: nothing */
	int exit_status;
	enum severity fail_on;	 /* findings below it do not count for the status */
	struct pci_names *names; /* of PCI functions; NULL: none are known */
	bool color;
	bool verbose;
	bool quiet;
	unsigned width; /* columns of text */
	bool utf8;	/* it goes to a terminal that has more than ASCII */
};

/* The whole document as JSON; findings are left out where nothing was judged. */
void render_json(const struct view *view, FILE *out);

/* The document of a run that has no result: what was said instead. */
void render_failure(const struct messages *said, int exit_status, FILE *out);
/* The messages so far, one string each. */
struct json_object *messages_array(const struct messages *said);

/* Findings, devices that matter, what was not checked, the verdict. */
void render_check(const struct view *view, FILE *out);

/* The findings alone, a blank line before and behind each. As JSON: the array. */
void render_findings(const struct view *view, FILE *out);
struct json_object *findings_array(const struct view *view);

/*
 * What the kernel answered about the selected devices, beside sysfs and prediction, and
 * what follows from that as render_check prints it.
 */
void render_query(const struct view *view, FILE *out);

/* The way of the selected devices to a VM: the plan. */
void render_assign(const struct view *view, FILE *out);

/* Everything about the selected groups and devices, with its origin. */
void render_show(const struct view *view, FILE *out);

/* Why there is no group to judge, as far as the facts tell; one sentence a line. */
void render_absence(const struct view *view, FILE *out);
