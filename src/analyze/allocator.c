/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel's own allocator of DMA addresses keeps out, and what it leaves. */
#include "analyze/allocator.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/firmware.h"
#include "base/cleanup.h"

/* Does the kernel keep windows out? Unknown where no behaviour is about this IOMMU. */
static enum tristate keeps_windows(const struct host *host, enum iommu_kind kind)
{
	static const enum behaviour rows[] = { BEHAVIOUR_WINDOWS_KEPT_OUT,
					       BEHAVIOUR_WINDOWS_KEPT_OUT_INTEL,
					       BEHAVIOUR_WINDOWS_KEPT_OUT_AMD };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct decision d = kernel_decides(host, rows[i], kind);

		if (d.by != DECIDED_BY_SCOPE)
			return d.value;
	}
	return TRISTATE_UNKNOWN;
}

/* The function that set up the domain: the first of the group, as far as can be told. */
static const struct device *first_function(const struct host *host, const struct group *g)
{
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		if (host->devices[i].bus == BUS_PCI)
			return &host->devices[i];
	}
	return NULL;
}

static struct kept *keep(struct allocator *out, enum kept_kind kind, struct range range)
{
	struct kept *k = ADD(out, kept);

	*k = (struct kept){ .kind = kind, .range = range };
	return k;
}

/*
 * Without a tree: the lines of the root bus, which have the addresses of processors. On
 * ACPI machines they are those of the bus but for a translation offset, which is rare.
 */
static bool add_lines(const struct host *host, const struct device *d,
		      struct allocator *out)
{
	size_t before = out->n_kept;
	char name[32];

	if (!d->topology_known || !host_source_usable(host, SOURCE_IOMEM))
		return false;
	snprintf(name, sizeof(name), "PCI Bus %04" PRIx32 ":%02x", d->address.domain,
		 (unsigned)d->root_bus);
	for (size_t i = 0; i < host->n_memory; i++) {
		const struct memory *m = &host->memory[i];

		if (m->source == SOURCE_IOMEM && !strcmp(m->name, name))
			keep(out, KEPT_WINDOW, m->range)->line = m->place;
	}
	return out->n_kept > before;
}

/* Between what is let through, and below and above it. */
static void add_holes(const struct ranges *through, const char *node,
		      struct allocator *out)
{
	cleanup(ranges_clear) struct ranges holes = { 0 };

	if (!through->n_range)
		return;
	*ADD(&holes, range) = (struct range){ 0, UINT64_MAX };
	for (size_t i = 0; i < through->n_range; i++) {
		if (!range_is_inverted(through->range[i]))
			ranges_exclude(&holes, through->range[i]);
	}
	for (size_t i = 0; i < holes.n_range; i++)
		keep(out, KEPT_DMA_HOLE, holes.range[i])->node = node;
}

static bool add_tree(const struct host *host, const struct analysis *a,
		     const struct device *d, enum iommu_kind kind, struct allocator *out)
{
	cleanup(ranges_clear) struct ranges windows = { 0 };
	cleanup(ranges_clear) struct ranges through = { 0 };
	const char *node = dtb_windows(a, d, false, &windows);

	for (size_t i = 0; i < windows.n_range; i++)
		keep(out, KEPT_WINDOW, windows.range[i])->node = node;
	dtb_windows(a, d, true, &through);
	if (kernel_does(host, BEHAVIOUR_DMA_RANGES_KEPT, kind) == TRISTATE_YES)
		add_holes(&through, node, out);
	return windows.n_range > 0;
}

/* The window of software MSIs is the kernel's own, and it gives out the rest of it. */
static void exclude(const struct host *host, const struct analysis *a,
		    const struct group *g, struct allocator *out)
{
	size_t iommu = a->groups[group_index(host, g)].iommu;

	out->end_known = iommu != NO_INDEX && a->iommus[iommu].aperture_known;
	*ADD(&out->usable, range) =
		(struct range){ 0, out->end_known ? a->iommus[iommu].aperture_last
						  : UINT64_MAX };
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		if (a->regions[i].type != REGION_SW_MSI &&
		    !range_is_inverted(host->regions[i].range))
			ranges_exclude(&out->usable, host->regions[i].range);
	}
	for (size_t i = 0; i < out->n_kept; i++)
		ranges_exclude(&out->usable, out->kept[i].range);
}

bool allocator_of(const struct host *host, const struct analysis *a,
		  const struct group *g, struct allocator *out)
{
	const struct group_view *gv = &a->groups[group_index(host, g)];
	const struct device *d = first_function(host, g);

	*out = (struct allocator){ .keeps_windows = keeps_windows(host, gv->kind) };
	if (!d || !domain_is_dma(g->type) || out->keeps_windows == TRISTATE_UNKNOWN)
		return false;
	if (out->keeps_windows == TRISTATE_NO)
		return true;
	keep(out, KEPT_PAGE_ZERO, (struct range){ 0, gv->page_size - 1 });
	out->known = add_tree(host, a, d, gv->kind, out) || add_lines(host, d, out);
	exclude(host, a, g, out);
	return out->known;
}

void allocator_clear(struct allocator *allocator)
{
	free(allocator->kept);
	ranges_clear(&allocator->usable);
}

const char *kept_kind_name(enum kept_kind kind)
{
	static const char *const names[KEPT_KIND_COUNT] = {
		[KEPT_PAGE_ZERO] = "page-zero",
		[KEPT_WINDOW] = "pci-window",
		[KEPT_DMA_HOLE] = "dma-ranges",
	};

	return names[kind];
}

const char *kept_kind_text(enum kept_kind kind)
{
	static const char *const texts[KEPT_KIND_COUNT] = {
		[KEPT_PAGE_ZERO] = "page zero",
		[KEPT_WINDOW] = "a window of the PCI host bridge",
		[KEPT_DMA_HOLE] = "outside dma-ranges of the PCI host bridge",
	};

	return texts[kind];
}
