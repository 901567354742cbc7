/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/memory.h"
#include "base/range.h"
#include "base/root.h"

/*
 * VFIO: thin calls, and decoders of what they answer. Whether a call may be made at all
 * is not decided here, and it matters: they take devices away from the host. Sources:
 * include/uapi/linux/vfio.h,
 * drivers/vfio/{vfio_main,group,container,device_cdev,iommufd}.c and vfio_iommu_type1.c
 * of Linux 6.1, 6.12 and 7.2.
 *
 * All functions return 0 (or an fd, which the caller closes) or a negative errno, and
 * print nothing. -EBADMSG is ours: an answer that no kernel gives.
 */

/* --- a device by its own node, since 6.8 (CONFIG_VFIO_DEVICE_CDEV)
 * ------------------------ */

/*
 * name: "vfio0", as below the device's folder vfio-dev in sysfs. Opening does nothing to
 * the device. -EINVAL: no such name is possible.
 */
int vfio_device_open(const struct root *root, const char *name) must_check;

/*
 * Makes the device one of an iommufd's: *id is its name in there. It then belongs to us
 * with its whole group, can do no DMA, and may have been reset. There is no call that
 * undoes it: close the fd. -EINVAL: a 1:1 mapping is required, or the IOMMU does not keep
 * caches coherent; -EPERM: a driver of the host has a device of the group, or interrupts
 * cannot be isolated; -EBUSY: the group is in use.
 */
int vfio_device_bind(int device, int iommufd, uint32_t *id) must_check;

/*
 * Lets a bound device do DMA in an IOAS. *page_table: the object that was made for it.
 * -EADDRINUSE: a reserved region of the device is mapped there; -EINVAL: its reserved
 * regions contradict each other, or its pages are too large.
 */
int vfio_device_attach(int device, uint32_t ioas, uint32_t *page_table) must_check;

/* --- a group
 * -------------------------------------------------------------------------------- */

/*
 * name: "26", or "noiommu-0". -EBUSY: somebody has it open already, or one of its devices
 * by its own node. -EINVAL: no such name is possible.
 */
int vfio_group_open(const struct root *root, const char *name) must_check;

enum vfio_group_flag {
	VFIO_GROUP_IS_VIABLE = 1 << 0, /* no driver of the host has a device of it */
	VFIO_GROUP_HAS_CONTAINER = 1 << 1,
};

/* *flags: enum vfio_group_flag. A viable group may still be refused. */
int vfio_group_get_status(int group, uint32_t *flags) must_check;

/*
 * Takes the group from the host until it is closed. -EINVAL (6.12, 7.2) or -EPERM (6.1,
 * Intel): a 1:1 mapping is required; -EPERM also: a driver of the host has a device of
 * it.
 */
int vfio_group_set_container(int group, int container) must_check;

/* name: "0000:01:00.0". The container must have an IOMMU. May reset the device. */
int vfio_group_get_device(int group, const char *name) must_check;

/* --- a container
 * ---------------------------------------------------------------------------- */

/* /dev/vfio/vfio. Nothing happens but that the kernel may load the module. */
int vfio_container_open(const struct root *root) must_check;

/*
 * Gives the container an IOMMU of type 1, version 2. It must have a group. -EPERM:
 * interrupts cannot be isolated; -EINVAL: a reserved region conflicts, or leaves nothing
 * to map; -ENODEV: there is no such backend.
 */
int vfio_container_set_type1(int container) must_check;

/* An answer larger than this, in bytes, is not taken: -EFBIG. */
#define VFIO_INFO_MAX ((size_t)1 << 20)

/* What a type 1 IOMMU says. Owns the array. */
struct vfio_type1_info {
	uint64_t page_sizes; /* a bit for each; 0: the kernel does not tell */
	bool has_ranges;
	ARRAY_OF(struct range, range); /* what may be mapped, both ends included */
	bool has_migration;
	uint64_t dirty_page_sizes; /* of the log of dirty pages, a bit for each */
	uint64_t dirty_bitmap_max; /* bytes */
	bool has_available;
	uint32_t available; /* mappings that may still be made */
};

void vfio_type1_info_clear(struct vfio_type1_info *info);

/*
 * Replaces *info, which is empty after an error. -EAGAIN: the answer grew again and
 * again.
 */
int vfio_container_get_info(int container, struct vfio_type1_info *info) must_check;

/*
 * answer: struct abi_vfio_type1_info with the chain of capabilities behind it, in a
 * buffer of size bytes. -EMSGSIZE: the chain did not fit, its argsz says what is needed.
 * A capability of an unknown id or version is passed over. A chain must go forwards, as
 * all kernels write it: one that does not may have no end, and is -EBADMSG.
 */
int vfio_decode_type1_info(const void *answer, size_t size,
			   struct vfio_type1_info *info) must_check;
