/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `diff` as JSON: each difference by itself, with the names on both sides. */
#include "render/diff.h"

#include "render/json.h"

static struct json_object *side_object(const char *name, const struct digest *d)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "name", name);
	json_set_text(o, "machine", host_trait(d, "machine"));
	json_set_text(o, "firmware", host_trait(d, "firmware"));
	json_set_text(o, "kernel_release", host_trait(d, "kernel"));
	return o;
}

static struct json_object *devices_array(const struct digest *d, const struct thing *t)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < t->n_about; i++) {
		const struct thing *of = &d->things[t->about[i]];

		if (of->kind == THING_DEVICE)
			json_object_array_add(array, json_text(of->name));
	}
	return array;
}

/* What the key of a thing is called. */
static const char *key_name(enum thing_kind kind)
{
	return kind == THING_DEVICE ? "ids" : kind == THING_IOMMU ? "address" : "type";
}

static void set_thing(struct json_object *o, const struct digest *d,
		      const struct thing *t)
{
	json_set_text(o, "name", t->name);
	json_set_text_if(o, key_name(t->kind), t->key);
	if (t->group != NO_INDEX)
		json_set_text(o, "group", d->things[t->group].name);
	if (t->kind == THING_FINDING) {
		json_set_text(o, "severity", severity_name(t->severity));
		json_set_text(o, "title", t->title);
		json_set_text(o, "message", t->message);
	}
	if (t->kind == THING_FINDING || t->kind == THING_ENTRY)
		json_object_object_add(o, "devices", devices_array(d, t));
}

static struct json_object *difference_object(const struct diff_view *v,
					     const struct difference *d)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "change", change_name(d->change));
	json_set_text(o, "kind", thing_kind_name(d->kind));
	if (d->b != NO_INDEX)
		set_thing(o, v->b, &v->b->things[d->b]);
	else
		set_thing(o, v->a, &v->a->things[d->a]);
	if (d->change != CHANGE_OTHER)
		return o;
	json_set_text(o, "name_before", v->a->things[d->a].name);
	json_set_text(o, "what", d->what);
	json_set_text(o, "was", d->was);
	json_set_text(o, "now", d->now);
	return o;
}

static struct json_object *not_said_object(const struct not_said *s)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "by", s->by_b ? "b" : "a");
	json_set_text(o, "kind", thing_kind_name(s->kind));
	json_set_text_if(o, "what", s->what);
	if (s->n)
		json_set_int(o, "count", (int64_t)s->n);
	return o;
}

static struct json_object *renumbered_object(const struct diff_view *v, size_t a)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "was", v->a->things[a].name);
	json_set_text(o, "now", v->b->things[v->comparison->matching.b_of_a[a]].name);
	return o;
}

static struct json_object *event_object(const struct kernel_event *e)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "action", e->action);
	json_set_text(o, "path", e->path);
	json_set_text_if(o, "subsystem", e->subsystem);
	return o;
}

static struct json_object *look_object(const struct look *l)
{
	struct json_object *o = json_object_new_object();
	struct json_object *events = json_object_new_array();

	for (size_t i = 0; l->burst && i < l->burst->n_told; i++)
		json_object_array_add(events, event_object(&l->burst->told[i]));
	json_set_text(o, "time", l->time);
	json_set_text(o, "since", l->since);
	json_set_int(o, "uevents", l->burst ? (int64_t)l->burst->n : 0);
	json_set_bool(o, "lost", l->burst && l->burst->lost);
	json_object_object_add(o, "first", events);
	return o;
}

/* Of `watch` there are many documents, and a status only at their end. */
static void begin(struct json_writer *w, const struct diff_view *v, FILE *out)
{
	if (!v->look) {
		json_begin_document(w, out);
		return;
	}
	json_begin_line(w, out);
	json_member(w, "watched", look_object(v->look));
}

void render_diff_json(const struct diff_view *v, FILE *out)
{
	const struct comparison *c = v->comparison;
	struct json_writer w;

	begin(&w, v, out);
	json_member(&w, "a", side_object(v->name_a, v->a));
	json_member(&w, "b", side_object(v->name_b, v->b));
	json_begin_array(&w, "differences");
	for (size_t i = 0; i < c->n_list; i++)
		json_element(&w, difference_object(v, &c->list[i]));
	json_end_array(&w);
	json_begin_array(&w, "not_said");
	for (size_t i = 0; i < c->n_not_said; i++)
		json_element(&w, not_said_object(&c->not_said[i]));
	json_end_array(&w);
	json_begin_array(&w, "renumbered_groups");
	for (size_t i = 0; i < c->n_renumbered; i++)
		json_element(&w, renumbered_object(v, c->renumbered[i]));
	json_end_array(&w);
	if (!v->look)
		json_member(&w, "exit_status", json_object_new_int(v->exit_status));
	json_end(&w);
}
