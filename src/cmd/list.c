/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `list`: a row for each region, device, group or firmware entry. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "base/text.h"
#include "cmd/choose.h"
#include "cmd/cmd.h"
#include "cmd/columns.h"
#include "render/grid.h"

static const char *const default_columns[] = {
	[LIST_BY_REGION] = "GROUP,DOMAIN,FIRST,LAST,SIZE,TYPE,DEVICE",
	[LIST_BY_GROUP] =
		"GROUP,DOMAIN,IOMMU,DIRECT,RELAXABLE,RESERVED,MSI,SW-MSI,DEVICES",
	[LIST_BY_DEVICE] = "DEVICE,GROUP,DRIVER,DOMAIN,REQUIRED,VFIO,NAME",
	[LIST_BY_ENTRY] = "ORIGIN,FIRST,LAST,TYPE,STATE,OWNER,WHY",
};

/* False after a message. */
static bool choose(const struct options *options, struct chosen *chosen)
{
	cleanup_free const char **names = xcalloc(n_columns, sizeof(*names));

	for (size_t i = 0; i < n_columns; i++)
		names[i] = columns[i].name;
	return choose_columns(options->output, default_columns[options->by], names,
			      n_columns, chosen);
}

/* Is one of the devices that an entry is for selected? Of all, an entry for none too. */
static bool is_selected(const struct row *row, const struct selection *selection)
{
	if (selection->all)
		return true;
	for_each_claim_of(c, &row->analysis->firmware, row->entry)
	{
		if (selection->devices[c->device])
			return true;
	}
	return false;
}

static void add_row(struct grid *t, const struct chosen *chosen, const struct row *row)
{
	grid_add_row(t);
	for (size_t i = 0; i < chosen->n_column; i++)
		grid_set(t, i, columns[chosen->column[i]].cell(row));
}

static void add_rows(struct grid *t, const struct chosen *chosen,
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
	for (size_t i = 0;
	     options->by == LIST_BY_ENTRY && i < row.analysis->firmware.n_entries; i++) {
		row.entry = &row.analysis->firmware.entries[i];
		if (is_selected(&row, selection))
			add_row(t, chosen, &row);
	}
}

static void print_table(const struct options *options, const struct host *host,
			const struct analysis *analysis,
			const struct selection *selection, const struct chosen *chosen)
{
	struct grid_options look = { .raw = options->raw,
				     .no_headings = options->no_headings };
	struct grid *t = grid_new(&look);
	struct row row = { .host = host, .analysis = analysis };

	for (size_t i = 0; i < chosen->n_column; i++)
		grid_add_column(t, columns[chosen->column[i]].name,
				columns[chosen->column[i]].right);
	row.names = options->names;
	add_rows(t, chosen, options, selection, row);
	grid_print(t, stdout);
}

static unsigned wanted_sources(const struct options *options, const struct chosen *chosen)
{
	unsigned wanted = SOURCE_BIT(SOURCE_GROUPS);

	if (options->json)
		return sources_of(options, USUAL_SOURCES) &
		       ~(SOURCE_BIT(SOURCE_NETWORK) | SOURCE_BIT(SOURCE_IOMMUFD));
	for (size_t i = 0; i < chosen->n_column; i++)
		wanted |= columns[chosen->column[i]].needs;
	/* Devices in no group are found in the list of all PCI functions. */
	if (options->by == LIST_BY_DEVICE || options->by == LIST_BY_ENTRY)
		wanted |= SOURCE_BIT(SOURCE_PCI);
	return wanted;
}

/* What must be read to find what the selectors name. */
static unsigned sources_of_selectors(const struct options *options)
{
	return options->n_selectors || options->assign.n_word
		       ? SOURCE_BIT(SOURCE_PCI) | SOURCE_BIT(SOURCE_NETWORK)
		       : 0;
}

static int list_host(const struct options *options, const struct host *host,
		     const struct chosen *chosen)
{
	struct selection selection = { 0 }, assigned = { 0 };
	struct analysis analysis;
	int status = FAILED;

	if (select_for(options, host, &selection, &assigned)) {
		analyze(host, assigned.all ? NULL : assigned.devices, &analysis);
		status = selection_status(
			&selection,
			listing_status(host, wanted_sources(options, chosen)));
		if (options->json) {
			struct view view = view_of(options, host, &analysis, &selection);

			view.exit_status = status;
			render_json(&view, stdout);
		} else {
			print_table(options, host, &analysis, &selection, chosen);
			report_unmatched(&selection);
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
	for (size_t i = 0; i < n_columns; i++)
		printf("%-10s %s\n", columns[i].name, columns[i].help);
}

static int run(const struct options *options)
{
	struct chosen chosen = { 0 };
	int status = FAILED;
	struct host host;

	if (options->list_columns ||
	    (options->output && !strcmp(options->output, "help"))) {
		list_columns();
		return 0;
	}
	if (choose(options, &chosen) &&
	    open_host(options,
		      wanted_sources(options, &chosen) | sources_of_selectors(options),
		      &host)) {
		status = list_host(options, &host, &chosen);
		host_clear(&host);
	}
	free(chosen.column);
	return status;
}

const struct command command_list = {
	.name = "list",
	.arguments = "[OPTION...] [SELECTOR...]",
	.summary = "list regions, groups, devices, or firmware entries",
	.run = run,
	.shows_names = true,
};
