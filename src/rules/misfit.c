/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is said of memory that must be identity-mapped and does not fit: a demand is of a
 * kind, the tables have the words for it, and these are filled.
 */
#include "rules/misfit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Kinds of demands that are spoken of. */
enum {
	LINE = 1,     /* a line of sysfs */
	IVMD = 2,     /* AMD's driver rounds before it lists: the loss shows here alone */
	RMRR = 4,     /* of which there is no line */
	DEVICE = 8,   /* a range of one device, that its page table does not have */
	GIVEN_UP = 16 /* an entry for which the kernel gave the IOMMU up */
};

/* What else the choice of words depends on. */
enum {
	IN_FORCE = 1,	  /* a DMA domain is in use that has to map it */
	HEAD = 2,	  /* its first bytes would be lost */
	COVERED = 4,	  /* all of it is identity-mapped as things stand */
	LARGE_PAGES = 8,  /* Arm's, of more than 4 KiB */
	STILL_ON = 16,	  /* the unit translates, although the kernel gave it up */
	PANICS = 32,	  /* the kernel does, if it has to map it */
	BY_TABLE = 64,	  /* the last address is the table's, and no unit's */
	HAS_GROUPS = 128, /* the host has IOMMU groups */
	FAULTS = 256,	  /* the log has DMA faults because of it */
};

/* What of a finding it is; where there is no row, the rule says all. */
enum part { MESSAGE, KERNEL, ADVICE };

struct wording {
	enum misfit misfit;
	unsigned of; /* these kinds */
	enum part part;
	unsigned when;	  /* all of this holds; the first row that fits is taken */
	const char *text; /* with {words}, see fill */
};

