/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/record.h"

/*
 * The nodes of a flattened device tree in one array, in the order of the blob, with those
 * properties that matter to IOMMUs; and addresses, translated as Linux does it
 * (drivers/of/address.c of 7.2). For dtb.c and its parts only. Everything is found
 * through libfdt, after fdt_check_full.
 */

/* The properties that are kept; their names are in the list. */
enum dt_property {
#define DT_PROPERTY(id, name) DT_##id,
#include "base/device-tree.def"
#undef DT_PROPERTY
	DT_PROPERTY_COUNT,
};

#define DT_NO_PROPERTY DT_PROPERTY_COUNT
#define DT_NONE SIZE_MAX

/* 63 levels: what Linux keeps of a tree (FDT_MAX_DEPTH). The others: of our own. */
#define DT_DEPTH_MAX 62
#define DT_NODES_MAX ((size_t)1 << 16)
#define DT_PATH_MAX ((size_t)1023)
#define DT_NAME_MAX ((size_t)255)

struct dt_prop {
	enum dt_property id;
	const uint8_t *value;
	size_t length; /* bytes */
	size_t offset; /* of the value in the blob */
};

struct dt_node {
	const char *name; /* "ethernet@1,0", in the blob; "" of the root */
	size_t parent;	  /* DT_NONE: the root */
	size_t offset;	  /* in the blob */
	size_t end;	  /* of its own properties */
	size_t path_length;
	size_t first_prop, n_props; /* slice of dt_tree.props */
	uint32_t phandle;	    /* 0: none */
	bool disabled;		    /* by its status, or that of a node above */
	char *path;		    /* once asked for: dt_path */
};

struct dt_handle {
	uint32_t phandle;
	size_t node;
};

struct dt_tree {
	const uint8_t *blob; /* aligned to 8 bytes */
	uint8_t *copy;	     /* the same, where we had to align it; NULL */
	size_t size;
	size_t structure, structure_end; /* offsets of the structure block */
	ARRAY_OF(struct dt_node, nodes);
	ARRAY_OF(struct dt_prop, props);
	ARRAY_OF(struct dt_handle, handles); /* by phandle, then in tree order */
	/*
	 * Steps that lists may still take; at 0 every lookup finds nothing. A hostile
	 * blob can make lists that refer to lists.
	 */
	size_t steps;
};

/*
 * Reads the blob; notes its header, and what is wrong, in the record of r, whose cursor
 * holds the bytes. False if the structure is broken: then the tree is empty.
 */
bool dt_read(struct reader *r, struct dt_tree *tree);
void dt_clear(struct dt_tree *tree);

/* Takes n steps; false when there are none left. */
bool dt_spend(struct dt_tree *tree, size_t n);

const char *dt_property_name(enum dt_property id);

/* NULL if the node (which may be DT_NONE) has none. */
const struct dt_prop *dt_prop(const struct dt_tree *tree, size_t node,
			      enum dt_property id);
bool dt_has(const struct dt_tree *tree, size_t node, enum dt_property id);

size_t dt_n_cells(const struct dt_prop *p);
/* The i-th cell; 0 behind the end. */
uint32_t dt_cell(const struct dt_prop *p, size_t i);
/* The cell i cells behind the start of a value, even if that is behind its end. */
uint32_t dt_cell_beyond(const struct dt_tree *tree, const struct dt_prop *p, size_t i);
/* The first cell of a property; false if there is none, or no whole cell in it. */
bool dt_number(const struct dt_tree *tree, size_t node, enum dt_property id,
	       uint32_t *out);
/* Is one of the strings of a property this one? *index says which. */
bool dt_has_string(const struct dt_prop *p, const char *s, size_t *index);

/* Its name without the unit address is this. */
bool dt_is_named(const struct dt_node *n, const char *name);
bool dt_is_pci_bus(const struct dt_tree *tree, size_t node);

/* The node a phandle names; DT_NONE. Takes steps. */
size_t dt_by_phandle(struct dt_tree *tree, uint32_t phandle);

/* "/soc/dma@1000"; "/" for the root. The tree's. */
const char *dt_path(struct dt_tree *tree, size_t node);

/*
 * One element of a list of phandles, each followed by as many cells as its node says in
 * cells_of (none: DT_NO_PROPERTY), as of_phandle_iterator_next reads it. A node without
 * #msi-cells has none (drivers/of/irq.c, of_msi_get_domain). *at is the cell to go on
 * with. False at the end, or where the kernel stops: *why then says why.
 */
struct dt_reference {
	size_t at;   /* cell of the phandle */
	size_t node; /* DT_NONE: phandle 0, or (without cells) one of no node */
};
bool dt_next_reference(struct dt_tree *tree, const struct dt_prop *p,
		       enum dt_property cells_of, size_t *at, struct dt_reference *out,
		       const char **why);

/* --- Addresses: dtb-address.c --- */

/* #address-cells and #size-cells of a bus, from it or the nodes above it. */
uint32_t dt_bus_address_cells(const struct dt_tree *tree, size_t bus);
uint32_t dt_bus_size_cells(const struct dt_tree *tree, size_t bus);

/* The node whose bus a device's DMA is on: its parent but for `interconnects`. */
size_t dt_dma_parent(struct dt_tree *tree, size_t node);

#define DT_CELLS_MAX 4

/*
 * An address (DT_CELLS_MAX cells, of which the first count) of a node's bus, as CPUs see
 * it, through the ranges of the buses above; and an address for DMA, through dma-ranges.
 * False where the kernel says OF_BAD_ADDR.
 */
bool dt_translate(struct dt_tree *tree, size_t node, const uint32_t *cells,
		  uint64_t *out);
bool dt_translate_dma(struct dt_tree *tree, size_t node, const uint32_t *cells,
		      uint64_t *out);

/*
 * The first entry of reg, translated; size 0 gives {first, first - 1}, as in the kernel
 * (of_address_to_resource). False if the kernel cannot read it.
 */
bool dt_reg(struct dt_tree *tree, size_t node, uint64_t *first, uint64_t *last);
