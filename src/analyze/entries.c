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
struct tally {
	size_t shown, partly, missing, unseen;
	size_t without_group;
	bool conditional; /* of the missing ones */
	bool direct;	  /* one of all claims is DIRECT */
};

/* missing: does the list of its device's group lack a part of it? */
static void count_claim(const struct host *host, const struct analysis *a,
			const struct claim *c, struct tally *o, bool *missing)
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
		*missing = g && !a->groups[group_index(host, g)].maybe_incomplete;
	} else if (g && a->groups[group_index(host, g)].maybe_incomplete) {
		o->unseen++;
	} else {
		o->missing++;
		*missing = true;
		o->without_group += !g;
		o->conditional = o->conditional || c->conditional;
	}
}

static char *why_missing(const struct host *host, const struct analysis *a,
			 const struct entry *e, const struct tally *o)
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
	return xstrdup("the kernel lists no such range, and nothing read here says why");
}

static void conclude(const struct host *host, const struct analysis *a,
		     const struct entry *e, const struct tally *o,
		     struct entry_outcome *out)
{
	if (o->shown == e->n_claims) {
		out->state = ENTRY_SHOWN;
	} else if (o->shown || o->partly) {
		out->state = ENTRY_SHOWN_PARTLY;
		out->why = text_format("it is listed in full for %zu of %zu %s", o->shown,
				       e->n_claims,
				       one_or_many(e->n_claims, "device", "devices"));
	} else if (o->missing) {
		out->state = ENTRY_NOT_SHOWN;
		out->why = why_missing(host, a, e, o);
	} else {
		out->why = xstrdup("not all groups of its devices could be read");
	}
}

static void judge_entry(const struct host *host, const struct analysis *a,
			const struct entry *e, const struct tally *o,
			struct entry_outcome *out)
{
	const char *hidden = e->table->why_hidden && !e->ignored && !e->n_claims
				     ? e->table->why_hidden(host, a)
				     : NULL;

	if (e->ignored) {
		out->state = ENTRY_NOT_SHOWN;
		out->why = xstrdup(e->ignored);
	} else if (e->n_claims) {
		conclude(host, a, e, o, out);
	} else if (hidden) {
		out->why = xstrdup(hidden);
	} else {
		out->why = e->table->why_no_device(host, a, e);
		if (out->why)
			out->state = ENTRY_NO_DEVICE;
		else
			out->why = xstrdup(
				"where the devices of this host stand was not read");
	}
}

void analyze_outcomes(const struct host *host, const struct analysis *a,
		      struct outcomes *out)
{
	const struct firmware *firmware = &a->firmware;
	cleanup_free struct tally *tallies =
		xcalloc(firmware->n_entries, sizeof(*tallies));

	out->claim_is_missing =
		xcalloc(firmware->n_claims, sizeof(*out->claim_is_missing));
	for (size_t i = 0; i < firmware->n_claims; i++) {
		const struct claim *c = &firmware->claims[i];

		if (c->entry != NO_INDEX)
			count_claim(host, a, c, &tallies[c->entry],
				    &out->claim_is_missing[i]);
	}
	for (size_t i = 0; i < firmware->n_entries; i++) {
		const struct entry *e = &firmware->entries[i];
		struct entry_outcome *outcome = ADD(out, of_entry);

		judge_entry(host, a, e, &tallies[i], outcome);
		outcome->type =
			e->type == REGION_DIRECT && e->n_claims && !tallies[i].direct
				? REGION_DIRECT_RELAXABLE
				: e->type;
	}
}

void outcomes_clear(struct outcomes *outcomes)
{
	for (size_t i = 0; i < outcomes->n_of_entry; i++)
		free(outcomes->of_entry[i].why);
	free(outcomes->of_entry);
	free(outcomes->claim_is_missing);
	*outcomes = (struct outcomes){ 0 };
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
