/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analyze/tables.h"

const char *table_signature(enum table_kind kind)
{
	static const char *const signatures[] = {
		[TABLE_DMAR] = "DMAR",	       [TABLE_IVRS] = "IVRS",
		[TABLE_IORT] = "IORT",	       [TABLE_VIOT] = "VIOT",
		[TABLE_DT] = DEVICE_TREE_NAME, [TABLE_MADT] = "APIC",
	};

	return signatures[kind];
}

static void parse(const struct table_file *f, enum table_kind kind, struct tables *t)
{
	struct records *records = &t->view[kind].records;

	switch (kind) {
	case TABLE_DMAR:
		dmar_parse(f->bytes, f->size, &t->dmar, records);
		break;
	case TABLE_IVRS:
		ivrs_parse(f->bytes, f->size, &t->ivrs, records);
		break;
	case TABLE_IORT:
		iort_parse(f->bytes, f->size, &t->iort, records);
		break;
	case TABLE_DT:
		dtb_parse(f->bytes, f->size, &t->dtb, records);
		break;
	case TABLE_MADT:
		madt_parse(f->bytes, f->size, &t->madt, records);
		break;
	default:
		viot_parse(f->bytes, f->size, &t->viot, records);
		break;
	}
}

void tables_parse(const struct host *host, struct tables *t)
{
	*t = (struct tables){ 0 };
	for (int k = 0; k < TABLE_COUNT; k++) {
		struct table_view *v = &t->view[k];

		v->file = host_table(host, table_signature((enum table_kind)k));
		if (!v->file)
			continue;
		parse(v->file, (enum table_kind)k, t);
		v->complete = !v->records.malformed;
	}
	/* A property or a node of the tree may have been out of reach. */
	if (host->sources[SOURCE_DEVICE_TREE].state != SOURCE_READ)
		t->view[TABLE_DT].complete = false;
}

void tables_clear(struct tables *t)
{
	for (int k = 0; k < TABLE_COUNT; k++)
		records_clear(&t->view[k].records);
	dmar_clear(&t->dmar);
	ivrs_clear(&t->ivrs);
	iort_clear(&t->iort);
	viot_clear(&t->viot);
	dtb_clear(&t->dtb);
	madt_clear(&t->madt);
	*t = (struct tables){ 0 };
}
