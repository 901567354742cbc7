/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lies where in physical memory: /proc/iomem (kernel/resource.c, r_show; without
 * privilege all addresses read as zero) and the firmware's own map, /sys/firmware/memmap
 * (Documentation/ABI/testing/sysfs-firmware-memmap).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"

#define IOMEM_PATH "proc/iomem"
#define MAP_PATH "sys/firmware/memmap"

/*
 * "  00100000-3fffffff : System RAM": two blanks a level. False if it is no such line.
 * *name points into the line, which is changed.
 */
static bool parse_line(char *line, struct memory *m, const char **name)
{
	size_t indent = strspn(line, " ");
	char *dash = strchr(line, '-');
	char *colon = strstr(line, " : ");

	if (!dash || !colon || colon < dash)
		return false;
	*dash = 0;
	*colon = 0;
	*name = colon + 3;
	m->depth = (unsigned)indent / 2;
	return text_to_number(line + indent, 16, UINT64_MAX, &m->range.first) &&
	       text_to_number(dash + 1, 16, UINT64_MAX, &m->range.last) &&
	       text_is_clean(*name);
}

static void collect_iomem_file(const struct root *root, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_whole(root, host, SOURCE_IOMEM);
	bool all_zero = true;
	unsigned number = 0;
	bool complete;
	char *rest;
	char *line;

	if (!read_text(&r, IOMEM_PATH, ROOT_READ_MAX, &t))
		return;
	rest = t.data;
	while ((line = text_next_line(&rest, &complete))) {
		struct memory m = { .source = SOURCE_IOMEM, .place = ++number };

		const char *name;

		if (!parse_line(line, &m, &name)) {
			read_bad_line(&r, IOMEM_PATH, number, "not a line of iomem",
				      line);
			continue;
		}
		all_zero = all_zero && m.range.first == 0 && m.range.last == 0;
		m.name = xstrdup(name);
		*ADD(host, memory) = m;
	}
	if (number && all_zero)
		host_set_source(host, SOURCE_IOMEM, SOURCE_DENIED, EPERM, "/" IOMEM_PATH,
				"all addresses read as zero: needs CAP_SYS_ADMIN");
}

static bool read_number(const struct reading *r, const char *entry, const char *attribute,
			uint64_t *out, struct text *t)
{
	char path[PATH_SIZE];
	const char *s;

	snprintf(path, sizeof(path), MAP_PATH "/%s/%s", entry, attribute);
	s = read_string(r, path, t);
	return s && text_to_number(s, 16, UINT64_MAX, out);
}

static bool read_entry(const struct reading *r, const char *entry, struct memory *m,
		       struct text *t)
{
	char path[PATH_SIZE];
	const char *type;

	if (!read_number(r, entry, "start", &m->range.first, t) ||
	    !read_number(r, entry, "end", &m->range.last, t))
		return false;
	snprintf(path, sizeof(path), MAP_PATH "/%s/type", entry);
	type = read_string(r, path, t);
	if (!type)
		return false;
	m->name = xstrdup(type);
	return true;
}

static void collect_memory_map(const struct root *root, struct host *host)
{
	cleanup(names_clear) struct names entries = { 0 };
	cleanup(text_clear) struct text t = { 0 };
	const struct reading whole = reading_whole(root, host, SOURCE_MEMORY_MAP);
	const struct reading r = reading_of(root, host, SOURCE_MEMORY_MAP);

	if (read_list(&whole, MAP_PATH, &entries) != SOURCE_READ)
		return;
	for (size_t i = 0; i < entries.n; i++) {
		struct memory m = { .source = SOURCE_MEMORY_MAP };
		uint64_t number = 0;

		if (text_to_number(entries.name[i], 10, UINT32_MAX, &number) &&
		    read_entry(&r, entries.name[i], &m, &t)) {
			m.place = (unsigned)number;
			*ADD(host, memory) = m;
		} else {
			read_bad_line(&r, MAP_PATH, 0, "not an entry of a memory map",
				      entries.name[i]);
		}
	}
}

static void collect_iomem(const struct root *root, unsigned wanted, struct host *host)
{
	if (wanted & SOURCE_BIT(SOURCE_IOMEM))
		collect_iomem_file(root, host);
	if (wanted & SOURCE_BIT(SOURCE_MEMORY_MAP))
		collect_memory_map(root, host);
}

const struct collector collector_iomem = {
	.sources = SOURCE_BIT(SOURCE_IOMEM) | SOURCE_BIT(SOURCE_MEMORY_MAP),
	.collect = collect_iomem,
};
