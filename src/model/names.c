/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/names.h"

#include <stddef.h>
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
	[SOURCE_KERNEL] = "kernel",
	[SOURCE_COMMAND_LINE] = "command-line",
	[SOURCE_TAINT] = "taint",
	[SOURCE_HYPERVISOR] = "hypervisor",
	[SOURCE_GROUPS] = "iommu-groups",
	[SOURCE_IOMMU_CLASS] = "iommu-class",
	[SOURCE_PCI] = "pci",
	[SOURCE_FIRMWARE_TABLES] = "firmware-tables",
	[SOURCE_DEVICE_TREE] = "device-tree",
	[SOURCE_IOMEM] = "iomem",
	[SOURCE_MEMORY_MAP] = "memory-map",
	[SOURCE_INTERRUPTS] = "interrupts",
	[SOURCE_MODULES] = "modules",
	[SOURCE_DEVICE_NODES] = "device-nodes",
	[SOURCE_LOG] = "log",
	[SOURCE_NETWORK] = "network",
	[SOURCE_USERS] = "users",
	[SOURCE_PAGE_TABLES] = "page-tables",
	[SOURCE_TRACE] = "trace",
	[SOURCE_IOMMUFD] = "iommufd",
	[SOURCE_INQUIRIES] = "inquiries",
	[SOURCE_HOTPLUG] = "hotplug",
	[SOURCE_MSI] = "msi",
	[SOURCE_MSIX_TABLES] = "msix-tables",
	[SOURCE_MOUNTS] = "mounts",
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

static bool find(const char *const *words, int n, const char *word, int *out)
{
	for (int i = 0; i < n; i++) {
		if (!strcmp(words[i], word)) {
			*out = i;
			return true;
		}
	}
	return false;
}

/* Both directions of one table. */
#define DEFINE_NAMES(enum_type, name, parse, table)                            \
	const char *name(enum_type value)                                      \
	{                                                                      \
		return (size_t)value < ARRAY_SIZE(table) ? table[value] : "?"; \
	}                                                                      \
	bool parse(const char *word, enum_type *out)                           \
	{                                                                      \
		int i;                                                         \
                                                                               \
		if (!find(table, ARRAY_SIZE(table), word, &i))                 \
			return false;                                          \
		*out = (enum_type)i;                                           \
		return true;                                                   \
	}

DEFINE_NAMES(enum region_type, region_type_name, region_type_parse, region_types)
DEFINE_NAMES(enum domain_type, domain_type_name, domain_type_parse, domain_types)
DEFINE_NAMES(enum iommu_kind, iommu_kind_name, iommu_kind_parse, iommu_kinds)
DEFINE_NAMES(enum bus_kind, bus_kind_name, bus_kind_parse, bus_kinds)
DEFINE_NAMES(enum source_id, source_name, source_parse, sources)
DEFINE_NAMES(enum source_state, source_state_name, source_state_parse, source_states)
DEFINE_NAMES(enum yes_no, answer_name, answer_parse, answers)
DEFINE_NAMES(enum confidence, confidence_name, confidence_parse, confidences)
DEFINE_NAMES(enum severity, severity_name, severity_parse, severities)
DEFINE_NAMES(enum holding, holding_name, holding_parse, holdings)
DEFINE_NAMES(enum asked_via, asked_via_name, asked_via_parse, asked_vias)
DEFINE_NAMES(enum no_iommu, no_iommu_name, no_iommu_parse, no_iommus)

const char *errno_name(int error)
{
	const char *name = strerrorname_np(error);

	return name ? name : "EUNKNOWN";
}
