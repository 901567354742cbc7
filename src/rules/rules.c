/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the rules of rules.def, and what they make findings with. */
#include "rules/rules.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

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
	struct judge j = { host, analysis, rule, findings, false };

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
		if (!wanted || wanted[i])
			run_rule(host, analysis, rules[i], findings);
	}
	name_firmware(host, findings);
	findings_sort(findings);
}

void rules_run_offline(const struct host *host, const struct analysis *analysis,
		       struct findings *findings)
{
	for (size_t i = 0; i < n_rules; i++) {
		struct judge j = { host, analysis, rules[i], findings, true };

		/* No source of a host is needed: there is none. */
		if (rules[i]->offline && has_table(&j))
			rules[i]->check(&j);
	}
	findings_sort(findings);
}

static const char *advice_of(const struct judge *j)
{
	enum tristate guest = j->host->kernel.virtualized;

	if (guest == TRISTATE_YES && j->rule->guest_advice)
		return j->rule->guest_advice;
	if (guest == TRISTATE_NO && j->rule->metal_advice)
		return j->rule->metal_advice;
	return j->rule->advice;
}

struct finding *found(struct judge *j, enum severity severity, enum confidence confidence,
		      const struct group *g, const char *fmt, ...)
{
	struct finding *f = ADD(j->findings, list);
	va_list ap;

	f->id = j->rule->id;
	f->title = j->rule->title;
	f->severity = severity;
	f->confidence = confidence;
	f->group = g ? g->id : NO_GROUP;
	f->of_host = j->rule->of_host;
	va_start(ap, fmt);
	f->message = text_vformat(fmt, ap);
	va_end(ap);
	f->advice = xstrdup(advice_of(j));
	return f;
}

/* The kernel's release would say otherwise: people must see by what it does not. */
static void add_contradiction(struct judge *j, struct finding *f,
			      const struct decision *d, const char *id)
{
	cleanup_free char *what = decision_evidence(d);
	cleanup_free char *text =
		text_format("%s (%s %s, whatever its release says)", what,
			    d->value == TRISTATE_YES ? "has" : "does not have", id);

	finding_add_evidence(f, decision_path(j->host, d), d->line ? d->line->number : 0,
			     text);
}

enum tristate finding_rests_on(struct judge *j, struct finding *f,
			       enum behaviour behaviour, enum iommu_kind kind)
{
	const char *id = behaviours[behaviour].id;
	struct decision d = kernel_decides(j->host, behaviour, kind);
	struct rests_on *r;

	for (size_t i = 0; i < f->n_behaviours; i++) {
		if (f->behaviours[i].behaviour == id)
			return d.value;
	}
	r = ADD(f, behaviours);
	r->behaviour = id;
	r->here = d.value;
	r->by = decided_by_name(d.by);
	r->evidence = decision_evidence(&d);
	r->against_release = decision_contradicts(&d);
	if (r->against_release)
		add_contradiction(j, f, &d, id);
	return d.value;
}

void finding_kernel(struct judge *j, struct finding *f, const char *fmt, ...)
{
	struct release r = release_of(j->host);
	cleanup_free char *what = NULL;
	va_list ap;

	va_start(ap, fmt);
	what = text_vformat(fmt, ap);
	va_end(ap);
	free(f->kernel);
	if (r.major)
		f->kernel = text_format("Linux %u.%u %s", r.major, r.minor, what);
	else
		f->kernel = text_format("the kernel (release not known) %s", what);
}

void finding_does(struct judge *j, struct finding *f, enum behaviour behaviour,
		  enum iommu_kind kind)
{
	(void)finding_rests_on(j, f, behaviour, kind);
	finding_kernel(j, f, "%s.", behaviours[behaviour].does);
}

/* QEMU's hw/vfio: vfio_get_group and vfio_connect_container. */
static void add_words_of_qemu(struct text *t, const char *call, const struct group *g)
{
	if (!strcmp(call, "VFIO_GROUP_GET_DEVICE_FD"))
		text_printf(t, " QEMU says \"group %u is not viable\".", (unsigned)g->id);
	else if (!strcmp(call, "VFIO_SET_IOMMU"))
		text_add(t, " QEMU says \"failed to set iommu for container\".");
}

