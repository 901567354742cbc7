/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps of a plan that take devices from their drivers, and what this host loses by
 * it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/assignment.h"
#include "rules/planning.h"
#include "rules/steps.h"

/* So many devices have commands. */
#define COMMANDS_MAX 64

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
		if (i < PLAN_NAMES_MAX)
			warning = plan_join(warning, in_use_warning(p->judge.host,
								    functions->list[i]));
		n_users += device_is_bound_to_vfio(functions->list[i]);
	}
	if (n_users)
		warning = plan_join(
			n_users == 1
				? xstrdup("1 of its virtual functions uses a VFIO driver: end the program that has it first.")
				: text_format(
					  "%zu of its virtual functions use a VFIO driver: end the "
					  "programs that have them first.",
					  n_users),
			warning);
	return warning;
}

void plan_physical_functions(struct planner *p, const struct some *some,
			     enum obstacle_kind kind)
{
	for (size_t i = 0; i < some->n_list; i++) {
		const struct device *d = some->list[i];
		cleanup(some_clear) struct some functions = functions_of(p, d);
		const struct device *both = first_wanted(p, &functions);
		cleanup_free char *text = NULL;
		struct plan_step *step;

		if (both) {
			plan_meet(
				p, STEP_STOP, kind,
				text_format(
					"%s is a virtual function of %s, and only one of the two can be passed through",
					both->name, d->name))
				->advice = xstrdup(
				"Choose the physical function or its virtual functions.");
			continue;
		}
		text = obstacle_text(p->judge.host, p->judge.analysis,
				     plan_obstacle_of(p, d, kind));
		step = plan_meet(p, STEP_FIX, kind, text_format("%s: %s", d->name, text));
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
		warning =
			plan_join(warning, in_use_warning(p->judge.host, some->list[i]));
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
	struct text_list list = { .max = PLAN_NAMES_MAX };

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
		cleanup_free char *names = some_names(&used);

		step->advice = plan_join(
			step->advice, text_format("End the use of the disks of %s first, "
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
		roots.n_list ? some_names(&roots) : drivers_text(&keepers);
	struct plan_step *step = plan_meet(
		p, roots.n_list ? STEP_STOP : STEP_FIX, kind,
		roots.n_list
			? text_format(
				  "this host runs from a disk of %s, in the same group %u",
				  text, (unsigned)g->id)
			: text_format("group %u is passed through as a whole: %s",
				      (unsigned)g->id, text));

	step->advice = advise_together(p, g, &keepers);
	offer_bind(p, step, &keepers);
}

void plan_siblings(struct planner *p, const struct some *some, enum obstacle_kind kind)
{
	for (size_t i = 0; i < some->n_list; i++) {
		const struct group *g = plan_group_of(p, some->list[i]);

		if (g && some_is_first_of_group(some, i))
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
	struct text_list list = { .max = PLAN_NAMES_MAX };
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
	cleanup_free char *names = some_names(&roots);
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
