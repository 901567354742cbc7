/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The range of an RMRR against the map of the machine's memory. */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"
#include "rules/steps.h"

/* The words are those of e820_type_to_string, arch/x86/kernel/e820.c. */
static bool is_reserved(const char *name)
{
	return !strcasecmp(name, "Reserved") ||
	       !strcmp(name, "ACPI Non-volatile Storage");
}

/* Is all of a range reserved? *ram: the memory that takes a part of it, or NULL. */
static bool is_all_reserved(const struct host *host, enum source_id source,
			    struct range range, const struct memory **ram)
{
	cleanup(ranges_clear) struct ranges left = { 0 };

	*ram = NULL;
	*ADD(&left, range) = range;
	for (size_t i = 0; i < host->n_memory; i++) {
		const struct memory *m = &host->memory[i];

		if (m->source != source || !range_overlaps(m->range, range))
			continue;
		if (!*ram && !strcmp(m->name, "System RAM"))
			*ram = m;
		else if (is_reserved(m->name))
			ranges_exclude(&left, m->range);
	}
	return !*ram && !left.n_range;
}

/*
 * The kernel's own map, where its addresses can be read; else the firmware's, unless the
 * command line changed it, or may have. False: neither is good.
 */
static bool choose_map(const struct host *host, enum source_id *source)
{
	*source = SOURCE_IOMEM;
	if (host_source_usable(host, SOURCE_IOMEM))
		return true;
	*source = SOURCE_MEMORY_MAP;
	return host_source_usable(host, SOURCE_MEMORY_MAP) && host->kernel.command_line &&
	       !kernel_has_word(&host->kernel, "memmap=");
}

static void add_memory(struct finding *f, const struct memory *m)
{
	bool is_iomem = m->source == SOURCE_IOMEM;
	cleanup_free char *range = text_of_range(m->range);
	cleanup_free char *text = text_format("%s %s", range, m->name);
	cleanup_free char *path =
		is_iomem ? xstrdup("/proc/iomem")
			 : text_format("/sys/firmware/memmap/%u/type", m->place);

	finding_add_evidence(f, path, is_iomem ? m->place : 1, text);
}

/* The kernel's complaint at boot; NULL: none is in the log. */
static const struct log_line *complaint(const struct host *host, const struct entry *e)
{
	cleanup_free char *first = text_format("0x%016" PRIx64, e->written.first);

	return host_log_find(host, "No firmware reserved region can cover this RMRR",
			     first);
}

/*
 * Did the kernel name this RMRR at boot and not complain? It asks the map that firmware
 * gave; what iomem shows since then may lack a range that another resource displaced.
 */
static bool kernel_is_content(const struct host *host, const struct entry *e)
{
	cleanup_free char *first =
		text_format("RMRR base: 0x%014" PRIx64, e->written.first);

	return host_log_find(host, first, NULL) && !complaint(host, e);
}

static const char used_as_ram[] =
	"The kernel uses the memory of RMRR {number}, {range}, as normal RAM while the "
	"device writes to it: it overlaps System RAM.";
static const char in_a_gap[] =
	"RMRR {number}, {range}, is not all reserved in the memory map: it lies, at "
	"least in part, in a gap.";

static void report_not_reserved(struct judge *j, const struct entry *e,
				const struct memory *ram)
{
	const struct log_line *line = complaint(j->host, e);
	struct range pages = range_widened(e->written, 0x1000);
	cleanup_free char *keep = NULL;
	cleanup_free char *number = text_format("%u", e->number);
	cleanup_free char *range = text_of_range(e->written);
	cleanup_free char *message = text_filled(ram ? used_as_ram : in_a_gap, "number",
						 number, "range", range, TEXT_END);
	struct finding *f = found(
		j, ram && e->n_claims ? SEVERITY_CRITICAL : SEVERITY_ERROR,
		line ? CONFIDENCE_OBSERVED : CONFIDENCE_DERIVED, NULL, "%s", message);

	finding_add_entry(j, f, e);
	if (ram)
		add_memory(f, ram);
	if (line)
		finding_add_log(j, f, line);
	if (ram && !host_is_guest(j) && !kernel_has_word(&j->host->kernel, "memmap="))
		keep = text_format("memmap=0x%" PRIx64 "$0x%" PRIx64,
				   pages.last - pages.first + 1, pages.first);
	if (keep)
		finding_advise(
			f,
			"Update the firmware. Until then keep the kernel out of "
			"this memory: boot with %s (a $ needs a backslash in GRUB's "
			"configuration).",
			keep);
	else if (!host_is_guest(j))
		finding_advise(f, "Update the firmware.");
	if (keep)
		steps_boot_with(j->host, &f->steps, keep);
	finding_kernel(j, f, "uses the entry all the same%s.",
		       line ? ", and sets the firmware taint" : "");
}

static void check_rmrr_not_reserved(struct judge *j)
{
	enum source_id source;
	bool has_map = choose_map(j->host, &source);

	if (!has_map && j->host->sources[SOURCE_IOMEM].state == SOURCE_ABSENT)
		return;

	for_each_entry (e, j) {
		const struct memory *ram;

		if (e->table != &table_dmar || range_is_inverted(e->written))
			continue;
		if (!has_map) {
			cannot_check_source(j, SOURCE_IOMEM);
			return;
		}
		if (!is_all_reserved(j->host, source, e->written, &ram) &&
		    (ram || !kernel_is_content(j->host, e)))
			report_not_reserved(j, e, ram);
	}
}

const struct rule rule_rmrr_not_reserved = {
	.id = "rmrr-not-reserved",
	.title = "An RMRR is not reserved in the memory map",
	.severity = SEVERITY_CRITICAL,
	.table = "DMAR",
	.check = check_rmrr_not_reserved,
	.meaning =
		"Memory that a device uses without the kernel's knowledge must be reserved in "
		"the map that firmware gives. If it is RAM for the kernel, anybody's data can "
		"lie there, and the device's DMA corrupts it. Into a gap the kernel may put a "
		"device's registers.",
	.behaviours = RESTS_ON(BEHAVIOUR_BAD_RMRR_TAINTS, BEHAVIOUR_BAD_RMRR_DISABLES),
	.kernels =
		"Where no reserved entry covers its end they log \"No firmware reserved region can "
		"cover this RMRR\" (arch_rmrr_sanity_check).",
	.advice =
		"Update the firmware. Until then, where it is RAM, keep the kernel out of it: "
		"boot with memmap=SIZE$START.",
	.guest_advice = ADVICE_GUEST_TABLE,
};
