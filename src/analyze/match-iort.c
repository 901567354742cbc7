/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IORT: iort_pci_iommu_init, iort_node_map_id, iort_id_map, iort_node_get_rmr_info and
 * iort_get_rmrs (drivers/acpi/arm64/iort.c).
 */
#include <string.h>

#include "analyze/match.h"
#include "base/text.h"

#define RMR_ALIGNMENT 0xffff /* 64 KiB */

/* What is not aligned to 64 KiB is widened to whole pages of the kernel. */
static struct range listed_range(const struct iort_rmr_descriptor *d, uint64_t page)
{
	uint64_t mask = page - 1, first, length;

	if (!(d->base & RMR_ALIGNMENT) && !(d->length & RMR_ALIGNMENT))
		return (struct range){ d->base, d->base + d->length - 1 };
	first = d->base & ~mask;
	length = (d->length + (d->base & mask) + mask) & ~mask;
	return (struct range){ first, first + length - 1 };
}

static const char *why_ignored(const struct host *host, const struct iort *iort,
			       const struct iort_node *node)
{
	if (kernel_at_least(&host->kernel, 6, 0) == ANSWER_NO)
		return "Linux reads RMR nodes from 6.0 on";
	if (iort->header.revision < IORT_RMR_REVISION)
		return "the table's revision is below 5, so the kernel reads no RMR node";
	if (!node->n_mappings)
		return "the node has no ID mapping, so the kernel skips it";
	return NULL;
}

void entries_of_iort(const struct host *host, struct analysis *a)
{
	const struct iort *iort = &a->tables.iort;
	uint64_t page = host->kernel.page_size ? host->kernel.page_size : 4096;

	for (size_t n = 0; n < iort->n_nodes; n++) {
		const struct iort_node *node = &iort->nodes[n];

		if (node->type != IORT_RMR)
			continue;
		for (size_t i = 0; i < node->n_descriptors; i++) {
			size_t index = node->first_descriptor + i;
			const struct iort_rmr_descriptor *d = &iort->descriptors[index];
			struct entry *e = ADD(a, entries);

			e->origin = ORIGIN_RMR;
			e->number = node->number;
			e->part = (unsigned)i;
			e->source = index;
			e->node = n;
			e->offset = d->offset;
			e->written = (struct range){ d->base, d->base + d->length - 1 };
			e->listed = listed_range(d, page);
			e->type = node->flags & RMR_REMAP_PERMITTED
					  ? REGION_DIRECT_RELAXABLE
					  : REGION_DIRECT;
			e->ignored = why_ignored(host, iort, node);
		}
	}
}

/* --- From a device to its stream id --- */

struct stream {
	const struct iort_node *smmu; /* NULL: none was reached */
	uint32_t id;
};

/* One ID mapping; false if it does not take this id. Both ends are inclusive. */
static bool map_id(const struct iort_node *node, const struct iort_mapping *m,
		   uint32_t in, uint32_t *out)
{
	if (m->flags & IORT_SINGLE_MAPPING) {
		*out = m->output_base;
		return node->type == IORT_NAMED_COMPONENT ||
		       node->type == IORT_ROOT_COMPLEX;
	}
	if (in < m->input_base || in - m->input_base > m->id_count)
		return false;
	*out = m->output_base + (in - m->input_base);
	return true;
}

/* An SMMU's or counter group's mapping for its own interrupts maps no device. */
static bool is_own_mapping(const struct iort_node *node, size_t mapping)
{
	return (node->type == IORT_SMMU_V3 && mapping == node->device_id_index) ||
	       (node->type == IORT_PMCG && mapping == 0);
}

/* Follows an id upwards until an SMMU is reached. A table can be a loop: it is cut. */
static struct stream map_to_smmu(const struct iort *iort, const struct iort_node *node,
				 uint32_t id)
{
	struct stream none = { NULL, 0 };

	for (size_t steps = 0; node && steps <= iort->n_nodes; steps++) {
		const struct iort_node *next = NULL;

		if (node->type == IORT_SMMU || node->type == IORT_SMMU_V3)
			return (struct stream){ node, id };
		for (size_t i = 0; i < node->n_mappings && !next; i++) {
			const struct iort_mapping *m =
				&iort->mappings[node->first_mapping + i];

			if (!is_own_mapping(node, i) && map_id(node, m, id, &id))
				next = iort_node_at(iort, m->output_reference);
		}
		node = next;
	}
	return none;
}

