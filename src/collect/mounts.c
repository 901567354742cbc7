/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which devices hold the disks that this host uses: /proc/self/mountinfo (proc(5)), or
 * /proc/mounts of a saved tree, and /proc/swaps. A number "8:1" leads through
 * /sys/dev/block, and down the `slaves` of device mapper and md, to the path of the disk
 * and so to its controller. For warnings only: who unbinds the controller of his root
 * file system has no host left.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"
#include "collect/read.h"

#define MOUNTINFO_PATH "proc/self/mountinfo"
#define MOUNTS_PATH "proc/mounts"
#define SWAPS_PATH "proc/swaps"
#define BLOCK_PATH "sys/class/block"
#define BTRFS_PATH "sys/fs/btrfs"

/* A table of mounts: with thousands of containers one is as large as a few MiB. */
#define MOUNTS_MAX ((size_t)8 << 20)

/* So many mount points of one file system are kept. */
#define MOUNT_POINTS_MAX 3

/* Disks below disks (LUKS on LVM on md), and steps in all; a made-up tree has loops. */
#define DEPTH_MAX 8
#define STEPS_MAX 4096

/* How often a file system was met, by its number. */
#define SEEN_MAX 1024

struct seen {
	uint64_t major, minor;
	unsigned n;
};

/* One run over the tables. */
struct walk {
	ARRAY_OF(struct seen, seen);
	struct reading r;
	struct host *host;
	const char *what; /* of the line at hand: mount point, "swap" */
	const char *type; /* its file system */
	unsigned steps;	  /* over STEPS_MAX: some were not made */
	size_t cut;	  /* uses that are not kept */
};

static bool may_step(struct walk *w)
{
	return w->steps++ < STEPS_MAX;
}

static bool is_name(const char *s)
{
	return *s && !strchr(s, '/') && strcmp(s, ".") && strcmp(s, "..") &&
	       strlen(s) < 128;
}

/* --- Uses --- */

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* device NULL: which one is not known. */
static void add_use(struct walk *w, const char *device, const char *block)
{
	struct host *host = w->host;
	struct disk_use *u;
	unsigned same = 0;

	for (size_t i = 0; i < host->n_disk_uses; i++) {
		u = &host->disk_uses[i];
		if (!is_same(u->device, device) || !is_same(u->block, block))
			continue;
		if (!strcmp(u->what, w->what) || ++same >= MOUNT_POINTS_MAX)
			return;
	}
	if (host->n_disk_uses >= DISK_USES_MAX) {
		w->cut++;
		return;
	}
	u = ADD(host, disk_uses);
	u->device = device ? xstrdup(device) : NULL;
	u->block = block ? xstrdup(block) : NULL;
	u->what = xstrndup(w->what, 200);
	u->type = xstrndup(w->type, 40);
	text_clean(u->what);
	text_clean(u->type);
}

/*
 * "../../devices/pci0000:00/0000:00:1d.0/0000:03:00.0/nvme/nvme0/nvme0n1/nvme0n1p2": each
 * device in it takes the disk away when it goes, bridges excepted, which nobody unbinds.
 */
static bool add_path(struct walk *w, char *path, const char *block)
{
	char *save = NULL;
	bool any = false;

	for (char *s = strtok_r(path, "/", &save); s; s = strtok_r(NULL, "/", &save)) {
		const struct device *d = host_device(w->host, s);

		if (!d || device_is_pci_bridge(d))
			continue;
		add_use(w, d->name, block);
		any = true;
	}
	return any;
}

/* --- Down to the disks --- */

static bool find_disks(struct walk *w, const char *block, unsigned depth);

/*
 * Native NVMe multipath: the disk is virtual, and its subsystem has a link to each
 * controller (drivers/nvme/host/multipath.c). path: of the disk, "../../devices/virtual/
 * nvme-subsystem/nvme-subsys0/nvme0n1".
 */
