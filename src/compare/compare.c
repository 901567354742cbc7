/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says what differs between things that were matched, and what only one host has. */
#include "compare/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/order.h"
#include "base/text.h"
#include "compare/parts.h"

static const char *const change_names[] = {
	[CHANGE_CAME] = "came",
	[CHANGE_WENT] = "went",
	[CHANGE_OTHER] = "changed",
};

const char *change_name(enum change change)
{
	return change_names[change];
}

/* Both hosts, and what becomes of the comparison. */
struct work {
	const struct digest *a, *b;
	struct comparison *out;
};

static const struct thing *thing_of(const struct digest *d, size_t index)
{
	return index == NO_INDEX ? NULL : &d->things[index];
}

/* Takes ownership of was and now. */
static void add_change(const struct work *w, size_t a, size_t b, const char *what,
		       char *was, char *now)
{
	*ADD(w->out, list) =
		(struct difference){ CHANGE_OTHER, w->a->things[a].kind, a, b, what, was,
				     now };
}

static void add_not_said(const struct work *w, bool by_b, enum thing_kind kind,
			 const char *what, size_t n)
{
	struct comparison *out = w->out;

	for (size_t i = 0; i < out->n_not_said; i++) {
		struct not_said *s = &out->not_said[i];

		if (s->by_b == by_b && s->kind == kind && text_equals(s->what, what)) {
			s->n += n;
			return;
		}
	}
	*ADD(out, not_said) = (struct not_said){ by_b, kind, what, n };
}

static const struct trait *find_trait(const struct thing *t, const char *what)
{
	for (size_t i = 0; i < t->n_traits; i++) {
		if (!strcmp(t->traits[i].what, what))
			return &t->traits[i];
	}
	return NULL;
}

/* A trait that only one side can have at all is no difference: what it is of differs. */
static void compare_traits(const struct work *w, size_t a, size_t b)
{
	const struct thing *x = &w->a->things[a], *y = &w->b->things[b];

	for (size_t i = 0; i < x->n_traits; i++) {
		const struct trait *t = &x->traits[i], *u = find_trait(y, t->what);

		if (!u || text_equals(t->value, u->value))
			continue;
		if (!t->value || !u->value)
			add_not_said(w, !u->value, x->kind, t->what, 1);
		else
			add_change(w, a, b, t->what, xstrdup(t->value),
				   xstrdup(u->value));
	}
}

static char *group_words(const struct digest *d, size_t group)
{
	return xstrdup(group == NO_INDEX ? "none" : d->things[group].name);
}

static void compare_device(const struct work *w, size_t a, size_t b)
{
	const struct thing *x = &w->a->things[a], *y = &w->b->things[b];
	size_t expected =
		x->group == NO_INDEX ? NO_INDEX : w->out->matching.b_of_a[x->group];

	if (strcmp(x->name, y->name))
		add_change(w, a, b, "address", xstrdup(x->name), xstrdup(y->name));
	if (w->a->known[THING_GROUP] && w->b->known[THING_GROUP] &&
	    (expected != y->group || (x->group == NO_INDEX) != (y->group == NO_INDEX)))
		add_change(w, a, b, "group", group_words(w->a, x->group),
			   group_words(w->b, y->group));
}

/* The names of what an entry or a finding is about; the caller owns it. */
static char *about_words(const struct digest *d, const struct thing *t)
{
	struct text_list list = { .max = 16 };

	for (size_t i = 0; i < t->n_about; i++) {
		const struct thing *of = &d->things[t->about[i]];

		if (of->kind == THING_DEVICE)
			text_list_add(&list, of->name);
	}
	return list.n ? text_list_take(&list) : xstrdup("none");
}

/* Devices that a thing is about, as indices of B's. */
struct devices {
	ARRAY_OF(size_t, list);
};

/* partner: of each thing; NULL: they are B's. Sorted. */
static void collect_devices(const struct digest *d, const struct thing *t,
			    const size_t *partner, struct devices *out)
{
	for (size_t i = 0; i < t->n_about; i++) {
		size_t index = t->about[i];

		if (d->things[index].kind == THING_DEVICE)
			*ADD(out, list) = partner ? partner[index] : index;
	}
	if (out->n_list)
		qsort(out->list, out->n_list, sizeof(*out->list), compare_sizes);
}

/* Is every device of A's thing one of B's, and no other? */
static bool same_devices(const struct work *w, const struct thing *x,
			 const struct thing *y)
{
	struct devices of_x = { 0 }, of_y = { 0 };
	bool same;

	collect_devices(w->a, x, w->out->matching.b_of_a, &of_x);
	collect_devices(w->b, y, NULL, &of_y);
	same = of_x.n_list == of_y.n_list &&
	       (!of_x.n_list ||
		!memcmp(of_x.list, of_y.list, of_x.n_list * sizeof(*of_x.list)));
	free(of_x.list);
	free(of_y.list);
	return same;
}

