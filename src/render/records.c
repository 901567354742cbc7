/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A decoded firmware table, as text and as JSON: `decode`. */
#include "render/records.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "kernel/kernel.h"
#include "model/json.h"
#include "render/lines.h"

/* Longer lists of cells are cut: people read the start, programs read the JSON. */
#define CELLS_TEXT_MAX 700

static char *cells_value(const char *text)
{
	size_t n = strlen(text);

	if (!n)
		return xstrdup("");
	if (n <= CELLS_TEXT_MAX)
		return text_format("<%s>", text);
	for (n = CELLS_TEXT_MAX; text[n] != ' ';)
		n--;
	return text_format("<%.*s ...>", (int)n, text);
}

static char *field_value(const struct field *f)
{
	switch (f->form) {
	case FORM_DECIMAL:
		return text_format("%" PRIu64, f->value);
	case FORM_TEXT:
		return text_format("\"%s\"", f->text);
	case FORM_BYTES:
		return xstrdup(f->text);
	case FORM_CELLS:
		return cells_value(f->text);
	default:
		return text_format("0x%0*" PRIx64, (int)f->size * 2, f->value);
	}
}

/*
 * What tells nothing: the type and length that made the line, and reserved bytes that are
 * zero.
 */
static bool is_noise(const struct field *f)
{
	static const char *const names[] = { "Subtable Type", "Length",
					     "Entry Length",  "Checksum",
					     "Table Length",  "Signature" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(f->name, names[i]))
			return true;
	}
	if (!text_starts_with(f->name, "Reserved"))
		return false;
	return f->text ? f->text[strspn(f->text, "0")] == 0 : f->value == 0;
}

/* Of a device scope, bus and path stand in front, in one word. */
static bool is_in_scope(const struct record *r, const struct field *f)
{
	return r->scope && (!strcmp(f->name, "PCI Bus Number") ||
			    text_starts_with(f->name, "PCI Path: "));
}

static char *fields_text(const struct record *r)
{
	struct text t = { 0 };

	if (r->scope)
		text_add(&t, r->scope);
	for (size_t i = 0; i < r->n_fields; i++) {
		const struct field *f = &r->fields[i];
		cleanup_free char *value = NULL;

		if (is_noise(f) || is_in_scope(r, f))
			continue;
		value = field_value(f);
		text_printf(&t, "%s%s%s%s", t.len ? ", " : "", f->name, *value ? " " : "",
			    value);
		if (f->meaning)
			text_printf(&t, " (%s)", f->meaning);
	}
	return text_take(&t);
}

static void put_note(FILE *out, unsigned width, unsigned indent, const char *label,
		     const char *text)
{
	cleanup_free char *clean = xstrdup(text);

	text_clean(clean);
	fprintf(out, "%*s%s ", (int)indent, "", label);
	put_wrapped(out, width, indent + (unsigned)strlen(label) + 1,
		    indent + (unsigned)strlen(label) + 1, clean);
}

static void put_record(const struct record *r, unsigned width, FILE *out)
{
	cleanup_free char *fields = fields_text(r);
	cleanup_free char *head = text_format("0x%04zx %*s%s %u:", r->offset,
					      (int)r->depth * 2, "", r->kind, r->index);
	unsigned indent = 7 + r->depth * 2 + 4;

	text_clean(fields);
	fprintf(out, "%s ", head);
	put_wrapped(out, width, indent, (unsigned)strlen(head) + 1, fields);
	for (size_t i = 0; i < r->n_problems; i++)
		put_note(out, width, indent, "!", r->problems[i]);
	for (size_t i = 0; i < r->n_reserves; i++) {
		cleanup_free char *s = reservation_text(&r->reserves[i]);

		put_note(out, width, indent, "reserves:", s);
	}
	if (r->fate != FATE_NONE) {
		cleanup_free char *fate = text_format("%s%s%s", fate_name(r->fate),
						      r->fate_text ? ": " : "",
						      r->fate_text ? r->fate_text : "");

		put_note(out, width, indent, "kernel:", fate);
	}
	for (size_t i = 0; i < r->n_behaviours; i++) {
		cleanup_free char *s =
			behaviour_sentence(behaviour_find(r->behaviours[i]));

		put_note(out, width, indent, "kernel:", s);
	}
}

