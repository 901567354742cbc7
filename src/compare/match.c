/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds out which thing of one host is which of another. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/order.h"
#include "base/text.h"
#include "compare/compare.h"
#include "compare/parts.h"

/* A thing as it is looked for: where the mark is the same, it is the same thing. */
struct marked {
	char *mark;
	size_t thing;
};

/* One of the two sides. canon: for each thing what stands for it on both sides. */
struct side {
	const struct digest *digest;
	const size_t *canon; /* index of B's thing; NO_INDEX: it has none */
};

/* What a thing is recognised by, and which things are. */
enum {
	BY_NAME = 1 << 0,
	BY_KEY = 1 << 1,
	BY_PLACE = 1 << 2,	 /* those whose place is known */
	BY_SHORT_PLACE = 1 << 3, /* without the root bus, whose number shifts, too */
	BY_RANGE = 1 << 4,
	BY_GROUP = 1 << 5,
	BY_ABOUT = 1 << 6,
	BY_FIRST_ABOUT = 1 << 7,
	WITH_KEY = 1 << 8,
	ABOUT_SOME = 1 << 9,
	ABOUT_NONE = 1 << 10,
};

/*
 * One way to recognise things of a kind. Where several have the same mark they are paired
 * in their order, unless it must be unique.
 */
struct way {
	enum thing_kind kind;
	bool unique;
	unsigned by;
};

static const struct way ways[] = {
	{ THING_DEVICE, true, BY_KEY | BY_PLACE },
	/* another model at the same address is another device */
	{ THING_DEVICE, false, BY_NAME | BY_KEY },
	{ THING_DEVICE, true, BY_KEY | BY_SHORT_PLACE },
	/* groups by their devices stand here: match_groups */
	{ THING_GROUP, false, BY_NAME | ABOUT_NONE },
	{ THING_REGION, false, BY_KEY | BY_RANGE | BY_GROUP },
	{ THING_REGION, false, BY_RANGE | BY_GROUP },
	{ THING_REGION, true, BY_KEY | BY_GROUP },
	{ THING_FINDING, false, BY_NAME | BY_ABOUT },
	{ THING_FINDING, false, BY_NAME | BY_FIRST_ABOUT },
	{ THING_FINDING, true, BY_NAME },
	{ THING_HOST, false, BY_NAME },
	{ THING_TABLE, false, BY_NAME },
	{ THING_ENTRY, false, BY_KEY | BY_RANGE | BY_ABOUT },
	{ THING_ENTRY, false, BY_KEY | BY_RANGE },
	{ THING_ENTRY, true, BY_KEY | BY_ABOUT | ABOUT_SOME },
	{ THING_IOMMU, true, BY_KEY | WITH_KEY },
	{ THING_IOMMU, false, BY_NAME },
	{ THING_PARAMETER, false, BY_NAME },
};

static bool is_for(unsigned by, const struct thing *t)
{
	return !((by & (BY_PLACE | BY_SHORT_PLACE) && !t->place) ||
		 (by & WITH_KEY && !t->key) || (by & ABOUT_SOME && !t->n_about) ||
		 (by & ABOUT_NONE && t->n_about));
}

/* Things that are on one side only are nobody's. */
static void add_canon(struct text *t, const struct side *s, size_t thing)
{
	if (thing == NO_INDEX)
		text_add(t, " -");
	else if (s->canon[thing] == NO_INDEX)
		text_add(t, " ?");
	else
		text_printf(t, " %zu", s->canon[thing]);
}

/* What it is about, in an order of its own. */
static void add_about(struct text *t, const struct side *s, const struct thing *thing)
{
	cleanup_free size_t *sorted = xcalloc(thing->n_about, sizeof(*sorted));

	for (size_t i = 0; i < thing->n_about; i++)
		sorted[i] = s->canon[thing->about[i]];
	if (thing->n_about)
		qsort(sorted, thing->n_about, sizeof(*sorted), compare_sizes);
	for (size_t i = 0; i < thing->n_about; i++)
		text_printf(t, " %zu", sorted[i]);
}

/* The caller owns it. */
static char *mark_of(unsigned by, const struct side *s, const struct thing *thing)
{
	struct text t = { 0 };

	text_add(&t, by & BY_NAME ? thing->name : "");
	text_printf(&t, " %s", by & BY_KEY && thing->key ? thing->key : "");
	if (by & BY_PLACE)
		text_printf(&t, " %s", thing->place);
	if (by & BY_SHORT_PLACE)
		text_printf(&t, " %s", strchr(thing->place, '/'));
	if (by & BY_RANGE)
		text_printf(&t, " %" PRIx64 "-%" PRIx64, thing->range.first,
			    thing->range.last);
	if (by & BY_GROUP)
		add_canon(&t, s, thing->group);
	if (by & BY_ABOUT)
		add_about(&t, s, thing);
	if (by & BY_FIRST_ABOUT)
		add_canon(&t, s, thing->n_about ? thing->about[0] : NO_INDEX);
	return text_take(&t);
}

