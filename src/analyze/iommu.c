/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far the I/O addresses of each IOMMU reach. The kernel prints the address width
 * nowhere: it follows from the registers that /sys/class/iommu shows and from how each
 * driver uses them.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/firmware.h"
#include "analyze/parts.h"
#include "base/page.h"

static unsigned field(uint64_t reg, unsigned low, unsigned n)
{
	return (unsigned)(reg >> low & (((uint64_t)1 << n) - 1));
}

/*
 * VT-d specification, 11.4.2 (capability register): SAGAW bits 8 to 12, MGAW bits 16 to
 * 21 (minus one), SLLPS bits 34 to 37; 11.4.3 (extended capability): PT bit 6, SMTS bit
 * 43, FSTS bit 47. The use of them: drivers/iommu/intel/iommu.c, iommu_calculate_agaw and
 * paging_domain_alloc (6.12), compute_vasz_lg2_ss and compute_vasz_lg2_fs (7.2), which
 * agree on the result.
 */
static unsigned intel_width(uint64_t cap)
{
	unsigned sagaw = field(cap, 8, 5);
	unsigned mgaw = field(cap, 16, 6) + 1;

	for (unsigned level = 4; level-- > 0;) {
		if (sagaw >> level & 1) {
			unsigned width =
				30 + 9 * level; /* SAGAW bit 1: 39, 2: 48, 3: 57 */

			return width < mgaw ? width : mgaw;
		}
	}
	return 0;
}

/* Does a domain for users sit in the first stage, whose addresses are sign-extended? */
static bool intel_uses_first_stage(const struct host *host, const struct iommu *i)
{
	if (!(i->ecap >> 43 & 1) || !(i->ecap >> 47 & 1))
		return false;
	if (kernel_option_has(&host->kernel, "intel_iommu=", "sm_off"))
		return false;
	return kernel_does(host, BEHAVIOUR_USERS_IN_FIRST_STAGE, IOMMU_INTEL) ==
		       TRISTATE_YES ||
	       !(i->ecap >> 46 & 1);
}

static void analyze_intel(const struct host *host, const struct iommu *i,
			  struct iommu_view *v)
{
	unsigned large = field(i->cap, 34, 4);

	if (!i->has_cap)
		return;
	v->address_width = intel_width(i->cap);
	v->pass_through = i->ecap >> 6 & 1 ? TRISTATE_YES : TRISTATE_NO;
	v->page_sizes = (uint64_t)1 << 12 | (uint64_t)(large & 1) << 21 |
			(uint64_t)(large >> 1 & 1) << 30;
	if (!v->address_width)
		return;
	v->aperture_known = true;
	v->why = "capability register: MGAW and SAGAW";
	if (intel_uses_first_stage(host, i)) {
		v->why = "capability register; first stage, so one bit less";
		v->aperture_last = last_of_width(v->address_width - 1);
	} else {
		v->aperture_last = last_of_width(v->address_width);
	}
}

/*
 * The generic page table takes the lower of VASize (0: no limit) and the level in HATS,
 * bits 10 and 11 of EFR (AMD I/O Virtualization Technology specification, 5.2.1 for
 * IVinfo, with EFRSup in bit 0 and VASize in bits 15 to 21, and MMIO offset 0030h). The
 * driver asks before it has read the register, so HATS counts only if EFRSup says that
 * the table holds a copy, and is 0 else (drivers/iommu/amd/init.c, early_amd_iommu_init).
 * 0: the driver refuses to translate.
 */
static unsigned amd_width(uint64_t efr, uint32_t ivinfo)
{
	static const unsigned level_width[] = { 48, 57, 64, 0 };
	unsigned limit = field(ivinfo, 15, 7);
	unsigned width = level_width[ivinfo & 1 ? field(efr, 10, 2) : 0];

	return limit && limit < width ? limit : width;
}

/*
 * sysfs prints both feature registers. Where it is not known in which order: EFR is never
 * 0 on hardware that has it, EFR2 often is.
 */
static void order_features(const struct host *host, const struct iommu *i,
			   struct iommu_view *v)
{
	enum tristate first = kernel_does(host, BEHAVIOUR_EFR_PRINTED_FIRST, IOMMU_AMD);
	bool efr_first =
		first == TRISTATE_YES || (first == TRISTATE_UNKNOWN && i->features[0]);

	v->efr_known = i->has_features;
	v->efr = i->features[efr_first ? 0 : 1];
	v->efr2 = i->features[efr_first ? 1 : 0];
}

/* What the driver says of the v1 page table in dma_max_address, or the generic one. */
static void limit_amd(const struct host *host, const struct analysis *a,
		      struct iommu_view *v)
{
	enum tristate limits = kernel_does(host, BEHAVIOUR_AMD_LEVELS_LIMIT, IOMMU_AMD);
	enum tristate generic =
		kernel_does(host, BEHAVIOUR_GENERIC_PAGE_TABLE, IOMMU_AMD);

	if (limits == TRISTATE_NO) {
		v->aperture_known = true;
		v->address_width = 64;
		v->why = "the driver of this kernel sets no limit";
	} else if (limits == TRISTATE_YES && generic != TRISTATE_UNKNOWN &&
		   v->efr_known && table_view(a, &table_ivrs)->complete) {
		uint32_t info = ivrs_info(a).value;

		/* bit 0: EFRSup; VASize is the generic one's */
		v->address_width =
			amd_width(v->efr, generic == TRISTATE_YES ? info : info & 1);
		v->aperture_known = v->address_width > 0;
		v->why = generic == TRISTATE_YES ? "IVRS: VASize; feature register: HATS"
						 : "feature register: HATS";
	}
	if (v->aperture_known)
		v->aperture_last = last_of_width(v->address_width);
}

