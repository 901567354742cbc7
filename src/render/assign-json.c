/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan for devices that a VM is to have, as JSON. */
#include "base/cleanup.h"
#include "render/assign.h"
#include "render/json.h"
#include "rules/plan.h"

/* Of the first way, if there are several. */
static struct json_object *commands_array(const struct steps *how)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < how->n_list; i++) {
		if (how->list[i].alternative)
			break;
		if (how->list[i].command)
			json_object_array_add(array, json_text(how->list[i].command));
	}
	return array;
}

static struct json_object *plan_step_object(const struct plan_step *step)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "state", step_state_name(step->state));
	json_set_text(o, "kind", step->kind);
	json_set_text(o, "text", step->text);
	json_set_text(o, "risk", step->risk);
	json_set_text(o, "advice", step->advice);
	json_object_object_add(o, "commands", commands_array(&step->how));
	json_object_object_add(o, "steps", steps_array(&step->how));
	json_object_object_add(o, "undo",
			       strings_array(step->how.undo, step->how.n_undo));
	return o;
}

static struct json_object *hole_object(const struct plan_hole *hole)
{
	struct json_object *o = range_object(hole->range);
	struct json_object *types = json_object_new_array();

	for (unsigned i = 0; i < 32; i++) {
		if (hole->types >> i & 1)
			json_object_array_add(
				types, json_text(region_type_name((enum region_type)i)));
	}
	json_object_object_add(o, "types", types);
	return o;
}

static struct json_object *guest_view_object(const struct plan *plan)
{
	struct json_object *o = json_object_new_object();
	struct json_object *usable = json_object_new_array();
	struct json_object *holes = json_object_new_array();

	json_set_text(o, "isolated_msi", tristate_name(plan->isolated));
	if (!plan->has_addresses) {
		json_object_put(usable);
		json_object_put(holes);
		return o;
	}
	for (size_t i = 0; i < plan->usable.n_range; i++)
		json_object_array_add(usable, range_object(plan->usable.range[i]));
	for (size_t i = 0; i < plan->n_holes; i++)
		json_object_array_add(holes, hole_object(&plan->holes[i]));
	json_object_object_add(o, "iova_ranges", usable);
	json_set_bool(o, "iova_end_known", plan->end_known);
	json_object_object_add(o, "holes", holes);
	return o;
}

struct json_object *plan_object(const struct view *v)
{
	const struct plan *plan = v->plan;
	struct json_object *o = json_object_new_object();
	struct json_object *devices = json_object_new_array();
	struct json_object *steps = json_object_new_array();

	json_set_text(o, "answer", plan_answer_name(plan->answer));
	for (size_t i = 0; i < v->host->n_devices; i++) {
		if (v->devices[i])
			json_object_array_add(devices,
					      json_text(v->host->devices[i].name));
	}
	json_object_object_add(o, "devices", devices);
	for (size_t i = 0; i < plan->n_steps; i++)
		json_object_array_add(steps, plan_step_object(&plan->steps[i]));
	json_object_object_add(o, "steps", steps);
	json_object_object_add(o, "undo", strings_array(plan->undo, plan->n_undo));
	json_object_object_add(o, "guest_view", guest_view_object(plan));
	return o;
}
