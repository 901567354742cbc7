/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands share: opening a host, what renderers get; and the list of commands. */
#include "cmd/cmd.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/message.h"
#include "base/sandbox.h"
#include "base/text.h"
#include "collect/collect.h"
#include "model/snapshot.h"
#include "render/pci-names.h"

const struct command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "cmd/commands.def"
#undef COMMAND
};

const size_t n_commands = ARRAY_SIZE(commands);

const struct command *command_of_name(const char *name)
{
	const char *names[ARRAY_SIZE(commands)];

	for (size_t i = 0; i < n_commands; i++) {
		if (!strcmp(commands[i]->name, name))
			return commands[i];
		names[i] = commands[i]->name;
	}
	complain("command", name, names, n_commands);
	return NULL;
}

int worse_status(int a, int b)
{
	static const int rank[] = { 0, 1, 3, 2 };

	return rank[a] > rank[b] ? a : b;
}

/* So many lines about unreadable files are printed one by one. */
#define GAPS_MAX 8

bool read_opened(const struct options *options, const char *path, int fd,
		 struct text *out)
{
	int result = file_read_opened(fd, options->max_size, out);
	cleanup_free char *limit = text_of_size((struct range){ 1, options->max_size });

	if (result == -EFBIG)
		message("%s: is larger than %s; --max-size SIZE reads more",
			file_name(path), limit);
	else if (result)
		message("%s: %s", file_name(path), strerror(-result));
	return !result;
}

bool read_input(const struct options *options, const char *path, struct text *out)
{
	cleanup_close int fd = file_open(path);

	return read_opened(options, path, fd, out);
}

bool parse_host(const char *path, struct text *text, struct host *host)
{
	cleanup_free char *error = NULL;

	text_reserve(text, 0);
	if (snapshot_load(text->data, text->len, file_name(path), host, &error)) {
		message("%s: not a snapshot: %s", file_name(path), error);
		return false;
	}
	return true;
}

/* What judging takes of memory, whatever was read, and a multiple of what was read. */
#define MEMORY_ALWAYS ((size_t)256 << 20)
#define MEMORY_TIMES 30

static size_t memory_of(size_t max_size)
{
	return max_size > (SIZE_MAX - MEMORY_ALWAYS) / MEMORY_TIMES
		       ? SIZE_MAX
		       : MEMORY_ALWAYS + MEMORY_TIMES * max_size;
}

static void limit_memory(const struct options *options)
{
	if (options->command) /* else not of main(): the process is the caller's */
		memory_limit(memory_of(options->max_size));
}

void close_door(const struct options *options)
{
	if (!options->command)
		return; /* not of main(): the door is the caller's */
	if (options->command->shows_names && !options->json)
		pci_names_load(options->names);
	limit_memory(options);
	sandbox_enter(SANDBOX_ALL);
}

/* Of the selected devices; false after a message: there is no such one. */
static bool read_msi(const struct options *options, const struct root *root,
		     unsigned wanted, struct host *host)
{
	struct selection selection = { 0 };
	bool fine =
		select_parts(host, options->selectors, options->n_selectors, &selection);

	if (fine)
		collect_msi(root, wanted, selection.devices, host);
	else
		host_clear(host);
	selection_clear(&selection);
	return fine;
}

unsigned sources_of(const struct options *options, unsigned usual)
{
	/* JSON has all that is told of a device */
	return usual | (options->json ? SOURCE_BIT(SOURCE_DMA_MASKS) : 0) |
	       (options->msi || options->read_msix ? SOURCE_BIT(SOURCE_MSI) : 0) |
	       (options->read_msix ? SOURCE_BIT(SOURCE_MSIX_TABLES) : 0);
}

/* The largest log that is read, in bytes: some million lines. */
#define LOG_FILE_MAX ((size_t)256 << 20)

/* False after a message. */
static bool read_log(const char *path, struct text *out)
{
	int result = file_read(path, LOG_FILE_MAX, out);

	if (result)
		message("%s: %s", file_name(path), strerror(-result));
	return !result;
}

/* The log that the user names, in place of the host's. False after a message. */
static bool parse_log(const char *path, struct text *text, struct host *host)
{
	cleanup_free char *wrong = NULL;

	text_reserve(text, 0);
	wrong = collect_log_text(file_name(path), text, host);
	if (wrong)
		message("%s: %s", file_name(path), wrong);
	return !wrong;
}

/*
 * Does an answer rest on what only some kernels do? Where memory must be identity-mapped,
 * and where a device is, or may become, a user's.
 */
