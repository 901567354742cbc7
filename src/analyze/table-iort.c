/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IORT: iort_pci_iommu_init, iort_node_get_rmr_info, iort_get_rmrs and iort_nc_iommu_map
 * (drivers/acpi/arm64/iort.c). Of the ids that a PCI
 * function may have besides its own (DMA aliases: behind a bridge to conventional PCI it
 * has that of the bridge too) nothing is known here.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/firmware.h"
#include "analyze/match.h"
#include "base/cleanup.h"
#include "base/page.h"
#include "base/text.h"
#include "firmware/iort.h"

static const struct iort *iort_of(const struct analysis *a)
{
	return table_view(a, &table_iort)->parsed;
}

/* --- Entries --- */

/* Why a node is for no device, whoever reads it; NULL: it may be for one. */
static const char *why_useless(const struct iort *iort, const struct iort_node *node)
{
	if (!node->n_mappings)
		return "the node has no ID mapping, so the kernel skips it";
	if (!iort_leads_to_smmu(iort, node))
		return "no ID mapping of the node leads to an SMMU";
	return NULL;
}

/* iort_node_get_rmr_info */
static enum tristate skips_single(const struct host *host)
{
	return kernel_does_anywhere(host, BEHAVIOUR_RMR_OF_ONE_SKIPPED);
}

static const char skipped_single[] =
	"this kernel skips ID mappings that cover a single stream, and the node has no other";

/* Does each of its ID mappings cover one stream? */
static bool is_of_single_streams(const struct iort *iort, const struct iort_node *node)
{
	for (size_t i = 0; i < node->n_mappings; i++) {
		if (iort->mappings[node->first_mapping + i].id_count)
			return false;
	}
	return true;
}

static const char *why_ignored(const struct host *host, const struct iort *iort,
			       const struct iort_node *node)
{
	if (kernel_does_anywhere(host, BEHAVIOUR_IORT_RMR) == TRISTATE_NO)
		return "this kernel does not read RMR nodes";
	if (iort->header.revision < IORT_RMR_REVISION)
		return "the table's revision is below 5, so the kernel reads no RMR node";
	if (why_useless(iort, node))
		return why_useless(iort, node);
	return skips_single(host) == TRISTATE_YES && is_of_single_streams(iort, node)
		       ? skipped_single
		       : NULL;
}

static void add_entries(const struct host *host, const struct analysis *a,
			struct firmware *out)
{
	const struct iort *iort = iort_of(a);
	uint64_t size = kernel_page_size(host), page = size ? size : 4096;

	for (size_t n = 0; n < iort->n_nodes; n++) {
		const struct iort_node *node = &iort->nodes[n];

		if (node->type != IORT_RMR)
			continue;
		for (size_t i = 0; i < node->n_descriptors; i++) {
			size_t index = node->first_descriptor + i;
			const struct iort_rmr_descriptor *d = &iort->descriptors[index];
			struct entry *e = ADD(out, entries);

			e->table = &table_iort;
			e->number = node->number;
			e->part = (unsigned)i;
			e->source = index;
			e->node = n;
			e->offset = d->offset;
			e->written = range_of_length(d->base, d->length);
			e->listed = rmr_listed_range(d, page);
			e->type = node->flags & RMR_REMAP_PERMITTED
					  ? REGION_DIRECT_RELAXABLE
					  : REGION_DIRECT;
			e->ignored = why_ignored(host, iort, node);
		}
	}
}

/* --- Which RMR nodes are a device's --- */

/* What stands for a device: its root complex, or its named component; NULL: nothing. */
static const struct iort_node *node_of(const struct iort *iort, const struct device *d)
{
	if (d->bus == BUS_PCI)
		return iort_root_complex(iort, d->address.domain);
	return d->firmware_path ? iort_component(iort, d->firmware_path) : NULL;
}

/* The streams of one device. */
struct streams {
	ARRAY_OF(struct iort_stream, stream);
};

static void streams_clear(struct streams *s)
{
	free(s->stream);
}

static bool has_stream(const struct iort *iort, const struct iort_node *rmr,
		       struct iort_stream s, bool skips)
{
	for (size_t i = 0; i < rmr->n_mappings; i++) {
		const struct iort_mapping *m = &iort->mappings[rmr->first_mapping + i];

		/* The sum wraps as the kernel's does (iort_rmr_has_dev). */
		if (m->output_reference == s.node->offset && s.id >= m->output_base &&
		    s.id <= m->output_base + m->id_count && (m->id_count || !skips))
			return true;
	}
	return false;
}

