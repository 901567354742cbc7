/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a rule, a behaviour of kernels or a word of the output means. Only `explain
 * kernel` looks at a host.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/explain.h"
#include "render/json.h"
#include "render/lines.h"
#include "rules/rules.h"

enum topic_kind {
	TOPIC_WORD,
	TOPIC_RULE,
	TOPIC_BEHAVIOUR,
};

struct topic {
	enum topic_kind kind;
	const char *id;
	const char *title;
	const char *meaning;
	const enum behaviour *behaviours; /* as those of a rule; NULL */
	const char *kernels;		  /* NULL: nothing more is to be said */
	const char *advice;		  /* NULL: nothing is to be done */
	const char *see;	  /* TOPIC_WORD: other words, with blanks between */
	enum word_kind word_kind; /* TOPIC_WORD */
	enum severity severity;	  /* TOPIC_RULE: the worst it can find */
	const char *sentence;	  /* TOPIC_BEHAVIOUR: all of it in one */
	char *owned[4];		  /* what of the texts was made for it */
};

static const char *text_or(const char *s, const char *otherwise)
{
	return s ? s : otherwise;
}

static void put_paragraph(const char *label, const char *text)
{
	printf("\n%s\n    ", label);
	put_wrapped(stdout, 78, 4, 4, text);
}

/* What kernels do alike, and then row by row what they do differently. */
static void put_kernels(const struct topic *t)
{
	if (t->kernels || !t->behaviours)
		put_paragraph("Kernels", text_or(t->kernels, "All versions alike."));
	else
		printf("\nKernels\n");
	for (size_t i = 0; t->behaviours && t->behaviours[i] != BEHAVIOUR_COUNT; i++) {
		const struct behaviour_row *row = &behaviours[t->behaviours[i]];
		cleanup_free char *sentence = behaviour_sentence(row);
		cleanup_free char *line = text_format("%s: %s", row->id, sentence);

		printf("    ");
		put_wrapped(stdout, 78, 6, 4, line);
	}
}

/* "direct coverage" as "direct, coverage" */
static void put_see(const char *see)
{
	struct text t = { 0 };

	for (const char *s = see; *s; s++)
		text_printf(&t, "%s%c", *s == ' ' ? "," : "", *s);
	put_paragraph("See also", t.data);
	text_clear(&t);
}

static void print_topic(const struct topic *t)
{
	printf("%s\n    ", t->id);
	put_wrapped(stdout, 78, 4, 4, t->title);
	if (t->kind == TOPIC_RULE)
		printf("    Worst severity: %s\n", severity_name(t->severity));
	put_paragraph("Meaning", t->meaning);
	if (t->kind != TOPIC_WORD || t->kernels || t->behaviours)
		put_kernels(t);
	if (t->kind == TOPIC_RULE || t->advice)
		put_paragraph("What to do", text_or(t->advice, "No action needed."));
	if (t->see)
		put_see(t->see);
}

/* The same in one text; NULL: all versions alike. The caller owns it. */
static char *kernels_text(const struct topic *t)
{
	struct text s = { 0 };

	if (t->kernels)
		text_add(&s, t->kernels);
	for (size_t i = 0; t->behaviours && t->behaviours[i] != BEHAVIOUR_COUNT; i++) {
		cleanup_free char *sentence =
			behaviour_sentence(&behaviours[t->behaviours[i]]);

		text_printf(&s, "%s%s", s.len ? " " : "", sentence);
	}
	return s.len ? text_take(&s) : NULL;
}

static struct json_object *ids_array(const enum behaviour *list)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; list && list[i] != BEHAVIOUR_COUNT; i++)
		json_object_array_add(array, json_text(behaviours[list[i]].id));
	return array;
}

static struct json_object *see_array(const char *see)
{
	struct json_object *array = json_object_new_array();
	cleanup_free char *copy = xstrdup(see);
	char *save = NULL;

	for (char *s = strtok_r(copy, " ", &save); s; s = strtok_r(NULL, " ", &save))
		json_object_array_add(array, json_text(s));
	return array;
}

static struct json_object *topic_object(const struct topic *t)
{
	static const char *const kinds[] = {
		[TOPIC_WORD] = "word",
		[TOPIC_RULE] = "rule",
		[TOPIC_BEHAVIOUR] = "behaviour",
	};
	struct json_object *o = json_object_new_object();
	cleanup_free char *text = kernels_text(t);

