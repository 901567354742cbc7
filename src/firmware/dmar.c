/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The DMAR table, read: VT-d specification 4.1, chapter 8. */
#include "firmware/dmar.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/page.h"
#include "base/text.h"

/* Bytes of a structure before its device scopes; 0: it has none. */
static const struct {
	const char *name;
	size_t size; /* the least it must have */
	bool has_scopes;
} types[DMAR_TYPE_COUNT] = {
	[DMAR_DRHD] = { "DRHD", 16, true }, [DMAR_RMRR] = { "RMRR", 24, true },
	[DMAR_ATSR] = { "ATSR", 8, true },  [DMAR_RHSA] = { "RHSA", 20, false },
	[DMAR_ANDD] = { "ANDD", 8, false }, [DMAR_SATC] = { "SATC", 8, true },
	[DMAR_SIDP] = { "SIDP", 8, true },
};

static const char *scope_name(uint8_t type)
{
	static const char *const names[] = {
		[SCOPE_ENDPOINT] = "PCI Endpoint Device",
		[SCOPE_BRIDGE] = "PCI Bridge Device",
		[SCOPE_IOAPIC] = "IOAPIC Device",
		[SCOPE_HPET] = "Message-capable HPET Device",
		[SCOPE_NAMESPACE] = "Namespace Device",
	};

	return type && type < ARRAY_SIZE(names) ? names[type] : "unknown";
}

static void read_path(struct reader *r, struct dmar_scope *s)
{
	while (r->c.left >= 2) {
		uint8_t device = take_u8(r, "PCI Path: Device", FORM_HEX);
		uint8_t function = take_u8(r, "PCI Path: Function", FORM_HEX);

		if (device > 31 || function > 7)
			record_problem(
				r,
				"path element %u: %02x.%x cannot be a PCI device and function",
				s->path_length, device, function);
		if (s->path_length < SCOPE_PATH_MAX) {
			s->path[s->path_length].device = device;
			s->path[s->path_length].function = function;
		}
		s->path_length++;
	}
	if (s->path_length > SCOPE_PATH_MAX)
		record_problem(r, "the path has %u elements", s->path_length);
	take_rest(r, "Half a path element");
	if (!s->path_length)
		record_problem(r, "the path is empty");
}

char *scope_text(const struct dmar_scope *s)
{
	struct text t = { 0 };

	text_printf(&t, "%02x:", s->start_bus);
	for (size_t i = 0; i < s->path_length && i < SCOPE_PATH_MAX; i++)
		text_printf(&t, "%s%02x.%x", i ? "/" : "", s->path[i].device,
			    s->path[i].function);
	if (!s->path_length)
		text_add(&t, "(no path)");
	if (s->path_length > SCOPE_PATH_MAX)
		text_add(&t, "/...");
	return text_take(&t);
}

/*
 * One device scope at the cursor of its structure, which then stands behind it. False if
 * its length leads nowhere: nothing after it can be found.
 */
static bool read_scope(struct reader *parent, struct dmar *dmar)
{
	struct cursor look = parent->c;
	struct dmar_scope *s;
	struct reader r;
	uint8_t length;

	cursor_skip(&look, 1);
	length = cursor_u8(&look);
	if (look.bad || length < 6 || length > parent->c.left) {
		record_malformed(
			parent,
			"device scope at 0x%zx: length 0x%x, 0x%zx bytes are left",
			parent->c.offset, length, parent->c.left);
		if (!look.bad && !length)
			record_fate(
				parent, FATE_FATAL,
				"the kernel loops for ever at boot on a scope of length 0");
		return false;
	}
	r = reader_begin(parent->records, cursor_part(&parent->c, length), "Device Scope",
			 2);
	s = ADD(dmar, scopes);
	s->offset = r.c.offset;
	s->type = take_u8(&r, "Device Scope Type", FORM_HEX);
	field_means(&r, scope_name(s->type));
	take_u8(&r, "Entry Length", FORM_HEX);
	take_u8(&r, "Flags", FORM_HEX);
	take_u8(&r, "Reserved", FORM_HEX);
	take_u8(&r, "Enumeration ID", FORM_HEX);
	s->start_bus = take_u8(&r, "PCI Bus Number", FORM_HEX);
	read_path(&r, s);
	reader_record(&r)->scope = scope_text(s);
	if (!s->type || s->type > SCOPE_NAMESPACE)
		record_fate(&r, FATE_IGNORED, "\"Unsupported device scope\"");
	return true;
}

