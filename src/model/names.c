/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of every enum that is printed or saved. */
#include "model/names.h"

#include <string.h>

#include "base/attr.h"

static const char *const region_types[REGION_TYPE_COUNT] = {
	[REGION_DIRECT] = "direct",	[REGION_DIRECT_RELAXABLE] = "direct-relaxable",
	[REGION_RESERVED] = "reserved", [REGION_MSI] = "msi",
	[REGION_SW_MSI] = "sw-msi",	[REGION_UNKNOWN] = "unknown",
};

static const char *const domain_types[DOMAIN_TYPE_COUNT] = {
	[DOMAIN_NOT_READ] = "not-read",	  [DOMAIN_UNKNOWN] = "unknown",
	[DOMAIN_BLOCKED] = "blocked",	  [DOMAIN_IDENTITY] = "identity",
	[DOMAIN_UNMANAGED] = "unmanaged", [DOMAIN_DMA] = "DMA",
	[DOMAIN_DMA_FQ] = "DMA-FQ",
};

static const char *const iommu_kinds[IOMMU_KIND_COUNT] = {
	[IOMMU_OTHER] = "other",       [IOMMU_INTEL] = "intel",
	[IOMMU_AMD] = "amd",	       [IOMMU_SMMUV3] = "smmuv3",
	[IOMMU_SMMU] = "smmu",	       [IOMMU_VIRTIO] = "virtio",
	[IOMMU_RISCV] = "riscv",       [IOMMU_S390] = "s390",
	[IOMMU_SPAPR] = "spapr",       [IOMMU_DART] = "dart",
	[IOMMU_MOCK] = "mock",	       [IOMMU_ROCKCHIP] = "rockchip",
	[IOMMU_MEDIATEK] = "mediatek", [IOMMU_EXYNOS] = "exynos",
	[IOMMU_SUN50I] = "sun50i",     [IOMMU_IPMMU] = "ipmmu-vmsa",
	[IOMMU_TEGRA] = "tegra-smmu",  [IOMMU_SPRD] = "sprd",
	[IOMMU_MSM] = "msm",	       [IOMMU_OMAP] = "omap",
	[IOMMU_QCOM] = "qcom",	       [IOMMU_PAMU] = "pamu",
	[IOMMU_VSI] = "vsi",	       [IOMMU_BCM2712] = "bcm2712",
};

static const char *const bus_kinds[BUS_KIND_COUNT] = {
	[BUS_OTHER] = "other", [BUS_PCI] = "pci",	[BUS_PLATFORM] = "platform",
	[BUS_MDEV] = "mdev",   [BUS_FSL_MC] = "fsl-mc", [BUS_AMBA] = "amba",
};

static const char *const sources[SOURCE_COUNT] = {
#define SOURCE(id, word, facts) [SOURCE_##id] = word,
#include "model/sources.def"
#undef SOURCE
};

static const char *const source_states[SOURCE_STATE_COUNT] = {
	[SOURCE_NOT_ASKED] = "not-asked", [SOURCE_READ] = "read",
	[SOURCE_ABSENT] = "absent",	  [SOURCE_DENIED] = "denied",
	[SOURCE_BROKEN] = "broken",
};

static const char *const tristates[TRISTATE_COUNT] = {
	[TRISTATE_UNKNOWN] = "unknown",
	[TRISTATE_NO] = "no",
	[TRISTATE_YES] = "yes",
};

static const char *const confidences[CONFIDENCE_COUNT] = {
	[CONFIDENCE_OBSERVED] = "observed",
	[CONFIDENCE_DERIVED] = "derived",
	[CONFIDENCE_HEURISTIC] = "heuristic",
};

static const char *const severities[SEVERITY_COUNT] = {
	[SEVERITY_INFO] = "info",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_ERROR] = "error",
	[SEVERITY_CRITICAL] = "critical",
};

static const char *const holdings[HOLDING_COUNT] = {
	[HOLDS_GROUP] = "group",
	[HOLDS_NODE] = "node",
	[HOLDS_DEVICE] = "device",
	[HOLDS_IOMMUFD] = "iommufd",
};

static const char *const resource_kinds[RESOURCE_KIND_COUNT] = {
	[RESOURCE_BAR] = "bar",
	[RESOURCE_ROM] = "rom",
	[RESOURCE_VF_BAR] = "vf-bar",
	[RESOURCE_WINDOW] = "window",
};

static const char *const asked_vias[ASKED_VIA_COUNT] = {
	[ASKED_IOMMUFD] = "iommufd",
	[ASKED_VFIO] = "vfio",
};

static const char *const requester_kinds[REQUESTER_KIND_COUNT] = {
	[REQUESTER_UNKNOWN] = "unknown",
	[REQUESTER_FUNCTION] = "function",
	[REQUESTER_STREAM] = "stream",
	[REQUESTER_ENDPOINT] = "endpoint",
};

static const char *const fault_accesses[FAULT_ACCESS_COUNT] = {
	[FAULT_ACCESS_UNKNOWN] = "unknown",
	[FAULT_READ] = "read",
	[FAULT_WRITE] = "write",
};

