/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/text.h"
#include "cmd/options.h"
#include "model/redact.h"
#include "render/view.h"

/*
 * A command: a const object at the foot of its file and a line in commands.def.
 */
struct command {
	const char *name;
	const char *arguments; /* for the usage line */
	const char *summary;
	/* Returns the exit status, or FAILED. */
	int (*run)(const struct options *options);
	bool opens_later;   /* files or devices, once the host is read */
	bool writes_output; /* option -o names a file, which is written at the end */
	bool shows_names;   /* of PCI devices, in its text */
};

#define COMMAND(name) extern const struct command command_##name;
#include "cmd/commands.def"
#undef COMMAND

extern const struct command *const commands[];
extern const size_t n_commands;

/* NULL after a message with a suggestion: there is none. */
const struct command *command_of_name(const char *name);

/* Exit status for what could not be done or judged. */
#define EXIT_UNKNOWN 3

/* What a command returns that printed messages and no result: exit status 3. */
#define FAILED (-2)

/* Of two exit statuses: 2 beats 3 beats 1. */
int worse_status(int a, int b);

/*
 * The host that the options name, read or loaded. False after a message: nothing to
 * judge. wanted: SOURCE_BIT of each source the command needs; SOURCES_OF_DEVICES are read
 * for the devices that the selectors name, all where there is none. The kernel's BTF is
 * read, too, where what it tells may matter to the answer.
 */
bool open_host(const struct options *options, unsigned wanted, struct host *host);

/*
 * Reads a file that the user named, "-" for standard input, of at most options->max_size
 * bytes. False after a message.
 */
bool read_input(const struct options *options, const char *path, struct text *out);
/* The same of what file_open returned for that path. */
bool read_opened(const struct options *options, const char *path, int fd,
		 struct text *out);

/* A host from the text of a snapshot, of that path. False after a message. */
bool parse_host(const char *path, struct text *text, struct host *host);

/*
 * All files are read, and a stranger may have written one: what is not needed any more to
 * judge and to print is given up (base/sandbox.h). Memory is limited, too. open_host does
 * it where a file was named instead of this machine's own, unless the command
 * opens_later.
 */
void close_door(const struct options *options);

/* Takes out of a host what tells whose it is: for --redact. */
void redact(struct host *host, struct redaction *redaction);

/*
 * Writes a snapshot into a file, for its owner only; NULL or "-": standard output. False
 * after a message.
 */
bool write_snapshot(const char *path, const struct host *host);

/* The usual sources of a command, and those that the options ask for. */
unsigned sources_of(const struct options *options, unsigned usual);

/* Is one of n flags set? */
bool any_flag(const bool *flags, size_t n);

/* --- Words that are unknown: suggest.c --- */

/* The word of a list that s was probably meant to be; NULL if none is near. */
const char *suggest(const char *s, const char *const *words, size_t n);

/* "'chekc': no such command; did you mean 'check'?" */
void complain(const char *what, const char *s, const char *const *words, size_t n);
/* The same with the place in a file in front: "FILE:3: ". */
void complain_at(const char *place, const char *what, const char *s,
		 const char *const *words, size_t n);

/* The rule of an id; NULL after a message, which begins with place. */
const struct rule *rule_named(const char *place, const char *id);

/* --- Selectors: select.c --- */

/*
 * What was selected: one flag for each element of the host's arrays, and the set as a
 * whole.
 */
struct selection {
	bool *groups, *regions, *devices;
	bool all;
	ARRAY_OF(struct unmatched, unmatched); /* patterns that fit nothing */
	bool unsure; /* something that could not be looked at might fit one of them */
};

/*
 * Selectors of one kind are alternatives, different kinds narrow. False after a message
 * for each that makes no sense or names one group, device or network interface that is
 * not there. A pattern may fit nothing.
 */
bool select_parts(const struct host *host, char *const *selectors, size_t n,
		  struct selection *selection);

/*
 * One selector in a file, whose place is "FILE:3: ": what it names need not be there.
 * False after a message: it makes no sense.
 */
bool select_if_there(const struct host *host, const char *place, const char *word,
		     struct selection *selection);

/*
 * What the selectors of a command name, and what its option --assign names; the first
 * holds the patterns of both that fit nothing. False after a message.
 */
bool select_for(const struct options *options, const struct host *host,
		struct selection *selection, struct selection *assigned);

/*
 * All that any of the selectors names; a pattern does not mean the bridges among others.
 * False after a message: no device, or what select_parts complains of.
 */
bool select_devices(const struct options *options, const struct host *host,
		    struct selection *all);

/* The one device that a selector names exactly; false after a message. */
bool select_device(const struct host *host, const char *word, size_t *index);

/* The exit status, 3 instead of 0 or 1 where it is unsure that a pattern fits nothing. */
int selection_status(const struct selection *selection, int status);

void selection_clear(struct selection *selection);

/* --- Judging: check.c --- */

struct guest;
struct ignores;

struct judging {
	const struct guest *guest;     /* to compare with; NULL: none */
	const bool *wanted;	       /* of each rule, whether it runs; NULL: all do */
	const struct ignores *ignores; /* what does not count; NULL: all does */
	const struct selection *selection; /* what is judged */
	const struct selection
		*assigned;	     /* as if given to user space; NULL: nothing is */
	const struct report *report; /* of `report`; NULL */
	/* what prints it, unless the options want JSON */
	void (*render)(const struct view *view, FILE *out);
};

/*
 * Analyzes, runs the rules, and prints what they say of the selected parts. Returns the
 * exit status, or FAILED.
 */
int judge(const struct options *options, const struct host *host,
	  const struct judging *how);

/* --- Asking the kernel: ask.c --- */

/*
 * For the option --query: asks about those of the wanted devices that may be asked about,
 * one at a time. False after a message: that was refused, or cannot be.
 */
bool ask_where_possible(const struct options *options, const bool *wanted,
			struct host *host);

/* For `query`: asks about all of them together; false too if one may not be asked about.
 */
bool ask_all(const struct options *options, const bool *wanted, struct host *host);

/* --- What is compared: diff.c --- */

struct digest;

/* Judges a host by all rules and keeps what is compared; the host is released. */
void digest_host(struct host *host, struct digest *out);

/* A view for the renderers; exit_status and findings are set by the caller. */
struct view view_of(const struct options *options, const struct host *host,
		    const struct analysis *analysis, const struct selection *selection);

/*
 * The status of a command that judges nothing: 3 if what it shows may be incomplete.
 * sources: those it shows, SOURCE_BIT of each.
 */
int listing_status(const struct host *host, unsigned sources);

/* One line on standard error for each selector that fits nothing. */
void report_unmatched(const struct selection *selection);

/*
 * One line on standard error for each file of these sources that could not be read, in
 * short.
 */
void report_gaps(const struct host *host, unsigned sources);
