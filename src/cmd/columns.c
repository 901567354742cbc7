/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the columns of `list` show. */
#include "cmd/columns.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/cmd.h"

/* Whose a direct region is comes from the tables, and from where a function stands. */
#define OWNER_SOURCES                                                          \
	(SOURCE_BIT(SOURCE_KERNEL) | SOURCE_BIT(SOURCE_PCI) |                  \
	 SOURCE_BIT(SOURCE_IOMMU_CLASS) | SOURCE_BIT(SOURCE_FIRMWARE_TABLES) | \
	 SOURCE_BIT(SOURCE_DEVICE_TREE))

/* What VFIO will answer depends on nearly all. */
#define ANSWER_SOURCES                                                \
	(OWNER_SOURCES | SOURCE_BIT(SOURCE_COMMAND_LINE) |            \
	 SOURCE_BIT(SOURCE_INTERRUPTS) | SOURCE_BIT(SOURCE_MODULES) | \
	 SOURCE_BIT(SOURCE_DEVICE_NODES) | SOURCE_BIT(SOURCE_LOG))

static char *cell_group(const struct row *r)
{
	return r->group ? text_format("%u", (unsigned)r->group->id) : NULL;
}

static char *cell_domain(const struct row *r)
{
	return r->group ? xstrdup(domain_type_name(r->group->type)) : NULL;
}

static const struct region_view *region_view(const struct row *r)
{
	return &r->analysis->regions[region_index(r->host, r->region)];
}

static const struct origin *origin_of(const struct row *r)
{
	return &r->analysis->origins[region_index(r->host, r->region)];
}

static const struct identity *identity(const struct row *r)
{
	return &r->analysis->identity[device_index(r->host, r->device)];
}

static struct demand_slice device_demands(const struct row *r)
{
	return r->analysis->demands.of_device[device_index(r->host, r->device)];
}

static const struct assignment *assignment(const struct row *r)
{
	return &r->analysis->assign[device_index(r->host, r->device)];
}

/* Of an entry: as firmware wrote it. False if the row has no range. */
static bool range_of(const struct row *r, struct range *range)
{
	if (r->entry)
		*range = r->entry->written;
	else if (r->region)
		*range = r->region->range;
	return r->entry || r->region;
}

static char *cell_first(const struct row *r)
{
	struct range range;

	return range_of(r, &range) ? text_format("0x%016" PRIx64, range.first) : NULL;
}

static char *cell_last(const struct row *r)
{
	struct range range;

	return range_of(r, &range) ? text_format("0x%016" PRIx64, range.last) : NULL;
}

/* "1M", "512K", "513": whole units of 1024 only, so that nothing is rounded. */
static char *cell_size(const struct row *r)
{
	static const char units[] = { 0, 'K', 'M', 'G', 'T', 'P', 'E' };
	size_t unit = 0;
	struct range range;
	uint64_t size;

	if (!range_of(r, &range))
		return NULL;
	if (range_is_inverted(range))
		return xstrdup("-");
	size = range.last - range.first;
	if (size == UINT64_MAX)
		return xstrdup("16E");
	for (size++; size % 1024 == 0 && unit + 1 < ARRAY_SIZE(units); unit++)
		size /= 1024;
	return unit ? text_format("%" PRIu64 "%c", size, units[unit])
		    : text_format("%" PRIu64, size);
}

static char *cell_type(const struct row *r)
{
	if (r->entry)
		return xstrdup(region_type_name(outcome_of(r->analysis, r->entry)->type));
	return r->region ? xstrdup(region_type_name(region_view(r)->type)) : NULL;
}

static char *cell_line(const struct row *r)
{
	return r->region ? text_format("%u", r->region->line) : NULL;
}

/* The demand of a line; NULL: the row is of none, or of one that is not direct. */
static const struct demand *line_demand(const struct row *r)
{
	return r->region ? demand_of_line(r->analysis, region_index(r->host, r->region))
			 : NULL;
}

/* The ranges of a device that it must find 1:1. */
static const struct demand *device_demand(const struct row *r, size_t i)
{
	return &r->analysis->demands.list[device_demands(r).first + i];
}

