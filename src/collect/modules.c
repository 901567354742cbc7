/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /sys/module: parameters that change what VFIO and iommufd allow. A module that is not
 * loaded has no folder, and its parameters then have their defaults.
 */
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "collect/collect.h"

#define MODULE_PATH "sys/module"

static const struct {
	const char *module;
	const char *parameter;
} wanted_parameters[] = {
	{ "vfio_iommu_type1", "allow_unsafe_interrupts" },
	{ "iommufd", "allow_unsafe_interrupts" },
	{ "vfio", "enable_unsafe_noiommu_mode" },
	{ "vfio_platform", "reset_required" },
};

static void read_parameter(const struct reading *r, const char *module, const char *name)
{
	cleanup(text_clear) struct text t = { 0 };
	char folder[PATH_SIZE], path[PATH_SIZE];
	struct parameter *p;

	snprintf(folder, sizeof(folder), MODULE_PATH "/%s", module);
	snprintf(path, sizeof(path), MODULE_PATH "/%s/parameters/%s", module, name);
	if (read_exists(r, folder) != SOURCE_READ ||
	    read_attribute(r, path, &t) != SOURCE_READ)
		return;
	text_trim_end(t.data);
	if (!text_is_clean(t.data) || (t.data[0] != 'Y' && t.data[0] != 'N') ||
	    t.data[1]) {
		read_bad_line(r, path, 1, "neither Y nor N", t.data);
		return;
	}
	p = ADD(r->host, parameters);
	p->module = xstrdup(module);
	p->name = xstrdup(name);
	p->value = text_take(&t);
}

static void collect_modules(const struct root *root, unsigned wanted, struct host *host)
{
	const struct reading whole = reading_whole(root, host, SOURCE_MODULES);
	const struct reading r = reading_of(root, host, SOURCE_MODULES);

	(void)wanted;
	if (read_exists(&whole, MODULE_PATH) != SOURCE_READ)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(wanted_parameters); i++)
		read_parameter(&r, wanted_parameters[i].module,
			       wanted_parameters[i].parameter);
}

const struct collector collector_modules = {
	.sources = SOURCE_BIT(SOURCE_MODULES),
	.collect = collect_modules,
};
