/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/findings.h"

/*
 * What an administrator accepted, from --ignore-file: findings that do not count any
 * more.
 */

/* A line of the file: a rule, and where on this host. */
struct ignore {
	char *rule; /* its id */
	bool all;   /* wherever it is */
	/* What the selector names, one flag for each element of the host's arrays. */
	bool *groups, *regions, *devices;
	char *until; /* the last day on which it holds, YYYY-MM-DD; NULL: no end */
	bool expired;
	char *reason;
	unsigned line; /* 1.. */
	char *text;    /* the line as it stands in the file */
};

struct ignores {
	char *path; /* as messages name it */
	ARRAY_OF(struct ignore, list);
};

void ignores_clear(struct ignores *ignores);

/*
 * Is a finding of this rule and all that suffers by it selected? One about the host as a
 * whole only by "*". An entry that has expired fits like any other.
 */
bool ignore_fits(const struct ignore *ignore, const struct host *host,
		 const struct finding *finding);

/*
 * Moves what a valid entry fits from findings->list to findings->ignored, with the
 * entry's reason. Both keep their order.
 */
void findings_ignore(struct findings *findings, const struct host *host,
		     const struct ignores *ignores);
