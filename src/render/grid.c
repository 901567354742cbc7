/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Columns, aligned or raw: libsmartcols on a terminal, whose edge cuts the last column;
 * the same layout elsewhere, where nothing is cut.
 */
#include "render/grid.h"

#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

struct grid_column {
	const char *name;
	bool right;
	size_t width;
};

struct grid {
	struct grid_options options;
	ARRAY_OF(struct grid_column, columns);
	ARRAY_OF(char *, cells); /* row by row, n_columns a row; NULL: empty */
};

struct grid *grid_new(const struct grid_options *options)
{
	struct grid *t = xcalloc(1, sizeof(*t));

	t->options = *options;
	return t;
}

void grid_add_column(struct grid *t, const char *name, bool right)
{
	*ADD(t, columns) = (struct grid_column){ .name = name, .right = right };
}

void grid_add_row(struct grid *t)
{
	for (size_t c = 0; c < t->n_columns; c++)
		*ADD(t, cells) = NULL;
}

void grid_set(struct grid *t, size_t column, char *text)
{
	char **cell = &t->cells[t->n_cells - t->n_columns + column];

	if (text)
		text_clean(text);
	free(*cell);
	*cell = text;
}

static size_t n_rows(const struct grid *t)
{
	return t->n_columns ? t->n_cells / t->n_columns : 0;
}

static const char *cell_of(const struct grid *t, size_t row, size_t column)
{
	const char *cell = t->cells[row * t->n_columns + column];

	return cell ? cell : "";
}

/* --- On a terminal --- */

static void check(int result)
{
	if (result < 0)
		out_of_memory();
}

static struct libscols_table *make_scols(const struct grid *t)
{
	struct libscols_table *s;

	scols_init_debug(0);
	s = scols_new_table();
	if (!s)
		out_of_memory();
	check(scols_table_enable_raw(s, t->options.raw));
	check(scols_table_enable_noheadings(s, t->options.no_headings));
	check(scols_table_enable_ascii(s, 1));
	for (size_t c = 0; c < t->n_columns; c++) {
		int flags = t->columns[c].right	    ? SCOLS_FL_RIGHT
			    : c + 1 == t->n_columns ? SCOLS_FL_TRUNC
						    : 0;

		if (!scols_table_new_column(s, t->columns[c].name, 0, flags))
			out_of_memory();
	}
	return s;
}

static void print_on_terminal(const struct grid *t, FILE *out)
{
	struct libscols_table *s = make_scols(t);

	for (size_t r = 0; r < n_rows(t); r++) {
		struct libscols_line *line = scols_table_new_line(s, NULL);

		if (!line)
			out_of_memory();
		for (size_t c = 0; c < t->n_columns; c++)
			check(scols_line_set_data(line, c, cell_of(t, r, c)));
	}
	check(scols_table_set_stream(s, out));
	check(scols_print_table(s));
	scols_unref_table(s);
}

/* --- Elsewhere --- */

static void measure(struct grid *t)
{
	for (size_t c = 0; c < t->n_columns; c++) {
		struct grid_column *column = &t->columns[c];

		column->width = t->options.no_headings ? 0 : strlen(column->name);
		for (size_t r = 0; r < n_rows(t); r++) {
			size_t n = strlen(cell_of(t, r, c));

			if (n > column->width)
				column->width = n;
		}
	}
}

static void put_blanks(size_t n, FILE *out)
{
	while (n--)
		putc_unlocked(' ', out);
}

static void put_raw(const char *s, FILE *out)
{
	for (; *s; s++) {
		if (*s == ' ' || *s == '\\')
			fprintf(out, "\\x%02x", (unsigned char)*s);
		else
			putc_unlocked(*s, out);
	}
}

static void put_cell(const struct grid *t, size_t c, const char *s, FILE *out)
{
	const struct grid_column *column = &t->columns[c];
	size_t pad = column->width - strlen(s);

	if (c)
		putc_unlocked(' ', out);
	if (column->right)
		put_blanks(pad, out);
	fputs_unlocked(s, out);
	/* Nothing trails the last column. */
	if (!column->right && c + 1 < t->n_columns)
		put_blanks(pad, out);
}

static void print_plainly(struct grid *t, FILE *out)
{
	if (!n_rows(t))
		return;
	if (!t->options.raw)
		measure(t);
	for (size_t r = 0; r <= n_rows(t); r++) { /* row 0 is the headings */
		if (!r && t->options.no_headings)
			continue;
		for (size_t c = 0; c < t->n_columns; c++) {
			const char *s = r ? cell_of(t, r - 1, c) : t->columns[c].name;

			if (t->options.raw) {
				if (c)
					putc_unlocked(' ', out);
				put_raw(s, out);
			} else {
				put_cell(t, c, s, out);
			}
		}
		putc_unlocked('\n', out);
	}
}

void grid_print(struct grid *t, FILE *out)
{
	if (isatty(fileno(out)))
		print_on_terminal(t, out);
	else
		print_plainly(t, out);
	for (size_t i = 0; i < t->n_cells; i++)
		free(t->cells[i]);
	free(t->cells);
	free(t->columns);
	free(t);
}
