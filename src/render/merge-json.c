/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `merge` as JSON. */
#include "render/json.h"
#include "render/merge.h"

/* Addresses, where they are known; of those that reach nobody knows how far, not the end.
 */
static void set_space(struct json_object *o, enum fleet_space space,
		      const struct ranges *usable)
{
	if (space < FLEET_SPACE_OPEN)
		return;
	json_object_object_add(o, "usable_iova",
			       ranges_array(usable->range, usable->n_range));
	json_object_object_add(o, "usable_iova_complete",
			       json_object_new_boolean(space == FLEET_SPACE_KNOWN));
}

static void set_finding(struct json_object *o, const struct fleet_finding *f)
{
	json_set_text(o, "id", f->id);
	json_set_text(o, "severity", severity_name(f->severity));
}

static struct json_object *host_object(const struct fleet_host *h)
{
	struct json_object *o = json_object_new_object();
	struct json_object *findings = json_object_new_array();

	json_set_text(o, "name", h->name);
	json_set_text(o, "machine", h->machine);
	json_set_text(o, "firmware", h->firmware);
	json_set_text(o, "kernel_release", h->kernel);
	json_set_int(o, "groups", (int64_t)h->n_groups);
	json_set_int(o, "devices_bound", (int64_t)h->n_bound);
	json_set_int(o, "devices_usable", (int64_t)h->n_usable);
	set_space(o, h->space, &h->usable);
	for (size_t i = 0; i < h->n_findings; i++) {
		struct json_object *f = json_object_new_object();

		set_finding(f, &h->findings[i]);
		json_set_int(f, "count", (int64_t)h->findings[i].n);
		json_object_array_add(findings, f);
	}
	json_object_object_add(o, "findings", findings);
	json_set_int(o, "exit_status", h->status);
	return o;
}

static struct json_object *finding_object(const struct fleet *fleet,
					  const struct fleet_share *s)
{
	struct json_object *o = json_object_new_object();
	struct json_object *hosts = json_object_new_array();

	set_finding(o, s->finding);
	json_set_text(o, "title", s->finding->title);
	for (size_t i = 0; i < s->n_hosts; i++)
		json_object_array_add(hosts, json_text(fleet->hosts[s->hosts[i]].name));
	json_object_object_add(o, "hosts", hosts);
	return o;
}

static struct json_object *common_object(const struct fleet *f)
{
	struct json_object *o = json_object_new_object();

	set_space(o, f->has_common ? f->common_space : FLEET_SPACE_NONE, &f->common);
	return o;
}

void render_merge_json(const struct merge_view *v, FILE *out)
{
	const struct fleet *f = v->fleet;
	struct json_writer w;

	json_begin_document(&w, out);
	json_begin_array(&w, "hosts");
	for (size_t i = 0; i < f->n_hosts; i++)
		json_element(&w, host_object(&f->hosts[i]));
	json_end_array(&w);
	json_begin_array(&w, "findings");
	for (size_t i = 0; i < f->n_findings; i++)
		json_element(&w, finding_object(f, &f->findings[i]));
	json_end_array(&w);
	json_member(&w, "common", common_object(f));
	if (v->n_unread)
		json_member(&w, "error", messages_array(v->said));
	json_member(&w, "exit_status", json_object_new_int(v->exit_status));
	json_end(&w);
}
