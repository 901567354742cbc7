/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IOMMUs in a device tree, and who is behind them, as of_iommu_configure_dev and
 * of_map_id read `iommus` and `iommu-map`.
 */
#include <string.h>

#include "base/text.h"
#include "firmware/dtb-parts.h"

/* Cells behind a phandle that the kernel can take (MAX_PHANDLE_ARGS). */
#define ARGUMENTS_MAX 16

/* --- iommu-map: (requester id, phandle, output, how many) --- */

struct map_element {
	size_t at; /* its first cell */
	size_t node;
	uint32_t rid, n_rids;
	uint32_t n_ids;
};

struct map_reader {
	const struct dt_prop *p;
	size_t at;
	uint32_t mask;
	bool is_short; /* of_check_bad_map: one cell of output where the IOMMU wants two
			*/
};

static struct map_reader map_begin(const struct dt_tree *tree, size_t node)
{
	struct map_reader m = { .p = dt_prop(tree, node, DT_IOMMU_MAP),
				.mask = UINT32_MAX };

	dt_number(tree, node, DT_IOMMU_MAP_MASK, &m.mask);
	return m;
}

/* All elements have four cells, the same IOMMU, and a length of 1. */
static bool looks_short(struct dt_tree *tree, const struct dt_prop *p)
{
	size_t n = dt_n_cells(p);

	if (n % 4 || !dt_spend(tree, n / 4))
		return false;
	for (size_t i = 0; i < n; i += 4) {
		if (dt_cell(p, i + 1) != dt_cell(p, 1) || dt_cell(p, i + 3) != 1)
			return false;
	}
	return true;
}

/*
 * The next element. False at the end, or where the kernel stops: *why then says why. What
 * it means for a device the kernel only says when it looks up an id.
 */
static bool map_next(struct dt_tree *tree, struct map_reader *m, struct map_element *e,
		     const char **why)
{
	size_t n = dt_n_cells(m->p);
	uint32_t cells = 1;

	*why = NULL;
	if (m->at >= n)
		return false;
	*why = "ends inside an element";
	if (m->p->length % 4 || n - m->at < 2)
		return false;
	*e = (struct map_element){ .at = m->at, .rid = dt_cell(m->p, m->at) };
	*why = "has an id that iommu-map-mask leaves out";
	if (e->rid & ~m->mask)
		return false;
	e->node = dt_by_phandle(tree, dt_cell(m->p, m->at + 1));
	*why = "names a phandle that no node has";
	if (e->node == DT_NONE)
		return false;
	if (!m->is_short)
		dt_number(tree, e->node, DT_IOMMU_CELLS, &cells);
	if (m->at == 0 && cells == 2 && looks_short(tree, m->p)) {
		m->is_short = true;
		cells = 1;
	}
	*why = "ends inside an element";
	if (cells > ARGUMENTS_MAX || n - m->at < 3 + (size_t)cells)
		return false;
	*why = NULL;
	e->n_ids = cells;
	m->at += 3 + (size_t)cells;
	e->n_rids = dt_cell(m->p, m->at - 1);
	return true;
}

/* --- Marks and entries --- */

void links_mark(struct dt_work *w, size_t node)
{
	const struct dt_prop *iommus = dt_prop(&w->tree, node, DT_IOMMUS);
	struct map_reader map = map_begin(&w->tree, node);
	struct dt_reference reference;
	struct map_element entry;
	const char *why;
	size_t at = 0;

	while (iommus &&
	       dt_next_reference(&w->tree, iommus, DT_IOMMU_CELLS, &at, &reference,
				 &why) &&
	       reference.node != DT_NONE)
		w->roles[reference.node] |= ROLE_IOMMU;
	while (map.p && map_next(&w->tree, &map, &entry, &why))
		w->roles[entry.node] |= ROLE_IOMMU;
}

/* Several elements of the same IOMMU side by side are one thing to say. */
static bool is_coherent(const struct dt_tree *tree, size_t node)
{
	while (node != DT_NONE && !dt_has(tree, node, DT_DMA_COHERENT))
		node = tree->nodes[node].parent;
	return node != DT_NONE;
}

static void note_iommu(struct dt_work *w, const struct dt_prop *p, size_t cell,
		       size_t iommu, size_t *last, struct reader *r)
{
	if (iommu != *last)
		note_text(r, "IOMMU", p->offset + 4 * cell, 4, FORM_TEXT,
			  xstrdup(dt_path(&w->tree, iommu)));
	*last = iommu;
}

