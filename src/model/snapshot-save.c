/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/snapshot.h"

#include <stdlib.h>

#include "base/text.h"
#include "model/json.h"
#include "model/snapshot-parts.h"

static struct json_object *save_source(enum source_id id, const struct source *s)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "source", source_name(id));
	json_set_text(o, "state", source_state_name(s->state));
	json_set_int(o, "errno", s->error);
	json_set_text(o, "path", s->path);
	json_set_int(o, "line", s->line);
	json_set_text(o, "detail", s->detail);
	return o;
}

static struct json_object *save_gap(const struct gap *g)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "source", source_name(g->source));
	json_set_text(o, "state", source_state_name(g->state));
	json_set_int(o, "errno", g->error);
	json_set_text(o, "path", g->path);
	json_set_int(o, "line", g->line);
	json_set_int_or_null(o, "group", g->group != NO_GROUP, g->group);
	json_set_text(o, "detail", g->detail);
	return o;
}

static struct json_object *save_kernel(const struct kernel *k)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "release", k->release);
	json_set_int(o, "major", k->major);
	json_set_int(o, "minor", k->minor);
	json_set_text(o, "architecture", k->architecture);
	json_set_int(o, "page_size", (int64_t)k->page_size);
	json_set_text(o, "command_line", k->command_line);
	json_set_address_or_null(o, "taint", k->taint_known, k->taint);
	json_set_text(o, "virtualized", answer_name(k->virtualized));
	json_set_text(o, "hypervisor", k->hypervisor);
	return o;
}

static struct json_object *save_interrupts(const struct interrupts *i)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "remapped", answer_name(i->remapped));
	json_set_text(o, "its", answer_name(i->its));
	json_set_text(o, "gicv2m", answer_name(i->gicv2m));
	return o;
}

static struct json_object *save_iommu(const struct iommu *i)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "name", i->name);
	json_set_text(o, "kind", iommu_kind_name(i->kind));
	json_set_text(o, "driver", i->driver);
	json_set_address_or_null(o, "cap", i->has_cap, i->cap);
	json_set_address_or_null(o, "ecap", i->has_cap, i->ecap);
	json_set_address_or_null(o, "features_first", i->has_features, i->features[0]);
	json_set_address_or_null(o, "features_second", i->has_features, i->features[1]);
	json_set_text(o, "address", i->address);
	json_set_text(o, "version", i->version);
	json_set_int(o, "devices", (int64_t)i->n_devices);
	return o;
}

static struct json_object *save_group(const struct group *g)
{
	struct json_object *o = json_object_new_object();

	json_set_int(o, "id", g->id);
	json_set_text(o, "name", g->name);
	json_set_text(o, "type", domain_type_name(g->type));
	json_set_text(o, "devices_state", source_state_name(g->devices_state));
	json_set_text(o, "regions_state", source_state_name(g->regions_state));
	json_set_int(o, "regions_errno", g->regions_error);
	json_set_int(o, "regions_size", (int64_t)g->regions_size);
	json_set_bool(o, "regions_cut", g->regions_cut);
	return o;
}

static struct json_object *save_region(const struct region *r)
{
	struct json_object *o = json_object_new_object();

	json_set_int(o, "group", r->group);
	json_set_int(o, "line", r->line);
	json_set_address(o, "first", r->range.first);
	json_set_address(o, "last", r->range.last);
	json_set_text(o, "type", region_type_name(r->type));
	json_set_text(o, "word", r->word);
	return o;
}

static struct json_object *save_device(const struct device *d)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "name", d->name);
	json_set_text(o, "link", d->link);
	json_set_text(o, "bus", bus_kind_name(d->bus));
	json_set_int_or_null(o, "group", d->group != NO_GROUP, d->group);
	json_set_int_or_null(o, "class", d->has_ids, d->class_code);
	json_set_int_or_null(o, "vendor", d->has_ids, d->vendor);
	json_set_int_or_null(o, "device", d->has_ids, d->device);
	json_set_int_or_null(o, "subvendor", d->has_ids, d->subvendor);
	json_set_int_or_null(o, "subdevice", d->has_ids, d->subdevice);
	json_set_text(o, "driver", d->driver);
	json_set_bool(o, "driver_unknown", d->driver_unknown);
	json_set_int_or_null(o, "iommu", d->iommu != NO_INDEX, (int64_t)d->iommu);
	json_set_int_or_null(o, "root_bus", d->topology_known, d->root_bus);
	json_set_text(o, "parent", d->parent);
	json_set_text(o, "virtual_function", answer_name(d->is_virtual_function));
	json_set_text(o, "physical_function", d->physical_function);
	json_set_text(o, "removable",
		      d->removable == ANSWER_UNKNOWN ? NULL : answer_name(d->removable));
	json_set_text(o, "vfio_name", d->vfio_name);
	json_set_text(o, "of_node", d->of_node);
	json_set_text(o, "firmware_path", d->firmware_path);
	return o;
}

