/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The nodes and properties of a device-tree blob (Devicetree Specification 0.4, chapter
 * 5) in arrays, by libfdt.
 */
#include "firmware/dtb-tree.h"

#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* The oldest format that Linux reads: node names without the path. */
#define OLDEST_VERSION 16

/* struct fdt_header of version 17, and of 16, which has no size_dt_struct. */
#define HEADER_SIZE 40

/* References that all lists of a tree may make; a large real tree has some thousand. */
#define STEPS_MAX ((size_t)4 << 20)

static const char *const property_names[DT_PROPERTY_COUNT] = {
#define DT_PROPERTY(id, name) [DT_##id] = (name),
#include "base/device-tree.def"
#undef DT_PROPERTY
};

const char *dt_property_name(enum dt_property id)
{
	return property_names[id];
}

/* --- The header --- */

static uint32_t note_header(struct reader *r, const char *name, size_t offset,
			    enum field_form form)
{
	uint32_t value = fdt32_ld((const fdt32_t *)(const void *)(r->c.at + offset));

	note_number(r, name, offset, 4, form, value);
	return value;
}

/* One block of the header; false if it is not in the blob. */
static bool block_is_inside(struct reader *r, const char *name, uint32_t offset,
			    uint32_t size, size_t total)
{
	if (offset < HEADER_SIZE - 4 || offset > total || size > total - offset) {
		record_malformed(r,
				 "the %s block, 0x%x bytes at 0x%x, does not lie between "
				 "the header and the end at 0x%zx",
				 name, size, offset, total);
		return false;
	}
	return true;
}

static bool read_header(struct reader *r, struct dt_tree *tree)
{
	uint32_t version, compatible, structure, strings, reserved, n_structure,
		n_strings;
	size_t total;

	if (r->c.left < HEADER_SIZE) {
		record_malformed(r, "%zu bytes, shorter than the header of a device tree",
				 r->c.left);
		return false;
	}
	note_header(r, "magic", 0, FORM_HEX);
	total = note_header(r, "totalsize", 4, FORM_HEX);
	structure = note_header(r, "off_dt_struct", 8, FORM_HEX);
	strings = note_header(r, "off_dt_strings", 12, FORM_HEX);
	reserved = note_header(r, "off_mem_rsvmap", 16, FORM_HEX);
	version = note_header(r, "version", 20, FORM_DECIMAL);
	compatible = note_header(r, "last_comp_version", 24, FORM_DECIMAL);
	note_header(r, "boot_cpuid_phys", 28, FORM_HEX);
	n_strings = note_header(r, "size_dt_strings", 32, FORM_HEX);
	n_structure = version > 16 ? note_header(r, "size_dt_struct", 36, FORM_HEX) : 4;
	if (total < HEADER_SIZE || total > r->c.left) {
		record_malformed(r, "totalsize 0x%zx, but 0x%zx bytes are there", total,
				 r->c.left);
		return false;
	}
	if (total < r->c.left)
		record_problem(r, "0x%zx bytes follow the tree", r->c.left - total);
	reader_record(r)->length = total;
	tree->size = total;
	tree->structure = structure;
	tree->structure_end = version > 16 ? (size_t)structure + n_structure : total;
	if (version < OLDEST_VERSION || compatible > 17) {
		record_malformed(r,
				 "version %u, compatible with %u: Linux reads 16 and 17",
				 version, compatible);
		return false;
	}
	return block_is_inside(r, "memory reservation", reserved, 16, total) &&
	       block_is_inside(r, "structure", structure, n_structure, total) &&
	       block_is_inside(r, "strings", strings, n_strings, total);
}

/*
 * libfdt looks up the name of a property from its place in the strings to the next zero
 * byte; one string of megabytes for each property would keep it busy for hours.
 */
static bool strings_are_short(const struct dt_tree *tree)
{
	const uint8_t *s = tree->blob + fdt_off_dt_strings(tree->blob);
	size_t n = fdt_size_dt_strings(tree->blob), length = 0;

	for (size_t i = 0; i < n; i++) {
		length = s[i] ? length + 1 : 0;
		if (length > DT_NAME_MAX)
			return false;
	}
	return true;
}

