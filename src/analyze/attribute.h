/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/host.h"

/*
 * Where a region comes from and whose it is. sysfs merges the regions of a group and
 * names neither; the firmware tables name both, read as the kernel reads them.
 */

struct analysis;
struct firmware_table;

/* What became of a firmware entry, as far as the lines of sysfs tell. */
enum entry_state {
	ENTRY_UNKNOWN,	    /* not enough was read to say */
	ENTRY_SHOWN,	    /* all of it is listed, for all its devices */
	ENTRY_SHOWN_PARTLY, /* a part of it, or for some of them */
	ENTRY_NOT_SHOWN,    /* its devices are here, and no line has it */
	ENTRY_NO_DEVICE,    /* it matches no device that is here */
};

/* One firmware entry that reserves a range for devices. */
struct entry {
	const struct firmware_table *table;
	/* RMRR 3: the fourth, from 0; RMR: of the node; device tree: of all elements */
	unsigned number;
	unsigned part; /* RMR: descriptor of the node, from 0 */
	/* Indices of what the parser made of it, for the file of the table. */
	size_t source;
	/*
	 * The same for all descriptors of an RMR node, and for all elements of a property
	 * of the device tree; NO_INDEX else.
	 */
	size_t node;
	size_t offset; /* in its table; device tree: in its iommu-addresses */
	/* As firmware wrote it; inverted where it is empty or ends before it starts. */
	struct range written;
	/* As the kernel lists it: AMD and IORT round to pages. */
	struct range listed;
	/* By the table alone; what it is for the devices here: outcome, claims. */
	enum region_type type;
	/* The kernel makes no region of it, whatever devices are there: why. NULL else.
	 */
	const char *ignored;
	/* A 1:1 mapping that may be neither read nor written: no page table takes it. */
	bool no_permission;
	/*
	 * An IVMD for many devices (functions of one slot share a group anyway: for more
	 * than a slot). It makes a direct line in every group, and says nothing about any
	 * of the devices; so it is reported once, by its own rule.
	 */
	bool is_wide;
	size_t n_claims;
	size_t first_claim, last_claim; /* where there is any; see for_each_claim_of */
};

/* One device that is given one range by one firmware entry (or kernel rule). */
struct claim {
	size_t device; /* index of host->devices */
	/*
	 * NULL: the kernel's own range for ISA DMA (CONFIG_INTEL_IOMMU_FLOPPY_WA), which
	 * no firmware entry asks for.
	 */
	const struct firmware_table *table;
	size_t entry; /* index of analysis.firmware.entries; NO_INDEX: the kernel's own */
	size_t next;  /* the next claim of the entry; NO_INDEX: this is the last */
	struct range range; /* as the kernel lists it; may be inverted */
	enum region_type type;
	/*
	 * What the kernel makes of it could not be seen: an RMR counts only if the host
	 * bridge preserves its configuration (_DSM function 5), an element of a device
	 * tree only if the driver of the IOMMU reads it.
	 */
	bool conditional;
};

/* How the kernel finds the device that a DMAR scope names. */
enum scope_match {
	SCOPE_UNKNOWN,	  /* where PCI functions stand was not read */
	SCOPE_NONE,	  /* no such device is here */
	SCOPE_NEVER,	  /* more than one element, and the start is no root bus */
	SCOPE_PATH,	  /* by root bus and path */
	SCOPE_WORKAROUND, /* by bus, device and function, as firmware should not */
	SCOPE_OTHER_KIND, /* not a PCI scope */
};

struct scope_view {
	enum scope_match match;
	size_t device; /* the device it names; NO_INDEX: none */
	/*
	 * An endpoint scope that names a bridge, or the reverse: the kernel then gives up
	 * DMA remapping of the whole machine (dmar_insert_dev_scope).
	 */
	bool wrong_type;
	/* As the table has it. */
	const char *structure; /* that it stands in: "RMRR" */
	unsigned number;       /* of that, among those of its type */
	bool is_rmrr;	       /* it is one */
	bool is_read;	       /* a kernel up to 7.2 reads it */
	bool is_bridge, is_endpoint;
	size_t offset;
	unsigned path_length; /* elements */
	uint8_t start_bus;
};

/* A scope of an RMRR that names a device. */
struct named {
	size_t device, entry; /* indices of host->devices and firmware.entries */
	bool is_bridge;	      /* the scope: all below the device are meant, too */
};

/* Neighbours in firmware.claims; empty for most devices. */
struct claim_slice {
	size_t first, n;
};

