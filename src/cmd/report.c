/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `report`: this host and what is wrong with it, for a mail or an issue. */
#include "render/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/message.h"
#include "cmd/cmd.h"

/* Of a path: the folder tells nobody anything. */
static const char *last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

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

static int report_host(const struct options *options, bool as_root, struct host *host)
{
	struct report report = {
		.all = options->all_groups,
		.as_root = as_root,
		.attached = options->attach ? last_name(options->attach) : NULL,
	};
	struct selection selection = { 0 }, assigned = { 0 };
	struct redaction redaction = { 0 };
	struct judging how = {
		.selection = &selection,
		.report = &report,
		.render = options->markdown ? render_report_markdown : render_report,
	};
	int status = FAILED;

	if (select_for(options, host, &selection, &assigned)) {
		how.assigned = assigned.all ? NULL : &assigned;
		if (options->redact) {
			redact(host, &redaction);
			redact_selection(&redaction, &selection);
			report.redaction = &redaction;
		}
		if (!options->attach || write_snapshot(options->attach, host))
			status = judge(options, host, &how);
	}
	redaction_clear(&redaction);
	selection_clear(&selection);
	selection_clear(&assigned);
	return status;
}

/* False after a message. */
static bool options_fit(const struct options *options)
{
	const char *wrong = NULL;

	if (options->markdown && options->json)
		wrong = "--markdown: JSON has no text; leave out this option or --json";
	else if (options->attach && !strcmp(options->attach, "-"))
		wrong = "--attach: needs a file, standard output has the report";
	if (wrong)
		message("%s", wrong);
	return !wrong;
}

static int run(const struct options *options)
{
	const bool as_root = !geteuid(); /* nobody it may be later */
	/* who gets the snapshot asks for more than a report needs */
	unsigned wanted = USUAL_SOURCES;
	struct host host;
	int status;

	if (options->attach)
		wanted |= SOURCE_BIT(SOURCE_BTF) | SOURCE_BIT(SOURCE_DMA_MASKS);
	if (!options_fit(options) ||
	    !open_host(options, sources_of(options, wanted), &host))
		return FAILED;
	status = report_host(options, as_root, &host);
	host_clear(&host);
	return status;
}

const struct command command_report = {
	.name = "report",
	.arguments = "[OPTION...] [SELECTOR...]",
	.summary = "print this host and its findings for a mail or an issue",
	.run = run,
};
