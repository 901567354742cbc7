/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of a firmware table as they are read, with what is wrong with each
 * structure.
 */
#include "base/record.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/page.h"
#include "base/text.h"

void records_clear(struct records *records)
{
	for (size_t i = 0; i < records->n_record; i++) {
		struct record *r = &records->record[i];

		for (size_t f = 0; f < r->n_fields; f++)
			free(r->fields[f].text);
		free(r->fields);
		for (size_t p = 0; p < r->n_problems; p++)
			free(r->problems[p]);
		free(r->problems);
		free(r->fate_text);
		free(r->behaviours);
		for (size_t k = 0; k < r->n_reserves; k++)
			free(r->reserves[k].why);
		free(r->reserves);
		free(r->scope);
	}
	free(records->record);
	*records = (struct records){ 0 };
}

const char *fate_name(enum fate fate)
{
	static const char *const names[] = {
		[FATE_NONE] = "",
		[FATE_USED] = "used",
		[FATE_USED_BROKEN] = "used though broken",
		[FATE_IGNORED] = "ignored",
		[FATE_FATAL] = "fatal",
	};

	return names[fate];
}

static const char *becomes_text(enum becomes becomes)
{
	static const char *const texts[] = {
		[BECOMES_NOTHING] = "not listed",
		[BECOMES_DIRECT] = "direct",
		[BECOMES_RELAXABLE] = "direct-relaxable",
		[BECOMES_BY_CLASS] = "direct, or direct-relaxable for USB and graphics",
		[BECOMES_RESERVED] = "reserved",
	};

	return texts[becomes];
}

static void add_range(struct text *t, struct range range, bool empty)
{
	if (empty)
		text_printf(t, "0 bytes at 0x%" PRIx64, range.first);
	else
		text_printf(t, "0x%" PRIx64 "-0x%" PRIx64 "%s", range.first, range.last,
			    range_is_inverted(range) ? " (ends before it starts)" : "");
}

char *reservation_text(const struct reservation *v)
{
	bool moved =
		v->becomes != BECOMES_NOTHING && !range_equals(v->written, v->listed);
	struct text t = { 0 };

	add_range(&t, v->written, v->empty);
	if (moved) {
		text_add(&t, ", listed as ");
		add_range(&t, v->listed, v->empty);
	}
	if (moved && v->why)
		text_printf(&t, " %s", v->why);
	text_printf(&t, ", %s", becomes_text(v->becomes));
	if (!moved && v->why)
		text_printf(&t, ": %s", v->why);
	return text_take(&t);
}

bool records_have_problems(const struct records *records)
{
	for (size_t i = 0; i < records->n_record; i++) {
		if (records->record[i].n_problems)
			return true;
	}
	return false;
}

static unsigned count_kind(const struct records *records, const char *kind)
{
	unsigned n = 0;

	for (size_t i = records->n_record; i-- > 0;) {
		if (!strcmp(records->record[i].kind, kind))
			return records->record[i].index + 1;
	}
	return n;
}

struct reader reader_begin(struct records *records, struct cursor c, const char *kind,
			   unsigned depth)
{
	unsigned index = count_kind(records, kind);
	struct record *r = ADD(records, record);

	r->kind = kind;
	r->index = index;
	r->depth = depth;
	r->offset = c.offset;
	r->length = c.left;
	return (struct reader){ c, records, records->n_record - 1 };
}

struct record *reader_record(struct reader *r)
{
	return &r->records->record[r->record];
}

static struct field *note(struct reader *r, const char *name, size_t offset, size_t size,
			  enum field_form form)
{
	struct field *f = ADD(reader_record(r), fields);

	f->name = name;
	f->offset = offset;
	f->size = size;
	f->form = form;
	return f;
}

/* The new field for n bytes at the cursor; NULL if they are not there. */
static struct field *add_field(struct reader *r, const char *name, enum field_form form,
			       size_t n)
{
	if (r->c.bad || n > r->c.left)
		return NULL;
	return note(r, name, r->c.offset, n, form);
}

static uint64_t take_number(struct reader *r, const char *name, enum field_form form,
			    size_t n)
{
	struct field *f = add_field(r, name, form, n);
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		value |= (uint64_t)cursor_u8(&r->c) << (8 * i);
	if (!f)
		return 0;
	f->value = value;
	return value;
}

uint8_t take_u8(struct reader *r, const char *name, enum field_form form)
{
	return (uint8_t)take_number(r, name, form, 1);
}

uint16_t take_u16(struct reader *r, const char *name, enum field_form form)
{
	return (uint16_t)take_number(r, name, form, 2);
}

uint32_t take_u32(struct reader *r, const char *name, enum field_form form)
{
	return (uint32_t)take_number(r, name, form, 4);
}

uint64_t take_u64(struct reader *r, const char *name, enum field_form form)
{
	return take_number(r, name, form, 8);
}

void take_text(struct reader *r, const char *name, size_t n)
{
	struct field *f = add_field(r, name, FORM_TEXT, n);

	if (f)
		f->text = xstrndup((const char *)r->c.at, n);
	cursor_skip(&r->c, n);
}

void take_bytes(struct reader *r, const char *name, size_t n)
{
	struct field *f = add_field(r, name, FORM_BYTES, n);

	if (f)
		f->text = text_of_bytes(r->c.at, n);
	cursor_skip(&r->c, n);
}

void take_rest(struct reader *r, const char *name)
{
	if (!r->c.bad && r->c.left)
		take_bytes(r, name, r->c.left);
}

void note_number(struct reader *r, const char *name, size_t offset, size_t size,
		 enum field_form form, uint64_t value)
{
	note(r, name, offset, size, form)->value = value;
}

void note_text(struct reader *r, const char *name, size_t offset, size_t size,
	       enum field_form form, char *text)
{
	note(r, name, offset, size, form)->text = text;
}

void field_means(struct reader *r, const char *meaning)
{
	struct record *record = reader_record(r);

	if (!r->c.bad && record->n_fields)
		record->fields[record->n_fields - 1].meaning = meaning;
}

static void __attribute__((format(printf, 2, 0)))
add_problem(struct reader *r, const char *fmt, va_list ap)
{
	*ADD(reader_record(r), problems) = text_vformat(fmt, ap);
}

void record_problem(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_problem(r, fmt, ap);
	va_end(ap);
}

void record_malformed(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	r->records->malformed = true;
	va_start(ap, fmt);
	add_problem(r, fmt, ap);
	va_end(ap);
}

void record_behaviour(struct reader *r, const char *id)
{
	*ADD(reader_record(r), behaviours) = id;
}

void record_fate(struct reader *r, enum fate fate, const char *fmt, ...)
{
	struct record *record = reader_record(r);
	va_list ap;

	if (fate < record->fate)
		return;
	record->fate = fate;
	free(record->fate_text);
	record->fate_text = NULL;
	if (!fmt)
		return;
	va_start(ap, fmt);
	record->fate_text = text_vformat(fmt, ap);
	va_end(ap);
}

struct reservation reservation_of(uint64_t first, uint64_t length)
{
	struct range range = range_of_length(first, length);

	return (struct reservation){ .written = range,
				     .listed = range,
				     .empty = !length };
}

void record_reserves(struct reader *r, struct reservation reservation, const char *why)
{
	reservation.why = why ? xstrdup(why) : NULL;
	*ADD(reader_record(r), reserves) = reservation;
}
