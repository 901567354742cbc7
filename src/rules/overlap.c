/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regions of one group that lie over each other. The kernel checks none of this. */
#include <stdlib.h>

#include "analyze/firmware.h"
#include "base/cleanup.h"
#include "base/order.h"
#include "base/overlap.h"
#include "base/text.h"
#include "rules/rules.h"

static bool is_direct(const struct region *r)
{
	return r->type == REGION_DIRECT;
}

/* A region that is mapped at all: a wrapping one is not, and has a finding of its own. */
static bool is_mapped(const struct judge *j, const struct region *r)
{
	const struct demand *d = demand_of_line(j->analysis, region_index(j->host, r));

	return d && d->misfit != MISFIT_WRAPS;
}

/* What only user-space drivers meet is a note until the group is meant for one. */
static enum severity user_severity(const struct judge *j, const struct group *g,
				   enum severity severity)
{
	return view_of_group(j, g)->for_user ? severity : SEVERITY_INFO;
}

static bool is_sw_msi(const struct judge *j, const struct region *r)
{
	return view_of_region(j, r)->type == REGION_SW_MSI;
}

static bool is_hw_msi(const struct judge *j, const struct region *r)
{
	return view_of_region(j, r)->type == REGION_MSI;
}

static bool is_reserved(const struct judge *j, const struct region *r)
{
	(void)j;
	return r->type == REGION_RESERVED;
}

/* One way in which a direct line can lie over another line of its group. */
struct clash {
	/* The line that is there by right. */
	bool (*is_base)(const struct judge *j, const struct region *r);
	/*
	 * Does this direct or relaxable line clash with it? Only asked where the two
	 * overlap.
	 */
	bool (*is_clash)(const struct region *base, const struct region *r);
	void (*report)(struct judge *j, const struct group *g, const struct region *base,
		       const struct region *r);
};

/* The lines of a group that are mapped, and not said already; their places in the host.
 */
static void find_mapped(const struct judge *j, const struct group *g,
			enum region_type type, struct overlaps *out)
{
	for_each_region (r, j->host, g) {
		if (r->type == type && is_mapped(j, r) && !is_repeated(j, r))
			overlaps_add(out, r->range, region_index(j->host, r));
	}
	overlaps_sort(out);
}

struct lines {
	ARRAY_OF(size_t, places);
};

static void check_base(struct judge *j, const struct clash *clash, const struct group *g,
		       const struct region *base, const struct overlaps *mapped)
{
	size_t at = overlaps_up_to(mapped, base->range.last);
	const struct overlap_range *o;
	struct lines over = { 0 };

	while ((o = overlaps_next(mapped, base->range, &at))) {
		if (clash->is_clash(base, &j->host->regions[o->place]))
			*ADD(&over, places) = o->place;
	}
	if (over.n_places)
		qsort(over.places, over.n_places, sizeof(*over.places), compare_sizes);
	for (size_t i = 0; i < over.n_places && !is_enough(j, g); i++)
		clash->report(j, g, base, &j->host->regions[over.places[i]]);
	free(over.places);
}

static void check_lines(struct judge *j, const struct clash *clash, const struct group *g,
			enum region_type type)
{
	cleanup(overlaps_clear) struct overlaps mapped = { 0 };
	const struct region *before = NULL;

	find_mapped(j, g, type, &mapped);
	for_each_region (base, j->host, g) {
		if (!mapped.n_list || is_enough(j, g))
			break;
		if (!clash->is_base(j, base) ||
		    (before && range_equals(before->range, base->range)))
			continue;
		check_base(j, clash, g, base, &mapped);
		before = base;
	}
}

/* Those that are worse first, since not all may be listed. */
static void check_clash(struct judge *j, const struct clash *clash)
{
	for_each_group (g, j->host) {
		check_lines(j, clash, g, REGION_DIRECT);
		check_lines(j, clash, g, REGION_DIRECT_RELAXABLE);
	}
}

static enum confidence kind_confidence(const struct judge *j, const struct region *msi)
{
	return view_of_region(j, msi)->confidence == CONFIDENCE_HEURISTIC
		       ? CONFIDENCE_HEURISTIC
		       : CONFIDENCE_DERIVED;
}

