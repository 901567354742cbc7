/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects that stand in several places of the JSON document. */
#include "base/cleanup.h"
#include "render/json.h"

struct json_object *range_object(struct range r)
{
	struct json_object *o = json_object_new_object();

	json_set_address(o, "first", r.first);
	json_set_address(o, "last", r.last);
	return o;
}

struct json_object *ranges_array(const struct range *ranges, size_t n)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < n; i++)
		json_object_array_add(array, range_object(ranges[i]));
	return array;
}

struct json_object *strings_array(char *const *strings, size_t n)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < n; i++)
		json_object_array_add(array, json_text(strings[i]));
	return array;
}

void json_set_tristate(struct json_object *o, const char *key, enum tristate value)
{
	if (value != TRISTATE_UNKNOWN)
		json_set_bool(o, key, value == TRISTATE_YES);
}

void json_set_entry(struct json_object *o, const struct view *v, size_t claim)
{
	const struct claim *claims = v->analysis->firmware.claims;
	cleanup_free char *entry = NULL;

	if (claim == NO_INDEX)
		return;
	entry = claim_text(v->analysis, &claims[claim]);
	json_set_text(o, "entry", entry);
}

struct json_object *source_object(const struct host *host)
{
	static const char *const kinds[] = {
		[ORIGIN_LIVE] = "live",
		[ORIGIN_SYSROOT] = "sysroot",
		[ORIGIN_SNAPSHOT] = "snapshot",
	};
	struct json_object *o = json_object_new_object();

	json_set_text(o, "kind", kinds[host->origin]);
	json_set_text(o, "path", host->origin_path);
	return o;
}

struct json_object *answer_object(const struct view *v, const struct answer *a)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "verdict", verdict_name(a->verdict));
	json_set_text(o, "errno", a->error ? errno_name(a->error) : NULL);
	json_set_text(o, "call", a->call);
	json_set_text(o, "log", a->log);
	json_set_text(o, "reason", a->why);
	if (a->logged || a->qemu)
		json_set_text(o, "known_by", "log");
	if (a->culprit != NO_INDEX && a->verdict == VERDICT_REFUSED)
		json_set_text(o, "because_of", v->host->devices[a->culprit].name);
	json_set_entry(o, v, a->claim);
	return o;
}

/* Who is given this line, or a part of it, by which firmware entry. */
static struct json_object *origins_array(const struct view *v, const struct region *r)
{
	const struct group *g = host_group(v->host, r->group);
	struct claim_slice own = claims_of_group(v->host, v->analysis, g);
	struct json_object *array = json_object_new_array();
	const char *window = v->analysis->origins[region_index(v->host, r)].window;

	if (window) {
		struct json_object *o = range_object(r->range);

		json_set_text(o, "device", NULL);
		json_set_text(o, "entry", window);
		json_object_array_add(array, o);
	}
	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &v->analysis->firmware.claims[i];
		cleanup_free char *text = NULL;
		struct json_object *o;

		if (!claim_is_part_of(c, r))
			continue;
		text = claim_text(v->analysis, c);
		o = range_object(c->range);
		json_set_text(o, "device", v->host->devices[c->device].name);
		json_set_text(o, "entry", text);
		json_object_array_add(array, o);
	}
	return array;
}

struct json_object *region_object(const struct view *v, size_t index)
{
	const struct region *r = &v->host->regions[index];
	const struct region_view *rv = &v->analysis->regions[index];
	const struct origin *origin = &v->analysis->origins[index];
	const struct demand *d = demand_of_line(v->analysis, index);
	struct json_object *o = json_object_new_object();

	json_set_int(o, "group", r->group);
	json_set_int(o, "line", r->line);
	json_set_address(o, "first", r->range.first);
	json_set_address(o, "last", r->range.last);
	json_set_text(o, "type", region_type_name(rv->type));
	json_set_text(o, "word", region_word(r));
	json_set_text(o, "confidence", confidence_name(rv->confidence));
	json_set_text(o, "evidence", rv->why);
	if (d)
		json_set_text(o, "coverage", coverage_name(d->coverage));
	if (origin->explained != EXPLAINED_UNKNOWN) {
		json_set_text(o, "explained", explained_name(origin->explained));
		json_object_object_add(o, "origins", origins_array(v, r));
	}
	return o;
}

struct json_object *evidence_array(const struct evidence *evidence, size_t n)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_new_object();

		json_set_text(o, "path", evidence[i].path);
		if (evidence[i].line)
			json_set_int(o, "line", evidence[i].line);
		if (evidence[i].offset != NO_INDEX)
			json_set_address(o, "offset", evidence[i].offset);
		json_set_text(o, "text", evidence[i].text);
		json_object_array_add(array, o);
	}
	return array;
}