static bool needs_features(const struct options *options, unsigned wanted,
			   const struct host *host)
{
	const unsigned judged = SOURCE_BIT(SOURCE_KERNEL) | SOURCE_BIT(SOURCE_GROUPS);

	if (wanted & SOURCE_BIT(SOURCE_BTF))
		return true;
	if ((wanted & judged) != judged)
		return false;
	if (options->assign.n_word)
		return true;
	for (size_t i = 0; i < host->n_regions; i++) {
		if (region_is_direct(&host->regions[i]))
			return true;
	}
	for (size_t i = 0; i < host->n_devices; i++) {
		if (device_is_bound_to_vfio(&host->devices[i]))
			return true;
	}
	return false;
}

/* Reads the machine, or a saved tree. False after a message. */
static bool read_host(const struct options *options, unsigned wanted, struct host *host)
{
	struct root root;
	bool fine = true;
	int result;

	if (options->sysroot && !*options->sysroot) {
		message("--sysroot: names no folder");
		return false;
	}
	result = root_open(&root, options->sysroot);
	if (result) {
		message("%s: %s", options->sysroot ? options->sysroot : "/",
			strerror(-result));
		return false;
	}
	collect_host(&root, wanted, host);
	if (needs_features(options, wanted, host))
		collect_features(&root, host);
	if (wanted & SOURCES_OF_DEVICES)
		fine = read_msi(options, &root, wanted, host);
	root_close(&root);
	return fine;
}

/* May a stranger have written what is judged? */
static bool is_strange(const struct options *options)
{
	return options->from || options->sysroot || options->log || options->guest ||
	       options->command == &command_diff;
}

/* Is everything opened that has to be? */
static bool may_close_door(const struct options *options)
{
	return !options->query && !options->attach && !options->command->opens_later &&
	       !(options->command->writes_output && options->output);
}

bool open_host(const struct options *options, unsigned wanted, struct host *host)
{
	cleanup(text_clear) struct text snapshot = { 0 };
	cleanup(text_clear) struct text log = { 0 };
	bool fine;

	if (options->log)
		wanted &= ~SOURCE_BIT(SOURCE_LOG);
	host_init(host);
	fine = options->from ? read_input(options, options->from, &snapshot)
			     : read_host(options, wanted, host);
	fine = fine && (!options->log || read_log(options->log, &log));
	if (fine && is_strange(options)) {
		if (may_close_door(options))
			close_door(options);
		else
			limit_memory(options);
	}
	fine = fine && (!options->from || parse_host(options->from, &snapshot, host)) &&
	       (!options->log || parse_log(options->log, &log, host));
	if (!fine)
		host_clear(host);
	return fine;
}

void redact(struct host *host, struct redaction *redaction)
{
	struct utsname names;
	bool known = host->origin == ORIGIN_LIVE && !uname(&names);

	redact_host(host, known ? names.nodename : NULL, redaction);
}

struct view view_of(const struct options *options, const struct host *host,
		    const struct analysis *analysis, const struct selection *selection)
{
	return (struct view){
		.host = host,
		.analysis = analysis,
		.groups = selection->groups,
		.regions = selection->regions,
		.devices = selection->devices,
		.all = selection->all,
		.unmatched = selection->unmatched,
		.n_unmatched = selection->n_unmatched,
		.unsure = selection->unsure,
		.names = options->names,
		.color = color_wanted(options->color, stdout),
		.verbose = options->verbose,
		.quiet = options->quiet,
		.width = text_width(stdout),
		.utf8 = options->utf8,
	};
}

int listing_status(const struct host *host, unsigned sources)
{
	enum source_state state = host->sources[SOURCE_PCI].state;

	return host_is_unknown(host, sources) || state == SOURCE_DENIED ? EXIT_UNKNOWN
									: 0;
}

void report_unmatched(const struct selection *selection)
{
	for (size_t i = 0; i < selection->n_unmatched; i++)
		message("'%s': %s%s", selection->unmatched[i].selector,
			selection->unmatched[i].reason,
			selection->unsure ? ", but not everything could be read" : "");
}

void report_gaps(const struct host *host, unsigned sources)
{
	const struct source *groups = &host->sources[SOURCE_GROUPS];
	size_t n = 0;

	if (!host->n_groups)
		message("%s: %s",
			groups->path ? groups->path : "/sys/kernel/iommu_groups",
			groups->detail	? groups->detail
			: groups->error ? strerror(groups->error)
					: "there is no IOMMU group");
	for (size_t i = 0; i < host->n_gaps; i++) {
		const struct gap *g = &host->gaps[i];
		const char *what = g->detail  ? g->detail
				   : g->error ? strerror(g->error)
					      : source_state_name(g->state);

		if (!gap_is_told(g) || !(sources & SOURCE_BIT(g->source)) ||
		    n++ >= GAPS_MAX)
			continue;
		if (g->line)
			message("%s:%u: %s", g->path, g->line, what);
		else
			message("%s: %s", g->path, what);
	}
	if (n > GAPS_MAX)
		message("and %zu more %s could not be read", n - GAPS_MAX,
			one_or_many(n - GAPS_MAX, "file", "files"));
}
