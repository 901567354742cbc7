/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a device's DMA is coherent with the caches, as the driver of its IOMMU tells
 * VFIO (IOMMU_CAP_CACHE_COHERENCY): without it no VFIO driver can be bound.
 *
 *   SMMUv3    what firmware says of the unit: IORT, flag COHACC override; dma-coherent in
 *             the device tree; the log prints it as bit 8 of its features
 *   SMMUv2    the same for the table walk, or the device by itself
 *   others    a row below: always, or never
 *
 * Older SMMU drivers say yes without asking the unit.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/firmware.h"
#include "analyze/parts.h"
#include "base/text.h"

/*
 * What .capable of each driver answers; those that have none never have it. UNKNOWN: it
 * depends on the unit, or the driver is not known. drivers/iommu, POWER:
 * arch/powerpc/kernel/iommu.c, spapr_tce_iommu_capable.
 */
static const enum tristate answer_of[IOMMU_KIND_COUNT] = {
	[IOMMU_OTHER] = TRISTATE_UNKNOWN, [IOMMU_INTEL] = TRISTATE_YES,
	[IOMMU_AMD] = TRISTATE_YES,	  [IOMMU_SMMUV3] = TRISTATE_UNKNOWN,
	[IOMMU_SMMU] = TRISTATE_UNKNOWN,  [IOMMU_VIRTIO] = TRISTATE_YES,
	[IOMMU_DART] = TRISTATE_NO,	  [IOMMU_RISCV] = TRISTATE_NO,
	[IOMMU_S390] = TRISTATE_YES,	  [IOMMU_SPAPR] = TRISTATE_YES,
	[IOMMU_MOCK] = TRISTATE_YES,	  [IOMMU_ROCKCHIP] = TRISTATE_NO,
	[IOMMU_MEDIATEK] = TRISTATE_NO,	  [IOMMU_EXYNOS] = TRISTATE_NO,
	[IOMMU_SUN50I] = TRISTATE_NO,	  [IOMMU_IPMMU] = TRISTATE_NO,
	[IOMMU_TEGRA] = TRISTATE_NO,	  [IOMMU_SPRD] = TRISTATE_NO,
	[IOMMU_MSM] = TRISTATE_NO,	  [IOMMU_OMAP] = TRISTATE_NO,
	[IOMMU_QCOM] = TRISTATE_YES,	  [IOMMU_PAMU] = TRISTATE_YES,
	[IOMMU_VSI] = TRISTATE_NO,	  [IOMMU_BCM2712] = TRISTATE_NO,
};

static struct coherency of_driver(enum iommu_kind kind)
{
	static const char *const why[TRISTATE_COUNT] = {
		[TRISTATE_UNKNOWN] = "the driver of the IOMMU is not known",
		[TRISTATE_NO] = ("the driver of this IOMMU never tells VFIO that DMA is "
				 "coherent with the caches"),
		[TRISTATE_YES] = "its driver always says so",
	};

	return (struct coherency){ answer_of[kind], why[answer_of[kind]], false };
}

/* "smmu3.0x00000000fc900000": where its registers are; false if the name says nothing. */
static bool base_of(const struct iommu *i, uint64_t *base)
{
	const char *dot = strchr(i->name, '.');

	return dot && text_starts_with(dot + 1, "0x") &&
	       text_to_number(dot + 3, 16, UINT64_MAX, base);
}

/* Is a line of the driver about this unit? With one unit every line is. */
static bool is_of_unit(const struct host *host, const struct iommu *i, const char *line)
{
	uint64_t base;
	char node[40];

	if (host_real_iommus(host) == 1)
		return true;
	if (!base_of(i, &base))
		return false;
	snprintf(node, sizeof(node), " %llx.", (unsigned long long)base);
	return strstr(line, node) != NULL;
}

#define FEATURE_COHERENCY 8 /* ARM_SMMU_FEAT_COHERENCY, arm-smmu-v3.h */

/* "ias 48-bit, oas 48-bit (features 0x001c1eaf)": arm_smmu_device_hw_probe. */
static enum tristate v3_line(const char *text)
{
	static const char mark[] = "(features 0x";
	const char *s = strstr(text, "arm-smmu-v3") ? strstr(text, mark) : NULL;

	if (!s)
		return TRISTATE_UNKNOWN;
	return strtoul(s + strlen(mark), NULL, 16) >> FEATURE_COHERENCY & 1 ? TRISTATE_YES
									    : TRISTATE_NO;
}

/* "coherent table walk" or "non-coherent table walk": arm_smmu_device_cfg_probe. */
static enum tristate v2_line(const char *text)
{
	if (!strstr(text, "coherent table walk"))
		return TRISTATE_UNKNOWN;
	return strstr(text, "non-coherent") ? TRISTATE_NO : TRISTATE_YES;
}

static size_t units_of(const struct host *host, enum iommu_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < host->n_iommus; i++)
		n += host->iommus[i].kind == kind;
	return n;
}

/*
 * What the lines of the driver say of a unit. With ACPI they name it
 * "arm-smmu-v3.0.auto", which does not tell which it is: then all must say the same, and
 * none may be lost.
 */
