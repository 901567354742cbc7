/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `report`: this host and what is wrong with it, for a mail or an issue. */
#include "render/report.h"

#include <unistd.h>

#include "cmd/cmd.h"

static int report_host(const struct options *options, struct host *host)
{
	struct report report = { .all = options->all_groups, .as_root = !geteuid() };
	struct selection selection = { 0 }, assigned = { 0 };
	int status = FAILED;

	if (select_for(options, host, &selection, &assigned))
		status = judge(
			options, host,
			&(struct judging){ .selection = &selection,
					   .assigned = assigned.all ? NULL : &assigned,
					   .report = &report,
					   .render = render_report });
	selection_clear(&selection);
	selection_clear(&assigned);
	return status;
}

static int run(const struct options *options)
{
	struct host host;
	int status;

	if (!open_host(options, sources_of(options, USUAL_SOURCES), &host))
		return FAILED;
	status = report_host(options, &host);
	host_clear(&host);
	return status;
}

const struct command command_report = {
	.name = "report",
	.arguments = "[OPTION...] [SELECTOR...]",
	.summary = "print this host and its findings for a mail or an issue",
	.run = run,
};
