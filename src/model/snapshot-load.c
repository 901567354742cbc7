/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host from JSON: the rows of facts.def, walked. */
#include "model/snapshot.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "model/facts.h"
#include "model/snapshot-parts.h"

/* Deeper than any snapshot is: the document, an array, an element, an array in it. */
#define DEPTH_MAX 8

static void load_rows(struct loader *l, struct json_value v, const struct fact_list *list,
		      void *object, size_t i);

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

static void load_index(struct loader *l, const struct fact *f, struct json_value v,
		       void *object)
{
	uint64_t index = number_in(l, f->key, v, f->max);

	if (is_index(l, f, index))
		fact_set_number(f, object, index);
}

static void load_word(struct loader *l, const struct fact *f, struct json_value v,
		      void *object)
{
	cleanup_free char *s = string_in(l, f->key, v);
	size_t value;

	if (s && words_parse(f->words, s, &value))
		fact_set_number(f, object, value);
	else
		wrong(l, f->key, "is not a known word");
}

static void load_pci(struct loader *l, const struct fact *f, struct json_value v,
		     void *object)
{
	cleanup_free char *s = string_in(l, f->key, v);

	if (s && !pci_address_parse(s, fact_member(f, object)))
		wrong(l, f->key, "is not a PCI address");
}

static void load_bytes(struct loader *l, const struct fact *f, struct json_value v,
		       void *object)
{
	cleanup_free char *hex = string_in(l, f->key, v);
	uint8_t *bytes = hex ? text_to_bytes(hex, fact_length(f, object)) : NULL;

	if (!bytes)
		wrong(l, f->key, "are not pairs of hexadecimal digits");
	fact_set_pointer(f, object, bytes);
}

/* The place of a device in the sorted host; NO_INDEX: noted as wrong. */
static size_t device_in(struct loader *l, const struct fact *f, struct json_value v)
{
	cleanup_free char *name = string_in(l, f->key, v);
	const struct device *d = name ? host_device(l->host, name) : NULL;

	if (d)
		return (size_t)(d - l->host->devices);
	wrong(l, f->key, "names a device that is not there");
	return NO_INDEX;
}

static void load_object(struct loader *l, const struct fact *f, struct json_value v,
			void *object)
{
	if (json_kind(v) == JSON_OBJECT)
		load_rows(l, v, f->parts, fact_member(f, object), 0);
	else
		wrong(l, f->key, "is not an object");
}

