/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose allocator of I/O addresses knows nothing of a demand: iommu_dma_init_domain
 * (drivers/iommu/dma-iommu.c) keeps out the regions of the device that sets up the domain
 * and of no other of the group.
 */
#include <stdlib.h>

#include "analyze/parts.h"

static bool claims_range(const struct analysis *a, size_t device, struct range range)
{
	struct claim_slice own = claims_of_device(a, device);

	for (size_t i = own.first; i < own.first + own.n; i++) {
		if (range_contains(a->firmware.claims[i].range, range))
			return true;
	}
	return false;
}

/*
 * What reuser_of found for an entry in a group: an owner claims the range itself, so it
 * is the same for all owners.
 */
struct reuser {
	const struct group *group; /* NULL: not looked for yet */
	size_t device;
};

/*
 * Another device of the group that may be given addresses of this range, one whose driver
 * does DMA now before others; NO_INDEX. Bridges have no DMA of their own; addresses are
 * handed out from the top, never below 1 MiB.
 */
static size_t reuser_of(const struct host *host, const struct analysis *a,
			const struct group *g, const struct claim *c)
{
	size_t idle = NO_INDEX;

	if (!domain_is_dma(g->type) || range_is_inverted(c->range) ||
	    c->range.last < 0x100000)
		return NO_INDEX;
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		if (!a->firmware.tables_known[i] ||
		    device_is_pci_bridge(&host->devices[i]) ||
		    claims_range(a, i, c->range))
			continue;
		if (!device_driver_leaves_dma(&host->devices[i]))
			return i;
		if (idle == NO_INDEX)
			idle = i;
	}
	return idle;
}

static size_t known_reuser_of(const struct host *host, const struct analysis *a,
			      const struct group *g, const struct claim *c,
			      struct reuser *known)
{
	struct reuser *r;

	if (c->entry == NO_INDEX)
		return reuser_of(host, a, g, c);
	r = &known[c->entry];
	if (r->group != g)
		*r = (struct reuser){ g, reuser_of(host, a, g, c) };
	return r->device;
}

void find_reusers(const struct host *host, const struct analysis *a, struct demands *out)
{
	struct reuser *known = xcalloc(a->firmware.n_entries, sizeof(*known));

	for (size_t i = 0; i < out->n_list; i++) {
		struct demand *d = &out->list[i];

		if (d->of == DEMAND_OF_DEVICE && d->claim != NO_INDEX &&
		    d->region != NO_INDEX)
			d->reuser = known_reuser_of(host, a, &host->groups[d->group],
						    &a->firmware.claims[d->claim], known);
	}
	free(known);
}
