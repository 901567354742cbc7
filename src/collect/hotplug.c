/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be unplugged: /sys/bus/pci/slots (drivers/pci/slot.c; a slot that a hot-plug
 * driver serves has the file `power`, drivers/pci/hotplug/pci_hotplug_core.c), and the
 * file `removable` of functions below a port that faces outwards
 * (Documentation/ABI/testing/sysfs-devices-removable). Neither wakes a device.
 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"

#define SLOTS_PATH "sys/bus/pci/slots"
#define PATH_SIZE 512

/*
 * "0000:01:00", or "0000:01" where the slot has no device number. False if it is neither.
 */
static bool parse_slot(const char *text, struct slot *s)
{
	char whole[32];

	s->any_device = strchr(text, ':') == strrchr(text, ':');
	snprintf(whole, sizeof(whole), "%s%s", text, s->any_device ? ":00.0" : ".0");
	return strlen(text) < sizeof(whole) - 6 && pci_address_parse(whole, &s->address);
}

static void collect_slot(const struct root *root, struct host *host, const char *name,
			 struct text *t)
{
	char path[PATH_SIZE];
	struct slot slot = { 0 };
	const char *address;

	snprintf(path, sizeof(path), SLOTS_PATH "/%s/address", name);
	address = collect_string(root, host, SOURCE_HOTPLUG, path, t);
	if (!address)
		return;
	if (!text_is_clean(name) || !parse_slot(address, &slot)) {
		collect_bad_line(host, SOURCE_HOTPLUG, path, 1, NO_GROUP,
				 "not the address of a slot", address);
		return;
	}
	snprintf(path, sizeof(path), SLOTS_PATH "/%s/power", name);
	slot.hotplug = root_exists(root, path) == 0;
	slot.name = xstrdup(name);
	*ADD(host, slots) = slot;
}

/*
 * A function on the root bus is below no port; where its bridge was not seen, it may be.
 */
static void collect_removable(const struct root *root, struct host *host,
			      struct device *d, struct text *t)
{
	char path[PATH_SIZE];
	const char *word;

	if (d->bus != BUS_PCI || (d->topology_known && !d->parent))
		return;
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/removable", d->name);
	word = collect_string(root, host, SOURCE_HOTPLUG, path, t);
	if (word && !strcmp(word, "removable"))
		d->removable = ANSWER_YES;
	else if (word && !strcmp(word, "fixed"))
		d->removable = ANSWER_NO;
}

static void collect_hotplug(const struct root *root, unsigned wanted, struct host *host)
{
	cleanup(names_clear) struct names names = { 0 };
	cleanup(text_clear) struct text t = { 0 };

	(void)wanted;
	if (collect_note(host, SOURCE_HOTPLUG, root_list(root, SLOTS_PATH, &names),
			 SLOTS_PATH)) {
		for (size_t i = 0; i < names.n; i++)
			collect_slot(root, host, names.name[i], &t);
	}
	for (size_t i = 0; i < host->n_devices; i++)
		collect_removable(root, host, &host->devices[i], &t);
}

const struct collector collector_hotplug = {
	.sources = SOURCE_BIT(SOURCE_HOTPLUG),
	.collect = collect_hotplug,
};
