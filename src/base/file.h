/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/text.h"

enum read_how {
	READ_ONCE,
	READ_TO_END,
	READ_AND_WAIT, /* to the end, also where somebody made the file non-blocking */
};

/*
 * What an open file holds from where it stands, and no more than max bytes: -EFBIG if
 * there are more; READ_ONCE is for attributes, which are smaller. Else 0 or a negative
 * errno.
 */
int file_read_fd(int fd, size_t max, enum read_how how, struct text *out) must_check;

/*
 * Reads a file that the user named on the command line, not below any root; "-" is
 * standard input. Waits for a pipe as long as that takes.
 */
int file_read(const char *path, size_t max, struct text *out) must_check;

/*
 * The same in two steps: an fd, which the caller closes, or a negative errno; and what it
 * holds, or that errno.
 */
int file_open(const char *path) must_check;
int file_read_opened(int fd, size_t max, struct text *out) must_check;

/* As many files may be open together as the system allows. */
void file_allow_many(void);

/* What such a file is called in messages: its path, or "standard input". */
const char *file_name(const char *path);

/* Who may read a file that is written, whatever the umask says. */
enum readers {
	READERS_OWNER, /* mode 0600 */
	READERS_ALL,   /* mode 0644 */
};

/*
 * Writes a file that the user named, whole or not at all: beside it, then renamed, so
 * that a failure leaves what was there. A device or a pipe is written into. -ELOOP: it is
 * a symbolic link to a file, which is neither followed nor replaced.
 */
int file_write(const char *path, const char *data, size_t len,
	       enum readers readers) must_check;
