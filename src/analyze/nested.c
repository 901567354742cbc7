/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nested guests of Arm hosts. What the kernels do: iommu_dma_prepare_msi and
 * iommufd_sw_msi on the host, iort_get_rmrs and iommu_create_device_direct_mappings in
 * the guest (drivers/iommu/dma-iommu.c, iommufd/driver.c, arm64/iort.c, iommu.c).
 */
#include "analyze/nested.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* --- What the host and the guest say of one device --- */

static bool is_smmu(enum iommu_kind kind)
{
	return kind == IOMMU_SMMUV3 || kind == IOMMU_SMMU;
}

static size_t own_window(const struct analysis *a, const struct group *g)
{
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		if (a->regions[i].type == REGION_SW_MSI)
			return i;
	}
	return NO_INDEX;
}

/* The host's part of the answer. NESTED_INTENDED: nothing stands in the way. */
struct side {
	enum nested_state state;
	const char *why;
	struct range window;
};

static struct side obstructed(enum nested_state state, const char *why)
{
	return (struct side){ .state = state, .why = why };
}

static struct side side_of(const struct host *host, const struct analysis *a,
			   size_t device)
{
	const struct device *d = &host->devices[device];
	const struct group *g = d->group == NO_GROUP ? NULL : host_group(host, d->group);
	const struct group_view *gv = g ? &a->groups[group_index(host, g)] : NULL;
	size_t window;

	if (!a->devices[device].for_user)
		return obstructed(NESTED_NOT_GIVEN_AWAY,
				  "no VFIO driver has it on the host");
	if (!g)
		return obstructed(NESTED_UNKNOWN, "on the host it is in no group");
	if (gv->iommu == NO_INDEX)
		return obstructed(NESTED_UNKNOWN,
				  "the IOMMU in front of it on the host is not known");
	if (!is_smmu(gv->kind))
		return obstructed(NESTED_NOT_APPLICABLE,
				  "the host's IOMMU is not an Arm SMMU");
	/* it is set up through iommufd, on the node of each device */
	if (gv->open_as_group)
		return obstructed(NESTED_NOT_APPLICABLE,
				  "the host's VFIO group is open, and nested translation "
				  "needs iommufd");
	window = own_window(a, g);
	if (window == NO_INDEX)
		return obstructed(NESTED_UNKNOWN,
				  "the host's list shows no software MSI window");
	return (struct side){ NESTED_INTENDED, NULL, host->regions[window].range };
}

/* With more devices that may be the one nothing useful can be said. */
#define CANDIDATES_MAX 64

/* The same for all that it may be: what they agree on, or that nobody can tell. */
static struct side side_of_all(const struct host *host, const struct analysis *a,
			       const size_t *devices, size_t n)
{
	struct side all = side_of(host, a, devices[0]);

	if (n > CANDIDATES_MAX)
		return obstructed(NESTED_CANNOT_TELL,
				  "too many devices of the host may be it");
	for (size_t i = 1; i < n; i++) {
		struct side s = side_of(host, a, devices[i]);

		if (s.state != all.state || !range_equals(s.window, all.window))
			return obstructed(NESTED_CANNOT_TELL,
					  "several devices of the host may be it, "
					  "and they differ");
	}
	return all;
}

/* How near a direct range of the guest comes to the window, in ascending order. */
enum nearness {
	NEAR_NOT,
	NEAR_SIZE,    /* elsewhere, but as long */
	NEAR_OVERLAP, /* a part of it is the window, or the reverse */
	NEAR_EQUAL,
};

static enum nearness nearness_of(struct range r, struct range window)
{
	if (range_equals(r, window))
		return NEAR_EQUAL;
	if (range_overlaps(r, window))
		return NEAR_OVERLAP;
	if (!range_is_inverted(r) && r.last - r.first == window.last - window.first)
		return NEAR_SIZE;
	return NEAR_NOT;
}

/* Keeps a range if it is nearer than what was found before; DIRECT first of equals. */
static void consider(struct nested_view *v, struct range range, enum region_type type,
		     size_t claim, size_t region)
{
	enum nearness near = nearness_of(range, v->window);
	enum nearness before =
		v->range_known ? nearness_of(v->range, v->window) : NEAR_NOT;

	if (near < before || near == NEAR_NOT ||
	    (near == before && (v->type == REGION_DIRECT || type != REGION_DIRECT)))
		return;
	v->range_known = true;
	v->range = range;
	v->type = type;
	v->claim = claim;
	v->region = region;
}

