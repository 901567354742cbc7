/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a rule, a behaviour of kernels, a region type or an identity state means. Only
 * `explain kernel` looks at a host.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/explain.h"
#include "model/json.h"
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
	enum severity severity;		  /* TOPIC_RULE: the worst it can find */
	const char *sentence;		  /* TOPIC_BEHAVIOUR: all of it in one */
	char *owned[4];			  /* what of the texts was made for it */
};

static const struct topic topics[] = {
	{
		.id = "direct",
		.title = "Region type: the device must find this memory 1:1",
		.meaning =
			"Firmware (an Intel RMRR, an AMD IVMD, an Arm RMR, a device-tree node) "
			"says that the device uses this memory at all times, so I/O addresses "
			"and physical addresses must be the same there. In DMA domains the "
			"kernel maps it; in identity domains nothing needs to be done.",
		.behaviours = RESTS_ON(BEHAVIOUR_DIRECT_REFUSED, BEHAVIOUR_RMRR_REFUSED,
				       BEHAVIOUR_DIRECT_DROPPED),
		.kernels = "A refused device keeps its whole group back.",
		.advice = "To give the device away, remove the cause in the firmware.",
	},
	{
		.id = "direct-relaxable",
		.title = "Region type: 1:1 only until a driver takes over",
		.meaning =
			"As direct, but firmware stops using the range once a driver runs: USB "
			"controllers (legacy keyboard) and graphics on Intel, the kernel's own "
			"range for ISA DMA, an Arm RMR with remap permitted.",
		.kernels =
			"VFIO and iommufd ignore it: the mapping is dropped while a user owns the "
			"device, and the range is a normal I/O address for the user.",
	},
	{
		.id = "reserved",
		.title = "Region type: no I/O address to be used here",
		.meaning =
			"The hardware or the hypervisor does something else with these "
			"addresses, for example HyperTransport on AMD "
			"(0xfd00000000-0xffffffffff). Nobody may map there; a guest with that "
			"much memory needs a hole.",
	},
	{
		.id = "msi",
		.title = "Region type: the hardware's interrupt window",
		.meaning =
			"A write of a device to these addresses is an interrupt and is not "
			"translated: 0xfee00000-0xfeefffff on x86, the page of an ITS on some Arm "
			"systems. sysfs prints msi for this and for sw-msi; the driver behind the "
			"group and the exact range tell which.",
		.behaviours = RESTS_ON(BEHAVIOUR_NO_COOKIE_NO_MSI),
	},
	{
		.id = "sw-msi",
		.title = "Region type: where software places interrupt doorbells",
		.meaning =
			"0x8000000-0x80fffff, a window that the Arm SMMU and virtio-iommu drivers "
			"keep free in the address space of user domains, so that the kernel can "
			"map an interrupt controller's doorbell there. In DMA domains of kernel "
			"drivers it is not used: their doorbells get any free address.",
		.kernels = "One constant in all versions known here.",
	},
	{
		.id = "required",
		.title = "Identity state: must the device find memory 1:1",
		.meaning =
			"no: it has no direct region. relaxable: only until a driver takes over. "
			"yes: at all times; the device cannot be given away. unknown: its group "
			"has direct regions, but more than one device, and the list does not say "
			"whose they are; or the list could not be read.",
	},
	{
		.id = "provided-by",
		.title = "Identity state: who provides the 1:1 mapping",
		.meaning =
			"passthrough: the default domain is identity, everything is 1:1. "
			"direct-mappings: a DMA domain, into which the kernel mapped each direct "
			"region. nothing: the domain is blocked. unknown: the type of the domain "
			"is not known.",
	},
	{
		.id = "coverage",
		.title = "Identity state: how much of a direct region is mapped",
		.meaning =
			"full, or partly or none with the range that is lost and why: the kernel "
			"rounds both ends up to whole pages, empty ranges and ranges that wrap "
			"are not mapped, nor is what lies above the address width.",
	},
	{
		.id = "proof",
		.title = "Identity state: how the mapping is known to be there",
		.meaning =
			"kernel-rule: it follows from what the kernel does; where the whole IOMMU "
			"is given up if a direct region cannot be mapped, a group that exists "
			"has its mappings. none: older kernels ignore some failures. "
			"trace, page-table: seen in the trace of the boot or in the page table.",
		.behaviours = RESTS_ON(BEHAVIOUR_DIRECT_FAILURE_LOSES_IOMMU,
				       BEHAVIOUR_DIRECT_FAILURE_PANICS,
				       BEHAVIOUR_DIRECT_FAILURE_ENDS_PROBE,
				       BEHAVIOUR_DIRECT_FAILURE_IGNORED),
	},
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

static void print_topic(const struct topic *t)
{
	printf("%s\n    ", t->id);
	put_wrapped(stdout, 78, 4, 4, t->title);
	if (t->kind == TOPIC_RULE)
		printf("    Worst severity: %s\n", severity_name(t->severity));
	put_paragraph("Meaning", t->meaning);
	put_kernels(t);
	if (t->kind != TOPIC_BEHAVIOUR)
		put_paragraph("What to do", text_or(t->advice, "Nothing is to be done."));
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
	return n_rules + ARRAY_SIZE(topics) + BEHAVIOUR_COUNT;
}

static struct topic topic_at(size_t i)
{
	if (i < n_rules)
		return topic_of_rule(rules[i]);
	if (i < n_rules + ARRAY_SIZE(topics))
		return topics[i - n_rules];
	return topic_of_behaviour(&behaviours[i - n_rules - ARRAY_SIZE(topics)]);
}

static const char *id_at(size_t i)
{
	if (i < n_rules)
		return rules[i]->id;
	if (i < n_rules + ARRAY_SIZE(topics))
		return topics[i - n_rules].id;
	return behaviours[i - n_rules - ARRAY_SIZE(topics)].id;
}

/* n_topics() if there is none of this id. */
static size_t find_topic(const char *id)
{
	size_t i = 0;

	while (i < n_topics() && strcmp(id_at(i), id))
		i++;
	return i;
}

static void complain_topic(const char *id)
{
	cleanup_free const char **ids = xcalloc(n_topics(), sizeof(char *));

	for (size_t i = 0; i < n_topics(); i++)
		ids[i] = id_at(i);
	complain("rule, behaviour, region type or identity state", id, ids, n_topics());
}

/* Without an argument: the list of all. */
static void print_all(void)
{
	for (size_t i = 0; i < n_topics(); i++) {
		struct topic t = topic_at(i);

		printf("%-30s %s\n", t.id, t.title);
		topic_clear(&t);
	}
}

static void put_element(struct json_writer *w, size_t i)
{
	struct topic t = topic_at(i);

	json_element(w, topic_object(&t));
	topic_clear(&t);
}

static void begin_document(struct json_writer *w)
{
	struct json_object *version = json_object_new_array();

	json_object_array_add(version, json_object_new_int(1));
	json_object_array_add(version, json_object_new_int(0));
	json_begin(w, stdout);
	json_member(w, "schema", json_text("iommu-resv"));
	json_member(w, "schema_version", version);
	json_member(w, "tool_version", json_text(PACKAGE_VERSION));
}

static void end_document(struct json_writer *w)
{
	json_member(w, "exit_status", json_object_new_int(0));
	json_end(w);
}

static void print_json(const struct options *options)
{
	struct json_writer w;

	begin_document(&w);
	json_begin_array(&w, "topics");
	for (size_t i = 0; i < options->n_selectors; i++)
		put_element(&w, find_topic(options->selectors[i]));
	for (size_t i = 0; !options->n_selectors && i < n_topics(); i++)
		put_element(&w, i);
	json_end_array(&w);
	end_document(&w);
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
		begin_document(&w);
		explain_kernel_json(&host, &w);
		end_document(&w);
	} else {
		explain_kernel(&host);
	}
	host_clear(&host);
	return 0;
}

static int run(const struct options *options)
{
	for (size_t i = 0; i < options->n_selectors; i++) {
		if (!strcmp(options->selectors[i], "kernel"))
			return run_kernel(options);
		if (find_topic(options->selectors[i]) == n_topics()) {
			complain_topic(options->selectors[i]);
			return FAILED;
		}
	}
	if (options->json) {
		print_json(options);
		return 0;
	}
	for (size_t i = 0; i < options->n_selectors; i++) {
		struct topic t = topic_at(find_topic(options->selectors[i]));

		if (i)
			printf("\n");
		print_topic(&t);
		topic_clear(&t);
	}
	if (!options->n_selectors)
		print_all();
	return 0;
}

const struct command command_explain = {
	.name = "explain",
	.arguments = "[ID...|kernel]",
	.summary = "what a rule or word means; what this kernel does",
	.run = run,
};
