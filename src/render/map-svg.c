/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * I/O addresses as an SVG file (W3C, Scalable Vector Graphics 1.1): one file, no scripts,
 * no fonts but the reader's own, light or dark as the reader has it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "render/map.h"

/* All lengths are in pixels, and of text in characters. */
enum {
	WIDTH = 800,
	MARGIN = 20,
	LINE = 16,	       /* from one line of text to the next */
	BASELINE = 12,	       /* of a line, below its top */
	LINE_CHARACTERS = 100, /* of the page */
	BAR_LEFT = 170,	       /* one space, from top to bottom */
	BAR_WIDTH = 150,
	LABEL_LEFT = BAR_LEFT + BAR_WIDTH + 14,
	LABEL_CHARACTERS = 58,
	ROW_LEFT = 70, /* a row for each group */
	COLUMNS = 110,
	COLUMN = 5,
	ROW = 20,
	ROW_BAR = 14,
	DEVICES_LEFT = ROW_LEFT + COLUMNS * COLUMN + 10,
	DEVICES_CHARACTERS = 21,
	DEVICES_MAX = 8, /* listed above a space */
};

static const char style_sheet[] =
	"<style>\n"
	"text { font: 12px ui-monospace, monospace; fill: #1f2328 }\n"
	".title { font-size: 15px; font-weight: bold }\n"
	".faint { fill: #59636e }\n"
	".page { fill: #ffffff }\n"
	".line { stroke: #59636e; stroke-width: 2 }\n"
	"rect.part { stroke: #59636e; stroke-width: 0.5 }\n"
	".outside { fill: none }\n"
	".free { fill: #dceee2 }\n"
	".relaxable { fill: #f2c14e }\n"
	".sw-msi { fill: #8fbbe3 }\n"
	".msi { fill: #3b74ad }\n"
	".reserved { fill: #85858f }\n"
	".other { fill: #a05195 }\n"
	".direct { fill: #d1622b }\n"
	".unknown { fill: url(#unknown) }\n"
	".lost { fill: url(#lost) }\n"
	".paper { fill: #f0f0f2 }\n"
	"@media (prefers-color-scheme: dark) {\n"
	"text { fill: #e6edf3 }\n"
	".faint { fill: #9aa4ae }\n"
	".page { fill: #0d1117 }\n"
	".line { stroke: #9aa4ae }\n"
	"rect.part { stroke: #9aa4ae }\n"
	".free { fill: #1d3527 }\n"
	".relaxable { fill: #b98d20 }\n"
	".paper { fill: #22262c }\n"
	"}\n"
	"</style>\n";

/* Stripes: they are told apart without colours, too. */
static const char patterns[] =
	"<defs>\n"
	"<pattern id=\"unknown\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">\n"
	"<rect class=\"paper\" width=\"8\" height=\"8\"/>\n"
	"<path class=\"line\" d=\"M0 8 8 0\" style=\"stroke-width: 1\"/>\n"
	"</pattern>\n"
	"<pattern id=\"lost\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\n"
	"<rect class=\"direct\" width=\"6\" height=\"6\"/>\n"
	"<path d=\"M0 0 6 6\" style=\"stroke: #ffffff; stroke-width: 2\"/>\n"
	"</pattern>\n"
	"</defs>\n";

/* A picture as it grows: its body, and the top of what comes next. */
struct picture {
	const struct view *v;
	struct text body;
	unsigned y;
};

/* Text from outside, as it may stand in a document. The caller owns it. */
static char *escaped(const char *s, size_t len)
{
	cleanup_free char *clean = xstrndup(s, len);
	struct text t = { 0 };

	text_clean(clean);
	for (const char *c = clean; *c; c++) {
		if (strchr("&<>\"'", *c))
			text_printf(&t, "&#%d;", *c);
		else
			text_printf(&t, "%c", *c);
	}
	return text_take(&t);
}

/* One line of at most max characters; cut shows that there is more. */
static void add_line(struct picture *p, unsigned x, unsigned y, const char *class,
		     const char *s, size_t max)
{
	bool cut = strlen(s) > max;
	cleanup_free char *line = escaped(s, cut ? max - 3 : strlen(s));

	text_printf(&p->body, "<text x=\"%u\" y=\"%u\"%s%s%s>%s%s</text>\n", x,
		    y + BASELINE, class ? " class=\"" : "", class ? class : "",
		    class ? "\"" : "", line, cut ? "..." : "");
}

/* How much of s makes a line of at most max characters; *next points behind it. */
static size_t line_of(const char *s, size_t max, const char **next)
{
	size_t len = strlen(s);

	if (len > max) {
		for (len = max; len && s[len] != ' ';)
			len--;
		len = len ? len : max;
	}
	*next = s + len + strspn(s + len, " ");
	return len;
}

static unsigned count_lines(const char *s, size_t max)
{
	unsigned n = 0;

	for (; *s; n++)
		line_of(s, max, &s);
	return n;
}

