/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `check`: what is wrong on this host. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/message.h"
#include "cmd/cmd.h"
#include "cmd/guest.h"
#include "cmd/ignore.h"
#include "cmd/output.h"
#include "render/check.h"
#include "render/format.h"
#include "rules/rules.h"

/* Marks the rules that an option names; false after a message. */
static bool mark_rules(const struct words *words, bool *marks)
{
	for (size_t w = 0; w < words->n_word; w++) {
		const struct rule *rule = rule_named("", words->word[w]);

		if (!rule)
			return false;
		for (size_t i = 0; i < n_rules; i++)
			marks[i] = marks[i] || rules[i] == rule;
	}
	return true;
}

/* Which rules run; NULL after a message. */
static bool *wanted_rules(const struct options *options)
{
	bool *wanted = xcalloc(n_rules, sizeof(bool));
	cleanup_free bool *skipped = xcalloc(n_rules, sizeof(bool));

	if (!mark_rules(&options->only, wanted) || !mark_rules(&options->skip, skipped)) {
		free(wanted);
		return NULL;
	}
	for (size_t i = 0; i < n_rules; i++) {
		/* without the file they cannot run: alone they are no verdict */
		if (rules[i]->of_ignores && !options->ignore_file)
			wanted[i] = false;
		wanted[i] = (wanted[i] || !options->only.n_word) && !skipped[i];
	}
	return wanted;
}

/*
 * A finding about more devices than this is about none of them: they get no line for it,
 * unless asked for with -v.
 */
#define DEVICES_MANY 16

/* Groups whose devices deserve a line each; the caller owns it. */
static bool *special_groups(const struct host *host, const struct analysis *analysis,
			    bool verbose)
{
	bool *special = xcalloc(host->n_groups, sizeof(bool));

	for (size_t i = 0; i < host->n_groups; i++) {
		const struct group *g = &host->groups[i];
		const struct group_view *gv = &analysis->groups[i];

		special[i] = gv->n_relaxable || gv->for_user ||
			     g->regions_state >= SOURCE_DENIED ||
			     (gv->n_direct &&
			      (verbose ||
			       !group_is_direct_by_wide_entries(host, analysis, g)));
	}
	return special;
}

/*
 * Which devices deserve a line: selected by name, in a finding that is more than a note,
 * given away, or in a group with direct regions or one whose list was not to be had. The
 * caller owns it.
 */
static bool *devices_that_matter(const struct host *host, const struct analysis *analysis,
				 const struct findings *findings,
				 const struct selection *selection, bool verbose)
{
	cleanup_free bool *special = special_groups(host, analysis, verbose);
	bool *matters = xcalloc(host->n_devices, sizeof(bool));

	for (size_t i = 0; i < host->n_devices; i++) {
		const struct group *g = host_group(host, host->devices[i].group);

		matters[i] = !selection->all || analysis->devices[i].for_user ||
			     (g && special[group_index(host, g)]);
	}
	for (size_t i = 0; i < findings->n_list; i++) {
		const struct finding *f = &findings->list[i];

		if (f->severity == SEVERITY_INFO ||
		    (f->n_devices > DEVICES_MANY && !verbose))
			continue;
		for (size_t d = 0; d < f->n_devices; d++)
			matters[f->devices[d].device] = true;
	}
	for (size_t i = 0; i < host->n_devices; i++)
		matters[i] = matters[i] && selection->devices[i];
	return matters;
}

/* Without any there is no verdict. */
static bool any_rule_ran(const bool *wanted)
{
	for (size_t i = 0; wanted && i < n_rules; i++) {
		if (wanted[i])
			return true;
	}
	return !wanted;
}

/* Metrics have no words for it; the log of the timer that has them written does. */
static void say_why_unknown(const struct view *view)
{
	cleanup_free char *why = verdict_text(view);

	message("verdict unknown: %s", why);
}

/* False after a message: it could not be written. */
static bool print_judgement(const struct options *options, const struct judging *how,
			    struct view *view)
{
	const struct format *format = options->json ? &format_json : options->format;
	const bool counts_only = format && format->counts_only;
	struct output output;