/*
 * libfdt up to 1.6.1 takes the length of a property for a signed number; a negative one
 * gets through fdt_check_full, or leads it back to the same tag for ever.
 */
static bool lengths_are_sane(const struct dt_tree *tree)
{
	int offset = 0, next = 0;
	uint32_t tag;

	while ((tag = fdt_next_tag(tree->blob, offset, &next)) != FDT_END) {
		int length = 0;

		if (tag == FDT_PROP)
			fdt_get_property_by_offset(tree->blob, offset, &length);
		if (next <= offset || length < 0)
			return false;
		offset = next;
	}
	return true;
}

static bool check_structure(struct reader *r, struct dt_tree *tree)
{
	int result;

	tree->blob = r->c.at;
	if ((uintptr_t)tree->blob % 8) {
		tree->copy = xcalloc(tree->size, 1);
		memcpy(tree->copy, tree->blob, tree->size);
		tree->blob = tree->copy;
	}
	result = fdt_check_header(tree->blob);
	if (!result && !strings_are_short(tree)) {
		record_malformed(r, "the name of a property is longer than %zu bytes",
				 DT_NAME_MAX);
		return false;
	}
	if (!result)
		result = lengths_are_sane(tree) ? fdt_check_full(tree->blob, tree->size)
						: -FDT_ERR_BADSTRUCTURE;
	if (result)
		record_malformed(r, "the structure is broken: %s", fdt_strerror(result));
	return result == 0;
}

/* --- Nodes and properties --- */

static enum dt_property property_of(const char *name)
{
	for (size_t i = 0; i < DT_PROPERTY_COUNT; i++) {
		if (!strcmp(property_names[i], name))
			return (enum dt_property)i;
	}
	return DT_NO_PROPERTY;
}

/* Of two properties with one name the first counts. */
static void add_property(struct dt_tree *tree, struct dt_node *n, const char *name,
			 const void *value, size_t length)
{
	enum dt_property id = property_of(name);
	struct dt_prop *p;

	n->end = (size_t)((const uint8_t *)value - tree->blob) + length;
	if (id == DT_NO_PROPERTY)
		return;
	for (size_t i = n->first_prop; i < tree->n_props; i++) {
		if (tree->props[i].id == id)
			return;
	}
	p = ADD(tree, props);
	p->id = id;
	p->value = value;
	p->length = length;
	p->offset = n->end - length;
	n->n_props++;
	if ((id == DT_PHANDLE || id == DT_OLD_PHANDLE) && !n->phandle)
		n->phandle = dt_cell(p, 0);
}

/* The first string of a property is this one. */
static bool is_string(const struct dt_prop *p, const char *s)
{
	return p && p->length > strlen(s) && !memcmp(p->value, s, strlen(s) + 1);
}

/* __of_device_is_available, of the node alone */
static bool is_available(const struct dt_tree *tree, size_t node)
{
	const struct dt_prop *status = dt_prop(tree, node, DT_STATUS);

	return !status || is_string(status, "okay") || is_string(status, "ok");
}

static void read_properties(struct dt_tree *tree, size_t node, int offset)
{
	struct dt_node *n = &tree->nodes[node];
	int at;

	n->first_prop = tree->n_props;
	fdt_for_each_property_offset(at, tree->blob, offset)
	{
		const char *name;
		int length;
		const void *value = fdt_getprop_by_offset(tree->blob, at, &name, &length);

		if (value && name)
			add_property(tree, n, name, value, (size_t)length);
	}
	n->disabled = (n->parent != DT_NONE && tree->nodes[n->parent].disabled) ||
		      !is_available(tree, node);
}

/* Adds a node below parent; DT_NONE if its path is longer than we keep. */
static size_t add_node(struct dt_tree *tree, size_t parent, int offset)
{
	int length;
	const char *name = fdt_get_name(tree->blob, offset, &length);
	size_t above = tree->n_nodes ? tree->nodes[parent].path_length : 0;
	struct dt_node *n;

	if (!name || (size_t)length > DT_PATH_MAX ||
	    above + (size_t)length + 1 > DT_PATH_MAX)
		return DT_NONE;
	n = ADD(tree, nodes);
	n->name = tree->n_nodes == 1 ? "" : name;
	n->parent = parent;
	n->offset = tree->structure + (size_t)offset;
	n->end = n->offset + 4 + (size_t)length + 1;
	n->path_length = tree->n_nodes == 1 ? 0 : above + (size_t)length + 1;
	read_properties(tree, tree->n_nodes - 1, offset);
	return tree->n_nodes - 1;
}

