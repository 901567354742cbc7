/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device: sections of `show` and of its object in JSON. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "render/color.h"
#include "render/json.h"
#include "render/lines.h"
#include "render/msi.h"
#include "render/pci-names.h"
#include "render/sections.h"
#include "render/show.h"

static const struct device *device_of(const struct view *v, size_t device)
{
	return &v->host->devices[device];
}

static void set_hex(struct json_object *o, const char *key, int digits, unsigned value)
{
	cleanup_free char *s = text_format("%0*x", digits, value);

	json_set_text(o, key, s);
}

/* --- What it is --- */

static void tell_ids(struct telling *t, const struct device *d)
{
	put_as(t, "Ids", "class %06x, %04x:%04x, subsystem %04x:%04x", d->class_code,
	       d->vendor, d->device, d->subvendor, d->subdevice);
	set_hex(t->o, "class", 6, d->class_code);
	set_hex(t->o, "vendor", 4, d->vendor);
	set_hex(t->o, "device", 4, d->device);
	set_hex(t->o, "subsystem_vendor", 4, d->subvendor);
	set_hex(t->o, "subsystem_device", 4, d->subdevice);
}

static void tell_names(struct telling *t, size_t device)
{
	const struct device *d = device_of(t->view, device);

	json_set_text(t->o, "name", d->name);
	json_set_text(t->o, "bus", bus_kind_name(d->bus));
	if (d->group == NO_GROUP)
		json_set_text(t->o, "group", NULL);
	else
		json_set_int(t->o, "group", d->group);
	if (!d->driver_unknown)
		json_set_text(t->o, "driver", d->driver);
	if (d->has_ids)
		tell_ids(t, d);
	put_as(t, "Driver", "%s",
	       d->driver	   ? d->driver
	       : d->driver_unknown ? "unknown"
				   : "none");
}

/* Says a node, if it is there; takes the name. */
static void tell_node(struct telling *t, struct json_object *array, char *name)
{
	cleanup_free char *node = name;
	cleanup_free char *path = text_format("/dev/%s", name);

	if (!host_has_node(t->view->host, node))
		return;
	put_line(t, "%s", path);
	json_object_array_add(array, json_text(path));
}

/* Through which a VFIO driver gives it to its user: its group's, and its own. */
static void tell_nodes(struct telling *t, size_t device)
{
	const struct host *host = t->view->host;
	const struct device *d = device_of(t->view, device);
	struct json_object *array;

	if (!device_is_bound_to_vfio(d) ||
	    host->sources[SOURCE_DEVICE_NODES].state != SOURCE_READ)
		return;
	array = json_object_new_array();
	if (d->group != NO_GROUP)
		tell_node(t, array, text_format("vfio/%u", (unsigned)d->group));
	if (d->vfio_name)
		tell_node(t, array, text_format("vfio/devices/%s", d->vfio_name));
	json_object_object_add(t->o, "nodes", array);
}

static void tell_place(struct telling *t, size_t device)
{
	const struct device *d = device_of(t->view, device);
	const char *iommu =
		d->iommu == NO_INDEX ? NULL : t->view->host->iommus[d->iommu].name;

	if (iommu)
		put_as(t, "IOMMU", "%s", iommu);
	json_set_text(t->o, "iommu", iommu);
	json_set_tristate(t->o, "virtual_function", d->is_virtual_function);
	if (d->physical_function)
		put_as(t, "VF of", "%s", d->physical_function);
	json_set_text_if(t->o, "physical_function", d->physical_function);
	if (!d->dma_bits)
		return;
	put_as(t, "DMA mask", "%u bits of address (dma_mask_bits, its driver's)",
	       d->dma_bits);
	json_set_int(t->o, "dma_mask_bits", d->dma_bits);
}

static void put_interface(struct telling *t, const struct interface *f)
{
	put_line(t, "%s, %s%s", f->name,
		 f->up == TRISTATE_YES	? "up"
		 : f->up == TRISTATE_NO ? "down"
					: "state unknown",
		 f->default_route == TRISTATE_YES
			 ? "; the default route of this host runs over it"
			 : "");
}

static struct json_object *interface_object(const struct interface *f)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "name", f->name);
	json_set_tristate(o, "up", f->up);
	json_set_tristate(o, "default_route", f->default_route);
	return o;
}

