/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `merge`: many hosts as one table, and what they have in common. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/message.h"
#include "base/text.h"
#include "cmd/choose.h"
#include "cmd/cmd.h"
#include "cmd/merge-columns.h"
#include "render/grid.h"
#include "render/merge.h"
#include "rules/rules.h"

#define USUAL_COLUMNS "HOST,VERDICT,VFIO,VM,KERNEL,WORST"

/* --- What the hosts are called --- */

/* A snapshot that is named on the command line. */
struct file {
	const char *path;
	char *name; /* of its host: that of the file, without folder and ".json" */
	int fd;	    /* or a negative errno; of file_open */
};

struct files {
	ARRAY_OF(struct file, file);
};

static void files_clear(struct files *files)
{
	for (size_t i = 0; i < files->n_file; i++) {
		free(files->file[i].name);
		if (files->file[i].fd >= 0)
			close(files->file[i].fd);
	}
	free(files->file);
}

static char *host_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash && slash[1] ? slash + 1 : file_name(path);
	const char *dot = strrchr(base, '.');

	return dot && dot > base && !strcmp(dot, ".json")
		       ? xstrndup(base, (size_t)(dot - base))
		       : xstrdup(base);
}

/* By name, then path. */
static int compare_files(const void *a, const void *b)
{
	const struct file *x = *(const struct file *const *)a;
	const struct file *y = *(const struct file *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->path, y->path);
}

/* Where two have the same name both are called by their paths. */
static void tell_apart(struct file **sorted, size_t n)
{
	for (size_t i = 0, end; i < n; i = end) {
		end = i + 1;
		while (end < n && !strcmp(sorted[end]->name, sorted[i]->name))
			end++;
		for (size_t k = i; end - i > 1 && k < end; k++) {
			free(sorted[k]->name);
			sorted[k]->name = xstrdup(file_name(sorted[k]->path));
		}
	}
}

/* False after a message: a file is named twice. */
static bool name_files(const struct options *options, struct files *files)
{
	cleanup_free struct file **sorted =
		xcalloc(options->n_selectors, sizeof(*sorted));
	bool fine = true;

	for (size_t i = 0; i < options->n_selectors; i++) {
		const char *path = options->selectors[i];

		*ADD(files, file) = (struct file){ path, host_name(path), -ENOENT };
	}
	for (size_t i = 0; i < files->n_file; i++)
		sorted[i] = &files->file[i];
	qsort(sorted, files->n_file, sizeof(*sorted), compare_files);
	for (size_t i = 1; i < files->n_file; i++) {
		if (strcmp(sorted[i - 1]->path, sorted[i]->path))
			continue;
		message("merge: %s: given twice", file_name(sorted[i]->path));
		fine = false;
	}
	tell_apart(sorted, files->n_file);
	return fine;
}

/* --- Reading and judging --- */

/* One host at a time: it is released once it is a row. False after a message. */
static bool add_host(const struct options *options, const struct file *file,
		     struct fleet *fleet)
{
	struct findings findings = { 0 };
	struct analysis analysis;
	cleanup(text_clear) struct text text = { 0 };
	struct host host;

	if (!read_opened(options, file->path, file->fd, &text) ||
	    !parse_host(file->path, &text, &host))
		return false;
	analyze(&host, NULL, &analysis);
	rules_run(&host, &analysis, NULL, &findings);
	fleet_add(fleet, file->name, &host, &analysis, &findings, options->fail_on);
	findings_clear(&findings);
	analysis_clear(&analysis);
	host_clear(&host);
	return true;
}

static int status_of(const struct fleet *fleet, size_t n_unread)
{
	int status = n_unread ? EXIT_UNKNOWN : 0;

	for (size_t i = 0; i < fleet->n_hosts; i++)
		status = worse_status(status, fleet->hosts[i].status);
	return status;
}

/* --- Printing --- */

