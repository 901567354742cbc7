/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The screen of `check`: what is wrong, worst first, and what to do about it; which
 * devices a VM can have; the verdict. It fits a terminal of 24 lines where that can be:
 * what does not fit is counted by rule. Text that goes elsewhere is the same.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/text.h"
#include "render/check.h"
#include "render/inquiry.h"
#include "render/lines.h"
#include "render/pci-names.h"
#include "render/vm-use.h"
#include "rules/rules.h"

/* Of a terminal, less one for the shell's prompt. */
#define SCREEN_LINES 23

/* What a finding may take: whole sentences, the first in any case. */
struct limits {
	unsigned message, note, fix;
};
static const struct limits roomy = { .message = 6, .note = 4, .fix = 6 };
static const struct limits tight = { .message = 3, .note = 2, .fix = 2 };

/* Columns of a severity, and of the shortest subject. */
#define SEVERITY_WIDTH 9
#define SUBJECT_MIN 12

/* Of so many kinds of findings that have no room there is at least the title. */
#define TITLES_MAX 5

struct screen {
	const struct view *v;
	struct pci_names *names;
	const struct limits *limits;
};

/* The parts of the screen are printed to memory first, to count their lines. */
struct part {
	char *text;
	size_t size;
	FILE *file;
};

static void part_open(struct part *p)
{
	p->file = open_memstream(&p->text, &p->size);
	if (!p->file)
		out_of_memory();
}

/* How many lines it has. */
static size_t part_close(struct part *p)
{
	size_t n = 0;

	if (fclose(p->file))
		out_of_memory();
	for (const char *s = p->text; *s; s++)
		n += *s == '\n';
	return n;
}

static void part_clear(struct part *p)
{
	free(p->text);
}

/* --- Head --- */

static void put_head(const struct view *v, FILE *out)
{
	const struct host *h = v->host;
	struct text t = { 0 };
	cleanup_free char *line = NULL;

	text_printf(
		&t, "Linux %s, %s, ", h->kernel.release ? h->kernel.release : "(unknown)",
		h->kernel.architecture ? h->kernel.architecture : "architecture unknown");
	if (h->n_iommus)
		text_printf(&t, "%s", iommu_kind_title(h->iommus[0].kind));
	else
		text_add(&t, "no IOMMU instance");
	if (h->n_iommus == 1)
		text_printf(&t, " (%s)", h->iommus[0].name);
	else if (h->n_iommus > 1)
		text_printf(&t, " (%zu units)", h->n_iommus);
	text_printf(&t, ": %zu %s in %zu %s", h->n_devices,
		    one_or_many(h->n_devices, "device", "devices"), h->n_groups,
		    one_or_many(h->n_groups, "group", "groups"));
	line = text_take(&t);
	text_clean(line);
	put_wrapped(out, v->width, 2, 0, line);
	if (!h->n_groups)
		render_absence(v, out);
	fputc('\n', out);
}

/* --- Findings --- */

/* Findings of one rule and severity, which follow each other. */
struct run {
	const struct finding *first;
	size_t n;
};

static struct run run_at(const struct view *v, size_t i)
{
	return (struct run){ &v->findings->list[i], findings_alike(v->findings, i) };
}

/* "04:00.1 Ethernet Controller X710 (i40e)": the name is cut before all else. */
static char *device_text(const struct screen *screen, const struct device *d, size_t room)
{
	const struct view *v = screen->v;
	cleanup_free char *name = pci_names_short(screen->names, d);
	cleanup_free char *driver =
		d->driver ? text_format(" (%s)", d->driver) : xstrdup("");
	const char *address = short_name(v->host, d);
	size_t used = strlen(address) + strlen(driver) + 1;

	if (used - 1 > room)
		return xstrdup(address);
	if (!name || used + 4 > room)
		return text_format("%s%s", address, driver);
	if (strlen(name) > room - used)
		memcpy(name + (room - used - 2), "..", sizeof(".."));
	return text_format("%s %s%s", address, name, driver);
}

/* A message about the host as a whole, which is short, is the title. */
static bool is_title(const struct finding *f, size_t room)
{
	return !f->n_devices && f->group == NO_GROUP && strlen(f->message) <= room;
}

/* What a finding is about, in room characters. */
static char *subject_text(const struct screen *screen, const struct finding *f,
			  size_t room)
{
	const struct view *v = screen->v;
	cleanup_free char *group = NULL;
	cleanup_free char *list = NULL;

	if (f->group != NO_GROUP)
		group = text_format("group %u", (unsigned)f->group);
	if (f->n_devices == 1)
		return device_text(screen, &v->host->devices[f->devices[0].device], room);
	if (!f->n_devices)
		return xstrdup(group		   ? group
			       : is_title(f, room) ? f->message
						   : "this host");
	if (group && room > strlen(group) + 2)
		room -= strlen(group) + 2;
	list = finding_names(v, f, room);
	return text_format("%s%s%s", group ? group : "", group ? ": " : "", list);
}

