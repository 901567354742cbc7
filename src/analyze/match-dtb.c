/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device tree: of_iommu_get_resv_regions (drivers/iommu/of_iommu.c), which drivers of
 * IOMMUs reach through iommu_dma_get_resv_regions (drivers/iommu/dma-iommu.c). The parser
 * has worked out which elements of iommu-addresses a device's node takes.
 */
#include <string.h>

#include "analyze/match.h"
#include "base/text.h"

/* Why the kernel makes no region of an element, whatever drives the IOMMU; NULL. */
static const char *why_ignored(const struct host *host, const struct dtb_region *r)
{
	if (kernel_does_anywhere(host, BEHAVIOUR_DT_REGIONS) == ANSWER_NO)
		return "Linux reads iommu-addresses from 6.3 on";
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

void entries_of_dtb(const struct host *host, struct analysis *a)
{
	const struct dtb *dtb = &a->tables.dtb;

	for (size_t i = 0; i < dtb->n_regions; i++) {
		const struct dtb_region *r = &dtb->regions[i];
		struct entry *e = ADD(a, entries);

		e->origin = ORIGIN_DEVICE_TREE;
		e->number = (unsigned)i;
		e->source = i;
		e->node = NO_INDEX;
		e->offset = 4 * r->element;
		e->written = e->listed = r->iova;
		e->type = r->kind == DTB_DIRECT ? REGION_DIRECT : REGION_RESERVED;
		e->ignored = why_ignored(host, r);
	}
}

/* Does the driver of an IOMMU ask for the regions of the device tree? */
static enum yes_no driver_asks(const struct host *host, enum iommu_kind kind,
			       const struct iommu *iommu)
{
	switch (kind) {
	case IOMMU_SMMUV3:
	case IOMMU_SMMU:
	case IOMMU_VIRTIO:
	case IOMMU_DART:
		return kernel_does(host, BEHAVIOUR_DT_REGIONS, kind);
	default:
		break;
	}
	if (!iommu || !iommu->driver)
		return ANSWER_UNKNOWN;
	if (!strcmp(iommu->driver, "exynos-sysmmu"))
		return kernel_does(host, BEHAVIOUR_DT_REGIONS_EXYNOS, kind);
	return ANSWER_NO;
}

/*
 * A device that has no node has no such region. The tree says all there is where it
 * describes the IOMMUs itself: a machine with ACPI may have one that says nothing.
 */
static bool is_known(const struct host *host, const struct analysis *a, size_t device)
{
	bool iort_known =
		a->tables.view[TABLE_IORT].file
			? a->devices[device].tables_known
			: !host_has_table(host, "IORT") && a->tables.dtb.n_iommus;

	return iort_known && a->tables.view[TABLE_DT].complete;
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

void match_dtb(const struct host *host, struct analysis *a, size_t device,
	       enum iommu_kind kind)
{
	const struct device *d = &host->devices[device];
	const struct iommu *iommu = d->iommu == NO_INDEX ? NULL : &host->iommus[d->iommu];
	enum yes_no asks = driver_asks(host, kind, iommu);

	a->devices[device].tables_known =
		is_known(host, a, device) && (!d->of_node || asks != ANSWER_UNKNOWN);
	for (size_t i = 0; d->of_node && i < a->n_entries; i++) {
		struct entry *e = &a->entries[i];
		const struct dtb_region *r;

		if (e->origin != ORIGIN_DEVICE_TREE || e->ignored)
			continue;
		r = &a->tables.dtb.regions[e->source];
		if (strcmp(r->device_node, d->of_node) != 0)
			continue;
		if (asks == ANSWER_NO) {
			e->ignored =
				"the driver of this IOMMU does not read iommu-addresses";
			continue;
		}
		if (r->missing_cells && d->group != NO_GROUP)
			take_listed_end(host, host_group(host, d->group), e);
		add_claim(a, device, i)->conditional = asks == ANSWER_UNKNOWN;
	}
}

char *no_device_for_dtb(const struct host *host, const struct analysis *a,
			const struct entry *e)
{
	const struct dtb *dtb = &a->tables.dtb;
	const struct dtb_region *r = &dtb->regions[e->source];

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