static void tell_interfaces(struct telling *t, size_t device)
{
	const struct host *host = t->view->host;
	const struct device *d = device_of(t->view, device);
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < host->n_interfaces; i++) {
		const struct interface *f = &host->interfaces[i];

		if (!text_equals(f->device, d->name))
			continue;
		put_interface(t, f);
		json_object_array_add(array, interface_object(f));
	}
	if (host->sources[SOURCE_NETWORK].state == SOURCE_READ)
		json_object_object_add(t->o, "interfaces", array);
	else
		json_object_put(array);
}

static void set_user(struct telling *t, size_t device)
{
	json_set_bool(t->o, "for_user", t->view->analysis->devices[device].for_user);
}

/* --- What it must find identity-mapped --- */

static void put_demand(struct telling *t, const struct demand *d)
{
	const struct analysis *a = t->view->analysis;
	struct text line = { 0 };

	text_printf(&line, "0x%" PRIx64 "-0x%" PRIx64 " %s: %s", d->asked.first,
		    d->asked.last, region_type_name(d->type), coverage_name(d->coverage));
	if (d->loss != LOSS_NOTHING)
		text_printf(&line, ", lost 0x%" PRIx64 "-0x%" PRIx64 " (%s)",
			    d->lost.first, d->lost.last, loss_text(d->loss));
	if (d->proof != PROOF_NONE)
		text_printf(&line, " (seen in the %s)",
			    d->proof == PROOF_TRACE ? "trace of maps"
			    : d->proof == PROOF_LOG ? "log: a DMA fault"
						    : "page table");
	if (d->reuser != NO_INDEX)
		text_add(&line, "; other devices of the group may be given these "
				"addresses for their DMA");
	if (d->claim != NO_INDEX) {
		cleanup_free char *entry = claim_text(a, &a->firmware.claims[d->claim]);

		text_printf(&line, "; %s", entry);
	}
	put_text(t, &line);
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
	json_set_entry(o, v, d->claim);
	return o;
}

static struct json_object *tell_demands(struct telling *t, struct demand_slice slice)
{
	const struct demand *list = t->view->analysis->demands.list;
	struct json_object *array = json_object_new_array();

	t->label = "Ranges";
	for (size_t i = slice.first; i < slice.first + slice.n; i++) {
		put_demand(t, &list[i]);
		json_object_array_add(array, coverage_object(t->view, &list[i]));
	}
	return array;
}

static void tell_identity(struct telling *t, size_t device)
{
	const struct analysis *a = t->view->analysis;
	const struct identity *id = &a->identity[device];
	struct json_object *coverage;

	put_line(t, "needed: %s, %s", requirement_name(id->required), id->why);
	put_line(t, "provided by: %s; proof: %s", provider_name(id->provider),
		 proof_name(id->proof));
	json_set_text(t->o, "required", requirement_name(id->required));
	json_set_text(t->o, "required_evidence", id->why);
	json_set_text(t->o, "provided_by", provider_name(id->provider));
	coverage = tell_demands(t, a->demands.of_device[device]);
	if (id->required != REQUIRED_UNKNOWN &&
	    device_of(t->view, device)->group != NO_GROUP)
		json_object_object_add(t->o, "coverage", coverage);
	else
		json_object_put(coverage);
	json_set_text(t->o, "proof", proof_name(id->proof));
}

/* --- Whether a VM can have it --- */

static void put_answer(struct telling *t, const char *label, const struct answer *a)
{
	const struct view *v = t->view;
	const char *log = host_log_path(v->host);
	cleanup_free char *words = answer_at_length(a);
	struct text line = { 0 };

	text_add(&line, words);
	if (a->culprit != NO_INDEX && a->verdict == VERDICT_REFUSED)
		text_printf(&line, ": %s", v->host->devices[a->culprit].name);
	if (a->claim != NO_INDEX) {
		cleanup_free char *entry =
			claim_text(v->analysis, &v->analysis->firmware.claims[a->claim]);

		text_printf(&line, " (%s)", entry);
	}
	t->label = label;
	put_text(t, &line);
	if (a->log && a->logged)
		put_as(t, "logs", "%s (logged in this boot: %s:%u)", a->log, log,
		       a->logged->number);
	else if (a->log)
		put_as(t, "logs", "%s", a->log);
	if (a->qemu)
		put_as(t, "QEMU", "%s (%s:%u)", a->qemu->text, log, a->qemu->number);
}

