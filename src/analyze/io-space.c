/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The I/O addresses of groups, cut into parts. */
#include "analyze/io-space.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/cuts.h"

/* A line of one of the groups that covers something. */
struct line {
	size_t region;
	struct range range;
	const struct demand *demand; /* that is lost in part; NULL: none is */
};

struct work {
	const struct host *host;
	const struct analysis *a;
	struct io_space *out;
	struct cuts cuts;
	struct ranges usable;
	ARRAY_OF(struct line, lines);
	size_t next_line;	   /* the first that begins later */
	ARRAY_OF(size_t, lasting); /* indices of lines that have not ended */
	size_t next_usable;
	uint64_t end; /* of the last part */
};

static void add_line(struct work *w, size_t region)
{
	const struct demand *d = demand_of_line(w->a, region);
	struct range range = w->host->regions[region].range;
	bool lost = d && d->loss != LOSS_NOTHING;

	if (range_is_inverted(range))
		return;
	*ADD(w, lines) = (struct line){ region, range, lost ? d : NULL };
	cuts_add(&w->cuts, range);
	if (lost)
		cuts_add(&w->cuts, d->lost);
	if (range.last > w->end)
		w->end = range.last;
}

static void add_group(struct work *w, const struct group *g)
{
	const struct group_view *v = &w->a->groups[group_index(w->host, g)];

	*ADD(w->out, groups) = g;
	w->out->complete = w->out->complete && !v->maybe_incomplete;
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++)
		add_line(w, i);
	if (v->iommu == NO_INDEX || !w->a->iommus[v->iommu].aperture_known)
		return;
	if (w->out->iommu == NO_INDEX ||
	    w->a->iommus[v->iommu].aperture_last <
		    w->a->iommus[w->out->iommu].aperture_last)
		w->out->iommu = v->iommu;
}

static int compare_lines(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	int order = COMPARE(x->range.first, y->range.first);

	return order ? order : COMPARE(x->region, y->region);
}

/* Which of two types says more about what may be done with an address. */
static enum region_type stricter(enum region_type a, enum region_type b)
{
	static const unsigned rank[] = {
		[REGION_DIRECT_RELAXABLE] = 0, [REGION_SW_MSI] = 1,  [REGION_MSI] = 2,
		[REGION_RESERVED] = 3,	       [REGION_UNKNOWN] = 4, [REGION_DIRECT] = 5,
	};

	return rank[a] >= rank[b] ? a : b;
}

/* The lines that cover an address become those of the part. */
static void cover(struct work *w, struct space_part *p)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_lasting; i++) {
		if (w->lines[w->lasting[i]].range.last >= p->range.first)
			w->lasting[n++] = w->lasting[i];
	}
	w->n_lasting = n;
	while (w->next_line < w->n_lines &&
	       w->lines[w->next_line].range.first <= p->range.first)
		*ADD(w, lasting) = w->next_line++;
	p->first_line = w->out->n_lines;
	p->n_lines = w->n_lasting;
	for (size_t i = 0; i < w->n_lasting; i++) {
		const struct line *l = &w->lines[w->lasting[i]];
		enum region_type type = w->a->regions[l->region].type;

		*ADD(w->out, lines) = l->region;
		p->type = i ? stricter(p->type, type) : type;
		if (l->demand && range_overlaps(l->demand->lost, p->range))
			p->lost = l->demand;
	}
}

static bool is_usable(struct work *w, struct range r)
{
	while (w->next_usable < w->usable.n_range &&
	       w->usable.range[w->next_usable].last < r.first)
		w->next_usable++;
	return w->next_usable < w->usable.n_range &&
	       range_contains(w->usable.range[w->next_usable], r);
}

static void judge_part(const struct work *w, struct space_part *p)
{
	if (p->n_lines) {
		p->kind = SPACE_REGION;
	} else if (!p->usable) {
		p->kind = SPACE_OUTSIDE;
	} else if (!w->out->complete) {
		p->kind = SPACE_UNKNOWN;
		p->why = "the list of regions may be incomplete";
	} else if (!w->out->last_known && p->range.last == w->end) {
		p->kind = SPACE_UNKNOWN;
		p->why = "how far the I/O addresses reach is not known";
	}
}

static void make_parts(struct work *w)
{
	for (size_t i = 0; i < w->cuts.n_at && w->cuts.at[i] <= w->end; i++) {
		bool is_last = i + 1 == w->cuts.n_at || w->cuts.at[i + 1] > w->end;
		struct space_part *p = ADD(w->out, parts);

		p->range.first = w->cuts.at[i];
		p->range.last = is_last ? w->end : w->cuts.at[i + 1] - 1;
		p->usable = is_usable(w, p->range);
		cover(w, p);
		judge_part(w, p);
	}
}

void io_space_of(const struct host *host, const struct analysis *a,
		 const struct group *const *groups, size_t n, struct io_space *out)
{
	struct work w = { .host = host, .a = a, .out = out };

	*out = (struct io_space){ .iommu = NO_INDEX, .complete = true };
	for (size_t i = 0; i < n; i++) {
		if (a->groups[group_index(host, groups[i])].untranslated)
			out->n_untranslated++;
		else
			add_group(&w, groups[i]);
	}
	if (out->n_groups) {
		out->last_known = usable_iova_of_set(host, a, out->groups, out->n_groups,
						     &w.usable);
		out->last = out->iommu == NO_INDEX ? UINT64_MAX
						   : a->iommus[out->iommu].aperture_last;
		w.end = out->last > w.end ? out->last : w.end;
		cuts_add(&w.cuts, (struct range){ 0, out->last });
		for (size_t i = 0; i < w.usable.n_range; i++)
			cuts_add(&w.cuts, w.usable.range[i]);
		cuts_settle(&w.cuts);
		if (w.n_lines)
			qsort(w.lines, w.n_lines, sizeof(*w.lines), compare_lines);
		make_parts(&w);
	}
	ranges_clear(&w.usable);
	cuts_clear(&w.cuts);
	free(w.lines);
	free(w.lasting);
}

void io_space_clear(struct io_space *space)
{
	free(space->groups);
	free(space->parts);
	free(space->lines);
	*space = (struct io_space){ .iommu = NO_INDEX };
}
