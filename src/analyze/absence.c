/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a host has no IOMMU group, as far as its facts tell. The first that fits is the
 * answer: what could not be seen before what is not there, what somebody chose before
 * what is missing.
 */
#include <inttypes.h>
#include <string.h>

#include "analyze/parts.h"
#include "base/cleanup.h"
#include "base/text.h"

static const char *first_table(const struct host *host)
{
	static const char *const names[] = { "DMAR", "IVRS", "VIOT", "IORT" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (host_has_table(host, names[i]))
			return names[i];
	}
	return NULL;
}

static char *source_text(const char *what, const struct source *s)
{
	return text_format("%s%s: %s", what, s->path ? s->path : "?",
			   s->detail  ? s->detail
			   : s->error ? strerror(s->error)
				      : source_state_name(s->state));
}

/* What was not seen, so that nothing can be said; NULL: enough was. */
static char *not_seen(const struct host *host)
{
	const struct source *groups = &host->sources[SOURCE_GROUPS];
	const struct source *pci = &host->sources[SOURCE_PCI];

	if (groups->state == SOURCE_DENIED || groups->state == SOURCE_BROKEN)
		return source_text("the groups cannot be read: ", groups);
	/* Every Linux with sysfs has the PCI bus there, unless it has none at all. */
	if (groups->state == SOURCE_ABSENT && pci->state == SOURCE_ABSENT)
		return source_text("sysfs is not here, or knows neither groups nor PCI: ",
				   groups);
	return NULL;
}

/* --- Entries that the kernel cannot satisfy make it give the IOMMU up --- */

/* The highest address that the kernel could map 1:1; UINT64_MAX: not known. */
static uint64_t highest_address(const struct host *host, const struct analysis *a)
{
	unsigned width = a->tables.dmar.width_minus_one + 1u;

	for (size_t i = 0; i < host->n_iommus; i++) {
		if (a->iommus[i].aperture_known)
			return a->iommus[i].aperture_last;
	}
	if (!a->tables.view[TABLE_DMAR].file || width >= 64)
		return UINT64_MAX;
	return ((uint64_t)1 << width) - 1;
}

static bool is_without_permission(const struct analysis *a, const struct entry *e)
{
	return e->origin == ORIGIN_IVMD &&
	       ivmd_has_no_permission(&a->tables.ivrs.ivmds[e->source]);
}

static char *blame(struct analysis *a, size_t entry, enum absence_cause cause)
{
	const struct entry *e = &a->entries[entry];
	cleanup_free char *name = entry_text(a, e);

	a->absence_entry = entry;
	a->absence_cause = cause;
	if (cause == ABSENCE_PERMISSION)
		return text_format(
			"%s wants a 1:1 mapping that may be neither read nor written; the "
			"kernel gives the IOMMU up when it cannot map such a range",
			name);
	return text_format(
		"%s wants 0x%" PRIx64 "-0x%" PRIx64 " mapped 1:1, above 0x%" PRIx64
		", the last address the IOMMU translates; the kernel gives the "
		"IOMMU up when it cannot map such a range",
		name, e->listed.first, e->listed.last, a->absence_last);
}

/* For each entry: has it devices, none of which is in a group? The caller owns it. */
static bool *lost_entries(const struct host *host, const struct analysis *a)
{
	bool *lost = xcalloc(a->n_entries, sizeof(*lost));

	for (size_t i = 0; i < a->n_entries; i++)
		lost[i] = a->entries[i].n_claims;
	for (size_t i = 0; i < a->n_claims; i++) {
		const struct claim *c = &a->claims[i];

		if (c->entry != NO_INDEX && host->devices[c->device].group != NO_GROUP)
			lost[c->entry] = false;
	}
	return lost;
}

/* NULL: no entry is of that kind. */
static char *entry_given_up(const struct host *host, struct analysis *a)
{
	cleanup_free bool *lost = lost_entries(host, a);

	a->absence_last = highest_address(host, a);
	for (size_t i = 0; i < a->n_entries; i++) {
		const struct entry *e = &a->entries[i];

		if (!lost[i] || range_is_inverted(e->listed) ||
		    (e->listed.last | 0xfff) == UINT64_MAX)
			continue;
		if (e->listed.last > a->absence_last)
			return blame(a, i, ABSENCE_WIDTH);
		if (is_without_permission(a, e) &&
		    kernel_does(host, BEHAVIOUR_DIRECT_FAILURE_LOSES_IOMMU, IOMMU_AMD) !=
			    ANSWER_NO)
			return blame(a, i, ABSENCE_PERMISSION);
	}
	return NULL;
}