static bool find_nvme_paths(struct walk *w, const char *path, const char *block)
{
	cleanup(names_clear) struct names names = { 0 };
	cleanup(text_clear) struct text target = { 0 };
	const char *start = strstr(path, "nvme-subsystem/");
	const char *end = start ? strchr(start + strlen("nvme-subsystem/"), '/') : NULL;
	char folder[PATH_SIZE], link[2 * PATH_SIZE];
	bool any = false;

	if (!end)
		return false;
	snprintf(folder, sizeof(folder), "sys/devices/virtual/%.*s", (int)(end - start),
		 start);
	if (read_list(&w->r, folder, &names) != SOURCE_READ)
		return false;
	for (size_t i = 0; i < names.n; i++) {
		/* the folders in it are the disks */
		if (!text_starts_with(names.name[i], "nvme") ||
		    names_may_be_folder(&names, i))
			continue;
		if (!may_step(w))
			break;
		snprintf(link, sizeof(link), "%s/%s", folder, names.name[i]);
		if (read_link(&w->r, link, &target) == SOURCE_READ)
			any = add_path(w, target.data, block) || any;
	}
	return any;
}

/* The disks that a virtual one is made of. */
static bool find_slaves(struct walk *w, const char *block, unsigned depth)
{
	cleanup(names_clear) struct names names = { 0 };
	char path[PATH_SIZE];
	bool any = false;

	snprintf(path, sizeof(path), BLOCK_PATH "/%s/slaves", block);
	if (read_list(&w->r, path, &names) != SOURCE_READ)
		return false;
	for (size_t i = 0; i < names.n; i++)
		any = find_disks(w, names.name[i], depth + 1) || any;
	return any;
}

/*
 * Disks that have no device: what is behind a loop is a file of another mount, and RAM is
 * not taken away.
 */
static bool is_without_device(const char *block)
{
	static const char *const names[] = { "loop", "ram", "zram", "nbd" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (text_starts_with(block, names[i]))
			return true;
	}
	return false;
}

/* path: target of the link of a disk. False if it leads to no device. */
static bool follow(struct walk *w, char *path, unsigned depth)
{
	const char *slash = strrchr(path, '/');
	cleanup_free char *block = xstrdup(slash ? slash + 1 : path);

	if (!is_name(block))
		return false;
	if (is_without_device(block))
		return true;
	if (!strstr(path, "/devices/virtual/")) {
		add_path(w, path, block); /* or it hangs on no device that is here */
		return true;
	}
	return find_nvme_paths(w, path, block) || find_slaves(w, block, depth);
}

static bool find_disks(struct walk *w, const char *block, unsigned depth)
{
	cleanup(text_clear) struct text target = { 0 };
	char path[PATH_SIZE];

	if (!is_name(block) || depth >= DEPTH_MAX || !may_step(w))
		return false;
	snprintf(path, sizeof(path), BLOCK_PATH "/%s", block);
	return read_link(&w->r, path, &target) == SOURCE_READ &&
	       follow(w, target.data, depth);
}

static bool find_number(struct walk *w, uint64_t major, uint64_t minor)
{
	cleanup(text_clear) struct text target = { 0 };
	char path[PATH_SIZE];

	if (!may_step(w))
		return false;
	snprintf(path, sizeof(path), "sys/dev/block/%u:%u", (unsigned)major,
		 (unsigned)minor);
	return read_link(&w->r, path, &target) == SOURCE_READ &&
	       follow(w, target.data, 0);
}

/* --- "/dev/mapper/vg-root", "/dev/nvme0n1p2" --- */

/* The disk of a device mapper's name. */
static char *block_of_mapper(struct walk *w, const char *name)
{
	cleanup(names_clear) struct names names = { 0 };
	cleanup(text_clear) struct text t = { 0 };
	char path[PATH_SIZE];

	if (read_list(&w->r, BLOCK_PATH, &names) != SOURCE_READ)
		return NULL;
	for (size_t i = 0; i < names.n; i++) {
		if (!text_starts_with(names.name[i], "dm-") || !is_name(names.name[i]))
			continue;
		if (!may_step(w))
			break;
		snprintf(path, sizeof(path), BLOCK_PATH "/%s/dm/name", names.name[i]);
		if (read_attribute(&w->r, path, &t) != SOURCE_READ)
			continue;
		text_trim_end(t.data);
		if (!strcmp(t.data, name))
			return xstrdup(names.name[i]);
	}
	return NULL;
}

