/* SPDX-License-Identifier: GPL-2.0-or-later */
/* I/O addresses as JSON: the object `map`. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "model/json.h"
#include "render/json.h"
#include "render/map.h"

static struct json_object *lines_array(const struct view *v, const struct io_space *space,
				       const struct space_part *p)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = p->first_line; i < p->first_line + p->n_lines; i++) {
		const struct region *r = &v->host->regions[space->lines[i]];
		struct json_object *o = json_object_new_object();

		json_set_int(o, "group", r->group);
		json_set_int(o, "line", r->line);
		json_set_text(
			o, "type",
			region_type_name(v->analysis->regions[space->lines[i]].type));
		json_object_array_add(array, o);
	}
	return array;
}

/* Is there a direct region, and does the domain in use map all that is asked there? */
static bool is_known_mapped(const struct view *v, const struct io_space *space,
			    const struct space_part *p)
{
	bool direct = false;

	for (size_t i = p->first_line; i < p->first_line + p->n_lines; i++) {
		const struct demand *d = demand_of_line(v->analysis, space->lines[i]);

		if (d && d->coverage == COVERAGE_UNKNOWN)
			return false;
		direct = direct || d;
	}
	return direct;
}

static void set_region(struct json_object *o, const struct view *v,
		       const struct io_space *space, const struct space_part *p)
{
	cleanup(whose_clear) struct whose w = { 0 };
	struct json_object *origins = json_object_new_array();
	struct json_object *owners = json_object_new_array();

	whose_part(v, space, p, &w);
	for (size_t i = 0; i < w.n_origins; i++)
		json_object_array_add(origins, json_text(w.origins[i]));
	for (size_t i = 0; i < v->host->n_devices; i++) {
		if (w.devices[i])
			json_object_array_add(owners,
					      json_text(v->host->devices[i].name));
	}
	json_set_text(o, "type", region_type_name(p->type));
	json_object_object_add(o, "origin", origins);
	json_object_object_add(o, "owner", owners);
	json_object_object_add(o, "regions", lines_array(v, space, p));
	if (p->lost)
		json_set_text(o, "not_mapped", loss_text(p->lost->loss));
	else if (is_known_mapped(v, space, p))
		json_set_text(o, "not_mapped", NULL);
}

static struct json_object *segment_object(const struct view *v,
					  const struct io_space *space,
					  const struct space_part *p)
{
	struct json_object *o = range_object(p->range);

	json_set_text(o, "kind", space_kind_name(p->kind));
	if (p->kind == SPACE_REGION)
		set_region(o, v, space, p);
	if (p->kind == SPACE_UNKNOWN)
		json_set_text(o, "missing", p->why);
	else
		json_set_bool(o, "usable", p->usable);
	return o;
}

static struct json_object *space_object(const struct view *v,
					const struct io_space *space)
{
	struct json_object *o = json_object_new_object();
	struct json_object *groups = json_object_new_array();
	struct json_object *segments = json_object_new_array();

	for (size_t i = 0; i < space->n_groups; i++)
		json_object_array_add(groups,
				      json_object_new_int64(space->groups[i]->id));
	json_object_object_add(o, "groups", groups);
	if (space->n_groups) {
		json_set_bool(o, "complete", space->complete);
		json_set_bool(o, "last_known", space->last_known);
	}
	if (space->iommu != NO_INDEX) {
		const struct iommu_view *iv = &v->analysis->iommus[space->iommu];

		json_set_address(o, "last", space->last);
		json_set_bool(o, "last_assumed", iv->aperture_assumed);
		json_set_text(o, "last_evidence", iv->why);
		json_set_text(o, "last_of", v->host->iommus[space->iommu].name);
	}
	for (size_t i = 0; i < space->n_parts; i++)
		json_object_array_add(segments,
				      segment_object(v, space, &space->parts[i]));
	json_object_object_add(o, "segments", segments);
	json_set_int(o, "untranslated_groups", (int64_t)space->n_untranslated);
	return o;
}

struct json_object *map_object(const struct view *v)
{
	struct json_object *o = json_object_new_object();
	struct json_object *spaces = json_object_new_array();

	for (size_t i = 0; i < v->map->n_spaces; i++)
		json_object_array_add(spaces, space_object(v, &v->map->spaces[i]));
	json_set_bool(o, "together", v->map->together);
	json_object_object_add(o, "spaces", spaces);
	return o;
}
