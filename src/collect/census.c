/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The folders whose entries are devices that come and go, listed once more: /sys/kernel/
 * iommu_groups (drivers/iommu/iommu.c) and /sys/bus/pci/devices.
 */
#include "collect/census.h"

#include <inttypes.h>

#include "base/cleanup.h"
#include "collect/read.h"

#define GROUPS_PATH "sys/kernel/iommu_groups"

/*
 * The caller clears *names. What is made again has another inode number: kernfs hands
 * them out in a circle (__kernfs_new_node, fs/kernfs/dir.c). Of a saved tree the file
 * system may make them up.
 */
static void add_list(const struct root *root, const char *path, struct text *out,
		     struct names *names)
{
	int result = root_list(root, path, names);

	text_printf(out, "%s %d\n", path, result);
	for (size_t i = 0; i < names->n; i++)
		text_printf(out, "%s %" PRIu64 "\n", names->name[i],
			    root->live ? names_inode(names, i) : 0);
}

static void add_folder(const struct root *root, const char *path, struct text *out)
{
	cleanup(names_clear) struct names names = { 0 };

	add_list(root, path, out, &names);
}

void census_take(const struct root *root, struct text *out)
{
	cleanup(names_clear) struct names groups = { 0 };
	char path[PATH_SIZE];

	text_reset(out);
	add_list(root, GROUPS_PATH, out, &groups);
	for (size_t i = 0; i < groups.n; i++)
		add_folder(root, path_of(path, GROUPS_PATH, groups.name[i], "devices"),
			   out);
	add_folder(root, "sys/bus/pci/devices", out);
}
