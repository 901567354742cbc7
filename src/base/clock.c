/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What time it is. */
#include "base/clock.h"

#include <stdlib.h>
#include <string.h>
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

static void write_date(time_t time, char date[DATE_SIZE])
{
	struct tm tm = { 0 };

	gmtime_r(&time, &tm);
	if (!strftime(date, DATE_SIZE, "%Y-%m-%d", &tm))
		*date = 0;
}

void clock_today(char date[DATE_SIZE])
{
	write_date((time_t)clock_now(), date);
}

bool clock_is_date(const char *s)
{
	struct tm tm = { 0 };
	const char *end = strptime(s, "%Y-%m-%d", &tm);
	char date[DATE_SIZE];

	if (!end || *end || strlen(s) != DATE_SIZE - 1)
		return false;
	/* 31 November becomes another day. */
	write_date(timegm(&tm), date);
	return !strcmp(date, s);
}
