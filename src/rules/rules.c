/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the rules of rules.def, each if it can be checked. */
#include "rules/rules.h"

#include <stdarg.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "model/ignores.h"

const struct rule *const rules[] = {
#define RULE(name) &rule_##name,
#include "rules/rules.def"
#undef RULE
};

const size_t n_rules = ARRAY_SIZE(rules);

const struct rule *rule_find(const char *id)
{
	for (size_t i = 0; i < n_rules; i++) {
		if (!strcmp(rules[i]->id, id))
			return rules[i];
	}
	return NULL;
}

static void add_missing(struct judge *j, enum source_id source, bool partly, char *reason)
{
	struct not_checked *n = ADD(j->findings, missing);

	n->rule = j->rule->id;
	n->severity = j->rule->severity;
	n->source = source;
	n->state = j->host->sources[source].state;
	n->partly = partly;
	n->reason = reason;
}

static char *reason_of(const struct source *s)
{
	const char *path = s->path ? s->path : "(no path)";

	if (s->detail && s->line)
		return text_format("%s:%u: %s", path, s->line, s->detail);
	if (s->detail)
		return text_format("%s: %s", path, s->detail);
	if (s->error)
		return text_format("%s: %s", path, strerror(s->error));
	return text_format("%s: %s", path, source_state_name(s->state));
}

/* Why a table's bytes are not there. */
static char *reason_of_table(const struct host *host, const char *signature)
{
	for (size_t i = 0; i < host->n_tables; i++) {
		const struct table_file *f = &host->tables[i];

		if (!strcmp(f->name, signature))
			return text_format("/sys/firmware/acpi/tables/%s: %s", f->name,
					   f->error ? strerror(f->error)
						    : source_state_name(f->state));
	}
	return reason_of(&host->sources[SOURCE_FIRMWARE_TABLES]);
}

static bool is_lost(const struct host *host, enum source_id id)
{
	enum source_state state = host->sources[id].state;

	return state == SOURCE_DENIED || state == SOURCE_BROKEN;
}

/* False if the table that the rule judges is not there, or could not be read. */
static bool has_table(struct judge *j)
{
	const struct host *host = j->host;
	const char *table = j->rule->table;

	if (!table || host_table(host, table))
		return true;
	if (!strcmp(table, DEVICE_TREE_NAME)) {
		if (is_lost(host, SOURCE_DEVICE_TREE))
			cannot_check_source(j, SOURCE_DEVICE_TREE);
	} else if (host_has_table(host, table) ||
		   (!host->n_tables && is_lost(host, SOURCE_FIRMWARE_TABLES))) {
		add_missing(j, SOURCE_FIRMWARE_TABLES, false,
			    reason_of_table(host, table));
	}
	return false;
}

/* What the kernel does cannot be told by the release where its BTF could not be read. */
static void say_lost_btf(struct judge *j)
{
	const enum behaviour *b = j->rule->behaviours;

	if (!is_lost(j->host, SOURCE_BTF))
		return;
	for (; b && *b != BEHAVIOUR_COUNT; b++) {
		if (behaviour_asks_btf(&behaviours[*b])) {
			add_missing(j, SOURCE_BTF, true,
				    reason_of(&j->host->sources[SOURCE_BTF]));
			return;
		}
	}
}

/* False if a needed source gave nothing, so that the rule cannot run at all. */
static bool has_sources(struct judge *j)
{
	const struct rule *rule = j->rule;
	bool can_run = true;

	/* Without the table there is no fault, whatever else could not be read. */
	if (!has_table(j))
		return false;
	for (int id = 0; id < SOURCE_COUNT; id++) {
		const struct source *s = &j->host->sources[id];
		bool usable = host_source_usable(j->host, (enum source_id)id);
		bool lost = s->state == SOURCE_DENIED || s->state == SOURCE_BROKEN;

		if (rule->needs & SOURCE_BIT(id)) {
			if (lost)
				add_missing(j, (enum source_id)id, usable, reason_of(s));
			can_run = can_run && usable;
		} else if (rule->uses & SOURCE_BIT(id) && lost) {
			add_missing(j, (enum source_id)id, true, reason_of(s));
		}
	}
	return can_run;
}

static void run_rule(const struct host *host, const struct analysis *analysis,
		     const struct rule *rule, struct findings *findings)
{
	struct judge j = {
		.host = host, .analysis = analysis, .rule = rule, .findings = findings
	};

	if ((rule->applies && !rule->applies(host, analysis)) || !has_sources(&j))
		return;
	say_lost_btf(&j);
	rule->check(&j);
	if (rule->add_answers)
		rule->add_answers(&j);
}

/*
 * To whom it is said that the firmware should be newer, it is said which one is there.
 * One place for all rules, since the advice is what they word, each for its case.
 */
static void name_firmware(const struct host *host, struct findings *findings)
{
	cleanup_free char *firmware = machine_firmware(&host->machine);

	if (!firmware || host->kernel.virtualized == TRISTATE_YES)
		return;
	for (size_t i = 0; i < findings->n_list; i++) {
		struct finding *f = &findings->list[i];

		if (f->advice && strstr(f->advice, "pdate the firmware"))
			finding_advise(f, "%s (Installed firmware: %s.)", f->advice,
				       firmware);
	}
}

void rules_run(const struct host *host, const struct analysis *analysis,
	       const bool *wanted, struct findings *findings)
{
	for (size_t i = 0; i < n_rules; i++) {
		if ((!wanted || wanted[i]) && !rules[i]->of_ignores)
			run_rule(host, analysis, rules[i], findings);
	}
	name_firmware(host, findings);
	findings_sort(findings);
}

void rules_run_ignores(const struct host *host, const struct analysis *analysis,
		       const bool *wanted, const struct ignores *ignores,
		       struct findings *findings)
{
	struct judge j = { .host = host,
			   .analysis = analysis,
			   .findings = findings,
			   .ignores = ignores,
			   .wanted = wanted };

	findings_ignore(findings, host, ignores);
	for (size_t i = 0; i < n_rules; i++) {
		j.rule = rules[i];
		if (j.rule->of_ignores && (!wanted || wanted[i]))
			j.rule->check(&j);
	}
	findings_sort(findings);
}

void rules_run_offline(const struct host *host, const struct analysis *analysis,
		       struct findings *findings)
{
	for (size_t i = 0; i < n_rules; i++) {
		struct judge j = { .host = host,
				   .analysis = analysis,
				   .rule = rules[i],
				   .findings = findings,
				   .offline = true };

		/* No source of a host is needed: there is none. */
		if (rules[i]->offline && has_table(&j))
			rules[i]->check(&j);
	}
	findings_sort(findings);
}

void cannot_answer(struct judge *j, size_t device, const char *interface,
		   const char *missing)
{
	*ADD(j->findings, unanswered) = (struct unanswered){ device, interface, missing };
}

void cannot_check(struct judge *j, enum source_id source, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_missing(j, source, false, text_vformat(fmt, ap));
	va_end(ap);
}

void cannot_check_source(struct judge *j, enum source_id source)
{
	add_missing(j, source, false, reason_of(&j->host->sources[source]));
}

void checked_without_table(struct judge *j, const char *table)
{
	if (host_has_table(j->host, table) && !host_table(j->host, table))
		add_missing(j, SOURCE_FIRMWARE_TABLES, true,
			    reason_of_table(j->host, table));
}

void checked_without_source(struct judge *j, enum source_id source)
{
	if (is_lost(j->host, source))
		add_missing(j, source, true, reason_of(&j->host->sources[source]));
}
