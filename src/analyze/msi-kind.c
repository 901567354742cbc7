/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel prints hardware MSI windows and the software MSI window with one word. Which
 * it is follows from the IOMMU driver behind the group, and from the exact range.
 */
#include <string.h>

#include "analyze/firmware.h"
#include "analyze/parts.h"

/* The kind of a line "msi" by the driver that emits it (their get_resv_regions). */
static void decide(enum iommu_kind kind, bool is_window, struct region_view *v)
{
	v->type = REGION_MSI;
	v->confidence = CONFIDENCE_DERIVED;
	switch (kind) {
	case IOMMU_INTEL:
	case IOMMU_AMD:
		v->why = "x86 IOMMU drivers have hardware MSI windows only";
		break;
	case IOMMU_DART:
		v->why = "apple-dart has the hardware doorbell only";
		break;
	case IOMMU_SMMUV3:
	case IOMMU_SMMU:
		v->why =
			is_window
				? "the Arm SMMU drivers always emit this software window"
				: "not the software window: an ITS page that the SMMU cannot "
				  "translate";
		v->type = is_window ? REGION_SW_MSI : REGION_MSI;
		break;
	case IOMMU_VIRTIO:
		v->why = is_window
				 ? "virtio-iommu adds this window unless the hypervisor "
				   "reported that very range"
				 : "reported by the hypervisor";
		v->type = is_window ? REGION_SW_MSI : REGION_MSI;
		v->confidence = is_window ? CONFIDENCE_HEURISTIC : CONFIDENCE_DERIVED;
		break;
	default:
		v->why = "the IOMMU behind the group is not known";
		v->type = is_window ? REGION_SW_MSI : REGION_MSI;
		v->confidence = CONFIDENCE_HEURISTIC;
		break;
	}
}

static bool is_window(const struct region *r)
{
	return r->type == REGION_MSI && range_equals(r->range, SW_MSI_WINDOW);
}

static void analyze_group(const struct host *host, const struct group *g,
			  struct region_view *out)
{
	enum iommu_kind kind = iommu_kind_at(host, iommu_of_group(host, g));

	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		const struct region *r = &host->regions[i];
		struct region_view *v = &out[i];

		v->type = r->type;
		v->confidence = CONFIDENCE_OBSERVED;
		v->why = "as printed";
		if (r->type == REGION_MSI)
			decide(kind, is_window(r), v);
		/*
		 * The same window twice: lines of one type are merged, so these are two
		 * types, and the kernel puts the lower type, hardware MSI, first.
		 */
		if (is_window(r) && i + 1 < g->first_region + g->n_regions &&
		    is_window(r + 1)) {
			v->type = REGION_MSI;
			v->confidence = CONFIDENCE_DERIVED;
			v->why = "first of two equal msi lines";
		}
	}
}

void analyze_msi_kinds(const struct host *host, struct region_view *out)
{
	for (size_t i = 0; i < host->n_groups; i++)
		analyze_group(host, &host->groups[i], out);
}

/*
 * Does a pre-ITS stand in front of the ITS? its_enable_quirk_socionext_synquacer takes
 * the flag away, and says so in the log ("ITS: Socionext Synquacer pre-ITS"); a property
 * of the device tree asks for it, so a machine with ACPI has none.
 */
static enum tristate has_pre_its(const struct host *host, const struct analysis *a)
{
	enum tristate by_tree = dtb_has_pre_its(a);

	if (host_log_find(host, "enabling workaround for ITS", "pre-ITS"))
		return TRISTATE_YES;
	if (by_tree != TRISTATE_UNKNOWN)
		return by_tree;
	return !host_has_table(host, "IORT") &&
			       (host->sources[SOURCE_LOG].state >= SOURCE_DENIED ||
				host->sources[SOURCE_DEVICE_TREE].state >= SOURCE_DENIED)
		       ? TRISTATE_UNKNOWN
		       : TRISTATE_NO;
}

static void conclude(struct isolation *out, enum tristate isolated, const char *path,
		     const char *why)
{
	out->isolated = isolated;
	out->path = path;
	out->why = why;
}

/*
 * Isolated MSIs: Intel and AMD interrupt remapping and the GICv3 ITS have the flag
 * (IRQ_DOMAIN_FLAG_ISOLATED_MSI, from 6.3; before that the remapping capability), GICv2M
 * and plain x86 vectors do not.
 */
void analyze_isolation(const struct host *host, const struct analysis *a,
		       struct isolation *out)
{
	static const char interrupts[] = "/proc/interrupts";
	static const char by_its[] = "a GICv3 ITS serves the MSIs";
	static const char by_gicv2m[] = "a GICv2m serves the MSIs";
	const char *log = host_log_path(host);
	const struct interrupts *i = &host->interrupts;

	out->pre_its = has_pre_its(host, a);
	if (i->remapped == TRISTATE_YES)
		conclude(out, TRISTATE_YES, interrupts, "chips are remapped (IR-)");
	else if (out->pre_its == TRISTATE_YES)
		conclude(out, TRISTATE_NO,
			 dtb_has_pre_its(a) == TRISTATE_YES ? table_dtb.path : log,
			 "the ITS has a pre-ITS in front, which isolates nothing");
	else if (i->its == TRISTATE_YES && out->pre_its == TRISTATE_UNKNOWN)
		conclude(
			out, TRISTATE_UNKNOWN, log,
			"whether the ITS has a pre-ITS in front, which isolates nothing, "
			"only the log says, and it could not be read");
	else if (i->its == TRISTATE_YES)
		conclude(out, TRISTATE_YES, interrupts, by_its);
	else if (host_log_find(host, "ITS [mem", NULL) ||
		 host_log_find(host, "ITS@0x", NULL))
		conclude(out, TRISTATE_YES, log, by_its);
	else if (host_is_x86(host) && i->remapped == TRISTATE_NO)
		conclude(out, TRISTATE_NO, interrupts, "no chip is remapped (IR-)");
	else if (i->gicv2m == TRISTATE_YES)
		conclude(out, TRISTATE_NO, interrupts, by_gicv2m);
	else if (host_log_find(host, "GICv2m:", NULL))
		conclude(out, TRISTATE_NO, log, by_gicv2m);
	else if (host_is_s390(host))
		conclude(out, TRISTATE_YES, interrupts,
			 "s390 isolates interrupts always");
	else if (host_is_power(host))
		conclude(out, TRISTATE_NO, interrupts,
			 "no interrupt controller of POWER tells the kernel that it "
			 "isolates MSIs");
	else if (host_log_find(host, "vfio_iommu_type1_attach_group",
			       "No interrupt remapping support"))
		conclude(out, TRISTATE_NO, log, "VFIO has refused a group for it");
	else if (host_is_riscv(host))
		conclude(out, TRISTATE_NO, interrupts,
			 "nothing on RISC-V isolates interrupts yet");
	else
		conclude(out, TRISTATE_UNKNOWN, interrupts,
			 "does not show how MSIs are delivered, nor does the log");
}
