/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/nested.h"
#include "base/text.h"
#include "cmd/options.h"

/* The guest of `check --guest`: a second host, loaded from its snapshot, and judged. */
struct guest {
	const char *path; /* NULL: none is given, and the rest is empty */
	struct text text; /* of its snapshot */
	bool loaded;	  /* it has a host and an analysis */
	struct host host;
	struct analysis analysis;
};

/*
 * Reads what the options name, before the host is opened; and looks at it, afterwards.
 * False after a message. guest_close ends both.
 */
bool guest_read(const struct options *options, struct guest *guest);
bool guest_load(struct guest *guest);
void guest_close(struct guest *guest);

/*
 * Compares it with its host. *out is for nested_free; NULL where no guest was given.
 * False after a message if the options name a device that is not there.
 */
bool guest_compare(const struct options *options, const struct guest *guest,
		   const struct host *host, const struct analysis *analysis,
		   struct nested **out);
