/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IORT: iort_pci_iommu_init, iort_node_map_id, iort_id_map, iort_node_get_rmr_info,
 * iort_get_rmrs and iort_nc_iommu_map (drivers/acpi/arm64/iort.c). Of the ids that a PCI
 * function may have besides its own (DMA aliases: behind a bridge to conventional PCI it
 * has that of the bridge too) nothing is known here.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/match.h"
#include "base/cleanup.h"
#include "base/text.h"

static const char *why_ignored(const struct host *host, const struct iort *iort,
			       const struct iort_node *node)
{
	if (kernel_does_anywhere(host, BEHAVIOUR_IORT_RMR) == ANSWER_NO)
		return "Linux reads RMR nodes from 6.0 on";
	if (iort->header.revision < IORT_RMR_REVISION)
		return "the table's revision is below 5, so the kernel reads no RMR node";
	if (!node->n_mappings)
		return "the node has no ID mapping, so the kernel skips it";
	if (!iort_leads_to_smmu(iort, node))
		return "no ID mapping of the node leads to an SMMU";
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
			e->listed = rmr_listed_range(d, page);
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

static bool is_smmu(const struct iort_node *node)
{
	return node->type == IORT_SMMU || node->type == IORT_SMMU_V3;
}

/* Follows an id upwards until an SMMU is reached. A table can be a loop: it is cut. */
static struct stream map_to_smmu(const struct iort *iort, const struct iort_node *node,
				 uint32_t id)
{
	for (size_t steps = 0; node && steps <= iort->n_nodes; steps++) {
		if (is_smmu(node))
			return (struct stream){ node, id };
		node = map_once(iort, node, &id);
	}
	return (struct stream){ NULL, 0 };
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

/* The streams of one device. */
struct streams {
	ARRAY_OF(struct stream, stream);
};

static void streams_clear(struct streams *s)
{
	free(s->stream);
}

static bool has_stream(const struct iort *iort, const struct iort_node *rmr,
		       struct stream s)
{
	for (size_t i = 0; i < rmr->n_mappings; i++) {
		const struct iort_mapping *m = &iort->mappings[rmr->first_mapping + i];

		/* The sum wraps as the kernel's does (iort_rmr_has_dev). */
		if (m->output_reference == s.smmu->offset && s.id >= m->output_base &&
		    s.id <= m->output_base + m->id_count)
			return true;
	}
	return false;
}

static bool has_any_stream(const struct iort *iort, const struct iort_node *rmr,
			   const struct streams *s)
{
	for (size_t i = 0; i < s->n_stream; i++) {
		if (has_stream(iort, rmr, s->stream[i]))
			return true;
	}
	return false;
}

static void claim_streams(struct analysis *a, size_t device, const struct streams *s,
			  bool conditional)
{
	const struct iort *iort = &a->tables.iort;
	size_t node = NO_INDEX; /* asked last: entries of one node are neighbours */
	bool is_owner = false;

	for (size_t i = 0; i < a->n_entries; i++) {
		const struct entry *e = &a->entries[i];

		if (e->origin != ORIGIN_RMR || e->ignored)
			continue;
		if (e->node != node)
			is_owner = has_any_stream(iort, &iort->nodes[e->node], s);
		node = e->node;
		if (is_owner)
			add_claim(a, device, i)->conditional = conditional;
	}
}

/*
 * The single mappings of a named component are its streams, up to the first that leads to
 * no SMMU or is none (iort_nc_iommu_map). Ranges are for the devices of a bus below it,
 * whose ids cannot be seen.
 */
static void match_component(const struct host *host, struct analysis *a, size_t device)
{
	const struct iort *iort = &a->tables.iort;
	const struct device *d = &host->devices[device];
	const struct iort_node *node =
		d->firmware_path ? component(iort, d->firmware_path) : NULL;
	cleanup(streams_clear) struct streams streams = { 0 };
	bool all_single = true;

	if (!node)
		return;
	for (size_t i = 0; i < node->n_mappings && all_single; i++) {
		const struct iort_mapping *m = &iort->mappings[node->first_mapping + i];
		struct stream s = map_to_smmu(
			iort, iort_node_at(iort, m->output_reference), m->output_base);

		all_single = m->flags & IORT_SINGLE_MAPPING;
		if (all_single && !s.smmu)
			break;
		if (all_single)
			*ADD(&streams, stream) = s;
	}
	claim_streams(a, device, &streams, false);
	a->devices[device].tables_known =
		all_single && a->tables.view[TABLE_IORT].complete;
}

static void match_function(const struct host *host, struct analysis *a, size_t device)
{
	const struct iort *iort = &a->tables.iort;
	const struct device *d = &host->devices[device];
	const struct iort_node *node = root_complex(iort, d->address.domain);
	cleanup(streams_clear) struct streams streams = { 0 };
	struct stream s = map_to_smmu(iort, node, requester_id(d));

	if (s.smmu)
		*ADD(&streams, stream) = s;
	claim_streams(a, device, &streams, true);
	a->devices[device].tables_known = a->tables.view[TABLE_IORT].complete;
}

void match_iort(const struct host *host, struct analysis *a, size_t device)
{
	if (host->devices[device].bus == BUS_PCI)
		match_function(host, a, device);
	else
		match_component(host, a, device);
}

/* "0x8", "0x0-0x100" */
static void add_streams(struct text *t, const struct iort_mapping *m)
{
	text_printf(t, "0x%x", m->output_base);
	if (m->id_count)
		text_printf(t, "-0x%llx",
			    (unsigned long long)m->output_base + m->id_count);
}

#define MAPPINGS_TOLD 4

char *detail_of_rmr(const struct analysis *a, const struct entry *e)
{
	const struct iort *iort = &a->tables.iort;
	const struct iort_node *node = &iort->nodes[e->node];
	struct text t = { 0 };

	text_add(&t, node->flags & RMR_REMAP_PERMITTED ? "remap permitted"
						       : "remap not permitted");
	for (size_t i = 0; i < node->n_mappings && i < MAPPINGS_TOLD; i++) {
		const struct iort_mapping *m = &iort->mappings[node->first_mapping + i];
		const struct iort_node *smmu = iort_node_at(iort, m->output_reference);

		if (!smmu || !is_smmu(smmu))
			continue;
		text_add(&t, m->id_count ? ", streams " : ", stream ");
		add_streams(&t, m);
		text_printf(&t, " of SMMU 0x%llx", (unsigned long long)smmu->base);
	}
	if (node->n_mappings > MAPPINGS_TOLD)
		text_add(&t, ", and more");
	return text_take(&t);
}

bool streams_are_hidden(const struct host *host, const struct analysis *a)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		size_t iommu = host->devices[i].iommu;

		if (host->devices[i].bus != BUS_PCI && !a->devices[i].tables_known &&
		    iommu != NO_INDEX &&
		    (host->iommus[iommu].kind == IOMMU_SMMUV3 ||
		     host->iommus[iommu].kind == IOMMU_SMMU))
			return true;
	}
	return false;
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

		text_add(&t, i ? ", " : " ");
		add_streams(&t, m);
	}
	return text_take(&t);
}
