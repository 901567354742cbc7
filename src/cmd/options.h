/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"
#include "model/names.h"
#include "render/color.h"

/*
 * The command line. options_parse fills struct options once; from then on it is const.
 */

enum list_by {
	LIST_BY_REGION,
	LIST_BY_GROUP,
	LIST_BY_DEVICE,
	LIST_BY_ENTRY,
};

/* Words given by an option that may be repeated and takes lists with commas. */
struct words {
	ARRAY_OF(char *, word);
};

struct pci_names;

struct options {
	const struct command *command;
	bool command_named;  /* else it is the default */
	bool help, version;  /* asked for, instead of a command */
	const char *sysroot; /* NULL: not given, and so on */
	const char *from;
	const char *log;
	const char *pci_ids;
	struct pci_names *names; /* from there, or the system's */
	size_t max_size;	 /* of a snapshot, or a file of `decode`, in bytes */
	bool json;
	const struct format *format; /* NULL: the usual one */
	enum color_mode color;
	bool utf8; /* standard output is a terminal that has more than ASCII */
	bool quiet;
	bool verbose;
	struct words assign, only, skip;
	const char *ignore_file;
	const char *guest;
	struct words guest_devices;
	bool msi;	/* look how devices send their interrupts */
	bool read_msix; /* the same, and into their MSI-X tables */
	enum severity fail_on;
	enum list_by by;
	const char *output;
	const char *ram, *machine, *phys_bits; /* of the guest of `fit` */
	struct words ranges;
	bool identity_ram;
	bool holes;
	bool svg;
	bool all_groups;
	bool redact;
	bool markdown;
	const char *attach;
	bool once; /* end with the first difference */
	const char *timeout;
	bool query;
	bool via_given;
	enum asked_via via;
	bool yes;
	bool list_columns;
	bool no_headings;
	bool raw;
	char **selectors; /* what is left on the line; n_selectors of them */
	size_t n_selectors;
	const struct messages *said; /* so far, of main(); NULL: not kept */
};

/* What max_size is where nothing else is said: some 40,000 devices. */
#define MAX_SIZE ((size_t)32 << 20)

/* What options_parse returns when there is a command to run. */
#define GO_ON (-1)

/*
 * Reads the command line. GO_ON; 0 after --help and --version, which it answers; or
 * FAILED (cmd.h) after a line that makes no sense, for which there is one message with a
 * suggestion. Whether JSON is wanted is known then too.
 */
int options_parse(int argc, char **argv, struct options *options) must_check;

/* Prints what there is: of a command its own options; NULL: of all of them. */
void options_help(const struct command *command);

void options_clear(struct options *options);
