/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A group: sections of `show` and of its object in JSON. */
#include <inttypes.h>

#include "analyze/allocator.h"
#include "base/cleanup.h"
#include "render/color.h"
#include "render/json.h"
#include "render/lines.h"
#include "render/origin.h"
#include "render/sections.h"
#include "render/show.h"

static const struct group *group_of(const struct view *v, size_t group)
{
	return &v->host->groups[group];
}

static void tell_names(struct telling *t, size_t group)
{
	const struct host *host = t->view->host;
	const struct group *g = group_of(t->view, group);
	size_t iommu = t->view->analysis->groups[group].iommu;
	const char *iommu_name = iommu == NO_INDEX ? NULL : host->iommus[iommu].name;
	struct json_object *devices = json_object_new_array();

	put_line(t, "/sys/kernel/iommu_groups/%u", (unsigned)g->id);
	if (g->name)
		put_as(t, "Name", "%s", g->name);
	put_as(t, "Domain",
	       "%s (/sys/kernel/iommu_groups/%u/type; the domain of kernel drivers)",
	       domain_type_name(g->type), (unsigned)g->id);
	put_as(t, "IOMMU", "%s", iommu_name ? iommu_name : "not known");
	json_set_int(t->o, "id", g->id);
	if (g->type != DOMAIN_NOT_READ)
		json_set_text(t->o, "type", domain_type_name(g->type));
	json_set_text(t->o, "name", g->name);
	json_set_text(t->o, "regions_state", source_state_name(g->regions_state));
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++)
		json_object_array_add(devices, json_text(host->devices[i].name));
	json_object_object_add(t->o, "devices", devices);
	json_set_text_if(t->o, "iommu", iommu_name);
}

static void tell_holder(struct telling *t, size_t group)
{
	size_t holder = t->view->analysis->groups[group].holder;
	const struct holder *h;
	struct json_object *o;

	if (holder == NO_INDEX)
		return;
	h = &t->view->host->holders[holder];
	put_line(t, "process %u (%s) holds %s %s", (unsigned)h->pid, h->command,
		 holding_name(h->holding), h->what);
	o = json_object_new_object();
	json_set_int(o, "pid", h->pid);
	json_set_text(o, "command", h->command);
	json_set_text(o, "holding", holding_name(h->holding));
	json_set_text(o, "what", h->what);
	json_object_object_add(t->o, "held_by", o);
}

/* --- Regions, which in JSON are an array of their own --- */

static void put_region(struct telling *t, const struct group *g, size_t region)
{
	const struct view *v = t->view;
	const struct demand *d = demand_of_line(v->analysis, region);
	cleanup_free char *words = region_text(v, region);

	put_line(t, "%s (line %u; %s)", words, v->host->regions[region].line,
		 v->analysis->regions[region].why);
	put_origin(v, g, region, t->out);
	if (d && d->loss != LOSS_NOTHING)
		put_line(t, "not identity-mapped: 0x%" PRIx64 "-0x%" PRIx64 ", %s",
			 d->lost.first, d->lost.last, loss_text(d->loss));
}

static void put_group_regions(struct telling *t, size_t group)
{
	const struct group *g = group_of(t->view, group);

	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		if (t->view->regions[i])
			put_region(t, g, i);
	}
	if (!g->n_regions)
		put_line(t, "%s",
			 g->regions_state == SOURCE_READ ? "none"
			 : g->regions_state == SOURCE_NOT_ASKED
				 ? "none, it is not behind an IOMMU"
				 : source_state_name(g->regions_state));
}

/* --- What can be used --- */

static void put_ranges(struct telling *t, const struct ranges *ranges, bool end_known)
{
	for (size_t i = 0; i < ranges->n_range; i++) {
		bool last = i + 1 == ranges->n_range;
		cleanup_free char *range = text_of_range(ranges->range[i]);

		put_line(t, "%s%s", range,
			 last && !end_known ? " (the address width is not known)" : "");
	}
}

static void put_usable(struct telling *t, size_t group)
{
	const struct view *v = t->view;
	const struct group *g = group_of(v, group);
	cleanup(ranges_clear) struct ranges ranges = { 0 };

	if (!g->n_devices)
		return;
	if (v->analysis->groups[group].untranslated)
		put_line(t, "all addresses; nothing is translated");
	else if (host_is_power(v->host))
		put_line(t, "the DMA windows of spapr TCE, which sysfs does not list");
	else
		put_ranges(t, &ranges, usable_iova(v->host, v->analysis, g, &ranges));
}

static void put_kept(struct telling *t, const struct kept *k, bool first)
{
	cleanup_free char *range = text_of_range(k->range);
	struct text line = { 0 };

	text_printf(&line, "%s, %s", range, kept_kind_text(k->kind));
	if (k->line)
		text_printf(&line, " (/proc/iomem:%u)", k->line);
	else if (k->node)
		text_printf(&line, " (device tree %s)", k->node);
	if (first)
		text_add(&line, "; for kernel drivers only, and in no list (derived)");
	put_text(t, &line);
}

static struct json_object *kept_object(const struct kept *k)
{
	struct json_object *o = range_object(k->range);

	json_set_text(o, "kind", kept_kind_name(k->kind));
	if (k->line)
		json_set_int(o, "line", k->line);
	json_set_text_if(o, "node", k->node);
	return o;
}

/* What kernel drivers get: by the kernel's rules alone, since no file lists it. */
static void tell_allocator(struct telling *t, size_t group)
{
	const struct view *v = t->view;
	cleanup(allocator_clear) struct allocator l;
	struct json_object *kept;

	if (!allocator_of(v->host, v->analysis, group_of(v, group), &l))
		return;
	if (l.keeps_windows == TRISTATE_NO) {
		put_line(t, "the memory of all PCI functions, for kernel drivers only "
			    "(derived)");
		return;
	}
	kept = json_object_new_array();
	for (size_t i = 0; i < l.n_kept; i++) {
		put_kept(t, &l.kept[i], !i);
		json_object_array_add(kept, kept_object(&l.kept[i]));
	}
	json_object_object_add(t->o, "allocator_reserved", kept);
	t->label = "Drivers";
	put_ranges(t, &l.usable, l.end_known);
	json_object_object_add(t->o, "allocator_ranges",
			       ranges_array(l.usable.range, l.usable.n_range));
}

static const struct section sections[] = {
	{ .label = "Origin", .tell = tell_names },
	{ .label = "In use", .tell = tell_holder },
	{ .label = "Regions", .tell = put_group_regions, .lines_only = true },
	{ .label = "Usable", .tell = put_usable, .lines_only = true },
	{ .label = "Kept out", .tell = tell_allocator },
};

void put_group(const struct view *v, size_t group, FILE *out)
{
	style_put(out, v->color, STYLE_BOLD);
	fprintf(out, "Group %u\n", (unsigned)group_of(v, group)->id);
	style_put(out, v->color, STYLE_PLAIN);
	put_sections(sections, ARRAY_SIZE(sections), v, group, 2, out);
}

struct json_object *group_object(const struct view *v, size_t group)
{
	struct json_object *o = json_object_new_object();

	set_sections(sections, ARRAY_SIZE(sections), v, group, o);
	return o;
}
