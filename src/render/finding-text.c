/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A finding in full, for people: what it is about, what to do, what it rests on. */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "render/check.h"
#include "render/lines.h"

/* So many findings of one rule are printed in full, the rest is counted. */
#define SAME_RULE_MAX 4

/* So many groups are named of those that are only counted. */
#define GROUPS_MAX 20

/* Which of the devices of a finding a line names. */
enum part {
	PART_ALL,
	PART_VICTIMS,
	PART_CULPRITS,
};

static bool is_of_part(const struct involved *i, enum part part)
{
	return part == PART_ALL || (part == PART_VICTIMS ? i->victim : i->culprit);
}

/* "0000:00:02.0, 0000:00:03.0 and 38 more"; nothing where there is none. */
static void put_part(const struct view *v, const struct finding *f, enum part part,
		     const char *label, FILE *out)
{
	struct text_list list = { .max = NAMES_MAX, .plain = true };
	cleanup_free char *names = NULL;

	for (size_t i = 0; i < f->n_devices; i++) {
		if (is_of_part(&f->devices[i], part))
			text_list_add(&list, v->host->devices[f->devices[i].device].name);
	}
	names = text_list_take(&list);
	if (list.n)
		put_field(v, out, 4, label, names);
}

/* Victims and culprits have a line each where they are not the same. */
static void put_involved(const struct view *v, const struct finding *f, FILE *out)
{
	bool any_culprit = false, apart = false;

	for (size_t i = 0; i < f->n_devices; i++) {
		any_culprit = any_culprit || f->devices[i].culprit;
		apart = apart || f->devices[i].culprit != f->devices[i].victim;
	}
	if (!any_culprit || !apart) {
		put_part(v, f, PART_ALL, "Devices", out);
		return;
	}
	put_part(v, f, PART_VICTIMS, "Affected", out);
	put_part(v, f, PART_CULPRITS, "Cause", out);
}

static void put_evidence(const struct view *v, const struct finding *f, FILE *out)
{
	for (size_t i = 0; i < f->n_evidence; i++) {
		const struct evidence *e = &f->evidence[i];
		cleanup_free char *place = NULL;
		cleanup_free char *s = NULL;

		if (e->line)
			place = text_format(":%u", e->line);
		else if (v->report && e->offset != NO_INDEX)
			place = text_format("+0x%zx", e->offset);
		s = text_format("%s%s%s%s", e->path, place ? place : "",
				*e->text ? ": " : "", e->text);
		put_field(v, out, 4, i ? "" : "Evidence", s);
	}
}

/* A command stays whole, whatever the width. */
static void put_commands(const struct finding *f, FILE *out)
{
	const char *label = "Run";

	for (size_t i = 0; i < f->steps.n_list; i++) {
		const struct step *step = &f->steps.list[i];
		cleanup_free char *command =
			step->command ? xstrdup(step->command) : NULL;

		if (step->alternative && !*label)
			label = "Or";
		if (!command)
			continue;
		text_clean(command);
		fprintf(out, "    %-9s %s\n", label, command);
		label = "";
	}
}

/* Has an earlier command the same risk? */
static bool is_said_before(const struct steps *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (steps->list[i].command &&
		    text_equals(steps->list[i].risk, steps->list[n].risk))
			return true;
	}
	return false;
}

/* What may be lost by the commands. */
static void put_risks(const struct view *v, const struct finding *f, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < f->steps.n_list; i++) {
		const struct step *step = &f->steps.list[i];

		if (!step->command || !step->risk || is_said_before(&f->steps, i))
			continue;
		put_field(v, out, 4, any ? "" : "Risk", step->risk);
		any = true;
	}
}

/* By what its behaviours are known: by a vendor's release, if one of them is; NULL. */
static const char *weakest_basis(const struct finding *f)
{
	const char *vendor = decided_by_name(DECIDED_BY_VENDOR_RELEASE);
	const char *by = NULL;

	for (size_t i = 0; i < f->n_behaviours && by != vendor; i++)
		by = f->behaviours[i].by;
	return by;
}

static const char *basis_words(enum confidence confidence)
{
	return confidence == CONFIDENCE_DERIVED ? "derived from the kernel's rules"
						: confidence_name(confidence);
}

static void put_finding(const struct view *v, const struct finding *f, FILE *out)
{
	cleanup_free char *message = NULL;
	cleanup_free char *vendor = NULL;
	cleanup_free char *basis = NULL;

	if (v->report)
		fprintf(out, "[%zu] ", (size_t)(f - v->findings->list) + 1);
	style_put(out, v->color, severity_style(f->severity));
	fputs(severity_word(f->severity), out);
	style_put(out, v->color, STYLE_PLAIN);
	fprintf(out, " %s", f->id);
	if (f->group != NO_GROUP)
		fprintf(out, "  group %u", (unsigned)f->group);
	fprintf(out, "\n    ");
	message = xstrdup(f->message);
	text_clean(message);
	put_wrapped(out, v->width, 4, 4, message);
	put_involved(v, f, out);
	for (size_t i = 0; i < f->n_regions; i++) {
		cleanup_free char *region = region_text(v, f->regions[i]);

		put_field(v, out, 4, i ? "" : "Regions", region);
	}
	if (f->kernel)
		put_field(v, out, 4, "Kernel", f->kernel);
	put_field(v, out, 4, "Fix", f->advice);
	if (v->verbose && !v->report) {
		put_commands(f, out);
		put_risks(v, f, out);
	}
	put_evidence(v, f, out);
	vendor = vendor_text(v->host, weakest_basis(f));
	basis = text_format("%s%s", basis_words(f->confidence), vendor);
	put_field(v, out, 4, "Basis", basis);
	fputc('\n', out);
}

/* The groups of findings from one to another, which are of one rule. */
static void put_more(const struct view *v, const struct finding *first, size_t n,
		     FILE *out)
{
	struct text_list list = { .max = GROUPS_MAX, .plain = true };
	cleanup_free char *groups = NULL;

	for (size_t i = 0; i < n; i++) {
		if (first[i].group != NO_GROUP)
			text_list_printf(&list, "%u", (unsigned)first[i].group);
	}
	groups = text_list_take(&list);
	if (v->report)
		fprintf(out, "[%zu-%zu] ", (size_t)(first - v->findings->list) + 1,
			(size_t)(first - v->findings->list) + n);
	fprintf(out, "%s %s  %zu more (-v shows all)\n", severity_word(first->severity),
		first->id, n);
	if (list.n)
		put_field(v, out, 4, "Groups", groups);
	fputc('\n', out);
}

void put_finding_texts(const struct view *v, FILE *out)
{
	const struct finding *list = v->findings->list;
	size_t n = v->findings->n_list;

	for (size_t i = 0; i < n;) {
		size_t same = findings_alike(v->findings, i);

		for (size_t k = 0; k < same; k++) {
			if (!v->verbose && k == SAME_RULE_MAX - 1 && same - k > 1) {
				put_more(v, &list[i + k], same - k, out);
				break;
			}
			put_finding(v, &list[i + k], out);
		}
		i += same;
	}
}

void render_findings(const struct view *v, FILE *out)
{
	if (v->findings->n_list)
		fputc('\n', out);
	put_finding_texts(v, out);
}
