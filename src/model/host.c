/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts of one machine: adding, putting in order, looking up, freeing. */
#include "model/host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

void host_init(struct host *host)
{
	*host = (struct host){ 0 };
}

enum source_state source_state_of(int result)
{
	switch (-result) {
	case 0:
		return SOURCE_READ;
	case ENOENT:
	case ENODEV:
	case ENOTDIR:
	case ENXIO:
		return SOURCE_ABSENT;
	case EACCES:
	case EPERM:
		return SOURCE_DENIED;
	default:
		return SOURCE_BROKEN;
	}
}

static void set_source(struct host *host, enum source_id id, enum source_state state,
		       int error, const char *path, unsigned line, const char *detail)
{
	struct source *s = &host->sources[id];

	if (s->state >= SOURCE_DENIED && s->state >= state)
		return;
	s->state = state;
	s->error = error;
	s->line = line;
	free(s->path);
	s->path = path ? xstrdup(path) : NULL;
	free(s->detail);
	s->detail = detail ? xstrdup(detail) : NULL;
}

void host_set_source(struct host *host, enum source_id id, enum source_state state,
		     int error, const char *path, const char *detail)
{
	set_source(host, id, state, error, path, 0, detail);
}

void host_forget_source(struct host *host, enum source_id id)
{
	struct source *s = &host->sources[id];
	size_t n = 0;

	free(s->path);
	free(s->detail);
	*s = (struct source){ .state = SOURCE_NOT_ASKED };
	for (size_t i = 0; i < host->n_gaps; i++) {
		struct gap *g = &host->gaps[i];

		if (g->source != id) {
			host->gaps[n++] = *g;
			continue;
		}
		free(g->path);
		free(g->detail);
	}
	host->n_gaps = n;
}

struct gap *host_add_gap(struct host *host, enum source_id id, enum source_state state,
			 int error, const char *path, unsigned line, const char *detail)
{
	struct gap *g = ADD(host, gaps);

	g->source = id;
	g->state = state;
	g->error = error;
	g->path = xstrdup(path);
	g->line = line;
	g->group = NO_GROUP;
	g->detail = detail ? xstrdup(detail) : NULL;
	if (state >= SOURCE_DENIED)
		set_source(host, id, state, error, path, line, detail);
	return g;
}

bool gap_is_told(const struct gap *g)
{
	return g->state == SOURCE_READ || g->state >= SOURCE_DENIED;
}

bool host_lost_devices_of(const struct host *host, const struct iommu *iommu)
{
	cleanup_free char *path = NULL;

	if (iommu->n_devices || !host->n_gaps)
		return false;
	path = text_format("/sys/class/iommu/%s/devices", iommu->name);
	for (size_t i = 0; i < host->n_gaps; i++) {
		if (host->gaps[i].state >= SOURCE_DENIED &&
		    !strcmp(host->gaps[i].path, path))
			return true;
	}
	return false;
}

struct iommu *host_add_iommu(struct host *host, const char *name)
{
	struct iommu *i = ADD(host, iommus);

	i->name = xstrdup(name);
	return i;
}

struct group *host_add_group(struct host *host, uint32_t id)
{
	struct group *g = ADD(host, groups);

	g->id = id;
	return g;
}

struct device *host_add_device(struct host *host, const char *name)
{
	struct device *d = ADD(host, devices);

	d->name = xstrdup(name);
	d->group = NO_GROUP;
	d->iommu = NO_INDEX;
	return d;
}

void host_add_region(struct host *host, struct region region)
{
	*ADD(host, regions) = region;
}

const char *region_word(const struct region *r)
{
	return r->word ? r->word : region_type_name(r->type);
}

bool region_is_direct(const struct region *r)
{
	return r->type == REGION_DIRECT || r->type == REGION_DIRECT_RELAXABLE;
}

static int compare_groups(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	return COMPARE(x->id, y->id);
}

static int compare_regions(const void *a, const void *b)
{
	const struct region *x = a, *y = b;
	int order = COMPARE(x->group, y->group);

	return order ? order : COMPARE(x->line, y->line);
}

static uint64_t address_key(const struct device *d)
{
	return (uint64_t)d->address.domain << 16 | (uint64_t)d->address.bus << 8 |
	       (uint64_t)d->address.device << 3 | d->address.function;
}

static int compare_devices(const void *a, const void *b)
{
	const struct device *x = a, *y = b;
	int order = COMPARE(x->group, y->group);

	if (!order && x->bus == BUS_PCI && y->bus == BUS_PCI)
		order = COMPARE(address_key(x), address_key(y));
	return order ? order : text_compare_natural(x->name, y->name);
}

static int compare_by_name(const void *a, const void *b, void *devices)
{
	const struct device *d = devices;

	return strcmp(d[*(const size_t *)a].name, d[*(const size_t *)b].name);
}

/* qsort of an array that may be NULL when empty. */
static void sort(void *array, size_t n, size_t size,
		 int (*compare)(const void *, const void *))
{
	if (n > 1)
		qsort(array, n, size, compare);
}

/* Gives each group its slice of regions and devices; false if one is of no group. */
static bool link_groups(struct host *host)
{
	size_t r = 0, d = 0;

	for (size_t i = 0; i < host->n_groups; i++) {
		struct group *g = &host->groups[i];

		if (i && g->id == g[-1].id)
			return false;
		g->first_region = r;
		while (r < host->n_regions && host->regions[r].group == g->id)
			r++;
		g->n_regions = r - g->first_region;
		g->first_device = d;
		while (d < host->n_devices && host->devices[d].group == g->id)
			d++;
		g->n_devices = d - g->first_device;
	}
	return r == host->n_regions &&
	       (d == host->n_devices || host->devices[d].group == NO_GROUP);
}