/* A source once: its element has the place of its word. */
static void *place_in(struct loader *l, const struct fact *f, struct json_value v,
		      void *object)
{
	const struct fact *place = f->parts->rows;
	const struct json_value word = json_member_of(v, place->key);
	cleanup_free char *name = NULL;
	struct source *s;
	size_t i = 0;

	if (!word.at) {
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

static void load_element(struct loader *l, const struct fact *f, struct json_value v,
			 void *object, size_t i)
{
	void *element;

	if (f->kind == FACT_STRINGS) {
		*(char **)fact_add(f, object) = string_in(l, f->key, v);
		return;
	}
	if (f->kind == FACT_DEVICES) {
		*(size_t *)fact_add(f, object) = device_in(l, f, v);
		return;
	}
	if (json_kind(v) != JSON_OBJECT) {
		wrong(l, f->key, "holds something that is not an object");
		return;
	}
	element = f->count ? fact_add(f, object) : place_in(l, f, v, object);
	if (element)
		load_rows(l, v, f->parts, element, i);
}

/* Has an array at most so many elements? */
static bool has_at_most(struct json_value v, uint64_t max)
{
	struct json_walk w = json_walk(v);
	struct json_value element;
	uint64_t n = 0;

	while (n <= max && json_next_element(&w, &element))
		n++;
	return n <= max;
}

static void load_array(struct loader *l, const struct fact *f, struct json_value v,
		       void *object)
{
	const bool top = object == l->host;
	struct json_walk w = json_walk(v);
	struct json_value element;

	if (json_kind(v) != JSON_ARRAY) {
		wrong(l, f->key, "is not an array");
		return;
	}
	if (f->max && !has_at_most(v, f->max))
		wrong(l, f->key, "has too many elements");
	for (size_t i = 0; !l->error && json_next_element(&w, &element); i++) {
		if (top) {
			l->array = f->key;
			l->index = i;
		}
		load_element(l, f, element, object, i);
	}
	if (top)
		l->array = NULL;
}

static void load_value(struct loader *l, const struct fact *f, struct json_value v,
		       void *object)
{
	switch (f->kind) {
	case FACT_PLACE:
		return;
	case FACT_TEXT:
		fact_set_pointer(f, object, string_in(l, f->key, v));
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

static void load_fact(struct loader *l, const struct members *o, const struct fact *f,
		      void *object)
{
	struct json_value v;
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

static void load_rows(struct loader *l, struct json_value v, const struct fact_list *list,
		      void *object, size_t i)
{
	struct members o;

	find_members(l, v, list, &o);
	for (const struct fact *f = list->rows; f < list->rows + list->n; f++)
		load_fact(l, &o, f, object);
	if (!l->error && list->check)
		list->check(l, &o, object, i);
}

/* A whole number that fits an unsigned int. */
static bool take_version(struct json_walk *w, uint64_t *out)
{
	struct json_value v;

	return json_next_element(w, &v) && json_whole_number(v, UINT32_MAX, out);
}

static void check_version(struct loader *l, struct json_value v)
{
	struct json_walk w = json_walk(v);
	uint64_t major, minor;
	struct json_value more;

	if (json_kind(v) != JSON_ARRAY || !take_version(&w, &major) ||
	    !take_version(&w, &minor) || json_next_element(&w, &more)) {
		wrong(l, "schema_version", "is not [major, minor]");
		return;
	}
	if (major != SNAPSHOT_MAJOR)
		wrong(l, "schema_version", "is of another major version");
	l->minor = (unsigned)minor;
}

static void check_header(struct loader *l, struct json_value document)
{
	const struct json_value v = json_member_of(document, "schema");
	const struct json_value version = json_member_of(document, "schema_version");
	cleanup_free char *schema = v.at ? string_in(l, "schema", v) : NULL;

	if (!v.at)
		wrong(l, "schema", "is missing");
	if (schema && !strcmp(schema, "iommu-resv"))
		l->error =
			xstrdup("it is a report, as -J prints it; make a snapshot with "
				"iommu-resv snapshot");
	if (schema && strcmp(schema, SNAPSHOT_SCHEMA))
		wrong(l, "schema", "is not \"" SNAPSHOT_SCHEMA "\"");
	if (version.at)
		check_version(l, version);
	else
		wrong(l, "schema_version", "is not [major, minor]");
}

/* The members of the document that are loaded before the host is sorted, or after. */
static void load_members(struct loader *l, const struct members *document, bool late)
{
	const struct fact_list *list = document->list;

	for (const struct fact *f = list->rows; f < list->rows + list->n; f++) {
		if (f->late == late && !l->error)
			load_fact(l, document, f, l->host);
	}
}

static void load_document(struct loader *l, struct json_value document)
{
	struct members o;

	check_header(l, document);
	find_members(l, document, host_facts(), &o);
	load_members(l, &o, false);
	if (!l->error && !host_finish(l->host))
		wrong(l, "groups", "do not fit the regions and devices");
	load_members(l, &o, true);
}

int snapshot_load(const char *text, size_t len, const char *path, struct host *host,
		  char **error)
{
	struct loader l = { .host = host };
	struct json_value document;
	const char *problem;
	size_t byte;

	host_init(host);
	*error = NULL;
	problem = json_check(text, len, DEPTH_MAX, &byte, &document);
	if (!len)
		l.error = xstrdup("it is empty");
	else if (problem)
		l.error = text_format("byte %zu: %s", byte, problem);
	else if (json_kind(document) != JSON_OBJECT)
		l.error = xstrdup("it is not an object");
	else
		load_document(&l, document);
	if (l.error) {
		host_clear(host);
		*error = l.error;
		return -EBADMSG;
	}
	host->origin = ORIGIN_SNAPSHOT;
	host->origin_path = xstrdup(path);
	return 0;
}
