/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the nodes of an IORT mean for each other and what the kernel does with each of
 * them: drivers/acpi/arm64/iort.c, in 6.1 to 7.2 alike unless said.
 */
#include <inttypes.h>

#include "base/page.h"
#include "base/text.h"
#include "firmware/iort.h"

#define PAGE 4096 /* of most arm64 kernels */

/* A reader without bytes, for what is added to a record later. */
static struct reader about(struct records *records, size_t record)
{
	return (struct reader){ .records = records, .record = record };
}

/* --- RMR --- */

/* DEN0049 3.1.1.5: base and length are multiples of 64 KiB. */
#define RMR_PAGE 0x10000

bool rmr_is_aligned(const struct iort_rmr_descriptor *d)
{
	return page_down(d->base | d->length, RMR_PAGE) == (d->base | d->length);
}

struct range rmr_listed_range(const struct iort_rmr_descriptor *d, uint64_t page)
{
	uint64_t first = page_down(d->base, page);

	if (rmr_is_aligned(d))
		return range_of_length(d->base, d->length);
	return range_of_length(first, page_up(d->length + (d->base - first), page));
}

static void judge_alignment(struct reader *r, const struct iort_rmr_descriptor *d)
{
	struct range listed = rmr_listed_range(d, PAGE);

	if (rmr_is_aligned(d))
		return;
	record_fate(r, FATE_USED_BROKEN,
		    "\"RMR descriptor[0x%" PRIx64 " - 0x%" PRIx64
		    "] not aligned to 64K, continue with "
		    "[0x%" PRIx64 " - 0x%" PRIx64 "]\" (4 KiB pages)",
		    d->base, d->base + d->length - 1, listed.first, listed.last);
}

/* Why the kernel skips a node; NULL: it does not. */
static const char *why_skipped(const struct iort *iort, const struct iort_node *node)
{
	if (iort->header.revision < IORT_RMR_REVISION)
		return "the table's revision is below 5";
	if (!node->n_mappings)
		return "its node has no ID mapping";
	return iort_leads_to_smmu(iort, node)
		       ? NULL
		       : "no ID mapping of its node leads to an SMMU";
}

static void say_reservation(struct reader *r, const struct iort *iort,
			    const struct iort_rmr_descriptor *d,
			    const struct iort_node *node)
{
	struct reservation v = reservation_of(d->base, d->length);
	const char *why = why_skipped(iort, node);

	if (!why)
		v.becomes = node->flags & RMR_REMAP_PERMITTED ? BECOMES_RELAXABLE
							      : BECOMES_DIRECT;
	v.listed = rmr_listed_range(d, PAGE);
	if (!why && !range_equals(v.listed, v.written))
		why = "with 4 KiB pages";
	record_reserves(r, v, why);
}

/* The first later descriptor of the node that the kernel takes for overlapping; NULL. */
static const struct iort_rmr_descriptor *overlapping(const struct iort_rmr_descriptor *d,
						     size_t n)
{
	uint64_t last = d->base + d->length - 1; /* wraps as the kernel's does */

	for (size_t i = 1; i < n; i++) {
		if (d->base <= d[i].base + d[i].length - 1 && last >= d[i].base)
			return &d[i];
	}
	return NULL;
}

/* One descriptor; n of the node are left, with it. */
static void judge_descriptor(struct records *records, const struct iort_rmr_descriptor *d,
			     size_t n, const struct record *node)
{
	struct reader r = about(records, d->record);
	const struct iort_rmr_descriptor *other = NULL;

	if (!d->length) {
		record_fate(&r, FATE_USED_BROKEN,
			    "\"RMR descriptor[0x%" PRIx64
			    "] with zero length, continue anyway\"",
			    d->base);
	} else {
		other = overlapping(d, n);
		if (d->length - 1 > UINT64_MAX - d->base)
			record_problem(&r, "base and length exceed 64 bits");
	}
	if (other) {
		record_fate(&r, FATE_USED_BROKEN,
			    "\"RMR descriptor[0x%" PRIx64 " - 0x%" PRIx64
			    "] overlaps, continue "
			    "anyway\"",
			    d->base, d->base + d->length - 1);
	}
	judge_alignment(&r, d);
	if (node->fate == FATE_IGNORED)
		record_fate(&r, FATE_IGNORED, "as its node");
	else
		record_fate(&r, FATE_USED, NULL);
}

static void judge_rmr(const struct iort *iort, const struct iort_node *node,
		      struct records *records)
{
	struct reader r = about(records, node->record);

