/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A firmware entry that reserves memory: sections of `show`, and its object in JSON. */
#include <inttypes.h>

#include "base/cleanup.h"
#include "render/json.h"
#include "render/lines.h"
#include "render/sections.h"
#include "render/show.h"

/* So many devices of an entry are named. */
#define NAMES_MAX 6

static const struct entry *entry_of(const struct view *v, size_t entry)
{
	return &v->analysis->firmware.entries[entry];
}

static void tell_range(struct telling *t, const struct entry *e, const char *type)
{
	struct text line = { 0 };

	text_printf(&line, "0x%" PRIx64 "-0x%" PRIx64 " %s", e->written.first,
		    e->written.last, type);
	if (!e->ignored && !range_equals(e->written, e->listed))
		text_printf(&line, ", listed as 0x%" PRIx64 "-0x%" PRIx64,
			    e->listed.first, e->listed.last);
	put_text(t, &line);
	json_object_object_add(t->o, "written", range_object(e->written));
	json_object_object_add(t->o, "listed",
			       e->ignored ? NULL : range_object(e->listed));
	json_set_text(t->o, "type", type);
}

static void tell_devices(struct telling *t, const struct entry *e)
{
	const struct view *v = t->view;
	struct json_object *devices = json_object_new_array();
	struct text_list list = { .max = NAMES_MAX, .plain = true };
	cleanup_free char *names = NULL;

	for_each_claim_of(c, &v->analysis->firmware, e)
	{
		const char *name = v->host->devices[c->device].name;

		json_object_array_add(devices, json_text(name));
		text_list_add(&list, name);
	}
	json_object_object_add(t->o, "devices", devices);
	names = text_list_take(&list);
	if (list.n)
		put_as(t, "Devices", "%s", names);
}

static void tell_entry(struct telling *t, size_t entry)
{
	const struct entry *e = entry_of(t->view, entry);
	const struct entry_outcome *outcome = outcome_of(t->view->analysis, e);
	cleanup_free char *text = entry_text(t->view->analysis, e);
	/* what an IVMD or RMR names; other entries name devices */
	cleanup_free char *whom = entry_whom(t->view->analysis, e);

	json_set_text(t->o, "origin", e->table->word);
	json_set_int(t->o, "number", e->number);
	if (e->table->part)
		json_set_int(t->o, "part", e->part);
	json_set_text(t->o, "text", text);
	tell_range(t, e, region_type_name(outcome->type));
	if (whom)
		put_as(t, "For", "%s", whom);
	json_set_text_if(t->o, "whom", whom);
	json_set_text(t->o, "state", entry_state_name(outcome->state));
	json_set_text_if(t->o, "why", outcome->why);
	tell_devices(t, e);
	put_as(t, "State", "%s%s%s", entry_state_name(outcome->state),
	       outcome->why ? ": " : "", outcome->why ? outcome->why : "");
}

static const struct section sections[] = {
	{ .label = "Range", .tell = tell_entry },
};

void put_entry(const struct view *v, size_t entry, FILE *out)
{
	cleanup_free char *name = entry_text(v->analysis, entry_of(v, entry));

	fprintf(out, "  %s\n", name);
	put_sections(sections, ARRAY_SIZE(sections), v, entry, 4, out);
}

struct json_object *entry_object(const struct view *v, size_t entry)
{
	struct json_object *o = json_object_new_object();

	set_sections(sections, ARRAY_SIZE(sections), v, entry, o);
	return o;
}
