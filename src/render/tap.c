/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Test Anything Protocol, version 13 (testanything.org): a point for each rule. One
 * that could not be checked is skipped, never ok; what was found is a YAML block below
 * its point.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "base/text.h"
#include "model/json.h"
#include "render/check.h"
#include "render/format.h"
#include "rules/rules.h"

/* Behind "# ", cleaned. */
static void put_remark(char *s, FILE *out)
{
	text_clean(s);
	fprintf(out, "# %s\n", s);
}

/* A string of JSON is one of YAML, too. */
static void put_string(const char *s, FILE *out)
{
	struct json_object *o = json_text(s);

	fputs(json_object_to_json_string_ext(o, JSON_C_TO_STRING_NOSLASHESCAPE), out);
	json_object_put(o);
}

static void put_member(const char *key, const char *value, FILE *out)
{
	fprintf(out, "      %s: ", key);
	put_string(value, out);
	fputc('\n', out);
}

static void put_finding(const struct view *v, const struct finding *f, FILE *out)
{
	fprintf(out, "    - severity: %s\n", severity_name(f->severity));
	if (f->group != NO_GROUP)
		fprintf(out, "      group: %u\n", (unsigned)f->group);
	fputs("      devices: [", out);
	for (size_t i = 0; i < f->n_devices; i++) {
		fputs(i ? ", " : "", out);
		put_string(v->host->devices[f->devices[i].device].name, out);
	}
	fputs("]\n", out);
	put_member("message", f->message, out);
	put_member("advice", f->advice, out);
}

/* All of a rule, below its point. */
static void put_findings(const struct view *v, const struct rule *rule, FILE *out)
{
	fputs("  ---\n  findings:\n", out);
	for (size_t i = 0; i < v->findings->n_list; i++) {
		if (v->findings->list[i].id == rule->id)
			put_finding(v, &v->findings->list[i], out);
	}
	fputs("  ...\n", out);
}

/* What a rule found, and does not count. */
static void put_remarks(const struct view *v, const struct rule *rule, FILE *out)
{
	for (size_t i = 0; i < v->findings->n_list; i++) {
		const struct finding *f = &v->findings->list[i];
		cleanup_free char *s = NULL;

		if (f->id != rule->id)
			continue;
		s = text_format("%s: %s", severity_word(f->severity), f->message);
		put_remark(s, out);
	}
}

static bool found_what_counts(const struct view *v, const struct rule *rule)
{
	for (size_t i = 0; i < v->findings->n_list; i++) {
		const struct finding *f = &v->findings->list[i];

		if (f->id == rule->id && f->severity >= v->fail_on)
			return true;
	}
	return false;
}

/* A point that fails and is expected to is TODO: what somebody accepted. NULL. */
static const struct finding *first_ignored(const struct view *v, const struct rule *rule)
{
	for (size_t i = 0; i < v->findings->n_ignored; i++) {
		const struct finding *f = &v->findings->ignored[i];

		if (f->id == rule->id && f->severity >= v->fail_on)
			return f;
	}
	return NULL;
}

/* Why a rule without a finding is not ok: it was not, or not everywhere, checked. */
static char *why_skipped(const struct view *v, size_t index)
{
	const struct findings *f = v->findings;

	if (v->wanted && !v->wanted[index])
		return xstrdup("left out by --only or --skip");
	for (size_t i = 0; i < f->n_missing; i++) {
		const struct not_checked *m = &f->missing[i];

		if (m->rule == rules[index]->id)
			return text_format("%s%s", m->partly ? "checked in part: " : "",
					   m->reason);
	}
	if (rules[index]->of_ignores && !v->has_ignores)
		return xstrdup("there is no --ignore-file");
	return host_is_unknown(v->host, 0) ? xstrdup("no IOMMU groups to judge") : NULL;
}

static void put_point(const struct view *v, size_t index, FILE *out)
{
	const struct rule *rule = rules[index];
	bool bad = found_what_counts(v, rule);
	const struct finding *ignored = bad ? NULL : first_ignored(v, rule);
	cleanup_free char *why = bad ? NULL : why_skipped(v, index);

	if (ignored) {
		free(why);
		why = text_format("ignored: %s", ignored->ignored);
	}
	if (why)
		text_clean(why);
	fprintf(out, "%s %zu - %s%s%s\n", bad || ignored ? "not ok" : "ok", index + 1,
		rule->id,
		ignored ? " # TODO "
		: why	? " # SKIP "
			: "",
		why ? why : "");
	if (bad)
		put_findings(v, rule, out);
	else
		put_remarks(v, rule, out);
}

static void put_unanswered(const struct view *v, FILE *out)
{
	for (size_t i = 0; i < v->findings->n_unanswered; i++) {
		const struct unanswered *u = &v->findings->unanswered[i];
		cleanup_free char *s = text_format("Not known: %s, %s: %s",
						   v->host->devices[u->device].name,
						   u->interface, u->missing);

		put_remark(s, out);
	}
}

static void print(const struct view *v, FILE *out)
{
	cleanup_free char *text = verdict_text(v);
	cleanup_free char *line = verdict_line_text(
		&(struct verdict_line){ verdict_word(v), text, v->exit_status });
	cleanup_free char *verdict = text_format("Verdict: %s", line);

	fprintf(out, "TAP version 13\n1..%zu\n", n_rules);
	for (size_t i = 0; i < n_rules; i++)
		put_point(v, i, out);
	put_unanswered(v, out);
	put_remark(verdict, out);
}

static void fail(const struct messages *said, int exit_status, FILE *out)
{
	size_t at = 0;
	cleanup_free char *first = messages_next(said, &at);

	if (first)
		text_clean(first);
	fprintf(out, "TAP version 13\nBail out! %s (exit status %d)\n",
		first ? first : "nothing was judged", exit_status);
}

const struct format format_tap = {
	.name = "tap",
	.print = print,
	.fail = fail,
};
