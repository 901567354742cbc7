/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdint.h>
#include <sys/ioctl.h>

/*
 * What the kernel and we say to each other about iommufd and VFIO: our own definitions,
 * since the header of the one is missing on Debian 12 and that of the other old. Sources:
 * include/uapi/linux/iommufd.h and include/uapi/linux/vfio.h of Linux 6.1, 6.12 and 7.2.
 * tests/unit/kernel-abi.c holds every number, size and offset against such headers.
 *
 * Numbers are in the byte order of the processor. Both interfaces share the type ';' and
 * put no size into the request; the struct begins with its size instead (iommufd: size,
 * VFIO: argsz), and newer kernels only add members at the end. All 64-bit members are
 * aligned to 8 bytes, whatever the architecture of the program is; a kernel of 32-bit x86
 * alone packs some of VFIO's closer, and its page sizes of dirty tracking are misread.
 */

#define ABI_REQUEST(number) _IO(';', number)

typedef uint64_t abi_u64 __attribute__((aligned(8)));

/* --- iommufd: /dev/iommu --------------------------------------------------------------
 */

struct abi_ioas_alloc {
	uint32_t size;
	uint32_t flags;
	uint32_t out_ioas_id;
};

struct abi_iova_range {
	abi_u64 start;
	abi_u64 last; /* inclusive */
};

struct abi_ioas_iova_ranges {
	uint32_t size;
	uint32_t ioas_id;
	uint32_t num_iovas; /* in: room in the array, out: ranges there are */
	uint32_t reserved;
	abi_u64 allowed_iovas; /* address of an array of struct abi_iova_range */
	abi_u64 out_iova_alignment;
};

enum { ABI_OPTION_GET = 1 };

struct abi_option {
	uint32_t size;
	uint32_t option_id;
	uint16_t op;
	uint16_t reserved;
	uint32_t object_id;
	abi_u64 val64;
};

/* Up to data_type it is as old as iommufd; capabilities came with 6.7, the width of
 * PASIDs later. */
struct abi_hw_info {
	uint32_t size;
	uint32_t flags;
	uint32_t dev_id;
	uint32_t data_len; /* in: size of the buffer, out: size of what the kernel has */
	abi_u64 data_uptr;
	uint32_t data_type; /* enum hw_info_type */
	uint8_t out_max_pasid_log2;
	uint8_t reserved[3];
	abi_u64 out_capabilities;
};

struct abi_hw_info_vtd {
	uint32_t flags;
	uint32_t reserved;
	abi_u64 cap_reg;
	abi_u64 ecap_reg;
};

struct abi_hw_info_smmuv3 {
	uint32_t flags;
	uint32_t reserved;
	uint32_t idr[6];
	uint32_t iidr;
	uint32_t aidr;
};

struct abi_hw_info_cmdqv {
	uint32_t flags;
	uint8_t version;
	uint8_t log2vcmdqs;
	uint8_t log2vsids;
	uint8_t reserved;
};

struct abi_hw_info_amd {
	abi_u64 efr;
	abi_u64 efr2;
};

/* --- VFIO: /dev/vfio/devices/vfioN, /dev/vfio/GROUP, /dev/vfio/vfio --------------------
 */

#define ABI_VFIO_REQUEST(number) ABI_REQUEST(100 + (number))

enum abi_vfio_request {
	ABI_VFIO_SET_IOMMU = 2,
	ABI_VFIO_GROUP_GET_STATUS = 3,
	ABI_VFIO_GROUP_SET_CONTAINER = 4,
	ABI_VFIO_GROUP_GET_DEVICE_FD = 6,
	ABI_VFIO_IOMMU_GET_INFO = 12,
	ABI_VFIO_DEVICE_BIND_IOMMUFD = 18,
	ABI_VFIO_DEVICE_ATTACH_IOMMUFD_PT = 19,
};

enum { ABI_VFIO_TYPE1V2 = 3 };

struct abi_vfio_group_status {
	uint32_t argsz;
	uint32_t flags;
};

enum { ABI_VFIO_IOMMU_INFO_PGSIZES = 1 << 0, ABI_VFIO_IOMMU_INFO_CAPS = 1 << 1 };

struct abi_vfio_type1_info {
	uint32_t argsz; /* in: size of the buffer, out: size that all of it needs */
	uint32_t flags;
	abi_u64 iova_pgsizes;
	uint32_t cap_offset; /* from the start of this struct */
	uint32_t pad;
};

enum {
	ABI_VFIO_TYPE1_CAP_IOVA_RANGE = 1,
	ABI_VFIO_TYPE1_CAP_MIGRATION = 2,
	ABI_VFIO_TYPE1_CAP_DMA_AVAIL = 3,
};

struct abi_vfio_cap_header {
	uint16_t id;
	uint16_t version;
	uint32_t next; /* from the start of the whole answer; 0: this is the last */
};

/* Version 1 of each capability. */
struct abi_vfio_type1_iova_range { /* behind it as many struct abi_iova_range */
	struct abi_vfio_cap_header header;
	uint32_t nr_iovas;
	uint32_t reserved;
};

struct abi_vfio_type1_migration {
	struct abi_vfio_cap_header header;
	uint32_t flags;
	abi_u64 pgsize_bitmap;
	abi_u64 max_dirty_bitmap_size; /* bytes */
};

struct abi_vfio_type1_dma_avail {
	struct abi_vfio_cap_header header;
	uint32_t avail;
};

/* The layouts of 6.8; what was added since is used only with a flag that we do not set.
 */
struct abi_vfio_bind {
	uint32_t argsz;
	uint32_t flags;
	int32_t iommufd;
	uint32_t out_devid;
};

struct abi_vfio_attach {
	uint32_t argsz;
	uint32_t flags;
	uint32_t pt_id; /* in: an IOAS, out: the page table that was made for it */
};