/* The finding's regions, the one to blame first, and its devices. */
static void add_pair(struct judge *j, struct finding *f, const struct region *r,
		     const struct region *base)
{
	const struct entry *rmr = rmr_of_line(j, host_group(j->host, r->group), r);

	finding_add_region(j, f, r);
	finding_add_region(j, f, base);
	if (rmr)
		finding_add_entry_alone(j, f, rmr, 0);
	finding_add_owners(j, f, r);
}

/* --- direct-equals-sw-msi --- */

static bool equals(const struct region *base, const struct region *r)
{
	return is_direct(r) && range_equals(r->range, base->range);
}

/*
 * What QEMU and others write into the IORT of a guest with a nested SMMU: an RMR node of
 * one range, the window, and with no flag.
 */
static bool is_nesting_pattern(const struct judge *j, const struct entry *e)
{
	return rmr_is_bare(j->analysis, e) && range_equals(e->written, SW_MSI_WINDOW);
}

static const char *equal_text(const struct judge *j, const struct group *g,
			      const struct entry *rmr)
{
	bool nesting = rmr && is_nesting_pattern(j, rmr);

	if (j->host->kernel.virtualized != TRISTATE_YES && !nesting)
		return kernel_refuses_direct(j, g)
			       ? "A direct region equals the software MSI window: kernel drivers work, "
				 "VMs and user-space drivers are refused."
			       : "A direct region equals the software MSI window: kernel drivers work, "
				 "but the doorbells of a VM or user-space driver are placed over it.";
	if (!rmr)
		return "A direct region equals the software MSI window of this VM: the hypervisor keeps "
		       "the window identity-mapped for its own doorbells. Kernel drivers work.";
	if (nesting && g->type == DOMAIN_IDENTITY)
		return "A direct region equals the software MSI window. This is intended: hypervisors "
		       "write such an RMR node to keep the window identity-mapped for doorbells of the "
		       "host. See nested-identity for what the domain type identity needs.";
	if (nesting)
		return "A direct region equals the software MSI window of this VM. This is intended: "
		       "the hypervisor wrote an RMR node for just that, to keep the window "
		       "identity-mapped for its own doorbells. Kernel drivers work.";
	return "A direct region equals the software MSI window of this VM, but its RMR node has "
	       "flags or other ranges too: it is not the one by which a hypervisor keeps the "
	       "window identity-mapped. Kernel drivers work.";
}

static void report_equal(struct judge *j, const struct group *g,
			 const struct region *window, const struct region *r)
{
	const struct entry *rmr = rmr_of_line(j, g, r);
	struct finding *f =
		found(j, user_severity(j, g, SEVERITY_ERROR), kind_confidence(j, window),
		      g, "%s", equal_text(j, g, rmr));

	add_pair(j, f, r, window);
	if (kernel_refuses_direct(j, g))
		finding_kernel(
			j, f,
			"identity-maps it for kernel drivers and refuses VFIO and iommufd with EINVAL.");
	else
		finding_kernel(
			j, f,
			"lets VFIO attach and places doorbells over the firmware's "
			"range.");
}

static void check_direct_equals_sw_msi(struct judge *j)
{
	check_clash(j, &(struct clash){ .is_base = is_sw_msi,
					.is_clash = equals,
					.report = report_equal });
}

