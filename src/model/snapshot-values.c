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

bool has_member(struct loader *l, struct json_object *o, const struct fact *f,
		struct json_object **out)
{
	if (json_object_object_get_ex(o, f->key, out))
		return *out;
	if (l->minor >= SNAPSHOT_MINOR_WHOLE && l->minor >= f->since)
		wrong(l, f->key, "is missing");
	return false;
}

const char *string_in(struct loader *l, const char *key, struct json_object *v)
{
	const char *s = json_object_get_string(v);

	if (json_object_is_type(v, json_type_string) &&
	    (size_t)json_object_get_string_len(v) == strlen(s))
		return s;
	wrong(l, key, "is not a string");
	return NULL;
}

char *text_in(struct loader *l, const char *key, struct json_object *v)
{
	const char *s = string_in(l, key, v);

	return s ? xstrdup(s) : NULL;
}

/* json-c caps what exceeds 64 bits, which is then above max. */
uint64_t number_in(struct loader *l, const char *key, struct json_object *v, uint64_t max)
{
	int64_t value = json_object_get_int64(v);

	if (json_object_is_type(v, json_type_int) && value >= 0 && (uint64_t)value <= max)
		return (uint64_t)value;
	wrong(l, key, "is not a number in range");
	return 0;
}

bool bool_in(struct loader *l, const char *key, struct json_object *v)
{
	if (!json_object_is_type(v, json_type_boolean))
		wrong(l, key, "is neither true nor false");
	return json_object_get_boolean(v);
}

uint64_t address_in(struct loader *l, const char *key, struct json_object *v)
{
	const char *s = string_in(l, key, v);
	uint64_t value = 0;

	if (s &&
	    (!text_starts_with(s, "0x") || !text_to_number(s, 16, UINT64_MAX, &value)))
		wrong(l, key, "is not an address");
	return value;
}
