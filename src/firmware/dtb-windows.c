/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a PCI host bridge of a device tree passes on, up and down:
 * devm_of_pci_get_host_bridge_resources (drivers/pci/of.c) and of_pci_range_parser_one
 * (drivers/of/address.c).
 */
#include "firmware/dtb-parts.h"

#define PCI_ADDRESS_CELLS 3
#define PCI_SIZE_CELLS 2

/* The space of a PCI address: IEEE Std 1275 PCI bus binding, 2.2.1.1, phys.hi. */
static bool is_memory(uint32_t flags)
{
	return (flags >> 24 & 3) >= 2;
}

static uint64_t two_cells(const struct dt_prop *p, size_t at)
{
	return (uint64_t)dt_cell(p, at) << 32 | dt_cell(p, at + 1);
}

/* An element: flags, address on the bus, address above, size. The kernel skips size 0. */
static void add_window(struct dt_work *w, size_t node, const struct dt_prop *p, size_t at,
		       uint32_t n_above)
{
	uint64_t first = two_cells(p, at + 1);
	uint64_t size = two_cells(p, at + PCI_ADDRESS_CELLS + n_above);
	struct dtb_window *window;

	if (!is_memory(dt_cell(p, at)) || !size || size - 1 > UINT64_MAX - first ||
	    !work_has_room(w, w->dtb->n_windows))
		return;
	window = ADD(w->dtb, windows);
	window->node = dt_path(&w->tree, node);
	window->is_dma = p->id == DT_DMA_RANGES;
	window->range = (struct range){ first, first + (size - 1) };
	window->offset = p->offset + 4 * at;
}

static void read_windows(struct dt_work *w, size_t node, enum dt_property id)
{
	const struct dt_prop *p = dt_prop(&w->tree, node, id);
	uint32_t n_above = dt_bus_address_cells(&w->tree, w->tree.nodes[node].parent);
	size_t step;

	if (!p || !n_above || n_above > DT_CELLS_MAX)
		return;
	step = PCI_ADDRESS_CELLS + n_above + PCI_SIZE_CELLS;
	for (size_t at = 0; dt_n_cells(p) - at >= step && dt_spend(&w->tree, 1);
	     at += step)
		add_window(w, node, p, at, n_above);
}

void windows_read(struct dt_work *w, size_t node)
{
	read_windows(w, node, DT_RANGES);
	read_windows(w, node, DT_DMA_RANGES);
}
