/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that an option of `check` names, for an example host: the first byte chooses
 * which option, and how `check` prints.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"
#include "rules/rules.h"

static const char *example;
static struct memory_file file;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	example = setting("FUZZ_HOST");
	memory_file_open(&file);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const options[] = { "--ignore-file", "--log", "--guest" };
	static const char *const ways[] = { "-v", "--json", "--format=text",
					    "--format=tap" };
	const size_t n = size ? *data : 0;
	const char *words[] = { "check",
				ways[n / ARRAY_SIZE(options) % ARRAY_SIZE(ways)],
				"--pci-ids",
				"/dev/null",
				"--from",
				example,
				options[n % ARRAY_SIZE(options)],
				file.path,
				NULL };
	struct printed printed;

	if (!size)
		return 0;
	memory_file_set(&file, data + 1, size - 1);
	run_program(words, NULL, &printed);
	printed_clear(&printed);
	return 0;
}

/* What ignore files hold; of logs libFuzzer learns by what they are compared with. */
static char *random_line(struct random *r)
{
	static const char *const selectors[] = { "*",	 "00:02.0",    "group:1",
						 "eno1", "0000:*:*.*", "type:direct" };
	static const char *const ends[] = { "a reason", "until 2199-01-01 a reason",
					    "until 2020-02-30", "until 2001-12-31 old",
					    "" };

	return text_format("%s %s %s\n", rules[random_below(r, n_rules)]->id,
			   selectors[random_below(r, ARRAY_SIZE(selectors))],
			   ends[random_below(r, ARRAY_SIZE(ends))]);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	struct random r = { seed };
	struct buffer b = { (char *)data, size, max };
	char *line;
	size_t at;

	if (!size || *data % 3 || random_below(&r, 2))
		return LLVMFuzzerMutate(data, size, max);
	line = random_line(&r);
	at = 1 + random_below(&r, size);
	while (at > 1 && data[at - 1] != '\n')
		at--;
	buffer_replace(&b, at, at, line, strlen(line));
	free(line);
	return b.size;
}