void finding_refused_by(struct judge *j, struct finding *f, enum behaviour behaviour,
			const struct group *g)
{
	const struct behaviour_row *row = &behaviours[behaviour];
	enum iommu_kind kind = view_of_group(j, g)->kind;
	const char *call = refusing_call(j->host, behaviour, kind, true);
	struct text t = { 0 };
	cleanup_free char *what = NULL;

	(void)finding_rests_on(j, f, behaviour, kind);
	text_printf(&t, "fails %s", call);
	if (kernel_does(j->host, BEHAVIOUR_IOMMUFD, kind) != TRISTATE_NO)
		text_printf(&t, " or %s", refusing_call(j->host, behaviour, kind, false));
	text_printf(&t, " with %s and logs ", errno_name(row->error));
	if (row->log)
		text_printf(&t, "\"%s\"", row->log);
	else
		text_add(&t, "nothing.");
	add_words_of_qemu(&t, call, g);
	what = text_take(&t);
	finding_kernel(j, f, "%s", what);
}

void finding_advise(struct finding *f, const char *fmt, ...)
{
	char *before = f->advice; /* the arguments may hold it */
	va_list ap;

	va_start(ap, fmt);
	f->advice = text_vformat(fmt, ap);
	va_end(ap);
	free(before);
}

static struct involved *involved_of(const struct finding *f, size_t device)
{
	for (size_t i = 0; i < f->n_devices; i++) {
		if (f->devices[i].device == device)
			return &f->devices[i];
	}
	return NULL;
}

bool finding_has_device(const struct finding *f, size_t device)
{
	return involved_of(f, device) != NULL;
}

void finding_add_device(struct judge *j, struct finding *f, const struct device *d)
{
	*ADD(f, devices) = (struct involved){ device_index(j->host, d), true, false };
}

void finding_blame(struct judge *j, struct finding *f, const struct device *d)
{
	size_t device = device_index(j->host, d);
	struct involved *known = involved_of(f, device);

	if (known)
		known->culprit = true;
	else
		*ADD(f, devices) = (struct involved){ device, false, true };
}

void finding_add_devices(struct judge *j, struct finding *f, const struct group *g)
{
	for_each_device (d, j->host, g)
		finding_add_device(j, f, d);
}

void finding_add_evidence(struct finding *f, const char *path, unsigned line,
			  const char *text)
{
	struct evidence *e = ADD(f, evidence);

	e->path = xstrdup(path);
	e->line = line;
	e->offset = NO_INDEX;
	e->text = xstrdup(text);
}

void finding_add_log(struct judge *j, struct finding *f, const struct log_line *line)
{
	finding_add_evidence(f, host_log_path(j->host), line->number, line->text);
}

void finding_add_place(struct finding *f, const char *table, size_t offset,
		       const char *text)
{
	cleanup_free char *path = text_format("/sys/firmware/acpi/tables/%s", table);

	finding_add_evidence(f, path, 0, text);
	f->evidence[f->n_evidence - 1].offset = offset;
}

void finding_add_entry_alone(struct judge *j, struct finding *f, const struct entry *e,
			     size_t n_devices)
{
	cleanup_free char *path = entry_path(j->analysis, e);
	cleanup_free char *name = entry_text(j->analysis, e);
	cleanup_free char *detail = entry_detail(j->analysis, e);
	struct text t = { 0 };
	cleanup_free char *text = NULL;

	text_printf(&t, "%s: 0x%" PRIx64 "-0x%" PRIx64, name, e->written.first,
		    e->written.last);
	if (detail)
		text_printf(&t, ", %s", detail);
	if (n_devices)
		text_printf(&t, ", for %zu device%s", n_devices,
			    n_devices == 1 ? "" : "s");
	text = text_take(&t);
	finding_add_evidence(f, path, 0, text);
	f->evidence[f->n_evidence - 1].offset = e->offset;
}

void finding_add_entry(struct judge *j, struct finding *f, const struct entry *e)
{
	finding_add_entry_alone(j, f, e, 0);
	for_each_claim (c, j, e) {
		if (!finding_has_device(f, c->device))
			finding_add_device(j, f, &j->host->devices[c->device]);
	}
}

