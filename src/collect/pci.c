/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /sys/bus/pci/devices: functions that are in no IOMMU group, and of all functions which
 * are virtual (link `physfn`).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"
#include "collect/uevent.h"

#define DEVICES_PATH "sys/bus/pci/devices"

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/*
 * Names of the PCI functions that the groups brought, sorted. The names stay the host's.
 */
static const char **known_names(const struct host *host, size_t *n)
{
	const char **names = xcalloc(host->n_devices, sizeof(char *));

	*n = 0;
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].bus == BUS_PCI)
			names[(*n)++] = host->devices[i].name;
	}
	qsort(names, *n, sizeof(char *), compare);
	return names;
}

/*
 * Is a function in procfs? SOURCE_ABSENT: no. Its folder is named by the bus alone, in
 * domain 0 of most architectures, or by domain and bus (pci_proc_domain, which is 1 on
 * arm64).
 */
static enum source_state look_in_procfs(const struct reading *r,
					const struct pci_address *a)
{
	enum source_state state;
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "proc/bus/pci/%04x:%02x/%02x.%x", a->domain, a->bus,
		 a->device, a->function);
	state = read_exists(r, path);
	if (state != SOURCE_ABSENT || a->domain)
		return state;
	snprintf(path, sizeof(path), "proc/bus/pci/%02x/%02x.%x", a->bus, a->device,
		 a->function);
	return read_exists(r, path);
}

/*
 * While a function is added it is on the bus, but not yet in its group (device_add), and
 * in procfs only after that (pci_bus_add_device, pci_proc_attach_device).
 */
static bool is_being_added(const struct reading *r, const char *name)
{
	struct pci_address a;

	return r->root->live && r->host->n_groups && pci_address_parse(name, &a) &&
	       read_exists(r, "proc/bus/pci/devices") == SOURCE_READ &&
	       look_in_procfs(r, &a) == SOURCE_ABSENT;
}

static void collect_ungrouped(const struct reading *r, const char *name, struct text *t)
{
	enum source_state state;
	char path[PATH_SIZE];
	struct device *d;

	if (is_being_added(r, name)) {
		read_gap(r, path_of(path, DEVICES_PATH, name, NULL), "is being added");
		return;
	}
	path_of(path, DEVICES_PATH, name, "uevent");
	state = read_attribute(r, path, t);
	if (state == SOURCE_ABSENT) /* gone since the folder was read */
		return;
	d = host_add_device(r->host, name);
	if (state == SOURCE_READ)
		uevent_parse(r, d, t, path);
	else
		uevent_missing(d);
}

static void collect_list(const struct root *root, struct host *host)
{
	cleanup(names_clear) struct names names = { 0 };
	cleanup(text_clear) struct text t = { 0 };
	cleanup_free const char **known = NULL;
	size_t n_known;
	const struct reading whole = reading_whole(root, host, SOURCE_PCI);
	const struct reading r = reading_of(root, host, SOURCE_PCI);

	if (read_list(&whole, DEVICES_PATH, &names) != SOURCE_READ)
		return;
	known = known_names(host, &n_known);
	for (size_t i = 0; i < names.n; i++) {
		const char *name = names.name[i];

		if (!bsearch(&name, known, n_known, sizeof(char *), compare))
			collect_ungrouped(&r, name, &t);
	}
}

/*
 * The link leads down the hierarchy:
 * "../../../devices/pci0000:00/0000:00:1c.0/0000:01:00.0". The folder of the host bridge
 * names domain and root bus, the last but one part is the bridge above.
 */
static void parse_topology(struct device *d, char *target)
{
	struct pci_address address;
	const char *parent = NULL;
	char *save = NULL;

	for (char *s = strtok_r(target, "/", &save); s; s = strtok_r(NULL, "/", &save)) {
		const char *colon = text_starts_with(s, "pci") ? strchr(s, ':') : NULL;
		uint64_t bus;

		if (colon && text_to_number(colon + 1, 16, UINT8_MAX, &bus)) {
			d->root_bus = (uint8_t)bus;
			d->topology_known = true;
			parent = NULL;
		} else if (!strcmp(s, d->name)) {
			break;
		} else if (pci_address_parse(s, &address)) {
			parent = s;
		}
	}
	if (d->topology_known && parent)
		d->parent = xstrdup(parent);
}

/* A function that is in a group and not on the bus is lost to us, unless it went there.
 */
static void note_outsider(const struct reading *r, const struct device *d)
{
	char path[PATH_SIZE];

	if (d->group == NO_GROUP)
		return;
	snprintf(path, sizeof(path), "sys/kernel/iommu_groups/%u/devices/%s",
		 (unsigned)d->group, d->link ? d->link : d->name);
	if (read_exists(r, path) != SOURCE_READ)
		return;
	path_of(path, DEVICES_PATH, d->name, NULL);
	read_gap(r, path, "is in a group but not on the PCI bus");
}

static void collect_topology(const struct root *root, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_of(root, host, SOURCE_PCI);
	cleanup_close int folder = -1;

	if (host->sources[SOURCE_PCI].state == SOURCE_ABSENT ||
	    read_folder(&r, DEVICES_PATH, &folder) != SOURCE_READ)
		return;
	for (size_t i = 0; i < host->n_devices; i++) {
		struct device *d = &host->devices[i];
		enum source_state state;

		if (d->bus != BUS_PCI)
			continue;
		state = read_folder_link(&r, folder, DEVICES_PATH, d->name, &t);
		if (state == SOURCE_READ)
			parse_topology(d, t.data);
		else if (state == SOURCE_ABSENT)
			note_outsider(&r, d);
	}
}

static void collect_function(const struct reading *r, struct device *d, struct text *t)
{
	enum source_state state;
	char path[PATH_SIZE];

	path_of(path, DEVICES_PATH, d->name, "physfn");
	state = read_link(r, path, t);
	if (state == SOURCE_READ) {
		const char *slash = strrchr(t->data, '/');

		d->is_virtual_function = TRISTATE_YES;
		d->physical_function = xstrdup(slash ? slash + 1 : t->data);
	} else if (state == SOURCE_ABSENT) {
		d->is_virtual_function = TRISTATE_NO;
	}
}

/*
 * The folder pci_bus of a bridge has that of the bus below, "0000:01"
 * (pci_alloc_child_bus, drivers/pci/probe.c). The file secondary_bus_number would ask the
 * bridge itself, which may be asleep.
 */
static void collect_secondary_bus(const struct reading *r, struct device *d)
{
	cleanup(names_clear) struct names names = { 0 };
	char path[PATH_SIZE];

	if (read_list(r, path_of(path, DEVICES_PATH, d->name, "pci_bus"), &names) !=
	    SOURCE_READ)
		return;
	for (size_t i = 0; i < names.n; i++) {
		cleanup_free char *function = text_format("%s:00.0", names.name[i]);
		struct pci_address address;

		if (pci_address_parse(function, &address) &&
		    address.domain == d->address.domain)
			d->secondary_bus = address.bus;
	}
}

static void collect_pci(const struct root *root, unsigned wanted, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_of(root, host, SOURCE_PCI);

	(void)wanted;
	collect_list(root, host);
	collect_topology(root, host);
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].bus != BUS_PCI)
			continue;
		collect_function(&r, &host->devices[i], &t);
		if (device_is_pci_bridge(&host->devices[i]))
			collect_secondary_bus(&r, &host->devices[i]);
	}
}

const struct collector collector_pci = {
	.sources = SOURCE_BIT(SOURCE_PCI),
	.collect = collect_pci,
};