static void read_nodes(struct reader *r, struct dt_tree *tree)
{
	size_t above[DT_DEPTH_MAX + 1], left_out = 0;
	int depth = -1, offset;

	for (size_t i = 0; i < ARRAY_SIZE(above); i++)
		above[i] = DT_NONE;
	for (offset = fdt_next_node(tree->blob, -1, &depth); offset >= 0 && depth >= 0;
	     offset = fdt_next_node(tree->blob, offset, &depth)) {
		size_t parent =
			depth && depth <= DT_DEPTH_MAX ? above[depth - 1] : DT_NONE;
		bool wanted = depth == 0 ? tree->n_nodes == 0 : parent != DT_NONE;
		size_t node = wanted && tree->n_nodes < DT_NODES_MAX
				      ? add_node(tree, parent, offset)
				      : DT_NONE;

		left_out += node == DT_NONE;
		if (depth <= DT_DEPTH_MAX)
			above[depth] = node;
	}
	if (left_out)
		record_malformed(
			r,
			"%zu %s left out: the tree has more than %zu nodes or %d levels, or a path "
			"of more than %zu bytes",
			left_out, one_or_many(left_out, "node is", "nodes are"),
			DT_NODES_MAX, DT_DEPTH_MAX + 1, DT_PATH_MAX);
}

/* --- Phandles --- */

static int compare_handles(const void *a, const void *b)
{
	const struct dt_handle *x = a, *y = b;

	if (x->phandle != y->phandle)
		return x->phandle < y->phandle ? -1 : 1;
	return (x->node > y->node) - (x->node < y->node);
}

static void index_handles(struct reader *r, struct dt_tree *tree)
{
	size_t twice = 0;

	for (size_t i = 0; i < tree->n_nodes; i++) {
		if (tree->nodes[i].phandle)
			*ADD(tree, handles) =
				(struct dt_handle){ tree->nodes[i].phandle, i };
	}
	if (tree->n_handles)
		qsort(tree->handles, tree->n_handles, sizeof(*tree->handles),
		      compare_handles);
	for (size_t i = 1; i < tree->n_handles; i++)
		twice += tree->handles[i].phandle == tree->handles[i - 1].phandle;
	if (twice)
		record_problem(r, "%zu %s a phandle that an earlier one has", twice,
			       one_or_many(twice, "node has", "nodes have"));
}

size_t dt_by_phandle(struct dt_tree *tree, uint32_t phandle)
{
	size_t low = 0, high = tree->n_handles;

	if (!phandle || !dt_spend(tree, 1))
		return DT_NONE;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tree->handles[middle].phandle < phandle)
			low = middle + 1;
		else
			high = middle;
	}
	return low < tree->n_handles && tree->handles[low].phandle == phandle
		       ? tree->handles[low].node
		       : DT_NONE;
}

/* --- The whole --- */

bool dt_read(struct reader *r, struct dt_tree *tree)
{
	*tree = (struct dt_tree){ .steps = STEPS_MAX };
	if (!read_header(r, tree) || !check_structure(r, tree)) {
		record_fate(r, FATE_FATAL, "it is not a device tree");
		return false;
	}
	read_nodes(r, tree);
	index_handles(r, tree);
	return true;
}

void dt_clear(struct dt_tree *tree)
{
	for (size_t i = 0; i < tree->n_nodes; i++)
		free(tree->nodes[i].path);
	free(tree->nodes);
	free(tree->props);
	free(tree->handles);
	free(tree->copy);
	*tree = (struct dt_tree){ 0 };
}

bool dt_spend(struct dt_tree *tree, size_t n)
{
	if (n > tree->steps) {
		tree->steps = 0;
		return false;
	}
	tree->steps -= n;
	return tree->steps > 0;
}

/* --- Looking at it --- */

