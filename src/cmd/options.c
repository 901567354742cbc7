/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line and --help, from one table of options. */
#include "cmd/options.h"

#include <ctype.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "render/lines.h"

/* What an option is to one of its commands, where that differs. */
struct option_of {
	const char *command; /* NULL: the end */
	const char *argument;
	const char *help;
};

/* What becomes of an option: how its argument is taken, and into which field. */
enum option_kind {
	OPTION_FLAG,  /* bool: it has no argument, and is set */
	OPTION_TEXT,  /* const char *: the argument as it stands */
	OPTION_WORDS, /* struct words: those of the argument, with commas, are added */
	OPTION_CHOICE /* one of some words: see choose */
};

struct option_row {
	const char *name;
	char letter;	      /* 0: none */
	const char *argument; /* NULL: takes none */
	const char *commands; /* those that know it, with blanks; NULL: all */
	const char *help;
	const struct option_of *of; /* NULL: the same to each of its commands */
	bool once; /* it names one thing, so a second one would replace the first */
	enum option_kind kind;
	size_t field; /* offset in struct options; of a choice none */
	const char *const *choices;
	size_t n_choices;
	void (*choose)(struct options *options, size_t choice);
};

/* A field of struct options, which must be of the type. */
#define FIELD(member, type)                         \
	.field = offsetof(struct options, member) + \
		 0 * sizeof(_Generic(((struct options *)0)->member, type : 0))
#define FLAG(member) .kind = OPTION_FLAG, FIELD(member, bool)
#define TEXT(member) .kind = OPTION_TEXT, FIELD(member, const char *)
#define WORDS(member) .kind = OPTION_WORDS, FIELD(member, struct words)
#define CHOICE(name)                                      \
	.kind = OPTION_CHOICE, .choices = name##_choices, \
	.n_choices = ARRAY_SIZE(name##_choices), .choose = choose_##name

/* --- Choices --- */

static const char *const color_choices[] = {
	[COLOR_AUTO] = "auto",
	[COLOR_ALWAYS] = "always",
	[COLOR_NEVER] = "never",
};

static void choose_color(struct options *o, size_t choice)
{
	o->color = (enum color_mode)choice;
}

static const char *const by_choices[] = {
	[LIST_BY_REGION] = "region",
	[LIST_BY_GROUP] = "group",
	[LIST_BY_DEVICE] = "device",
	[LIST_BY_ENTRY] = "entry",
};

static void choose_by(struct options *o, size_t choice)
{
	o->by = (enum list_by)choice;
}

static const char *const format_choices[] = { "text", "json" };

static void choose_format(struct options *o, size_t choice)
{
	o->json = choice == 1;
}

static const char *const fail_on_choices[] = {
	[SEVERITY_INFO] = "info",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_ERROR] = "error",
	[SEVERITY_CRITICAL] = "critical",
};

static void choose_fail_on(struct options *o, size_t choice)
{
	o->fail_on = (enum severity)choice;
}

static const char *const via_choices[] = {
	[ASKED_IOMMUFD] = "iommufd",
	[ASKED_VFIO] = "vfio",
};

static void choose_via(struct options *o, size_t choice)
{
	o->via = (enum asked_via)choice;
	o->via_given = true;
}

/* --- What differs by command --- */

static const struct option_of read_msix_of[] = {
	{ "show", NULL, "also read MSI-X tables" },
	{ NULL, NULL, NULL },
};

static const struct option_of output_of[] = {
	{ "list", "COLUMNS", "columns to print; +COLUMN adds one; help lists all" },
	{ "snapshot", "FILE", "file to write; -: standard output (the default)" },
	{ NULL, NULL, NULL },
};

/* --- All options --- */

