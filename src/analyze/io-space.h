/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"

/*
 * The I/O addresses of a group, or those that several groups share, cut where something
 * changes: what is free, what is in regions, and what nothing is known of.
 */

enum space_kind {
	SPACE_FREE,
	SPACE_REGION,
	SPACE_UNKNOWN, /* a region may be there, or the IOMMU may not translate it */
	SPACE_OUTSIDE, /* above what the IOMMU translates */
};

struct space_part {
	struct range range;
	enum space_kind kind;
	bool usable;		    /* by a user-space driver, see usable_iova */
	enum region_type type;	    /* of regions: the strictest of them */
	size_t first_line, n_lines; /* of regions: slice of io_space.lines */
	const struct demand *lost; /* in memory that is not mapped 1:1; NULL: it is not */
	const char *why;	   /* of unknown: what is missing */
};

struct io_space {
	ARRAY_OF(const struct group *,
		 groups);		    /* without those that nothing translates */
	size_t n_untranslated;		    /* of these */
	ARRAY_OF(struct space_part, parts); /* ascending from 0, and no gaps */
	ARRAY_OF(size_t, lines);	    /* indices of host->regions */
	/* The last address that is translated for all; UINT64_MAX: not known. */
	uint64_t last;
	bool last_known;
	bool complete; /* else a list may lack regions */
	size_t iommu;  /* whose last address that is; NO_INDEX: not known */
};

/*
 * What n groups can use together (one container or IOAS), by usable_iova_of_set. *out is
 * new, io_space_clear releases it; it refers to the host and the analysis.
 */
void io_space_of(const struct host *host, const struct analysis *a,
		 const struct group *const *groups, size_t n, struct io_space *out);
void io_space_clear(struct io_space *space);