struct marks {
	ARRAY_OF(struct marked, list);
};

static void marks_clear(struct marks *m)
{
	for (size_t i = 0; i < m->n_list; i++)
		free(m->list[i].mark);
	free(m->list);
}

static int compare_marks(const void *a, const void *b)
{
	const struct marked *x = a, *y = b;
	int order = strcmp(x->mark, y->mark);

	return order ? order : (x->thing > y->thing) - (x->thing < y->thing);
}

/* The marks of those that have no partner yet, sorted. */
static void collect_marks(const struct side *s, const size_t *partner,
			  const struct way *way, struct marks *out)
{
	for (size_t i = 0; i < s->digest->n_things; i++) {
		const struct thing *t = &s->digest->things[i];

		if (t->kind == way->kind && partner[i] == NO_INDEX && is_for(way->by, t))
			*ADD(out, list) = (struct marked){ mark_of(way->by, s, t), i };
	}
	if (out->n_list)
		qsort(out->list, out->n_list, sizeof(*out->list), compare_marks);
}

static void pair(struct matching *m, size_t a, size_t b)
{
	m->b_of_a[a] = b;
	m->a_of_b[b] = a;
}

/* How many from i on have the same mark. */
static size_t run_length(const struct marks *m, size_t i)
{
	size_t n = 1;

	while (i + n < m->n_list && !strcmp(m->list[i].mark, m->list[i + n].mark))
		n++;
	return n;
}

static void pair_marks(const struct marks *a, const struct marks *b, bool unique,
		       struct matching *m)
{
	size_t i = 0, k = 0;

	while (i < a->n_list && k < b->n_list) {
		int order = strcmp(a->list[i].mark, b->list[k].mark);
		size_t n_a = run_length(a, i), n_b = run_length(b, k);

		for (size_t n = 0;
		     !order && n < n_a && n < n_b && (!unique || (n_a == 1 && n_b == 1));
		     n++)
			pair(m, a->list[i + n].thing, b->list[k + n].thing);
		i += order <= 0 ? n_a : 0;
		k += order >= 0 ? n_b : 0;
	}
}

static void match_by(const struct way *way, const struct side *a, const struct side *b,
		     struct matching *m)
{
	cleanup(marks_clear) struct marks of_a = { 0 }, of_b = { 0 };

	collect_marks(a, m->b_of_a, way, &of_a);
	collect_marks(b, m->a_of_b, way, &of_b);
	pair_marks(&of_a, &of_b, way->unique, m);
}

/*
 * Groups that share a device, in the order of devices; same_name: only those whose number
 * is the same as well, so that a group that was split keeps it.
 */
static void match_groups(const struct digest *a, const struct digest *b, bool same_name,
			 struct matching *m)
{
	for (size_t i = 0; i < a->n_things && a->things[i].kind == THING_DEVICE; i++) {
		size_t partner = m->b_of_a[i];
		size_t x = a->things[i].group;
		size_t y = partner == NO_INDEX ? NO_INDEX : b->things[partner].group;

		if (x == NO_INDEX || y == NO_INDEX || m->b_of_a[x] != NO_INDEX ||
		    m->a_of_b[y] != NO_INDEX)
			continue;
		if (!same_name || !strcmp(a->things[x].name, b->things[y].name))
			pair(m, x, y);
	}
}

static size_t *no_indices(size_t n)
{
	size_t *list = xcalloc(n, sizeof(*list));

	for (size_t i = 0; i < n; i++)
		list[i] = NO_INDEX;
	return list;
}

void match_things(const struct digest *a, const struct digest *b, struct matching *out)
{
	cleanup_free size_t *self = xcalloc(b->n_things, sizeof(*self));
	struct side side_a = { a, NULL }, side_b = { b, self };

	*out = (struct matching){ no_indices(a->n_things), no_indices(b->n_things) };
	side_a.canon = out->b_of_a;
	for (size_t i = 0; i < b->n_things; i++)
		self[i] = i;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		if (ways[i].kind == THING_GROUP) {
			match_groups(a, b, true, out);
			match_groups(a, b, false, out);
		}
		match_by(&ways[i], &side_a, &side_b, out);
	}
}

void matching_clear(struct matching *m)
{
	free(m->b_of_a);
	free(m->a_of_b);
	*m = (struct matching){ 0 };
}
