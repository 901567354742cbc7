/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "render/pci-names.h"
#include "render/table.h"

/* What a row is about; the parts that do not apply are NULL. */
struct row {
	const struct host *host;
	const struct analysis *analysis;
	const struct group *group;
	const struct region *region;
	const struct device *device;
	struct pci_names *names;
};

struct column {
	const char *name;
	bool right;
	const char *help;
	char *(*cell)(const struct row *row); /* the caller owns it; NULL: empty */
	unsigned needs; /* SOURCE_BIT of each source beyond the groups that it shows */
};

/* Whose a direct region is comes from the tables, and from where a function stands. */
#define OWNER_SOURCES                                         \
	(SOURCE_BIT(SOURCE_KERNEL) | SOURCE_BIT(SOURCE_PCI) | \
	 SOURCE_BIT(SOURCE_IOMMU_CLASS) | SOURCE_BIT(SOURCE_FIRMWARE_TABLES))

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

static const struct device_view *device_view(const struct row *r)
{
	return &r->analysis->devices[device_index(r->host, r->device)];
}

static char *cell_first(const struct row *r)
{
	return r->region ? text_format("0x%016" PRIx64, r->region->range.first) : NULL;
}

static char *cell_last(const struct row *r)
{
	return r->region ? text_format("0x%016" PRIx64, r->region->range.last) : NULL;
}

/* "1M", "512K", "513": whole units of 1024 only, so that nothing is rounded. */
static char *cell_size(const struct row *r)
{
	static const char units[] = { 0, 'K', 'M', 'G', 'T', 'P', 'E' };
	size_t unit = 0;
	uint64_t size;

	if (!r->region || range_is_inverted(r->region->range))
		return r->region ? xstrdup("-") : NULL;
	size = r->region->range.last - r->region->range.first;
	if (size == UINT64_MAX)
		return xstrdup("16E");
	for (size++; size % 1024 == 0 && unit + 1 < ARRAY_SIZE(units); unit++)
		size /= 1024;
	return unit ? text_format("%" PRIu64 "%c", size, units[unit])
		    : text_format("%" PRIu64, size);
}

static char *cell_type(const struct row *r)
{
	return r->region ? xstrdup(region_type_name(region_view(r)->type)) : NULL;
}

static char *cell_line(const struct row *r)
{
	return r->region ? text_format("%u", r->region->line) : NULL;
}

static char *cell_coverage(const struct row *r)
{
	if (!r->region || (r->region->type != REGION_DIRECT &&
			   r->region->type != REGION_DIRECT_RELAXABLE))
		return NULL;
	return xstrdup(coverage_name(region_view(r)->coverage));
}

static char *cell_confidence(const struct row *r)
{
	return r->region ? xstrdup(confidence_name(region_view(r)->confidence)) : NULL;
}

static char *cell_why(const struct row *r)
{
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
		       : a->origin == b->origin && a->entry == b->entry;
}

/* Was the same entry (or device) named for this region by an earlier claim of the group?
 */
static bool is_repeated(const struct row *r, size_t first, size_t claim, bool devices)
{
	const struct claim *claims = r->analysis->claims;

	for (size_t i = first; i < claim; i++) {
		if (claim_is_part_of(&claims[i], r->region) &&
		    is_same(&claims[i], &claims[claim], devices))
			return true;
	}
	return false;
}

/* The entries, or the devices, that share a region, each once. */
static char *claims_of(const struct row *r, bool devices)
{
	const struct group_view *gv;
	struct text t = { 0 };

	if (!r->region)
		return NULL;
	gv = &r->analysis->groups[group_index(r->host, r->group)];
	for (size_t i = gv->first_claim; i < gv->first_claim + gv->n_claims; i++) {
		const struct claim *c = &r->analysis->claims[i];
		cleanup_free char *s = NULL;

		if (!claim_is_part_of(c, r->region) ||
		    is_repeated(r, gv->first_claim, i, devices))
			continue;
		s = devices ? xstrdup(r->host->devices[c->device].name)
			    : claim_text(r->analysis, c);
		text_printf(&t, "%s%s", t.len ? "," : "", s);
	}
	return t.len ? text_take(&t) : NULL;
}

static char *cell_origin(const struct row *r)
{
	const char *window =
		r->region ? r->analysis->regions[region_index(r->host, r->region)].window
			  : NULL;

	return window ? xstrdup(window) : claims_of(r, false);
}

static char *cell_owner(const struct row *r)
{
	return claims_of(r, true);
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
	return r->device ? xstrdup(requirement_name(device_view(r)->identity.required))
			 : NULL;
}

