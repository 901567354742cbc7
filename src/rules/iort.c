/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The RMR nodes of an IORT: does the kernel read them (iort_find_rmrs and
 * iort_node_get_rmr_info of drivers/acpi/arm64/iort.c), and what it makes of those that
 * Arm DEN 0049, 3.1.1.5, does not allow (iort_rmr_alloc, iort_rmr_desc_check_overlap).
 */
#include <inttypes.h>
#include <stdlib.h>

#include "analyze/firmware.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

static bool is_rmr(const struct entry *e)
{
	return e->table == &table_iort;
}

/* --- One finding a node: what is wrong with some of its descriptors --- */

/* The entries of one RMR node, neighbours in the analysis. */
struct node {
	const struct entry *first, *end;
};

/* The next node from here on; its first is the end of the entries if there is none. */
static struct node next_node(const struct judge *j, const struct entry *from)
{
	const struct entry *end =
		j->analysis->firmware.entries + j->analysis->firmware.n_entries;
	struct node n = { from, NULL };

	while (n.first < end && !is_rmr(n.first))
		n.first++;
	n.end = n.first;
	while (n.end < end && is_rmr(n.end) && n.end->node == n.first->node)
		n.end++;
	return n;
}

/* Is a fault of a node's ranges one of somebody's? */
static bool is_judged(const struct judge *j, const struct node *n)
{
	return j->offline || !n->first->ignored;
}

/* What is for no device that is here is a note. */
static enum severity node_severity(const struct judge *j, const struct node *n,
				   enum severity severity)
{
	return outcome_of(j->analysis, n->first)->state == ENTRY_NO_DEVICE ? SEVERITY_INFO
									   : severity;
}

static void for_each_node(struct judge *j,
			  void (*judge_node)(struct judge *j, const struct node *n))
{
	const struct entry *end =
		j->analysis->firmware.entries + j->analysis->firmware.n_entries;

	for (struct node n = next_node(j, j->analysis->firmware.entries); n.first < end;
	     n = next_node(j, n.end))
		judge_node(j, &n);
}

static void add_entries(struct judge *j, struct finding *f, const struct node *n)
{
	for (const struct entry *e = n->first; e < n->end; e++)
		finding_add_entry(j, f, e);
}

/* --- iort-rmr-ignored --- */

/* All nodes at once: the table's revision is the one cause. */
static void report_draft(struct judge *j)
{
	struct finding *f = NULL;

	for_each_entry (e, j) {
		if (!is_rmr(e))
			continue;
		if (!f)
			f = found(
				j, SEVERITY_ERROR, CONFIDENCE_DERIVED, NULL,
				"No reserved memory of the IORT is identity-mapped: the "
				"table has revision %u, and the kernel reads none of its "
				"RMR nodes.",
				iort_revision(j->analysis));
		finding_add_entry(j, f, e);
	}
	if (!f)
		return;
	finding_kernel(
		j, f,
		"reads RMR nodes of a table of revision 5 or later, and logs nothing "
		"about others.");
	finding_advise(
		f,
		"Update the firmware to one whose IORT has revision 5 or later, in which "
		"RMR nodes have their final form.");
}

/* The kernel's fault, and not the table's. */
static void report_skipped(struct judge *j, const struct node *n)
{
	const struct entry *e = n->first;
	const struct group *g = NULL;
	struct finding *f = found(
		j, SEVERITY_ERROR, CONFIDENCE_DERIVED, NULL,
		"Nothing identity-maps the memory of RMR %u for its device, nor lets the "
		"stream bypass the SMMU at boot. The kernel skips the node, whose ID mapping "
		"covers a single stream.",
		e->number);

	for (size_t i = 0; i < j->host->n_devices; i++) {
		const struct device *d = &j->host->devices[i];

		if (!rmr_begins_with(j->analysis, e, d))
			continue;
		finding_add_device(j, f, d);
		if (!g && d->group != NO_GROUP)
			g = host_group(j->host, d->group);
	}
	if (g && g->type == DOMAIN_IDENTITY)
		f->severity = SEVERITY_WARNING;
	add_entries(j, f, n);
	if (g)
		finding_add_type(f, g);
	finding_does(j, f, BEHAVIOUR_RMR_OF_ONE_SKIPPED, IOMMU_SMMUV3);
	finding_advise_passthrough(
		j, f, g,
		"Update the kernel, to the last update of its series or a newer one.");
}

