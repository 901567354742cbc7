/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What monitoring counts of a run. */
#include "render/counts.h"

#include "base/memory.h"
#include "rules/rules.h"

static size_t n_flags(const bool *flags, size_t n)
{
	size_t set = 0;

	for (size_t i = 0; i < n; i++)
		set += flags[i];
	return set;
}

static size_t n_groups(const struct view *v)
{
	return n_flags(v->groups, v->host->n_groups);
}

static size_t n_devices(const struct view *v)
{
	return n_flags(v->devices, v->host->n_devices);
}

static size_t n_user_devices(const struct view *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->host->n_devices; i++)
		n += v->devices[i] && v->analysis->devices[i].for_user;
	return n;
}

/* A device about which both interfaces give no answer is one. */
static size_t n_unanswered_devices(const struct view *v)
{
	const struct findings *f = v->findings;
	size_t n = 0;

	for (size_t i = 0; i < f->n_unanswered; i++)
		n += !i || f->unanswered[i].device != f->unanswered[i - 1].device;
	return n;
}

static size_t n_unchecked_rules(const struct view *v)
{
	return findings_rules_missing(v->findings, false);
}

static size_t n_partly_checked_rules(const struct view *v)
{
	return findings_rules_missing(v->findings, true);
}

static size_t n_ignored_findings(const struct view *v)
{
	return v->findings->n_ignored;
}

size_t n_rules_skipped(const struct view *v)
{
	return v->wanted ? n_rules - n_flags(v->wanted, n_rules) : 0;
}

static size_t n_unreadable_sources(const struct view *v)
{
	size_t n = 0;

	for (size_t i = 0; i < SOURCE_COUNT; i++)
		n += v->host->sources[i].state >= SOURCE_DENIED;
	return n;
}

const struct count counts[] = {
	{ "groups", "IOMMU groups that were judged.", n_groups },
	{ "devices", "Devices that were judged.", n_devices },
	{ "user_devices", "Of these, devices that are passed through.", n_user_devices },
	{ "unanswered_devices",
	  "Devices that are passed through of which it is not known whether a VM can "
	  "have them.",
	  n_unanswered_devices },
	{ "unreadable_sources", "Sources of facts that were denied or broken.",
	  n_unreadable_sources },
	{ "unchecked_rules", "Rules that could not be checked.", n_unchecked_rules },
	{ "partly_checked_rules", "Rules that could be checked in part only.",
	  n_partly_checked_rules },
	{ "ignored_findings", "Findings that --ignore-file leaves out.",
	  n_ignored_findings },
	{ "skipped_rules", "Rules left out by --only or --skip.", n_rules_skipped },
};

const size_t n_counts = ARRAY_SIZE(counts);
