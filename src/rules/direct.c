/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Direct regions by themselves: is all of the range mapped, and can it be at all. */
#include <inttypes.h>

#include "rules/rmrr.h"
#include "rules/rules.h"

static uint64_t round_up(uint64_t address, uint64_t page)
{
	return (address + page - 1) & ~(page - 1);
}

/* No page starts inside the range: both ends round up to the same page. */
static bool is_sub_page(const struct region *r, uint64_t page)
{
	return round_up(r->range.first, page) == round_up(r->range.last + 1, page);
}

static bool is_aligned(const struct region *r, uint64_t page)
{
	return r->range.first % page == 0 && r->range.last % page == page - 1;
}

/* Lost DMA is critical; in an identity domain nothing is lost. */
static enum severity loss_severity(const struct judge *j, const struct group *g,
				   const struct region *r)
{
	if (!group_is_dma(j, g))
		return SEVERITY_WARNING;
	return r->type == REGION_DIRECT ? SEVERITY_CRITICAL : SEVERITY_ERROR;
}

static void add_common(struct judge *j, struct finding *f, const struct group *g,
		       const struct region *r)
{
	finding_add_region(j, f, r);
	finding_add_type(f, g);
	finding_add_owners(j, f, r);
}

static const char *page_doubt(const struct judge *j, const struct group *g)
{
	return view_of_group(j, g)->page_size_known ? "" : " (page size assumed)";
}

static enum confidence page_confidence(const struct judge *j, const struct group *g)
{
	return view_of_group(j, g)->page_size_known ? CONFIDENCE_DERIVED
						    : CONFIDENCE_HEURISTIC;
}

/*
 * --- IVMDs: AMD's driver rounds start and length up before it lists a range, so what is
 * lost shows only in the firmware's own values ---
 */

static bool is_judged(const struct entry *e)
{
	return e->table == &table_ivrs && !e->ignored && e->n_claims &&
	       !range_is_inverted(e->written) && !range_is_inverted(e->listed);
}

/* Nothing of what firmware asks for is left after rounding. */
static bool is_rounded_away(const struct entry *e)
{
	return e->listed.first > e->written.last;
}

/* The group of the devices of an entry; NULL: they are in several, or in none. */
static const struct group *group_of_entry(const struct judge *j, const struct entry *e)
{
	uint32_t id = NO_GROUP;

	for_each_claim (c, j, e) {
		uint32_t group = j->host->devices[c->device].group;

		if (group == NO_GROUP || (id != NO_GROUP && group != id))
			return NULL;
		id = group;
	}
	return host_group(j->host, id);
}

static bool is_in_dma_domain(const struct judge *j, const struct entry *e)
{
	for_each_claim (c, j, e) {
		const struct group *g =
			host_group(j->host, j->host->devices[c->device].group);

		if (g && group_is_dma(j, g))
			return true;
	}
	return false;
}

static void add_entry(struct judge *j, struct finding *f, const struct group *g,
		      const struct entry *e)
{
	bool is_dma = is_in_dma_domain(j, e);

	for_each_claim (c, j, e) {
		for (size_t i = 0; g && i < g->n_regions; i++) {
			const struct region *r = &j->host->regions[g->first_region + i];

			if (claim_is_part_of(c, r))
				finding_add_region(j, f, r);
		}
		break;
	}
	finding_add_entry(j, f, e);
	finding_advise_passthrough(j, f, g, "Update the firmware.");
	if (g)
		finding_add_type(f, g);
	finding_kernel(j, f,
		       "rounds start and length up, lists 0x%" PRIx64 "-0x%" PRIx64
		       " and %s that.",
		       e->listed.first, e->listed.last,
		       is_dma ? "maps" : "in a DMA domain maps");
}

static void report_misaligned_ivmd(struct judge *j, const struct entry *e)
{
	const struct group *g = group_of_entry(j, e);
	bool is_dma = is_in_dma_domain(j, e);
	struct finding *f;

	if (e->listed.first != e->written.first)
		f = found(j, is_dma ? SEVERITY_CRITICAL : SEVERITY_WARNING,
			  CONFIDENCE_DERIVED, g,
			  "IVMD %u is not aligned to pages of 0x1000: 0x%" PRIx64
			  "-0x%" PRIx64 " %s.",
			  e->number, e->written.first, e->listed.first - 1,
			  is_dma ? "is not mapped, DMA to it fails"
				 : "would not be mapped in a DMA domain");
	else
		f = found(
			j, SEVERITY_WARNING, CONFIDENCE_DERIVED, g,
			"IVMD %u does not end at a page of 0x1000: its devices also reach "
			"0x%" PRIx64 "-0x%" PRIx64 ".",
			e->number, e->written.last + 1, e->listed.last);
	add_entry(j, f, g, e);
}

