/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last word of `check`: what was found, what could not be seen, the exit status. */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "render/check.h"
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

/* A note can be what fails: --fail-on info. */
static const char *verdict_word(const struct view *v)
{
	static const char *const words[] = { "OK", "WARNING", "ERROR", "UNKNOWN" };

	if (v->exit_status == 1 && !findings_count(v->findings, SEVERITY_WARNING))
		return severity_word(SEVERITY_INFO);
	return words[v->exit_status];
}

static size_t n_skipped(const struct view *v)
{
	size_t n = 0;

	for (size_t i = 0; v->wanted && i < n_rules; i++)
		n += !v->wanted[i];
	return n;
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
		text_add(t, !v->host->n_groups	      ? "no IOMMU groups on this host"
			    : n_skipped(v) == n_rules ? "no rule ran"
						      : "no problem found");
	if (any && v->exit_status == 0 && v->fail_on > SEVERITY_WARNING)
		text_printf(t, ", below --fail-on %s", severity_name(v->fail_on));
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
	size_t skipped = n_skipped(v), wanted = n_rules - skipped;

	if (skipped && wanted > skipped)
		text_printf(t, ", %zu %s skipped", skipped,
			    one_or_many(skipped, "rule", "rules"));
	else if (skipped && wanted)
		text_printf(t, ", all but %zu %s skipped", wanted,
			    one_or_many(wanted, "rule", "rules"));
}

static void add_not_checked(const struct view *v, struct text *t)
{
	size_t unchecked = 0, partly = 0;

	for (size_t i = 0; i < v->findings->n_missing; i++)
		*(v->findings->missing[i].partly ? &partly : &unchecked) += 1;
	if (unchecked)
		text_printf(t, "; %zu %s could not be checked", unchecked,
			    one_or_many(unchecked, "rule", "rules"));
	if (partly)
		text_printf(t, "; %zu %s checked in part", partly,
			    one_or_many(partly, "rule", "rules"));
}

void put_verdict(const struct view *v, FILE *out)
{
	static const enum style styles[] = { STYLE_GREEN, STYLE_YELLOW, STYLE_RED,
					     STYLE_YELLOW };
	const char *word = verdict_word(v);
	struct text t = { 0 };
	cleanup_free char *rest = NULL;

	text_add(&t, ": ");
	add_counts(v, &t);
	add_unanswered(v, &t);
	add_skipped(v, &t);
	add_not_checked(v, &t);
	text_printf(&t, " (exit status %d)", v->exit_status);
	rest = text_take(&t);
	fputs("Verdict   ", out);
	style_put(out, v->color, styles[v->exit_status]);
	fputs(word, out);
	style_put(out, v->color, STYLE_PLAIN);
	put_wrapped(out, v->width, 10, 10 + (unsigned)strlen(word), rest);
}
