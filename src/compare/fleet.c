/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reduces hosts to rows, and groups what several of them have. */
#include "compare/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/vm-use.h"

/* --- A host becomes a row --- */

static struct fleet_finding *row_of_rule(struct fleet_host *h, const struct finding *f)
{
	struct fleet_finding *new;

	for (size_t i = 0; i < h->n_findings; i++) {
		if (!strcmp(h->findings[i].id, f->id))
			return &h->findings[i];
	}
	new = ADD(h, findings);
	*new = (struct fleet_finding){ .id = f->id, .title = f->title };
	return new;
}

/* They come worst first, so the first of a rule is its worst. */
static void add_findings(struct fleet_host *h, const struct findings *findings)
{
	for (size_t i = 0; i < findings->n_list; i++) {
		const struct finding *f = &findings->list[i];
		struct fleet_finding *row = row_of_rule(h, f);

		if (!row->n++)
			row->severity = f->severity;
	}
}

/* Not what is to stay with the host: what it needs itself, bridges, parts of the board.
 */
static bool is_usable(const struct vm_use_view *use)
{
	return !use->is_bridge && !use->of_board &&
	       (use->use == VM_USE_YES || use->use == VM_USE_YES_BUT ||
		use->use == VM_USE_UNBIND);
}

/* Counts devices, and marks the groups of those that a VM has or can have. */
static void count_devices(struct fleet_host *h, const struct host *host,
			  const struct analysis *a, bool *wanted)
{
	cleanup_free struct vm_use_view *uses = vm_uses(host, a);

	for (size_t i = 0; i < host->n_devices; i++) {
		const struct device *d = &host->devices[i];
		const struct group *g = host_group(host, d->group);
		bool bound = device_is_bound_to_vfio(d), usable = is_usable(&uses[i]);

		h->n_bound += bound;
		h->n_usable += usable;
		if (g && (bound || usable) &&
		    !a->groups[group_index(host, g)].untranslated)
			wanted[group_index(host, g)] = true;
	}
}

static void find_space(struct fleet_host *h, const struct host *host,
		       const struct analysis *a, const bool *wanted)
{
	cleanup_free const struct group **groups =
		xcalloc(host->n_groups, sizeof(*groups));
	bool complete = true;
	size_t n = 0;

	for (size_t i = 0; i < host->n_groups; i++) {
		if (!wanted[i])
			continue;
		groups[n++] = &host->groups[i];
		complete = complete && !a->groups[i].maybe_incomplete &&
			   !a->groups[i].maybe_untranslated;
	}
	if (n && !complete)
		h->space = FLEET_SPACE_UNKNOWN;
	else if (n)
		h->space = usable_iova_of_set(host, a, groups, n, &h->usable)
				   ? FLEET_SPACE_KNOWN
				   : FLEET_SPACE_OPEN;
}

void fleet_add(struct fleet *fleet, const char *name, const struct host *host,
	       const struct analysis *a, const struct findings *findings,
	       enum severity fail_on)
{
	struct fleet_host *h = ADD(fleet, hosts);
	cleanup_free bool *wanted = xcalloc(host->n_groups, sizeof(*wanted));

	*h = (struct fleet_host){
		.name = xstrdup(name),
		.machine = machine_name(&host->machine),
		.firmware = machine_firmware(&host->machine),
		.kernel = host->kernel.release ? xstrdup(host->kernel.release) : NULL,
		.status = findings_exit_status(host, findings, fail_on),
		.n_groups = host->n_groups,
	};
	add_findings(h, findings);
	count_devices(h, host, a, wanted);
	find_space(h, host, a, wanted);
}

/* --- What they share --- */

/* A thing of a host, to be sorted beside those that are the same. */
struct item {
	const struct fleet_finding *finding; /* NULL: its machine */
	const struct fleet_host *of;
	size_t host;
};

struct items {
	ARRAY_OF(struct item, list);
};

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* Is it the same finding, at the same severity; or the same machine and firmware? */
static int compare_things(const struct item *x, const struct item *y)
{
	int order;

	if (x->finding && x->finding->severity != y->finding->severity)
		return x->finding->severity > y->finding->severity ? -1 : 1;
	if (x->finding)
		return strcmp(x->finding->id, y->finding->id);
	order = compare_texts(x->of->machine, y->of->machine);
	return order ? order : compare_texts(x->of->firmware, y->of->firmware);
}

static int compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = compare_things(x, y);

	return order ? order : (x->host > y->host) - (x->host < y->host);
}