static enum tristate of_log(const struct host *host, const struct iommu *i,
			    enum tristate (*tell)(const char *text))
{
	size_t n[TRISTATE_COUNT] = { 0 };

	for (size_t k = 0; k < host->n_log; k++) {
		enum tristate t = tell(host->log[k].text);

		if (t != TRISTATE_UNKNOWN && is_of_unit(host, i, host->log[k].text))
			return t;
		n[t]++;
	}
	for (enum tristate t = TRISTATE_NO; t <= TRISTATE_YES; t++) {
		if (n[t] >= units_of(host, i->kind) &&
		    n[t] == n[TRISTATE_NO] + n[TRISTATE_YES])
			return t;
	}
	return TRISTATE_UNKNOWN;
}

static const char *log_text(bool v3, enum tristate log)
{
	static const char *const texts[][TRISTATE_COUNT] = {
		{ NULL, "the unit does not walk its tables coherently (log)",
		  "the unit walks its tables coherently (log)" },
		{ NULL,
		  "the unit is not coherent with the caches: bit 8 of its features in the "
		  "log is clear",
		  "the log names the unit's feature (bit 8)" },
	};

	return texts[v3][log];
}

/* What firmware says of a unit: the kernel takes it as it stands there. */
static struct coherency of_firmware(const struct analysis *a, uint64_t base, bool v3)
{
	enum tristate iort = iort_smmu_coherent(a, base, v3);
	enum tristate tree = dtb_iommu_coherent(a, base);

	if (iort == TRISTATE_YES)
		return (struct coherency){ iort, "the IORT says so", false };
	if (iort == TRISTATE_NO)
		return (struct coherency){ iort,
					   "the IORT does not say that the unit is "
					   "coherent with the caches",
					   false };
	if (tree == TRISTATE_YES)
		return (struct coherency){ tree, "dma-coherent in the device tree",
					   false };
	return (struct coherency){ tree,
				   tree == TRISTATE_NO
					   ? "the unit's node in the device tree has "
					     "no dma-coherent"
					   : NULL,
				   false };
}

static struct coherency ask_smmu(const struct host *host, const struct analysis *a,
				 const struct iommu *i)
{
	bool v3 = i->kind == IOMMU_SMMUV3;
	enum tristate log = of_log(host, i, v3 ? v3_line : v2_line);
	struct coherency c = { log, log_text(v3, log), false };
	uint64_t base;

	if (c.coherent == TRISTATE_UNKNOWN && base_of(i, &base))
		c = of_firmware(a, base, v3);
	if (!c.why)
		c.why = "neither log nor firmware tells whether the SMMU is coherent with "
			"the caches";
	c.by_device = !v3 && c.coherent == TRISTATE_NO;
	return c;
}

static struct coherency of_smmu(const struct host *host, const struct analysis *a,
				const struct iommu *i)
{
	static const char always[] = "the driver of this kernel says so of every SMMU";
	enum tristate asks = kernel_does(host, BEHAVIOUR_SMMU_COHERENCY_ASKED, i->kind);
	struct coherency c = ask_smmu(host, a, i);

	if (asks == TRISTATE_NO)
		return (struct coherency){ TRISTATE_YES, always, false };
	if (asks == TRISTATE_UNKNOWN && c.coherent == TRISTATE_NO)
		return (struct coherency){
			TRISTATE_UNKNOWN,
			"the unit is not coherent with the caches, and whether this kernel "
			"asks it is not known",
			false
		};
	return c;
}

static struct coherency of_unit(const struct host *host, const struct analysis *a,
				const struct iommu *i)
{
	if (i->kind == IOMMU_SMMUV3 || i->kind == IOMMU_SMMU)
		return of_smmu(host, a, i);
	return of_driver(i->kind);
}

void analyze_coherency(const struct host *host, const struct analysis *a,
		       struct coherency *out)
{
	for (size_t i = 0; i < host->n_iommus; i++)
		out[i] = of_unit(host, a, &host->iommus[i]);
}

/*
 * arm_smmu_capable (drivers/iommu/arm/arm-smmu/arm-smmu.c): device_get_dma_attr, which
 * asks the node of the device itself. A PCI function without one has no attribute.
 */
struct coherency coherency_of_device(const struct host *host, const struct analysis *a,
				     const struct device *d, size_t unit)
{
	struct coherency c = a->coherency[unit];
	enum tristate by_tree;

	if (!c.by_device)
		return c;
	by_tree = host_has_table(host, "IORT") ? TRISTATE_UNKNOWN
					       : dtb_device_coherent(a, d);
	if (by_tree == TRISTATE_YES)
		return (struct coherency){ by_tree, "dma-coherent in the device tree",
					   false };
	if (by_tree == TRISTATE_NO)
		return (struct coherency){ by_tree,
					   "neither the unit nor the device is coherent "
					   "with the caches: no dma-coherent in the "
					   "device tree",
					   false };
	return (struct coherency){
		by_tree,
		"the unit is not coherent with the caches, and whether "
		"the device is by itself is not known",
		false
	};
}
