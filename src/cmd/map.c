/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `map`: the I/O addresses of groups as a picture. */
#include "render/map.h"

#include "base/cleanup.h"
#include "base/message.h"
#include "cmd/cmd.h"
#include "render/lines.h"

struct spaces {
	ARRAY_OF(struct io_space, list);
};

/* One of all selected groups together, or one of each group of the host. */
static void make_spaces(const struct host *host, const struct analysis *a,
			const struct selection *selection, struct spaces *out)
{
	cleanup_free const struct group **groups =
		xcalloc(host->n_groups, sizeof(*groups));
	size_t n = 0;

	for (size_t i = 0; i < host->n_groups; i++) {
		if (selection->groups[i])
			groups[n++] = &host->groups[i];
	}
	if (!selection->all && n)
		io_space_of(host, a, groups, n, ADD(out, list));
	for (size_t i = 0; selection->all && i < n; i++)
		io_space_of(host, a, &groups[i], 1, ADD(out, list));
}

static void render(const struct options *options, const struct view *view,
		   const struct selection *selection)
{
	if (options->json) {
		render_json(view, stdout);
		return;
	}
	if (options->svg) {
		render_map_svg(view, stdout);
		report_unmatched(selection);
		report_gaps(view->host, ALL_SOURCES);
		return;
	}
	if (view->host->n_groups)
		render_map(view, stdout);
	else
		render_absence(view, stdout);
	put_unmatched(view, stdout);
}

static int map_host(const struct options *options, const struct host *host)
{
	struct selection selection = { 0 };
	struct spaces spaces = { 0 };
	struct analysis analysis;
	int status = FAILED;

	if (select_parts(host, options->selectors, options->n_selectors, &selection)) {
		struct view view;
		struct map map = { .together = !selection.all };

		analyze(host, NULL, &analysis);
		make_spaces(host, &analysis, &selection, &spaces);
		map.spaces = spaces.list;
		map.n_spaces = spaces.n_list;
		view = view_of(options, host, &analysis, &selection);
		view.map = &map;
		status = selection_status(&selection, listing_status(host, ALL_SOURCES));
		view.exit_status = status;
		render(options, &view, &selection);
		for (size_t i = 0; i < spaces.n_list; i++)
			io_space_clear(&spaces.list[i]);
		free(spaces.list);
		analysis_clear(&analysis);
	}
	selection_clear(&selection);
	return status;
}

static int run(const struct options *options)
{
	struct host host;
	int status;

	if (options->svg && options->json) {
		message("--svg: JSON is no picture; leave out this option or --json");
		return FAILED;
	}
	if (!open_host(options, USUAL_SOURCES, &host))
		return FAILED;
	status = map_host(options, &host);
	host_clear(&host);
	return status;
}

const struct command command_map = {
	.name = "map",
	.arguments = "[--svg] [SELECTOR...]",
	.summary = "draw the I/O address space",
	.run = run,
	.shows_names = true,
};
