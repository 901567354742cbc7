/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "cmd/options.h"

/*
 * The options that there are, from which the command line is read and --help printed.
 */

#define OPTIONS_MAX 64 /* more than there are */

/* What an option is to one of its commands, where that differs. */
struct option_of {
	const char *command; /* NULL: the end */
	const char *argument;
	const char *help;
};

/* What becomes of an option: how its argument is taken, and into which field. */
enum option_kind {
	OPTION_FLAG,  /* bool: it has no argument, and is set */
	OPTION_TEXT,  /* const char *: the argument as it stands */
	OPTION_WORDS, /* struct words: those of the argument, with commas, are added */
	OPTION_SIZE,  /* size_t: a number of bytes, or one followed by K, M or G */
	OPTION_CHOICE /* one of some words: see choose */
};

struct option_row {
	const char *name;
	char letter;	      /* 0: none */
	const char *argument; /* NULL: takes none */
	const char *commands; /* those that know it, with blanks; NULL: all */
	const char *help;
	const struct option_of *of; /* NULL: the same to each of its commands */
	bool once; /* it names one thing, so a second one would replace the first */
	enum option_kind kind;
	size_t field; /* offset in struct options; of a choice none */
	const char *const *choices;
	size_t n_choices;
	void (*choose)(struct options *options, size_t choice);
};

extern const struct option_row option_rows[];
extern const size_t n_option_rows;

/* Is it an option of a command; NULL: of any? */
bool option_belongs_to(const struct option_row *row, const struct command *command);

/*
 * Takes from an option no more than the format that it asks for: behind a fault of the
 * command line, which is reported in that format.
 */
void option_take_format(struct options *options, const struct option_row *row,
			const char *argument);
