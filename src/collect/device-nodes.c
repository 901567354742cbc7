/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which nodes of VFIO and iommufd there are below /dev. Their names are listed; none is
 * opened, because opening loads modules and claims devices.
 */
#include "base/cleanup.h"
#include "collect/collect.h"

static void add_folder(const struct reading *r, const char *folder)
{
	cleanup(names_clear) struct names names = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "dev/%s", folder);
	if (read_list(r, path, &names) != SOURCE_READ)
		return;
	for (size_t i = 0; i < names.n; i++) {
		if (text_is_clean(names.name[i]))
			*ADD(r->host, nodes) =
				text_format("%s/%s", folder, names.name[i]);
	}
}

static void collect_nodes(const struct root *root, unsigned wanted, struct host *host)
{
	const struct reading whole = reading_whole(root, host, SOURCE_DEVICE_NODES);
	const struct reading r = reading_of(root, host, SOURCE_DEVICE_NODES);

	(void)wanted;
	if (read_exists(&whole, "dev") != SOURCE_READ)
		return;
	if (read_exists(&r, "dev/iommu") == SOURCE_READ)
		*ADD(host, nodes) = xstrdup("iommu");
	add_folder(&r, "vfio");
	add_folder(&r, "vfio/devices");
}

const struct collector collector_device_nodes = {
	.sources = SOURCE_BIT(SOURCE_DEVICE_NODES),
	.collect = collect_nodes,
};
