/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device tree, read: which nodes matter, and what is said about each. The parts are
 * dtb-links.c (IOMMUs), dtb-regions.c, dtb-windows.c, dtb-doorbells.c and
 * dtb-framebuffers.c.
 */
#include "firmware/dtb.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "firmware/dtb-parts.h"

static uint32_t read_be32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

bool dtb_is_blob(const void *bytes, size_t size)
{
	return size >= 4 && read_be32(bytes) == 0xd00dfeed;
}

size_t dtb_total_size(const void *bytes, size_t size)
{
	return size >= 8 ? read_be32((const uint8_t *)bytes + 4) : 0;
}

/* --- Records of nodes --- */

static bool is_text(enum dt_property id)
{
	return id == DT_MODEL || id == DT_COMPATIBLE || id == DT_DEVICE_TYPE ||
	       id == DT_STATUS || id == DT_INTERCONNECT_NAMES;
}

/* Strings, one behind the other, with blanks between them. */
static char *strings_text(const struct dt_prop *p)
{
	size_t n = p->length;
	char *text = xcalloc(n + 1, 1);

	memcpy(text, p->value, n);
	while (n && !text[n - 1])
		n--;
	for (size_t i = 0; i < n; i++) {
		if (!text[i])
			text[i] = ' ';
	}
	return text;
}

static void note_property(struct reader *r, const struct dt_prop *p)
{
	const char *name = dt_property_name(p->id);

	if (is_text(p->id))
		note_text(r, name, p->offset, p->length, FORM_TEXT, strings_text(p));
	else if (p->length % 4)
		note_text(r, name, p->offset, p->length, FORM_BYTES,
			  text_of_bytes(p->value, p->length));
	else
		note_text(r, name, p->offset, p->length, FORM_CELLS,
			  cells_text(p, 0, dt_n_cells(p)));
}

/* The nodes that a list of phandles without cells names. */
static void note_targets(struct dt_work *w, const struct dt_prop *p, const char *name,
			 struct reader *r)
{
	for (size_t i = 0; i < dt_n_cells(p) && w->tree.steps; i++) {
		size_t node = dt_by_phandle(&w->tree, dt_cell(p, i));

		if (node != DT_NONE)
			note_text(r, name, p->offset + 4 * i, 4, FORM_TEXT,
				  xstrdup(dt_path(&w->tree, node)));
	}
}

static bool is_reserved_memory(const struct dt_tree *tree, size_t node)
{
	return node != DT_NONE && tree->nodes[node].parent == 0 &&
	       !strcmp(tree->nodes[node].name, "reserved-memory");
}

static bool is_chosen(const struct dt_tree *tree, size_t node)
{
	return tree->nodes[node].parent == 0 && !strcmp(tree->nodes[node].name, "chosen");
}

static bool is_host_bridge(const struct dt_tree *tree, size_t node)
{
	size_t parent = tree->nodes[node].parent;

	return parent != DT_NONE && dt_is_pci_bus(tree, node) &&
	       !dt_is_pci_bus(tree, parent);
}

/* What a node is to people; NULL: nothing that matters here. */
static const char *kind_of(const struct dt_work *w, size_t node)
{
	const struct dt_tree *tree = &w->tree;

	if (w->roles[node] & ROLE_REGION ||
	    is_reserved_memory(tree, tree->nodes[node].parent))
		return "Reserved Memory";
	if (w->roles[node] & ROLE_IOMMU)
		return "IOMMU";
	if (is_host_bridge(tree, node))
		return "PCI Host Bridge";
	if (framebuffer_is(tree, node))
		return "Framebuffer";
	if (dt_has(tree, node, DT_MEMORY_REGION) || dt_has(tree, node, DT_IOMMUS) ||
	    dt_has(tree, node, DT_IOMMU_MAP))
		return "Device";
	if (w->roles[node] & ROLE_BUS || is_reserved_memory(tree, node))
		return "Bus";
	if (is_chosen(tree, node) && dt_has(tree, node, DT_PROBE_ONLY))
		return "Chosen";
	return NULL;
}

static void note_properties(struct dt_work *w, size_t node, struct reader *r)
{
	const struct dt_node *n = &w->tree.nodes[node];

	for (size_t i = 0; i < n->n_props; i++) {
		const struct dt_prop *p = &w->tree.props[n->first_prop + i];

		note_property(r, p);
		if (p->id == DT_MEMORY_REGION)
			note_targets(w, p, "region", r);
		if (p->id == DT_IOMMUS || p->id == DT_IOMMU_MAP)
			links_note(w, node, p, r);
	}
}

static struct reader begin_node(struct dt_work *w, size_t node, const char *kind)
{
	const struct dt_node *n = &w->tree.nodes[node];
	struct cursor c = { .at = w->tree.blob + n->offset,
			    .left = n->end - n->offset,
			    .offset = n->offset };
	struct reader r = reader_begin(w->records, c, kind, 1);

	note_text(&r, "path", n->offset, 4, FORM_TEXT, xstrdup(dt_path(&w->tree, node)));
	note_properties(w, node, &r);
	return r;
}

/* --- What the nodes mean --- */

/*
 * With 1 the kernel keeps what firmware has set up of PCI; a host bridge's own property
 * goes before that of /chosen (of_pci_preserve_config). One too short counts as 0.
 */
static void judge_probe_only(const struct dt_work *w, size_t node, struct reader *r)
{
	uint32_t value;

	if (!dt_has(&w->tree, node, DT_PROBE_ONLY))
		return;
	if (dt_number(&w->tree, node, DT_PROBE_ONLY, &value)) {
		record_fate(r, FATE_USED,
			    value ? "it keeps what firmware has set up of PCI"
				  : "it may set up PCI anew");
		return;
	}
	record_problem(r, "linux,pci-probe-only holds no number");
	record_fate(r, FATE_IGNORED, "\"Incorrect value for linux,pci-probe-only\"");
}

