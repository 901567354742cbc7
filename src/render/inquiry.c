/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers of the kernel: as text beside sysfs and the prediction, and as JSON. */
#include "render/inquiry.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/inquiry.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "render/json.h"
#include "render/lines.h"

bool inquiry_is_wanted(const struct view *v, size_t inquiry)
{
	const struct inquiry *q = &v->host->inquiries[inquiry];

	for (size_t i = 0; i < q->n_devices; i++) {
		if (v->devices[q->devices[i]])
			return true;
	}
	return false;
}

/* --- Text --- */

static void add_devices(const struct view *v, const struct inquiry *q, struct text *t)
{
	for (size_t i = 0; i < q->n_devices; i++)
		text_printf(t, "%s%s",
			    !i			    ? ""
			    : i + 1 == q->n_devices ? " and "
						    : ", ",
			    v->host->devices[q->devices[i]].name);
	text_printf(t, "%s through %s", q->n_devices > 1 ? " together" : "",
		    asked_via_name(q->via));
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

static void put_answered_ranges(const struct view *v, const struct range *range, size_t n,
				FILE *out)
{
	for (size_t i = 0; i < n; i++) {
		cleanup_free char *s = text_of_range(range[i]);

		put_field(v, out, 2, "", s);
	}
}

static void put_sysfs(const struct view *v, const struct inquiry *q, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < q->n_devices; i++) {
		const struct group *g =
			host_group(v->host, v->host->devices[q->devices[i]].group);

		if (!g || (i && v->host->devices[q->devices[i - 1]].group == g->id))
			continue;
		for (size_t r = g->first_region; r < g->first_region + g->n_regions;
		     r++) {
			cleanup_free char *region = region_text(v, r);
			cleanup_free char *s =
				text_format("%s (group %u)", region, (unsigned)g->id);

			put_field(v, out, 2, any ? "" : "Sysfs", s);
			any = true;
		}
	}
	if (!any)
		put_field(v, out, 2, "Sysfs", "no region");
}

static void put_predicted(const struct view *v, const struct inquiry *q,
			  const struct inquiry_view *iv, FILE *out)
{
	cleanup_free char *verdict = answer_text(&iv->predicted);
	struct text t = { 0 };
	cleanup_free char *s = NULL;
	bool ranges = iv->predicted.verdict == VERDICT_OK ||
		      iv->predicted.verdict == VERDICT_OK_BUT || !q->error;

	text_add(&t, verdict);
	if (iv->predicted.call)
		text_printf(&t, " at %s", iv->predicted.call);
	if (iv->predicted.why)
		text_printf(&t, ": %s", iv->predicted.why);
	if (q->n_devices > 1 && iv->predicted.verdict != VERDICT_OK)
		text_printf(&t, " (%s)", v->host->devices[iv->predicted_for].name);
	s = text_take(&t);
	put_field(v, out, 2, "Predicted", s);
	if (!ranges)
		return;
	put_answered_ranges(v, iv->ranges.range, iv->ranges.n_range, out);
	if (!iv->end_known)
		put_field(v, out, 2, "", "(the address width is not known)");
}

static void put_answered(const struct view *v, const struct inquiry *q, FILE *out)
{
	struct text t = { 0 };
	cleanup_free char *s = NULL;

	add_outcome(v, q, &t);
	s = text_take(&t);
	put_field(v, out, 2, "Answered", s);
	put_answered_ranges(v, q->ranges, q->n_ranges, out);
	if (q->alignment) {
		cleanup_free char *alignment =
			text_format("addresses and lengths are multiples of 0x%" PRIx64,
				    q->alignment);

		put_field(v, out, 2, "Alignment", alignment);
	}
}

static void put_pieces(const struct view *v, const struct inquiry_view *iv, FILE *out)
{
	for (size_t i = 0; i < iv->n_pieces; i++) {
		const struct piece *p = &iv->pieces[i];
		cleanup_free char *range = text_of_range(p->range);
		const char *type =
			p->region == NO_INDEX
				? ""
				: region_type_name(v->analysis->regions[p->region].type);
		cleanup_free char *s = text_format(
			"%s %s: %s%s%s", range, p->usable ? "usable" : "not usable", type,
			*type ? ", " : "", piece_reason_text(p->reason));

		put_field(v, out, 2, i ? "" : "Because", s);
	}
}

