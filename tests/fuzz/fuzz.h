/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "cmd/cmd.h"
#include "cmd/options-table.h"

/*
 * What the fuzz targets have in common. A target is a file that defines
 * LLVMFuzzerTestOneInput, and mostly LLVMFuzzerCustomMutator (LLVM's documentation,
 * "libFuzzer – a library for coverage-guided fuzz testing"). It runs commands as main()
 * does, in this process. What a run prints is judged: a status from 0 to 3, no control
 * characters, and JSON where JSON was asked for.
 */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);
/* libFuzzer's own: changes bytes in place; the new size, at most max. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

/* Says what does not hold, and ends the run as a crash does. */
no_return void broken(const char *fmt, ...) printf_like(1, 2);

/* An environment variable that tests/fuzz/run sets. */
const char *setting(const char *name);

/* --- Random numbers: the same seed gives the same ones --- */

struct random {
	uint64_t state;
};

uint64_t random_next(struct random *r);
/* Less than n; 0 where n is 0. */
size_t random_below(struct random *r, size_t n);

/* --- Changing bytes in place --- */

struct buffer {
	char *bytes;
	size_t size, max;
};

/*
 * Puts n bytes, which may be of the buffer itself, in place of those from from to to.
 * Nothing where they have no room.
 */
void buffer_replace(struct buffer *b, size_t from, size_t to, const char *bytes,
		    size_t n);

/* --- Files in memory, which the program opens by their paths --- */

struct memory_file {
	int fd;
	char *path;
};

void memory_file_open(struct memory_file *file);
void memory_file_set(const struct memory_file *file, const void *bytes, size_t size);

/* --- Running the program --- */

#define WORDS_MAX 16

/* What a run printed; printed_clear releases it. */
struct printed {
	char *text, *errors;
	size_t size, errors_size;
	int status;
};

/*
 * Runs a command line, whose words end with NULL, and judges what it prints. adjust (may
 * be NULL): changes the options once they are read; false: the command is not run.
 */
void run_program(const char *const *words, bool (*adjust)(struct options *options),
		 struct printed *printed);
void printed_clear(struct printed *printed);

/* Only with a first byte below this one: it takes time. */
#define SAVED_BELOW 64

/*
 * A snapshot that was saved can be loaded, and what is saved then is the same. False: it
 * cannot be loaded.
 */
bool snapshot_returns(const char *text, size_t size);

/* --- The ways in which commands print: of the tables of commands and options --- */

struct way {
	const char *word[WORDS_MAX];
	size_t n;
};

struct ways {
	ARRAY_OF(struct way, way);
};

/*
 * Adds each way in which a command prints: plain, with each of its flags, and with each
 * choice of its options. operands end with NULL.
 */
void add_ways(struct ways *ways, const struct command *command,
	      const char *const *operands);

/* All ways of the commands that read one host. */
void add_host_ways(struct ways *ways);

/* The way of a number, with two more words in front, run and judged. */
void run_way(const struct ways *ways, size_t number, const char *option,
	     const char *argument, struct printed *printed);

/* --- Changing JSON --- */

/*
 * Changes one or several JSON texts as such: values come from elsewhere in them, members
 * go or come twice, numbers go to an edge, strings become words of the field.
 */
void mutate_json(struct buffer *b, struct random *r);

/* A custom mutator of a byte that chooses a way, and JSON behind it. */
size_t mutate_way_and_json(uint8_t *data, size_t size, size_t max, unsigned seed);

/* --- Changing firmware tables --- */

/*
 * Makes the length and the checksum right, of an ACPI table or a device-tree blob; what
 * is BTF has neither.
 */
void repair_table(uint8_t *bytes, size_t size);
