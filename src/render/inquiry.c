/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel was asked and answered: sections of `query`, and lines of others. */
#include "render/inquiry.h"

#include <inttypes.h>

#include "analyze/inquiry.h"
#include "base/cleanup.h"
#include "render/json.h"
#include "render/lines.h"
#include "render/sections.h"

bool inquiry_is_wanted(const struct view *v, size_t inquiry)
{
	const struct inquiry *q = &v->host->inquiries[inquiry];

	for (size_t i = 0; i < q->n_devices; i++) {
		if (v->devices[q->devices[i]])
			return true;
	}
	return false;
}

static const struct inquiry *asked(const struct view *v, size_t inquiry)
{
	return &v->host->inquiries[inquiry];
}

static const struct inquiry_view *view_of(const struct view *v, size_t inquiry)
{
	return &v->analysis->inquiries[inquiry];
}

/* "A, B and C together through VFIO" */
static char *asked_text(const struct view *v, const struct inquiry *q)
{
	struct text_list list = { .max = q->n_devices };
	cleanup_free char *devices = NULL;

	for (size_t i = 0; i < q->n_devices; i++)
		text_list_add(&list, v->host->devices[q->devices[i]].name);
	devices = text_list_take(&list);
	return text_format("%s%s through %s", devices,
			   q->n_devices > 1 ? " together" : "", asked_via_name(q->via));
}

static void tell_asked(struct telling *t, size_t inquiry)
{
	const struct inquiry *q = asked(t->view, inquiry);
	struct json_object *devices = json_object_new_array();

	json_set_text(t->o, "via", asked_via_name(q->via));
	for (size_t i = 0; i < q->n_devices; i++)
		json_object_array_add(
			devices, json_text(t->view->host->devices[q->devices[i]].name));
	json_object_object_add(t->o, "devices", devices);
}

static bool put_regions(struct telling *t, const struct group *g)
{
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		cleanup_free char *region = region_text(t->view, i);

		put_line(t, "%s (group %u)", region, (unsigned)g->id);
	}
	return g->n_regions > 0;
}

static void put_sysfs(struct telling *t, size_t inquiry)
{
	const struct host *host = t->view->host;
	const struct inquiry *q = asked(t->view, inquiry);
	const struct group *last = NULL;
	bool any = false;

	for (size_t i = 0; i < q->n_devices; i++) {
		const struct device *d = &host->devices[q->devices[i]];
		const struct group *g = host_group(host, d->group);

		if (g && g != last)
			any |= put_regions(t, g);
		last = g;
	}
	if (!any)
		put_line(t, "no region");
}

static void put_ranges(struct telling *t, const struct range *range, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		cleanup_free char *s = text_of_range(range[i]);

		put_line(t, "%s", s);
	}
}

static void put_prediction(struct telling *t, const struct inquiry *q,
			   const struct inquiry_view *iv)
{
	const struct answer *a = &iv->predicted;
	cleanup_free char *words = answer_at_length(a);

	if (q->n_devices > 1 && a->verdict != VERDICT_OK)
		put_line(t, "%s (%s)", words,
			 t->view->host->devices[iv->predicted_for].name);
	else
		put_line(t, "%s", words);
	if (q->error && !answer_is_yes(a))
		return;
	put_ranges(t, iv->ranges.range, iv->ranges.n_range);
	if (!iv->end_known)
		put_line(t, "(the address width is not known)");
}

static void tell_predicted(struct telling *t, size_t inquiry)
{
	const struct view *v = t->view;
	const struct inquiry_view *iv = view_of(v, inquiry);
	struct json_object *o = answer_object(v, &iv->predicted);

	put_prediction(t, asked(v, inquiry), iv);
	json_set_text(o, "device", v->host->devices[iv->predicted_for].name);
	json_object_object_add(o, "iova_ranges",
			       ranges_array(iv->ranges.range, iv->ranges.n_range));
	json_set_bool(o, "iova_end_known", iv->end_known);
	json_object_object_add(t->o, "predicted", o);
}

static void add_outcome(const struct view *v, const struct inquiry *q, struct text *t)
{
	if (!q->error) {
		text_add(t, "ok");
		return;
	}
	text_printf(t, "refused %s at %s", errno_name(q->error), q->call);
	if (q->n_devices > 1 && q->failed_at != NO_INDEX)
		text_printf(t, " for %s", v->host->devices[q->failed_at].name);
}

