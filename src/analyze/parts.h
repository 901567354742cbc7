/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"

/*
 * The steps of the analysis, in the order analyze() takes them. Each fills its part and
 * reads only what an earlier one filled.
 */

void analyze_iommus(const struct host *host, struct analysis *a);
void analyze_groups(const struct host *host, struct analysis *a);
/* MSI or SW_MSI, for each region; counts the kinds per group. */
void analyze_msi_kinds(const struct host *host, struct analysis *a);
/* Whether the units are coherent with the caches. */
void analyze_coherency(const struct host *host, struct analysis *a);
/* What shows that MSIs are isolated. */
void analyze_msi_isolation(const struct host *host, struct analysis *a);
/* Origins and owners of direct regions, from the firmware tables. */
void analyze_attribution(const struct host *host, struct analysis *a);
/* What became of each firmware entry; after the absence of groups is known. */
void analyze_entries(const struct host *host, struct analysis *a);
/* What must be identity-mapped, and what of it is. */
void analyze_demands(const struct host *host, struct analysis *a);
/* Which other device may be given addresses of a demand. */
void analyze_reuse(const struct host *host, struct analysis *a);
void analyze_identity(const struct host *host, struct analysis *a);
/* Coverage again, from page tables or traces where there are some. */
void analyze_proof(const struct host *host, struct analysis *a);
/* Why there is no group, where there is none. */
void analyze_absence(const struct host *host, struct analysis *a);
/* Where the MSI controllers of Arm are, from the firmware tables. */
void analyze_doorbells(const struct host *host, struct analysis *a);
/* How devices send their interrupts, and whether the addresses are where they must be. */
void analyze_msi_states(const struct host *host, struct analysis *a);
void analyze_assignment(const struct host *host, struct analysis *a);
/* What the kernel answered beside what was predicted; the last step. */
void analyze_inquiries(const struct host *host, struct analysis *a);
void clear_inquiries(struct analysis *a);
