/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/redact.h"

/* The parts of redact.h: values and their aliases, and texts that hold some. */

/* A value that is replaced. */
struct alias_value {
	char *value; /* MACs and UUIDs in small letters */
	char *name;  /* the alias */
	enum alias alias;
	bool anywhere; /* replaced in every text, where it stands as a word */
	bool used;     /* it stood in the host */
};

/* Longer values are not looked for in texts. */
#define ALIAS_WORD_MAX 64

/* An alias itself is not longer: a word, '-', seven digits. */
#define ALIAS_NAME_MAX 17

/* The alias of n bytes, which is used from now on; of an alias itself that one. */
const char *alias_of(struct redaction *r, enum alias alias, const char *value, size_t n);

/*
 * The same for a value that is to be replaced anywhere; but not for words that are too
 * short or too common in kernel logs. It counts as used once it is found.
 */
void alias_anywhere(struct redaction *r, enum alias alias, const char *value, size_t n);

/* Of such a value, or of an alias; NULL: it is neither. */
const char *alias_known(struct redaction *r, const char *value, size_t n);

/*
 * A text in which names, addresses and numbers may stand, and a command line of Linux; a
 * text in which also that may stand, as in the log. The caller owns them.
 */
char *redact_words(struct redaction *r, const char *s);
char *redact_within(struct redaction *r, const char *s);
char *redact_command_line(struct redaction *r, const char *s);

/* A host's name, whole and its first label, is replaced anywhere. */
void know_host_name(struct redaction *r, const char *name, size_t n);

/* Notes which names a command line gives to the host, so that they are replaced anywhere.
 */
void command_line_names(struct redaction *r, const char *s);

/* Part of a word, so no boundary of one. */
bool is_word_letter(char c);
