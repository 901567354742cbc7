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

/* So many devices are named one by one, and so many have commands. */
#define NAMES_MAX 8
#define COMMANDS_MAX 64

/* Some devices, in the order of the host. */
struct some {
	ARRAY_OF(const struct device *, list);
};

static void some_clear(struct some *some)
{
	free(some->list);
}

/* "0000:01:00.0, 0000:01:00.1 and 3 more"; the caller owns it. */
static char *names_of(const struct some *some)
{
	struct text_list list = { .max = NAMES_MAX };

	for (size_t i = 0; i < some->n_list; i++)
		text_list_add(&list, some->list[i]->name);
	return text_list_take(&list);
}

struct plan_step *plan_add(struct planner *p, enum step_state state, const char *kind,
			   char *text)
{
	struct plan_step *step = ADD(p->plan, steps);

	*step = (struct plan_step){ .state = state, .kind = kind, .text = text };
	return step;
}

static const struct assignment *assignment_of(const struct planner *p,
					      const struct device *d)
{
	return &p->judge.analysis->assign[device_index(p->judge.host, d)];
}

/* What type1 says to a device at the gate of a kind; NULL: it does not get there. */
static const struct passed_gate *gate_of(const struct planner *p, const struct device *d,
					 enum obstacle_kind kind)
{
	const struct assignment *a = assignment_of(p, d);

	for (size_t i = 0; i < a->n_gates; i++) {
		if (a->gates[i].kind == kind)
			return &a->gates[i];
	}
	return NULL;
}

/* The wanted devices that pass the gate so; on: of this group only, NULL: of all. */
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

static const struct obstacle *obstacle_of(const struct planner *p, const struct device *d,
					  enum obstacle_kind kind)
{
	const struct assignment *a = assignment_of(p, d);

	for (size_t i = 0; i < a->n_obstacles; i++) {
		if (a->obstacles[i].kind == kind)
			return &a->obstacles[i];
	}
	return NULL;
}

static const struct group *group_of(const struct planner *p, const struct device *d)
{
	return d->group == NO_GROUP ? NULL : host_group(p->judge.host, d->group);
}

/* Is it the first of the devices that is in its group? */
static bool is_first_of_group(const struct some *some, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (some->list[k]->group == some->list[i]->group)
			return false;
	}
	return true;
}

/* Two sentences, or one; takes over both, which may be NULL. */
static char *join(char *a, char *b)
{
	char *both;

	if (!a || !b)
		return a ? a : b;
	both = text_format("%s %s", a, b);
	free(a);
	free(b);
	return both;
}

/* --- One device by itself --- */

/* "0000:00:01.0: it is a PCI bridge" */
static void stop_alone(struct planner *p, const struct some *some,
		       enum obstacle_kind kind)
{
	for (size_t i = 0; i < some->n_list; i++) {
		const struct device *d = some->list[i];
		const struct obstacle *o = obstacle_of(p, d, kind);
		cleanup_free char *text = NULL;
		struct plan_step *step;

		if (!o)
			continue;
		text = obstacle_text(p->judge.host, p->judge.analysis, o);
		step = plan_add(p, STEP_STOP, obstacle_name(kind),
				text_format("%s: %s", d->name, text));
		step->advice = obstacle_advice(&p->judge, d, kind);
	}
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
	step = plan_add(p, STEP_STOP, obstacle_name(kind),
			text_format("no IOMMU translates on this host: %s", why));
	step->advice = no_groups_advice(&p->judge, &step->how);
}

/* --- A physical function --- */

/* Its virtual functions that are here. */
static struct some functions_of(const struct planner *p, const struct device *physical)
{
	struct some some = { 0 };

	for (size_t i = 0; i < p->judge.host->n_devices; i++) {
		const struct device *d = &p->judge.host->devices[i];

		if (d->physical_function && !strcmp(d->physical_function, physical->name))
			*ADD(&some, list) = d;
	}
	return some;
}

static const struct device *first_wanted(const struct planner *p, const struct some *some)
{
	for (size_t i = 0; i < some->n_list; i++) {
		if (p->wanted[device_index(p->judge.host, some->list[i])])
			return some->list[i];
	}
	return NULL;
}

