/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/json.h"
#include "model/snapshot-parts.h"

/* Deeper than any snapshot is: the document, an array, an element, an array in it. */
#define DEPTH_MAX 8

static void load_source(struct loader *l, struct json_object *o, struct host *host)
{
	enum source_id id = SOURCE_KERNEL;
	struct source *s;

	LOAD_WORD(l, o, "source", source_parse, &id);
	s = &host->sources[id];
	if (s->path || s->detail) {
		wrong(l, "source", "is there twice");
		return;
	}
	LOAD_WORD(l, o, "state", source_state_parse, &s->state);
	s->error = (int)load_number(l, o, "errno", 4095, 0);
	s->path = load_text_if(l, o, "path");
	s->line = (unsigned)load_number(l, o, "line", UINT32_MAX, 0);
	s->detail = load_text_if(l, o, "detail");
}

static void load_gap(struct loader *l, struct json_object *o, struct host *host)
{
	struct gap *g = ADD(host, gaps);

	LOAD_WORD(l, o, "source", source_parse, &g->source);
	LOAD_WORD(l, o, "state", source_state_parse, &g->state);
	g->error = (int)load_number(l, o, "errno", 4095, 0);
	g->path = load_text(l, o, "path");
	g->line = (unsigned)load_number(l, o, "line", UINT32_MAX, 0);
	g->group = (uint32_t)load_number(l, o, "group", NO_GROUP - 1, NO_GROUP);
	g->detail = load_text_if(l, o, "detail");
}

static void load_kernel(struct loader *l, struct json_object *o, struct host *host)
{
	struct kernel *k = &host->kernel;

	k->release = load_text_if(l, o, "release");
	k->major = (unsigned)load_number(l, o, "major", 999, 0);
	k->minor = (unsigned)load_number(l, o, "minor", 9999, 0);
	k->architecture = load_text_if(l, o, "architecture");
	k->page_size = load_number(l, o, "page_size", 1 << 20, 0);
	if (k->page_size & (k->page_size - 1))
		wrong(l, "page_size", "is not a power of two");
	k->command_line = load_text_if(l, o, "command_line");
	k->taint_known = load_address_if(l, o, "taint", &k->taint);
	LOAD_WORD(l, o, "virtualized", answer_parse, &k->virtualized);
	k->hypervisor = load_text_if(l, o, "hypervisor");
}

static void load_interrupts(struct loader *l, struct json_object *o, struct host *host)
{
	LOAD_WORD(l, o, "remapped", answer_parse, &host->interrupts.remapped);
	LOAD_WORD(l, o, "its", answer_parse, &host->interrupts.its);
	LOAD_WORD(l, o, "gicv2m", answer_parse, &host->interrupts.gicv2m);
}

static void load_iommu(struct loader *l, struct json_object *o, struct host *host)
{
	struct iommu *i = ADD(host, iommus);
	bool has_ecap;

	i->name = load_text(l, o, "name");
	LOAD_WORD(l, o, "kind", iommu_kind_parse, &i->kind);
	i->driver = load_text_if(l, o, "driver");
	i->has_cap = load_address_if(l, o, "cap", &i->cap);
	has_ecap = load_address_if(l, o, "ecap", &i->ecap);
	i->has_cap = i->has_cap && has_ecap;
	i->has_features = load_address_if(l, o, "features_first", &i->features[0]);
	if (i->has_features)
		i->features[1] = load_address(l, o, "features_second");
	i->address = load_text_if(l, o, "address");
	i->version = load_text_if(l, o, "version");
	i->n_devices = load_number(l, o, "devices", UINT32_MAX, 0);
}

static void load_group(struct loader *l, struct json_object *o, struct host *host)
{
	struct group *g = ADD(host, groups);

	g->id = (uint32_t)load_number(l, o, "id", NO_GROUP - 1, NO_GROUP);
	if (g->id == NO_GROUP)
		wrong(l, "id", "is missing");
	g->name = load_text_if(l, o, "name");
	LOAD_WORD(l, o, "type", domain_type_parse, &g->type);
	LOAD_WORD(l, o, "devices_state", source_state_parse, &g->devices_state);
	LOAD_WORD(l, o, "regions_state", source_state_parse, &g->regions_state);
	g->regions_error = (int)load_number(l, o, "regions_errno", 4095, 0);
	g->regions_size = load_number(l, o, "regions_size", UINT32_MAX, 0);
	g->regions_cut = load_bool(l, o, "regions_cut");
}

