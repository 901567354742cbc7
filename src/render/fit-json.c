/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `fit` as JSON: the object `fit`. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "model/json.h"
#include "render/fit.h"
#include "render/json.h"

static struct json_object *guest_object_of(const struct fit *f)
{
	struct json_object *o = json_object_new_object();
	cleanup_free char *machine = shape_machine_text(f->shape);

	json_set_text(o, "machine", machine);
	json_set_int(o, "ram", (int64_t)f->shape->ram);
	if (f->shape->phys_bits)
		json_set_int(o, "phys_bits", f->shape->phys_bits);
	json_set_bool(o, "amd", f->shape->is_amd);
	json_set_bool(o, "above_1tib", f->layout.moved);
	json_set_bool(o, "too_high", f->layout.too_high);
	json_set_address(o, "last", f->layout.last);
	json_set_text(o, "source", machine_type_source(f->shape->machine));
	return o;
}

static struct json_object *hit_object(const struct view *v, const struct fit_hit *hit)
{
	const struct io_space *space = &v->fit->fit->space;
	struct json_object *o = range_object(hit->range);
	cleanup_free char *text = fit_hit_text(v, hit);

	json_set_text(o, "reason", fit_reason_name(hit->reason));
	json_set_text(o, "text", text);
	if (hit->reason == FIT_IN_REGION) {
		const struct space_part *p = &space->parts[hit->part];
		struct json_object *lines = json_object_new_array();

		json_set_text(o, "type", region_type_name(p->type));
		for (size_t i = p->first_line; i < p->first_line + p->n_lines; i++)
			json_object_array_add(lines, region_object(v, space->lines[i]));
		json_object_object_add(o, "regions", lines);
	}
	return o;
}

static struct json_object *fit_range_object(const struct view *v,
					    const struct fit_range *r)
{
	struct json_object *o = range_object(r->wanted.range);
	struct json_object *hits = json_object_new_array();

	json_set_text(o, "use", layout_use_name(r->wanted.use));
	json_set_text(o, "what", r->wanted.what);
	json_set_text(o, "answer", fit_state_name(r->state));
	for (size_t i = 0; i < r->n_hits; i++)
		json_object_array_add(
			hits, hit_object(v, &v->fit->fit->hits[r->first_hit + i]));
	json_object_object_add(o, "in_the_way", hits);
	return o;
}

static struct json_object *refusals_array(const struct view *v)
{
	struct json_object *array = json_object_new_array();

	for (const struct fit_refusal *r = fit_refusals; r->call; r++) {
		struct json_object *o;

		if (r->iommufd && v->fit->no_iommufd)
			continue;
		o = json_object_new_object();
		json_set_text(o, "interface", r->iommufd ? "iommufd" : "vfio");
		json_set_bool(o, "mapped_before", r->later);
		json_set_text(o, "call", r->call);
		json_set_text(o, "errno", errno_name(r->error));
		json_object_array_add(array, o);
	}
	return array;
}

static struct json_object *changes_array(const struct view *v)
{
	const struct fit *f = v->fit->fit;
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < f->n_advice; i++) {
		struct json_object *o = json_object_new_object();
		cleanup_free char *text = fit_advice_text(v, &f->advice[i]);

		json_set_text(o, "kind", fit_advice_name(f->advice[i].kind));
		json_set_text(o, "text", text);
		json_object_array_add(array, o);
	}
	return array;
}

struct json_object *fit_object(const struct view *v)
{
	const struct fit *f = v->fit->fit;
	struct json_object *o = json_object_new_object();
	struct json_object *ranges = json_object_new_array();
	cleanup(ranges_clear) struct ranges usable;

	json_set_text(o, "answer", fit_state_name(v->fit->state));
	json_set_text(o, "addresses", fit_state_name(f->state));
	json_set_bool(o, "refused", v->fit->refused);
	if (f->shape)
		json_object_object_add(o, "guest", guest_object_of(f));
	for (size_t i = 0; i < f->n_ranges; i++)
		json_object_array_add(ranges, fit_range_object(v, &f->ranges[i]));
	json_object_object_add(o, "ranges", ranges);
	json_set_bool(o, "holes_known", fit_holes(f, &usable));
	json_object_object_add(o, "holes", ranges_array(usable.range, usable.n_range));
	json_object_object_add(o, "refusals", refusals_array(v));
	json_object_object_add(o, "changes", changes_array(v));
	return o;
}
