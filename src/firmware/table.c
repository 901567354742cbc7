/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The header that ACPI tables share (ACPI 6.5, 5.2.6), and which parser reads which
 * signature.
 */
#include "firmware/table.h"

#include <string.h>

#include "base/text.h"

static uint8_t sum_of(const uint8_t *bytes, size_t n)
{
	uint8_t sum = 0;

	while (n--)
		sum = (uint8_t)(sum + bytes[n]);
	return sum;
}

/* Reads text into a buffer of n + 1 bytes as well. */
static void take_name(struct reader *r, const char *name, char *out, size_t n)
{
	struct cursor c = r->c;

	cursor_bytes(&c, out, n);
	out[n] = 0;
	take_text(r, name, n);
}

struct reader table_begin(struct records *records, const void *bytes, size_t size,
			  struct table_header *header)
{
	struct reader r = reader_begin(records, cursor_of(bytes, size), "Table", 0);
	uint8_t sum;

	*header = (struct table_header){ 0 };
	if (size < TABLE_HEADER_SIZE) {
		record_malformed(&r, "%zu bytes, shorter than a table header", size);
		record_fate(&r, FATE_IGNORED, "no table");
		r.c.bad = true;
		return r;
	}
	take_name(&r, "Signature", header->signature, 4);
	header->length = take_u32(&r, "Table Length", FORM_HEX);
	header->revision = take_u8(&r, "Revision", FORM_HEX);
	take_u8(&r, "Checksum", FORM_HEX);
	take_name(&r, "Oem ID", header->oem_id, 6);
	take_name(&r, "Oem Table ID", header->oem_table_id, 8);
	take_u32(&r, "Oem Revision", FORM_HEX);
	take_text(&r, "Asl Compiler ID", 4);
	take_u32(&r, "Asl Compiler Revision", FORM_HEX);
	if (header->length < TABLE_HEADER_SIZE) {
		record_malformed(&r, "length 0x%x is shorter than the header",
				 header->length);
		r.c.left = 0;
		return r;
	}
	if (header->length > size)
		record_malformed(&r, "length 0x%x, but only 0x%zx bytes are there",
				 header->length, size);
	if (header->length < size) { /* what follows is not the table's */
		record_problem(&r, "0x%zx bytes follow the table", size - header->length);
		r.c.left = header->length - TABLE_HEADER_SIZE;
		size = header->length;
	}
	reader_record(&r)->length = size;
	sum = sum_of(bytes, size);
	if (sum && header->length == size) {
		record_problem(&r,
			       "the checksum is wrong: the bytes add up to 0x%02x, not 0",
			       sum);
		/* The IVRS is the only one whose driver insists: check_ivrs_checksum. */
		if (!strcmp(header->signature, "IVRS"))
			record_fate(&r, FATE_FATAL, "AMD's driver refuses the table");
	}
	return r;
}

void table_end_nodes(struct reader *table, uint32_t announced, uint32_t n,
		     const char *overflow)
{
	if (n < announced && !table->c.left) {
		record_malformed(
			table, "%u %s announced, the table ends at 0x%zx after %u",
			announced, one_or_many(announced, "node is", "nodes are"),
			table->c.offset, n);
		record_fate(table, FATE_USED_BROKEN, "%s", overflow);
	}
	if (n == announced && table->c.left) {
		record_problem(table, "0x%zx bytes follow the last node at 0x%zx",
			       table->c.left, table->c.offset);
		take_rest(table, "Bytes behind");
	}
}
