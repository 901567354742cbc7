/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the lines come from: firmware entries, or the driver. Lines are merged, so
 * coverage is compared, never equality.
 */
#include "analyze/match.h"
#include "analyze/parts.h"
#include "base/cleanup.h"

/* HyperTransport addresses: HT_RANGE_START and _END, drivers/iommu/amd/amd_iommu_types.h.
 */
static const struct range hypertransport = { 0xfd00000000, 0xffffffffff };

/* What the driver itself puts there for every device; NULL: it is not the driver's. */
static const char *driver_window(enum iommu_kind kind, const struct region *r,
				 enum region_type type)
{
	bool is_msi = type == REGION_MSI;

	switch (kind) {
	case IOMMU_INTEL:
		return is_msi ? "the Intel driver's interrupt window of x86" : NULL;
	case IOMMU_AMD:
		if (type == REGION_RESERVED && range_equals(r->range, hypertransport))
			return "the AMD driver's range of HyperTransport addresses";
		return is_msi ? "the AMD driver's interrupt window of x86" : NULL;
	case IOMMU_SMMUV3:
	case IOMMU_SMMU:
		if (type == REGION_SW_MSI)
			return "the SMMU driver's software MSI window";
		return is_msi ? "the SMMU driver's range for an ITS page (HiSilicon)"
			      : NULL;
	case IOMMU_VIRTIO:
		if (type == REGION_SW_MSI)
			return "the virtio-iommu driver's software MSI window";
		return is_msi || type == REGION_RESERVED
			       ? "a property of the virtual IOMMU (RESV_MEM)"
			       : NULL;
	case IOMMU_DART:
		return is_msi ? "the DART driver's doorbell page" : NULL;
	default:
		return NULL;
	}
}

/* Are the firmware entries of every device of a group known? */
static bool all_known(const struct analysis *a, const struct group *g)
{
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		if (!a->firmware.tables_known[i])
			return false;
	}
	return g->n_devices > 0;
}

/*
 * Is a line relaxable only because of a patch? So it is if an RMRR gives it to a device
 * whose RMRRs upstream enforces; or, where no table was read, if the group has no other.
 */
static bool is_relaxed_by_patch(const struct host *host, const struct analysis *a,
				const struct group *g, const struct region *r)
{
	struct claim_slice own = claims_of_group(host, a, g);
	bool any_claim = false;

	if (r->type != REGION_DIRECT_RELAXABLE ||
	    a->groups[group_index(host, g)].kind != IOMMU_INTEL ||
	    !(a->log.relaxing ||
	      kernel_option_has(&host->kernel, "intel_iommu=", RELAX_RMRR)))
		return false;
	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &a->firmware.claims[i];
		const struct device *d = &host->devices[c->device];

		if (!claim_is_part_of(c, r))
			continue;
		any_claim = true;
		if (c->table == &table_dmar && !device_is_usb_controller(d) &&
		    !device_is_display(d))
			return true;
	}
	return !any_claim && !group_expects_relaxable(host, g);
}

/* What counts is whether claims of the type cover all of the line. */
static enum explained explain_line(const struct analysis *a, struct claim_slice own,
				   const struct region *r)
{
	cleanup(ranges_clear) struct ranges left = { 0 };

	*ADD(&left, range) = r->range;
	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &a->firmware.claims[i];

		if (c->type != r->type)
			continue;
		if (range_is_inverted(r->range)) {
			if (range_equals(c->range, r->range))
				left.n_range = 0;
		} else if (!range_is_inverted(c->range)) {
			ranges_exclude(&left, c->range);
		}
	}
	if (!left.n_range)
		return EXPLAINED_FULLY;
	if (left.n_range == 1 && range_equals(left.range[0], r->range))
		return EXPLAINED_NOT;
	return EXPLAINED_PARTLY;
}

/* The first of the wide IVMDs that make all of a line; NO_INDEX. */
static size_t find_wide_entry(const struct host *host, const struct analysis *a,
			      const struct region *r, enum explained explained)
{
	const struct group *g = host_group(host, r->group);
	struct claim_slice own = claims_of_group(host, a, g);
	size_t first = NO_INDEX;

	if (explained != EXPLAINED_FULLY)
		return NO_INDEX;
	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &a->firmware.claims[i];

		if (!claim_is_part_of(c, r))
			continue;
		if (c->entry == NO_INDEX || !a->firmware.entries[c->entry].is_wide)
			return NO_INDEX;
		if (first == NO_INDEX)
			first = c->entry;
	}
	return first;
}

static void explain_group(const struct host *host, const struct analysis *a,
			  const struct group *g, struct origin *out)
{
	enum iommu_kind kind = a->groups[group_index(host, g)].kind;
	struct claim_slice own = claims_of_group(host, a, g);
	bool known = all_known(a, g);

	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		const struct region *r = &host->regions[i];
		struct origin *o = &out[i];
		enum explained explained = explain_line(a, own, r);

		o->relaxed_by_patch = is_relaxed_by_patch(host, a, g, r);
		if (explained != EXPLAINED_FULLY)
			o->window = driver_window(kind, r, a->regions[i].type);
		if (o->window)
			o->explained = EXPLAINED_FULLY;
		else if (known || explained == EXPLAINED_FULLY)
			o->explained = explained;
		o->wide_entry = find_wide_entry(host, a, r, o->explained);
	}
}

void analyze_origins(const struct host *host, const struct analysis *a,
		     struct origin *out)
{
	for (size_t i = 0; i < host->n_groups; i++)
		explain_group(host, a, &host->groups[i], out);
}

const char *explained_name(enum explained explained)
{
	static const char *const names[] = {
		[EXPLAINED_UNKNOWN] = "unknown",
		[EXPLAINED_FULLY] = "fully",
		[EXPLAINED_PARTLY] = "partly",
		[EXPLAINED_NOT] = "not",
	};

	return names[explained];
}
