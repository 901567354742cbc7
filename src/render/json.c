/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON document: src/data/iommu-resv.schema.json describes it. */
#include "model/json.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/allocator.h"
#include "base/cleanup.h"
#include "base/message.h"
#include "base/text.h"

#include "render/assign.h"
#include "render/guest.h"
#include "render/inquiry.h"
#include "render/json.h"
#include "render/map.h"
#include "render/msi.h"
#include "render/view.h"

#define SCHEMA_MAJOR 1
#define SCHEMA_MINOR 5

static void set_tristate(struct json_object *o, const char *key, enum tristate value)
{
	if (value != TRISTATE_UNKNOWN)
		json_set_bool(o, key, value == TRISTATE_YES);
}

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
	set_tristate(o, "virtualized", k->virtualized);
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
	set_tristate(o, "pass_through", iv->pass_through);
	set_tristate(o, "cache_coherent", c->coherent);
	json_set_text(o, "cache_coherent_evidence", c->why);
	json_set_int(o, "devices", (int64_t)i->n_devices);
	return o;
}

static struct json_object *holder_object(const struct view *v, const struct group *g)
{
	size_t index = v->analysis->groups[group_index(v->host, g)].holder;
	const struct holder *h = &v->host->holders[index];
	struct json_object *o = json_object_new_object();

	json_set_int(o, "pid", h->pid);
	json_set_text(o, "command", h->command);
	json_set_text(o, "holding", holding_name(h->holding));
	json_set_text(o, "what", h->what);
	return o;
}

/* What kernel drivers get beside the lists of sysfs; nothing where it is not known. */
static void set_allocator(struct json_object *o, const struct view *v,
			  const struct group *g)
{
	cleanup(allocator_clear) struct allocator l;
	struct json_object *kept, *usable;

	if (!allocator_of(v->host, v->analysis, g, &l) || !l.known)
		return;
	kept = json_object_new_array();
	usable = json_object_new_array();
	for (size_t i = 0; i < l.n_kept; i++) {
		struct json_object *k = range_object(l.kept[i].range);

		json_set_text(k, "kind", kept_kind_name(l.kept[i].kind));
		if (l.kept[i].line)
			json_set_int(k, "line", l.kept[i].line);
		json_set_text_if(k, "node", l.kept[i].node);
		json_object_array_add(kept, k);
	}
	for (size_t i = 0; i < l.usable.n_range; i++)
		json_object_array_add(usable, range_object(l.usable.range[i]));
	json_object_object_add(o, "allocator_reserved", kept);
	json_object_object_add(o, "allocator_ranges", usable);
}

static struct json_object *group_object(const struct view *v, const struct group *g)
{
	struct json_object *o = json_object_new_object();
	struct json_object *devices = json_object_new_array();

	json_set_int(o, "id", g->id);
	if (g->type != DOMAIN_NOT_READ)
		json_set_text(o, "type", domain_type_name(g->type));
	json_set_text(o, "name", g->name);
	json_set_text(o, "regions_state", source_state_name(g->regions_state));
	for (size_t i = 0; i < g->n_devices; i++)
		json_object_array_add(
			devices, json_text(v->host->devices[g->first_device + i].name));
	json_object_object_add(o, "devices", devices);
	if (v->analysis->groups[group_index(v->host, g)].holder != NO_INDEX)
		json_object_object_add(o, "held_by", holder_object(v, g));
	set_allocator(o, v, g);
	return o;
}

static struct json_object *coverage_object(const struct view *v, const struct demand *d)
{
	struct json_object *o = range_object(d->asked);
	struct json_object *lost = json_object_new_array();

