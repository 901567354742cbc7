/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/record.h"
#include "model/host.h"

/*
 * The firmware tables of a host, read once for the whole analysis. The first table of
 * each signature counts, as for the kernel (acpi_get_table, instance 0). The device tree
 * is one of them: of a machine, what its collector flattened.
 *
 * All that is particular to a table is in one const object, at the foot of its file
 * table-*.c, and a line in tables.def. Only that file knows what the parser makes of it;
 * others get texts, ranges and values, here and from analyze/firmware.h.
 */

struct analysis;
struct claim;
struct doorbells;
struct entry;
struct firmware;

/* What says that the devices below something may use ATS. */
struct ats_view {
	const char *text; /* NULL: nothing does */
	enum confidence confidence;
	const char *table; /* ACPI signature; NULL: of the device tree */
	size_t offset;	   /* in that table */
	const char *node;  /* of the device tree */
};

struct firmware_table {
	const char *signature; /* of ACPI, or DEVICE_TREE_NAME */
	const char *path;      /* where sysfs has it */
	/*
	 * Does it mean by itself that the machine has an IOMMU? Unknown: it may describe
	 * something else only.
	 */
	enum tristate announces_iommu;
	/* What drives an IOMMU that it alone describes. */
	enum iommu_kind iommu;

	/* --- The parser --- */

	/* NULL: it begins with its signature. */
	bool (*is_one)(const void *bytes, size_t size);
	/* These must be there, clear too where it has nothing to free. */
	size_t parsed_size; /* of what parse fills, which is zeroed before */
	void (*parse)(const void *bytes, size_t size, void *parsed,
		      struct records *records);
	void (*clear)(void *parsed);

	/* --- Entries that reserve memory for devices. All NULL: it has none --- */

	const char *word;   /* of JSON: "rmrr" */
	const char *entry;  /* "RMRR" */
	const char *plural; /* "RMRRs" */
	const char *part;   /* what an entry is one of in its node: "descriptor"; NULL */
	/* Why the kernel may leave out a conditional claim, as a sentence; NULL. */
	const char *condition;
	/* Of which devices it is not strict, as a sentence; NULL. */
	const char *strict;
	/* What to do against an entry, up to "or use another device". */
	const char *way_out;
	/* Does another slot get a card out of reach of its entries? */
	bool slot_matters;
	void (*add_entries)(const struct host *host, const struct analysis *a,
			    struct firmware *out);
	/* NULL, or: prepares the matching, once. */
	void (*prepare)(const struct host *host, const struct analysis *a,
			struct firmware *out);
	/*
	 * Adds the claims of a device behind this kind of IOMMU, and sets tables_known;
	 * leaves a device alone that the table is not about. In the order of tables.def.
	 */
	void (*match)(const struct host *host, const struct analysis *a, size_t device,
		      enum iommu_kind kind, struct firmware *out);
	/*
	 * Why an entry matches no device that is here; the caller owns it. NULL: that
	 * cannot be said, since not all devices could be seen.
	 */
	char *(*why_no_device)(const struct host *host, const struct analysis *a,
			       const struct entry *e);
	/*
	 * NULL, or: does an entry name a function that is not here, by its requester id?
	 * segment: NULL: not known.
	 */
	bool (*names_absent)(const struct host *host, const struct analysis *a,
			     const struct entry *e, const uint32_t *segment, uint16_t id);
	/* NULL, or: why its devices may be here all the same; NULL: they are not. */
	const char *(*why_hidden)(const struct host *host, const struct analysis *a);
	/* NULL: signature, number and place. The caller owns it. */
	char *(*entry_text)(const struct analysis *a, const struct entry *e);
	/* What else an entry says that is evidence; NULL: nothing. The caller owns it. */
	char *(*detail)(const struct analysis *a, const struct entry *e);
	/* Whom it names by other means than devices; NULL. The caller owns it. */
	char *(*whom)(const struct analysis *a, const struct entry *e);
	/* The file that holds an entry, below path; NULL: the table. */
	char *(*entry_path)(const struct analysis *a, const struct entry *e);

	/* --- Other things that it may tell; each may be NULL --- */

	struct ats_view (*ats)(const struct host *host, const struct analysis *a,
			       const struct device *d);
	/* Adds the pages of MSI controllers; true: it names them all. */
	bool (*add_doorbells)(const struct analysis *a, struct doorbells *out);
};

#define TABLE(name) extern const struct firmware_table table_##name;
#include "analyze/tables.def"
#undef TABLE

enum {
#define TABLE(name) TABLE_INDEX_##name,
#include "analyze/tables.def"
#undef TABLE
	TABLE_COUNT,
};

/* In the order of tables.def. */
extern const struct firmware_table *const firmware_tables[TABLE_COUNT];

struct table_view {
	const struct table_file *file; /* NULL: not there, or its bytes were not read */
	struct records records;	       /* what is wrong with it, entry by entry */
	/*
	 * Its bytes were read and all of them made sense: what it does not say, it does
	 * not say.
	 */
	bool complete;
	void *parsed; /* for the table's own file; zeroes where there is no table */
};

/* In the order of tables.def. */
struct tables {
	struct table_view view[TABLE_COUNT];
};

void tables_parse(const struct host *host, struct tables *tables);
void tables_clear(struct tables *tables);

const struct table_view *table_view(const struct analysis *a,
				    const struct firmware_table *table);

/* The kind of table that the bytes are of; NULL: none that is understood. */
const struct firmware_table *table_of_bytes(const void *bytes, size_t size);

/*
 * Reads a table for its records only. False if it is of a kind that has nothing to do
 * with IOMMUs; the records are then empty.
 */
bool table_records(const void *bytes, size_t size, struct records *records);

/*
 * The first table of a host that announces an IOMMU; or may_announce: one that may be
 * about something else counts too. NULL: none does.
 */
const struct firmware_table *announcing_table(const struct host *host, bool may_announce);
