/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IORT table, read: Arm DEN0049. What the kernel makes of its nodes is in iort-
 * judge.c.
 */
#include "firmware/iort.h"

#include <stdlib.h>
#include <string.h>

#define NODE_HEADER_SIZE 16
#define MAPPING_SIZE 20
#define DESCRIPTOR_SIZE 20
#define TABLE_SIZE 48 /* the table's own fields */

/*
 * A node being read: its record, its bytes from the start, and which of them are
 * accounted for.
 */
struct node_reader {
	struct reader r;     /* stands in the fixed fields, and ends with them */
	struct cursor start; /* all of the node */
	struct iort *iort;
	size_t index; /* in iort.nodes */
	struct {
		size_t first, end;
	} parts[6];
	unsigned n_parts;
};

static struct iort_node *node_of(struct node_reader *n)
{
	return &n->iort->nodes[n->index];
}

/*
 * The bytes of an array of count elements at an offset of the node, as many as there are.
 * Firmware gives offset and count; the kernel believes both.
 */
static struct cursor take_array(struct node_reader *n, const char *what, uint32_t offset,
				uint32_t count, size_t size)
{
	struct cursor none = { .offset = n->start.offset };
	size_t length = n->start.left, fits;
	struct cursor part;

	if (!count)
		return none;
	if (offset < n->parts[0].end || offset > length) {
		record_malformed(&n->r, "%s: the offset 0x%x %s", what, offset,
				 offset > length ? "lies behind the node"
						 : "lies in the node's own fields");
		record_fate(&n->r, FATE_USED_BROKEN,
			    "the kernel does not check the offset");
		return none;
	}
	fits = (length - offset) / size;
	if (count > fits) {
		record_malformed(
			&n->r, "%s: %u elements at 0x%zx, but the node has room for %zu",
			what, count, n->start.offset + offset, fits);
		record_fate(
			&n->r, FATE_USED_BROKEN,
			"the kernel does not check the count and reads beyond the node");
		count = (uint32_t)fits;
	}
	for (unsigned i = 0; i < n->n_parts; i++) {
		if (offset < n->parts[i].end && n->parts[i].first < offset + count * size)
			record_problem(&n->r, "%s: they share bytes with other fields",
				       what);
	}
	n->parts[n->n_parts].first = offset;
	n->parts[n->n_parts++].end = offset + count * size;
	part = cursor_from(&n->start, offset);
	return cursor_part(&part, count * size);
}

/* --- Parts of nodes --- */

static void read_mapping(struct node_reader *n, struct cursor c)
{
	struct reader r = reader_begin(n->r.records, c, "ID Mapping", 2);
	struct iort_mapping *m = ADD(n->iort, mappings);

	m->offset = c.offset;
	m->record = r.record;
	m->input_base = take_u32(&r, "Input base", FORM_HEX);
	m->id_count = take_u32(&r, "ID Count", FORM_HEX);
	field_means(&r, "minus one");
	m->output_base = take_u32(&r, "Output Base", FORM_HEX);
	m->output_reference = take_u32(&r, "Output Reference", FORM_HEX);
	m->flags = take_u32(&r, "Flags", FORM_HEX);
	field_means(&r, m->flags & IORT_SINGLE_MAPPING ? "single mapping" : NULL);
}

static void read_descriptor(struct node_reader *n, struct cursor c)
{
	struct reader r = reader_begin(n->r.records, c, "RMR Descriptor", 2);
	struct iort_rmr_descriptor *d = ADD(n->iort, descriptors);

	d->offset = c.offset;
	d->record = r.record;
	d->base = take_u64(&r, "Base Address of RMR", FORM_HEX);
	d->length = take_u64(&r, "Length of RMR", FORM_HEX);
	take_u32(&r, "Reserved", FORM_HEX);
}

/* Numbers outside the fixed fields, one field each. */
static void read_numbers(struct node_reader *n, struct cursor c, const char *name,
			 size_t size)
{
	struct reader r = n->r;

	r.c = c;
	while (r.c.left >= size) {
		if (size == 8)
			take_u64(&r, name, FORM_HEX);
		else
			*ADD(n->iort, its_ids) = take_u32(&r, name, FORM_DECIMAL);
	}
}

static void read_memory_properties(struct reader *r)
{
	uint8_t flags;

	take_u32(r, "Cache Coherency", FORM_HEX);
	take_u8(r, "Hints", FORM_HEX);
	take_u16(r, "Reserved", FORM_HEX);
	flags = take_u8(r, "Memory Flags", FORM_HEX);
	field_means(r, flags & 1 ? "coherent" : NULL);
}

