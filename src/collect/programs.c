/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs that advice may name, by the files that are installed. Nothing of them is read
 * or run.
 */
#include "collect/collect.h"

static void collect_programs(const struct root *root, unsigned wanted, struct host *host)
{
	const struct reading whole = reading_whole(root, host, SOURCE_PROGRAMS);

	(void)wanted;
	if (read_exists(&whole, "usr/sbin/driverctl") == SOURCE_READ)
		*ADD(host, programs) = xstrdup("driverctl");
}

const struct collector collector_programs = {
	.sources = SOURCE_BIT(SOURCE_PROGRAMS),
	.collect = collect_programs,
};
