/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host from JSON: the rows of facts.def, walked. */
#include "model/snapshot.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "model/facts.h"
#include "model/json.h"
#include "model/snapshot-parts.h"

/* Deeper than any snapshot is: the document, an array, an element, an array in it. */
#define DEPTH_MAX 8

static void load_rows(struct loader *l, struct json_object *o,
		      const struct fact_list *list, void *object, size_t i);

/* Notes an index that is beyond its array. */
static bool is_index(struct loader *l, const struct fact *f, uint64_t index)
{
	cleanup_free char *what = NULL;

	if (index < fact_count(f, l->host))
		return true;
	what = text_format("is not one of the %s", f->what);
	wrong(l, f->key, what);
	return false;
}

static void load_index(struct loader *l, const struct fact *f, struct json_object *v,
		       void *object)
{
	uint64_t index = number_in(l, f->key, v, f->max);

	if (is_index(l, f, index))
		fact_set_number(f, object, index);
}

static void load_word(struct loader *l, const struct fact *f, struct json_object *v,
		      void *object)
{
	const char *s = string_in(l, f->key, v);
	size_t value;

	if (s && words_parse(f->words, s, &value))
		fact_set_number(f, object, value);
	else
		wrong(l, f->key, "is not a known word");
}

static void load_pci(struct loader *l, const struct fact *f, struct json_object *v,
		     void *object)
{
	const char *s = string_in(l, f->key, v);

	if (s && !pci_address_parse(s, fact_member(f, object)))
		wrong(l, f->key, "is not a PCI address");
}

static void load_bytes(struct loader *l, const struct fact *f, struct json_object *v,
		       void *object)
{
	const char *hex = string_in(l, f->key, v);
	uint8_t *bytes = hex ? text_to_bytes(hex, fact_length(f, object)) : NULL;

	if (!bytes)
		wrong(l, f->key, "are not pairs of hexadecimal digits");
	fact_set_pointer(f, object, bytes);
}

/* The place of a device in the sorted host; NO_INDEX: noted as wrong. */
static size_t device_in(struct loader *l, const struct fact *f, struct json_object *v)
{
	const char *name = string_in(l, f->key, v);
	const struct device *d = name ? host_device(l->host, name) : NULL;

	if (d)
		return (size_t)(d - l->host->devices);
	wrong(l, f->key, "names a device that is not there");
	return NO_INDEX;
}

static void load_object(struct loader *l, const struct fact *f, struct json_object *v,
			void *object)
{
	if (json_object_is_type(v, json_type_object))
		load_rows(l, v, f->parts, fact_member(f, object), 0);
	else
		wrong(l, f->key, "is not an object");
}

/* A source once: its element has the place of its word. */
static void *place_in(struct loader *l, const struct fact *f, struct json_object *v,
		      void *object)
{
	const struct fact *place = f->parts->rows;
	struct json_object *word;
	struct source *s;
	size_t i = 0;
	const char *name;

	if (!has_member(l, v, place, &word)) {
		wrong(l, place->key, "is missing");
		return NULL;
	}
	name = string_in(l, place->key, word);
	if (!name || !words_parse(place->words, name, &i)) {
		wrong(l, place->key, "is not a known word");
		return NULL;
	}
	s = fact_element(f, object, i);
	if (s->path || s->detail)
		wrong(l, place->key, "is there twice");
	return l->error ? NULL : s;
}

static void load_element(struct loader *l, const struct fact *f, struct json_object *v,
			 void *object, size_t i)
{
	void *element;

	if (f->kind == FACT_STRINGS) {
		*(char **)fact_add(f, object) = text_in(l, f->key, v);
		return;
	}
	if (f->kind == FACT_DEVICES) {
		*(size_t *)fact_add(f, object) = device_in(l, f, v);
		return;
	}
	if (!json_object_is_type(v, json_type_object)) {
		wrong(l, f->key, "holds something that is not an object");
		return;
	}
	element = f->count ? fact_add(f, object) : place_in(l, f, v, object);
	if (element)
		load_rows(l, v, f->parts, element, i);
}

static void load_array(struct loader *l, const struct fact *f, struct json_object *v,
		       void *object)
{
	const bool top = object == l->host;
	size_t n;

	if (!json_object_is_type(v, json_type_array)) {
		wrong(l, f->key, "is not an array");
		return;
	}
	n = json_object_array_length(v);
	if (f->max && n > f->max)
		wrong(l, f->key, "has too many elements");
	for (size_t i = 0; i < n && !l->error; i++) {
		if (top) {
			l->array = f->key;
			l->index = i;
		}
		load_element(l, f, json_object_array_get_idx(v, i), object, i);
	}
	if (top)
		l->array = NULL;
}

