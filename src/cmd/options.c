/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line, by the table of options. */
#include "cmd/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "base/sandbox.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/options-table.h"
#include "render/pci-names.h"

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

/* "32M" is 32 MiB. */
static bool take_size(const struct option_row *row, size_t *size, const char *argument)
{
	static const char units[] = "KMG";
	cleanup_free char *digits = xstrdup(argument);
	const size_t len = strlen(digits);
	const char *unit = len ? strchr(units, digits[len - 1]) : NULL;
	const unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
	uint64_t n;

	if (unit)
		digits[len - 1] = 0;
	if (!text_to_number(digits, 10, SIZE_MAX / 4 >> shift, &n) || !n) {
		message("--%s: '%s': is not a size like 64M", row->name, argument);
		return false;
	}
	*size = (size_t)n << shift;
	return true;
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
	case OPTION_SIZE:
		return take_size(row, field, argument);
	case OPTION_CHOICE:
		return take_choice(o, row, argument);
	}
	return false;
}

/* More than any letter. */
#define FIRST_VALUE 1000

/* What getopt_long calls the option of a row, which need not have a letter. */
static int value_of(size_t row)
{
	return FIRST_VALUE + (int)row;
}

/* By what getopt_long calls it, or by its letter; NULL: it is none. */
static const struct option_row *row_of(int value)
{
	for (size_t i = 0; value && i < n_option_rows; i++) {
		if (value == value_of(i) || value == option_rows[i].letter)
			return &option_rows[i];
	}
	return NULL;
}

/* "--f": names all options that begin so; false unless there are several. */
static bool complain_ambiguous(const char *bare)
{
	struct text t = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < n_option_rows; i++) {
		if (text_starts_with(option_rows[i].name, bare + 2))
			text_printf(&t, "%s--%s", n++ ? ", " : "", option_rows[i].name);
	}
	if (n > 1)
		message("%s: could be any of %s", bare, t.data);
	text_clear(&t);
	return n > 1;
}

static void complain_option(const char *s)
{
	const char *names[OPTIONS_MAX];
	cleanup_free char *bare = xstrdup(s);
	const char *near;

	for (size_t i = 0; i < n_option_rows; i++)
		names[i] = option_rows[i].name;
	bare[strcspn(bare, "=")] = 0;
	if (text_starts_with(bare, "--") && complain_ambiguous(bare))
		return;
	near = text_starts_with(bare, "--") ? suggest(bare + 2, names, n_option_rows)
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
	for (size_t i = 0; i < n_option_rows; i++) {
		longs[i] = (struct option){
			.name = option_rows[i].name,
			.has_arg =
				option_rows[i].argument ? required_argument : no_argument,
			.val = value_of(i),
		};
		if (!option_rows[i].letter)
			continue;
		*shorts++ = option_rows[i].letter;
		if (option_rows[i].argument)
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

/* What getopt_long made of one word: its row; NULL after a message. */
static const struct option_row *understand(int value, char *const *argv)
{
	const struct option_row *row = row_of(value);
	const char letter[] = { '-', (char)optopt, 0 };

	if (value == ':')
		message("%s: this option needs an argument", argv[optind - 1]);
	else if (value == '?' && row_of(optopt))
		message("--%s: takes no argument", row_of(optopt)->name);
	else if (!row)
		complain_option(optopt ? letter : argv[optind - 1]);
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
	struct option longs[OPTIONS_MAX + 1] = { 0 };
	char shorts[2 * OPTIONS_MAX + 2];
	bool fine = true;
	int value;

	make_tables(longs, shorts);
	opterr = 0;
	while ((value = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct option_row *row = NULL;

		if (fine)
			row = understand(value, argv);
		else if (value != ':' && value != '?')
			row = row_of(value);
		/* one message is enough; but in which format? */
		if (row && !fine)
			option_take_format(o, row, optarg);
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
		if (!option_belongs_to(uses->row[i], command)) {
			message("--%s: not an option of '%s' but of: %s",
				uses->row[i]->name, command->name,
				uses->row[i]->commands);
			return false;
		}
	}
	return true;
}

/* Are a command's selectors the names of files? */
static bool takes_files(const struct command *command)
{
	return command == &command_decode || command == &command_diff ||
	       command == &command_merge;
}

/* Standard input can be read once, whatever names it. False after a message. */
static bool check_standard_input(const struct options *o)
{
	unsigned n = 0;

	n += o->from && !strcmp(o->from, "-");
	n += o->guest && !strcmp(o->guest, "-");
	n += o->log && !strcmp(o->log, "-");
	n += o->ignore_file && !strcmp(o->ignore_file, "-");
	for (size_t i = 0; takes_files(o->command) && i < o->n_selectors; i++)
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

	if ((o->command != &command_list && o->command != &command_merge) || !o->json ||
	    !option)
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

/* With -v also what holds of the sandbox here: it is put up, and asked. */
static void print_version(const struct options *o)
{
	unsigned active;

	printf("iommu-resv %s\n", PACKAGE_VERSION);
	if (!o->verbose)
		return;
	active = sandbox_enter(SANDBOX_ALL);
	for (unsigned i = 0; i < SANDBOX_LAYER_COUNT; i++)
		printf("sandbox: %s: %s\n", sandbox_layer_name(i),
		       active & SANDBOX_BIT(i) ? "active" : "not active");
}

int options_parse(int argc, char **argv, struct options *o)
{
	struct uses uses = { 0 };
	bool fine;

	*o = (struct options){ .fail_on = SEVERITY_WARNING, .max_size = MAX_SIZE };
	fine = take_options(argc, argv, o, &uses) && take_arguments(argc, argv, o, &uses);
	free(uses.row);
	if (fine && o->version)
		print_version(o);
	else if (fine && o->help)
		options_help(o->command_named ? o->command : NULL);
	if (!fine)
		return FAILED;
	if (o->version || o->help)
		return 0;
	o->names = pci_names_open(o->pci_ids);
	o->utf8 =
		text_is_utf8(stdout); /* reads the locale, as long as files can be read */
	return GO_ON;
}

void options_clear(struct options *o)
{
	pci_names_close(o->names);
	free(o->assign.word);
	free(o->only.word);
	free(o->skip.word);
	free(o->guest_devices.word);
	free(o->ranges.word);
}
