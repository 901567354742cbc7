/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IVRS table, read: AMD IOMMU specification 3.08, chapter 5. */
#include "firmware/ivrs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/page.h"
#include "base/text.h"

/* --- IVHD --- */

static const char *entry_name(uint8_t type)
{
	switch (type) {
	case 0x00:
		return "Pad";
	case 0x01:
		return "All";
	case 0x02:
		return "Select";
	case 0x03:
		return "Range Start";
	case 0x04:
		return "Range End";
	case 0x42:
		return "Alias Select";
	case 0x43:
		return "Alias Range Start";
	case 0x46:
		return "Extended Select";
	case 0x47:
		return "Extended Range Start";
	case 0x48:
		return "Special Device";
	case 0xf0:
		return "ACPI Device";
	default:
		return "unknown";
	}
}

/*
 * Bytes of an entry: ivhd_entry_length, drivers/iommu/amd/init.c. 0: its length is not
 * defined.
 */
static size_t entry_length(const struct cursor *at)
{
	struct cursor c = *at;
	uint8_t type = cursor_u8(&c);

	if (type < 0x80)
		return (size_t)4 << (type >> 6);
	if (type != 0xf0)
		return 0;
	c = cursor_from(at, 21);
	return c.bad || !c.left ? 22 : (size_t)22 + cursor_u8(&c);
}

static void read_acpi_entry(struct reader *r, struct ivhd_entry *e)
{
	struct cursor c = r->c;
	uint8_t format, length;

	cursor_bytes(&c, e->hid, 8);
	take_text(r, "ACPI HID", 8);
	take_text(r, "ACPI CID", 8);
	format = take_u8(r, "UID Format", FORM_HEX);
	length = take_u8(r, "UID Length", FORM_HEX);
	if (format == 2)
		take_text(r, "UID", length);
	else
		take_rest(r, "UID");
}

static void read_entry_tail(struct reader *r, struct ivhd_entry *e)
{
	switch (e->type) {
	case 0x42:
	case 0x43:
		take_u8(r, "Reserved", FORM_HEX);
		take_u16(r, "Source Used Device ID", FORM_HEX);
		take_u8(r, "Reserved", FORM_HEX);
		break;
	case 0x46:
	case 0x47:
		take_u32(r, "Extended Data", FORM_HEX);
		break;
	case 0x48:
		take_u8(r, "Handle", FORM_HEX);
		take_u16(r, "Source Used Device ID", FORM_HEX);
		take_u8(r, "Variety", FORM_HEX);
		break;
	case 0xf0:
		read_acpi_entry(r, e);
		break;
	default:
		break;
	}
	take_rest(r, "Reserved");
}

/* False if the entry's length leads nowhere. */
static bool read_entry(struct reader *parent, struct ivrs *ivrs)
{
	size_t length = entry_length(&parent->c);
	struct ivhd_entry *e;
	struct reader r;

	if (!length || length > parent->c.left) {
		record_malformed(
			parent, "device entry at 0x%zx: %s, 0x%zx bytes are left",
			parent->c.offset,
			length ? "longer than its block" : "of a type without a length",
			parent->c.left);
		return false;
	}
	r = reader_begin(parent->records, cursor_part(&parent->c, length), "Device Entry",
			 2);
	e = ADD(ivrs, entries);
	e->offset = r.c.offset;
	e->type = take_u8(&r, "Entry Type", FORM_HEX);
	field_means(&r, entry_name(e->type));
	e->device_id = take_u16(&r, "Device ID", FORM_HEX);
	take_u8(&r, "Data Setting", FORM_HEX);
	read_entry_tail(&r, e);
	if (e->type && !strcmp(entry_name(e->type), "unknown"))
		record_fate(&r, FATE_IGNORED, "skipped by its length");
	return true;
}

static void read_ivhd(struct reader *table, struct ivrs *ivrs, struct cursor part)
{
	struct reader r = reader_begin(table->records, part, "IVHD", 1);
	struct ivhd *h = ADD(ivrs, ivhds);
	size_t least = part.at[0] == IVHD_10 ? 24 : 40;

	h->number = reader_record(&r)->index;
	h->record = r.record;
	h->offset = part.offset;
	h->type = take_u8(&r, "Subtable Type", FORM_HEX);
	take_u8(&r, "Flags", FORM_HEX);
	take_u16(&r, "Length", FORM_HEX);
	h->device_id = take_u16(&r, "DeviceId", FORM_HEX);
	take_u16(&r, "Capability Offset", FORM_HEX);
	take_u64(&r, "Base Address", FORM_HEX);
	h->segment = take_u16(&r, "PCI Segment Group", FORM_HEX);
	take_u16(&r, "Virtualization Info", FORM_HEX);
	take_u32(&r, h->type == IVHD_10 ? "Feature Reporting" : "Attributes", FORM_HEX);
	if (h->type != IVHD_10) { /* 11h and 40h */
		take_u64(&r, "EFR Image", FORM_HEX);
		take_u64(&r, "EFR Image 2", FORM_HEX);
	}
	if (part.left < least) {
		record_malformed(&r,
				 "length 0x%zx, an IVHD of type %02xh has at least 0x%zx",
				 part.left, h->type, least);
		record_fate(
			&r, FATE_USED_BROKEN,
			"the kernel does not check the length and reads what follows");
		take_rest(&r, "Bytes");
		ivrs->n_ivhds--;
		return;
	}
	h->first_entry = ivrs->n_entries;
	while (r.c.left && read_entry(&r, ivrs))
		;
	h->n_entries = ivrs->n_entries - h->first_entry;
}

