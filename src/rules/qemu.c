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
	MAP_FAULT_ODD,	  /* it is no whole pages */
	MAP_FAULT_REGION, /* a region is in it */
	MAP_FAULT_END,	  /* it ends above what is translated */
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

	*region = region_in(j, g, l->range);
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

/* A mapping that the kernel refused because of what it is, not of what is there. */
static bool is_refused_map(const struct qemu_line *l)
{
	return l->says == QEMU_MAP && l->has_range && l->error == EINVAL;
}

/* Why it failed, and for which group: one that explains it, else the first; NULL: none.
 */
static const struct group *group_of_map(const struct judge *j, const struct qemu_line *l,
					enum map_fault *fault,
					const struct region **region)
{
	const struct group *found_group = NULL;

	for_each_group (g, j->host) {
		const struct region *r;
		enum map_fault why =
			is_meant(j, l, g) ? fault_of_map(j, g, l, &r) : MAP_FAULT_NONE;

		if (!is_meant(j, l, g) || (found_group && why == MAP_FAULT_NONE))
			continue;
		found_group = g;
		*fault = why;
		*region = why == MAP_FAULT_REGION ? r : NULL;
		if (why != MAP_FAULT_NONE)
			break;
	}
	return found_group;
}

/* --- qemu-contradicts-prediction --- */

static void report_refusal(struct judge *j, const struct qemu_line *l,
			   const struct device *d)
{
	const struct assignment *assign = &j->analysis->assign[device_index(j->host, d)];
	const struct answer *a = qemu_line_answer(l, assign);
	cleanup_free char *said = qemu_line_text(l);
	cleanup_free char *other = a->verdict == VERDICT_REFUSED
					   ? text_format("%s at %s", errno_name(a->error),
							 a->call ? a->call : "a call")
					   : NULL;
	cleanup_free char *predicted =
		other ? text_format("predicted is %s (%s)", other, a->why)
		: a->verdict == VERDICT_UNKNOWN
			? xstrdup("what the kernel would answer is not known")
			: text_format("predicted is that it can be passed through (%s)",
				      verdict_name(a->verdict));
	struct finding *f =
		found(j, SEVERITY_WARNING, CONFIDENCE_OBSERVED,
		      d->group == NO_GROUP ? NULL : host_group(j->host, d->group),
		      "QEMU was refused %s (%s); %s.", d->name, said, predicted);

	finding_add_device(j, f, d);
	quote(j, f, l);
}

