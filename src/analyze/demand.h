/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/page.h"
#include "model/host.h"

/*
 * Memory that must (or may) be identity-mapped: what was asked for, what the kernel lists
 * of it, what it maps in a DMA domain, and what is lost now and why. One object for lines
 * of sysfs, RMRRs, IVMDs, RMRs and ranges of a device tree.
 */

enum demand_of {
	DEMAND_OF_LINE,	  /* one direct or relaxable line of a group */
	DEMAND_OF_ENTRY,  /* one firmware entry, whatever became of it */
	DEMAND_OF_DEVICE, /* one range of one device, by an entry or by its own line */
};

/* What is wrong with a demand by itself, were it in a DMA domain; the first that fits. */
enum misfit {
	MISFIT_NONE,
	MISFIT_INVERTED,     /* it is empty, or ends before it starts */
	MISFIT_WRAPS,	     /* its end, rounded up, wraps to zero */
	MISFIT_BEYOND_WIDTH, /* it ends above what the IOMMU translates */
	MISFIT_SUB_PAGE,     /* no page that is mapped has a byte of it */
	MISFIT_UNKNOWN,	     /* which of these it is depends on the size of pages */
	MISFIT_MISALIGNED,   /* the pages that are mapped are not just what was asked */
	/* it fits, and a page table that was looked at does not have all of it */
	MISFIT_NOT_MAPPED,
};

/* How much of a demand is identity-mapped in its group's default domain. */
enum coverage {
	COVERAGE_UNKNOWN,
	COVERAGE_FULL,
	COVERAGE_PARTLY,
	COVERAGE_NONE,
};

/* Why a part of it is not. */
enum loss {
	LOSS_NOTHING,
	LOSS_ROUNDING,	    /* the start is rounded up to a page */
	LOSS_EMPTY,	    /* the range is empty or inverted */
	LOSS_WRAP,	    /* the end, rounded up, wraps to zero */
	LOSS_APERTURE,	    /* above what the IOMMU can translate */
	LOSS_NO_PERMISSION, /* neither read nor write: no page table takes it */
	LOSS_NOT_TRIED,	    /* the default domain takes no mappings */
	LOSS_NOT_LISTED,    /* the kernel makes no region of the firmware entry */
	LOSS_USER_OWNED,    /* a user-space driver owns the group now */
	LOSS_NOT_MAPPED,    /* the page table was looked at, and does not have it */
};

enum proof {
	PROOF_NONE,
	PROOF_KERNEL_RULE,
	PROOF_LOG,
	PROOF_TRACE,
	PROOF_PAGE_TABLE,
};

struct demand {
	enum demand_of of;
	enum region_type type; /* REGION_DIRECT or REGION_DIRECT_RELAXABLE */
	size_t device;	       /* of a device: index of host->devices */
	/* Of an entry: index of analysis.firmware.entries. */
	size_t entry;
	/*
	 * Index of analysis.firmware.claims. Of a device: NO_INDEX if its line alone is
	 * known; of an entry: the first of its claims, NO_INDEX if it has none.
	 */
	size_t claim;
	/*
	 * Index of host->regions: the line, or of a device a line that covers it;
	 * NO_INDEX: none does.
	 */
	size_t region;
	/* Index of host->groups; of an entry NO_INDEX unless all its devices are in it.
	 */
	size_t group;
	bool ungrouped; /* of an entry: it has devices, and none of them is in a group */

	/* What demand_fit asks for. */
	struct range asked;  /* as firmware wrote it where that is known, else the line */
	struct range listed; /* as the kernel lists it: drivers may round before */
	uint64_t page;	     /* the smallest that the domain maps, bytes */
	bool page_assumed;   /* the size is not known */
	uint64_t last;	     /* the last address translated; UINT64_MAX: not known */
	bool last_by_table;  /* so its table says, and no unit */
	bool no_permission;  /* firmware grants neither read nor write */

	/* The pages that a DMA domain maps for it; inverted: none. */
	struct range mapped;
	enum misfit misfit;

	bool in_force; /* a DMA domain is in use that has to map it */
	enum coverage coverage;
	enum loss loss;
	struct range
		lost; /* the first part not mapped, where coverage is partly or none */
	/* How that is known, where it is better than for the device as a whole. */
	enum proof proof;
	/* The page table (or trace) says otherwise than the kernel's rules let expect. */
	bool contradicted;
	/*
	 * Of a device. The kernel keeps out of its IOVA allocator only the regions of the
	 * device that set up the domain (iommu_dma_init_domain): this other device of the
	 * group may be given addresses of this range for its DMA. NO_INDEX: there is
	 * none.
	 */
	size_t reuser;
};

/* A part of the list of demands. */
struct demand_slice {
	size_t first, n;
};

struct demands {
	/* of the lines, then of the entries, then of the devices; all in their order */
	ARRAY_OF(struct demand, list);
	size_t *of_line;  /* for each region: index of list; NO_INDEX: it is not direct */
	size_t *of_entry; /* for each entry; NO_INDEX: it asks for no mapping */
	struct demand_slice *of_device; /* what each device must find 1:1 */
};

void demands_clear(struct demands *demands);

/*
 * What a DMA domain maps of a demand, and what it loses: from asked, listed, page (which
 * may be assumed), last and no_permission it sets mapped, misfit, coverage, loss and
 * lost. Looks at nothing else. What is listed reaches as far as what is asked.
 */
void demand_fit(struct demand *d);

/* Is some of a range known to be lost, in a DMA domain that is in force? */
static inline bool demand_loses(const struct demand *d, struct range range)
{
	return d->in_force && d->loss != LOSS_NOTHING && range_overlaps(d->lost, range);
}

/* A domain of the DMA API: direct regions are mapped into it. */
static inline bool domain_is_dma(enum domain_type type)
{
	return type == DOMAIN_DMA || type == DOMAIN_DMA_FQ;
}

struct analysis;

/* The demand of a line; NULL: it is no direct or relaxable one. region: of the host. */
const struct demand *demand_of_line(const struct analysis *a, size_t region);
