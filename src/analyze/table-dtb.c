/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device tree: of_iommu_get_resv_regions (drivers/iommu/of_iommu.c), which drivers of
 * IOMMUs reach through iommu_dma_get_resv_regions (drivers/iommu/dma-iommu.c). The parser
 * has worked out which elements of iommu-addresses a device's node takes.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/firmware.h"
#include "analyze/match.h"
#include "base/text.h"
#include "firmware/dtb.h"

static const struct dtb *dtb_of(const struct analysis *a)
{
	return table_view(a, &table_dtb)->parsed;
}

static const struct dtb_region *region_of(const struct analysis *a, const struct entry *e)
{
	return &dtb_of(a)->regions[e->source];
}

/* --- Entries --- */

/* Why the kernel makes no region of an element, whatever drives the IOMMU; NULL. */
static const char *why_ignored(const struct host *host, const struct dtb_region *r)
{
	if (kernel_does_anywhere(host, BEHAVIOUR_DT_REGIONS) == TRISTATE_NO)
		return "this kernel does not read iommu-addresses";
	switch (r->kind) {
	case DTB_EMPTY:
		return "its size is 0, so the kernel makes no region of it and logs "
		       "\"Cannot reserve IOVA region of 0 size\"";
	case DTB_UNREADABLE:
		return "reg of its node cannot be read, so the kernel skips it and logs "
		       "\"failed to parse memory region\"";
	case DTB_FAILED:
		return "its address is in none of the dma-ranges of the buses above, and "
		       "the kernel reads on at address 0";
	default:
		return NULL;
	}
}

static void add_entries(const struct host *host, const struct analysis *a,
			struct firmware *out)
{
	const struct dtb *dtb = dtb_of(a);

	for (size_t i = 0; i < dtb->n_regions; i++) {
		const struct dtb_region *r = &dtb->regions[i];
		struct entry *e = ADD(out, entries);

		e->table = &table_dtb;
		e->number = (unsigned)i;
		e->source = i;
		e->node = r->node;
		e->offset = 4 * r->element;
		e->written = e->listed = r->iova;
		e->type = r->kind == DTB_DIRECT ? REGION_DIRECT : REGION_RESERVED;
		e->ignored = why_ignored(host, r);
	}
}

/* Does the driver of an IOMMU ask for the regions of the device tree? */
static enum tristate driver_asks(const struct host *host, enum iommu_kind kind,
				 const struct iommu *iommu)
{
	switch (kind) {
	case IOMMU_SMMUV3:
	case IOMMU_SMMU:
	case IOMMU_VIRTIO:
	case IOMMU_DART:
		return kernel_does(host, BEHAVIOUR_DT_REGIONS, kind);
	case IOMMU_EXYNOS:
		return kernel_does(host, BEHAVIOUR_DT_REGIONS_EXYNOS, kind);
	case IOMMU_OTHER:
		return iommu && iommu->driver ? TRISTATE_NO : TRISTATE_UNKNOWN;
	default:
		return TRISTATE_NO;
	}
}

/*
 * A device that has no node has no such region. The tree says all there is where it
 * describes the IOMMUs itself: a machine with ACPI may have one that says nothing.
 */
static bool is_known(const struct host *host, const struct analysis *a, size_t device,
		     const struct firmware *firmware)
{
	bool iort_known = table_view(a, &table_iort)->file
				  ? firmware->tables_known[device]
				  : !host_has_table(host, "IORT") && dtb_of(a)->n_iommus;

	return iort_known && table_view(a, &table_dtb)->complete;
}

/*
 * The end of an element that is cut is what stands behind the property in the blob that
 * the kernel booted with, and not in ours: it is taken from the line that begins there.
 */
static void take_listed_end(const struct host *host, const struct group *g,
			    struct entry *e)
{
	for (size_t i = 0; g && i < g->n_regions; i++) {
		const struct region *r = &host->regions[g->first_region + i];

		if (r->type == e->type && r->range.first == e->listed.first)
			e->listed = r->range;
	}
}

/*
 * A patched kernel maps what is not 1:1, and lists it with a word of its own (Apple):
 * then the line is the entry's.
 */
static void take_listed_type(const struct host *host, const struct group *g,
			     struct entry *e)
{
	for (size_t i = 0; g && i < g->n_regions; i++) {
		const struct region *r = &host->regions[g->first_region + i];

		if (r->type == REGION_UNKNOWN && range_equals(r->range, e->listed))
			e->type = REGION_UNKNOWN;
	}
}

