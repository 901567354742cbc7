/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "kernel/kernel.h"

struct json_writer;

/* --- Words of the output: words.c, words.def --- */

/* What a word is; `explain` lists the words by kind, in this order. */
enum word_kind {
	WORD_REGION,
	WORD_IDENTITY,
	WORD_DOMAIN,
	WORD_VERDICT,
	WORD_OBSTACLE,
	WORD_ERRNO,
	WORD_CALL,
	WORD_FIRMWARE,
	WORD_INTERRUPT,
	WORD_REASON,
	WORD_GUEST,
	WORD_FIT,
	WORD_ABSENCE,
	WORD_IOMMU,
	WORD_HOLDER,
	WORD_MEMORY,
	WORD_FAULT,
	WORD_BASIS,
	WORD_SEVERITY,
	WORD_STATE,
	WORD_SOURCE,
	WORD_TERM,
	WORD_LABEL,
	WORD_KIND_COUNT,
};

/* A word, or a name of two: no blank stands in an id. */
struct word {
	enum word_kind kind;
	const char *id;
	const char *title; /* half a line, no sentence */
	const char *meaning;
	const char *see; /* ids of words, rules and behaviours, with blanks between */
	const enum behaviour *behaviours; /* it rests on these; NULL: on none */
	const char *kernels; /* what all kernels do alike; NULL: nothing to say */
	const char *advice;  /* what to do, or to look at next; NULL: nothing */
};

extern const struct word words[];
extern const size_t n_words;

/* "Region type"; "Region types" */
const char *word_kind_name(enum word_kind kind);
const char *word_kind_heading(enum word_kind kind);

/* Are two ids the same, whatever their case, with `_`, `-` and a blank alike? */
bool is_same_word(const char *a, const char *b);
/* An id in the one form that all of these have; the caller owns it. */
char *word_folded(const char *word);

/* --- Behaviours of kernels: explain-kernel.c --- */

/* The table of behaviours, as it applies to a host. */
void explain_kernel(const struct host *host);
/* The same as members of a document. */
void explain_kernel_json(const struct host *host, struct json_writer *w);

/* A row in words: what it is, and on which kernels. The caller owns them. */
char *behaviour_meaning(const struct behaviour_row *row);
char *behaviour_kernels(const struct behaviour_row *row);
