/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "rules/rules.h"

/* Shared by the rules about devices that are, or are to be, in the hands of a user. */

/* The lines of a group that are of a type, as evidence. */
void finding_add_lines(struct judge *j, struct finding *f, const struct group *g,
		       enum region_type type);

/*
 * Adds the option of a patched kernel that lets devices with an RMRR go, and its risk:
 * where this kernel has it and does not use it yet, and the group is refused for one.
 */
void finding_advise_relaxing(struct judge *j, struct finding *f, const struct group *g);

/*
 * Is a device meant for user space, and does it (or does it not) need 1:1 memory itself?
 */
bool is_given_away(const struct judge *j, const struct device *d, bool needs_direct);