/* --- IVMD --- */

#define PAGE 0x1000

struct range ivmd_listed_range(const struct ivmd *m)
{
	return range_of_length(page_up(m->start, PAGE), page_up(m->length, PAGE));
}

static void say_reservation(struct reader *r, const struct ivmd *m)
{
	struct reservation v = reservation_of(m->start, m->length);

	if (m->flags & (IVMD_UNITY | IVMD_EXCLUSION)) {
		v.listed = ivmd_listed_range(m);
		v.becomes = BECOMES_DIRECT;
		record_reserves(r, v, NULL);
	} else {
		record_reserves(r, v, "neither the unity nor the exclusion flag is set");
	}
}

static void judge_ivmd(struct reader *r, const struct ivmd *m)
{
	const char *many = m->type == IVMD_ONE ? NULL : "for many devices";

	say_reservation(r, m);
	if (!m->length)
		record_problem(r, "the length is 0");
	if (m->length && m->length - 1 > UINT64_MAX - m->start)
		record_problem(r, "start and length exceed 64 bits");
	if (m->start & 0xfff)
		record_problem(
			r,
			"the start is not a multiple of 4 KiB: it is rounded up, the first 0x%" PRIx64
			" bytes are lost",
			0x1000 - (m->start & 0xfff));
	if (!(m->flags & (IVMD_UNITY | IVMD_EXCLUSION)))
		record_fate(r, FATE_IGNORED, "neither unity nor exclusion");
	else if (m->flags & IVMD_EXCLUSION) {
		record_fate(r, FATE_USED,
			    "an exclusion is identity-mapped, read and write%s%s",
			    many ? ", " : "", many ? many : "");
		record_behaviour(r, "exclusion-mapped");
	} else if (!(m->flags & (IVMD_READ | IVMD_WRITE))) {
		record_fate(r, FATE_FATAL, "unity without permission cannot be mapped");
		record_behaviour(r, "direct-failure-loses-iommu");
		record_behaviour(r, "direct-failure-ignored");
	} else if (reader_record(r)->n_problems)
		record_fate(r, FATE_USED_BROKEN, many ? "%s" : NULL, many);
	else
		record_fate(r, FATE_USED, many ? "%s" : NULL, many);
}

static void read_ivmd(struct reader *table, struct ivrs *ivrs, struct cursor part)
{
	struct reader r = reader_begin(table->records, part, "IVMD", 1);
	struct ivmd *m = ADD(ivrs, ivmds);
	uint16_t id, end_id;

	m->number = reader_record(&r)->index;
	m->offset = part.offset;
	m->type = take_u8(&r, "Subtable Type", FORM_HEX);
	field_means(&r, m->type == IVMD_ALL   ? "all devices"
			: m->type == IVMD_ONE ? "one device"
					      : "a range of devices");
	m->flags = take_u8(&r, "Flags", FORM_HEX);
	take_u16(&r, "Length", FORM_HEX);
	id = take_u16(&r, "DeviceId", FORM_HEX);
	end_id = take_u16(&r, "Auxiliary Data", FORM_HEX);
	m->segment = take_u16(&r, "PCI Segment Group", FORM_HEX);
	take_bytes(&r, "Reserved", 6);
	m->start = take_u64(&r, "Start Address", FORM_HEX);
	m->length = take_u64(&r, "Memory Length", FORM_HEX);
	take_rest(&r, "Bytes behind");
	if (part.left < 32) {
		record_malformed(&r, "length 0x%zx, an IVMD has 0x20", part.left);
		record_fate(
			&r, FATE_USED_BROKEN,
			"the kernel does not check the length and reads what follows");
		ivrs->n_ivmds--;
		return;
	}
	m->first_id = m->type == IVMD_ALL ? 0 : id;
	m->last_id = m->type == IVMD_ALL ? UINT16_MAX : m->type == IVMD_ONE ? id : end_id;
	judge_ivmd(&r, m);
}

char *ivmd_ids_text(const struct ivmd *m)
{
	unsigned first = m->first_id, last = m->last_id;

	if (m->type == IVMD_ALL)
		return xstrdup("all device ids");
	if (first == last)
		return text_format("device id %04x (%02x:%02x.%x)", first, first >> 8,
				   first >> 3 & 0x1f, first & 7);
	if (first & 0xff || (last & 0xff) != 0xff)
		return text_format("device ids %04x-%04x (%02x:%02x.%x to %02x:%02x.%x)",
				   first, last, first >> 8, first >> 3 & 0x1f, first & 7,
				   last >> 8, last >> 3 & 0x1f, last & 7);
	if (first >> 8 == last >> 8)
		return text_format("device ids %04x-%04x (bus %02x)", first, last,
				   first >> 8);
	return text_format("device ids %04x-%04x (buses %02x-%02x)", first, last,
			   first >> 8, last >> 8);
}