/* NULL: it names no disk. The caller owns it. */
static char *block_of_node(struct walk *w, const char *node)
{
	if (text_starts_with(node, "/dev/mapper/"))
		return block_of_mapper(w, node + strlen("/dev/mapper/"));
	if (text_starts_with(node, "/dev/") && is_name(node + strlen("/dev/")))
		return xstrdup(node + strlen("/dev/"));
	return NULL;
}

static bool find_node(struct walk *w, const char *node)
{
	cleanup_free char *block = block_of_node(w, node);

	return block && find_disks(w, block, 0);
}

/* --- File systems that have no disk number of their own --- */

/* All members of the btrfs that has this disk. */
static bool find_btrfs(struct walk *w, const char *source)
{
	cleanup(names_clear) struct names systems = { 0 };
	cleanup_free char *block = block_of_node(w, source);
	char path[PATH_SIZE];

	if (!block || read_list(&w->r, BTRFS_PATH, &systems) != SOURCE_READ)
		return block && find_disks(w, block, 0);
	for (size_t i = 0; i < systems.n && may_step(w); i++) {
		cleanup(names_clear) struct names members = { 0 };
		bool is_it = false, all = true;

		snprintf(path, sizeof(path), BTRFS_PATH "/%s/devices", systems.name[i]);
		if (!is_name(systems.name[i]) ||
		    read_list(&w->r, path, &members) != SOURCE_READ)
			continue;
		for (size_t m = 0; m < members.n; m++)
			is_it = is_it || !strcmp(members.name[m], block);
		for (size_t m = 0; is_it && m < members.n; m++)
			all = find_disks(w, members.name[m], 0) && all;
		if (is_it)
			return all;
	}
	return find_disks(w, block, 0);
}

/* bcachefs names its members: "/dev/sda:/dev/sdb". */
static bool find_all_nodes(struct walk *w, char *source)
{
	char *save = NULL;
	bool all = true;

	for (char *s = strtok_r(source, ":", &save); s; s = strtok_r(NULL, ":", &save))
		all = find_node(w, s) && all;
	return all;
}

/* Was enough of a file system seen? With containers it is mounted a thousand times. */
static bool is_seen(struct walk *w, uint64_t major, uint64_t minor)
{
	struct seen *s;

	for (size_t i = 0; i < w->n_seen; i++) {
		s = &w->seen[i];
		if (s->major == major && s->minor == minor)
			return ++s->n > MOUNT_POINTS_MAX;
	}
	if (w->n_seen < SEEN_MAX) {
		s = ADD(w, seen);
		*s = (struct seen){ major, minor, 1 };
	}
	return false;
}

/* major 0: the source alone may name a disk. */
static void take_mount(struct walk *w, uint64_t major, uint64_t minor, char *source)
{
	bool known;

	if (!strcmp(w->type, "zfs")) /* the members of a pool are in no file */
		known = false;
	else if (!strcmp(w->type, "btrfs"))
		known = find_btrfs(w, source);
	else if (!strcmp(w->type, "bcachefs"))
		known = find_all_nodes(w, source);
	else if (major)
		known = find_number(w, major, minor) || find_node(w, source);
	else if (text_starts_with(source, "/dev/"))
		known = find_node(w, source);
	else
		return; /* no disk */
	if (!known)
		add_use(w, NULL, NULL);
}

/* --- The tables --- */

/* "\040" is a blank: mangle, fs/seq_file.c. */
static void unescape(char *s)
{
	char *out = s;

	for (; *s; s++, out++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' &&
		    s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
			*out = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 |
				      (s[3] - '0'));
			s += 3;
		} else {
			*out = *s;
		}
	}
	*out = 0;
}