static void read_scopes(struct reader *r, struct dmar *dmar, size_t entry)
{
	dmar->entries[entry].first_scope = dmar->n_scopes;
	while (r->c.left && read_scope(r, dmar))
		;
	dmar->entries[entry].n_scopes = dmar->n_scopes - dmar->entries[entry].first_scope;
}

/* --- The structures, from behind type and length --- */

static void read_drhd(struct reader *r, struct dmar_entry *e)
{
	uint8_t size;

	e->flags = take_u8(r, "Flags", FORM_HEX);
	field_means(r, e->flags & 1 ? "INCLUDE_PCI_ALL" : NULL);
	size = take_u8(r, "Register Set Size", FORM_HEX);
	if (size & 0xf)
		field_means(r, "log2 of 4 KiB pages");
	e->segment = take_u16(r, "PCI Segment Number", FORM_HEX);
	e->base = take_u64(r, "Register Base Address", FORM_HEX);
	if (!e->base) {
		record_problem(r, "the register base is 0");
		record_fate(
			r, FATE_FATAL,
			"\"Your BIOS is broken; DMAR reported at address 0!\": no IOMMU is used");
	}
	record_fate(r, FATE_USED, NULL);
}

static void read_rmrr(struct reader *r, struct dmar_entry *e)
{
	struct reservation v = { .becomes = BECOMES_BY_CLASS };

	take_u16(r, "Reserved", FORM_HEX);
	e->segment = take_u16(r, "PCI Segment Number", FORM_HEX);
	e->base = take_u64(r, "Base Address", FORM_HEX);
	e->last = take_u64(r, "End Address (limit)", FORM_HEX);
	v.written = v.listed = (struct range){ e->base, e->last };
	record_reserves(r, v, NULL);
	/* rmrr_sanity_check, drivers/iommu/intel/iommu.c; the page is 4 KiB. */
	if (e->last <= e->base || e->base & 0xfff || (e->last & 0xfff) != 0xfff) {
		record_fate(r, FATE_USED_BROKEN,
			    "\"Your BIOS is broken; bad RMRR [0x%016" PRIx64
			    "-0x%016" PRIx64 "]\", kernel tainted",
			    e->base, e->last);
		record_behaviour(r, "bad-rmrr-taints");
		record_behaviour(r, "bad-rmrr-disables");
	} else {
		record_fate(r, FATE_USED, "not for virtual functions");
	}
}

static void read_atsr(struct reader *r, struct dmar_entry *e)
{
	e->flags = take_u8(r, "Flags", FORM_HEX);
	field_means(r, e->flags & 1 ? "ALL_PORTS" : NULL);
	take_u8(r, "Reserved", FORM_HEX);
	e->segment = take_u16(r, "PCI Segment Number", FORM_HEX);
	record_fate(r, FATE_USED, NULL);
}

static void read_rhsa(struct reader *r, struct dmar_entry *e)
{
	take_u32(r, "Reserved", FORM_HEX);
	e->base = take_u64(r, "Base Address", FORM_HEX);
	take_u32(r, "Proximity Domain", FORM_HEX);
	record_fate(r, FATE_USED, NULL);
}

static void read_andd(struct reader *r, struct dmar_entry *e)
{
	struct cursor c;
	size_t n = 0;

	(void)e;
	take_bytes(r, "Reserved", 3);
	take_u8(r, "Device Number", FORM_HEX);
	for (c = r->c; c.left && cursor_u8(&c);)
		n++;
	record_fate(r, FATE_USED, NULL);
	if (n < r->c.left) {
		n++; /* the zero byte */
	} else {
		record_problem(r, "the name has no end");
		record_fate(r, FATE_FATAL,
			    "\"Your BIOS is broken; ANDD object name is not "
			    "NUL-terminated\": the table is refused");
	}
	take_text(r, "Device Name", n);
}

static void read_satc(struct reader *r, struct dmar_entry *e)
{
	e->flags = take_u8(r, "Flags", FORM_HEX);
	field_means(r, e->flags & 1 ? "ATC_REQUIRED" : NULL);
	take_u8(r, "Reserved", FORM_HEX);
	e->segment = take_u16(r, "PCI Segment Number", FORM_HEX);
	record_fate(r, FATE_USED, NULL);
}

