/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Direct ranges against what is really mapped: a page table from debugfs before the trace
 * of maps since boot. The tables of one group's devices are one as long as nobody owns
 * the group: the default domain's.
 */
#include <stdlib.h>

#include "analyze/parts.h"
#include "base/cleanup.h"
#include "base/order.h"

/* What a table maps 1:1: ranges that neither overlap nor touch, in order. */
struct same {
	size_t table;
	struct range iova;
};

/* What the tables show, as it is asked for. Indices of host->page_tables, or NO_INDEX. */
struct proofs {
	struct same *same; /* sorted by table and address */
	size_t n_same;
	size_t *of_device, *of_group;
};

static void proofs_clear(struct proofs *p)
{
	free(p->same);
	free(p->of_device);
	free(p->of_group);
}

static int compare_same(const void *a, const void *b)
{
	const struct same *x = a, *y = b;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	return (x->iova.first > y->iova.first) - (x->iova.first < y->iova.first);
}

static bool join(struct same *s, const struct same *next)
{
	if (next->table != s->table ||
	    (next->iova.first > s->iova.last && next->iova.first - 1 > s->iova.last))
		return false;
	if (next->iova.last > s->iova.last)
		s->iova.last = next->iova.last;
	return true;
}

static void find_same(const struct host *host, struct proofs *out)
{
	size_t n = 0;

	out->same = xcalloc(host->n_mappings, sizeof(*out->same));
	for (size_t i = 0; i < host->n_mappings; i++) {
		const struct mapping *m = &host->mappings[i];

		if (m->physical == m->iova.first && !range_is_inverted(m->iova))
			out->same[n++] = (struct same){ m->table, m->iova };
	}
	if (n)
		qsort(out->same, n, sizeof(*out->same), compare_same);
	for (size_t i = 0; i < n; i++) {
		if (!out->n_same || !join(&out->same[out->n_same - 1], &out->same[i]))
			out->same[out->n_same++] = out->same[i];
	}
}

static void set_all(size_t *indices, size_t n, size_t value)
{
	for (size_t i = 0; i < n; i++)
		indices[i] = value;
}

/* The first table of a device, and the last of its group, by one source. */
static void find_tables(const struct host *host, enum source_id source,
			struct proofs *out)
{
	set_all(out->of_device, host->n_devices, NO_INDEX);
	set_all(out->of_group, host->n_groups, NO_INDEX);
	for (size_t i = 0; i < host->n_page_tables; i++) {
		const struct page_table *t = &host->page_tables[i];
		const struct device *d = host_device(host, t->device);
		const struct group *g = d ? host_group(host, d->group) : NULL;

		if (t->source != source || !g)
			continue;
		if (out->of_device[device_index(host, d)] == NO_INDEX)
			out->of_device[device_index(host, d)] = i;
		out->of_group[group_index(host, g)] = i;
	}
}

/* Does a piece end in front of where another begins? */
static bool ends_before(const void *element, const void *key)
{
	const struct same *s = element, *behind = key;

	return s->table < behind->table ||
	       (s->table == behind->table && s->iova.last < behind->iova.first);
}

/* The first piece of a table that does not end in front of an address. */
static size_t first_same(const struct proofs *p, size_t table, uint64_t address)
{
	const struct same key = { table, { address, address } };

	return count_before(&key, p->same, p->n_same, sizeof(key), ends_before);
}

/*
 * The parts of a range that a table does not map 1:1: the first two, if there are so
 * many.
 */
static size_t missing_of(const struct proofs *p, size_t table, struct range range,
			 struct range missing[2])
{
	size_t n = 0;

	for (size_t i = first_same(p, table, range.first); n < 2; i++) {
		const struct same *s =
			i < p->n_same && p->same[i].table == table ? &p->same[i] : NULL;

		if (!s || s->iova.first > range.last) {
			missing[n++] = range;
			break;
		}
		if (s->iova.first > range.first)
			missing[n++] = (struct range){ range.first, s->iova.first - 1 };
		if (s->iova.last >= range.last)
			break;
		range.first = s->iova.last + 1;
	}
	return n;
}

/* What the table shows replaces what the kernel's rules let expect. */
static void prove(const struct host *host, const struct proofs *p, size_t table,
		  struct demand *d)
{
	enum coverage expected = d->coverage;
	struct range expected_lost = d->lost, missing[2];
	const size_t n = missing_of(p, table, d->asked, missing);

	if (n && host->page_tables[table].incomplete)
		return;
	d->proof = host->page_tables[table].source == SOURCE_TRACE ? PROOF_TRACE
								   : PROOF_PAGE_TABLE;
	if (!n) {
		d->contradicted = expected != COVERAGE_FULL;
		d->coverage = COVERAGE_FULL;
		d->loss = LOSS_NOTHING;
		return;
	}
	d->coverage =
		range_equals(missing[0], d->asked) ? COVERAGE_NONE : COVERAGE_PARTLY;
	d->lost = missing[0];
	d->contradicted =
		d->coverage != expected || n > 1 || !range_equals(d->lost, expected_lost);
	if (!d->contradicted)
		return;
	d->loss = LOSS_NOT_MAPPED;
	d->misfit = MISFIT_NOT_MAPPED;
}

/*
 * Identity domains have no table, an owned group has its user's: both prove nothing. A
 * trace is of the making of the default domain, so it holds while that is in use.
 */
static void prove_device(const struct host *host, const struct proofs *p, size_t table,
			 struct demand_slice slice, struct demands *out)
{
	for (size_t i = 0; i < slice.n; i++) {
		struct demand *d = &out->list[slice.first + i];

		/* Nothing can be mapped of an empty range, nor of one that is not listed.
		 */
		if (!range_is_inverted(d->asked) && d->region != NO_INDEX)
			prove(host, p, table, d);
	}
}

/* What one source shows, of the devices that were not proved by one before. */
static void prove_by(enum source_id source, const struct host *host,
		     const struct analysis *a, struct proofs *p, bool *proved,
		     struct demands *out)
{
	find_tables(host, source, p);
	for (size_t i = 0; i < host->n_groups; i++) {
		const struct group *g = &host->groups[i];

		if (p->of_group[i] == NO_INDEX ||
		    provider_of(host, a, g) != PROVIDER_DIRECT_MAPPINGS)
			continue;
		for (size_t d = g->first_device; d < g->first_device + g->n_devices;
		     d++) {
			if (!proved[d])
				prove_device(host, p,
					     p->of_device[d] != NO_INDEX ? p->of_device[d]
									 : p->of_group[i],
					     out->of_device[d], out);
			proved[d] = true;
		}
	}
}

void prove_demands(const struct host *host, const struct analysis *a, struct demands *out)
{
	cleanup(proofs_clear) struct proofs p = { 0 };
	cleanup_free bool *proved = NULL;

	if (!host->n_page_tables)
		return;
	find_same(host, &p);
	p.of_device = xcalloc(host->n_devices, sizeof(*p.of_device));
	p.of_group = xcalloc(host->n_groups, sizeof(*p.of_group));
	proved = xcalloc(host->n_devices, sizeof(*proved));
	prove_by(SOURCE_PAGE_TABLES, host, a, &p, proved, out);
	prove_by(SOURCE_TRACE, host, a, &p, proved, out);
}