static const struct iort_node *root_complex(const struct iort *iort, uint32_t segment)
{
	for (size_t i = 0; i < iort->n_nodes; i++) {
		if (iort->nodes[i].type == IORT_ROOT_COMPLEX &&
		    iort->nodes[i].segment == segment)
			return &iort->nodes[i];
	}
	return NULL;
}

static const struct iort_node *component(const struct iort *iort, const char *path)
{
	for (size_t i = 0; i < iort->n_nodes; i++) {
		if (iort->nodes[i].type == IORT_NAMED_COMPONENT && iort->nodes[i].name &&
		    !strcmp(iort->nodes[i].name, path))
			return &iort->nodes[i];
	}
	return NULL;
}

/* --- Which RMR nodes are a device's --- */

static bool rmr_has_stream(const struct iort *iort, const struct iort_node *rmr,
			   struct stream s)
{
	for (size_t i = 0; i < rmr->n_mappings; i++) {
		const struct iort_mapping *m = &iort->mappings[rmr->first_mapping + i];

		if (m->output_reference == s.smmu->offset && s.id >= m->output_base &&
		    s.id - m->output_base <= m->id_count)
			return true;
	}
	return false;
}

static bool has_claim(const struct analysis *a, size_t device, size_t entry)
{
	for (size_t i = a->n_claims; i-- > 0 && a->claims[i].device == device;) {
		if (a->claims[i].entry == entry)
			return true;
	}
	return false;
}

static void claim_stream(struct analysis *a, size_t device, struct stream s,
			 bool conditional)
{
	for (size_t i = 0; s.smmu && i < a->n_entries; i++) {
		const struct entry *e = &a->entries[i];

		if (e->origin != ORIGIN_RMR || e->ignored || has_claim(a, device, i) ||
		    !rmr_has_stream(&a->tables.iort, &a->tables.iort.nodes[e->node], s))
			continue;
		add_claim(a, device, i)->conditional = conditional;
	}
}

/* Each single mapping of a named component is a stream of it. */
static void match_component(const struct host *host, struct analysis *a, size_t device)
{
	const struct iort *iort = &a->tables.iort;
	const struct device *d = &host->devices[device];
	const struct iort_node *node =
		d->firmware_path ? component(iort, d->firmware_path) : NULL;
	bool all_single = true;

	if (!node)
		return;
	for (size_t i = 0; i < node->n_mappings; i++) {
		const struct iort_mapping *m = &iort->mappings[node->first_mapping + i];

		if (!(m->flags & IORT_SINGLE_MAPPING)) {
			all_single = false;
			continue;
		}
		claim_stream(a, device,
			     map_to_smmu(iort, iort_node_at(iort, m->output_reference),
					 m->output_base),
			     false);
	}
	a->devices[device].tables_known =
		all_single && a->tables.view[TABLE_IORT].complete;
}

void match_iort(const struct host *host, struct analysis *a, size_t device)
{
	const struct iort *iort = &a->tables.iort;
	const struct device *d = &host->devices[device];
	const struct iort_node *node;

	if (d->bus != BUS_PCI) {
		match_component(host, a, device);
		return;
	}
	node = root_complex(iort, d->address.domain);
	a->devices[device].tables_known = a->tables.view[TABLE_IORT].complete;
	if (node)
		claim_stream(a, device, map_to_smmu(iort, node, requester_id(d)), true);
}

char *no_device_for_rmr(const struct host *host, const struct analysis *a,
			const struct entry *e)
{
	const struct iort *iort = &a->tables.iort;
	const struct iort_node *node = &iort->nodes[e->node];
	struct text t = { 0 };

	if (!host_source_usable(host, SOURCE_PCI) &&
	    !host_source_usable(host, SOURCE_GROUPS))
		return NULL;
	text_add(&t, "no device here has the stream id");
	for (size_t i = 0; i < node->n_mappings; i++) {
		const struct iort_mapping *m = &iort->mappings[node->first_mapping + i];

		text_printf(&t, "%s 0x%x", i ? "," : "", m->output_base);
		if (m->id_count)
			text_printf(&t, "-0x%llx",
				    (unsigned long long)m->output_base + m->id_count);
	}
	return text_take(&t);
}