static struct json_object *obstacle_object(const struct view *v, const struct obstacle *b)
{
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
	json_set_entry(o, v, b->claim);
	return o;
}

/* The answers name what comes first. Of several all are said. */
static void tell_obstacles(struct telling *t, const struct assignment *a)
{
	const struct view *v = t->view;
	struct json_object *array = json_object_new_array();

	if (a->n_obstacles > 1) {
		cleanup_free char *words = obstacles_text(v->host, v->analysis, a);

		put_as(t, "Obstacles", "%s", words);
	}
	for (size_t i = 0; i < a->n_obstacles; i++)
		json_object_array_add(array, obstacle_object(v, &a->obstacles[i]));
	json_object_object_add(t->o, "obstacles", array);
}

/* Which behaviours the refusals rest on, each once, and by what it is known. */
static void put_basis(struct telling *t, const struct assignment *a)
{
	struct text line = { 0 };

	for (size_t i = 0; i < a->n_obstacles; i++) {
		const struct obstacle *b = &a->obstacles[i];

		if (!i || b->behaviour != a->obstacles[i - 1].behaviour)
			text_printf(&line, "%s%s, by %s", i ? "; " : "",
				    behaviours[b->behaviour].id,
				    decided_by_name(b->known_by));
	}
	t->label = "Rests on";
	if (a->n_obstacles)
		put_text(t, &line);
}

static void tell_assign(struct telling *t, size_t device)
{
	const struct assignment *a = &t->view->analysis->assign[device];

	put_answer(t, "VFIO", &a->vfio);
	put_answer(t, "iommufd", &a->iommufd);
	json_object_object_add(t->o, "vfio", answer_object(t->view, &a->vfio));
	json_object_object_add(t->o, "iommufd", answer_object(t->view, &a->iommufd));
	tell_obstacles(t, a);
	put_basis(t, a);
}

/* What its user can map; people read it of the group. */
static void set_usable(struct telling *t, size_t device)
{
	const struct view *v = t->view;
	const struct assignment *a = &v->analysis->assign[device];
	const struct group *g = host_group(v->host, device_of(v, device)->group);
	cleanup(ranges_clear) struct ranges ranges = { 0 };
	bool end_known;

	if (!g || !(answer_is_yes(&a->vfio) || answer_is_yes(&a->iommufd)))
		return;
	end_known = usable_iova(v->host, v->analysis, g, &ranges);
	json_object_object_add(t->o, "iova_ranges",
			       ranges_array(ranges.range, ranges.n_range));
	json_set_bool(t->o, "iova_end_known", end_known);
}

/* People read of interrupts before they read of a VM; JSON has them at the end. */
static const struct section sections[] = {
	{ .label = "Ids", .tell = tell_names },
	{ .label = "Nodes", .tell = tell_nodes },
	{ .label = "IOMMU", .tell = tell_place },
	{ .label = "Network", .tell = tell_interfaces },
	{ .tell = set_user },
	{ .label = "MSI", .tell = put_msi, .lines_only = true },
	{ .label = "Identity", .tell = tell_identity, .object = "identity" },
	{ .label = "VFIO", .tell = tell_assign, .object = "assign" },
	{ .tell = set_usable, .object = "assign" },
	{ .tell = set_msi },
};

void put_device(const struct view *v, struct pci_names *names, size_t device, FILE *out)
{
	const struct device *d = device_of(v, device);
	cleanup_free char *name = pci_names_of(names, d);
	cleanup_free char *title = xstrdup(d->name);

	text_clean(title);
	style_put(out, v->color, STYLE_BOLD);
	fprintf(out, "  %s\n", title);
	style_put(out, v->color, STYLE_PLAIN);
	if (name)
		put_field(v, out, 4, "Name", name);
	put_sections(sections, ARRAY_SIZE(sections), v, device, 4, out);
}

struct json_object *device_object(const struct view *v, size_t device)
{
	struct json_object *o = json_object_new_object();

	set_sections(sections, ARRAY_SIZE(sections), v, device, o);
	return o;
}
