/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What memory must be identity-mapped, and what of it is. The arithmetic is that of
 * iommu_create_device_direct_mappings (drivers/iommu/iommu.c): both ends are rounded up
 * to the smallest page of the domain.
 */
#include "analyze/demand.h"

#include <stdlib.h>

#include "analyze/firmware.h"
#include "analyze/parts.h"

/* Pages of VT-d and of AMD's IOMMU. */
#define X86_PAGE 0x1000

/* --- Arithmetic --- */

static void lose(struct demand *d, enum coverage coverage, enum loss loss, uint64_t last)
{
	d->coverage = coverage;
	d->loss = loss;
	d->lost = (struct range){ d->asked.first, last };
}

static void lose_all(struct demand *d, enum loss loss)
{
	lose(d, COVERAGE_NONE, loss, d->asked.last);
}

static void lose_nothing(struct demand *d, enum coverage coverage)
{
	d->coverage = coverage;
	d->loss = LOSS_NOTHING;
	d->lost = (struct range){ 0 };
}

/* Sets what is mapped, where anything may be. */
static enum misfit misfit_of(struct demand *d)
{
	d->mapped = (struct range){ 1, 0 };
	if (range_is_inverted(d->listed) || range_is_inverted(d->asked))
		return MISFIT_INVERTED;
	if (range_wraps(d->listed, d->page))
		return MISFIT_WRAPS;
	if (d->listed.last > d->last)
		return MISFIT_BEYOND_WIDTH;
	/* Neither wraps: the last page is not touched. */
	d->mapped.first = page_up(d->listed.first, d->page);
	d->mapped.last = page_up(d->listed.last + 1, d->page) - 1;
	if (range_is_inverted(d->mapped) || d->mapped.first > d->asked.last)
		return MISFIT_SUB_PAGE;
	return range_equals(d->mapped, d->asked) ? MISFIT_NONE : MISFIT_MISALIGNED;
}

/* Of the sizes that kernels of Arm and POWER have. */
#define LARGEST_PAGE 0x10000

/* Is it the same whatever the size of pages is? */
static bool fits_any_page(const struct demand *d)
{
	return d->misfit == MISFIT_NONE && d->listed.first % LARGEST_PAGE == 0 &&
	       (d->listed.last + 1) % LARGEST_PAGE == 0;
}

static bool depends_on_page(const struct demand *d)
{
	bool of_pages = d->misfit == MISFIT_NONE || d->misfit == MISFIT_SUB_PAGE ||
			d->misfit == MISFIT_MISALIGNED;

	return d->page_assumed && of_pages && !fits_any_page(d);
}

void demand_fit(struct demand *d)
{
	static const enum loss losses[] = {
		[MISFIT_INVERTED] = LOSS_EMPTY,
		[MISFIT_WRAPS] = LOSS_WRAP,
		[MISFIT_BEYOND_WIDTH] = LOSS_APERTURE,
		[MISFIT_SUB_PAGE] = LOSS_ROUNDING,
	};

	d->misfit = misfit_of(d);
	if (depends_on_page(d)) {
		d->misfit = MISFIT_UNKNOWN;
		lose_nothing(d, COVERAGE_UNKNOWN);
		return;
	}
	if (d->misfit != MISFIT_NONE && d->misfit != MISFIT_MISALIGNED)
		lose_all(d, losses[d->misfit]);
	else if (d->mapped.first > d->asked.first)
		lose(d, COVERAGE_PARTLY, LOSS_ROUNDING, d->mapped.first - 1);
	else if (d->no_permission)
		lose_all(d, LOSS_NO_PERMISSION);
	else
		lose_nothing(d, COVERAGE_FULL);
}

/* --- In the default domain of a group --- */

static bool is_direct_type(enum region_type type)
{
	return type == REGION_DIRECT || type == REGION_DIRECT_RELAXABLE;
}

static bool is_in_force(const struct analysis *a, const struct group *g, size_t index)
{
	return domain_is_dma(g->type) && a->groups[index].holder == NO_INDEX;
}

