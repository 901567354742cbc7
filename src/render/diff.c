/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `diff` as text: a line for what is the same difference, of whatever many things. */
#include "render/diff.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "render/check.h"
#include "render/lines.h"

/* So many things are named in a line, unless all are wanted. */
#define SUBJECTS_MAX 8

static const struct thing *thing_of(const struct diff_view *v, const struct difference *d)
{
	return d->b != NO_INDEX ? &v->b->things[d->b] : &v->a->things[d->a];
}

static const struct digest *digest_with(const struct diff_view *v,
					const struct difference *d)
{
	return d->b != NO_INDEX ? v->b : v->a;
}

static const char *short_name_of(const struct diff_view *v, const struct thing *t)
{
	return t->kind == THING_DEVICE && t->key && v->one_domain
		       ? name_without_domain(t->name)
		       : t->name;
}

/* --- In words --- */

/* Is a word, between blanks, in a line? */
static bool has_word(const char *line, const char *word, size_t len)
{
	for (const char *s = line; *s; s += strspn(s, " ")) {
		size_t n = strcspn(s, " ");

		if (n == len && !strncmp(s, word, len))
			return true;
		s += n;
	}
	return false;
}

/* The words of a line that another lacks, each with a sign in front. */
static void add_words(struct text *t, const char *line, const char *other, char sign)
{
	for (const char *s = line; *s; s += strspn(s, " ")) {
		size_t n = strcspn(s, " ");

		if (!has_word(other, s, n))
			text_printf(t, " %c%.*s", sign, (int)n, s);
		s += n;
	}
}

static char *command_line_text(const struct difference *d)
{
	struct text t = { 0 };

	text_add(&t, "command line:");
	add_words(&t, d->now, d->was, '+');
	add_words(&t, d->was, d->now, '-');
	if (t.len == strlen("command line:"))
		text_add(&t, " the same words in another order");
	return text_take(&t);
}

static char *change_text(const struct thing *t, const struct difference *d)
{
	if (t->kind == THING_HOST && !strcmp(d->what, "command line"))
		return command_line_text(d);
	return text_format("%s%s%s: %s -> %s", t->kind == THING_FINDING ? t->name : "",
			   t->kind == THING_FINDING ? ", " : "", d->what, d->was, d->now);
}

static char *device_text(const struct thing *t)
{
	const char *driver = thing_trait(t, "driver");

	return text_format("%s, driver %s", t->key ? t->key : "device",
			   driver ? driver : "not known");
}

/* A difference without what it is of; the caller owns it. */
static char *difference_text(const struct diff_view *v, const struct difference *d)
{
	const struct thing *t = thing_of(v, d);

	if (d->change == CHANGE_OTHER)
		return change_text(t, d);
	switch (t->kind) {
	case THING_FINDING:
		return text_format("%s %s: %s", severity_word(t->severity), t->name,
				   t->title);
	case THING_DEVICE:
		return device_text(t);
	case THING_REGION:
	case THING_ENTRY:
		return text_format("%s %s", t->key, t->name);
	default:
		return xstrdup(thing_kind_name(t->kind));
	}
}

/* --- What it is of --- */

static void add_devices(const struct diff_view *v, const struct digest *of,
			const struct thing *t, struct text_list *list)
{
	for (size_t i = 0; i < t->n_about; i++) {
		const struct thing *device = &of->things[t->about[i]];

		if (device->kind == THING_DEVICE)
			text_list_add(list, short_name_of(v, device));
	}
}

static void add_region(const struct diff_view *v, const struct difference *d,
		       const struct thing *t, struct text_list *list)
{
	const char *group =
		t->group == NO_INDEX ? "none" : digest_with(v, d)->things[t->group].name;
	cleanup_free char *s = d->change == CHANGE_OTHER
				       ? text_format("%s of group %s", t->name, group)
				       : text_format("group %s", group);

	text_list_add(list, s);
}

static void add_subject(const struct diff_view *v, const struct difference *d,
			struct text_list *list)
{
	const struct thing *t = thing_of(v, d);
	bool told = d->change == CHANGE_OTHER &&
		    (!strcmp(d->what, "address") || !strcmp(d->what, "devices"));

	if (t->kind == THING_HOST || (told && t->kind != THING_ENTRY))
		return;
	if (t->kind == THING_FINDING ||
	    (t->kind == THING_ENTRY && d->change != CHANGE_OTHER))
		add_devices(v, digest_with(v, d), t, list);
	else if (t->kind == THING_REGION)
		add_region(v, d, t, list);
	else if (t->kind == THING_ENTRY) {
		cleanup_free char *s = text_format("%s %s", t->key, t->name);

		text_list_add(list, s);
	} else
		text_list_add(list, short_name_of(v, t));
}

