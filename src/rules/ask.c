/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What rules ask of the host and its analysis, several of them the same. */
#include "rules/rules.h"

const struct log_line *log_of_giving_up(const struct host *host)
{
	const struct log_line *line = host_log_find(
		host, "was not able to establish FW requested direct mapping", NULL);

	return line ? line : host_log_find(host, "WARNING", "iommu_setup_default_domain");
}

bool any_group_for_user(const struct host *host, const struct analysis *a)
{
	for (size_t i = 0; i < host->n_groups; i++) {
		if (a->groups[i].for_user && !a->groups[i].untranslated)
			return true;
	}
	return false;
}

bool is_repeated(const struct judge *j, const struct region *r)
{
	const struct entry *e = wide_entry_of(j->host, j->analysis, r);

	if (!e)
		return false;
	for_each_claim (c, j, e)
		return j->host->devices[c->device].group != r->group;
	return false;
}

const struct entry *rmr_of_line(const struct judge *j, const struct group *g,
				const struct region *r)
{
	const struct firmware *firmware = &j->analysis->firmware;
	struct claim_slice own = claims_of_group(j->host, j->analysis, g);

	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &firmware->claims[i];

		if (c->table == &table_iort && claim_is_part_of(c, r))
			return &firmware->entries[c->entry];
	}
	return NULL;
}

const struct group_view *view_of_group(const struct judge *j, const struct group *g)
{
	return &j->analysis->groups[group_index(j->host, g)];
}

const struct region_view *view_of_region(const struct judge *j, const struct region *r)
{
	return &j->analysis->regions[region_index(j->host, r)];
}

const struct origin *origin_of_region(const struct judge *j, const struct region *r)
{
	return &j->analysis->origins[region_index(j->host, r)];
}

bool kernel_refuses_direct(const struct judge *j, const struct group *g)
{
	enum iommu_kind kind = view_of_group(j, g)->kind;

	return kernel_does(j->host, BEHAVIOUR_DIRECT_REFUSED, kind) != TRISTATE_NO ||
	       kernel_does(j->host, BEHAVIOUR_RMRR_REFUSED, kind) == TRISTATE_YES;
}

bool group_is_dma(const struct judge *j, const struct group *g)
{
	return domain_is_dma(g->type) && view_of_group(j, g)->holder == NO_INDEX;
}