static void put_severity(const struct view *v, enum severity severity, FILE *out)
{
	const char *word = severity_word(severity);

	style_put(out, v->color, severity_style(severity));
	fputs(word, out);
	style_put(out, v->color, STYLE_PLAIN);
	fprintf(out, "%*s", (int)(SEVERITY_WIDTH - strlen(word)), "");
}

/* "direct-page-zero (3)" */
static char *id_text(struct run run)
{
	return run.n > 1 ? text_format("%s (%zu)", run.first->id, run.n)
			 : xstrdup(run.first->id);
}

/* The characters that a title leaves for what it is about. */
static size_t room_of_title(const struct view *v, struct run run)
{
	cleanup_free char *id = id_text(run);
	size_t used = SEVERITY_WIDTH + 2 + strlen(id);

	return v->width > used + SUBJECT_MIN ? v->width - used : SUBJECT_MIN;
}

/* Severity, what it is about, and at the right the id, behind it where there is no room.
 */
static void put_title(const struct screen *screen, struct run run, FILE *out)
{
	const struct view *v = screen->v;
	cleanup_free char *id = id_text(run);
	size_t room = room_of_title(v, run);
	cleanup_free char *subject = subject_text(screen, run.first, room);
	size_t len = strlen(subject);

	text_clean(subject);
	put_severity(v, run.first->severity, out);
	if (SEVERITY_WIDTH + len + 2 + strlen(id) <= v->width)
		fprintf(out, "%s%*s%s\n", subject, (int)(room - len + 2), "", id);
	else
		fprintf(out, "%s\n%*s\n", subject, (int)v->width, id);
}

/* "The same holds for groups 8, 9 and 3 more." */
static void put_same(const struct view *v, struct run run, FILE *out)
{
	struct text_list list = { .max = NAMES_MAX };
	cleanup_free char *groups = NULL;
	cleanup_free char *s = NULL;

	for (size_t i = 1; i < run.n && list.n < NAMES_MAX; i++) {
		if (run.first[i].group != NO_GROUP)
			text_list_printf(&list, "%u", (unsigned)run.first[i].group);
	}
	list.max = list.n; /* of those that have a number; the others are counted */
	list.n = run.n - 1;
	groups = text_list_take(&list);
	s = text_format("The same holds for %s%s.",
			list.max ? one_or_many(list.max, "group ", "groups ") : "",
			groups);
	fputs("  ", out);
	put_wrapped(out, v->width, 2, 2, s);
}

static void put_run(const struct screen *screen, struct run run, FILE *out)
{
	const struct view *v = screen->v;
	const struct limits *limits = screen->limits;
	const struct finding *f = run.first;
	bool note = f->severity == SEVERITY_INFO;
	cleanup_free char *message = whole_sentences(
		f->message, v->width - 2, note ? limits->note : limits->message);
	cleanup_free char *fix = whole_sentences(f->advice, v->width - 8, limits->fix);

	text_clean(message);
	text_clean(fix);
	put_title(screen, run, out);
	if (!is_title(f, room_of_title(v, run))) {
		fputs("  ", out);
		put_wrapped(out, v->width, 2, 2, message);
	}
	if (run.n > 1)
		put_same(v, run, out);
	if (!note) {
		fputs("  Fix:  ", out);
		put_wrapped(out, v->width, 8, 8, fix);
	}
	fputc('\n', out);
}

/* Of what follows finding i: how many runs there are. */
static size_t runs_from(const struct view *v, size_t i)
{
	size_t n = 0;

	for (; i < v->findings->n_list; i += run_at(v, i).n)
		n++;
	return n;
}

/* One line for all runs of a severity, from finding i on; returns what follows. */
static size_t put_counted(const struct view *v, size_t i, FILE *out)
{
	const struct findings *f = v->findings;
	enum severity severity = f->list[i].severity;
	struct text t = { 0 };
	cleanup_free char *s = NULL;
	size_t n = 0;

	for (struct run run; i < f->n_list && f->list[i].severity == severity;
	     i += run.n, n += run.n) {
		run = run_at(v, i);
		text_printf(&t, "%s%s", t.len ? ", " : "", run.first->id);
		if (run.n > 1)
			text_printf(&t, " (%zu)", run.n);
	}
	s = text_format("%zu more: %s", n, t.data);
	text_clear(&t);
	put_severity(v, severity, out);
	put_wrapped(out, v->width, 9, 9, s);
	return i;
}

