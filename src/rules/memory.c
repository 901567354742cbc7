/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A direct region against what really answers at its addresses. */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/overlap.h"
#include "base/text.h"
#include "rules/rules.h"

static bool has_device(const struct host *host, const struct group *g, const char *name)
{
	const struct device *d = host_device(host, name);

	return d && d->group == g->id;
}

/* What answers at addresses: indices of the host's resources and memory. */
struct answering {
	struct overlaps resources, memory;
	struct overlaps ivmds; /* of entries */
};

static void answering_clear(struct answering *a)
{
	overlaps_clear(&a->resources);
	overlaps_clear(&a->memory);
	overlaps_clear(&a->ivmds);
}

static bool overlaps_any(const struct overlaps *overlaps, struct range range)
{
	size_t at = overlaps_up_to(overlaps, range.last);

	return overlaps_next(overlaps, range, &at);
}

/*
 * The memory of a function that overlaps the range: a BAR or ROM, the first, before the
 * window of a bridge, in which it lies. *own: it is of the group itself, so nobody is in
 * the way.
 */
static const struct resource *resource_below(const struct host *host,
					     const struct overlaps *resources,
					     const struct group *g, struct range range,
					     bool *own)
{
	const struct resource *window = NULL, *of_group = NULL, *other = NULL;
	size_t at = overlaps_up_to(resources, range.last);
	const struct overlap_range *o;

	while ((o = overlaps_next(resources, range, &at))) {
		const struct resource *r = &host->resources[o->place];

		if (r->kind == RESOURCE_WINDOW)
			window = !window || r > window ? r : window;
		else if (has_device(host, g, r->device))
			of_group = !of_group || r > of_group ? r : of_group;
		else
			other = !other || r < other ? r : other;
	}
	*own = !other && of_group;
	return other ? other : of_group ? of_group : window;
}

static const char *const overlap_texts[RESOURCE_KIND_COUNT] = {
	[RESOURCE_BAR] =
		"DMA to the reserved memory {range} reaches a BAR of {device} instead: the two "
		"overlap.",
	[RESOURCE_ROM] =
		"DMA to the reserved memory {range} reaches the ROM of {device} instead: the two "
		"overlap.",
	[RESOURCE_VF_BAR] =
		"DMA to the reserved memory {range} reaches the BARs of the virtual functions of "
		"{device} instead: they overlap.",
	[RESOURCE_WINDOW] =
		"The reserved memory {range} overlaps a window of {device}: there is no memory, "
		"and the kernel may place a device's registers there.",
};

/* Words by which the kernel gives devices other addresses: pci_setup, drivers/pci/pci.c.
 */
static void advise_no_move(const struct judge *j, struct finding *f)
{
	static const char *const words[] = { "realloc", "nocrs" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcmp(words[i], "realloc") &&
		    kernel_option_has(&j->host->kernel, "pci=", "realloc=off"))
			continue;
		if (kernel_option_has(&j->host->kernel, "pci=", words[i]))
			finding_advise(
				f,
				"Remove pci=%s from the kernel command line; it makes the "
				"kernel move devices. If that does not help, update the "
				"firmware.",
				words[i]);
	}
}

static void report_resource(struct judge *j, const struct group *g,
			    const struct region *r, const struct resource *at)
{
	const struct device *d = host_device(j->host, at->device);
	cleanup_free char *range = text_of_range(r->range);
	cleanup_free char *message = text_filled(overlap_texts[at->kind], "range", range,
						 "device", at->device, TEXT_END);
	struct finding *f =
		found(j, SEVERITY_WARNING, CONFIDENCE_OBSERVED, g, "%s", message);

	finding_add_region(j, f, r);
	finding_add_owners(j, f, r);
	if (d)
		finding_blame(j, f, d);
	finding_add_resource(f, at);
	advise_no_move(j, f);
	finding_kernel(j, f, "identity-maps it and does not look for the overlap.");
}

/* arch/x86/pci/mmconfig-shared.c and drivers/pci/ecam.c; ECAM since 6.8. */
static bool is_configuration_space(const char *name)
{
	return text_starts_with(name, "PCI MMCONFIG") ||
	       text_starts_with(name, "PCI ECAM");
}

static bool is_ram(const struct memory *m)
{
	return !strcmp(m->name, "System RAM");
}

/* RAM below an RMRR is rmrr-not-reserved; without its entry a line is not judged. */
static void find_answering(const struct judge *j, struct answering *out)
{
	const struct host *host = j->host;

	for (size_t i = 0; i < host->n_resources; i++)
		overlaps_add(&out->resources, host->resources[i].range, i);
	for (size_t i = 0; i < host->n_memory; i++) {
		const struct memory *m = &host->memory[i];

		if (m->source == SOURCE_IOMEM &&
		    (is_configuration_space(m->name) || is_ram(m)))
			overlaps_add(&out->memory, m->range, i);
	}
	for_each_entry (e, j) {
		if (e->table == &table_ivrs)
			overlaps_add(&out->ivmds, e->written, 0);
	}
	overlaps_sort(&out->resources);
	overlaps_sort(&out->memory);
	overlaps_sort(&out->ivmds);
}

