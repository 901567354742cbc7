/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The long form of `check`: evidence, what the kernel does, a table of devices. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "render/check.h"
#include "render/color.h"
#include "render/grid.h"
#include "render/inquiry.h"
#include "render/lines.h"
#include "render/view.h"
#include "rules/rules.h"

/* --- Head --- */

void put_machine(const struct view *v, FILE *out)
{
	cleanup_free char *name = machine_name(&v->host->machine);
	cleanup_free char *firmware = machine_firmware(&v->host->machine);
	cleanup_free char *line = NULL;

	if (!name && !firmware)
		return;
	line = text_format("%s%s%s", name ? name : "",
			   !firmware ? ""
			   : name    ? "; firmware "
				     : "firmware ",
			   firmware ? firmware : "");
	put_field(v, out, 0, "Machine", line);
}

static void put_host(const struct view *v, FILE *out)
{
	const struct host *h = v->host;
	struct text_list list = { .max = NAMES_MAX, .plain = true };
	cleanup_free char *iommus = NULL;
	struct text t = { 0 };
	cleanup_free char *line = NULL;

	for (size_t i = 0; i < h->n_iommus; i++)
		text_list_printf(&list, "%s (%s)", h->iommus[i].name,
				 iommu_kind_name(h->iommus[i].kind));
	iommus = text_list_take(&list);
	text_printf(
		&t, "Linux %s, %s; ", h->kernel.release ? h->kernel.release : "(unknown)",
		h->kernel.architecture ? h->kernel.architecture : "architecture unknown");
	text_add(&t, list.n ? iommus : "no IOMMU instance");
	text_printf(&t, "; %zu %s, %zu %s, %zu %s", h->n_groups,
		    one_or_many(h->n_groups, "group", "groups"), h->n_devices,
		    one_or_many(h->n_devices, "device", "devices"), h->n_regions,
		    one_or_many(h->n_regions, "region", "regions"));
	line = text_take(&t);
	put_field(v, out, 0, "Host", line);
	put_machine(v, out);
}

/* --- Devices that matter --- */

static char *group_text(const struct device *d)
{
	return d->group == NO_GROUP ? xstrdup("-")
				    : text_format("%u", (unsigned)d->group);
}

static void put_devices(const struct view *v, FILE *out)
{
	static const char *const columns[] = {
		"DEVICE",   "GROUP",	"DRIVER", "DOMAIN",
		"REQUIRED", "PROVIDED", "VFIO",	  "IOMMUFD"
	};
	struct grid *t = NULL;

	for (size_t i = 0; v->matters && i < v->host->n_devices; i++) {
		const struct device *d = &v->host->devices[i];
		const struct group *g = host_group(v->host, d->group);

		if (!v->matters[i])
			continue;
		if (!t) {
			t = grid_new(&(struct grid_options){ 0 });
			for (size_t c = 0; c < ARRAY_SIZE(columns); c++)
				grid_add_column(t, columns[c], c == 1);
		}
		grid_add_row(t);
		grid_set(t, 0, xstrdup(d->name));
		grid_set(t, 1, group_text(d));
		grid_set(t, 2,
			 xstrdup(d->driver	     ? d->driver
				 : d->driver_unknown ? "?"
						     : "-"));
		grid_set(t, 3, xstrdup(g ? domain_type_name(g->type) : "-"));
		grid_set(t, 4,
			 xstrdup(requirement_name(v->analysis->identity[i].required)));
		grid_set(t, 5, xstrdup(provider_name(v->analysis->identity[i].provider)));
		grid_set(t, 6, answer_text(&v->analysis->assign[i].vfio));
		grid_set(t, 7, answer_text(&v->analysis->assign[i].iommufd));
	}
	if (!t)
		return;
	grid_print(t, out);
	fputc('\n', out);
}

/* --- What the kernel log proves of them --- */

/* "refused (FILE:1)": nothing where the log does not say so. */
static void add_logged(const struct view *v, struct text *t, const char *what,
		       const struct log_line *line)
{
	if (line)
		text_printf(t, "%s%s (%s:%u)", t->len ? "; " : "", what,
			    host_log_path(v->host), line->number);
}

static void add_proofs(const struct view *v, struct text *t, size_t i)
{
	const struct assignment *assign = &v->analysis->assign[i];
	const struct identity *id = &v->analysis->identity[i];

	add_logged(v, t, "refused",
		   assign->vfio.logged ? assign->vfio.logged : assign->iommufd.logged);
	add_logged(v, t, "needs identity-mapped memory", id->logged);
	if (id->proof == PROOF_LOG)
		text_printf(t, "%sa DMA fault in its own range", t->len ? "; " : "");
}

/* Of devices that were asked about, or with -v of all in the table. */
static void put_proofs(const struct view *v, FILE *out)
{
	for (size_t i = 0; v->matters && i < v->host->n_devices; i++) {
		struct text t = { 0 };
		cleanup_free char *proofs = NULL;
		cleanup_free char *s = NULL;

		if (!v->matters[i] || (v->all && !v->verbose))
			continue;
		add_proofs(v, &t, i);
		if (!t.len)
			continue;
		proofs = text_take(&t);
		s = text_format("%s, by the kernel log: %s", v->host->devices[i].name,
				proofs);
		put_field(v, out, 0, "Known", s);
		fputc('\n', out);
	}
}

/* --- What could not be checked --- */

/* Rules that miss the same for the same reason share a line; n of them, from first on. */
static void put_missing(const struct view *v, const struct not_checked *first, size_t n,
			FILE *out)
{
	struct text_list list = { .max = v->verbose ? n : NAMES_MAX, .plain = true };
	cleanup_free char *ids = NULL;
	cleanup_free char *s = NULL;

	for (size_t i = 0; i < n; i++)
		text_list_add(&list, first[i].rule);
	ids = text_list_take(&list);
	s = text_format("%s: %s %s (%s)", ids,
			first->partly ? "judged without some of"
			: n == 1      ? "needs"
				      : "need",
			source_name(first->source), first->reason);
	put_field(v, out, 0, first->partly ? "Partly" : "Unchecked", s);
}

void put_rules_not_checked(const struct view *v, FILE *out)
{
	const struct findings *f = v->findings;

	for (size_t i = 0; i < f->n_missing;) {
		size_t n = 1;

		while (i + n < f->n_missing &&
		       misses_the_same(&f->missing[i], &f->missing[i + n]))
			n++;
		put_missing(v, &f->missing[i], n, out);
		i += n;
	}
}

static void render_long(const struct view *v, FILE *out)
{
	if (!v->quiet) {
		put_host(v, out);
		if (v->verbose)
			put_iommufd(v, out);
		if (!v->host->n_groups)
			render_absence(v, out);
		fputc('\n', out);
	}
	put_finding_texts(v, out);
	/* why the verdict is what it is, is never left out */
	if (v->quiet && !v->host->n_groups && v->exit_status == 3)
		render_absence(v, out);
	if (!v->quiet) {
		put_devices(v, out);
		put_refusals(v, out);
		put_proofs(v, out);
		put_inquiry_lines(v, out);
	}
	put_end(v, put_rules_not_checked, out);
}

void render_check(const struct view *v, FILE *out)
{
	if (v->verbose)
		render_long(v, out);
	else
		render_screen(v, out);
}

void render_query(const struct view *v, FILE *out)
{
	struct view rest = *v;

	if (!v->quiet)
		put_inquiries(v, out);
	rest.quiet = true;
	render_long(&rest, out);
}