	json_set_text(o, "id", t->id);
	json_set_text(o, "kind", kinds[t->kind]);
	if (t->kind == TOPIC_WORD)
		json_set_text(o, "word_kind", word_kind_name(t->word_kind));
	json_set_text(o, "title", t->title);
	if (t->kind == TOPIC_RULE)
		json_set_text(o, "severity", severity_name(t->severity));
	json_set_text(o, "meaning", t->meaning);
	json_set_text(o, "kernels", text);
	if (t->kind == TOPIC_BEHAVIOUR)
		json_set_text(o, "sentence", t->sentence);
	else
		json_object_object_add(o, "behaviours", ids_array(t->behaviours));
	json_set_text(o, "advice", t->advice);
	if (t->see)
		json_object_object_add(o, "see_also", see_array(t->see));
	return o;
}

static void topic_clear(struct topic *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(t->owned); i++)
		free(t->owned[i]);
}

static struct topic topic_of_rule(const struct rule *rule)
{
	return (struct topic){
		.kind = TOPIC_RULE,
		.id = rule->id,
		.title = rule->title,
		.meaning = rule->meaning,
		.behaviours = rule->behaviours,
		.kernels = rule->kernels,
		.advice = rule->advice,
		.severity = rule->severity,
	};
}

static struct topic topic_of_word(const struct word *word)
{
	struct topic t = {
		.kind = TOPIC_WORD,
		.id = word->id,
		.meaning = word->meaning,
		.behaviours = word->behaviours,
		.kernels = word->kernels,
		.advice = word->advice,
		.see = word->see,
		.word_kind = word->kind,
	};

	t.title = t.owned[0] =
		text_format("%s: %s", word_kind_name(word->kind), word->title);
	return t;
}

static struct topic topic_of_behaviour(const struct behaviour_row *row)
{
	struct topic t = { .kind = TOPIC_BEHAVIOUR, .id = row->id };

	t.title = t.owned[0] = text_format("Behaviour of kernels: %s", row->does);
	t.meaning = t.owned[1] = behaviour_meaning(row);
	t.kernels = t.owned[2] = behaviour_kernels(row);
	t.sentence = t.owned[3] = behaviour_sentence(row);
	return t;
}

/* All there is to explain: rules, words, behaviours. */
static size_t n_topics(void)
{
	return n_rules + n_words + BEHAVIOUR_COUNT;
}

static struct topic topic_at(size_t i)
{
	if (i < n_rules)
		return topic_of_rule(rules[i]);
	if (i < n_rules + n_words)
		return topic_of_word(&words[i - n_rules]);
	return topic_of_behaviour(&behaviours[i - n_rules - n_words]);
}

/* What the list of all says of a topic, and below which heading. */
struct entry_of_list {
	const char *id, *title, *heading;
};

static struct entry_of_list entry_at(size_t i)
{
	if (i < n_rules)
		return (struct entry_of_list){ rules[i]->id, rules[i]->title, "Rules" };
	if (i < n_rules + n_words) {
		const struct word *w = &words[i - n_rules];

		return (struct entry_of_list){ w->id, w->title,
					       word_kind_heading(w->kind) };
	}
	return (struct entry_of_list){ behaviours[i - n_rules - n_words].id,
				       behaviours[i - n_rules - n_words].does,
				       "Behaviours of kernels" };
}

/* The next topic of this name, from i on; n_topics() if there is none. */
static size_t find_topic(const char *name, size_t i)
{
	while (i < n_topics() && !is_same_word(entry_at(i).id, name))
		i++;
	return i;
}

static bool is_known(const char *name)
{
	return find_topic(name, 0) < n_topics();
}

/* Names the nearest, whatever its case. */
static void complain_topic(const char *name)
{
	cleanup_free char **ids = xcalloc(n_topics(), sizeof(char *));
	cleanup_free char *lower = word_folded(name);
	const char *near;
	size_t i = 0;

	for (i = 0; i < n_topics(); i++)
		ids[i] = word_folded(entry_at(i).id);
	near = suggest(lower, (const char *const *)ids, n_topics());
	for (i = 0; near && ids[i] != near; i++)
		;
	if (near)
		message("'%s': no such word, rule or behaviour; did you mean '%s'?", name,
			entry_at(i).id);
	else
		message("'%s': no such word, rule or behaviour; iommu-resv explain lists "
			"all",
			name);
	for (i = 0; i < n_topics(); i++)
		free(ids[i]);
}

/* Width of the ids below the heading that begins here. */
static int ids_width(size_t i)
{
	const char *heading = entry_at(i).heading;
	size_t width = 0;

	for (; i < n_topics() && !strcmp(entry_at(i).heading, heading); i++) {
		if (strlen(entry_at(i).id) > width)
			width = strlen(entry_at(i).id);
	}
	return (int)width;
}

