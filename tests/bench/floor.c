// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The least that a reader of all groups can do: open, read and close the files that
 * `iommu-resv list` needs, and nothing else. Per group its type, its reserved_regions,
 * its name (which only a no-IOMMU group has) and its list of devices; per device one
 * uevent. Usage: floor TREE
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char buffer[65536];

static int read_file(int dir, const char *path)
{
	ssize_t got;
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	got = read(fd, buffer, sizeof(buffer));
	close(fd);
	return got < 0 ? -1 : 0;
}

/* Calls visit for each entry; the listing is read whole before the first call. */
static int read_folder(int dir, const char *path,
		       void (*visit)(int dir, const char *path, const char *name))
{
	static char listing[2][65536];
	static int depth;
	char *entries = listing[depth];
	ssize_t got;
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	while ((got = getdents64(fd, entries, sizeof(listing[0]))) > 0) {
		for (ssize_t at = 0; at < got;) {
			const struct dirent64 *entry = (const void *)(entries + at);

			if (entry->d_name[0] != '.') {
				depth++;
				visit(dir, path, entry->d_name);
				depth--;
			}
			at += entry->d_reclen;
		}
	}
	close(fd);
	return 0;
}

static void visit_device(int dir, const char *path, const char *name)
{
	char file[512];

	(void)path;
	snprintf(file, sizeof(file), "sys/bus/pci/devices/%s/uevent", name);
	if (read_file(dir, file))
		perror(file);
}

static void visit_group(int dir, const char *path, const char *name)
{
	char file[512];

	snprintf(file, sizeof(file), "%s/%s/name", path, name);
	read_file(dir, file);
	snprintf(file, sizeof(file), "%s/%s/type", path, name);
	if (read_file(dir, file))
		perror(file);
	snprintf(file, sizeof(file), "%s/%s/reserved_regions", path, name);
	if (read_file(dir, file))
		perror(file);
	snprintf(file, sizeof(file), "%s/%s/devices", path, name);
	if (read_folder(dir, file, visit_device))
		perror(file);
}

int main(int argc, char **argv)
{
	int dir = open(argc == 2 ? argv[1] : "", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0 || read_folder(dir, "sys/kernel/iommu_groups", visit_group)) {
		fprintf(stderr, "usage: floor TREE, a saved tree with groups\n");
		return 1;
	}
	return 0;
}
