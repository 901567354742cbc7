/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <json-c/json.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/text.h"
#include "render/view.h"

/*
 * What is known of a thing (a device, for one), described once: text and JSON walk the
 * same sections in the same order, and what a section says as a line stands beside what
 * it sets as a member, so that nothing is said in one of them only by oversight.
 */

/* Where it goes. One of the two is wanted; what is meant for the other is dropped. */
struct telling {
	const struct view *view;
	FILE *out; /* of lines; NULL: members are wanted */
	unsigned indent;
	const char *label;     /* of the next line; "" below the first */
	struct json_object *o; /* of members; never NULL */
};

/* A labelled line as put_field prints it; the label stands before the first one only. */
void put_line(struct telling *t, const char *fmt, ...) printf_like(2, 3);
/* One that has a label of its own. */
void put_as(struct telling *t, const char *label, const char *fmt, ...) printf_like(3, 4);
/* The same of a text that was put together; empties it. */
void put_text(struct telling *t, struct text *text);

/* thing: index of the array of the host, or of the analysis, that the sections are of. */
struct section {
	const char *label;  /* of its first line; NULL: members only */
	bool lines_only;    /* it has no members */
	const char *object; /* the member that has its members; NULL: the thing itself */
	/* Puts lines and sets members; nothing, where there is nothing to say. */
	void (*tell)(struct telling *t, size_t thing);
};

/* The lines of n sections about a thing. */
void put_sections(const struct section *sections, size_t n, const struct view *view,
		  size_t thing, unsigned indent, FILE *out);

/* The members of n sections about a thing, added to its object. */
void set_sections(const struct section *sections, size_t n, const struct view *view,
		  size_t thing, struct json_object *o);
