/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of `check`: what could not be seen, what was found, the exit status. */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "render/check.h"
#include "render/counts.h"
#include "render/guest.h"
#include "render/lines.h"
#include "rules/rules.h"

static const char *severity_noun(enum severity severity, size_t n)
{
	static const char *const nouns[][2] = {
		[SEVERITY_INFO] = { "note", "notes" },
		[SEVERITY_WARNING] = { "warning", "warnings" },
		[SEVERITY_ERROR] = { "error", "errors" },
		[SEVERITY_CRITICAL] = { "critical", "criticals" },
	};

	return nouns[severity][n != 1];
}

const char *verdict_word(const struct view *v)
{
	return status_word(v->exit_status,
			   findings_count(v->findings, SEVERITY_WARNING) > 0);
}

/* "1 critical, 2 notes" */
static void add_counts(const struct view *v, struct text *t)
{
	bool any = false;

	for (int s = SEVERITY_COUNT - 1; s >= 0; s--) {
		size_t n = findings_count(v->findings, (enum severity)s);

		if (n)
			text_printf(t, "%s%zu %s", any ? ", " : "", n,
				    severity_noun((enum severity)s, n));
		any = any || n;
	}
	if (!any)
		text_add(t, absence_is_unsure(v) ? "the IOMMU groups could not be read"
			    : !v->host->n_groups ? "no IOMMU groups on this host"
			    : n_rules_skipped(v) == n_rules ? "no rule ran"
							    : "no problem found");
	if (any && v->exit_status == 0 && v->fail_on == FAIL_ON_NEVER)
		text_add(t, ", not counted: --fail-on never");
	else if (any && v->exit_status == 0 && v->fail_on > SEVERITY_WARNING)
		text_printf(t, ", below --fail-on %s", severity_name(v->fail_on));
}

static void add_ignored(const struct view *v, struct text *t)
{
	if (v->findings->n_ignored)
		text_printf(t, ", %zu ignored", v->findings->n_ignored);
}

static void add_unanswered(const struct view *v, struct text *t)
{
	size_t n = v->findings->n_unanswered;

	if (n)
		text_printf(t, "; not known for %zu %s", n,
			    one_or_many(n, "device whether a VM can have it",
					"devices whether a VM can have them"));
}

/* Those that were left out are counted, or those that were not, whichever are few. */
static void add_skipped(const struct view *v, struct text *t)
{
	size_t skipped = n_rules_skipped(v), wanted = n_rules - skipped;

	if (skipped && wanted > skipped)
		text_printf(t, ", %zu %s skipped", skipped,
			    one_or_many(skipped, "rule", "rules"));
	else if (skipped && wanted)
		text_printf(t, ", all but %zu %s skipped", wanted,
			    one_or_many(wanted, "rule", "rules"));
}

static void add_not_checked(const struct view *v, struct text *t)
{
	size_t unchecked = findings_rules_missing(v->findings, false),
	       partly = findings_rules_missing(v->findings, true);

	if (unchecked)
		text_printf(t, "; %zu %s could not be checked", unchecked,
			    one_or_many(unchecked, "rule", "rules"));
	if (partly)
		text_printf(t, "; %zu %s checked in part", partly,
			    one_or_many(partly, "rule", "rules"));
}

char *verdict_text(const struct view *v)
{
	struct text t = { 0 };

	add_counts(v, &t);
	add_ignored(v, &t);
	add_unanswered(v, &t);
	add_skipped(v, &t);
	add_not_checked(v, &t);
	return text_take(&t);
}

void put_verdict(const struct view *v, FILE *out)
{
	cleanup_free char *text = verdict_text(v);

	put_verdict_line(&(struct verdict_line){ verdict_word(v), text, v->exit_status },
			 v->color, v->width, out);
}

/* --- What stands below the findings --- */

/* A line each, of the long form only. */
static void put_ignored(const struct view *v, FILE *out)
{
	for (size_t i = 0; v->verbose && i < v->findings->n_ignored; i++) {
		const struct finding *f = &v->findings->ignored[i];
		cleanup_free char *subject = finding_subject(v, f);
		cleanup_free char *s =
			text_format("%s (%s): %s", f->id, subject, f->ignored);

		put_field(v, out, 0, "Ignored", s);
	}
}

/* Devices for a user about which the answer is open. */
static void put_unanswered(const struct view *v, FILE *out)
{
	const struct findings *f = v->findings;

	for (size_t i = 0; i < f->n_unanswered; i++) {
		const struct unanswered *u = &f->unanswered[i];
		cleanup_free char *s =
			text_format("%s, %s: %s", v->host->devices[u->device].name,
				    u->interface, u->missing);

		if (i < NAMES_MAX || v->verbose)
			put_field(v, out, 0, "Not known", s);
	}
	if (f->n_unanswered > NAMES_MAX && !v->verbose)
		fprintf(out, "          and %zu more (-v shows all)\n",
			f->n_unanswered - NAMES_MAX);
}

/*
 * What a host may be without, and what would have told more: nobody looked at it, which
 * changes no verdict, but is said.
 */
static void put_not_looked_at(const struct view *v, FILE *out)
{
	const struct source *sources = v->host->sources;
	struct text t = { 0 };
	cleanup_free char *line = NULL;

	if (sources[SOURCE_LOG].state == SOURCE_ABSENT)
		text_printf(&t, "kernel log (no %s)", host_log_path(v->host));
	if (sources[SOURCE_FIRMWARE_TABLES].state == SOURCE_ABSENT &&
	    host_real_iommus(v->host))
		text_printf(&t, "%sfirmware tables (no /sys/firmware/acpi)",
			    t.len ? ", " : "");
	if (!t.len)
		return;
	line = text_take(&t);
	put_field(v, out, 0, "Not read", line);
}

void put_unseen(const struct view *v,
		void (*put_not_checked)(const struct view *, FILE *), FILE *out)
{
	if (v->analysis->nested && !v->quiet)
		put_guest(v, out);
	put_gaps(v, out);
	put_not_checked(v, out);
	put_ignored(v, out);
	put_unanswered(v, out);
	put_unmatched(v, out);
	if (!v->quiet)
		put_not_looked_at(v, out);
}

void put_end(const struct view *v, void (*put_not_checked)(const struct view *, FILE *),
	     FILE *out)
{
	put_unseen(v, put_not_checked, out);
	put_verdict(v, out);
}