/* Splits at blanks; those beyond max are left out. */
static size_t split(char *line, char **word, size_t max)
{
	char *save = NULL;
	size_t n = 0;

	for (char *s = strtok_r(line, " \t", &save); s && n < max;
	     s = strtok_r(NULL, " \t", &save))
		word[n++] = s;
	return n;
}

/*
 * "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw": behind the options
 * any number of fields and a hyphen.
 */
static bool take_mountinfo_line(struct walk *w, char *line)
{
	char *word[32];
	size_t n = split(line, word, ARRAY_SIZE(word));
	uint64_t major, minor;
	char *colon;
	size_t i = 6;

	while (i < n && strcmp(word[i], "-"))
		i++;
	if (i + 2 >= n || !(colon = strchr(word[2], ':')))
		return false;
	*colon = 0;
	if (!text_to_number(word[2], 10, UINT32_MAX, &major) ||
	    !text_to_number(colon + 1, 10, UINT32_MAX, &minor))
		return false;
	unescape(word[4]);
	unescape(word[i + 2]);
	w->what = word[4];
	w->type = word[i + 1];
	if (!is_seen(w, major, minor))
		take_mount(w, major, minor, word[i + 2]);
	return true;
}

/* "/dev/nvme0n1p2 / ext4 rw,relatime 0 0" */
static bool take_mounts_line(struct walk *w, char *line)
{
	char *word[4];

	if (split(line, word, ARRAY_SIZE(word)) < ARRAY_SIZE(word))
		return false;
	unescape(word[0]);
	unescape(word[1]);
	w->what = word[1];
	w->type = word[2];
	take_mount(w, 0, 0, word[0]);
	return true;
}

/* "/dev/dm-1  partition  8388604  0  -2"; a file lies on a mount. */
static bool take_swaps_line(struct walk *w, char *line)
{
	char *word[3];

	if (split(line, word, ARRAY_SIZE(word)) < ARRAY_SIZE(word))
		return false;
	unescape(word[0]);
	if (strcmp(word[1], "partition"))
		return true;
	w->what = w->type = "swap";
	if (!find_node(w, word[0]))
		add_use(w, NULL, NULL);
	return true;
}

static void take_lines(struct walk *w, struct text *t, const char *path, unsigned skip,
		       bool (*take)(struct walk *w, char *line))
{
	bool complete = true;
	unsigned number = 0;
	char *rest = t->data;
	char *line;

	while ((line = text_next_line(&rest, &complete))) {
		cleanup_free char *start = xstrndup(line, 60);

		if (++number > skip && *line && !take(w, line)) {
			read_bad_line(&w->r, path, number, "not a line of such a table",
				      start);
			return;
		}
	}
}

static void collect_mounts(const struct root *root, unsigned wanted, struct host *host)
{
	const struct reading whole = reading_whole(root, host, SOURCE_MOUNTS);
	struct walk w = { .r = reading_of(root, host, SOURCE_MOUNTS), .host = host };
	cleanup(text_clear) struct text t = { 0 };
	bool is_old = !root->live && read_exists(&w.r, MOUNTINFO_PATH) == SOURCE_ABSENT;
	const char *path = is_old ? MOUNTS_PATH : MOUNTINFO_PATH;

	(void)wanted;
	if (!read_text(&whole, path, MOUNTS_MAX, &t))
		return;
	take_lines(&w, &t, path, 0, is_old ? take_mounts_line : take_mountinfo_line);
	free(w.seen);
	if (read_text(&w.r, SWAPS_PATH, MOUNTS_MAX, &t))
		take_lines(&w, &t, SWAPS_PATH, 1, take_swaps_line);
	read_cut(&w.r, path, "uses of disks", w.cut, DISK_USES_MAX);
	if (w.steps > STEPS_MAX)
		host_add_gap(host, SOURCE_MOUNTS, SOURCE_READ, 0, "/" BLOCK_PATH, 0,
			     "not all links to disks were followed, there are so many");
}

const struct collector collector_mounts = {
	.sources = SOURCE_BIT(SOURCE_MOUNTS),
	.late = true,
	.collect = collect_mounts,
};