/* A path that ends with a zero byte. */
static char *read_name(struct reader *r)
{
	struct cursor c = r->c;
	size_t n = 0;

	while (c.left && cursor_u8(&c))
		n++;
	if (n == r->c.left) {
		record_malformed(r, "the name has no end");
		record_fate(r, FATE_USED_BROKEN, "the kernel reads on behind the node");
	} else {
		n++;
	}
	take_text(r, "Device Name", n);
	return xstrndup((const char *)c.at - n, n);
}

/* --- The nodes, from behind their header --- */

static void read_its_group(struct node_reader *n)
{
	struct iort_node *node = node_of(n);
	uint32_t count = take_u32(&n->r, "ItsCount", FORM_DECIMAL);

	n->parts[0].end = 20;
	node->first_its = n->iort->n_its_ids;
	read_numbers(n, take_array(n, "identifiers", 20, count, 4), "Identifiers", 4);
	node->n_its = n->iort->n_its_ids - node->first_its;
}

static void read_named_component(struct node_reader *n)
{
	struct iort_node *node = node_of(n);

	node->flags = take_u32(&n->r, "Node Flags", FORM_HEX);
	read_memory_properties(&n->r);
	node->address_limit = take_u8(&n->r, "Memory Size Limit", FORM_DECIMAL);
	field_means(&n->r, "bits");
	node->name = read_name(&n->r);
}

static void read_root_complex(struct node_reader *n)
{
	struct iort_node *node = node_of(n);

	read_memory_properties(&n->r);
	node->ats = take_u32(&n->r, "ATS Attribute", FORM_HEX);
	field_means(&n->r, node->ats & 1 ? "ATS supported" : NULL);
	node->segment = take_u32(&n->r, "PCI Segment Number", FORM_HEX);
	if (n->r.c.left < 4) /* node revision 0 ends here */
		return;
	node->address_limit = take_u8(&n->r, "Memory Size Limit", FORM_DECIMAL);
	field_means(&n->r, "bits");
	if (node->revision < 4) {
		take_bytes(&n->r, "Reserved", 3);
		return;
	}
	take_u16(&n->r, "PASID Capabilities", FORM_HEX);
	take_u8(&n->r, "Reserved", FORM_HEX);
	if (n->r.c.left >= 4)
		node->flags = take_u32(&n->r, "Flags", FORM_HEX);
}

static const char *smmu_model(uint32_t model)
{
	static const char *const names[] = {
		"SMMUv1",  "SMMUv2",  "MMU-400",
		"MMU-500", "MMU-401", "Cavium ThunderX SMMUv2",
	};

	return model < ARRAY_SIZE(names) ? names[model] : "unknown";
}

static void read_smmu(struct node_reader *n)
{
	struct iort_node *node = node_of(n);
	uint32_t global, contexts, context, pmus, pmu;
	struct reader r;

	node->base = take_u64(&n->r, "Base Address", FORM_HEX);
	take_u64(&n->r, "Span", FORM_HEX);
	node->model = take_u32(&n->r, "Model", FORM_HEX);
	field_means(&n->r, smmu_model(node->model));
	node->flags = take_u32(&n->r, "Flags", FORM_HEX);
	global = take_u32(&n->r, "Global Interrupt Offset", FORM_HEX);
	contexts = take_u32(&n->r, "Context Interrupt Count", FORM_DECIMAL);
	context = take_u32(&n->r, "Context Interrupt Offset", FORM_HEX);
	pmus = take_u32(&n->r, "PMU Interrupt Count", FORM_DECIMAL);
	pmu = take_u32(&n->r, "PMU Interrupt Offset", FORM_HEX);
	n->parts[0].end = 60;
	r = n->r;
	r.c = take_array(n, "global interrupts", global, 1, 16);
	if (r.c.left) {
		take_u32(&r, "NSgIrpt", FORM_DECIMAL);
		take_u32(&r, "NSgIrpt Flags", FORM_HEX);
		take_u32(&r, "NSgCfgIrpt", FORM_DECIMAL);
		take_u32(&r, "NSgCfgIrpt Flags", FORM_HEX);
	}
	read_numbers(n, take_array(n, "context interrupts", context, contexts, 8),
		     "Context Interrupt", 8);
	read_numbers(n, take_array(n, "PMU interrupts", pmu, pmus, 8), "PMU Interrupt",
		     8);
}

static const char *smmu_v3_model(uint32_t model)
{
	static const char *const names[] = { "generic", "HiSilicon HI161X",
					     "Cavium CN99XX" };

	return model < ARRAY_SIZE(names) ? names[model] : "unknown";
}

