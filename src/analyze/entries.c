/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What became of firmware entries, by the lines. Lines are merged, so coverage is
 * compared, never equality.
 */
#include <stdlib.h>

#include "analyze/parts.h"
#include "base/cleanup.h"
#include "base/text.h"

/* How many of the claims of an entry ended in which way. */
struct outcome {
	size_t shown, partly, missing, unseen;
	size_t without_group;
	bool conditional; /* of the missing ones */
	bool direct;	  /* one of all claims is DIRECT */
};

static void count_claim(const struct host *host, const struct analysis *a,
			struct claim *c, struct outcome *o)
{
	const struct device *d = &host->devices[c->device];
	const struct group *g = d->group == NO_GROUP ? NULL : host_group(host, d->group);
	cleanup(ranges_clear) struct ranges left = { 0 };
	bool found = false;

	o->direct = o->direct || c->type == REGION_DIRECT;
	if (!g && !host_groups_complete(host)) {
		o->unseen++;
		return;
	}
	*ADD(&left, range) = c->range;
	for (size_t i = 0; g && i < g->n_regions; i++) {
		const struct region *r = &host->regions[g->first_region + i];

		if (r->type != c->type)
			continue;
		if (range_is_inverted(c->range))
			found = found || range_equals(r->range, c->range);
		else if (!range_is_inverted(r->range))
			ranges_exclude(&left, r->range);
	}
	if (found || !left.n_range) {
		o->shown++;
	} else if (left.n_range > 1 || !range_equals(left.range[0], c->range)) {
		o->partly++;
		c->missing = g && !a->groups[group_index(host, g)].maybe_incomplete;
	} else if (g && a->groups[group_index(host, g)].maybe_incomplete) {
		o->unseen++;
	} else {
		o->missing++;
		c->missing = true;
		o->without_group += !g;
		o->conditional = o->conditional || c->conditional;
	}
}

static char *why_missing(const struct host *host, const struct analysis *a,
			 const struct entry *e, const struct outcome *o)
{
	if (o->without_group == o->missing && !host->n_groups && a->absence.text)
		return text_format("there is no group: %s", a->absence.text);
	if (o->without_group == o->missing && a->absence.given_up)
		return text_format("its devices are in no group: %s",
				   a->absence.given_up);
	if (o->without_group == o->missing)
		return xstrdup("its devices are in no group");
	if (range_is_inverted(e->listed))
		return xstrdup("the range is empty or inverted, and no line shows it");
	if (o->conditional)
		return xstrdup(e->table->condition);
	return xstrdup("the kernel lists no such range, and nothing read here tells why");
}

static void conclude(const struct host *host, const struct analysis *a, struct entry *e,
		     const struct outcome *o)
{
	if (o->shown == e->n_claims) {
		e->state = ENTRY_SHOWN;
	} else if (o->shown || o->partly) {
		e->state = ENTRY_SHOWN_PARTLY;
		e->why = text_format("of %zu device%s it is listed in full for %zu",
				     e->n_claims, e->n_claims == 1 ? "" : "s", o->shown);
	} else if (o->missing) {
		e->state = ENTRY_NOT_SHOWN;
		e->why = why_missing(host, a, e, o);
	} else {
		e->why =
			xstrdup("the lines of its devices' groups could not all be read");
	}
}

static void judge_entry(const struct host *host, const struct analysis *a,
			struct entry *e, const struct outcome *o)
{
	const char *hidden = e->table->why_hidden && !e->ignored && !e->n_claims
				     ? e->table->why_hidden(host, a)
				     : NULL;

	if (e->ignored) {
		e->state = ENTRY_NOT_SHOWN;
		e->why = xstrdup(e->ignored);
	} else if (e->n_claims) {
		conclude(host, a, e, o);
	} else if (hidden) {
		e->why = xstrdup(hidden);
	} else {
		e->why = e->table->why_no_device(host, a, e);
		if (e->why)
			e->state = ENTRY_NO_DEVICE;
		else
			e->why = xstrdup(
				"where the devices of this host stand was not read");
	}
}

void analyze_entries(const struct host *host, struct analysis *a)
{
	struct outcome *outcomes = xcalloc(a->firmware.n_entries, sizeof(*outcomes));

	for (size_t i = 0; i < a->firmware.n_claims; i++) {
		if (a->firmware.claims[i].entry != NO_INDEX)
			count_claim(host, a, &a->firmware.claims[i],
				    &outcomes[a->firmware.claims[i].entry]);
	}
	for (size_t i = 0; i < a->firmware.n_entries; i++) {
		struct entry *e = &a->firmware.entries[i];

		judge_entry(host, a, e, &outcomes[i]);
		if (e->type == REGION_DIRECT && e->n_claims && !outcomes[i].direct)
			e->type = REGION_DIRECT_RELAXABLE;
	}
	free(outcomes);
}

const char *entry_state_name(enum entry_state state)
{
	static const char *const names[] = {
		[ENTRY_UNKNOWN] = "unknown",	       [ENTRY_SHOWN] = "shown",
		[ENTRY_SHOWN_PARTLY] = "shown-partly", [ENTRY_NOT_SHOWN] = "not-shown",
		[ENTRY_NO_DEVICE] = "no-device",
	};

	return names[state];
}