static size_t line_of(const struct host *guest, const struct group *g,
		      const struct claim *c)
{
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		if (claim_is_part_of(c, &guest->regions[i]))
			return i;
	}
	return NO_INDEX;
}

/*
 * The range of the group that is meant to be the window. Any device's will do, as a group
 * has one domain. Firmware entries first: sysfs merges ranges that touch, so a line can
 * be more than the window though an entry is the window, or the reverse.
 */
static void find_range(const struct nested *n, const struct group *g,
		       struct nested_view *v)
{
	const struct host *guest = n->guest;
	const struct analysis *a = n->guest_analysis;
	struct claim_slice own = claims_of_group(guest, a, g);

	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &a->firmware.claims[i];
		size_t line = line_of(guest, g, c);

		if (line != NO_INDEX)
			consider(v, c->range, c->type, i, line);
	}
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		const struct region *r = &guest->regions[i];

		if (r->type == REGION_DIRECT || r->type == REGION_DIRECT_RELAXABLE)
			consider(v, r->range, r->type, NO_INDEX, i);
	}
}

/* An RMR that is the window, and that the guest's kernel does not list. */
static size_t find_unused(const struct analysis *a, struct range window)
{
	for (size_t i = 0; i < a->firmware.n_entries; i++) {
		const struct entry *e = &a->firmware.entries[i];
		enum entry_state state = a->outcomes.of_entry[i].state;

		if (e->table == &table_iort && range_equals(e->written, window) &&
		    (e->ignored || state == ENTRY_NOT_SHOWN || state == ENTRY_NO_DEVICE))
			return i;
	}
	return NO_INDEX;
}

static void conclude(struct nested_view *v, enum nested_state state, const char *why)
{
	v->state = state;
	v->why = why;
}

static void judge_range(const struct nested *n, const struct group_view *gv,
			struct nested_view *v)
{
	const struct region *own = &n->guest->regions[v->own_window];

	if (!range_equals(own->range, v->window))
		conclude(v, NESTED_MISMATCH,
			 "the guest's own software MSI window is another");
	else if (!v->range_known && gv->maybe_incomplete)
		conclude(v, NESTED_UNKNOWN,
			 "the guest's list of regions is not complete");
	else if (!v->range_known)
		conclude(v, NESTED_RANGE_MISSING, NULL);
	else if (v->claim == NO_INDEX && !range_equals(v->range, v->window) &&
		 range_contains(v->range, v->window))
		conclude(
			v, NESTED_UNKNOWN,
			"a direct line of the guest is the window and more, perhaps of two "
			"entries merged; its firmware tables do not say");
	else if (!range_equals(v->range, v->window))
		conclude(v, NESTED_MISMATCH, NULL);
	else if (v->type == REGION_DIRECT_RELAXABLE)
		conclude(v, NESTED_REMAP_PERMITTED, NULL);
	else if (kernel_does_anywhere(n->guest, BEHAVIOUR_DIRECT_REFUSED) == TRISTATE_NO)
		conclude(v, NESTED_OLD_GUEST, NULL);
	else
		conclude(v, NESTED_INTENDED, NULL);
}

static void judge_guest(const struct nested *n, struct nested_view *v)
{
	const struct host *guest = n->guest;
	const struct device *d = &guest->devices[v->guest];
	const struct group *g = d->group == NO_GROUP ? NULL : host_group(guest, d->group);
	const struct group_view *gv =
		g ? &n->guest_analysis->groups[group_index(guest, g)] : NULL;

	if (!g && host_groups_complete(guest) &&
	    device_joins_with_driver(guest, n->guest_analysis, d) == TRISTATE_NO) {
		conclude(v, NESTED_NOT_APPLICABLE,
			 "the guest has no IOMMU in front of it");
		return;
	}
	if (!g) {
		conclude(v, NESTED_UNKNOWN,
			 "the group of the guest's device is not known");
		return;
	}
	v->domain = g->type;
	v->given_on = gv->for_user;
	v->own_window = own_window(n->guest_analysis, g);
	if (gv->iommu == NO_INDEX)
		conclude(v, NESTED_UNKNOWN, "the guest's IOMMU is not known");
	else if (!is_smmu(gv->kind))
		conclude(v, NESTED_NOT_APPLICABLE,
			 "the guest's IOMMU is not an Arm SMMU");
	else if (v->own_window == NO_INDEX)
		conclude(v, NESTED_UNKNOWN,
			 "the guest's list shows no software MSI window");
	else {
		find_range(n, g, v);
		judge_range(n, gv, v);
	}
}

