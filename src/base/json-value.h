/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/*
 * JSON (RFC 8259) read where it lies: a value is a piece of the text, and nothing is
 * built of it, so what nobody asks for costs no memory, however much there is of it. Only
 * a text that json_check found nothing wrong with may be walked; it must outlive its
 * values.
 */
struct json_value {
	const char *at; /* NULL: none */
	size_t len;
};

enum json_kind {
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

/*
 * Is a text one value whose arrays and objects nest at most depth deep? text[len] must be
 * 0. NULL and the value; else what is wrong, and at which byte.
 */
const char *json_check(const char *text, size_t len, unsigned depth, size_t *byte,
		       struct json_value *out) must_check;

enum json_kind json_kind(struct json_value v);
bool json_is_true(struct json_value v);

/* Walks an array, or an object; the next ones are false behind the last. */
struct json_walk {
	const char *at;
};

struct json_walk json_walk(struct json_value v);
bool json_next_element(struct json_walk *w, struct json_value *element);
/* The key has its quotes, as a string has. */
bool json_next_member(struct json_walk *w, struct json_value *key,
		      struct json_value *value);

/* Is a string spelled like s, which needs no escapes? */
bool json_is_spelled(struct json_value v, const char *s);

/*
 * The text of a string, which the caller owns; a lone surrogate is U+FFFD. NULL where it
 * holds a zero byte.
 */
char *json_decode(struct json_value v) must_check;
