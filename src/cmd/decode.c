/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Firmware tables without a host: raw tables, one or several in a file, the text that
 * acpidump prints, and flattened device trees.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/message.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "firmware/dtb.h"
#include "firmware/table.h"
#include "render/color.h"
#include "render/json.h"
#include "render/records.h"
#include "rules/rules.h"

/* One table that was found in a file. */
struct found {
	const char *file;
	uint8_t *bytes;
	size_t size;
};

struct found_list {
	ARRAY_OF(struct found, table);
};

static void list_clear(struct found_list *list)
{
	for (size_t i = 0; i < list->n_table; i++)
		free(list->table[i].bytes);
	free(list->table);
}

static void add_table(struct found_list *list, const char *file, const void *bytes,
		      size_t size)
{
	struct found *f = ADD(list, table);

	f->file = file;
	f->bytes = xcalloc(size, 1);
	f->size = size;
	memcpy(f->bytes, bytes, size);
}

/*
 * --- What acpidump prints: "DMAR @ 0x0000...", then "  0000: 44 4D 41 52 ...  DMAR..."
 * ---
 */

static bool is_heading(const char *line)
{
	return strlen(line) > 7 && text_starts_with(line + 4, " @ 0x");
}

/* The bytes of a line; false if it is none of a dump. */
static bool add_bytes(const char *line, struct text *bytes)
{
	size_t offset = strspn(line, " 0123456789abcdefABCDEF");
	const char *s = line + offset + 1;

	if (line[offset] != ':')
		return false;
	for (int n = 0; n < 16; n++, s += 3) {
		uint64_t value;
		char pair[3];

		if (s[0] != ' ' || !s[1] || !s[2] || s[1] == ' ')
			break;
		memcpy(pair, s + 1, 2);
		pair[2] = 0;
		if (!text_to_number(pair, 16, 0xff, &value))
			break;
		text_reserve(bytes, 1);
		bytes->data[bytes->len++] = (char)value;
	}
	return true;
}

static void read_dump(struct found_list *list, const char *file, char *text)
{
	cleanup(text_clear) struct text bytes = { 0 };
	bool complete, inside = false;
	char *line;

	while ((line = text_next_line(&text, &complete))) {
		if (!is_heading(line)) {
			inside = inside && add_bytes(line, &bytes);
			continue;
		}
		if (bytes.len)
			add_table(list, file, bytes.data, bytes.len);
		bytes.len = 0;
		inside = true;
	}
	if (bytes.len)
		add_table(list, file, bytes.data, bytes.len);
}

static bool is_dump(const struct text *t)
{
	return t->len && !memchr(t->data, 0, t->len) && strstr(t->data, " @ 0x");
}

/* --- Raw tables and trees, one behind the other --- */

static size_t announced_length(const char *bytes, size_t size)
{
	struct cursor c = cursor_of(bytes, size);

	if (dtb_is_blob(bytes, size))
		return dtb_total_size(bytes, size);
	cursor_skip(&c, 4);
	return cursor_le32(&c);
}

static void read_raw(struct found_list *list, const char *file, const struct text *t)
{
	size_t at = 0;

	while (at < t->len) {
		size_t length = announced_length(t->data + at, t->len - at);

		/*
		 * A length that leads nowhere, or bytes that are no table: the parser
		 * says so.
		 */
		if (length < TABLE_HEADER_SIZE || length > t->len - at ||
		    t->len - at - length < TABLE_HEADER_SIZE)
			length = t->len - at;
		add_table(list, file, t->data + at, length);
		at += length;
	}
}

/* False after a message. */
static bool split_file(struct found_list *list, const char *file, struct text *t)
{
	if (!t->len) {
		message("%s: it is empty", file);
		return false;
	}
	if (is_dump(t))
		read_dump(list, file, t->data);
	else
		read_raw(list, file, t);
	return true;
}

/* The files that are read, before any of them is looked at. */
struct file_list {
	ARRAY_OF(struct text, text);
};

static void files_clear(struct file_list *files)
{
	for (size_t i = 0; i < files->n_text; i++)
		text_clear(&files->text[i]);
	free(files->text);
}

/* False after messages: not all could be read, or are tables. */
static bool read_files(const struct options *options, struct found_list *list)
{
	cleanup(files_clear) struct file_list files = { 0 };
	cleanup_free bool *fine = xcalloc(options->n_selectors, sizeof(*fine));
	bool all = true;

	for (size_t i = 0; i < options->n_selectors; i++)
		fine[i] = read_input(options, options->selectors[i], ADD(&files, text));
	close_door(options);
	for (size_t i = 0; i < files.n_text; i++) {
		const char *name = file_name(options->selectors[i]);

		all = fine[i] && split_file(list, name, &files.text[i]) && all;
	}
	return all;
}

/* --- Printing --- */

/*
 * 2: the kernel gives the table up; 3: bytes that make no sense; 1: something is wrong.
 */
static int status_of(const struct records *records)
{
	for (size_t i = 0; i < records->n_record; i++) {
		if (records->record[i].fate == FATE_FATAL)
			return 2;
	}
	return records->malformed ? 3 : records_have_problems(records) ? 1 : 0;
}

/* What a table calls itself; a device tree has a number there. */
static const char *signature_of(const struct found *f)
{
	return table_of_bytes(f->bytes, f->size)->signature;
}

