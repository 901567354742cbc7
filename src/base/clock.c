/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What time it is. */
#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

#include "base/text.h"

/* The end of the year 9999: later days have no date of four digits for their year. */
#define LATEST 253402300799

int64_t clock_now(void)
{
	const char *given = getenv("SOURCE_DATE_EPOCH");
	uint64_t n;

	if (given && text_to_number(given, 10, LATEST, &n))
		return (int64_t)n;
	return (int64_t)time(NULL);
}