static bool has_any_stream(const struct iort *iort, const struct iort_node *rmr,
			   const struct streams *s, bool skips)
{
	for (size_t i = 0; i < s->n_stream; i++) {
		if (has_stream(iort, rmr, s->stream[i], skips))
			return true;
	}
	return false;
}

static void claim_streams(const struct host *host, const struct analysis *a,
			  size_t device, const struct streams *s, bool conditional,
			  struct firmware *out)
{
	const struct iort *iort = iort_of(a);
	bool skips = skips_single(host) == TRISTATE_YES;
	size_t node = NO_INDEX; /* asked last: entries of one node are neighbours */
	bool is_owner = false;

	for (size_t i = 0; i < out->n_entries; i++) {
		const struct entry *e = &out->entries[i];

		if (e->table != &table_iort || e->ignored)
			continue;
		if (e->node != node)
			is_owner = has_any_stream(iort, &iort->nodes[e->node], s, skips);
		node = e->node;
		if (is_owner)
			add_claim(out, device, i)->conditional = conditional;
	}
}

/*
 * The single mappings of a named component are its streams, up to the first that leads to
 * no SMMU or is none (iort_nc_iommu_map). Ranges are for the devices of a bus below it,
 * whose ids cannot be seen.
 */
static void match_component(const struct host *host, const struct analysis *a,
			    size_t device, struct firmware *out)
{
	const struct iort *iort = iort_of(a);
	const struct device *d = &host->devices[device];
	const struct iort_node *node =
		d->firmware_path ? iort_component(iort, d->firmware_path) : NULL;
	cleanup(streams_clear) struct streams streams = { 0 };
	bool all_single = true;

	if (!node)
		return;
	for (size_t i = 0; i < node->n_mappings && all_single; i++) {
		const struct iort_mapping *m = &iort->mappings[node->first_mapping + i];
		struct iort_stream s = iort_map_to_smmu(
			iort, iort_node_at(iort, m->output_reference), m->output_base);

		all_single = m->flags & IORT_SINGLE_MAPPING;
		if (all_single && !s.node)
			break;
		if (all_single)
			*ADD(&streams, stream) = s;
	}
	claim_streams(host, a, device, &streams, false, out);
	out->tables_known[device] = all_single && table_view(a, &table_iort)->complete;
}

static void match_function(const struct host *host, const struct analysis *a,
			   size_t device, struct firmware *out)
{
	const struct iort *iort = iort_of(a);
	const struct device *d = &host->devices[device];
	const struct iort_node *node = iort_root_complex(iort, d->address.domain);
	cleanup(streams_clear) struct streams streams = { 0 };
	struct iort_stream s = iort_map_to_smmu(iort, node, requester_id(d));

	if (s.node)
		*ADD(&streams, stream) = s;
	claim_streams(host, a, device, &streams, true, out);
	out->tables_known[device] = table_view(a, &table_iort)->complete;
}

static void match(const struct host *host, const struct analysis *a, size_t device,
		  enum iommu_kind kind, struct firmware *out)
{
	if (kind != IOMMU_SMMUV3 && kind != IOMMU_SMMU)
		return;
	if (host->devices[device].bus == BUS_PCI)
		match_function(host, a, device, out);
	else
		match_component(host, a, device, out);
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

static char *detail(const struct analysis *a, const struct entry *e)
{
	const struct iort *iort = iort_of(a);
	const struct iort_node *node = &iort->nodes[e->node];
	struct text t = { 0 };

	text_add(&t, node->flags & RMR_REMAP_PERMITTED ? "remap permitted"
						       : "remap not permitted");
	for (size_t i = 0; i < node->n_mappings && i < MAPPINGS_TOLD; i++) {
		const struct iort_mapping *m = &iort->mappings[node->first_mapping + i];
		const struct iort_node *smmu = iort_node_at(iort, m->output_reference);

		if (!smmu || !iort_is_smmu(smmu))
			continue;
		text_add(&t, m->id_count ? ", streams " : ", stream ");
		add_streams(&t, m);
		text_printf(&t, " of SMMU 0x%llx", (unsigned long long)smmu->base);
	}
	if (node->n_mappings > MAPPINGS_TOLD)
		text_add(&t, ", and more");
	return text_take(&t);
}

/*
 * Is a device here, behind an SMMU, whose stream ids cannot be seen? So it is with those
 * of a bus that is none of PCI (fsl-mc).
 */
static const char *why_hidden(const struct host *host, const struct analysis *a)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		size_t iommu = host->devices[i].iommu;

		if (host->devices[i].bus != BUS_PCI && !a->firmware.tables_known[i] &&
		    iommu != NO_INDEX &&
		    (host->iommus[iommu].kind == IOMMU_SMMUV3 ||
		     host->iommus[iommu].kind == IOMMU_SMMU))
			return "devices are here whose stream ids cannot be seen";
	}
	return NULL;
}

