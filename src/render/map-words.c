/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said of I/O addresses, whatever the form of the picture. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "render/map.h"

/* So many origins, devices or groups are named. */
#define NAMES_MAX 4

const struct mark_look mark_looks[MARK_COUNT] = {
	[MARK_OUTSIDE] = { ' ', " ", "outside", "not translated" },
	[MARK_FREE] = { '.', "\u00b7", "free", "free" },
	[MARK_RELAXABLE] = { '+', "\u2592", "relaxable", "direct-relaxable" },
	[MARK_UNKNOWN] = { '?', "?", "unknown", "unknown" },
	[MARK_SW_MSI] = { 's', "\u259a", "sw-msi", "sw-msi" },
	[MARK_MSI] = { 'm', "\u259e", "msi", "msi" },
	[MARK_RESERVED] = { 'x', "\u2593", "reserved", "reserved" },
	[MARK_OTHER] = { 'u', "u", "other", "unknown type" },
	[MARK_DIRECT] = { '#', "\u2588", "direct", "direct" },
	[MARK_LOST] = { '!', "!", "lost", "not identity-mapped" },
};

enum mark mark_of(const struct space_part *p)
{
	static const enum mark of_kind[] = {
		[SPACE_FREE] = MARK_FREE,
		[SPACE_UNKNOWN] = MARK_UNKNOWN,
		[SPACE_OUTSIDE] = MARK_OUTSIDE,
	};
	static const enum mark of_type[REGION_TYPE_COUNT] = {
		[REGION_DIRECT] = MARK_DIRECT,
		[REGION_DIRECT_RELAXABLE] = MARK_RELAXABLE,
		[REGION_RESERVED] = MARK_RESERVED,
		[REGION_MSI] = MARK_MSI,
		[REGION_SW_MSI] = MARK_SW_MSI,
		[REGION_UNKNOWN] = MARK_OTHER,
	};

	if (p->kind != SPACE_REGION)
		return of_kind[p->kind];
	return p->lost ? MARK_LOST : of_type[p->type];
}

const char *space_kind_name(enum space_kind kind)
{
	static const char *const names[] = {
		[SPACE_FREE] = "free",
		[SPACE_REGION] = "region",
		[SPACE_UNKNOWN] = "unknown",
		[SPACE_OUTSIDE] = "outside",
	};

	return names[kind];
}

const char *part_name(const struct space_part *p)
{
	if (p->kind != SPACE_REGION)
		return mark_looks[mark_of(p)].word;
	return p->type == REGION_UNKNOWN ? mark_looks[MARK_OTHER].word
					 : region_type_name(p->type);
}

bool part_is_endless(const struct io_space *space, const struct space_part *p)
{
	return p->kind == SPACE_UNKNOWN && !space->last_known &&
	       p == &space->parts[space->n_parts - 1];
}

char *part_size(const struct io_space *space, const struct space_part *p)
{
	return part_is_endless(space, p) ? xstrdup("") : text_of_size(p->range);
}

/* --- Whose a part is --- */

static void add_origin(struct whose *w, char *text)
{
	for (size_t i = 0; i < w->n_origins; i++) {
		if (!strcmp(w->origins[i], text)) {
			free(text);
			return;
		}
	}
	*ADD(w, origins) = text;
}

static void add_claims(const struct view *v, const struct region *r, struct range range,
		       bool *entries, struct whose *out)
{
	const struct firmware *f = &v->analysis->firmware;
	const struct group *g = host_group(v->host, r->group);
	struct claim_slice own = claims_of_group(v->host, v->analysis, g);

	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &f->claims[i];
		size_t entry = c->entry == NO_INDEX ? f->n_entries : c->entry;

		if (!claim_is_part_of(c, r) || !range_overlaps(c->range, range))
			continue;
		out->devices[c->device] = true;
		if (!entries[entry])
			*ADD(out, origins) = claim_text(v->analysis, c);
		entries[entry] = true;
	}
}

void whose_part(const struct view *v, const struct io_space *space,
		const struct space_part *p, struct whose *out)
{
	cleanup_free bool *entries =
		xcalloc(v->analysis->firmware.n_entries + 1, sizeof(bool));

	*out = (struct whose){ .devices = xcalloc(v->host->n_devices, sizeof(bool)) };
	for (size_t i = p->first_line; i < p->first_line + p->n_lines; i++) {
		size_t line = space->lines[i];
		const struct origin *origin = &v->analysis->origins[line];

		if (origin->window)
			add_origin(out, xstrdup(origin->window));
		else if (origin->explained == EXPLAINED_NOT)
			out->unexplained = true;
		else if (origin->explained != EXPLAINED_UNKNOWN)
			add_claims(v, &v->host->regions[line], p->range, entries, out);
	}
}

