/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is said of memory that must be identity-mapped and does not fit: a wording is
 * chosen by the tables, and filled.
 */
#include "rules/misfit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Kinds of demands that are spoken of. */
enum {
	LINE = 1,   /* a line of sysfs */
	IVMD = 2,   /* AMD's driver rounds before it lists: the loss shows here alone */
	RMRR = 4,   /* of which there is no line */
	DEVICE = 8, /* a range of one device, that its page table does not have */
};

/* What else the choice of a wording depends on. */
enum {
	IN_FORCE = 1, /* a DMA domain is in use that has to map it */
	HEAD = 2,     /* its first bytes would be lost */
	COVERED = 4,  /* all of it is identity-mapped as things stand */
};

#define RIGHT_ENTRY \
	"Update the firmware, or override the table with one whose entry is right."

struct wording {
	enum misfit misfit;
	unsigned of;   /* these kinds */
	unsigned when; /* all of this holds; the first row that fits is taken */
	enum severity severity;
	const char *text; /* with {words}, see fill */
};

static const struct wording wordings[] = {
	{ MISFIT_INVERTED, LINE, 0, SEVERITY_ERROR,
	  "{what} is {shape} (it ends before it starts): nothing is mapped, yet the device "
	  "counts as one that needs 1:1 memory." },
	{ MISFIT_INVERTED, RMRR, 0, SEVERITY_ERROR,
	  "{what} ends before it starts: nothing would be mapped, yet its devices count as "
	  "ones that need 1:1 memory." },
	{ MISFIT_WRAPS, LINE, IN_FORCE, SEVERITY_ERROR,
	  "{what} ends at the end of all addresses: its end wraps to zero and nothing of it "
	  "is mapped." },
	{ MISFIT_WRAPS, LINE, 0, SEVERITY_ERROR,
	  "{what} ends at the end of all addresses: its end wraps to zero." },
	{ MISFIT_WRAPS, RMRR, 0, SEVERITY_ERROR,
	  "{what} ends at the end of all addresses: its end wraps to zero, and nothing of it "
	  "would be mapped." },
	{ MISFIT_BEYOND_WIDTH, LINE, IN_FORCE, SEVERITY_CRITICAL,
	  "{what} ends at {end}, beyond the last address {limit} that {unit} translates." },
	{ MISFIT_BEYOND_WIDTH, LINE, 0, SEVERITY_WARNING,
	  "{what} ends at {end}, beyond the last address {limit} that {unit} translates." },
	{ MISFIT_BEYOND_WIDTH, RMRR, 0, SEVERITY_CRITICAL,
	  "{what} ends at {end}, beyond the host address width of the table (last address "
	  "{limit})." },
	{ MISFIT_SUB_PAGE, LINE, IN_FORCE, SEVERITY_CRITICAL,
	  "{what} lies within one page of {page} and does not start it: nothing of it is "
	  "mapped." },
	{ MISFIT_SUB_PAGE, LINE, 0, SEVERITY_WARNING,
	  "{what} lies within one page of {page} and does not start it: in a DMA domain "
	  "nothing of it would be mapped." },
	{ MISFIT_SUB_PAGE, IVMD, IN_FORCE, SEVERITY_CRITICAL,
	  "{what} lies within one page of {page} and does not start it: nothing of it is "
	  "mapped, but the page behind it." },
	{ MISFIT_SUB_PAGE, IVMD, 0, SEVERITY_WARNING,
	  "{what} lies within one page of {page} and does not start it: in a DMA domain "
	  "nothing of it would be mapped, but the page behind it." },
	{ MISFIT_SUB_PAGE, RMRR, 0, SEVERITY_WARNING,
	  "{what} lies within one page of {page} and does not start it: nothing of it would "
	  "be mapped." },
	{ MISFIT_MISALIGNED, LINE | IVMD, IN_FORCE | HEAD, SEVERITY_CRITICAL,
	  "{what} is not aligned to pages of {page}: {head} is not mapped, DMA to it "
	  "fails." },
	{ MISFIT_MISALIGNED, LINE, IN_FORCE, SEVERITY_WARNING,
	  "{what} does not end at a page of {page}: the device also reaches {tail}." },
	{ MISFIT_MISALIGNED, LINE, COVERED, SEVERITY_WARNING,
	  "{what} is not aligned to pages of {page}; nothing is lost while the group's "
	  "default domain is identity." },
	{ MISFIT_MISALIGNED, LINE, 0, SEVERITY_WARNING,
	  "{what} is not aligned to pages of {page}; a DMA domain would not map all of "
	  "it." },
	{ MISFIT_MISALIGNED, IVMD, HEAD, SEVERITY_WARNING,
	  "{what} is not aligned to pages of {page}: {head} would not be mapped in a DMA "
	  "domain." },
	{ MISFIT_MISALIGNED, IVMD, 0, SEVERITY_WARNING,
	  "{what} does not end at a page of {page}: its devices also reach {tail}." },
	{ MISFIT_MISALIGNED, RMRR, HEAD, SEVERITY_WARNING,
	  "{what} is not aligned to pages of {page}: {head} would not be mapped." },
	{ MISFIT_MISALIGNED, RMRR, 0, SEVERITY_WARNING,
	  "{what} does not end at a page of {page}: its devices would also reach {tail}." },
	{ MISFIT_NOT_MAPPED, DEVICE, 0, SEVERITY_CRITICAL,
	  "{what} must find {asked} 1:1, and the page table does not have {lost}: DMA to it "
	  "fails." },
};

