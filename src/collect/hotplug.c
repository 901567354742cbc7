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

static void collect_slot(const struct reading *r, const char *name, struct text *t)
{
	char path[PATH_SIZE];
	struct slot slot = { 0 };
	const char *address;

	snprintf(path, sizeof(path), SLOTS_PATH "/%s/address", name);
	address = read_string(r, path, t);
	if (!address)
		return;
	if (!text_is_clean(name) || !parse_slot(address, &slot)) {
		read_bad_line(r, path, 1, "not the address of a slot", address);
		return;
	}
	snprintf(path, sizeof(path), SLOTS_PATH "/%s/power", name);
	slot.hotplug = read_exists(r, path) == SOURCE_READ;
	slot.name = xstrdup(name);
	*ADD(r->host, slots) = slot;
}

/*
 * A function on the root bus is below no port; where its bridge was not seen, it may be.
 */
static void collect_removable(const struct reading *r, struct device *d, struct text *t)
{
	char path[PATH_SIZE];
	const char *word;

	if (d->bus != BUS_PCI || (d->topology_known && !d->parent))
		return;
	path_of(path, "sys/bus/pci/devices", d->name, "removable");
	word = read_string(r, path, t);
	if (word && !strcmp(word, "removable"))
		d->removable = TRISTATE_YES;
	else if (word && !strcmp(word, "fixed"))
		d->removable = TRISTATE_NO;
}

static void collect_hotplug(const struct root *root, unsigned wanted, struct host *host)
{
	cleanup(names_clear) struct names names = { 0 };
	cleanup(text_clear) struct text t = { 0 };
	const struct reading whole = reading_whole(root, host, SOURCE_HOTPLUG);
	const struct reading r = reading_of(root, host, SOURCE_HOTPLUG);

	(void)wanted;
	if (read_list(&whole, SLOTS_PATH, &names) == SOURCE_READ) {
		for (size_t i = 0; i < names.n; i++)
			collect_slot(&r, names.name[i], &t);
	}
	for (size_t i = 0; i < host->n_devices; i++)
		collect_removable(&r, &host->devices[i], &t);
}

const struct collector collector_hotplug = {
	.sources = SOURCE_BIT(SOURCE_HOTPLUG),
	.collect = collect_hotplug,
};
