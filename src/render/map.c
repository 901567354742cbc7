/* SPDX-License-Identifier: GPL-2.0-or-later */
/* I/O addresses as a picture for a terminal. */
#include "render/map.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "render/color.h"
#include "render/lines.h"

/* So many devices are listed above a picture. */
#define DEVICES_MAX 8

/* Room for the devices at the end of a row. */
#define DEVICES_WIDTH 16

/* So many columns of one mark. */
static void put_marks(const struct view *v, enum mark mark, size_t n, FILE *out)
{
	static const enum style styles[MARK_COUNT] = {
		[MARK_DIRECT] = STYLE_YELLOW,
		[MARK_LOST] = STYLE_RED,
	};
	bool styled = styles[mark] != STYLE_PLAIN;

	if (styled)
		style_put(out, v->color, styles[mark]);
	for (; n > 0; n--) {
		if (v->utf8)
			fputs(mark_looks[mark].utf8, out);
		else
			fputc(mark_looks[mark].ascii, out);
	}
	if (styled)
		style_put(out, v->color, STYLE_PLAIN);
}

static void put_title(const struct view *v, FILE *out)
{
	cleanup_free char *title = map_title(v);
	cleanup_free char *s = text_format("%s (not to scale)", title);

	style_put(out, v->color, STYLE_BOLD);
	put_wrapped(out, v->width, 2, 0, s);
	style_put(out, v->color, STYLE_PLAIN);
}

/* --- One space, from top to bottom --- */

/* The frame of the picture. */
enum line_part {
	LINE_TOP,
	LINE_SIDE,
	LINE_BOTTOM,
};

struct frame {
	const struct view *v;
	const struct io_space *space;
	int digits;    /* of an address */
	unsigned bar;  /* columns inside */
	unsigned text; /* the column where names begin */
	FILE *out;
};

static struct frame frame_of(const struct view *v, const struct io_space *space,
			     FILE *out)
{
	const struct space_part *last = &space->parts[space->n_parts - 1];
	uint64_t end =
		part_is_endless(space, last) ? last->range.first : last->range.last;
	struct frame f = { .v = v, .space = space, .out = out };

	f.bar = v->width < 70 ? 6 : v->width / 6;

	for (f.digits = 1; f.digits < 16 && end >> 4 * f.digits;)
		f.digits++;
	/* blanks, 0x, digits, blank, bar with sides, two blanks */
	f.text = 2 + 2 + (unsigned)f.digits + 1 + f.bar + 2 + 2;
	return f;
}

/* The address at the left; NULL: blanks. */
static void put_address(const struct frame *f, const uint64_t *address)
{
	if (address)
		fprintf(f->out, "  0x%0*" PRIx64 " ", f->digits, *address);
	else
		fprintf(f->out, "%*s", f->digits + 5, "");
}

static void put_edge(const struct frame *f, enum line_part part)
{
	static const char *const corners[][2] = {
		[LINE_TOP] = { "\u250c", "\u2510" },
		[LINE_BOTTOM] = { "\u2514", "\u2518" },
	};

	fputs(f->v->utf8 ? corners[part][0] : "+", f->out);
	for (unsigned i = 0; i < f->bar; i++)
		fputs(f->v->utf8 ? "\u2500" : "-", f->out);
	fputs(f->v->utf8 ? corners[part][1] : "+", f->out);
}

static void put_bar(const struct frame *f, enum mark mark)
{
	const char *side = f->v->utf8 ? "\u2502" : "|";

	fputs(side, f->out);
	put_marks(f->v, mark, f->bar, f->out);
	fputs(side, f->out);
}

/* How many of the words of s fit into a line; *rest points behind them. */
static int fill_line(const char *s, unsigned room, const char **rest)
{
	size_t len = 0;

	for (;;) {
		size_t next = len + strspn(s + len, " ");

		next += strcspn(s + next, " ");
		if (next == len || (len && next > room))
			break;
		len = next;
	}
	*rest = s + len + strspn(s + len, " ");
	return (int)len;
}

/* The lines of a part behind its first: its text, and more of a large free range. */
static void put_rest(const struct frame *f, const struct space_part *p, const char *text)
{
	unsigned room = f->v->width > f->text + 12 ? f->v->width - f->text : 12;
	uint64_t size = p->range.last - p->range.first;
	int more = p->kind == SPACE_REGION ? 0 : (size >> 30 > 0) + (size >> 40 > 0);

	for (; *text || more > 0; more--) {
		const char *line = text;
		int len = fill_line(line, room, &text);

		put_address(f, NULL);
		put_bar(f, mark_of(p));
		fprintf(f->out, "%s%.*s\n", len ? "  " : "", len, line);
	}
}

static void put_part(const struct frame *f, const struct space_part *p)
{
	cleanup_free char *size = part_size(f->space, p);
	cleanup_free char *text = part_text(f->v, f->space, p);
	cleanup_free char *head = text_format("%-16s %10s", part_name(p), size);

	put_address(f, &p->range.first);
	put_bar(f, mark_of(p));
	text_trim_end(head);
	fprintf(f->out, "  %s\n", head);
	put_rest(f, p, text);
}

static void put_device(const struct view *v, struct pci_names *names,
		       const struct device *d, FILE *out)
{
	cleanup_free char *s = device_title(names, d);

	if (strlen(s) + 2 > v->width)
		s[v->width - 2] = 0;
	text_trim_end(s);
	fprintf(out, "  %s\n", s);
}