static void print_table(const struct options *options, const struct fleet *fleet,
			const struct chosen *chosen)
{
	struct grid *t = grid_new(&(struct grid_options){
		.raw = options->raw, .no_headings = options->no_headings });

	for (size_t i = 0; i < chosen->n_column; i++) {
		const struct merge_column *c = &merge_columns[chosen->column[i]];

		grid_add_column(t, c->name, c->right);
	}
	for (size_t h = 0; h < fleet->n_hosts; h++) {
		grid_add_row(t);
		for (size_t i = 0; i < chosen->n_column; i++)
			grid_set(t, i,
				 merge_columns[chosen->column[i]].cell(&fleet->hosts[h]));
	}
	grid_print(t, stdout);
}

/* With --raw there is the table alone, for scripts. */
static void print(const struct options *options, const struct merge_view *view,
		  const struct chosen *chosen)
{
	if (options->json) {
		render_merge_json(view, stdout);
		return;
	}
	if (!options->quiet)
		print_table(options, view->fleet, chosen);
	if (!options->raw)
		render_merge(view, stdout);
}

/* They are read one by one, so all are open before the first one is looked at. */
static void open_files(const struct options *options, struct files *files)
{
	file_allow_many();
	for (size_t i = 0; i < files->n_file; i++)
		files->file[i].fd = file_open(files->file[i].path);
	close_door(options);
}

static int merge_files(const struct options *options, struct files *files,
		       const struct chosen *chosen)
{
	struct fleet fleet = { 0 };
	size_t n_unread = 0;
	int status = FAILED;

	open_files(options, files);
	for (size_t i = 0; i < files->n_file; i++)
		n_unread += !add_host(options, &files->file[i], &fleet);
	if (fleet.n_hosts) {
		fleet_settle(&fleet);
		status = status_of(&fleet, n_unread);
		print(options,
		      &(struct merge_view){
			      .fleet = &fleet,
			      .n_unread = n_unread,
			      .said = options->said,
			      .width = text_width(stdout),
			      .color = color_wanted(options->color, stdout),
			      .verbose = options->verbose,
			      .quiet = options->quiet,
			      .fail_on = options->fail_on,
			      .exit_status = status,
		      },
		      chosen);
	}
	fleet_clear(&fleet);
	return status;
}

/* False after a message. */
static bool arguments_fit(const struct options *options)
{
	const char *wrong = NULL;

	if (options->from || options->sysroot || options->log)
		wrong = "reads snapshots only, given as arguments: no --from, --sysroot "
			"or --log";
	else if (!options->n_selectors)
		wrong = "which snapshots? For example: iommu-resv merge *.json";
	if (wrong)
		message("merge: %s", wrong);
	return !wrong;
}

static void list_columns(void)
{
	for (size_t i = 0; i < n_merge_columns; i++)
		printf("%-10s %s\n", merge_columns[i].name, merge_columns[i].help);
}

static bool choose(const struct options *options, struct chosen *chosen)
{
	cleanup_free const char **names = xcalloc(n_merge_columns, sizeof(*names));

	for (size_t i = 0; i < n_merge_columns; i++)
		names[i] = merge_columns[i].name;
	return choose_columns(options->output, USUAL_COLUMNS, names, n_merge_columns,
			      chosen);
}

static int run(const struct options *options)
{
	cleanup(files_clear) struct files files = { 0 };
	struct chosen chosen = { 0 };
	int status = FAILED;

	if (options->list_columns || text_equals(options->output, "help")) {
		list_columns();
		return 0;
	}
	if (arguments_fit(options) && choose(options, &chosen) &&
	    name_files(options, &files))
		status = merge_files(options, &files, &chosen);
	free(chosen.column);
	return status;
}

const struct command command_merge = {
	.name = "merge",
	.arguments = "[OPTION...] FILE...",
	.summary = "judge the snapshots of many hosts as one table",
	.run = run,
};