static void load_region(struct loader *l, struct json_object *o, struct host *host)
{
	struct region *r = ADD(host, regions);

	r->group = (uint32_t)load_number(l, o, "group", NO_GROUP - 1, NO_GROUP);
	r->line = (unsigned)load_number(l, o, "line", UINT32_MAX, 0);
	r->range.first = load_address(l, o, "first");
	r->range.last = load_address(l, o, "last");
	LOAD_WORD(l, o, "type", region_type_parse, &r->type);
	r->word = load_text_if(l, o, "word");
	if (!r->word == (r->type == REGION_UNKNOWN))
		wrong(l, "word", "does not go with the type");
}

static void load_device(struct loader *l, struct json_object *o, struct host *host)
{
	struct device *d = ADD(host, devices);
	struct json_object *v;

	d->name = load_text(l, o, "name");
	d->link = load_text_if(l, o, "link");
	LOAD_WORD(l, o, "bus", bus_kind_parse, &d->bus);
	if (d->bus == BUS_PCI && !pci_address_parse(d->name, &d->address))
		wrong(l, "name", "is not a PCI address");
	d->group = (uint32_t)load_number(l, o, "group", NO_GROUP - 1, NO_GROUP);
	d->has_ids = has_member(l, o, "class", &v);
	d->class_code = (uint32_t)load_number(l, o, "class", 0xffffff, 0);
	d->vendor = (uint16_t)load_number(l, o, "vendor", UINT16_MAX, 0);
	d->device = (uint16_t)load_number(l, o, "device", UINT16_MAX, 0);
	d->subvendor = (uint16_t)load_number(l, o, "subvendor", UINT16_MAX, 0);
	d->subdevice = (uint16_t)load_number(l, o, "subdevice", UINT16_MAX, 0);
	d->driver = load_text_if(l, o, "driver");
	d->driver_unknown = load_bool(l, o, "driver_unknown");
	d->iommu = NO_INDEX;
	if (has_member(l, o, "iommu", &v)) {
		d->iommu = load_number(l, o, "iommu", UINT32_MAX, 0);
		if (d->iommu >= host->n_iommus)
			wrong(l, "iommu", "is not one of the iommus");
	}
	d->topology_known = has_member(l, o, "root_bus", &v);
	d->root_bus = (uint8_t)load_number(l, o, "root_bus", UINT8_MAX, 0);
	d->parent = load_text_if(l, o, "parent");
	LOAD_WORD(l, o, "virtual_function", answer_parse, &d->is_virtual_function);
	d->physical_function = load_text_if(l, o, "physical_function");
	if (has_member(l, o, "removable", &v))
		LOAD_WORD(l, o, "removable", answer_parse, &d->removable);
	d->vfio_name = load_text_if(l, o, "vfio_name");
	d->of_node = load_text_if(l, o, "of_node");
	d->firmware_path = load_text_if(l, o, "firmware_path");
}

static void load_table(struct loader *l, struct json_object *o, struct host *host)
{
	struct table_file *f = ADD(host, tables);
	const char *hex = load_string(l, o, "bytes", false);

	f->name = load_text(l, o, "name");
	LOAD_WORD(l, o, "state", source_state_parse, &f->state);
	f->error = (int)load_number(l, o, "errno", 4095, 0);
	if (!hex)
		return;
	f->bytes = text_to_bytes(hex, &f->size);
	if (!f->bytes)
		wrong(l, "bytes", "are not pairs of hexadecimal digits");
}

static void load_slot(struct loader *l, struct json_object *o, struct host *host)
{
	struct slot *s = ADD(host, slots);
	const char *address = load_string(l, o, "address", true);

	s->name = load_text(l, o, "name");
	if (address && !pci_address_parse(address, &s->address))
		wrong(l, "address", "is not a PCI address");
	s->any_device = load_bool(l, o, "any_device");
	s->hotplug = load_bool(l, o, "hotplug");
}