static void report_rounded_away(struct judge *j, const struct entry *e)
{
	const struct group *g = group_of_entry(j, e);
	bool is_dma = is_in_dma_domain(j, e);
	struct finding *f = found(
		j, is_dma ? SEVERITY_CRITICAL : SEVERITY_WARNING, CONFIDENCE_DERIVED, g,
		is_dma ? "IVMD %u lies within one page of 0x1000 and does not start it: nothing "
			 "of it is mapped, but the page behind it."
		       : "IVMD %u lies within one page of 0x1000 and does not start it: in a DMA "
			 "domain nothing of it would be mapped, but the page behind it.",
		e->number);

	add_entry(j, f, g, e);
}

static void check_ivmds(struct judge *j, bool rounded_away)
{
	checked_without_table(j, "IVRS");
	for_each_entry (e, j) {
		if (!is_judged(e) || is_rounded_away(e) != rounded_away)
			continue;
		if (rounded_away)
			report_rounded_away(j, e);
		else if (!range_equals(e->written, e->listed))
			report_misaligned_ivmd(j, e);
	}
}

/* --- misaligned-direct --- */

static void report_misaligned(struct judge *j, const struct group *g,
			      const struct region *r)
{
	uint64_t page = view_of_group(j, g)->page_size;
	uint64_t first_mapped = round_up(r->range.first, page);
	uint64_t last_mapped = round_up(r->range.last + 1, page) - 1;
	bool loses_head = first_mapped != r->range.first;
	struct finding *f;

	if (!group_is_dma(j, g))
		f = found(
			j, SEVERITY_WARNING, page_confidence(j, g), g,
			"A %s region is not aligned to pages of 0x%" PRIx64 "%s; %s.",
			region_type_name(r->type), page, page_doubt(j, g),
			g->type == DOMAIN_IDENTITY &&
					view_of_group(j, g)->holder == NO_INDEX
				? "nothing is lost while the group's default domain is identity"
				: "a DMA domain would not map all of it");
	else if (loses_head)
		f = found(j, loss_severity(j, g, r), page_confidence(j, g), g,
			  "A %s region is not aligned to pages of 0x%" PRIx64
			  "%s: 0x%" PRIx64 "-0x%" PRIx64
			  " is not mapped, DMA to it fails.",
			  region_type_name(r->type), page, page_doubt(j, g),
			  r->range.first, first_mapped - 1);
	else
		f = found(j, SEVERITY_WARNING, page_confidence(j, g), g,
			  "A %s region does not end at a page of 0x%" PRIx64
			  "%s: the device also reaches 0x%" PRIx64 "-0x%" PRIx64 ".",
			  region_type_name(r->type), page, page_doubt(j, g),
			  r->range.last + 1, last_mapped);
	add_common(j, f, g, r);
	finding_advise_passthrough(j, f, g, "Update the firmware.");
	finding_kernel(j, f, "rounds both ends up and %s 0x%" PRIx64 "-0x%" PRIx64 "%s.",
		       group_is_dma(j, g) ? "maps" : "would map", first_mapped,
		       last_mapped, group_is_dma(j, g) ? "" : " in a DMA domain");
}