static struct json_object *save_slot(const struct slot *s)
{
	struct json_object *o = json_object_new_object();
	char address[PCI_ADDRESS_SIZE];

	json_set_text(o, "name", s->name);
	json_set_text(o, "address", pci_address_print(s->address, address));
	json_set_bool(o, "any_device", s->any_device);
	json_set_bool(o, "hotplug", s->hotplug);
	return o;
}

static struct json_object *save_memory(const struct memory *m)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "source", source_name(m->source));
	json_set_address(o, "first", m->range.first);
	json_set_address(o, "last", m->range.last);
	json_set_int(o, "depth", m->depth);
	json_set_int(o, "place", m->place);
	json_set_text(o, "name", m->name);
	return o;
}

static struct json_object *save_parameter(const struct parameter *p)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "module", p->module);
	json_set_text(o, "name", p->name);
	json_set_text(o, "value", p->value);
	return o;
}

static struct json_object *save_log_line(const struct log_line *l)
{
	struct json_object *o = json_object_new_object();

	json_set_int(o, "number", l->number);
	json_set_text(o, "text", l->text);
	return o;
}

static struct json_object *save_interface(const struct interface *i)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "name", i->name);
	json_set_text(o, "device", i->device);
	json_set_text(o, "up", answer_name(i->up));
	json_set_text(o, "default_route", answer_name(i->default_route));
	return o;
}

static struct json_object *save_disk_use(const struct disk_use *u)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "device", u->device);
	json_set_text(o, "block", u->block);
	json_set_text(o, "what", u->what);
	json_set_text(o, "type", u->type);
	return o;
}

static struct json_object *save_holder(const struct holder *h)
{
	struct json_object *o = json_object_new_object();

	json_set_int(o, "pid", h->pid);
	json_set_text(o, "command", h->command);
	json_set_text(o, "holding", holding_name(h->holding));
	json_set_text(o, "what", h->what);
	return o;
}

static struct json_object *save_page_table(const struct page_table *t)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "device", t->device);
	json_set_text(o, "source", source_name(t->source));
	json_set_bool(o, "incomplete", t->incomplete);
	return o;
}

static struct json_object *save_mapping(const struct mapping *m)
{
	struct json_object *o = json_object_new_object();

	json_set_int(o, "table", (int64_t)m->table);
	json_set_address(o, "first", m->iova.first);
	json_set_address(o, "last", m->iova.last);
	json_set_address(o, "physical", m->physical);
	return o;
}

static struct json_object *save_msi_state(const struct msi_state *s)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "device", s->device);
	json_set_text(o, "state", source_state_name(s->state));
	json_set_int(o, "errno", s->error);
	json_set_text(o, "why", s->why);
	json_set_int_or_null(o, "pin", s->has_pin, s->pin);
	json_set_bool(o, "msi_enabled", s->msi.enabled);
	json_set_int_or_null(o, "msi_capable", s->msi.is_there, s->msi.n_capable);
	json_set_int_or_null(o, "msi_vectors", s->msi.is_there, s->msi.n_enabled);
	json_set_address_or_null(o, "msi_address", s->msi.is_there, s->msi.address);
	json_set_int_or_null(o, "msi_data", s->msi.is_there, s->msi.data);
	json_set_bool(o, "msix_enabled", s->msix.enabled);
	json_set_bool(o, "msix_masked", s->msix.masked);
	json_set_int_or_null(o, "msix_vectors", s->msix.is_there, s->msix.n_vectors);
	json_set_int_or_null(o, "msix_bar", s->msix.is_there, s->msix.bar);
	json_set_int_or_null(o, "msix_offset", s->msix.is_there, s->msix.offset);
	json_set_text(o, "table_state", source_state_name(s->table_state));
	json_set_text(o, "table_why", s->table_why);
	return o;
}

