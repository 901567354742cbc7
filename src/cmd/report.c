/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `report`: this host and what is wrong with it, for a mail or an issue. */
#include "render/report.h"

#include <stdlib.h>
#include <unistd.h>

#include "cmd/cmd.h"

/* What fits nothing is printed as the user wrote it. */
static void redact_selection(struct redaction *redaction, struct selection *selection)
{
	for (size_t i = 0; i < selection->n_unmatched; i++) {
		char **word = &selection->unmatched[i].selector;
		char *old = *word;

		*word = redact_selector(redaction, old);
		free(old);
	}
}

static int report_host(const struct options *options, struct host *host)
{
	struct report report = { .all = options->all_groups, .as_root = !geteuid() };
	struct selection selection = { 0 }, assigned = { 0 };
	struct redaction redaction = { 0 };
	int status = FAILED;

	if (select_for(options, host, &selection, &assigned)) {
		if (options->redact) {
			redact(host, &redaction);
			redact_selection(&redaction, &selection);
			report.redaction = &redaction;
		}
		status = judge(
			options, host,
			&(struct judging){ .selection = &selection,
					   .assigned = assigned.all ? NULL : &assigned,
					   .report = &report,
					   .render = render_report });
	}
	redaction_clear(&redaction);
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
