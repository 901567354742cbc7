/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices that share a domain, or will: what one needs, another does not know of. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

/* --- dma-api-blind-spot --- */

/* So many owners are named one by one, and so many entries shown. */
#define OWNERS_MAX 3
#define ENTRIES_MAX 8

/* The devices of a group that an entry gives the range, by name. */
static char *owners_of(const struct judge *j, const struct group *g, size_t entry)
{
	struct claim_slice own = claims_of_group(j->host, j->analysis, g);
	struct text_list list = { .max = OWNERS_MAX };

	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &j->analysis->firmware.claims[i];

		if (c->entry == entry)
			text_list_add(&list, j->host->devices[c->device].name);
	}
	return text_list_take(&list);
}

static void add_owners(struct judge *j, struct finding *f, const struct group *g,
		       size_t entry)
{
	struct claim_slice own = claims_of_group(j->host, j->analysis, g);

	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &j->analysis->firmware.claims[i];

		if (c->entry == entry)
			finding_blame(j, f, &j->host->devices[c->device]);
	}
}

static bool is_active(const struct judge *j, const struct demand *c)
{
	return !device_driver_leaves_dma(&j->host->devices[c->reuser]);
}

/* Firmware goes on using it, and the other device's driver does DMA. */
static bool is_harmful(const struct judge *j, const struct demand *c)
{
	return c->type == REGION_DIRECT && is_active(j, c);
}

/* iommu_dma_init_domain leaves it to the page table what a second mapping does. */
static void say_second_mapping(struct judge *j, struct finding *f, const struct group *g)
{
	enum iommu_kind kind = view_of_group(j, g)->kind;
	bool generic = finding_rests_on(j, f, BEHAVIOUR_GENERIC_PAGE_TABLE, kind) ==
		       TRISTATE_YES;

	if (kind == IOMMU_INTEL && !generic)
		finding_kernel(j, f,
			       "maps over it and logs \"ERROR: DMA PTE for vPFN ... "
			       "already set\".");
	else if (kind == IOMMU_AMD && !generic)
		finding_kernel(j, f, "maps over it, without a message.");
	else
		finding_kernel(j, f,
			       "does not map the address twice: the mapping for DMA "
			       "fails.");
}

/* The ranges of one group that others do not know of: each entry once. */
struct blind_spots {
	ARRAY_OF(const struct demand *, range);
	size_t worst; /* the first that is harmful, if one is */
};

/* Nothing is handed out in an identity domain; and cards can be moved. */
static void advise_apart(struct judge *j, struct finding *f, const struct device *a,
			 const struct device *b, const struct group *g)
{
	const char *how;

	if (is_one_device(a, b))
		how = "Update the firmware: a newer one may do without the memory. These are functions "
		      "of one device, and no slot separates them.";
	else if (host_is_guest(j))
		how = "Have the hypervisor put each device behind a port of its own.";
	else if (may_be_card(j, a) || may_be_card(j, b))
		how = "Move one of the devices to a slot where it has a group of its own (ACS).";
	else
		how = "Update the firmware: a newer one may do without the memory. These devices are "
		      "part of the board, and no slot separates them.";
	finding_advise_passthrough(j, f, g, how);
}

static const char blind_direct[] =
	"The kernel may put DMA buffers of {sibling} into the reserved memory {range} of "
	"{owners}, with which it shares a DMA domain.";
static const char blind_relaxable[] =
	"The kernel may put DMA buffers of {sibling} into the relaxable reserved memory "
	"{range} of {owners}, with which it shares a DMA domain.";

