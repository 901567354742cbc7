/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Groups: who has one open, which IOMMU it is behind, whether its list is whole. And for
 * whom devices are.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/parts.h"
#include "base/cleanup.h"
#include "base/order.h"
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
static bool may_be_untranslated(const struct group *g, bool name_is_lost)
{
	return name_is_lost && !g->name &&
	       (g->type == DOMAIN_UNKNOWN || g->type == DOMAIN_NOT_READ);
}

/* Of which groups could the name not be read? The caller owns the flags. */
static bool *find_lost_names(const struct host *host)
{
	bool *lost = xcalloc(host->n_groups, sizeof(bool));

	for (size_t i = 0; i < host->n_gaps; i++) {
		const struct gap *gap = &host->gaps[i];
		const char *file = gap->path ? strrchr(gap->path, '/') : NULL;
		const struct group *g = host_group(host, gap->group);

		if (g && file && !strcmp(file, "/name"))
			lost[group_index(host, g)] = true;
	}
	return lost;
}

/* Holders by what they hold, those of one thing as they stand in the host. */
struct held {
	size_t n;
	const struct holder **holder;
};

static int compare_held(const struct holder *h, enum holding holding, const char *what)
{
	return h->holding == holding ? strcmp(h->what, what)
				     : (h->holding > holding) - (h->holding < holding);
}

static int compare_holders(const void *a, const void *b)
{
	const struct holder *x = *(const struct holder *const *)a;
	const struct holder *y = *(const struct holder *const *)b;
	int order = compare_held(x, y->holding, y->what);

	return order ? order : (x > y) - (x < y);
}

static struct held sort_holders(const struct host *host)
{
	struct held held = { host->n_holders, xcalloc(host->n_holders, sizeof(void *)) };

	for (size_t i = 0; i < held.n; i++)
		held.holder[i] = &host->holders[i];
	if (held.n)
		qsort(held.holder, held.n, sizeof(void *), compare_holders);
	return held;
}

struct held_thing {
	enum holding holding;
	const char *what;
};

static bool is_holder_before(const void *element, const void *key)
{
	const struct held_thing *thing = key;

	return compare_held(*(const struct holder *const *)element, thing->holding,
			    thing->what) < 0;
}

/* The first that holds a thing; NULL: nobody does. what may be NULL. */
static const struct holder *holder_of_thing(const struct held *held, enum holding holding,
					    const char *what)
{
	const struct held_thing key = { holding, what };
	const size_t i = what ? count_before(&key, held->holder, held->n, sizeof(void *),
					     is_holder_before)
			      : held->n;

	return i < held->n && !compare_held(held->holder[i], holding, what)
		       ? held->holder[i]
		       : NULL;
}

static const struct holder *earlier(const struct holder *a, const struct holder *b)
{
	return !a || (b && b < a) ? b : a;
}

/*
 * Who has a group open. What keeps it from its default domain most surely comes first: an
 * open group or node need not be attached yet; a device's own file comes after that.
 */
static void find_holder(const struct host *host, const struct held *held,
			const struct group *g, struct group_view *v)
{
	cleanup_free char *number = text_format("%u", (unsigned)g->id);
	const struct holder *of_group = holder_of_thing(held, HOLDS_GROUP, number);
	const struct holder *of_node = NULL, *of_device = NULL, *best;

	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		const struct device *d = &host->devices[i];

		of_device =
			earlier(of_device, holder_of_thing(held, HOLDS_DEVICE, d->name));
		of_node =
			earlier(of_node, holder_of_thing(held, HOLDS_NODE, d->vfio_name));
	}
	best = of_device ? of_device : of_node ? of_node : of_group;
	v->holder = best ? (size_t)(best - host->holders) : NO_INDEX;
	v->open_as_group = of_group;
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
	struct held held = sort_holders(host);
	cleanup_free bool *lost = find_lost_names(host);

	for (size_t i = 0; i < host->n_groups; i++) {
		const struct group *g = &host->groups[i];
		struct group_view *v = &out[i];

		v->iommu = iommu_of_group(host, g);
		v->kind = iommu_kind_at(host, v->iommu);
		find_holder(host, &held, g, v);
		v->untranslated = is_untranslated(g);
		v->maybe_untranslated = may_be_untranslated(g, lost[i]);
		v->for_user = is_for_user(a, g);
		count_lines(a, g, v);
		v->page_size = page_size_of(host, v->kind, &v->page_size_known);
		v->maybe_incomplete =
			g->regions_state != SOURCE_READ || g->regions_cut ||
			g->regions_size + 1 >= (host->kernel.page_size
							? host->kernel.page_size
							: v->page_size);
	}
	free(held.holder);
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