/* Whatever the IOMMU, but after the IORT. */
static void match(const struct host *host, const struct analysis *a, size_t device,
		  enum iommu_kind kind, struct firmware *out)
{
	const struct device *d = &host->devices[device];
	const struct iommu *iommu = d->iommu == NO_INDEX ? NULL : &host->iommus[d->iommu];
	enum tristate asks = driver_asks(host, kind, iommu);

	if (kind == IOMMU_INTEL || kind == IOMMU_AMD)
		return;
	out->tables_known[device] = is_known(host, a, device, out) &&
				    (!d->of_node || asks != TRISTATE_UNKNOWN);
	for (size_t i = 0; d->of_node && i < out->n_entries; i++) {
		struct entry *e = &out->entries[i];
		const struct dtb_region *r;

		if (e->table != &table_dtb || e->ignored)
			continue;
		r = region_of(a, e);
		if (strcmp(r->device_node, d->of_node) != 0)
			continue;
		if (asks == TRISTATE_NO) {
			e->ignored =
				"the driver of this IOMMU does not read iommu-addresses";
			continue;
		}
		if (r->missing_cells && d->group != NO_GROUP)
			take_listed_end(host, host_group(host, d->group), e);
		if (r->kind == DTB_NON_IDENTITY && d->group != NO_GROUP)
			take_listed_type(host, host_group(host, d->group), e);
		add_claim(out, device, i)->conditional = asks == TRISTATE_UNKNOWN;
	}
}

static char *why_no_device(const struct host *host, const struct analysis *a,
			   const struct entry *e)
{
	const struct dtb *dtb = dtb_of(a);
	const struct dtb_region *r = region_of(a, e);

	if (r->device_disabled)
		return text_format("%s is disabled, and no device is made of it",
				   r->device_node);
	if (r->iommu == DTB_NONE)
		return text_format("%s is behind no IOMMU", r->device_node);
	if (dtb->iommus[r->iommu].disabled)
		return text_format("the IOMMU of %s is disabled", r->device_node);
	if (!host_groups_complete(host))
		return NULL;
	return text_format("no device that is in a group here has the node %s",
			   r->device_node);
}

static char *name_entry(const struct analysis *a, const struct entry *e)
{
	return text_format("device tree %s", region_of(a, e)->name);
}

static char *path_of_entry(const struct analysis *a, const struct entry *e)
{
	return text_format("%s/iommu-addresses", region_of(a, e)->region_node);
}

/* --- What else it says --- */

struct dt_view dt_view(const struct analysis *a, const struct entry *e)
{
	const struct dtb_region *r = region_of(a, e);

	return (struct dt_view){
		.device_node = r->device_node,
		.region_node = r->region_node,
		.is_for_iommu = !r->device_disabled && r->iommu != DTB_NONE &&
				!dtb_of(a)->iommus[r->iommu].disabled,
		.is_listed = dtb_region_is_listed(r),
		.is_non_identity = r->kind == DTB_NON_IDENTITY,
		.reg = r->reg,
		.reads_reg_with_own_cells = r->reads_reg_with_own_cells,
		.remainder_cells = r->remainder_cells,
		.missing_cells = r->missing_cells,
	};
}

static struct ats_view ats(const struct host *host, const struct analysis *a,
			   const struct device *d)
{
	const struct dtb_bridge *b = dtb_bridge_of(dtb_of(a), d->address.domain);

	(void)host;
	if (!b || !b->ats_supported)
		return (struct ats_view){ .text = NULL };
	return (struct ats_view){ "of its host bridge", CONFIDENCE_HEURISTIC, NULL, 0,
				  b->node };
}

static bool add_doorbells(const struct analysis *a, struct doorbells *out)
{
	static const enum msi_controller controllers[] = {
		[DTB_DOORBELL_ITS] = MSI_CONTROLLER_ITS,
		[DTB_DOORBELL_GICV2M] = MSI_CONTROLLER_GICV2M,
		[DTB_DOORBELL_MBI] = MSI_CONTROLLER_MBI,
		[DTB_DOORBELL_LS_SCFG] = MSI_CONTROLLER_LS_SCFG,
	};
	const struct dtb *dtb = dtb_of(a);

	for (size_t i = 0; i < dtb->n_doorbells; i++) {
		const struct dtb_doorbell *d = &dtb->doorbells[i];

		add_doorbell(out, d->page, controllers[d->kind], NULL, d->offset,
			     text_format("device tree %s", d->node));
	}
	return dtb->n_doorbells > 0;
}

