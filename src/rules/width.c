/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Direct regions beyond what the IOMMU translates. */
#include <inttypes.h>

#include "base/cleanup.h"
#include "rules/rmrr.h"
#include "rules/rules.h"

/* There is no group, and no line, any more: the kernel gave the IOMMU up. */
static void report_given_up(struct judge *j)
{
	const struct entry *e = &j->analysis->entries[j->analysis->absence_entry];
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
		      name, e->written.last, j->analysis->absence_last,
		      j->host->n_groups ? "its devices are not in" : "no device is in",
		      fault ? ", and DMA faults" : "");

	finding_add_entry(j, f, e);
	if (line)
		finding_add_evidence(f, "/dev/kmsg", line->number, line->text);
	if (fault)
		finding_add_evidence(f, "/dev/kmsg", fault->number, fault->text);
	finding_kernel(
		j, f, "gives up the whole IOMMU at boot when it cannot map the range%s.",
		still_on ? "; it leaves the unit's translation on, so all DMA is blocked"
			 : "");
	finding_advise_passthrough(
		j, f, NULL,
		"Update the firmware, or override the table to remove the entry.");
}

static void report_line(struct judge *j, const struct group *g, const struct region *r)
{
	size_t unit = view_of_group(j, g)->iommu;
	struct finding *f = found(
		j, group_is_dma(j, g) ? SEVERITY_CRITICAL : SEVERITY_WARNING,
		CONFIDENCE_DERIVED, g,
		"A %s region ends at 0x%" PRIx64 ", beyond the last address 0x%" PRIx64
		" that %s translates.",
		region_type_name(r->type), r->range.last,
		j->analysis->iommus[unit].aperture_last, j->host->iommus[unit].name);

	finding_add_region(j, f, r);
	finding_add_type(f, g);
	finding_add_owners(j, f, r);
	finding_advise_passthrough(
		j, f, g,
		"Update the firmware, or override the table to remove the entry.");
	finding_kernel(j, f,
		       finding_rests_on(j, f, BEHAVIOUR_DIRECT_FAILURE_PANICS,
					view_of_group(j, g)->kind) == ANSWER_YES
			       ? "panics at boot (Intel) if it has to map it."
			       : "gives up the whole IOMMU at boot if it has to map it.");
}

static void check_lines(struct judge *j, const struct group *g)
{
	size_t unit = view_of_group(j, g)->iommu;

	if (unit == NO_INDEX || !j->analysis->iommus[unit].aperture_known)
		return;
	for_each_region (r, j->host, g) {
		if (region_is_direct(r) && !range_is_inverted(r->range) &&
		    !region_wraps(j, g, r) &&
		    r->range.last > j->analysis->iommus[unit].aperture_last &&
		    !is_repeated(j, r))
			report_line(j, g, r);
	}
}

static void check_direct_beyond_width(struct judge *j)
{
	enum source_state units = j->host->sources[SOURCE_IOMMU_CLASS].state;

	if (j->analysis->absence_cause == ABSENCE_WIDTH)
		report_given_up(j);
	else
		check_rmrrs(j, RMRR_BEYOND_WIDTH);
	if (units >= SOURCE_DENIED && j->host->n_groups)
		cannot_check_source(j, SOURCE_IOMMU_CLASS);
	for_each_group (g, j->host)
		check_lines(j, g);
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
	.kernels =
		"6.12 and 7.2: all devices lose their groups; on Intel the unit's translation "
		"stays on, and all DMA is blocked. 6.1 on Intel: panic.",
	.advice =
		"Update the firmware, or override the table to remove the entry. Until then boot with "
		"iommu.passthrough=1.",
	.guest_advice = ADVICE_GUEST_TABLE,
};
