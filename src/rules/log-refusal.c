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

/* The first device that a line names behind its first word; NULL: none that is here. */
static const struct device *device_in(const struct host *host, const char *line)
{
	const char *rest = line + strcspn(line, " ");

	return log_next_device(host, &rest);
}

/* ", at 10.100000,": seconds since the boot, or a date; nothing where it is not told. */
static char *when_of(const struct log_line *l)
{
	return l->time ? text_format(", at %s,", l->time) : xstrdup("");
}

static struct finding *report_open(struct judge *j, const struct log_line *l,
				   const struct device *d, enum cause cause)
{
	cleanup_free char *when = when_of(l);
	const struct answer *a = &j->analysis->assign[device_index(j->host, d)].vfio;
	cleanup_free char *predicted =
		a->verdict == VERDICT_UNKNOWN
			? xstrdup("whether it would now is not known")
			: text_format("predicted is that it can be passed through (%s)",
				      verdict_name(a->verdict));

	return found(j, SEVERITY_WARNING, CONFIDENCE_OBSERVED,
		     d->group == NO_GROUP ? NULL : host_group(j->host, d->group),
		     "In this boot%s the kernel refused to give %s to VFIO (%s); %s.",
		     when, d->name, causes[cause].why, predicted);
}

static struct finding *report_gone(struct judge *j, const struct log_line *l,
				   const struct device *d, enum cause cause)
{
	cleanup_free char *when = when_of(l);
	struct finding *f =
		found(j, SEVERITY_INFO, CONFIDENCE_DERIVED,
		      d->group == NO_GROUP ? NULL : host_group(j->host, d->group),
		      "In this boot%s the kernel refused to give %s to VFIO (%s). The "
		      "cause has gone since: %s.",
		      when, d->name, causes[cause].why, causes[cause].gone);

	finding_advise(f, "No action needed: it can be tried again.");
	return f;
}

static void report(struct judge *j, const struct log_line *l, const struct device *d,
		   enum cause cause)
{
	size_t index = device_index(j->host, d);
	bool gone = causes[cause].has_gone &&
		    causes[cause].has_gone(j->host, j->analysis, index);
	struct finding *f =
		gone ? report_gone(j, l, d, cause) : report_open(j, l, d, cause);

	finding_add_device(j, f, d);
	finding_add_log(j, f, l);
	if (!gone)
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
		const struct device *d = r ? device_in(j->host, l->text) : NULL;
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
	.title = "The kernel refused a device, and no refusal is predicted",
	.severity = SEVERITY_WARNING,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.applies = has_groups,
	.check = check_log_contradicts_prediction,
	.behaviours = RESTS_ON(BEHAVIOUR_DIRECT_REFUSED, BEHAVIOUR_RMRR_REFUSED,
			       BEHAVIOUR_PF_WITH_VFS_REFUSED),
	.meaning =
		"The kernel log of this boot has a line that refuses a device to VFIO, and by what "
		"was read here nothing stands in its way. Either something changed since (a driver, "
		"a module parameter), or a reason is not seen here, such as a firmware table that "
		"could not be read. Where the cause is known to have gone, such as virtual functions "
		"that were taken away, it is a note.",
	.kernels = "The lines are those of the kernel's own refusals.",
	.advice =
		"Trust the kernel. Ask it again with iommu-resv query; if it still refuses, report "
		"the difference with the output of iommu-resv snapshot --query.",
};