/* What has no room, from finding i on: the title alone of a few, else counted by rule. */
static void put_rest(const struct screen *screen, size_t i, FILE *out)
{
	const struct view *v = screen->v;
	bool few = runs_from(v, i) <= TITLES_MAX;

	while (i < v->findings->n_list) {
		if (few) {
			put_title(screen, run_at(v, i), out);
			i += run_at(v, i).n;
		} else {
			i = put_counted(v, i, out);
		}
	}
	fputc('\n', out);
}

static size_t lines_of_rest(const struct screen *screen, size_t i)
{
	cleanup(part_clear) struct part p = { 0 };

	if (i >= screen->v->findings->n_list)
		return 0;
	part_open(&p);
	put_rest(screen, i, p.file);
	return part_close(&p);
}

/* As many as fit into so many lines, the worst in any case; the rest is counted. */
static void put_findings(const struct screen *screen, size_t lines, FILE *out)
{
	const struct view *v = screen->v;
	size_t i = 0;

	while (i < v->findings->n_list) {
		cleanup(part_clear) struct part p = { 0 };
		struct run run = run_at(v, i);
		size_t n;

		part_open(&p);
		put_run(screen, run, p.file);
		n = part_close(&p);
		if (i && n + lines_of_rest(screen, i + run.n) > lines)
			break;
		fputs(p.text, out);
		lines -= n < lines ? n : lines;
		i += run.n;
	}
	if (i < v->findings->n_list)
		put_rest(screen, i, out);
}

/* Do all findings fit into so many lines, with all that is said of them? */
static bool fit_in(const struct screen *screen, size_t lines)
{
	cleanup(part_clear) struct part p = { 0 };

	if (runs_from(screen->v, 0) > lines / 2) /* a title and a blank line each */
		return false;
	part_open(&p);
	for (size_t i = 0; i < screen->v->findings->n_list;) {
		struct run run = run_at(screen->v, i);

		put_run(screen, run, p.file);
		i += run.n;
	}
	return part_close(&p) <= lines;
}

/* --- What could not be checked --- */

static void put_missing(const struct view *v, const struct not_checked *m, size_t n,
			FILE *out)
{
	cleanup_free char *s = missing_text(m, n);

	put_field(v, out, 0, m->partly ? "Partly" : "Unchecked", s);
}

static void put_not_checked(const struct view *v, FILE *out)
{
	const struct findings *f = v->findings;

	for (size_t i = 0, n; i < f->n_missing; i += n) {
		n = 1;
		while (i + n < f->n_missing &&
		       misses_the_same(&f->missing[i], &f->missing[i + n]))
			n++;
		put_missing(v, &f->missing[i], n, out);
	}
}

/* --- What next --- */

static void put_next(const struct view *v, FILE *out)
{
	const struct finding *f = v->findings->list;
	const struct rule *rule = v->findings->n_list ? rule_find(f->id) : NULL;
	struct text t = { 0 };
	cleanup_free char *s = NULL;

	if (!rule)
		return;
	text_printf(&t, "iommu-resv explain %s", f->id);
	if (f->n_devices)
		text_printf(&t, " | %s %s", rule->of_assignment ? "assign" : "show",
			    short_name(v->host, &v->host->devices[f->devices[0].device]));
	text_add(&t, " | check -v");
	s = text_take(&t);
	put_field(v, out, 0, "Next", s);
}

/* All that stands below the findings. */
static void put_tail(const struct view *v, FILE *out)
{
	if (!v->quiet) {
		put_vm_use(v, out);
		put_refusals(v, out);
		put_inquiry_lines(v, out);
	}
	put_end(v, put_not_checked, out);
	if (!v->quiet)
		put_next(v, out);
}

void render_screen(const struct view *v, FILE *out)
{
	cleanup(part_clear) struct part head = { 0 }, tail = { 0 };
	struct screen screen = { .v = v, .names = v->names, .limits = &roomy };
	size_t used, lines;

	part_open(&head);
	if (!v->quiet)
		put_head(v, head.file);
	else if (!v->host->n_groups && v->exit_status == 3)
		render_absence(v, head.file);
	used = part_close(&head);
	part_open(&tail);
	put_tail(v, tail.file);
	used += part_close(&tail);
	fputs(head.text, out);
	lines = used < SCREEN_LINES ? SCREEN_LINES - used : 0;
	if (!fit_in(&screen, lines))
		screen.limits = &tight;
	put_findings(&screen, lines, out);
	fputs(tail.text, out);
}
