/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "compare/digest.h"

/*
 * What differs between two hosts, or one host at two times. Things are first matched by
 * what they are: devices by where they stand and by their ids, so that a bus number may
 * change; groups by their devices, so that their numbers may; regions, entries and
 * findings by what they are about. Only then is it compared what is said of them.
 */

/* Which thing of one digest is which of the other; NO_INDEX: none. */
struct matching {
	size_t *b_of_a, *a_of_b;
};

void match_things(const struct digest *a, const struct digest *b, struct matching *out);
void matching_clear(struct matching *matching);

enum change {
	CHANGE_CAME,
	CHANGE_WENT,
	CHANGE_OTHER, /* it is there in both, and not the same */
};

struct difference {
	enum change change;
	enum thing_kind kind;
	size_t a, b;	  /* indices of the digests' things; NO_INDEX: in none */
	const char *what; /* CHANGE_OTHER: which trait, and both its values; else NULL */
	char *was, *now;
};

/* What only one of the two says, so that it cannot be compared. */
struct not_said {
	bool by_b; /* B does not say it; else A */
	enum thing_kind kind;
	const char *what; /* trait, or id of a rule; NULL: things of this kind */
	size_t n;	  /* of so many things; 0: of all */
};

struct comparison {
	struct matching matching;
	/* findings worst first, then devices, groups, regions, and what may cause them */
	ARRAY_OF(struct difference, list);
	ARRAY_OF(struct not_said, not_said);
	ARRAY_OF(size_t, renumbered); /* groups of A that have another number in B */
};

/* *out is new and refers to both digests; comparison_clear releases it. */
void compare_digests(const struct digest *a, const struct digest *b,
		     struct comparison *out);
void comparison_clear(struct comparison *comparison);

/* "came", "went", "changed" */
const char *change_name(enum change change);
