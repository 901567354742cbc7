/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is really mapped for devices whose group has direct regions: Intel's dump of page
 * tables in debugfs (drivers/iommu/intel/debugfs.c, domain_translation_struct of each
 * device), and the trace of maps since boot (include/trace/events/iommu.h). Both need
 * root and are rarely there; neither is missed. The dump of 6.1 walks whatever domain is
 * attached with an unsafe cast, so nothing older than 6.12 is read.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/page.h"
#include "collect/collect.h"
#include "kernel/kernel.h"

#define DEBUGFS_PATH "sys/kernel/debug/iommu/intel"
#define TRACE_PATH "sys/kernel/tracing/trace"

/* A table of a million pages has some 150 MB of text; nothing that large is looked at. */
#define DUMP_MAX ((size_t)64 << 20)
#define TRACE_MAX ((size_t)16 << 20)

#define ADDRESS_BITS ((uint64_t)0x000ffffffffff000) /* of an entry: bits 12 to 51 */

static bool is_direct(const struct region *r)
{
	return region_is_direct(r) && !range_is_inverted(r->range);
}

/* Does a direct line of the group share a page with this range? */
static bool concerns(const struct host *host, const struct group *g, struct range range)
{
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		const struct region *r = &host->regions[i];

		if (is_direct(r) &&
		    range_overlaps(range_widened(r->range, 0x1000), range))
			return true;
	}
	return false;
}

/* Adds to the last mapping where it goes on there. */
static void add_mapping(struct host *host, size_t table, struct range iova,
			uint64_t physical)
{
	struct mapping *last =
		host->n_mappings ? &host->mappings[host->n_mappings - 1] : NULL;

	if (last && last->table == table && iova.first - last->iova.last == 1 &&
	    physical - last->physical == iova.first - last->iova.first)
		last->iova.last = iova.last;
	else
		*ADD(host, mappings) = (struct mapping){ table, iova, physical };
}

static size_t add_table(struct host *host, const char *device, enum source_id source)
{
	struct page_table *t = ADD(host, page_tables);

	t->device = xstrdup(device);
	t->source = source;
	return host->n_page_tables - 1;
}

/* --- debugfs --- */

/*
 * A row: "0x000000001c021 |" and the entries from the top level down, "\t0x..." each. The
 * last that is not zero is the leaf; its column tells the size of the page. False if it
 * is no row.
 */
static bool parse_row(char *line, struct range *iova, uint64_t *physical)
{
	/* bits of a page by column: PML5E, PML4E, PDPE, PDE, PTE */
	static const unsigned bits[] = { 48, 39, 30, 21, 12 };
	uint64_t page, entry, leaf = 0, mask;
	unsigned column = 0, at = 0;
	char *save = NULL;
	char *word = strtok_r(line, " \t|", &save);

	if (!word || !text_to_number(word, 16, UINT64_MAX >> 12, &page))
		return false;
	while ((word = strtok_r(NULL, " \t|", &save))) {
		if (column == ARRAY_SIZE(bits) ||
		    !text_to_number(word, 16, UINT64_MAX, &entry))
			return false;
		if (entry) {
			leaf = entry;
			at = column;
		}
		column++;
	}
	if (!leaf)
		return false;
	mask = ((uint64_t)1 << bits[at]) - 1;
	iova->first = (page << 12) & ~mask;
	iova->last = iova->first | mask;
	*physical = leaf & ADDRESS_BITS & ~mask;
	return true;
}

/* Tables of other PASIDs follow in files of their own, and perhaps behind in this one. */
static bool is_other_table(const char *line)
{
	const char *pasid = strstr(line, "with pasid ");

	return pasid && !text_starts_with(pasid, "with pasid 0 ");
}

/* False if a line is neither a row nor one of the others that are known. */
static bool parse_dump(struct host *host, const struct group *g, size_t table, char *text)
{
	bool complete, skip = false;
	struct range iova;
	uint64_t physical;
	char *line;

	while ((line = text_next_line(&text, &complete))) {
		if (text_starts_with(line, "Device "))
			skip = is_other_table(line);
		if (!text_starts_with(line, "0x") || skip)
			continue;
		if (!parse_row(line, &iova, &physical))
			return false;
		if (concerns(host, g, iova))
			add_mapping(host, table, iova, physical);
	}
	return true;
}

/* A table that is not understood proves nothing. */
static void drop_last_table(struct host *host)
{
	size_t table = --host->n_page_tables;

	free(host->page_tables[table].device);
	while (host->n_mappings && host->mappings[host->n_mappings - 1].table == table)
		host->n_mappings--;
}

static void collect_dump(const struct root *root, struct host *host,
			 const struct group *g, const struct device *d)
{
	const struct reading r = reading_of_group(root, host, SOURCE_PAGE_TABLES, g->id);
	cleanup(text_clear) struct text t = { 0 };
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), DEBUGFS_PATH "/%s/domain_translation_struct",
		 d->name);
	if (read_file(&r, path, DUMP_MAX, &t) != SOURCE_READ || !t.len)
		return; /* empty: hardware pass-through, which has no table */
	if (parse_dump(host, g, add_table(host, d->name, SOURCE_PAGE_TABLES), t.data))
		return;
	drop_last_table(host);
	read_bad_line(&r, path, 0, "not a dump of a page table", "");
}

/* --- trace --- */