void links_note(struct dt_work *w, size_t node, const struct dt_prop *p, struct reader *r)
{
	struct map_reader map = map_begin(&w->tree, node);
	struct dt_reference reference;
	struct map_element entry;
	const char *why;
	size_t at = 0, last = DT_NONE;

	while (p->id == DT_IOMMUS &&
	       dt_next_reference(&w->tree, p, DT_IOMMU_CELLS, &at, &reference, &why) &&
	       reference.node != DT_NONE)
		note_iommu(w, p, reference.at, reference.node, &last, r);
	while (p->id == DT_IOMMU_MAP && map_next(&w->tree, &map, &entry, &why))
		note_iommu(w, p, entry.at, entry.node, &last, r);
}

void links_add_coherent(struct dt_work *w, size_t node)
{
	if (dt_has(&w->tree, node, DT_DMA_COHERENT) &&
	    work_has_room(w, w->dtb->n_coherent))
		*ADD(w->dtb, coherent) = dt_path(&w->tree, node);
}

void links_add_iommu(struct dt_work *w, size_t node)
{
	const struct dt_prop *compatible = dt_prop(&w->tree, node, DT_COMPATIBLE);
	struct dtb_iommu *iommu = ADD(w->dtb, iommus);
	uint64_t last;

	w->iommu_of[node] = w->dtb->n_iommus - 1;
	iommu->node = dt_path(&w->tree, node);
	if (compatible)
		iommu->compatible =
			xstrndup((const char *)compatible->value, compatible->length);
	iommu->has_base = dt_reg(&w->tree, node, &iommu->base, &last);
	iommu->disabled = w->tree.nodes[node].disabled;
	iommu->coherent = is_coherent(&w->tree, node);
	iommu->offset = w->tree.nodes[node].offset;
	iommu->record = w->record_of[node];
}

/* --- Links --- */

static struct dtb_link *add_link(struct dt_work *w, size_t node, size_t iommu,
				 const struct dt_prop *p, size_t at, struct reader *r)
{
	struct dtb_link *link;

	if (!work_has_room(w, w->dtb->n_links))
		return NULL;
	link = ADD(w->dtb, links);
	link->node = dt_path(&w->tree, node);
	link->iommu = w->iommu_of[iommu];
	link->offset = p->offset + 4 * at;
	link->record = r->record;
	if (w->first_link[node] == DT_NONE)
		w->first_link[node] = w->dtb->n_links - 1;
	return link;
}

static void read_iommus(struct dt_work *w, size_t node, const struct dt_prop *p,
			struct reader *r)
{
	struct dt_reference reference;
	struct dtb_link *link;
	const char *why = NULL;
	size_t at = 0;

	while (dt_next_reference(&w->tree, p, DT_IOMMU_CELLS, &at, &reference, &why)) {
		if (reference.node == DT_NONE) {
			record_problem(r, "iommus: the kernel stops at the phandle 0");
			return;
		}
		link = add_link(w, node, reference.node, p, reference.at, r);
		if (!link)
			return;
		link->has_stream = at - reference.at == 2;
		link->stream = link->has_stream ? dt_cell(p, reference.at + 1) : 0;
	}
	if (why) {
		record_problem(r, "iommus: the phandle 0x%x %s", dt_cell(p, at), why);
		record_fate(r, FATE_IGNORED, "iommus from its cell %zu on", at);
	}
}

static void read_map(struct dt_work *w, size_t node, struct reader *r)
{
	struct map_reader map = map_begin(&w->tree, node);
	struct map_element e;
	const char *why = NULL;
	bool is_wide = false;

	while (map_next(&w->tree, &map, &e, &why)) {
		struct dtb_link *link = add_link(w, node, e.node, map.p, e.at, r);

		if (!link)
			return;
		link->is_map = true;
		link->rid = e.rid;
		link->n_rids = e.n_rids;
		link->mask = map.mask;
		link->has_stream = e.n_ids == 1;
		link->stream = e.n_ids == 1 ? dt_cell(map.p, e.at + 2) : 0;
		is_wide = is_wide || e.n_ids != 1;
		if (e.n_ids > 1 && e.n_rids > 1)
			record_problem(
				r,
				"iommu-map: %u ids become %u cells each, which the "
				"kernel cannot do",
				e.n_rids, e.n_ids);
	}
	if (why) {
		record_problem(r, "iommu-map %s, at its cell %zu", why, map.at);
		record_fate(r, FATE_IGNORED,
			    "no device whose id was not found before gets an IOMMU");
	} else if (is_wide) {
		record_fate(r, FATE_USED,
			    "#iommu-cells gives the length of the elements of iommu-map; "
			    "other kernels take four cells for each");
		record_behaviour(r, "map-elements-by-cells");
	}
}

