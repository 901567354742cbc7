/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Groups: who has one open, which IOMMU it is behind, whether its list is whole. And for
 * whom devices are.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/parts.h"
#include "base/cleanup.h"
#include "base/text.h"

/*
 * VFIO names the groups it makes itself so (drivers/vfio/group.c,
 * vfio_noiommu_group_alloc).
 */
static bool is_untranslated(const struct group *g)
{
	return g->name && !strcmp(g->name, "vfio-noiommu");
}

/* The kernel gives a group of VFIO's no default domain: its type is no word we know. */
static bool may_be_untranslated(const struct host *host, const struct group *g)
{
	if (g->name || (g->type != DOMAIN_UNKNOWN && g->type != DOMAIN_NOT_READ))
		return false;
	for (size_t i = 0; i < host->n_gaps; i++) {
		const struct gap *gap = &host->gaps[i];
		const char *file = gap->path ? strrchr(gap->path, '/') : NULL;

		if (gap->group == g->id && file && !strcmp(file, "/name"))
			return true;
	}
	return false;
}

/*
 * How sure it is that what a process holds keeps the group from its default domain. An
 * open group or node need not be attached yet; a device's own file comes after that. 0:
 * it has nothing to do with the group.
 */
static unsigned weight(const struct host *host, const struct group *g,
		       const struct holder *h)
{
	cleanup_free char *number = text_format("%u", (unsigned)g->id);

	if (h->holding == HOLDS_GROUP)
		return !strcmp(h->what, number);
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		const struct device *d = &host->devices[i];

		if (h->holding == HOLDS_DEVICE && !strcmp(h->what, d->name))
			return 3;
		if (h->holding == HOLDS_NODE && d->vfio_name &&
		    !strcmp(h->what, d->vfio_name))
			return 2;
	}
	return 0;
}

static size_t holder_of(const struct host *host, const struct group *g)
{
	size_t best = NO_INDEX;
	unsigned most = 0;

	for (size_t i = 0; i < host->n_holders; i++) {
		unsigned w = weight(host, g, &host->holders[i]);

		if (w > most) {
			best = i;
			most = w;
		}
	}
	return best;
}

/*
 * x86 IOMMUs translate pages of 4 KiB; elsewhere the page tables use the granule of the
 * processor (io-pgtable-arm.c narrows the bitmap to it).
 */
static uint64_t page_size_of(const struct host *host, enum iommu_kind kind, bool *known)
{
	bool is_x86 = host_is_x86(host) || kind == IOMMU_INTEL || kind == IOMMU_AMD;
	uint64_t size = is_x86 ? 4096 : kernel_page_size(host);

	*known = size != 0;
	return size ? size : 4096;
}

size_t iommu_of_group(const struct host *host, const struct group *g)
{
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		if (host->devices[i].iommu != NO_INDEX)
			return host->devices[i].iommu;
	}
	return NO_INDEX;
}

enum iommu_kind iommu_kind_at(const struct host *host, size_t iommu)
{
	return iommu == NO_INDEX ? IOMMU_OTHER : host->iommus[iommu].kind;
}

static bool is_for_user(const struct analysis *a, const struct group *g)
{
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		if (a->devices[i].for_user)
			return true;
	}
	return false;
}

static void count_lines(const struct analysis *a, const struct group *g,
			struct group_view *v)
{
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		enum region_type type = a->regions[i].type;

		v->n_direct += type == REGION_DIRECT;
		v->n_relaxable += type == REGION_DIRECT_RELAXABLE;
		v->n_hw_msi += type == REGION_MSI;
		v->n_sw_msi += type == REGION_SW_MSI;
	}
}

void analyze_groups(const struct host *host, const struct analysis *a,
		    struct group_view *out)
{
	for (size_t i = 0; i < host->n_groups; i++) {
		const struct group *g = &host->groups[i];
		struct group_view *v = &out[i];

		v->iommu = iommu_of_group(host, g);
		v->kind = iommu_kind_at(host, v->iommu);
		v->holder = holder_of(host, g);
		v->untranslated = is_untranslated(g);
		v->maybe_untranslated = may_be_untranslated(host, g);
		v->for_user = is_for_user(a, g);
		count_lines(a, g, v);
		v->page_size = page_size_of(host, v->kind, &v->page_size_known);
		v->maybe_incomplete =
			g->regions_state != SOURCE_READ || g->regions_cut ||
			g->regions_size + 1 >= (host->kernel.page_size
							? host->kernel.page_size
							: v->page_size);
	}
}

void analyze_devices(const struct host *host, const bool *assigned,
		     struct device_view *out)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		const char *name = host->devices[i].physical_function;
		const struct device *pf = name ? host_device(host, name) : NULL;

		out[i].for_user = device_is_bound_to_vfio(&host->devices[i]) ||
				  (assigned && assigned[i]);
		if (pf)
			out[device_index(host, pf)].n_virtual++;
	}
}