static void report_blind_spots(struct judge *j, const struct group *g,
			       const struct blind_spots *b)
{
	const struct demand *c = b->range[b->worst];
	size_t entry = j->analysis->firmware.claims[c->claim].entry;
	cleanup_free char *owners = owners_of(j, g, entry);
	cleanup_free char *range = text_of_range(c->asked);
	const struct device *sibling = &j->host->devices[c->reuser];
	cleanup_free char *message = text_filled(
		c->type == REGION_DIRECT ? blind_direct : blind_relaxable, "sibling",
		sibling->name, "owners", owners, "range", range, TEXT_END);
	struct finding *f = found(j, is_harmful(j, c) ? SEVERITY_WARNING : SEVERITY_INFO,
				  CONFIDENCE_HEURISTIC, g, "%s", message);

	finding_say_more(f, b->n_range - 1, "range of the group", "ranges of the group");
	for (size_t i = 0; i < b->n_range && i < ENTRIES_MAX; i++)
		finding_add_entry_alone(
			j, f,
			&j->analysis->firmware.entries
				 [j->analysis->firmware.claims[b->range[i]->claim].entry],
			0);
	finding_add_region(j, f, &j->host->regions[c->region]);
	finding_add_type(f, g);
	finding_add_driver(f, sibling);
	add_owners(j, f, g, entry);
	finding_add_device(j, f, sibling);
	say_second_mapping(j, f, g);
	advise_apart(j, f,
		     &j->host->devices[j->analysis->firmware.claims[c->claim].device],
		     sibling, g);
}

/* Old kernels keep the regions of all devices of a group out of its allocator. */
static bool may_be_blind(const struct host *host, enum iommu_kind kind)
{
	if (kind == IOMMU_INTEL)
		return kernel_does(host, BEHAVIOUR_FIRST_DEVICE_RESERVES_INTEL, kind) !=
		       TRISTATE_NO;
	return kind != IOMMU_AMD || kernel_does(host, BEHAVIOUR_FIRST_DEVICE_RESERVES_AMD,
						kind) != TRISTATE_NO;
}

static bool any_shared_direct(const struct host *host, const struct analysis *a)
{
	for (size_t i = 0; i < host->n_groups; i++) {
		if (host->groups[i].n_devices > 1 &&
		    a->groups[i].n_direct + a->groups[i].n_relaxable &&
		    may_be_blind(host, a->groups[i].kind))
			return true;
	}
	return false;
}

/*
 * A relaxable range matters little, and so does a sibling that does no DMA now: of both
 * together nothing is said. seen[entry]: the last group, its index plus one.
 */
static void look_at_device(const struct judge *j, const struct group *g, size_t device,
			   size_t *seen, struct blind_spots *b)
{
	const struct demands *demands = &j->analysis->demands;
	const struct demand_slice slice = demands->of_device[device];

	for (size_t i = 0; i < slice.n; i++) {
		const struct demand *c = &demands->list[slice.first + i];
		size_t entry = c->claim == NO_INDEX
				       ? NO_INDEX
				       : j->analysis->firmware.claims[c->claim].entry;

		/* The kernel's own range for ISA DMA is the last to be handed out. */
		if (entry == NO_INDEX || c->reuser == NO_INDEX ||
		    (c->type != REGION_DIRECT && !is_active(j, c)) ||
		    seen[entry] == group_index(j->host, g) + 1)
			continue;
		seen[entry] = group_index(j->host, g) + 1;
		*ADD(b, range) = c;
		if (is_harmful(j, c) && !is_harmful(j, b->range[b->worst]))
			b->worst = b->n_range - 1;
	}
}

static void check_dma_api_blind_spot(struct judge *j)
{
	cleanup_free size_t *seen =
		xcalloc(j->analysis->firmware.n_entries, sizeof(*seen));

	for_each_group (g, j->host) {
		struct blind_spots b = { 0 };

		for_each_device (d, j->host, g)
			look_at_device(j, g, device_index(j->host, d), seen, &b);
		if (b.n_range)
			report_blind_spots(j, g, &b);
		free(b.range);
	}
}

