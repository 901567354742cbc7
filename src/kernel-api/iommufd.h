/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/memory.h"
#include "base/range.h"
#include "base/root.h"
#include "kernel-api/hw-info.h"

/*
 * iommufd: thin calls, and decoders of what they answer. Whether a call may be made at
 * all is not decided here. Sources: include/uapi/linux/iommufd.h,
 * drivers/iommu/iommufd/main.c, ioas.c and device.c of Linux 6.12 and 7.2 (6.1 has no
 * iommufd).
 *
 * All functions return 0 (or an fd) or a negative errno, and print nothing. What the
 * kernel says to a wrong request is the same for all of them: -ENOTTY, it does not know
 * the command; -EINVAL, the struct is shorter than the command needs; -E2BIG, longer than
 * the kernel knows and not zero there; -EOPNOTSUPP, an unknown flag or option; -ENOENT,
 * no such object. -EBADMSG is ours: an answer that no kernel gives.
 */

/* In 6.12 up to FAULT_QUEUE_ALLOC, in 7.2 all. */
enum iommufd_command {
	IOMMUFD_DESTROY = 0x80,
	IOMMUFD_IOAS_ALLOC = 0x81,
	IOMMUFD_IOAS_ALLOW_IOVAS = 0x82,
	IOMMUFD_IOAS_COPY = 0x83,
	IOMMUFD_IOAS_IOVA_RANGES = 0x84,
	IOMMUFD_IOAS_MAP = 0x85,
	IOMMUFD_IOAS_UNMAP = 0x86,
	IOMMUFD_OPTION = 0x87,
	IOMMUFD_VFIO_IOAS = 0x88,
	IOMMUFD_HWPT_ALLOC = 0x89,
	IOMMUFD_GET_HW_INFO = 0x8a,
	IOMMUFD_HWPT_SET_DIRTY_TRACKING = 0x8b,
	IOMMUFD_HWPT_GET_DIRTY_BITMAP = 0x8c,
	IOMMUFD_HWPT_INVALIDATE = 0x8d,
	IOMMUFD_FAULT_QUEUE_ALLOC = 0x8e,
	IOMMUFD_IOAS_MAP_FILE = 0x8f,
	IOMMUFD_VIOMMU_ALLOC = 0x90,
	IOMMUFD_VDEVICE_ALLOC = 0x91,
	IOMMUFD_IOAS_CHANGE_PROCESS = 0x92,
	IOMMUFD_VEVENTQ_ALLOC = 0x93,
	IOMMUFD_HW_QUEUE_ALLOC = 0x94,
	IOMMUFD_TEST = 0xa0, /* kernels built for the self tests */
};

enum iommufd_option_id {
	IOMMUFD_OPTION_RLIMIT_MODE = 0, /* of the whole fd: object 0 */
	IOMMUFD_OPTION_HUGE_PAGES = 1,	/* of one IOAS */
};

/*
 * Opens /dev/iommu: an fd, which the caller closes. Nothing happens but that the kernel
 * may load the module. What is made with the fd ends with it.
 */
int iommufd_open(const struct root *root) must_check;

/*
 * Asks whether the kernel has a command, with a struct of size 0: shorter than any
 * command accepts, so that none is carried out. (A command of size 8 succeeds,
 * CHANGE_PROCESS.)
 */
int iommufd_has_command(int fd, enum iommufd_command command, bool *present) must_check;

/* The value of an option. object is an IOAS, or 0. */
int iommufd_get_option(int fd, enum iommufd_option_id option, uint32_t object,
		       uint64_t *value) must_check;

/* A new, empty I/O address space. Its id may be 0. */
int iommufd_alloc_ioas(int fd, uint32_t *ioas) must_check;

/* More ranges than this are not taken: -EFBIG. */
#define IOMMUFD_RANGES_MAX ((size_t)1 << 16)

/* Addresses that an IOAS can map. Owns the array. */
struct iommufd_iova {
	ARRAY_OF(struct range, range); /* both ends included; in the kernel's order */
	uint64_t alignment; /* of addresses and lengths, in bytes: a power of 2 */
};

void iommufd_iova_clear(struct iommufd_iova *iova);

/*
 * Replaces *iova, which is empty after an error. Before a device is attached the answer
 * is the whole 64-bit space; afterwards what its reserved regions and its IOMMU's
 * aperture leave. -EAGAIN: the number of ranges grew again and again.
 */
int iommufd_get_iova(int fd, uint32_t ioas, struct iommufd_iova *iova) must_check;

/*
 * answer: struct abi_ioas_iova_ranges as the kernel left it; array: the array that it was
 * to fill, of size room in bytes. As above; -EBADMSG also for more ranges than room.
 */
int iommufd_decode_iova(const void *answer, size_t answer_size, const void *array,
			size_t room, struct iommufd_iova *iova) must_check;

/* device: the id that vfio_device_bind gave. */
int iommufd_get_hw_info(int fd, uint32_t device, struct hw_info *info) must_check;
