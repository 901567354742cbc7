/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/snapshot.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "base/root.h"
#include "cmd/cmd.h"

static int save(const struct options *options, const struct host *host)
{
	bool to_stdout = !options->output || !strcmp(options->output, "-");
	FILE *out = to_stdout ? stdout : file_create(options->output);
	bool failed;

	if (!out) {
		message("%s: %s", options->output, strerror(errno));
		return EXIT_UNKNOWN;
	}
	snapshot_save(host, out);
	if (to_stdout) /* main() sees whether that works */
		return listing_status(host, ALL_SOURCES);
	failed = ferror(out);
	failed = fclose(out) || failed;
	if (failed)
		message("%s: %s", options->output, strerror(errno));
	return failed ? EXIT_UNKNOWN : listing_status(host, ALL_SOURCES);
}

static bool ask_all_possible(const struct options *options, struct host *host)
{
	cleanup_free bool *all = xcalloc(host->n_devices, sizeof(bool));

	memset(all, true, host->n_devices);
	return ask_where_possible(options, all, host);
}

static int run(const struct options *options)
{
	struct host host;
	int status;

	if (options->n_selectors) {
		message("snapshot: takes no selector, it saves all facts");
		return EXIT_UNKNOWN;
	}
	if (!open_host(options, sources_of(options, USUAL_SOURCES), &host))
		return EXIT_UNKNOWN;
	status = !options->query || ask_all_possible(options, &host)
			 ? save(options, &host)
			 : EXIT_UNKNOWN;
	host_clear(&host);
	return status;
}

const struct command command_snapshot = {
	.name = "snapshot",
	.arguments = "[-o FILE] [--query]",
	.summary = "save the facts as JSON, for --from",
	.run = run,
};