static char *cell_provided(const struct row *r)
{
	return r->device ? xstrdup(provider_name(device_view(r)->identity.provider))
			 : NULL;
}

static char *answer(const struct answer *a)
{
	return a->error ? text_format("%s:%s", verdict_name(a->verdict),
				      errno_name(a->error))
			: xstrdup(verdict_name(a->verdict));
}

static char *cell_vfio(const struct row *r)
{
	return r->device ? answer(&device_view(r)->assign.vfio) : NULL;
}

static char *cell_iommufd(const struct row *r)
{
	return r->device ? answer(&device_view(r)->assign.iommufd) : NULL;
}

static const struct column columns[] = {
	{ "GROUP", true, "number of the IOMMU group", cell_group, 0 },
	{ "DOMAIN", false, "type of the group's default domain", cell_domain, 0 },
	{ "FIRST", false, "first address of the region", cell_first, 0 },
	{ "LAST", false, "last address, included", cell_last, 0 },
	{ "SIZE", true, "size of the region", cell_size, 0 },
	{ "TYPE", false, "type of the region, msi and sw-msi told apart", cell_type,
	  SOURCE_BIT(SOURCE_IOMMU_CLASS) },
	{ "LINE", true, "line of the group's reserved_regions", cell_line, 0 },
	{ "COVERAGE", false, "how much of a direct region is mapped 1:1", cell_coverage,
	  ANSWER_SOURCES },
	{ "CONFIDENCE", false, "how the type is known", cell_confidence,
	  SOURCE_BIT(SOURCE_IOMMU_CLASS) },
	{ "WHY", false, "what tells the type", cell_why, SOURCE_BIT(SOURCE_IOMMU_CLASS) },
	{ "ORIGIN", false, "firmware entry that made a direct region", cell_origin,
	  OWNER_SOURCES },
	{ "OWNER", false, "devices that a direct region belongs to", cell_owner,
	  OWNER_SOURCES },
	{ "DEVICE", false, "the device, or the group's first and how many more",
	  cell_device, 0 },
	{ "DEVICES", false, "all devices of the group", cell_devices, 0 },
	{ "DIRECT", true, "number of direct regions", cell_n_direct, 0 },
	{ "RELAXABLE", true, "number of direct-relaxable regions", cell_n_relaxable, 0 },
	{ "RESERVED", true, "number of reserved regions", cell_n_reserved, 0 },
	{ "MSI", true, "number of hardware MSI regions", cell_n_msi,
	  SOURCE_BIT(SOURCE_IOMMU_CLASS) },
	{ "SW-MSI", true, "number of software MSI regions", cell_n_sw_msi,
	  SOURCE_BIT(SOURCE_IOMMU_CLASS) },
	{ "IOMMU", false, "instance behind the device", cell_iommu,
	  SOURCE_BIT(SOURCE_IOMMU_CLASS) },
	{ "DRIVER", false, "bound driver", cell_driver, 0 },
	{ "CLASS", false, "PCI class", cell_class, 0 },
	{ "ID", false, "PCI vendor and device", cell_id, 0 },
	{ "REQUIRED", false, "must the device find memory 1:1", cell_required,
	  OWNER_SOURCES },
	{ "PROVIDED", false, "who provides the 1:1 mapping", cell_provided, 0 },
	{ "VFIO", false, "what VFIO type1 would answer", cell_vfio, ANSWER_SOURCES },
	{ "IOMMUFD", false, "what iommufd would answer", cell_iommufd, ANSWER_SOURCES },
	{ "NAME", false, "name of the device (of the group with --by group)", cell_name,
	  0 },
};

static const char *const default_columns[] = {
	[LIST_BY_REGION] = "GROUP,DOMAIN,FIRST,LAST,SIZE,TYPE,DEVICE",
	[LIST_BY_GROUP] =
		"GROUP,DOMAIN,IOMMU,DIRECT,RELAXABLE,RESERVED,MSI,SW-MSI,DEVICES",
	[LIST_BY_DEVICE] =
		"DEVICE,GROUP,DRIVER,DOMAIN,REQUIRED,PROVIDED,VFIO,IOMMUFD,NAME",
};

struct chosen {
	ARRAY_OF(const struct column *, column);
};

static const struct column *find_column(const char *name)
{
	const char *names[ARRAY_SIZE(columns)];
	cleanup_free char *upper = xstrdup(name);

	for (char *s = upper; *s; s++)
		*s = (char)(*s >= 'a' && *s <= 'z' ? *s - 'a' + 'A' : *s);
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		if (!strcmp(columns[i].name, upper))
			return &columns[i];
		names[i] = columns[i].name;
	}
	complain("column", upper, names, ARRAY_SIZE(names));
	return NULL;
}

