/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that make the steps of a plan share. */
#include <stdlib.h>

#include "base/text.h"
#include "rules/planning.h"

void some_clear(struct some *some)
{
	free(some->list);
}

char *some_names(const struct some *some)
{
	struct text_list list = { .max = PLAN_NAMES_MAX };

	for (size_t i = 0; i < some->n_list; i++)
		text_list_add(&list, some->list[i]->name);
	return text_list_take(&list);
}

struct plan_step *plan_add(struct planner *p, enum step_state state, const char *kind,
			   char *text)
{
	struct plan_step *step = ADD(p->plan, steps);

	*step = (struct plan_step){ .state = state, .kind = kind, .text = text };
	return step;
}

struct plan_step *plan_meet(struct planner *p, enum step_state state,
			    enum obstacle_kind kind, char *text)
{
	struct plan_step *step = plan_add(p, state, obstacle_name(kind), text);

	step->met = OBSTACLE_BIT(kind);
	return step;
}

const struct assignment *plan_assignment_of(const struct planner *p,
					    const struct device *d)
{
	return &p->judge.analysis->assign[device_index(p->judge.host, d)];
}

const struct obstacle *plan_obstacle_of(const struct planner *p, const struct device *d,
					enum obstacle_kind kind)
{
	const struct obstacle *o = plan_assignment_of(p, d)->obstacles;

	while (o->kind != kind) /* one is there: the gate has not let it pass */
		o++;
	return o;
}

const struct group *plan_group_of(const struct planner *p, const struct device *d)
{
	return d->group == NO_GROUP ? NULL : host_group(p->judge.host, d->group);
}

bool some_is_first_of_group(const struct some *some, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (some->list[k]->group == some->list[i]->group)
			return false;
	}
	return true;
}

char *plan_join(char *a, char *b)
{
	char *both;

	if (!a || !b)
		return a ? a : b;
	both = text_format("%s %s", a, b);
	free(a);
	free(b);
	return both;
}
