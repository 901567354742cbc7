/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host for a mail or an issue: what it is, what was found, and what that rests on. */
#include "render/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/snapshot.h"
#include "render/check.h"
#include "render/inquiry.h"
#include "render/lines.h"
#include "render/origin.h"
#include "render/vm-use.h"

/* So many are printed one by one, unless all were asked for. */
#define IOMMUS_MAX 16
#define GROUPS_MAX 32

/* Lines of the log at its beginning and at its end, the same. */
#define LOG_LINES_SHOWN 30

/* --- Head --- */

/*
 * The letters of the bits of /proc/sys/kernel/tainted that are set, as an oops prints
 * them: Documentation/admin-guide/tainted-kernels.rst and kernel/panic.c (taint_flags).
 */
static char *taint_letters(uint64_t taint)
{
	static const char letters[] = "PFSRMBUDAWCIOELKXTNJ";
	struct text t = { 0 };

	for (size_t bit = 0; bit < 64; bit++) {
		if (taint >> bit & 1)
			text_printf(&t, "%c",
				    bit < sizeof(letters) - 1 ? letters[bit] : '?');
	}
	return text_take(&t);
}

static void put_kernel(const struct view *v, FILE *out)
{
	const struct kernel *k = &v->host->kernel;
	cleanup_free char *letters = taint_letters(k->taint);
	cleanup_free char *taint =
		!k->taint_known ? xstrdup("taint not known")
		: k->taint ? text_format("tainted 0x%" PRIx64 " (%s)", k->taint, letters)
			   : xstrdup("not tainted");
	cleanup_free char *s = text_format(
		"Linux %s, %s; %s", k->release ? k->release : "(unknown)",
		k->architecture ? k->architecture : "architecture unknown", taint);

	put_field(v, out, 0, "Kernel", s);
	put_field(v, out, 0, "Cmdline",
		  k->command_line ? k->command_line : "(not known)");
}

/* Its registers as sysfs prints them. */
static char *iommu_text(const struct iommu *i)
{
	struct text t = { 0 };

	text_printf(&t, "%s: %s", i->name, iommu_kind_title(i->kind));
	if (i->has_cap)
		text_printf(&t, ", cap 0x%" PRIx64, i->cap);
	if (i->has_cap && i->kind == IOMMU_INTEL)
		text_printf(&t, ", ecap 0x%" PRIx64, i->ecap);
	if (i->has_features)
		text_printf(&t, ", features 0x%" PRIx64 ":0x%" PRIx64, i->features[0],
			    i->features[1]);
	if (i->version)
		text_printf(&t, ", version %s", i->version);
	if (i->address)
		text_printf(&t, ", registers at %s", i->address);
	if (i->driver)
		text_printf(&t, ", driver %s", i->driver);
	text_printf(&t, ", %zu %s", i->n_devices,
		    one_or_many(i->n_devices, "device", "devices"));
	return text_take(&t);
}

static void put_iommus(const struct view *v, FILE *out)
{
	const struct host *h = v->host;

	for (size_t i = 0; i < h->n_iommus && (i < IOMMUS_MAX || v->verbose); i++) {
		cleanup_free char *s = iommu_text(&h->iommus[i]);

		put_field(v, out, 0, i ? "" : "IOMMU", s);
	}
	if (h->n_iommus > IOMMUS_MAX && !v->verbose)
		fprintf(out, "          and %zu more (-v shows all)\n",
			h->n_iommus - IOMMUS_MAX);
	if (!h->n_iommus)
		put_field(v, out, 0, "IOMMU", "none in /sys/class/iommu");
}

static void put_counts(const struct view *v, FILE *out)
{
	const struct host *h = v->host;
	cleanup_free char *s = text_format(
		"%zu %s in %zu %s, %zu %s", h->n_devices,
		one_or_many(h->n_devices, "device", "devices"), h->n_groups,
		one_or_many(h->n_groups, "group", "groups"), h->n_regions,
		one_or_many(h->n_regions, "reserved region", "reserved regions"));

	put_field(v, out, 0, "Host", s);
}

static void put_way(const struct view *v, FILE *out)
{
	static const char *const origins[] = {
		[ORIGIN_LIVE] = "this host",
		[ORIGIN_SYSROOT] = "a saved tree",
		[ORIGIN_SNAPSHOT] = "a snapshot",
	};
	const struct host *h = v->host;
	cleanup_free char *s =
		text_format("from %s%s; %s", origins[h->origin],
			    h->origin != ORIGIN_LIVE ? ""
			    : v->report->as_root     ? ", as root"
						     : ", not as root",
			    any_gap(h) ? "not all could be read, see the end"
				       : "nothing was denied or broken");

	put_field(v, out, 0, "Read", s);
}

