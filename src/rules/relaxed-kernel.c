/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernels that are patched to ignore memory that firmware reserves for a device. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"
#include "rules/steps.h"

/*
 * Words that upstream knows in intel_iommu= and amd_iommu=, matched by prefix as the
 * kernel does (intel_iommu_setup, parse_amd_iommu_options), in 6.1 to 7.2; intgpu_off is
 * Debian's.
 */
static const char *const intel_words[] = { "on",	"off",	  "igfx_off",
					   "forcedac",	"strict", "sp_off",
					   "sm_on",	"sm_off", "tboot_noforce",
					   "intgpu_off" };
static const char *const amd_words[] = {
	"fullflush", "force_enable", "off",	    "force_isolation", "pgtbl_v1",
	"pgtbl_v2",  "irtcachedis",  "nohugepages", "v2_pgsizes_only"
};

static bool is_known(const char *word, const char *const *known, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text_starts_with(word, known[i]))
			return true;
	}
	return false;
}

/*
 * Did the kernel log that it does not know a word? "Unknown option - 'WORD...'":
 * intel_iommu_setup prints all that follows, parse_amd_iommu_options too; AMD's logs
 * nothing before 6.0.
 */
static bool is_logged_unknown(const struct host *host, const char *word)
{
	cleanup_free char *quoted = text_format("'%s", word);

	return host_log_find(host, "Unknown option", quoted);
}

/* Did the kernel say, or does a list show, that the patch is active? */
static bool is_patched(const struct judge *j)
{
	if (j->analysis->log.relaxing)
		return true;
	for (size_t i = 0; i < j->host->n_regions; i++) {
		if (j->analysis->origins[i].relaxed_by_patch)
			return true;
	}
	return false;
}

/* A driver of the kernel keeps the mapping: without a user nothing is lost yet. */
static enum severity severity_for(bool any_user)
{
	return any_user ? SEVERITY_WARNING : SEVERITY_INFO;
}

static bool has_user(const struct judge *j)
{
	for_each_group (g, j->host) {
		if (view_of_group(j, g)->for_user)
			return true;
	}
	return false;
}

/* So many ranges are named of those that are dropped for a guest. */
#define RANGES_NAMED 6

/* What the patch drops; for_user: of a device that a VM may have. NULL: nothing. */
static char *relaxed_ranges(const struct judge *j, bool *for_user)
{
	struct text_list list = { .max = RANGES_NAMED };

	for_each_group (g, j->host) {
		for_each_region (r, j->host, g) {
			cleanup_free char *range = text_of_range(r->range);

			if (!origin_of_region(j, r)->relaxed_by_patch)
				continue;
			text_list_add(&list, range);
			*for_user = *for_user || view_of_group(j, g)->for_user;
		}
	}
	return list.n ? text_list_take(&list) : NULL;
}

static void add_relaxed(struct judge *j, struct finding *f)
{
	for_each_group (g, j->host) {
		bool any = false;

		for_each_region (r, j->host, g) {
			if (!origin_of_region(j, r)->relaxed_by_patch)
				continue;
			finding_add_region(j, f, r);
			any = true;
		}
		if (any)
			finding_add_devices(j, f, g);
	}
}

static const char dropped_now[] =
	"This kernel is patched: it drops memory that firmware reserved for a device "
	"while the device is passed through to a VM: {ranges}.";
static const char dropped_later[] =
	"This kernel is patched: it drops memory that firmware reserved for a device "
	"when the device is passed through to a VM: {ranges}.";
static const char drops_nothing[] =
	"This kernel is patched to drop memory that firmware reserved for a device; no "
	"device here is affected.";

static void report_patched(struct judge *j)
{
	const struct log_line *l = j->analysis->log.relaxing;
	bool for_user = false;
	cleanup_free char *ranges = relaxed_ranges(j, &for_user);
	cleanup_free char *message = text_filled(!ranges    ? drops_nothing
						 : for_user ? dropped_now
							    : dropped_later,
						 "ranges", ranges, TEXT_END);
	struct finding *f =
		found(j, severity_for(for_user),
		      l ? CONFIDENCE_OBSERVED : CONFIDENCE_DERIVED, NULL, "%s", message);

	if (l)
		finding_add_log(j, f, l);
	if (kernel_option_has(&j->host->kernel, "intel_iommu=", RELAX_RMRR))
		finding_add_evidence(f, "/proc/cmdline", 1, "intel_iommu=" RELAX_RMRR);
	add_relaxed(j, f);
	if (ranges)
		finding_kernel(
			j, f,
			"passes the device through and offers these addresses to "
			"the VM as normal I/O addresses; an unpatched one refuses.");
}

/* A region of an RMRR that is direct: no patch relaxes it. NULL: none is known. */
static const struct region *enforced_rmrr(const struct judge *j)
{
	for_each_group (g, j->host) {
		struct claim_slice own = claims_of_group(j->host, j->analysis, g);

		for (size_t i = own.first; i < own.first + own.n; i++) {
			const struct claim *c = &j->analysis->firmware.claims[i];

			if (c->table != &table_dmar || c->entry == NO_INDEX)
				continue;
			for_each_region (r, j->host, g) {
				if (r->type == REGION_DIRECT && claim_is_part_of(c, r))
					return r;
			}
		}
	}
	return NULL;
}

