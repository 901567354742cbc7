/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device tree as the boot loader gave it to the kernel, /sys/firmware/fdt
 * (Documentation/ABI/testing/sysfs-firmware-ofw; 0400). It is read where the folder
 * devicetree is missing, as it is in most copies of a machine; overlays are not in it.
 */
#include "collect/device-tree-blob.h"

#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "collect/flat-tree.h"

/* Where we are in the blob: the path of the node, for gaps. */
struct walk {
	struct flat flat;
	const void *blob;
	struct text path;
	ARRAY_OF(size_t, lengths); /* of the path, before each level */
};

static bool begin_node(struct walk *w, int offset)
{
	const char *name = fdt_get_name(w->blob, offset, NULL);
	int depth = (int)w->n_lengths;
	size_t length = w->path.len;

	if (!name)
		return false;
	if (depth)
		text_printf(&w->path, "/%.*s", (int)FLAT_PATH_MAX, name);
	if (!flat_begin_node(&w->flat, depth ? name : "", depth, w->path.data,
			     strlen(DEVICE_TREE_BLOB)))
		return false;
	*ADD(w, lengths) = length;
	return true;
}

static void end_node(struct walk *w)
{
	size_t length = w->lengths[--w->n_lengths];

	w->path.len = length;
	w->path.data[length] = 0;
	flat_end_node(&w->flat);
}

static void take_property(struct walk *w, int offset)
{
	const char *name = NULL;
	int length = 0;
	const void *value = fdt_getprop_by_offset(w->blob, offset, &name, &length);

	if (!value || !name || length < 0 || !flat_wants(name))
		return;
	if ((size_t)length <= FLAT_PROPERTY_MAX)
		flat_property(&w->flat, name, value, (size_t)length, w->path.data);
	else
		read_gap(&w->flat.reading, w->path.data, "a property is too long");
}

/* One tag; false at the end, or where the tree is full. fdt_check_full has seen all. */
static bool take_tag(struct walk *w, uint32_t tag, int offset)
{
	switch (tag) {
	case FDT_BEGIN_NODE:
		return begin_node(w, offset);
	case FDT_PROP:
		take_property(w, offset);
		return !w->flat.is_full;
	case FDT_END_NODE:
		end_node(w);
		return w->n_lengths > 0;
	default:
		return tag != FDT_END;
	}
}

static void walk(struct walk *w)
{
	int offset = 0, next = 0;

	do {
		offset = next;
	} while (take_tag(w, fdt_next_tag(w->blob, offset, &next), offset) && next >= 0);
	while (w->n_lengths) /* where the tree was full */
		end_node(w);
}

static void take_blob(const struct reading *r, const struct text *bytes)
{
	struct walk w = { .blob = bytes->data };
	int result = fdt_check_full(bytes->data, bytes->len);

	if (result) {
		read_bad_line(r, DEVICE_TREE_BLOB, 0, "is not a device tree",
			      fdt_strerror(result));
		return;
	}
	text_add(&w.path, DEVICE_TREE_BLOB);
	if (flat_begin(&w.flat, *r)) {
		walk(&w);
		flat_keep(&w.flat, DEVICE_TREE_BLOB);
	}
	flat_clear(&w.flat);
	text_clear(&w.path);
	free(w.lengths);
}

void collect_device_tree_blob(const struct root *root, struct host *host)
{
	const struct reading r = reading_whole(root, host, SOURCE_DEVICE_TREE);
	cleanup(text_clear) struct text bytes = { 0 };

	if (read_file(&r, DEVICE_TREE_BLOB, FLAT_CONTENT_MAX, &bytes) == SOURCE_READ)
		take_blob(&r, &bytes);
}
