/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of a plan: for each kind of obstacle what is so, and what to do. The texts
 * of what to do are those of the rules.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/assignment.h"
#include "rules/planning.h"
#include "rules/remapping.h"
#include "rules/steps.h"

/* What type1 says to a device at the gate of a kind; NULL: it does not get there. */
static const struct passed_gate *gate_of(const struct planner *p, const struct device *d,
					 enum obstacle_kind kind)
{
	const struct assignment *a = plan_assignment_of(p, d);

	for (size_t i = 0; i < a->n_gates; i++) {
		if (a->gates[i].kind == kind)
			return &a->gates[i];
	}
	return NULL;
}

/* The wanted devices that pass the gate so. */
static struct some devices_with(const struct planner *p, enum obstacle_kind kind,
				enum tristate passes)
{
	struct some some = { 0 };

	for (size_t i = 0; i < p->judge.host->n_devices; i++) {
		const struct device *d = &p->judge.host->devices[i];
		const struct passed_gate *gate =
			p->wanted[i] ? gate_of(p, d, kind) : NULL;

		if (gate && gate->passes == passes)
			*ADD(&some, list) = d;
	}
	return some;
}

/* --- One device by itself --- */

/* "0000:00:01.0: it is a PCI bridge" */
static void stop_device(struct planner *p, const struct device *d,
			enum obstacle_kind kind)
{
	const struct obstacle *o = plan_obstacle_of(p, d, kind);
	cleanup_free char *text = obstacle_text(p->judge.host, p->judge.analysis, o);

	plan_meet(p, STEP_STOP, kind, text_format("%s: %s", d->name, text))->advice =
		obstacle_advice(&p->judge, d, kind);
}

static void stop_alone(struct planner *p, const struct some *some,
		       enum obstacle_kind kind)
{
	for (size_t i = 0; i < some->n_list; i++)
		stop_device(p, some->list[i], kind);
}

static void stop_without_groups(struct planner *p, const struct some *some,
				enum obstacle_kind kind)
{
	const char *why = p->judge.analysis->absence.text;
	struct plan_step *step;

	if (p->judge.host->n_groups || !why) {
		stop_alone(p, some, kind);
		return;
	}
	step = plan_meet(p, STEP_STOP, kind,
			 text_format("no IOMMU translates on this host: %s", why));
	step->advice = no_groups_advice(&p->judge, &step->how);
}

/* --- Memory that firmware reserved --- */

/* The advice of the finding that explains it for the device; NULL: none does. */
static const char *advice_of_finding(const struct planner *p, const struct device *d,
				     enum obstacle_kind kind)
{
	for (size_t i = 0; i < p->findings->n_list; i++) {
		const struct finding *f = &p->findings->list[i];

		if ((rule_find(f->id)->explains & OBSTACLE_BIT(kind)) &&
		    finding_has_device(f, device_index(p->judge.host, d)))
			return f->advice;
	}
	return NULL;
}

/*
 * Of the device's own entry, or of the one to blame. A wide entry, which is for every
 * device, has a finding of its own.
 */
static char *advise_memory(const struct planner *p, const struct device *d,
			   const struct group *g, const struct obstacle *o)
{
	const char *relaxing = relaxing_advice(&p->judge, g);
	const char *wide = NULL;

	if (group_is_direct_by_wide_entries(p->judge.host, p->judge.analysis, g))
		wide = advice_of_finding(p, d, o->kind);
	if (wide)
		return xstrdup(wide);
	if (o->device != NO_INDEX)
		d = &p->judge.host->devices[o->device];
	return plan_join(direct_advice(&p->judge, d),
			 relaxing ? xstrdup(relaxing) : NULL);
}

static void stop_group(struct planner *p, const struct group *g, const struct device *d,
		       enum obstacle_kind kind)
{
	const struct obstacle *o = plan_obstacle_of(p, d, kind);
	cleanup_free char *text =
		o->device == NO_INDEX
			? xstrdup("for which device is not known")
			: obstacle_text(p->judge.host, p->judge.analysis, o);

