/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The identity state of each device: must it find memory 1:1, who provides that, and how
 * that is known.
 */
#include "analyze/parts.h"
#include "kernel/kernel.h"

enum provider provider_of(const struct host *host, const struct analysis *a,
			  const struct group *g)
{
	if (a->groups[group_index(host, g)].holder != NO_INDEX)
		return PROVIDER_NOTHING;
	if (g->type == DOMAIN_IDENTITY)
		return PROVIDER_PASSTHROUGH;
	if (domain_is_dma(g->type))
		return PROVIDER_DIRECT_MAPPINGS;
	return g->type == DOMAIN_BLOCKED ? PROVIDER_NOTHING : PROVIDER_UNKNOWN;
}

/* The worst that firmware entries give to a device itself, of what the kernel lists. */
static enum requirement claimed(const struct analysis *a, size_t device)
{
	struct demand_slice s = a->demands.of_device[device];
	enum requirement worst = REQUIRED_NO;

	for (size_t i = 0; i < s.n; i++) {
		const struct demand *d = &a->demands.list[s.first + i];

		if (d->claim == NO_INDEX || d->loss == LOSS_NOT_LISTED)
			continue;
		if (d->type == REGION_DIRECT)
			return REQUIRED_YES;
		worst = REQUIRED_RELAXABLE;
	}
	return worst;
}

/* Is every direct line of the group somebody's, by a firmware entry? */
static bool all_explained(const struct analysis *a, const struct group *g)
{
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		if (a->demands.of_line[i] != NO_INDEX &&
		    a->origins[i].explained != EXPLAINED_FULLY)
			return false;
	}
	return true;
}

/* In a larger group a line has no owner of its own: only the firmware tables tell. */
static void decide_by_tables(const struct host *host, const struct analysis *a,
			     const struct group *g, size_t device, struct identity *id)
{
	enum requirement own = claimed(a, device);

	if (own != REQUIRED_YES)
		id->logged = log_direct_refusal(host, a, device);
	if (id->logged) {
		id->required = REQUIRED_YES;
		id->why = "the kernel refused it in this boot for a region of its own";
	} else if (own == REQUIRED_YES ||
		   (own == REQUIRED_RELAXABLE && a->firmware.tables_known[device])) {
		id->required = own;
		id->why =
			"a firmware entry (or a rule of the kernel) reserves the region for it";
	} else if (a->firmware.tables_known[device] && all_explained(a, g)) {
		id->required = REQUIRED_NO;
		id->why = "the direct regions of its group belong to other devices";
	} else {
		id->required = REQUIRED_UNKNOWN;
		id->why =
			"the group has more than one device, and nothing says whose region it is";
	}
}

/* Nobody here knows what such a region asks for. */
static bool has_unknown_type(const struct host *host, const struct group *g)
{
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		if (host->regions[i].type == REGION_UNKNOWN)
			return true;
	}
	return false;
}

static void decide_requirement(const struct host *host, const struct analysis *a,
			       const struct group *g, size_t device, struct identity *id)
{
	const struct group_view *gv = &a->groups[group_index(host, g)];

	if (!gv->n_direct && gv->maybe_incomplete) {
		id->required = REQUIRED_UNKNOWN;
		id->why = "the group's list of regions is not complete";
	} else if (!gv->n_direct && has_unknown_type(host, g)) {
		id->required = REQUIRED_UNKNOWN;
		id->why = "the group has a region of a type that is not known here";
	} else if (gv->n_direct + gv->n_relaxable == 0) {
		id->required = REQUIRED_NO;
		id->why = "the group has no direct region";
	} else if (g->n_devices == 1) {
		id->required = gv->n_direct ? REQUIRED_YES : REQUIRED_RELAXABLE;
		id->why = "it is alone in its group";
	} else {
		decide_by_tables(host, a, g, device, id);
	}
}

/* What was looked at for all that the device must find; PROOF_NONE: not for all. */
static enum proof seen_for_all(const struct analysis *a, size_t device)
{
	struct demand_slice s = a->demands.of_device[device];