/* Of a device: the worst of its ranges. */
static char *cell_coverage(const struct row *r)
{
	/* worst last */
	static const unsigned rank[] = {
		[COVERAGE_FULL] = 0,
		[COVERAGE_UNKNOWN] = 1,
		[COVERAGE_PARTLY] = 2,
		[COVERAGE_NONE] = 3,
	};
	const struct demand *line = line_demand(r);
	enum coverage worst = COVERAGE_FULL;

	if (line)
		return xstrdup(coverage_name(line->coverage));
	if (!r->device || !device_demands(r).n)
		return NULL;
	for (size_t i = 0; i < device_demands(r).n; i++) {
		if (rank[device_demand(r, i)->coverage] > rank[worst])
			worst = device_demand(r, i)->coverage;
	}
	return xstrdup(coverage_name(worst));
}

static void add_range(struct text *t, struct range range)
{
	text_printf(t, "%s0x%" PRIx64 "-0x%" PRIx64, t->len ? "," : "", range.first,
		    range.last);
}

static char *cell_lost(const struct row *r)
{
	const struct demand *line = line_demand(r);
	struct text t = { 0 };

	if (line && line->loss != LOSS_NOTHING)
		add_range(&t, line->lost);
	for (size_t i = 0; r->device && i < device_demands(r).n; i++) {
		if (device_demand(r, i)->loss != LOSS_NOTHING)
			add_range(&t, device_demand(r, i)->lost);
	}
	return t.len ? text_take(&t) : NULL;
}

static char *cell_explained(const struct row *r)
{
	return r->region ? xstrdup(explained_name(origin_of(r)->explained)) : NULL;
}

static char *cell_state(const struct row *r)
{
	return r->entry ? xstrdup(entry_state_name(
				  outcome_of(r->analysis, r->entry)->state))
			: NULL;
}

static char *cell_confidence(const struct row *r)
{
	return r->region ? xstrdup(confidence_name(region_view(r)->confidence)) : NULL;
}

static char *cell_why(const struct row *r)
{
	const char *why = r->entry ? outcome_of(r->analysis, r->entry)->why : NULL;

	if (r->entry)
		return why ? xstrdup(why) : NULL;
	return r->region ? xstrdup(region_view(r)->why) : NULL;
}

static char *cell_device(const struct row *r)
{
	if (r->device)
		return xstrdup(r->device->name);
	if (!r->group || !r->group->n_devices)
		return NULL;
	if (r->group->n_devices == 1)
		return xstrdup(r->host->devices[r->group->first_device].name);
	return text_format("%s+%zu", r->host->devices[r->group->first_device].name,
			   r->group->n_devices - 1);
}

static char *cell_devices(const struct row *r)
{
	struct text t = { 0 };

	if (r->device || !r->group)
		return r->device ? xstrdup(r->device->name) : NULL;
	for (size_t i = 0; i < r->group->n_devices; i++)
		text_printf(&t, "%s%s", i ? "," : "",
			    r->host->devices[r->group->first_device + i].name);
	return text_take(&t);
}

static bool is_same(const struct claim *a, const struct claim *b, bool devices)
{
	return devices ? a->device == b->device
		       : a->table == b->table && a->entry == b->entry;
}

static bool is_of_row(const struct row *r, const struct claim *c)
{
	if (r->region)
		return claim_is_part_of(c, r->region);
	return r->device && &r->host->devices[c->device] == r->device;
}

/* Was the same entry (or device) named by an earlier claim of the group? */
static bool is_repeated(const struct row *r, size_t first, size_t claim, bool devices)
{
	const struct claim *claims = r->analysis->firmware.claims;

	for (size_t i = first; i < claim; i++) {
		if (is_of_row(r, &claims[i]) &&
		    is_same(&claims[i], &claims[claim], devices))
			return true;
	}
	return false;
}

/*
 * The entries, or the devices, that share a region, each once; of a device: its entries.
 */
static char *claims_of(const struct row *r, bool devices)
{
	struct claim_slice own;
	struct text t = { 0 };

	if (!r->group)
		return NULL;
	own = claims_of_group(r->host, r->analysis, r->group);
	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &r->analysis->firmware.claims[i];
		cleanup_free char *s = NULL;

		if (!is_of_row(r, c) || is_repeated(r, own.first, i, devices))
			continue;
		s = devices ? xstrdup(r->host->devices[c->device].name)
			    : claim_text(r->analysis, c);
		text_printf(&t, "%s%s", t.len ? "," : "", s);
	}
	return t.len ? text_take(&t) : NULL;
}

