/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMA faults in memory that is another's, or the firmware's: a finding for each requester
 * and range.
 */
#include "rules/fault-alike.h"
#include "rules/steps.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Is the place a finding of its own? Not for a device that is gone: that is over. */
static bool is_reported(const struct judge *j, size_t fault, enum fault_place place)
{
	const struct fault_view *v = fault_view_of(j, fault);

	return v->place == place && v->who != WHO_ABSENT &&
	       !(place == FAULT_IN_FOREIGN && v->who == WHO_UNKNOWN);
}

static void check_place(struct judge *j, enum fault_place place,
			void (*report)(struct judge *j, size_t fault))
{
	for (size_t i = 0; i < j->host->n_faults; i++) {
		if (is_reported(j, i, place) && fault_is_first(j, i))
			report(j, i);
	}
}

/* --- fault-in-foreign-range --- */

/* The group that lists the range as direct: whose entry it is, the table may not tell. */
static const struct group *lister_of(const struct judge *j, struct range range)
{
	for (size_t i = 0; i < j->host->n_regions; i++) {
		const struct region *r = &j->host->regions[i];

		if (region_is_direct(r) && range_overlaps(r->range, range))
			return host_group(j->host, r->group);
	}
	return NULL;
}

/* Whose the reserved memory is. */
enum owner_case {
	OF_ONE,	    /* the entry's only device */
	OF_SEVERAL, /* one of the entry's devices */
	OF_GROUP,   /* no entry is known, but a device */
	OF_LISTER,  /* no device is known, but a group that lists the range */
	OF_NOBODY,
};

static const char *const owner_wordings[] = {
	[OF_ONE] = "{what}, which is reserved for {owner} only",
	[OF_SEVERAL] = "{what}, which is reserved for {owner} and {more} more",
	[OF_GROUP] = "{what} of group {group}",
	[OF_LISTER] = "{what}, which is reserved for a device of group {group}",
	[OF_NOBODY] = "{what}, which is reserved for no device here",
};

static enum owner_case owner_case(const struct device *owner, const struct entry *e,
				  const struct group *lister)
{
	if (owner && e)
		return e->n_claims > 1 ? OF_SEVERAL : OF_ONE;
	if (owner)
		return OF_GROUP;
	return lister ? OF_LISTER : OF_NOBODY;
}

static char *memory_text(const struct fault_view *v, const struct entry *e)
{
	cleanup_free char *name = e ? entry_short_text(e) : NULL;
	cleanup_free char *range = text_of_range(v->range);

	return name ? text_format("%s (%s)", name, range)
		    : text_format("the direct range %s", range);
}

/* "RMRR 2 (0x...-0x...), which is reserved for 0000:06:00.0 only" */
static char *owner_text(const struct judge *j, const struct fault_view *v)
{
	const struct device *owner =
		v->owner == NO_INDEX ? NULL : &j->host->devices[v->owner];
	const struct entry *e =
		v->entry == NO_INDEX ? NULL : &j->analysis->firmware.entries[v->entry];
	const struct group *lister = lister_of(j, v->range);
	const struct text_word words[] = {
		{ "what", memory_text(v, e) },
		{ "owner", xstrdup(owner ? owner->name : "") },
		{ "more", text_format("%zu", e && e->n_claims ? e->n_claims - 1 : 0) },
		{ "group", text_format("%u", (unsigned)(owner	 ? owner->group
							: lister ? lister->id
								 : 0)) },
	};

	return text_fill(owner_wordings[owner_case(owner, e, lister)], words,
			 ARRAY_SIZE(words));
}

static void report_foreign(struct judge *j, size_t fault)
{
	const struct fault_view *v = fault_view_of(j, fault);
	const struct group *g = fault_group(j, v);
	struct finding *f = fault_found(
		j, fault, SEVERITY_WARNING, CONFIDENCE_DERIVED,
		"DMA of {who} fails: it {access} ({count}), in {whose}. The range is not "
		"mapped for {where}.",
		"whose", owner_text(j, v), "where",
		g ? text_format("group %u", (unsigned)g->id) : xstrdup("it"), FAULT_END);

	if (v->owner != NO_INDEX && v->owner != v->device)
		finding_blame(j, f, &j->host->devices[v->owner]);
	if (v->entry != NO_INDEX)
		finding_add_entry_alone(j, f, &j->analysis->firmware.entries[v->entry],
					0);
	else
		finding_add_region(j, f, &j->host->regions[v->region]);
	fault_quote_alike(j, f, fault);
	finding_kernel(j, f,
		       "maps such a range only for the devices that firmware names.");
	finding_advise_passthrough(
		j, f, g,
		"Update the firmware: its table must name the device that uses the memory.");
}