static void load_memory(struct loader *l, struct json_object *o, struct host *host)
{
	struct memory *m = ADD(host, memory);

	LOAD_WORD(l, o, "source", source_parse, &m->source);
	m->range.first = load_address(l, o, "first");
	m->range.last = load_address(l, o, "last");
	m->depth = (unsigned)load_number(l, o, "depth", 64, 0);
	m->place = (unsigned)load_number(l, o, "place", UINT32_MAX, 0);
	m->name = load_text(l, o, "name");
}

static void load_parameter(struct loader *l, struct json_object *o, struct host *host)
{
	struct parameter *p = ADD(host, parameters);

	p->module = load_text(l, o, "module");
	p->name = load_text(l, o, "name");
	p->value = load_text(l, o, "value");
}

static void load_log_line(struct loader *l, struct json_object *o, struct host *host)
{
	struct log_line *line = ADD(host, log);

	line->number = (unsigned)load_number(l, o, "number", UINT32_MAX, 0);
	line->text = load_text(l, o, "text");
}

static void load_interface(struct loader *l, struct json_object *o, struct host *host)
{
	struct interface *i = ADD(host, interfaces);

	i->name = load_text(l, o, "name");
	i->device = load_text(l, o, "device");
	LOAD_WORD(l, o, "up", answer_parse, &i->up);
	LOAD_WORD(l, o, "default_route", answer_parse, &i->default_route);
}

static void load_disk_use(struct loader *l, struct json_object *o, struct host *host)
{
	struct disk_use *u = ADD(host, disk_uses);

	if (l->index >= DISK_USES_MAX)
		wrong(l, "what", "is one disk in use too many");
	u->device = load_text_if(l, o, "device");
	u->block = load_text_if(l, o, "block");
	u->what = load_text(l, o, "what");
	u->type = load_text(l, o, "type");
}

static void load_holder(struct loader *l, struct json_object *o, struct host *host)
{
	struct holder *h = ADD(host, holders);

	h->pid = (uint32_t)load_number(l, o, "pid", UINT32_MAX, 0);
	h->command = load_text(l, o, "command");
	LOAD_WORD(l, o, "holding", holding_parse, &h->holding);
	h->what = load_text(l, o, "what");
}

static void load_page_table(struct loader *l, struct json_object *o, struct host *host)
{
	struct page_table *t = ADD(host, page_tables);

	t->device = load_text(l, o, "device");
	LOAD_WORD(l, o, "source", source_parse, &t->source);
	t->incomplete = load_bool(l, o, "incomplete");
}

static void load_mapping(struct loader *l, struct json_object *o, struct host *host)
{
	struct mapping m = { 0 };

	m.table = load_number(l, o, "table", UINT32_MAX, UINT32_MAX);
	m.iova.first = load_address(l, o, "first");
	m.iova.last = load_address(l, o, "last");
	m.physical = load_address(l, o, "physical");
	if (m.table >= host->n_page_tables)
		wrong(l, "table", "is not one of the page tables");
	else
		*ADD(host, mappings) = m;
}

/* A power of two up to 32, as the three bits of the capability have it. */
static unsigned load_vectors(struct loader *l, struct json_object *o, const char *key)
{
	unsigned n = (unsigned)load_number(l, o, key, 32, 1);

	if (!n || n & (n - 1))
		wrong(l, key, "is not a number of MSI vectors");
	return n;
}

static void load_msi_state(struct loader *l, struct json_object *o, struct host *host)
{
	struct msi_state *s = ADD(host, msi_states);
	struct json_object *v;

	s->device = load_text(l, o, "device");
	LOAD_WORD(l, o, "state", source_state_parse, &s->state);
	s->error = (int)load_number(l, o, "errno", 4095, 0);
	s->why = load_text_if(l, o, "why");
	s->has_pin = has_member(l, o, "pin", &v);
	s->pin = (unsigned)load_number(l, o, "pin", UINT8_MAX, 0);
	s->msi.is_there = load_address_if(l, o, "msi_address", &s->msi.address);
	s->msi.enabled = load_bool(l, o, "msi_enabled");
	s->msi.n_capable = load_vectors(l, o, "msi_capable");
	s->msi.n_enabled = load_vectors(l, o, "msi_vectors");
	s->msi.data = (uint16_t)load_number(l, o, "msi_data", UINT16_MAX, 0);
	s->msix.is_there = has_member(l, o, "msix_bar", &v);
	s->msix.enabled = load_bool(l, o, "msix_enabled");
	s->msix.masked = load_bool(l, o, "msix_masked");
	s->msix.n_vectors = (unsigned)load_number(l, o, "msix_vectors", 2048, 0);
	s->msix.bar = (unsigned)load_number(l, o, "msix_bar", 7, 0);
	s->msix.offset = (uint32_t)load_number(l, o, "msix_offset", UINT32_MAX, 0);
	LOAD_WORD(l, o, "table_state", source_state_parse, &s->table_state);
	s->table_why = load_text_if(l, o, "table_why");
}