/* --- The rules that need no host --- */

/* A host of which nothing is known but this table. */
static bool make_host(const struct found *f, struct host *host)
{
	struct table_file *t;

	host_init(host);
	t = ADD(host, tables);
	t->name = xstrdup(signature_of(f));
	t->state = SOURCE_READ;
	t->size = f->size;
	t->bytes = xcalloc(f->size, 1);
	memcpy(t->bytes, f->bytes, f->size);
	host->has_device_tree = dtb_is_blob(f->bytes, f->size);
	return host_finish(host);
}

/*
 * What a rule saw in a table, it saw in this file. Places in a device tree are counted
 * from the start of a property, and that is no place of the file.
 */
static void name_file(struct findings *findings, const struct found *table)
{
	for (size_t i = 0; i < findings->n_list; i++) {
		struct finding *f = &findings->list[i];

		for (size_t k = 0; k < f->n_evidence; k++) {
			free(f->evidence[k].path);
			f->evidence[k].path = xstrdup(table->file);
			if (dtb_is_blob(table->bytes, table->size))
				f->evidence[k].offset = NO_INDEX;
		}
	}
}

static int status_of_findings(const struct findings *findings)
{
	if (findings_count(findings, SEVERITY_ERROR) ||
	    findings_count(findings, SEVERITY_CRITICAL))
		return 2;
	return findings_count(findings, SEVERITY_WARNING) > 0;
}

/*
 * Text is printed (then any tells whether there was some), JSON goes into o. Returns the
 * exit status that the findings ask for.
 */
static int judge_table(const struct options *options, const struct found *f,
		       struct json_object *o, bool *any)
{
	struct findings findings = { 0 };
	struct selection nothing = { .all = true };
	struct analysis analysis;
	struct host host;
	int status = 0;

	if (make_host(f, &host)) {
		struct view view;

		analyze(&host, NULL, &analysis);
		rules_run_offline(&host, &analysis, &findings);
		name_file(&findings, f);
		view = view_of(options, &host, &analysis, &nothing);
		view.findings = &findings;
		if (o)
			json_object_object_add(o, "findings", findings_array(&view));
		else
			render_findings(&view, stdout);
		*any = findings.n_list > 0;
		status = status_of_findings(&findings);
		findings_clear(&findings);
		analysis_clear(&analysis);
	}
	host_clear(&host);
	return status;
}

static struct json_object *table_object(const struct found *f,
					const struct records *records)
{
	struct json_object *o = json_object_new_object();

	json_set_text(o, "file", f->file);
	json_set_text(o, "signature", signature_of(f));
	json_object_object_add(o, "records", records_array(records));
	return o;
}

/* What was printed of the tables so far. */
struct printed {
	bool any;
	bool ends_blank; /* the last line is a blank one, as behind a finding */
};

static int decode_one(const struct options *options, const struct found *f,
		      struct json_writer *json, struct printed *printed)
{
	struct records records = { 0 };
	int status;

	if (!table_records(f->bytes, f->size, &records))
		return 0;
	status = status_of(&records);
	if (options->json) {
		struct json_object *o = table_object(f, &records);

		status = worse_status(status,
				      judge_table(options, f, o, &printed->ends_blank));
		json_element(json, o);
	} else {
		printf("%s%s  %s, %zu bytes\n",
		       printed->any && !printed->ends_blank ? "\n" : "", signature_of(f),
		       f->file, f->size);
		render_records(&records, text_width(stdout), stdout);
		status = worse_status(
			status, judge_table(options, f, NULL, &printed->ends_blank));
	}
	printed->any = true;
	records_clear(&records);
	return status;
}

/* all_read: no file is missing. */
static int decode_all(const struct options *options, const struct found_list *list,
		      bool all_read)
{
	struct json_writer json;
	struct printed printed = { 0 };
	int status = 0;

	if (options->json) {
		json_begin_document(&json, stdout);
		json_begin_array(&json, "tables");
	}
	for (size_t i = 0; i < list->n_table; i++)
		status = worse_status(
			status, decode_one(options, &list->table[i], &json, &printed));
	if (!printed.any) {
		message("decode: no DMAR, IVRS, IORT, VIOT or MADT table and no device tree in "
			"these files");
		status = EXIT_UNKNOWN;
	}
	if (!all_read)
		status = worse_status(status, EXIT_UNKNOWN);
	if (options->json) {
		json_end_array(&json);
		if (!all_read || !printed.any)
			json_member(&json, "error", messages_array(options->said));
		json_member(&json, "exit_status", json_object_new_int(status));
		json_end(&json);
	}
	return status;
}

static int run(const struct options *options)
{
	cleanup(list_clear) struct found_list list = { 0 };
	bool all_read;

	if (!options->n_selectors) {
		message("decode: which file? For example: /sys/firmware/acpi/tables/DMAR");
		return FAILED;
	}
	all_read = read_files(options, &list);
	if (!all_read && !list.n_table)
		return FAILED;
	return decode_all(options, &list, all_read);
}

const struct command command_decode = {
	.name = "decode",
	.arguments = "FILE...",
	.summary = "decode DMAR, IVRS, IORT, VIOT, MADT, or device-tree files",
	.run = run,
};