/* The first that is in the way; NULL. */
static const struct memory *memory_below(const struct host *host,
					 const struct answering *a, struct range range)
{
	const bool is_of_ivmd = overlaps_any(&a->ivmds, range);
	size_t at = overlaps_up_to(&a->memory, range.last);
	const struct memory *first = NULL;
	const struct overlap_range *o;

	while ((o = overlaps_next(&a->memory, range, &at))) {
		const struct memory *m = &host->memory[o->place];

		if ((is_of_ivmd || !is_ram(m)) && (!first || m < first))
			first = m;
	}
	return first;
}

static const char overlap_ram[] =
	"The kernel uses the reserved memory {range} as normal RAM while the device's "
	"DMA goes there: it overlaps System RAM.";
static const char overlap_configuration[] =
	"DMA to the reserved memory {range} fails or configures devices: it overlaps the "
	"configuration space of PCI, where there is no memory.";

static void report_memory(struct judge *j, const struct group *g, const struct region *r,
			  const struct memory *m)
{
	bool ram = is_ram(m);
	cleanup_free char *text = text_format("%08" PRIx64 "-%08" PRIx64 " : %s",
					      m->range.first, m->range.last, m->name);
	cleanup_free char *range = text_of_range(r->range);
	cleanup_free char *message = text_filled(
		ram ? overlap_ram : overlap_configuration, "range", range, TEXT_END);
	struct finding *f = found(j, ram ? SEVERITY_CRITICAL : SEVERITY_WARNING,
				  CONFIDENCE_OBSERVED, g, "%s", message);

	finding_add_region(j, f, r);
	finding_add_owners(j, f, r);
	finding_add_evidence(f, "/proc/iomem", m->place, text);
	finding_kernel(j, f, "identity-maps it and does not look for the overlap.");
}

static void check_region(struct judge *j, const struct group *g, const struct region *r,
			 const struct answering *a)
{
	const struct memory *m = memory_below(j->host, a, r->range);
	const struct resource *at;
	bool own;

	at = resource_below(j->host, &a->resources, g, r->range, &own);
	if (at && !own)
		report_resource(j, g, r, at);
	if (overlaps_any(&a->ivmds, r->range) &&
	    !host_source_usable(j->host, SOURCE_IOMEM))
		checked_without_source(j, SOURCE_IOMEM);
	if (m)
		report_memory(j, g, r, m);
}

/* The kernel's own range for ISA DMA, intel_iommu_get_resv_regions: no entry asks for it.
 */
static bool is_isa_range(const struct region *r)
{
	return r->type == REGION_DIRECT_RELAXABLE && !r->range.first &&
	       r->range.last == 0xffffff;
}

static void check_direct_overlaps_memory(struct judge *j)
{
	cleanup(answering_clear) struct answering a = { 0 };

	find_answering(j, &a);
	for_each_group (g, j->host) {
		for_each_region (r, j->host, g) {
			if (region_is_direct(r) && !range_is_inverted(r->range) &&
			    !is_isa_range(r) && !is_repeated(j, r))
				check_region(j, g, r, &a);
		}
	}
}

static bool any_direct(const struct host *host, const struct analysis *a)
{
	(void)a;
	for (size_t i = 0; i < host->n_regions; i++) {
		if (region_is_direct(&host->regions[i]))
			return true;
	}
	return false;
}

const struct rule rule_direct_overlaps_memory = {
	.id = "direct-overlaps-memory",
	.title = "Reserved memory overlaps a device's registers or RAM",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.uses = SOURCE_BIT(SOURCE_RESOURCES),
	.applies = any_direct,
	.no_command = true,
	.check = check_direct_overlaps_memory,
	.meaning =
		"Firmware should reserve only memory for a device (a direct region). If another "
		"device's BAR, its ROM or the configuration space of PCI answers at these addresses, "
		"DMA goes there: peer to peer, past the IOMMU's protection, or to nothing. A bridge's "
		"window holds no memory either. In System RAM the DMA overwrites what the kernel put "
		"there. A device's own BAR is no fault. The rule reads the file `resource` of PCI "
		"functions and, where it can, /proc/iomem; RAM below an RMRR is rmrr-not-reserved. "
		"pci=realloc and pci=nocrs on the command line move devices and may be the cause.",
	.kernels =
		"All versions map what firmware asks for. iova_reserve_pci_windows "
		"(drivers/iommu/dma-iommu.c) keeps the windows of host bridges out of the "
		"addresses that drivers get; it does not touch a direct region.",
	.advice = "Update the firmware: its entry is wrong.",
	.guest_advice = ADVICE_GUEST_TABLE,
};
