/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdint.h>

#include "base/memory.h"
#include "base/range.h"

/* Addresses where one part ends and the next begins; all zero: none yet. */
struct cuts {
	ARRAY_OF(uint64_t, at);
};

/* Cuts in front of a range and behind it. One that is inverted covers nothing. */
void cuts_add(struct cuts *cuts, struct range range);

/* In ascending order, each once. */
void cuts_settle(struct cuts *cuts);

void cuts_clear(struct cuts *cuts);