void finding_add_region(struct judge *j, struct finding *f, const struct region *r)
{
	cleanup_free char *path = text_format(
		"/sys/kernel/iommu_groups/%u/reserved_regions", (unsigned)r->group);
	cleanup_free char *text =
		text_format("0x%016" PRIx64 " 0x%016" PRIx64 " %s", r->range.first,
			    r->range.last, region_word(r));

	*ADD(f, regions) = region_index(j->host, r);
	finding_add_evidence(f, path, r->line, text);
}

void finding_add_type(struct finding *f, const struct group *g)
{
	cleanup_free char *path =
		text_format("/sys/kernel/iommu_groups/%u/type", (unsigned)g->id);

	finding_add_evidence(f, path, 1, domain_type_name(g->type));
}

void finding_add_driver(struct finding *f, const struct device *d)
{
	cleanup_free char *path = NULL;
	cleanup_free char *text = NULL;

	if (!d->driver)
		return;
	path = text_format("/sys/kernel/iommu_groups/%u/devices/%s/uevent",
			   (unsigned)d->group, d->link ? d->link : d->name);
	text = text_format("DRIVER=%s", d->driver);
	finding_add_evidence(f, path, 0, text);
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

const struct log_line *log_of_giving_up(const struct host *host)
{
	const struct log_line *line = host_log_find(
		host, "was not able to establish FW requested direct mapping", NULL);

	return line ? line : host_log_find(host, "WARNING", "iommu_setup_default_domain");
}

bool any_group_for_user(const struct host *host, const struct analysis *a)
{
	for (size_t i = 0; i < host->n_groups; i++) {
		if (a->groups[i].for_user && !a->groups[i].untranslated)
			return true;
	}
	return false;
}

bool is_repeated(const struct judge *j, const struct region *r)
{
	const struct entry *e = wide_entry_of(j->host, j->analysis, r);

	if (!e)
		return false;
	for_each_claim (c, j, e)
		return j->host->devices[c->device].group != r->group;
	return false;
}

void finding_add_resource(struct finding *f, const struct resource *r)
{
	cleanup_free char *path =
		text_format("/sys/bus/pci/devices/%.64s/resource", r->device);
	cleanup_free char *text = text_format("0x%016" PRIx64 " 0x%016" PRIx64,
					      r->range.first, r->range.last);

	finding_add_evidence(f, path, r->line, text);
}

void finding_add_owners(struct judge *j, struct finding *f, const struct region *r)
{
	const struct entry *e = wide_entry_of(j->host, j->analysis, r);

	if (e) {
		f->group = NO_GROUP;
		finding_add_entry(j, f, e);
	} else {
		finding_add_devices(j, f, host_group(j->host, r->group));
	}
}

const struct entry *rmr_of_line(const struct judge *j, const struct group *g,
				const struct region *r)
{
	const struct firmware *firmware = &j->analysis->firmware;
	struct claim_slice own = claims_of_group(j->host, j->analysis, g);

	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &firmware->claims[i];

		if (c->table == &table_iort && claim_is_part_of(c, r))
			return &firmware->entries[c->entry];
	}
	return NULL;
}

const struct group_view *view_of_group(const struct judge *j, const struct group *g)
{
	return &j->analysis->groups[group_index(j->host, g)];
}

const struct region_view *view_of_region(const struct judge *j, const struct region *r)
{
	return &j->analysis->regions[region_index(j->host, r)];
}

const struct origin *origin_of_region(const struct judge *j, const struct region *r)
{
	return &j->analysis->origins[region_index(j->host, r)];
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

bool kernel_refuses_direct(const struct judge *j, const struct group *g)
{
	enum iommu_kind kind = view_of_group(j, g)->kind;

	return kernel_does(j->host, BEHAVIOUR_DIRECT_REFUSED, kind) != TRISTATE_NO ||
	       kernel_does(j->host, BEHAVIOUR_RMRR_REFUSED, kind) == TRISTATE_YES;
}

bool group_is_dma(const struct judge *j, const struct group *g)
{
	return domain_is_dma(g->type) && view_of_group(j, g)->holder == NO_INDEX;
}