void whose_clear(struct whose *w)
{
	for (size_t i = 0; i < w->n_origins; i++)
		free(w->origins[i]);
	free(w->origins);
	free(w->devices);
	*w = (struct whose){ 0 };
}

/* --- Lists --- */

static void add_list(struct text *t, struct text_list *list)
{
	cleanup_free char *names = text_list_take(list);

	text_add(t, names);
}

static void add_devices(const struct view *v, const struct whose *w, struct text *t)
{
	struct text_list list = { .max = NAMES_MAX };

	for (size_t d = 0; d < v->host->n_devices; d++) {
		if (w->devices[d])
			text_list_add(&list, v->host->devices[d].name);
	}
	if (list.n)
		text_add(t, ", for ");
	add_list(t, &list);
}

static void add_groups(const struct group *const *groups, size_t n, struct text *t)
{
	struct text_list list = { .max = NAMES_MAX };

	for (size_t i = 0; i < n; i++)
		text_list_printf(&list, "%u", (unsigned)groups[i]->id);
	text_add(t, n == 1 ? "group " : "groups ");
	add_list(t, &list);
}

struct group_list {
	ARRAY_OF(const struct group *, list);
};

/* In whose lists a part is: said where several groups are shown. */
static void add_groups_of_part(const struct view *v, const struct io_space *space,
			       const struct space_part *p, struct text *t)
{
	cleanup_free bool *seen = xcalloc(v->host->n_groups, sizeof(bool));
	struct group_list groups = { 0 };

	for (size_t i = p->first_line; i < p->first_line + p->n_lines; i++) {
		const struct region *r = &v->host->regions[space->lines[i]];
		const struct group *g = host_group(v->host, r->group);

		if (!seen[group_index(v->host, g)])
			*ADD(&groups, list) = g;
		seen[group_index(v->host, g)] = true;
	}
	if (t->len)
		text_add(t, "; ");
	add_groups(groups.list, groups.n_list, t);
	free(groups.list);
}

/* Other types of region at the same addresses. */
static void add_other_types(const struct view *v, const struct io_space *space,
			    const struct space_part *p, struct text *t)
{
	bool there[REGION_TYPE_COUNT] = { 0 };

	for (size_t i = p->first_line; i < p->first_line + p->n_lines; i++)
		there[v->analysis->regions[space->lines[i]].type] = true;
	there[p->type] = false;
	for (int i = 0; i < REGION_TYPE_COUNT; i++) {
		if (there[i])
			text_printf(t, "%salso %s", t->len ? "; " : "",
				    region_type_name((enum region_type)i));
	}
}

static void add_whose(const struct view *v, const struct io_space *space,
		      const struct space_part *p, struct text *t)
{
	cleanup(whose_clear) struct whose w = { 0 };
	struct text_list origins = { .max = NAMES_MAX };

	whose_part(v, space, p, &w);
	if (w.n_origins && t->len)
		text_add(t, "; ");
	for (size_t i = 0; i < w.n_origins; i++)
		text_list_add(&origins, w.origins[i]);
	add_list(t, &origins);
	if (w.n_origins)
		add_devices(v, &w, t);
	else if (w.unexplained)
		text_printf(t, "%sno firmware entry explains it", t->len ? "; " : "");
}

static void add_region(const struct view *v, const struct io_space *space,
		       const struct space_part *p, struct text *t)
{
	if (p->lost)
		text_printf(t, "not identity-mapped: %s", loss_text(p->lost->loss));
	add_whose(v, space, p, t);
	add_other_types(v, space, p, t);
	if (space->n_groups > 1)
		add_groups_of_part(v, space, p, t);
	if (p->usable)
		text_printf(t, "%susable for a VM or user-space driver",
			    t->len ? "; " : "");
}

char *part_text(const struct view *v, const struct io_space *space,
		const struct space_part *p)
{
	struct text t = { 0 };
	char *s;

	if (p->kind == SPACE_REGION)
		add_region(v, space, p, &t);
	else if (p->kind == SPACE_UNKNOWN)
		text_add(&t, p->why);
	else if (p->kind == SPACE_OUTSIDE && space->iommu != NO_INDEX)
		text_printf(&t, "above the last address of %s",
			    v->host->iommus[space->iommu].name);
	s = text_take(&t);
	text_clean(s);
	return s;
}

