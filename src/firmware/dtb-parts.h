/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "firmware/dtb-tree.h"
#include "firmware/dtb.h"

/*
 * The parts of dtb_parse, which share what is found on the way.
 */

/* How many elements of each kind are kept; real trees have some hundred. */
#define DTB_ELEMENTS_MAX ((size_t)1 << 14)

/* What a node is to others, beside its own properties. */
enum dt_role {
	ROLE_IOMMU = 1,	 /* `iommus` or `iommu-map` name it */
	ROLE_REGION = 2, /* `memory-region` names it, or it has `iommu-addresses` */
	ROLE_BUS = 4,	 /* the bus of a device with `memory-region` */
};

/*
 * An element of `iommu-addresses`, each with the cells of its own device's parent. The
 * last one may be cut.
 */
struct dt_element {
	size_t at;     /* cell of the phandle */
	size_t length; /* cells with it, as far as they are there */
	size_t device;
	size_t record;
	bool is_taken; /* it became a region of its device */
};

/* The list of a node, read once. */
struct dt_list {
	size_t node;
	size_t first, n; /* slice of work.elements */
	size_t remainder;
};

struct dt_work {
	struct dt_tree tree;
	struct dtb *dtb;
	struct records *records;
	struct reader top;  /* the tree's own record */
	uint8_t *roles;	    /* of each node, enum dt_role */
	size_t *record_of;  /* of each node; DT_NONE */
	size_t *iommu_of;   /* of each node: index of dtb.iommus; DT_NONE */
	size_t *first_link; /* of each node: index of dtb.links; DT_NONE */
	ARRAY_OF(struct dt_element, elements);
	ARRAY_OF(struct dt_list, lists); /* by node, upwards */
	bool overflown;			 /* more than DTB_ELEMENTS_MAX of something */
};

/* A reader for what is to be added to a record. */
struct reader work_reader(const struct dt_work *w, size_t record);

/* "0x0 0x7c000000", of n cells from the first on; the caller owns it. */
char *cells_text(const struct dt_prop *p, size_t first, size_t n);

/* False, and noted for the end, if an array already has all that it may have. */
bool work_has_room(struct dt_work *w, size_t n);

/*
 * IOMMUs and who is behind them, dtb-links.c: marks the IOMMUs; makes their entries;
 * makes the links of a node, and notes them in its record.
 */
void links_mark(struct dt_work *w, size_t node);
void links_add_iommu(struct dt_work *w, size_t node);
/* Lists a node that has dma-coherent. */
void links_add_coherent(struct dt_work *w, size_t node);
void links_read(struct dt_work *w, size_t node, struct reader *r);
/* Notes the IOMMUs that one property, `iommus` or `iommu-map`, names. */
void links_note(struct dt_work *w, size_t node, const struct dt_prop *p,
		struct reader *r);
/* The IOMMU a device's node is behind: its own, or by its host bridge; DT_NONE. */
size_t links_iommu_of(struct dt_work *w, size_t node);

/*
 * Reserved regions, dtb-regions.c: marks the nodes; reads the list of one, with a record
 * for each element; then makes the regions of a device, and says what becomes of the
 * elements that no device takes.
 */
void regions_mark(struct dt_work *w, size_t node);
void regions_read_list(struct dt_work *w, size_t node);
void regions_of_device(struct dt_work *w, size_t node);
void regions_finish(struct dt_work *w);

/* MSI controllers of devices, dtb-msi.c: adds the links of a node. */
void msi_read(struct dt_work *w, size_t node);

/* Doorbells, dtb-doorbells.c: adds that of a node, if it is an MSI controller. */
void doorbells_read(struct dt_work *w, size_t node);

/* Windows, dtb-windows.c: adds those of a host bridge. */
void windows_read(struct dt_work *w, size_t node);

/* Framebuffers, dtb-framebuffers.c: adds that of a node, if it is one that is in use. */
bool framebuffer_is(const struct dt_tree *tree, size_t node);
void framebuffers_read(struct dt_work *w, size_t node);
