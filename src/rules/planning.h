/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "rules/plan.h"
#include "rules/rules.h"

/* Shared by the files that make a plan. */

/* A plan that is being made. */
struct planner {
	struct judge judge; /* of no rule */
	const struct findings *findings;
	const bool *wanted; /* devices of the host */
	struct plan *plan;
};

/* --- plan-parts.c --- */

/* A new step; the pointer is good until the next call. It takes over the text. */
struct plan_step *plan_add(struct planner *p, enum step_state state, const char *kind,
			   char *text);
/* One about what the devices meet at a gate. */
struct plan_step *plan_meet(struct planner *p, enum step_state state,
			    enum obstacle_kind kind, char *text);

/* So many devices are named one by one. */
#define PLAN_NAMES_MAX 8

/* Some devices, in the order of the host. */
struct some {
	ARRAY_OF(const struct device *, list);
};

void some_clear(struct some *some);
/* "0000:01:00.0, 0000:01:00.1 and 3 more"; the caller owns it. */
char *some_names(const struct some *some);
/* Is it the first of the devices that is in its group? */
bool some_is_first_of_group(const struct some *some, size_t i);

/* Two sentences, or one; takes over both, which may be NULL. */
char *plan_join(char *a, char *b);

/* What the kernel will answer about a device. */
const struct assignment *plan_assignment_of(const struct planner *p,
					    const struct device *d);
/* NULL: it is in none. */
const struct group *plan_group_of(const struct planner *p, const struct device *d);
/* What is in the way of a device that does not pass the gate of a kind. */
const struct obstacle *plan_obstacle_of(const struct planner *p, const struct device *d,
					enum obstacle_kind kind);

/* --- plan-steps.c --- */

/* What the wanted devices meet of one kind. */
void plan_obstacles(struct planner *p, enum obstacle_kind kind);
/* Who has the devices open. */
void plan_holders(struct planner *p);

/* --- plan-drivers.c --- */

/* Physical functions whose virtual functions must go first. */
void plan_physical_functions(struct planner *p, const struct some *some,
			     enum obstacle_kind kind);
/* The groups of devices that drivers of other devices keep. */
void plan_siblings(struct planner *p, const struct some *some, enum obstacle_kind kind);
/* The drivers of the wanted devices themselves. */
void plan_own_drivers(struct planner *p);
