/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single values of a snapshot, each checked before it is taken. */
#include <string.h>

#include "base/text.h"
#include "model/snapshot-parts.h"

void wrong(struct loader *l, const char *key, const char *what)
{
	if (l->error)
		return;
	if (l->array)
		l->error = text_format("%s[%zu].%s: %s", l->array, l->index, key, what);
	else
		l->error = text_format("%s: %s", key, what);
}

bool has_member(struct loader *l, struct json_object *o, const char *key,
		struct json_object **out)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v)) {
		if (l->minor >= SNAPSHOT_MINOR_WHOLE)
			wrong(l, key, "is missing");
		return false;
	}
	if (out)
		*out = v;
	return v;
}

/*
 * A string, which json-c ends at a zero byte: such a one is refused. NULL: absent or
 * wrong.
 */
const char *load_string(struct loader *l, struct json_object *o, const char *key,
			bool required)
{
	struct json_object *v;
	const char *s;

	if (!has_member(l, o, key, &v)) {
		if (required)
			wrong(l, key, "is missing");
		return NULL;
	}
	s = json_object_get_string(v);
	if (!json_object_is_type(v, json_type_string) ||
	    (size_t)json_object_get_string_len(v) != strlen(s)) {
		wrong(l, key, "is not a string");
		return NULL;
	}
	return s;
}

char *load_text(struct loader *l, struct json_object *o, const char *key)
{
	const char *s = load_string(l, o, key, true);

	return xstrdup(s ? s : "");
}

char *load_text_if(struct loader *l, struct json_object *o, const char *key)
{
	const char *s = load_string(l, o, key, false);

	return s ? xstrdup(s) : NULL;
}

/*
 * A whole number from 0 to max. json-c caps what exceeds 64 bits, which is then above
 * max.
 */
uint64_t load_number(struct loader *l, struct json_object *o, const char *key,
		     uint64_t max, uint64_t if_absent)
{
	struct json_object *v;
	int64_t value;

	if (!has_member(l, o, key, &v))
		return if_absent;
	value = json_object_get_int64(v);
	if (!json_object_is_type(v, json_type_int) || value < 0 ||
	    (uint64_t)value > max) {
		wrong(l, key, "is not a number in range");
		return if_absent;
	}
	return (uint64_t)value;
}

bool load_bool(struct loader *l, struct json_object *o, const char *key)
{
	struct json_object *v;

	if (!has_member(l, o, key, &v))
		return false;
	if (!json_object_is_type(v, json_type_boolean))
		wrong(l, key, "is neither true nor false");
	return json_object_get_boolean(v);
}

/* An address "0x..."; false if it is absent. */
bool load_address_if(struct loader *l, struct json_object *o, const char *key,
		     uint64_t *out)
{
	const char *s = load_string(l, o, key, false);

	if (!s)
		return false;
	if (!text_starts_with(s, "0x") || !text_to_number(s, 16, UINT64_MAX, out)) {
		wrong(l, key, "is not an address");
		return false;
	}
	return true;
}

uint64_t load_address(struct loader *l, struct json_object *o, const char *key)
{
	uint64_t value = 0;

	if (!load_address_if(l, o, key, &value))
		wrong(l, key, "is missing");
	return value;
}
