/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which processes hold VFIO groups, VFIO devices or an iommufd: links in /proc/PID/fd
 * that lead to /dev/vfio/GROUP, /dev/vfio/devices/vfioN or /dev/iommu, and since 7.2 what
 * fdinfo says of a device's own file (drivers/vfio/vfio_main.c,
 * vfio_device_show_fdinfo). Looked for only where a device is bound to a VFIO driver, so
 * it costs nothing elsewhere.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"

#define NO_DEVICE "no device is bound to a VFIO driver"

/* The name below the device's folder vfio-dev: that of its node in /dev/vfio/devices. */
static void collect_vfio_name(const struct reading *r, struct device *d)
{
	cleanup(names_clear) struct names names = { 0 };
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/vfio-dev", d->name);
	if (read_list(r, path, &names) == SOURCE_READ && names.n == 1 &&
	    text_is_clean(names.name[0]))
		d->vfio_name = xstrdup(names.name[0]);
}

/* One process, as it is looked at. */
struct process {
	const struct reading *reading;
	const char *pid;
	char *command; /* read when the first holding is found */
};

static void read_command(struct process *p)
{
	cleanup(text_clear) struct text t = { 0 };
	char path[PATH_SIZE];

	if (p->command)
		return;
	snprintf(path, sizeof(path), "proc/%s/comm", p->pid);
	if (read_attribute(p->reading, path, &t) == SOURCE_READ) {
		text_trim_end(t.data);
		text_clean(t.data);
		p->command = xstrdup(t.data);
	}
	if (!p->command || !p->command[0]) {
		free(p->command);
		p->command = xstrdup("?");
	}
}

static void add_holder(struct process *p, enum holding holding, const char *what)
{
	struct host *host = p->reading->host;
	uint64_t pid = 0;
	struct holder *h;

	if (!text_is_clean(what) || !text_to_number(p->pid, 10, UINT32_MAX, &pid))
		return;
	read_command(p);
	h = ADD(host, holders);
	h->pid = (uint32_t)pid;
	h->command = xstrdup(p->command);
	h->holding = holding;
	h->what = xstrdup(what);
}

/* "vfio-device-syspath: /sys/devices/pci0000:00/0000:00:03.0"; kernels before 7.2: no
 * line. */
static void read_fdinfo(struct process *p, const char *fd)
{
	static const char key[] = "vfio-device-syspath:";
	cleanup(text_clear) struct text t = { 0 };
	char path[PATH_SIZE];
	char *rest, *line;
	bool complete;

	snprintf(path, sizeof(path), "proc/%s/fdinfo/%s", p->pid, fd);
	if (!read_text(p->reading, path, ROOT_READ_MAX, &t))
		return;
	rest = t.data;
	while ((line = text_next_line(&rest, &complete))) {
		const char *slash = strrchr(line, '/');

		if (text_starts_with(line, key) && slash && slash[1])
			add_holder(p, HOLDS_DEVICE, slash + 1);
	}
}

static void consider_link(struct process *p, const char *fd, const char *target)
{
	static const char devices[] = "/dev/vfio/devices/", groups[] = "/dev/vfio/";

	if (text_starts_with(target, devices))
		add_holder(p, HOLDS_NODE, target + strlen(devices));
	else if (text_starts_with(target, groups) && strcmp(target, "/dev/vfio/vfio"))
		add_holder(p, HOLDS_GROUP, target + strlen(groups));
	else if (!strcmp(target, "/dev/iommu"))
		add_holder(p, HOLDS_IOMMUFD, "iommu");
	else if (!strcmp(target, "anon_inode:[vfio-device]"))
		read_fdinfo(p, fd);
}

static int compare_holders(const void *a, const void *b)
{
	const struct holder *x = *(const struct holder *const *)a;
	const struct holder *y = *(const struct holder *const *)b;

	if (x->holding != y->holding)
		return x->holding < y->holding ? -1 : 1;
	return strcmp(x->what, y->what) ? strcmp(x->what, y->what) : (x > y) - (x < y);
}

/* Of what a process holds by several of its files the first stays. */
static void drop_repeated(struct host *host, size_t first)
{
	size_t n = host->n_holders - first, kept = first;
	cleanup_free struct holder **sorted = xcalloc(n, sizeof(*sorted));

	for (size_t i = 0; i < n; i++)
		sorted[i] = &host->holders[first + i];
	if (n)
		qsort(sorted, n, sizeof(*sorted), compare_holders);
	for (size_t i = n; i > 1; i--) {
		struct holder *before = sorted[i - 2], *h = sorted[i - 1];

		if (before->holding != h->holding || strcmp(before->what, h->what))
			continue;
		free(h->command);
		free(h->what);
		h->what = NULL;
	}
	for (size_t i = first; i < host->n_holders; i++) {
		if (host->holders[i].what)
			host->holders[kept++] = host->holders[i];
	}
	host->n_holders = kept;
}

/* Adds one to *denied if the process is not ours to look at. */
static void collect_process(const struct reading *r, const char *pid, size_t *denied)
{
	cleanup(names_clear) struct names fds = { 0 };
	cleanup(text_clear) struct text t = { 0 };
	struct process p = { r, pid, NULL };
	size_t first = r->host->n_holders;
	cleanup_close int folder = -1;
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "proc/%s/fd", pid);
	if (read_list_or_count(r, path, &fds, denied) != SOURCE_READ || !fds.n ||
	    read_folder(r, path, &folder) != SOURCE_READ)
		return;
	for (size_t i = 0; i < fds.n; i++) {
		if (read_folder_link(r, folder, path, fds.name[i], &t) == SOURCE_READ)
			consider_link(&p, fds.name[i], t.data);
	}
	drop_repeated(r->host, first);
	free(p.command);
}

static void collect_processes(const struct root *root, struct host *host)
{
	const struct reading whole = reading_whole(root, host, SOURCE_USERS);
	const struct reading r = reading_of(root, host, SOURCE_USERS);
	cleanup(names_clear) struct names names = { 0 };
	size_t denied = 0;
	uint64_t pid;

	if (read_list(&whole, "proc", &names) != SOURCE_READ)
		return;
	for (size_t i = 0; i < names.n; i++) {
		if (text_to_number(names.name[i], 10, UINT32_MAX, &pid))
			collect_process(&r, names.name[i], &denied);
	}
	if (denied) {
		cleanup_free char *detail =
			text_format("the open files of %zu %s may not be read", denied,
				    one_or_many(denied, "process", "processes"));

		host_add_gap(host, SOURCE_USERS, SOURCE_DENIED, EACCES, "/proc", 0,
			     detail);
	}
}

static void collect_users(const struct root *root, unsigned wanted, struct host *host)
{
	const struct reading r = reading_of(root, host, SOURCE_USERS);
	bool any = false;

	(void)wanted;
	for (size_t i = 0; i < host->n_devices; i++) {
		struct device *d = &host->devices[i];

		if (!device_is_bound_to_vfio(d))
			continue;
		any = true;
		if (d->bus == BUS_PCI)
			collect_vfio_name(&r, d);
	}
	if (any)
		collect_processes(root, host);
	else
		host_set_source(host, SOURCE_USERS, SOURCE_ABSENT, 0, "/proc", NO_DEVICE);
}

const struct collector collector_users = {
	.sources = SOURCE_BIT(SOURCE_USERS),
	.collect = collect_users,
};