const char *ivmd_flags_text(const struct ivmd *m)
{
	static const char *const unity[] = {
		[0] = "unity, neither read nor write",
		[IVMD_READ] = "unity, read",
		[IVMD_WRITE] = "unity, write",
		[IVMD_READ | IVMD_WRITE] = "unity, read, write",
	};

	if (m->flags & IVMD_EXCLUSION)
		return "exclusion";
	return m->flags & IVMD_UNITY ? unity[m->flags & (IVMD_READ | IVMD_WRITE)]
				     : "neither unity nor exclusion";
}

/* --- The table --- */

static void read_unknown(struct reader *table, struct cursor part)
{
	struct reader r = reader_begin(table->records, part, "Unknown", 1);

	take_u8(&r, "Subtable Type", FORM_HEX);
	take_u8(&r, "Flags", FORM_HEX);
	take_u16(&r, "Length", FORM_HEX);
	take_rest(&r, "Bytes");
	record_fate(&r, FATE_IGNORED, "unknown types are skipped by their length");
}

/* False if the block's length leads nowhere. */
static bool read_block(struct reader *table, struct ivrs *ivrs)
{
	struct cursor look = table->c;
	uint8_t type = cursor_u8(&look);
	uint16_t length;
	struct cursor part;

	cursor_skip(&look, 1);
	length = cursor_le16(&look);
	if (look.bad || length < 4 || length > table->c.left) {
		record_malformed(table,
				 "block at 0x%zx: length 0x%x, 0x%zx bytes are left",
				 table->c.offset, length, table->c.left);
		if (!look.bad && !length)
			record_fate(
				table, FATE_FATAL,
				"the kernel loops for ever at boot on a block of length 0");
		return false;
	}
	part = cursor_part(&table->c, length);
	switch (type) {
	case IVHD_10:
	case IVHD_11:
	case IVHD_40:
		read_ivhd(table, ivrs, part);
		break;
	case IVMD_ALL:
	case IVMD_ONE:
	case IVMD_RANGE:
		read_ivmd(table, ivrs, part);
		break;
	default:
		read_unknown(table, part);
		break;
	}
	return true;
}

/*
 * One type of IVHD is used for the whole table: the last that the first unit has, blocks
 * of types beyond 40h end the search (get_highest_supported_ivhd_type). The others
 * describe the same units once more.
 */
struct choice {
	bool begun, ended;
	uint16_t device_id;
	uint8_t type;
};

static void consider_block(struct choice *choice, const struct cursor *block)
{
	struct cursor c = *block;
	uint8_t type = cursor_u8(&c);
	uint16_t device_id;

	c = cursor_from(block, 4);
	device_id = cursor_le16(&c);
	if (!choice->begun)
		*choice = (struct choice){ true, false, device_id, type };
	choice->ended = choice->ended || type > IVHD_40;
	if (!choice->ended && device_id == choice->device_id)
		choice->type = type;
}

static void choose_ivhds(struct ivrs *ivrs, uint8_t type, struct records *records)
{
	for (size_t i = 0; i < ivrs->n_ivhds; i++) {
		struct ivhd *h = &ivrs->ivhds[i];
		struct reader r = { .records = records, .record = h->record };

		h->chosen = h->type == type;
		if (h->chosen)
			record_fate(&r, FATE_USED, NULL);
		else
			record_fate(
				&r, FATE_IGNORED,
				"the kernel takes the blocks of type %02xh: the last that the "
				"first unit has",
				type);
	}
}

void ivrs_parse(const void *bytes, size_t size, struct ivrs *ivrs,
		struct records *records)
{
	struct reader r = table_begin(records, bytes, size, &ivrs->header);
	struct choice choice = { 0 };

	ivrs->info = take_u32(&r, "Virtualization Info", FORM_HEX);
	if (ivrs->info & IVINFO_DMA_PROTECTION)
		field_means(&r, "DMA protection before the boot");
	take_u64(&r, "Reserved", FORM_HEX);
	if (r.c.bad) {
		record_malformed(&r, "too short for an IVRS");
		return;
	}
	while (r.c.left) {
		consider_block(&choice, &r.c);
		if (!read_block(&r, ivrs))
			break;
	}
	choose_ivhds(ivrs, choice.type, records);
	if (!ivrs->n_ivhds) {
		record_problem(&r, "there is no IVHD");
		record_fate(&r, FATE_FATAL, "no IOMMU is used");
	}
}

void ivrs_clear(struct ivrs *ivrs)
{
	free(ivrs->ivhds);
	free(ivrs->entries);
	free(ivrs->ivmds);
	*ivrs = (struct ivrs){ 0 };
}