static char *scope_given_up(const struct host *host, struct analysis *a)
{
	const struct dmar *dmar = &a->tables.dmar;

	for (size_t i = 0; i < dmar->n_scopes; i++) {
		cleanup_free char *scope = NULL;

		if (!a->scopes[i].wrong_type)
			continue;
		a->absence_cause = ABSENCE_SCOPE;
		scope = scope_text(&dmar->scopes[i]);
		return text_format(
			"the DMAR scope %s at 0x%zx says %s, and %s is %s; the kernel then "
			"gives up DMA remapping for the whole machine",
			scope, dmar->scopes[i].offset,
			dmar->scopes[i].type == SCOPE_ENDPOINT ? "endpoint" : "bridge",
			host->devices[a->scopes[i].device].name,
			dmar->scopes[i].type == SCOPE_ENDPOINT ? "a bridge" : "none");
	}
	return NULL;
}

/* Does a unit serve no device, while others do? */
static bool is_unit_lost(const struct host *host)
{
	if (!host_groups_complete(host))
		return false;
	for (size_t i = 0; i < host->n_iommus; i++) {
		if (!host->iommus[i].n_devices && host->iommus[i].kind != IOMMU_MOCK)
			return true;
	}
	return false;
}

static char *given_up(const struct host *host, const struct analysis *a)
{
	char *s = a->given_up ? xstrdup(a->given_up) : NULL;

	if (!s && host_log_find(host,
				"was not able to establish FW requested direct "
				"mapping",
				NULL))
		s = xstrdup("the kernel could not establish a 1:1 mapping that firmware "
			    "requests, and gave the IOMMU up (kernel log)");
	return s;
}

/* A table announces an IOMMU, and there is none. */
static char *unused_table(const struct host *host, const char *table)
{
	if (!strcmp(table, "VIOT"))
		return xstrdup(
			"firmware has the table VIOT, but no driver uses the virtual IOMMU: "
			"is the module virtio_iommu loaded?");
	if (!strcmp(table, "DMAR") &&
	    !kernel_option_has(&host->kernel, "intel_iommu=", "on"))
		return xstrdup(
			"firmware has the table DMAR, but the kernel uses no IOMMU: is "
			"intel_iommu=on missing on the command line?");
	return text_format("firmware has the table %s, but the kernel uses no IOMMU",
			   table);
}

/* No table announces one. */
static char *nothing_announced(const struct host *host)
{
	const struct source *firmware = &host->sources[SOURCE_FIRMWARE_TABLES];

	if (firmware->state == SOURCE_DENIED || firmware->detail)
		return source_text("the firmware tables cannot be seen: ", firmware);
	if (host->kernel.virtualized == ANSWER_YES)
		return xstrdup(
			"this is a virtual machine, and its hypervisor offers no virtual "
			"IOMMU");
	if (firmware->state == SOURCE_READ && !host->has_device_tree)
		return xstrdup(
			"firmware announces none (no DMAR, IVRS or VIOT table): none is built "
			"in, or it is switched off in the firmware setup");
	if (firmware->state == SOURCE_READ)
		return xstrdup("no driver found one in the device tree");
	return source_text("nothing on this host tells why: ",
			   &host->sources[SOURCE_GROUPS]);
}

void analyze_absence(const struct host *host, struct analysis *a)
{
	const char *table = first_table(host);
	const char *off = kernel_iommu_off(&host->kernel);

	if (!host->n_groups)
		a->absence = not_seen(host);
	if (a->absence)
		return;
	if (!off && (!host->n_groups || is_unit_lost(host)))
		a->given_up = a->dmar_given_up && !host->n_groups
				      ? scope_given_up(host, a)
				      : entry_given_up(host, a);
	if (host->n_groups)
		return;
	if (off)
		a->absence =
			text_format("the kernel command line switches it off: %s", off);
	else
		a->absence = given_up(host, a);
	if (a->absence)
		return;
	if (host_real_iommus(host) && !(table && !strcmp(table, "VIOT")))
		a->absence = xstrdup(
			"the kernel has an IOMMU instance, but put no device behind it");
	else if (table)
		a->absence = unused_table(host, table);
	else
		a->absence = nothing_announced(host);
}
