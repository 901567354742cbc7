/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lists of regions themselves: can what stands in them be relied on? */
#include <inttypes.h>
#include <stdlib.h>

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
	.no_command = true,
	.check = check_unparsable_line,
	.meaning =
		"A line of reserved_regions, or the group's type, is not what any known kernel "
		"prints. The rest of the host is checked without it.",
	.kernels =
		"All print \"0xSTART 0xEND TYPE\" with 16 digits each and one word for the "
		"type. A line with another word is kept, see unknown-region-type.",
	.advice =
		"Report the line and uname -r, if this is a running kernel. If it is a saved tree, "
		"save it again.",
};

/* --- unknown-region-type --- */

/*
 * One finding for all: a kernel that has such a type prints it for many devices. It
 * names the first.
 */
static void check_unknown_region_type(struct judge *j)
{
	struct finding *f = NULL;
	size_t n = 0;

	for_each_group (g, j->host) {
		bool any = false;

		for_each_region (r, j->host, g) {
			if (r->type != REGION_UNKNOWN)
				continue;
			if (!f)
				f = found(j, SEVERITY_WARNING, CONFIDENCE_OBSERVED, g,
					  "Group %u lists 0x%" PRIx64 "-0x%" PRIx64
					  " as \"%s\", a type that is not known here.",
					  (unsigned)g->id, r->range.first, r->range.last,
					  region_word(r));
			finding_add_region(j, f, r);
			any = true;
			n++;
		}
		if (any)
			finding_add_devices(j, f, g);
	}
	if (n > 1) {
		finding_say_more(f, n - 1, "region", "regions");
		f->group = NO_GROUP;
	}
}

const struct rule rule_unknown_region_type = {
	.id = "unknown-region-type",
	.title = "A region has a type that is not known here",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.no_command = true,
	.check = check_unknown_region_type,
	.meaning =
		"The kernel prints a word for this region that no kernel known here has. Its "
		"addresses count as reserved: they are not usable as I/O addresses. Whether the "
		"device needs them mapped, and whether VFIO refuses it for that, is not known. "
		"Everything else is checked as usual.",
	.kernels =
		"Upstream has direct, direct-relaxable, reserved and msi. Kernels for Apple machines "
		"add a type for mappings that are not identity mappings.",
	.advice =
		"Keep these addresses free in the guest. Report the word together with the kernel it "
		"comes from (uname -r).",
};

/* --- list-truncated --- */

static void say_end_of_page(struct judge *j, struct finding *f, enum iommu_kind kind)
{
	enum behaviour b = BEHAVIOUR_LIST_CUT_SILENTLY;

	if (finding_rests_on(j, f, BEHAVIOUR_LIST_OVERRUNS_PAGE, kind) == TRISTATE_YES)
		b = BEHAVIOUR_LIST_OVERRUNS_PAGE;
	finding_does(j, f, b, kind);
}

static void check_list_truncated(struct judge *j)
{
	uint64_t size = kernel_page_size(j->host), page = size ? size : 4096;

	for_each_group (g, j->host) {
		struct finding *f;
		cleanup_free char *path = NULL;

		if (g->regions_state != SOURCE_READ && g->regions_state != SOURCE_BROKEN)
			continue;
		if (!g->regions_cut && g->regions_size + 1 < page)
			continue;
		if (!g->regions_cut && !size) {
			cannot_check(
				j, SOURCE_KERNEL,
				"whether the list of group %u fills a page: the page "
				"size is not known",
				(unsigned)g->id);
			continue;
		}
		f = g->regions_cut
			    ? found(j, SEVERITY_WARNING, CONFIDENCE_OBSERVED, g,
				    "Regions of group %u are missing: its list ends in the "
				    "middle of a line (%zu bytes).",
				    (unsigned)g->id, g->regions_size)
			    : found(j, SEVERITY_WARNING, CONFIDENCE_HEURISTIC, g,
				    "Regions of group %u may be missing: its list fills its "
				    "page (%zu bytes).",
				    (unsigned)g->id, g->regions_size);
		path = text_format("/sys/kernel/iommu_groups/%u/reserved_regions",
				   (unsigned)g->id);
		finding_add_evidence(f, path, 0, "");
		if (g->regions_size + 1 < page) /* not the kernel's doing */
			finding_advise(f,
				       "Save the tree again: the kernel cuts only full "
				       "pages, so this is not its doing.");
		else
			say_end_of_page(j, f, view_of_group(j, g)->kind);
	}
}

const struct rule rule_list_truncated = {
	.id = "list-truncated",
	.title = "The list of reserved regions is cut short",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.no_command = true,
	.check = check_list_truncated,
	.meaning =
		"A sysfs file holds at most one page. A group with more regions than fit (about 90 "
		"on 4 KiB pages) shows only the first ones.",
	.behaviours = RESTS_ON(BEHAVIOUR_LIST_OVERRUNS_PAGE, BEHAVIOUR_LIST_CUT_SILENTLY),
	.advice =
		"Do not rely on the list of this group; read the firmware tables instead.",
};