/* --- Lines --- */

/*
 * What stands below its beginning is indented; a line of `watch` has its time in front.
 * Takes ownership of the line.
 */
static void put_item(const struct diff_view *v, char *line, FILE *out)
{
	text_clean(line);
	if (v->look)
		fprintf(out, "%s %s\n", v->look->time, line);
	else
		put_wrapped(out, v->width, 4, 0, line);
	free(line);
}

/* An empty line between parts. */
static void put_gap(const struct diff_view *v, FILE *out)
{
	if (!v->look)
		fputc('\n', out);
}

static const char *const headings[] = {
	[THING_FINDING] = "Findings",
	[THING_DEVICE] = "Devices",
	[THING_GROUP] = "Groups",
	[THING_REGION] = "Reserved regions",
	[THING_HOST] = "Machine and kernel",
	[THING_TABLE] = "Firmware tables",
	[THING_ENTRY] = "Firmware entries",
	[THING_IOMMU] = "IOMMUs",
	[THING_PARAMETER] = "Module parameters",
};

/* The kind in front of a line that stands below no heading, unless the line says it. */
static const char *kind_in_line(const struct diff_view *v, enum thing_kind kind,
				const char *text)
{
	const char *word = thing_kind_name(kind);

	return v->look && strcmp(word, text) ? word : NULL;
}

static void put_difference(const struct diff_view *v, const struct difference *d,
			   const char *text, struct text_list *subjects, FILE *out)
{
	static const char signs[] = {
		[CHANGE_CAME] = '+', [CHANGE_WENT] = '-', [CHANGE_OTHER] = '~'
	};
	cleanup_free char *names = text_list_take(subjects);
	const char *kind = kind_in_line(v, d->kind, text);

	put_item(v,
		 text_format("%c %s%s%s%s%s", signs[d->change], kind ? kind : "",
			     kind ? " " : "", text, *names ? ": " : "", names),
		 out);
}

/* What is the same difference, of several things. */
struct same {
	const struct difference *list;
	char *const *texts;
	size_t *next; /* for each difference the next that is the same; NO_INDEX: none */
	bool *first;  /* none before it is the same */
};

static int compare_texts(const void *a, const void *b, void *data)
{
	size_t i = *(const size_t *)a, k = *(const size_t *)b;
	const struct same *s = data;
	int order = (int)s->list[i].change - (int)s->list[k].change;

	order = order ? order : strcmp(s->texts[i], s->texts[k]);
	return order ? order : (i > k) - (i < k);
}

/* Of differences first to end. */
static void find_same(struct same *s, size_t first, size_t end)
{
	cleanup_free size_t *sorted = xcalloc(end - first, sizeof(*sorted));

	for (size_t i = first; i < end; i++) {
		sorted[i - first] = i;
		s->first[i] = true;
		s->next[i] = NO_INDEX;
	}
	qsort_r(sorted, end - first, sizeof(*sorted), compare_texts, s);
	for (size_t n = 1; n < end - first; n++) {
		size_t i = sorted[n - 1], k = sorted[n];

		if (s->list[i].change != s->list[k].change ||
		    strcmp(s->texts[i], s->texts[k]))
			continue;
		s->next[i] = k;
		s->first[k] = false;
	}
}

/* Of a finding that came, what is the case; of several the first says it. */
static void put_message(const struct diff_view *v, const struct same *s, size_t at,
			FILE *out)
{
	const struct thing *t = thing_of(v, &s->list[at]);
	cleanup_free char *text = NULL;
	size_t n = 0;

	if (s->list[at].change != CHANGE_CAME || t->kind != THING_FINDING || !t->message)
		return;
	for (size_t i = s->next[at]; i != NO_INDEX; i = s->next[i])
		n++;
	text = n ? text_format("%s The same holds for %zu more.", t->message, n)
		 : xstrdup(t->message);
	text_clean(text);
	fprintf(out, "%6s", "");
	put_wrapped(out, v->width, 6, 6, text);
}

/* The lines of the same kind of things: differences first to end. */
static void put_kind(const struct diff_view *v, struct same *s, size_t first, size_t end,
		     FILE *out)
{
	if (!v->look)
		fprintf(out, "\n%s\n", headings[s->list[first].kind]);
	find_same(s, first, end);
	for (size_t i = first; i < end; i++) {
		struct text_list subjects = { .max = v->verbose ? SIZE_MAX
								: SUBJECTS_MAX };

		if (!s->first[i])
			continue;
		for (size_t k = i; k != NO_INDEX; k = s->next[k])
			add_subject(v, &s->list[k], &subjects);
		put_difference(v, &s->list[i], s->texts[i], &subjects, out);
		if (!v->look)
			put_message(v, s, i, out);
	}
}

