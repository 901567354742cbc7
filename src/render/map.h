/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <json-c/json.h>
#include <stdio.h>

#include "analyze/io-space.h"
#include "base/cuts.h"
#include "render/pci-names.h"
#include "render/view.h"

/* I/O addresses as a picture: what `map` shows, and the parts of its renderers. */

/* What view->map holds: one space for all that was selected, or one for each group. */
struct map {
	const struct io_space *spaces;
	size_t n_spaces;
	bool together;
};

/* For people: one space from top to bottom, or a row for each group. Never to scale. */
void render_map(const struct view *view, FILE *out);
/* The same as an SVG file of its own. */
void render_map_svg(const struct view *view, FILE *out);
/* The same as JSON; the caller owns it. */
struct json_object *map_object(const struct view *view);

/* --- Marks: how a part looks. Where one column is of several, the last one is seen. ---
 */

enum mark {
	MARK_OUTSIDE,
	MARK_FREE,
	MARK_RELAXABLE,
	MARK_UNKNOWN,
	MARK_SW_MSI,
	MARK_MSI,
	MARK_RESERVED,
	MARK_OTHER, /* of a type that is not known */
	MARK_DIRECT,
	MARK_LOST, /* memory that is not mapped 1:1, as it should be */
	MARK_COUNT,
};

struct mark_look {
	char ascii;
	const char *utf8;  /* one column wide */
	const char *class; /* of the SVG's style sheet */
	const char *word;
};

extern const struct mark_look mark_looks[MARK_COUNT];

enum mark mark_of(const struct space_part *part);

/* --- Words --- */

/* "free", "direct", "unknown". */
const char *part_name(const struct space_part *part);

/* "free", "region": the word of JSON. */
const char *space_kind_name(enum space_kind kind);

/* Whose a part is. */
struct whose {
	bool *devices;		   /* of the host, whether a region there is for it */
	ARRAY_OF(char *, origins); /* the entries and windows, each once */
	bool unexplained;	   /* no firmware entry explains a region there */
};

void whose_part(const struct view *view, const struct io_space *space,
		const struct space_part *part, struct whose *out);
void whose_clear(struct whose *whose);

/* Does it go on to an end that is not known? Then it has no size: "". */
bool part_is_endless(const struct io_space *space, const struct space_part *part);
char *part_size(const struct io_space *space, const struct space_part *part);

/* All that is said of a part behind name and size; the caller owns it, as all below. */
char *part_text(const struct view *view, const struct io_space *space,
		const struct space_part *part);

/* "I/O addresses that groups 8 and 10 can use together" */
char *map_title(const struct view *view);

/* "0xffffffffffff, of dmar0 (capability register: MGAW and SAGAW)" */
char *space_end_text(const struct view *view, const struct io_space *space);

/* The same of one of view->map, if no earlier one has the same IOMMU; else NULL. */
char *map_end_text(const struct view *view, size_t space);

/* "0000:04:00.1  Ethernet controller: Intel Corporation Ethernet Controller X710" */
char *device_title(struct pci_names *names, const struct device *d);

/* "0000:01:00.0+2": the devices of a group in short. */
char *group_devices_text(const struct view *view, const struct group *group);

/* "1.9G": about where an address is, rounded down to a tenth. */
char *about_text(uint64_t address);

/* Of how many groups a list may lack regions; empty: of none. */
char *map_incomplete_text(const struct view *view);

/* Groups in the picture; and what is not in it: empty where nothing is left out. */
size_t map_groups(const struct map *map);
char *map_left_out(const struct view *view);

/* --- The axis that several spaces share --- */

struct axis {
	struct cuts cuts; /* where something changes in one of them, from 0 */
	size_t *columns;  /* of each cut: the column where it begins; and where all end */
	size_t n_columns;
	bool end_known;
	bool *busy;   /* of each cut: a region of one of them begins or goes on there */
	uint64_t end; /* the last address */
};

/* Shares n columns out: more of them to what is free and large. */
void axis_make(const struct map *map, size_t n_columns, struct axis *out);
void axis_clear(struct axis *axis);

/* "256T": about where all end; "?" where that is not known. The caller owns it. */
char *axis_end_text(const struct axis *axis);

/* What is seen of a space in each column; array of n_columns. */
enum mark *axis_marks(const struct axis *axis, const struct io_space *space);
/* Where those that are like the first end, of n. */
size_t end_of_run(const enum mark *marks, size_t first, size_t n);
