/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/host.h"

/*
 * What the DMA faults in the log have to do with reserved regions: who asked, and where
 * the address lies. A DMA domain translates, so an address that looks like that of some
 * memory may be one that the kernel gave out: only in a range that is kept free for the
 * device is it surely that memory.
 */

struct analysis;

/* Where a fault's address lies; the first that fits. */
enum fault_place {
	FAULT_UNPLACED,	    /* it has no address */
	FAULT_IS_INTERRUPT, /* an interrupt message, no access of memory */
	FAULT_IN_OWN,	    /* in a direct line of the requester's group */
	FAULT_IN_UNLISTED,  /* in an entry for the requester, which is not listed */
	FAULT_OF_USER,	    /* a user's, whose addresses are no memory of the host */
	FAULT_AT_HIDDEN,    /* in an entry for a function that is not here: this one */
	FAULT_IN_FOREIGN,   /* in an entry for, or the line of, somebody else */
	FAULT_IN_PEER,	    /* in registers or memory of another PCI function */
	FAULT_IN_FIRMWARE,  /* in memory that firmware reserved, and no entry names */
	FAULT_BEYOND_WIDTH, /* above what the IOMMU translates */
	FAULT_IN_RAM,
	FAULT_ELSEWHERE, /* in nothing that is known */
};

/* How the requester of a fault leads to a device. */
enum fault_who {
	WHO_UNKNOWN, /* nothing tells, or several devices may be it */
	WHO_DEVICE,
	WHO_BRIDGE, /* a PCI bridge: itself, or what is behind it */
	WHO_ALIAS,  /* another function of its slot, which is not here itself */
	WHO_ABSENT, /* no such function is here */
};

/* So many of the devices that a requester may be are kept. */
#define FAULT_SUSPECTS 3

/* Same index as host->faults. Indices are NO_INDEX where there is none. */
struct fault_view {
	enum fault_place place;
	enum fault_who who;
	/* of a function: the line has it, or the unit of VT-d that the line is of */
	bool segment_known;
	uint32_t segment;
	size_t device; /* of the host: the requester */
	size_t group;
	bool is_users;	  /* a user-space driver had the group, as far as is known */
	size_t region;	  /* of the host: the line that the address lies in */
	size_t demand;	  /* FAULT_IN_OWN: that of the device, or else of the line */
	size_t entry;	  /* of the analysis */
	size_t owner;	  /* another device, whose range or memory it is; the first */
	size_t memory;	  /* of the host: in the map of memory */
	size_t resource;  /* of the host: another function's BAR or ROM */
	const char *node; /* of the device tree: FAULT_IN_FIRMWARE, a framebuffer; NULL */
	struct range range; /* what it lies in, where that is something */
	/* WHO_UNKNOWN: how many it may be, and the first of them, of the host */
	size_t n_suspects, suspects[FAULT_SUSPECTS];
};

/*
 * "0000:05:00.0", "0000:00:1e.0 (or a device behind it)", "one of 0000:05:00.0 and
 * 0001:05:00.0", "stream 0x800 of SMMU 15000000.iommu"; the caller owns it.
 */
char *fault_requester_text(const struct host *host, const struct analysis *a,
			   size_t fault);

/* FAULT_IN_OWN: what the device must find there, or else what its line is for. */
struct demand;
const struct demand *fault_demand(const struct host *host, const struct analysis *a,
				  size_t fault);

/* The addresses that it may have been: VT-d tells the page only. */
struct range fault_span(const struct fault *f);

/* Are two faults of one requester? */
bool fault_same_requester(const struct fault *a, const struct fault *b);

/* The line of the log that tells a fault; NULL: it was not kept. */
const struct log_line *fault_log_line(const struct host *host, const struct fault *f);
