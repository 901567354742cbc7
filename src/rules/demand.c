/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that must be identity-mapped and does not fit: one rule for each misfit. */
#include <inttypes.h>

#include "base/cleanup.h"
#include "rules/fault.h"
#include "rules/misfit.h"

static void check_misaligned_direct(struct judge *j)
{
	checked_without_table(j, "IVRS");
	check_misfit(j, MISFIT_MISALIGNED);
}

const struct rule rule_misaligned_direct = {
	.id = "misaligned-direct",
	.title = "A direct region is not aligned to pages",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.offline = true,
	.check = check_misaligned_direct,
	.meaning =
		"The kernel maps whole pages and rounds both ends of a direct region up: the first, "
		"partial page is not mapped and DMA to it faults; the page in which the region ends "
		"is mapped whole. AMD's driver rounds before it lists, so there the loss shows only "
		"in the IVRS, which root can read.",
	.kernels =
		"All versions alike (iommu_create_device_direct_mappings). Intel adds \"bad "
		"RMRR\" to the log and sets the firmware taint.",
	.advice =
		"Update the firmware. Until then boot with iommu.passthrough=1, where nothing is "
		"rounded.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

static void check_empty_or_inverted_direct(struct judge *j)
{
	check_misfit(j, MISFIT_INVERTED);
}

const struct rule rule_empty_or_inverted_direct = {
	.id = "empty-or-inverted-direct",
	.title = "A direct region is empty or inverted",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.offline = true,
	.check = check_empty_or_inverted_direct,
	.meaning =
		"Firmware gave an end below the start, or a length of zero. Whatever memory was "
		"meant is not mapped; the device is blocked from user-space drivers although no "
		"memory is concerned.",
	.behaviours = RESTS_ON(BEHAVIOUR_DIRECT_REFUSED, BEHAVIOUR_RMRR_REFUSED),
	.kernels = "All versions list it as it is and map nothing.",
	.advice =
		"Update the firmware; override the table to remove or correct the entry.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

static void check_sub_page_direct(struct judge *j)
{
	checked_without_table(j, "IVRS");
	check_misfit(j, MISFIT_SUB_PAGE);
}

const struct rule rule_sub_page_direct = {
	.id = "sub-page-direct",
	.title = "A direct region is smaller than a page and not mapped",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.offline = true,
	.check = check_sub_page_direct,
	.meaning =
		"Both ends round up to the same page, so not a byte is mapped although the region is "
		"listed. On Arm kernels with pages of 64 KiB this hits every region that is smaller "
		"and not aligned.",
	.kernels = "All versions alike; nothing is logged.",
	.advice =
		"Update the firmware or the device tree; on Arm a kernel with smaller pages may "
		"help. Until then boot with iommu.passthrough=1.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

static void check_direct_wraps(struct judge *j)
{
	check_misfit(j, MISFIT_WRAPS);
}

const struct rule rule_direct_wraps = {
	.id = "direct-wraps",
	.title = "A direct region wraps around the end of the address space",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.offline = true,
	.check = check_direct_wraps,
	.meaning =
		"The end of the region is in the last page of 64-bit addresses. The kernel's "
		"arithmetic wraps to zero, and the mapping loop never runs.",
	.kernels =
		"All versions alike: nothing is mapped, nothing crashes, user-space drivers are "
		"refused as for any direct region.",
	.advice =
		"Update the firmware; override the table to remove or correct the entry.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

/* There is no group, and no line, any more: the kernel gave the IOMMU up. */
static void report_given_up(struct judge *j)
{
	const struct demand *d = j->analysis->absence.demand;
	const struct entry *e = &j->analysis->entries[d->entry];
	bool still_on = e->table == &table_dmar && host_real_iommus(j->host);
	const struct log_line *line = log_of_giving_up(j->host);
	const struct log_line *fault =
		still_on ? host_log_find(j->host, "Present bit in context entry is clear",
					 NULL)
			 : NULL;
	cleanup_free char *name = entry_text(j->analysis, e);
	struct finding *f =
		found(j, SEVERITY_CRITICAL,
		      line ? CONFIDENCE_OBSERVED : CONFIDENCE_DERIVED, NULL,
		      "%s ends at 0x%" PRIx64 ", beyond the last address 0x%" PRIx64
		      " that the IOMMU translates: %s an IOMMU group%s.",
		      name, e->written.last, d->last,
		      j->host->n_groups ? "its devices are not in" : "no device is in",
		      fault ? ", and DMA faults" : "");

	finding_add_entry(j, f, e);
	if (line)
		finding_add_log(j, f, line);
	if (fault)
		finding_add_log(j, f, fault);
	finding_kernel(
		j, f, "gives up the whole IOMMU at boot when it cannot map the range%s.",
		still_on ? "; it leaves the unit's translation on, so all DMA is blocked"
			 : "");
	finding_advise_passthrough(
		j, f, NULL,
		"Update the firmware, or override the table to remove the entry.");
}

static void check_direct_beyond_width(struct judge *j)
{
	enum source_state units = j->host->sources[SOURCE_IOMMU_CLASS].state;

	if (j->analysis->absence.fault == ABSENCE_WIDTH)
		report_given_up(j);
	if (units >= SOURCE_DENIED && j->host->n_groups)
		cannot_check_source(j, SOURCE_IOMMU_CLASS);
	check_misfit(j, MISFIT_BEYOND_WIDTH);
}

const struct rule rule_direct_beyond_width = {
	.id = "direct-beyond-width",
	.title = "A direct region lies beyond the IOMMU's address width",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.offline = true,
	.check = check_direct_beyond_width,
	.meaning =
		"The IOMMU cannot translate addresses that high, so the kernel cannot map the "
		"range 1:1 in a DMA domain, and gives the whole IOMMU up: there is no group then, "
		"and only the firmware table tells why. With the domain type identity nothing is "
		"mapped and the fault stays hidden.",
	.behaviours = RESTS_ON(
		BEHAVIOUR_DIRECT_FAILURE_LOSES_IOMMU, BEHAVIOUR_DIRECT_FAILURE_PANICS,
		BEHAVIOUR_DIRECT_FAILURE_ENDS_PROBE, BEHAVIOUR_DIRECT_FAILURE_IGNORED),
	.kernels =
		"On Intel the unit's translation stays on when the kernel gives it up, and all "
		"DMA is blocked.",
	.advice =
		"Update the firmware, or override the table to remove the entry. Until then boot with "
		"iommu.passthrough=1.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

/* Was one there that could not be read? Without debugfs or a trace none is missed. */
static bool any_table_lost(const struct host *host)
{
	for (size_t i = 0; i < host->n_gaps; i++) {
		if (host->gaps[i].source == SOURCE_PAGE_TABLES &&
		    host->gaps[i].state >= SOURCE_DENIED)
			return true;
	}
	return host->sources[SOURCE_TRACE].state >= SOURCE_DENIED;
}

static bool any_proof(const struct host *host, const struct analysis *a)
{
	return host->n_page_tables > 0 || any_table_lost(host) || any_own_fault(host, a);
}

static void check_direct_not_mapped(struct judge *j)
{
	check_misfit(j, MISFIT_NOT_MAPPED);
	report_own_faults(j);
}

const struct rule rule_direct_not_mapped = {
	.id = "direct-not-mapped",
	.title = "A direct range is listed, yet not mapped",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.uses = SOURCE_BIT(SOURCE_PAGE_TABLES) | SOURCE_BIT(SOURCE_TRACE),
	.applies = any_proof,
	.check = check_direct_not_mapped,
	.meaning =
		"The page table of a device was looked at (Intel's dump in debugfs, or a trace of "
		"the maps since boot), or the log has a DMA fault of the device in its own range; "
		"and so a range that the device must find 1:1 is not mapped, although by its own "
		"rules the kernel should have mapped it. Listed is not mapped.",
	.behaviours = RESTS_ON(BEHAVIOUR_PAGE_TABLE_DUMP_SAFE),
	.kernels =
		"Intel's dump is read where that is safe. A trace needs "
		"trace_event=iommu:map,iommu:attach_device_to_domain on the command line, and "
		"some kernels record no maps of the boot.",
	.advice =
		"Report it to the kernel's IOMMU list (iommu@lists.linux.dev) with the output of this "
		"program and the kernel log. Until then boot with iommu.passthrough=1.",
};
