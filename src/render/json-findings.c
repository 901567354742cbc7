/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was found, as JSON: the findings, what was not checked, what has no answer. */
#include "render/json.h"
#include "render/report.h"
#include "rules/rules.h"

/* The names of the devices of a finding, or of those that play a part in it. */
static void set_involved(struct json_object *o, const char *key, const struct view *v,
			 const struct finding *f, bool victims, bool culprits)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < f->n_devices; i++) {
		const struct involved *d = &f->devices[i];

		if ((victims && d->victim) || (culprits && d->culprit))
			json_object_array_add(
				array, json_text(v->host->devices[d->device].name));
	}
	json_object_object_add(o, key, array);
}

/* Ids of the rules that the user left out. */
static struct json_object *skipped_rules_array(const struct view *v)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; v->wanted && i < n_rules; i++) {
		if (!v->wanted[i])
			json_object_array_add(array, json_text(rules[i]->id));
	}
	return array;
}

static struct json_object *behaviours_array(const struct finding *f)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < f->n_behaviours; i++)
		json_object_array_add(array, json_text(f->behaviours[i].behaviour));
	return array;
}

/* The same, with what tells that this kernel does so. */
static struct json_object *rests_on_array(const struct finding *f)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < f->n_behaviours; i++) {
		const struct rests_on *r = &f->behaviours[i];
		struct json_object *o = json_object_new_object();

		json_set_text(o, "behaviour", r->behaviour);
		json_set_text(o, "here", tristate_name(r->here));
		json_set_text(o, "by", r->by);
		json_set_text_if(o, "evidence", r->evidence);
		json_object_object_add(o, "against_release",
				       json_object_new_boolean(r->against_release));
		json_object_array_add(array, o);
	}
	return array;
}

struct json_object *steps_array(const struct steps *steps)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < steps->n_list; i++) {
		const struct step *step = &steps->list[i];
		struct json_object *o = json_object_new_object();

		json_set_text(o, "text", step->text);
		json_set_text(o, "command", step->command);
		json_set_text(o, "risk", step->risk);
		json_set_bool(o, "alternative", step->alternative);
		if (step->parameter) {
			struct json_object *parameter = json_object_new_object();

			json_set_text(parameter, step->removes ? "remove" : "add",
				      step->parameter);
			json_object_object_add(o, "parameter", parameter);
		}
		json_object_array_add(array, o);
	}
	return array;
}

static struct json_object *finding_object(const struct view *v, const struct finding *f)
{
	struct json_object *o = json_object_new_object();
	struct json_object *regions = json_object_new_array();

	json_set_text(o, "id", f->id);
	json_set_text(o, "severity", severity_name(f->severity));
	json_set_text(o, "confidence", confidence_name(f->confidence));
	if (f->group == NO_GROUP)
		json_set_text(o, "group", NULL);
	else
		json_set_int(o, "group", f->group);
	set_involved(o, "devices", v, f, true, true);
	set_involved(o, "victims", v, f, true, false);
	set_involved(o, "culprits", v, f, false, true);
	for (size_t i = 0; i < f->n_regions; i++)
		json_object_array_add(regions, region_object(v, f->regions[i]));
	json_object_object_add(o, "regions", regions);
	json_object_object_add(o, "evidence", evidence_array(f->evidence, f->n_evidence));
	json_object_object_add(o, "behaviours", behaviours_array(f));
	json_object_object_add(o, "rests_on", rests_on_array(f));
	json_set_text(o, "title", f->title);
	json_set_text(o, "message", f->message);
	json_set_text(o, "kernel", f->kernel);
	json_set_text(o, "advice", f->advice);
	json_object_object_add(o, "steps", steps_array(&f->steps));
	json_set_text_if(o, "ignored", f->ignored);
	return o;
}

struct json_object *findings_array(const struct view *v)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < v->findings->n_list; i++)
		json_object_array_add(array, finding_object(v, &v->findings->list[i]));
	return array;
}

/* What --redact replaced: no value. */
static struct json_object *redacted_array(const struct redaction *r)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < ALIAS_COUNT; i++) {
		struct json_object *o;

		if (!r->n[i])
			continue;
		o = json_object_new_object();
		json_set_text(o, "kind", alias_word((enum alias)i));
		json_set_int(o, "count", (int64_t)r->n[i]);
		json_object_array_add(array, o);
	}
	return array;
}

void put_findings(struct json_writer *w, const struct view *v)
{
	json_begin_array(w, "findings");
	for (size_t i = 0; i < v->findings->n_list; i++)
		json_element(w, finding_object(v, &v->findings->list[i]));
	for (size_t i = 0; i < v->findings->n_ignored; i++)
		json_element(w, finding_object(v, &v->findings->ignored[i]));
	json_end_array(w);
	json_begin_array(w, "not_checked");
	for (size_t i = 0; i < v->findings->n_missing; i++) {
		const struct not_checked *n = &v->findings->missing[i];
		struct json_object *o = json_object_new_object();

		json_set_text(o, "rule", n->rule);
		json_set_text(o, "source", source_name(n->source));
		json_set_text(o, "state", source_state_name(n->state));
		json_set_bool(o, "partly", n->partly);
		json_set_text(o, "reason", n->reason);
		json_element(w, o);
	}
	json_end_array(w);
	json_begin_array(w, "unanswered");
	for (size_t i = 0; i < v->findings->n_unanswered; i++) {
		const struct unanswered *u = &v->findings->unanswered[i];
		struct json_object *o = json_object_new_object();

		json_set_text(o, "device", v->host->devices[u->device].name);
		json_set_text(o, "interface", u->interface);
		json_set_text(o, "missing", u->missing);
		json_element(w, o);
	}
	json_end_array(w);
	json_member(w, "skipped_rules", skipped_rules_array(v));
	if (v->report && v->report->redaction)
		json_member(w, "redacted", redacted_array(v->report->redaction));
}
