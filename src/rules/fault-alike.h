/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "rules/rules.h"

/*
 * Shared by the rules about DMA faults of the kernel log. Faults of one requester in one
 * range are alike, and one finding; a fault is its index in host->faults.
 */

const struct fault_view *fault_view_of(const struct judge *j, size_t fault);

/* The group of its requester; NULL: none is known. */
const struct group *fault_group(const struct judge *j, const struct fault_view *view);

/* In the part of its own range that the kernel is known not to map? */
bool fault_is_in_lost(const struct judge *j, size_t fault);

/* Is it the first of those that are alike? */
bool fault_is_first(const struct judge *j, size_t fault);

/* All that are alike. */
struct fault_sum {
	uint64_t count;
	struct range addresses;
	unsigned accesses; /* bits of enum fault_access */
	bool several;	   /* requesters, of one device as it seems */
};

/* fault: the first of them. */
struct fault_sum fault_sum_of(const struct judge *j, size_t fault);

/*
 * "2 faults", "at least 2 faults": the kernel limits how many lines it prints. The caller
 * owns it.
 */
char *fault_count_text(const struct judge *j, uint64_t n);

/* Adds the line of the log of one fault as evidence; of the first few that are alike. */
void fault_quote(struct judge *j, struct finding *f, size_t fault);
void fault_quote_alike(struct judge *j, struct finding *f, size_t fault);

/* What is no longer in the ring may have been more of it. */
void fault_say_wrapped(const struct judge *j, struct finding *f);

/*
 * A finding about all that are alike, with their requesters as its devices. The wording
 * has {who}, {access} and {count}, and the words behind it: each with a value of its own,
 * which is taken over; FAULT_END ends them, at most 3.
 */
struct finding *fault_found(struct judge *j, size_t fault, enum severity severity,
			    enum confidence confidence, const char *wording,
			    ...) ends_with_null;
#define FAULT_END ((const char *)NULL)

/* Does an IOMMU translate on this host? For `applies` of a rule. */
bool fault_has_iommu(const struct host *host, const struct analysis *a);