/* What the firmware tables reserve, and for whom. */
struct firmware {
	ARRAY_OF(struct entry, entries);     /* in the order of tables.def */
	ARRAY_OF(struct scope_view, scopes); /* of the DMAR */
	ARRAY_OF(struct named, named);	     /* by device, then entry */
	/* in the order of the groups and of their devices, those in no group last */
	ARRAY_OF(struct claim, claims);
	struct claim_slice *of_device; /* as many as host->devices */
	struct claim_slice *of_group;  /* of all devices of it; as many as host->groups */
	bool *tables_known; /* of a device: its entries are known, so none means none */
	bool topology_complete; /* where each PCI function stands is known */
	/* A scope of the wrong type made the kernel give up DMA remapping. */
	bool dmar_given_up;
};

void firmware_clear(struct firmware *firmware);

/* The first claim of an entry, and the one behind a claim; NULL: there is none. */
static inline const struct claim *first_claim(const struct firmware *f,
					      const struct entry *e)
{
	return e->n_claims ? &f->claims[e->first_claim] : NULL;
}

static inline const struct claim *next_claim(const struct firmware *f,
					     const struct claim *c)
{
	return c->next == NO_INDEX ? NULL : &f->claims[c->next];
}

/* The claims of one entry, in their order: which devices it is for. */
#define for_each_claim_of(c, firmware, e)                         \
	for (const struct claim *c = first_claim(firmware, e); c; \
	     c = next_claim(firmware, c))

/* Is a line of sysfs what firmware entries say of the devices of its group? */
enum explained {
	/* the tables could not be read, or are of a kind not read yet */
	EXPLAINED_UNKNOWN,
	EXPLAINED_FULLY,
	EXPLAINED_PARTLY,
	EXPLAINED_NOT,
};

/* Where a line comes from. */
struct origin {
	enum explained explained;
	const char *window; /* which fixed window of the driver it is; NULL: none */
	size_t wide_entry;  /* see wide_entry_of; NO_INDEX */
	/* Relaxable only because this kernel is patched to take every RMRR for it. */
	bool relaxed_by_patch;
};

/* What became of an entry. */
struct entry_outcome {
	enum entry_state state;
	char *why; /* of the state, for people; NULL: nothing to say. Owned. */
	/* The strictest that it is for a device here; without any: by the table. */
	enum region_type type;
};

/* What became of all entries and claims. */
struct outcomes {
	ARRAY_OF(struct entry_outcome, of_entry); /* as many as firmware.entries */
	/*
	 * As many as firmware.claims: the list of its device's group was read, and does
	 * not have all of it.
	 */
	bool *claim_is_missing;
};

void outcomes_clear(struct outcomes *outcomes);

const char *explained_name(enum explained explained);
const char *entry_state_name(enum entry_state state);

/* The bytes that firmware wrote; 0 for an empty range. */
static inline uint64_t entry_length(const struct entry *e)
{
	return e->written.last - e->written.first + 1;
}

/* Has a claim a share in a line of sysfs? */
static inline bool claim_is_part_of(const struct claim *claim,
				    const struct region *region)
{
	return claim->type == region->type &&
	       (range_overlaps(claim->range, region->range) ||
		range_equals(claim->range, region->range));
}

/* Does a line of its device's group have a share of it? */
bool claim_is_listed(const struct host *host, const struct claim *claim);

/* The first of the wide IVMDs that make all of a line; NULL: something else has a share.
 */
const struct entry *wide_entry_of(const struct host *host, const struct analysis *a,
				  const struct region *r);

/* Are there direct lines in a group, all of them made by wide IVMDs? */
bool group_is_direct_by_wide_entries(const struct host *host, const struct analysis *a,
				     const struct group *g);

/* "RMRR 3", "iommu-addresses of the device tree"; the caller owns it. */
char *entry_short_text(const struct entry *entry);
/*
 * The file that holds an entry: its table, or a property; the caller owns it.
 */
char *entry_path(const struct analysis *analysis, const struct entry *entry);
/*
 * "DMAR RMRR 3 at 0x78", "IORT RMR 0 descriptor 1 at 0x1b4", "device tree
 * /reserved-memory/buffer@7c000000", "kernel's range for ISA DMA"; the caller owns it.
 */
char *entry_text(const struct analysis *analysis, const struct entry *entry);
char *claim_text(const struct analysis *analysis, const struct claim *claim);
/*
 * What else an entry says: "remap not permitted, stream 0x8 of SMMU 0x9050000"; the
 * caller owns it. NULL: nothing.
 */
char *entry_detail(const struct analysis *analysis, const struct entry *entry);
/*
 * Whom an entry names where that is no device: requester or stream ids; the caller owns
 * it. NULL: devices.
 */
char *entry_whom(const struct analysis *analysis, const struct entry *entry);
