/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wrapped text and labelled fields, for all texts for people. */
#include "render/lines.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* So many unreadable files are listed one by one. */
#define GAPS_MAX 8

void put_wrapped(FILE *out, unsigned width, unsigned indent, unsigned column,
		 const char *s)
{
	bool at_start = true;

	for (;;) {
		size_t blanks = strspn(s, " \n");
		size_t len = strcspn(s + blanks, " \n");

		if (!len)
			break;
		if (!at_start && column + blanks + len > width) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
			at_start = true;
		}
		if (at_start)
			blanks = 0;
		fprintf(out, "%*s%.*s", (int)blanks, "", (int)len, s + strspn(s, " \n"));
		column += (unsigned)(blanks + len);
		at_start = false;
		s += strspn(s, " \n") + len;
	}
	fputc('\n', out);
}

void put_field(const struct view *v, FILE *out, unsigned indent, const char *label,
	       const char *text)
{
	cleanup_free char *clean = xstrdup(text);
	unsigned column = indent + 10;

	text_clean(clean);
	fprintf(out, "%*s%-9s ", (int)indent, "", label);
	put_wrapped(out, v->width, column, column, clean);
}

/* How many lines the first n characters take, wrapped as put_wrapped does. */
static unsigned lines_of(const char *s, size_t n, unsigned columns)
{
	unsigned lines = 1;
	size_t column = 0;

	for (size_t i = 0; i < n;) {
		size_t blanks = strspn(s + i, " ");
		size_t len = strcspn(s + i + blanks, " ");

		if (column && column + blanks + len > columns) {
			lines++;
			column = 0;
			blanks = 0;
		}
		column += blanks + len;
		i += strspn(s + i, " ") + len;
	}
	return lines;
}

/* Behind the sentence that begins at s + from: where its blanks begin, or the end. */
static size_t sentence_end(const char *s, size_t from)
{
	bool quoted = false;

	for (size_t i = from; s[i]; i++) {
		quoted = quoted != (s[i] == '"');
		if (!quoted && strchr(".!?", s[i]) && s[i + 1] == ' ' &&
		    (isupper((unsigned char)s[i + 2]) || s[i + 2] == '"'))
			return i + 1;
	}
	return strlen(s);
}

char *whole_sentences(const char *s, unsigned columns, unsigned lines)
{
	size_t end = sentence_end(s, 0);

	while (s[end]) {
		size_t next = sentence_end(s, end);

		if (lines_of(s, next, columns) > lines)
			break;
		end = next;
	}
	return xstrndup(s, end);
}

const char *name_without_domain(const char *name)
{
	return text_starts_with(name, "0000:") ? name + strlen("0000:") : name;
}

const char *short_name(const struct host *host, const struct device *d)
{
	if (d->bus != BUS_PCI)
		return d->name;
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].bus == BUS_PCI && host->devices[i].address.domain)
			return d->name;
	}
	return name_without_domain(d->name);
}

static bool all_fit(const struct host *host, const size_t *devices, size_t n, size_t room)
{
	size_t len = 0;

	for (size_t i = 0; i < n && len <= room; i++)
		len += (i ? strlen(", ") : 0) +
		       strlen(short_name(host, &host->devices[devices[i]]));
	return len <= room;
}

char *names_that_fit(const struct host *host, const size_t *devices, size_t n,
		     size_t room)
{
	const bool all = all_fit(host, devices, n, room);
	struct text t = { 0 };
	size_t named = 0;

	for (; named < n; named++) {
		const char *name = short_name(host, &host->devices[devices[named]]);
		cleanup_free char *more = text_format(" and %zu more", n - named - 1);

		if (!all && named && t.len + 2 + strlen(name) + strlen(more) > room)
			break;
		text_printf(&t, "%s%s", named ? ", " : "", name);
	}
	if (named < n)
		text_printf(&t, " and %zu more", n - named);
	return text_take(&t);
}

char *region_text(const struct view *v, size_t index)
{
	const struct region *r = &v->host->regions[index];

	return text_format(
		"0x%" PRIx64 "-0x%" PRIx64 " %s%s%s%s", r->range.first, r->range.last,
		region_type_name(v->analysis->regions[index].type), r->word ? " (" : "",
		r->word ? r->word : "", r->word ? ")" : "");
}

char *answer_text(const struct answer *a)
{
	if (a->error)
		return text_format("%s %s", verdict_name(a->verdict),
				   errno_name(a->error));
	return xstrdup(verdict_name(a->verdict));
}

char *answer_at_length(const struct answer *a)
{
	cleanup_free char *verdict = answer_text(a);

	return text_format("%s%s%s%s%s", verdict, a->call ? " at " : "",
			   a->call ? a->call : "", a->why ? ": " : "",
			   a->why ? a->why : "");
}

char *vendor_text(const struct host *host, const char *by)
{
	const char *vendor = vendor_name(release_of(host).vendor);

	if (!vendor || by != decided_by_name(DECIDED_BY_VENDOR_RELEASE))
		return xstrdup("");
	return text_format(" (by the release of a vendor's kernel: %s)", vendor);
}

void put_unmatched(const struct view *v, FILE *out)
{
	for (size_t i = 0; i < v->n_unmatched; i++) {
		const struct unmatched *u = &v->unmatched[i];
		cleanup_free char *s = text_format(
			"%s: %s%s", u->selector, u->reason,
			v->unsure ? ", but not everything could be read" : "");

		put_field(v, out, 0, "No match", s);
	}
}

static void put_state(const struct view *v, enum source_state state, const char *path,
		      unsigned line, int error, const char *detail, FILE *out)
{
	cleanup_free char *place =
		line ? text_format("%s:%u", path, line) : xstrdup(path);
	cleanup_free char *s = text_format("%s: %s", place,
					   detail  ? detail
					   : error ? strerror(error)
						   : source_state_name(state));

	put_field(v, out, 0,
		  state == SOURCE_READ	   ? "Cut"
		  : state == SOURCE_BROKEN ? "Broken"
					   : "Denied",
		  s);
}

bool any_gap(const struct host *h)
{
	for (size_t i = 0; i < h->n_gaps; i++) {
		if (gap_is_told(&h->gaps[i]))
			return true;
	}
	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		if (h->sources[i].state >= SOURCE_DENIED)
			return true;
	}
	return false;
}

void put_gaps(const struct view *v, FILE *out)
{
	const struct host *h = v->host;
	size_t n = 0;

	for (size_t i = 0; i < h->n_gaps; i++) {
		const struct gap *g = &h->gaps[i];

		if (!gap_is_told(g))
			continue;
		if (n++ < GAPS_MAX || v->verbose)
			put_state(v, g->state, g->path, g->line, g->error, g->detail,
				  out);
	}
	if (n > GAPS_MAX && !v->verbose)
		fprintf(out, "          and %zu more %s (-v shows all)\n", n - GAPS_MAX,
			one_or_many(n - GAPS_MAX, "file", "files"));
	for (int id = 0; id < SOURCE_COUNT; id++) {
		const struct source *s = &h->sources[id];
		bool has_gap = false;

		/* nor a file again that another source has asked for */
		for (size_t i = 0; i < h->n_gaps; i++)
			has_gap = has_gap ||
				  ((int)h->gaps[i].source == id &&
				   h->gaps[i].state != SOURCE_READ) ||
				  (s->path && h->gaps[i].error == s->error &&
				   !strcmp(h->gaps[i].path, s->path));
		if (s->state >= SOURCE_DENIED && !has_gap)
			put_state(v, s->state, s->path ? s->path : "?", 0, s->error,
				  s->detail, out);
	}
}
