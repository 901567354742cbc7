/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of firmware tables, and what is the same for all of them. */
#include "analyze/tables.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/analyze.h"

const struct firmware_table *const firmware_tables[TABLE_COUNT] = {
#define TABLE(name) &table_##name,
#include "analyze/tables.def"
#undef TABLE
};

void tables_parse(const struct host *host, struct tables *t)
{
	*t = (struct tables){ 0 };
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		const struct firmware_table *table = firmware_tables[i];
		struct table_view *v = &t->view[i];

		v->file = host_table(host, table->signature);
		v->parsed = xcalloc(1, table->parsed_size);
		if (!v->file)
			continue;
		table->parse(v->file->bytes, v->file->size, v->parsed, &v->records);
		v->complete = !v->records.malformed;
	}
	/* A property or a node of the tree may have been out of reach. */
	if (host->sources[SOURCE_DEVICE_TREE].state != SOURCE_READ)
		t->view[TABLE_INDEX_dtb].complete = false;
}

void tables_clear(struct tables *t)
{
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		struct table_view *v = &t->view[i];

		records_clear(&v->records);
		if (v->parsed)
			firmware_tables[i]->clear(v->parsed);
		free(v->parsed);
	}
	*t = (struct tables){ 0 };
}

const struct table_view *table_view(const struct analysis *a,
				    const struct firmware_table *table)
{
	size_t i = 0;

	while (firmware_tables[i] != table)
		i++;
	return &a->tables.view[i];
}

static bool is_of(const struct firmware_table *table, const void *bytes, size_t size)
{
	return table->is_one ? table->is_one(bytes, size)
			     : size >= 4 && !memcmp(bytes, table->signature, 4);
}

const struct firmware_table *table_of_bytes(const void *bytes, size_t size)
{
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (is_of(firmware_tables[i], bytes, size))
			return firmware_tables[i];
	}
	return NULL;
}

bool table_records(const void *bytes, size_t size, struct records *records)
{
	const struct firmware_table *table = table_of_bytes(bytes, size);
	void *parsed;

	if (!table)
		return false;
	parsed = xcalloc(1, table->parsed_size);
	table->parse(bytes, size, parsed, records);
	table->clear(parsed);
	free(parsed);
	return true;
}

const struct firmware_table *announcing_table(const struct host *host, bool may_announce)
{
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		const struct firmware_table *t = firmware_tables[i];

		if (t->announces_iommu != TRISTATE_YES &&
		    !(may_announce && t->announces_iommu == TRISTATE_UNKNOWN))
			continue;
		if (host_has_table(host, t->signature))
			return t;
	}
	return NULL;
}