static const struct wording wordings[] = {
	{ MISFIT_INVERTED, LINE, MESSAGE, 0,
	  "{what} is {shape}: it ends before it starts. Nothing is mapped, yet the device "
	  "counts as one that needs identity-mapped memory." },
	{ MISFIT_INVERTED, RMRR, MESSAGE, 0,
	  "{what} ends before it starts. Nothing would be mapped, yet its devices count as "
	  "ones that need identity-mapped memory." },
	{ MISFIT_INVERTED, LINE, KERNEL, 0, "maps nothing{refusal}." },
	{ MISFIT_WRAPS, LINE, MESSAGE, IN_FORCE,
	  "{what} is not mapped: it ends at the end of the address space, so its end wraps "
	  "to zero." },
	{ MISFIT_WRAPS, LINE, MESSAGE, 0,
	  "{what} ends at the end of the address space: its end wraps to zero." },
	{ MISFIT_WRAPS, RMRR, MESSAGE, 0,
	  "{what} would not be mapped: it ends at the end of the address space, so its end "
	  "wraps to zero." },
	{ MISFIT_WRAPS, LINE, KERNEL, 0,
	  "rounds the end up to zero and maps nothing in a DMA domain." },
	{ MISFIT_BEYOND_WIDTH, GIVEN_UP, MESSAGE, HAS_GROUPS | FAULTS,
	  "The devices of {what} are in no IOMMU group, and their DMA fails: it ends at {end}, "
	  "beyond the last address {limit} that the IOMMU translates." },
	{ MISFIT_BEYOND_WIDTH, GIVEN_UP, MESSAGE, HAS_GROUPS,
	  "The devices of {what} are in no IOMMU group: it ends at {end}, beyond the last "
	  "address {limit} that the IOMMU translates." },
	{ MISFIT_BEYOND_WIDTH, GIVEN_UP, MESSAGE, FAULTS,
	  "No device is in an IOMMU group, and DMA fails: {what} ends at {end}, beyond "
	  "the last address {limit} that the IOMMU translates." },
	{ MISFIT_BEYOND_WIDTH, GIVEN_UP, MESSAGE, 0,
	  "No device is in an IOMMU group: {what} ends at {end}, beyond the last address "
	  "{limit} that the IOMMU translates." },
	{ MISFIT_BEYOND_WIDTH, LINE, MESSAGE, 0,
	  "{what} ends beyond the last address {limit} that {unit} translates." },
	{ MISFIT_BEYOND_WIDTH, RMRR, MESSAGE, BY_TABLE,
	  "{what} ends at {end}, beyond the host address width of the table (last address "
	  "{limit})." },
	{ MISFIT_BEYOND_WIDTH, RMRR, MESSAGE, 0,
	  "{what} ends at {end}, beyond the last address {limit} that the IOMMU translates." },
	{ MISFIT_BEYOND_WIDTH, GIVEN_UP, KERNEL, STILL_ON,
	  "stops using the whole IOMMU at boot when it cannot map the range; translation "
	  "stays on, so all DMA is blocked." },
	{ MISFIT_BEYOND_WIDTH, GIVEN_UP, KERNEL, 0,
	  "stops using the whole IOMMU at boot when it cannot map the range." },
	{ MISFIT_BEYOND_WIDTH, LINE, KERNEL, PANICS,
	  "panics at boot (Intel) if it has to map it." },
	{ MISFIT_BEYOND_WIDTH, LINE, KERNEL, 0,
	  "stops using the whole IOMMU at boot if it has to map it." },
	{ MISFIT_BEYOND_WIDTH, LINE | GIVEN_UP, ADVICE, 0,
	  "Update the firmware, or override the table to remove the entry." },
	{ MISFIT_BEYOND_WIDTH, RMRR, ADVICE, 0,
	  "Update the firmware, or override the table with one whose entry is right." },
	{ MISFIT_SUB_PAGE, LINE, MESSAGE, IN_FORCE,
	  "{what} is not mapped: it lies inside one {page} page and does not begin where "
	  "the page begins." },
	{ MISFIT_SUB_PAGE, LINE, MESSAGE, 0,
	  "{what} would not be mapped in a DMA domain: it lies inside one {page} page and "
	  "does not begin where the page begins." },
	{ MISFIT_SUB_PAGE, IVMD, MESSAGE, IN_FORCE,
	  "{what} is not mapped, but the page behind it is: it lies inside one {page} page "
	  "and does not begin where the page begins." },
	{ MISFIT_SUB_PAGE, IVMD, MESSAGE, 0,
	  "{what} would not be mapped in a DMA domain, but the page behind it would: it "
	  "lies inside one {page} page and does not begin where the page begins." },
	{ MISFIT_SUB_PAGE, RMRR, MESSAGE, 0,
	  "{what} would not be mapped: it lies inside one {page} page and does not begin "
	  "where the page begins." },
	{ MISFIT_SUB_PAGE, LINE, KERNEL, 0,
	  "rounds both ends up to {start} and {maps} nothing{where}, without a message." },
	{ MISFIT_SUB_PAGE, IVMD, KERNEL, 0,
	  "rounds start and length up, lists {listed} and {then} that." },
	{ MISFIT_SUB_PAGE, LINE, ADVICE, LARGE_PAGES,
	  "Update the firmware or the device tree, or use a kernel with smaller pages." },
	{ MISFIT_SUB_PAGE, LINE | IVMD, ADVICE, 0, "Update the firmware." },
	{ MISFIT_MISALIGNED, LINE, MESSAGE, IN_FORCE | HEAD,
	  "DMA to {head} fails: the reserved memory does not start on a {page} page, and "
	  "the kernel maps whole pages only." },
	{ MISFIT_MISALIGNED, IVMD, MESSAGE, IN_FORCE | HEAD,
	  "DMA to {head} fails: {what} does not start on a {page} page, and the kernel "
	  "maps whole pages only." },
	{ MISFIT_MISALIGNED, LINE, MESSAGE, IN_FORCE,
	  "{what} does not end on a {page} page boundary, so the device also reaches {tail}." },
	{ MISFIT_MISALIGNED, LINE, MESSAGE, COVERED,
	  "{what} is not made of whole {page} pages. Nothing is lost while the group's "
	  "default domain is identity." },
	{ MISFIT_MISALIGNED, LINE, MESSAGE, 0,
	  "{what} is not made of whole {page} pages: a DMA domain would not map all of it." },
	{ MISFIT_MISALIGNED, IVMD, MESSAGE, HEAD,
	  "{what} does not start on a {page} page: in a DMA domain {head} would not be mapped." },
	{ MISFIT_MISALIGNED, IVMD, MESSAGE, 0,
	  "{what} does not end on a {page} page boundary, so its devices also reach {tail}." },
	{ MISFIT_MISALIGNED, RMRR, MESSAGE, HEAD,
	  "{what} does not start on a {page} page: {head} would not be mapped." },
	{ MISFIT_MISALIGNED, RMRR, MESSAGE, 0,
	  "{what} does not end on a {page} page boundary, so its devices would also reach "
	  "{tail}." },
	{ MISFIT_MISALIGNED, LINE, KERNEL, 0,
	  "rounds both ends up and {maps} {mapped}{where}." },
	{ MISFIT_MISALIGNED, IVMD, KERNEL, 0,
	  "rounds start and length up, lists {listed} and {then} that." },
	{ MISFIT_MISALIGNED, LINE | IVMD, ADVICE, 0, "Update the firmware." },
	{ MISFIT_MISALIGNED, RMRR, ADVICE, 0,
	  "Update the firmware, or override the table with one whose entry is right." },
	{ MISFIT_NOT_MAPPED, DEVICE, MESSAGE, 0,
	  "DMA of {what} to {lost} fails: the page table does not map it, although all of "
	  "{asked} must be identity-mapped." },
	{ MISFIT_NOT_MAPPED, DEVICE, KERNEL, 0,
	  "should have mapped it when it made the default domain of the group." },
	{ MISFIT_NOT_MAPPED, DEVICE, ADVICE, 0,
	  "Report it to the kernel's IOMMU list (iommu@lists.linux.dev), with the output "
	  "of iommu-resv report and the kernel log." },
};