/* Lines of at most max characters, from y down. */
static void add_lines(struct picture *p, unsigned x, unsigned y, const char *class,
		      const char *s, size_t max)
{
	for (; *s; y += LINE) {
		const char *next;
		cleanup_free char *line = xstrndup(s, line_of(s, max, &next));

		add_line(p, x, y, class, line, max);
		s = next;
	}
}

/* A paragraph of the page. */
static void add_text(struct picture *p, const char *class, const char *s)
{
	add_lines(p, MARGIN, p->y, class, s, LINE_CHARACTERS);
	p->y += LINE * count_lines(s, LINE_CHARACTERS);
}

static void add_title(struct picture *p)
{
	cleanup_free char *title = map_title(p->v);
	cleanup_free char *s = text_format("%s (not to scale)", title);

	add_text(p, "title", s);
	p->y += LINE / 2;
}

/* A coloured rectangle that says what it is when it is pointed at. */
static void add_part(struct picture *p, struct range x, struct range y, enum mark mark,
		     const char *said)
{
	cleanup_free char *text = escaped(said, strlen(said));

	text_printf(&p->body,
		    "<rect class=\"part %s\" x=\"%" PRIu64 "\" y=\"%" PRIu64
		    "\" width=\"%" PRIu64 "\" height=\"%" PRIu64 "\"><title>%s</title>"
		    "</rect>\n",
		    mark_looks[mark].class, x.first, y.first, x.last - x.first + 1,
		    y.last - y.first + 1, text);
}

/* --- One space, from top to bottom --- */

static void add_address(struct picture *p, uint64_t address)
{
	text_printf(
		&p->body,
		"<text x=\"%d\" y=\"%u\" class=\"faint\" text-anchor=\"end\">0x%" PRIx64
		"</text>\n",
		BAR_LEFT - 8, p->y + BASELINE, address);
}

/* As high as its text needs, and a little more for each doubling of its size. */
static unsigned height_of(const struct space_part *part, unsigned n_lines)
{
	unsigned height = LINE * n_lines + 8, bits = 0;

	for (uint64_t size = part->range.last - part->range.first; size; size >>= 1)
		bits++;
	return part->kind == SPACE_REGION ? height : height + bits;
}

static void add_space_part(struct picture *p, const struct io_space *space,
			   const struct space_part *part)
{
	cleanup_free char *text = part_text(p->v, space, part);
	cleanup_free char *size = part_size(space, part);
	cleanup_free char *range = text_of_range(part->range);
	cleanup_free char *label =
		text_format("%s%s%s", part_name(part), *size ? ", " : "", size);
	cleanup_free char *said = text_format("%s: %s", range, label);
	unsigned height = height_of(part, 1 + count_lines(text, LABEL_CHARACTERS));

	add_part(p, (struct range){ BAR_LEFT, BAR_LEFT + BAR_WIDTH - 1 },
		 (struct range){ p->y, p->y + height - 1 }, mark_of(part), said);
	add_address(p, part->range.first);
	add_line(p, LABEL_LEFT, p->y + 2, NULL, label, LABEL_CHARACTERS);
	add_lines(p, LABEL_LEFT, p->y + 2 + LINE, "faint", text, LABEL_CHARACTERS);
	p->y += height;
}

static void add_device(struct picture *p, struct pci_names *names, const struct device *d)
{
	cleanup_free char *s = device_title(names, d);

	add_line(p, MARGIN, p->y, NULL, s, LINE_CHARACTERS);
	p->y += LINE;
}

static void add_devices(struct picture *p, const struct io_space *space)
{
	struct pci_names *names = p->v->names;
	size_t n = 0;

	for (size_t i = 0; i < space->n_groups; i++) {
		const struct group *g = space->groups[i];

		for (size_t d = g->first_device; d < g->first_device + g->n_devices;
		     d++) {
			if (n++ < DEVICES_MAX)
				add_device(p, names, &p->v->host->devices[d]);
		}
	}
	if (n > DEVICES_MAX) {
		cleanup_free char *more = text_format("and %zu more", n - DEVICES_MAX);

		add_text(p, NULL, more);
	}
}

static void add_space(struct picture *p, const struct io_space *space)
{
	const struct space_part *last = &space->parts[space->n_parts - 1];
	cleanup_free char *end = space_end_text(p->v, space);
	cleanup_free char *s = text_format("Last address: %s", end);

	add_devices(p, space);
	add_text(p, "faint", s);
	p->y += LINE / 2;
	for (size_t i = 0; i < space->n_parts; i++)
		add_space_part(p, space, &space->parts[i]);
	if (!part_is_endless(space, last))
		add_address(p, last->range.last);
	p->y += LINE;
}

/* --- A row for each group --- */