static const char *const qemu_sayings[QEMU_SAYS_COUNT] = {
	[QEMU_NO_GROUP] = "no-group",
	[QEMU_NOT_VIABLE] = "not-viable",
	[QEMU_SET_CONTAINER] = "set-container",
	[QEMU_SET_IOMMU] = "set-iommu",
	[QEMU_GET_DEVICE] = "get-device",
	[QEMU_BIND_IOMMUFD] = "bind-iommufd",
	[QEMU_ATTACH_IOMMUFD] = "attach-iommufd",
	[QEMU_MAP] = "map",
	[QEMU_UNALIGNED] = "unaligned",
};

static const char *const no_iommus[NO_IOMMU_COUNT] = {
	[NO_IOMMU_UNKNOWN] = "unknown",
	[NO_IOMMU_NOT_READABLE] = "not-readable",
	[NO_IOMMU_NO_SYSFS] = "no-sysfs",
	[NO_IOMMU_SWITCHED_OFF] = "switched-off",
	[NO_IOMMU_ADDRESS_WIDTH] = "address-width",
	[NO_IOMMU_PERMISSION] = "permission",
	[NO_IOMMU_SCOPE_TYPE] = "scope-type",
	[NO_IOMMU_MAPPING_FAILED] = "mapping-failed",
	[NO_IOMMU_NO_DEVICE] = "no-device",
	[NO_IOMMU_NOT_SWITCHED_ON] = "not-switched-on",
	[NO_IOMMU_NO_DRIVER] = "no-driver",
	[NO_IOMMU_NOT_USED] = "not-used",
	[NO_IOMMU_NOT_OFFERED] = "not-offered",
	[NO_IOMMU_NOT_ANNOUNCED] = "not-announced",
};

const char *words_name(const struct enum_words *words, size_t value)
{
	return value < words->n ? words->word[value] : "?";
}

bool words_parse(const struct enum_words *words, const char *word, size_t *out)
{
	for (size_t i = 0; i < words->n; i++) {
		if (!strcmp(words->word[i], word)) {
			*out = i;
			return true;
		}
	}
	return false;
}

#define WORDS(table)                     \
	{                                \
		table, ARRAY_SIZE(table) \
	}

const struct enum_words region_type_words = WORDS(region_types);
const struct enum_words domain_type_words = WORDS(domain_types);
const struct enum_words iommu_kind_words = WORDS(iommu_kinds);
const struct enum_words bus_kind_words = WORDS(bus_kinds);
const struct enum_words source_id_words = WORDS(sources);
const struct enum_words source_state_words = WORDS(source_states);
const struct enum_words tristate_words = WORDS(tristates);
static const struct enum_words confidence_words = WORDS(confidences);
static const struct enum_words severity_words = WORDS(severities);
const struct enum_words holding_words = WORDS(holdings);
const struct enum_words asked_via_words = WORDS(asked_vias);
const struct enum_words requester_kind_words = WORDS(requester_kinds);
const struct enum_words fault_access_words = WORDS(fault_accesses);
const struct enum_words resource_kind_words = WORDS(resource_kinds);
const struct enum_words qemu_says_words = WORDS(qemu_sayings);
static const struct enum_words no_iommu_words = WORDS(no_iommus);

#define DEFINE_NAME(tag, prefix)                        \
	const char *prefix##_name(enum tag value)       \
	{                                               \
		return words_name(&tag##_words, value); \
	}
#define DEFINE_PARSE(tag, prefix)                            \
	bool prefix##_parse(const char *word, enum tag *out) \
	{                                                    \
		size_t i;                                    \
                                                             \
		if (!words_parse(&tag##_words, word, &i))    \
			return false;                        \
		*out = (enum tag)i;                          \
		return true;                                 \
	}

DEFINE_NAME(region_type, region_type)
DEFINE_NAME(domain_type, domain_type)
DEFINE_NAME(iommu_kind, iommu_kind)
DEFINE_NAME(bus_kind, bus_kind)
DEFINE_NAME(source_id, source)
DEFINE_NAME(source_state, source_state)
DEFINE_NAME(tristate, tristate)
DEFINE_NAME(confidence, confidence)
DEFINE_NAME(severity, severity)
DEFINE_NAME(holding, holding)
DEFINE_NAME(asked_via, asked_via)
DEFINE_NAME(no_iommu, no_iommu)

DEFINE_PARSE(region_type, region_type)
DEFINE_PARSE(domain_type, domain_type)

const char *iommu_kind_title(enum iommu_kind kind)
{
	switch (kind) {
	case IOMMU_INTEL:
		return "Intel VT-d";
	case IOMMU_AMD:
		return "AMD-Vi";
	case IOMMU_SMMU:
		return "Arm SMMU";
	case IOMMU_SMMUV3:
		return "Arm SMMUv3";
	case IOMMU_VIRTIO:
		return "virtio-iommu";
	case IOMMU_DART:
		return "Apple DART";
	default:
		return iommu_kind_name(kind);
	}
}

const char *errno_name(int error)
{
	const char *name = strerrorname_np(error);

	return name ? name : "EUNKNOWN";
}
