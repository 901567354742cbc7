/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * Seconds since 1970, UTC. The only place that asks what time it is. Where the
 * environment variable SOURCE_DATE_EPOCH holds a number of seconds it is that time, so
 * that a run can be repeated.
 */
int64_t clock_now(void);

/* A date, YYYY-MM-DD, and the 0 behind it. */
#define DATE_SIZE 11

/* The day in UTC. */
void clock_today(char date[DATE_SIZE]);

/* Is it written so, and is there such a day? */
bool clock_is_date(const char *s);