const struct rule rule_dma_api_blind_spot = {
	.id = "dma-api-blind-spot",
	.title = "DMA buffers of one device may land in reserved memory of another",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.uses = SOURCE_BIT(SOURCE_FIRMWARE_TABLES) | SOURCE_BIT(SOURCE_DEVICE_TREE) |
		SOURCE_BIT(SOURCE_KERNEL) | SOURCE_BIT(SOURCE_PCI),
	.applies = any_shared_direct,
	.check = check_dma_api_blind_spot,
	.meaning =
		"The kernel keeps only the regions of one device out of the allocator of I/O "
		"addresses: of the device that sets up the group's DMA domain first. A direct "
		"range of a later device is mapped, and its addresses are handed out all the "
		"same, from the top down: after minutes or months a buffer of another device "
		"lands there. Which device came first cannot be seen. For relaxable ranges, or "
		"while no driver of another device of the group does DMA, this is a note.",
	.behaviours = RESTS_ON(BEHAVIOUR_FIRST_DEVICE_RESERVES_INTEL,
			       BEHAVIOUR_FIRST_DEVICE_RESERVES_AMD,
			       BEHAVIOUR_GENERIC_PAGE_TABLE),
	.kernels =
		"The generic page table refuses to map over the range (EADDRINUSE), and the "
		"driver's DMA mapping fails. Other kernels map over it, with a message on Intel "
		"and without one on AMD.",
	.advice =
		"Move one of the devices to a slot where it has a group of its own (ACS); "
		"functions of one device stay together. Until then boot with "
		"iommu.passthrough=1, where no addresses are handed out.",
};

/* --- two-groups-one-container --- */

/* A group that is passed through, with MSIs of one kind only: hardware or software. */
static const struct group *group_for_user(const struct judge *j, bool hardware)
{
	for_each_group (g, j->host) {
		const struct group_view *gv = view_of_group(j, g);

		if (gv->for_user && !gv->untranslated &&
		    (hardware ? gv->n_hw_msi && !gv->n_sw_msi
			      : gv->n_sw_msi && !gv->n_hw_msi))
			return g;
	}
	return NULL;
}

static void add_msi_lines(struct judge *j, struct finding *f, const struct group *g)
{
	for_each_region (r, j->host, g) {
		enum region_type type = view_of_region(j, r)->type;

		if (type == REGION_MSI || type == REGION_SW_MSI)
			finding_add_region(j, f, r);
	}
	finding_add_devices(j, f, g);
}

static void check_two_groups_one_container(struct judge *j)
{
	const struct group *hardware = group_for_user(j, true);
	const struct group *software = group_for_user(j, false);
	struct finding *f;

	if (!hardware || !software)
		return;
	f = found(
		j, SEVERITY_WARNING, CONFIDENCE_HEURISTIC, NULL,
		"Groups %u and %u should not share a VFIO container: the first has a hardware "
		"MSI window, the second the software MSI window, and the group that joins later "
		"gets no window of its own.",
		(unsigned)hardware->id, (unsigned)software->id);
	add_msi_lines(j, f, hardware);
	add_msi_lines(j, f, software);
	finding_advise(f, kernel_does_anywhere(j->host, BEHAVIOUR_IOMMUFD) == TRISTATE_NO
				  ? "Use one container for each group."
				  : "Use one container for each group, or iommufd.");
	finding_kernel(j, f,
		       "lets the second group join the first one's domain, if they are "
		       "compatible, before it looks at its MSI regions.");
}

const struct rule rule_two_groups_one_container = {
	.id = "two-groups-one-container",
	.title = "Two groups for VMs have different kinds of MSI windows",
	.severity = SEVERITY_WARNING,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.applies = any_group_for_user,
	.no_command = true,
	.check = check_two_groups_one_container,
	.meaning =
		"VFIO type1 decides about MSIs when it makes a domain. A group that joins an "
		"existing domain keeps that domain's decision, so its interrupts may be written "
		"to an address that means nothing there. Whether one program uses both groups in "
		"one container, and in which order, cannot be seen before.",
	.behaviours = RESTS_ON(BEHAVIOUR_IOMMUFD),
	.kernels =
		"All versions alike (vfio_iommu_type1_attach_group). iommufd looks at each device.",
	.advice = "Use one container for each group, or iommufd where the kernel has it.",
};