static void parse(const void *bytes, size_t size, void *parsed, struct records *records)
{
	dtb_parse(bytes, size, parsed, records);
}

static void clear(void *parsed)
{
	dtb_clear(parsed);
}

/* --- MSI controllers --- */

/*
 * The node of a function's host bridge: the one above its own node, or the one of its PCI
 * domain; NULL: neither is known.
 */
static const char *bridge_node(const struct dtb *dtb, const struct device *d)
{
	const struct dtb_bridge *b = dtb_bridge_of(dtb, d->address.domain);

	for (size_t i = 0; d->of_node && i < dtb->n_bridges; i++) {
		const char *node = dtb->bridges[i].node;

		if (text_starts_with(d->of_node, node) && d->of_node[strlen(node)] == '/')
			return node;
	}
	return b ? b->node : NULL;
}

static enum msi_controller controller_of(enum dtb_msi_kind kind)
{
	static const enum msi_controller controllers[] = {
		[DTB_MSI_OTHER] = MSI_CONTROLLER_OTHER,
		[DTB_MSI_ITS] = MSI_CONTROLLER_ITS,
		[DTB_MSI_ITS_V5] = MSI_CONTROLLER_ITS_V5,
		[DTB_MSI_GICV2M] = MSI_CONTROLLER_GICV2M,
		[DTB_MSI_MBI] = MSI_CONTROLLER_MBI,
		[DTB_MSI_LS_SCFG] = MSI_CONTROLLER_LS_SCFG,
		[DTB_MSI_MIP] = MSI_CONTROLLER_MIP,
		[DTB_MSI_IMSIC] = MSI_CONTROLLER_IMSIC,
	};

	return controllers[kind];
}

/* An ITS that no node refers to: then the tree is not what the kernel went by. */
static bool has_loose_its(const struct dtb *dtb)
{
	for (size_t i = 0; !dtb->n_msi_links && i < dtb->n_doorbells; i++) {
		if (dtb->doorbells[i].kind == DTB_DOORBELL_ITS)
			return true;
	}
	return false;
}

struct msi_parent dtb_msi_parent(const struct analysis *a, const struct device *d)
{
	const struct dtb *dtb = dtb_of(a);
	bool is_pci = d->bus == BUS_PCI;
	const char *node = is_pci ? bridge_node(dtb, d) : d->of_node;
	struct msi_parent parent = { .node = node };
	const struct dtb_msi_link *link;

	if (!node || !table_view(a, &table_dtb)->complete ||
	    (!is_pci && !device_is_platform(d)) || has_loose_its(dtb))
		return parent;
	link = is_pci ? dtb_msi_of_rid(dtb, node, requester_id(d))
		      : dtb_msi_of_node(dtb, node);
	parent.controller = link     ? controller_of(link->kind)
			    : is_pci ? MSI_CONTROLLER_BRIDGE
				     : MSI_CONTROLLER_NONE;
	parent.has_pre_its = link && link->has_pre_its;
	parent.offset = link ? link->offset : 0;
	return parent;
}

enum tristate dtb_has_pre_its(const struct analysis *a)
{
	const struct dtb *dtb = dtb_of(a);

	for (size_t i = 0; i < dtb->n_msi_links; i++) {
		if (dtb->msi_links[i].has_pre_its)
			return TRISTATE_YES;
	}
	return dtb->n_msi_links && table_view(a, &table_dtb)->complete ? TRISTATE_NO
								       : TRISTATE_UNKNOWN;
}

/* --- IOMMUs --- */

struct front dtb_front(const struct analysis *a, const struct device *d)
{
	const struct dtb *dtb = dtb_of(a);
	bool is_pci = d->bus == BUS_PCI;
	const char *node = is_pci ? bridge_node(dtb, d) : d->of_node;
	struct front front = { .node = node };
	size_t iommu;

	if (!node || !table_view(a, &table_dtb)->complete ||
	    (!is_pci && !device_is_platform(d)))
		return front;
	iommu = is_pci ? dtb_iommu_of_rid(dtb, node, requester_id(d)) : DTB_NONE;
	if (iommu == DTB_NONE)
		iommu = dtb_iommu_of_node(dtb, is_pci && d->of_node ? d->of_node : node);
	front.kind = iommu == DTB_NONE		   ? FRONT_NONE
		     : dtb->iommus[iommu].disabled ? FRONT_DISABLED
						   : FRONT_THERE;
	front.iommu = iommu == DTB_NONE ? NULL : dtb->iommus[iommu].node;
	return front;
}

