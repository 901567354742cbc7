/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "rules/rules.h"

/*
 * Why an x86 machine does not remap interrupts, as far as what was read tells: what a
 * sentence goes on with, "because ...". NULL: nothing tells.
 */
const char *remapping_cause(const struct judge *j);

/*
 * Adds the evidence of the cause, and the steps, to a finding (may be NULL); returns the
 * way out, which the caller frees. Where nothing tells, or on other machines: where to
 * look.
 */
char *remapping_advice(struct judge *j, struct finding *f);