static void analyze_amd(const struct host *host, const struct analysis *a,
			const struct iommu *i, struct iommu_view *v)
{
	order_features(host, i, v);
	v->pass_through = TRISTATE_YES;
	v->page_sizes = ~(uint64_t)0xfff;
	if (!kernel_option_has(&host->kernel, "amd_iommu=", "pgtbl_v2"))
		limit_amd(host, a, v);
}

/*
 * arm_smmu_domain_finalise, stage 1: 48 bits, or 52 if the SMMU can do that, but not more
 * than VA_BITS of the kernel, which kernels of phones and boards have at 39.
 */
static void analyze_smmuv3(const struct host *host, struct iommu_view *v)
{
	unsigned bits = host->kernel.user_bits;

	if (bits < 36 || bits > 52)
		return;
	v->address_width = bits < 48 ? bits : 48;
	v->aperture_known = true;
	v->aperture_assumed = bits >= 48;
	v->aperture_last = last_of_width(v->address_width);
	v->why = bits < 48 ? "the addresses of this kernel (VA_BITS)"
			   : "48 bits unless SMMU and kernel both have 52";
}

/*
 * "Stage-1: 48-bit VA -> 48-bit IPA", arm_smmu_device_cfg_probe
 * (drivers/iommu/arm/arm-smmu/arm-smmu.c). Which unit a line is of is not asked: 0 unless
 * all agree. That of an SMMUv1, whose tables have the 32-bit format, does not count.
 */
static unsigned stage_1_bits(const struct host *host)
{
	static const char mark[] = "Stage-1: ";
	unsigned bits = 0;

	if (host_log_find(host, "arm-smmu", "SMMUv1 with:"))
		return 0;
	for (size_t i = 0; i < host->n_log; i++) {
		const char *s = strstr(host->log[i].text, mark);
		unsigned long n = s ? strtoul(s + strlen(mark), NULL, 10) : 0;

		if (!s || !strstr(s, "-bit VA") || !strstr(host->log[i].text, "arm-smmu"))
			continue;
		if (n < 32 || n > 64 || (bits && bits != n))
			return 0;
		bits = (unsigned)n;
	}
	return bits;
}

/* arm_smmu_init_domain_context, stage 1: the domain ends with va_size, which is logged.
 */
static void analyze_smmu(const struct host *host, struct iommu_view *v)
{
	unsigned bits = stage_1_bits(host);

	if (!bits)
		return;
	v->address_width = bits;
	v->aperture_known = true;
	v->aperture_last = last_of_width(bits);
	v->why = "Stage-1, the width of a VA";
}

/* The last line of the list of a unit's function; NULL: it has none. */
static const struct region *last_line_behind(const struct host *host, size_t unit)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		const struct device *d = &host->devices[i];
		const struct group *g =
			d->iommu == unit ? host_group(host, d->group) : NULL;

		if (g && g->n_regions)
			return &host->regions[g->first_region + g->n_regions - 1];
	}
	return NULL;
}

/*
 * An s390 function, which is a unit by itself, may use the addresses between two reserved
 * regions. The second one ends where its translation table does: ZPCI_TABLE_SIZE_RT, _RS
 * (arch/s390/include/asm/pci_dma.h), or all 64 bits; a domain for users has the same
 * table (s390_domain_alloc_paging). Where the function may use the table to its end there
 * is no second one; kernels that list the regions whatever the domain have one kind of
 * table.
 */
static void analyze_s390(const struct host *host, size_t unit, struct iommu_view *v)
{
	static const unsigned widths[] = { 42, 53, 64 };
	const struct region *last = last_line_behind(host, unit);

	if (!last || last->type != REGION_RESERVED)
		return;
	if (!last->range.first &&
	    kernel_does(host, BEHAVIOUR_REGIONS_BY_STATE, IOMMU_S390) == TRISTATE_NO)
		v->address_width = widths[0];
	for (size_t k = 0; last->range.first && k < ARRAY_SIZE(widths); k++) {
		if (last->range.last == last_of_width(widths[k]))
			v->address_width = widths[k];
	}
	if (!v->address_width)
		return;
	v->aperture_known = true;
	v->aperture_last = last_of_width(v->address_width);
	v->why = "the size of its translation table";
}

static void analyze_one(const struct host *host, const struct analysis *a,
			const struct iommu *i, struct iommu_view *v)
{
	v->aperture_last = UINT64_MAX;
	switch (i->kind) {
	case IOMMU_INTEL:
		analyze_intel(host, i, v);
		break;
	case IOMMU_AMD:
		analyze_amd(host, a, i, v);
		break;
	case IOMMU_SMMUV3:
		analyze_smmuv3(host, v);
		break;
	case IOMMU_SMMU:
		analyze_smmu(host, v);
		break;
	case IOMMU_S390:
		analyze_s390(host, (size_t)(i - host->iommus), v);
		break;
	default:
		break;
	}
}

void analyze_iommus(const struct host *host, const struct analysis *a,
		    struct iommu_view *out)
{
	for (size_t i = 0; i < host->n_iommus; i++)
		analyze_one(host, a, &host->iommus[i], &out[i]);
}