/* --- The case --- */

/* A demand that is spoken of, and what else there is of it. */
struct subject {
	const struct demand *d;
	unsigned kind;
	const struct group *g;	/* NULL: of several groups, or of none */
	const struct entry *e;	/* NULL: it is no entry's */
	const struct region *r; /* NULL: it has no line */
	bool still_on;		/* the unit translates, although the kernel gave it up */
	const struct log_line *given_up, *faults; /* logged of that; NULL */
};

/*
 * No line can show an RMRR: the kernel gave the IOMMU up, so there is no group; or there
 * is no host at all, and the table is judged by itself.
 */
static bool is_unlisted(const struct judge *j, const struct entry *e)
{
	if (e->table != &table_dmar || j->host->n_groups)
		return false;
	return j->analysis->absence.fault != ABSENCE_OTHER ? e->n_claims > 0
							   : !j->host->n_devices;
}

/* 0: another finding speaks of it, or it concerns nobody. */
static unsigned kind_of(const struct judge *j, const struct subject *s)
{
	const struct absence *absence = &j->analysis->absence;

	if (s->d->of == DEMAND_OF_LINE)
		return is_repeated(j, s->r) ? 0 : LINE;
	if (s->d->of == DEMAND_OF_DEVICE)
		return DEVICE;
	if (!s->e)
		return 0;
	/* Of those that the IOMMU does not reach the first is named. */
	if (s->d->misfit == MISFIT_BEYOND_WIDTH && absence->fault == ABSENCE_WIDTH)
		return s->d == absence->demand ? GIVEN_UP : 0;
	if (s->e->table == &table_ivrs)
		return s->e->ignored || !s->e->n_claims ? 0 : IVMD;
	return is_unlisted(j, s->e) ? RMRR : 0;
}

static struct subject subject_of(const struct judge *j, const struct demand *d)
{
	const struct host *host = j->host;
	struct subject s = {
		.d = d,
		.g = d->group == NO_INDEX ? NULL : &host->groups[d->group],
		.e = d->entry == NO_INDEX ? NULL
					  : &j->analysis->firmware.entries[d->entry],
		.r = d->region == NO_INDEX ? NULL : &host->regions[d->region],
	};

	s.kind = kind_of(j, &s);
	if (s.kind != GIVEN_UP || !s.e)
		return s;
	s.still_on = s.e->table == &table_dmar && host_real_iommus(host);
	s.given_up = log_of_giving_up(host);
	if (s.still_on)
		s.faults = host_log_find(host, "Present bit in context entry is clear",
					 NULL);
	return s;
}

static bool loses_head(const struct demand *d)
{
	return d->mapped.first > d->asked.first;
}

