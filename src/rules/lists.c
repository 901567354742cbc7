/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lists of regions themselves: can what stands in them be relied on? */
#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

/* --- unparsable-line --- */

static void check_unparsable_line(struct judge *j)
{
	for (size_t i = 0; i < j->host->n_gaps; i++) {
		const struct gap *g = &j->host->gaps[i];
		struct finding *f;

		if (g->source != SOURCE_GROUPS || g->state != SOURCE_BROKEN || !g->line ||
		    g->group == NO_GROUP)
			continue;
		f = found(j, SEVERITY_WARNING, CONFIDENCE_OBSERVED,
			  host_group(j->host, g->group),
			  "A line of group %u could not be understood and was left out.",
			  (unsigned)g->group);
		finding_add_evidence(f, g->path, g->line, g->detail ? g->detail : "");
	}
}

const struct rule rule_unparsable_line = {
	.id = "unparsable-line",
	.title = "A line of a group's files cannot be understood",
	.severity = SEVERITY_WARNING,
	.check = check_unparsable_line,
	.meaning =
		"A line of reserved_regions, or the group's type, is not what any known kernel "
		"prints. The rest of the host is judged without it.",
	.kernels =
		"All print \"0xSTART 0xEND TYPE\" with 16 digits each and one of the types "
		"direct, direct-relaxable, reserved, msi.",
	.advice =
		"If this is a running kernel, it has a type of region that this program does not "
		"know: please report it. If it is a saved tree, save it again.",
};

/* --- list-truncated --- */

static void check_list_truncated(struct judge *j)
{
	uint64_t page = j->host->kernel.page_size ? j->host->kernel.page_size : 4096;

	for_each_group (g, j->host) {
		struct finding *f;
		cleanup_free char *path = NULL;

		if (g->regions_state != SOURCE_READ && g->regions_state != SOURCE_BROKEN)
			continue;
		if (!g->regions_cut && g->regions_size + 1 < page)
			continue;
		f = found(
			j, SEVERITY_WARNING,
			g->regions_cut ? CONFIDENCE_OBSERVED : CONFIDENCE_HEURISTIC, g,
			g->regions_cut
				? "The list of group %u ends in the middle of a line (%zu "
				  "bytes): regions are missing."
				: "The list of group %u fills its page (%zu bytes): regions "
				  "may be missing.",
			(unsigned)g->id, g->regions_size);
		path = text_format("/sys/kernel/iommu_groups/%u/reserved_regions",
				   (unsigned)g->id);
		finding_add_evidence(f, path, 0, "");
		if (g->regions_size + 1 < page) /* not the kernel's doing */
			finding_advise(
				f, "This is no work of the kernel, which cuts only full "
				   "pages: save the tree again.");
		else
			finding_kernel(
				j, f,
				kernel_at_least(&j->host->kernel, 6, 4) == ANSWER_NO
					? "does not stop at the end of the page and overruns "
					  "it."
					: "stops silently one byte before the page is full.");
	}
}

const struct rule rule_list_truncated = {
	.id = "list-truncated",
	.title = "The list of reserved regions is cut",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.check = check_list_truncated,
	.meaning =
		"A sysfs file holds at most one page. A group with more regions than fit (about 90 "
		"on 4 KiB pages) shows only the first ones.",
	.kernels =
		"Before 6.4 the kernel writes past the page (and logs \"fill_read_buffer: "
		"iommu_group_attr_show+0x0/0x30 returned bad count\"); from 6.4 on it cuts the "
		"list without a word.",
	.advice =
		"Do not rely on the list of this group; read the firmware tables instead.",
};