	if (!node->n_descriptors)
		record_problem(&r, "there is no descriptor");
	if (iort->header.revision < IORT_RMR_REVISION)
		record_fate(
			&r, FATE_IGNORED,
			"the table has revision %u: RMRs are read from revision %d on, earlier ones "
			"are drafts",
			iort->header.revision, IORT_RMR_REVISION);
	else if (!node->n_mappings)
		record_fate(&r, FATE_IGNORED,
			    "\"Invalid ID mapping, skipping RMR node\"");
	else if (!node->n_descriptors || !iort_leads_to_smmu(iort, node))
		record_fate(&r, FATE_IGNORED, "without a message");
	else
		record_fate(
			&r, FATE_USED,
			"for a PCI device only if its host bridge preserves its configuration "
			"(_DSM function 5)");
	record_behaviour(&r, "iort-rmr");
	for (size_t i = 0; i < node->n_descriptors; i++) {
		const struct iort_rmr_descriptor *d =
			&iort->descriptors[node->first_descriptor + i];
		struct reader part = about(records, d->record);

		say_reservation(&part, iort, d, node);
		judge_descriptor(records, d, node->n_descriptors - i, reader_record(&r));
	}
}

/* --- ID mappings --- */

/* May a mapping of one type of node lead to another type? */
static bool may_lead(uint8_t from, uint8_t to)
{
	bool smmu = to == IORT_SMMU || to == IORT_SMMU_V3;

	switch (from) {
	case IORT_ITS_GROUP:
		return false;
	case IORT_NAMED_COMPONENT:
	case IORT_ROOT_COMPLEX:
		return smmu || to == IORT_ITS_GROUP;
	case IORT_RMR:
		return smmu;
	case IORT_SMMU:
	case IORT_SMMU_V3:
	case IORT_PMCG:
	case IORT_IWB:
		return to == IORT_ITS_GROUP;
	default:
		return true;
	}
}

static void judge_reference(struct reader *r, const struct iort *iort,
			    const struct iort_node *node, const struct iort_mapping *m,
			    bool is_first)
{
	const struct iort_node *to = iort_node_at(iort, m->output_reference);
	uint32_t at = m->output_reference;

	if (!at) {
		record_problem(r, "the output reference is 0");
		if (is_first && node->type != IORT_RMR)
			record_fate(
				r, FATE_IGNORED,
				"\"ID map has NULL parent reference\": no id of the node is "
				"translated");
	} else if (to == node) {
		record_problem(r, "the output reference 0x%x is its own node", at);
	} else if (!to) {
		record_problem(r, "the output reference 0x%x %s", at,
			       at >= iort->header.length ? "lies behind the table"
			       : at >= node->offset && at - node->offset < node->length
				       ? "lies in its own node"
				       : "is not the start of a node");
	} else if (!may_lead(node->type, to->type)) {
		record_problem(r,
			       "the mapping of a node of type %s leads to one of type %s",
			       iort_type_name(node->type), iort_type_name(to->type));
	}
	if (to && to != node && may_lead(node->type, to->type))
		return;
	if (node->type == IORT_RMR)
		record_fate(r, FATE_IGNORED, "it names no SMMU");
	else
		record_fate(r, FATE_USED_BROKEN,
			    "the kernel follows the reference without a check");
}

/*
 * The single-mapping flag means something for these only: iort_id_map,
 * iort_get_id_mapping_index.
 */
static bool may_be_single(const struct iort_node *node, size_t index)
{
	switch (node->type) {
	case IORT_NAMED_COMPONENT:
	case IORT_ROOT_COMPLEX:
	case IORT_PMCG:
	case IORT_RMR: /* not looked at */
		return true;
	case IORT_SMMU_V3:
		return node->device_id_index == index;
	default:
		return false;
	}
}

static struct range inputs_of(const struct iort_mapping *m)
{
	return (struct range){ m->input_base, (uint64_t)m->input_base + m->id_count };
}

/* Ids that an earlier mapping of the node has too; n mappings are before m. */
static void judge_inputs(struct reader *r, const struct iort_mapping *m, size_t n)
{
	struct range mine = inputs_of(m);

	for (size_t i = 1; i <= n; i++) {
		const struct iort_mapping *other = m - i;
		struct range its = inputs_of(other);

		if (other->flags & IORT_SINGLE_MAPPING || !range_overlaps(mine, its))
			continue;
		record_problem(r,
			       "the input ids 0x%" PRIx64 " to 0x%" PRIx64
			       " are also those of the mapping at 0x%zx",
			       range_common(mine, its).first,
			       range_common(mine, its).last, other->offset);
		if (its.last ==
		    mine.first) /* the count of the other was meant as it stands */
			record_fate(
				r, FATE_USED_BROKEN,
				"\"conflicting mapping for input ID 0x%x\", \"applying "
				"workaround.\": this mapping has it",
				m->input_base);
		else
			record_fate(r, FATE_USED_BROKEN, "the earlier mapping has them");
		return;
	}
}

