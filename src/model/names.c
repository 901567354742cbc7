/* SPDX-License-Identifier: GPL-2.0-or-later */
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
	[IOMMU_OTHER] = "other",   [IOMMU_INTEL] = "intel", [IOMMU_AMD] = "amd",
	[IOMMU_SMMUV3] = "smmuv3", [IOMMU_SMMU] = "smmu",   [IOMMU_VIRTIO] = "virtio",
	[IOMMU_RISCV] = "riscv",   [IOMMU_S390] = "s390",   [IOMMU_SPAPR] = "spapr",
	[IOMMU_DART] = "dart",	   [IOMMU_MOCK] = "mock",
};

static const char *const bus_kinds[BUS_KIND_COUNT] = {
	[BUS_OTHER] = "other", [BUS_PCI] = "pci",	[BUS_PLATFORM] = "platform",
	[BUS_MDEV] = "mdev",   [BUS_FSL_MC] = "fsl-mc",
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

static const char *const answers[ANSWER_COUNT] = {
	[ANSWER_UNKNOWN] = "unknown",
	[ANSWER_NO] = "no",
	[ANSWER_YES] = "yes",
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

static const char *const asked_vias[ASKED_VIA_COUNT] = {
	[ASKED_IOMMUFD] = "iommufd",
	[ASKED_VFIO] = "vfio",
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

/* Both directions of one table. */
#define DEFINE_NAMES(tag, prefix, table)                                    \
	const struct enum_words tag##_words = { table, ARRAY_SIZE(table) }; \
	const char *prefix##_name(enum tag value)                           \
	{                                                                   \
		return words_name(&tag##_words, value);                     \
	}                                                                   \
	bool prefix##_parse(const char *word, enum tag *out)                \
	{                                                                   \
		size_t i;                                                   \
                                                                            \
		if (!words_parse(&tag##_words, word, &i))                   \
			return false;                                       \
		*out = (enum tag)i;                                         \
		return true;                                                \
	}

DEFINE_NAMES(region_type, region_type, region_types)
DEFINE_NAMES(domain_type, domain_type, domain_types)
DEFINE_NAMES(iommu_kind, iommu_kind, iommu_kinds)
DEFINE_NAMES(bus_kind, bus_kind, bus_kinds)
DEFINE_NAMES(source_id, source, sources)
DEFINE_NAMES(source_state, source_state, source_states)
DEFINE_NAMES(yes_no, answer, answers)
DEFINE_NAMES(confidence, confidence, confidences)
DEFINE_NAMES(severity, severity, severities)
DEFINE_NAMES(holding, holding, holdings)
DEFINE_NAMES(asked_via, asked_via, asked_vias)
DEFINE_NAMES(no_iommu, no_iommu, no_iommus)

const char *errno_name(int error)
{
	const char *name = strerrorname_np(error);

	return name ? name : "EUNKNOWN";
}
