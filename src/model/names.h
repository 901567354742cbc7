/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Every enum that is printed or saved, and its words. One table serves tables, JSON and
 * snapshots, in both directions.
 */

/*
 * Order and words: enum iommu_resv_type, include/linux/iommu.h; SW_MSI is printed "msi"
 * too.
 */
enum region_type {
	REGION_DIRECT,
	REGION_DIRECT_RELAXABLE,
	REGION_RESERVED,
	REGION_MSI,
	REGION_SW_MSI,
	REGION_UNKNOWN, /* a word that no kernel known here prints */
	REGION_TYPE_COUNT,
};

/*
 * What the file `type` of a group prints (drivers/iommu/iommu.c, iommu_group_show_type).
 */
enum domain_type {
	DOMAIN_NOT_READ,
	DOMAIN_UNKNOWN,
	DOMAIN_BLOCKED,
	DOMAIN_IDENTITY,
	DOMAIN_UNMANAGED,
	DOMAIN_DMA,
	DOMAIN_DMA_FQ,
	DOMAIN_TYPE_COUNT,
};

enum iommu_kind {
	IOMMU_OTHER,
	IOMMU_INTEL,
	IOMMU_AMD,
	IOMMU_SMMUV3,
	IOMMU_SMMU,
	IOMMU_VIRTIO,
	IOMMU_DART,
	IOMMU_RISCV,
	IOMMU_S390,
	IOMMU_SPAPR,
	IOMMU_MOCK,
	/* Of systems on a chip; each is named after its driver. */
	IOMMU_ROCKCHIP,
	IOMMU_MEDIATEK,
	IOMMU_EXYNOS,
	IOMMU_SUN50I,
	IOMMU_IPMMU,
	IOMMU_TEGRA, /* before Tegra186, which has an SMMUv2 */
	IOMMU_SPRD,
	IOMMU_MSM,
	IOMMU_OMAP,
	IOMMU_QCOM,
	IOMMU_PAMU,
	IOMMU_VSI,
	IOMMU_BCM2712,
	IOMMU_KIND_COUNT,
};

enum bus_kind {
	BUS_OTHER,
	BUS_PCI,
	BUS_PLATFORM,
	BUS_MDEV,
	BUS_FSL_MC,
	BUS_AMBA,
	BUS_KIND_COUNT,
};

/* Where facts come from. Each has a state of its own. */
enum source_id {
#define SOURCE(id, word, facts) SOURCE_##id,
#include "model/sources.def"
#undef SOURCE
	SOURCE_COUNT,
};

enum source_state {
	SOURCE_NOT_ASKED, /* nobody needed it */
	SOURCE_READ,
	SOURCE_ABSENT, /* looked, and this host has none */
	SOURCE_DENIED, /* there, but not for us */
	SOURCE_BROKEN, /* there, and not what it should be */
	SOURCE_STATE_COUNT,
};

enum tristate {
	TRISTATE_UNKNOWN,
	TRISTATE_NO,
	TRISTATE_YES,
	TRISTATE_COUNT,
};

/* What a process has open. */
enum holding {
	HOLDS_GROUP,   /* /dev/vfio/GROUP */
	HOLDS_NODE,    /* /dev/vfio/devices/vfioN */
	HOLDS_DEVICE,  /* a device's own file, got from a group or a node */
	HOLDS_IOMMUFD, /* /dev/iommu */
	HOLDING_COUNT,
};

/* What a range of a PCI function's memory is. */
enum resource_kind {
	RESOURCE_BAR,
	RESOURCE_ROM,
	RESOURCE_VF_BAR, /* of all its virtual functions together */
	RESOURCE_WINDOW, /* what a bridge passes on */
	RESOURCE_KIND_COUNT,
};

/* Which interface of the kernel was asked about a device. */
enum asked_via {
	ASKED_IOMMUFD,
	ASKED_VFIO, /* type 1 */
	ASKED_VIA_COUNT,
};

/* What names the device whose DMA was refused, in a line of the kernel log. */
enum requester_kind {
	REQUESTER_UNKNOWN,
	REQUESTER_FUNCTION, /* of PCI: bus << 8 | device << 3 | function */
	REQUESTER_STREAM,   /* of an Arm SMMU */
	REQUESTER_ENDPOINT, /* of a virtio-iommu */
	REQUESTER_KIND_COUNT,
};

enum fault_access {
	FAULT_ACCESS_UNKNOWN,
	FAULT_READ,
	FAULT_WRITE,
	FAULT_ACCESS_COUNT,
};

/* What QEMU says that the kernel refused it, by the call that failed. */
enum qemu_says {
	QEMU_NO_GROUP,	     /* the device is in none */
	QEMU_NOT_VIABLE,     /* VFIO_GROUP_GET_STATUS: a sibling has a kernel driver */
	QEMU_SET_CONTAINER,  /* VFIO_GROUP_SET_CONTAINER */
	QEMU_SET_IOMMU,	     /* VFIO_SET_IOMMU */
	QEMU_GET_DEVICE,     /* VFIO_GROUP_GET_DEVICE_FD */
	QEMU_BIND_IOMMUFD,   /* VFIO_DEVICE_BIND_IOMMUFD */
	QEMU_ATTACH_IOMMUFD, /* VFIO_DEVICE_ATTACH_IOMMUFD_PT */
	QEMU_MAP,	     /* VFIO_IOMMU_MAP_DMA, IOMMU_IOAS_MAP */
	QEMU_UNALIGNED,	     /* it did not ask: memory of the guest is not whole pages */
	QEMU_SAYS_COUNT,
};

