/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The firmware tables of this host: /sys/firmware/acpi/tables
 * (Documentation/ABI/testing/sysfs-firmware-acpi), whose names everybody may list, and
 * the bytes of those about IOMMUs, for root only; and whether there is a device tree. In
 * a container /sys/firmware is often an empty folder: that is no proof of anything.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"
#include "collect/device-tree-blob.h"

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
	const struct reading r = reading_of(root, host, SOURCE_FIRMWARE_TABLES);
	struct text t = { 0 };
	char path[512];

	f->name = xstrdup(name);
	if (!is_about_iommus(name, has_iort))
		return;
	snprintf(path, sizeof(path), TABLES_PATH "/%s", name);
	f->state = read_file(&r, path, TABLE_MAX, &t);
	if (f->state != SOURCE_READ) {
		f->error = host->gaps[host->n_gaps - 1].error;
		text_clear(&t);
		return;
	}
	if (!t.len) {
		read_gap(&r, path, "is empty");
		f->state = SOURCE_BROKEN;
	}
	f->size = t.len;
	f->bytes = (uint8_t *)text_take(&t);
}

/* Of no table: is that so, or do we just not see /sys/firmware? */
static bool is_masked(const struct reading *r)
{
	cleanup(names_clear) struct names folder = { 0 };

	if (read_list(r, FIRMWARE_PATH, &folder) != SOURCE_READ || folder.n)
		return false;
	host_set_source(r->host, SOURCE_FIRMWARE_TABLES,
			missing_table(r->host) ? SOURCE_DENIED : SOURCE_ABSENT, ENOENT,
			"/" FIRMWARE_PATH, "the folder is empty, as in a container");
	return true;
}

/* The table that an IOMMU of this host comes from is among those listed, or lost. */
static void add_missing_table(struct host *host)
{
	const char *missing = missing_table(host);
	cleanup_free char *path = NULL;
	struct table_file *f;

	if (!missing)
		return;
	path = text_format("/" TABLES_PATH "/%s", missing);
	host_add_gap(host, SOURCE_FIRMWARE_TABLES, SOURCE_BROKEN, ENOENT, path, 0,
		     "is missing, and an IOMMU of this host comes from it");
	f = ADD(host, tables);
	f->name = xstrdup(missing);
	f->state = SOURCE_BROKEN;
	f->error = ENOENT;
}

/*
 * Beside ACPI tables the blob describes no hardware: the EFI stub made it for what it has
 * to pass on (drivers/firmware/efi/libstub/fdt.c, update_fdt).
 */
static bool has_blob(const struct reading *r)
{
	return read_exists(r, "sys/firmware/acpi") == SOURCE_ABSENT &&
	       read_exists(r, DEVICE_TREE_BLOB) == SOURCE_READ;
}

static void collect_tables(const struct root *root, struct host *host)
{
	const struct reading whole = reading_whole(root, host, SOURCE_FIRMWARE_TABLES);
	const struct reading r = reading_of(root, host, SOURCE_FIRMWARE_TABLES);
	cleanup(names_clear) struct names names = { 0 };
	enum source_state state;
	bool has_iort = false;

	host->has_device_tree = read_exists(&r, TREE_PATH) == SOURCE_READ || has_blob(&r);
	if (!host->has_device_tree && is_masked(&r))
		return;
	state = read_list(&whole, TABLES_PATH, &names);
	if (state == SOURCE_ABSENT && host->has_device_tree)
		host_set_source(host, SOURCE_FIRMWARE_TABLES, SOURCE_READ, 0,
				read_exists(&r, TREE_PATH) == SOURCE_READ
					? "/" TREE_PATH
					: "/" DEVICE_TREE_BLOB,
				NULL);
	if (state != SOURCE_READ)
		return;
	for (size_t i = 0; i < names.n; i++)
		has_iort = has_iort || text_starts_with(names.name[i], "IORT");
	for (size_t i = 0; i < names.n; i++) {
		if (is_table_name(names.name[i]))
			collect_table(root, host, names.name[i], has_iort);
	}
	add_missing_table(host);
}

/* firmware_node/path of a device: an IORT names components by it. */
static void collect_firmware_path(const struct reading *r, struct device *d,
				  struct text *t)
{
	const char *value;
	char path[512];

	snprintf(path, sizeof(path),
		 "sys/kernel/iommu_groups/%u/devices/%s/firmware_node/path",
		 (unsigned)d->group, d->link ? d->link : d->name);
	value = read_string(r, path, t);
	if (value)
		d->firmware_path = xstrdup(value);
}

static void collect(const struct root *root, unsigned wanted, struct host *host)
{
	const struct reading r = reading_of(root, host, SOURCE_FIRMWARE_TABLES);
	cleanup(text_clear) struct text t = { 0 };

	(void)wanted;
	collect_tables(root, host);
	for (size_t i = 0; host_has_table(host, "IORT") && i < host->n_devices; i++) {
		struct device *d = &host->devices[i];

		if (d->bus != BUS_PCI && d->group != NO_GROUP)
			collect_firmware_path(&r, d, &t);
	}
}

const struct collector collector_firmware_tables = {
	.sources = SOURCE_BIT(SOURCE_FIRMWARE_TABLES),
	.collect = collect,
};