static void put_head(const struct view *v, FILE *out)
{
	fprintf(out, "iommu-resv %s report%s\n\n", PACKAGE_VERSION,
		v->report->redaction ? ", redacted" : "");
	put_machine(v, out);
	put_kernel(v, out);
	put_iommus(v, out);
	put_counts(v, out);
	put_way(v, out);
	put_verdict(v, out);
	if (!v->host->n_groups)
		render_absence(v, out);
	fputc('\n', out);
}

/* --- Groups --- */

static void put_heading(const char *what, size_t shown, size_t n, FILE *out)
{
	fprintf(out, "%s (%zu of %zu)\n\n", what, shown, n);
}

/* One flag for each group: is it selected, and in a finding? The caller owns them. */
static bool *groups_to_show(const struct view *v)
{
	const struct host *h = v->host;
	bool *show = xcalloc(h->n_groups, sizeof(bool));

	for (size_t i = 0; i < v->findings->n_list; i++) {
		const struct finding *f = &v->findings->list[i];
		const struct group *g = host_group(h, f->group);

		if (g)
			show[group_index(h, g)] = true;
		for (size_t d = 0; d < f->n_devices; d++) {
			g = host_group(h, h->devices[f->devices[d].device].group);
			if (g)
				show[group_index(h, g)] = true;
		}
		for (size_t r = 0; r < f->n_regions; r++) {
			g = host_group(h, h->regions[f->regions[r]].group);
			if (g)
				show[group_index(h, g)] = true;
		}
	}
	for (size_t i = 0; i < h->n_groups; i++)
		show[i] = v->groups[i] && (show[i] || v->report->all || !v->all);
	return show;
}

static void put_group_device(const struct view *v, const struct device *d, FILE *out)
{
	struct text t = { 0 };
	cleanup_free char *s = NULL;

	text_add(&t, d->name);
	if (d->has_ids)
		text_printf(&t, " [%04x] %04x:%04x", d->class_code >> 8, d->vendor,
			    d->device);
	if (d->driver || d->driver_unknown)
		text_printf(&t, " %s", d->driver ? d->driver : "(driver unknown)");
	s = text_take(&t);
	text_clean(s);
	fputs("  ", out);
	put_wrapped(out, v->width, 4, 2, s);
}

/* A line of reserved_regions as the kernel prints it, and what is known of it. */
static void put_group_region(const struct view *v, const struct group *g, size_t i,
			     FILE *out)
{
	const struct region *r = &v->host->regions[i];
	cleanup_free char *word = xstrdup(region_word(r));

	text_clean(word);
	fprintf(out, "  0x%016" PRIx64 " 0x%016" PRIx64 " %s\n", r->range.first,
		r->range.last, word);
	put_origin(v, g, i, out);
}

static void put_group(const struct view *v, const struct group *g, FILE *out)
{
	size_t iommu = v->analysis->groups[group_index(v->host, g)].iommu;
	cleanup_free char *name = xstrdup(
		iommu == NO_INDEX ? "IOMMU not known" : v->host->iommus[iommu].name);

	text_clean(name);
	fprintf(out, "group %u, %s, %s\n", (unsigned)g->id, domain_type_name(g->type),
		name);
	for (size_t d = g->first_device; d < g->first_device + g->n_devices; d++)
		put_group_device(v, &v->host->devices[d], out);
	for (size_t r = g->first_region; r < g->first_region + g->n_regions; r++)
		put_group_region(v, g, r, out);
	if (!g->n_regions)
		fprintf(out, "  reserved_regions: %s\n",
			g->regions_state == SOURCE_READ
				? "empty"
				: source_state_name(g->regions_state));
	fputc('\n', out);
}

static void put_groups(const struct view *v, FILE *out)
{
	const struct host *h = v->host;
	cleanup_free bool *show = groups_to_show(v);
	size_t wanted = 0, shown = 0;

	for (size_t i = 0; i < h->n_groups; i++)
		wanted += show[i];
	if (!wanted)
		return;
	if (wanted > GROUPS_MAX && !v->report->all)
		wanted = GROUPS_MAX;
	put_heading(v->report->all || !v->all ? "GROUPS" : "GROUPS WITH FINDINGS", wanted,
		    h->n_groups, out);
	for (size_t i = 0; i < h->n_groups && shown < wanted; i++) {
		if (!show[i])
			continue;
		put_group(v, &h->groups[i], out);
		shown++;
	}
}

