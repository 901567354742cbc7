/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Refusals that the kernel logged in this boot, against what is predicted of the device.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/text.h"
#include "rules/rules.h"
#include "rules/steps.h"

/* What a line was printed for; a device's lines of one cause are told once. */
enum cause {
	CAUSE_DIRECT,  /* firmware reserves memory for it: that stays so */
	CAUSE_VIRTUAL, /* its virtual functions, which can be taken away */
	CAUSE_BIND,    /* not told */
	CAUSE_COUNT,
};

/* Has the cause gone since, by what is here now? */
static bool has_no_virtual(const struct host *host, const struct analysis *a,
			   size_t device)
{
	return host_source_usable(host, SOURCE_PCI) && !a->devices[device].n_virtual;
}

static const struct {
	const char *why; /* for people */
	bool at_bind;	 /* a device that is bound to VFIO has passed it since */
	bool (*has_gone)(const struct host *host, const struct analysis *a,
			 size_t device); /* NULL: it does not, or nothing tells */
	const char *gone;		 /* what to say then */
} causes[CAUSE_COUNT] = {
	[CAUSE_DIRECT] = { .why = "firmware reserves memory for it" },
	[CAUSE_VIRTUAL] = { .why = "it had virtual functions",
			    .at_bind = true,
			    .has_gone = has_no_virtual,
			    .gone = "it has none now" },
	[CAUSE_BIND] = { .why = "vfio-pci could not be bound", .at_bind = true },
};

/*
 * Lines that name the device they refuse: those of rows of behaviours.def, and of
 * call_driver_probe (drivers/base/dd.c; its words changed). vfio-pci is busy (EBUSY, 16)
 * for a function with virtual ones alone (vfio_pci_core_register_device).
 */
static const struct refusal {
	enum behaviour row; /* whose first sign is the line, where text is NULL */
	const char *text;   /* what stands in the line */
	const char *also;   /* what stands there as well; NULL: nothing */
	enum cause cause;
} refusals[] = {
	{ .row = BEHAVIOUR_DIRECT_REFUSED, .cause = CAUSE_DIRECT },
	{ .row = BEHAVIOUR_RMRR_REFUSED, .cause = CAUSE_DIRECT },
	{ .row = BEHAVIOUR_PF_WITH_VFS_REFUSED, .cause = CAUSE_VIRTUAL },
	{ .text = "probe with driver vfio-pci failed with error -16",
	  .cause = CAUSE_VIRTUAL },
	{ .text = "vfio-pci: probe of ",
	  .also = " failed with error -16",
	  .cause = CAUSE_VIRTUAL },
	{ .text = "probe with driver vfio-pci failed with error", .cause = CAUSE_BIND },
	{ .text = "vfio-pci: probe of ",
	  .also = " failed with error",
	  .cause = CAUSE_BIND },
};

static bool is_line_of(const struct refusal *r, const char *line)
{
	const char *text = r->text ? r->text : behaviours[r->row].signs[0].text;

	return strstr(line, text) && (!r->also || strstr(line, r->also));
}

static const struct refusal *refusal_in(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		if (is_line_of(&refusals[i], line))
			return &refusals[i];
	}
	return NULL;
}

/* " (at 10.100000)": seconds since the boot, or a date; nothing where it is not told. */
static char *when_of(const struct log_line *l)
{
	return l->time ? text_format(" (at %s)", l->time) : xstrdup("");
}

enum refusal_case { CASE_PASSES, CASE_NOT_KNOWN, CASE_GONE };

static const struct {
	enum severity severity;
	enum confidence confidence;
	const char *text;
} wordings[] = {
	[CASE_PASSES] = { SEVERITY_WARNING, CONFIDENCE_OBSERVED,
			  "The kernel refused to pass {device} through in this boot{when}: "
			  "{why}. The prediction is that it can be passed through "
			  "({verdict})." },
	[CASE_NOT_KNOWN] = { SEVERITY_WARNING, CONFIDENCE_OBSERVED,
			     "The kernel refused to pass {device} through in this "
			     "boot{when}: {why}. Whether it still would is not known." },
	[CASE_GONE] = { SEVERITY_INFO, CONFIDENCE_DERIVED,
			"The kernel refused to pass {device} through in this boot{when}: "
			"{why}. The cause has gone since: {gone}." },
};

