/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the collectors of collectors.def, and notes what became of each source. */
#include "collect/collect.h"

#include <poll.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/census.h"

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

static void collect_once(const struct root *root, unsigned wanted, struct host *host)
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

/* What stands in folders whose entries come and go. */
#define SOURCES_OF_MEMBERS (SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_PCI))

/* Milliseconds after each try: a card that is plugged in takes some. */
static const int waits[] = { 0, 100, 400, 1000, 0 };

/* All but groups and devices, which were never the same before and after. */
static void collect_rest(const struct root *root, unsigned wanted, struct host *host)
{
	static const char why[] = "devices came and went each time this was read";

	collect_once(root, wanted & ~SOURCES_OF_MEMBERS, host);
	if (wanted & SOURCE_BIT(SOURCE_GROUPS))
		host_set_source(host, SOURCE_GROUPS, SOURCE_BROKEN, 0,
				"/sys/kernel/iommu_groups", why);
	if (wanted & SOURCE_BIT(SOURCE_PCI))
		host_set_source(host, SOURCE_PCI, SOURCE_BROKEN, 0,
				"/sys/bus/pci/devices", why);
}

/*
 * Devices come and go, and then the number of a group is another's: what was read in
 * between is of no host that there ever was, and is read again.
 */
void collect_host(const struct root *root, unsigned wanted, struct host *host)
{
	cleanup(text_clear) struct text before = { 0 };
	cleanup(text_clear) struct text after = { 0 };

	if (!(wanted & SOURCES_OF_MEMBERS)) {
		collect_once(root, wanted, host);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(waits); i++) {
		census_take(root, &before);
		collect_once(root, wanted, host);
		census_take(root, &after);
		if (!strcmp(before.data, after.data))
			return;
		host_clear(host);
		poll(NULL, 0, waits[i]);
	}
	collect_rest(root, wanted, host);
}