/* Does the name of an IOMMU begin with the address of its registers? */
static bool is_named(const struct dtb_iommu *iommu, const char *name)
{
	char *end;
	uint64_t base = name ? strtoull(name, &end, 16) : 0;

	return !name || end == name || *end != '.' || !iommu->has_base ||
	       base == iommu->base;
}

/* What a link must stand at to be a device's; NULL: nothing. */
static const char *link_node(const struct dtb *dtb, const struct dtb_link *link,
			     const struct device *d)
{
	if (!link->is_map)
		return d->of_node;
	return d->bus == BUS_PCI ? bridge_node(dtb, d) : NULL;
}

/* Numbers differ at once for most links: names are compared last. */
bool dtb_has_stream(const struct analysis *a, const struct device *d, const char *iommu,
		    uint32_t id)
{
	const struct dtb *dtb = dtb_of(a);
	uint16_t rid = d->bus == BUS_PCI ? requester_id(d) : 0;

	for (size_t i = 0; i < dtb->n_links; i++) {
		const struct dtb_link *link = &dtb->links[i];
		const struct dtb_iommu *unit = &dtb->iommus[link->iommu];
		const char *node;

		if (unit->disabled || !dtb_link_has_stream(link, rid, id) ||
		    !is_named(unit, iommu))
			continue;
		node = link_node(dtb, link, d);
		if (node && !strcmp(link->node, node))
			return true;
	}
	return false;
}

enum tristate dtb_iommu_coherent(const struct analysis *a, uint64_t base)
{
	const struct dtb *dtb = dtb_of(a);

	for (size_t i = 0; i < dtb->n_iommus; i++) {
		const struct dtb_iommu *d = &dtb->iommus[i];

		if (d->has_base && d->base == base)
			return d->coherent ? TRISTATE_YES : TRISTATE_NO;
	}
	return TRISTATE_UNKNOWN;
}

const char *dtb_windows(const struct analysis *a, const struct device *d, bool dma,
			struct ranges *windows)
{
	const struct dtb *dtb = dtb_of(a);
	const char *node = bridge_node(dtb, d);

	for (size_t i = 0; node && i < dtb->n_windows; i++) {
		const struct dtb_window *w = &dtb->windows[i];

		if (w->is_dma == dma && !strcmp(w->node, node))
			*ADD(windows, range) = w->range;
	}
	return node;
}

bool dtb_framebuffer_at(const struct analysis *a, uint64_t address,
			struct tree_memory *out)
{
	const struct dtb *dtb = dtb_of(a);

	for (size_t i = 0; i < dtb->n_framebuffers; i++) {
		const struct dtb_framebuffer *f = &dtb->framebuffers[i];

		if (!range_has(f->range, address))
			continue;
		*out = (struct tree_memory){ f->node, f->range };
		return true;
	}
	return false;
}

enum tristate dtb_device_coherent(const struct analysis *a, const struct device *d)
{
	if (!dtb_of(a)->n_iommus || !table_view(a, &table_dtb)->complete)
		return TRISTATE_UNKNOWN;
	return d->of_node && dtb_node_coherent(dtb_of(a), d->of_node) ? TRISTATE_YES
								      : TRISTATE_NO;
}

bool dtb_iommu(const struct analysis *a, struct tree_iommu *out)
{
	const struct dtb *dtb = dtb_of(a);
	const struct dtb_iommu *first = NULL;

	for (size_t i = 0; i < dtb->n_iommus; i++) {
		if (!first || (first->disabled && !dtb->iommus[i].disabled))
			first = &dtb->iommus[i];
	}
	if (first)
		*out = (struct tree_iommu){ first->node, first->compatible,
					    first->disabled };
	return first != NULL;
}

const struct firmware_table table_dtb = {
	.signature = DEVICE_TREE_NAME,
	.path = "/sys/firmware/devicetree/base",
	.announces_iommu = TRISTATE_NO, /* every machine without ACPI has one */
	.is_one = dtb_is_blob,
	.parsed_size = sizeof(struct dtb),
	.parse = parse,
	.clear = clear,
	.word = "device-tree",
	.entry = "iommu-addresses of the device tree",
	.plural = "ranges of the device tree",
	.condition =
		"the kernel ignores it unless the driver of the IOMMU reads iommu-addresses, "
		"which is not known for this one",
	.way_out = "Change the device tree or the boot loader that reserves the memory,",
	.add_entries = add_entries,
	.match = match,
	.why_no_device = why_no_device,
	.entry_text = name_entry,
	.entry_path = path_of_entry,
	.ats = ats,
	.add_doorbells = add_doorbells,
};
