/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page tables that were looked at, against what the kernel should have mapped. */
#include <inttypes.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

static void add_proof(struct finding *f, const struct device *d, const struct demand *c)
{
	cleanup_free char *path =
		c->proof == PROOF_TRACE ? xstrdup("/sys/kernel/tracing/trace")
					: text_format("/sys/kernel/debug/iommu/intel/%s/"
						      "domain_translation_struct",
						      d->name);
	cleanup_free char *text =
		text_format("no identity mapping of 0x%" PRIx64 "-0x%" PRIx64,
			    c->lost.first, c->lost.last);

	finding_add_evidence(f, path, 0, text);
}

static void report(struct judge *j, const struct group *g, const struct device *d,
		   const struct demand *c)
{
	struct finding *f = found(
		j, c->type == REGION_DIRECT ? SEVERITY_CRITICAL : SEVERITY_ERROR,
		CONFIDENCE_OBSERVED, g,
		"%s must find 0x%" PRIx64 "-0x%" PRIx64
		" 1:1, and the page table does not "
		"have 0x%" PRIx64 "-0x%" PRIx64 ": DMA to it fails.",
		d->name, c->asked.first, c->asked.last, c->lost.first, c->lost.last);

	finding_add_device(j, f, d);
	finding_add_region(j, f, &j->host->regions[c->region]);
	add_proof(f, d, c);
	finding_advise_passthrough(
		j, f, g,
		"Report it to the kernel's IOMMU list (iommu@lists.linux.dev) with the "
		"output of this program and the kernel log.");
	finding_kernel(
		j, f,
		"should have mapped it when it made the default domain of the group.");
}

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

static bool any_table(const struct host *host, const struct analysis *a)
{
	(void)a;
	return host->n_page_tables > 0 || any_table_lost(host);
}

static void check_direct_not_mapped(struct judge *j)
{
	for (size_t i = 0; i < j->host->n_devices; i++) {
		const struct device *d = &j->host->devices[i];
		const struct device_view *dv = &j->analysis->devices[i];

		for (size_t n = 0; n < dv->n_demands; n++) {
			const struct demand *c =
				&j->analysis->demands[dv->first_demand + n];

			if (c->misfit == MISFIT_NOT_MAPPED)
				report(j, host_group(j->host, d->group), d, c);
		}
	}
}

const struct rule rule_direct_not_mapped = {
	.id = "direct-not-mapped",
	.title = "A direct range is not in the page table",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.uses = SOURCE_BIT(SOURCE_PAGE_TABLES) | SOURCE_BIT(SOURCE_TRACE),
	.applies = any_table,
	.check = check_direct_not_mapped,
	.meaning =
		"The page table of a device was looked at (Intel's dump in debugfs, or a trace of "
		"the maps since boot), and a range that the device must find 1:1 is not mapped so, "
		"although by its own rules the kernel should have mapped it. Listed is not mapped.",
	.kernels =
		"Intel's dump is read from 6.12 on; before that it is not safe. Traces work from "
		"6.12 on with trace_event=iommu:map,iommu:attach_device_to_domain on the command "
		"line.",
	.advice =
		"Report it to the kernel's IOMMU list (iommu@lists.linux.dev) with the output of this "
		"program and the kernel log. Until then boot with iommu.passthrough=1.",
};