static void add_scale(struct picture *p, const struct axis *axis)
{
	cleanup_free char *end = axis_end_text(axis);
	unsigned free_from = 0;

	for (size_t i = 0; i < axis->cuts.n_at; i++) {
		unsigned x = ROW_LEFT + (unsigned)axis->columns[i] * COLUMN;
		cleanup_free char *s = about_text(axis->cuts.at[i]);

		if ((i && !axis->busy[i]) || x < free_from || x + 80 > DEVICES_LEFT)
			continue;
		add_line(p, x, p->y, "faint", s, LABEL_CHARACTERS);
		free_from = x + 8 * (unsigned)strlen(s) + 8;
	}
	add_line(p, DEVICES_LEFT - 10 - 8 * (unsigned)strlen(end), p->y, "faint", end,
		 LABEL_CHARACTERS);
	p->y += LINE + 4;
}

static void add_row(struct picture *p, const struct axis *axis,
		    const struct io_space *space, bool *seen)
{
	const struct group *g = space->groups[0];
	cleanup_free char *id = text_format("%u", (unsigned)g->id);
	cleanup_free char *devices = group_devices_text(p->v, g);
	cleanup_free enum mark *marks = axis_marks(axis, space);

	add_line(p, MARGIN, p->y, NULL, id, LABEL_CHARACTERS);
	for (size_t i = 0, next; i < axis->n_columns; i = next) {
		next = end_of_run(marks, i, axis->n_columns);
		seen[marks[i]] = true;
		add_part(p,
			 (struct range){ ROW_LEFT + i * COLUMN,
					 ROW_LEFT + next * COLUMN - 1 },
			 (struct range){ p->y, p->y + ROW_BAR - 1 }, marks[i],
			 mark_looks[marks[i]].word);
	}
	add_line(p, DEVICES_LEFT, p->y, NULL, devices, DEVICES_CHARACTERS);
	p->y += ROW;
}

static void add_legend(struct picture *p, const bool *seen)
{
	unsigned x = ROW_LEFT;

	p->y += LINE / 2;
	for (int i = 0; i < MARK_COUNT; i++) {
		const char *word = mark_looks[i].word;
		unsigned width = 20 + 8 * (unsigned)strlen(word) + 16;

		if (!seen[i])
			continue;
		if (x + width > WIDTH) {
			x = ROW_LEFT;
			p->y += ROW;
		}
		add_part(p, (struct range){ x, x + 13 },
			 (struct range){ p->y, p->y + ROW_BAR - 1 }, (enum mark)i, word);
		add_line(p, x + 20, p->y, NULL, word, LABEL_CHARACTERS);
		x += width;
	}
	p->y += ROW + 4;
}

static void add_end(struct picture *p, size_t space)
{
	cleanup_free char *end = map_end_text(p->v, space);
	cleanup_free char *s = end ? text_format("Ends at %s", end) : xstrdup("");

	add_text(p, "faint", s);
}

static void add_rows(struct picture *p)
{
	const struct map *m = p->v->map;
	cleanup_free char *incomplete = map_incomplete_text(p->v);
	cleanup(axis_clear) struct axis axis = { 0 };
	bool seen[MARK_COUNT] = { 0 };

	axis_make(m, COLUMNS, &axis);
	add_scale(p, &axis);
	for (size_t i = 0; i < m->n_spaces; i++) {
		if (m->spaces[i].n_groups)
			add_row(p, &axis, &m->spaces[i], seen);
	}
	add_legend(p, seen);
	if (axis.cuts.n_at > axis.n_columns)
		add_text(
			p, "faint",
			"One column may stand for several ranges; the strictest is shown.");
	add_text(p, NULL, incomplete);
	for (size_t i = 0; i < m->n_spaces; i++)
		add_end(p, i);
}

/* --- The document --- */

static void put_document(const struct picture *p, FILE *out)
{
	cleanup_free char *title = map_title(p->v);

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%u\" "
		"viewBox=\"0 0 %d %u\" role=\"img\">\n<title>%s</title>\n%s%s"
		"<rect class=\"page\" width=\"100%%\" height=\"100%%\"/>\n%s</svg>\n",
		WIDTH, p->y + MARGIN, WIDTH, p->y + MARGIN, title, style_sheet, patterns,
		p->body.data ? p->body.data : "");
}

static void add_left_out(struct picture *p, const char *left_out)
{
	cleanup_free char *s = *left_out ? text_format("Left out: %s", left_out) : NULL;

	if (s)
		add_text(p, NULL, s);
}

void render_map_svg(const struct view *v, FILE *out)
{
	struct picture p = { .v = v, .y = MARGIN };
	cleanup_free char *left_out = map_left_out(v);
	size_t n_groups = map_groups(v->map);

	if (!n_groups && v->analysis->absence.text)
		add_text(&p, NULL, v->analysis->absence.text);
	if (n_groups)
		add_title(&p);
	if (n_groups && v->map->together)
		add_space(&p, v->map->spaces);
	else if (n_groups)
		add_rows(&p);
	add_left_out(&p, left_out);
	put_document(&p, out);
	text_clear(&p.body);
}
