/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `snapshot`: the facts of this host as a file. */
#include "model/snapshot.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/message.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/output.h"

/* So many files are named one by one. */
#define NAMES_MAX 6

/* Files that are not in the snapshot, or not in full. */
struct left_out {
	enum source_state state;
	struct text names;
	size_t n;
};

/* "DMAR, /proc/iomem", and of what is broken why; tables by their short names. */
static void add_left_out(struct left_out *out, const char *path, const char *detail,
			 int error)
{
	static const char tables[] = "/sys/firmware/acpi/tables/";

	if (out->n++ >= NAMES_MAX)
		return;
	text_printf(&out->names, "%s%s", out->n > 1 ? ", " : "",
		    text_starts_with(path, tables) ? path + strlen(tables) : path);
	if (out->state == SOURCE_BROKEN)
		text_printf(&out->names, " (%s)",
			    detail  ? detail
			    : error ? strerror(error)
				    : "not readable");
}

/* The file that a source names is, where only some of its files are lost, one of those.
 */
static void find_left_out(const struct host *host, struct left_out *out)
{
	for (int id = 0; id < SOURCE_COUNT; id++) {
		const struct source *s = &host->sources[id];

		if (s->state == out->state && s->path)
			add_left_out(out, s->path, s->detail, s->error);
	}
	for (size_t i = 0; i < host->n_gaps; i++) {
		const struct gap *g = &host->gaps[i];
		const char *said = host->sources[g->source].path;

		if (g->state == out->state && !(said && !strcmp(said, g->path)))
			add_left_out(out, g->path, g->detail, g->error);
	}
	if (out->n > NAMES_MAX)
		text_printf(&out->names, " and %zu more", out->n - NAMES_MAX);
}

/* How to get what was denied. */
static const char *remedy(const struct host *host, bool as_root)
{
	if (host->origin == ORIGIN_SNAPSHOT)
		return "the snapshot that was loaded lacks them; make it as root";
	if (host->origin == ORIGIN_SYSROOT)
		return as_root ? "the tree lacks them; save it as root"
			       : "run as root, or save the tree as root";
	return as_root ? "not readable here even as root (a container? kernel lockdown?)"
		       : "run as root";
}

/* What could not be read, in a line for what was denied and one for what is broken. */
static void say_what_is_missing(const struct host *host, bool as_root)
{
	struct left_out denied = { .state = SOURCE_DENIED };
	struct left_out broken = { .state = SOURCE_BROKEN };

	find_left_out(host, &denied);
	find_left_out(host, &broken);
	if (denied.n)
		message("without %s: %s", denied.names.data, remedy(host, as_root));
	if (broken.n)
		message("not saved in full: %s", broken.names.data);
	text_clear(&denied.names);
	text_clear(&broken.names);
}

bool write_snapshot(const char *path, const struct host *host)
{
	struct output output;

	output_begin(path, &output);
	snapshot_save(host, output.file);
	return output_end(&output, READERS_OWNER);
}

/* What it lacks does not matter to the status: all that could be read was saved. */
static int save(const struct options *options, const struct host *host, bool as_root)
{
	if (!write_snapshot(options->output, host))
		return FAILED;
	say_what_is_missing(host, as_root);
	return 0;
}

static bool ask_all_possible(const struct options *options, struct host *host)
{
	cleanup_free bool *all = xcalloc(host->n_devices, sizeof(bool));

	memset(all, true, host->n_devices);
	return ask_where_possible(options, all, host);
}

static int redact_and_save(const struct options *options, struct host *host, bool as_root)
{
	struct redaction redaction = { 0 };
	int status;

	if (options->redact)
		redact(host, &redaction);
	status = save(options, host, as_root);
	if (options->redact && !status) {
		cleanup_free char *what = redaction_text(&redaction);

		message("redacted: %s", what);
	}
	redaction_clear(&redaction);
	return status;
}

static int run(const struct options *options)
{
	const bool as_root = !geteuid(); /* nobody it may be later */
	struct host host;
	int status;

	if (options->n_selectors) {
		message("snapshot: takes no selector, it saves all facts");
		return FAILED;
	}
	if (!open_host(options,
		       sources_of(options, USUAL_SOURCES | SOURCE_BIT(SOURCE_BTF) |
						   SOURCE_BIT(SOURCE_DMA_MASKS)),
		       &host))
		return FAILED;
	status = !options->query || ask_all_possible(options, &host)
			 ? redact_and_save(options, &host, as_root)
			 : FAILED;
	host_clear(&host);
	return status;
}

const struct command command_snapshot = {
	.name = "snapshot",
	.arguments = "[OPTION...]",
	.summary = "save the facts about a host as JSON, for --from",
	.run = run,
	.writes_output = true,
};
