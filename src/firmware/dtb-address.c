/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses of a device tree, as Linux translates them: drivers/of/address.c,
 * drivers/of/base.c. Where the kernel differs from the specification, this is the kernel.
 */
#include <string.h>

#include "firmware/dtb-tree.h"

/* of_bus_n_addr_cells, of_bus_n_size_cells; the root's defaults are those of arm64. */
static uint32_t bus_cells(const struct dt_tree *tree, size_t bus, enum dt_property id,
			  uint32_t otherwise)
{
	uint32_t cells;

	for (; bus != DT_NONE; bus = tree->nodes[bus].parent) {
		if (dt_number(tree, bus, id, &cells))
			return cells;
	}
	return otherwise;
}

uint32_t dt_bus_address_cells(const struct dt_tree *tree, size_t bus)
{
	return bus_cells(tree, bus, DT_ADDRESS_CELLS, 1);
}

uint32_t dt_bus_size_cells(const struct dt_tree *tree, size_t bus)
{
	return bus_cells(tree, bus, DT_SIZE_CELLS, 1);
}

/* The last 64 bits of n cells. */
static uint64_t read_cells(const uint32_t *cells, size_t n)
{
	uint64_t value = 0;

	while (n--)
		value = value << 32 | *cells++;
	return value;
}

/* --- The kinds of buses: of_busses --- */

enum bus_type {
	BUS_TYPE_PCI,
	BUS_TYPE_ISA,
	BUS_TYPE_FLAGS, /* three address cells, the first of which must match */
	BUS_TYPE_PLAIN,
	BUS_TYPE_NONE,
};

struct bus {
	enum bus_type type;
	uint32_t n_address, n_size; /* cells of what is on it */
};

static enum bus_type bus_type_of(const struct dt_tree *tree, size_t node)
{
	if (dt_is_pci_bus(tree, node))
		return BUS_TYPE_PCI;
	if (dt_is_named(&tree->nodes[node], "isa"))
		return BUS_TYPE_ISA;
	if (!dt_has(tree, node, DT_ADDRESS_CELLS))
		return BUS_TYPE_NONE;
	return dt_bus_address_cells(tree, node) == 3 ? BUS_TYPE_FLAGS : BUS_TYPE_PLAIN;
}

/* How many cells at the start of an address are flags. */
static uint32_t flag_cells(const struct bus *bus)
{
	return bus->type == BUS_TYPE_PLAIN ? 0 : 1;
}

/*
 * The bus that node is, for a device on it. Plain buses count the cells from the device's
 * own parent, which is another one where `interconnects` leads elsewhere. False: the
 * kernel gives up.
 */
static bool bus_of(const struct dt_tree *tree, size_t node, size_t device,
		   struct bus *out)
{
	size_t parent = tree->nodes[device].parent;

	out->type = bus_type_of(tree, node);
	switch (out->type) {
	case BUS_TYPE_PCI:
		out->n_address = 3;
		out->n_size = 2;
		return true;
	case BUS_TYPE_ISA:
		out->n_address = 2;
		out->n_size = 1;
		return true;
	case BUS_TYPE_NONE:
		return false;
	default:
		out->n_address = dt_bus_address_cells(tree, parent);
		out->n_size = dt_bus_size_cells(tree, parent);
		return true;
	}
}

static bool counts_are_sane(const struct bus *bus)
{
	return bus->n_address > 0 && bus->n_address <= DT_CELLS_MAX && bus->n_size > 0;
}

/* IORESOURCE_IO and IORESOURCE_MEM of a PCI address, as two bits. */
static unsigned pci_space(uint32_t flags)
{
	switch (flags >> 24 & 3) {
	case 0:
		return 0;
	case 1:
		return 1;
	default:
		return 2;
	}
}

/* May a range with these flags hold an address with those? */
static bool flags_match(const struct bus *bus, uint32_t address, uint32_t range)
{
	switch (bus->type) {
	case BUS_TYPE_PCI:
		return pci_space(address) == pci_space(range);
	case BUS_TYPE_ISA:
		return ((address ^ range) & 1) == 0;
	case BUS_TYPE_FLAGS:
		return address == range;
	default:
		return true;
	}
}

/* --- One level up --- */

static uint64_t read_prop(const struct dt_prop *p, size_t at, size_t n)
{
	uint64_t value = 0;

	for (size_t i = n > 2 ? n - 2 : 0; i < n; i++)
		value = value << 32 | dt_cell(p, at + i);
	return value;
}

/* Adds offset to an address of a bus; flags stay. */
static void add_offset(const struct bus *bus, uint32_t *address, uint64_t offset)
{
	uint32_t flags = flag_cells(bus), n = bus->n_address - flags;
	uint64_t value = read_cells(address + flags, n) + offset;

	memset(address + flags, 0, n * sizeof(*address));
	if (n > 1)
		address[bus->n_address - 2] = (uint32_t)(value >> 32);
	address[bus->n_address - 1] = (uint32_t)value;
}

/*
 * The first entry of a list of ranges that holds the address: its cell. The list is made
 * of (address on the bus, address above it, size).
 */
