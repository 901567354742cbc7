/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `assign`: may a VM have these devices, and what to do for it. */
#include "base/cleanup.h"
#include "base/message.h"
#include "cmd/cmd.h"
#include "rules/plan.h"
#include "rules/rules.h"

/* PCI_CLASS_BRIDGE_HOST (include/linux/pci_ids.h), or a bridge to another bus. */
static bool is_bridge(const struct device *d)
{
	return device_is_pci_bridge(d) || (d->has_ids && d->class_code >> 8 == 0x0600);
}

/* A selector that fits several devices does not mean the bridges among them. */
static void leave_bridges(const struct host *host, struct selection *one)
{
	size_t n = 0, bridges = 0;

	for (size_t i = 0; i < host->n_devices; i++) {
		n += one->devices[i];
		bridges += one->devices[i] && is_bridge(&host->devices[i]);
	}
	for (size_t i = 0; bridges && bridges < n && i < host->n_devices; i++)
		one->devices[i] = one->devices[i] && !is_bridge(&host->devices[i]);
}

static void add_flags(bool *flags, const bool *more, size_t n)
{
	for (size_t i = 0; i < n; i++)
		flags[i] = flags[i] || more[i];
}

/* All that any of the selectors names. False after a message. */
static bool select_all(const struct options *options, const struct host *host,
		       struct selection *all)
{
	bool fine = true;

	*all = (struct selection){
		.groups = xcalloc(host->n_groups + 1, sizeof(bool)),
		.regions = xcalloc(host->n_regions + 1, sizeof(bool)),
		.devices = xcalloc(host->n_devices + 1, sizeof(bool)),
	};
	for (size_t i = 0; i < options->n_selectors; i++) {
		struct selection one = { 0 };

		if (select_parts(host, &options->selectors[i], 1, &one)) {
			leave_bridges(host, &one);
			add_flags(all->groups, one.groups, host->n_groups);
			add_flags(all->regions, one.regions, host->n_regions);
			add_flags(all->devices, one.devices, host->n_devices);
			for (size_t k = 0; k < one.n_unmatched; k++)
				*ADD(all, unmatched) = one.unmatched[k];
			one.n_unmatched = 0;
			all->unsure = all->unsure || one.unsure;
		} else {
			fine = false;
		}
		selection_clear(&one);
	}
	if (fine && !any_flag(all->devices, host->n_devices)) {
		report_unmatched(all);
		message("assign: no device matches");
		fine = false;
	}
	return fine;
}

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
	if (select_all(options, &host, &selection))
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
};