static const struct option_row rows[] = {
	{ .name = "sysroot",
	  .once = true,
	  .argument = "DIR",
	  TEXT(sysroot),
	  .help = "read a saved tree instead of this machine" },
	{ .name = "from",
	  .once = true,
	  .argument = "FILE",
	  TEXT(from),
	  .help = "read a snapshot instead; -: standard input" },
	{ .name = "log",
	  .once = true,
	  .argument = "FILE",
	  TEXT(log),
	  .help = "use a saved dmesg or journal as the kernel log" },
	{ .name = "json", .letter = 'J', FLAG(json), .help = "print JSON" },
	{ .name = "color",
	  .argument = "WHEN",
	  CHOICE(color),
	  .help = "use colour: auto (default), always, or never" },
	{ .name = "quiet",
	  .letter = 'q',
	  FLAG(quiet),
	  .help = "print findings and the verdict only" },
	{ .name = "verbose",
	  .letter = 'v',
	  FLAG(verbose),
	  .help = "print every finding in full, similar ones too" },
	{ .name = "pci-ids",
	  .once = true,
	  .argument = "FILE",
	  TEXT(pci_ids),
	  .help = "names of PCI devices, like lspci -i" },
	{ .name = "help", .letter = 'h', FLAG(help), .help = "show this help" },
	{ .name = "version", .letter = 'V', FLAG(version), .help = "show the version" },
	{ .name = "assign",
	  .argument = "DEV",
	  .commands = "check list show",
	  WORDS(assign),
	  .help = "check whether DEV can be passed through to a VM" },
	{ .name = "msi",
	  .commands = "check snapshot",
	  FLAG(msi),
	  .help = "also check where devices send their interrupts" },
	{ .name = "read-msix",
	  .commands = "check show snapshot",
	  FLAG(read_msix),
	  .of = read_msix_of,
	  .help = "the same, and read MSI-X tables" },
	{ .name = "only",
	  .argument = "ID",
	  .commands = "check",
	  WORDS(only),
	  .help = "check this rule only" },
	{ .name = "skip",
	  .argument = "ID",
	  .commands = "check",
	  WORDS(skip),
	  .help = "skip this rule" },
	{ .name = "fail-on",
	  .argument = "SEVERITY",
	  .commands = "check query",
	  CHOICE(fail_on),
	  .help = "fail on info, warning (default), error, or critical" },
	{ .name = "format",
	  .argument = "FORMAT",
	  .commands = "check",
	  CHOICE(format),
	  .help = "output format: text (default) or json" },
	{ .name = "guest",
	  .once = true,
	  .argument = "FILE",
	  .commands = "check",
	  TEXT(guest),
	  .help = "compare with a guest, whose snapshot is FILE" },
	{ .name = "guest-device",
	  .argument = "PAIR",
	  .commands = "check",
	  WORDS(guest_devices),
	  .help = "GUEST=HOST: a device by its names in both" },
	{ .name = "query",
	  .commands = "check snapshot",
	  FLAG(query),
	  .help = "also ask the kernel, like the command query" },
	{ .name = "via",
	  .argument = "INTERFACE",
	  .commands = "query check snapshot",
	  CHOICE(via),
	  .help = "ask iommufd (default where there is one) or vfio" },
	{ .name = "yes",
	  .letter = 'y',
	  .commands = "query check snapshot",
	  FLAG(yes),
	  .help = "do not ask for confirmation" },
	{ .name = "by",
	  .argument = "WHAT",
	  .commands = "list",
	  CHOICE(by),
	  .help = "list regions (default), groups, devices, or entries" },
	{ .name = "output",
	  .letter = 'o',
	  .once = true,
	  .argument = "COLUMNS|FILE",
	  .commands = "list snapshot",
	  TEXT(output),
	  .of = output_of,
	  .help = "list: columns to print; snapshot: file to write" },
	{ .name = "list-columns",
	  .commands = "list",
	  FLAG(list_columns),
	  .help = "list the columns" },
	{ .name = "noheadings",
	  .letter = 'n',
	  .commands = "list",
	  FLAG(no_headings),
	  .help = "omit the headings" },
	{ .name = "raw",
	  .letter = 'r',
	  .commands = "list",
	  FLAG(raw),
	  .help = "separate columns with one space, for scripts" },
	{ .name = "svg",
	  .commands = "map",
	  FLAG(svg),
	  .help = "draw the picture as SVG" },
};

/* --- Taking an argument; false after a message --- */

