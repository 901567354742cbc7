/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/attr.h"
#include "base/cursor.h"
#include "base/memory.h"
#include "base/range.h"

/*
 * What a parser of a firmware table leaves behind for people: each structure it met, with
 * every field in the order of the bytes, what is wrong with it, and what the kernel does
 * with it. The same reads that fill the typed entries fill the records, so the two cannot
 * disagree.
 */

enum field_form {
	FORM_HEX,     /* 0x0f, padded to the field's size */
	FORM_DECIMAL, /* 15 */
	FORM_TEXT,    /* a name */
	FORM_BYTES,   /* 01 02 03 */
	FORM_CELLS,   /* <0x1 0x2>, of a device tree; nothing: the name says it */
};

struct field {
	const char *name; /* as the specification has it */
	size_t offset;	  /* from the start of the table */
	size_t size;	  /* bytes */
	enum field_form form;
	uint64_t value;	     /* FORM_HEX, FORM_DECIMAL */
	char *text;	     /* the other forms; as it stands, not cleaned */
	const char *meaning; /* of the value, in a word; NULL */
};

/* What the kernel does with a structure. */
enum fate {
	FATE_NONE, /* nothing to say: a header, a part of something else */
	FATE_USED,
	FATE_USED_BROKEN, /* it complains, and uses it */
	FATE_IGNORED,
	FATE_FATAL, /* the table, or the IOMMU, is given up */
};

/* What the kernel lists memory as that a structure reserves for devices. */
enum becomes {
	BECOMES_NOTHING, /* it lists it for none */
	BECOMES_DIRECT,
	BECOMES_RELAXABLE, /* direct-relaxable */
	BECOMES_BY_CLASS,  /* direct-relaxable for USB and graphics, direct for others */
	BECOMES_RESERVED,  /* kept free, and not mapped */
};

struct reservation {
	struct range
		written; /* both ends included; inverted if it ends before it starts */
	bool empty;	 /* of 0 bytes: only the start of both ranges means something */
	struct range listed; /* as the kernel lists it: some are rounded, or translated */
	enum becomes becomes;
	char *why; /* it is listed for none, or elsewhere than written; NULL */
};

struct record {
	const char *kind; /* "RMRR", "Device Scope" */
	unsigned index;	  /* n-th of its kind in the table, from 0 */
	unsigned depth;	  /* 0: the table, 1: an entry, 2: a part of one */
	size_t offset, length;
	ARRAY_OF(struct field, fields);
	ARRAY_OF(char *, problems);
	enum fate fate;
	char *fate_text; /* why; NULL */
	/* ids of behaviours.def: whether this kernel does so; not owned */
	ARRAY_OF(const char *, behaviours);
	ARRAY_OF(struct reservation, reserves); /* the memory that it reserves */
	char *scope; /* of a device scope: bus and path, "00:1c.4/00.0"; NULL */
};

struct records {
	ARRAY_OF(struct record, record);
	bool malformed; /* a problem that made bytes unreadable was met */
};

void records_clear(struct records *records);

/* The word for a fate: "used", "used though broken", "ignored", "fatal", "". */
const char *fate_name(enum fate fate);

/*
 * "0x1000-0x17ff, listed as 0x1000-0x1fff, direct"; the caller owns it.
 */
char *reservation_text(const struct reservation *reservation);

/* True if any record has a problem. */
bool records_have_problems(const struct records *records);

/*
 * A reader: a cursor, and the record its fields go to. Records are addressed by number
 * because their array grows.
 */
struct reader {
	struct cursor c;
	struct records *records;
	size_t record;
};

/*
 * Begins a record of length bytes at the cursor, and numbers it among those of its kind.
 */
struct reader reader_begin(struct records *records, struct cursor c, const char *kind,
			   unsigned depth);

/* The record being filled. Good until the next reader_begin. */
struct record *reader_record(struct reader *r);

/* Fields, read and noted. After the end of the bytes they are 0, and nothing is noted. */
uint8_t take_u8(struct reader *r, const char *name, enum field_form form);
uint16_t take_u16(struct reader *r, const char *name, enum field_form form);
uint32_t take_u32(struct reader *r, const char *name, enum field_form form);
uint64_t take_u64(struct reader *r, const char *name, enum field_form form);
/* n bytes that are text up to a zero byte, or the end. */
void take_text(struct reader *r, const char *name, size_t n);
/* n bytes as they are. */
void take_bytes(struct reader *r, const char *name, size_t n);
/* The rest of the bytes as they are, if there are any. */
void take_rest(struct reader *r, const char *name);

/*
 * Notes a field that was found by other means than the cursor: a number, or a text that
 * is the record's from then on.
 */
void note_number(struct reader *r, const char *name, size_t offset, size_t size,
		 enum field_form form, uint64_t value);
void note_text(struct reader *r, const char *name, size_t offset, size_t size,
	       enum field_form form, char *text);

/* Puts a word beside the field that was read last. */
void field_means(struct reader *r, const char *meaning);

/* Notes what is wrong, and (malformed) that bytes could not be made sense of. */
void record_problem(struct reader *r, const char *fmt, ...) printf_like(2, 3);
void record_malformed(struct reader *r, const char *fmt, ...) printf_like(2, 3);

/* Says what the kernel does; fmt may be NULL. A worse fate said before stays. */
void record_fate(struct reader *r, enum fate fate, const char *fmt, ...)
	printf_like(3, 4);

/* Names what some kernels do and others do not, by its id in behaviours.def. */
void record_behaviour(struct reader *r, const char *id);

/* The range of length bytes from an address on, noted as empty if there are none. */
struct reservation reservation_of(uint64_t first, uint64_t length);

/*
 * Notes memory that the structure reserves. why may be NULL; it is copied into the
 * record.
 */
void record_reserves(struct reader *r, struct reservation reservation, const char *why);
