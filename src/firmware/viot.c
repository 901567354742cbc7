/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The VIOT table, read: ACPI 6.5, 5.2.34. */
#include "firmware/viot.h"

#include <stdlib.h>

#define NODE_HEADER_SIZE 4
#define TABLE_SIZE 48 /* the table's own fields */

/* --- The nodes, from behind their header --- */

static void read_pci_range(struct reader *r, struct viot_node *node)
{
	node->endpoint = take_u32(r, "Endpoint start", FORM_HEX);
	node->segment = take_u16(r, "PCI Segment start", FORM_HEX);
	node->last_segment = take_u16(r, "PCI Segment end", FORM_HEX);
	node->bdf = take_u16(r, "PCI BDF start", FORM_HEX);
	node->last_bdf = take_u16(r, "PCI BDF end", FORM_HEX);
	node->output = take_u16(r, "Output node", FORM_HEX);
	take_bytes(r, "Reserved", 6);
	if (node->last_segment < node->segment || node->last_bdf < node->bdf) {
		record_problem(r, "the range ends before it starts");
		record_fate(r, FATE_USED_BROKEN, "no device is in it");
	}
}

static void read_mmio_endpoint(struct reader *r, struct viot_node *node)
{
	node->endpoint = take_u32(r, "Endpoint", FORM_HEX);
	node->base = take_u64(r, "Base address", FORM_HEX);
	node->output = take_u16(r, "Output node", FORM_HEX);
	take_bytes(r, "Reserved", 6);
}

static void read_iommu_pci(struct reader *r, struct viot_node *node)
{
	node->segment = node->last_segment = take_u16(r, "PCI Segment", FORM_HEX);
	node->bdf = node->last_bdf = take_u16(r, "PCI BDF number", FORM_HEX);
	take_u64(r, "Reserved", FORM_HEX);
}

static void read_iommu_mmio(struct reader *r, struct viot_node *node)
{
	(void)node;
	take_u32(r, "Reserved", FORM_HEX);
	take_u64(r, "Base address", FORM_HEX);
}

static const struct {
	const char *name;
	size_t size; /* the least it must have */
	void (*read)(struct reader *r, struct viot_node *node);
	const char *too_short; /* what the kernel says */
} types[] = {
	[0] = { .name = "Unknown", .size = NODE_HEADER_SIZE },
	[VIOT_PCI_RANGE] = { "PCI Range", 24, read_pci_range, "Invalid PCI node size" },
	[VIOT_MMIO_ENDPOINT] = { "MMIO Endpoint", 24, read_mmio_endpoint,
				 "Invalid MMIO node size" },
	[VIOT_IOMMU_PCI] = { "VirtIO-PCI IOMMU", 16, read_iommu_pci, NULL },
	[VIOT_IOMMU_MMIO] = { "VirtIO-MMIO IOMMU", 16, read_iommu_mmio, NULL },
};

static bool is_endpoint(uint8_t type)
{
	return type == VIOT_PCI_RANGE || type == VIOT_MMIO_ENDPOINT;
}

static bool is_iommu(uint8_t type)
{
	return type == VIOT_IOMMU_PCI || type == VIOT_IOMMU_MMIO;
}

static void reject_short(struct reader *r, size_t length, const char *too_short,
			 size_t least)
{
	record_malformed(r, "length 0x%zx, a %s has at least 0x%zx", length,
			 reader_record(r)->kind, least);
	if (too_short)
		record_fate(r, FATE_FATAL,
			    "\"%s\": this node and all that follow are given up",
			    too_short);
	else
		record_fate(r, FATE_IGNORED, "nothing that refers to it finds its IOMMU");
	take_rest(r, "Bytes");
}

static void read_node(struct reader *table, struct viot *viot, struct cursor part)
{
	uint8_t type = part.at[0];
	size_t row = type < ARRAY_SIZE(types) ? type : 0;
	struct reader r = reader_begin(table->records, part, types[row].name, 1);
	struct viot_node *node;

	take_u8(&r, "Type", FORM_HEX);
	field_means(&r, types[row].name);
	take_u8(&r, "Reserved", FORM_HEX);
	take_u16(&r, "Length", FORM_HEX);
	if (part.left < types[row].size) {
		reject_short(&r, part.left, types[row].too_short, types[row].size);
		return;
	}
	node = ADD(viot, nodes);
	node->type = type;
	node->number = reader_record(&r)->index;
	node->offset = part.offset;
	node->record = r.record;
	if (types[row].read)
		types[row].read(&r, node);
	else
		record_fate(&r, FATE_IGNORED, "\"Unsupported node %x\"", type);
	take_rest(&r, "Bytes behind");
}