static char *cell_origin(const struct row *r)
{
	const char *window = r->region ? origin_of(r)->window : NULL;

	if (r->entry)
		return entry_text(r->analysis, r->entry);
	return window ? xstrdup(window) : claims_of(r, false);
}

/* So many devices are named in a cell; of more the first and how many more. */
#define OWNERS_MAX 16

/* The devices that an entry is for. */
static char *devices_of(const struct row *r)
{
	size_t named = r->entry->n_claims > OWNERS_MAX ? 1 : OWNERS_MAX;
	size_t n = 0;
	struct text t = { 0 };

	for_each_claim_of(c, &r->analysis->firmware, r->entry)
	{
		if (n++ < named)
			text_printf(&t, "%s%s", t.len ? "," : "",
				    r->host->devices[c->device].name);
	}
	if (n > named)
		text_printf(&t, "+%zu", n - named);
	return t.len ? text_take(&t) : NULL;
}

static char *cell_owner(const struct row *r)
{
	if (r->entry)
		return devices_of(r);
	return r->region ? claims_of(r, true) : NULL;
}

static char *count(const struct row *r, enum region_type type)
{
	size_t n = 0;

	if (!r->group)
		return NULL;
	for (size_t i = r->group->first_region;
	     i < r->group->first_region + r->group->n_regions; i++)
		n += r->analysis->regions[i].type == type;
	return text_format("%zu", n);
}

static char *cell_n_direct(const struct row *r)
{
	return count(r, REGION_DIRECT);
}

static char *cell_n_relaxable(const struct row *r)
{
	return count(r, REGION_DIRECT_RELAXABLE);
}

static char *cell_n_reserved(const struct row *r)
{
	return count(r, REGION_RESERVED);
}

static char *cell_n_msi(const struct row *r)
{
	return count(r, REGION_MSI);
}

static char *cell_n_sw_msi(const struct row *r)
{
	return count(r, REGION_SW_MSI);
}

static char *cell_iommu(const struct row *r)
{
	size_t iommu = NO_INDEX;

	if (r->device)
		iommu = r->device->iommu;
	else if (r->group)
		iommu = r->analysis->groups[group_index(r->host, r->group)].iommu;
	return iommu == NO_INDEX ? NULL : xstrdup(r->host->iommus[iommu].name);
}

static char *cell_driver(const struct row *r)
{
	return r->device && r->device->driver ? xstrdup(r->device->driver) : NULL;
}

static char *cell_class(const struct row *r)
{
	return r->device && r->device->has_ids
		       ? text_format("%06x", r->device->class_code)
		       : NULL;
}

static char *cell_id(const struct row *r)
{
	return r->device && r->device->has_ids
		       ? text_format("%04x:%04x", r->device->vendor, r->device->device)
		       : NULL;
}

static char *cell_name(const struct row *r)
{
	if (r->device)
		return pci_names_of(r->names, r->device);
	return r->group && r->group->name ? xstrdup(r->group->name) : NULL;
}

static char *cell_required(const struct row *r)
{
	return r->device ? xstrdup(requirement_name(identity(r)->required)) : NULL;
}

static char *cell_provided(const struct row *r)
{
	return r->device ? xstrdup(provider_name(identity(r)->provider)) : NULL;
}

static char *answer(const struct answer *a)
{
	return a->error ? text_format("%s:%s", verdict_name(a->verdict),
				      errno_name(a->error))
			: xstrdup(verdict_name(a->verdict));
}

static char *cell_proof(const struct row *r)
{
	return r->device ? xstrdup(proof_name(identity(r)->proof)) : NULL;
}

/* "0000:00:07.1 by DMAR RMRR 0 at 0x78": who keeps the device from user space. */
static char *cell_blocker(const struct row *r)
{
	const struct answer *a = r->device ? &assignment(r)->vfio : NULL;
	struct text t = { 0 };

	if (!a || a->verdict != VERDICT_REFUSED ||
	    (a->culprit == NO_INDEX && a->claim == NO_INDEX))
		return NULL;
	text_add(&t, a->culprit == NO_INDEX ? r->device->name
					    : r->host->devices[a->culprit].name);
	if (a->claim != NO_INDEX) {
		cleanup_free char *entry =
			claim_text(r->analysis, &r->analysis->firmware.claims[a->claim]);

		text_printf(&t, " by %s", entry);
	}
	return text_take(&t);
}

