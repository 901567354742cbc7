/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "rules/rules.h"

/* Shared by the rules about devices that are, or are to be, in the hands of a user. */

/* The lines of a group that are of a type, as evidence. */
void finding_add_lines(struct judge *j, struct finding *f, const struct group *g,
		       enum region_type type);

/* --- What to do about each obstacle: in findings, and in plan.c --- */

/* The caller owns these two. */
char *obstacle_advice(const struct judge *j, const struct device *d,
		      enum obstacle_kind kind);
/* About the direct region of a device. */
char *direct_advice(const struct judge *j, const struct device *d);

/*
 * What keeps other devices out of a device's group: goes on after "to separate them,".
 * NULL: nothing separates it from this other one of its group.
 */
const char *separation_advice(const struct judge *j, const struct group *g,
			      const struct device *other);

/* What to do where no device is in a group; the caller owns it. Adds its commands. */
char *no_groups_advice(const struct judge *j, struct steps *steps);

/* The option of finding_advise_relaxing in words; NULL: this kernel has it not. */
const char *relaxing_advice(const struct judge *j, const struct group *g);

/*
 * Adds the option of a patched kernel that lets devices with an RMRR go, and its risk:
 * where this kernel has it and does not use it yet, and the group is refused for one.
 */
void finding_advise_relaxing(struct judge *j, struct finding *f, const struct group *g);

/*
 * Is a device meant for a VM, and does it (or does it not) have reserved memory itself?
 */
bool is_given_away(const struct judge *j, const struct device *d, bool needs_direct);