/* What the kernel does, and what to do: NULL, nothing beyond what the rule says. */
static const struct remark {
	enum misfit misfit;
	unsigned of;
	const char *kernel, *advice;
} remarks[] = {
	{ MISFIT_INVERTED, LINE, "maps nothing{refusal}.", NULL },
	{ MISFIT_WRAPS, LINE,
	  "rounds the end up to zero and maps nothing in a DMA domain.", NULL },
	{ MISFIT_BEYOND_WIDTH, LINE,
	  "gives up the whole IOMMU at boot if it has to map it.",
	  "Update the firmware, or override the table to remove the entry." },
	{ MISFIT_BEYOND_WIDTH, RMRR, NULL, RIGHT_ENTRY },
	{ MISFIT_SUB_PAGE, LINE,
	  "rounds both ends up to {start} and {maps} nothing{where}, without a message.",
	  "Update the firmware." },
	{ MISFIT_SUB_PAGE, IVMD,
	  "rounds start and length up, lists {listed} and {then} that.",
	  "Update the firmware." },
	{ MISFIT_MISALIGNED, LINE, "rounds both ends up and {maps} {mapped}{where}.",
	  "Update the firmware." },
	{ MISFIT_MISALIGNED, IVMD,
	  "rounds start and length up, lists {listed} and {then} that.",
	  "Update the firmware." },
	{ MISFIT_MISALIGNED, RMRR, NULL, RIGHT_ENTRY },
	{ MISFIT_NOT_MAPPED, DEVICE,
	  "should have mapped it when it made the default domain of the group.",
	  "Report it to the kernel's IOMMU list (iommu@lists.linux.dev) with the output of "
	  "this program and the kernel log." },
};

/* --- The case --- */

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
static unsigned kind_of(const struct judge *j, const struct demand *d)
{
	const struct entry *e;

	if (d->of == DEMAND_OF_LINE)
		return is_repeated(j, &j->host->regions[d->region]) ? 0 : LINE;
	if (d->of == DEMAND_OF_DEVICE)
		return DEVICE;
	e = &j->analysis->entries[d->entry];
	if (e->table == &table_ivrs)
		return e->ignored || !e->n_claims ? 0 : IVMD;
	/* Of those that the IOMMU does not reach the first is named. */
	if (d->misfit == MISFIT_BEYOND_WIDTH &&
	    j->analysis->absence.fault == ABSENCE_WIDTH)
		return 0;
	return is_unlisted(j, e) ? RMRR : 0;
}

/* NULL: of several groups, or of none. */
static const struct group *group_of(const struct judge *j, const struct demand *d)
{
	return d->group == NO_INDEX ? NULL : &j->host->groups[d->group];
}