static void report_useless(struct judge *j, const struct node *n)
{
	const struct entry *e = n->first;
	/* That nobody reads the table is another fault. */
	const char *why = j->offline ? rmr_useless(j->analysis, e) : e->ignored;
	struct finding *f;

	if (!why)
		return;
	if (rmr_is_skipped(e) && !j->offline) {
		report_skipped(j, n);
		return;
	}
	f = found(j, SEVERITY_WARNING, CONFIDENCE_DERIVED, NULL,
		  "RMR %u of the IORT is for no device: %s.", e->number, why);
	add_entries(j, f, n);
	finding_advise(
		f,
		"Update the firmware: the node needs an ID mapping that names the SMMU "
		"and the stream ids of the device.");
}

/* Is a node for a function whose group has nothing of it, for all that can be seen? */
static bool is_left_out(const struct judge *j, const struct node *n)
{
	bool any = false;

	for (const struct entry *e = n->first; e < n->end; e++) {
		enum entry_state state = outcome_of(j->analysis, e)->state;

		if (state == ENTRY_SHOWN || state == ENTRY_SHOWN_PARTLY)
			return false;
		any = any || (state == ENTRY_NOT_SHOWN && !e->ignored);
	}
	if (!any)
		return false;
	/* All descriptors of a node are for the same devices. */
	for_each_claim (c, j, n->first) {
		if (c->conditional && j->host->devices[c->device].group != NO_GROUP)
			return true;
	}
	return false;
}

/* Does a default domain translate the addresses of a device that the entry is for? */
static bool is_translated(const struct judge *j, const struct entry *e)
{
	for_each_claim (c, j, e) {
		uint32_t id = j->host->devices[c->device].group;
		const struct group *g = id == NO_GROUP ? NULL : host_group(j->host, id);

		if (g && g->type != DOMAIN_IDENTITY)
			return true;
	}
	return false;
}

/* By whether a default domain translates. */
static const char *const left_out_kernel[] = {
	[false] =
		"lets the streams bypass the SMMU until a driver is attached, and nothing "
		"is lost as long as the default domain is identity.",
	[true] =
		"lets the streams bypass the SMMU until a driver is attached, and DMA of "
		"the firmware to these ranges fails from then on.",
};

/* All nodes at once: the host bridge is the one cause. */
static void report_left_out(struct judge *j)
{
	const struct entry *end =
		j->analysis->firmware.entries + j->analysis->firmware.n_entries;
	struct finding *f = NULL;
	bool single = false;

	for (struct node n = next_node(j, j->analysis->firmware.entries); n.first < end;
	     n = next_node(j, n.end)) {
		if (!is_left_out(j, &n))
			continue;
		if (!f)
			f = found(
				j, SEVERITY_WARNING, CONFIDENCE_DERIVED, NULL,
				"The kernel lists no region for RMR nodes of PCI devices. "
				"It ignores such nodes unless the host bridge preserves "
				"its configuration.");
		if (is_translated(j, n.first))
			f->severity = SEVERITY_ERROR;
		add_entries(j, f, &n);
		single = single || rmr_is_of_single_streams(j->analysis, n.first);
	}
	if (!f)
		return;
	finding_kernel(j, f, "%s", left_out_kernel[f->severity == SEVERITY_ERROR]);
	finding_advise(
		f,
		"Update the firmware: the host bridge needs a _DSM whose function 5 returns "
		"0 (that cannot be seen from here). The kernel then preserves its "
		"configuration, and the stream ids stay right.");
	if (single && finding_rests_on(j, f, BEHAVIOUR_RMR_OF_ONE_SKIPPED,
				       IOMMU_SMMUV3) == TRISTATE_UNKNOWN)
		finding_advise(
			f,
			"Update the kernel first: this one may skip nodes whose ID mapping "
			"covers a single stream. %s",
			f->advice);
}

