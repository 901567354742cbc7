/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan as a whole: its order, what is lost, its answer, and what the guest sees. */
#include "rules/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/planning.h"

void plan_clear(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		struct plan_step *step = &plan->steps[i];

		free(step->text);
		free(step->risk);
		free(step->advice);
		steps_clear(&step->how);
	}
	free(plan->steps);
	for (size_t i = 0; i < plan->n_undo; i++)
		free(plan->undo[i]);
	free(plan->undo);
	ranges_clear(&plan->usable);
	free(plan->holes);
	*plan = (struct plan){ .answer = PLAN_UNKNOWN };
}

const char *step_state_name(enum step_state state)
{
	static const char *const names[STEP_STATE_COUNT] = {
		[STEP_OK] = "ok",     [STEP_TODO] = "todo", [STEP_FIX] = "fix",
		[STEP_NOTE] = "note", [STEP_WARN] = "warn", [STEP_UNKNOWN] = "unknown",
		[STEP_STOP] = "stop",
	};

	return names[state];
}

const char *plan_answer_name(enum plan_answer answer)
{
	static const char *const names[] = {
		[PLAN_YES] = "yes",
		[PLAN_YES_BUT] = "yes-but",
		[PLAN_NO] = "no",
		[PLAN_UNKNOWN] = "unknown",
	};

	return names[answer];
}

int plan_exit_status(const struct plan *plan)
{
	static const int statuses[] = {
		[PLAN_YES] = 0,
		[PLAN_YES_BUT] = 1,
		[PLAN_NO] = 2,
		[PLAN_UNKNOWN] = 3,
	};

	return statuses[plan->answer];
}

/* --- Steps --- */

/*
 * The order in which type1 asks the wanted devices: that of the first, and what others
 * are asked beside.
 */
static size_t order_of_gates(const struct planner *p, enum obstacle_kind *order)
{
	bool seen[OBSTACLE_COUNT] = { false };
	size_t n = 0;

	for (size_t i = 0; i < p->judge.host->n_devices; i++) {
		const struct assignment *a = &p->judge.analysis->assign[i];

		for (size_t k = 0; p->wanted[i] && k < a->n_gates; k++) {
			if (!seen[a->gates[k].kind])
				order[n++] = a->gates[k].kind;
			seen[a->gates[k].kind] = true;
		}
	}
	return n;
}

/* Of the bind, which goes before everything that is asked of the group. */
static bool is_asked_by_bind(enum obstacle_kind kind)
{
	return kind == OBSTACLE_BRIDGE || kind == OBSTACLE_VIRTUAL_FUNCTIONS ||
	       kind == OBSTACLE_RESET || kind == OBSTACLE_NO_GROUP ||
	       kind == OBSTACLE_COHERENCY;
}

static void add_steps(struct planner *p)
{
	enum obstacle_kind order[OBSTACLE_COUNT];
	size_t n = order_of_gates(p, order);

	plan_holders(p);
	for (size_t i = 0; i < n; i++) {
		if (is_asked_by_bind(order[i]))
			plan_obstacles(p, order[i]);
	}
	plan_own_drivers(p);
	for (size_t i = 0; i < n; i++) {
		if (!is_asked_by_bind(order[i]))
			plan_obstacles(p, order[i]);
	}
}

/* Has a step something to say of an obstacle that the rule explains? */
static bool is_said(const struct plan *plan, const struct rule *rule)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *step = &plan->steps[i];

		if (step->state != STEP_OK && rule->explains & step->met)
			return true;
	}
	return false;
}

/* What is lost, risked or to be minded although the devices can be had: findings. */
static void add_losses(struct planner *p)
{
	const struct findings *findings = p->findings;

	for (size_t i = 0; i < findings->n_list; i++) {
		const struct finding *f = &findings->list[i];
		const struct rule *rule = rule_find(f->id);

		enum step_state state =
			f->severity < SEVERITY_WARNING ? STEP_NOTE : STEP_WARN;

		if (!rule->of_assignment || is_said(p->plan, rule) ||
		    (state == STEP_NOTE && !rule->of_guest))
			continue;
		plan_add(p, state, f->id, xstrdup(f->message))->advice =
			xstrdup(f->advice);
	}
}

static bool is_missing_said(const struct plan *plan, const char *missing)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		if (plan->steps[i].state == STEP_UNKNOWN &&
		    strstr(plan->steps[i].text, missing))
			return true;
	}
	return false;
}

/* Open behind all gates. */
static void add_unanswered(struct planner *p)
{
	const struct findings *findings = p->findings;

	for (size_t i = 0; i < findings->n_unanswered; i++) {
		const struct unanswered *u = &findings->unanswered[i];

		if (p->wanted[u->device] && !is_missing_said(p->plan, u->missing))
			plan_add(p, STEP_UNKNOWN, "answer",
				 text_format("%s, %s: %s",
					     p->judge.host->devices[u->device].name,
					     u->interface, u->missing));
	}
}

/* What works and loses something, where no finding is said of it. */
static void add_rest(struct planner *p)
{
	for (size_t i = 0; i < p->plan->n_steps; i++) {
		if (p->plan->steps[i].state == STEP_WARN)
			return;
	}
	for (size_t i = 0; i < p->judge.host->n_devices; i++) {
		const struct answer *a = &p->judge.analysis->assign[i].vfio;

		if (p->wanted[i] && a->verdict == VERDICT_OK_BUT)
			plan_add(p, STEP_WARN, "loss",
				 text_format("%s: %s", p->judge.host->devices[i].name,
					     a->why));
	}
}

