/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /sys/kernel/iommu_groups: Documentation/ABI/testing/sysfs-kernel-iommu_groups, and
 * drivers/iommu/iommu.c for what the files really print. The kernel works out
 * reserved_regions at each read, under the group's lock, and may log while it does: each
 * file is read once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"
#include "collect/uevent.h"

#define GROUPS_PATH "sys/kernel/iommu_groups"

/* Longest file below a group's folder that we make a path of. */
#define PATH_SIZE 512

/* One hexadecimal number with 0x and at most 16 digits, and the blanks behind it. */
static bool take_address(const char **s, uint64_t *out)
{
	char word[sizeof("0x0123456789abcdef")];
	size_t len = strcspn(*s, " \t");

	if (!(*s)[len] || len >= sizeof(word) || strncmp(*s, "0x", 2))
		return false;
	memcpy(word, *s, len);
	word[len] = 0;
	*s += len;
	*s += strspn(*s, " \t");
	return text_to_number(word, 16, UINT64_MAX, out);
}

/*
 * A type is one word of lower-case letters and hyphens (iommu_group_resv_type_string).
 * One that is not known here is kept as it is: its addresses are no less reserved.
 */
#define TYPE_WORD_MAX 40

static bool parse_type(const char *word, struct region *r)
{
	size_t len = strlen(word);

	free(r->word);
	r->word = NULL;
	if (region_type_parse(word, &r->type) && r->type < REGION_SW_MSI)
		return true;
	if (!len || len > TYPE_WORD_MAX ||
	    word[strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-_")])
		return false;
	r->type = REGION_UNKNOWN;
	r->word = xstrdup(word);
	return true;
}

static bool parse_region(const char *line, struct region *r)
{
	return take_address(&line, &r->range.first) &&
	       take_address(&line, &r->range.last) && parse_type(line, r);
}

/*
 * In a line that was cut, "direct" may be the start of "direct-relaxable", and a word
 * that is not known that of any other.
 */
static bool is_whole_word(enum region_type type)
{
	return type != REGION_DIRECT && type != REGION_UNKNOWN;
}

static void parse_regions(struct host *host, struct group *g, struct text *t,
			  const char *path)
{
	struct region r = { .group = g->id };
	bool complete = true;
	char *rest;
	char *line;

	if (memchr(t->data, 0, t->len)) {
		collect_bad_line(host, SOURCE_GROUPS, path, 0, g->id, "holds a zero byte",
				 t->data);
		g->regions_state = SOURCE_BROKEN;
	}
	rest = t->data;
	while ((line = text_next_line(&rest, &complete))) {
		r.line++;
		if (parse_region(line, &r) && (complete || is_whole_word(r.type))) {
			host_add_region(host, r);
			r.word = NULL; /* the host's now */
		} else if (complete) {
			collect_bad_line(host, SOURCE_GROUPS, path, r.line, g->id,
					 "not a reserved region", line);
			g->regions_state = SOURCE_BROKEN;
		}
	}
	free(r.word);
	g->regions_cut = !complete;
}

static void collect_regions(const struct root *root, struct host *host, struct group *g,
			    struct text *t)
{
	char path[PATH_SIZE];
	int result;

	snprintf(path, sizeof(path), GROUPS_PATH "/%u/reserved_regions", (unsigned)g->id);
	result = root_read_attribute(root, path, t);
	g->regions_state = source_state_of(result);
	g->regions_error = -result;
	g->regions_size = t->len;
	if (result)
		collect_gap(host, SOURCE_GROUPS, result, path, g->id);
	else if (t->len)
		parse_regions(host, g, t, path);
}

static void collect_type(const struct root *root, struct host *host, struct group *g,
			 struct text *t)
{
	char path[PATH_SIZE];
	int result;

	snprintf(path, sizeof(path), GROUPS_PATH "/%u/type", (unsigned)g->id);
	result = root_read_attribute(root, path, t);
	if (result) {
		collect_gap(host, SOURCE_GROUPS, result, path, g->id);
		return;
	}
	text_reserve(t, 0);
	text_trim_end(t->data);
	if (!domain_type_parse(t->data, &g->type) || g->type == DOMAIN_NOT_READ) {
		g->type = DOMAIN_NOT_READ;
		collect_bad_line(host, SOURCE_GROUPS, path, 1, g->id, "not a domain type",
				 t->data);
	}
}

static void collect_name(const struct root *root, struct host *host, struct group *g,
			 struct text *t)
{
	char path[PATH_SIZE];
	int result;

	snprintf(path, sizeof(path), GROUPS_PATH "/%u/name", (unsigned)g->id);
	result = root_read_attribute(root, path, t);
	if (result == -ENOENT)
		return;
	if (result) {
		collect_gap(host, SOURCE_GROUPS, result, path, g->id);
		return;
	}
	text_reserve(t, 0);
	if (t->len && memchr(t->data, 0, t->len)) {
		collect_bad_line(host, SOURCE_GROUPS, path, 1, g->id, "holds a zero byte",
				 t->data);
		return;
	}
	text_trim_end(t->data);
	if (!t->data[0] || !text_is_clean(t->data))
		collect_bad_line(host, SOURCE_GROUPS, path, 1, g->id, "not a name",
				 t->data);
	else
		g->name = xstrdup(t->data);
}

/* The folder a link of the group points to is named as the device really is. */
static char *resolve_name(const struct root *root, const char *path, const char *link)
{
	cleanup(text_clear) struct text target = { 0 };
	struct pci_address address;
	const char *slash;

	if (pci_address_parse(link, &address) || root_read_link(root, path, &target))
		return xstrdup(link);
	slash = strrchr(target.data, '/');
	return xstrdup(slash && slash[1] ? slash + 1 : link);
}

static void collect_group_device(const struct root *root, struct host *host,
				 uint32_t group, const char *link, struct text *t)
{
	char path[PATH_SIZE];
	cleanup_free char *name = NULL;
	struct device *d;
	int result;

	snprintf(path, sizeof(path), GROUPS_PATH "/%u/devices/%s", (unsigned)group, link);
	name = resolve_name(root, path, link);
	snprintf(path, sizeof(path), GROUPS_PATH "/%u/devices/%s/uevent", (unsigned)group,
		 link);
	result = root_read_attribute(root, path, t);
	if (source_state_of(result) ==
	    SOURCE_ABSENT) { /* gone since the folder was read */
		collect_gap(host, SOURCE_PCI, result, path, group);
		return;
	}
	d = host_add_device(host, name);
	d->group = group;
	d->link = strcmp(name, link) ? xstrdup(link) : NULL;
	collect_gap(host, SOURCE_PCI, result, path, group);
	if (result)
		uevent_missing(d);
	else
		uevent_parse(host, d, t, path);
}

static enum source_state collect_devices(const struct root *root, struct host *host,
					 uint32_t group, struct text *t)
{
	cleanup(names_clear) struct names links = { 0 };
	char path[PATH_SIZE];
	int result;

	snprintf(path, sizeof(path), GROUPS_PATH "/%u/devices", (unsigned)group);
	result = root_list(root, path, &links);
	collect_gap(host, SOURCE_GROUPS, result, path, group);
	for (size_t i = 0; i < links.n; i++)
		collect_group_device(root, host, group, links.name[i], t);
	return source_state_of(result);
}

static void collect_group(const struct root *root, struct host *host, uint32_t id,
			  struct text *t)
{
	struct group *g = host_add_group(host, id);

	collect_name(root, host, g, t);
	collect_type(root, host, g, t);
	/*
	 * A group of VFIO without an IOMMU: kernels of the 5.18 cycle crashed when the
	 * regions of such a group were read (3f6634d997db), and there are none to read.
	 */
	if (g->name && !strcmp(g->name, "vfio-noiommu"))
		g->regions_state = SOURCE_NOT_ASKED;
	else
		collect_regions(root, host, g, t);
	g->devices_state = collect_devices(root, host, id, t);
}

static void collect_groups(const struct root *root, unsigned wanted, struct host *host)
{
	cleanup(names_clear) struct names groups = { 0 };
	cleanup(text_clear) struct text t = { 0 };
	int result = root_list(root, GROUPS_PATH, &groups);

	(void)wanted;
	if (!collect_note(host, SOURCE_GROUPS, result, GROUPS_PATH))
		return;
	host_set_source(host, SOURCE_PCI, SOURCE_READ, 0, "/sys/bus/pci/devices", NULL);
	for (size_t i = 0; i < groups.n; i++) {
		uint64_t id;

		/* Leading zeros would let one group be there twice. */
		if (!text_to_number(groups.name[i], 10, NO_GROUP - 1, &id) ||
		    (groups.name[i][0] == '0' && groups.name[i][1]))
			collect_bad_line(host, SOURCE_GROUPS, GROUPS_PATH, 0, NO_GROUP,
					 "not a group number", groups.name[i]);
		else
			collect_group(root, host, (uint32_t)id, &t);
	}
}

const struct collector collector_iommu_groups = {
	.sources = SOURCE_BIT(SOURCE_GROUPS),
	.collect = collect_groups,
};
