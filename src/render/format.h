/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "render/view.h"

/* How `check` prints: a const object at the foot of its file, and a line in formats.def.
 */
struct format {
	const char *name;
	void (*print)(const struct view *view, FILE *out);
	/* A run without a result: what was said instead. NULL: stderr says it all. */
	void (*fail)(const struct messages *said, int exit_status, FILE *out);
	/*
	 * It tells nothing of the host but counts: other users may read a file of it.
	 */
	bool counts_only;
};

#define FORMAT(name) extern const struct format format_##name;
#include "render/formats.def"
#undef FORMAT

extern const struct format *const formats[];