static const struct wording *wording_of(const struct demand *d, unsigned kind)
{
	unsigned facts = (d->in_force ? IN_FORCE : 0) |
			 (d->mapped.first > d->asked.first ? HEAD : 0) |
			 (d->coverage == COVERAGE_FULL ? COVERED : 0);

	for (size_t i = 0; i < ARRAY_SIZE(wordings); i++) {
		const struct wording *w = &wordings[i];

		if (w->misfit == d->misfit && w->of & kind && !(w->when & ~facts))
			return w;
	}
	return NULL;
}

static struct remark remark_of(const struct demand *d, unsigned kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(remarks); i++) {
		if (remarks[i].misfit == d->misfit && remarks[i].of == kind)
			return remarks[i];
	}
	return (struct remark){ 0 };
}

/* --- The words --- */

static char *what_text(const struct judge *j, const struct demand *d)
{
	const struct entry *e;

	if (d->of == DEMAND_OF_LINE)
		return text_format("A %s region", region_type_name(d->type));
	if (d->of == DEMAND_OF_DEVICE)
		return xstrdup(j->host->devices[d->device].name);
	e = &j->analysis->entries[d->entry];
	return text_format("%s %u", e->table == &table_ivrs ? "IVMD" : "RMRR", e->number);
}

static const char *unit_of(const struct judge *j, const struct group *g)
{
	size_t unit = g ? view_of_group(j, g)->iommu : NO_INDEX;

	return unit == NO_INDEX ? "" : j->host->iommus[unit].name;
}

static char *address_text(uint64_t address)
{
	return text_format("0x%" PRIx64, address);
}

static char *range_text(uint64_t first, uint64_t last)
{
	return text_format("0x%" PRIx64 "-0x%" PRIx64, first, last);
}

static const char *refusal_text(const struct judge *j, const struct group *g,
				const struct demand *d)
{
	return g && d->type == REGION_DIRECT && kernel_refuses_direct(j, g)
		       ? " and still refuses to give the group to a user-space driver"
		       : "";
}

struct word {
	const char *word;
	char *value;
};

/* Fills the {words} in, and frees them; the caller owns the text. */
static char *expand(const char *text, const struct word *words, size_t n)
{
	struct text t = { 0 };

	while (*text) {
		size_t plain = strcspn(text, "{");
		size_t len = text[plain] ? strcspn(text + plain, "}") - 1 : 0;

		text_printf(&t, "%.*s", (int)plain, text);
		text += plain;
		for (size_t i = 0; len && i < n; i++) {
			if (strlen(words[i].word) == len &&
			    !strncmp(words[i].word, text + 1, len))
				text_add(&t, words[i].value);
		}
		text += len ? len + 2 : 0;
	}
	for (size_t i = 0; i < n; i++)
		free(words[i].value);
	return text_take(&t);
}

/* What is said of a demand; the caller owns it. */
static char *fill(const struct judge *j, const struct demand *d, const char *text)
{
	const struct group *g = group_of(j, d);
	bool force = d->in_force;
	const struct word words[] = {
		{ "what", what_text(j, d) },
		{ "unit", xstrdup(unit_of(j, g)) },
		{ "page", text_format("0x%" PRIx64 "%s", d->page,
				      d->page_assumed ? " (page size assumed)" : "") },
		{ "shape",
		  xstrdup(d->asked.first - d->asked.last == 1 ? "empty" : "inverted") },
		{ "start", address_text(d->mapped.first) },
		{ "end", address_text(d->asked.last) },
		{ "limit", address_text(d->last) },
		{ "asked", range_text(d->asked.first, d->asked.last) },
		{ "listed", range_text(d->listed.first, d->listed.last) },
		{ "mapped", range_text(d->mapped.first, d->mapped.last) },
		{ "lost", range_text(d->lost.first, d->lost.last) },
		{ "head", range_text(d->asked.first, d->mapped.first - 1) },
		{ "tail", range_text(d->asked.last + 1, d->mapped.last) },
		{ "maps", xstrdup(force ? "maps" : "would map") },
		{ "then", xstrdup(force ? "maps" : "in a DMA domain maps") },
		{ "where", xstrdup(force ? "" : " in a DMA domain") },
		{ "refusal", xstrdup(refusal_text(j, g, d)) },
	};

	return expand(text, words, ARRAY_SIZE(words));
}

/* --- The finding --- */

/* The lines that an entry has a share of, where its devices are in one group. */
static void add_lines(struct judge *j, struct finding *f, const struct group *g,
		      const struct claim *c)
{
	for_each_region (r, j->host, g) {
		if (claim_is_part_of(c, r))
			finding_add_region(j, f, r);
	}
}