/* What the wanted devices are refused and no step tells of: nothing may be missed. */
static void add_refusals(struct planner *p)
{
	for (size_t i = 0; i < p->plan->n_steps; i++) {
		enum step_state state = p->plan->steps[i].state;

		if (state == STEP_FIX || state == STEP_STOP)
			return;
	}
	for (size_t i = 0; i < p->judge.host->n_devices; i++) {
		const struct answer *a = &p->judge.analysis->assign[i].vfio;

		if (p->wanted[i] && a->verdict == VERDICT_REFUSED)
			plan_add(p, STEP_STOP, "answer",
				 text_format("%s: %s", p->judge.host->devices[i].name,
					     a->why));
	}
}

static enum plan_answer answer_of(const struct plan *plan)
{
	bool has[STEP_STATE_COUNT] = { false };

	for (size_t i = 0; i < plan->n_steps; i++)
		has[plan->steps[i].state] = true;
	if (has[STEP_STOP])
		return PLAN_NO;
	if (has[STEP_UNKNOWN])
		return PLAN_UNKNOWN;
	return has[STEP_FIX] || has[STEP_WARN] ? PLAN_YES_BUT : PLAN_YES;
}

static void add_undo(struct plan *plan)
{
	for (size_t i = plan->n_steps; i > 0; i--) {
		const struct plan_step *step = &plan->steps[i - 1];

		for (size_t k = 0; k < step->how.n_undo; k++)
			*ADD(plan, undo) = xstrdup(step->how.undo[k]);
	}
}

/* --- The guest --- */

/* The groups of the wanted devices. */
struct group_set {
	ARRAY_OF(const struct group *, group);
	bool maybe_incomplete; /* a list of regions of theirs */
};

static void group_set_clear(struct group_set *set)
{
	free(set->group);
}

static void collect_groups(const struct planner *p, struct group_set *set)
{
	for_each_group (g, p->judge.host) {
		bool concerned = false;

		for_each_device (d, p->judge.host, g)
			concerned =
				concerned || p->wanted[device_index(p->judge.host, d)];
		if (!concerned || view_of_group(&p->judge, g)->untranslated)
			continue;
		*ADD(set, group) = g;
		set->maybe_incomplete = set->maybe_incomplete ||
					view_of_group(&p->judge, g)->maybe_incomplete;
	}
}

/* The types of the regions that lie in a range. */
static unsigned types_in(const struct planner *p, const struct group_set *set,
			 struct range range)
{
	unsigned types = 0;

	for (size_t i = 0; i < set->n_group; i++) {
		for_each_region (r, p->judge.host, set->group[i]) {
			enum region_type type = view_of_region(&p->judge, r)->type;

			if (range_overlaps(r->range, range) &&
			    type != REGION_DIRECT_RELAXABLE)
				types |= 1u << type;
		}
	}
	return types;
}

static void add_hole(const struct planner *p, const struct group_set *set, uint64_t first,
		     uint64_t last)
{
	struct range range = { first, last };

	*ADD(p->plan, holes) = (struct plan_hole){ range, types_in(p, set, range) };
}

static void add_holes(const struct planner *p, const struct group_set *set)
{
	const struct ranges *usable = &p->plan->usable;
	uint64_t next = 0;

	for (size_t i = 0; i < usable->n_range; i++) {
		const struct range *r = &usable->range[i];

		if (r->first > next)
			add_hole(p, set, next, r->first - 1);
		if (r->last == UINT64_MAX)
			return;
		next = r->last + 1;
	}
}

static enum tristate isolation_of(const struct planner *p, const struct group_set *set)
{
	const struct analysis *a = p->judge.analysis;
	enum tristate all = TRISTATE_YES;

	for (size_t i = 0; i < set->n_group; i++) {
		enum tristate one =
			a->group_isolation[group_index(p->judge.host, set->group[i])]
				.isolated;

		if (one == TRISTATE_NO)
			return TRISTATE_NO;
		all = one == TRISTATE_YES ? all : one;
	}
	return set->n_group ? all : TRISTATE_UNKNOWN;
}

static void look_at_guest(const struct planner *p)
{
	cleanup(group_set_clear) struct group_set set = { 0 };

	collect_groups(p, &set);
	p->plan->isolated = isolation_of(p, &set);
	if (p->plan->answer == PLAN_NO || !set.n_group || set.maybe_incomplete)
		return;
	p->plan->has_addresses = true;
	p->plan->end_known = usable_iova_of_set(p->judge.host, p->judge.analysis,
						set.group, set.n_group, &p->plan->usable);
	add_holes(p, &set);
}

void plan_make(const struct host *host, const struct analysis *a,
	       const struct findings *findings, const bool *wanted, struct plan *plan)
{
	struct planner p = {
		.judge = { .host = host, .analysis = a },
		.findings = findings,
		.wanted = wanted,
		.plan = plan,
	};

	*plan = (struct plan){ .answer = PLAN_UNKNOWN };
	add_steps(&p);
	add_unanswered(&p);
	add_refusals(&p);
	add_losses(&p);
	add_rest(&p);
	plan->answer = answer_of(plan);
	add_undo(plan);
	look_at_guest(&p);
}
