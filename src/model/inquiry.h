/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/range.h"
#include "model/names.h"

/*
 * What the kernel answered: about page tables that were looked at, and to the questions
 * of `query`.
 */

/*
 * A page table that was looked at, for a device whose group has direct regions; or what
 * was traced of its making.
 */
struct page_table {
	char *device;
	enum source_id source; /* SOURCE_PAGE_TABLES or SOURCE_TRACE */
	bool incomplete;       /* events were lost: what is missing may have been there */
};

/* What a page table maps within (or around) the direct regions of the group. */
struct mapping {
	size_t table;	   /* index of host->page_tables */
	struct range iova; /* whole pages */
	uint64_t physical; /* of its first byte */
};

/* What /dev/iommu says without any device. */
struct iommufd_facts {
	ARRAY_OF(char *, commands); /* "IOAS_ALLOC", ..., without the prefix IOMMU_ */
	bool rlimit_mode_known;
	uint64_t
		rlimit_mode; /* pinned memory is charged to 0: the user, 1: the process */
};

/* A field of a register of the IOMMU, by the name that its specification has for it. */
struct register_field {
	char *name, *meaning;
	uint64_t value;
};

/*
 * What the kernel answered when it was asked about one device, or about several together
 * (in one IOAS or one container). A question that it could not be asked is a gap of
 * SOURCE_INQUIRIES instead.
 */
struct inquiry {
	enum asked_via via;
	ARRAY_OF(size_t, devices); /* indices of host->devices, at least one */
	int error;		   /* positive errno of the call that failed; 0: none */
	char *call;		   /* the ioctl that failed; NULL: none */
	size_t failed_at;	   /* the device it was made for; NO_INDEX: none failed */
	bool has_ranges;
	ARRAY_OF(struct range, ranges); /* may be mapped; ascending, none in another */
	uint64_t alignment; /* iommufd: of addresses and lengths, in bytes; 0: not told */
	uint64_t page_sizes; /* VFIO: bit n: pages of 2^n bytes; 0: not told */
	bool has_available;
	uint32_t available;			     /* VFIO: mappings that may be made */
	bool has_migration;			     /* VFIO: the log of dirty pages */
	uint64_t dirty_page_sizes, dirty_bitmap_max; /* as page_sizes; bytes */
	bool has_hardware; /* iommufd, one device: what follows */
	char *hardware;	   /* what its registers are: "intel-vtd", "none", "type 9" */
	ARRAY_OF(struct register_field, fields);
	ARRAY_OF(char *, capabilities); /* "dirty-tracking", ... */
	unsigned pasid_bits;		/* width of the PASIDs it may use; 0: none */
};

/* Releases what an inquiry points to. */
void inquiry_clear(struct inquiry *inquiry);
