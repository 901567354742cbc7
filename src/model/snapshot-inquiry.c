/* SPDX-License-Identifier: GPL-2.0-or-later */
/* iommufd, and what the kernel answered about devices, in a snapshot. */
#include <stdlib.h>
#include <string.h>

#include "model/snapshot-parts.h"

/* More than this are in no answer, nor anywhere else in an inquiry. */
#define ELEMENTS_MAX ((size_t)1 << 16)

/* An array in an object, which may be absent: its length, 0 then. */
static size_t load_array(struct loader *l, struct json_object *o, const char *key,
			 struct json_object **array)
{
	if (!has_member(l, o, key, array))
		return 0;
	if (!json_object_is_type(*array, json_type_array) ||
	    json_object_array_length(*array) > ELEMENTS_MAX) {
		wrong(l, key, "is not an array of a sensible length");
		return 0;
	}
	return json_object_array_length(*array);
}

static const char *element_string(struct loader *l, struct json_object *array, size_t i,
				  const char *key)
{
	struct json_object *v = json_object_array_get_idx(array, i);

	if (json_object_is_type(v, json_type_string) &&
	    (size_t)json_object_get_string_len(v) == strlen(json_object_get_string(v)))
		return json_object_get_string(v);
	wrong(l, key, "holds something that is not a string");
	return NULL;
}

static struct json_object *element_object(struct loader *l, struct json_object *array,
					  size_t i, const char *key)
{
	struct json_object *v = json_object_array_get_idx(array, i);

	if (json_object_is_type(v, json_type_object))
		return v;
	wrong(l, key, "holds something that is not an object");
	return NULL;
}

void load_iommufd(struct loader *l, struct json_object *document, struct host *host)
{
	struct json_object *o, *array;
	size_t n;

	if (!has_member(l, document, "iommufd", &o))
		return;
	if (!json_object_is_type(o, json_type_object)) {
		wrong(l, "iommufd", "is not an object");
		return;
	}
	n = load_array(l, o, "commands", &array);
	for (size_t i = 0; i < n; i++) {
		const char *s = element_string(l, array, i, "commands");

		if (s)
			*ADD(&host->iommufd, commands) = xstrdup(s);
	}
	host->iommufd.rlimit_mode =
		load_number(l, o, "rlimit_mode", INT64_MAX, UINT64_MAX);
	host->iommufd.rlimit_mode_known = host->iommufd.rlimit_mode != UINT64_MAX;
}

static int compare_indices(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool has_device(const struct inquiry *q, size_t device)
{
	for (size_t i = 0; i < q->n_devices; i++) {
		if (q->devices[i] == device)
			return true;
	}
	return false;
}

static void load_devices(struct loader *l, struct json_object *o, const struct host *host,
			 struct inquiry *q)
{
	struct json_object *array;
	size_t n = load_array(l, o, "devices", &array);

	for (size_t i = 0; i < n && !l->error; i++) {
		const char *name = element_string(l, array, i, "devices");
		const struct device *d = name ? host_device(host, name) : NULL;

		if (d)
			*ADD(q, devices) = (size_t)(d - host->devices);
		else
			wrong(l, "devices", "names a device that is not there");
	}
	if (!q->n_devices) {
		wrong(l, "devices", "names none");
		return;
	}
	/* in the order of the host those of one group stand together */
	qsort(q->devices, q->n_devices, sizeof(*q->devices), compare_indices);
	for (size_t i = 1; i < q->n_devices; i++) {
		if (q->devices[i] == q->devices[i - 1])
			wrong(l, "devices", "names a device twice");
	}
}

static void load_failure(struct loader *l, struct json_object *o, const struct host *host,
			 struct inquiry *q)
{
	const char *name = load_string(l, o, "failed_at", false);
	const struct device *d = name ? host_device(host, name) : NULL;

	q->error = (int)load_number(l, o, "errno", 4095, 0);
	q->call = load_text_if(l, o, "call");
	if (!q->error != !q->call)
		wrong(l, "call", "does not go with errno");
	q->failed_at = d ? (size_t)(d - host->devices) : NO_INDEX;
	if (!q->error != !name || (name && !has_device(q, q->failed_at)))
		wrong(l, "failed_at", "is not one of the devices");
}

static void load_ranges(struct loader *l, struct json_object *o, struct inquiry *q)
{
	struct json_object *array;
	size_t n = load_array(l, o, "ranges", &array);

	q->has_ranges = has_member(l, o, "ranges", NULL);
	for (size_t i = 0; i < n && !l->error; i++) {
		struct json_object *v = element_object(l, array, i, "ranges");
		struct range r;

		if (!v)
			return;
		r = (struct range){ load_address(l, v, "first"),
				    load_address(l, v, "last") };
		if (range_is_inverted(r) || (i && r.first <= q->ranges[i - 1].last))
			wrong(l, "ranges", "are not in ascending order");
		*ADD(q, ranges) = r;
	}
}

static void load_fields(struct loader *l, struct json_object *o, struct inquiry *q)
{
	struct json_object *array;
	size_t n = load_array(l, o, "fields", &array);

	for (size_t i = 0; i < n && !l->error; i++) {
		struct json_object *v = element_object(l, array, i, "fields");
		struct register_field *f;

		if (!v)
			return;
		f = ADD(q, fields);
		f->name = load_text(l, v, "name");
		f->meaning = load_text(l, v, "meaning");
		f->value = load_address(l, v, "value");
	}
}

static void load_hardware(struct loader *l, struct json_object *o, struct inquiry *q)
{
	struct json_object *hardware, *array;
	size_t n;

	q->has_hardware = has_member(l, o, "hardware", &hardware);
	if (!q->has_hardware)
		return;
	if (!json_object_is_type(hardware, json_type_object)) {
		wrong(l, "hardware", "is not an object");
		return;
	}
	q->hardware = load_text(l, hardware, "type");
	load_fields(l, hardware, q);
	n = load_array(l, hardware, "capabilities", &array);
	for (size_t i = 0; i < n; i++) {
		const char *s = element_string(l, array, i, "capabilities");

		if (s)
			*ADD(q, capabilities) = xstrdup(s);
	}
	q->pasid_bits = (unsigned)load_number(l, hardware, "pasid_bits", 20, 0);
}

static void load_inquiry(struct loader *l, struct json_object *o, struct host *host)
{
	struct inquiry *q = ADD(host, inquiries);

	LOAD_WORD(l, o, "via", asked_via_parse, &q->via);
	load_devices(l, o, host, q);
	load_failure(l, o, host, q);
	load_ranges(l, o, q);
	load_address_if(l, o, "alignment", &q->alignment);
	load_address_if(l, o, "page_sizes", &q->page_sizes);
	q->has_available = has_member(l, o, "available", NULL);
	q->available = (uint32_t)load_number(l, o, "available", UINT32_MAX, 0);
	q->has_migration =
		load_address_if(l, o, "dirty_page_sizes", &q->dirty_page_sizes);
	load_address_if(l, o, "dirty_bitmap_max", &q->dirty_bitmap_max);
	load_hardware(l, o, q);
}

void load_inquiries(struct loader *l, struct json_object *document, struct host *host)
{
	struct json_object *array = find_array(l, document, "inquiries", 1);
	size_t n = array ? json_object_array_length(array) : 0;

	l->array = "inquiries";
	for (size_t i = 0; i < n && !l->error; i++) {
		struct json_object *o;

		l->index = i;
		o = element_object(l, array, i, "");
		if (o)
			load_inquiry(l, o, host);
	}
	l->array = NULL;
}