const struct rule rule_direct_equals_sw_msi = {
	.id = "direct-equals-sw-msi",
	.title = "Reserved memory equals the software MSI window",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.no_command = true,
	.check = check_direct_equals_sw_msi,
	.meaning =
		"0x8000000-0x80fffff is where the Arm SMMU drivers place MSI doorbells for user "
		"domains. A hypervisor that gives its guest a nested SMMU has its own doorbells "
		"there: the host's kernel programs the device with an address of that window, "
		"which the guest's page tables translate first. So the hypervisor asks the guest "
		"to identity-map the window, by an RMR of exactly that range. In such a guest "
		"this is intended and harmless for the guest's kernel drivers; iommu-resv check "
		"--guest, on the host, compares the two sides. On bare metal firmware has no "
		"reason for it.",
	.behaviours = RESTS_ON(BEHAVIOUR_IORT_RMR, BEHAVIOUR_DIRECT_REFUSED,
			       BEHAVIOUR_DIRECT_DROPPED),
	.kernels =
		"Where it is not refused, the doorbells of a nested guest land on the host's: "
		"their interrupts are lost. Kernel drivers work in all versions: their doorbells "
		"get other addresses.",
	.advice =
		"In a guest no action is needed, but its devices cannot be passed on to a nested "
		"guest. On bare metal update the firmware: its region must not lie at the "
		"software MSI window.",
	.guest_advice =
		"No action needed for drivers of this VM. Its devices cannot be passed on to a "
		"nested guest.",
	.metal_advice =
		"Update the firmware: its region must not lie at the software MSI window.",
};

/* --- direct-overlaps-sw-msi-partly --- */

static bool overlaps_partly(const struct region *base, const struct region *r)
{
	return is_direct(r) && !range_equals(r->range, base->range);
}

static void report_partly(struct judge *j, const struct group *g,
			  const struct region *window, const struct region *r)
{
	struct finding *f = found(
		j, user_severity(j, g, SEVERITY_ERROR), kind_confidence(j, window), g,
		"A direct region overlaps the software MSI window but is not equal to it: the "
		"kernel and the firmware or hypervisor do not agree.");

	add_pair(j, f, r, window);
	if (kernel_refuses_direct(j, g))
		finding_kernel(
			j, f,
			"maps it for kernel drivers and refuses VFIO and iommufd with "
			"EINVAL.");
	else
		finding_kernel(
			j, f,
			"maps it for kernel drivers; a user domain puts doorbells over "
			"the firmware's buffer.");
}

static void check_direct_overlaps_sw_msi_partly(struct judge *j)
{
	check_clash(j, &(struct clash){ .is_base = is_sw_msi,
					.is_clash = overlaps_partly,
					.report = report_partly });
}

const struct rule rule_direct_overlaps_sw_msi_partly = {
	.id = "direct-overlaps-sw-msi-partly",
	.title = "Reserved memory overlaps a part of the software MSI window",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.no_command = true,
	.check = check_direct_overlaps_sw_msi_partly,
	.meaning =
		"The range is neither the whole window, by which a hypervisor keeps it "
		"identity-mapped, nor clear of it. Kernel drivers work, because the window is "
		"for user domains only.",
	.behaviours = RESTS_ON(BEHAVIOUR_DIRECT_REFUSED, BEHAVIOUR_DIRECT_DROPPED),
	.kernels =
		"No version checks for it. Where it is not refused, user domains put doorbells "
		"over the firmware's buffer.",
	.advice = "Update the firmware or the hypervisor: the range must lie outside "
		  "0x8000000-0x80fffff, or be equal to it.",
	.guest_advice =
		"Have the hypervisor move the range out of 0x8000000-0x80fffff, or make it equal "
		"to that.",
	.metal_advice =
		"Update the firmware: the range must lie outside 0x8000000-0x80fffff.",
};

/* --- relaxable-overlaps-sw-msi --- */

static bool is_relaxable(const struct region *base, const struct region *r)
{
	(void)base;
	return r->type == REGION_DIRECT_RELAXABLE;
}

static void report_relaxable(struct judge *j, const struct group *g,
			     const struct region *window, const struct region *r)
{
	struct finding *f = found(
		j, user_severity(j, g, SEVERITY_CRITICAL), kind_confidence(j, window), g,
		"A relaxable direct region overlaps the software MSI window: doorbells of a VM "
		"take the place of its identity mapping. Kernel drivers work; their doorbells "
		"get other addresses.");

	add_pair(j, f, r, window);
	finding_kernel(
		j, f,
		"allows VFIO and iommufd, drops the identity mapping and says nothing; the user "
		"cannot map 0x8000000-0x80fffff. In a nested guest MSIs are lost.");
}

static void check_relaxable_overlaps_sw_msi(struct judge *j)
{
	check_clash(j, &(struct clash){ .is_base = is_sw_msi,
					.is_clash = is_relaxable,
					.report = report_relaxable });
}

