/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which column of a picture is of which addresses, for groups that stand in rows. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/order.h"
#include "render/map.h"

/* Is the last address of all known, and not only where the list of lines ends? */
static bool ends_are_known(const struct map *m, uint64_t end)
{
	for (size_t i = 0; i < m->n_spaces; i++) {
		const struct io_space *s = &m->spaces[i];

		if (s->n_parts && s->parts[s->n_parts - 1].range.last == end &&
		    !s->last_known)
			return false;
	}
	return true;
}

static void collect_cuts(const struct map *m, struct axis *out)
{
	struct cuts *cuts = &out->cuts;

	for (size_t i = 0; i < m->n_spaces; i++) {
		for (size_t k = 0; k < m->spaces[i].n_parts; k++) {
			struct range r = m->spaces[i].parts[k].range;

			cuts_add(cuts, r);
			out->end = r.last > out->end ? r.last : out->end;
		}
	}
	cuts_settle(cuts);
	while (cuts->n_at && cuts->at[cuts->n_at - 1] > out->end)
		cuts->n_at--;
}

/* The addresses from one cut to the next. */
static struct range range_at(const struct axis *axis, size_t cut)
{
	return (struct range){ axis->cuts.at[cut], cut + 1 < axis->cuts.n_at
							   ? axis->cuts.at[cut + 1] - 1
							   : axis->end };
}

/* How many bits a size has: what a large free range deserves in columns. */
static size_t weight(struct range r)
{
	size_t bits = 1;

	for (uint64_t size = r.last - r.first; size >>= 1;)
		bits++;
	return bits;
}

static bool is_up_to(const void *element, const void *key)
{
	return *(const uint64_t *)element <= *(const uint64_t *)key;
}

/* How many cuts are at or before an address. */
static size_t cuts_up_to(const struct axis *axis, uint64_t address)
{
	return count_before(&address, axis->cuts.at, axis->cuts.n_at,
			    sizeof(*axis->cuts.at), is_up_to);
}

/* How many regions begin at each cut, less those that end in front of it. */
static void count_regions(const struct axis *axis, const struct io_space *space,
			  long *begins)
{
	size_t cut = 0;

	for (size_t i = 0; i < space->n_parts; i++) {
		const size_t end = cuts_up_to(axis, space->parts[i].range.last);

		if (space->parts[i].kind == SPACE_REGION && end > cut) {
			begins[cut]++;
			begins[end]--;
		}
		cut = end > cut ? end : cut;
	}
}

/* Something but free, unknown or not translated: for each cut. */
static bool *busy_cuts(const struct axis *axis, const struct map *m)
{
	bool *busy = xcalloc(axis->cuts.n_at, sizeof(bool));
	cleanup_free long *begins = xcalloc(axis->cuts.n_at + 1, sizeof(*begins));
	long regions = 0;

	for (size_t i = 0; i < m->n_spaces; i++)
		count_regions(axis, &m->spaces[i], begins);
	for (size_t i = 0; i < axis->cuts.n_at; i++) {
		regions += begins[i];
		busy[i] = regions > 0;
	}
	return busy;
}

/* One column each, and what is left by weight to those that are not busy. */
static void share_out(struct axis *axis)
{
	size_t spare = axis->n_columns - axis->cuts.n_at, total = 0, sum = 0;

	for (size_t i = 0; i < axis->cuts.n_at; i++)
		total += axis->busy[i] ? 0 : weight(range_at(axis, i));
	for (size_t i = 0; i < axis->cuts.n_at; i++) {
		axis->columns[i] = i + (total ? sum * spare / total : 0);
		sum += axis->busy[i] ? 0 : weight(range_at(axis, i));
	}
	axis->columns[axis->cuts.n_at] = axis->n_columns;
}

void axis_make(const struct map *m, size_t n_columns, struct axis *out)
{
	*out = (struct axis){ .n_columns = n_columns };
	collect_cuts(m, out);
	out->end_known = ends_are_known(m, out->end);
	out->busy = busy_cuts(out, m);
	out->columns = xcalloc(out->cuts.n_at + 1, sizeof(*out->columns));
	if (out->cuts.n_at <= n_columns) {
		share_out(out);
		return;
	}
	for (size_t i = 0; i <= out->cuts.n_at; i++)
		out->columns[i] = i * n_columns / out->cuts.n_at;
}

void axis_clear(struct axis *axis)
{
	cuts_clear(&axis->cuts);
	free(axis->columns);
	free(axis->busy);
	*axis = (struct axis){ 0 };
}

/* The columns of a cut, at least the one that it begins in. */
static size_t end_of(const struct axis *axis, size_t cut)
{
	size_t end = axis->columns[cut + 1];

	return end > axis->columns[cut] ? end : axis->columns[cut] + 1;
}

enum mark *axis_marks(const struct axis *axis, const struct io_space *space)
{
	enum mark *marks = xcalloc(axis->n_columns, sizeof(*marks));
	size_t cut = 0;

	for (size_t i = 0; i < space->n_parts; i++) {
		enum mark mark = mark_of(&space->parts[i]);
		const size_t next = cuts_up_to(axis, space->parts[i].range.last);

		if (next <= cut)
			continue;
		for (size_t c = axis->columns[cut]; c < end_of(axis, next - 1); c++)
			marks[c] = mark > marks[c] ? mark : marks[c];
		cut = next;
	}
	return marks;
}

size_t end_of_run(const enum mark *marks, size_t first, size_t n)
{
	size_t next = first + 1;

	while (next < n && marks[next] == marks[first])
		next++;
	return next;
}

char *axis_end_text(const struct axis *axis)
{
	if (!axis->end_known)
		return xstrdup("?");
	return axis->end == UINT64_MAX ? xstrdup("16E") : about_text(axis->end + 1);
}
