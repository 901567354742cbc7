/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "firmware/dmar.h"
#include "firmware/dtb.h"
#include "firmware/iort.h"
#include "firmware/ivrs.h"
#include "firmware/madt.h"
#include "firmware/viot.h"
#include "model/host.h"

/*
 * The firmware tables of a host, read once for the whole analysis. The first table of
 * each signature counts, as for the kernel (acpi_get_table, instance 0). The device tree
 * is one of them: of a machine, what its collector flattened.
 */

enum table_kind {
	TABLE_DMAR,
	TABLE_IVRS,
	TABLE_IORT,
	TABLE_VIOT,
	TABLE_DT,
	TABLE_MADT,
	TABLE_COUNT,
};

struct table_view {
	const struct table_file *file; /* NULL: not there, or its bytes were not read */
	struct records records;	       /* what is wrong with it, entry by entry */
	/*
	 * Its bytes were read and all of them made sense: what it does not say, it does
	 * not say.
	 */
	bool complete;
};

struct tables {
	struct table_view view[TABLE_COUNT];
	struct dmar dmar;
	struct ivrs ivrs;
	struct iort iort;
	struct viot viot;
	struct dtb dtb;
	struct madt madt;
};

void tables_parse(const struct host *host, struct tables *tables);
void tables_clear(struct tables *tables);

/* "DMAR", ..., DEVICE_TREE_NAME */
const char *table_signature(enum table_kind kind);