static void add_view(struct nested *n, size_t guest, const struct side *side,
		     size_t first_candidate, size_t n_candidates, bool named)
{
	struct nested_view *v = ADD(n, views);

	*v = (struct nested_view){
		.guest = guest,
		.first_candidate = first_candidate,
		.n_candidates = n_candidates,
		.named = named,
		.state = side->state,
		.why = side->why,
		.window = side->window,
		.window_known = side->state == NESTED_INTENDED,
		.claim = NO_INDEX,
		.region = NO_INDEX,
		.own_window = NO_INDEX,
		.unused_entry = NO_INDEX,
	};
	if (!v->window_known)
		return;
	judge_guest(n, v);
	if (v->state == NESTED_RANGE_MISSING)
		v->unused_entry = find_unused(n->guest_analysis, v->window);
}

/* --- Which devices are the same --- */

/* Vendor, device and subsystem of a PCI function as one number. */
static uint64_t ids_of(const struct device *d)
{
	return (uint64_t)d->vendor << 48 | (uint64_t)d->device << 32 |
	       (uint64_t)d->subvendor << 16 | d->subdevice;
}

struct key {
	uint64_t ids;
	size_t device;
};

struct keys {
	ARRAY_OF(struct key, key);
};

static int compare_keys(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->ids != y->ids)
		return x->ids < y->ids ? -1 : 1;
	return x->device < y->device ? -1 : x->device > y->device;
}

/* Of any kind; base class 06h of the PCI Code and ID Assignment Specification. */
static bool is_bridge(const struct device *d)
{
	return d->class_code >> 16 == 0x06;
}

/* The functions that can be matched, by ids: no bridges, and none that a pair names. */
static struct keys keys_of(const struct host *host, const bool *named)
{
	struct keys k = { 0 };

	for (size_t i = 0; i < host->n_devices; i++) {
		const struct device *d = &host->devices[i];

		if (d->bus == BUS_PCI && d->has_ids && !named[i] && !is_bridge(d))
			*ADD(&k, key) = (struct key){ ids_of(d), i };
	}
	if (k.n_key > 1)
		qsort(k.key, k.n_key, sizeof(*k.key), compare_keys);
	return k;
}

/*
 * Those of a run of equal ids that are given away; all of them if none is. One more than
 * can be judged is enough.
 */
static size_t add_candidates(struct nested *n, const struct analysis *a,
			     const struct key *keys, size_t n_keys)
{
	size_t first = n->n_candidates;

	for (size_t i = 0; i < n_keys && n->n_candidates - first <= CANDIDATES_MAX; i++) {
		if (a->devices[keys[i].device].for_user)
			*ADD(n, candidates) = keys[i].device;
	}
	if (n->n_candidates > first)
		return first;
	for (size_t i = 0; i < n_keys && i <= CANDIDATES_MAX; i++)
		*ADD(n, candidates) = keys[i].device;
	return first;
}

static size_t run_length(const struct keys *k, size_t first)
{
	size_t n = first;

	while (n < k->n_key && k->key[n].ids == k->key[first].ids)
		n++;
	return n - first;
}

/* Both lists are sorted, so they are walked side by side. */
static void match_by_ids(const struct host *host, const struct analysis *a,
			 const struct keys *guests, const struct keys *hosts,
			 struct nested *n)
{
	size_t h = 0;

	for (size_t i = 0, length; i < guests->n_key; i += length) {
		size_t first, n_hosts;
		struct side side;

		length = run_length(guests, i);
		while (h < hosts->n_key && hosts->key[h].ids < guests->key[i].ids)
			h++;
		if (h == hosts->n_key || hosts->key[h].ids != guests->key[i].ids) {
			n->n_not_shared += length;
			continue;
		}
		n_hosts = run_length(hosts, h);
		first = add_candidates(n, a, &hosts->key[h], n_hosts);
		side = side_of_all(host, a, &n->candidates[first],
				   n->n_candidates - first);
		for (size_t k = i; k < i + length; k++)
			add_view(n, guests->key[k].device, &side, first,
				 n->n_candidates - first, false);
	}
}