	json_set_text(o, "type", region_type_name(d->type));
	json_set_text(o, "state", coverage_name(d->coverage));
	if (d->loss != LOSS_NOTHING) {
		struct json_object *l = range_object(d->lost);

		json_set_text(l, "reason", loss_text(d->loss));
		json_object_array_add(lost, l);
	}
	json_object_object_add(o, "lost", lost);
	json_set_bool(o, "allocator_unaware", d->reuser != NO_INDEX);
	if (d->proof != PROOF_NONE)
		json_set_text(o, "proof", proof_name(d->proof));
	if (d->contradicted)
		json_set_bool(o, "contradicted", true);
	if (d->claim != NO_INDEX) {
		cleanup_free char *entry =
			claim_text(v->analysis, &v->analysis->firmware.claims[d->claim]);

		json_set_text(o, "entry", entry);
	}
	return o;
}

static struct json_object *identity_object(const struct view *v, const struct device *d)
{
	const struct demands *demands = &v->analysis->demands;
	const struct demand_slice slice = demands->of_device[device_index(v->host, d)];
	const struct identity *id = &v->analysis->identity[device_index(v->host, d)];
	struct json_object *o = json_object_new_object();

	json_set_text(o, "required", requirement_name(id->required));
	json_set_text(o, "required_evidence", id->why);
	json_set_text(o, "provided_by", provider_name(id->provider));
	if (id->required != REQUIRED_UNKNOWN && d->group != NO_GROUP) {
		struct json_object *coverage = json_object_new_array();

		for (size_t i = 0; i < slice.n; i++)
			json_object_array_add(
				coverage,
				coverage_object(v, &demands->list[slice.first + i]));
		json_object_object_add(o, "coverage", coverage);
	}
	json_set_text(o, "proof", proof_name(id->proof));
	return o;
}

static bool will_attach(const struct answer *answer)
{
	return answer->verdict == VERDICT_OK || answer->verdict == VERDICT_OK_BUT;
}

static struct json_object *obstacles_array(const struct view *v,
					   const struct assignment *a)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < a->n_obstacles; i++) {
		const struct obstacle *b = &a->obstacles[i];
		struct json_object *o = json_object_new_object();

		json_set_text(o, "kind", obstacle_name(b->kind));
		json_set_text(o, "errno", errno_name(b->error));
		json_set_text(o, "call", b->call);
		json_set_text(o, "log", b->log);
		json_set_bool(o, "final", obstacle_is_final(b));
		json_set_text(o, "reason", b->why);
		json_set_text(o, "behaviour", behaviours[b->behaviour].id);
		json_set_text(o, "known_by", decided_by_name(b->known_by));
		if (b->device != NO_INDEX)
			json_set_text(o, "device", v->host->devices[b->device].name);
		if (b->claim != NO_INDEX) {
			cleanup_free char *entry = claim_text(
				v->analysis, &v->analysis->firmware.claims[b->claim]);

			json_set_text(o, "entry", entry);
		}
		json_object_array_add(array, o);
	}
	return array;
}

static struct json_object *assign_object(const struct view *v, const struct device *d)
{
	const struct assignment *a = &v->analysis->assign[device_index(v->host, d)];
	const struct group *g = host_group(v->host, d->group);
	struct json_object *o = json_object_new_object();
	cleanup(ranges_clear) struct ranges ranges = { 0 };
	struct json_object *list;
	bool end_known;

	json_object_object_add(o, "vfio", answer_object(v, &a->vfio));
	json_object_object_add(o, "iommufd", answer_object(v, &a->iommufd));
	json_object_object_add(o, "obstacles", obstacles_array(v, a));
	if (!g || !(will_attach(&a->vfio) || will_attach(&a->iommufd)))
		return o;
	end_known = usable_iova(v->host, v->analysis, g, &ranges);
	list = json_object_new_array();
	for (size_t i = 0; i < ranges.n_range; i++)
		json_object_array_add(list, range_object(ranges.range[i]));
	json_object_object_add(o, "iova_ranges", list);
	json_set_bool(o, "iova_end_known", end_known);
	return o;
}

static void set_hex(struct json_object *o, const char *key, int digits, unsigned value)
{
	cleanup_free char *s = text_format("%0*x", digits, value);

	json_set_text(o, key, s);
}

