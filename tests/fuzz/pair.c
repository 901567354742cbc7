/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two snapshots, which a byte 0x1e parts: `diff`, `merge`, and one as the guest of the
 * other, in one of all ways, which the first byte chooses.
 */
#include <string.h>

#include "fuzz.h"

#define PARTS 0x1e

static struct ways ways;
static struct memory_file first, second;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const none[] = { NULL };
	static const char *const columns[] = {
		"--output=+MACHINE,FIRMWARE,GROUPS,FINDINGS", NULL
	};
	static const char *guest[] = { "--guest", NULL, NULL };

	(void)argc;
	(void)argv;
	memory_file_open(&first);
	memory_file_open(&second);
	guest[1] = second.path;
	add_ways(&ways, &command_diff, none);
	add_ways(&ways, &command_merge, none);
	add_ways(&ways, &command_merge, columns);
	add_ways(&ways, &command_check, guest);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *middle = size ? memchr(data + 1, PARTS, size - 1) : NULL;
	const char *command;
	struct printed printed;

	if (!middle)
		return 0;
	command = ways.way[*data % ways.n_way].word[0];
	memory_file_set(&first, data + 1, (size_t)(middle - data) - 1);
	memory_file_set(&second, middle + 1, (size_t)(data + size - middle) - 1);
	run_way(&ways, *data, strcmp(command, "check") ? second.path : "--from",
		first.path, &printed);
	printed_clear(&printed);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	return mutate_way_and_json(data, size, max, seed);
}
