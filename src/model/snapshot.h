/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdio.h>

#include "model/host.h"

/*
 * The model as JSON, in both directions: the rows of facts.def. Nothing downstream can
 * tell a loaded host from one that was read. A snapshot is hostile input: depth, types,
 * numbers and words are checked, no path in it is ever opened, and what is not a fact
 * costs no memory. How large it may be is for the caller to say.
 */

#define SNAPSHOT_SCHEMA "iommu-resv-snapshot"
#define SNAPSHOT_MAJOR 1
/*
 * 1: holders, page_tables, mappings; 2: disk_uses, unknown types, null (see below); 3:
 * faults, log_state; 4: kernel_features, interrupt_chips, user_bits; 5: resources,
 * machine; 6: qemu_lines, dma_bits; 7: time of log, compatible, bus amba; 8:
 * distribution, boot_files; 9: secondary_bus
 */
#define SNAPSHOT_MINOR 9

/*
 * From this minor version on each member is written, as null where there is none, so one
 * that was lost on the way is not taken for a fact.
 */
#define SNAPSHOT_MINOR_WHOLE 2

/* Writes a host. Numbers that may exceed 53 bits are strings "0x...". */
void snapshot_save(const struct host *host, FILE *out);

/*
 * Fills an empty host from the text of a snapshot and finishes it. path is noted as its
 * origin. 0, or -EBADMSG with *error (owned by the caller) saying which place is wrong;
 * then the host is empty.
 */
int snapshot_load(const char *text, size_t len, const char *path, struct host *host,
		  char **error) must_check;
