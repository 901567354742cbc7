/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/record.h"

/*
 * The header that all ACPI tables share: ACPI specification 6.5, 5.2.6, 36 bytes.
 */
struct table_header {
	char signature[5];
	uint32_t length;
	uint8_t revision;
	char oem_id[7];
	char oem_table_id[9];
};

#define TABLE_HEADER_SIZE 36

/*
 * Reads the header of a table of size bytes and checks length and checksum. Returns the
 * reader behind the header, cut to the table's length; its cursor is bad if there is not
 * even a header. The record of the table is then the reader's.
 */
struct reader table_begin(struct records *records, const void *bytes, size_t size,
			  struct table_header *header);

/*
 * For tables that announce how many nodes they hold, after n were read: notes nodes that
 * are missing (overflow: what the kernel says and does then), or bytes behind the last
 * one.
 */
void table_end_nodes(struct reader *table, uint32_t announced, uint32_t n,
		     const char *overflow);
