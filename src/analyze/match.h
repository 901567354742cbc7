/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"

/*
 * What the files of the tables (table-*.c) share for their part in their entries. For
 * each device, in the order of the host, `match` of a table adds its claims; the caller
 * counts them. They mirror the kernel's matching, not the specification's.
 */

/* Functions from the root bus down to a device; a deeper one is not attributed. */
#define DEPTH_MAX 16

struct chain {
	const struct device
		*node[DEPTH_MAX]; /* [0] on the root bus, [n - 1] the device */
	size_t n;		  /* 0: not known */
};

struct chain chain_of(const struct host *host, const struct device *d);

/* Bus, device and function as IOMMUs see them: bus << 8 | devfn. */
uint16_t requester_id(const struct device *d);

struct claim *add_claim(struct firmware *out, size_t device, size_t entry);

/* The page of an MSI controller, widened to its size; takes over the origin. */
void add_doorbell(struct doorbells *out, struct range page,
		  enum msi_controller controller, const char *table, size_t offset,
		  char *origin);
