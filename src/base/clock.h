/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdint.h>

/*
 * Seconds since 1970, UTC. The only place that asks what time it is. Where the
 * environment variable SOURCE_DATE_EPOCH holds a number of seconds it is that time, so
 * that a run can be repeated.
 */
int64_t clock_now(void);
