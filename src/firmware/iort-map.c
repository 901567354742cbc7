/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the ids of devices lead, through the ID mappings: iort_node_map_id and
 * iort_id_map (drivers/acpi/arm64/iort.c).
 */
#include <string.h>

#include "firmware/iort.h"

enum mapped {
	MAPPED_NOT,
	MAPPED,
	/* by the last id of a mapping: another one that begins with it goes before */
	MAPPED_AS_LAST,
};

/*
 * One ID mapping; out is left alone where it does not take this id. Firmware that means
 * the count without "minus one" gives a mapping an id too many, which is the first of the
 * next: conflict says that such an id was met.
 */
static enum mapped map_id(const struct iort_node *node, const struct iort_mapping *m,
			  bool conflict, uint32_t in, uint32_t *out)
{
	uint32_t last = m->input_base + m->id_count; /* wraps as the kernel's does */

	if (m->flags & IORT_SINGLE_MAPPING) {
		if (node->type != IORT_NAMED_COMPONENT && node->type != IORT_IWB &&
		    node->type != IORT_ROOT_COMPLEX)
			return MAPPED_NOT;
		*out = m->output_base;
		return MAPPED;
	}
	if (in < m->input_base || in > last || (conflict && in != m->input_base))
		return MAPPED_NOT;
	*out = m->output_base + (in - m->input_base);
	return m->id_count && in == last ? MAPPED_AS_LAST : MAPPED;
}

/* The node that an id of this node leads to, and the id there; NULL: none. */
static const struct iort_node *map_once(const struct iort *iort,
					const struct iort_node *node, uint32_t *id)
{
	const struct iort_mapping *m = iort->mappings + node->first_mapping;
	uint32_t in = *id, last_reference = 0;

	/* One reference of 0 and the kernel reads none of the node's mappings. */
	if (!node->n_mappings || !m->output_reference)
		return NULL;
	for (size_t i = 0; i < node->n_mappings; i++) {
		enum mapped mapped = map_id(node, &m[i], last_reference, in, id);

		if (mapped == MAPPED)
			return iort_node_at(iort, m[i].output_reference);
		if (mapped == MAPPED_AS_LAST)
			last_reference = m[i].output_reference;
	}
	return last_reference ? iort_node_at(iort, last_reference) : NULL;
}

bool iort_is_smmu(const struct iort_node *node)
{
	return node->type == IORT_SMMU || node->type == IORT_SMMU_V3;
}

static bool is_its_group(const struct iort_node *node)
{
	return node->type == IORT_ITS_GROUP;
}

/*
 * Follows an id upwards until a node of the wanted kind is reached. A table can be a
 * loop: it is cut.
 */
static struct iort_stream map_to(const struct iort *iort, const struct iort_node *node,
				 uint32_t id,
				 bool (*wanted)(const struct iort_node *node))
{
	for (size_t steps = 0; node && steps <= iort->n_nodes; steps++) {
		if (wanted(node))
			return (struct iort_stream){ node, id };
		node = map_once(iort, node, &id);
	}
	return (struct iort_stream){ NULL, 0 };
}

struct iort_stream iort_map_to_smmu(const struct iort *iort, const struct iort_node *node,
				    uint32_t id)
{
	return map_to(iort, node, id, iort_is_smmu);
}

struct iort_stream iort_map_to_its_group(const struct iort *iort,
					 const struct iort_node *node, uint32_t id)
{
	return map_to(iort, node, id, is_its_group);
}

const struct iort_node *iort_root_complex(const struct iort *iort, uint32_t segment)
{
	for (size_t i = 0; i < iort->n_nodes; i++) {
		if (iort->nodes[i].type == IORT_ROOT_COMPLEX &&
		    iort->nodes[i].segment == segment)
			return &iort->nodes[i];
	}
	return NULL;
}

const struct iort_node *iort_component(const struct iort *iort, const char *path)
{
	for (size_t i = 0; i < iort->n_nodes; i++) {
		if (iort->nodes[i].type == IORT_NAMED_COMPONENT && iort->nodes[i].name &&
		    !strcmp(iort->nodes[i].name, path))
			return &iort->nodes[i];
	}
	return NULL;
}

bool iort_leads_to_smmu(const struct iort *iort, const struct iort_node *node)
{
	for (size_t i = 0; i < node->n_mappings; i++) {
		const struct iort_mapping *m = &iort->mappings[node->first_mapping + i];
		const struct iort_node *target = iort_node_at(iort, m->output_reference);

		if (target && iort_is_smmu(target))
			return true;
	}
	return false;
}