/* As much of a text as fits, at a blank. */
static void put_cut(const char *text, size_t room)
{
	size_t len = strlen(text);

	if (len > room) {
		for (len = room - strlen("..."); len && text[len] != ' '; len--)
			;
	}
	printf("%.*s%s\n", (int)len, text, text[len] ? "..." : "");
}

/* Without an argument: the list of all, in lines of at most 80 columns. */
static void print_all(void)
{
	const char *heading = NULL;
	int width = 0;

	for (size_t i = 0; i < n_topics(); i++) {
		struct entry_of_list e = entry_at(i);

		if (!heading || strcmp(e.heading, heading)) {
			printf("%s%s\n", heading ? "\n" : "", e.heading);
			width = ids_width(i);
			heading = e.heading;
		}
		printf("  %-*s  ", width, e.id);
		put_cut(e.title, 80 - 4 - (size_t)width);
	}
}

static void put_element(struct json_writer *w, size_t i)
{
	struct topic t = topic_at(i);

	json_element(w, topic_object(&t));
	topic_clear(&t);
}

static void end_document(struct json_writer *w)
{
	json_member(w, "exit_status", json_object_new_int(0));
	json_end(w);
}

/* The words asked for. */
struct asked {
	const char *const *word;
	size_t n;
};

static void print_json(struct asked asked)
{
	struct json_writer w;

	json_begin_document(&w, stdout);
	json_begin_array(&w, "topics");
	for (size_t k = 0; k < asked.n; k++) {
		for (size_t i = 0; (i = find_topic(asked.word[k], i)) < n_topics(); i++)
			put_element(&w, i);
	}
	for (size_t i = 0; !asked.n && i < n_topics(); i++)
		put_element(&w, i);
	json_end_array(&w);
	end_document(&w);
}

static void print_text(struct asked asked)
{
	bool any = false;

	for (size_t k = 0; k < asked.n; k++) {
		for (size_t i = 0; (i = find_topic(asked.word[k], i)) < n_topics(); i++) {
			struct topic t = topic_at(i);

			if (any)
				printf("\n");
			any = true;
			print_topic(&t);
			topic_clear(&t);
		}
	}
	if (!asked.n)
		print_all();
}

/* The evidence, which groups have files, which IOMMUs there are, and which tables
 * announce some. */
#define KERNEL_SOURCES                                                                 \
	(SOURCE_BIT(SOURCE_KERNEL) | SOURCE_BIT(SOURCE_LOG) | SOURCE_BIT(SOURCE_BTF) | \
	 SOURCE_BIT(SOURCE_DEVICE_NODES) | SOURCE_BIT(SOURCE_GROUPS) |                 \
	 SOURCE_BIT(SOURCE_IOMMU_CLASS) | SOURCE_BIT(SOURCE_FIRMWARE_TABLES))

static int run_kernel(const struct options *options)
{
	struct json_writer w;
	struct host host;

	if (options->n_selectors > 1) {
		message("explain: 'kernel' goes with no other word");
		return FAILED;
	}
	if (!open_host(options, KERNEL_SOURCES, &host))
		return FAILED;
	if (options->json) {
		json_begin_document(&w, stdout);
		explain_kernel_json(&host, &w);
		end_document(&w);
	} else {
		explain_kernel(&host);
	}
	host_clear(&host);
	return 0;
}

/* The first that is unknown; NULL: none is. */
static const char *first_unknown(struct asked asked)
{
	for (size_t k = 0; k < asked.n; k++) {
		if (!is_known(asked.word[k]))
			return asked.word[k];
	}
	return NULL;
}

/* "default domain" is one name. The caller owns it. */
static char *joined(struct asked asked)
{
	struct text t = { 0 };

	for (size_t k = 0; k < asked.n; k++)
		text_printf(&t, "%s%s", k ? "-" : "", asked.word[k]);
	return text_take(&t);
}

static int run(const struct options *options)
{
	struct asked asked = { (const char *const *)options->selectors,
			       options->n_selectors };
	cleanup_free char *one = asked.n ? joined(asked) : NULL;
	const char *name = one;

	for (size_t k = 0; k < asked.n; k++) {
		if (is_same_word(asked.word[k], "kernel"))
			return run_kernel(options);
	}
	if (first_unknown(asked) && is_known(one))
		asked = (struct asked){ &name, 1 };
	if (first_unknown(asked)) {
		complain_topic(first_unknown(asked));
		return FAILED;
	}
	if (options->json)
		print_json(asked);
	else
		print_text(asked);
	return 0;
}

const struct command command_explain = {
	.name = "explain",
	.arguments = "[WORD...|kernel]",
	.summary = "explain a finding, a word, or what this kernel does",
	.run = run,
};
