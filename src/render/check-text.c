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
	struct text t = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < f->n_devices; i++) {
		if (is_of_part(&f->devices[i], part) && n++ < NAMES_MAX)
			text_printf(&t, "%s%s", t.len ? ", " : "",
				    v->host->devices[f->devices[i].device].name);
	}
	if (n > NAMES_MAX)
		text_printf(&t, " and %zu more", n - NAMES_MAX);
	if (n)
		put_field(v, out, 4, label, t.data);
	text_clear(&t);
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

/* --- Head --- */

static void put_machine(const struct view *v, FILE *out)
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
	struct text t = { 0 };
	cleanup_free char *line = NULL;

	text_printf(
		&t, "Linux %s, %s; ", h->kernel.release ? h->kernel.release : "(unknown)",
		h->kernel.architecture ? h->kernel.architecture : "architecture unknown");
	for (size_t i = 0; i < h->n_iommus && i < NAMES_MAX; i++)
		text_printf(&t, "%s%s (%s)", i ? ", " : "", h->iommus[i].name,
			    iommu_kind_name(h->iommus[i].kind));
	if (h->n_iommus > NAMES_MAX)
		text_printf(&t, " and %zu more", h->n_iommus - NAMES_MAX);
	if (!h->n_iommus)
		text_add(&t, "no IOMMU instance");
	text_printf(&t, "; %zu %s, %zu %s, %zu %s", h->n_groups,
		    one_or_many(h->n_groups, "group", "groups"), h->n_devices,
		    one_or_many(h->n_devices, "device", "devices"), h->n_regions,
		    one_or_many(h->n_regions, "region", "regions"));
	line = text_take(&t);
	put_field(v, out, 0, "Host", line);
	put_machine(v, out);
}

/* --- Findings --- */

static void put_evidence(const struct view *v, const struct finding *f, FILE *out)
{
	for (size_t i = 0; i < f->n_evidence; i++) {
		const struct evidence *e = &f->evidence[i];
		cleanup_free char *s = NULL;

		if (e->line)
			s = text_format("%s:%u%s%s", e->path, e->line,
					*e->text ? ": " : "", e->text);
		else
			s = text_format("%s%s%s", e->path, *e->text ? ": " : "", e->text);
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
	if (v->verbose) {
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
	struct text t = { 0 };
	cleanup_free char *s = NULL;
	size_t shown = 0;

	for (size_t i = 0; i < n; i++) {
		if (first[i].group == NO_GROUP)
			continue;
		if (shown++ < GROUPS_MAX)
			text_printf(&t, "%s%u", shown > 1 ? ", " : "",
				    (unsigned)first[i].group);
	}
	if (shown > GROUPS_MAX)
		text_printf(&t, " and %zu more", shown - GROUPS_MAX);
	fprintf(out, "%s %s  %zu more (-v shows all)\n", severity_word(first->severity),
		first->id, n);
	if (shown) {
		s = text_take(&t);
		put_field(v, out, 4, "Groups", s);
	}
	text_clear(&t);
	fputc('\n', out);
}

static void put_findings(const struct view *v, FILE *out)
{
	const struct finding *list = v->findings->list;
	size_t n = v->findings->n_list;

	for (size_t i = 0; i < n;) {
		size_t same = 1;

		while (i + same < n && list[i + same].id == list[i].id &&
		       list[i + same].severity == list[i].severity)
			same++;
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
	put_findings(v, out);
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
	struct text t = { 0 };
	cleanup_free char *s = NULL;

	for (size_t i = 0; i < n && (i < NAMES_MAX || v->verbose); i++)
		text_printf(&t, "%s%s", i ? ", " : "", first[i].rule);
	if (n > NAMES_MAX && !v->verbose)
		text_printf(&t, " and %zu more", n - NAMES_MAX);
	text_printf(&t, ": %s %s (%s)",
		    first->partly ? "judged without some of"
		    : n == 1	  ? "needs"
				  : "need",
		    source_name(first->source), first->reason);
	s = text_take(&t);
	put_field(v, out, 0, first->partly ? "Partly" : "Unchecked", s);
}

static void put_not_checked(const struct view *v, FILE *out)
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
	put_findings(v, out);
	/* why the verdict is what it is, is never left out */
	if (v->quiet && !v->host->n_groups && v->exit_status == 3)
		render_absence(v, out);
	if (!v->quiet) {
		put_devices(v, out);
		put_refusals(v, out);
		put_proofs(v, out);
		put_inquiry_lines(v, out);
	}
	put_end(v, put_not_checked, out);
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
