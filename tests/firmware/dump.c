/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump FILE [OUT]: prints all records of a table, one thing a line, parts of a line apart
 * by tabs:
 *
 *   RECORD depth kind index offset length fate
 *   FATE text
 *   SCOPE text
 *   RESERVES text
 *   FIELD name offset size value
 *   MEANS text
 *   PROBLEM text
 *
 * and writes the bytes of the table to OUT. Exits with 1 if a record breaks a promise of
 * record.h, with 2 if the table is of no known kind, with 3 if it cannot be read.
 */
#include <inttypes.h>

#include "analyze/tables.h"
#include "read-table.h"

/* Firmware's text; what would break a line is \\xNN. */
static void print_text(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (isprint((unsigned char)*text) && *text != '\\')
			putchar(*text);
		else if (*text == '\\')
			fputs("\\\\", stdout);
		else
			printf("\\x%02x", (unsigned char)*text);
	}
	putchar('"');
}

static void print_field(const struct field *f)
{
	printf("FIELD\t%s\t0x%zx\t%zu\t", f->name, f->offset, f->size);
	switch (f->form) {
	case FORM_HEX:
	case FORM_DECIMAL:
		printf("0x%" PRIx64, f->value);
		break;
	case FORM_TEXT:
		print_text(f->text);
		break;
	case FORM_BYTES:
		printf("%s", f->text);
		break;
	case FORM_CELLS:
		printf("<%s>", f->text);
		break;
	}
	putchar('\n');
	if (f->meaning)
		printf("MEANS\t%s\n", f->meaning);
}

static void print_record(const struct record *r)
{
	printf("RECORD\t%u\t%s\t%u\t0x%zx\t0x%zx\t%s\n", r->depth, r->kind, r->index,
	       r->offset, r->length, fate_name(r->fate));
	if (r->fate_text)
		printf("FATE\t%s\n", r->fate_text);
	if (r->scope)
		printf("SCOPE\t%s\n", r->scope);
	for (size_t i = 0; i < r->n_reserves; i++) {
		char *text = reservation_text(&r->reserves[i]);

		printf("RESERVES\t%s\n", text);
		free(text);
	}
	for (size_t i = 0; i < r->n_fields; i++)
		print_field(&r->fields[i]);
	for (size_t i = 0; i < r->n_problems; i++)
		printf("PROBLEM\t%s\n", r->problems[i]);
}

/* Fields lie in their record, which lies in the table, in the order of the bytes. */
static bool is_sound(const struct record *r, size_t size)
{
	size_t last = r->offset;

	if (r->offset > size || r->length > size - r->offset)
		return false;
	for (size_t i = 0; i < r->n_fields; i++) {
		const struct field *f = &r->fields[i];

		if (f->offset < last || f->offset > r->offset + r->length ||
		    f->size > r->offset + r->length - f->offset)
			return false;
		last = f->offset;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct records records = { 0 };
	struct table_bytes t;
	int status = 0;
	FILE *out;

	if (argc < 2)
		return 3;
	t = read_table(argv[1]);
	if (argc > 2) {
		out = fopen(argv[2], "wb");
		if (!out || fwrite(t.bytes, 1, t.n_bytes, out) != t.n_bytes ||
		    fclose(out))
			return 3;
	}
	if (!table_records(t.bytes, t.n_bytes, &records))
		status = 2;
	for (size_t i = 0; i < records.n_record; i++) {
		print_record(&records.record[i]);
		if (!is_sound(&records.record[i], t.n_bytes)) {
			puts("UNSOUND");
			status = 1;
		}
	}
	records_clear(&records);
	free(t.bytes);
	return status;
}
