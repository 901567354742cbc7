/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What QEMU says in the log that the kernel refused it, against what is predicted. */
#include "analyze/qemu.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/page.h"
#include "base/text.h"
#include "rules/rules.h"
#include "rules/steps.h"

static void quote(struct judge *j, struct finding *f, const struct qemu_line *l)
{
	finding_add_evidence(f, host_log_path(j->host), l->number, l->text);
}

static bool has_lines(const struct host *host, const struct analysis *a)
{
	(void)a;
	return host->n_qemu_lines > 0;
}

/* --- Mappings --- */

/* Why a range cannot be mapped for a group. */
enum map_fault {
	MAP_FAULT_NONE,	  /* it can be */
	MAP_FAULT_ODD,	  /* it is not whole pages */
	MAP_FAULT_REGION, /* a region is in it */
	MAP_FAULT_END,	  /* it ends above what is translated */
	MAP_FAULT_MEMORY, /* so much memory cannot be locked */
};

/* The first region of a group that a user's mapping may not touch; NULL: none. */
static const struct region *region_in(const struct judge *j, const struct group *g,
				      struct range range)
{
	for_each_region (r, j->host, g) {
		if (r->type != REGION_DIRECT_RELAXABLE && range_overlaps(r->range, range))
			return r;
	}
	return NULL;
}

static enum map_fault fault_of_map(const struct judge *j, const struct group *g,
				   const struct qemu_line *l,
				   const struct region **region)
{
	cleanup(ranges_clear) struct ranges usable = { 0 };
	bool end_known = usable_iova(j->host, j->analysis, g, &usable);
	uint64_t rest = view_of_group(j, g)->page_size - 1;

	*region = l->error == EINVAL ? region_in(j, g, l->range) : NULL;
	if (l->error == ENOMEM)
		return MAP_FAULT_MEMORY;
	if (*region)
		return MAP_FAULT_REGION;
	if (usable.n_range && end_known &&
	    l->range.last > usable.range[usable.n_range - 1].last)
		return MAP_FAULT_END;
	if (l->range.first & rest || (l->range.last & rest) != rest)
		return MAP_FAULT_ODD;
	return MAP_FAULT_NONE;
}

/* May a mapping that failed have been for a device of the group? */
static bool is_meant(const struct judge *j, const struct qemu_line *l,
		     const struct group *g)
{
	const struct group_view *gv = view_of_group(j, g);
	const struct device *d = l->device ? host_device(j->host, l->device) : NULL;

	if (gv->untranslated)
		return false;
	if (l->device)
		return d && d->group == g->id;
	return l->group == NO_GROUP ? gv->for_user : l->group == g->id;
}

/*
 * A mapping that the kernel refused because of its addresses, or because it may not lock
 * the memory (vfio_pin_pages_remote, drivers/vfio/vfio_iommu_type1.c).
 */
static bool is_refused_map(const struct qemu_line *l)
{
	return l->says == QEMU_MAP && l->has_range &&
	       (l->error == EINVAL || l->error == ENOMEM);
}

/* Why a mapping failed, and for which group. */
struct map_case {
	const struct group *g; /* NULL: it is about none that is here */
	enum map_fault fault;
	const struct region *region; /* MAP_FAULT_REGION */
	size_t n_more;		     /* of the first of several: how many are like it */
	bool is_repeated;
};

/* A group that explains it, else the first. */
static struct map_case case_of(const struct judge *j, const struct qemu_line *l)
{
	struct map_case c = { .g = NULL };

	for_each_group (g, j->host) {
		const struct region *r = NULL;
		enum map_fault why;

		if (!is_meant(j, l, g))
			continue;
		why = fault_of_map(j, g, l, &r);
		if (!c.g || why != MAP_FAULT_NONE)
			c = (struct map_case){ .g = g, .fault = why, .region = r };
		if (why != MAP_FAULT_NONE)
			break;
	}
	return c;
}

/* Only the end of a BAR's way for other devices? Then QEMU says that it is a warning. */
static enum severity severity_of(const struct qemu_line *l)
{
	return strstr(l->text, "warning: ") ? SEVERITY_INFO : SEVERITY_WARNING;
}

static bool is_alike(const struct judge *j, const struct map_case *cases, size_t a,
		     size_t b)
{
	return cases[a].g == cases[b].g && cases[a].fault == cases[b].fault &&
	       cases[a].region == cases[b].region &&
	       severity_of(&j->host->qemu_lines[a]) ==
		       severity_of(&j->host->qemu_lines[b]);
}

/* One for each line; of those that are alike the first counts the others. */
static struct map_case *map_cases(const struct judge *j)
{
	struct map_case *cases = xcalloc(j->host->n_qemu_lines, sizeof(*cases));

