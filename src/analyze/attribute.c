/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which firmware entries a region comes from, and which devices an entry claims: what
 * is the same for all tables. Each table's matching is in match-*.c.
 */
#include "analyze/attribute.h"

#include <stdlib.h>

#include "analyze/match.h"
#include "analyze/parts.h"
#include "base/cleanup.h"
#include "base/text.h"

struct chain chain_of(const struct host *host, const struct device *d)
{
	struct chain c = { 0 };
	const struct device *up[DEPTH_MAX];
	const struct device *top = d;
	size_t n = 0;

	if (!d->topology_known)
		return c;
	for (const struct device *s = d; s;
	     s = s->parent ? host_device(host, s->parent) : NULL) {
		if (n == DEPTH_MAX)
			return c;
		up[n++] = top = s;
	}
	if (top->parent) /* a bridge above was not seen */
		return c;
	while (c.n < n) {
		c.node[c.n] = up[n - 1 - c.n];
		c.n++;
	}
	return c;
}

uint16_t requester_id(const struct device *d)
{
	return (uint16_t)(d->address.bus << 8 | d->address.device << 3 |
			  d->address.function);
}

struct claim *add_claim(struct firmware *out, size_t device, size_t entry)
{
	struct entry *e = &out->entries[entry];
	size_t index = out->n_claims;
	struct claim *c = ADD(out, claims);

	*c = (struct claim){
		.device = device,
		.table = e->table,
		.entry = entry,
		.next = NO_INDEX,
		.range = e->listed,
		.type = e->type,
	};
	if (e->n_claims++)
		out->claims[e->last_claim].next = index;
	else
		e->first_claim = index;
	e->last_claim = index;
	return c;
}

/*
 * The range is there only if the kernel was built with the workaround: then a line covers
 * it.
 */
static void claim_isa(const struct host *host, size_t device, struct firmware *out)
{
	static const struct range isa = { 0, 0xffffff };
	const struct device *d = &host->devices[device];
	const struct group *g = d->group == NO_GROUP ? NULL : host_group(host, d->group);

	if (!g || d->class_code >> 8 != 0x0601)
		return;
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		struct claim *c;

		if (host->regions[i].type != REGION_DIRECT_RELAXABLE ||
		    !range_contains(host->regions[i].range, isa))
			continue;
		c = ADD(out, claims);
		c->device = device;
		c->entry = c->next = NO_INDEX;
		c->range = isa;
		c->type = REGION_DIRECT_RELAXABLE;
	}
}

/*
 * What drives the IOMMU in front of a device. Of a device that has none now (the kernel
 * may have given the IOMMU up) the table tells which it would be.
 */
static enum iommu_kind kind_in_front_of(const struct host *host, const struct analysis *a,
					size_t device)
{
	const struct device *d = &host->devices[device];

	if (d->iommu != NO_INDEX)
		return host->iommus[d->iommu].kind;
	if (d->group != NO_GROUP) {
		const struct group *g = host_group(host, d->group);

		return a->groups[group_index(host, g)].kind;
	}
	if (d->bus != BUS_PCI)
		return IOMMU_OTHER;
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (a->tables.view[i].file && firmware_tables[i]->iommu != IOMMU_OTHER)
			return firmware_tables[i]->iommu;
	}
	return IOMMU_OTHER;
}

static void claim_device(const struct host *host, const struct analysis *a, size_t device,
			 struct firmware *out)
{
	enum iommu_kind kind = kind_in_front_of(host, a, device);

	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (a->tables.view[i].file && firmware_tables[i]->match)
			firmware_tables[i]->match(host, a, device, kind, out);
	}
	if (kind == IOMMU_INTEL)
		claim_isa(host, device, out);
}

static void claim_slice(const struct host *host, const struct analysis *a, size_t device,
			struct firmware *out)
{
	size_t first = out->n_claims;

	claim_device(host, a, device, out);
	out->of_device[device] = (struct claim_slice){ first, out->n_claims - first };
}

