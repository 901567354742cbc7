/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device tree that the kernel works with, /sys/firmware/devicetree/base
 * (Documentation/ABI/testing/sysfs-firmware-ofw), a folder a node and a file a property,
 * flattened into a blob that travels with the ACPI tables; and for each device which node
 * it is. Everybody may read it. Of the properties only those of base/device-tree.def are
 * opened, and no others travel.
 */
#include <errno.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"

#define FIRMWARE_PATH "sys/firmware"
#define TREE_PATH "sys/firmware/devicetree/base"

/* Larger than any real tree: some have 10,000 nodes, 20 levels, and lists of 8 KiB. */
#define NODES_MAX 65536
#define DEPTH_MAX 62
#define PROPERTY_MAX ((size_t)64 << 10)
#define CONTENT_MAX ((size_t)8 << 20)
#define PATH_MAX_LENGTH ((size_t)1023)

/* A tree on its way into a blob, through the functions of libfdt that write in order. */
struct flat {
	struct reading reading;
	void *blob;
	int size;
	size_t n_nodes;
	size_t content;	   /* bytes that names and values take, more or less */
	struct text path;  /* of the folder we are in */
	struct text value; /* of a property */
	bool is_full;	   /* a limit was met: the rest is left out */
};

static bool is_wanted(const char *name)
{
	static const char *const names[] = {
#define DT_PROPERTY(id, name) (name),
#include "base/device-tree.def"
#undef DT_PROPERTY
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(names[i], name))
			return true;
	}
	return false;
}

/* Doubles the blob, which was made for what content allows; false if libfdt fails. */
static bool grow(struct flat *f)
{
	int size = f->size ? 2 * f->size : 64 << 10;
	void *blob;

	if ((size_t)size > 4 * CONTENT_MAX)
		return false;
	blob = xcalloc((size_t)size, 1);
	if (f->size ? fdt_resize(f->blob, blob, size) : fdt_create(blob, size)) {
		free(blob);
		return false;
	}
	free(f->blob);
	f->blob = blob;
	f->size = size;
	return true;
}

/* After a writing function: is it to be called once more? */
static bool again(struct flat *f, int result)
{
	return result == -FDT_ERR_NOSPACE && grow(f);
}

static void note_limit(struct flat *f)
{
	cleanup_free char *full = text_format("/%s", f->path.data);

	f->is_full = true;
	host_add_gap(f->reading.host, SOURCE_DEVICE_TREE, SOURCE_BROKEN, 0, full, 0,
		     "too much for a device tree: it is left out, and what follows");
}

/* Takes n bytes of what a tree may hold; false if that is too much. */
static bool take(struct flat *f, size_t n)
{
	f->content += n;
	if (f->content <= CONTENT_MAX)
		return true;
	note_limit(f);
	return false;
}

static void enter(struct flat *f, const char *name)
{
	text_add(&f->path, "/");
	text_add(&f->path, name);
}

static void leave(struct flat *f, size_t length)
{
	f->path.len = length;
	f->path.data[length] = 0;
}

static void write_property(struct flat *f, const char *name)
{
	int result;

	if (read_file(&f->reading, f->path.data, PROPERTY_MAX, &f->value) !=
		    SOURCE_READ ||
	    !take(f, 16 + f->value.len))
		return;
	do
		result = fdt_property(f->blob, name, f->value.data, (int)f->value.len);
	while (again(f, result));
}

/* Properties come before nodes. */
static void write_properties(struct flat *f, const struct names *names)
{
	size_t length = f->path.len;

	for (size_t i = 0; i < names->n && !f->is_full; i++) {
		/* a folder is a node of that name */
		if (!is_wanted(names->name[i]) || names_is_folder(names, i))
			continue;
		enter(f, names->name[i]);
		write_property(f, names->name[i]);
		leave(f, length);
	}
}

static bool node_fits(struct flat *f, const char *name, int depth)
{
	if (f->n_nodes++ < NODES_MAX && depth <= DEPTH_MAX &&
	    f->path.len - strlen(TREE_PATH) <= PATH_MAX_LENGTH)
		return take(f, 16 + strlen(name));
	note_limit(f);
	return false;
}

static void write_children(struct flat *f, const struct names *names, int depth);