void render_records(const struct records *records, unsigned width, FILE *out)
{
	for (size_t i = 0; i < records->n_record; i++)
		put_record(&records->record[i], width, out);
}

static struct json_object *field_object(const struct field *f)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "name", f->name);
	json_set_int(o, "offset", (int64_t)f->offset);
	json_set_int(o, "size", (int64_t)f->size);
	if (f->text)
		json_set_text(o,
			      f->form == FORM_TEXT    ? "text"
			      : f->form == FORM_CELLS ? "cells"
						      : "bytes",
			      f->text);
	else
		json_set_address(o, "value", f->value);
	json_set_text_if(o, "meaning", f->meaning);
	return o;
}

static struct json_object *range_or_null(struct range r, bool is_there)
{
	struct json_object *o = is_there ? json_object_new_object() : NULL;

	if (o) {
		json_set_address(o, "first", r.first);
		json_set_address(o, "last", r.last);
	}
	return o;
}

/* The words of a group's reserved_regions that the memory may get. */
static struct json_object *types_array(enum becomes becomes)
{
	struct json_object *array = json_object_new_array();

	if (becomes == BECOMES_DIRECT || becomes == BECOMES_BY_CLASS)
		json_object_array_add(array, json_text("direct"));
	if (becomes == BECOMES_RELAXABLE || becomes == BECOMES_BY_CLASS)
		json_object_array_add(array, json_text("direct-relaxable"));
	if (becomes == BECOMES_RESERVED)
		json_object_array_add(array, json_text("reserved"));
	return array;
}

static struct json_object *reserves_array(const struct record *r)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < r->n_reserves; i++) {
		const struct reservation *v = &r->reserves[i];
		struct json_object *o = json_object_new_object();
		cleanup_free char *text = reservation_text(v);

		json_object_object_add(o, "written",
				       range_or_null(v->written, !v->empty));
		json_object_object_add(
			o, "listed",
			range_or_null(v->listed, v->becomes != BECOMES_NOTHING));
		json_object_object_add(o, "types", types_array(v->becomes));
		json_set_text(o, "reason", v->why);
		json_set_text(o, "text", text);
		json_object_array_add(array, o);
	}
	return array;
}

static struct json_object *behaviours_array(const struct record *r)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < r->n_behaviours; i++)
		json_object_array_add(array, json_text(r->behaviours[i]));
	return array;
}

struct json_object *records_array(const struct records *records)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < records->n_record; i++) {
		const struct record *r = &records->record[i];
		struct json_object *o = json_object_new_object();
		struct json_object *fields = json_object_new_array();
		struct json_object *problems = json_object_new_array();

		json_set_text(o, "kind", r->kind);
		json_set_int(o, "index", r->index);
		json_set_int(o, "depth", r->depth);
		json_set_int(o, "offset", (int64_t)r->offset);
		json_set_int(o, "length", (int64_t)r->length);
		for (size_t f = 0; f < r->n_fields; f++)
			json_object_array_add(fields, field_object(&r->fields[f]));
		json_object_object_add(o, "fields", fields);
		for (size_t p = 0; p < r->n_problems; p++)
			json_object_array_add(problems, json_text(r->problems[p]));
		json_object_object_add(o, "problems", problems);
		json_set_text_if(o, "scope", r->scope);
		if (r->n_reserves)
			json_object_object_add(o, "reserves", reserves_array(r));
		if (r->fate != FATE_NONE) {
			json_set_text(o, "kernel", fate_name(r->fate));
			json_set_text(o, "kernel_reason", r->fate_text);
		}
		if (r->n_behaviours)
			json_object_object_add(o, "behaviours", behaviours_array(r));
		json_object_array_add(array, o);
	}
	return array;
}
