/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device tree on its way into a blob. */
#include "collect/flat-tree.h"

#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

bool flat_wants(const char *name)
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

	if ((size_t)size > 4 * FLAT_CONTENT_MAX)
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

bool flat_begin(struct flat *f, struct reading reading)
{
	*f = (struct flat){ .reading = reading };
	return grow(f) && !fdt_finish_reservemap(f->blob);
}

void flat_clear(struct flat *f)
{
	free(f->blob);
	f->blob = NULL;
}

static void note_limit(struct flat *f, const char *path)
{
	cleanup_free char *full = text_format("/%s", path);

	f->is_full = true;
	host_add_gap(f->reading.host, SOURCE_DEVICE_TREE, SOURCE_BROKEN, 0, full, 0,
		     "too much for a device tree: it is left out, and what follows");
}

/* Takes n bytes of what a tree may hold; false if that is too much. */
static bool take(struct flat *f, size_t n, const char *path)
{
	f->content += n;
	if (f->content <= FLAT_CONTENT_MAX)
		return true;
	note_limit(f, path);
	return false;
}

bool flat_begin_node(struct flat *f, const char *name, int depth, const char *path,
		     size_t place_length)
{
	int result;

	if (f->n_nodes++ >= FLAT_NODES_MAX || depth > FLAT_DEPTH_MAX ||
	    strlen(path) - place_length > FLAT_PATH_MAX) {
		note_limit(f, path);
		return false;
	}
	if (!take(f, 16 + strlen(name), path))
		return false;
	do
		result = fdt_begin_node(f->blob, name);
	while (again(f, result));
	return true;
}

void flat_end_node(struct flat *f)
{
	int result;

	do
		result = fdt_end_node(f->blob);
	while (again(f, result));
}

void flat_property(struct flat *f, const char *name, const void *value, size_t length,
		   const char *path)
{
	int result;

	if (!take(f, 16 + length, path))
		return;
	do
		result = fdt_property(f->blob, name, value, (int)length);
	while (again(f, result));
}

void flat_keep(struct flat *f, const char *path)
{
	struct table_file *t;
	int result;

	do
		result = fdt_finish(f->blob);
	while (again(f, result));
	if (result) {
		read_bad_line(&f->reading, path, 0, "makes no blob",
			      fdt_strerror(result));
		return;
	}
	t = ADD(f->reading.host, tables);
	t->name = xstrdup(DEVICE_TREE_NAME);
	t->state = SOURCE_READ;
	t->size = fdt_totalsize(f->blob);
	t->bytes = f->blob;
	f->blob = NULL;
}