	for (size_t i = 0; i < s.n; i++) {
		if (a->demands.list[s.first + i].proof == PROOF_NONE)
			return PROOF_NONE;
	}
	return s.n ? a->demands.list[s.first].proof : PROOF_NONE;
}

/*
 * Where a failed mapping costs the whole IOMMU, a group that exists has its mappings.
 * Older kernels ignore some failures.
 */
static enum proof proof_of(const struct host *host, const struct analysis *a,
			   const struct group *g, size_t device, enum provider provider)
{
	enum proof seen = seen_for_all(a, device);

	if (provider == PROVIDER_PASSTHROUGH)
		return PROOF_KERNEL_RULE;
	if (provider != PROVIDER_DIRECT_MAPPINGS || seen != PROOF_NONE)
		return seen;
	return kernel_does(host, BEHAVIOUR_DIRECT_FAILURE_LOSES_IOMMU,
			   a->groups[group_index(host, g)].kind) == TRISTATE_YES
		       ? PROOF_KERNEL_RULE
		       : PROOF_NONE;
}

/* Has the log a fault where the kernel should have mapped something for the device? */
static bool is_doubted(const struct analysis *a, size_t device)
{
	struct demand_slice s = a->demands.of_device[device];

	for (size_t i = s.first; i < s.first + s.n; i++) {
		if (a->demands.list[i].proof == PROOF_LOG)
			return true;
	}
	return false;
}

static void analyze_device(const struct host *host, const struct analysis *a,
			   const struct group *g, size_t index, struct identity *id)
{
	decide_requirement(host, a, g, index, id);
	id->provider = provider_of(host, a, g);
	id->proof = proof_of(host, a, g, index, id->provider);
	if (is_doubted(a, index)) {
		id->provider = PROVIDER_UNKNOWN;
		id->proof = PROOF_LOG;
	}
}

/*
 * A device in no group: the tables alone tell what firmware wants for it. Whether
 * anything translates its DMA is not known.
 */
static void analyze_ungrouped(const struct analysis *a, size_t device,
			      struct identity *id)
{
	struct claim_slice own = claims_of_device(a, device);

	id->required = REQUIRED_UNKNOWN;
	id->why = "the device is in no group";
	for (size_t i = own.first; i < own.first + own.n; i++) {
		id->why = "a firmware entry names it, but the device is in no group";
		if (a->firmware.claims[i].type == REGION_DIRECT)
			id->required = REQUIRED_YES;
		else if (id->required == REQUIRED_UNKNOWN)
			id->required = REQUIRED_RELAXABLE;
	}
}

void analyze_identity(const struct host *host, const struct analysis *a,
		      struct identity *out)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].group == NO_GROUP)
			analyze_ungrouped(a, i, &out[i]);
	}
	for (size_t i = 0; i < host->n_groups; i++) {
		const struct group *g = &host->groups[i];

		for (size_t d = g->first_device; d < g->first_device + g->n_devices; d++)
			analyze_device(host, a, g, d, &out[d]);
	}
}

const char *requirement_name(enum requirement requirement)
{
	static const char *const names[] = {
		[REQUIRED_NO] = "no",
		[REQUIRED_RELAXABLE] = "relaxable",
		[REQUIRED_YES] = "yes",
		[REQUIRED_UNKNOWN] = "unknown",
	};

	return names[requirement];
}

const char *provider_name(enum provider provider)
{
	static const char *const names[] = {
		[PROVIDER_UNKNOWN] = "unknown",
		[PROVIDER_PASSTHROUGH] = "passthrough",
		[PROVIDER_DIRECT_MAPPINGS] = "direct-mappings",
		[PROVIDER_NOTHING] = "nothing",
	};

	return names[provider];
}

const char *proof_name(enum proof proof)
{
	static const char *const names[] = {
		[PROOF_NONE] = "none",
		[PROOF_KERNEL_RULE] = "kernel-rule",
		[PROOF_LOG] = "log",
		[PROOF_TRACE] = "trace",
		[PROOF_PAGE_TABLE] = "page-table",
	};

	return names[proof];
}
