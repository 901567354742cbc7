/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers of the kernel beside sysfs and the prediction. All addresses are cut where a
 * line, an answered range or the aperture begins or ends; each part then is usable or
 * not, listed or not, and either as it should be or for a reason.
 */
#include "analyze/inquiry.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/parts.h"
#include "base/cuts.h"

/* What the parts of one inquiry are judged by. */
struct measure {
	const struct host *host;
	const struct analysis *analysis;
	const struct inquiry *q;
	uint64_t last; /* of what the IOMMUs can translate; else of what was answered */
};

/* Devices of an inquiry stand by group: is this the first of its group? */
static const struct group *next_group(const struct host *host, const struct inquiry *q,
				      size_t i)
{
	uint32_t group = host->devices[q->devices[i]].group;

	return i && host->devices[q->devices[i - 1]].group == group
		       ? NULL
		       : host_group(host, group);
}

static void cut_all(const struct measure *m, struct cuts *cuts)
{
	const struct host *host = m->host;

	cuts_add(cuts, (struct range){ 0, m->last });
	for (size_t i = 0; i < m->q->n_ranges; i++)
		cuts_add(cuts, m->q->ranges[i]);
	for (size_t i = 0; i < m->q->n_devices; i++) {
		const struct group *g = next_group(host, m->q, i);

		for (size_t r = 0; g && r < g->n_regions; r++)
			cuts_add(cuts, host->regions[g->first_region + r].range);
	}
	cuts_settle(cuts);
}

static bool is_asked(const struct inquiry *q, size_t device)
{
	for (size_t i = 0; i < q->n_devices; i++) {
		if (q->devices[i] == device)
			return true;
	}
	return false;
}

/* May a line, which the group has, be none of the devices that were asked about? */
static bool may_be_siblings(const struct measure *m, const struct group *g, size_t region,
			    struct range part)
{
	struct claim_slice own = claims_of_group(m->host, m->analysis, g);
	size_t asked = 0;

	if (m->q->via != ASKED_IOMMUFD || m->analysis->origins[region].window)
		return false;
	for (size_t i = 0; i < m->q->n_devices; i++)
		asked += m->host->devices[m->q->devices[i]].group == g->id;
	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &m->analysis->firmware.claims[i];

		if (is_asked(m->q, c->device) && range_overlaps(c->range, part))
			return false;
	}
	return asked < g->n_devices;
}

/* The line that binds users in this part, else one that is relaxable; NO_INDEX. */
static size_t line_of(const struct measure *m, struct range part,
		      const struct group **group)
{
	size_t relaxable = NO_INDEX;

	for (size_t i = 0; i < m->q->n_devices; i++) {
		const struct group *g = next_group(m->host, m->q, i);

		for (size_t r = g ? g->first_region : 0;
		     g && r < g->first_region + g->n_regions; r++) {
			if (!range_overlaps(m->host->regions[r].range, part))
				continue;
			*group = g;
			if (m->host->regions[r].type != REGION_DIRECT_RELAXABLE)
				return r;
			relaxable = r;
		}
	}
	return relaxable;
}

static bool is_relaxable(const struct measure *m, size_t line)
{
	return line != NO_INDEX && m->host->regions[line].type == REGION_DIRECT_RELAXABLE;
}

/* False if the part is as one expects: usable, in no line, and within the aperture. */
static bool judge_part(const struct measure *m, struct range part, bool usable,
		       struct piece *out)
{
	const struct group *g = NULL;
	size_t line = line_of(m, part, &g);
	bool relaxable = is_relaxable(m, line);
	bool beyond = part.first > m->last;

	*out = (struct piece){ part, usable, REASON_NONE, line };
	if (usable && !beyond) {
		if (line == NO_INDEX)
			return false;
		if (relaxable)
			out->reason = REASON_RELAXABLE;
		else if (may_be_siblings(m, g, line, part))
			out->reason = REASON_SIBLING;
	} else if (!usable && line != NO_INDEX && !relaxable) {
		out->reason = REASON_LISTED;
	} else if (!usable && beyond) {
		out->reason = REASON_APERTURE;
	}
	return true;
}

static void add_piece(struct inquiry_view *v, const struct piece *piece)
{
	struct piece *before = v->n_pieces ? &v->pieces[v->n_pieces - 1] : NULL;

	v->ranges_differ = v->ranges_differ || piece->reason == REASON_NONE;
	if (before && range_touches(before->range, piece->range) &&
	    before->usable == piece->usable && before->reason == piece->reason &&
	    before->region == piece->region)
		before->range.last = piece->range.last;
	else
		*ADD(v, pieces) = *piece;
}