/* False after a message. */
static bool choose_columns(const struct options *options, struct chosen *chosen)
{
	const char *list =
		options->output ? options->output : default_columns[options->by];
	cleanup_free char *copy = xstrdup(list);
	char *save = NULL;

	for (char *s = strtok_r(copy, ",", &save); s; s = strtok_r(NULL, ",", &save)) {
		const struct column *c = find_column(s);

		if (!c)
			return false;
		*ADD(chosen, column) = c;
	}
	if (!chosen->n_column)
		message("-o: no column is named");
	return chosen->n_column > 0;
}

static void add_row(struct table *t, const struct chosen *chosen, const struct row *row)
{
	table_add_row(t);
	for (size_t i = 0; i < chosen->n_column; i++)
		table_set(t, i, chosen->column[i]->cell(row));
}

static void add_rows(struct table *t, const struct chosen *chosen,
		     const struct options *options, const struct selection *selection,
		     struct row row)
{
	const struct host *host = row.host;

	for (size_t i = 0; options->by == LIST_BY_GROUP && i < host->n_groups; i++) {
		row.group = &host->groups[i];
		if (selection->groups[i])
			add_row(t, chosen, &row);
	}
	for (size_t i = 0; options->by == LIST_BY_REGION && i < host->n_regions; i++) {
		row.region = &host->regions[i];
		row.group = host_group(host, row.region->group);
		if (selection->regions[i])
			add_row(t, chosen, &row);
	}
	for (size_t i = 0; options->by == LIST_BY_DEVICE && i < host->n_devices; i++) {
		row.device = &host->devices[i];
		row.group = host_group(host, row.device->group);
		if (selection->devices[i])
			add_row(t, chosen, &row);
	}
}

static void print_table(const struct options *options, const struct host *host,
			const struct analysis *analysis,
			const struct selection *selection, const struct chosen *chosen)
{
	struct table_options look = { .raw = options->raw,
				      .no_headings = options->no_headings };
	struct table *t = table_new(&look);
	struct row row = { .host = host, .analysis = analysis };

	for (size_t i = 0; i < chosen->n_column; i++)
		table_add_column(t, chosen->column[i]->name, chosen->column[i]->right);
	row.names = pci_names_open(options->pci_ids);
	add_rows(t, chosen, options, selection, row);
	pci_names_close(row.names);
	table_print(t, stdout);
}

static unsigned wanted_sources(const struct options *options, const struct chosen *chosen)
{
	unsigned wanted = SOURCE_BIT(SOURCE_GROUPS);

	if (options->json)
		return ALL_SOURCES & ~SOURCE_BIT(SOURCE_NETWORK);
	for (size_t i = 0; i < chosen->n_column; i++)
		wanted |= chosen->column[i]->needs;
	/* Devices in no group are found in the list of all PCI functions. */
	if (options->by == LIST_BY_DEVICE)
		wanted |= SOURCE_BIT(SOURCE_PCI);
	return wanted;
}

static int list_host(const struct options *options, const struct host *host,
		     const struct chosen *chosen)
{
	struct selection selection = { 0 }, assigned = { 0 };
	struct analysis analysis;
	int status = EXIT_UNKNOWN;

	if (select_parts(host, options->assign.word, options->assign.n_word, true,
			 &assigned) &&
	    select_parts(host, options->selectors, options->n_selectors, false,
			 &selection)) {
		analyze(host, assigned.all ? NULL : assigned.devices, &analysis);
		status = listing_status(host, wanted_sources(options, chosen));
		if (options->json) {
			struct view view = view_of(options, host, &analysis, &selection);

			view.exit_status = status;
			render_json(&view, stdout);
		} else {
			print_table(options, host, &analysis, &selection, chosen);
			report_gaps(host, wanted_sources(options, chosen));
		}
		analysis_clear(&analysis);
	}
	selection_clear(&selection);
	selection_clear(&assigned);
	return status;
}

static void list_columns(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		printf("%-10s %s\n", columns[i].name, columns[i].help);
}

static int run(const struct options *options)
{
	struct chosen chosen = { 0 };
	int status = EXIT_UNKNOWN;
	struct host host;

	if (options->list_columns) {
		list_columns();
		return 0;
	}
	if (choose_columns(options, &chosen) &&
	    open_host(options, wanted_sources(options, &chosen), &host)) {
		status = list_host(options, &host, &chosen);
		host_clear(&host);
	}
	free(chosen.column);
	return status;
}

const struct command command_list = {
	.name = "list",
	.arguments = "[OPTION...] [SELECTOR...]",
	.summary = "rows by region, group or device",
	.run = run,
};
