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

/* --- plan-steps.c --- */

/* A new step; the pointer is good until the next call. It takes over the text. */
struct plan_step *plan_add(struct planner *p, enum step_state state, const char *kind,
			   char *text);

/* What the wanted devices meet of one kind. */
void plan_obstacles(struct planner *p, enum obstacle_kind kind);
/* The drivers of the wanted devices themselves. */
void plan_own_drivers(struct planner *p);
/* Who has the devices open. */
void plan_holders(struct planner *p);
