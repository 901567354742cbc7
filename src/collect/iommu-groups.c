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

static void parse_regions(const struct reading *reading, struct group *g, struct text *t,
			  const char *path)
{
	struct region r = { .group = g->id };
	bool complete = true;
	char *rest;
	char *line;

	if (memchr(t->data, 0, t->len)) {
		read_bad_line(reading, path, 0, "holds a zero byte", t->data);
		g->regions_state = SOURCE_BROKEN;
	}
	rest = t->data;
	while ((line = text_next_line(&rest, &complete))) {
		r.line++;
		if (parse_region(line, &r) && (complete || is_whole_word(r.type))) {
			host_add_region(reading->host, r);
			r.word = NULL; /* the host's now */
		} else if (complete) {
			read_bad_line(reading, path, r.line, "not a reserved region",
				      line);
			g->regions_state = SOURCE_BROKEN;
		}
	}
	free(r.word);
	g->regions_cut = !complete;
}

static void collect_regions(const struct reading *r, const char *id, struct group *g,
			    struct text *t)
{
	char path[PATH_SIZE];

	path_of(path, GROUPS_PATH, id, "reserved_regions");
	g->regions_state = read_attribute(r, path, t);
	g->regions_size = t->len;
	if (g->regions_state != SOURCE_READ) /* its gap is the last one */
		g->regions_error = r->host->gaps[r->host->n_gaps - 1].error;
	else if (t->len)
		parse_regions(r, g, t, path);
}

static void collect_type(const struct reading *r, const char *id, struct group *g,
			 struct text *t)
{
	char path[PATH_SIZE];

	path_of(path, GROUPS_PATH, id, "type");
	if (read_attribute(r, path, t) != SOURCE_READ)
		return;
	text_trim_end(t->data);
	if (!domain_type_parse(t->data, &g->type) || g->type == DOMAIN_NOT_READ) {
		g->type = DOMAIN_NOT_READ;
		read_bad_line(r, path, 1, "not a domain type", t->data);
	}
}

static void collect_name(const struct reading *r, const char *id, struct group *g,
			 struct text *t)
{
	char path[PATH_SIZE];

	path_of(path, GROUPS_PATH, id, "name");
	if (read_attribute(r, path, t) != SOURCE_READ)
		return;
	if (t->len && memchr(t->data, 0, t->len)) {
		read_bad_line(r, path, 1, "holds a zero byte", t->data);
		return;
	}
	text_trim_end(t->data);
	if (!t->data[0] || !text_is_clean(t->data))
		read_bad_line(r, path, 1, "not a name", t->data);
	else
		g->name = xstrdup(t->data);
}

/* The folder a link of the group points to is named as the device really is. */
static char *resolve_name(const struct reading *r, const char *path, const char *link)
{
	cleanup(text_clear) struct text target = { 0 };
	struct pci_address address;
	const char *slash;

	if (pci_address_parse(link, &address) ||
	    read_link(r, path, &target) != SOURCE_READ)
		return xstrdup(link);
	slash = strrchr(target.data, '/');
	return xstrdup(slash && slash[1] ? slash + 1 : link);
}

/*
 * Has the device nothing to say in its `uevent`? Those buses always say what it is
 * (pci_uevent and so on); others need not, as that of the mock devices of
 * drivers/iommu/iommufd/selftest.c, and a device without driver is then without a word.
 */
static bool is_of_silent_bus(const struct reading *r, const char *folder,
			     const char *link)
{
	static const char *const telling[] = { "pci", "platform", "amba", "fsl-mc",
					       "cdx" };
	cleanup(text_clear) struct text target = { 0 };
	char path[PATH_SIZE];
	const char *bus;

	path_of(path, folder, link, "subsystem");
	if (read_link(r, path, &target) != SOURCE_READ)
		return false;
	bus = strrchr(target.data, '/');
	for (size_t i = 0; bus && i < ARRAY_SIZE(telling); i++) {
		if (!strcmp(bus + 1, telling[i]))
			return false;
	}
	return bus;
}

/* folder: of the group's devices. */
static void collect_group_device(const struct reading *r, const char *folder,
				 const char *link, struct text *t)
{
	char path[PATH_SIZE];
	cleanup_free char *name =
		resolve_name(r, path_of(path, folder, link, NULL), link);
	enum source_state state;
	struct device *d;

	path_of(path, folder, link, "uevent");
	state = read_attribute(r, path, t);
	if (state == SOURCE_ABSENT) /* gone since the folder was read */
		return;
	d = host_add_device(r->host, name);
	d->group = r->group;
	d->link = strcmp(name, link) ? xstrdup(link) : NULL;
	if (state != SOURCE_READ)
		uevent_missing(d);
	else if (t->len || !is_of_silent_bus(r, folder, link))
		uevent_parse(r, d, t, path);
}

static enum source_state collect_devices(const struct reading *r, const char *id,
					 struct text *t)
{
	const struct reading pci =
		reading_of_group(r->root, r->host, SOURCE_PCI, r->group);
	cleanup(names_clear) struct names links = { 0 };
	enum source_state state;
	char folder[PATH_SIZE];

	path_of(folder, GROUPS_PATH, id, "devices");
	state = read_list(r, folder, &links);
	for (size_t i = 0; i < links.n; i++)
		collect_group_device(&pci, folder, links.name[i], t);
	return state;
}

/* name: the id as its folder is called. */
static void collect_group(const struct root *root, struct host *host, uint32_t id,
			  const char *name, struct text *t)
{
	const struct reading r = reading_of_group(root, host, SOURCE_GROUPS, id);
	struct group *g = host_add_group(host, id);

	collect_name(&r, name, g, t);
	collect_type(&r, name, g, t);
	/*
	 * A group of VFIO without an IOMMU: kernels of the 5.18 cycle crashed when the
	 * regions of such a group were read (3f6634d997db), and there are none to read.
	 */
	if (g->name && !strcmp(g->name, "vfio-noiommu"))
		g->regions_state = SOURCE_NOT_ASKED;
	else
		collect_regions(&r, name, g, t);
	g->devices_state = collect_devices(&r, name, t);
}

static void collect_groups(const struct root *root, unsigned wanted, struct host *host)
{
	cleanup(names_clear) struct names groups = { 0 };
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_whole(root, host, SOURCE_GROUPS);

	(void)wanted;
	if (read_list(&r, GROUPS_PATH, &groups) != SOURCE_READ)
		return;
	host_set_source(host, SOURCE_PCI, SOURCE_READ, 0, "/sys/bus/pci/devices", NULL);
	for (size_t i = 0; i < groups.n; i++) {
		uint64_t id;

		/* Leading zeros would let one group be there twice. */
		if (!text_to_number(groups.name[i], 10, NO_GROUP - 1, &id) ||
		    (groups.name[i][0] == '0' && groups.name[i][1]))
			read_bad_line(&r, GROUPS_PATH, 0, "not a group number",
				      groups.name[i]);
		else
			collect_group(root, host, (uint32_t)id, groups.name[i], &t);
	}
}

const struct collector collector_iommu_groups = {
	.sources = SOURCE_BIT(SOURCE_GROUPS),
	.collect = collect_groups,
};