/* The device's own entry, of which the kernel makes no region. */
static void report_unlisted(struct judge *j, size_t fault)
{
	const struct fault_view *v = fault_view_of(j, fault);
	const struct entry *e = &j->analysis->firmware.entries[v->entry];
	struct finding *f =
		fault_found(j, fault, SEVERITY_WARNING, CONFIDENCE_DERIVED,
			    "DMA of {who} fails: it {access} ({count}), in {memory}, "
			    "which is reserved for this device. The kernel lists no "
			    "region for that entry and does not map the memory.",
			    "memory", memory_text(v, e), FAULT_END);

	finding_add_entry_alone(j, f, e, 0);
	fault_quote_alike(j, f, fault);
	finding_kernel(j, f, "maps for a device only what it lists for its group.");
	steps_look(&f->steps, "iommu-resv list --by entry");
	finding_advise_passthrough(
		j, f, fault_group(j, v),
		"Run: iommu-resv list --by entry. It says why the kernel leaves the entry "
		"out.");
}

static void check_fault_in_foreign_range(struct judge *j)
{
	check_place(j, FAULT_IN_FOREIGN, report_foreign);
	check_place(j, FAULT_IN_UNLISTED, report_unlisted);
}

const struct rule rule_fault_in_foreign_range = {
	.id = "fault-in-foreign-range",
	.title = "A device's DMA fails in memory reserved for another",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.applies = fault_has_iommu,
	.check = check_fault_in_foreign_range,
	.meaning =
		"The kernel log has DMA faults of a device at an address that firmware reserves for "
		"another one. Firmware seems to let both use the memory, but its table names one "
		"only, and the other's DMA is refused. Or the entry is for the device, and the kernel "
		"makes no region of it. To an IOMMU, what is behind a bridge to conventional PCI is "
		"the bridge.",
	.kernels =
		"All versions alike. The kernel prints a few faults a second and counts "
		"the rest, so the numbers are lower bounds.",
	.advice =
		"Update the firmware: its table must name the device. Until then boot with "
		"iommu.passthrough=1, where nothing is refused.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

/* --- fault-in-firmware-memory --- */

/* What would have named the memory, on this host. */
static const char *missing_entries(const struct judge *j)
{
	if (host_has_table(j->host, "DMAR"))
		return "No RMRR";
	if (host_has_table(j->host, "IVRS"))
		return "No IVMD";
	return host_has_table(j->host, "IORT") ? "No RMR" : "No firmware entry";
}

/* "0x1000-0x1fff Reserved", and where that stands. */
struct firmware_memory {
	char *text, *path;
	unsigned line;
};

static struct firmware_memory firmware_memory(const struct judge *j,
					      const struct fault_view *v)
{
	const struct memory *m = v->node ? NULL : &j->host->memory[v->memory];
	cleanup_free char *range = text_of_range(v->range);

	if (!m)
		return (struct firmware_memory){
			text_format("%s, a framebuffer of the device tree", range),
			text_format("/sys/firmware/devicetree/base%s", v->node), 0
		};
	return (struct firmware_memory){ text_format("%s %s", range, m->name),
					 m->source == SOURCE_IOMEM
						 ? xstrdup("/proc/iomem")
						 : text_format("/sys/firmware/memmap/"
							       "%u/type",
							       m->place),
					 m->source == SOURCE_IOMEM ? m->place : 1 };
}

static void report_firmware(struct judge *j, size_t fault)
{
	const struct fault_view *v = fault_view_of(j, fault);
	const struct firmware_memory m = firmware_memory(j, v);
	cleanup_free char *text = m.text;
	cleanup_free char *path = m.path;
	bool tree =
		v->node || (host_is_arm64(j->host) && !host_has_table(j->host, "IORT"));
	struct finding *f = fault_found(
		j, fault, SEVERITY_WARNING, CONFIDENCE_HEURISTIC,
		"DMA of {who} fails in memory that firmware reserved ({memory}): it "
		"{access}, {count}. {entries} lists it for the device, so a firmware "
		"entry seems to be missing.",
		"memory", xstrdup(text), "entries", xstrdup(missing_entries(j)),
		FAULT_END);

	finding_add_evidence(f, path, m.line, text);
	fault_quote_alike(j, f, fault);
	finding_kernel(j, f, "maps only what firmware asks for.");
	finding_advise_passthrough(
		j, f, fault_group(j, v),
		tree ? "Give the memory a node in /reserved-memory with iommu-addresses "
		       "for the device, or let the boot loader "
		       "stop the device before the kernel starts."
		     : "Update the firmware: its table must name the memory.");
}

/* Is there a fault whose address only the map of memory could explain? */
static bool any_elsewhere(const struct judge *j)
{
	for (size_t i = 0; i < j->host->n_faults; i++) {
		const struct fault_view *v = fault_view_of(j, i);

		if (v->place == FAULT_ELSEWHERE && v->who != WHO_ABSENT)
			return true;
	}
	return false;
}

static void check_fault_in_firmware_memory(struct judge *j)
{
	if (any_elsewhere(j) && !host_source_usable(j->host, SOURCE_MEMORY_MAP))
		checked_without_source(j, SOURCE_IOMEM);
	check_place(j, FAULT_IN_FIRMWARE, report_firmware);
}

const struct rule rule_fault_in_firmware_memory = {
	.id = "fault-in-firmware-memory",
	.title = "A device's DMA fails in firmware memory that no entry names",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.applies = fault_has_iommu,
	.check = check_fault_in_firmware_memory,
	.meaning =
		"The kernel log has DMA faults of a device inside memory that firmware reserved, such "
		"as a boot framebuffer, and nothing asks the kernel to map that memory for the "
		"device. Most likely firmware set the device up to use it and does not say so. An "
		"address that the kernel gave out may look the same by chance.",
	.kernels = "All versions alike: what no entry names is not mapped.",
	.advice =
		"Update the firmware; on a host with a device tree give the memory iommu-addresses. "
		"Until then boot with iommu.passthrough=1.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

/* --- fault-in-peer-bar --- */

static void report_peer(struct judge *j, size_t fault)
{
	const struct fault_view *v = fault_view_of(j, fault);
	const struct device *owner = &j->host->devices[v->owner];
	struct finding *f = fault_found(
		j, fault, SEVERITY_WARNING, CONFIDENCE_DERIVED,
		"DMA of {who} to {owner} fails: it {access} ({count}), in that device's "
		"memory {range}. A translated domain does not map DMA from device to "
		"device; no reserved region is concerned.",
		"owner", xstrdup(owner->name), "range", text_of_range(v->range),
		FAULT_END);

	finding_blame(j, f, owner);
	if (v->resource != NO_INDEX)
		finding_add_resource(f, &j->host->resources[v->resource]);
	else if (v->memory != NO_INDEX)
		finding_add_evidence(f, "/proc/iomem", j->host->memory[v->memory].place,
				     j->host->memory[v->memory].name);
	fault_quote_alike(j, f, fault);
	finding_kernel(j, f,
		       "maps another device's memory only where drivers ask for it "
		       "(P2PDMA).");
	finding_advise_passthrough(
		j, f, fault_group(j, v),
		"Use drivers that share memory through the kernel, or give the group of "
		"each device the domain type identity.");
}

static void check_fault_in_peer_bar(struct judge *j)
{
	check_place(j, FAULT_IN_PEER, report_peer);
}

const struct rule rule_fault_in_peer_bar = {
	.id = "fault-in-peer-bar",
	.title = "A device's DMA to another device fails",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.applies = fault_has_iommu,
	.check = check_fault_in_peer_bar,
	.meaning =
		"The kernel log has DMA faults of a device at the physical address of another "
		"device's memory (a BAR): one accesses the other directly. In a DMA domain such "
		"addresses are not mapped; no reserved region is concerned.",
	.kernels = "All versions alike.",
	.advice = "Use drivers that share memory through the kernel, or boot with "
		  "iommu.passthrough=1.",
};
