/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/text.h"

/*
 * Messages for people on standard error: one line, "iommu-resv: " in front, control
 * characters replaced.
 */

void message(const char *fmt, ...) printf_like(1, 2);

/* A message, then exit with status 3 (unknown: nothing was judged). */
no_return void die(const char *fmt, ...) printf_like(1, 2);

/*
 * The messages of a run, for a document that repeats them. No variable stands behind it:
 * between messages_keep and messages_end stderr itself is a stream that also remembers.
 */
struct messages {
	FILE *plain; /* what stderr was; NULL: nothing is kept */
	struct text text;
};

void messages_keep(struct messages *messages);
void messages_end(struct messages *messages);

/*
 * The message that stands at *at, without what is in front of it, as a new string; *at
 * (0 at first) is moved behind it. NULL: there are no more. Of no messages (NULL) too.
 */
char *messages_next(const struct messages *messages, size_t *at);