static void read_smmu_v3(struct node_reader *n)
{
	struct iort_node *node = node_of(n);

	node->base = take_u64(&n->r, "Base Address", FORM_HEX);
	node->flags = take_u32(&n->r, "Flags", FORM_HEX);
	take_u32(&n->r, "Reserved", FORM_HEX);
	take_u64(&n->r, "VATOS Address", FORM_HEX);
	node->model = take_u32(&n->r, "Model", FORM_HEX);
	field_means(&n->r, smmu_v3_model(node->model));
	take_u32(&n->r, "Event GSIV", FORM_DECIMAL);
	take_u32(&n->r, "PRI GSIV", FORM_DECIMAL);
	take_u32(&n->r, "GERR GSIV", FORM_DECIMAL);
	take_u32(&n->r, "Sync GSIV", FORM_DECIMAL);
	if (n->r.c.left >= 4)
		take_u32(&n->r, "Proximity Domain", FORM_DECIMAL);
	if (n->r.c.left >= 4)
		node->device_id_index =
			take_u32(&n->r, "Device ID Mapping Index", FORM_DECIMAL);
}

static void read_pmcg(struct node_reader *n)
{
	struct iort_node *node = node_of(n);

	node->base = take_u64(&n->r, "Page 0 Base Address", FORM_HEX);
	take_u32(&n->r, "Overflow Interrupt GSIV", FORM_DECIMAL);
	node->reference = take_u32(&n->r, "Node Reference", FORM_HEX);
	if (n->r.c.left >= 8)
		take_u64(&n->r, "Page 1 Base Address", FORM_HEX);
}

static const char *rmr_flags(uint32_t flags)
{
	static const char *const names[] = {
		NULL,
		"remapping permitted",
		"privileged",
		"remapping permitted, privileged",
	};

	return names[flags & (RMR_REMAP_PERMITTED | RMR_PRIVILEGED)];
}

static void read_rmr(struct node_reader *n)
{
	struct iort_node *node = node_of(n);
	uint32_t count, offset;
	struct cursor array;

	node->flags = take_u32(&n->r, "Flags", FORM_HEX);
	field_means(&n->r, rmr_flags(node->flags));
	count = take_u32(&n->r, "Number of RMR Descriptors", FORM_DECIMAL);
	offset = take_u32(&n->r, "RMR Descriptor Offset", FORM_HEX);
	n->parts[0].end = 28;
	array = take_array(n, "RMR descriptors", offset, count, DESCRIPTOR_SIZE);
	node->first_descriptor = n->iort->n_descriptors;
	while (array.left)
		read_descriptor(n, cursor_part(&array, DESCRIPTOR_SIZE));
	node->n_descriptors = n->iort->n_descriptors - node->first_descriptor;
}

static void read_iwb(struct node_reader *n)
{
	struct iort_node *node = node_of(n);

	node->base = take_u64(&n->r, "Base Address", FORM_HEX);
	take_u16(&n->r, "IWB Index", FORM_HEX);
	node->name = read_name(&n->r);
}

static const struct {
	size_t size; /* the least it must have */
	void (*read)(struct node_reader *n);
} types[IORT_TYPE_COUNT] = {
	[IORT_ITS_GROUP] = { 20, read_its_group },
	[IORT_NAMED_COMPONENT] = { 30, read_named_component },
	[IORT_ROOT_COMPLEX] = { 32, read_root_complex },
	[IORT_SMMU] = { 60, read_smmu },
	[IORT_SMMU_V3] = { 60, read_smmu_v3 },
	[IORT_PMCG] = { 32, read_pmcg },
	[IORT_RMR] = { 28, read_rmr },
	[IORT_IWB] = { 27, read_iwb },
};

/* --- A node --- */

static int compare_fields(const void *a, const void *b)
{
	const struct field *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return (x->size > y->size) - (x->size < y->size);
}

/* Bytes of the node that belong to nothing, as fields; then all fields by their place. */
static void close_node(struct node_reader *n)
{
	struct record *record;
	size_t at = 0;

	while (at < n->start.left) {
		size_t next = n->start.left;
		bool covered = false;

		for (unsigned i = 0; i < n->n_parts; i++) {
			if (n->parts[i].first <= at && at < n->parts[i].end) {
				at = n->parts[i].end;
				covered = true;
			} else if (n->parts[i].first > at && n->parts[i].first < next) {
				next = n->parts[i].first;
			}
		}
		if (covered)
			continue;
		n->r.c = cursor_from(&n->start, at);
		take_bytes(&n->r, "Padding", next - at);
		at = next;
	}
	record = reader_record(&n->r);
	if (record->n_fields)
		qsort(record->fields, record->n_fields, sizeof(*record->fields),
		      compare_fields);
}

/*
 * Where the fixed fields end at the latest: the mappings, if they are at a possible
 * place.
 */
static size_t end_of_fields(const struct iort_node *node, uint32_t mappings,
			    uint32_t offset, size_t least)
{
	return mappings && offset >= least && offset < node->length ? offset
								    : node->length;
}

