/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/host.h"

/*
 * Where a direct region comes from and whose it is. sysfs merges the regions of a group
 * and names neither; the firmware tables name both, read as the kernel reads them.
 */

enum origin_of_region {
	ORIGIN_RMRR, /* DMAR */
	ORIGIN_IVMD, /* IVRS */
	/* the kernel's own range for ISA DMA (CONFIG_INTEL_IOMMU_FLOPPY_WA) */
	ORIGIN_ISA,
};

/* One device that is given one range by one firmware entry (or kernel rule). */
struct claim {
	size_t device; /* index of host->devices */
	enum origin_of_region origin;
	unsigned number; /* RMRR 3: the fourth, from 0 */
	size_t offset;	 /* of the entry in its table */
	struct range
		range; /* as the kernel lists it: AMD rounds to pages; may be inverted */
	enum region_type type; /* REGION_DIRECT or REGION_DIRECT_RELAXABLE */
};

/* Is a line of sysfs what firmware entries say of the devices of its group? */
enum explained {
	/* the tables could not be read, or are of a kind not read yet */
	EXPLAINED_UNKNOWN,
	EXPLAINED_FULLY,
	EXPLAINED_PARTLY,
	EXPLAINED_NOT,
};

const char *explained_name(enum explained explained);

/* Has a claim a share in a line of sysfs? */
bool claim_is_part_of(const struct claim *claim, const struct region *region);

/* "DMAR RMRR 3 at 0x78", "kernel's range for ISA DMA"; the caller owns it. */
char *claim_text(const struct claim *claim);