static void put_differences(const struct diff_view *v, FILE *out)
{
	const struct comparison *c = v->comparison;
	cleanup_free char **texts = xcalloc(c->n_list, sizeof(*texts));
	cleanup_free size_t *next = xcalloc(c->n_list, sizeof(*next));
	cleanup_free bool *is_first = xcalloc(c->n_list, sizeof(*is_first));
	struct same same = { c->list, texts, next, is_first };
	size_t first = 0;

	for (size_t i = 0; i < c->n_list; i++)
		texts[i] = difference_text(v, &c->list[i]);
	for (size_t i = 1; i <= c->n_list; i++) {
		if (i < c->n_list && c->list[i].kind == c->list[first].kind)
			continue;
		put_kind(v, &same, first, i, out);
		first = i;
	}
	for (size_t i = 0; i < c->n_list; i++)
		free(texts[i]);
}

/* "--- before.json: Linux 6.1.0-50-amd64, Dell Inc. PowerEdge R740, firmware 2.1" */
static void put_side(const struct diff_view *v, const char *sign, const char *name,
		     const struct digest *d, FILE *out)
{
	const char *release = host_trait(d, "kernel"),
		   *machine = host_trait(d, "machine"),
		   *firmware = host_trait(d, "firmware");

	put_item(v,
		 text_format("%s %s: %s%s%s%s%s%s", sign, name, release ? "Linux " : "",
			     release ? release : "kernel not known", machine ? ", " : "",
			     machine ? machine : "", firmware ? ", firmware " : "",
			     firmware ? firmware : ""),
		 out);
}

/* Within a sentence: but for "IOMMUs" without its capital letter. */
static char *heading_inside(enum thing_kind kind)
{
	char *s = xstrdup(headings[kind]);

	if (islower((unsigned char)s[1]))
		*s = (char)tolower((unsigned char)*s);
	return s;
}

static char *unsaid_text(const struct not_said *s)
{
	const char *kind = thing_kind_name(s->kind);

	if (s->kind == THING_FINDING)
		return text_format("%s (not checked)", s->what);
	if (!s->what)
		return heading_inside(s->kind);
	if (s->n && s->kind != THING_HOST)
		return text_format("%s of %zu %s%s", s->what, s->n, kind,
				   one_or_many(s->n, "", "s"));
	return xstrdup(s->what);
}

static void put_not_said(const struct diff_view *v, bool by_b, FILE *out)
{
	const struct comparison *c = v->comparison;
	struct text_list list = { .max = SIZE_MAX };
	cleanup_free char *all = NULL;

	for (size_t i = 0; i < c->n_not_said; i++) {
		cleanup_free char *s = unsaid_text(&c->not_said[i]);

		if (c->not_said[i].by_b == by_b)
			text_list_add(&list, s);
	}
	all = text_list_take(&list);
	if (*all)
		put_item(v,
			 text_format("%s does not say: %s", by_b ? v->name_b : v->name_a,
				     all),
			 out);
}

static void put_renumbered(const struct diff_view *v, FILE *out)
{
	const struct comparison *c = v->comparison;
	struct text_list list = { .max = v->verbose ? SIZE_MAX : SUBJECTS_MAX };
	cleanup_free char *all = NULL;

	for (size_t i = 0; i < c->n_renumbered; i++) {
		size_t a = c->renumbered[i];
		cleanup_free char *s =
			text_format("%s is %s", v->a->things[a].name,
				    v->b->things[c->matching.b_of_a[a]].name);

		text_list_add(&list, s);
	}
	all = text_list_take(&list);
	if (c->n_list)
		put_gap(v, out);
	put_item(v,
		 text_format("Groups with new numbers, which changes nothing: %s", all),
		 out);
}

void render_diff(const struct diff_view *v, FILE *out)
{
	const struct comparison *c = v->comparison;

	if (c->n_list && !v->look) {
		put_side(v, "---", v->name_a, v->a, out);
		put_side(v, "+++", v->name_b, v->b, out);
	}
	put_differences(v, out);
	if (c->n_renumbered && (c->n_list || v->verbose))
		put_renumbered(v, out);
	if (c->n_list && c->n_not_said)
		put_gap(v, out);
	put_not_said(v, false, out);
	put_not_said(v, true, out);
}