static bool take_choice(struct options *o, const struct option_row *row,
			const char *argument)
{
	cleanup_free char *what = NULL;

	for (size_t i = 0; i < row->n_choices; i++) {
		if (!strcmp(argument, row->choices[i])) {
			row->choose(o, i);
			return true;
		}
	}
	what = text_format("value of --%s", row->name);
	complain(what, argument, row->choices, row->n_choices);
	return false;
}

static bool take_words(const struct option_row *row, struct words *words, char *argument)
{
	size_t before = words->n_word;
	char *save = NULL;

	for (char *s = strtok_r(argument, ",", &save); s; s = strtok_r(NULL, ",", &save))
		*ADD(words, word) = s;
	if (words->n_word == before)
		message("--%s: names nothing", row->name);
	return words->n_word > before;
}

static bool take(struct options *o, const struct option_row *row, char *argument)
{
	void *field = (char *)o + row->field;

	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)field = true;
		return true;
	case OPTION_TEXT:
		*(const char **)field = argument;
		return true;
	case OPTION_WORDS:
		return take_words(row, field, argument);
	case OPTION_CHOICE:
		return take_choice(o, row, argument);
	}
	return false;
}

/* --- Help --- */

/* Is a word in a list with blanks? */
static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *s = list; (s = strstr(s, word)); s += len) {
		if ((s == list || s[-1] == ' ') && (!s[len] || s[len] == ' '))
			return true;
	}
	return false;
}

static bool belongs_to(const struct option_row *row, const struct command *command)
{
	return !row->commands || !command || has_word(row->commands, command->name);
}

/* As the command sees it; NULL: as all of them do. */
static void print_option(const struct option_row *row, const struct command *command)
{
	const char *argument = row->argument, *help = row->help;
	char names[40];

	for (const struct option_of *of = row->of; command && of && of->command; of++) {
		if (!strcmp(of->command, command->name)) {
			argument = of->argument;
			help = of->help;
		}
	}
	if (row->letter)
		snprintf(names, sizeof(names), "-%c, --%s%s%s", row->letter, row->name,
			 argument ? " " : "", argument ? argument : "");
	else
		snprintf(names, sizeof(names), "    --%s%s%s", row->name,
			 argument ? " " : "", argument ? argument : "");
	printf("  %-26s %s\n", names, help);
}

/* Those of a command alone; NULL: of any. */
static void print_options(const struct command *command)
{
	bool any = false;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!rows[i].commands || !belongs_to(&rows[i], command))
			continue;
		printf("%s", any ? "" : "\nOptions:\n");
		any = true;
		print_option(&rows[i], command);
	}
}

static void print_global_options(void)
{
	printf("\nGlobal options:\n");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!rows[i].commands)
			print_option(&rows[i], NULL);
	}
}

/* "Global options: --sysroot --from -J" */
static void name_global_options(void)
{
	struct text t = { 0 };

	text_add(&t, "Global options:");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!rows[i].commands && rows[i].letter)
			text_printf(&t, " -%c", rows[i].letter);
		else if (!rows[i].commands)
			text_printf(&t, " --%s", rows[i].name);
	}
	printf("\n");
	put_wrapped(stdout, 80, 2, 0, t.data);
	text_clear(&t);
}

static void print_help_of(const struct command *command)
{
	printf("Usage: iommu-resv [GLOBAL] %s %s\n%c%s.\n", command->name,
	       command->arguments, toupper((unsigned char)command->summary[0]),
	       command->summary + 1);
	print_options(command);
	name_global_options();
	printf("More: iommu-resv help, iommu-resv(8)\n");
}

static void print_help(void)
{
	printf("Usage: iommu-resv [GLOBAL] [COMMAND] [OPTION...] [SELECTOR...]\n"
	       "Explains the IOMMU reserved regions of a host and finds what they break.\n\n"
	       "Commands:\n");
	for (size_t i = 0; i < n_commands; i++)
		printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
	print_options(NULL);
	print_global_options();
	printf("\nSelectors: a PCI address with lspci's wildcards (00:1f.*), a device name, a\n"
	       "network interface, VENDOR:DEVICE, group:N, driver:NAME, class:NN, type:direct.\n"
	       "Selectors of one kind are alternatives; different kinds narrow the choice.\n"
	       "Exit status: 0 no problem, 1 warnings, 2 errors, 3 unknown; see iommu-resv(8).\n");
}

