/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the columns of `merge` show. */
#include "cmd/merge-columns.h"

#include "base/text.h"
#include "render/merge.h"

static char *copy(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

static char *cell_host(const struct fleet_host *h)
{
	return xstrdup(h->name);
}

static char *cell_verdict(const struct fleet_host *h)
{
	return xstrdup(fleet_verdict(h));
}

static char *cell_bound(const struct fleet_host *h)
{
	return text_format("%zu", h->n_bound);
}

static char *cell_usable(const struct fleet_host *h)
{
	return text_format("%zu", h->n_usable);
}

static char *cell_groups(const struct fleet_host *h)
{
	return text_format("%zu", h->n_groups);
}

static char *cell_kernel(const struct fleet_host *h)
{
	return copy(h->kernel);
}

static char *cell_worst(const struct fleet_host *h)
{
	if (h->n_findings)
		return xstrdup(h->findings[0].id);
	return xstrdup(h->n_groups ? "-" : "no IOMMU groups");
}

static char *cell_findings(const struct fleet_host *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_findings; i++)
		n += h->findings[i].n;
	return text_format("%zu", n);
}

static char *cell_machine(const struct fleet_host *h)
{
	return copy(h->machine);
}

static char *cell_firmware(const struct fleet_host *h)
{
	return copy(h->firmware);
}

const struct merge_column merge_columns[] = {
	{ "HOST", false, "name of its snapshot", cell_host },
	{ "VERDICT", false, "verdict of check", cell_verdict },
	{ "VFIO", true, "devices that use a VFIO driver", cell_bound },
	{ "VM", true, "devices that a VM can have, now or after unbinding", cell_usable },
	{ "GROUPS", true, "number of IOMMU groups", cell_groups },
	{ "KERNEL", false, "release of the kernel", cell_kernel },
	{ "WORST", false, "the worst finding; -: none", cell_worst },
	{ "FINDINGS", true, "number of findings", cell_findings },
	{ "MACHINE", false, "maker and model", cell_machine },
	{ "FIRMWARE", false, "version and date of the firmware", cell_firmware },
};

const size_t n_merge_columns = ARRAY_SIZE(merge_columns);