static void match_pairs(const struct host *host, const struct analysis *a,
			const struct nested_pair *pairs, size_t n_pairs, struct nested *n)
{
	for (size_t i = 0; i < n_pairs; i++) {
		struct side side = side_of(host, a, pairs[i].host);

		*ADD(n, candidates) = pairs[i].host;
		add_view(n, pairs[i].guest, &side, n->n_candidates - 1, 1, true);
	}
}

static int compare_views(const void *a, const void *b)
{
	const struct nested_view *x = a, *y = b;

	return x->guest < y->guest ? -1 : x->guest > y->guest;
}

void analyze_nested(const struct host *host, const struct analysis *a,
		    const struct host *guest, const struct analysis *guest_analysis,
		    const struct nested_pair *pairs, size_t n_pairs, struct nested *out)
{
	bool *named_guests = xcalloc(guest->n_devices, sizeof(bool));
	bool *named_hosts = xcalloc(host->n_devices, sizeof(bool));
	struct keys guests, hosts;

	out->guest = guest;
	out->guest_analysis = guest_analysis;
	for (size_t i = 0; i < n_pairs; i++) {
		named_guests[pairs[i].guest] = true;
		named_hosts[pairs[i].host] = true;
	}
	match_pairs(host, a, pairs, n_pairs, out);
	guests = keys_of(guest, named_guests);
	hosts = keys_of(host, named_hosts);
	match_by_ids(host, a, &guests, &hosts, out);
	if (out->n_views > 1)
		qsort(out->views, out->n_views, sizeof(*out->views), compare_views);
	free(guests.key);
	free(hosts.key);
	free(named_guests);
	free(named_hosts);
}

void nested_free(struct nested *n)
{
	if (!n)
		return;
	free(n->views);
	free(n->candidates);
	free(n);
}

/* --- Words --- */

const char *nested_state_name(enum nested_state state)
{
	static const char *const names[] = {
		[NESTED_UNKNOWN] = "unknown",
		[NESTED_CANNOT_TELL] = "cannot-tell",
		[NESTED_NOT_APPLICABLE] = "not-applicable",
		[NESTED_NOT_GIVEN_AWAY] = "not-given-away",
		[NESTED_INTENDED] = "intended",
		[NESTED_MISMATCH] = "window-mismatch",
		[NESTED_REMAP_PERMITTED] = "remap-permitted",
		[NESTED_OLD_GUEST] = "old-guest",
		[NESTED_RANGE_MISSING] = "range-missing",
	};

	return names[state];
}

/* With the window 1:1 by passthrough all interrupts arrive, whatever RMR there is. */
static bool is_passthrough(const struct nested_view *v)
{
	return v->domain == DOMAIN_IDENTITY;
}

const char *nested_works(const struct nested_view *v)
{
	switch (v->state) {
	case NESTED_INTENDED:
	case NESTED_REMAP_PERMITTED:
	case NESTED_OLD_GUEST:
		return "kernel drivers in the guest, with interrupts";
	case NESTED_MISMATCH:
	case NESTED_RANGE_MISSING:
		if (range_contains(v->range, v->window) && v->range_known)
			return "kernel drivers in the guest, with interrupts";
		return is_passthrough(v)
			       ? "kernel drivers in the guest, while its default domain is "
				 "identity"
			       : "DMA of kernel drivers in the guest";
	default:
		return NULL;
	}
}

const char *nested_lost(const struct nested_view *v)
{
	switch (v->state) {
	case NESTED_INTENDED:
		return "VFIO inside the guest is refused";
	case NESTED_REMAP_PERMITTED:
	case NESTED_OLD_GUEST:
		return "interrupts of the device while VFIO inside the guest has it";
	case NESTED_MISMATCH:
	case NESTED_RANGE_MISSING:
		if (range_contains(v->range, v->window) && v->range_known)
			return "I/O addresses of the guest beside the window";
		return is_passthrough(v)
			       ? "interrupts of the device in a DMA domain of the guest"
			       : "interrupts of the device whose doorbells the guest does "
				 "not map";
	default:
		return NULL;
	}
}
