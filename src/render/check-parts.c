/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What both forms of `check` share. */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "render/check.h"
#include "render/lines.h"

const char *severity_word(enum severity severity)
{
	static const char *const words[] = {
		[SEVERITY_INFO] = "NOTE",
		[SEVERITY_WARNING] = "WARNING",
		[SEVERITY_ERROR] = "ERROR",
		[SEVERITY_CRITICAL] = "CRITICAL",
	};

	return words[severity];
}

const char *status_word(int exit_status, bool warned)
{
	static const char *const words[] = { "OK", "WARNING", "ERROR", "UNKNOWN" };

	/* --fail-on info */
	if (exit_status == 1 && !warned)
		return severity_word(SEVERITY_INFO);
	return words[exit_status];
}

char *verdict_line_text(const struct verdict_line *l)
{
	return text_format("%s: %s (exit status %d)", l->word, l->text, l->exit_status);
}

void put_verdict_line(const struct verdict_line *l, bool color, unsigned width, FILE *out)
{
	static const enum style styles[] = { STYLE_GREEN, STYLE_YELLOW, STYLE_RED,
					     STYLE_YELLOW };
	cleanup_free char *text = verdict_line_text(l);
	size_t word = strlen(l->word);

	fputs("Verdict   ", out);
	style_put(out, color, styles[l->exit_status]);
	fputs(l->word, out);
	style_put(out, color, STYLE_PLAIN);
	put_wrapped(out, width, 10, 10 + (unsigned)word, text + word);
}

enum style severity_style(enum severity severity)
{
	static const enum style styles[] = {
		[SEVERITY_INFO] = STYLE_BOLD,
		[SEVERITY_WARNING] = STYLE_YELLOW,
		[SEVERITY_ERROR] = STYLE_RED,
		[SEVERITY_CRITICAL] = STYLE_RED,
	};

	return styles[severity];
}

/*
 * A device that was asked about says why it is refused; of others a finding does, unless
 * there is more than one reason.
 */
static bool deserves_reasons(const struct view *v, size_t i)
{
	const struct device_view *dv = &v->analysis->devices[i];
	size_t n = v->analysis->assign[i].n_obstacles;

	return v->matters && v->matters[i] && n && (!v->all || (dv->for_user && n > 1));
}

void put_refusals(const struct view *v, FILE *out)
{
	size_t n = 0;

	for (size_t i = 0; i < v->host->n_devices; i++) {
		cleanup_free char *reasons = NULL;
		cleanup_free char *s = NULL;

		if (!deserves_reasons(v, i) || (n++ >= NAMES_MAX && !v->verbose))
			continue;
		reasons = obstacles_text(v->host, v->analysis, &v->analysis->assign[i]);
		s = text_format("%s: %s", v->host->devices[i].name, reasons);
		put_field(v, out, 0, "Refused", s);
	}
	if (n > NAMES_MAX && !v->verbose)
		fprintf(out, "          and %zu more (-v shows all)\n", n - NAMES_MAX);
	if (n)
		fputc('\n', out);
}

bool misses_the_same(const struct not_checked *a, const struct not_checked *b)
{
	return a->source == b->source && a->partly == b->partly &&
	       !strcmp(a->reason, b->reason);
}

/* Characters for the devices of a finding. */
#define DEVICES_ROOM 40

char *finding_names(const struct view *v, const struct finding *f, size_t room)
{
	cleanup_free size_t *devices = xcalloc(f->n_devices, sizeof(*devices));

	for (size_t i = 0; i < f->n_devices; i++)
		devices[i] = f->devices[i].device;
	return names_that_fit(v->host, devices, f->n_devices, room);
}

char *finding_subject(const struct view *v, const struct finding *f)
{
	cleanup_free char *names = finding_names(v, f, DEVICES_ROOM);

	if (f->group == NO_GROUP)
		return text_format("%s", f->n_devices ? names : "this host");
	return text_format("group %u%s%s", (unsigned)f->group, *names ? ": " : "", names);
}

char *missing_text(const struct not_checked *m, size_t n)
{
	return text_format("%zu %s %s %s (%s)", n, one_or_many(n, "rule", "rules"),
			   m->partly ? "without some of"
			   : n == 1  ? "needs"
				     : "need",
			   source_name(m->source), m->reason);
}

bool absence_is_unsure(const struct view *v)
{
	return v->analysis->absence.text &&
	       v->analysis->absence.cause == NO_IOMMU_NOT_READABLE;
}

const char *absence_label(const struct view *v)
{
	return absence_is_unsure(v) ? "Unknown" : "No IOMMU";
}

void render_absence(const struct view *v, FILE *out)
{
	put_field(v, out, 0, absence_label(v), v->analysis->absence.text);
}