static void settle(const struct host *host, const struct analysis *a,
		   const struct group *g, struct demand *d)
{
	const struct group_view *gv = &a->groups[group_index(host, g)];

	d->group = group_index(host, g);
	d->page = gv->page_size;
	d->page_assumed = !gv->page_size_known;
	d->last = gv->iommu == NO_INDEX ? UINT64_MAX : a->iommus[gv->iommu].aperture_last;
	d->in_force = is_in_force(a, g, d->group);
	demand_fit(d);
	if (gv->holder != NO_INDEX)
		lose_all(d, LOSS_USER_OWNED);
	else if (g->type == DOMAIN_IDENTITY)
		lose_nothing(d, COVERAGE_FULL);
	else if (g->type == DOMAIN_BLOCKED)
		lose_all(d, LOSS_NOT_TRIED);
	else if (!d->in_force)
		lose_nothing(d, COVERAGE_UNKNOWN);
}

static struct demand *add_demand(struct demands *out, enum demand_of of,
				 enum region_type type)
{
	struct demand *d = ADD(out, list);

	d->of = of;
	d->type = type;
	d->device = d->entry = d->claim = d->region = d->group = d->reuser = NO_INDEX;
	return d;
}

/* --- Lines --- */

static void demand_lines(const struct host *host, const struct analysis *a,
			 const struct group *g, struct demands *out)
{
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		const struct region *r = &host->regions[i];
		struct demand *d;

		if (!is_direct_type(r->type))
			continue;
		out->of_line[i] = out->n_list;
		d = add_demand(out, DEMAND_OF_LINE, r->type);
		d->region = i;
		d->asked = d->listed = r->range;
		settle(host, a, g, d);
	}
}

/* --- Firmware entries, by themselves --- */

/*
 * The highest address that could be mapped for an entry. Where its devices are in no
 * group, any unit stands for theirs.
 */
static void limit_entry(const struct host *host, const struct analysis *a,
			struct demand *d)
{
	for (size_t i = 0; d->ungrouped && i < host->n_iommus; i++) {
		if (a->iommus[i].aperture_known) {
			d->last = a->iommus[i].aperture_last;
			return;
		}
	}
	d->last_by_table = a->firmware.entries[d->entry].table == &table_dmar;
	d->last = d->last_by_table ? dmar_last_address(a) : UINT64_MAX;
}

static void demand_entry(const struct host *host, const struct analysis *a, size_t entry,
			 struct demands *out)
{
	const struct entry *e = &a->firmware.entries[entry];
	bool is_x86 = e->table == &table_dmar || e->table == &table_ivrs;
	struct demand *d;

	if (!is_direct_type(e->type))
		return;
	out->of_entry[entry] = out->n_list;
	d = add_demand(out, DEMAND_OF_ENTRY, e->type);
	d->entry = entry;
	d->asked = e->written;
	d->listed = e->listed;
	d->page = is_x86 ? X86_PAGE : kernel_page_size(host);
	d->page_assumed = !d->page;
	d->page = d->page ? d->page : X86_PAGE;
	d->no_permission = e->no_permission;
}

/* Where the devices of the entries are. */
static void place_entries(const struct host *host, const struct analysis *a,
			  struct demands *out)
{
	for (size_t i = 0; i < a->firmware.n_claims; i++) {
		const struct claim *c = &a->firmware.claims[i];
		uint32_t id = host->devices[c->device].group;
		const struct group *g = id == NO_GROUP ? NULL : host_group(host, id);
		size_t group = g ? group_index(host, g) : NO_INDEX;
		struct demand *d;

		if (c->entry == NO_INDEX || out->of_entry[c->entry] == NO_INDEX)
			continue;
		d = &out->list[out->of_entry[c->entry]];
		if (d->claim == NO_INDEX) {
			d->claim = i;
			d->group = group;
			d->ungrouped = true;
		} else if (d->group != group) {
			d->group = NO_INDEX;
		}
		d->ungrouped = d->ungrouped && id == NO_GROUP;
		d->in_force = d->in_force || (g && is_in_force(a, g, group));
	}
}

static void demand_entries(const struct host *host, const struct analysis *a,
			   struct demands *out)
{
	size_t first = out->n_list;

	for (size_t i = 0; i < a->firmware.n_entries; i++)
		demand_entry(host, a, i, out);
	place_entries(host, a, out);
	for (size_t i = first; i < out->n_list; i++) {
		limit_entry(host, a, &out->list[i]);
		demand_fit(&out->list[i]);
	}
}

/* --- Devices --- */

/* The first line of a group that has a share of a claim; NO_INDEX: none has. */
static size_t line_of(const struct host *host, const struct group *g,
		      const struct claim *c)
{
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		if (claim_is_part_of(c, &host->regions[i]))
			return i;
	}
	return NO_INDEX;
}

