/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which devices a VM can have, in a few lines. */
#include "render/vm-use.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/text.h"
#include "render/lines.h"
#include "rules/vm-use.h"

/* So many reasons have a line of their own. */
#define ROWS_MAX 6

/* So many drivers are named. */
#define DRIVERS_MAX 6

/* Room for devices, though the line then breaks. */
#define ROOM_MIN 30

/* Devices with the same answer, for the same reason. */
struct row {
	struct vm_use_view use;
	ARRAY_OF(size_t, device);
};

struct rows {
	ARRAY_OF(struct row, row);
};

static void rows_clear(struct rows *rows)
{
	for (size_t i = 0; i < rows->n_row; i++)
		free(rows->row[i].device);
	free(rows->row);
}

/* Why a VM cannot have a device, in a few words. */
static const char *reason_of(const struct vm_use_view *use)
{
	static const char *const words[OBSTACLE_COUNT] = {
		[OBSTACLE_VIRTUAL_FUNCTIONS] = "its virtual functions are there",
		[OBSTACLE_RESET] = "no driver can reset it",
		[OBSTACLE_NO_GROUP] = "in no IOMMU group",
		[OBSTACLE_COHERENCY] = "the IOMMU is not cache coherent",
		[OBSTACLE_DIRECT] = "firmware reserves memory",
		[OBSTACLE_ADDRESSES] = "no I/O address is left",
		[OBSTACLE_INTERRUPTS] = "interrupts are not isolated",
		[OBSTACLE_TWO_WINDOWS] = "two interrupt windows",
	};

	if (use->use == VM_USE_NO && use->obstacle && words[use->obstacle->kind])
		return words[use->obstacle->kind];
	return use->use == VM_USE_NO || use->use == VM_USE_YES_BUT ||
			       use->use == VM_USE_UNKNOWN
		       ? use->why
		       : NULL;
}

static bool is_same(const struct vm_use_view *a, const struct vm_use_view *b)
{
	return a->use == b->use && a->group == b->group &&
	       text_equals(a->only, b->only) && text_equals(reason_of(a), reason_of(b));
}

/* Devices of a group follow each other, so what is of one group is the last row. */
static struct row *row_of(struct rows *rows, const struct vm_use_view *use)
{
	size_t first = use->group != NO_GROUP && rows->n_row ? rows->n_row - 1 : 0;
	struct row *row;

	for (size_t i = first; i < rows->n_row; i++) {
		if (is_same(&rows->row[i].use, use))
			return &rows->row[i];
	}
	row = ADD(rows, row);
	*row = (struct row){ .use = *use };
	return row;
}

/* Those of groups apart, of which there may be thousands. */
static void collect(const struct view *v, struct rows *by_reason, struct rows *by_group)
{
	cleanup_free struct vm_use_view *uses = vm_uses(v->host, v->analysis);

	for (size_t i = 0; i < v->host->n_devices; i++) {
		struct row *row;

		/* what nobody wants is there where it was asked for */
		if (!v->devices[i] || uses[i].is_bridge || (v->all && uses[i].of_board))
			continue;
		row = row_of(uses[i].use == VM_USE_UNBIND ? by_group : by_reason,
			     &uses[i]);
		*ADD(row, device) = i;
	}
}

static bool is_among(const char *word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(words[i], word))
			return true;
	}
	return false;
}

struct drivers {
	ARRAY_OF(const char *, names);
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* How many different ones there are; sorts them. */
static size_t count_drivers(struct drivers *drivers)
{
	size_t n = 0;

	if (drivers->n_names)
		qsort(drivers->names, drivers->n_names, sizeof(*drivers->names),
		      compare_names);
	for (size_t i = 0; i < drivers->n_names; i++)
		n += !i || strcmp(drivers->names[i], drivers->names[i - 1]);
	return n;
}

/*
 * The drivers of the group that stand in the way of others: "a, b and c"; of many the
 * first ones, and how many more.
 */
static char *drivers_text(const struct view *v, uint32_t group)
{
	const struct group *g = host_group(v->host, group);
	struct text_list list = { .max = DRIVERS_MAX };
	const char *named[DRIVERS_MAX] = { NULL };
	struct drivers all = { 0 };

	for (size_t i = g ? g->first_device : 0; g && i < g->first_device + g->n_devices;
	     i++) {
		const char *driver = v->host->devices[i].driver;

		if (!driver || !device_keeps_group(v->host, v->analysis, i))
			continue;
		*ADD(&all, names) = driver;
		if (list.n == DRIVERS_MAX || is_among(driver, named, list.n))
			continue;
		named[list.n] = driver;
		text_list_add(&list, driver);
	}
	list.n = count_drivers(&all);
	free(all.names);
	return list.n ? text_list_take(&list) : xstrdup("its drivers");
}

static char *answer_words(const struct view *v, const struct row *row)
{
	static const char *const words[] = {
		[VM_USE_YES] = "yes",	    [VM_USE_YES_BUT] = "yes, with losses",
		[VM_USE_NEEDED] = "in use", [VM_USE_UNKNOWN] = "not known",
		[VM_USE_NO] = "no",
	};
	cleanup_free char *drivers = NULL;

	if (row->use.use != VM_USE_UNBIND)
		return text_format("%s%s%s", words[row->use.use],
				   row->use.only ? " by " : "",
				   row->use.only ? row->use.only : "");
	drivers = drivers_text(v, row->use.group);
	return text_format("after unbinding %s%s", drivers,
			   row->n_device > 1 ? ", together" : "");
}

static const char *row_reason(const struct row *row)
{
	return row->use.use == VM_USE_NEEDED ? "a disk or the network of this host"
					     : reason_of(&row->use);
}

static void put_row(const struct view *v, const struct row *row, bool first, FILE *out)
{
	cleanup_free char *words = answer_words(v, row);
	const char *why = row_reason(row);
	size_t used = 10 + strlen(words) + 2 + (why ? strlen(why) + 3 : 0);
	cleanup_free char *devices =
		names_that_fit(v->host, row->device, row->n_device,
			       v->width > used + ROOM_MIN ? v->width - used : ROOM_MIN);
	cleanup_free char *s =
		text_format("%s: %s%s%s%s", words, devices, why ? " (" : "",
			    why ? why : "", why ? ")" : "");

	put_field(v, out, 0, first ? "VM use" : "", s);
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->use.use != y->use.use)
		return x->use.use < y->use.use ? -1 : 1;
	return x->device[0] < y->device[0] ? -1 : x->device[0] > y->device[0];
}

/* Moves all rows to `to`, which owns them then. */
static void join(struct rows *to, struct rows *from)
{
	for (size_t i = 0; i < from->n_row; i++)
		*ADD(to, row) = from->row[i];
	from->n_row = 0;
}

void put_vm_use(const struct view *v, FILE *out)
{
	cleanup(rows_clear) struct rows rows = { 0 }, of_groups = { 0 };
	size_t left = 0;

	if (!v->host->n_groups)
		return;
	collect(v, &rows, &of_groups);
	join(&rows, &of_groups);
	if (!rows.n_row)
		return;
	qsort(rows.row, rows.n_row, sizeof(*rows.row), compare_rows);
	for (size_t i = 0; i < rows.n_row; i++) {
		if (i < ROWS_MAX - (rows.n_row > ROWS_MAX))
			put_row(v, &rows.row[i], !i, out);
		else
			left += rows.row[i].n_device;
	}
	if (left)
		fprintf(out, "          and %zu more: iommu-resv list --by device\n",
			left);
}