static void judge_parts(const struct measure *m, struct inquiry_view *v)
{
	const struct inquiry *q = m->q;
	struct cuts cuts = { 0 };
	size_t at = 0; /* the first answered range that does not end before the part */

	cut_all(m, &cuts);
	for (size_t i = 0; i < cuts.n_at; i++) {
		struct range part = { cuts.at[i], UINT64_MAX };
		struct piece piece;
		bool usable;

		if (i + 1 < cuts.n_at)
			part.last = cuts.at[i + 1] - 1;
		while (at < q->n_ranges && q->ranges[at].last < part.first)
			at++;
		usable = at < q->n_ranges && range_has(q->ranges[at], part.first);
		if (judge_part(m, part, usable, &piece))
			add_piece(v, &piece);
	}
	cuts_clear(&cuts);
}

static const struct answer *predicted_for(const struct analysis *a,
					  const struct inquiry *q, size_t device)
{
	const struct assignment *assign = &a->assign[device];

	return q->via == ASKED_IOMMUFD ? &assign->iommufd : &assign->vfio;
}

/* The device whose prediction is compared. */
static size_t decisive_device(const struct analysis *a, const struct inquiry *q)
{
	if (q->failed_at != NO_INDEX)
		return q->failed_at;
	for (size_t i = 0; i < q->n_devices; i++) {
		if (!answer_is_yes(predicted_for(a, q, q->devices[i])))
			return q->devices[i];
	}
	return q->devices[0];
}

static bool verdict_differs(const struct answer *predicted, const struct inquiry *q)
{
	if (predicted->verdict == VERDICT_UNKNOWN)
		return false;
	if (answer_is_yes(predicted) || !q->error)
		return answer_is_yes(predicted) != !q->error;
	return predicted->error != q->error || !predicted->call ||
	       strcmp(predicted->call, q->call) != 0;
}

static void predict_ranges(const struct host *host, const struct analysis *a,
			   const struct inquiry *q, struct inquiry_view *v)
{
	const struct group **groups = xcalloc(q->n_devices, sizeof(*groups));
	size_t n = 0;

	for (size_t i = 0; i < q->n_devices; i++) {
		groups[n] = next_group(host, q, i);
		n += groups[n] != NULL;
	}
	v->end_known = usable_iova_of_set(host, a, groups, n, &v->ranges);
	free(groups);
}

/* The last address that the IOMMUs of all devices can translate, where that is known. */
static uint64_t aperture_of(const struct host *host, const struct analysis *a,
			    const struct inquiry *q)
{
	uint64_t last = UINT64_MAX;

	for (size_t i = 0; i < q->n_devices; i++) {
		size_t iommu = host->devices[q->devices[i]].iommu;

		if (iommu != NO_INDEX && a->iommus[iommu].aperture_known &&
		    a->iommus[iommu].aperture_last < last)
			last = a->iommus[iommu].aperture_last;
	}
	return last;
}

void analyze_inquiries(const struct host *host, const struct analysis *a,
		       struct inquiry_view *out)
{
	for (size_t i = 0; i < host->n_inquiries; i++) {
		const struct inquiry *q = &host->inquiries[i];
		struct inquiry_view *v = &out[i];
		struct measure m = { host, a, q, 0 };

		v->predicted_for = decisive_device(a, q);
		v->predicted = *predicted_for(a, q, v->predicted_for);
		v->verdict_differs = verdict_differs(&v->predicted, q);
		predict_ranges(host, a, q, v);
		v->ranges_differ = q->has_ranges && !q->n_ranges && v->ranges.n_range;
		if (!q->n_ranges)
			continue;
		m.last = v->end_known ? aperture_of(host, a, q)
				      : q->ranges[q->n_ranges - 1].last;
		judge_parts(&m, v);
	}
}

void inquiry_view_clear(struct inquiry_view *v)
{
	ranges_clear(&v->ranges);
	free(v->pieces);
}

const char *piece_reason_name(enum piece_reason reason)
{
	static const char *const names[] = {
		[REASON_NONE] = "unexplained",	[REASON_LISTED] = "listed",
		[REASON_APERTURE] = "aperture", [REASON_RELAXABLE] = "relaxable",
		[REASON_SIBLING] = "sibling",
	};

	return names[reason];
}

const char *piece_reason_text(enum piece_reason reason)
{
	static const char *const texts[] = {
		[REASON_NONE] = "for no reason that is known",
		[REASON_LISTED] = "as sysfs lists it",
		[REASON_APERTURE] = "beyond the addresses that the IOMMU has",
		[REASON_RELAXABLE] = "which does not bind users",
		[REASON_SIBLING] = "which another device of the group has",
	};

	return texts[reason];
}
