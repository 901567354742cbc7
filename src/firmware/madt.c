/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The MADT, read: ACPI 6.5, 5.2.12, for the doorbells of MSI controllers. */
#include "firmware/madt.h"

#include <stdlib.h>

#define STRUCTURE_HEADER_SIZE 2

static void read_msi_frame(struct reader *r, struct madt_frame *f)
{
	take_u16(r, "Reserved", FORM_HEX);
	take_u32(r, "MSI Frame ID", FORM_HEX);
	f->base = take_u64(r, "Base Address", FORM_HEX);
	take_u32(r, "Flags", FORM_HEX);
	take_u16(r, "SPI Count", FORM_DECIMAL);
	take_u16(r, "SPI Base", FORM_DECIMAL);
}

static void read_its(struct reader *r, struct madt_frame *f)
{
	take_u16(r, "Reserved", FORM_HEX);
	take_u32(r, "Translation ID", FORM_HEX);
	f->base = take_u64(r, "Base Address", FORM_HEX);
	take_u32(r, "Reserved", FORM_HEX);
}

static const struct {
	uint8_t type;
	const char *name;
	size_t size; /* the least it must have */
	void (*read)(struct reader *r, struct madt_frame *f);
} types[] = {
	{ MADT_MSI_FRAME, "GIC MSI Frame", 24, read_msi_frame },
	{ MADT_ITS, "GIC ITS", 20, read_its },
};

static size_t row_of(uint8_t type)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(types) && types[i].type != type)
		i++;
	return i;
}

static void read_structure(struct reader *table, struct madt *madt, struct cursor part)
{
	size_t row = row_of(part.at[0]);
	bool known = row < ARRAY_SIZE(types);
	struct reader r = reader_begin(table->records, part,
				       known ? types[row].name : "Structure", 1);
	struct madt_frame f = { .type = part.at[0], .offset = part.offset };

	take_u8(&r, "Subtable Type", FORM_HEX);
	take_u8(&r, "Length", FORM_HEX);
	if (!known) {
		take_rest(&r, "Bytes");
		return;
	}
	if (part.left < types[row].size) {
		record_malformed(&r, "length 0x%zx, a %s has at least 0x%zx", part.left,
				 types[row].name, types[row].size);
		record_fate(&r, FATE_IGNORED, "the kernel refuses a short entry");
		take_rest(&r, "Bytes");
		return;
	}
	f.number = reader_record(&r)->index;
	f.record = r.record;
	types[row].read(&r, &f);
	*ADD(madt, frames) = f;
	take_rest(&r, "Bytes behind");
	record_fate(&r, FATE_USED, NULL);
}

/* False if the structure's length leads nowhere. */
static bool next_structure(struct reader *table, struct madt *madt)
{
	struct cursor look = table->c;
	uint8_t length;

	cursor_skip(&look, 1);
	length = cursor_u8(&look);
	if (look.bad || length < STRUCTURE_HEADER_SIZE || length > table->c.left) {
		record_malformed(table,
				 "structure at 0x%zx: length 0x%x, 0x%zx bytes are left",
				 table->c.offset, length, table->c.left);
		record_fate(table, FATE_USED_BROKEN,
			    "the structures before 0x%zx are used", table->c.offset);
		return false;
	}
	read_structure(table, madt, cursor_part(&table->c, length));
	return true;
}

void madt_parse(const void *bytes, size_t size, struct madt *madt,
		struct records *records)
{
	struct reader r = table_begin(records, bytes, size, &madt->header);

	take_u32(&r, "Local Apic Address", FORM_HEX);
	take_u32(&r, "Flags", FORM_HEX);
	if (r.c.bad) {
		record_malformed(&r, "too short for a MADT");
		return;
	}
	while (r.c.left && next_structure(&r, madt))
		;
}

void madt_clear(struct madt *madt)
{
	free(madt->frames);
	*madt = (struct madt){ 0 };
}