/* The word of a patch that this kernel has not, or does not obey. */
static struct finding *report_without_effect(struct judge *j, const struct region *r)
{
	struct finding *f = found(
		j, SEVERITY_INFO, CONFIDENCE_DERIVED, NULL,
		"intel_iommu=" RELAX_RMRR
		" has no effect on this kernel: it lists the region of an RMRR as direct all the "
		"same.");

	finding_advise(f, "Remove the word.");
	finding_add_region(j, f, r);
	return f;
}

/* relax_rmrr of Proxmox, relax_unity, relaxed... : patches, and no typing errors. */
static void report_word(struct judge *j, const char *option, const char *word)
{
	cleanup_free char *text = text_format("%s%s", option, word);
	const struct region *enforced =
		!strcmp(option, "intel_iommu=") && text_starts_with(word, RELAX_RMRR)
			? enforced_rmrr(j)
			: NULL;
	struct finding *f;

	if (enforced) {
		f = report_without_effect(j, enforced);
	} else if (strstr(word, "relax")) {
		f = found(
			j, severity_for(has_user(j)), CONFIDENCE_HEURISTIC, NULL,
			"The command line has %s%s, which no upstream kernel knows: this "
			"kernel may be patched to ignore reserved memory.",
			option, word);
		finding_advise(f,
			       "On an upstream kernel remove the word; it has no "
			       "effect. On a patched one pass a device through only if "
			       "its firmware no longer uses the memory.");
	} else if (!strcmp(option, "amd_iommu=") && !strcmp(word, "on")) {
		f = found(
			j, SEVERITY_INFO, CONFIDENCE_DERIVED, NULL,
			"amd_iommu=on has no effect: there is no such option, and AMD's IOMMU is "
			"used without one.");
		finding_advise(f, "No action needed.");
	} else {
		f = found(
			j, SEVERITY_INFO, CONFIDENCE_DERIVED, NULL,
			"%s%s has no effect on an upstream kernel, which does not know the "
			"word.",
			option, word);
		finding_advise(f, "Check the spelling, or remove the word.");
	}
	finding_add_evidence(f, "/proc/cmdline", 1, text);
	steps_boot_without(j->host, &f->steps, option, word);
	if (strstr(word, "relax") && !enforced)
		steps_risk(&f->steps,
			   xstrdup("On a patched kernel devices with reserved memory "
				   "can then not be passed through."));
}

static void check_words(struct judge *j, const char *option, const char *const *known,
			size_t n)
{
	enum source_state log = j->host->sources[SOURCE_LOG].state;
	cleanup_free char *line = xstrdup(j->host->kernel.command_line);
	char *save = NULL;
	bool unsure = false;

	for (char *s = strtok_r(line, " \t", &save); s;
	     s = strtok_r(NULL, " \t", &save)) {
		char *word_save = NULL;

		if (!text_starts_with(s, option))
			continue;
		for (char *w = strtok_r(s + strlen(option), ",", &word_save); w;
		     w = strtok_r(NULL, ",", &word_save)) {
			if (is_known(w, known, n) || is_logged_unknown(j->host, w) ||
			    (text_starts_with(w, RELAX_RMRR) && is_patched(j)))
				continue;
			if (log == SOURCE_DENIED || log == SOURCE_BROKEN)
				unsure = true;
			else
				report_word(j, option, w);
		}
	}
	if (unsure)
		cannot_check_source(j, SOURCE_LOG);
}

static void check_relaxed_kernel(struct judge *j)
{
	if (is_patched(j))
		report_patched(j);
	if (!j->host->kernel.command_line)
		return;
	check_words(j, "intel_iommu=", intel_words, ARRAY_SIZE(intel_words));
	check_words(j, "amd_iommu=", amd_words, ARRAY_SIZE(amd_words));
}

const struct rule rule_relaxed_kernel = {
	.id = "relaxed-kernel",
	.title = "The kernel is, or may be, patched to ignore reserved memory",
	.severity = SEVERITY_WARNING,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_COMMAND_LINE),
	.of_host = true,
	.check = check_relaxed_kernel,
	.meaning =
		"Some kernels carry patches (relax_rmrr, relax_unity) that pass a device through "
		"although firmware reserves memory for it. Firmware and device may go on using "
		"that memory, and their DMA then hits the memory of the VM. If nothing proves "
		"that the patch is active, predictions follow the rules of an upstream kernel. "
		"This is a note as long as no device is passed through. A word that no kernel knows "
		"is a note: it has no effect.",
	.behaviours = RESTS_ON(BEHAVIOUR_RELAX_RMRR),
	.kernels =
		"Upstream logs \"Unknown option\" for words that it does not know; its oldest "
		"versions log nothing.",
	.advice =
		"Pass the device through only if you know that its firmware no longer uses the "
		"memory. Without the word on the command line the kernel refuses the device.",
};