static unsigned facts_of(const struct judge *j, const struct subject *s)
{
	bool large_pages = host_is_arm64(j->host) && s->d->page > 0x1000;

	return (s->d->in_force ? IN_FORCE : 0) | (loses_head(s->d) ? HEAD : 0) |
	       (s->d->coverage == COVERAGE_FULL ? COVERED : 0) |
	       (large_pages ? LARGE_PAGES : 0) | (s->still_on ? STILL_ON : 0) |
	       (s->d->last_by_table ? BY_TABLE : 0) |
	       (j->host->n_groups ? HAS_GROUPS : 0) | (s->faults ? FAULTS : 0);
}

/* What the kernel was asked for the sake of a row is noted in the finding. */
static bool panics(struct judge *j, struct finding *f, const struct group *g)
{
	return finding_rests_on(j, f, BEHAVIOUR_DIRECT_FAILURE_PANICS,
				view_of_group(j, g)->kind) == TRISTATE_YES;
}

/* NULL: no row fits. f: NULL for the message. */
static const char *words_for(struct judge *j, struct finding *f, const struct subject *s,
			     enum part part)
{
	unsigned facts = facts_of(j, s) | PANICS;

	for (size_t i = 0; i < ARRAY_SIZE(wordings); i++) {
		const struct wording *w = &wordings[i];

		if (w->misfit == s->d->misfit && w->of & s->kind && w->part == part &&
		    !(w->when & ~facts) && (!(w->when & PANICS) || panics(j, f, s->g)))
			return w->text;
	}
	return NULL;
}

/* --- The words --- */

/* "The reserved memory 0x1000-0x1fff"; the caller owns it. */
static char *line_text(const struct subject *s)
{
	cleanup_free char *range = text_of_range(s->r ? s->r->range : s->d->asked);

	return text_format(s->d->type == REGION_DIRECT
				   ? "The reserved memory %s"
				   : "The relaxable reserved memory %s",
			   range);
}

static char *what_text(const struct judge *j, const struct subject *s)
{
	if (s->kind == DEVICE)
		return xstrdup(j->host->devices[s->d->device].name);
	if (s->kind == LINE || !s->e)
		return line_text(s);
	if (s->kind == GIVEN_UP)
		return entry_text(j->analysis, s->e);
	return text_format("%s %u", s->e->table->entry, s->e->number);
}

static const char *unit_of(const struct judge *j, const struct group *g)
{
	size_t unit = g ? view_of_group(j, g)->iommu : NO_INDEX;

	return unit == NO_INDEX ? "" : j->host->iommus[unit].name;
}

static const char *refusal_text(const struct judge *j, const struct subject *s)
{
	return s->g && s->d->type == REGION_DIRECT && kernel_refuses_direct(j, s->g)
		       ? " and still refuses to pass the group through"
		       : "";
}

static char *address_text(uint64_t address)
{
	return text_format("0x%" PRIx64, address);
}

static char *between(uint64_t first, uint64_t last)
{
	return text_of_range((struct range){ first, last });
}

/* What is said of a demand; the caller owns it. */
static char *fill(const struct judge *j, const struct subject *s, const char *text)
{
	const struct demand *d = s->d;
	bool force = d->in_force;
	const struct text_word words[] = {
		{ "what", what_text(j, s) },
		{ "unit", xstrdup(unit_of(j, s->g)) },
		{ "page", text_of_size((struct range){ 0, d->page - 1 }) },
		{ "shape",
		  xstrdup(d->asked.first - d->asked.last == 1 ? "empty" : "inverted") },
		{ "start", address_text(d->mapped.first) },
		{ "end", address_text(d->asked.last) },
		{ "limit", address_text(d->last) },
		{ "asked", text_of_range(d->asked) },
		{ "listed", text_of_range(d->listed) },
		{ "mapped", text_of_range(d->mapped) },
		{ "lost", text_of_range(d->lost) },
		{ "head", between(d->asked.first, d->mapped.first - 1) },
		{ "tail", between(d->asked.last + 1, d->mapped.last) },
		{ "maps", xstrdup(force ? "maps" : "would map") },
		{ "then", xstrdup(force ? "maps" : "in a DMA domain maps") },
		{ "where", xstrdup(force ? "" : " in a DMA domain") },
		{ "refusal", xstrdup(refusal_text(j, s)) },
	};

	return text_fill(text, words, ARRAY_SIZE(words));
}

/* --- The finding --- */