void options_help(const struct command *command)
{
	if (command)
		print_help_of(command);
	else
		print_help();
}

static const struct option_row *row_of(int value)
{
	return value >= 1000 && (size_t)value - 1000 < ARRAY_SIZE(rows)
		       ? &rows[value - 1000]
		       : NULL;
}

static const struct option_row *row_of_letter(int letter)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].letter && rows[i].letter == letter)
			return &rows[i];
	}
	return NULL;
}

/* "--f": names all options that begin so; false unless there are several. */
static bool complain_ambiguous(const char *bare)
{
	struct text t = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (text_starts_with(rows[i].name, bare + 2))
			text_printf(&t, "%s--%s", n++ ? ", " : "", rows[i].name);
	}
	if (n > 1)
		message("%s: could be any of %s", bare, t.data);
	text_clear(&t);
	return n > 1;
}

static void complain_option(const char *s)
{
	const char *names[ARRAY_SIZE(rows)];
	cleanup_free char *bare = xstrdup(s);
	const char *near;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		names[i] = rows[i].name;
	bare[strcspn(bare, "=")] = 0;
	if (text_starts_with(bare, "--") && complain_ambiguous(bare))
		return;
	near = text_starts_with(bare, "--") ? suggest(bare + 2, names, ARRAY_SIZE(names))
					    : NULL;
	if (near)
		message("%s: no such option; did you mean --%s?", bare, near);
	else
		message("%s: no such option; see iommu-resv --help", bare);
}

/* The tables that getopt_long wants, made of ours. */
static void make_tables(struct option *longs, char *shorts)
{
	*shorts++ = ':'; /* report a missing argument as such */
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		longs[i] = (struct option){
			.name = rows[i].name,
			.has_arg = rows[i].argument ? required_argument : no_argument,
			.val = 1000 + (int)i,
		};
		if (!rows[i].letter)
			continue;
		*shorts++ = rows[i].letter;
		if (rows[i].argument)
			*shorts++ = ':';
	}
	*shorts = 0;
}

/* The options that were used, to be checked against the command once that is known. */
struct uses {
	ARRAY_OF(const struct option_row *, row);
};

static bool is_used(const struct uses *uses, const struct option_row *row)
{
	for (size_t i = 0; i < uses->n_row; i++) {
		if (uses->row[i] == row)
			return true;
	}
	return false;
}

/* Does an option ask for JSON? */
static bool wants_json(const struct option_row *row, const char *argument)
{
	return (row->kind == OPTION_FLAG &&
		row->field == offsetof(struct options, json)) ||
	       (row->choose == choose_format && !strcmp(argument, "json"));
}

/* What getopt_long made of one word: its row; NULL after a message. */
static const struct option_row *understand(int value, char *const *argv)
{
	const struct option_row *row =
		value >= 1000 ? row_of(value) : row_of_letter(value);
	const char letter[] = { '-', (char)optopt, 0 };

	if (value == ':')
		message("%s: this option needs an argument", argv[optind - 1]);
	else if (value == '?' && row_of(optopt))
		message("--%s: takes no argument", row_of(optopt)->name);
	else if (!row)
		complain_option(optopt && optopt < 1000 ? letter : argv[optind - 1]);
	return row;
}

/* False after a message. */
static bool take_option(struct options *o, const struct option_row *row,
			struct uses *uses)
{
	if (row->once && is_used(uses, row)) {
		message("--%s: given twice, and only one can be meant", row->name);
		return false;
	}
	*ADD(uses, row) = row;
	return take(o, row, optarg);
}