/* What is lost with the virtual functions; NULL: nothing. */
static char *warn_of_functions(const struct planner *p, const struct some *functions)
{
	char *warning = NULL;
	size_t n_users = 0;

	for (size_t i = 0; i < functions->n_list; i++) {
		if (i < NAMES_MAX)
			warning = join(warning,
				       in_use_warning(p->judge.host, functions->list[i]));
		n_users += device_is_bound_to_vfio(functions->list[i]);
	}
	if (n_users)
		warning = join(
			n_users == 1
				? xstrdup("1 of its virtual functions uses a VFIO driver: end the program that has it first.")
				: text_format(
					  "%zu of its virtual functions use a VFIO driver: end the "
					  "programs that have them first.",
					  n_users),
			warning);
	return warning;
}

static void physical_functions(struct planner *p, const struct some *some,
			       enum obstacle_kind kind)
{
	for (size_t i = 0; i < some->n_list; i++) {
		const struct device *d = some->list[i];
		cleanup(some_clear) struct some functions = functions_of(p, d);
		const struct device *both = first_wanted(p, &functions);
		cleanup_free char *text = NULL;
		struct plan_step *step;

		if (both) {
			plan_add(
				p, STEP_STOP, obstacle_name(kind),
				text_format(
					"%s is a virtual function of %s, and only one of the two can be passed through",
					both->name, d->name))
				->advice = xstrdup(
				"Choose the physical function or its virtual functions.");
			continue;
		}
		text = obstacle_text(p->judge.host, p->judge.analysis,
				     obstacle_of(p, d, kind));
		step = plan_add(p, STEP_FIX, obstacle_name(kind),
				text_format("%s: %s", d->name, text));
		step->risk = warn_of_functions(p, &functions);
		step->advice = xstrdup(
			"Pass a virtual function through instead, or remove all of them first.");
		steps_remove_functions(
			&step->how, d,
			p->judge.analysis->devices[device_index(p->judge.host, d)]
				.n_virtual);
	}
}

/* --- Drivers --- */

/* Is a disk of the device in use; for the root file system only, or for anything? */
static bool holds(const struct host *host, const struct device *d, bool root)
{
	for (size_t i = 0; i < host->n_disk_uses; i++) {
		const struct disk_use *u = &host->disk_uses[i];

		if (u->device && !strcmp(u->device, d->name) &&
		    (!root || !strcmp(u->what, "/")))
			return true;
	}
	return false;
}

/* Those of some devices that hold it. */
static struct some holders_among(const struct planner *p, const struct some *some,
				 bool root)
{
	struct some holders = { 0 };

	for (size_t i = 0; i < some->n_list; i++) {
		if (holds(p->judge.host, some->list[i], root))
			*ADD(&holders, list) = some->list[i];
	}
	return holders;
}

/* What this host loses with the drivers of the devices; NULL: nothing is known. */
static char *warn_of_use(const struct planner *p, const struct some *some)
{
	char *warning = NULL;

	for (size_t i = 0; i < some->n_list && i < COMMANDS_MAX; i++)
		warning = join(warning, in_use_warning(p->judge.host, some->list[i]));
	return warning;
}

/* The devices of a group that keep it with the kernel. */
static struct some keepers_of(const struct planner *p, const struct group *g)
{
	struct some some = { 0 };

	for_each_device (d, p->judge.host, g) {
		if (device_keeps_group(p->judge.host, p->judge.analysis,
				       device_index(p->judge.host, d)))
			*ADD(&some, list) = d;
	}
	return some;
}

/* "0000:01:00.0 uses the driver hpilo and 0000:01:00.2 uses the driver hpilo" */
static char *drivers_text(const struct some *some)
{
	struct text_list list = { .max = NAMES_MAX };

	for (size_t i = 0; i < some->n_list; i++) {
		const struct device *d = some->list[i];
		cleanup_free char *text = text_format("%s uses the driver %s", d->name,
						      d->driver ? d->driver : "?");

		text_list_add(&list, text);
	}
	return text_list_take(&list);
}