	output_begin(options->output, &output);
	view->color = color_wanted(options->color, output.file);
	view->width = text_width(output.file);
	view->utf8 = output.file == stdout ? options->utf8 : text_is_utf8(output.file);
	if (format && format != &format_text)
		format->print(view, output.file);
	else
		how->render(view, output.file);
	if (!output_end(&output, counts_only ? READERS_ALL : READERS_OWNER))
		return false;
	if (output.path && counts_only && view->exit_status == EXIT_UNKNOWN)
		say_why_unknown(view);
	return true;
}

int judge(const struct options *options, const struct host *host,
	  const struct judging *how)
{
	const struct selection *selection = how->selection;
	struct findings findings = { 0 };
	cleanup_free bool *matters = NULL;
	struct analysis analysis;
	struct view view;
	int status;

	analyze(host, how->assigned ? how->assigned->devices : NULL, &analysis);
	if (how->guest &&
	    !guest_compare(options, how->guest, host, &analysis, &analysis.nested)) {
		analysis_clear(&analysis);
		return FAILED;
	}
	rules_run(host, &analysis, how->wanted, &findings);
	if (how->ignores)
		rules_run_ignores(host, &analysis, how->wanted, how->ignores, &findings);
	view = view_of(options, host, &analysis, selection);
	view.findings = &findings;
	view.report = how->report;
	view.has_ignores = how->ignores;
	if (!selection->all)
		findings_narrow(&findings, host, selection->groups, selection->regions,
				selection->devices);
	view.wanted = how->wanted;
	status = selection_status(
		selection, findings_exit_status(host, &findings, options->fail_on));
	if (!any_rule_ran(how->wanted))
		status = EXIT_UNKNOWN;
	view.exit_status = status;
	matters = devices_that_matter(host, &analysis, &findings, selection,
				      options->verbose);
	view.matters = matters;
	view.fail_on = options->fail_on;
	if (!print_judgement(options, how, &view))
		status = EXIT_UNKNOWN;
	findings_clear(&findings);
	analysis_clear(&analysis);
	return status;
}

/* What `check` reads besides the host; the door closes behind the host. */
struct beside {
	struct guest guest;
	struct text ignores;
};

static int check_host(const struct options *options, struct host *host,
		      struct beside *beside, const bool *wanted)
{
	struct selection selection = { 0 }, assigned = { 0 };
	struct ignores ignores = { 0 };
	int status = FAILED;

	if (select_for(options, host, &selection, &assigned) &&
	    ignores_parse(options, &beside->ignores, host, &ignores) &&
	    (!options->query || ask_where_possible(options, selection.devices, host)))
		status = judge(options, host,
			       &(struct judging){
				       .guest = &beside->guest,
				       .wanted = wanted,
				       .ignores = options->ignore_file ? &ignores : NULL,
				       .selection = &selection,
				       .assigned = assigned.all ? NULL : &assigned,
				       .render = render_check });
	ignores_clear(&ignores);
	selection_clear(&selection);
	selection_clear(&assigned);
	return status;
}

static int run(const struct options *options)
{
	cleanup_free bool *wanted = wanted_rules(options);
	struct beside beside = { 0 };
	int status = FAILED;
	struct host host;

	if (!wanted)
		return FAILED;
	if (guest_read(options, &beside.guest) &&
	    ignores_read(options, &beside.ignores) &&
	    open_host(options, sources_of(options, USUAL_SOURCES), &host)) {
		if (guest_load(&beside.guest))
			status = check_host(options, &host, &beside, wanted);
		host_clear(&host);
	}
	guest_close(&beside.guest);
	text_clear(&beside.ignores);
	return status;
}

const struct command command_check = {
	.name = "check",
	.arguments = "[OPTION...] [SELECTOR...]",
	.summary = "find problems with reserved regions (the default command)",
	.run = run,
	.shows_names = true,
	.writes_output = true,
};