/* --- Titles --- */

char *map_title(const struct view *v)
{
	const struct map *m = v->map;
	const struct io_space *only = m->together && m->n_spaces ? m->spaces : NULL;
	struct text t = { 0 };

	if (!only) {
		text_printf(&t, "I/O addresses of %zu %s", m->n_spaces,
			    one_or_many(m->n_spaces, "group", "groups"));
	} else {
		bool several = only->n_groups > 1;

		text_add(&t, several ? "I/O addresses that " : "I/O addresses of ");
		add_groups(only->groups, only->n_groups, &t);
		text_add(&t, several ? " can use together" : "");
	}
	return text_take(&t);
}

char *space_end_text(const struct view *v, const struct io_space *space)
{
	struct text t = { 0 };
	char *s;

	if (space->iommu != NO_INDEX) {
		const struct iommu_view *iv = &v->analysis->iommus[space->iommu];

		text_printf(&t, "0x%" PRIx64 ", %sof %s (%s)", space->last,
			    iv->aperture_assumed ? "assumed, " : "",
			    v->host->iommus[space->iommu].name, iv->why);
	}
	if (!space->last_known)
		text_printf(&t, "%s",
			    space->iommu == NO_INDEX
				    ? "not known"
				    : "; that of another IOMMU is not known");
	s = text_take(&t);
	text_clean(s);
	return s;
}

char *map_end_text(const struct view *v, size_t space)
{
	const struct io_space *spaces = v->map->spaces;
	size_t n = 0;

	if (!spaces[space].n_groups)
		return NULL;
	for (size_t i = 0; i < v->map->n_spaces; i++) {
		bool same = spaces[i].n_groups && spaces[i].iommu == spaces[space].iommu;

		if (same && i < space)
			return NULL;
		n += same;
	}
	if (spaces[space].iommu == NO_INDEX)
		return text_format("not known for %zu %s", n,
				   one_or_many(n, "group", "groups"));
	return space_end_text(v, &spaces[space]);
}

char *device_title(struct pci_names *names, const struct device *d)
{
	cleanup_free char *name = pci_names_of(names, d);
	char *s = text_format("%s%s%s", d->name, name ? "  " : "", name ? name : "");

	text_clean(s);
	return s;
}

char *group_devices_text(const struct view *v, const struct group *g)
{
	char *s;

	if (!g->n_devices)
		return xstrdup("no device");
	s = g->n_devices == 1
		    ? xstrdup(v->host->devices[g->first_device].name)
		    : text_format("%s+%zu", v->host->devices[g->first_device].name,
				  g->n_devices - 1);
	text_clean(s);
	return s;
}

char *about_text(uint64_t address)
{
	cleanup_free char *size = NULL;
	size_t number;

	if (!address)
		return xstrdup("0");
	size = text_of_size((struct range){ 0, address - 1 });
	number = strcspn(size, " ");
	/* "1.9G"; of "513 bytes" the number */
	return text_format("%.*s%.1s", (int)number, size,
			   address < 1024 ? "" : size + number + 1);
}

/* --- What is not in the picture --- */

size_t map_groups(const struct map *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_spaces; i++)
		n += m->spaces[i].n_groups;
	return n;
}

char *map_incomplete_text(const struct view *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->map->n_spaces; i++)
		n += v->map->spaces[i].n_groups && !v->map->spaces[i].complete;
	return n ? text_format("the lists of regions of %zu %s may be incomplete", n,
			       one_or_many(n, "group", "groups"))
		 : xstrdup("");
}

static void add_left_out(struct text *t, const char *s)
{
	text_printf(t, "%s%s", t->len ? "; " : "", s);
}

char *map_left_out(const struct view *v)
{
	struct text t = { 0 };
	struct text_list list = { .max = NAMES_MAX };
	size_t n = 0;

	for (size_t s = 0; s < v->map->n_spaces; s++)
		n += v->map->spaces[s].n_untranslated;
	if (n) {
		cleanup_free char *s = text_format("%zu %s that no IOMMU translates", n,
						   one_or_many(n, "group", "groups"));

		add_left_out(&t, s);
	}
	for (size_t d = 0; d < v->host->n_devices; d++) {
		if (v->devices[d] && v->host->devices[d].group == NO_GROUP)
			text_list_add(&list, v->host->devices[d].name);
	}
	if (list.n)
		add_left_out(&t, "in no IOMMU group: ");
	add_list(&t, &list);
	return text_take(&t);
}