static struct json_object *interfaces_array(const struct host *host,
					    const struct device *d)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < host->n_interfaces; i++) {
		const struct interface *f = &host->interfaces[i];
		struct json_object *o;

		if (!f->device || strcmp(f->device, d->name))
			continue;
		o = json_object_new_object();
		json_set_text(o, "name", f->name);
		set_tristate(o, "up", f->up);
		set_tristate(o, "default_route", f->default_route);
		json_object_array_add(array, o);
	}
	return array;
}

static struct json_object *device_object(const struct view *v, const struct device *d)
{
	const struct device_view *dv = &v->analysis->devices[device_index(v->host, d)];
	struct json_object *o = json_object_new_object();
	struct json_object *nodes;

	json_set_text(o, "name", d->name);
	json_set_text(o, "bus", bus_kind_name(d->bus));
	if (d->group == NO_GROUP)
		json_set_text(o, "group", NULL);
	else
		json_set_int(o, "group", d->group);
	if (!d->driver_unknown)
		json_set_text(o, "driver", d->driver);
	if (d->has_ids) {
		set_hex(o, "class", 6, d->class_code);
		set_hex(o, "vendor", 4, d->vendor);
		set_hex(o, "device", 4, d->device);
		set_hex(o, "subsystem_vendor", 4, d->subvendor);
		set_hex(o, "subsystem_device", 4, d->subdevice);
	}
	nodes = device_nodes_array(v->host, d);
	if (nodes)
		json_object_object_add(o, "nodes", nodes);
	json_set_text(o, "iommu",
		      d->iommu == NO_INDEX ? NULL : v->host->iommus[d->iommu].name);
	set_tristate(o, "virtual_function", d->is_virtual_function);
	json_set_text_if(o, "physical_function", d->physical_function);
	if (d->dma_bits)
		json_set_int(o, "dma_mask_bits", d->dma_bits);
	if (v->host->sources[SOURCE_NETWORK].state == SOURCE_READ)
		json_object_object_add(o, "interfaces", interfaces_array(v->host, d));
	json_set_bool(o, "for_user", dv->for_user);
	json_object_object_add(o, "identity", identity_object(v, d));
	json_object_object_add(o, "assign", assign_object(v, d));
	if (v->analysis->msi[device_index(v->host, d)].state)
		json_object_object_add(o, "msi", msi_object(v, d));
	return o;
}

static struct json_object *entry_object(const struct view *v, size_t index)
{
	const struct analysis *a = v->analysis;
	const struct entry *e = &a->firmware.entries[index];
	const struct entry_outcome *outcome = &a->outcomes.of_entry[index];
	struct json_object *o = json_object_new_object();
	struct json_object *devices = json_object_new_array();
	cleanup_free char *text = entry_text(a, e);

	json_set_text(o, "origin", e->table->word);
	json_set_int(o, "number", e->number);
	if (e->table->part)
		json_set_int(o, "part", e->part);
	json_set_text(o, "text", text);
	json_object_object_add(o, "written", range_object(e->written));
	json_object_object_add(o, "listed", e->ignored ? NULL : range_object(e->listed));
	json_set_text(o, "type", region_type_name(outcome->type));
	json_set_text(o, "state", entry_state_name(outcome->state));
	json_set_text_if(o, "why", outcome->why);
	for_each_claim_of(c, &a->firmware, e) json_object_array_add(
		devices, json_text(v->host->devices[c->device].name));
	json_object_object_add(o, "devices", devices);
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

void json_begin_document(struct json_writer *w, FILE *out)
{
	struct json_object *version = json_object_new_array();

	json_object_array_add(version, json_object_new_int(SCHEMA_MAJOR));
	json_object_array_add(version, json_object_new_int(SCHEMA_MINOR));
	json_begin(w, out);
	json_member(w, "schema", json_text("iommu-resv"));
	json_member(w, "schema_version", version);
	json_member(w, "tool_version", json_text(PACKAGE_VERSION));
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
			json_element(&w, group_object(v, &host->groups[i]));
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
			json_element(&w, device_object(v, &host->devices[i]));
	}
	json_end_array(&w);
	json_member(&w, "firmware", firmware_object(v));
	if (v->map)
		json_member(&w, "map", map_object(v));
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
