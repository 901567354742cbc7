/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Direct ranges against what is really mapped: a page table from debugfs before the trace
 * of maps since boot. The tables of one group's devices are one as long as nobody owns
 * the group: the default domain's.
 */
#include <string.h>

#include "analyze/parts.h"
#include "base/cleanup.h"

/* The table of a device, else of another one of its group; NO_INDEX: none was read. */
static size_t table_of(const struct host *host, const struct group *g, size_t device,
		       enum source_id source)
{
	size_t other = NO_INDEX;

	for (size_t i = 0; i < host->n_page_tables; i++) {
		const struct page_table *t = &host->page_tables[i];
		const struct device *d = host_device(host, t->device);

		if (t->source != source || !d || d->group != g->id)
			continue;
		if (d == &host->devices[device])
			return i;
		other = i;
	}
	return other;
}

/* The parts of a range that a table does not map 1:1. */
static void missing_of(const struct host *host, size_t table, struct range range,
		       struct ranges *missing)
{
	*ADD(missing, range) = range;
	for (size_t i = 0; i < host->n_mappings; i++) {
		const struct mapping *m = &host->mappings[i];

		if (m->table == table && m->physical == m->iova.first)
			ranges_exclude(missing, m->iova);
	}
}

/* What the table shows replaces what the kernel's rules let expect. */
static void prove(const struct host *host, size_t table, struct demand *d)
{
	cleanup(ranges_clear) struct ranges missing = { 0 };
	enum coverage expected = d->coverage;
	struct range expected_lost = d->lost;

	missing_of(host, table, d->asked, &missing);
	if (missing.n_range && host->page_tables[table].incomplete)
		return;
	d->proof = host->page_tables[table].source == SOURCE_TRACE ? PROOF_TRACE
								   : PROOF_PAGE_TABLE;
	if (!missing.n_range) {
		d->contradicted = expected != COVERAGE_FULL;
		d->coverage = COVERAGE_FULL;
		d->loss = LOSS_NOTHING;
		return;
	}
	d->coverage = range_equals(missing.range[0], d->asked) ? COVERAGE_NONE
							       : COVERAGE_PARTLY;
	d->lost = missing.range[0];
	d->contradicted = d->coverage != expected || missing.n_range > 1 ||
			  !range_equals(d->lost, expected_lost);
	if (!d->contradicted)
		return;
	d->loss = LOSS_NOT_MAPPED;
	d->misfit = MISFIT_NOT_MAPPED;
}

/*
 * Identity domains have no table, an owned group has its user's: both prove nothing. A
 * trace is of the making of the default domain, so it holds while that is in use.
 */
static void prove_device(const struct host *host, const struct analysis *a,
			 const struct group *g, size_t device, struct demands *out)
{
	struct demand_slice s = out->of_device[device];
	size_t table = table_of(host, g, device, SOURCE_PAGE_TABLES);

	if (table == NO_INDEX)
		table = table_of(host, g, device, SOURCE_TRACE);
	if (table == NO_INDEX || provider_of(host, a, g) != PROVIDER_DIRECT_MAPPINGS)
		return;
	for (size_t i = 0; i < s.n; i++) {
		struct demand *d = &out->list[s.first + i];

		/* Nothing can be mapped of an empty range, nor of one that is not listed.
		 */
		if (!range_is_inverted(d->asked) && d->region != NO_INDEX)
			prove(host, table, d);
	}
}

void prove_demands(const struct host *host, const struct analysis *a, struct demands *out)
{
	for (size_t i = 0; i < host->n_groups && host->n_page_tables; i++) {
		const struct group *g = &host->groups[i];

		for (size_t d = g->first_device; d < g->first_device + g->n_devices; d++)
			prove_device(host, a, g, d, out);
	}
}