static void load_value(struct loader *l, const struct fact *f, struct json_object *v,
		       void *object)
{
	switch (f->kind) {
	case FACT_PLACE:
		return;
	case FACT_TEXT:
		fact_set_pointer(f, object, text_in(l, f->key, v));
		return;
	case FACT_NUMBER:
		fact_set_number(f, object, number_in(l, f->key, v, f->max));
		return;
	case FACT_INDEX:
		load_index(l, f, v, object);
		return;
	case FACT_ADDRESS:
		fact_set_number(f, object, address_in(l, f->key, v));
		return;
	case FACT_BOOL:
		fact_set_number(f, object, bool_in(l, f->key, v));
		return;
	case FACT_WORD:
		load_word(l, f, v, object);
		return;
	case FACT_PCI:
		load_pci(l, f, v, object);
		return;
	case FACT_BYTES:
		load_bytes(l, f, v, object);
		return;
	case FACT_DEVICE:
		fact_set_number(f, object, device_in(l, f, v));
		return;
	case FACT_OBJECT:
		load_object(l, f, v, object);
		return;
	default:
		load_array(l, f, v, object);
	}
}

static void load_fact(struct loader *l, struct json_object *o, const struct fact *f,
		      void *object)
{
	struct json_object *v;
	const bool is_there = has_member(l, o, f, &v);

	if (f->presence == FACT_TELLS)
		*fact_flag(f, object) = is_there;
	if (is_there)
		load_value(l, f, v, object);
	else if (f->presence == FACT_MUST && l->minor >= f->since)
		wrong(l, f->key, "is missing");
	else if (f->absent)
		fact_set_number(f, object, f->absent);
}

static void load_rows(struct loader *l, struct json_object *o,
		      const struct fact_list *list, void *object, size_t i)
{
	for (const struct fact *f = list->rows; f < list->rows + list->n; f++)
		load_fact(l, o, f, object);
	if (!l->error && list->check)
		list->check(l, o, object, i);
}

static void check_header(struct loader *l, struct json_object *document)
{
	struct json_object *v = json_object_object_get(document, "schema");
	const char *schema = v ? string_in(l, "schema", v) : NULL;
	struct json_object *version, *major, *minor;

	if (!v)
		wrong(l, "schema", "is missing");
	if (schema && !strcmp(schema, "iommu-resv"))
		l->error =
			xstrdup("it is a report, as -J prints it; make a snapshot with "
				"iommu-resv snapshot");
	if (schema && strcmp(schema, SNAPSHOT_SCHEMA))
		wrong(l, "schema", "is not \"" SNAPSHOT_SCHEMA "\"");
	if (!json_object_object_get_ex(document, "schema_version", &version) ||
	    !json_object_is_type(version, json_type_array) ||
	    json_object_array_length(version) != 2) {
		wrong(l, "schema_version", "is not [major, minor]");
		return;
	}
	major = json_object_array_get_idx(version, 0);
	if (!json_object_is_type(major, json_type_int) ||
	    json_object_get_int(major) != SNAPSHOT_MAJOR)
		wrong(l, "schema_version", "is of another major version");
	minor = json_object_array_get_idx(version, 1);
	if (json_object_is_type(minor, json_type_int) && json_object_get_int(minor) >= 0)
		l->minor = (unsigned)json_object_get_int(minor);
	else
		wrong(l, "schema_version", "is not [major, minor]");
}

/* The members of the document that are loaded before the host is sorted, or after. */
static void load_members(struct loader *l, struct json_object *document, bool late)
{
	const struct fact_list *list = host_facts();

	for (const struct fact *f = list->rows; f < list->rows + list->n; f++) {
		if (f->late == late && !l->error)
			load_fact(l, document, f, l->host);
	}
}

static void load_document(struct loader *l, struct json_object *document)
{
	check_header(l, document);
	load_members(l, document, false);
	if (!l->error && !host_finish(l->host))
		wrong(l, "groups", "do not fit the regions and devices");
	load_members(l, document, true);
}

int snapshot_load(const char *text, size_t len, const char *path, struct host *host,
		  char **error)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *document = NULL;
	struct loader l = { .host = host };

	host_init(host);
	*error = NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	if (len <= INT32_MAX)
		document = json_tokener_parse_ex(tokener, text, (int)len);
	if (!len)
		l.error = xstrdup("it is empty");
	else if (!document && json_tokener_get_error(tokener) == json_tokener_continue)
		l.error = text_format("byte %zu: it ends too early", len);
	else if (!document || !json_object_is_type(document, json_type_object))
		l.error =
			text_format("byte %zu: %s", json_tokener_get_parse_end(tokener),
				    document ? "not an object"
					     : json_tokener_error_desc(
						       json_tokener_get_error(tokener)));
	else
		load_document(&l, document);
	json_object_put(document);
	json_tokener_free(tokener);
	if (l.error) {
		host_clear(host);
		*error = l.error;
		return -EBADMSG;
	}
	host->origin = ORIGIN_SNAPSHOT;
	host->origin_path = xstrdup(path);
	return 0;
}