/* --- What they mean for each other --- */

/*
 * The record of the first node at which the kernel gives up; beyond the last if there is
 * none.
 */
static size_t given_up(const struct records *records)
{
	size_t i = 1; /* 0 is the table */

	while (i < records->n_record && records->record[i].fate != FATE_FATAL)
		i++;
	return i;
}

/* The node that begins at an offset; NULL if none does. */
static const struct viot_node *node_at(const struct viot *viot, size_t offset)
{
	size_t low = 0, high = viot->n_nodes;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (viot->nodes[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low < viot->n_nodes && viot->nodes[low].offset == offset
		       ? &viot->nodes[low]
		       : NULL;
}

static void judge_node(const struct viot *viot, const struct viot_node *node,
		       struct records *records)
{
	struct reader r = { .records = records, .record = node->record };
	const struct viot_node *to = node_at(viot, node->output);
	size_t end = given_up(records);

	if (is_endpoint(node->type) && (!to || !is_iommu(to->type))) {
		record_problem(
			&r, "the output node 0x%x %s", node->output,
			node->output >= viot->header.length ? "lies behind the table"
			: node->output < TABLE_SIZE ? "lies in the table's own fields"
			: to == node		    ? "is the node itself"
			: to			    ? "is not an IOMMU"
						    : "is not the start of a node");
		record_fate(&r, FATE_IGNORED, "\"No IOMMU node found\"");
	}
	if (is_endpoint(node->type) && node->record > end)
		record_fate(&r, FATE_IGNORED, "the kernel gave up at the node at 0x%zx",
			    records->record[end].offset);
	record_fate(&r, FATE_USED, NULL);
}

/* --- The table --- */

/* False if the node's length leads nowhere. */
static bool next_node(struct reader *table, struct viot *viot)
{
	struct cursor look = table->c;
	uint16_t length;

	cursor_skip(&look, 2);
	length = cursor_le16(&look);
	if (look.bad || length < NODE_HEADER_SIZE || length > table->c.left) {
		record_malformed(table,
				 "node at 0x%zx: length 0x%x, 0x%zx bytes are left",
				 table->c.offset, length, table->c.left);
		if (!look.bad && length < NODE_HEADER_SIZE)
			record_fate(table, FATE_USED_BROKEN,
				    "\"Empty node\": the nodes before 0x%zx are used",
				    table->c.offset);
		else
			record_fate(
				table, FATE_USED_BROKEN,
				"\"Node pointer overflows\": the nodes before 0x%zx are used",
				table->c.offset);
		return false;
	}
	read_node(table, viot, cursor_part(&table->c, length));
	return true;
}

static void read_nodes(struct reader *table, struct viot *viot, uint16_t count)
{
	uint16_t n = 0;

	while (n < count && table->c.left && next_node(table, viot))
		n++;
	table_end_nodes(table, count, n,
			"\"Node pointer overflows\": the nodes that are there are used");
}

void viot_parse(const void *bytes, size_t size, struct viot *viot,
		struct records *records)
{
	struct reader r = table_begin(records, bytes, size, &viot->header);
	uint16_t count, offset;

	count = take_u16(&r, "Node count", FORM_DECIMAL);
	offset = take_u16(&r, "Node offset", FORM_HEX);
	take_u64(&r, "Reserved", FORM_HEX);
	if (r.c.bad) {
		record_malformed(&r, "too short for a VIOT");
		return;
	}
	if (count && (offset < TABLE_SIZE || (size_t)(offset - TABLE_SIZE) > r.c.left)) {
		record_malformed(&r, "the node offset 0x%x %s", offset,
				 offset < TABLE_SIZE ? "lies in the table's own fields"
						     : "lies behind the table");
		record_fate(&r, FATE_FATAL,
			    "\"Node pointer overflows\": no node is used");
		return;
	}
	if (count && offset > TABLE_SIZE)
		take_bytes(&r, "Optional Padding", (size_t)(offset - TABLE_SIZE));
	read_nodes(&r, viot, count);
	for (size_t i = 0; i < viot->n_nodes; i++)
		judge_node(viot, &viot->nodes[i], records);
}

void viot_clear(struct viot *viot)
{
	free(viot->nodes);
	*viot = (struct viot){ 0 };
}
