/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plugin's output: Monitoring Plugins Development Guidelines, sections "Plugin Output
 * for Nagios", "Performance data" and "Plugin Return Codes". One line with the state and
 * performance data behind a bar; further lines, which may hold no bar either, name the
 * worst findings.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "base/text.h"
#include "render/check.h"
#include "render/counts.h"
#include "render/format.h"
#include "render/lines.h"

/* Who is called at night reads the worst ones first; the rest stands in `check`. */
#define FINDINGS_MAX 5

static const char *state_word(int exit_status)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };

	return words[exit_status];
}

/* One line that cannot begin performance data, whatever the host says. */
static void put_safe(char *s, FILE *out)
{
	text_clean(s);
	for (char *bar = s; (bar = strchr(bar, '|'));)
		*bar = '/';
	fputs(s, out);
}

static void put_state(int exit_status, char *text, FILE *out)
{
	fprintf(out, "IOMMU-RESV %s - ", state_word(exit_status));
	put_safe(text, out);
}

/* The range of a level that alerts: more than none, where the severity counts at all. */
static void put_severity_count(const struct view *v, enum severity severity, FILE *out)
{
	bool counts_here = severity >= v->fail_on, bad = severity >= SEVERITY_ERROR;

	fprintf(out, " %s=%zu;%s;%s;0", severity_name(severity),
		findings_count(v->findings, severity), counts_here && !bad ? "0" : "",
		counts_here && bad ? "0" : "");
}

static void put_performance(const struct view *v, FILE *out)
{
	fputs(" |", out);
	for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
		put_severity_count(v, (enum severity)s, out);
	for (size_t i = 0; i < n_counts; i++)
		fprintf(out, " %s=%zu;;;0", counts[i].name, counts[i].of(v));
}

static void put_line(char *s, FILE *out)
{
	fputc('\n', out);
	put_safe(s, out);
}

static void put_finding(const struct view *v, const struct finding *f, FILE *out)
{
	cleanup_free char *subject = finding_subject(v, f);
	cleanup_free char *sentence = whole_sentences(f->message, 1, 1);
	cleanup_free char *line = text_format(
		"%s %s (%s): %s", severity_word(f->severity), f->id, subject, sentence);

	put_line(line, out);
}

/* The first are the worst; notes are left to `check`, unless they count. */
static void put_findings(const struct view *v, FILE *out)
{
	const struct findings *f = v->findings;
	size_t n = 0;

	for (size_t i = 0; i < f->n_list; i++) {
		if (f->list[i].severity == SEVERITY_INFO && v->fail_on != SEVERITY_INFO)
			continue;
		if (n++ < FINDINGS_MAX || v->verbose)
			put_finding(v, &f->list[i], out);
	}
	if (n > FINDINGS_MAX && !v->verbose)
		fprintf(out, "\nand %zu more: iommu-resv check", n - FINDINGS_MAX);
}

/* Why the state may be UNKNOWN. */
static void put_unknown(const struct view *v, FILE *out)
{
	const struct findings *f = v->findings;

	if (v->analysis->absence.text) {
		cleanup_free char *s = text_format("%s: %s", absence_label(v),
						   v->analysis->absence.text);

		put_line(s, out);
	}
	for (size_t i = 0, n; i < f->n_missing; i += n) {
		cleanup_free char *s = NULL;

		n = 1;
		while (i + n < f->n_missing &&
		       misses_the_same(&f->missing[i], &f->missing[i + n]))
			n++;
		s = missing_text(&f->missing[i], n);
		put_line(s, out);
	}
}

static void print(const struct view *v, FILE *out)
{
	cleanup_free char *text = verdict_text(v);

	put_state(v->exit_status, text, out);
	put_performance(v, out);
	if (!v->quiet) {
		put_findings(v, out);
		put_unknown(v, out);
	}
	fputc('\n', out);
}

static void fail(const struct messages *said, int exit_status, FILE *out)
{
	size_t at = 0;
	cleanup_free char *first = messages_next(said, &at);

	if (!first)
		first = xstrdup("nothing was judged");
	put_state(exit_status, first, out);
	fputc('\n', out);
}

const struct format format_nagios = {
	.name = "nagios",
	.print = print,
	.fail = fail,
};