static void judge_mapping(const struct iort *iort, const struct iort_node *node,
			  size_t index, struct records *records)
{
	const struct iort_mapping *m = &iort->mappings[node->first_mapping + index];
	struct reader r = about(records, m->record);
	bool single = m->flags & IORT_SINGLE_MAPPING;

	judge_reference(&r, iort, node, m, !index);
	if (single && !may_be_single(node, index)) {
		record_problem(&r, "single mapping is not for a node of this type");
		record_fate(
			&r, FATE_IGNORED,
			"\"SINGLE MAPPING flag not allowed for node type %u, skipping ID map\"",
			node->type);
	}
	if (!single && m->id_count > UINT32_MAX - m->input_base)
		record_problem(&r, "the input ids exceed 32 bits");
	if (!single && m->id_count > UINT32_MAX - m->output_base)
		record_problem(&r, "the output ids exceed 32 bits");
	if (!single && node->type != IORT_RMR)
		judge_inputs(&r, m, index);
	if (reader_record(&r)->n_problems)
		record_fate(&r, FATE_USED_BROKEN, NULL);
	else
		record_fate(&r, FATE_USED, NULL);
}

/* --- The other nodes --- */

static void judge_limit(struct reader *r, const struct iort_node *node, const char *what)
{
	if (node->address_limit || (node->type == IORT_ROOT_COMPLEX && !node->revision))
		return;
	record_problem(r, "the memory size limit is 0");
	record_fate(r, FATE_USED_BROKEN, "\"%s missing memory address limit\"", what);
}

static void judge_model(struct reader *r, const struct iort_node *node, uint32_t models)
{
	if (node->model < models)
		return;
	record_problem(r, "the model %u is not defined", node->model);
	if (node->type == IORT_SMMU)
		record_fate(r, FATE_IGNORED,
			    "the driver does not know the model and gives up");
}

static void judge_pmcg(struct reader *r, const struct iort *iort,
		       const struct iort_node *node)
{
	if (iort_node_at(iort, node->reference))
		return;
	record_problem(r, "no node begins at the node reference 0x%x", node->reference);
	record_fate(r, FATE_USED_BROKEN,
		    "the kernel follows the reference without a check");
}

static void judge_smmu_v3(struct reader *r, const struct iort_node *node)
{
	bool device_id_valid = node->revision >= 5 && node->flags & 0x10;

	judge_model(r, node, 3);
	if (device_id_valid && node->device_id_index >= node->n_mappings) {
		record_problem(r, "the device ID mapping index %u is beyond its %zu %s",
			       node->device_id_index, node->n_mappings,
			       one_or_many(node->n_mappings, "mapping", "mappings"));
		record_fate(r, FATE_USED_BROKEN,
			    "\"ID mapping index overflows valid mappings\"");
	}
}

static void judge_node(const struct iort *iort, const struct iort_node *node,
		       struct records *records)
{
	struct reader r = about(records, node->record);

	switch (node->type) {
	case IORT_NAMED_COMPONENT:
		judge_limit(&r, node, "Named component");
		break;
	case IORT_ROOT_COMPLEX:
		judge_limit(&r, node, "Root complex");
		break;
	case IORT_SMMU:
		judge_model(&r, node, 6);
		break;
	case IORT_SMMU_V3:
		judge_smmu_v3(&r, node);
		break;
	case IORT_PMCG:
		judge_pmcg(&r, iort, node);
		break;
	case IORT_RMR:
		judge_rmr(iort, node, records);
		break;
	case IORT_IWB:
		record_fate(&r, FATE_USED, NULL);
		record_behaviour(&r, "iort-iwb");
		break;
	default:
		break;
	}
	if (node->type >= IORT_TYPE_COUNT)
		record_fate(&r, FATE_IGNORED,
			    "unknown types are skipped by their length");
	else if (!reader_record(&r)->fate)
		record_fate(&r, FATE_USED, NULL);
	for (size_t i = 0; i < node->n_mappings; i++)
		judge_mapping(iort, node, i, records);
}

void iort_judge(const struct iort *iort, struct records *records)
{
	for (size_t i = 0; i < iort->n_nodes; i++)
		judge_node(iort, &iort->nodes[i], records);
}