static bool find_range(struct dt_tree *tree, const struct dt_prop *p,
		       const struct bus *bus, const struct bus *above,
		       const uint32_t *address, size_t *at, uint64_t *offset)
{
	size_t n = dt_n_cells(p), flags = flag_cells(bus),
	       step = (size_t)bus->n_address + above->n_address + bus->n_size;
	uint64_t value = read_cells(address + flags, bus->n_address - flags);

	for (*at = 0; n - *at >= step && dt_spend(tree, 1); *at += step) {
		uint64_t first = read_prop(p, *at + flags, bus->n_address - flags);
		uint64_t size = read_prop(p, *at + bus->n_address + above->n_address,
					  bus->n_size);

		/* the sum may wrap, and then the kernel finds nothing */
		if (flags_match(bus, address[0], dt_cell(p, *at)) && value >= first &&
		    value < first + size) {
			*offset = value - first;
			return true;
		}
	}
	return false;
}

/* of_translate_one: from the bus that node is to the one above it. */
static bool translate_one(struct dt_tree *tree, size_t node, enum dt_property ranges,
			  const struct bus *bus, const struct bus *above,
			  uint32_t *address)
{
	const struct dt_prop *p = dt_prop(tree, node, ranges);
	uint64_t offset;
	size_t at;

	if (!p && ranges != DT_DMA_RANGES)
		return false;
	if (!p || !p->length) { /* the same address above; flags are passed on */
		offset = read_cells(address, bus->n_address);
		memset(address + flag_cells(above), 0,
		       (above->n_address - flag_cells(above)) * sizeof(*address));
		add_offset(above, address, offset);
		return true;
	}
	if (!find_range(tree, p, bus, above, address, &at, &offset))
		return false;
	for (size_t i = 0; i < above->n_address; i++)
		address[i] = dt_cell(p, at + bus->n_address + i);
	add_offset(above, address, offset);
	return true;
}

/* --- All the way --- */

size_t dt_dma_parent(struct dt_tree *tree, size_t node)
{
	const struct dt_prop *names = dt_prop(tree, node, DT_INTERCONNECT_NAMES);
	const struct dt_prop *list = dt_prop(tree, node, DT_INTERCONNECTS);
	struct dt_reference reference;
	size_t index, at = 0;
	const char *why;

	if (!list || !dt_spend(tree, names ? names->length / 16 + 1 : 1) ||
	    !dt_has_string(names, "dma-mem", &index))
		return tree->nodes[node].parent;
	while (dt_next_reference(tree, list, DT_INTERCONNECT_CELLS, &at, &reference,
				 &why)) {
		if (index-- == 0)
			return reference.node == DT_NONE ? tree->nodes[node].parent
							 : reference.node;
	}
	return tree->nodes[node].parent;
}

static size_t parent_of(struct dt_tree *tree, size_t node, enum dt_property ranges)
{
	return ranges == DT_DMA_RANGES ? dt_dma_parent(tree, node)
				       : tree->nodes[node].parent;
}

/* __of_translate_address; `interconnects` can lead round in a circle. */
static bool translate(struct dt_tree *tree, size_t node, enum dt_property ranges,
		      const uint32_t *cells, uint64_t *out)
{
	size_t bus_node = parent_of(tree, node, ranges);
	uint32_t address[DT_CELLS_MAX];
	struct bus bus, above;

	if (bus_node == DT_NONE || !bus_of(tree, bus_node, node, &bus) ||
	    !counts_are_sane(&bus))
		return false;
	memcpy(address, cells, sizeof(address));
	for (int level = 0; level <= DT_DEPTH_MAX; level++) {
		size_t next = parent_of(tree, bus_node, ranges);

		if (next == DT_NONE) {
			*out = read_cells(address, bus.n_address);
			return *out != UINT64_MAX;
		}
		if (!bus_of(tree, next, bus_node, &above) || !counts_are_sane(&above) ||
		    !translate_one(tree, bus_node, ranges, &bus, &above, address))
			return false;
		bus = above;
		bus_node = next;
	}
	return false;
}

bool dt_translate(struct dt_tree *tree, size_t node, const uint32_t *cells, uint64_t *out)
{
	return translate(tree, node, DT_RANGES, cells, out);
}

bool dt_translate_dma(struct dt_tree *tree, size_t node, const uint32_t *cells,
		      uint64_t *out)
{
	return translate(tree, node, DT_DMA_RANGES, cells, out);
}

/* Does the kernel take an entry of reg for memory, as its first cell has it? */
static bool is_memory(const struct bus *bus, uint32_t flags)
{
	switch (bus->type) {
	case BUS_TYPE_PCI:
		return pci_space(flags) == 2;
	case BUS_TYPE_ISA:
		return !(flags & 1);
	case BUS_TYPE_FLAGS:
		return flags & 0x200; /* IORESOURCE_MEM */
	default:
		return true;
	}
}

bool dt_reg(struct dt_tree *tree, size_t node, uint64_t *first, uint64_t *last)
{
	size_t parent = tree->nodes[node].parent;
	uint32_t cells[DT_CELLS_MAX];
	const struct dt_prop *p;
	struct bus bus;
	uint64_t size;

	if (parent == DT_NONE || !bus_of(tree, parent, node, &bus) || !bus.n_address ||
	    bus.n_address > DT_CELLS_MAX)
		return false;
	p = dt_prop(tree, node,
		    bus.type == BUS_TYPE_PCI ? DT_ASSIGNED_ADDRESSES : DT_REG);
	if (dt_n_cells(p) < (size_t)bus.n_address + bus.n_size)
		return false;
	for (size_t i = 0; i < DT_CELLS_MAX; i++)
		cells[i] = dt_cell(p, i);
	size = read_prop(p, bus.n_address, bus.n_size);
	if (!is_memory(&bus, cells[0]) || !dt_translate(tree, node, cells, first))
		return false;
	*last = *first + size - 1;
	return !size || *last >= *first;
}
