/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/guest-layout.h"
#include "analyze/io-space.h"

/* Do ranges fit the I/O addresses that devices can use together? */

enum fit_state {
	FIT_YES,
	FIT_LOST, /* it works, and something is lost */
	FIT_UNKNOWN,
	FIT_NO,
	FIT_STATE_COUNT,
};

enum fit_reason {
	FIT_IN_REGION,
	FIT_OUTSIDE,   /* the IOMMU does not translate it */
	FIT_NOT_KNOWN, /* why: of the part */
	FIT_UNALIGNED, /* it begins or ends inside a page */
	FIT_SPLIT,     /* it lies across two ranges of the kernel that touch */
	FIT_REASON_COUNT,
};

/* Addresses of a range that a device cannot use, or of which that is not known. */
struct fit_hit {
	struct range range;
	enum fit_reason reason;
	size_t part; /* of the space's parts; NO_INDEX: above all, or unaligned */
};

struct fit_range {
	struct layout_part wanted;
	enum fit_state state;
	size_t first_hit, n_hits; /* slice of fit.hits */
};

enum fit_advice_kind {
	FIT_NEWER_MACHINE, /* a version that avoids AMD's range */
	FIT_LOW_LIMIT,	   /* value: max-ram-below-4g, bytes */
	FIT_PHYS_BITS,	   /* value: bits */
	FIT_FEWER_BITS,	   /* value: bits; then nothing is lost */
	FIT_LESS_RAM,	   /* value: bytes */
	FIT_WITHOUT_GROUP, /* value: its number */
	FIT_ADVICE_COUNT,
};

/* A change after which it fits: each was tried. */
struct fit_advice {
	enum fit_advice_kind kind;
	uint64_t value;
};

struct fit {
	/* NULL: no machine was named. What it makes. Both are the caller's. */
	const struct guest_shape *shape;
	struct layout layout;
	struct io_space space; /* of the groups together */
	struct ranges usable;  /* the ranges of the kernel: a mapping lies in one */
	uint64_t page_size;    /* the smallest that all of them map, bytes */
	ARRAY_OF(struct fit_range, ranges);
	ARRAY_OF(struct fit_hit, hits);
	ARRAY_OF(struct fit_advice, advice);
	enum fit_state state; /* of all ranges; FIT_NO too if QEMU does not start */
};

/* What is asked; all of it is the caller's. */
struct fit_question {
	const struct host *host;
	const struct analysis *analysis;
	const struct group *const *groups; /* of the host, one at least */
	size_t n_groups;
	const struct guest_shape *shape;  /* NULL: no guest */
	const struct layout_part *ranges; /* more that is to be mapped */
	size_t n_ranges;
};

/*
 * Groups that no IOMMU translates make the answer unknown. *out is new, fit_clear
 * releases it; it refers to what the question does.
 */
void fit_judge(const struct fit_question *question, struct fit *out);
/* The same, and what to change if it does not fit. */
void fit_of(const struct fit_question *question, struct fit *out);
void fit_clear(struct fit *fit);

/*
 * The ranges that may be mapped, as the kernel has them, in ascending order. False: they
 * are not all known. Then the last one is left out if its end is not known, and all are
 * if a list of regions may lack some. The caller clears them.
 */
bool fit_holes(const struct fit *fit, struct ranges *out);

/* How the kernel refuses what does not fit. */
struct fit_refusal {
	bool iommufd;
	bool later; /* the memory was mapped before the device came */
	const char *call;
	int error;
};

/* All of them; not each host has iommufd. Ends with a NULL call. */
extern const struct fit_refusal fit_refusals[];

const char *fit_state_name(enum fit_state state);    /* "yes" */
const char *fit_reason_name(enum fit_reason reason); /* "outside" */
const char *fit_advice_name(enum fit_advice_kind kind);