const struct rule rule_relaxable_overlaps_sw_msi = {
	.id = "relaxable-overlaps-sw-msi",
	.title = "Relaxable reserved memory overlaps the software MSI window",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.no_command = true,
	.check = check_relaxable_overlaps_sw_msi,
	.meaning =
		"User-space drivers and VMs are allowed, and their doorbells take the place of "
		"what firmware had mapped. If the range is the hypervisor's doorbell window, the "
		"guest's interrupts are lost without a message.",
	.kernels = "All versions alike; nothing is logged.",
	.advice =
		"Have the hypervisor clear remap-permitted of that RMR. On bare metal update the "
		"firmware: it must keep its buffers out of 0x8000000-0x80fffff.",
	.guest_advice = "Have the hypervisor clear remap-permitted of that RMR.",
	.metal_advice =
		"Update the firmware: it must keep its buffers out of 0x8000000-0x80fffff.",
};

/* --- direct-overlaps-hw-msi --- */

static bool always(const struct region *base, const struct region *r)
{
	(void)base;
	(void)r;
	return true;
}

static void report_hw_msi(struct judge *j, const struct group *g,
			  const struct region *window, const struct region *r)
{
	cleanup_free char *range = text_of_range(r->range);
	struct finding *f = found(
		j, is_direct(r) ? SEVERITY_ERROR : SEVERITY_WARNING,
		kind_confidence(j, window), g,
		"Writes to a part of the reserved memory %s are taken for interrupts: it "
		"overlaps the hardware MSI window, which is never translated.",
		range);

	add_pair(j, f, r, window);
	finding_kernel(
		j, f,
		"maps it all the same; the hardware takes writes there for interrupts "
		"before any translation.");
}

static void check_direct_overlaps_hw_msi(struct judge *j)
{
	check_clash(j, &(struct clash){ .is_base = is_hw_msi,
					.is_clash = always,
					.report = report_hw_msi });
}

const struct rule rule_direct_overlaps_hw_msi = {
	.id = "direct-overlaps-hw-msi",
	.title = "Reserved memory overlaps the hardware MSI window",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.no_command = true,
	.check = check_direct_overlaps_hw_msi,
	.meaning =
		"This is a firmware bug: memory that a device writes to cannot lie where its "
		"writes are interrupts (x86: 0xfee00000-0xfeefffff).",
	.kernels = "All versions map it without a message; the mapping has no effect.",
	.advice = "Update the firmware, or override the table to remove the entry.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

/* --- reserved-overlaps-direct --- */

static void report_reserved(struct judge *j, const struct group *g,
			    const struct region *reserved, const struct region *r)
{
	cleanup_free char *range = text_of_range(r->range);
	cleanup_free char *other = text_of_range(reserved->range);
	struct finding *f = found(
		j, SEVERITY_ERROR, CONFIDENCE_OBSERVED, g,
		"Firmware reserves %s for a device, but it overlaps the reserved region %s: one "
		"forbids what the other requires.",
		range, other);

	add_pair(j, f, r, reserved);
	finding_kernel(
		j, f,
		"identity-maps it all the same; hardware may treat these addresses specially.");
}

static void check_reserved_overlaps_direct(struct judge *j)
{
	check_clash(j, &(struct clash){ .is_base = is_reserved,
					.is_clash = always,
					.report = report_reserved });
}

const struct rule rule_reserved_overlaps_direct = {
	.id = "reserved-overlaps-direct",
	.title = "A direct region overlaps a reserved one",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.no_command = true,
	.check = check_reserved_overlaps_direct,
	.meaning =
		"For example a range inside AMD's HyperTransport addresses "
		"0xfd00000000-0xffffffffff, which hardware does not treat as memory. An identity "
		"mapping there is of no use. A virtio-iommu may even reject the mapping, and "
		"then the whole IOMMU is lost.",
	.kernels = "No version checks for it.",
	.advice = "Update the firmware, or correct the regions the hypervisor reports.",
	.guest_advice = "Correct the regions that the hypervisor reports.",
	.metal_advice = "Update the firmware.",
};
