/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/nested.h"
#include "cmd/options.h"

/* The guest of `check --guest`: a second host, loaded from its snapshot, and judged. */
struct guest {
	bool given; /* else there is none, and the rest is empty */
	struct host host;
	struct analysis analysis;
};

/* Loads what the options name. False after a message; then there is nothing to close. */
bool guest_open(const struct options *options, struct guest *guest);
void guest_close(struct guest *guest);

/*
 * Compares it with its host. *out is for nested_free; NULL where no guest was given.
 * False after a message if the options name a device that is not there.
 */
bool guest_compare(const struct options *options, const struct guest *guest,
		   const struct host *host, const struct analysis *analysis,
		   struct nested **out);