static void report_map(struct judge *j, const struct qemu_line *l, const struct group *g)
{
	struct finding *f =
		found(j, SEVERITY_WARNING, CONFIDENCE_OBSERVED, g,
		      "QEMU could not map the guest's addresses 0x%" PRIx64 "-0x%" PRIx64
		      " (EINVAL); predicted is that group %u can have them.",
		      l->range.first, l->range.last, (unsigned)g->id);

	finding_add_devices(j, f, g);
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

static void check_qemu_contradicts_prediction(struct judge *j)
{
	for (size_t i = 0; i < j->host->n_qemu_lines; i++) {
		const struct qemu_line *l = &j->host->qemu_lines[i];
		enum map_fault fault = MAP_FAULT_NONE;
		const struct region *region;

		if (is_refused_map(l)) {
			const struct group *g = group_of_map(j, l, &fault, &region);

			if (g && fault == MAP_FAULT_NONE)
				report_map(j, l, g);
		} else if (qemu_line_refuses(l)) {
			const struct device *d = device_of(j, l);

			if (d &&
			    !qemu_line_agrees(
				    l, &j->analysis->assign[device_index(j->host, d)]))
				report_refusal(j, l, d);
		}
	}
}

const struct rule rule_qemu_contradicts_prediction = {
	.id = "qemu-contradicts-prediction",
	.title = "QEMU was refused something, and no such refusal is predicted",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.applies = has_lines,
	.check = check_qemu_contradicts_prediction,
	.meaning =
		"The log has a line of QEMU's: the kernel refused it a device, a group or a mapping. "
		"By what was read here nothing stands in the way of that, or something else does. "
		"Either something changed since (a driver, a parameter of a module, the VM), or the "
		"reason is not seen here.",
	.kernels = "All versions: QEMU prints the errno of the call that failed.",
	.advice =
		"Trust QEMU's line. Look for a line of the kernel at the same time (dmesg), and ask "
		"the kernel again with iommu-resv query.",
};

/* --- qemu-map-refused --- */

/* Only the end of a BAR's way for other devices? Then QEMU says that it is a warning. */
static enum severity severity_of(const struct qemu_line *l)
{
	return strstr(l->text, "warning: ") ? SEVERITY_INFO : SEVERITY_WARNING;
}

static char *reason_text(const struct judge *j, const struct group *g,
			 enum map_fault fault, const struct region *r)
{
	cleanup(ranges_clear) struct ranges usable = { 0 };

	if (fault == MAP_FAULT_REGION)
		return text_format("0x%" PRIx64 "-0x%" PRIx64 " is reserved (%s)",
				   r->range.first, r->range.last,
				   region_type_name(view_of_region(j, r)->type));
	if (fault == MAP_FAULT_ODD)
		return xstrdup("they are no whole pages");
	usable_iova(j->host, j->analysis, g, &usable);
	return text_format("the last address that can be mapped is 0x%" PRIx64,
			   usable.range[usable.n_range - 1].last);
}

static void advise_map(struct finding *f, enum map_fault fault)
{
	if (fault == MAP_FAULT_END)
		finding_advise(
			f,
			"Show the guest no more bits of address than the IOMMU has: "
			"QEMU's -cpu host,host-phys-bits=on,host-phys-bits-limit=N, in "
			"libvirt <maxphysaddr mode='passthrough' limit='N'/>.");
	else if (fault == MAP_FAULT_ODD)
		finding_advise(f,
			       "No action needed if the VM works: no reserved region is "
			       "concerned.");
}

static void report_refused_map(struct judge *j, const struct qemu_line *l,
			       const struct group *g, enum map_fault fault,
			       const struct region *r)
{
	cleanup_free char *reason = reason_text(j, g, fault, r);
	struct finding *f = found(j, severity_of(l), CONFIDENCE_OBSERVED, g,
				  "QEMU could not map the guest's addresses 0x%" PRIx64
				  "-0x%" PRIx64 " for group %u (EINVAL): %s.",
				  l->range.first, l->range.last, (unsigned)g->id, reason);

	finding_add_devices(j, f, g);
	if (r)
		finding_add_region(j, f, r);
	quote(j, f, l);
	advise_map(f, fault);
}

/* Memory that QEMU itself left out. */
static void report_unaligned(struct judge *j, const struct qemu_line *l)
{
	struct finding *f = found(
		j, SEVERITY_INFO, CONFIDENCE_OBSERVED, NULL,
		"QEMU did not map a part of the guest's memory that is no whole pages. No "
		"reserved region is concerned.");

	finding_advise(f, "No action needed if the VM works.");
	quote(j, f, l);
}

static void check_qemu_map_refused(struct judge *j)
{
	for (size_t i = 0; i < j->host->n_qemu_lines; i++) {
		const struct qemu_line *l = &j->host->qemu_lines[i];
		enum map_fault fault = MAP_FAULT_NONE;
		const struct region *region;
		const struct group *g =
			is_refused_map(l) ? group_of_map(j, l, &fault, &region) : NULL;

		if (l->says == QEMU_UNALIGNED)
			report_unaligned(j, l);
		else if (g && fault != MAP_FAULT_NONE)
			report_refused_map(j, l, g, fault, region);
	}
}

const struct rule rule_qemu_map_refused = {
	.id = "qemu-map-refused",
	.title = "Addresses of a guest could not be mapped",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.applies = has_lines,
	.check = check_qemu_map_refused,
	.meaning =
		"The log has a line of QEMU's: the kernel did not map addresses of the guest for the "
		"devices that it was given, and it is known why. They meet a reserved region, or lie "
		"above what the IOMMU translates. Memory that cannot be mapped keeps the VM from "
		"starting, or the device from using it; a BAR is only out of reach of the other "
		"devices.",
	.kernels =
		"All versions answer EINVAL for a mapping outside the ranges that they report. QEMU "
		"calls it vfio_dma_map, since 8.2 vfio_container_dma_map; older ones do not tell the "
		"addresses.",
	.advice =
		"Leave the range out of the guest's memory: see iommu-resv show for what can be "
		"mapped, and give the guest less memory, or a machine type with a hole there.",
};