static char *cell_vfio(const struct row *r)
{
	return r->device ? answer(&assignment(r)->vfio) : NULL;
}

static char *cell_iommufd(const struct row *r)
{
	return r->device ? answer(&assignment(r)->iommufd) : NULL;
}

const struct column columns[] = {
	{ "GROUP", true, "number of the IOMMU group", cell_group, 0 },
	{ "DOMAIN", false, "type of the group's default domain", cell_domain, 0 },
	{ "FIRST", false, "first address of the region", cell_first, 0 },
	{ "LAST", false, "last address, included", cell_last, 0 },
	{ "SIZE", true, "size of the region", cell_size, 0 },
	{ "TYPE", false, "type of the region, telling msi and sw-msi apart", cell_type,
	  SOURCE_BIT(SOURCE_IOMMU_CLASS) },
	{ "LINE", true, "line of the group's reserved_regions", cell_line, 0 },
	{ "COVERAGE", false, "how much of the reserved memory is identity-mapped",
	  cell_coverage, ANSWER_SOURCES },
	{ "LOST", false, "the part of it that is not identity-mapped", cell_lost,
	  ANSWER_SOURCES },
	{ "CONFIDENCE", false, "how the type is known", cell_confidence,
	  SOURCE_BIT(SOURCE_IOMMU_CLASS) },
	{ "WHY", false, "why this is the type, or why an entry is not shown", cell_why,
	  SOURCE_BIT(SOURCE_IOMMU_CLASS) },
	{ "STATE", false, "whether sysfs shows the firmware entry", cell_state,
	  OWNER_SOURCES },
	{ "ORIGIN", false, "the firmware entry, or the driver, that made the region",
	  cell_origin, OWNER_SOURCES },
	{ "EXPLAINED", false,
	  "whether firmware entries, or the driver, explain the region", cell_explained,
	  OWNER_SOURCES },
	{ "OWNER", false, "devices that a direct region or an entry is for", cell_owner,
	  OWNER_SOURCES },
	{ "DEVICE", false, "the device, or the first of the group and how many more",
	  cell_device, 0 },
	{ "DEVICES", false, "all devices of the group", cell_devices, 0 },
	{ "DIRECT", true, "number of direct regions", cell_n_direct, 0 },
	{ "RELAXABLE", true, "number of direct-relaxable regions", cell_n_relaxable, 0 },
	{ "RESERVED", true, "number of reserved regions", cell_n_reserved, 0 },
	{ "MSI", true, "number of hardware MSI regions", cell_n_msi,
	  SOURCE_BIT(SOURCE_IOMMU_CLASS) },
	{ "SW-MSI", true, "number of software MSI regions", cell_n_sw_msi,
	  SOURCE_BIT(SOURCE_IOMMU_CLASS) },
	{ "IOMMU", false, "the IOMMU of the device or group", cell_iommu,
	  SOURCE_BIT(SOURCE_IOMMU_CLASS) },
	{ "DRIVER", false, "the device's driver", cell_driver, 0 },
	{ "CLASS", false, "PCI class", cell_class, 0 },
	{ "ID", false, "PCI vendor and device", cell_id, 0 },
	{ "REQUIRED", false, "whether the device needs identity-mapped memory",
	  cell_required, OWNER_SOURCES },
	{ "PROVIDED", false, "who provides the identity mapping", cell_provided, 0 },
	{ "PROOF", false, "how the identity mapping is known to be there", cell_proof,
	  SOURCE_BIT(SOURCE_KERNEL) },
	{ "VFIO", false, "the answer expected from VFIO type1", cell_vfio,
	  ANSWER_SOURCES },
	{ "IOMMUFD", false, "the answer expected from iommufd", cell_iommufd,
	  ANSWER_SOURCES },
	{ "BLOCKER", false, "device and entry that keep it from being passed through",
	  cell_blocker, ANSWER_SOURCES },
	{ "NAME", false, "name of the device, or of the group with --by group", cell_name,
	  0 },
};

const size_t n_columns = ARRAY_SIZE(columns);