static void add_bridge(struct dt_work *w, size_t node)
{
	struct dtb_bridge *b = ADD(w->dtb, bridges);

	b->node = dt_path(&w->tree, node);
	b->has_domain = dt_number(&w->tree, node, DT_DOMAIN, &b->domain);
	b->ats_supported = dt_has(&w->tree, node, DT_ATS_SUPPORTED);
}

static void judge_region_node(struct dt_work *w, size_t node, struct reader *r)
{
	uint64_t first, last;

	if (dt_has(&w->tree, node, DT_REG) && !dt_reg(&w->tree, node, &first, &last))
		record_problem(r, "reg cannot be read: %s",
			       dt_has(&w->tree, w->tree.nodes[node].parent, DT_RANGES)
				       ? "too few cells, or not in the ranges above"
				       : "the node above has no ranges");
	if (dt_has(&w->tree, node, DT_IOMMU_ADDRESSES)) {
		record_fate(r, FATE_USED, "iommu-addresses");
		record_behaviour(r, "dt-regions");
	}
}

static void read_node(struct dt_work *w, size_t node)
{
	const char *kind = kind_of(w, node);
	struct reader r;

	if (!kind)
		return;
	r = begin_node(w, node, kind);
	w->record_of[node] = r.record;
	if (w->roles[node] & ROLE_IOMMU) {
		w->dtb->iommus[w->iommu_of[node]].record = r.record;
		if (w->tree.nodes[node].disabled)
			record_fate(&r, FATE_IGNORED,
				    "disabled, and no device is behind it");
	}
	if (is_host_bridge(&w->tree, node)) {
		add_bridge(w, node);
		windows_read(w, node);
	}
	if (is_host_bridge(&w->tree, node) || is_chosen(&w->tree, node))
		judge_probe_only(w, node, &r);
	links_read(w, node, &r);
	if (w->roles[node] & ROLE_REGION)
		judge_region_node(w, node, &r);
	if (dt_has(&w->tree, node, DT_IOMMU_ADDRESSES))
		regions_read_list(w, node);
}

static size_t *no_indices(size_t n)
{
	size_t *indices = xcalloc(n, sizeof(*indices));

	for (size_t i = 0; i < n; i++)
		indices[i] = DT_NONE;
	return indices;
}

static void read_tree(struct dt_work *w)
{
	size_t n = w->tree.n_nodes;

	w->roles = xcalloc(n, 1);
	w->record_of = no_indices(n);
	w->iommu_of = no_indices(n);
	w->first_link = no_indices(n);
	for (size_t i = 0; i < n; i++) {
		links_mark(w, i);
		regions_mark(w, i);
	}
	for (size_t i = 0; i < n; i++) {
		links_add_coherent(w, i);
		if (w->roles[i] & ROLE_IOMMU)
			links_add_iommu(w, i);
	}
	for (size_t i = 0; i < n; i++) {
		read_node(w, i);
		doorbells_read(w, i);
		framebuffers_read(w, i);
		msi_read(w, i);
	}
	for (size_t i = 0; i < n; i++) {
		if (dt_has(&w->tree, i, DT_MEMORY_REGION))
			regions_of_device(w, i);
	}
	regions_finish(w);
	if (w->overflown || !w->tree.steps)
		record_malformed(&w->top,
				 "the lists have too many elements: not all were read");
}

/* The paths that were asked for go to the one who asked. */
static void hand_over_paths(struct dt_work *w)
{
	for (size_t i = 0; i < w->tree.n_nodes; i++) {
		if (w->tree.nodes[i].path)
			*ADD(w->dtb, paths) = w->tree.nodes[i].path;
		w->tree.nodes[i].path = NULL;
	}
}

void dtb_parse(const void *bytes, size_t size, struct dtb *dtb, struct records *records)
{
	struct dt_work w = { .dtb = dtb, .records = records };

	w.top = reader_begin(records, cursor_of(bytes, size), "Tree", 0);
	if (dt_read(&w.top, &w.tree)) {
		read_tree(&w);
		hand_over_paths(&w);
	}
	dt_clear(&w.tree);
	free(w.roles);
	free(w.record_of);
	free(w.iommu_of);
	free(w.first_link);
	free(w.elements);
	free(w.lists);
}

void dtb_clear(struct dtb *dtb)
{
	for (size_t i = 0; i < dtb->n_regions; i++)
		free(dtb->regions[i].name);
	for (size_t i = 0; i < dtb->n_iommus; i++)
		free(dtb->iommus[i].compatible);
	for (size_t i = 0; i < dtb->n_paths; i++)
		free(dtb->paths[i]);
	free(dtb->regions);
	free(dtb->iommus);
	free(dtb->links);
	free(dtb->bridges);
	free(dtb->windows);
	free(dtb->doorbells);
	free(dtb->framebuffers);
	free(dtb->msi_links);
	free(dtb->coherent);
	free(dtb->paths);
	*dtb = (struct dtb){ 0 };
}

const struct dtb_bridge *dtb_bridge_of(const struct dtb *dtb, uint32_t domain)
{
	for (size_t i = 0; i < dtb->n_bridges; i++) {
		if (dtb->bridges[i].has_domain && dtb->bridges[i].domain == domain)
			return &dtb->bridges[i];
	}
	return dtb->n_bridges == 1 && !dtb->bridges[0].has_domain && !domain
		       ? &dtb->bridges[0]
		       : NULL;
}
