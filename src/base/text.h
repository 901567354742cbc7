/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/range.h"

/*
 * Text: a growing string, cleaning of strings that came from outside, strict numbers, and
 * lines.
 */

/* A growing string. data is NULL while empty, else data[len] is 0. Owns data. */
struct text {
	char *data;
	size_t len;
	size_t cap;
};

void text_clear(struct text *t);
void text_reset(struct text *t); /* empties, keeps the memory */
void text_reserve(struct text *t, size_t more);
void text_add(struct text *t, const char *s);
void text_printf(struct text *t, const char *fmt, ...) printf_like(2, 3);
/* Hands the string out (never NULL); the caller owns it, and t is empty again. */
char *text_take(struct text *t);
/* A new string; the caller owns it. */
char *text_format(const char *fmt, ...) printf_like(1, 2);
char *text_vformat(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

/* First and last address, as people read it: 0x1000-0x1fff. The caller owns it. */
char *text_of_range(struct range r);

/*
 * How many bytes, as people say it: "513 bytes", "8 KiB", "1.8 GiB"; rounded down to a
 * tenth of a unit. An inverted range has "0 bytes". The caller owns it.
 */
char *text_of_size(struct range r);

/* The word that agrees with a number: one_or_many(n, "has", "have"). */
const char *one_or_many(uint64_t n, const char *one, const char *many);

/* How many of what: "1 device", "3 devices", "no devices". The caller owns it. */
char *text_of_count(uint64_t n, const char *one, const char *many);

/*
 * A list as people say it: "A", "A and B", "A, B and C"; "A, B and 2 more" where there
 * are more than max. plain: as a field has it, "A, B, C". Begin with max and zeros;
 * text_list_take ends it, the caller owns what it returns ("" if nothing was added). n
 * stays how many there were.
 */
struct text_list {
	size_t max, n;
	bool plain;
	struct text before, last; /* all but the last one, joined; the last one */
};

void text_list_add(struct text_list *list, const char *word);
void text_list_printf(struct text_list *list, const char *fmt, ...) printf_like(2, 3);
char *text_list_take(struct text_list *list);

/* A {word} of a wording and what it stands for, which is owned; NULL: nothing. */
struct text_word {
	const char *word;
	char *value;
};

/*
 * A wording with its {words} filled in, so that whole sentences can stand in tables; one
 * that is not among the words becomes nothing. Frees the values; the caller owns the
 * text.
 */
char *text_fill(const char *wording, const struct text_word *words, size_t n);

#define TEXT_FILLED_MAX 8

/*
 * The same with words and values as arguments, in turn, at most TEXT_FILLED_MAX of each;
 * TEXT_END ends them. The values stay the caller's, and may be NULL.
 */
char *text_filled(const char *wording, ...) ends_with_null;
#define TEXT_END ((const char *)NULL)

/*
 * Replaces, in place, what must not reach a terminal by '?': all but printable ASCII.
 * What people read is ASCII whatever their locale is; each character becomes one '?'.
 */
void text_clean(char *s);
/*
 * The same for JSON, which is UTF-8: only control characters (C0, C1, DEL), bytes that
 * are not UTF-8, and the Unicode marks that reorder or hide text are replaced.
 */
void text_clean_utf8(char *s);
/* True if text_clean_utf8 would change nothing. */
bool text_is_clean(const char *s);

/*
 * Length of the well-formed UTF-8 sequence at s, which ends with 0, and the character
 * that it is; 0 if there is none.
 */
size_t text_utf8_length(const char *s, uint32_t *code);

/* Cuts trailing white space (also carriage returns), in place. */
void text_trim_end(char *s);

/*
 * A whole number, nothing before or behind it, no sign, no white space. Base 16 accepts
 * an optional 0x. False, and *out untouched, if it is none or larger than max.
 */
bool text_to_number(const char *s, int base, uint64_t max, uint64_t *out);

/* Pairs of hexadecimal digits; the caller owns it. */
char *text_of_bytes(const uint8_t *bytes, size_t n);
/* The other way; NULL if s is not made of such pairs. The caller owns it. */
uint8_t *text_to_bytes(const char *s, size_t *n);

bool text_starts_with(const char *s, const char *prefix);

/* Are they the same? Either may be NULL, which is only the same as NULL. */
bool text_equals(const char *a, const char *b);

/*
 * Takes the next line off *rest (which then points behind it), ends it with 0 in place of
 * the newline, cuts white space at its end. NULL when there is none. *complete says
 * whether it ended with a newline.
 */
char *text_next_line(char **rest, bool *complete);

/* Edit distance of two short words (insert, delete, replace, swap of neighbours). */
unsigned text_distance(const char *a, const char *b);

/* Orders strings so that numbers inside them sort by value: group 2 before group 10. */
int text_compare_natural(const char *a, const char *b);