/* A PCI function is in one place only; names of other buses may collide. */
static bool is_listed_twice(const struct host *host)
{
	for (size_t i = 1; i < host->n_devices; i++) {
		const struct device *a = &host->devices[host->devices_by_name[i - 1]];
		const struct device *b = &host->devices[host->devices_by_name[i]];

		if (a->bus == BUS_PCI && b->bus == BUS_PCI && !strcmp(a->name, b->name))
			return true;
	}
	return false;
}

void host_sort_names(struct host *host)
{
	free(host->devices_by_name);
	host->devices_by_name = xcalloc(host->n_devices, sizeof(size_t));
	for (size_t i = 0; i < host->n_devices; i++)
		host->devices_by_name[i] = i;
	if (host->n_devices > 1)
		qsort_r(host->devices_by_name, host->n_devices, sizeof(size_t),
			compare_by_name, host->devices);
}

bool host_finish(struct host *host)
{
	sort(host->groups, host->n_groups, sizeof(*host->groups), compare_groups);
	sort(host->regions, host->n_regions, sizeof(*host->regions), compare_regions);
	sort(host->devices, host->n_devices, sizeof(*host->devices), compare_devices);
	host_sort_names(host);
	return link_groups(host) && !is_listed_twice(host);
}

const struct group *host_group(const struct host *host, uint32_t id)
{
	const struct group key = { .id = id };

	if (!host->n_groups)
		return NULL;
	return bsearch(&key, host->groups, host->n_groups, sizeof(key), compare_groups);
}

const struct device *host_device(const struct host *host, const char *name)
{
	size_t low = 0, high = host->n_devices;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct device *d = &host->devices[host->devices_by_name[middle]];
		int order = strcmp(name, d->name);

		if (order == 0)
			return d;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const char *host_parameter(const struct host *host, const char *module, const char *name)
{
	for (size_t i = 0; i < host->n_parameters; i++) {
		const struct parameter *p = &host->parameters[i];

		if (!strcmp(p->module, module) && !strcmp(p->name, name))
			return p->value;
	}
	return NULL;
}

enum tristate host_feature(const struct host *host, const char *name)
{
	for (size_t i = 0; i < host->n_features; i++) {
		if (!strcmp(host->features[i].name, name))
			return host->features[i].there;
	}
	return TRISTATE_UNKNOWN;
}

const struct log_line *host_log_find(const struct host *host, const char *a,
				     const char *b)
{
	for (size_t i = 0; i < host->n_log; i++) {
		const struct log_line *l = &host->log[i];

		if (strstr(l->text, a) && (!b || strstr(l->text, b)))
			return l;
	}
	return NULL;
}

/* Documentation/ABI/testing/dev-kmsg */
#define USUAL_LOG "/dev/kmsg"

const char *host_log_path(const struct host *host)
{
	const char *path = host->sources[SOURCE_LOG].path;

	return path ? path : USUAL_LOG;
}

bool host_log_is_named(const struct host *host)
{
	return strcmp(host_log_path(host), USUAL_LOG) != 0;
}

/* A table that stands more than once is named DMAR1, DMAR2, ... */
bool host_has_table(const struct host *host, const char *signature)
{
	for (size_t i = 0; i < host->n_tables; i++) {
		if (text_starts_with(host->tables[i].name, signature))
			return true;
	}
	return false;
}

const struct table_file *host_table(const struct host *host, const char *signature)
{
	for (size_t i = 0; i < host->n_tables; i++) {
		if (text_starts_with(host->tables[i].name, signature) &&
		    host->tables[i].bytes)
			return &host->tables[i];
	}
	return NULL;
}

bool host_has_node(const struct host *host, const char *name)
{
	for (size_t i = 0; i < host->n_nodes; i++) {
		if (!strcmp(host->nodes[i], name))
			return true;
	}
	return false;
}

bool host_has_program(const struct host *host, const char *name)
{
	for (size_t i = 0; i < host->n_programs; i++) {
		if (!strcmp(host->programs[i], name))
			return true;
	}
	return false;
}

size_t host_real_iommus(const struct host *host)
{
	size_t n = 0;

	for (size_t i = 0; i < host->n_iommus; i++)
		n += host->iommus[i].kind != IOMMU_MOCK;
	return n;
}

bool host_groups_complete(const struct host *host)
{
	enum source_state state = host->sources[SOURCE_GROUPS].state;

	for (size_t i = 0; state >= SOURCE_DENIED && i < host->n_gaps; i++) {
		const struct gap *g = &host->gaps[i];

		if (g->source == SOURCE_GROUPS && g->state >= SOURCE_DENIED &&
		    g->group == NO_GROUP)
			return false;
	}
	for (size_t i = 0; i < host->n_groups; i++) {
		if (host->groups[i].devices_state >= SOURCE_DENIED)
			return false;
	}
	return host->n_groups || state == SOURCE_READ || state == SOURCE_ABSENT;
}

bool host_source_usable(const struct host *host, enum source_id id)
{
	switch (host->sources[id].state) {
	case SOURCE_READ:
		return true;
	case SOURCE_DENIED:
	case SOURCE_BROKEN:
		break;
	default:
		return false;
	}
	switch (id) {
#define SOURCE(id, word, facts) \
	case SOURCE_##id:       \
		return facts;
#include "model/sources.def"
#undef SOURCE
	default:
		return false;
	}
}
