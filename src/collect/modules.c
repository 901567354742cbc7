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
#define PATH_SIZE 256

static const struct {
	const char *module;
	const char *parameter;
} wanted_parameters[] = {
	{ "vfio_iommu_type1", "allow_unsafe_interrupts" },
	{ "iommufd", "allow_unsafe_interrupts" },
	{ "vfio", "enable_unsafe_noiommu_mode" },
};

static void read_parameter(const struct root *root, struct host *host, const char *module,
			   const char *name)
{
	cleanup(text_clear) struct text t = { 0 };
	char path[PATH_SIZE];
	struct parameter *p;
	int result;

	snprintf(path, sizeof(path), MODULE_PATH "/%s/parameters/%s", module, name);
	result = root_read_attribute(root, path, &t);
	if (result == -ENOENT)
		return;
	if (result) {
		collect_gap(host, SOURCE_MODULES, result, path, NO_GROUP);
		return;
	}
	text_reserve(&t, 0);
	text_trim_end(t.data);
	if (!text_is_clean(t.data) || (t.data[0] != 'Y' && t.data[0] != 'N') ||
	    t.data[1]) {
		collect_bad_line(host, SOURCE_MODULES, path, 1, NO_GROUP,
				 "neither Y nor N", t.data);
		return;
	}
	p = ADD(host, parameters);
	p->module = xstrdup(module);
	p->name = xstrdup(name);
	p->value = text_take(&t);
}

static void collect_modules(const struct root *root, unsigned wanted, struct host *host)
{
	(void)wanted;
	if (!collect_note(host, SOURCE_MODULES, root_exists(root, MODULE_PATH),
			  MODULE_PATH))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(wanted_parameters); i++)
		read_parameter(root, host, wanted_parameters[i].module,
			       wanted_parameters[i].parameter);
}

const struct collector collector_modules = {
	.sources = SOURCE_BIT(SOURCE_MODULES),
	.collect = collect_modules,
};