/* --- The log --- */

static void put_log_line(const struct view *v, const struct log_line *l, FILE *out)
{
	cleanup_free char *s =
		l->time ? text_format("%u: [%s] %s", l->number, l->time, l->text)
			: text_format("%u: %s", l->number, l->text);

	text_clean(s);
	fputs("  ", out);
	put_wrapped(out, v->width, 8, 2, s);
}

static void put_log(const struct view *v, FILE *out)
{
	const struct host *h = v->host;
	bool cut = h->n_log > 2 * LOG_LINES_SHOWN && !v->verbose;

	if (!h->n_log)
		return;
	put_heading("KERNEL LOG: lines about IOMMUs, VFIO and firmware",
		    cut ? 2 * LOG_LINES_SHOWN : h->n_log, h->n_log, out);
	for (size_t i = 0; i < h->n_log; i++) {
		if (cut && i == LOG_LINES_SHOWN) {
			i = h->n_log - LOG_LINES_SHOWN;
			fprintf(out, "  ...\n");
		}
		put_log_line(v, &h->log[i], out);
	}
	fputc('\n', out);
}

/* --- All of it --- */

/* How to read on. */
static void put_more(const struct view *v, FILE *out)
{
	const char *name = v->report->attached;
	cleanup_free char *s =
		name ? text_format("the file %s has all that was read", name)
		     : xstrdup("iommu-resv snapshot -o iommu.json saves all that was "
			       "read");
	cleanup_free char *then =
		text_format("iommu-resv --from %s check judges it on any machine",
			    name ? name : "iommu.json");

	put_field(v, out, 0, "More", s);
	put_field(v, out, 0, "", then);
}

static void put_end_of_report(const struct view *v, FILE *out)
{
	put_unseen(v, put_rules_not_checked, out);
	if (v->report->redaction) {
		cleanup_free char *what = redaction_text(v->report->redaction);

		put_field(v, out, 0, "Redacted", what);
	}
	put_more(v, out);
}

static void put_report(const struct view *v, FILE *out)
{
	put_head(v, out);
	if (!v->quiet) {
		put_vm_use(v, out);
		put_refusals(v, out);
		put_inquiry_lines(v, out);
		if (v->host->n_groups)
			fputc('\n', out);
	}
	put_finding_texts(v, out);
	if (!v->quiet) {
		put_groups(v, out);
		put_log(v, out);
	}
	put_end_of_report(v, out);
}

/* Where a line is broken that has no room: behind one of these, if there is one. */
static size_t place_to_break(const char *line, size_t room)
{
	for (size_t i = room; i > room / 2; i--) {
		if (strchr(" /,", line[i - 1]))
			return i;
	}
	return room;
}

/* Below the text of a line, right of its label if it has one (lines.h, put_field). */
static unsigned indent_below(const char *line)
{
	size_t indent = strspn(line, " ");

	if (indent > REPORT_WIDTH / 3)
		return REPORT_WIDTH / 3;
	if (line[indent + 9] == ' ' && line[indent + 10] != ' ')
		return (unsigned)indent + 12;
	return (unsigned)indent + 2;
}

/* A word without a blank is printed as long as it is: here it is cut all the same. */
static void put_folded(const char *line, FILE *out)
{
	size_t room = REPORT_WIDTH;
	unsigned indent = 0;

	while (strlen(line) > room) {
		size_t n = place_to_break(line, room);

		indent = indent ? indent : indent_below(line);
		fprintf(out, "%.*s\n%*s", (int)(n - (line[n - 1] == ' ')), line,
			(int)indent, "");
		line += n;
		room = REPORT_WIDTH - indent;
	}
	fprintf(out, "%s\n", line);
}

/* As it would stand on a terminal of these properties, whatever ours are. */
static char *report_text(const struct view *v)
{
	struct view plain = *v;
	char *data = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&data, &size);

	if (!file)
		out_of_memory();
	plain.width = REPORT_WIDTH;
	plain.color = false;
	plain.utf8 = false;
	plain.verbose = v->verbose || v->report->all;
	put_report(&plain, file);
	if (fclose(file))
		out_of_memory();
	return data;
}

void render_report(const struct view *v, FILE *out)
{
	cleanup_free char *text = report_text(v);
	char *save = text;
	bool complete;

	for (char *line; (line = text_next_line(&save, &complete));) {
		text_clean(line);
		put_folded(line, out);
	}
}
