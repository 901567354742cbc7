/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/*
 * What IOMMU_GET_HW_INFO tells about the IOMMU of a device: registers of the hardware,
 * read here field by field. Sources: include/uapi/linux/iommufd.h and
 * drivers/iommu/iommufd/device.c of Linux 6.12 and 7.2; for the fields the VT-d
 * specification, 11.4.2 and 11.4.3, the SMMUv3 specification, 6.3.1 to 6.3.8, and the AMD
 * IOMMU specification, MMIO offsets 0030h and 01A0h.
 */

/* Which registers there are. The kernel may know types that are newer than this list. */
enum hw_info_type {
	HW_INFO_NONE = 0, /* the driver tells nothing: all but Intel's in 6.12 */
	HW_INFO_INTEL_VTD = 1,
	HW_INFO_ARM_SMMUV3 = 2,
	HW_INFO_TEGRA241_CMDQV = 3,
	HW_INFO_AMD = 4,
};

/* Bits of hw_info.capabilities, which say what the kernel offers for this very device. */
enum hw_capability {
	HW_CAPABILITY_DIRTY_TRACKING = 1 << 0,
	HW_CAPABILITY_PASID_EXEC = 1 << 1,
	HW_CAPABILITY_PASID_PRIV = 1 << 2,
	/* a kernel that does not know this bit never sets it: then a 0 means nothing */
	HW_CAPABILITY_ATS_NOT_SUPPORTED = 1 << 3,
};

/* One field of a register, by the name that its specification has for it. */
struct hw_field {
	const char *name;
	const char *meaning; /* and the unit, if it is no plain yes (1) or no (0) */
	uint64_t value;
};

#define HW_FIELDS_MAX 48

struct hw_info {
	uint32_t type;	       /* enum hw_info_type, or a newer number */
	uint32_t data_size;    /* bytes of registers that the kernel has */
	uint64_t capabilities; /* enum hw_capability, and newer bits */
	unsigned pasid_bits;   /* width of the PASIDs this device may use; 0: none */
	/* empty for a type that is not known; a register that did not come is left out */
	struct hw_field field[HW_FIELDS_MAX];
	size_t n_fields;
};

/*
 * answer: struct abi_hw_info as the kernel left it. data: the buffer that it was to fill,
 * of size room; what lies behind data_len in it is not read. Nothing of it owns memory.
 * -EBADMSG: an answer that no kernel gives.
 */
int hw_info_decode(const void *answer, size_t answer_size, const void *data, size_t room,
		   struct hw_info *out) must_check;

/* "intel-vtd", ...; NULL for a type that is not known. */
const char *hw_info_type_name(uint32_t type);

/* "dirty-tracking", ... for a single bit; NULL for one that is not known. */
const char *hw_capability_name(uint64_t bit);
