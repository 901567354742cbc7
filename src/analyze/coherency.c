/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a device's DMA is coherent with the caches, as the driver of its IOMMU tells
 * VFIO (IOMMU_CAP_CACHE_COHERENCY): without it no VFIO driver can be bound.
 *
 *   Intel, AMD, s390, POWER, virtio    always (.capable of each driver)
 *   SMMUv3    what firmware says of the unit: IORT, flag COHACC override; dma-coherent in
 *             the device tree; the log prints it as bit 8 of its features
 *   SMMUv2    the same for the table walk, or the device by itself
 *   others    never: they have no .capable (drivers/iommu: apple-dart, rockchip, ...)
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/firmware.h"
#include "analyze/parts.h"
#include "base/text.h"

/* Drivers that have no .capable, and two that say yes; what others do is not known. */
static struct coherency of_driver(const char *driver)
{
	static const char *const never[] = {
		"rk_iommu",  "bcm2712-iommu", "sun50i-iommu",  "tegra-smmu",
		"mtk-iommu", "ipmmu-vmsa",    "exynos-sysmmu", "sprd-iommu",
		"msm_iommu", "omap-iommu",    "vsi-iommu"
	};

	for (size_t i = 0; driver && i < ARRAY_SIZE(never); i++) {
		if (!strcmp(driver, never[i]))
			return (struct coherency){
				TRISTATE_NO, "the driver of this IOMMU never tells VFIO "
					     "that DMA is coherent with the caches"
			};
	}
	if (driver && (!strcmp(driver, "qcom-iommu") || !strcmp(driver, "fsl-of-pamu")))
		return (struct coherency){ TRISTATE_YES, "its driver always says so" };
	return (struct coherency){ TRISTATE_UNKNOWN,
				   "the driver of the IOMMU is not known" };
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
static struct coherency v3_of_log(const struct host *host, const struct iommu *i)
{
	static const char mark[] = "(features 0x";

	for (size_t k = 0; k < host->n_log; k++) {
		const char *s = strstr(host->log[k].text, mark);

		if (!s || !strstr(host->log[k].text, "arm-smmu-v3") ||
		    !is_of_unit(host, i, host->log[k].text))
			continue;
		return (strtoul(s + strlen(mark), NULL, 16) >> FEATURE_COHERENCY & 1) != 0
			       ? (struct coherency){ TRISTATE_YES,
						     "the log names the unit's feature "
						     "(bit 8)" }
			       : (struct coherency){
					 TRISTATE_NO,
					 "the unit is not coherent with the caches: bit 8 "
					 "of its features in the log is clear"
				 };
	}
	return (struct coherency){ TRISTATE_UNKNOWN, NULL };
}

/* "coherent table walk" or "non-coherent table walk": arm_smmu_device_cfg_probe. */
static struct coherency v2_of_log(const struct host *host, const struct iommu *i)
{
	for (size_t k = 0; k < host->n_log; k++) {
		const char *text = host->log[k].text;

		if (!strstr(text, "coherent table walk") || !is_of_unit(host, i, text))
			continue;
		return strstr(text, "non-coherent")
			       ? (struct coherency){ TRISTATE_NO,
						     "the unit does not walk its tables "
						     "coherently (log)" }
			       : (struct coherency){ TRISTATE_YES,
						     "the unit walks its tables "
						     "coherently (log)" };
	}
	return (struct coherency){ TRISTATE_UNKNOWN, NULL };
}

/* What firmware says of a unit: the kernel takes it as it stands there. */
static struct coherency of_firmware(const struct analysis *a, uint64_t base, bool v3)
{
	enum tristate iort = iort_smmu_coherent(a, base, v3);
	enum tristate tree = dtb_iommu_coherent(a, base);

	if (iort == TRISTATE_YES)
		return (struct coherency){ iort, "the IORT says so" };
	if (iort == TRISTATE_NO)
		return (struct coherency){ iort, "the IORT does not say that the unit is "
						 "coherent with the caches" };
	if (tree == TRISTATE_YES)
		return (struct coherency){ tree, "dma-coherent in the device tree" };
	return (struct coherency){ tree,
				   tree == TRISTATE_NO
					   ? "the unit's node in the device tree has "
					     "no dma-coherent"
					   : NULL };
}

static struct coherency of_smmu(const struct host *host, const struct analysis *a,
				const struct iommu *i)
{
	bool v3 = i->kind == IOMMU_SMMUV3;
	struct coherency c = v3 ? v3_of_log(host, i) : v2_of_log(host, i);
	uint64_t base;

	if (c.coherent == TRISTATE_UNKNOWN && base_of(i, &base))
		c = of_firmware(a, base, v3);
	/* Then it depends on the device: _CCA, or dma-coherent of its bus. */
	if (!v3 && c.coherent == TRISTATE_NO)
		c = (struct coherency){ TRISTATE_UNKNOWN,
					"the unit is not coherent with the caches, and "
					"whether the device is by itself is not known" };
	if (!c.why)
		c.why = "neither log nor firmware tells whether the SMMU is coherent with "
			"the caches";
	return c;
}

static struct coherency of_unit(const struct host *host, const struct analysis *a,
				const struct iommu *i)
{
	switch (i->kind) {
	case IOMMU_INTEL:
	case IOMMU_AMD:
	case IOMMU_VIRTIO:
	case IOMMU_S390:
	case IOMMU_SPAPR:
	case IOMMU_MOCK:
		return (struct coherency){ TRISTATE_YES, "its driver always says so" };
	case IOMMU_DART:
	case IOMMU_RISCV:
		return (struct coherency){
			TRISTATE_NO, "the driver of this IOMMU never tells VFIO that "
				     "DMA is coherent with the caches"
		};
	case IOMMU_SMMUV3:
	case IOMMU_SMMU:
		return of_smmu(host, a, i);
	default:
		return of_driver(i->driver);
	}
}

void analyze_coherency(const struct host *host, const struct analysis *a,
		       struct coherency *out)
{
	for (size_t i = 0; i < host->n_iommus; i++)
		out[i] = of_unit(host, a, &host->iommus[i]);
}
