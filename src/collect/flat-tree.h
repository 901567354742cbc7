/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "collect/read.h"

/*
 * A device tree on its way into a blob that travels with the ACPI tables, through the
 * functions of libfdt that write in order: properties of a node before its children. Of
 * the properties only those of base/device-tree.def are taken. A limit that is met is
 * noted as a gap of SOURCE_DEVICE_TREE, and what follows is left out.
 */

/* Larger than any real tree: some have 10,000 nodes, 20 levels, and lists of 8 KiB. */
#define FLAT_NODES_MAX 65536
#define FLAT_DEPTH_MAX 62
#define FLAT_PROPERTY_MAX ((size_t)64 << 10)
#define FLAT_CONTENT_MAX ((size_t)8 << 20)
#define FLAT_PATH_MAX ((size_t)1023)

struct flat {
	struct reading reading;
	void *blob;
	int size;
	size_t n_nodes;
	size_t content; /* bytes that names and values take, more or less */
	bool is_full;	/* a limit was met: the rest is left out */
};

/* Does the tool look at a property of this name? */
bool flat_wants(const char *name);

/* Begins an empty tree; false if libfdt fails. Release with flat_clear. */
bool flat_begin(struct flat *f, struct reading reading);
void flat_clear(struct flat *f);

/*
 * Begins a node: path, with place_length bytes before the tree's own, is where it was
 * read, depth 0 is the root. False, and noted, if the tree is full.
 */
bool flat_begin_node(struct flat *f, const char *name, int depth, const char *path,
		     size_t place_length);
void flat_end_node(struct flat *f);

/* Adds a property to the node that was begun last; path as above. */
void flat_property(struct flat *f, const char *name, const void *value, size_t length,
		   const char *path);

/* The whole tree becomes one of the host's tables; path: what it was read from. */
void flat_keep(struct flat *f, const char *path);
