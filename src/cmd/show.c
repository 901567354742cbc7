/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `show`: all that is known of a device or group. */
#include "base/message.h"
#include "cmd/cmd.h"
#include "render/lines.h"

static int show_host(const struct options *options, const struct host *host)
{
	struct selection selection = { 0 }, assigned = { 0 };
	struct analysis analysis;
	int status = FAILED;

	if (select_for(options, host, &selection, &assigned)) {
		struct view view;

		analyze(host, assigned.all ? NULL : assigned.devices, &analysis);
		view = view_of(options, host, &analysis, &selection);
		status = selection_status(&selection, listing_status(host, ALL_SOURCES));
		view.exit_status = status;
		if (options->json)
			render_json(&view, stdout);
		else if (host->n_groups)
			render_show(&view, stdout);
		else
			render_absence(&view, stdout);
		if (!options->json)
			put_unmatched(&view, stdout);
		analysis_clear(&analysis);
	}
	selection_clear(&selection);
	selection_clear(&assigned);
	return status;
}

static int run(const struct options *options)
{
	struct host host;
	int status;

	if (!options->n_selectors) {
		message("show: which device or group? For example: iommu-resv show group:1");
		return FAILED;
	}
	if (!open_host(options,
		       sources_of(options, USUAL_SOURCES | SOURCE_BIT(SOURCE_MSI) |
						   SOURCE_BIT(SOURCE_DMA_MASKS)),
		       &host))
		return FAILED;
	status = show_host(options, &host);
	host_clear(&host);
	return status;
}

const struct command command_show = {
	.name = "show",
	.arguments = "[OPTION...] SELECTOR...",
	.summary = "show everything known about devices or groups",
	.run = run,
	.shows_names = true,
};
