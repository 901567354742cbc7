/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that must be identity-mapped and does not fit: one rule for each misfit. */
#include "rules/fault.h"
#include "rules/misfit.h"

/* AMD's driver rounds before it lists: only the table shows what was asked. */
static void check_with_ivrs(struct judge *j)
{
	checked_without_table(j, "IVRS");
	check_misfit(j);
}

const struct rule rule_misaligned_direct = {
	.id = "misaligned-direct",
	.title = "Reserved memory does not start or end on a page boundary",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.offline = true,
	.check = check_with_ivrs,
	.misfit = MISFIT_MISALIGNED,
	.meaning =
		"The kernel maps whole pages only and rounds both ends of a direct region up. The "
		"first, partial page is not mapped and DMA to it faults; the page in which the region "
		"ends is mapped whole. AMD's driver rounds before it lists the region, so there only "
		"the IVRS shows the loss, and only root can read it.",
	.kernels =
		"All versions alike (iommu_create_device_direct_mappings). Intel also logs \"bad "
		"RMRR\" and sets the firmware taint.",
	.advice =
		"Update the firmware. Until then boot with iommu.passthrough=1, where nothing is "
		"rounded.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

const struct rule rule_empty_or_inverted_direct = {
	.id = "empty-or-inverted-direct",
	.title = "Reserved memory is empty, or ends before it starts",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.offline = true,
	.no_command = true,
	.check = check_misfit,
	.misfit = MISFIT_INVERTED,
	.meaning =
		"Firmware gave an end below the start, or a length of zero. Whatever memory was meant "
		"is not mapped, and the device cannot be passed through to a VM although no memory is "
		"concerned.",
	.behaviours = RESTS_ON(BEHAVIOUR_DIRECT_REFUSED, BEHAVIOUR_RMRR_REFUSED),
	.kernels = "All versions list it as it is and map nothing.",
	.advice =
		"Update the firmware, or override the table to remove or correct the entry.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

const struct rule rule_sub_page_direct = {
	.id = "sub-page-direct",
	.title = "Reserved memory is smaller than a page and not mapped",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.offline = true,
	.check = check_with_ivrs,
	.misfit = MISFIT_SUB_PAGE,
	.meaning =
		"Both ends round up to the same page boundary, so not a byte is mapped although the "
		"region is listed. On Arm kernels with 64 KiB pages this hits every region that is "
		"smaller and not aligned.",
	.kernels = "All versions alike; nothing is logged.",
	.advice =
		"Update the firmware or the device tree; on Arm a kernel with smaller pages may "
		"help. Until then boot with iommu.passthrough=1.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

const struct rule rule_direct_wraps = {
	.id = "direct-wraps",
	.title = "Reserved memory wraps around the end of the address space",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.offline = true,
	.no_command = true,
	.check = check_misfit,
	.misfit = MISFIT_WRAPS,
	.meaning =
		"The region ends in the last page of 64-bit addresses. The kernel's arithmetic wraps "
		"to zero, and its mapping loop never runs.",
	.kernels =
		"All versions alike: nothing is mapped, nothing crashes, and the device cannot be "
		"passed through, as with any direct region.",
	.advice =
		"Update the firmware, or override the table to remove or correct the entry.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

static void check_direct_beyond_width(struct judge *j)
{
	enum source_state units = j->host->sources[SOURCE_IOMMU_CLASS].state;

	if (units >= SOURCE_DENIED && j->host->n_groups)
		cannot_check_source(j, SOURCE_IOMMU_CLASS);
	check_misfit(j);
}

const struct rule rule_direct_beyond_width = {
	.id = "direct-beyond-width",
	.title = "Reserved memory lies beyond the IOMMU's address width",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.offline = true,
	.check = check_direct_beyond_width,
	.misfit = MISFIT_BEYOND_WIDTH,
	.meaning =
		"The IOMMU cannot translate addresses that high, so the kernel cannot identity-map "
		"the range in a DMA domain. It then stops using the whole IOMMU: there are no groups, "
		"and only the firmware table tells why. With the domain type identity nothing is "
		"mapped and the fault stays hidden.",
	.behaviours = RESTS_ON(
		BEHAVIOUR_DIRECT_FAILURE_LOSES_IOMMU, BEHAVIOUR_DIRECT_FAILURE_PANICS,
		BEHAVIOUR_DIRECT_FAILURE_ENDS_PROBE, BEHAVIOUR_DIRECT_FAILURE_IGNORED),
	.kernels =
		"On Intel translation stays on when the kernel stops using the unit, and all DMA is "
		"blocked.",
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
	check_misfit(j);
	report_own_faults(j);
}

const struct rule rule_direct_not_mapped = {
	.id = "direct-not-mapped",
	.title = "Reserved memory is listed, yet not mapped",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.uses = SOURCE_BIT(SOURCE_PAGE_TABLES) | SOURCE_BIT(SOURCE_TRACE),
	.applies = any_proof,
	.check = check_direct_not_mapped,
	.misfit = MISFIT_NOT_MAPPED,
	.meaning =
		"A range that must be identity-mapped for a device is not mapped, although by its own "
		"rules the kernel should have mapped it. The page table of the device shows that "
		"(Intel's dump in debugfs, or a trace of the maps since boot), or a DMA fault of the "
		"device in its own range. Listed is not mapped.",
	.behaviours = RESTS_ON(BEHAVIOUR_PAGE_TABLE_DUMP_SAFE),
	.kernels =
		"Intel's dump is read where that is safe. A trace needs "
		"trace_event=iommu:map,iommu:attach_device_to_domain on the command line, and some "
		"kernels record no maps of the boot.",
	.advice =
		"Report it to the kernel's IOMMU list (iommu@lists.linux.dev) with the output of this "
		"program and the kernel log. Until then boot with iommu.passthrough=1.",
};