static void demand_claim(const struct host *host, const struct analysis *a,
			 const struct group *g, size_t claim, struct demands *out)
{
	const struct claim *c = &a->firmware.claims[claim];
	const struct entry *e =
		c->entry == NO_INDEX ? NULL : &a->firmware.entries[c->entry];
	struct demand *d = add_demand(out, DEMAND_OF_DEVICE, c->type);

	d->device = c->device;
	d->claim = claim;
	d->region = line_of(host, g, c);
	d->asked = e ? e->written : c->range;
	d->listed = c->range;
	/* Up to 6.5 such a mapping fails and nobody minds; later there would be no group.
	 */
	d->no_permission = e && e->no_permission;
	settle(host, a, g, d);
	if (d->region == NO_INDEX && !a->groups[d->group].maybe_incomplete) {
		d->in_force = false;
		lose_all(d, LOSS_NOT_LISTED);
	}
}

/*
 * What a device must find is what its entries claim; a line that no entry explains is
 * known to be its own if it is alone in its group.
 */
static void demand_device(const struct host *host, const struct analysis *a,
			  const struct group *g, size_t device, struct demands *out)
{
	struct claim_slice own = claims_of_device(a, device);
	size_t first = out->n_list;

	for (size_t i = own.first; i < own.first + own.n; i++) {
		if (is_direct_type(a->firmware.claims[i].type))
			demand_claim(host, a, g, i, out);
	}
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		struct demand *d;

		if (g->n_devices != 1 || out->of_line[i] == NO_INDEX ||
		    a->origins[i].explained == EXPLAINED_FULLY)
			continue;
		d = ADD(out, list);
		*d = out->list[out->of_line[i]];
		d->of = DEMAND_OF_DEVICE;
		d->device = device;
	}
	out->of_device[device] = (struct demand_slice){ first, out->n_list - first };
}

static size_t *no_indices(size_t n)
{
	size_t *indices = xcalloc(n, sizeof(*indices));

	for (size_t i = 0; i < n; i++)
		indices[i] = NO_INDEX;
	return indices;
}

void analyze_demands(const struct host *host, const struct analysis *a,
		     struct demands *out)
{
	out->of_line = no_indices(host->n_regions);
	out->of_entry = no_indices(a->firmware.n_entries);
	out->of_device = xcalloc(host->n_devices, sizeof(*out->of_device));
	for (size_t i = 0; i < host->n_groups; i++)
		demand_lines(host, a, &host->groups[i], out);
	demand_entries(host, a, out);
	for (size_t i = 0; i < host->n_groups; i++) {
		const struct group *g = &host->groups[i];

		for (size_t d = g->first_device; d < g->first_device + g->n_devices; d++)
			demand_device(host, a, g, d, out);
	}
	find_reusers(host, a, out);
	prove_demands(host, a, out);
	doubt_demands(host, a, out);
}

void demands_clear(struct demands *demands)
{
	free(demands->list);
	free(demands->of_line);
	free(demands->of_entry);
	free(demands->of_device);
	*demands = (struct demands){ 0 };
}

const struct demand *demand_of_line(const struct analysis *a, size_t region)
{
	size_t demand = a->demands.of_line[region];

	return demand == NO_INDEX ? NULL : &a->demands.list[demand];
}

const char *coverage_name(enum coverage coverage)
{
	static const char *const names[] = {
		[COVERAGE_UNKNOWN] = "unknown",
		[COVERAGE_FULL] = "full",
		[COVERAGE_PARTLY] = "partly",
		[COVERAGE_NONE] = "none",
	};

	return names[coverage];
}

const char *loss_text(enum loss loss)
{
	static const char *const texts[] = {
		[LOSS_NOTHING] = "nothing is lost",
		[LOSS_ROUNDING] = "the kernel rounds the start up to a page",
		[LOSS_EMPTY] = "the range is empty, there is nothing to map",
		[LOSS_WRAP] = "the end, rounded up to a page, wraps to zero",
		[LOSS_APERTURE] = "above the address width of the IOMMU",
		[LOSS_NO_PERMISSION] =
			("firmware grants neither read nor write, which no page table "
			 "takes"),
		[LOSS_NOT_TRIED] = "the default domain is blocked and takes no mappings",
		[LOSS_NOT_MAPPED] = "the page table does not map it",
		[LOSS_USER_OWNED] = "a VM or user-space driver has the group now",
		[LOSS_NOT_LISTED] = "the kernel makes no region of the firmware entry",
	};

	return texts[loss];
}
