/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/host.h"

/*
 * DMA faults in the kernel log: the lines of VT-d, AMD-Vi, arm-smmu, arm-smmu-v3 and
 * virtio-iommu, of all forms since Linux 4.18.
 */

#define FAULT_SLOTS 2048 /* of the hash table: a power of two above FAULTS_MAX */

/* An event of arm-smmu-v3 that is being read: its words stand in lines of their own. */
struct raw_event {
	bool is_open;
	unsigned line; /* of the log */
	char *text, *time, *iommu;
	unsigned id, n_words;
	uint64_t word[4];
	unsigned patience; /* lines that may come in between */
};

/* Faults on their way from the lines of a log to a host. Zeroed but for the host. */
struct fault_reader {
	struct host *host;
	struct raw_event raw;
	size_t last;	  /* the fault of the last line that was about one, + 1; 0 */
	bool last_is_raw; /* which were the words of an event */
	uint16_t slot[FAULT_SLOTS]; /* indices of host->faults, + 1 */
};

enum fault_line {
	LINE_OF_NO_FAULT,
	LINE_OF_NEW_FAULT, /* or says more of one */
	LINE_OF_OLD_FAULT, /* its text is of no use */
};

/*
 * Takes the next line of the log: text without time, its number, and the time as it
 * stands there (NULL: none).
 */
enum fault_line fault_reader_take(struct fault_reader *r, const char *text,
				  unsigned number, const char *time);

/*
 * After a new fault, the line to keep for it where that is an earlier one: its text, and
 * its number. NULL: it is the line taken.
 */
const char *fault_reader_line(const struct fault_reader *r, unsigned *number);

/* Forgets what was read, and frees it: another boot begins, or the log ends. */
void fault_reader_reset(struct fault_reader *r);
