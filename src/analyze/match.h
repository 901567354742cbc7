/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"

/*
 * The parts of attribution, one file a table. For each device, in the order of the host,
 * match_device adds its claims; the caller counts them. They mirror the kernel's
 * matching, not the specification's.
 */

/* Functions from the root bus down to a device; a deeper one is not attributed. */
#define DEPTH_MAX 16

struct chain {
	const struct device
		*node[DEPTH_MAX]; /* [0] on the root bus, [n - 1] the device */
	size_t n;		  /* 0: not known */
};

struct chain chain_of(const struct host *host, const struct device *d);

/* Bus, device and function as IOMMUs see them: bus << 8 | devfn. */
uint16_t requester_id(const struct device *d);

struct claim *add_claim(struct analysis *a, size_t device, size_t entry);

/* The entries of each table, in its order. */
void entries_of_dmar(const struct host *host, struct analysis *a);
void entries_of_ivrs(const struct host *host, struct analysis *a);
void entries_of_iort(const struct host *host, struct analysis *a);
void entries_of_dtb(const struct host *host, struct analysis *a);

/* For each DMAR scope the device it names: before match_dmar. */
void match_scopes(const struct host *host, struct analysis *a);

/* The claims of a device behind this kind of IOMMU; sets tables_known. */
void match_dmar(const struct host *host, struct analysis *a, size_t device);
void match_ivrs(const struct host *host, struct analysis *a, size_t device);
void match_iort(const struct host *host, struct analysis *a, size_t device);
/*
 * Whatever the IOMMU, on a host with a device tree; after match_iort. kind: what drives
 * it.
 */
void match_dtb(const struct host *host, struct analysis *a, size_t device,
	       enum iommu_kind kind);

/*
 * Why an entry matches no device that is here, for people; the caller owns it. NULL: that
 * cannot be said, since not all devices could be seen.
 */
char *no_device_for_rmrr(const struct host *host, const struct analysis *a,
			 const struct entry *e);
char *no_device_for_ivmd(const struct host *host, const struct analysis *a,
			 const struct entry *e);
char *no_device_for_rmr(const struct host *host, const struct analysis *a,
			const struct entry *e);
char *no_device_for_dtb(const struct host *host, const struct analysis *a,
			const struct entry *e);

/*
 * Is a device here, behind an SMMU, whose stream ids cannot be seen? So it is with those
 * of a bus that is none of PCI (fsl-mc).
 */
bool streams_are_hidden(const struct host *host, const struct analysis *a);

/* The part of entry_detail that is about RMRs. */
char *detail_of_rmr(const struct analysis *a, const struct entry *e);

/* Last step: which lines are explained. */
void explain_lines(const struct host *host, struct analysis *a);
