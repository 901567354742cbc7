/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device tree that the kernel works with, /sys/firmware/devicetree/base
 * (Documentation/ABI/testing/sysfs-firmware-ofw), a folder a node and a file a property,
 * flattened into a blob that travels with the ACPI tables; and for each device which node
 * it is. Everybody may read it. Of the properties only those of base/device-tree.def are
 * opened, and no others travel. A copy of a machine that lacks the folder may have the
 * blob (device-tree-blob.c).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"
#include "collect/device-tree-blob.h"
#include "collect/flat-tree.h"

#define FIRMWARE_PATH "sys/firmware"
#define TREE_PATH "sys/firmware/devicetree/base"

/* A tree on its way into a blob. */
struct folder_walk {
	struct flat flat;
	struct text path;  /* of the folder we are in */
	struct text value; /* of a property */
};

static void enter(struct folder_walk *w, const char *name)
{
	text_add(&w->path, "/");
	text_add(&w->path, name);
}

static void leave(struct folder_walk *w, size_t length)
{
	w->path.len = length;
	w->path.data[length] = 0;
}

static void write_property(struct folder_walk *w, const char *name)
{
	if (read_file(&w->flat.reading, w->path.data, FLAT_PROPERTY_MAX, &w->value) ==
	    SOURCE_READ)
		flat_property(&w->flat, name, w->value.data, w->value.len, w->path.data);
}

/* Properties come before nodes. */
static void write_properties(struct folder_walk *w, const struct names *names)
{
	size_t length = w->path.len;

	for (size_t i = 0; i < names->n && !w->flat.is_full; i++) {
		/* a folder is a node of that name */
		if (!flat_wants(names->name[i]) || names_is_folder(names, i))
			continue;
		enter(w, names->name[i]);
		write_property(w, names->name[i]);
		leave(w, length);
	}
}

static void write_children(struct folder_walk *w, const struct names *names, int depth);

/* The folder that path names, with these files in it. */
static void write_node(struct folder_walk *w, const char *name, const struct names *names,
		       int depth)
{
	if (!flat_begin_node(&w->flat, name, depth, w->path.data, strlen(TREE_PATH)))
		return;
	write_properties(w, names);
	write_children(w, names, depth);
	flat_end_node(&w->flat);
}

static void write_child(struct folder_walk *w, const char *name, int depth)
{
	cleanup(names_clear) struct names names = { 0 };

	if (read_list(&w->flat.reading, w->path.data, &names) == SOURCE_READ)
		write_node(w, name, &names, depth);
}

static void write_children(struct folder_walk *w, const struct names *names, int depth)
{
	size_t length = w->path.len;

	for (size_t i = 0; i < names->n && !w->flat.is_full; i++) {
		if (!names_may_be_folder(names, i))
			continue;
		enter(w, names->name[i]);
		write_child(w, names->name[i], depth + 1);
		leave(w, length);
	}
}

static void flatten(const struct root *root, struct host *host, const struct names *names)
{
	struct folder_walk w = { 0 };

	text_add(&w.path, TREE_PATH);
	if (flat_begin(&w.flat, reading_of(root, host, SOURCE_DEVICE_TREE))) {
		write_node(&w, "", names, 0);
		flat_keep(&w.flat, TREE_PATH);
	}
	flat_clear(&w.flat);
	text_clear(&w.path);
	text_clear(&w.value);
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
	free(d->of_node);
	d->of_node = node_of_link(t->data);
	if (!d->of_node)
		read_bad_line(r, path, 0, "does not lead to a node", t->data);
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
	if (state == SOURCE_READ)
		flatten(root, host, &names);
	else if (state == SOURCE_ABSENT && host->has_device_tree)
		collect_device_tree_blob(root, host);
	else if (state == SOURCE_ABSENT)
		explain_absence(&r);
	if (!host->has_device_tree)
		return;
	for (size_t i = 0; i < host->n_devices; i++)
		collect_node(&r, &host->devices[i], &t);
}

const struct collector collector_device_tree = {
	.sources = SOURCE_BIT(SOURCE_DEVICE_TREE),
	.collect = collect_tree,
};