	for (size_t i = 0; i < j->host->n_qemu_lines; i++) {
		struct map_case *c = &cases[i];

		if (is_refused_map(&j->host->qemu_lines[i]))
			*c = case_of(j, &j->host->qemu_lines[i]);
		for (size_t k = 0; c->g && !c->is_repeated && k < i; k++) {
			c->is_repeated = is_alike(j, cases, k, i);
			cases[k].n_more += c->is_repeated;
		}
	}
	return cases;
}

/* "", " and 3 more ranges"; the caller owns it. */
static char *more_text(const struct map_case *c)
{
	return c->n_more ? text_format(" and %zu more %s", c->n_more,
				       one_or_many(c->n_more, "range", "ranges"))
			 : xstrdup("");
}

/* --- qemu-contradicts-prediction --- */

/* By what was predicted instead. */
static const char other_refusal[] =
	"QEMU was refused {device} ({said}), but the prediction is {error} at {call} ({why}).";
static const char not_predicted[] =
	"QEMU was refused {device} ({said}); what the kernel would answer could not be "
	"predicted.";
static const char no_refusal[] =
	"QEMU was refused {device} ({said}), but the prediction is that it can be passed "
	"through ({verdict}).";

static void report_refusal(struct judge *j, const struct qemu_line *l,
			   const struct device *d)
{
	const struct assignment *assign = &j->analysis->assign[device_index(j->host, d)];
	const struct answer *a = qemu_line_answer(l, assign);
	cleanup_free char *said = qemu_line_text(l);
	const char *text = a->verdict == VERDICT_REFUSED   ? other_refusal
			   : a->verdict == VERDICT_UNKNOWN ? not_predicted
							   : no_refusal;
	cleanup_free char *message =
		text_filled(text, "device", d->name, "said", said, "error",
			    errno_name(a->error), "call", a->call ? a->call : "a call",
			    "why", a->why, "verdict", verdict_name(a->verdict), TEXT_END);
	struct finding *f =
		found(j, SEVERITY_WARNING, CONFIDENCE_OBSERVED,
		      d->group == NO_GROUP ? NULL : host_group(j->host, d->group), "%s",
		      message);

	finding_add_device(j, f, d);
	quote(j, f, l);
	steps_query(&f->steps, d);
}

static void report_map(struct judge *j, const struct qemu_line *l,
		       const struct map_case *c)
{
	cleanup_free char *range = text_of_range(l->range);
	cleanup_free char *more = more_text(c);
	struct finding *f = found(
		j, SEVERITY_WARNING, CONFIDENCE_OBSERVED, c->g,
		"QEMU could not map the guest's addresses %s%s (EINVAL), but the prediction is "
		"that group %u can have them.",
		range, more, (unsigned)c->g->id);

	finding_add_devices(j, f, c->g);
	quote(j, f, l);
}

/* The device that a line is about: of a group the first for a user; NULL: it is gone. */
static const struct device *device_of(const struct judge *j, const struct qemu_line *l)
{
	const struct device *first = NULL;

	for (size_t i = 0; i < j->host->n_devices; i++) {
		const struct device *d = &j->host->devices[i];

		if (!qemu_line_is_about(l, d))
			continue;
		if (j->analysis->devices[i].for_user)
			return d;
		first = first ? first : d;
	}
	return first;
}

/* Whatever was refused, a process has it now. */
static bool is_held(const struct judge *j, const struct device *d)
{
	return d->group != NO_GROUP &&
	       view_of_group(j, host_group(j->host, d->group))->holder != NO_INDEX;
}

static void check_qemu_contradicts_prediction(struct judge *j)
{
	cleanup_free struct map_case *cases = map_cases(j);

	for (size_t i = 0; i < j->host->n_qemu_lines; i++) {
		const struct qemu_line *l = &j->host->qemu_lines[i];
		const struct device *d = qemu_line_refuses(l) ? device_of(j, l) : NULL;

		if (cases[i].g && cases[i].fault == MAP_FAULT_NONE &&
		    !cases[i].is_repeated)
			report_map(j, l, &cases[i]);
		if (d && !is_held(j, d) &&
		    !qemu_line_agrees(l, &j->analysis->assign[device_index(j->host, d)]))
			report_refusal(j, l, d);
	}
}

const struct rule rule_qemu_contradicts_prediction = {
	.id = "qemu-contradicts-prediction",
	.title = "QEMU was refused something that was not predicted to be refused",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.applies = has_lines,
	.check = check_qemu_contradicts_prediction,
	.meaning =
		"The log has a line from QEMU: the kernel refused it a device, a group or a "
		"mapping. By what was read here nothing stands in the way of that, or something "
		"else does. Either something changed since then (a driver, a module parameter, "
		"the VM), or the reason cannot be seen here. If a process has the group open by "
		"now, the refusal is over and not reported.",
	.kernels = "All versions: QEMU prints the errno of the call that failed.",
	.advice =
		"Trust QEMU's line. Look for a line of the kernel at the same time (dmesg), and "
		"ask the kernel again with iommu-resv query.",
};

