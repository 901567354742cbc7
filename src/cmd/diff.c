/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `diff`: what differs between two snapshots, or a snapshot and this host. */
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/message.h"
#include "cmd/cmd.h"
#include "compare/compare.h"
#include "render/diff.h"
#include "rules/rules.h"

/* The second host is the one that the options name, where no second file is. */
static bool is_live(const struct options *options)
{
	return options->n_selectors == 1;
}

/* The second snapshot; NULL: it is a host. */
static const char *second_file(const struct options *options)
{
	return is_live(options) ? options->from : options->selectors[1];
}

/* False after a message. */
static bool arguments_fit(const struct options *options)
{
	const char *wrong = NULL;

	if (!options->n_selectors)
		wrong = "which snapshot? For example: iommu-resv diff before.json";
	else if (options->n_selectors > 2)
		wrong = "compares two snapshots, not more";
	else if (!is_live(options) && (options->from || options->sysroot || options->log))
		wrong = "--from, --sysroot and --log take the place of a second snapshot";
	if (wrong)
		message("diff: %s", wrong);
	return !wrong;
}

void digest_host(struct host *host, struct digest *out)
{
	struct findings findings = { 0 };
	struct analysis analysis;

	analyze(host, NULL, &analysis);
	rules_run(host, &analysis, NULL, &findings);
	digest_of(host, &analysis, &findings, out);
	findings_clear(&findings);
	analysis_clear(&analysis);
	host_clear(host);
}

/* False after a message. */
static bool digest_text(const char *path, struct text *text, struct digest *out)
{
	struct host host;

	if (!parse_host(path, text, &host))
		return false;
	digest_host(&host, out);
	return true;
}

/* All is read before any of it is looked at. False after a message. */
static bool open_second(const struct options *options, struct digest *out)
{
	cleanup(text_clear) struct text text = { 0 };
	struct host host;

	if (!is_live(options)) {
		if (!read_input(options, options->selectors[1], &text))
			return false;
		close_door(options);
		return digest_text(options->selectors[1], &text, out);
	}
	if (!open_host(options, USUAL_SOURCES, &host))
		return false;
	digest_host(&host, out);
	return true;
}

static const char *second_name(const struct options *options)
{
	const char *file = second_file(options);

	return file ? file_name(file) : options->sysroot ? options->sysroot : "this host";
}

static int compare(const struct options *options, const struct digest *a,
		   const struct digest *b)
{
	struct comparison comparison;
	struct diff_view view = {
		.a = a,
		.b = b,
		.name_a = file_name(options->selectors[0]),
		.name_b = second_name(options),
		.comparison = &comparison,
		.width = text_width(stdout),
		.one_domain = digest_has_one_domain(a) && digest_has_one_domain(b),
		.verbose = options->verbose,
	};

	compare_digests(a, b, &comparison);
	view.exit_status = comparison.n_list > 0;
	if (options->json)
		render_diff_json(&view, stdout);
	else if (!options->quiet)
		render_diff(&view, stdout);
	comparison_clear(&comparison);
	return view.exit_status;
}

static int run(const struct options *options)
{
	cleanup(text_clear) struct text first = { 0 };
	int status = FAILED;
	struct digest a, b;

	if (!arguments_fit(options) ||
	    !read_input(options, options->selectors[0], &first) ||
	    !open_second(options, &b))
		return FAILED;
	if (digest_text(options->selectors[0], &first, &a)) {
		status = compare(options, &a, &b);
		digest_clear(&a);
	}
	digest_clear(&b);
	return status;
}

const struct command command_diff = {
	.name = "diff",
	.arguments = "[OPTION...] FILE [FILE]",
	.summary = "say what differs between two snapshots, or one and this host",
	.run = run,
};
