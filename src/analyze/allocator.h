/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"

/*
 * The addresses that the kernel gives its own drivers for DMA, in a domain of the DMA
 * API. Beside the regions of the group (some kernels: of one device of it, see the rule
 * dma-api-blind-spot) it keeps out what no file lists: page zero, the
 * windows of the PCI host bridge, and what the bridge's dma-ranges do not let through
 * (iommu_dma_init_domain and iova_reserve_pci_windows, drivers/iommu/dma-iommu.c). VFIO
 * and iommufd know nothing of these: a user may map them.
 */

enum kept_kind {
	KEPT_PAGE_ZERO,
	KEPT_WINDOW,   /* of the host bridge: a device's DMA there may end at a device */
	KEPT_DMA_HOLE, /* outside dma-ranges */
	KEPT_KIND_COUNT,
};

struct kept {
	enum kept_kind kind;
	struct range range;
	unsigned line;	  /* of /proc/iomem; 0: it is not from there */
	const char *node; /* of the device tree; NULL */
};

struct allocator {
	/* Does this kernel keep windows out? NO: the memory of PCI functions instead. */
	enum tristate keeps_windows;
	bool known; /* the windows are; else nothing more is said */
	ARRAY_OF(struct kept, kept);
	struct ranges usable; /* what is left, as far as the IOMMU translates */
	bool end_known;	      /* that is known */
};

/*
 * False if there is no such allocator for the group, or nothing is known of it: its
 * domain is none of the DMA API, or it has no PCI function. *out is to be cleared in any
 * case.
 */
bool allocator_of(const struct host *host, const struct analysis *a,
		  const struct group *g, struct allocator *out);
void allocator_clear(struct allocator *allocator);

const char *kept_kind_name(enum kept_kind kind);
/* "a window of the PCI host bridge" */
const char *kept_kind_text(enum kept_kind kind);