static void tell_outcome(struct telling *t, size_t inquiry)
{
	const struct view *v = t->view;
	const struct inquiry *q = asked(v, inquiry);
	const char *failed =
		q->failed_at == NO_INDEX ? NULL : v->host->devices[q->failed_at].name;
	struct text outcome = { 0 };

	add_outcome(v, q, &outcome);
	put_text(t, &outcome);
	put_ranges(t, q->ranges, q->n_ranges);
	json_set_text(t->o, "errno", q->error ? errno_name(q->error) : NULL);
	json_set_text(t->o, "call", q->call);
	json_set_text(t->o, "device", failed);
	if (q->has_ranges)
		json_object_object_add(t->o, "iova_ranges",
				       ranges_array(q->ranges, q->n_ranges));
	if (!q->alignment)
		return;
	put_as(t, "Alignment", "addresses and lengths are multiples of 0x%" PRIx64,
	       q->alignment);
	json_set_address(t->o, "iova_alignment", q->alignment);
}

static void put_piece(struct telling *t, const struct piece *p)
{
	const struct region_view *regions = t->view->analysis->regions;
	cleanup_free char *range = text_of_range(p->range);
	bool listed = p->region != NO_INDEX;

	put_line(t, "%s %s: %s%s%s", range, p->usable ? "usable" : "not usable",
		 listed ? region_type_name(regions[p->region].type) : "",
		 listed ? ", " : "", piece_reason_text(p->reason));
}

static struct json_object *piece_object(const struct view *v, const struct piece *p)
{
	struct json_object *o = range_object(p->range);

	json_set_bool(o, "usable", p->usable);
	json_set_text(o, "reason", piece_reason_name(p->reason));
	if (p->region != NO_INDEX) {
		const struct region *r = &v->host->regions[p->region];

		json_set_text(o, "type",
			      region_type_name(v->analysis->regions[p->region].type));
		json_set_int(o, "group", r->group);
		json_set_int(o, "line", r->line);
	}
	return o;
}

static void tell_pieces(struct telling *t, size_t inquiry)
{
	const struct inquiry_view *iv = view_of(t->view, inquiry);
	struct json_object *pieces = json_object_new_array();

	for (size_t i = 0; i < iv->n_pieces; i++) {
		put_piece(t, &iv->pieces[i]);
		json_object_array_add(pieces, piece_object(t->view, &iv->pieces[i]));
	}
	json_object_object_add(t->o, "reasons", pieces);
	json_set_bool(t->o, "differs", iv->verdict_differs || iv->ranges_differ);
}

static void add_page_size(struct text *t, unsigned bit)
{
	static const char *const units[] = { "", "K", "M", "G", "T", "P", "E" };

	text_printf(t, "%u%s", 1u << bit % 10, units[bit / 10]);
}

/* "4K, 2M, 1G"; neighbours that are all there as "4K to 256G". */
static char *page_sizes_text(uint64_t sizes)
{
	struct text t = { 0 };

	for (unsigned bit = 0, last; bit < 64; bit = last + 1) {
		last = bit;
		if (!(sizes >> bit & 1))
			continue;
		while (last < 63 && sizes >> (last + 1) & 1)
			last++;
		if (last - bit < 2)
			last = bit;
		if (t.len)
			text_add(&t, ", ");
		add_page_size(&t, bit);
		if (last > bit) {
			text_add(&t, " to ");
			add_page_size(&t, last);
		}
	}
	return text_take(&t);
}

static void tell_migration(struct telling *t, const struct inquiry *q)
{
	cleanup_free char *sizes = page_sizes_text(q->dirty_page_sizes);
	struct json_object *o = json_object_new_object();

	put_as(t, "Migration",
	       "dirty pages are logged by %s, at most 0x%" PRIx64
	       " bytes of bitmap at a time",
	       sizes, q->dirty_bitmap_max);
	json_set_address(o, "page_sizes", q->dirty_page_sizes);
	json_set_address(o, "bitmap_max", q->dirty_bitmap_max);
	json_object_object_add(t->o, "migration", o);
}

static void tell_vfio(struct telling *t, size_t inquiry)
{
	const struct inquiry *q = asked(t->view, inquiry);

	if (q->page_sizes) {
		cleanup_free char *sizes = page_sizes_text(q->page_sizes);

		put_line(t, "%s", sizes);
		json_set_address(t->o, "page_sizes", q->page_sizes);
	}
	if (q->has_available) {
		put_as(t, "Mappings", "%u may be made", (unsigned)q->available);
		json_set_int(t->o, "mappings_available", q->available);
	}
	if (q->has_migration)
		tell_migration(t, q);
}

static void put_hardware(struct telling *t, const struct inquiry *q)
{
	bool verbose = t->view->verbose;
	struct text line = { 0 };

	text_add(&line, q->hardware);
	if (q->n_fields && !verbose)
		text_printf(&line, ", %zu %s", q->n_fields,
			    one_or_many(q->n_fields, "field (-v shows it)",
					"fields (-v shows them)"));
	if (q->pasid_bits)
		text_printf(&line, "; PASIDs of %u bits", q->pasid_bits);
	for (size_t i = 0; i < q->n_capabilities; i++)
		text_printf(&line, "%s%s", i ? ", " : "; offers ", q->capabilities[i]);
	put_text(t, &line);
	for (size_t i = 0; verbose && i < q->n_fields; i++)
		put_line(t, "%s %" PRIu64 " (%s)", q->fields[i].name, q->fields[i].value,
			 q->fields[i].meaning);
}