/* Why they go together, or what keeps them apart. */
static char *advise_together(const struct planner *p, const struct group *g,
			     const struct some *keepers)
{
	const char *separate = NULL;

	for (size_t i = 0; i < keepers->n_list; i++) {
		separate = separation_advice(&p->judge, g, keepers->list[i]);
		if (!separate)
			return xstrdup(
				"They cannot be separated: pass them through together, or at least "
				"unbind their drivers.");
	}
	return text_format(
		"Pass them through together, or at least unbind their drivers. To separate them, %s.",
		separate ? separate : "");
}

/* Is the VFIO driver of a device loaded by a step already? */
static bool is_loaded_by_plan(const struct planner *p, const struct device *d)
{
	cleanup_free char *command = loading_command(p->judge.host, d);

	for (size_t i = 0; command && i < p->plan->n_steps; i++) {
		if (steps_have(&p->plan->steps[i].how, command))
			return true;
	}
	return false;
}

static void bind(const struct planner *p, struct plan_step *step, const struct device *d)
{
	if (steps_bind(p->judge.host, &step->how, d, !is_loaded_by_plan(p, d)))
		return;
	free(step->advice);
	step->advice = text_format("How %s is bound to a VFIO driver is not known here.",
				   d->name);
}

/*
 * The way to take some devices from their drivers; one whose disk is in use is not
 * offered. A step that stops has none.
 */
static void offer_bind(const struct planner *p, struct plan_step *step,
		       const struct some *some)
{
	cleanup(some_clear) struct some used = holders_among(p, some, false);

	step->risk = warn_of_use(p, some);
	if (step->state == STEP_STOP)
		return;
	if (used.n_list) {
		cleanup_free char *names = names_of(&used);

		step->advice = join(step->advice,
				    text_format("End the use of the disks of %s first, "
						"then run this again.",
						names));
	}
	for (size_t i = 0; i < some->n_list && i < COMMANDS_MAX; i++) {
		if (!holds(p->judge.host, some->list[i], false))
			bind(p, step, some->list[i]);
	}
}

static void siblings_of(struct planner *p, const struct group *g, enum obstacle_kind kind)
{
	cleanup(some_clear) struct some keepers = keepers_of(p, g);
	cleanup(some_clear) struct some roots = holders_among(p, &keepers, true);
	cleanup_free char *text =
		roots.n_list ? names_of(&roots) : drivers_text(&keepers);
	struct plan_step *step = plan_add(
		p, roots.n_list ? STEP_STOP : STEP_FIX, obstacle_name(kind),
		roots.n_list
			? text_format(
				  "this host runs from a disk of %s, in the same group %u",
				  text, (unsigned)g->id)
			: text_format("group %u is passed through as a whole: %s",
				      (unsigned)g->id, text));

	step->advice = advise_together(p, g, &keepers);
	offer_bind(p, step, &keepers);
}

static void siblings(struct planner *p, const struct some *some, enum obstacle_kind kind)
{
	for (size_t i = 0; i < some->n_list; i++) {
		const struct group *g = group_of(p, some->list[i]);

		if (g && is_first_of_group(some, i))
			siblings_of(p, g, kind);
	}
}

/* The wanted devices that have no VFIO driver yet. */
static struct some unbound(const struct planner *p)
{
	struct some some = { 0 };

	for (size_t i = 0; i < p->judge.host->n_devices; i++) {
		const struct device *d = &p->judge.host->devices[i];

		if (p->wanted[i] && d->bus != BUS_MDEV && !device_is_bound_to_vfio(d) &&
		    !device_is_pci_bridge(d))
			*ADD(&some, list) = d;
	}
	return some;
}

/* "bind to a VFIO driver: 0000:01:00.0 (now igb) and 0000:01:10.0" */
static char *bind_text(const struct some *some)
{
	struct text_list list = { .max = NAMES_MAX };
	cleanup_free char *names = NULL;

	for (size_t i = 0; i < some->n_list; i++) {
		const struct device *d = some->list[i];
		cleanup_free char *now =
			d->driver ? text_format("%s (now %s)", d->name, d->driver)
				  : xstrdup(d->name);

		text_list_add(&list, now);
	}
	names = text_list_take(&list);
	return text_format("bind to a VFIO driver: %s", names);
}