static void check_rmr_ignored(struct judge *j)
{
	bool are_read = iort_rmrs_are_read(j->analysis);

	if (!are_read)
		report_draft(j);
	if (are_read || j->offline)
		for_each_node(j, report_useless);
	report_left_out(j);
}

const struct rule rule_iort_rmr_ignored = {
	.id = "iort-rmr-ignored",
	.title = "The kernel ignores RMR nodes of the IORT",
	.severity = SEVERITY_ERROR,
	.uses = SOURCE_BIT(SOURCE_GROUPS),
	.table = "IORT",
	.offline = true,
	.check = check_rmr_ignored,
	.meaning =
		"An RMR node says that memory must be identity-mapped for a device. The kernel reads "
		"it only if the table has revision 5 or later, the node has an ID mapping to the "
		"device's SMMU, and, for a PCI device, the host bridge preserves the configuration "
		"that firmware gave it (_DSM function 5 returns 0); otherwise the stream ids in the "
		"node might be another device's. The last condition cannot be seen from user space; "
		"it is concluded from a region that is not listed.",
	.behaviours = RESTS_ON(BEHAVIOUR_IORT_RMR, BEHAVIOUR_RMR_OF_ONE_SKIPPED),
	.kernels =
		"Nothing is logged. At boot the SMMU lets all streams of RMR nodes bypass, so "
		"firmware's DMA works until the device is attached to its default domain, and fails "
		"then.",
	.advice = "Update the firmware.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

/* --- rmr-not-64k --- */

/* By whether it is the only such range of the node. */
static const char *const alignment_wordings[] = {
	[false] =
		"RMR {node} of the IORT has {n} ranges that are not aligned to 64 KiB; the "
		"first is {range}.",
	[true] =
		"RMR {node} of the IORT has a range that is not aligned to 64 KiB: {range}.",
};

static char *alignment_text(const struct entry *bad, size_t n)
{
	const struct text_word words[] = {
		{ "node", text_format("%u", bad->number) },
		{ "n", text_format("%zu", n) },
		{ "range", text_of_range(bad->written) },
	};

	return text_fill(alignment_wordings[n == 1], words, ARRAY_SIZE(words));
}

static void say_widened(struct judge *j, struct finding *f, const struct entry *bad)
{
	cleanup_free char *range = text_of_range(bad->listed);

	if (range_equals(bad->listed, bad->written))
		finding_kernel(
			j, f,
			"logs \"not aligned to 64K\" whenever regions are read, and "
			"uses the range as it is, %s.",
			range);
	else
		finding_kernel(
			j, f,
			"logs \"not aligned to 64K\" whenever regions are read, and "
			"widens the range to %s.",
			range);
}

static void judge_alignment(struct judge *j, const struct node *n)
{
	bool large = kernel_page_size(j->host) >= 0x10000;
	cleanup_free char *message = NULL;
	const struct entry *bad = NULL;
	size_t n_bad = 0;
	struct finding *f;

	for (const struct entry *e = n->first; e < n->end; e++) {
		if (rmr_is_whole(j->analysis, e))
			continue;
		bad = bad ? bad : e;
		n_bad++;
	}
	if (!bad || !is_judged(j, n))
		return;
	message = alignment_text(bad, n_bad);
	f = found(j, node_severity(j, n, large ? SEVERITY_ERROR : SEVERITY_WARNING),
		  CONFIDENCE_DERIVED, NULL, "%s", message);
	for (const struct entry *e = bad; e < n->end; e++) {
		if (!rmr_is_whole(j->analysis, e))
			finding_add_entry(j, f, e);
	}
	if (kernel_page_size(j->host) == 0x1000 && !host_is_guest(j))
		finding_advise(
			f, "Update the firmware. Do not use a kernel with larger pages "
			   "until then.");
	if (!bad->ignored)
		say_widened(j, f, bad);
}

static void check_rmr_not_64k(struct judge *j)
{
	for_each_node(j, judge_alignment);
}

const struct rule rule_rmr_not_64k = {
	.id = "rmr-not-64k",
	.title = "A range of an RMR node is not aligned to 64 KiB",
	.severity = SEVERITY_ERROR,
	.uses = SOURCE_BIT(SOURCE_KERNEL),
	.table = "IORT",
	.offline = true,
	.no_command = true,
	.check = check_rmr_not_64k,
	.meaning =
		"The specification wants base and length of each range to be multiples of 64 KiB, so "
		"that kernels with pages of any size can map it. The kernel widens any other range to "
		"its own pages: with 4 KiB pages that is mostly harmless; with 64 KiB pages the "
		"device can reach memory that firmware did not mean.",
	.behaviours = RESTS_ON(BEHAVIOUR_IORT_RMR),
	.kernels =
		"All versions log \"RMR descriptor[...] not aligned to 64K, continue with [...]\" "
		"whenever regions are read: reading reserved_regions is enough.",
	.advice = "Update the firmware. Until then use a kernel with 4 KiB pages.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

/* --- rmr-overlap-or-zero --- */

/* The first later entry of the node that overlaps; NULL. */
static const struct entry *overlapping(const struct node *n, const struct entry *e)
{
	if (!entry_length(e))
		return NULL;
	for (const struct entry *other = e + 1; other < n->end; other++) {
		if (entry_length(other) && range_overlaps(e->written, other->written))
			return other;
	}
	return NULL;
}

static void report_overlap(struct judge *j, const struct node *n)
{
	struct finding *f = NULL;

	for (const struct entry *e = n->first; e < n->end; e++) {
		const struct entry *other = overlapping(n, e);

		if (!other)
			continue;
		if (!f)
			f = found(j, node_severity(j, n, SEVERITY_WARNING),
				  CONFIDENCE_DERIVED, NULL,
				  "Ranges of RMR %u of the IORT overlap: 0x%" PRIx64
				  "-0x%" PRIx64 " and 0x%" PRIx64 "-0x%" PRIx64 ".",
				  e->number, e->written.first, e->written.last,
				  other->written.first, other->written.last);
		finding_add_entry(j, f, e);
		finding_add_entry(j, f, other);
	}
	if (f && !n->first->ignored)
		finding_kernel(
			j, f,
			"logs \"overlaps, continue anyway\" whenever regions are read, and "
			"maps each page once.");
}

/* A range without bytes; where it is listed, empty-or-inverted-direct says it. */
static void report_zero(struct judge *j, const struct node *n)
{
	struct finding *f = NULL;

	for (const struct entry *e = n->first; e < n->end; e++) {
		if (entry_length(e) || outcome_of(j->analysis, e)->state == ENTRY_SHOWN)
			continue;
		if (!f)
			f = found(j, node_severity(j, n, SEVERITY_WARNING),
				  CONFIDENCE_DERIVED, NULL,
				  "RMR %u of the IORT has a range at 0x%" PRIx64
				  " with a length of 0.",
				  e->number, e->written.first);
		finding_add_entry(j, f, e);
	}
	if (f && !n->first->ignored)
		finding_kernel(
			j, f,
			"logs \"with zero length, continue anyway\", maps nothing, and "
			"counts the device as one that needs identity-mapped memory.");
}

static void judge_ranges(struct judge *j, const struct node *n)
{
	if (!is_judged(j, n))
		return;
	report_overlap(j, n);
	report_zero(j, n);
}

static void check_rmr_overlap_or_zero(struct judge *j)
{
	for_each_node(j, judge_ranges);
}

const struct rule rule_rmr_overlap_or_zero = {
	.id = "rmr-overlap-or-zero",
	.title = "Ranges of an RMR node overlap or are empty",
	.severity = SEVERITY_WARNING,
	.table = "IORT",
	.offline = true,
	.no_command = true,
	.check = check_rmr_overlap_or_zero,
	.meaning =
		"Firmware gave one RMR node two ranges with common addresses, or an empty one. "
		"Nothing is lost by an overlap. An empty range maps nothing, yet keeps its device "
		"from VMs, see empty-or-inverted-direct.",
	.behaviours = RESTS_ON(BEHAVIOUR_IORT_RMR),
	.kernels =
		"All versions log it whenever regions are read, and use the ranges as they are; sysfs "
		"merges those of one type.",
	.advice = "Update the firmware.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

/* --- rmr-across-nodes-type-clash --- */

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = *(const struct claim *const *)a;
	const struct claim *y = *(const struct claim *const *)b;

	if (x->range.first != y->range.first)
		return x->range.first < y->range.first ? -1 : 1;
	return (x > y) - (x < y);
}

static void report_clash(struct judge *j, const struct group *g, const struct device *d,
			 const struct claim *direct, const struct claim *relaxable)
{
	cleanup_free char *range =
		text_of_range(range_common(direct->range, relaxable->range));
	struct finding *f = found(
		j, SEVERITY_WARNING, CONFIDENCE_DERIVED, g,
		"Two RMR nodes disagree about %s for %s: one forbids remapping it, the other permits it.",
		range, d->name);

	finding_add_device(j, f, d);
	finding_add_entry_alone(j, f, &j->analysis->firmware.entries[direct->entry], 0);
	finding_add_entry_alone(j, f, &j->analysis->firmware.entries[relaxable->entry],
				0);
	finding_kernel(
		j, f,
		"lists both, maps each page once, and treats the device as one that "
		"needs identity-mapped memory.");
}

/* Both types over the same addresses: one finding a device, about the first such pair. */
static void check_claims(struct judge *j, const struct group *g, const struct device *d,
			 const struct claim **claims, size_t n)
{
	/* of each type the claim that reaches farthest so far */
	const struct claim *farthest[2] = { NULL, NULL };

	qsort(claims, n, sizeof(const struct claim *), compare_claims);
	for (size_t i = 0; i < n; i++) {
		const struct claim *c = claims[i];
		bool relaxable = c->type == REGION_DIRECT_RELAXABLE;
		const struct claim *other = farthest[!relaxable];

		if (range_is_inverted(c->range))
			continue;
		if (other && range_overlaps(other->range, c->range)) {
			report_clash(j, g, d, relaxable ? other : c,
				     relaxable ? c : other);
			return;
		}
		if (!farthest[relaxable] ||
		    c->range.last > farthest[relaxable]->range.last)
			farthest[relaxable] = c;
	}
}

static void check_type_clash(struct judge *j)
{
	const struct analysis *a = j->analysis;
	cleanup_free const struct claim **claims =
		xcalloc(a->firmware.n_claims, sizeof(const struct claim *));

	/* The claims of one device are neighbours. */
	for (size_t i = 0; i < a->firmware.n_claims;) {
		const struct device *d = &j->host->devices[a->firmware.claims[i].device];
		size_t first = i, n = 0;

		for (; i < a->firmware.n_claims &&
		       a->firmware.claims[i].device == a->firmware.claims[first].device;
		     i++) {
			if (a->firmware.claims[i].table == &table_iort)
				claims[n++] = &a->firmware.claims[i];
		}
		check_claims(j,
			     d->group == NO_GROUP ? NULL : host_group(j->host, d->group),
			     d, claims, n);
	}
}

const struct rule rule_rmr_across_nodes_type_clash = {
	.id = "rmr-across-nodes-type-clash",
	.title = "Two RMR nodes disagree whether a range may be remapped",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.table = "IORT",
	.no_command = true,
	.check = check_type_clash,
	.meaning =
		"One node gives the device a range that must stay identity-mapped, another gives it "
		"the same range with \"remap permitted\". The strict one decides: the device cannot "
		"be passed through to a VM. Firmware meant one of the two.",
	.behaviours = RESTS_ON(BEHAVIOUR_IORT_RMR),
	.kernels =
		"All versions list both lines, direct and direct-relaxable. Pages are mapped once, "
		"with the access rights of the node that comes first.",
	.advice =
		"Update the firmware, or override the table with one that settles on one of the "
		"nodes.",
	.guest_advice = ADVICE_GUEST_TABLE,
};
