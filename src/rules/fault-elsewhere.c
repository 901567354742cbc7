/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DMA faults that have nothing to do with any region: one note. */
#include "rules/fault-alike.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define REQUESTERS_TOLD 6 /* by the note */

/* Is the line of a fault the evidence of another finding already? */
static bool is_quoted(const struct judge *j, size_t fault)
{
	const char *log = host_log_path(j->host);

	for (size_t i = 0; i < j->findings->n_list; i++) {
		const struct finding *f = &j->findings->list[i];

		for (size_t e = 0; e < f->n_evidence; e++) {
			if (f->evidence[e].line == j->host->faults[fault].line &&
			    !strcmp(f->evidence[e].path, log))
				return true;
		}
	}
	return false;
}

/* What the note says of a place; NULL: another finding speaks of it. */
static const char *place_words(const struct judge *j, size_t fault)
{
	static const char *const words[] = {
		[FAULT_UNPLACED] = "no address logged",
		[FAULT_IS_INTERRUPT] = "an interrupt message, not DMA",
		[FAULT_BEYOND_WIDTH] = "above what the IOMMU translates",
		[FAULT_OF_USER] = "an address of the user's own mapping",
		[FAULT_IN_RAM] = "in RAM",
		[FAULT_ELSEWHERE] = "in no reserved region",
		[FAULT_IN_FOREIGN] = "in memory reserved for another",
		[FAULT_IN_PEER] = "in memory of another device",
		[FAULT_IN_FIRMWARE] = "in memory that firmware reserved",
	};
	const struct fault_view *v = fault_view_of(j, fault);

	if (v->place == FAULT_IN_OWN)
		return v->is_users ? "in its own range, which is not mapped for a VM"
				   : NULL;
	if (v->place == FAULT_AT_HIDDEN || v->place == FAULT_IN_UNLISTED)
		return NULL;
	if (v->place == FAULT_IN_FOREIGN && v->who == WHO_UNKNOWN)
		return "in a reserved range; whose device it was is not known";
	if (v->who != WHO_ABSENT &&
	    (v->place == FAULT_IN_FOREIGN || v->place == FAULT_IN_PEER ||
	     v->place == FAULT_IN_FIRMWARE))
		return NULL;
	return words[v->place];
}

/* "0000:00:1f.2 at 0xffe9c000 (2 faults, in no reserved region)" */
static void add_case(const struct judge *j, struct text *t, size_t fault)
{
	const struct fault_view *v = fault_view_of(j, fault);
	const struct fault *f = &j->host->faults[fault];
	struct fault_sum s = fault_sum_of(j, fault);
	cleanup_free char *who = fault_requester_text(j->host, j->analysis, fault);
	cleanup_free char *count = fault_count_text(j, s.count);

	text_printf(t, "%s", who);
	if (f->has_address)
		text_printf(t, " at 0x%" PRIx64, s.addresses.first);
	if (s.addresses.last > s.addresses.first)
		text_printf(t, " to 0x%" PRIx64, s.addresses.last);
	text_printf(t, " (%s, %s", count, place_words(j, fault));
	if (v->place == FAULT_IS_INTERRUPT && v->range.last)
		text_printf(t, ", in 0x%" PRIx64 "-0x%" PRIx64, v->range.first,
			    v->range.last);
	if (v->place == FAULT_UNPLACED && f->reason)
		text_printf(t, ": %s", f->reason);
	text_add(t, ")");
}

static void check_faults_elsewhere(struct judge *j)
{
	cleanup(text_clear) struct text cases = { 0 };
	struct finding *f = NULL;
	size_t n = 0;

	for (size_t i = 0; i < j->host->n_faults; i++) {
		if (!place_words(j, i) || !fault_is_first(j, i) || is_quoted(j, i))
			continue;
		if (n++ >= REQUESTERS_TOLD)
			continue;
		text_add(&cases, n > 1 ? "; " : "");
		add_case(j, &cases, i);
	}
	if (!n)
		return;
	f = found(
		j, SEVERITY_INFO, CONFIDENCE_OBSERVED, NULL,
		"The log has DMA faults that no reserved region explains. Requesters: %s.",
		cases.data);
	if (n > REQUESTERS_TOLD)
		finding_say(f, "%zu more %s not shown.", n - REQUESTERS_TOLD,
			    one_or_many(n - REQUESTERS_TOLD, "is", "are"));
	fault_say_wrapped(j, f);
	n = 0;
	for (size_t i = 0; i < j->host->n_faults && n < REQUESTERS_TOLD; i++) {
		const struct fault_view *v = fault_view_of(j, i);

		if (!place_words(j, i) || !fault_is_first(j, i) || is_quoted(j, i))
			continue;
		n++;
		if (v->device != NO_INDEX && !finding_has_device(f, v->device))
			finding_add_device(j, f, &j->host->devices[v->device]);
		fault_quote(j, f, i);
	}
}

const struct rule rule_faults_elsewhere = {
	.id = "faults-elsewhere",
	.title = "DMA faults that no reserved region explains",
	.severity = SEVERITY_INFO,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.applies = fault_has_iommu,
	.no_command = true,
	.check = check_faults_elsewhere,
	.meaning =
		"The kernel log has DMA faults at addresses that lie in no region listed here: memory "
		"that a driver has unmapped or never mapped, a device that goes astray, an interrupt "
		"message, or a device that is gone. One note counts them for each requester and says "
		"where the address lies. Addresses of a device that a VM has are the guest's own: "
		"they are no memory of this host. Look elsewhere for the cause.",
	.kernels =
		"All versions alike. The kernel prints a few faults a second and counts "
		"the rest, so the numbers are lower bounds.",
	.advice =
		"Look for a fault of the device or of its driver: no reserved region explains these.",
};