static void check_misaligned_direct(struct judge *j)
{
	for_each_group (g, j->host) {
		uint64_t page = view_of_group(j, g)->page_size;

		for_each_region (r, j->host, g) {
			if (region_is_direct(r) && !range_is_inverted(r->range) &&
			    !region_wraps(j, g, r) && !is_aligned(r, page) &&
			    !is_sub_page(r, page))
				report_misaligned(j, g, r);
		}
	}
	check_ivmds(j, false);
	check_rmrrs(j, RMRR_MISALIGNED);
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

/* --- empty-or-inverted-direct --- */

static void check_empty_or_inverted_direct(struct judge *j)
{
	for_each_group (g, j->host) {
		for_each_region (r, j->host, g) {
			struct finding *f;

			if (!region_is_direct(r) || !range_is_inverted(r->range) ||
			    is_repeated(j, r))
				continue;
			f = found(
				j, SEVERITY_ERROR, CONFIDENCE_DERIVED, g,
				"A %s region is %s (it ends before it starts): nothing is mapped, "
				"yet the device counts as one that needs 1:1 memory.",
				region_type_name(r->type),
				r->range.first - r->range.last == 1 ? "empty"
								    : "inverted");
			add_common(j, f, g, r);
			finding_kernel(
				j, f, "maps nothing%s.",
				r->type == REGION_DIRECT && kernel_refuses_direct(j, g)
					? " and still refuses to give the group to a user-space "
					  "driver"
					: "");
		}
	}
	check_rmrrs(j, RMRR_INVERTED);
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
	.kernels =
		"All list it as it is and map nothing. From 6.6 the device is refused (EINVAL), "
		"on 6.1 Intel too (EPERM).",
	.advice =
		"Update the firmware; override the table to remove or correct the entry.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

/* --- sub-page-direct --- */

static void check_sub_page_direct(struct judge *j)
{
	for_each_group (g, j->host) {
		uint64_t page = view_of_group(j, g)->page_size;

		for_each_region (r, j->host, g) {
			struct finding *f;

			if (!region_is_direct(r) || range_is_inverted(r->range) ||
			    region_wraps(j, g, r) || !is_sub_page(r, page))
				continue;
			f = found(
				j, loss_severity(j, g, r), page_confidence(j, g), g,
				"A %s region lies within one page of 0x%" PRIx64
				"%s and does not start it: %s.",
				region_type_name(r->type), page, page_doubt(j, g),
				group_is_dma(j, g)
					? "nothing of it is mapped"
					: "in a DMA domain nothing of it would be mapped");
			add_common(j, f, g, r);
			finding_advise_passthrough(
				j, f, g,
				host_is_arm64(j->host) && page > 0x1000
					? "Update the firmware or the device tree, or use a "
					  "kernel with smaller pages."
					: "Update the firmware.");
			finding_kernel(j, f,
				       "rounds both ends up to 0x%" PRIx64
				       " and %s, without a message.",
				       round_up(r->range.first, page),
				       group_is_dma(j, g)
					       ? "maps nothing"
					       : "would map nothing in a DMA domain");
		}
	}
	check_ivmds(j, true);
	check_rmrrs(j, RMRR_SUB_PAGE);
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

/* --- direct-wraps --- */

static void check_direct_wraps(struct judge *j)
{
	for_each_group (g, j->host) {
		for_each_region (r, j->host, g) {
			struct finding *f;

			if (!region_is_direct(r) || !region_wraps(j, g, r) ||
			    is_repeated(j, r))
				continue;
			f = found(
				j, SEVERITY_ERROR, CONFIDENCE_DERIVED, g,
				"A %s region ends at the end of all addresses: its end wraps to "
				"zero%s.",
				region_type_name(r->type),
				group_is_dma(j, g) ? " and nothing of it is mapped" : "");
			add_common(j, f, g, r);
			finding_kernel(
				j, f,
				"rounds the end up to zero and maps nothing in a DMA "
				"domain.");
		}
	}
	check_rmrrs(j, RMRR_WRAPS);
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

static void check_direct_page_zero(struct judge *j)
{
	for_each_group (g, j->host) {
		bool faulty = kernel_does(j->host, BEHAVIOUR_PAGE_ZERO_LOSES_IOMMU,
					  view_of_group(j, g)->kind) == ANSWER_YES;

		for_each_region (r, j->host, g) {
			struct finding *f;

			if (!region_is_direct(r) || !range_has(r->range, 0) ||
			    is_isa_range(r) || is_repeated(j, r))
				continue;
			f = found(j, faulty ? SEVERITY_CRITICAL : SEVERITY_INFO,
				  faulty ? CONFIDENCE_HEURISTIC : CONFIDENCE_DERIVED, g,
				  "A %s region starts at address 0.",
				  region_type_name(r->type));
			add_common(j, f, g, r);
			finding_advise(f,
				       faulty ? "Update the kernel: a later 6.19, or 7.0."
					      : "No action needed.");
			if (faulty)
				finding_kernel(
					j, f,
					"may fail to map page 0 (EADDRINUSE) and lose "
					"the IOMMU, unless its stable update has the "
					"cure (0a4d00e2e99a).");
			else
				finding_kernel(j, f,
					       "handles it; before 6.19 page 0 is mapped "
					       "again by each device, which Intel logs.");
		}
	}
}

const struct rule rule_direct_page_zero = {
	.id = "direct-page-zero",
	.title = "A direct region covers address 0",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.check = check_direct_page_zero,
	.meaning =
		"The kernel asks whether a page is mapped by its physical address, and 0 means "
		"\"not mapped\", so page 0 is ambiguous.",
	.kernels =
		"Up to 6.18 the page is mapped again each time; Intel logs \"PTE for vPFN 0x0 "
		"already set\". 6.19 on AMD returns EADDRINUSE and machines lost their IOMMU, "
		"until 0a4d00e2e99a (7.0 and a 6.19 update).",
	.advice = "On AMD update a kernel 6.19. Else no action is needed.",
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
				f = found(
					j, SEVERITY_INFO, CONFIDENCE_DERIVED, g,
					"Group %u has a direct region and the domain type "
					"identity: everything is 1:1, the requirement is met.",
					(unsigned)g->id);
			finding_add_region(j, f, r);
		}
		if (f) {
			finding_add_type(f, g);
			finding_add_devices(j, f, g);
			finding_kernel(
				j, f,
				kernel_refuses_direct(j, g)
					? "still refuses to give the group to a user-space "
					  "driver."
					: "gives the group to a user-space driver all the "
					  "same, and what was 1:1 is then gone.");
		}
	}
}

const struct rule rule_direct_in_identity = {
	.id = "direct-in-identity",
	.title = "A direct region in an identity domain",
	.severity = SEVERITY_INFO,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.check = check_direct_in_identity,
	.meaning =
		"With passthrough every address is 1:1, so the region needs no mapping. It still "
		"keeps its device from user-space drivers: passthrough is no cure for that.",
	.kernels = "All versions; the refusal is EINVAL from 6.6, EPERM on 6.1 Intel.",
	.advice =
		"Nothing is to be done. Do not expect iommu=pt to make the device assignable.",
};
