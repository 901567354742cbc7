/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <json-c/json.h>
#include <stdio.h>

#include "base/attr.h"
#include "render/view.h"

/*
 * What is known of a thing (a device, for one), described once: text and JSON walk the
 * same sections in the same order, so that nothing is said in one of them only by
 * oversight.
 */

/* Where the lines of a section go. */
struct lines {
	const struct view *view;
	FILE *out;
	unsigned indent;
	const char *label; /* of the next line; "" below the first */
};

/* A labelled line as put_field prints it; the label stands before the first one only. */
void put_line(struct lines *lines, const char *fmt, ...) printf_like(2, 3);

/* thing: index of the array of the host, or of the analysis, that the sections are of. */
struct section {
	const char *label; /* of its first line */
	/* What people are told; nothing, where there is nothing to say. NULL: no line. */
	void (*lines)(struct lines *lines, size_t thing);
	/* What programs get: members of the thing's object. NULL: none. */
	void (*members)(struct json_object *o, const struct view *view, size_t thing);
};

/* The lines of n sections about a thing. */
void put_sections(const struct section *sections, size_t n, const struct view *view,
		  size_t thing, unsigned indent, FILE *out);

/* The members of n sections about a thing, added to its object. */
void set_sections(const struct section *sections, size_t n, const struct view *view,
		  size_t thing, struct json_object *o);
