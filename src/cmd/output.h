/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/file.h"
#include "cmd/options.h"

/*
 * Where a command prints: standard output, or the file of -o, which is written whole when
 * all is there. output_end ends what output_begin began.
 */
struct output {
	const char *path; /* NULL: standard output */
	FILE *file;
	char *data; /* of a file, until it is written */
	size_t len;
};

void output_begin(const char *path, struct output *output);
/* False after a message: it could not be written. */
bool output_end(struct output *output, enum readers readers) must_check;

/* What a run without a result prints, in the format that was asked for; nothing as text.
 */
void output_failure(const struct options *options, int exit_status);