static void read_node(struct reader *table, struct iort *iort, struct cursor part)
{
	struct node_reader n = { .start = part, .iort = iort, .index = iort->n_nodes };
	struct iort_node *node = ADD(iort, nodes);
	uint8_t type = part.at[0];
	size_t least = type < IORT_TYPE_COUNT ? types[type].size : NODE_HEADER_SIZE;
	uint32_t count, offset;
	struct cursor array;

	n.r = reader_begin(table->records, part, iort_type_name(type), 1);
	node->number = reader_record(&n.r)->index;
	node->record = n.r.record;
	node->offset = part.offset;
	node->type = take_u8(&n.r, "Type", FORM_HEX);
	field_means(&n.r, iort_type_name(type));
	node->length = take_u16(&n.r, "Length", FORM_HEX);
	node->revision = take_u8(&n.r, "Revision", FORM_HEX);
	take_u32(&n.r, "Identifier", FORM_HEX);
	count = take_u32(&n.r, "Mapping Count", FORM_DECIMAL);
	offset = take_u32(&n.r, "Mapping Offset", FORM_HEX);
	node->first_mapping = iort->n_mappings;
	if (part.left < least) {
		record_malformed(&n.r,
				 "length 0x%zx, a node of type %u has at least 0x%zx",
				 part.left, type, least);
		record_fate(
			&n.r, FATE_USED_BROKEN,
			"the kernel does not check the length and reads what follows");
		take_rest(&n.r, "Bytes");
		iort->n_nodes--;
		return;
	}
	n.r.c.left -= part.left - end_of_fields(node, count, offset, least);
	n.n_parts = 1;
	if (type < IORT_TYPE_COUNT)
		types[type].read(&n);
	n.parts[0].end = n.r.c.offset - part.offset;
	array = take_array(&n, "ID mappings", offset, count, MAPPING_SIZE);
	while (array.left)
		read_mapping(&n, cursor_part(&array, MAPPING_SIZE));
	node->n_mappings = iort->n_mappings - node->first_mapping;
	close_node(&n);
}

/* --- The table --- */

/* False if the node's length leads nowhere. */
static bool next_node(struct reader *table, struct iort *iort)
{
	struct cursor look = table->c;
	uint16_t length;

	cursor_skip(&look, 1);
	length = cursor_le16(&look);
	if (look.bad || length < NODE_HEADER_SIZE || length > table->c.left) {
		record_malformed(table,
				 "node at 0x%zx: length 0x%x, 0x%zx bytes are left",
				 table->c.offset, length, table->c.left);
		if (!look.bad && !length)
			record_fate(
				table, FATE_USED_BROKEN,
				"the kernel takes the node of length 0 at 0x%zx again and again "
				"until the count is reached: what follows is lost",
				table->c.offset);
		else
			record_fate(
				table, FATE_USED_BROKEN,
				"\"IORT node pointer overflows, bad table!\", kernel tainted; the "
				"nodes before 0x%zx are used",
				table->c.offset);
		return false;
	}
	read_node(table, iort, cursor_part(&table->c, length));
	return true;
}

static void read_nodes(struct reader *table, struct iort *iort, uint32_t count)
{
	uint32_t n = 0;

	while (n < count && table->c.left && next_node(table, iort))
		n++;
	table_end_nodes(
		table, count, n,
		"\"IORT node pointer overflows, bad table!\", kernel tainted; the nodes "
		"that are there are used");
}

void iort_parse(const void *bytes, size_t size, struct iort *iort,
		struct records *records)
{
	struct reader r = table_begin(records, bytes, size, &iort->header);
	uint32_t count, offset;

	count = take_u32(&r, "Node Count", FORM_DECIMAL);
	offset = take_u32(&r, "Node Offset", FORM_HEX);
	take_u32(&r, "Reserved", FORM_HEX);
	if (r.c.bad) {
		record_malformed(&r, "too short for an IORT");
		return;
	}
	if (count && (offset < TABLE_SIZE || offset - TABLE_SIZE > r.c.left)) {
		record_malformed(&r, "the node offset 0x%x %s", offset,
				 offset < TABLE_SIZE ? "lies in the table's own fields"
						     : "lies behind the table");
		record_fate(
			&r, offset < TABLE_SIZE ? FATE_USED_BROKEN : FATE_FATAL,
			offset < TABLE_SIZE
				? "the kernel does not check it and takes other bytes for nodes"
				: "\"IORT node pointer overflows, bad table!\": no node is used");
		return;
	}
	if (count && offset > TABLE_SIZE)
		take_bytes(&r, "Optional Padding", offset - TABLE_SIZE);
	read_nodes(&r, iort, count);
	iort_judge(iort, records);
}

void iort_clear(struct iort *iort)
{
	for (size_t i = 0; i < iort->n_nodes; i++)
		free(iort->nodes[i].name);
	free(iort->nodes);
	free(iort->mappings);
	free(iort->descriptors);
	free(iort->its_ids);
	*iort = (struct iort){ 0 };
}