static struct json_object *save_msix_entry(const struct msix_entry *e)
{
	struct json_object *o = json_object_new_object();

	json_set_int(o, "state", (int64_t)e->state);
	json_set_int(o, "index", e->index);
	json_set_address(o, "address", e->address);
	json_set_int(o, "data", e->data);
	return o;
}

static struct json_object *save_msi_irq(const struct msi_irq *i)
{
	struct json_object *o = json_object_new_object();

	json_set_int(o, "state", (int64_t)i->state);
	json_set_int(o, "number", i->number);
	json_set_bool(o, "msix", i->is_msix);
	json_set_text(o, "chip", i->chip);
	json_set_text(o, "hwirq", i->hwirq);
	json_set_text(o, "type", i->type);
	json_set_text(o, "actions", i->actions);
	return o;
}

#define SAVE_ARRAY(w, key, host, array, save)                      \
	do {                                                       \
		json_begin_array(w, key);                          \
		for (size_t i_ = 0; i_ < (host)->n_##array; i_++)  \
			json_element(w, save((host)->array + i_)); \
		json_end_array(w);                                 \
	} while (0)

static struct json_object *save_table(const struct table_file *f)
{
	struct json_object *o = json_object_new_object();
	char *hex = f->bytes ? text_of_bytes(f->bytes, f->size) : NULL;

	json_set_text(o, "name", f->name);
	json_set_text(o, "state", source_state_name(f->state));
	json_set_int(o, "errno", f->error);
	json_set_text(o, "bytes", hex);
	free(hex);
	return o;
}

static struct json_object *save_string(char *const *s)
{
	return json_text(*s);
}

void snapshot_save(const struct host *host, FILE *out)
{
	struct json_object *version = json_object_new_array();
	struct json_writer w;

	json_object_array_add(version, json_object_new_int(SNAPSHOT_MAJOR));
	json_object_array_add(version, json_object_new_int(SNAPSHOT_MINOR));
	json_begin(&w, out);
	json_member(&w, "schema", json_text(SNAPSHOT_SCHEMA));
	json_member(&w, "schema_version", version);
	json_member(&w, "tool_version", json_text(PACKAGE_VERSION));
	json_begin_array(&w, "sources");
	for (int id = 0; id < SOURCE_COUNT; id++)
		json_element(&w, save_source((enum source_id)id, &host->sources[id]));
	json_end_array(&w);
	SAVE_ARRAY(&w, "gaps", host, gaps, save_gap);
	json_member(&w, "kernel", save_kernel(&host->kernel));
	json_member(&w, "interrupts", save_interrupts(&host->interrupts));
	json_member(&w, "device_tree", json_object_new_boolean(host->has_device_tree));
	json_member(&w, "iommufd", save_iommufd(&host->iommufd));
	SAVE_ARRAY(&w, "tables", host, tables, save_table);
	SAVE_ARRAY(&w, "nodes", host, nodes, save_string);
	SAVE_ARRAY(&w, "parameters", host, parameters, save_parameter);
	SAVE_ARRAY(&w, "interfaces", host, interfaces, save_interface);
	SAVE_ARRAY(&w, "disk_uses", host, disk_uses, save_disk_use);
	SAVE_ARRAY(&w, "holders", host, holders, save_holder);
	SAVE_ARRAY(&w, "page_tables", host, page_tables, save_page_table);
	SAVE_ARRAY(&w, "mappings", host, mappings, save_mapping);
	SAVE_ARRAY(&w, "msi_states", host, msi_states, save_msi_state);
	SAVE_ARRAY(&w, "msix_entries", host, msix_entries, save_msix_entry);
	SAVE_ARRAY(&w, "msi_irqs", host, msi_irqs, save_msi_irq);
	SAVE_ARRAY(&w, "iommus", host, iommus, save_iommu);
	SAVE_ARRAY(&w, "groups", host, groups, save_group);
	SAVE_ARRAY(&w, "regions", host, regions, save_region);
	SAVE_ARRAY(&w, "devices", host, devices, save_device);
	save_inquiries(&w, host);
	SAVE_ARRAY(&w, "slots", host, slots, save_slot);
	SAVE_ARRAY(&w, "memory", host, memory, save_memory);
	SAVE_ARRAY(&w, "log", host, log, save_log_line);
	json_end(&w);
}