/* --- qemu-map-refused --- */

static char *reason_text(const struct judge *j, const struct map_case *c)
{
	cleanup(ranges_clear) struct ranges usable = { 0 };

	if (c->fault == MAP_FAULT_REGION)
		return text_format("0x%" PRIx64 "-0x%" PRIx64 " is reserved (%s)",
				   c->region->range.first, c->region->range.last,
				   region_type_name(view_of_region(j, c->region)->type));
	if (c->fault == MAP_FAULT_ODD)
		return xstrdup("they are not whole pages");
	if (c->fault == MAP_FAULT_MEMORY)
		return xstrdup("so much memory could not be locked");
	usable_iova(j->host, j->analysis, c->g, &usable);
	return text_format("the last address that can be mapped is 0x%" PRIx64,
			   usable.range[usable.n_range - 1].last);
}

/* NULL: the rule says all. */
static const char *const map_advice[] = {
	[MAP_FAULT_END] =
		"Show the guest no more address bits than the IOMMU has: QEMU's -cpu "
		"host,host-phys-bits=on,host-phys-bits-limit=N, in libvirt <maxphysaddr "
		"mode='passthrough' limit='N'/>.",
	[MAP_FAULT_ODD] =
		"No action needed if the VM works: no reserved region is involved.",
	[MAP_FAULT_MEMORY] =
		"Let QEMU lock all memory of the guest and some MiB more (ulimit -l; "
		"LimitMEMLOCK= of systemd; <hard_limit> of libvirt's <memtune>), or give the "
		"guest less memory. No reserved region is involved.",
};

static void report_refused_map(struct judge *j, const struct qemu_line *l,
			       const struct map_case *c)
{
	cleanup_free char *reason = reason_text(j, c);
	cleanup_free char *range = text_of_range(l->range);
	cleanup_free char *more = more_text(c);
	struct finding *f = found(
		j, severity_of(l), CONFIDENCE_OBSERVED, c->g,
		"QEMU could not map the guest's addresses %s%s for group %u (%s): %s.",
		range, more, (unsigned)c->g->id, errno_name(l->error), reason);

	finding_add_devices(j, f, c->g);
	if (c->region)
		finding_add_region(j, f, c->region);
	quote(j, f, l);
	if (map_advice[c->fault])
		finding_advise(f, "%s", map_advice[c->fault]);
}

/* Memory that QEMU itself left out. */
static void report_unaligned(struct judge *j, const struct qemu_line *l)
{
	struct finding *f = found(
		j, SEVERITY_INFO, CONFIDENCE_OBSERVED, NULL,
		"QEMU did not map a part of the guest's memory that is not whole pages. No "
		"reserved region is involved.");

	finding_advise(f, "No action needed if the VM works.");
	quote(j, f, l);
}

static void check_qemu_map_refused(struct judge *j)
{
	cleanup_free struct map_case *cases = map_cases(j);

	for (size_t i = 0; i < j->host->n_qemu_lines; i++) {
		const struct qemu_line *l = &j->host->qemu_lines[i];

		if (l->says == QEMU_UNALIGNED)
			report_unaligned(j, l);
		else if (cases[i].g && cases[i].fault != MAP_FAULT_NONE &&
			 !cases[i].is_repeated)
			report_refused_map(j, l, &cases[i]);
	}
}

const struct rule rule_qemu_map_refused = {
	.id = "qemu-map-refused",
	.title = "Addresses of a guest could not be mapped",
	.severity = SEVERITY_WARNING,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.applies = has_lines,
	.no_command = true,
	.check = check_qemu_map_refused,
	.meaning =
		"The log has a line from QEMU: the kernel did not map addresses of the guest for "
		"the devices that were passed through to it, and the reason is known. The "
		"addresses overlap a reserved region, or lie above what the IOMMU translates; or "
		"QEMU may lock less memory than the guest has (ENOMEM). Memory that cannot be "
		"mapped keeps the VM from starting, or the device from using it; a BAR is only "
		"out of reach of the other devices.",
	.kernels =
		"All versions answer EINVAL for a mapping outside the ranges that they report, and "
		"ENOMEM beyond RLIMIT_MEMLOCK, unless the process has CAP_IPC_LOCK. QEMU calls it "
		"vfio_dma_map, since 8.2 vfio_container_dma_map; older ones do not print the "
		"addresses.",
	.advice =
		"Leave the range out of the guest's memory: give the guest less memory, or a "
		"machine type with a hole there. iommu-resv show prints what can be mapped.",
};
