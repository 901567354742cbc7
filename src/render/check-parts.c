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

/* Devices for a user about which the answer is open. */
void put_unanswered(const struct view *v, FILE *out)
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
void put_not_looked_at(const struct view *v, FILE *out)
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

void render_absence(const struct view *v, FILE *out)
{
	put_field(v, out, 0, "No IOMMU", v->analysis->absence.text);
}
