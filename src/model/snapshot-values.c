/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single values of a snapshot, each checked before it is taken. */
#include <string.h>

#include "base/cleanup.h"
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

static bool is_null(struct json_value v)
{
	return !v.at || json_kind(v) == JSON_NULL;
}

/* Snapshots have their members in the order of the rows: the search begins at next. */
static size_t row_of(const struct fact_list *list, size_t next, struct json_value key)
{
	for (size_t i = 0; i < list->n; i++) {
		size_t row = (next + i) % list->n;

		if (json_is_spelled(key, list->rows[row].key))
			return row;
	}
	return NO_INDEX;
}

void find_members(struct loader *l, struct json_value v, const struct fact_list *list,
		  struct members *out)
{
	struct json_walk w = json_walk(v);
	struct json_value key, value;
	size_t next = 0;

	out->list = list;
	for (size_t i = 0; i < list->n; i++)
		out->value[i] = (struct json_value){ 0 };
	while (json_next_member(&w, &key, &value)) {
		size_t row = row_of(list, next, key);

		if (row == NO_INDEX) /* of a later version */
			continue;
		if (out->value[row].at)
			wrong(l, list->rows[row].key, "is there twice");
		out->value[row] = value;
		next = row + 1;
	}
}

bool has_member(struct loader *l, const struct members *o, const struct fact *f,
		struct json_value *out)
{
	*out = o->value[f - o->list->rows];
	if (!out->at && l->minor >= SNAPSHOT_MINOR_WHOLE && l->minor >= f->since)
		wrong(l, f->key, "is missing");
	return !is_null(*out);
}

struct json_value json_member_of(struct json_value object, const char *key)
{
	struct json_walk w = json_walk(object);
	struct json_value name, value;

	while (json_next_member(&w, &name, &value)) {
		if (json_is_spelled(name, key))
			return value;
	}
	return (struct json_value){ 0 };
}

/* Of UINT64_MAX; JSON has no zeros in front of a number. */
#define DIGITS_MAX 20

bool json_whole_number(struct json_value v, uint64_t max, uint64_t *out)
{
	char digits[DIGITS_MAX + 1] = "";

	if (v.len > DIGITS_MAX)
		return false;
	memcpy(digits, v.at, v.len);
	return text_to_number(digits, 10, max, out);
}

char *string_in(struct loader *l, const char *key, struct json_value v)
{
	char *s = json_kind(v) == JSON_STRING ? json_decode(v) : NULL;

	if (!s)
		wrong(l, key, "is not a string");
	return s;
}

uint64_t number_in(struct loader *l, const char *key, struct json_value v, uint64_t max)
{
	uint64_t value = 0;

	if (!json_whole_number(v, max, &value))
		wrong(l, key, "is not a number in range");
	return value;
}

bool bool_in(struct loader *l, const char *key, struct json_value v)
{
	if (json_kind(v) != JSON_BOOL)
		wrong(l, key, "is neither true nor false");
	return json_is_true(v);
}

uint64_t address_in(struct loader *l, const char *key, struct json_value v)
{
	cleanup_free char *s = string_in(l, key, v);
	uint64_t value = 0;

	if (s &&
	    (!text_starts_with(s, "0x") || !text_to_number(s, 16, UINT64_MAX, &value)))
		wrong(l, key, "is not an address");
	return value;
}
