/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON document: src/data/iommu-resv.schema.json describes it. */
#include "model/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "base/text.h"

#include "render/assign.h"
#include "render/fit.h"
#include "render/guest.h"
#include "render/inquiry.h"
#include "render/json.h"
#include "render/map.h"
#include "render/show.h"
#include "render/view.h"

#define SCHEMA_MAJOR 1
#define SCHEMA_MINOR 5

static struct json_object *machine_object(const struct machine *m)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "vendor", m->vendor);
	json_set_text(o, "product", m->product);
	json_set_text(o, "board", m->board);
	json_set_text(o, "firmware_vendor", m->firmware_vendor);
	json_set_text(o, "firmware_version", m->firmware_version);
	json_set_text(o, "firmware_date", m->firmware_date);
	json_set_text(o, "model", m->model);
	return o;
}

static struct json_object *host_object(const struct view *v)
{
	const struct kernel *k = &v->host->kernel;
	struct json_object *o = json_object_new_object();
	cleanup_free char *evidence = NULL;

	json_set_text(o, "kernel_release", k->release);
	json_set_text(o, "architecture", k->architecture);
	if (k->page_size)
		json_set_int(o, "page_size", (int64_t)k->page_size);
	json_set_text(o, "command_line", k->command_line);
	if (k->taint_known)
		json_set_address(o, "taint", k->taint);
	json_set_tristate(o, "virtualized", k->virtualized);
	json_set_text_if(o, "hypervisor", k->hypervisor);
	if (v->host->sources[SOURCE_MACHINE].state == SOURCE_READ)
		json_object_object_add(o, "machine", machine_object(&v->host->machine));
	json_set_text(o, "isolated_msi", tristate_name(v->analysis->isolation.isolated));
	evidence = text_format("%s: %s", v->analysis->isolation.path,
			       v->analysis->isolation.why);
	json_set_text(o, "isolated_msi_evidence", evidence);
	if (v->host->sources[SOURCE_DEVICE_NODES].state == SOURCE_READ) {
		json_set_bool(o, "iommufd_node", host_has_node(v->host, "iommu"));
		json_set_bool(o, "vfio_container_node",
			      host_has_node(v->host, "vfio/vfio"));
	}
	if (v->host->sources[SOURCE_IOMMUFD].state == SOURCE_READ)
		json_object_object_add(o, "iommufd", iommufd_object(&v->host->iommufd));
	return o;
}

static struct json_object *iommu_object(const struct view *v, size_t index)
{
	const struct iommu *i = &v->host->iommus[index];
	const struct iommu_view *iv = &v->analysis->iommus[index];
	const struct coherency *c = &v->analysis->coherency[index];
	struct json_object *o = json_object_new_object();
	uint64_t address;

	json_set_text(o, "name", i->name);
	json_set_text(o, "kind", iommu_kind_name(i->kind));
	json_set_text_if(o, "driver", i->driver);
	/* sysfs has no 0x (drivers/iommu/intel/iommu.c, address_show) */
	if (i->address && text_to_number(i->address, 16, UINT64_MAX, &address))
		json_set_address(o, "address", address);
	json_set_text_if(o, "version", i->version);
	if (i->has_cap)
		json_set_address(o, "cap", i->cap);
	if (i->has_cap && i->kind == IOMMU_INTEL)
		json_set_address(o, "ecap", i->ecap);
	if (iv->efr_known) {
		json_set_address(o, "efr", iv->efr);
		json_set_address(o, "efr2", iv->efr2);
	}
	if (iv->address_width)
		json_set_int(o, "address_width", iv->address_width);
	if (iv->aperture_known) {
		json_set_address(o, "last_iova", iv->aperture_last);
		json_set_text(o, "last_iova_evidence", iv->why);
	}
	if (iv->page_sizes)
		json_set_address(o, "page_sizes", iv->page_sizes);
	json_set_tristate(o, "pass_through", iv->pass_through);
	json_set_tristate(o, "cache_coherent", c->coherent);
	json_set_text(o, "cache_coherent_evidence", c->why);
	json_set_int(o, "devices", (int64_t)i->n_devices);
	return o;
}

static struct json_object *firmware_object(const struct view *v)
{
	const struct host *host = v->host;
	struct json_object *o = json_object_new_object();
	struct json_object *tables = json_object_new_array();
	struct json_object *entries = json_object_new_array();

	for (size_t i = 0; i < host->n_tables; i++)
		json_object_array_add(tables, json_text(host->tables[i].name));
	json_object_object_add(o, "tables", tables);
	json_set_bool(o, "device_tree", host->has_device_tree);
	for (size_t i = 0; i < v->analysis->firmware.n_entries; i++)
		json_object_array_add(entries, entry_object(v, i));
	json_object_object_add(o, "entries", entries);
	return o;
}

/* null where there are groups. */
static struct json_object *absence_object(const struct absence *a)
{
	struct json_object *o;