/* Devices are sorted by group, and so are the claims. */
static void claim_all(const struct host *host, const struct analysis *a,
		      struct firmware *out)
{
	for (size_t i = 0; i < host->n_groups; i++) {
		const struct group *g = &host->groups[i];
		size_t first = out->n_claims;

		for (size_t d = g->first_device; d < g->first_device + g->n_devices; d++)
			claim_slice(host, a, d, out);
		out->of_group[i] = (struct claim_slice){ first, out->n_claims - first };
	}
	for (size_t d = 0; d < host->n_devices; d++) {
		if (host->devices[d].group == NO_GROUP)
			claim_slice(host, a, d, out);
	}
}

static bool is_topology_complete(const struct host *host)
{
	if (!host_source_usable(host, SOURCE_PCI) &&
	    !host_source_usable(host, SOURCE_GROUPS))
		return false;
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].bus == BUS_PCI && !host->devices[i].topology_known)
			return false;
	}
	return true;
}

void analyze_firmware(const struct host *host, const struct analysis *a,
		      struct firmware *out)
{
	out->of_device = xcalloc(host->n_devices, sizeof(*out->of_device));
	out->of_group = xcalloc(host->n_groups, sizeof(*out->of_group));
	out->tables_known = xcalloc(host->n_devices, sizeof(*out->tables_known));
	out->topology_complete = is_topology_complete(host);
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (firmware_tables[i]->add_entries)
			firmware_tables[i]->add_entries(host, a, out);
		if (firmware_tables[i]->prepare)
			firmware_tables[i]->prepare(host, a, out);
	}
	claim_all(host, a, out);
}

void firmware_clear(struct firmware *firmware)
{
	free(firmware->entries);
	free(firmware->scopes);
	free(firmware->named);
	free(firmware->claims);
	free(firmware->of_device);
	free(firmware->of_group);
	free(firmware->tables_known);
	*firmware = (struct firmware){ 0 };
}

bool claim_is_listed(const struct host *host, const struct claim *claim)
{
	const struct device *d = &host->devices[claim->device];
	const struct group *g = d->group == NO_GROUP ? NULL : host_group(host, d->group);

	for (size_t i = 0; g && i < g->n_regions; i++) {
		if (claim_is_part_of(claim, &host->regions[g->first_region + i]))
			return true;
	}
	return false;
}

const struct entry *wide_entry_of(const struct host *host, const struct analysis *a,
				  const struct region *r)
{
	size_t entry = a->origins[region_index(host, r)].wide_entry;

	return entry == NO_INDEX ? NULL : &a->firmware.entries[entry];
}

bool group_is_direct_by_wide_entries(const struct host *host, const struct analysis *a,
				     const struct group *g)
{
	bool any = false;

	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		const struct region *r = &host->regions[i];

		if (r->type != REGION_DIRECT)
			continue;
		if (!wide_entry_of(host, a, r))
			return false;
		any = true;
	}
	return any;
}

char *entry_short_text(const struct entry *e)
{
	return e->table->entry_text ? xstrdup(e->table->entry)
				    : text_format("%s %u", e->table->entry, e->number);
}

char *entry_text(const struct analysis *a, const struct entry *e)
{
	const struct firmware_table *t = e->table;
	struct text text = { 0 };

	if (t->entry_text)
		return t->entry_text(a, e);
	text_printf(&text, "%s %s %u", t->signature, t->entry, e->number);
	if (t->part)
		text_printf(&text, " %s %u", t->part, e->part);
	text_printf(&text, " at 0x%zx", e->offset);
	return text_take(&text);
}

char *entry_path(const struct analysis *a, const struct entry *e)
{
	cleanup_free char *below =
		e->table->entry_path ? e->table->entry_path(a, e) : NULL;

	return text_format("%s%s", e->table->path, below ? below : "");
}

char *entry_detail(const struct analysis *a, const struct entry *e)
{
	return e->table->detail ? e->table->detail(a, e) : NULL;
}

char *entry_whom(const struct analysis *a, const struct entry *e)
{
	return e->table->whom ? e->table->whom(a, e) : NULL;
}

char *claim_text(const struct analysis *a, const struct claim *claim)
{
	return claim->entry == NO_INDEX
		       ? xstrdup("the kernel's range for ISA DMA")
		       : entry_text(a, &a->firmware.entries[claim->entry]);
}