void links_read(struct dt_work *w, size_t node, struct reader *r)
{
	const struct dt_prop *iommus = dt_prop(&w->tree, node, DT_IOMMUS);

	if (iommus)
		read_iommus(w, node, iommus, r);
	if (dt_has(&w->tree, node, DT_IOMMU_MAP))
		read_map(w, node, r);
}

/* --- Who is behind what --- */

static bool link_holds(const struct dtb_link *link, uint32_t rid)
{
	uint32_t id = rid & link->mask;

	return link->is_map && id >= link->rid && id - link->rid < link->n_rids;
}

/* The links of one node are side by side. */
static size_t own_iommu(const struct dtb *dtb, size_t first)
{
	for (size_t i = first;
	     i < dtb->n_links && dtb->links[i].node == dtb->links[first].node; i++) {
		if (!dtb->links[i].is_map)
			return dtb->links[i].iommu;
	}
	return DTB_NONE;
}

static size_t mapped_iommu(const struct dtb *dtb, size_t first, uint32_t rid)
{
	for (size_t i = first;
	     i < dtb->n_links && dtb->links[i].node == dtb->links[first].node; i++) {
		if (link_holds(&dtb->links[i], rid))
			return dtb->links[i].iommu;
	}
	return DTB_NONE;
}

/*
 * By the map of the host bridge, the last PCI bus on the way up. The bus number of a node
 * right below it is known; of a deeper one it is only where firmware has written it, and
 * any element will do.
 */
static size_t bridge_iommu_of(struct dt_work *w, size_t node)
{
	const struct dt_tree *tree = &w->tree;
	size_t bridge = tree->nodes[node].parent, parent = bridge, iommu;
	uint32_t reg = 0, first_bus = 0;

	if (bridge == DT_NONE || !dt_is_pci_bus(tree, bridge))
		return DT_NONE;
	while (tree->nodes[bridge].parent != DT_NONE &&
	       dt_is_pci_bus(tree, tree->nodes[bridge].parent))
		bridge = tree->nodes[bridge].parent;
	if (w->first_link[bridge] == DT_NONE)
		return DT_NONE;
	dt_number(tree, node, DT_REG, &reg);
	dt_number(tree, bridge, DT_BUS_RANGE, &first_bus);
	if (bridge == parent && !(reg >> 16 & 0xff))
		reg |= (first_bus & 0xff) << 16;
	iommu = mapped_iommu(w->dtb, w->first_link[bridge], reg >> 8 & 0xffff);
	if (iommu == DT_NONE && bridge != parent &&
	    w->dtb->links[w->first_link[bridge]].is_map)
		iommu = w->dtb->links[w->first_link[bridge]].iommu;
	return iommu;
}

size_t links_iommu_of(struct dt_work *w, size_t node)
{
	size_t bridge = bridge_iommu_of(w, node);

	if (bridge != DT_NONE || w->first_link[node] == DT_NONE)
		return bridge;
	return own_iommu(w->dtb, w->first_link[node]);
}

size_t dtb_iommu_of_rid(const struct dtb *dtb, const char *node, uint32_t rid)
{
	for (size_t i = 0; i < dtb->n_links; i++) {
		if (link_holds(&dtb->links[i], rid) && !strcmp(dtb->links[i].node, node))
			return dtb->links[i].iommu;
	}
	return DTB_NONE;
}

bool dtb_node_coherent(const struct dtb *dtb, const char *node)
{
	for (size_t i = 0; i < dtb->n_coherent; i++) {
		const char *above = dtb->coherent[i];
		size_t length = strlen(above);

		if (!strcmp(above, "/") || (text_starts_with(node, above) &&
					    (node[length] == '/' || !node[length])))
			return true;
	}
	return false;
}

size_t dtb_iommu_of_node(const struct dtb *dtb, const char *node)
{
	for (size_t i = 0; i < dtb->n_links; i++) {
		if (!dtb->links[i].is_map && !strcmp(dtb->links[i].node, node))
			return dtb->links[i].iommu;
	}
	return DTB_NONE;
}

bool dtb_link_has_stream(const struct dtb_link *link, uint32_t rid, uint32_t stream)
{
	uint32_t behind = link->is_map ? (rid & link->mask) - link->rid : 0;

	return link->has_stream && (!link->is_map || link_holds(link, rid)) &&
	       link->stream + behind == stream;
}
