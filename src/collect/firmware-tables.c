/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The firmware tables of this host: /sys/firmware/acpi/tables
 * (Documentation/ABI/testing/sysfs-firmware-acpi), whose names everybody may list, and
 * the bytes of those about IOMMUs, for root only; and whether there is a device tree. In
 * a container /sys/firmware is often an empty folder: that is no proof of anything.
 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"

#define FIRMWARE_PATH "sys/firmware"
#define TABLES_PATH "sys/firmware/acpi/tables"
#define TREE_PATH "sys/firmware/devicetree/base"

/* Larger than any real table: an IORT of a large server has some 100 KiB. */
#define TABLE_MAX ((size_t)4 << 20)

static bool is_table_name(const char *name)
{
	return strcmp(name, "data") && strcmp(name, "dynamic") && text_is_clean(name);
}

/*
 * ACPI signatures of the tables that describe IOMMUs; and the MADT, which says where
 * Arm's MSI controllers are: of interest only beside an IORT.
 */
static bool is_about_iommus(const char *name, bool has_iort)
{
	static const char *const signatures[] = { "DMAR", "IVRS", "IORT", "VIOT" };

	if (text_starts_with(name, "APIC"))
		return has_iort;

	for (size_t i = 0; i < ARRAY_SIZE(signatures); i++) {
		if (text_starts_with(name, signatures[i]))
			return true;
	}
	return false;
}

static void collect_table(const struct root *root, struct host *host, const char *name,
			  bool has_iort)
{
	struct table_file *f = ADD(host, tables);
	struct text t = { 0 };
	char path[512];
	int result;

	f->name = xstrdup(name);
	if (!is_about_iommus(name, has_iort))
		return;
	snprintf(path, sizeof(path), TABLES_PATH "/%s", name);
	result = root_read(root, path, TABLE_MAX, &t);
	f->state = source_state_of(result);
	f->error = -result;
	collect_gap(host, SOURCE_FIRMWARE_TABLES, result, path, NO_GROUP);
	if (result) {
		text_clear(&t);
		return;
	}
	f->size = t.len;
	f->bytes = (uint8_t *)text_take(&t);
}

static void collect_tables(const struct root *root, struct host *host)
{
	cleanup(names_clear) struct names names = { 0 };
	cleanup(names_clear) struct names folder = { 0 };
	int result = root_list(root, TABLES_PATH, &names);
	bool has_iort = false;

	for (size_t i = 0; i < names.n; i++)
		has_iort = has_iort || text_starts_with(names.name[i], "IORT");
	host->has_device_tree = root_exists(root, TREE_PATH) == 0;
	if (result && !host->has_device_tree) {
		if (root_list(root, FIRMWARE_PATH, &folder) == 0 && folder.n == 0)
			host_set_source(host, SOURCE_FIRMWARE_TABLES, SOURCE_ABSENT,
					-result, "/" FIRMWARE_PATH,
					"the folder is empty, as in a container");
		else
			collect_note(host, SOURCE_FIRMWARE_TABLES, result, TABLES_PATH);
		return;
	}
	collect_note(host, SOURCE_FIRMWARE_TABLES, 0, result ? TREE_PATH : TABLES_PATH);
	for (size_t i = 0; i < names.n; i++) {
		if (is_table_name(names.name[i]))
			collect_table(root, host, names.name[i], has_iort);
	}
}

/* firmware_node/path of a device: an IORT names components by it. */
static void collect_firmware_path(const struct root *root, struct host *host,
				  struct device *d, struct text *t)
{
	const char *value;
	char path[512];

	snprintf(path, sizeof(path),
		 "sys/kernel/iommu_groups/%u/devices/%s/firmware_node/path",
		 (unsigned)d->group, d->link ? d->link : d->name);
	value = collect_string(root, host, SOURCE_FIRMWARE_TABLES, path, t);
	if (value)
		d->firmware_path = xstrdup(value);
}

static void collect(const struct root *root, unsigned wanted, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };

	(void)wanted;
	collect_tables(root, host);
	for (size_t i = 0; host_has_table(host, "IORT") && i < host->n_devices; i++) {
		struct device *d = &host->devices[i];

		if (d->bus != BUS_PCI && d->group != NO_GROUP)
			collect_firmware_path(root, host, d, &t);
	}
}

const struct collector collector_firmware_tables = {
	.sources = SOURCE_BIT(SOURCE_FIRMWARE_TABLES),
	.collect = collect,
};