static void put_devices(const struct view *v, const struct io_space *space, FILE *out)
{
	struct pci_names *names = v->names;
	size_t n = 0;

	for (size_t i = 0; i < space->n_groups; i++) {
		const struct group *g = space->groups[i];

		for (size_t d = 0; d < g->n_devices; d++) {
			if (n++ < DEVICES_MAX)
				put_device(v, names,
					   &v->host->devices[g->first_device + d], out);
		}
	}
	if (n > DEVICES_MAX)
		fprintf(out, "  and %zu more\n", n - DEVICES_MAX);
}

static void put_space(const struct view *v, const struct io_space *space, FILE *out)
{
	const struct space_part *last = &space->parts[space->n_parts - 1];
	cleanup_free char *end = space_end_text(v, space);
	struct frame f;

	put_devices(v, space, out);
	fputs("  Last address: ", out);
	put_wrapped(out, v->width, 4, 16, end);
	fputc('\n', out);
	f = frame_of(v, space, out);
	put_address(&f, NULL);
	put_edge(&f, LINE_TOP);
	fputc('\n', out);
	for (size_t i = 0; i < space->n_parts; i++)
		put_part(&f, &space->parts[i]);
	put_address(&f, part_is_endless(space, last) ? NULL : &last->range.last);
	put_edge(&f, LINE_BOTTOM);
	fputc('\n', out);
}

/* --- A row for each group --- */

/* The addresses where regions begin, over their columns, as far as there is room; and the
 * end. */
static void put_scale(const struct axis *axis, unsigned indent, FILE *out)
{
	cleanup_free char *end = axis_end_text(axis);
	size_t column = 0, room = axis->n_columns + 1 - strlen(end);

	fprintf(out, "%-*s", (int)indent, "GROUP");
	for (size_t i = 0; i < axis->cuts.n_at; i++) {
		size_t at = axis->columns[i];
		cleanup_free char *s = about_text(axis->cuts.at[i]);

		if ((i && (!axis->busy[i] || at <= column)) || at + strlen(s) >= room)
			continue;
		fprintf(out, "%*s%s", (int)(at - column), "", s);
		column = at + strlen(s);
	}
	fprintf(out, "%*s\n", (int)(axis->n_columns + 1 - column), end);
}

static void put_row(const struct view *v, const struct axis *axis,
		    const struct io_space *space, unsigned digits, bool *seen, FILE *out)
{
	const struct group *g = space->groups[0];
	cleanup_free char *devices = group_devices_text(v, g);
	cleanup_free enum mark *marks = axis_marks(axis, space);
	const char *side = v->utf8 ? "\u2502" : "|";

	fprintf(out, "%*u %s", (int)digits, (unsigned)g->id, side);
	for (size_t i = 0, next; i < axis->n_columns; i = next) {
		next = end_of_run(marks, i, axis->n_columns);
		put_marks(v, marks[i], next - i, out);
		seen[marks[i]] = true;
	}
	fprintf(out, "%s %.*s\n", side, DEVICES_WIDTH, devices);
}

static void put_legend(const struct view *v, const bool *seen, unsigned indent, FILE *out)
{
	unsigned column = indent;

	fprintf(out, "%*s", (int)indent, "");
	for (int i = 0; i < MARK_COUNT; i++) {
		unsigned len = 3 + (unsigned)strlen(mark_looks[i].word);

		if (!seen[i] || i == MARK_OUTSIDE)
			continue;
		if (column > indent && column + len > v->width) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
		}
		fputs(column > indent ? "  " : "", out);
		put_marks(v, (enum mark)i, 1, out);
		fprintf(out, " %s", mark_looks[i].word);
		column += len + 1;
	}
	fputc('\n', out);
}

/* How wide the column of numbers is, at least as wide as its heading. */
static unsigned digits_of(const struct map *m)
{
	unsigned most = (unsigned)strlen("GROUP");

	for (size_t i = 0; i < m->n_spaces; i++) {
		cleanup_free char *s =
			m->spaces[i].n_groups
				? text_format("%u", (unsigned)m->spaces[i].groups[0]->id)
				: NULL;

		if (s && strlen(s) > most)
			most = (unsigned)strlen(s);
	}
	return most;
}

static void put_rows(const struct view *v, FILE *out)
{
	const struct map *m = v->map;
	cleanup_free char *incomplete = map_incomplete_text(v);
	unsigned digits = digits_of(m);
	cleanup(axis_clear) struct axis axis = { 0 };
	bool seen[MARK_COUNT] = { 0 };

	/* a blank, two sides, a blank */
	axis_make(m, v->width - digits - 4 - DEVICES_WIDTH, &axis);
	put_scale(&axis, digits + 2, out);
	for (size_t i = 0; i < m->n_spaces; i++) {
		if (m->spaces[i].n_groups)
			put_row(v, &axis, &m->spaces[i], digits, seen, out);
	}
	put_legend(v, seen, digits + 2, out);
	if (axis.cuts.n_at > axis.n_columns)
		put_field(v, out, 0, "Columns",
			  "one may stand for several ranges; the strictest is shown");
	if (*incomplete)
		put_field(v, out, 0, "Unknown", incomplete);
	for (size_t i = 0; i < m->n_spaces; i++) {
		cleanup_free char *end = map_end_text(v, i);

		if (end)
			put_field(v, out, 0, "Ends at", end);
	}
}

void render_map(const struct view *v, FILE *out)
{
	cleanup_free char *left_out = map_left_out(v);

	if (map_groups(v->map)) {
		put_title(v, out);
		if (v->map->together)
			put_space(v, v->map->spaces, out);
		else
			put_rows(v, out);
	}
	if (*left_out)
		put_field(v, out, 0, "Left out", left_out);
	put_gaps(v, out);
}
