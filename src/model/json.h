/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Small helpers over json-c for building objects. All strings are cleaned first, because
 * json-c passes bytes on that are no UTF-8. Each takes ownership of nothing but what it
 * creates.
 */

/* Sets key to a string; to null if s is NULL. */
void json_set_text(struct json_object *o, const char *key, const char *s);
/* Leaves the key out if s is NULL. */
void json_set_text_if(struct json_object *o, const char *key, const char *s);
void json_set_int(struct json_object *o, const char *key, int64_t value);
void json_set_bool(struct json_object *o, const char *key, bool value);
/* "0x..." without leading zeros. */
void json_set_address(struct json_object *o, const char *key, uint64_t value);
struct json_object *json_text(const char *s);
struct json_object *json_address(uint64_t value);

/*
 * A large document, written as it is made: the opening brace, one key after the other
 * (arrays one element a line), the closing brace.
 */
struct json_writer {
	FILE *out;
	bool one_line; /* instead; to be set when it has begun */
	bool any;      /* something stands before in the object */
	bool any_element;
};

void json_begin(struct json_writer *w, FILE *out);
void json_end(struct json_writer *w);
/* Writes and releases the value. */
void json_member(struct json_writer *w, const char *key, struct json_object *value);
void json_begin_array(struct json_writer *w, const char *key);
void json_element(struct json_writer *w, struct json_object *value);
void json_end_array(struct json_writer *w);
