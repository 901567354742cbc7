/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"

/*
 * Asking the kernel about devices: which may be asked about, and how what it answered
 * fits what sysfs lists and what was predicted.
 */

/*
 * Why the kernel may not be asked about a device, for people; NULL: it may. The caller
 * owns it. That nobody holds the device is known only as far as other processes could be
 * looked at; the kernel refuses one that is in use without disturbing its user.
 */
char *why_not_asked(const struct host *host, const struct analysis *analysis,
		    const struct device *device);

/*
 * What keeps the n devices (indices of the host's) from being asked about through an
 * interface, for people; NULL: nothing is known to. The caller owns it.
 */
char *why_not_through(const struct host *host, enum asked_via via, const size_t *devices,
		      size_t n);

/* Why a range may be mapped or not, where one would not expect it from sysfs. */
enum piece_reason {
	REASON_NONE,	  /* nothing explains it */
	REASON_LISTED,	  /* not usable: a line of sysfs says so */
	REASON_APERTURE,  /* not usable: beyond the addresses that the IOMMU has */
	REASON_RELAXABLE, /* listed, and usable: relaxable regions do not bind users */
	/*
	 * Listed, and usable: the line is of another device of the group, and iommufd
	 * looks at the regions of a device alone
	 * (iopt_table_enforce_dev_resv_regions).
	 */
	REASON_SIBLING,
};

const char *piece_reason_name(enum piece_reason reason);
const char *piece_reason_text(enum piece_reason reason);

/* Addresses that are not simply usable and in no line of sysfs. */
struct piece {
	struct range range;
	bool usable; /* as the kernel answered */
	enum piece_reason reason;
	size_t region; /* the line that has it: index of the host's; NO_INDEX: none */
};

/* One inquiry of the host, seen beside what was expected. */
struct inquiry_view {
	/* What was predicted: for the device that was refused, else for the first one
	 * that was to be refused, else for the first. Its device is predicted_for. */
	struct answer predicted;
	size_t predicted_for;
	struct ranges ranges; /* predicted: of all groups together */
	bool end_known;	      /* of these ranges */
	/* all addresses whose state needs a reason, in ascending order */
	ARRAY_OF(struct piece, pieces);
	/* The kernel refused what was predicted to work, or the reverse, or elsewhere. */
	bool verdict_differs;
	bool ranges_differ; /* a piece has no reason */
};

void inquiry_view_clear(struct inquiry_view *view);
