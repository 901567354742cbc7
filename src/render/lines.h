/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdio.h>

#include "render/view.h"

/* What the texts for people share. */

/*
 * Prints s between indent and width, breaking at blanks; column is where the line stands.
 * Blanks that do not end a line stay as they are: log lines are quoted to the letter.
 */
void put_wrapped(FILE *out, unsigned width, unsigned indent, unsigned column,
		 const char *s);

/* "  Label     text", continued below its start. Text from outside is cleaned. */
void put_field(const struct view *view, FILE *out, unsigned indent, const char *label,
	       const char *text);

/* "0x8000000-0x80fffff sw-msi"; the caller owns it, as the next one. */
char *region_text(const struct view *view, size_t region);

/* "refused EINVAL" */
char *answer_text(const struct answer *answer);

/* A line for each selector that fits nothing. */
void put_unmatched(const struct view *view, FILE *out);

/* A line for each file and source that could not be read or understood. */
void put_gaps(const struct view *view, FILE *out);