static int compare_shares(const void *a, const void *b)
{
	const struct fleet_share *x = a, *y = b;

	if (x->finding && x->finding->severity != y->finding->severity)
		return x->finding->severity > y->finding->severity ? -1 : 1;
	if (x->n_hosts != y->n_hosts)
		return x->n_hosts > y->n_hosts ? -1 : 1;
	if (x->finding)
		return strcmp(x->finding->id, y->finding->id);
	return (x->hosts[0] > y->hosts[0]) - (x->hosts[0] < y->hosts[0]);
}

struct shares {
	ARRAY_OF(struct fleet_share, list);
};

/* Sorts what they are of, and makes one of each that is the same; frees the items. */
static struct shares share(struct items *items)
{
	struct shares shares = { 0 };

	if (items->n_list)
		qsort(items->list, items->n_list, sizeof(*items->list), compare_items);
	for (size_t i = 0; i < items->n_list; i++) {
		const struct item *it = &items->list[i];

		if (!i || compare_things(&items->list[i - 1], it))
			ADD(&shares, list)->finding = it->finding;
		*ADD(&shares.list[shares.n_list - 1], hosts) = it->host;
	}
	if (shares.n_list)
		qsort(shares.list, shares.n_list, sizeof(*shares.list), compare_shares);
	free(items->list);
	return shares;
}

static void share_findings(struct fleet *f)
{
	struct items items = { 0 };
	struct shares shares;

	for (size_t i = 0; i < f->n_hosts; i++) {
		const struct fleet_host *h = &f->hosts[i];

		for (size_t k = 0; k < h->n_findings; k++)
			*ADD(&items, list) = (struct item){ &h->findings[k], h, i };
	}
	shares = share(&items);
	f->findings = shares.list;
	f->n_findings = shares.n_list;
}

static void share_machines(struct fleet *f)
{
	struct items items = { 0 };
	struct shares shares;

	for (size_t i = 0; i < f->n_hosts; i++) {
		const struct fleet_host *h = &f->hosts[i];

		if (h->machine || h->firmware)
			*ADD(&items, list) = (struct item){ NULL, h, i };
	}
	shares = share(&items);
	f->machines = shares.list;
	f->n_machines = shares.n_list;
}

/* Adds a range, unless one that is there has it; it takes the place of those that it has.
 */
static void add_wider(struct ranges *to, struct range range)
{
	while (to->n_range && range_contains(range, to->range[to->n_range - 1]))
		to->n_range--;
	if (!to->n_range || !range_contains(to->range[to->n_range - 1], range))
		*ADD(to, range) = range;
}

/* Leaves of *common, in ascending order like other, what is in other too. */
static void intersect(struct ranges *common, const struct ranges *other)
{
	struct ranges both = { .overlapping = common->overlapping || other->overlapping };
	size_t i = 0, k = 0;

	while (i < common->n_range && k < other->n_range) {
		struct range a = common->range[i], b = other->range[k];

		if (range_overlaps(a, b))
			add_wider(&both, range_common(a, b));
		if (a.last <= b.last)
			i++;
		else
			k++;
	}
	ranges_clear(common);
	*common = both;
}

static void find_common(struct fleet *f)
{
	*ADD(&f->common, range) = (struct range){ 0, UINT64_MAX };
	f->common_space = FLEET_SPACE_KNOWN;
	for (size_t i = 0; i < f->n_hosts; i++) {
		const struct fleet_host *h = &f->hosts[i];

		if (h->space < FLEET_SPACE_OPEN)
			continue;
		f->has_common = true;
		intersect(&f->common, &h->usable);
		if (h->space < f->common_space)
			f->common_space = h->space;
	}
}

void fleet_settle(struct fleet *f)
{
	share_findings(f);
	share_machines(f);
	find_common(f);
}

static void clear_shares(struct fleet_share *shares, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(shares[i].hosts);
	free(shares);
}

void fleet_clear(struct fleet *f)
{
	for (size_t i = 0; i < f->n_hosts; i++) {
		struct fleet_host *h = &f->hosts[i];

		free(h->name);
		free(h->machine);
		free(h->firmware);
		free(h->kernel);
		free(h->findings);
		ranges_clear(&h->usable);
	}
	free(f->hosts);
	clear_shares(f->findings, f->n_findings);
	clear_shares(f->machines, f->n_machines);
	ranges_clear(&f->common);
	*f = (struct fleet){ 0 };
}