static void compare_about(const struct work *w, size_t a, size_t b)
{
	const struct thing *x = &w->a->things[a], *y = &w->b->things[b];

	if (!same_devices(w, x, y))
		add_change(w, a, b, "devices", about_words(w->a, x),
			   about_words(w->b, y));
}

static void compare_pair(const struct work *w, size_t a, size_t b)
{
	const struct thing *x = &w->a->things[a], *y = &w->b->things[b];

	if (x->kind == THING_DEVICE)
		compare_device(w, a, b);
	if (x->kind == THING_FINDING || x->kind == THING_ENTRY)
		compare_about(w, a, b);
	if (x->kind == THING_GROUP && strcmp(x->name, y->name))
		*ADD(w->out, renumbered) = a;
	compare_traits(w, a, b);
}

static bool is_unchecked(const struct digest *d, const char *rule)
{
	for (size_t i = 0; i < d->n_unchecked; i++) {
		if (!strcmp(d->unchecked[i], rule))
			return true;
	}
	return false;
}

/* Does the other host tell what it has of a thing that it seems not to have? */
static bool other_tells(const struct digest *other, const struct thing *t,
			const struct thing *its_group)
{
	if (t->kind == THING_FINDING)
		return !is_unchecked(other, t->name) && other->known[THING_REGION];
	return other->known[t->kind] && (!its_group || thing_trait(its_group, "regions"));
}

/*
 * Groups come and go with their devices, MSI windows with their groups, parameters with
 * their modules: no difference of its own.
 */
static bool goes_along(const struct thing *t, const struct thing *its_group)
{
	return t->kind == THING_GROUP || t->kind == THING_PARAMETER ||
	       (t->is_window && !its_group);
}

/* A thing that only one of the two has. */
static void add_single(const struct work *w, size_t index, bool in_b)
{
	const struct digest *mine = in_b ? w->b : w->a, *other = in_b ? w->a : w->b;
	const size_t *partner = in_b ? w->out->matching.a_of_b : w->out->matching.b_of_a;
	const struct thing *t = &mine->things[index];
	const struct thing *its_group = t->kind == THING_REGION && t->group != NO_INDEX
						? thing_of(other, partner[t->group])
						: NULL;

	if (goes_along(t, its_group))
		return;
	if (other_tells(other, t, its_group))
		*ADD(w->out, list) = (struct difference){
			.change = in_b ? CHANGE_CAME : CHANGE_WENT,
			.kind = t->kind,
			.a = in_b ? NO_INDEX : index,
			.b = in_b ? index : NO_INDEX,
		};
	else if (t->kind == THING_FINDING)
		add_not_said(w, !in_b, t->kind, t->name, 1);
	else if (other->known[t->kind])
		add_not_said(w, !in_b, THING_GROUP, "regions", 0);
	else
		add_not_said(w, !in_b, t->kind, NULL, 0);
}

static enum severity severity_of(const struct work *w, const struct difference *d)
{
	return d->b != NO_INDEX ? w->b->things[d->b].severity
				: w->a->things[d->a].severity;
}

/* By kind, change and trait; of findings the worst first. */
static int compare_order(const void *p, const void *q, void *data)
{
	const struct difference *x = p, *y = q;
	const struct work *w = data;
	size_t i = x->b != NO_INDEX ? x->b : x->a, k = y->b != NO_INDEX ? y->b : y->a;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->change != y->change)
		return x->change < y->change ? -1 : 1;
	if (severity_of(w, x) != severity_of(w, y))
		return severity_of(w, x) > severity_of(w, y) ? -1 : 1;
	if (x->what && strcmp(x->what, y->what))
		return strcmp(x->what, y->what);
	return (i > k) - (i < k);
}

void compare_digests(const struct digest *a, const struct digest *b,
		     struct comparison *out)
{
	struct work w = { a, b, out };

	*out = (struct comparison){ 0 };
	match_things(a, b, &out->matching);
	for (size_t i = 0; i < a->n_things; i++) {
		if (out->matching.b_of_a[i] == NO_INDEX)
			add_single(&w, i, false);
		else
			compare_pair(&w, i, out->matching.b_of_a[i]);
	}
	for (size_t i = 0; i < b->n_things; i++) {
		if (out->matching.a_of_b[i] == NO_INDEX)
			add_single(&w, i, true);
	}
	if (out->n_list)
		qsort_r(out->list, out->n_list, sizeof(*out->list), compare_order, &w);
}

void comparison_clear(struct comparison *c)
{
	for (size_t i = 0; i < c->n_list; i++) {
		free(c->list[i].was);
		free(c->list[i].now);
	}
	free(c->list);
	free(c->not_said);
	free(c->renumbered);
	matching_clear(&c->matching);
	*c = (struct comparison){ 0 };
}