static bool take_options(int argc, char **argv, struct options *o, struct uses *uses)
{
	struct option longs[ARRAY_SIZE(rows) + 1] = { 0 };
	char shorts[2 * ARRAY_SIZE(rows) + 2];
	bool fine = true;
	int value;

	make_tables(longs, shorts);
	opterr = 0;
	while ((value = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct option_row *row = NULL;

		if (fine)
			row = understand(value, argv);
		else if (value != ':' && value != '?')
			row = value >= 1000 ? row_of(value) : row_of_letter(value);
		/* one message is enough; but is it to be JSON? */
		if (row && !fine)
			o->json = o->json || wants_json(row, optarg);
		else
			fine = row && take_option(o, row, uses);
	}
	return fine;
}

/*
 * The first word names the command, unless it is a selector: those have a ':', a '.' or a
 * digit in front, and no command has.
 */
static bool looks_like_selector(const char *s)
{
	return strpbrk(s, ":.*") || (*s >= '0' && *s <= '9');
}

static bool take_command(struct options *o)
{
	const struct command *named;

	o->command = commands[0];
	if (!o->n_selectors || looks_like_selector(*o->selectors))
		return true;
	named = command_of_name(*o->selectors);
	if (!named)
		return false;
	o->command = named;
	o->command_named = true;
	o->selectors++;
	o->n_selectors--;
	return true;
}

static bool check_uses(const struct uses *uses, const struct command *command)
{
	for (size_t i = 0; i < uses->n_row; i++) {
		if (!belongs_to(uses->row[i], command)) {
			message("--%s: not an option of '%s' but of: %s",
				uses->row[i]->name, command->name,
				uses->row[i]->commands);
			return false;
		}
	}
	return true;
}

/* Standard input can be read once, whatever names it. False after a message. */
static bool check_standard_input(const struct options *o)
{
	unsigned n = 0;

	n += o->from && !strcmp(o->from, "-");
	n += o->guest && !strcmp(o->guest, "-");
	n += o->log && !strcmp(o->log, "-");
	for (size_t i = 0; o->command == &command_decode && i < o->n_selectors; i++)
		n += !strcmp(o->selectors[i], "-");
	if (n > 1)
		message("'-': standard input can be read only once");
	return n <= 1;
}

/* Columns and how they are printed: JSON has none. False after a message. */
static bool check_json(const struct options *o)
{
	const char *option = o->list_columns  ? "list-columns"
			     : o->output      ? "output"
			     : o->no_headings ? "noheadings"
			     : o->raw	      ? "raw"
					      : NULL;

	if (o->command != &command_list || !o->json || !option)
		return true;
	message("--%s: JSON has no columns; leave out this option or --json", option);
	return false;
}

/* The command and what belongs to it; false after a message. */
static bool take_arguments(int argc, char **argv, struct options *o,
			   const struct uses *uses)
{
	o->selectors = argv + optind;
	o->n_selectors = (size_t)(argc - optind);
	if (!take_command(o) || !check_uses(uses, o->command))
		return false;
	if ((o->via_given || o->yes) && !o->query && o->command != &command_query) {
		message("--%s: only with --query", o->via_given ? "via" : "yes");
		return false;
	}
	if (o->sysroot && o->from) {
		message("--sysroot and --from: only one can be read");
		return false;
	}
	if (o->read_msix && (o->sysroot || o->from)) {
		message("--read-msix: needs the running machine");
		return false;
	}
	return check_json(o) && check_standard_input(o);
}

int options_parse(int argc, char **argv, struct options *o)
{
	struct uses uses = { 0 };
	bool fine;

	*o = (struct options){ .fail_on = SEVERITY_WARNING };
	fine = take_options(argc, argv, o, &uses) && take_arguments(argc, argv, o, &uses);
	free(uses.row);
	if (fine && o->version)
		printf("iommu-resv %s\n", PACKAGE_VERSION);
	else if (fine && o->help)
		options_help(o->command_named ? o->command : NULL);
	if (!fine)
		return FAILED;
	return o->version || o->help ? 0 : GO_ON;
}

void options_clear(struct options *o)
{
	free(o->assign.word);
	free(o->only.word);
	free(o->skip.word);
	free(o->guest_devices.word);
}
