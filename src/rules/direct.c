/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Direct regions that are mapped and matter all the same. */
#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

/* --- direct-page-zero --- */

/*
 * The kernel's own range for ISA DMA (CONFIG_INTEL_IOMMU_FLOPPY_WA) is meant to start at
 * zero.
 */
static bool is_isa_range(const struct region *r)
{
	return r->type == REGION_DIRECT_RELAXABLE && r->range.first == 0 &&
	       r->range.last == 0xffffff;
}

/* By whether the kernel may lose the IOMMU over it. */
static const struct outcome {
	enum severity severity;
	enum confidence confidence;
	const char *message, *advice, *kernel;
} outcomes[] = {
	[false] = { SEVERITY_INFO, CONFIDENCE_DERIVED,
		    "A {type} region starts at address 0, which this kernel handles.",
		    "No action needed.",
		    "handles it. Without the generic page table each device maps page 0 "
		    "again, which Intel's driver logs." },
	[true] = { SEVERITY_CRITICAL, CONFIDENCE_HEURISTIC,
		   "The kernel may lose the IOMMU: a {type} region starts at address 0.",
		   "Update the kernel, by a stable update or to a newer series.",
		   "may fail to map page 0 (EADDRINUSE) and lose the IOMMU, unless its "
		   "stable update has the fix (0a4d00e2e99a)." },
};

static void report_page_zero(struct judge *j, const struct group *g,
			     const struct region *r)
{
	const struct outcome *o =
		&outcomes[kernel_does(j->host, BEHAVIOUR_PAGE_ZERO_LOSES_IOMMU,
				      view_of_group(j, g)->kind) == TRISTATE_YES];
	const struct text_word words[] = { { "type",
					     xstrdup(region_type_name(r->type)) } };
	cleanup_free char *message = text_fill(o->message, words, ARRAY_SIZE(words));
	struct finding *f = found(j, o->severity, o->confidence, g, "%s", message);

	finding_add_region(j, f, r);
	finding_add_type(f, g);
	finding_add_owners(j, f, r);
	finding_advise(f, "%s", o->advice);
	finding_kernel(j, f, "%s", o->kernel);
}

static void check_direct_page_zero(struct judge *j)
{
	for_each_group (g, j->host) {
		for_each_region (r, j->host, g) {
			if (region_is_direct(r) && range_has(r->range, 0) &&
			    !is_isa_range(r) && !is_repeated(j, r))
				report_page_zero(j, g, r);
		}
	}
}

const struct rule rule_direct_page_zero = {
	.id = "direct-page-zero",
	.title = "A direct region covers address 0",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.no_command = true,
	.check = check_direct_page_zero,
	.meaning =
		"The kernel looks up the physical address of a page to see whether the page is "
		"mapped, and takes 0 for \"not mapped\": page 0 is ambiguous.",
	.behaviours =
		RESTS_ON(BEHAVIOUR_PAGE_ZERO_LOSES_IOMMU, BEHAVIOUR_GENERIC_PAGE_TABLE),
	.kernels =
		"The generic page table maps the page once. Others map it again each time, and "
		"Intel's driver logs \"PTE for vPFN 0x0 already set\".",
	.advice =
		"Update an AMD kernel that has page-zero-loses-iommu. Otherwise no action is needed.",
};

/* --- direct-in-identity --- */

static void check_direct_in_identity(struct judge *j)
{
	for_each_group (g, j->host) {
		struct finding *f = NULL;

		/* whose user decides what is mapped */
		if (g->type != DOMAIN_IDENTITY || view_of_group(j, g)->holder != NO_INDEX)
			continue;
		for_each_region (r, j->host, g) {
			if (r->type != REGION_DIRECT ||
			    wide_entry_of(j->host, j->analysis, r))
				continue;
			if (!f)
				f = found(j, SEVERITY_INFO, CONFIDENCE_DERIVED, g,
					  "Group %u has the domain type identity, so its "
					  "reserved memory is identity-mapped like all "
					  "memory.",
					  (unsigned)g->id);
			finding_add_region(j, f, r);
		}
		if (f) {
			finding_add_type(f, g);
			finding_add_devices(j, f, g);
			finding_kernel(
				j, f,
				kernel_refuses_direct(j, g)
					? "still refuses to pass the group through to a "
					  "VM."
					: "passes the group through to a VM all the same, "
					  "and the identity mapping is then gone.");
		}
	}
}

const struct rule rule_direct_in_identity = {
	.id = "direct-in-identity",
	.title = "Reserved memory in an identity domain",
	.severity = SEVERITY_INFO,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.no_command = true,
	.check = check_direct_in_identity,
	.meaning =
		"With passthrough every address is identity-mapped, so the region needs no mapping of "
		"its own. It still keeps its device from VMs: passthrough is no cure for that.",
	.behaviours = RESTS_ON(BEHAVIOUR_DIRECT_REFUSED, BEHAVIOUR_RMRR_REFUSED,
			       BEHAVIOUR_DIRECT_DROPPED),
	.advice =
		"No action needed. Do not expect iommu=pt to make the device assignable.",
};