	plan_meet(p, STEP_STOP, kind,
		  text_format("firmware reserved memory in group %u: %s", (unsigned)g->id,
			      text))
		->advice = advise_memory(p, d, g, o);
}

/* A device may be in no group yet, and be refused for that which it is to join. */
static void reserved_memory(struct planner *p, const struct some *some,
			    enum obstacle_kind kind)
{
	for (size_t i = 0; i < some->n_list; i++) {
		const struct group *g = plan_group_of(p, some->list[i]);

		if (!g)
			stop_device(p, some->list[i], kind);
		else if (some_is_first_of_group(some, i))
			stop_group(p, g, some->list[i], kind);
	}
}

/* --- Interrupts --- */

static void interrupts(struct planner *p, const struct some *some,
		       enum obstacle_kind kind)
{
	const char *cause = remapping_cause(&p->judge);
	cleanup_free char *names = some_names(some);
	struct plan_step *step =
		plan_meet(p, STEP_FIX, kind,
			  text_format("interrupts of %s are not isolated%s%s", names,
				      cause ? "; " : "", cause ? cause : ""));

	step->advice = remapping_advice(&p->judge, NULL);
	steps_allow_unsafe(p->judge.host, &step->how);
	if (step->how.n_list) {
		free(step->risk);
		step->risk = xstrdup(risk_of_unsafe);
	}
}

/* --- What is fine --- */

static const char *iommu_of(const struct planner *p, const struct device *d)
{
	const struct group *g = plan_group_of(p, d);
	size_t iommu = g ? view_of_group(&p->judge, g)->iommu : NO_INDEX;

	return iommu == NO_INDEX ? "an IOMMU" : p->judge.host->iommus[iommu].name;
}

static char *fine_group(const struct planner *p, const struct some *some)
{
	const struct device *d = some->list[0];

	for (size_t i = 0; i < some->n_list; i++) {
		const struct group *g = plan_group_of(p, some->list[i]);

		if (!g || view_of_group(&p->judge, g)->untranslated)
			return NULL;
	}
	if (some->n_list == 1)
		return text_format("%s translates its DMA (group %u)", iommu_of(p, d),
				   (unsigned)d->group);
	return xstrdup("each is behind an IOMMU, in a group");
}

static char *fine_siblings(const struct planner *p, const struct some *some)
{
	const struct group *g = plan_group_of(p, some->list[0]);

	if (some->n_list == 1 && g && g->n_devices == 1)
		return text_format("it is alone in group %u", (unsigned)g->id);
	return xstrdup("no driver of another device of the group is in the way");
}

/* A kernel that drops the mapping refuses nobody: what is lost is a finding. */
static char *fine_memory(const struct planner *p, const struct some *some)
{
	for (size_t i = 0; i < some->n_list; i++) {
		const struct group *g = plan_group_of(p, some->list[i]);

		if (g && view_of_group(&p->judge, g)->n_direct)
			return NULL;
	}
	return xstrdup("firmware reserved no memory that must stay mapped");
}

/* They pass also where the kernel was told not to ask. */
static char *fine_interrupts(const struct planner *p, const struct some *some)
{
	for (size_t i = 0; i < some->n_list; i++) {
		const struct group *g = plan_group_of(p, some->list[i]);
		const struct analysis *a = p->judge.analysis;

		if ((g ? a->group_isolation[group_index(p->judge.host, g)].isolated
		       : a->isolation.isolated) != TRISTATE_YES)
			return NULL;
	}
	return xstrdup("interrupts are isolated");
}

static char *fine_coherency(const struct planner *p, const struct some *some)
{
	(void)some;
	return host_is_x86(p->judge.host)
		       ? NULL
		       : xstrdup("the IOMMU is coherent with the caches");
}