static void add_proof(struct finding *f, const struct device *d,
		      const struct demand *demand)
{
	cleanup_free char *path =
		demand->proof == PROOF_TRACE
			? xstrdup("/sys/kernel/tracing/trace")
			: text_format("/sys/kernel/debug/iommu/intel/%s/"
				      "domain_translation_struct",
				      d->name);
	cleanup_free char *text =
		text_format("no identity mapping of 0x%" PRIx64 "-0x%" PRIx64,
			    demand->lost.first, demand->lost.last);

	finding_add_evidence(f, path, 0, text);
}

static void add_evidence(struct judge *j, struct finding *f, const struct group *g,
			 const struct demand *d)
{
	const struct region *r =
		d->region == NO_INDEX ? NULL : &j->host->regions[d->region];
	const struct device *device;

	switch (d->of) {
	case DEMAND_OF_LINE:
		finding_add_region(j, f, r);
		finding_add_type(f, g);
		finding_add_owners(j, f, r);
		break;
	case DEMAND_OF_ENTRY:
		if (g)
			add_lines(j, f, g, &j->analysis->claims[d->claim]);
		finding_add_entry(j, f, &j->analysis->entries[d->entry]);
		if (g)
			finding_add_type(f, g);
		break;
	default:
		device = &j->host->devices[d->device];
		finding_add_device(j, f, device);
		finding_add_region(j, f, r);
		add_proof(f, device, d);
		break;
	}
}

/* Of memory that the kernel may take from the device there is less to lose. */
static enum severity severity_of(const struct wording *w, const struct demand *d)
{
	if (d->type == REGION_DIRECT_RELAXABLE && w->severity == SEVERITY_CRITICAL &&
	    d->misfit != MISFIT_BEYOND_WIDTH)
		return SEVERITY_ERROR;
	return w->severity;
}

static enum confidence confidence_of(const struct demand *d)
{
	if (d->misfit == MISFIT_NOT_MAPPED)
		return CONFIDENCE_OBSERVED;
	return d->page_assumed && (d->misfit == MISFIT_SUB_PAGE ||
				   d->misfit == MISFIT_MISALIGNED)
		       ? CONFIDENCE_HEURISTIC
		       : CONFIDENCE_DERIVED;
}

/* Said with the behaviour that the finding rests on. */
static bool panics(struct judge *j, struct finding *f, const struct demand *d,
		   unsigned kind)
{
	return d->misfit == MISFIT_BEYOND_WIDTH && kind == LINE &&
	       finding_rests_on(j, f, BEHAVIOUR_DIRECT_FAILURE_PANICS,
				j->analysis->groups[d->group].kind) == TRISTATE_YES;
}

static void report(struct judge *j, const struct demand *d, unsigned kind,
		   const struct wording *w)
{
	const struct group *g = group_of(j, d);
	struct remark remark = remark_of(d, kind);
	cleanup_free char *message = fill(j, d, w->text);
	cleanup_free char *kernel = remark.kernel ? fill(j, d, remark.kernel) : NULL;
	struct finding *f =
		found(j, severity_of(w, d), confidence_of(d), g, "%s", message);

	if (d->misfit == MISFIT_SUB_PAGE && kind == LINE && host_is_arm64(j->host) &&
	    d->page > 0x1000)
		remark.advice = "Update the firmware or the device tree, or use a kernel "
				"with smaller pages.";
	add_evidence(j, f, g, d);
	if (remark.advice)
		finding_advise_passthrough(j, f, g, remark.advice);
	if (panics(j, f, d, kind))
		finding_kernel(j, f, "panics at boot (Intel) if it has to map it.");
	else if (kernel)
		finding_kernel(j, f, "%s", kernel);
}

void check_misfit(struct judge *j, enum misfit misfit)
{
	for (size_t i = 0; i < j->analysis->demands.n_list; i++) {
		const struct demand *d = &j->analysis->demands.list[i];
		unsigned kind = d->misfit == misfit ? kind_of(j, d) : 0;
		const struct wording *w = wording_of(d, kind);

		if (w)
			report(j, d, kind, w);
	}
}
