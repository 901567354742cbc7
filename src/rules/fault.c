/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DMA faults in memory that is reserved for the device itself: findings of other rules.
 */
#include "rules/fault.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/fault-alike.h"

/* Known to be lost by the kernel's own rules: the finding that says so gets the lines. */
static struct finding *finding_of_loss(const struct judge *j, size_t fault)
{
	const struct fault_view *v = fault_view_of(j, fault);
	const struct demand *d = fault_demand(j->host, j->analysis, fault);

	if (d->misfit == MISFIT_NONE || d->misfit == MISFIT_NOT_MAPPED ||
	    (d->in_force && !fault_is_in_lost(j, fault)))
		return NULL;
	for (size_t i = 0; i < j->findings->n_list; i++) {
		struct finding *f = &j->findings->list[i];

		for (size_t r = 0; r < f->n_regions; r++) {
			if (f->regions[r] == v->region &&
			    (strstr(f->id, "direct") && f->severity > SEVERITY_INFO))
				return f;
		}
	}
	return NULL;
}

/* By whether a DMA domain is in use that has to map it. */
static const char *const own_wordings[] = {
	[false] =
		"DMA of {who} fails in its own reserved memory {range} ({type}): it "
		"{access}, {count}. The kernel lists the range, yet does not map it, or "
		"did not when the fault was logged.",
	[true] = "DMA of {who} fails in its own reserved memory {range} ({type}): it "
		 "{access}, {count}. The kernel lists the range, yet does not map it.",
};

static void report_own(struct judge *j, size_t fault)
{
	const struct fault_view *v = fault_view_of(j, fault);
	const struct demand *d = fault_demand(j->host, j->analysis, fault);
	bool is_lost = d->in_force && d->type == REGION_DIRECT;
	struct finding *f = finding_of_loss(j, fault);

	if (f) {
		fault_quote_alike(j, f, fault);
		return;
	}
	f = fault_found(j, fault, is_lost ? SEVERITY_CRITICAL : SEVERITY_WARNING,
			CONFIDENCE_OBSERVED, own_wordings[d->in_force], "range",
			text_of_range(v->range), "type",
			xstrdup(region_type_name(d->type)), FAULT_END);
	finding_add_region(j, f, &j->host->regions[v->region]);
	fault_quote_alike(j, f, fault);
	finding_kernel(j, f,
		       "should have mapped it when it made the default domain of "
		       "the group.");
	finding_advise_passthrough(
		j, f, fault_group(j, v),
		"Report it to the kernel's IOMMU list (iommu@lists.linux.dev) with the "
		"output of this program and the kernel log.");
}

/* A page table that was looked at knows better. */
static bool is_own(const struct host *host, const struct analysis *a, size_t fault)
{
	const struct fault_view *v = &a->faults[fault];
	enum proof proof;

	if (v->place != FAULT_IN_OWN)
		return false;
	proof = fault_demand(host, a, fault)->proof;
	return proof == PROOF_NONE || proof == PROOF_LOG;
}

bool any_own_fault(const struct host *host, const struct analysis *a)
{
	for (size_t i = 0; i < host->n_faults; i++) {
		if (is_own(host, a, i))
			return true;
	}
	return false;
}

void report_own_faults(struct judge *j)
{
	for (size_t i = 0; i < j->host->n_faults; i++) {
		if (is_own(j->host, j->analysis, i) && fault_is_first(j, i) &&
		    !fault_view_of(j, i)->is_users)
			report_own(j, i);
	}
}

uint64_t add_hidden_faults(struct judge *j, struct finding *f, const struct entry *e)
{
	size_t entry = (size_t)(e - j->analysis->firmware.entries);
	uint64_t n = 0;

	for (size_t i = 0; i < j->host->n_faults; i++) {
		const struct fault_view *v = fault_view_of(j, i);

		if (v->place != FAULT_AT_HIDDEN || v->entry != entry)
			continue;
		n += j->host->faults[i].count;
		if (f)
			fault_quote(j, f, i);
	}
	return n;
}
