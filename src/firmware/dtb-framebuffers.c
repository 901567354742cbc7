/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Framebuffers that firmware has set up and the display still reads from:
 * Documentation/devicetree/bindings/display/simple-framebuffer.yaml, and
 * simplefb_parse_dt (drivers/video/fbdev/simplefb.c), which takes `memory-region` before
 * `reg`.
 */
#include "firmware/dtb-parts.h"

bool framebuffer_is(const struct dt_tree *tree, size_t node)
{
	const struct dt_prop *compatible = dt_prop(tree, node, DT_COMPATIBLE);
	size_t index;

	return compatible && dt_has_string(compatible, "simple-framebuffer", &index);
}

/* The node whose reg is its memory. */
static size_t memory_node(struct dt_tree *tree, size_t node)
{
	const struct dt_prop *list = dt_prop(tree, node, DT_MEMORY_REGION);

	return list && dt_n_cells(list) ? dt_by_phandle(tree, dt_cell(list, 0)) : node;
}

void framebuffers_read(struct dt_work *w, size_t node)
{
	struct dtb_framebuffer *f;
	struct range range;
	size_t memory;

	if (!framebuffer_is(&w->tree, node) || w->tree.nodes[node].disabled)
		return;
	memory = memory_node(&w->tree, node);
	if (memory == DT_NONE || !dt_reg(&w->tree, memory, &range.first, &range.last) ||
	    range_is_inverted(range) || !work_has_room(w, w->dtb->n_framebuffers))
		return;
	f = ADD(w->dtb, framebuffers);
	f->node = dt_path(&w->tree, node);
	f->range = range;
	f->offset = w->tree.nodes[node].offset;
}
