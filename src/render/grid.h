/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * A table for people (aligned) or for scripts (raw: one blank between columns, blanks in
 * cells written \x20, empty cells as nothing). On a terminal libsmartcols prints it;
 * elsewhere the same layout is written directly, which for the tables of large machines
 * takes a tenth of the time. Cells are cleaned of control characters.
 */
struct grid;

struct grid_options {
	bool raw;
	bool no_headings;
};

struct grid *grid_new(const struct grid_options *options);
/* name must outlive the table. */
void grid_add_column(struct grid *t, const char *name, bool right);
/* Begins a row; its cells are set by column number. All columns must be there. */
void grid_add_row(struct grid *t);
/* Takes ownership of text, which may be NULL for an empty cell. */
void grid_set(struct grid *t, size_t column, char *text);
/* Prints and releases. */
void grid_print(struct grid *t, FILE *out);
