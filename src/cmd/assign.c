/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `assign`: may a VM have these devices, and what to do for it. */
#include "base/message.h"
#include "cmd/cmd.h"
#include "rules/plan.h"
#include "rules/rules.h"

static int plan_for(const struct options *options, const struct host *host,
		    const struct selection *selection)
{
	struct findings findings = { 0 };
	struct analysis analysis;
	struct plan plan;
	struct view view;

	analyze(host, selection->devices, &analysis);
	rules_run(host, &analysis, NULL, &findings);
	findings_narrow(&findings, host, selection->groups, selection->regions,
			selection->devices);
	plan_make(host, &analysis, &findings, selection->devices, &plan);
	view = view_of(options, host, &analysis, selection);
	view.findings = &findings;
	view.plan = &plan;
	view.exit_status = selection_status(selection, plan_exit_status(&plan));
	if (options->json)
		render_json(&view, stdout);
	else
		render_assign(&view, stdout);
	plan_clear(&plan);
	findings_clear(&findings);
	analysis_clear(&analysis);
	return view.exit_status;
}

static int run(const struct options *options)
{
	struct selection selection;
	int status = FAILED;
	struct host host;

	if (!options->n_selectors) {
		message("assign: which device? For example: iommu-resv assign 01:00.0");
		return FAILED;
	}
	if (!open_host(options,
		       sources_of(options, USUAL_SOURCES | SOURCE_BIT(SOURCE_BTF)),
		       &host))
		return FAILED;
	if (select_devices(options, &host, &selection))
		status = plan_for(options, &host, &selection);
	selection_clear(&selection);
	host_clear(&host);
	return status;
}

const struct command command_assign = {
	.name = "assign",
	.arguments = "[OPTION...] DEVICE...",
	.summary = "can a VM have these devices, and which commands it takes",
	.run = run,
	.shows_names = true,
};