static void add_page_size(struct text *t, unsigned bit)
{
	static const char units[] = "BKMGTPE";

	if (bit < 10)
		text_printf(t, "%u", 1u << bit);
	else
		text_printf(t, "%u%c", 1u << bit % 10, units[bit / 10]);
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

static void put_vfio(const struct view *v, const struct inquiry *q, FILE *out)
{
	if (q->page_sizes) {
		cleanup_free char *sizes = page_sizes_text(q->page_sizes);

		put_field(v, out, 2, "Pages", sizes);
	}
	if (q->has_available) {
		cleanup_free char *s =
			text_format("%u may be made", (unsigned)q->available);

		put_field(v, out, 2, "Mappings", s);
	}
	if (q->has_migration) {
		cleanup_free char *sizes = page_sizes_text(q->dirty_page_sizes);
		cleanup_free char *s =
			text_format("dirty pages are logged by %s, at most 0x%" PRIx64
				    " bytes of bitmap at a time",
				    sizes, q->dirty_bitmap_max);

		put_field(v, out, 2, "Migration", s);
	}
}

static void put_hardware(const struct view *v, const struct inquiry *q, FILE *out)
{
	struct text t = { 0 };
	cleanup_free char *s = NULL;

	if (!q->has_hardware)
		return;
	text_printf(&t, "%s", q->hardware);
	if (q->n_fields && !v->verbose)
		text_printf(&t, ", %zu %s", q->n_fields,
			    one_or_many(q->n_fields, "field (-v shows it)",
					"fields (-v shows them)"));
	if (q->pasid_bits)
		text_printf(&t, "; PASIDs of %u bits", q->pasid_bits);
	for (size_t i = 0; i < q->n_capabilities; i++)
		text_printf(&t, "%s%s", i ? ", " : "; offers ", q->capabilities[i]);
	s = text_take(&t);
	put_field(v, out, 2, "Hardware", s);
	for (size_t i = 0; v->verbose && i < q->n_fields; i++) {
		cleanup_free char *field =
			text_format("%s %" PRIu64 " (%s)", q->fields[i].name,
				    q->fields[i].value, q->fields[i].meaning);

		put_field(v, out, 2, "", field);
	}
}

void put_inquiries(const struct view *v, FILE *out)
{
	for (size_t i = 0; i < v->host->n_inquiries; i++) {
		const struct inquiry *q = &v->host->inquiries[i];
		const struct inquiry_view *iv = &v->analysis->inquiries[i];
		struct text t = { 0 };
		cleanup_free char *title = NULL;

		if (!inquiry_is_wanted(v, i))
			continue;
		add_devices(v, q, &t);
		title = text_take(&t);
		put_field(v, out, 0, "Asked", title);
		put_sysfs(v, q, out);
		put_predicted(v, q, iv, out);
		put_answered(v, q, out);
		put_pieces(v, iv, out);
		put_vfio(v, q, out);
		put_hardware(v, q, out);
		fputc('\n', out);
	}
}

static const char *comparison(const struct inquiry_view *iv)
{
	if (iv->verdict_differs || iv->ranges_differ)
		return "not as predicted";
	return iv->predicted.verdict == VERDICT_UNKNOWN ? "nothing was predicted"
							: "as predicted";
}

void put_inquiry_lines(const struct view *v, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < v->host->n_inquiries; i++) {
		const struct inquiry *q = &v->host->inquiries[i];
		struct text t = { 0 };
		cleanup_free char *s = NULL;

		if (!inquiry_is_wanted(v, i))
			continue;
		add_devices(v, q, &t);
		text_add(&t, ": ");
		add_outcome(v, q, &t);
		text_printf(&t, ", %s", comparison(&v->analysis->inquiries[i]));
		s = text_take(&t);
		put_field(v, out, 0, any ? "" : "Asked", s);
		any = true;
	}
	if (any)
		fputc('\n', out);
}

/* --- Nodes --- */

#define NODES_MAX 2