static void add_proof(struct finding *f, const struct device *d,
		      const struct demand *demand)
{
	cleanup_free char *path =
		demand->proof == PROOF_TRACE
			? xstrdup("/sys/kernel/tracing/trace")
			: text_format("/sys/kernel/debug/iommu/intel/%s/"
				      "domain_translation_struct",
				      d->name);
	cleanup_free char *lost = text_of_range(demand->lost);
	cleanup_free char *text = text_format("no identity mapping of %s", lost);

	finding_add_evidence(f, path, 0, text);
}

/* With the lines that it has a share of, where its devices are in one group. */
static void add_entry(struct judge *j, struct finding *f, const struct subject *s)
{
	if (s->g) {
		for_each_region (r, j->host, s->g) {
			if (claim_is_part_of(&j->analysis->firmware.claims[s->d->claim],
					     r))
				finding_add_region(j, f, r);
		}
	}
	finding_add_entry(j, f, s->e);
	if (s->g)
		finding_add_type(f, s->g);
	if (s->given_up)
		finding_add_log(j, f, s->given_up);
	if (s->faults)
		finding_add_log(j, f, s->faults);
}

static void add_evidence(struct judge *j, struct finding *f, const struct subject *s)
{
	if (s->kind == LINE) {
		finding_add_region(j, f, s->r);
		finding_add_type(f, s->g);
		finding_add_owners(j, f, s->r);
	} else if (s->kind == DEVICE) {
		const struct device *device = &j->host->devices[s->d->device];

		finding_add_device(j, f, device);
		finding_add_region(j, f, s->r);
		add_proof(f, device, s->d);
	} else {
		add_entry(j, f, s);
	}
}

static enum severity severity_of(const struct subject *s)
{
	enum misfit misfit = s->d->misfit;
	bool is_lost = s->d->in_force ? misfit != MISFIT_MISALIGNED || loses_head(s->d)
				      : misfit == MISFIT_BEYOND_WIDTH && s->kind != LINE;

	if (misfit == MISFIT_INVERTED || misfit == MISFIT_WRAPS)
		return SEVERITY_ERROR;
	if (!is_lost)
		return SEVERITY_WARNING;
	/* Of memory that the kernel may take from the device there is less to lose. */
	return s->d->type == REGION_DIRECT || misfit == MISFIT_BEYOND_WIDTH
		       ? SEVERITY_CRITICAL
		       : SEVERITY_ERROR;
}

static enum confidence confidence_of(const struct subject *s)
{
	if (s->kind == DEVICE || s->given_up)
		return CONFIDENCE_OBSERVED;
	return CONFIDENCE_DERIVED;
}

static void report(struct judge *j, const struct subject *s, const char *message)
{
	cleanup_free char *filled = fill(j, s, message);
	struct finding *f =
		found(j, severity_of(s), confidence_of(s), s->g, "%s", filled);
	const char *kernel = words_for(j, f, s, KERNEL);
	const char *advice = words_for(j, f, s, ADVICE);

	add_evidence(j, f, s);
	if (advice)
		finding_advise_passthrough(j, f, s->g, advice);
	if (kernel) {
		cleanup_free char *text = fill(j, s, kernel);

		finding_kernel(j, f, "%s", text);
	}
}

/* Of ranges that fit or not by the size of pages, which is not known. */
static void say_unknown_pages(struct judge *j)
{
	const struct demand *first = NULL;
	cleanup_free char *range = NULL;

	for (size_t i = j->analysis->demands.n_list; i-- > 0;) {
		const struct demand *d = &j->analysis->demands.list[i];

		if (d->misfit == MISFIT_UNKNOWN)
			first = d;
	}
	if (!first ||
	    (j->rule->misfit != MISFIT_MISALIGNED && j->rule->misfit != MISFIT_SUB_PAGE))
		return;
	range = text_of_range(first->listed);
	cannot_check(
		j, SOURCE_KERNEL,
		"the page size is not known (/proc/self/smaps), and %s is not made of whole 64 "
		"KiB pages",
		range);
}

void check_misfit(struct judge *j)
{
	say_unknown_pages(j);
	for (size_t i = 0; i < j->analysis->demands.n_list; i++) {
		const struct demand *d = &j->analysis->demands.list[i];
		struct subject s;
		const char *message;

		if (d->misfit != j->rule->misfit)
			continue;
		s = subject_of(j, d);
		message = words_for(j, NULL, &s, MESSAGE);
		if (message)
			report(j, &s, message);
	}
}
