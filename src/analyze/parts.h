/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"

/*
 * The steps of the analysis, in the order analyze() takes them. A step fills its own
 * result, `out`, which is zeroed before, and reads only what an earlier one filled: it
 * gets the analysis as const (tests/lint/layers.sh).
 */

/* For whom devices are; assigned: see analyze(). */
void analyze_devices(const struct host *host, const bool *assigned,
		     struct device_view *out);
/* Which lines of the log name which devices. */
void analyze_log(const struct host *host, struct log_view *out);
void log_view_clear(struct log_view *log);
void analyze_iommus(const struct host *host, const struct analysis *a,
		    struct iommu_view *out);
/* Whether the units are coherent with the caches. */
void analyze_coherency(const struct host *host, const struct analysis *a,
		       struct coherency *out);
/* MSI or SW_MSI, for each region. */
void analyze_msi_kinds(const struct host *host, struct region_view *out);
void analyze_groups(const struct host *host, const struct analysis *a,
		    struct group_view *out);
/* What shows that MSIs are isolated. */
void analyze_isolation(const struct host *host, const struct analysis *a,
		       struct isolation *out);
/* Where the MSI controllers of Arm are, from the firmware tables. */
void analyze_doorbells(const struct host *host, const struct analysis *a,
		       struct doorbells *out);
/* How devices send their interrupts, and whether the addresses are where they must be. */
void analyze_msi_states(const struct host *host, const struct analysis *a,
			struct msi_view *out);
/* The same of groups as the kernel asks for it: from the controllers of their devices. */
void analyze_group_isolation(const struct host *host, const struct analysis *a,
			     struct group_isolation *out);
/* The entries of the firmware tables, and whose they are. */
void analyze_firmware(const struct host *host, const struct analysis *a,
		      struct firmware *out);
/* Where the lines come from. */
void analyze_origins(const struct host *host, const struct analysis *a,
		     struct origin *out);
/* DMA faults in the log: who, and where. */
void analyze_faults(const struct host *host, const struct analysis *a,
		    struct fault_view *out);
/* What must be identity-mapped, and what of it is. */
void analyze_demands(const struct host *host, const struct analysis *a,
		     struct demands *out);
void analyze_identity(const struct host *host, const struct analysis *a,
		      struct identity *out);
/* What VFIO and iommufd will answer, for each device. */
void analyze_assignment(const struct host *host, const struct analysis *a,
			struct assignment *out);
/* Why there is no group, where there is none. */
void analyze_absence(const struct host *host, const struct analysis *a,
		     struct absence *out);
/* What became of each firmware entry. */
void analyze_outcomes(const struct host *host, const struct analysis *a,
		      struct outcomes *out);
/* What the kernel answered beside what was predicted; the last step. */
void analyze_inquiries(const struct host *host, const struct analysis *a,
		       struct inquiry_view *out);

/* --- Parts of the step of demands, in their order --- */

/* Which other device may be given addresses of a demand. */
void find_reusers(const struct host *host, const struct analysis *a, struct demands *out);
/* Coverage again, from page tables or traces where there are some. */
void prove_demands(const struct host *host, const struct analysis *a,
		   struct demands *out);

/* Doubts where the log has faults of a device in its own range. */
void doubt_demands(const struct host *host, const struct analysis *a,
		   struct demands *out);

/* --- Part of the step of faults --- */

/* Who asked; out: views whose indices are NO_INDEX. */
void find_requesters(const struct host *host, const struct analysis *a,
		     struct fault_view *out);
/* Whether a user-space driver had the requester's group then. */
void find_users(const struct host *host, const struct analysis *a,
		struct fault_view *out);

/* --- Shared by steps --- */

/* Who gives the devices of a group their 1:1 mappings. */
enum provider provider_of(const struct host *host, const struct analysis *a,
			  const struct group *g);

/* Which controller serves a device, by /proc/interrupts and firmware: part of its view.
 */
void analyze_msi_parent(const struct host *host, const struct analysis *a,
			const struct device *d, struct msi_view *out);
/* The controller that the name of an interrupt chip is of. */
enum msi_controller controller_of_chip(const struct host *host, const struct analysis *a,
				       const char *chip);

/* Is the DMA of a device behind a unit coherent, as the unit's driver tells VFIO? */
struct coherency coherency_of_device(const struct host *host, const struct analysis *a,
				     const struct device *d, size_t unit);

/*
 * Does the controller that serves a device keep devices from each other's interrupts? Of
 * several ITS the tree says which has a pre-ITS in front, whatever told the controller.
 */
enum tristate device_isolated(const struct host *host, const struct analysis *a,
			      const struct device *d, enum msi_controller controller);

/* The IOMMU behind a group: index of host->iommus; NO_INDEX: not known. */
size_t iommu_of_group(const struct host *host, const struct group *g);
/* IOMMU_OTHER for NO_INDEX. */
enum iommu_kind iommu_kind_at(const struct host *host, size_t iommu);