static char *why_no_device(const struct host *host, const struct analysis *a,
			   const struct entry *e)
{
	const struct iort *iort = iort_of(a);
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

/* --- What else it says --- */

unsigned iort_revision(const struct analysis *a)
{
	return iort_of(a)->header.revision;
}

bool iort_rmrs_are_read(const struct analysis *a)
{
	return iort_revision(a) >= IORT_RMR_REVISION;
}

const char *rmr_useless(const struct analysis *a, const struct entry *e)
{
	return why_useless(iort_of(a), &iort_of(a)->nodes[e->node]);
}

bool rmr_is_skipped(const struct entry *e)
{
	return e->ignored == skipped_single;
}

bool rmr_is_of_single_streams(const struct analysis *a, const struct entry *e)
{
	return is_of_single_streams(iort_of(a), &iort_of(a)->nodes[e->node]);
}

bool rmr_begins_with(const struct analysis *a, const struct entry *e,
		     const struct device *d)
{
	const struct iort *iort = iort_of(a);
	const struct iort_node *node = &iort->nodes[e->node];
	const struct iort_mapping *m = iort->mappings + node->first_mapping;

	for (size_t i = 0; i < node->n_mappings; i++) {
		const struct iort_node *smmu = iort_node_at(iort, m[i].output_reference);

		if (smmu && iort_is_smmu(smmu) &&
		    iort_has_stream(a, d, smmu->base, m[i].output_base))
			return true;
	}
	return false;
}

bool rmr_is_whole(const struct analysis *a, const struct entry *e)
{
	return rmr_is_aligned(&iort_of(a)->descriptors[e->source]);
}

bool rmr_is_bare(const struct analysis *a, const struct entry *e)
{
	const struct iort_node *node = &iort_of(a)->nodes[e->node];

	return !node->flags && node->n_descriptors == 1;
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

size_t iort_count_its(const struct analysis *a)
{
	const struct iort *iort = iort_of(a);
	cleanup_free uint32_t *ids = xcalloc(iort->n_its_ids, sizeof(*ids));
	size_t n = 0;

	for (size_t i = 0; i < iort->n_its_ids; i++)
		ids[i] = iort->its_ids[i];
	qsort(ids, iort->n_its_ids, sizeof(*ids), compare_ids);
	for (size_t i = 0; i < iort->n_its_ids; i++)
		n += !i || ids[i] != ids[i - 1];
	return n;
}

static bool is_stream(const struct iort_stream *s, uint64_t base, uint32_t id)
{
	return s->node && s->node->base == base && s->id == id;
}

bool iort_has_stream(const struct analysis *a, const struct device *d, uint64_t base,
		     uint32_t id)
{
	const struct iort *iort = iort_of(a);
	const struct iort_node *node = node_of(iort, d);
	struct iort_stream s;

	if (node && d->bus == BUS_PCI) {
		s = iort_map_to_smmu(iort, node, requester_id(d));
		return is_stream(&s, base, id);
	}
	for (size_t i = 0; node && i < node->n_mappings; i++) {
		const struct iort_mapping *m = &iort->mappings[node->first_mapping + i];

		s = iort_map_to_smmu(iort, iort_node_at(iort, m->output_reference),
				     m->output_base);
		if (m->flags & IORT_SINGLE_MAPPING && is_stream(&s, base, id))
			return true;
	}
	return false;
}

bool iort_only_smmu(const struct analysis *a, bool v3, uint64_t *base)
{
	const struct iort *iort = iort_of(a);
	size_t n = 0;

	for (size_t i = 0; i < iort->n_nodes; i++) {
		if (iort->nodes[i].type != (v3 ? IORT_SMMU_V3 : IORT_SMMU))
			continue;
		*base = iort->nodes[i].base;
		n++;
	}
	return n == 1;
}

static struct ats_view ats(const struct host *host, const struct analysis *a,
			   const struct device *d)
{
	const struct iort *iort = iort_of(a);

	(void)host;
	for (size_t i = 0; i < iort->n_nodes; i++) {
		const struct iort_node *n = &iort->nodes[i];

		if (n->type == IORT_ROOT_COMPLEX && n->segment == d->address.domain &&
		    n->ats & 1)
			return (struct ats_view){ "root complex with ATS",
						  CONFIDENCE_HEURISTIC, "IORT", n->offset,
						  NULL };
	}
	return (struct ats_view){ .text = NULL };
}

static void parse(const void *bytes, size_t size, void *parsed, struct records *records)
{
	iort_parse(bytes, size, parsed, records);
}

static void clear(void *parsed)
{
	iort_clear(parsed);
}

/* --- MSI controllers --- */

/* Does a single mapping of a component lead to an ITS (iort_get_platform_device_domain)?
 */
static bool component_has_its(const struct iort *iort, const struct iort_node *node)
{
	for (size_t i = 0; i < node->n_mappings; i++) {
		const struct iort_mapping *m = &iort->mappings[node->first_mapping + i];

		if (m->flags & IORT_SINGLE_MAPPING &&
		    iort_map_to_its_group(iort, iort_node_at(iort, m->output_reference),
					  m->output_base)
			    .node)
			return true;
	}
	return false;
}

/* iort_get_device_domain; of what leads to no ITS a GICv2m takes the MSIs, or nothing. */
struct msi_parent iort_msi_parent(const struct analysis *a, const struct device *d)
{
	const struct iort *iort = iort_of(a);
	bool is_pci = d->bus == BUS_PCI;
	const struct iort_node *node = node_of(iort, d);
	struct msi_parent parent = { .table = "IORT" };

	if (!iort->n_its_ids || !table_view(a, &table_iort)->complete)
		return parent;
	if (!is_pci && d->firmware_path && !node)
		parent.controller = MSI_CONTROLLER_NONE;
	if (!node)
		return parent;
	parent.offset = node->offset;
	if (is_pci ? iort_map_to_its_group(iort, node, requester_id(d)).node != NULL
		   : component_has_its(iort, node))
		parent.controller = MSI_CONTROLLER_ITS;
	else
		parent.controller = is_pci ? MSI_CONTROLLER_BRIDGE : MSI_CONTROLLER_NONE;
	return parent;
}

/* --- SMMUs --- */

/* iort_pci_iommu_init, iort_nc_iommu_map: a device that leads to no SMMU is behind none.
 */
struct front iort_front(const struct analysis *a, const struct device *d)
{
	const struct iort *iort = iort_of(a);
	bool is_pci = d->bus == BUS_PCI;
	const struct iort_node *node = node_of(iort, d);
	struct front front = { .table = "IORT", .offset = node ? node->offset : 0 };

	if (!table_view(a, &table_iort)->complete || (!is_pci && !d->firmware_path))
		return front;
	if (is_pci)
		front.kind = iort_map_to_smmu(iort, node, requester_id(d)).node
				     ? FRONT_THERE
				     : FRONT_NONE;
	else
		front.kind =
			node && iort_leads_to_smmu(iort, node) ? FRONT_THERE : FRONT_NONE;
	return front;
}

/* IO Remapping Table (DEN 0049E.f), tables 12 and 9: flags of SMMUv3, of SMMUv1 and v2.
 */
#define SMMU_V3_COHACC_OVERRIDE 0x1
#define SMMU_COHERENT_WALK 0x2

size_t iort_smmus(const struct analysis *a)
{
	const struct iort *iort = iort_of(a);
	size_t n = 0;

	for (size_t i = 0; i < iort->n_nodes; i++)
		n += iort_is_smmu(&iort->nodes[i]);
	return n;
}

/* arm_smmu_device_acpi_probe (arm-smmu-v3.c, arm-smmu.c) */
enum tristate iort_smmu_coherent(const struct analysis *a, uint64_t base, bool v3)
{
	const struct iort *iort = iort_of(a);
	uint32_t flag = v3 ? SMMU_V3_COHACC_OVERRIDE : SMMU_COHERENT_WALK;

	for (size_t i = 0; i < iort->n_nodes; i++) {
		const struct iort_node *n = &iort->nodes[i];

		if (n->type == (v3 ? IORT_SMMU_V3 : IORT_SMMU) && n->base == base)
			return (n->flags & flag) != 0 ? TRISTATE_YES : TRISTATE_NO;
	}
	return TRISTATE_UNKNOWN;
}

const struct firmware_table table_iort = {
	.signature = "IORT",
	.path = "/sys/firmware/acpi/tables/IORT",
	.announces_iommu = TRISTATE_UNKNOWN, /* it may describe an ITS only */
	.iommu = IOMMU_SMMUV3,
	.parsed_size = sizeof(struct iort),
	.parse = parse,
	.clear = clear,
	.word = "rmr",
	.entry = "RMR",
	.plural = "RMRs",
	.part = "descriptor",
	.condition =
		"the kernel ignores an RMR of a PCI device unless the host bridge "
		"preserves its configuration (_DSM function 5 that returns 0), which cannot "
		"be seen from here",
	.way_out = "Update the firmware,",
	.slot_matters = true,
	.add_entries = add_entries,
	.match = match,
	.why_no_device = why_no_device,
	.why_hidden = why_hidden,
	.detail = detail,
	.whom = detail,
	.ats = ats,
};