	if (!a->text)
		return NULL;
	o = json_object_new_object();
	json_set_text(o, "cause", no_iommu_name(a->cause));
	json_set_text(o, "text", a->text);
	json_object_object_add(o, "evidence", evidence_array(a->evidence, a->n_evidence));
	return o;
}

static struct json_object *state_object(enum source_id id, const char *path,
					enum source_state state, int error, unsigned line,
					const char *detail)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "source", source_name(id));
	json_set_text(o, "path", path);
	json_set_text(o, "state", source_state_name(state));
	json_set_text(o, "errno", error ? errno_name(error) : NULL);
	if (line)
		json_set_int(o, "line", line);
	json_set_text_if(o, "detail", detail);
	return o;
}

static void put_unmatched_selectors(struct json_writer *w, const struct view *v)
{
	if (v->all && !v->n_unmatched)
		return;
	json_begin_array(w, "unmatched");
	for (size_t i = 0; i < v->n_unmatched; i++) {
		struct json_object *o = json_object_new_object();

		json_set_text(o, "selector", v->unmatched[i].selector);
		json_set_text(o, "reason", v->unmatched[i].reason);
		json_set_bool(o, "certain", !v->unsure);
		json_element(w, o);
	}
	json_end_array(w);
}

static void put_sources(struct json_writer *w, const struct host *host)
{
	json_begin_array(w, "sources");
	for (int id = 0; id < SOURCE_COUNT; id++) {
		const struct source *s = &host->sources[id];

		json_element(w, state_object((enum source_id)id, s->path, s->state,
					     s->error, s->line, s->detail));
	}
	for (size_t i = 0; i < host->n_gaps; i++) {
		const struct gap *g = &host->gaps[i];

		json_element(w, state_object(g->source, g->path, g->state, g->error,
					     g->line, g->detail));
	}
	json_end_array(w);
}

static void put_versions(struct json_writer *w)
{
	struct json_object *version = json_object_new_array();

	json_object_array_add(version, json_object_new_int(SCHEMA_MAJOR));
	json_object_array_add(version, json_object_new_int(SCHEMA_MINOR));
	json_member(w, "schema", json_text("iommu-resv"));
	json_member(w, "schema_version", version);
	json_member(w, "tool_version", json_text(PACKAGE_VERSION));
}

void json_begin_document(struct json_writer *w, FILE *out)
{
	json_begin(w, out);
	put_versions(w);
}

void json_begin_line(struct json_writer *w, FILE *out)
{
	json_begin(w, out);
	w->one_line = true;
	put_versions(w);
}

struct json_object *messages_array(const struct messages *said)
{
	struct json_object *array = json_object_new_array();
	size_t at = 0;
	char *s;

	while ((s = messages_next(said, &at))) {
		json_object_array_add(array, json_text(s));
		free(s);
	}
	return array;
}

void render_failure(const struct messages *said, int exit_status, FILE *out)
{
	struct json_writer w;

	json_begin_document(&w, out);
	json_member(&w, "error", messages_array(said));
	json_member(&w, "exit_status", json_object_new_int(exit_status));
	json_end(&w);
}

void render_json(const struct view *v, FILE *out)
{
	const struct host *host = v->host;
	struct json_writer w;

	json_begin_document(&w, out);
	json_member(&w, "source", source_object(host));
	json_member(&w, "host", host_object(v));
	json_member(&w, "absence", absence_object(&v->analysis->absence));
	json_begin_array(&w, "iommus");
	for (size_t i = 0; i < host->n_iommus; i++)
		json_element(&w, iommu_object(v, i));
	json_end_array(&w);
	json_begin_array(&w, "groups");
	for (size_t i = 0; i < host->n_groups; i++) {
		if (v->groups[i])
			json_element(&w, group_object(v, i));
	}
	json_end_array(&w);
	json_begin_array(&w, "regions");
	for (size_t i = 0; i < host->n_regions; i++) {
		if (v->regions[i])
			json_element(&w, region_object(v, i));
	}
	json_end_array(&w);
	json_begin_array(&w, "devices");
	for (size_t i = 0; i < host->n_devices; i++) {
		if (v->devices[i])
			json_element(&w, device_object(v, i));
	}
	json_end_array(&w);
	json_member(&w, "firmware", firmware_object(v));
	if (v->map)
		json_member(&w, "map", map_object(v));
	if (v->fit)
		json_member(&w, "fit", fit_object(v));
	if (v->plan)
		json_member(&w, "plan", plan_object(v));
	if (v->analysis->nested)
		json_member(&w, "guest", guest_object(v));
	if (host->sources[SOURCE_INQUIRIES].state != SOURCE_NOT_ASKED) {
		json_begin_array(&w, "inquiries");
		for (size_t i = 0; i < host->n_inquiries; i++) {
			if (inquiry_is_wanted(v, i))
				json_element(&w, inquiry_object(v, i));
		}
		json_end_array(&w);
	}
	if (v->findings)
		put_findings(&w, v);
	put_unmatched_selectors(&w, v);
	put_sources(&w, host);
	json_member(&w, "exit_status", json_object_new_int(v->exit_status));
	json_end(&w);
}