static enum refusal_case case_of(const struct judge *j, size_t device, enum cause cause)
{
	if (causes[cause].has_gone &&
	    causes[cause].has_gone(j->host, j->analysis, device))
		return CASE_GONE;
	return j->analysis->assign[device].vfio.verdict == VERDICT_UNKNOWN
		       ? CASE_NOT_KNOWN
		       : CASE_PASSES;
}

static void report(struct judge *j, const struct log_line *l, const struct device *d,
		   enum cause cause)
{
	size_t index = device_index(j->host, d);
	enum refusal_case c = case_of(j, index, cause);
	const struct text_word words[] = {
		{ "device", xstrdup(d->name) },
		{ "when", when_of(l) },
		{ "why", xstrdup(causes[cause].why) },
		{ "gone", xstrdup(causes[cause].gone ? causes[cause].gone : "") },
		{ "verdict",
		  xstrdup(verdict_name(j->analysis->assign[index].vfio.verdict)) },
	};
	cleanup_free char *message =
		text_fill(wordings[c].text, words, ARRAY_SIZE(words));
	struct finding *f =
		found(j, wordings[c].severity, wordings[c].confidence,
		      d->group == NO_GROUP ? NULL : host_group(j->host, d->group), "%s",
		      message);

	if (c == CASE_GONE)
		finding_advise(f, "Try again; nothing needs to be changed.");
	finding_add_device(j, f, d);
	finding_add_log(j, f, l);
	if (c != CASE_GONE)
		steps_query(&f->steps, d);
}

/* Of a device, each cause is told once, by its first line. */
static void check_log_contradicts_prediction(struct judge *j)
{
	/* a bit for each cause that was met, of each device */
	cleanup_free unsigned char *met = xcalloc(j->host->n_devices + 1, 1);

	for (size_t i = 0; i < j->host->n_log; i++) {
		const struct log_line *l = &j->host->log[i];
		const struct refusal *r = refusal_in(l->text);
		const struct device *d = r ? log_device(j->host, l->text) : NULL;
		size_t index = d ? device_index(j->host, d) : NO_INDEX;
		unsigned bit = r ? 1u << r->cause : 0;

		if (!d || met[index] & bit)
			continue;
		met[index] = (unsigned char)(met[index] | bit);
		if (j->analysis->assign[index].vfio.verdict != VERDICT_REFUSED &&
		    !(causes[r->cause].at_bind && device_is_bound_to_vfio(d)))
			report(j, l, d, r->cause);
	}
}

static bool has_groups(const struct host *host, const struct analysis *a)
{
	(void)a;
	return host->n_groups > 0;
}

const struct rule rule_log_contradicts_prediction = {
	.id = "log-contradicts-prediction",
	.title = "The kernel refused a device although no refusal is predicted",
	.severity = SEVERITY_WARNING,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.applies = has_groups,
	.check = check_log_contradicts_prediction,
	.behaviours = RESTS_ON(BEHAVIOUR_DIRECT_REFUSED, BEHAVIOUR_RMRR_REFUSED,
			       BEHAVIOUR_PF_WITH_VFS_REFUSED),
	.meaning =
		"The kernel log of this boot has a line that refuses a device to VFIO, but nothing "
		"that was read here stands in its way. Either something changed since (a driver, a "
		"module parameter), or a reason is not seen here, such as a firmware table that could "
		"not be read. Where the cause is known to have gone, such as virtual functions that "
		"were removed, it is a note.",
	.kernels = "The lines are those of the kernel's own refusals.",
	.advice =
		"Trust the kernel. Run iommu-resv query to ask it again; if it still refuses, report "
		"the difference with the output of iommu-resv snapshot --query.",
};
