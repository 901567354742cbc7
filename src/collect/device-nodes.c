/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which nodes of VFIO and iommufd there are below /dev. Their names are listed; none is
 * opened, because opening loads modules and claims devices.
 */
#include "base/cleanup.h"
#include "collect/collect.h"

static void add_folder(const struct root *root, struct host *host, const char *folder)
{
	cleanup(names_clear) struct names names = { 0 };
	char path[64];
	int result;

	snprintf(path, sizeof(path), "dev/%s", folder);
	result = root_list(root, path, &names);
	if (source_state_of(result) >= SOURCE_DENIED)
		collect_gap(host, SOURCE_DEVICE_NODES, result, path, NO_GROUP);
	for (size_t i = 0; i < names.n; i++) {
		if (text_is_clean(names.name[i]))
			*ADD(host, nodes) = text_format("%s/%s", folder, names.name[i]);
	}
}

static void collect_nodes(const struct root *root, unsigned wanted, struct host *host)
{
	(void)wanted;
	if (!collect_note(host, SOURCE_DEVICE_NODES, root_exists(root, "dev"), "dev"))
		return;
	if (root_exists(root, "dev/iommu") == 0)
		*ADD(host, nodes) = xstrdup("iommu");
	add_folder(root, host, "vfio");
	add_folder(root, host, "vfio/devices");
}

const struct collector collector_device_nodes = {
	.sources = SOURCE_BIT(SOURCE_DEVICE_NODES),
	.collect = collect_nodes,
};
