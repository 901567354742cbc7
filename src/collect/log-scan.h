/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/host.h"

/*
 * Reading a line of the kernel log that is about a fault: what its parts have in common,
 * whatever driver prints it. What is pointed to stays the caller's line.
 */

/* What stands behind the first of a word; NULL: it is not there. */
const char *scan_behind(const char *s, const char *word);

/* A hexadecimal number, with or without 0x, of at most 64 bits; moves behind it. */
bool scan_hex(const char **s, uint64_t *out);

/* The number behind a word that stands before limit; false: there is none. */
bool scan_number_behind(const char *s, const char *word, const char *limit,
			uint64_t *out);

/* The character; moves behind it. False: it is not there. */
bool scan_char(const char **s, char c);

/* "05:00.0", "0x05:0x00.0" (5.14), "0000:05:00.0"; moves behind it. */
bool scan_function(const char **s, struct fault *f);

/*
 * The name of the device that a line of dev_err begins with, "DRIVER NAME: ", which ends
 * at its end; the caller owns it. NULL: there is none.
 */
char *scan_device_before(const char *text, const char *end);

/* Does a line of dev_err begin so: a driver, the name of a device, and ": " up to end? */
bool scan_is_prefix(const char *text, const char *end);

/* Names and texts come from outside: short, and without control characters. */
void fault_text_clean(char *s);