/*
 * The element of msi_states that another one belongs to: the same as of the one before,
 * or a later one.
 */
static size_t load_msi_owner(struct loader *l, struct json_object *o,
			     const struct host *host, size_t before)
{
	uint64_t state = load_number(l, o, "state", UINT32_MAX, UINT32_MAX);

	if (state >= host->n_msi_states)
		wrong(l, "state", "is not one of the MSI states");
	else if (state < before)
		wrong(l, "state", "is out of order");
	return state;
}

static void load_msix_entry(struct loader *l, struct json_object *o, struct host *host)
{
	struct msix_entry *e = ADD(host, msix_entries);
	const struct msix_entry *before = l->index ? e - 1 : NULL;

	e->state = load_msi_owner(l, o, host, before ? before->state : 0);
	e->index = (unsigned)load_number(l, o, "index", 2047, 0);
	if (before && before->state == e->state && before->index >= e->index)
		wrong(l, "index", "is out of order");
	e->address = load_address(l, o, "address");
	e->data = (uint32_t)load_number(l, o, "data", UINT32_MAX, 0);
}

static void load_msi_irq(struct loader *l, struct json_object *o, struct host *host)
{
	struct msi_irq *i = ADD(host, msi_irqs);

	i->state = load_msi_owner(l, o, host, l->index ? (i - 1)->state : 0);
	i->number = (unsigned)load_number(l, o, "number", UINT32_MAX, 0);
	i->is_msix = load_bool(l, o, "msix");
	i->chip = load_text_if(l, o, "chip");
	i->hwirq = load_text_if(l, o, "hwirq");
	i->type = load_text_if(l, o, "type");
	i->actions = load_text_if(l, o, "actions");
}

/*
 * The arrays of objects, in an order in which each refers only to earlier ones. since:
 * the minor version that brought it; older snapshots do not have it, and their source was
 * not asked.
 */
static const struct {
	const char *key;
	unsigned since;
	void (*load)(struct loader *l, struct json_object *o, struct host *host);
} arrays[] = {
	{ "sources", 0, load_source },
	{ "gaps", 0, load_gap },
	{ "tables", 0, load_table },
	{ "parameters", 0, load_parameter },
	{ "interfaces", 0, load_interface },
	{ "disk_uses", 2, load_disk_use },
	{ "holders", 1, load_holder },
	{ "page_tables", 1, load_page_table },
	{ "mappings", 1, load_mapping },
	{ "msi_states", 1, load_msi_state },
	{ "msix_entries", 1, load_msix_entry },
	{ "msi_irqs", 1, load_msi_irq },
	{ "iommus", 0, load_iommu },
	{ "groups", 0, load_group },
	{ "regions", 0, load_region },
	{ "devices", 0, load_device },
	{ "slots", 1, load_slot },
	{ "memory", 0, load_memory },
	{ "log", 0, load_log_line },
};

struct json_object *find_array(struct loader *l, struct json_object *document,
			       const char *key, unsigned since)
{
	struct json_object *array;

	l->array = NULL;
	if (!json_object_object_get_ex(document, key, &array)) {
		if (l->minor >= since)
			wrong(l, key, "is missing");
		return NULL;
	}
	if (json_object_is_type(array, json_type_array))
		return array;
	wrong(l, key, "is not an array");
	return NULL;
}

static void load_arrays(struct loader *l, struct json_object *document, struct host *host)
{
	for (size_t a = 0; a < ARRAY_SIZE(arrays); a++) {
		struct json_object *array =
			find_array(l, document, arrays[a].key, arrays[a].since);
		size_t n = array ? json_object_array_length(array) : 0;

		for (size_t i = 0; i < n && !l->error; i++) {
			struct json_object *o = json_object_array_get_idx(array, i);

			l->array = arrays[a].key;
			l->index = i;
			if (json_object_is_type(o, json_type_object))
				arrays[a].load(l, o, host);
			else
				wrong(l, "", "is not an object");
		}
	}
	l->array = NULL;
}