/* Why a host has no IOMMU group. */
enum no_iommu {
	NO_IOMMU_UNKNOWN,	  /* nothing tells */
	NO_IOMMU_NOT_READABLE,	  /* there may be groups: they cannot be read */
	NO_IOMMU_NO_SYSFS,	  /* neither groups nor PCI: not the sysfs of a host */
	NO_IOMMU_SWITCHED_OFF,	  /* on the kernel command line */
	NO_IOMMU_ADDRESS_WIDTH,	  /* a firmware entry ends beyond what can be mapped */
	NO_IOMMU_PERMISSION,	  /* a firmware entry may be neither read nor written */
	NO_IOMMU_SCOPE_TYPE,	  /* a DMAR scope names a device of the other kind */
	NO_IOMMU_MAPPING_FAILED,  /* of what firmware requests, says the log */
	NO_IOMMU_NO_DEVICE,	  /* there is an instance, and no device behind it */
	NO_IOMMU_NOT_SWITCHED_ON, /* this kernel wants a word on its command line */
	NO_IOMMU_NO_DRIVER,	  /* a module is not loaded */
	NO_IOMMU_NOT_USED,	  /* firmware announces one, and the kernel has none */
	NO_IOMMU_NOT_OFFERED,	  /* by the hypervisor */
	NO_IOMMU_NOT_ANNOUNCED,	  /* by the firmware */
	NO_IOMMU_COUNT,
};

/* A set of sources. */
#define SOURCE_BIT(id) (1u << (id))
#define ALL_SOURCES (SOURCE_BIT(SOURCE_COUNT) - 1u)
/*
 * Read only when asked for: they need a device's configuration space, or its memory; or
 * they take time that few answers are worth (BTF some milliseconds, DMA_MASKS a file for
 * each function).
 */
#define SOURCES_OF_DEVICES (SOURCE_BIT(SOURCE_MSI) | SOURCE_BIT(SOURCE_MSIX_TABLES))
#define SOURCES_ON_REQUEST \
	(SOURCES_OF_DEVICES | SOURCE_BIT(SOURCE_BTF) | SOURCE_BIT(SOURCE_DMA_MASKS))
#define USUAL_SOURCES (ALL_SOURCES & ~SOURCES_ON_REQUEST)

/* They serve warnings in what is advised, or are shown and no more: no verdict needs
 * them. */
#define SOURCES_OF_NO_VERDICT                                         \
	(SOURCE_BIT(SOURCE_MOUNTS) | SOURCE_BIT(SOURCE_MACHINE) |     \
	 SOURCE_BIT(SOURCE_PROGRAMS) | SOURCE_BIT(SOURCE_DMA_MASKS) | \
	 SOURCE_BIT(SOURCE_BOOT_SETUP))

/* How a statement is known. */
enum confidence {
	CONFIDENCE_OBSERVED,  /* read */
	CONFIDENCE_DERIVED,   /* follows from what the kernel of this version does */
	CONFIDENCE_HEURISTIC, /* likely */
	CONFIDENCE_COUNT,
};

/* How bad a finding is, in ascending order. */
enum severity {
	SEVERITY_INFO,
	SEVERITY_WARNING, /* works now, fragile */
	SEVERITY_ERROR,	  /* a documented use is refused or broken */
	/* a device or a whole IOMMU is unusable, or required DMA is lost */
	SEVERITY_CRITICAL,
	SEVERITY_COUNT,
};

/* The words of one enum, by its values; for what walks members of any enum. */
struct enum_words {
	const char *const *word;
	size_t n;
};

extern const struct enum_words region_type_words, domain_type_words, iommu_kind_words;
extern const struct enum_words bus_kind_words, source_id_words, source_state_words;
extern const struct enum_words tristate_words, holding_words, asked_via_words;
extern const struct enum_words requester_kind_words, fault_access_words;
extern const struct enum_words resource_kind_words, qemu_says_words;

/* The word for a value, never NULL; the value for a word; false if it is none. */
const char *words_name(const struct enum_words *words, size_t value);
bool words_parse(const struct enum_words *words, const char *word, size_t *out);

/* The word for a value, never NULL. */
const char *region_type_name(enum region_type type);
const char *domain_type_name(enum domain_type type);
const char *iommu_kind_name(enum iommu_kind kind);
/* What people call it: "Intel VT-d"; the word where there is nothing better. */
const char *iommu_kind_title(enum iommu_kind kind);
const char *bus_kind_name(enum bus_kind kind);
const char *source_name(enum source_id id);
const char *source_state_name(enum source_state state);
const char *tristate_name(enum tristate value);
const char *confidence_name(enum confidence confidence);
const char *severity_name(enum severity severity);
const char *holding_name(enum holding holding);
const char *asked_via_name(enum asked_via via);
const char *no_iommu_name(enum no_iommu cause);

/* The value for a word; false if it is none, and *out untouched. */
bool region_type_parse(const char *word, enum region_type *out);
bool domain_type_parse(const char *word, enum domain_type *out);

/* "EINVAL" for 22; "E999" style for numbers without a name. */
const char *errno_name(int error);
