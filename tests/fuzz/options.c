/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command line, a word a line. Those that read one host are run on an example; no file
 * that is named is opened or written.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"

static const char *example;

static bool is_harmless(const struct command *command)
{
	static const struct command *const others[] = { &command_query, &command_watch,
							&command_decode, &command_diff,
							&command_merge };

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (others[i] == command)
			return false;
	}
	return true;
}

/* Only the example is read, and nothing is written; what is judged is ASCII. */
static bool adjust(struct options *o)
{
	if (!is_harmless(o->command))
		return false;
	o->from = example;
	o->sysroot = o->log = o->ignore_file = o->guest = o->attach = NULL;
	o->query = o->read_msix = false;
	o->color = COLOR_NEVER;
	if (o->command != &command_list)
		o->output = NULL;
	return true;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	example = setting("FUZZ_HOST");
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), *rest = text, *line;
	/* libpci ends the program where it does not like its file */
	const char *words[WORDS_MAX + 1] = { "--pci-ids=/dev/null" };
	struct printed printed;
	bool complete;

	for (size_t n = 1; n < WORDS_MAX && (line = text_next_line(&rest, &complete));) {
		if (!text_starts_with(line, "--p") || text_starts_with(line, "--ph"))
			words[n++] = line;
	}
	run_program(words, adjust, &printed);
	printed_clear(&printed);
	free(text);
	return 0;
}

/* --- Words of the tables --- */

static const char *const arguments[] = {
	"kernel",
	"0000:03:00.0",
	"03:00",
	"03:00.*",
	"*:*.*",
	"group:1",
	"group:1-3",
	"eno1",
	"10de:2684",
	"driver:vfio-pci",
	"class:03",
	"type:direct",
	"type:msi",
	"class:0300",
	"64G",
	"0x0-0xffff",
	"0x0+4K",
	"q35",
	"virt,gic=3",
	"microvm",
	"pc-i440fx-9",
	"39",
	"52",
	"GROUP,DEVICES",
	"+ORIGIN",
	"help",
	"-",
	"--",
	"rmrr",
	"ivmd",
	"DMAR",
	"EPERM",
	"EBUSY",
	"direct",
	"sw-msi",
	"msi-collision",
	"0",
	"999999999",
	"18446744073709551615",
};

static char *random_word(struct random *r)
{
	const struct option_row *row = &option_rows[random_below(r, n_option_rows)];

	switch (random_below(r, 5)) {
	case 0:
		return xstrdup(commands[random_below(r, n_commands)]->name);
	case 1:
		return row->n_choices
			       ? text_format(
					 "--%s=%s", row->name,
					 row->choices[random_below(r, row->n_choices)])
			       : text_format("--%s", row->name);
	case 2:
		return row->letter ? text_format("-%c", row->letter)
				   : text_format("--%s", row->name);
	case 3:
		return text_format("--%s=%s", row->name,
				   arguments[random_below(r, ARRAY_SIZE(arguments))]);
	default:
		return xstrdup(arguments[random_below(r, ARRAY_SIZE(arguments))]);
	}
}

/* Where a line begins, some place in the text. */
static size_t line_at(const struct buffer *b, struct random *r)
{
	size_t i = random_below(r, b->size + 1);

	while (i && b->bytes[i - 1] != '\n')
		i--;
	return i;
}

static size_t end_of_line(const struct buffer *b, size_t i)
{
	const char *end = i < b->size ? memchr(b->bytes + i, '\n', b->size - i) : NULL;

	return end ? (size_t)(end - b->bytes) + 1 : b->size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	struct random r = { seed };
	struct buffer b = { (char *)data, size, max };
	const size_t from = line_at(&b, &r), to = end_of_line(&b, from);
	char *word = random_word(&r), *line = text_format("%s\n", word);

	free(word);
	switch (random_below(&r, 6)) {
	case 0:
		buffer_replace(&b, from, from, line, strlen(line));
		break;
	case 1:
		buffer_replace(&b, from, to, line, strlen(line));
		break;
	case 2:
		buffer_replace(&b, from, to, "", 0);
		break;
	default:
		b.size = LLVMFuzzerMutate(data, size, max);
		break;
	}
	free(line);
	return b.size;
}
