/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the collectors of collectors.def, and notes what became of each source. */
#include "collect/collect.h"

#include <string.h>

#include "base/cleanup.h"

static const struct collector *const collectors[] = {
#define COLLECTOR(name) &collector_##name,
#include "collect/collectors.def"
#undef COLLECTOR
};

static void run_collectors(const struct root *root, unsigned wanted, bool late,
			   struct host *host)
{
	for (size_t i = 0; i < ARRAY_SIZE(collectors); i++) {
		if (collectors[i]->sources & wanted && collectors[i]->late == late)
			collectors[i]->collect(root, wanted, host);
	}
}

void collect_host(const struct root *root, unsigned wanted, struct host *host)
{
	host_init(host);
	host->origin = root->live ? ORIGIN_LIVE : ORIGIN_SYSROOT;
	host->origin_path = root->live ? NULL : xstrdup(root->path);
	run_collectors(root, wanted, false, host);
	/*
	 * Ids come from folder names, so they are unique; devices are added below their
	 * group.
	 */
	if (!host_finish(host))
		host_set_source(host, SOURCE_GROUPS, SOURCE_BROKEN, 0,
				"/sys/kernel/iommu_groups",
				"the same group or device is listed twice");
	else
		run_collectors(root, wanted, true, host);
}