static void read_sidp(struct reader *r, struct dmar_entry *e)
{
	take_u16(r, "Reserved", FORM_HEX);
	e->segment = take_u16(r, "PCI Segment Number", FORM_HEX);
	record_fate(r, FATE_IGNORED, "no kernel known here reads it");
}

static void (*const readers[DMAR_TYPE_COUNT])(struct reader *r, struct dmar_entry *e) = {
	[DMAR_DRHD] = read_drhd, [DMAR_RMRR] = read_rmrr, [DMAR_ATSR] = read_atsr,
	[DMAR_RHSA] = read_rhsa, [DMAR_ANDD] = read_andd, [DMAR_SATC] = read_satc,
	[DMAR_SIDP] = read_sidp,
};

static void read_unknown(struct reader *table, struct cursor part)
{
	struct reader r = reader_begin(table->records, part, "Unknown", 1);

	take_u16(&r, "Subtable Type", FORM_HEX);
	take_u16(&r, "Length", FORM_HEX);
	take_rest(&r, "Bytes");
	record_fate(&r, FATE_IGNORED, "unknown types are skipped by their length");
}

static void read_entry(struct reader *table, struct dmar *dmar, struct cursor part,
		       uint16_t type)
{
	struct reader r = reader_begin(table->records, part, types[type].name, 1);
	size_t index = dmar->n_entries;
	struct dmar_entry *e = ADD(dmar, entries);

	e->type = (enum dmar_type)type;
	e->number = reader_record(&r)->index;
	e->offset = r.c.offset;
	take_u16(&r, "Subtable Type", FORM_HEX);
	take_u16(&r, "Length", FORM_HEX);
	if (part.left < types[type].size) {
		record_malformed(&r,
				 "length 0x%zx, but a structure %s has at least 0x%zx",
				 part.left, types[type].name, types[type].size);
		take_rest(&r, "Bytes");
		dmar->n_entries--;
		return;
	}
	readers[type](&r, e);
	if (types[type].has_scopes)
		read_scopes(&r, dmar, index);
	take_rest(&r, "Bytes behind");
}

/* False if the length leads nowhere. */
static bool read_structure(struct reader *table, struct dmar *dmar)
{
	struct cursor look = table->c;
	uint16_t type = cursor_le16(&look);
	uint16_t length = cursor_le16(&look);

	if (look.bad || length < 4 || length > table->c.left) {
		record_malformed(table,
				 "structure at 0x%zx: length 0x%x, 0x%zx bytes are left",
				 table->c.offset, length, table->c.left);
		if (!look.bad && !length)
			record_fate(
				table, FATE_USED_BROKEN,
				"the kernel stops at the structure of length 0 at 0x%zx, without "
				"a message: what follows is lost",
				table->c.offset);
		else
			record_fate(table, FATE_FATAL,
				    "\"Record passes table end\": no IOMMU is used");
		return false;
	}
	if (type < DMAR_TYPE_COUNT)
		read_entry(table, dmar, cursor_part(&table->c, length), type);
	else
		read_unknown(table, cursor_part(&table->c, length));
	return true;
}

void dmar_parse(const void *bytes, size_t size, struct dmar *dmar,
		struct records *records)
{
	struct reader r = table_begin(records, bytes, size, &dmar->header);
	bool has_drhd = false;

	dmar->width_minus_one = take_u8(&r, "Host Address Width", FORM_HEX);
	dmar->flags = take_u8(&r, "Flags", FORM_HEX);
	take_bytes(&r, "Reserved", 10);
	if (r.c.bad) {
		record_malformed(&r, "too short for a DMAR");
		return;
	}
	if (!dmar->width_minus_one) {
		record_problem(&r, "the host address width is 1 bit");
		record_fate(&r, FATE_FATAL, "\"Invalid DMAR haw\": the table is refused");
	}
	while (r.c.left && read_structure(&r, dmar))
		;
	for (size_t i = 0; i < dmar->n_entries; i++)
		has_drhd = has_drhd || dmar->entries[i].type == DMAR_DRHD;
	if (!has_drhd) {
		record_problem(&r, "there is no DRHD");
		if (dmar->width_minus_one) /* the kernel does not come as far otherwise */
			record_fate(
				&r, FATE_FATAL,
				"\"No DRHD structure found in DMAR table\": no IOMMU is used");
	}
}

void dmar_clear(struct dmar *dmar)
{
	free(dmar->entries);
	free(dmar->scopes);
	*dmar = (struct dmar){ 0 };
}
