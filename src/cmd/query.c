/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `query`: asks the kernel about devices. The only command that touches them. */
#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "cmd/cmd.h"

/* Has a snapshot an answer about each wanted device? False after a message. */
static bool find_answers(const struct host *host, const bool *wanted)
{
	cleanup_free bool *answered = xcalloc(host->n_devices, sizeof(bool));
	bool all = true;

	for (size_t i = 0; i < host->n_inquiries; i++) {
		const struct inquiry *q = &host->inquiries[i];

		for (size_t d = 0; d < q->n_devices; d++)
			answered[q->devices[d]] = true;
	}
	for (size_t i = 0; i < host->n_devices; i++) {
		if (!wanted[i] || answered[i])
			continue;
		message("%s: %s holds no answer about it, and only the running machine can "
			"be asked",
			host->devices[i].name, host->origin_path);
		all = false;
	}
	return all;
}

static int query_host(const struct options *options, struct host *host)
{
	struct selection selection = { 0 };
	int status = FAILED;

	if (select_parts(host, options->selectors, options->n_selectors, &selection) &&
	    (!any_flag(selection.devices, host->n_devices) ||
			     host->origin == ORIGIN_SNAPSHOT
		     ? find_answers(host, selection.devices)
		     : ask_all(options, selection.devices, host)))
		status = judge(options, host,
			       &(struct judging){ .selection = &selection,
						  .render = render_query });
	selection_clear(&selection);
	return status;
}

static int run(const struct options *options)
{
	struct host host;
	int status;

	if (!options->n_selectors) {
		message("query: which device? For example: iommu-resv query 01:00.0");
		return FAILED;
	}
	if (!open_host(options, sources_of(options, USUAL_SOURCES), &host))
		return FAILED;
	status = query_host(options, &host);
	host_clear(&host);
	return status;
}

const struct command command_query = {
	.name = "query",
	.arguments = "[OPTION...] DEVICE...",
	.summary = "ask the kernel about devices that use a VFIO driver",
	.run = run,
	.opens_later = true,
};