/* What is done where devices do not pass, and said where all do. */
static const struct {
	void (*meet)(struct planner *p, const struct some *some, enum obstacle_kind kind);
	/* NULL, or the text: NULL is nothing worth a line. */
	char *(*fine)(const struct planner *p, const struct some *some);
} kinds[OBSTACLE_COUNT] = {
	[OBSTACLE_BRIDGE] = { stop_alone, NULL },
	[OBSTACLE_VIRTUAL_FUNCTIONS] = { plan_physical_functions, NULL },
	[OBSTACLE_RESET] = { stop_alone, NULL },
	[OBSTACLE_NO_GROUP] = { stop_without_groups, fine_group },
	[OBSTACLE_COHERENCY] = { stop_alone, fine_coherency },
	[OBSTACLE_DRIVER] = { plan_siblings, fine_siblings },
	[OBSTACLE_DIRECT] = { reserved_memory, fine_memory },
	[OBSTACLE_ADDRESSES] = { stop_alone, NULL },
	[OBSTACLE_INTERRUPTS] = { interrupts, fine_interrupts },
	[OBSTACLE_TWO_WINDOWS] = { stop_alone, NULL },
};

/* What the gate misses of a device. */
static const char *missing_of(const struct planner *p, const struct device *d,
			      enum obstacle_kind kind)
{
	const struct passed_gate *gate = gate_of(p, d, kind);

	return gate && gate->missing ? gate->missing : "";
}

/* What may tell; NULL: nothing that is known. */
static char *advise_to_know(const struct planner *p, enum obstacle_kind kind)
{
	const struct host *host = p->judge.host;

	for (int i = 0; i < SOURCE_COUNT; i++) {
		if (host->sources[i].state == SOURCE_DENIED)
			return xstrdup("Run this as root: not everything could be read.");
	}
	if (kind == OBSTACLE_BRIDGE || kind == OBSTACLE_RESET ||
	    kind == OBSTACLE_NO_GROUP)
		return xstrdup(
			"Bind the device to its VFIO driver, then run this again.");
	return NULL;
}

/* What is missing is the same for devices of one host, mostly. */
static void say_unknown(struct planner *p, const struct some *some,
			enum obstacle_kind kind)
{
	for (size_t i = 0; i < some->n_list; i++) {
		const char *missing = missing_of(p, some->list[i], kind);
		bool said = false;

		for (size_t k = 0; k < i; k++)
			said = said ||
			       !strcmp(missing_of(p, some->list[k], kind), missing);
		if (!said)
			plan_meet(p, STEP_UNKNOWN, kind,
				  text_format("%s: %s", some->list[i]->name, missing))
				->advice = advise_to_know(p, kind);
	}
}

void plan_obstacles(struct planner *p, enum obstacle_kind kind)
{
	cleanup(some_clear) struct some no = devices_with(p, kind, TRISTATE_NO);
	cleanup(some_clear) struct some open = devices_with(p, kind, TRISTATE_UNKNOWN);
	cleanup(some_clear) struct some yes = devices_with(p, kind, TRISTATE_YES);
	char *fine;

	if (no.n_list)
		kinds[kind].meet(p, &no, kind);
	say_unknown(p, &open, kind);
	if (no.n_list || open.n_list || !yes.n_list || !kinds[kind].fine)
		return;
	fine = kinds[kind].fine(p, &yes);
	if (fine)
		plan_meet(p, STEP_OK, kind, fine);
}

void plan_holders(struct planner *p)
{
	for_each_group (g, p->judge.host) {
		size_t index = view_of_group(&p->judge, g)->holder;
		const struct holder *h =
			index == NO_INDEX ? NULL : &p->judge.host->holders[index];
		bool concerned = false;

		for_each_device (d, p->judge.host, g)
			concerned =
				concerned || p->wanted[device_index(p->judge.host, d)];
		if (!h || !concerned)
			continue;
		plan_add(p, STEP_FIX, "holder",
			 text_format("process %u (%s) has group %u open already",
				     (unsigned)h->pid, h->command, (unsigned)g->id))
			->advice = xstrdup("End it first: a group has one owner.");
	}
}