/* "iova=0x... - 0x... paddr=0x... size=N", the end not included; size 0: it failed. */
static bool parse_map(const char *line, struct range *iova, uint64_t *physical)
{
	unsigned long long first, end, paddr;
	unsigned long size;
	const char *s = strstr(line, " map: IOMMU: iova=");

	if (!s || sscanf(s, " map: IOMMU: iova=0x%llx - 0x%llx paddr=0x%llx size=%lu",
			 &first, &end, &paddr, &size) != 4)
		return false;
	*iova = (struct range){ first, end - 1 };
	*physical = paddr;
	return size > 0 && end > first;
}

static const struct device *attached_device(const struct host *host, const char *line)
{
	static const char key[] = "attach_device_to_domain: IOMMU: device=";
	const char *s = strstr(line, key);
	char name[64];
	size_t n;

	if (!s)
		return NULL;
	s += strlen(key);
	n = strcspn(s, " \t\n");
	if (n >= sizeof(name))
		return NULL;
	memcpy(name, s, n);
	name[n] = 0;
	return host_device(host, name);
}

/* "# entries-in-buffer/entries-written: 12/34": the buffer is a ring. */
static bool tells_of_loss(const char *line)
{
	unsigned long long kept, written;
	const char *s = strstr(line, "entries-written: ");

	return line[0] == '#' && s &&
	       sscanf(s, "entries-written: %llu/%llu", &kept, &written) == 2 &&
	       kept != written;
}

/*
 * Direct mappings are made before the first device of the domain is attached, so the maps
 * before an attach are that device's. They are kept aside until it is known.
 */
static void parse_trace(struct host *host, char *text)
{
	struct {
		ARRAY_OF(struct mapping, mapping);
	} pending = { 0 };
	bool complete, lost = false;
	char *line;

	while ((line = text_next_line(&text, &complete))) {
		const struct device *d = attached_device(host, line);
		struct mapping m = { 0 };

		lost = lost || tells_of_loss(line);

		if (parse_map(line, &m.iova, &m.physical))
			*ADD(&pending, mapping) = m;
		if (!d || d->group == NO_GROUP)
			continue;
		for (size_t i = 0, table = NO_INDEX; i < pending.n_mapping; i++) {
			if (!concerns(host, host_group(host, d->group),
				      pending.mapping[i].iova))
				continue;
			if (table == NO_INDEX)
				table = add_table(host, d->name, SOURCE_TRACE);
			host->page_tables[table].incomplete = lost;
			add_mapping(host, table, pending.mapping[i].iova,
				    pending.mapping[i].physical);
		}
		pending.n_mapping = 0;
	}
	free(pending.mapping);
}

/* Only where the maps were traced since boot is the trace worth anything. */
static void collect_trace(const struct root *root, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_whole(root, host, SOURCE_TRACE);

	if (!host->kernel.command_line ||
	    !strstr(host->kernel.command_line, "trace_event=") ||
	    !strstr(host->kernel.command_line, "iommu"))
		host_set_source(
			host, SOURCE_TRACE, SOURCE_ABSENT, 0, "/" TRACE_PATH,
			"maps were not traced since boot (trace_event=iommu:map,...)");
	else if (read_text(&r, TRACE_PATH, TRACE_MAX, &t))
		parse_trace(host, t.data);
}

/* --- both --- */

static bool has_direct(const struct host *host, const struct group *g)
{
	for (size_t i = 0; i < g->n_regions; i++) {
		if (is_direct(&host->regions[g->first_region + i]))
			return true;
	}
	return false;
}

static void collect_dumps(const struct root *root, struct host *host)
{
	const struct reading r = reading_whole(root, host, SOURCE_PAGE_TABLES);

	if (kernel_does_anywhere(host, BEHAVIOUR_PAGE_TABLE_DUMP_SAFE) != TRISTATE_YES) {
		host_set_source(host, SOURCE_PAGE_TABLES, SOURCE_ABSENT, 0,
				"/" DEBUGFS_PATH,
				"not read on this kernel: its dump is not safe there");
		return;
	}
	if (read_exists(&r, DEBUGFS_PATH) != SOURCE_READ)
		return;
	for (size_t i = 0; i < host->n_groups; i++) {
		const struct group *g = &host->groups[i];

		for (size_t d = g->first_device;
		     has_direct(host, g) && d < g->first_device + g->n_devices; d++) {
			if (host->devices[d].bus == BUS_PCI)
				collect_dump(root, host, g, &host->devices[d]);
		}
	}
}

/* Groups and devices must be linked already: this collector runs after host_finish. */
static void collect_mappings(const struct root *root, unsigned wanted, struct host *host)
{
	bool any = false;

	for (size_t i = 0; i < host->n_groups; i++)
		any = any || has_direct(host, &host->groups[i]);
	if (!any) {
		host_set_source(host, SOURCE_PAGE_TABLES, SOURCE_ABSENT, 0,
				"/" DEBUGFS_PATH, "no group has a direct region");
		host_set_source(host, SOURCE_TRACE, SOURCE_ABSENT, 0, "/" TRACE_PATH,
				"no group has a direct region");
		return;
	}
	if (wanted & SOURCE_BIT(SOURCE_PAGE_TABLES))
		collect_dumps(root, host);
	if (wanted & SOURCE_BIT(SOURCE_TRACE))
		collect_trace(root, host);
}

const struct collector collector_page_tables = {
	.sources = SOURCE_BIT(SOURCE_PAGE_TABLES) | SOURCE_BIT(SOURCE_TRACE),
	.late = true,
	.collect = collect_mappings,
};