/* An array of strings; the caller owns them and the array. */
static char **load_strings(struct loader *l, struct json_object *document,
			   const char *key, size_t *n)
{
	struct json_object *array = find_array(l, document, key, 0);
	size_t length = array ? json_object_array_length(array) : 0;
	char **strings = xcalloc(length ? length : 1, sizeof(char *));

	*n = 0;
	for (size_t i = 0; i < length; i++) {
		struct json_object *v = json_object_array_get_idx(array, i);

		if (!json_object_is_type(v, json_type_string)) {
			wrong(l, key, "holds something that is not a string");
			break;
		}
		strings[(*n)++] = xstrdup(json_object_get_string(v));
	}
	return strings;
}

static void load_object(struct loader *l, struct json_object *document, const char *key,
			struct host *host,
			void (*load)(struct loader *l, struct json_object *o,
				     struct host *host))
{
	struct json_object *o;

	if (json_object_object_get_ex(document, key, &o) &&
	    json_object_is_type(o, json_type_object))
		load(l, o, host);
	else
		wrong(l, key, "is not an object");
}

static void check_header(struct loader *l, struct json_object *document)
{
	const char *schema = load_string(l, document, "schema", true);
	struct json_object *version, *major, *minor;

	if (schema && !strcmp(schema, "iommu-resv") && !l->error)
		l->error =
			xstrdup("it is a report, as -J prints it; make a snapshot with "
				"iommu-resv snapshot");
	if (schema && strcmp(schema, SNAPSHOT_SCHEMA))
		wrong(l, "schema", "is not \"" SNAPSHOT_SCHEMA "\"");
	if (!json_object_object_get_ex(document, "schema_version", &version) ||
	    !json_object_is_type(version, json_type_array) ||
	    json_object_array_length(version) != 2) {
		wrong(l, "schema_version", "is not [major, minor]");
		return;
	}
	major = json_object_array_get_idx(version, 0);
	if (!json_object_is_type(major, json_type_int) ||
	    json_object_get_int(major) != SNAPSHOT_MAJOR)
		wrong(l, "schema_version", "is of another major version");
	minor = json_object_array_get_idx(version, 1);
	if (json_object_is_type(minor, json_type_int) && json_object_get_int(minor) >= 0)
		l->minor = (unsigned)json_object_get_int(minor);
	else
		wrong(l, "schema_version", "is not [major, minor]");
}

static void load_document(struct loader *l, struct json_object *document,
			  struct host *host)
{
	check_header(l, document);
	if (l->error)
		return;
	load_object(l, document, "kernel", host, load_kernel);
	load_object(l, document, "interrupts", host, load_interrupts);
	host->has_device_tree = load_bool(l, document, "device_tree");
	host->nodes = load_strings(l, document, "nodes", &host->n_nodes);
	load_arrays(l, document, host);
	load_iommufd(l, document, host);
	if (!l->error && !host_finish(host))
		wrong(l, "groups", "do not fit the regions and devices");
	if (!l->error)
		load_inquiries(l, document, host);
}

int snapshot_load(const char *text, size_t len, const char *path, struct host *host,
		  char **error)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *document = NULL;
	struct loader l = { 0 };

	host_init(host);
	*error = NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	if (len <= INT32_MAX)
		document = json_tokener_parse_ex(tokener, text, (int)len);
	if (!len)
		l.error = xstrdup("it is empty");
	else if (!document && json_tokener_get_error(tokener) == json_tokener_continue)
		l.error = text_format("byte %zu: it ends too early", len);
	else if (!document || !json_object_is_type(document, json_type_object))
		l.error =
			text_format("byte %zu: %s", json_tokener_get_parse_end(tokener),
				    document ? "not an object"
					     : json_tokener_error_desc(
						       json_tokener_get_error(tokener)));
	else
		load_document(&l, document, host);
	json_object_put(document);
	json_tokener_free(tokener);
	if (l.error) {
		host_clear(host);
		*error = l.error;
		return -EBADMSG;
	}
	host->origin = ORIGIN_SNAPSHOT;
	host->origin_path = xstrdup(path);
	return 0;
}
