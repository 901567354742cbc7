/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "rules/rules.h"

/*
 * Reports the faults that lie in direct ranges of their own device, which are listed and
 * yet not mapped; but for those that a page table was asked about already.
 */
void report_own_faults(struct judge *j);

/* Are there any? */
bool any_own_fault(const struct host *host, const struct analysis *a);

/*
 * Adds the faults of functions that are not here, and that a scope of the entry names: to
 * the evidence of a finding. Returns how many lines of the log tell them; 0: there is
 * none. f may be NULL.
 */
uint64_t add_hidden_faults(struct judge *j, struct finding *f, const struct entry *e);
