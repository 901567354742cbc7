/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

/*
 * Uevents that come close after each other are one event: a driver that is bound, or a
 * card that is plugged in, makes dozens. Times are milliseconds of a clock that never
 * goes back.
 */

struct kernel_event {
	char *action;	 /* "bind" */
	char *path;	 /* below /sys: "/devices/pci0000:00/0000:00:02.0" */
	char *subsystem; /* "pci"; NULL: none */
};

/* It is over when nothing came for so long, or when it began so long ago. */
#define BURST_QUIET 500
#define BURST_MAX 5000

struct burst {
	size_t n;  /* uevents */
	bool lost; /* more came than could be kept */
	int64_t first, last;
	ARRAY_OF(struct kernel_event, told); /* the first few that are not the same */
};

/* Takes what the event owns. */
void burst_add(struct burst *burst, int64_t now, struct kernel_event event);

/* Events came that nobody has seen. */
void burst_lose(struct burst *burst, int64_t now);

/* Adds what came after it, which is then empty. */
void burst_join(struct burst *burst, struct burst *later);

bool burst_is_empty(const struct burst *burst);

/* How long to wait until it is over; 0: it is; INT64_MAX: there is none. */
int64_t burst_wait(const struct burst *burst, int64_t now);

void burst_clear(struct burst *burst);
