/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which devices the kernel may be asked about, and through what. */
#include <stdlib.h>

#include "analyze/inquiry.h"
#include "base/cleanup.h"
#include "base/text.h"

static char *why_in_use(const struct host *host, const struct group_view *gv)
{
	const struct holder *h = &host->holders[gv->holder];

	return text_format("in use: process %u (%s) holds %s %s", (unsigned)h->pid,
			   h->command, holding_name(h->holding), h->what);
}

char *why_not_asked(const struct host *host, const struct analysis *a,
		    const struct device *d)
{
	const struct group *g = host_group(host, d->group);
	const struct group_view *gv = g ? &a->groups[group_index(host, g)] : NULL;

	if (d->driver_unknown)
		return xstrdup("its driver could not be read");
	if (d->driver && !device_is_bound_to_vfio(d))
		return text_format("%s is using it; bind it to a VFIO driver first",
				   d->driver);
	if (!g)
		return xstrdup("in no IOMMU group, so there is nothing to ask");
	if (!d->driver)
		return xstrdup("no driver uses it; bind it to a VFIO driver first");
	if (gv->untranslated)
		return text_format("group %u is not behind an IOMMU", (unsigned)g->id);
	if (gv->holder != NO_INDEX)
		return why_in_use(host, gv);
	return NULL;
}

static bool has_node(const struct host *host, const char *folder, const char *name)
{
	cleanup_free char *node = text_format("%s/%s", folder, name);

	return host_has_node(host, node);
}

static char *missing_iommufd(const struct host *host, const struct device *d)
{
	const struct source *s = &host->sources[SOURCE_IOMMUFD];

	if (s->state == SOURCE_ABSENT && s->detail)
		return xstrdup(s->detail);
	if (!host_has_node(host, "iommu"))
		return xstrdup("there is no /dev/iommu");
	if (!d->vfio_name || !has_node(host, "vfio/devices", d->vfio_name))
		return text_format(
			"%s has no node below /dev/vfio/devices: the kernel is "
			"built without VFIO_DEVICE_CDEV",
			d->name);
	return NULL;
}

static char *missing_vfio(const struct host *host, const struct device *d)
{
	cleanup_free char *group = text_format("%u", (unsigned)d->group);

	if (!host_has_node(host, "vfio/vfio"))
		return xstrdup("there is no /dev/vfio/vfio: the kernel is built without "
			       "VFIO_CONTAINER, or the module vfio is not loaded");
	if (!has_node(host, "vfio", group))
		return text_format("there is no /dev/vfio/%s for %s", group, d->name);
	return NULL;
}

char *why_not_through(const struct host *host, enum asked_via via, const size_t *devices,
		      size_t n)
{
	char *why = NULL;

	for (size_t i = 0; i < n && !why; i++) {
		const struct device *d = &host->devices[devices[i]];

		why = via == ASKED_IOMMUFD ? missing_iommufd(host, d)
					   : missing_vfio(host, d);
	}
	return why;
}
