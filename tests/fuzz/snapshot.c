/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A snapshot, judged and printed in one of all ways, which the first byte chooses. What
 * can be loaded is with some bytes also saved and loaded again, and with others judged in
 * all ways that must agree.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"

#define JUDGED_FROM 192

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

static int status_of(const char *a, const char *b, const char *c)
{
	const char *words[] = { a, b, c, "--pci-ids=/dev/null", NULL };
	struct printed printed;
	int status;

	run_program(words, NULL, &printed);
	status = printed.status;
	printed_clear(&printed);
	return status;
}

/* The same host has the same verdict, however it is asked for, and is like itself. */
static void judge_again(void)
{
	char *from = text_format("--from=%s", file.path);
	const int status = status_of("check", from, "--format=text");
	const int json = status_of("check", from, "--json"),
		  tap = status_of("check", from, "--format=tap"),
		  merged = status_of("merge", file.path, "--json"),
		  differs = status_of("diff", file.path, file.path);

	free(from);
	if (json != status || tap != status)
		broken("status %d as text, %d as JSON, %d as TAP", status, json, tap);
	if (merged != status)
		broken("status %d of check, %d of merge", status, merged);
	if (differs && (differs != 3 || status != 3))
		broken("it differs from itself: status %d", differs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct printed printed;

	if (!size)
		return 0;
	memory_file_set(&file, data + 1, size - 1);
	run_way(&ways, *data, "--from", file.path, &printed);
	printed_clear(&printed);
	if (*data >= JUDGED_FROM)
		judge_again();
	if (*data < SAVED_BELOW && size > 1 && !memchr(data + 1, 0, size - 1)) {
		char *text = xstrndup((const char *)data + 1, size - 1);

		(void)snapshot_returns(text, size - 1);
		free(text);
	}
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	return mutate_way_and_json(data, size, max, seed);
}