/* Those that are there: its group's, and its own. Their number; the caller owns them. */
static size_t device_nodes(const struct host *host, const struct device *d, char **out)
{
	char *names[NODES_MAX] = { NULL, NULL };
	size_t n = 0;

	if (d->group != NO_GROUP)
		names[0] = text_format("vfio/%u", (unsigned)d->group);
	if (d->vfio_name)
		names[1] = text_format("vfio/devices/%s", d->vfio_name);
	for (size_t i = 0; i < NODES_MAX; i++) {
		if (names[i] && host_has_node(host, names[i]))
			out[n++] = text_format("/dev/%s", names[i]);
		free(names[i]);
	}
	return n;
}

void put_device_nodes(const struct view *v, const struct device *d, FILE *out)
{
	char *nodes[NODES_MAX];
	size_t n = device_is_bound_to_vfio(d) ? device_nodes(v->host, d, nodes) : 0;

	for (size_t i = 0; i < n; i++) {
		put_field(v, out, 4, i ? "" : "Nodes", nodes[i]);
		free(nodes[i]);
	}
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

/* --- JSON --- */

struct json_object *device_nodes_array(const struct host *host, const struct device *d)
{
	struct json_object *array;
	char *nodes[NODES_MAX];
	size_t n;

	if (!device_is_bound_to_vfio(d) ||
	    host->sources[SOURCE_DEVICE_NODES].state != SOURCE_READ)
		return NULL;
	array = json_object_new_array();
	n = device_nodes(host, d, nodes);
	for (size_t i = 0; i < n; i++) {
		json_object_array_add(array, json_text(nodes[i]));
		free(nodes[i]);
	}
	return array;
}

static struct json_object *ranges_array(const struct range *range, size_t n)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < n; i++)
		json_object_array_add(array, range_object(range[i]));
	return array;
}

static struct json_object *strings_array(char *const *strings, size_t n)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < n; i++)
		json_object_array_add(array, json_text(strings[i]));
	return array;
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

static void set_vfio(struct json_object *o, const struct inquiry *q)
{
	if (q->page_sizes)
		json_set_address(o, "page_sizes", q->page_sizes);
	if (q->has_available)
		json_set_int(o, "mappings_available", q->available);
	if (q->has_migration) {
		struct json_object *m = json_object_new_object();

		json_set_address(m, "page_sizes", q->dirty_page_sizes);
		json_set_address(m, "bitmap_max", q->dirty_bitmap_max);
		json_object_object_add(o, "migration", m);
	}
}

static struct json_object *answered_object(const struct view *v, const struct inquiry *q)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "errno", q->error ? errno_name(q->error) : NULL);
	json_set_text(o, "call", q->call);
	json_set_text(o, "device",
		      q->failed_at == NO_INDEX ? NULL
					       : v->host->devices[q->failed_at].name);
	if (q->has_ranges)
		json_object_object_add(o, "iova_ranges",
				       ranges_array(q->ranges, q->n_ranges));
	if (q->alignment)
		json_set_address(o, "iova_alignment", q->alignment);
	set_vfio(o, q);
	if (q->has_hardware)
		json_object_object_add(o, "hardware", hardware_object(q));
	return o;
}

struct json_object *inquiry_object(const struct view *v, size_t index)
{
	const struct inquiry *q = &v->host->inquiries[index];
	const struct inquiry_view *iv = &v->analysis->inquiries[index];
	struct json_object *o = json_object_new_object();
	struct json_object *devices = json_object_new_array();
	struct json_object *predicted = answer_object(v, &iv->predicted);
	struct json_object *pieces = json_object_new_array();

	json_set_text(o, "via", asked_via_name(q->via));
	for (size_t i = 0; i < q->n_devices; i++)
		json_object_array_add(devices,
				      json_text(v->host->devices[q->devices[i]].name));
	json_object_object_add(o, "devices", devices);
	json_set_text(predicted, "device", v->host->devices[iv->predicted_for].name);
	json_object_object_add(predicted, "iova_ranges",
			       ranges_array(iv->ranges.range, iv->ranges.n_range));
	json_set_bool(predicted, "iova_end_known", iv->end_known);
	json_object_object_add(o, "predicted", predicted);
	json_object_object_add(o, "answered", answered_object(v, q));
	for (size_t i = 0; i < iv->n_pieces; i++)
		json_object_array_add(pieces, piece_object(v, &iv->pieces[i]));
	json_object_object_add(o, "reasons", pieces);
	json_set_bool(o, "differs", iv->verdict_differs || iv->ranges_differ);
	return o;
}
