/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which MSI controller serves a device of a device tree: of_msi_map_get_device_domain and
 * of_msi_get_domain (drivers/of/irq.c of 6.12): the element of `msi-map` of its host
 * bridge that holds its requester id, or else `msi-parent`.
 */
#include <string.h>

#include "firmware/dtb-parts.h"

/* An element of msi-map: requester id, phandle, first message id, how many. */
#define MAP_CELLS 4

static const struct {
	const char *compatible;
	enum dtb_msi_kind kind;
} kinds[] = {
	{ "arm,gic-v3-its", DTB_MSI_ITS },
	{ "arm,gic-v5-its", DTB_MSI_ITS_V5 },
	{ "arm,gic-v2m-frame", DTB_MSI_GICV2M },
	{ "arm,gic-v3", DTB_MSI_MBI },
	{ "fsl,ls1012a-msi", DTB_MSI_LS_SCFG },
	{ "fsl,ls1021a-msi", DTB_MSI_LS_SCFG },
	{ "fsl,ls1043a-msi", DTB_MSI_LS_SCFG },
	{ "fsl,ls1043a-v1.1-msi", DTB_MSI_LS_SCFG },
	{ "fsl,ls1046a-msi", DTB_MSI_LS_SCFG },
	{ "brcm,bcm2712-mip", DTB_MSI_MIP },
	{ "riscv,imsics", DTB_MSI_IMSIC },
};

static enum dtb_msi_kind kind_of_node(const struct dt_tree *tree, size_t node)
{
	const struct dt_prop *compatible = dt_prop(tree, node, DT_COMPATIBLE);
	size_t index;

	for (size_t i = 0; compatible && i < ARRAY_SIZE(kinds); i++) {
		if (dt_has_string(compatible, kinds[i].compatible, &index))
			return kinds[i].kind;
	}
	return DTB_MSI_OTHER;
}

/* The frame of a GICv5 ITS that takes the writes is a node below it. */
static enum dtb_msi_kind kind_of(const struct dt_tree *tree, size_t node)
{
	enum dtb_msi_kind kind = kind_of_node(tree, node);
	size_t parent = tree->nodes[node].parent;

	if (kind == DTB_MSI_OTHER && parent != DT_NONE &&
	    kind_of_node(tree, parent) == DTB_MSI_ITS_V5)
		return DTB_MSI_ITS_V5;
	return kind;
}

static struct dtb_msi_link *add_link(struct dt_work *w, size_t node, size_t controller,
				     const struct dt_prop *p, size_t at)
{
	struct dtb_msi_link *link;

	if (!work_has_room(w, w->dtb->n_msi_links))
		return NULL;
	link = ADD(w->dtb, msi_links);
	link->node = dt_path(&w->tree, node);
	link->controller = dt_path(&w->tree, controller);
	link->kind = kind_of(&w->tree, controller);
	link->disabled = w->tree.nodes[controller].disabled;
	link->has_pre_its = dt_has(&w->tree, controller, DT_PRE_ITS);
	link->offset = p->offset + 4 * at;
	return link;
}

static void read_map(struct dt_work *w, size_t node, const struct dt_prop *p)
{
	uint32_t mask = UINT32_MAX;

	dt_number(&w->tree, node, DT_MSI_MAP_MASK, &mask);
	for (size_t at = 0; at + MAP_CELLS <= dt_n_cells(p); at += MAP_CELLS) {
		size_t controller = dt_by_phandle(&w->tree, dt_cell(p, at + 1));
		struct dtb_msi_link *link;

		if (controller == DT_NONE)
			return;
		link = add_link(w, node, controller, p, at);
		if (!link)
			return;
		link->is_map = true;
		link->rid = dt_cell(p, at);
		link->n_rids = dt_cell(p, at + 3);
		link->mask = mask;
	}
}

static void read_parent(struct dt_work *w, size_t node, const struct dt_prop *p)
{
	struct dt_reference reference;
	const char *why;
	size_t at = 0;

	while (dt_next_reference(&w->tree, p, DT_MSI_CELLS, &at, &reference, &why) &&
	       reference.node != DT_NONE &&
	       add_link(w, node, reference.node, p, reference.at))
		;
}

void msi_read(struct dt_work *w, size_t node)
{
	const struct dt_prop *map = dt_prop(&w->tree, node, DT_MSI_MAP);
	const struct dt_prop *parent = dt_prop(&w->tree, node, DT_MSI_PARENT);

	if (map)
		read_map(w, node, map);
	if (parent)
		read_parent(w, node, parent);
}

static bool holds(const struct dtb_msi_link *link, uint32_t rid)
{
	uint32_t id = rid & link->mask;

	return link->is_map && id >= link->rid && id - link->rid < link->n_rids;
}

const struct dtb_msi_link *dtb_msi_of_rid(const struct dtb *dtb, const char *node,
					  uint32_t rid)
{
	for (size_t i = 0; i < dtb->n_msi_links; i++) {
		const struct dtb_msi_link *link = &dtb->msi_links[i];

		if (!link->disabled && holds(link, rid) && !strcmp(link->node, node))
			return link;
	}
	return dtb_msi_of_node(dtb, node);
}

const struct dtb_msi_link *dtb_msi_of_node(const struct dtb *dtb, const char *node)
{
	for (size_t i = 0; i < dtb->n_msi_links; i++) {
		const struct dtb_msi_link *link = &dtb->msi_links[i];

		if (!link->disabled && !link->is_map && !strcmp(link->node, node))
			return link;
	}
	return NULL;
}