const struct dt_prop *dt_prop(const struct dt_tree *tree, size_t node,
			      enum dt_property id)
{
	const struct dt_node *n = node == DT_NONE ? NULL : &tree->nodes[node];

	for (size_t i = 0; n && i < n->n_props; i++) {
		if (tree->props[n->first_prop + i].id == id)
			return &tree->props[n->first_prop + i];
	}
	return NULL;
}

bool dt_has(const struct dt_tree *tree, size_t node, enum dt_property id)
{
	return dt_prop(tree, node, id) != NULL;
}

size_t dt_n_cells(const struct dt_prop *p)
{
	return p ? p->length / 4 : 0;
}

uint32_t dt_cell(const struct dt_prop *p, size_t i)
{
	return i < dt_n_cells(p)
		       ? fdt32_ld((const fdt32_t *)(const void *)(p->value + 4 * i))
		       : 0;
}

uint32_t dt_cell_beyond(const struct dt_tree *tree, const struct dt_prop *p, size_t i)
{
	size_t left = tree->structure_end - p->offset;

	if (left / 4 <= i)
		return 0;
	return fdt32_ld((const fdt32_t *)(const void *)(p->value + 4 * i));
}

bool dt_number(const struct dt_tree *tree, size_t node, enum dt_property id,
	       uint32_t *out)
{
	const struct dt_prop *p = dt_prop(tree, node, id);

	if (!dt_n_cells(p))
		return false;
	*out = dt_cell(p, 0);
	return true;
}

bool dt_has_string(const struct dt_prop *p, const char *s, size_t *index)
{
	size_t at = 0, n = strlen(s) + 1;

	for (size_t i = 0; p && at < p->length; i++) {
		const uint8_t *end = memchr(p->value + at, 0, p->length - at);

		if (!end)
			return false;
		if ((size_t)(end + 1 - (p->value + at)) == n &&
		    !memcmp(p->value + at, s, n)) {
			*index = i;
			return true;
		}
		at = (size_t)(end + 1 - p->value);
	}
	return false;
}

bool dt_is_named(const struct dt_node *n, const char *name)
{
	size_t length = strcspn(n->name, "@");

	return strlen(name) == length && !memcmp(n->name, name, length);
}

/* of_bus_pci_match */
bool dt_is_pci_bus(const struct dt_tree *tree, size_t node)
{
	static const char *const types[] = { "pci", "pciex", "vci", "ht" };
	const struct dt_prop *type = dt_prop(tree, node, DT_DEVICE_TYPE);

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (is_string(type, types[i]))
			return true;
	}
	return dt_is_named(&tree->nodes[node], "pcie");
}

const char *dt_path(struct dt_tree *tree, size_t node)
{
	struct dt_node *n = &tree->nodes[node];
	size_t end = n->path_length;

	if (n->path)
		return n->path;
	n->path = xcalloc(end + 2, 1);
	n->path[0] = '/';
	for (; n->parent != DT_NONE; n = &tree->nodes[n->parent]) {
		size_t length = strlen(n->name);

		end -= length;
		memcpy(tree->nodes[node].path + end, n->name, length);
		tree->nodes[node].path[--end] = '/';
	}
	return tree->nodes[node].path;
}

bool dt_next_reference(struct dt_tree *tree, const struct dt_prop *p,
		       enum dt_property cells_of, size_t *at, struct dt_reference *out,
		       const char **why)
{
	size_t n = dt_n_cells(p);
	uint32_t phandle, cells = 0;

	*why = NULL;
	if (*at >= n)
		return false;
	phandle = dt_cell(p, *at);
	*out = (struct dt_reference){ *at, dt_by_phandle(tree, phandle) };
	if (phandle && cells_of != DT_NO_PROPERTY) {
		if (out->node == DT_NONE)
			*why = "is of no node";
		else if (!dt_number(tree, out->node, cells_of, &cells) &&
			 (cells_of != DT_MSI_CELLS || dt_has(tree, out->node, cells_of)))
			*why = "is of a node that does not say how many cells follow";
		else if (cells > n - *at - 1)
			*why = "has more cells behind it than there are";
		if (*why)
			return false;
	}
	*at += 1 + (size_t)cells;
	return true;
}