static struct json_object *hardware_object(const struct inquiry *q)
{
	struct json_object *o = json_object_new_object();
	struct json_object *fields = json_object_new_array();

	json_set_text(o, "type", q->hardware);
	for (size_t i = 0; i < q->n_fields; i++) {
		struct json_object *f = json_object_new_object();

		json_set_text(f, "name", q->fields[i].name);
		json_set_address(f, "value", q->fields[i].value);
		json_set_text(f, "meaning", q->fields[i].meaning);
		json_object_array_add(fields, f);
	}
	json_object_object_add(o, "fields", fields);
	json_object_object_add(o, "capabilities",
			       strings_array(q->capabilities, q->n_capabilities));
	json_set_int(o, "pasid_bits", q->pasid_bits);
	return o;
}

static void tell_hardware(struct telling *t, size_t inquiry)
{
	const struct inquiry *q = asked(t->view, inquiry);

	if (!q->has_hardware)
		return;
	put_hardware(t, q);
	json_object_object_add(t->o, "hardware", hardware_object(q));
}

static const struct section sections[] = {
	{ .tell = tell_asked },
	{ .label = "Sysfs", .tell = put_sysfs, .lines_only = true },
	{ .label = "Predicted", .tell = tell_predicted },
	{ .label = "Answered", .tell = tell_outcome, .object = "answered" },
	{ .label = "Because", .tell = tell_pieces },
	{ .label = "Pages", .tell = tell_vfio, .object = "answered" },
	{ .label = "Hardware", .tell = tell_hardware, .object = "answered" },
};

void put_inquiries(const struct view *v, FILE *out)
{
	for (size_t i = 0; i < v->host->n_inquiries; i++) {
		cleanup_free char *title = NULL;

		if (!inquiry_is_wanted(v, i))
			continue;
		title = asked_text(v, asked(v, i));
		put_field(v, out, 0, "Asked", title);
		put_sections(sections, ARRAY_SIZE(sections), v, i, 2, out);
		fputc('\n', out);
	}
}

struct json_object *inquiry_object(const struct view *v, size_t inquiry)
{
	struct json_object *o = json_object_new_object();

	set_sections(sections, ARRAY_SIZE(sections), v, inquiry, o);
	return o;
}

/* --- What other commands say of it --- */

static const char *comparison(const struct inquiry_view *iv)
{
	if (iv->verdict_differs || iv->ranges_differ)
		return "not as predicted";
	return iv->predicted.verdict == VERDICT_UNKNOWN ? "nothing was predicted"
							: "as predicted";
}

void put_inquiry_lines(const struct view *v, FILE *out)
{
	struct telling line = { .view = v, .out = out, .label = "Asked" };

	for (size_t i = 0; i < v->host->n_inquiries; i++) {
		cleanup_free char *devices = NULL;
		struct text t = { 0 };

		if (!inquiry_is_wanted(v, i))
			continue;
		devices = asked_text(v, asked(v, i));
		text_printf(&t, "%s: ", devices);
		add_outcome(v, asked(v, i), &t);
		text_printf(&t, ", %s", comparison(view_of(v, i)));
		put_text(&line, &t);
	}
	if (!*line.label)
		fputc('\n', out);
}

static char *iommufd_text(const struct iommufd_facts *f)
{
	struct text t = { 0 };

	for (size_t i = 0; i < f->n_commands; i++)
		text_printf(&t, "%s%s", i ? ", " : "", f->commands[i]);
	if (f->rlimit_mode_known)
		text_printf(&t, "; pinned memory is charged to the %s",
			    f->rlimit_mode ? "process" : "user");
	return text_take(&t);
}

void put_iommufd(const struct view *v, FILE *out)
{
	const struct source *s = &v->host->sources[SOURCE_IOMMUFD];
	cleanup_free char *text = NULL;

	if (s->state == SOURCE_READ)
		text = iommufd_text(&v->host->iommufd);
	else if (s->state == SOURCE_ABSENT)
		text = text_format("none: %s", s->detail ? s->detail : "absent");
	if (text)
		put_field(v, out, 0, "iommufd", text);
}

struct json_object *iommufd_object(const struct iommufd_facts *facts)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "commands",
			       strings_array(facts->commands, facts->n_commands));
	if (facts->rlimit_mode_known)
		json_set_text(o, "memory_charged_to",
			      facts->rlimit_mode ? "process" : "user");
	return o;
}