void plan_own_drivers(struct planner *p)
{
	cleanup(some_clear) struct some some = unbound(p);
	cleanup(some_clear) struct some roots = holders_among(p, &some, true);
	cleanup_free char *names = names_of(&roots);
	struct plan_step *step;

	if (!some.n_list)
		return;
	step = plan_add(p, roots.n_list ? STEP_STOP : STEP_TODO, "bind",
			roots.n_list
				? text_format("this host runs from a disk of %s", names)
				: bind_text(&some));
	offer_bind(p, step, &some);
	if (step->risk && step->state == STEP_TODO)
		step->state = STEP_FIX;
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
	return join(direct_advice(&p->judge, d), relaxing ? xstrdup(relaxing) : NULL);
}

static void reserved_memory(struct planner *p, const struct some *some,
			    enum obstacle_kind kind)
{
	for (size_t i = 0; i < some->n_list; i++) {
		const struct device *d = some->list[i];
		const struct obstacle *o = obstacle_of(p, d, kind);
		const struct group *g = group_of(p, d);
		cleanup_free char *text = NULL;
		struct plan_step *step;

		if (!o || !g || !is_first_of_group(some, i))
			continue;
		text = o->device == NO_INDEX
			       ? xstrdup("for which device is not known")
			       : obstacle_text(p->judge.host, p->judge.analysis, o);
		step = plan_add(p, STEP_STOP, obstacle_name(kind),
				text_format("firmware reserved memory in group %u: %s",
					    (unsigned)g->id, text));
		step->advice = advise_memory(p, d, g, o);
	}
}

/* --- Interrupts --- */

static void interrupts(struct planner *p, const struct some *some,
		       enum obstacle_kind kind)
{
	const char *cause = remapping_cause(&p->judge);
	cleanup_free char *names = names_of(some);
	struct plan_step *step =
		plan_add(p, STEP_FIX, obstacle_name(kind),
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
	const struct group *g = group_of(p, d);
	size_t iommu = g ? view_of_group(&p->judge, g)->iommu : NO_INDEX;

	return iommu == NO_INDEX ? "an IOMMU" : p->judge.host->iommus[iommu].name;
}

static char *fine_group(const struct planner *p, const struct some *some)
{
	const struct device *d = some->list[0];

	if (d->group == NO_GROUP ||
	    view_of_group(&p->judge, group_of(p, d))->untranslated)
		return NULL;
	if (some->n_list == 1)
		return text_format("%s translates its DMA (group %u)", iommu_of(p, d),
				   (unsigned)d->group);
	return xstrdup("each is behind an IOMMU, in a group");
}

static char *fine_siblings(const struct planner *p, const struct some *some)
{
	const struct group *g = group_of(p, some->list[0]);

	if (some->n_list == 1 && g && g->n_devices == 1)
		return text_format("it is alone in group %u", (unsigned)g->id);
	return xstrdup("no driver of another device of the group is in the way");
}

/* A kernel that drops the mapping refuses nobody: what is lost is a finding. */
static char *fine_memory(const struct planner *p, const struct some *some)
{
	for (size_t i = 0; i < some->n_list; i++) {
		const struct group *g = group_of(p, some->list[i]);

		if (g && view_of_group(&p->judge, g)->n_direct)
			return NULL;
	}
	return xstrdup("firmware reserved no memory that must stay mapped");
}

/* They pass also where the kernel was told not to ask. */
static char *fine_interrupts(const struct planner *p, const struct some *some)
{
	for (size_t i = 0; i < some->n_list; i++) {
		const struct group *g = group_of(p, some->list[i]);
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
	[OBSTACLE_VIRTUAL_FUNCTIONS] = { physical_functions, NULL },
	[OBSTACLE_RESET] = { stop_alone, NULL },
	[OBSTACLE_NO_GROUP] = { stop_without_groups, fine_group },
	[OBSTACLE_COHERENCY] = { stop_alone, fine_coherency },
	[OBSTACLE_DRIVER] = { siblings, fine_siblings },
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
			plan_add(p, STEP_UNKNOWN, obstacle_name(kind),
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
		plan_add(p, STEP_OK, obstacle_name(kind), fine);
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
