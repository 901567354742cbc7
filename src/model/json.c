/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strings, numbers and addresses as json-c objects, and a document written as it is
 * made.
 */
#include "model/json.h"

#include <inttypes.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/text.h"

struct json_object *json_text(const char *s)
{
	cleanup_free char *clean = NULL;

	if (!s)
		return NULL;
	if (text_is_clean(s))
		return json_object_new_string(s);
	clean = xstrdup(s);
	text_clean_utf8(clean);
	return json_object_new_string(clean);
}

struct json_object *json_address(uint64_t value)
{
	char s[24];

	snprintf(s, sizeof(s), "0x%" PRIx64, value);
	return json_object_new_string(s);
}

void json_set_text(struct json_object *o, const char *key, const char *s)
{
	json_object_object_add(o, key, json_text(s));
}

void json_set_text_if(struct json_object *o, const char *key, const char *s)
{
	if (s)
		json_set_text(o, key, s);
}

void json_set_int(struct json_object *o, const char *key, int64_t value)
{
	json_object_object_add(o, key, json_object_new_int64(value));
}

void json_set_bool(struct json_object *o, const char *key, bool value)
{
	json_object_object_add(o, key, json_object_new_boolean(value));
}

void json_set_address(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_address(value));
}

void json_begin(struct json_writer *w, FILE *out)
{
	*w = (struct json_writer){ .out = out };
	fputs("{", out);
}

void json_end(struct json_writer *w)
{
	fputs(w->one_line ? " }\n" : "\n}\n", w->out);
}

/* A new line, indented by so many blanks; on a single line one blank. */
static void break_line(struct json_writer *w, int indent)
{
	if (w->one_line)
		fputc(' ', w->out);
	else
		fprintf(w->out, "\n%*s", indent, "");
}

static void begin_key(struct json_writer *w, const char *key)
{
	if (w->any)
		fputc(',', w->out);
	break_line(w, 1);
	fprintf(w->out, "\"%s\": ", key);
	w->any = true;
}

static void put(struct json_writer *w, struct json_object *value)
{
	fputs(json_object_to_json_string_ext(
		      value, JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE),
	      w->out);
	json_object_put(value);
}

void json_member(struct json_writer *w, const char *key, struct json_object *value)
{
	begin_key(w, key);
	put(w, value);
}

void json_begin_array(struct json_writer *w, const char *key)
{
	begin_key(w, key);
	fputs("[", w->out);
	w->any_element = false;
}

void json_element(struct json_writer *w, struct json_object *value)
{
	if (w->any_element)
		fputc(',', w->out);
	break_line(w, 2);
	w->any_element = true;
	put(w, value);
}

void json_end_array(struct json_writer *w)
{
	if (w->any_element)
		break_line(w, 1);
	fputs("]", w->out);
}
