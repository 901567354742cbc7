/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A snapshot, judged and printed in one of all ways, which the first byte chooses. What
 * can be loaded is in some ways also saved and loaded again.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static struct ways ways;
static struct memory_file file;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	add_host_ways(&ways);
	memory_file_open(&file);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct printed printed;

	if (!size)
		return 0;
	memory_file_set(&file, data + 1, size - 1);
	run_way(&ways, *data, "--from", file.path, &printed);
	printed_clear(&printed);
	if (*data < SAVED_BELOW && size > 1 && !memchr(data + 1, 0, size - 1)) {
		char *text = xstrndup((const char *)data + 1, size - 1);

		(void)snapshot_returns(text, size - 1);
		free(text);
	}
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	struct random r = { seed };
	struct buffer b = { (char *)data + 1, size - 1, max - 1 };

	if (size < 2)
		return LLVMFuzzerMutate(data, size, max);
	if (!random_below(&r, 8))
		*data = (uint8_t)random_next(&r);
	mutate_json(&b, &r);
	return 1 + b.size;
}
