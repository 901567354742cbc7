/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Relaxable regions of devices that are passed through: the kernel lets go of them. */
#include "base/cleanup.h"
#include "base/text.h"
#include "rules/assignment.h"

/* Is every relaxable line of the group the kernel's own range for ISA DMA? */
static const struct device *isa_bridge_of(const struct judge *j, const struct group *g)
{
	struct claim_slice own = claims_of_group(j->host, j->analysis, g);
	const struct device *bridge = NULL;

	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &j->analysis->firmware.claims[i];

		if (!c->table)
			bridge = &j->host->devices[c->device];
	}
	return view_of_group(j, g)->n_relaxable == 1 ? bridge : NULL;
}

/*
 * An RMR that may be remapped is not made for what a driver takes over, as RMRRs of USB
 * and graphics are.
 */
static bool has_rmr(const struct judge *j, const struct group *g)
{
	for_each_region (r, j->host, g) {
		if (r->type == REGION_DIRECT_RELAXABLE && rmr_of_line(j, g, r))
			return true;
	}
	return false;
}

enum relaxed {
	RELAXED_ISA, /* the kernel's own range */
	RELAXED_RMR,
	RELAXED_EXPECTED, /* USB, graphics */
	RELAXED_OTHER,
};

#define KEEP_IF_USED \
	"Do not pass the device through if its firmware goes on using the memory."

static const struct {
	enum severity severity;
	const char *message;
	const char *advice;
} relaxed_texts[] = {
	[RELAXED_ISA] = { SEVERITY_INFO,
			  "Group {group} has the kernel's own range for ISA DMA (floppy) of {bridge}, "
			  "which no firmware entry asks for. The kernel drops it while the group is passed "
			  "through.",
			  "No action needed." },
	[RELAXED_RMR] = { SEVERITY_WARNING,
			  "Group {group} loses reserved memory while it is passed through, and firmware "
			  "may go on using it: an RMR node asks for it, as a relaxable direct region.",
			  KEEP_IF_USED },
	[RELAXED_EXPECTED] = { SEVERITY_INFO,
			       "Group {group} loses reserved memory (a relaxable direct region) while it is "
			       "passed through, as intended for USB and graphics.",
			       "No action needed." },
	[RELAXED_OTHER] = { SEVERITY_WARNING,
			    "Group {group} loses reserved memory (a relaxable direct region) while it is "
			    "passed through, although its device is neither USB nor graphics.",
			    KEEP_IF_USED },
};

static struct finding *report_relaxable(struct judge *j, const struct group *g)
{
	const struct device *bridge = isa_bridge_of(j, g);
	enum relaxed relaxed = bridge				     ? RELAXED_ISA
			       : has_rmr(j, g)			     ? RELAXED_RMR
			       : group_expects_relaxable(j->host, g) ? RELAXED_EXPECTED
								     : RELAXED_OTHER;
	cleanup_free char *group = text_format("%u", (unsigned)g->id);
	cleanup_free char *message =
		text_filled(relaxed_texts[relaxed].message, "group", group, "bridge",
			    bridge ? bridge->name : NULL, TEXT_END);
	struct finding *f = found(j, relaxed_texts[relaxed].severity, CONFIDENCE_DERIVED,
				  g, "%s", message);

	finding_advise(f, "%s", relaxed_texts[relaxed].advice);
	return f;
}

/* The entries behind the relaxable lines of a group, each once. */
static void add_relaxable_entries(struct judge *j, struct finding *f,
				  const struct group *g)
{
	struct claim_slice own = claims_of_group(j->host, j->analysis, g);
	size_t last = NO_INDEX;

	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &j->analysis->firmware.claims[i];

		if (c->type != REGION_DIRECT_RELAXABLE || c->entry == NO_INDEX ||
		    c->entry == last)
			continue;
		finding_add_entry_alone(j, f, &j->analysis->firmware.entries[c->entry],
					0);
		last = c->entry;
	}
}

/* Graphics memory that the boot firmware set up: the device reads it until told not to.
 */
static void advise_display(struct judge *j, struct finding *f, const struct group *g)
{
	for_each_device (d, j->host, g) {
		if (!device_is_display(d))
			continue;
		finding_advise(
			f,
			"%s A display may go on reading the range until the guest's "
			"driver has set it up; the kernel then logs DMA faults.",
			f->advice);
		return;
	}
}

static bool any_relaxed_by_patch(const struct judge *j, const struct group *g)
{
	for_each_region (r, j->host, g) {
		if (origin_of_region(j, r)->relaxed_by_patch)
			return true;
	}
	return false;
}

static void check_relaxable_with_vfio(struct judge *j)
{
	for_each_group (g, j->host) {
		const struct group_view *gv = view_of_group(j, g);
		struct finding *f;

		/* What a patch relaxes is relaxed-kernel's. */
		if (!gv->for_user || !gv->n_relaxable || gv->n_direct ||
		    any_relaxed_by_patch(j, g))
			continue;
		f = report_relaxable(j, g);
		finding_add_lines(j, f, g, REGION_DIRECT_RELAXABLE);
		add_relaxable_entries(j, f, g);
		finding_add_devices(j, f, g);
		advise_display(j, f, g);
		finding_kernel(
			j, f,
			"passes the group through, drops the mapping, and offers the range to "
			"the user as normal I/O addresses.");
	}
}

const struct rule rule_relaxable_with_vfio = {
	.id = "relaxable-with-vfio",
	.title = "Relaxable reserved memory is dropped for a VM or user-space driver",
	.severity = SEVERITY_WARNING,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.applies = any_group_for_user,
	.no_command = true,
	.check = check_relaxable_with_vfio,
	.meaning =
		"Firmware needs the range only until a driver takes over (legacy USB keyboard, "
		"boot display). VFIO and iommufd neither map nor exclude it; it comes back when "
		"the user closes the device.",
	.behaviours = RESTS_ON(BEHAVIOUR_ISA_RANGE_RELAXABLE),
	.advice =
		"No action needed for USB and graphics. Do not pass another device through if its "
		"firmware goes on using the memory.",
};