/* The folder that path names, with these files in it. */
static void write_node(struct flat *f, const char *name, const struct names *names,
		       int depth)
{
	int result;

	if (!node_fits(f, name, depth))
		return;
	do
		result = fdt_begin_node(f->blob, name);
	while (again(f, result));
	write_properties(f, names);
	write_children(f, names, depth);
	do
		result = fdt_end_node(f->blob);
	while (again(f, result));
}

static void write_child(struct flat *f, const char *name, int depth)
{
	cleanup(names_clear) struct names names = { 0 };

	if (read_list(&f->reading, f->path.data, &names) == SOURCE_READ)
		write_node(f, name, &names, depth);
}

static void write_children(struct flat *f, const struct names *names, int depth)
{
	size_t length = f->path.len;

	for (size_t i = 0; i < names->n && !f->is_full; i++) {
		if (!names_may_be_folder(names, i))
			continue;
		enter(f, names->name[i]);
		write_child(f, names->name[i], depth + 1);
		leave(f, length);
	}
}

/* The blob becomes one of the tables. */
static void keep(struct flat *f)
{
	struct table_file *t = ADD(f->reading.host, tables);

	t->name = xstrdup(DEVICE_TREE_NAME);
	t->state = SOURCE_READ;
	t->size = fdt_totalsize(f->blob);
	t->bytes = f->blob;
	f->blob = NULL;
}

static void flatten(const struct root *root, struct host *host, const struct names *names)
{
	struct flat f = { .reading = reading_of(root, host, SOURCE_DEVICE_TREE) };

	text_add(&f.path, TREE_PATH);
	if (grow(&f) && !fdt_finish_reservemap(f.blob)) {
		int result;

		write_node(&f, "", names, 0);
		do
			result = fdt_finish(f.blob);
		while (again(&f, result));
		if (!result)
			keep(&f);
		else
			read_bad_line(&f.reading, TREE_PATH, 0, "makes no blob",
				      fdt_strerror(result));
	}
	free(f.blob);
	text_clear(&f.path);
	text_clear(&f.value);
}

/* --- Which node a device is --- */

/* What the link ../../../firmware/devicetree/base/soc/dma@1000 says. */
static char *node_of_link(const char *target)
{
	const char *base = strstr(target, "/devicetree/base");

	if (!base || !text_is_clean(target))
		return NULL;
	base += strlen("/devicetree/base");
	return *base == '/' ? xstrdup(base) : *base ? NULL : xstrdup("/");
}

static void collect_node(const struct reading *r, struct device *d, struct text *t)
{
	char path[512];

	if (d->group != NO_GROUP)
		snprintf(path, sizeof(path),
			 "sys/kernel/iommu_groups/%u/devices/%s/of_node",
			 (unsigned)d->group, d->link ? d->link : d->name);
	else
		snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/of_node", d->name);
	if (read_link(r, path, t) != SOURCE_READ)
		return;
	d->of_node = node_of_link(t->data);
	if (!d->of_node)
		read_bad_line(r, path, 0, "leads to no node", t->data);
}

/* Of no tree: is that so, or do we just not see /sys/firmware? */
static void explain_absence(const struct reading *r)
{
	cleanup(names_clear) struct names names = { 0 };

	if (read_list(r, FIRMWARE_PATH, &names) == SOURCE_READ && names.n == 0)
		host_set_source(r->host, SOURCE_DEVICE_TREE, SOURCE_ABSENT, ENOENT,
				"/" FIRMWARE_PATH,
				"the folder is empty, as in a container");
}

static void collect_tree(const struct root *root, unsigned wanted, struct host *host)
{
	cleanup(names_clear) struct names names = { 0 };
	cleanup(text_clear) struct text t = { 0 };
	const struct reading whole = reading_whole(root, host, SOURCE_DEVICE_TREE);
	const struct reading r = reading_of(root, host, SOURCE_DEVICE_TREE);
	enum source_state state = read_list(&whole, TREE_PATH, &names);

	(void)wanted;
	if (state == SOURCE_ABSENT)
		explain_absence(&r);
	if (state != SOURCE_READ)
		return;
	flatten(root, host, &names);
	for (size_t i = 0; i < host->n_devices; i++)
		collect_node(&r, &host->devices[i], &t);
}

const struct collector collector_device_tree = {
	.sources = SOURCE_BIT(SOURCE_DEVICE_TREE),
	.collect = collect_tree,
};
