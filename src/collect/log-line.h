/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * A line of a kernel log, whatever printed it: a record of /dev/kmsg; dmesg, with every
 * form of time, level and caller; journalctl with -o short, short-full, short-iso,
 * short-precise, short-monotonic, short-unix and cat; a file that syslog wrote.
 */

struct log_parts {
	const char *time; /* as it stands there, in the line; length 0: there is none */
	size_t time_length;
	bool is_record;	  /* of /dev/kmsg: the time is in microseconds */
	const char *text; /* in the line */
	bool is_kernel;	  /* nothing says that a program wrote it */
};

struct log_parts log_line_parts(const char *line);

/* Does another boot begin behind this line? So journalctl says. */
bool log_line_is_boot(const char *line);

/*
 * The release in the banner that each boot begins with, "Linux version 6.12.1 (...": the
 * caller owns it. NULL: the text is something else.
 */
char *log_banner_release(const char *text);
