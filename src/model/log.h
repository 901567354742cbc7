/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/range.h"
#include "model/names.h"

/*
 * Facts of the kernel log: the lines that are kept, what QEMU said among them, and the
 * DMA faults.
 */

#define LOG_LINES_MAX 4096 /* so many are kept: half of them the first, half the last */

/* A line of the kernel log that is about IOMMUs, VFIO or firmware bugs. */
struct log_line {
	unsigned number; /* counted from the oldest line, 1.. */
	char *text;
	char *time; /* as it stands there; NULL: not told */
};

#define QEMU_LINES_MAX 256 /* so many different ones are kept */

/* A line of QEMU's in the log: what the kernel refused it. */
struct qemu_line {
	unsigned number; /* of the log, as of struct log_line */
	char *text;
	enum qemu_says says;
	char *device;	/* the PCI function that it names; NULL */
	uint32_t group; /* NO_GROUP: it names none */
	int error;	/* positive errno; 0: it tells none */
	bool has_range; /* QEMU_MAP */
	struct range range;
};

#define FAULTS_MAX 512	   /* so many different ones are kept */
#define FAULT_TEXT_MAX 160 /* of a name, a reason or a time; the rest is cut */

/*
 * A DMA that an IOMMU refused in this boot, as the kernel logged it. Faults that differ
 * in nothing but their time are one.
 */
struct fault {
	unsigned line;	      /* of the log: the first; host->log has its text */
	uint64_t count;	      /* lines, at least one */
	char *time;	      /* of the first, as it stands in the log; NULL: not told */
	enum iommu_kind kind; /* whose driver says so */
	char *iommu; /* as the driver names it: "15000000.iommu"; NULL: not told */
	enum requester_kind requester;
	bool has_segment; /* of a function; AMD's driver tells it since 6.0 */
	uint32_t segment;
	uint32_t id;	   /* of the requester, by its kind; 0: not told */
	char *client;	   /* the device, where the kernel names it; NULL */
	bool is_interrupt; /* it was to trigger an interrupt */
	bool has_address;
	uint64_t address; /* Intel: of the page */
	enum fault_access access;
	char *reason; /* "PTE Read access is not set", "F_TRANSLATION"; NULL: not told */
};

/* What the log says about itself. */
struct log_state {
	enum tristate wrapped; /* are its oldest lines of this boot lost? */
	uint64_t suppressed;   /* lines about faults that the kernel left out */
	uint64_t unkept;       /* lines about faults beyond FAULTS_MAX different ones */
};
