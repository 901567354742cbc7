/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"
#include "render/pci-names.h"

/*
 * The columns of `list`. A column shows what it can of a row and leaves the rest empty.
 */

/* What a row is about; the parts that do not apply are NULL. */
struct row {
	const struct host *host;
	const struct analysis *analysis;
	const struct group *group;
	const struct region *region;
	const struct device *device;
	const struct entry *entry; /* of the firmware */
	struct pci_names *names;
};

struct column {
	const char *name;
	bool right;
	const char *help;
	char *(*cell)(const struct row *row); /* the caller owns it; NULL: empty */
	unsigned needs; /* SOURCE_BIT of each source beyond the groups that it shows */
};

/* All columns, in the order --list-columns prints them. */
extern const struct column columns[];
extern const size_t n_columns;
