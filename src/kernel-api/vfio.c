/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ioctls of VFIO's devices, groups and containers (include/uapi/linux/vfio.h). */
#include "kernel-api/vfio.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "kernel-api/abi.h"
#include "kernel-api/native.h"

/* A request whose answer is no number. */
static int ask(int fd, enum abi_vfio_request request, uintptr_t argument)
{
	int result = kernel_call(fd, ABI_VFIO_REQUEST(request), argument);

	return result > 0 ? -EBADMSG : result;
}

/* Opens a node by its name in a folder, which can only be a word of letters, digits and
 * "-". */
static int open_node(const struct root *root, const char *folder, const char *name)
{
	cleanup_free char *path = NULL;

	for (const char *s = name; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '-')
			return -EINVAL;
	if (!*name)
		return -EINVAL;
	path = text_format("%s/%s", folder, name);
	return root_open_device(root, path);
}

/* --- a device --- */

int vfio_device_open(const struct root *root, const char *name)
{
	return open_node(root, "dev/vfio/devices", name);
}

int vfio_device_bind(int device, int iommufd, uint32_t *id)
{
	struct abi_vfio_bind request = { .argsz = sizeof(request), .iommufd = iommufd };
	int result = ask(device, ABI_VFIO_DEVICE_BIND_IOMMUFD, (uintptr_t)&request);

	*id = request.out_devid;
	return result;
}

int vfio_device_attach(int device, uint32_t ioas, uint32_t *page_table)
{
	struct abi_vfio_attach request = { .argsz = sizeof(request), .pt_id = ioas };
	int result = ask(device, ABI_VFIO_DEVICE_ATTACH_IOMMUFD_PT, (uintptr_t)&request);

	*page_table = request.pt_id;
	return result;
}

/* --- a group --- */

int vfio_group_open(const struct root *root, const char *name)
{
	return open_node(root, "dev/vfio", name);
}

int vfio_group_get_status(int group, uint32_t *flags)
{
	struct abi_vfio_group_status answer = { .argsz = sizeof(answer) };
	int result = ask(group, ABI_VFIO_GROUP_GET_STATUS, (uintptr_t)&answer);

	*flags = answer.flags;
	return result;
}

int vfio_group_set_container(int group, int container)
{
	int32_t fd = container;

	return ask(group, ABI_VFIO_GROUP_SET_CONTAINER, (uintptr_t)&fd);
}

int vfio_group_get_device(int group, const char *name)
{
	return kernel_call(group, ABI_VFIO_REQUEST(ABI_VFIO_GROUP_GET_DEVICE_FD),
			   (uintptr_t)name);
}

/* --- a container --- */

int vfio_container_open(const struct root *root)
{
	return root_open_device(root, "dev/vfio/vfio");
}

int vfio_container_set_type1(int container)
{
	return ask(container, ABI_VFIO_SET_IOMMU, ABI_VFIO_TYPE1V2);
}

void vfio_type1_info_clear(struct vfio_type1_info *info)
{
	free(info->range);
	*info = (struct vfio_type1_info){ 0 };
}

/* The three capabilities, each as what follows its header, up to the next one. */

static int take_ranges(struct cursor c, struct vfio_type1_info *info)
{
	uint32_t n = native_u32(&c);

	cursor_skip(&c, 4); /* reserved */
	if (c.bad || info->has_ranges || n > c.left / sizeof(struct abi_iova_range))
		return -EBADMSG;
	info->has_ranges = true;
	while (n--) {
		struct range *r = ADD(info, range);

		r->first = native_u64(&c);
		r->last = native_u64(&c);
	}
	return 0;
}

static int take_migration(struct cursor c, struct vfio_type1_info *info)
{
	cursor_skip(&c, 4 + 4); /* flags, and what aligns the next */
	info->dirty_page_sizes = native_u64(&c);
	info->dirty_bitmap_max = native_u64(&c);
	if (c.bad || info->has_migration)
		return -EBADMSG;
	info->has_migration = true;
	return 0;
}

static int take_available(struct cursor c, struct vfio_type1_info *info)
{
	info->available = native_u32(&c);
	if (c.bad || info->has_available)
		return -EBADMSG;
	info->has_available = true;
	return 0;
}

static int take_capability(unsigned id, struct cursor c, struct vfio_type1_info *info)
{
	switch (id) {
	case ABI_VFIO_TYPE1_CAP_IOVA_RANGE:
		return take_ranges(c, info);
	case ABI_VFIO_TYPE1_CAP_MIGRATION:
		return take_migration(c, info);
	case ABI_VFIO_TYPE1_CAP_DMA_AVAIL:
		return take_available(c, info);
	}
	return 0;
}

/* whole: all of the answer. least: the first offset that does not lead backwards. */
static int take_chain(const struct cursor *whole, uint32_t offset, size_t least,
		      struct vfio_type1_info *info)
{
	while (offset) {
		struct cursor c = cursor_from(whole, offset);
		unsigned id = native_u16(&c);
		unsigned version = native_u16(&c);
		uint32_t next = native_u32(&c);
		struct cursor body;
		int error;

		if (c.bad || offset < least)
			return -EBADMSG;
		least = offset + sizeof(struct abi_vfio_cap_header);
		if (next && next < least)
			return -EBADMSG;
		body = cursor_part(&c, next ? next - least : c.left);
		error = version == 1 ? take_capability(id, body, info) : 0;
		if (error)
			return error;
		offset = next;
	}
	return 0;
}

static int decode_type1_info(const void *answer, size_t size,
			     struct vfio_type1_info *info)
{
	struct cursor whole = cursor_of(answer, size);
	struct cursor c = whole;
	uint32_t argsz = native_u32(&c);
	uint32_t flags = native_u32(&c);
	uint64_t page_sizes = native_u64(&c);
	uint32_t offset = native_u32(&c);

	if (c.bad || argsz < c.offset)
		return -EBADMSG;
	if (flags & ABI_VFIO_IOMMU_INFO_PGSIZES)
		info->page_sizes = page_sizes;
	if (!(flags & ABI_VFIO_IOMMU_INFO_CAPS))
		return 0;
	if (argsz > size)
		return -EMSGSIZE;
	whole = cursor_of(answer, argsz);
	return take_chain(&whole, offset, sizeof(struct abi_vfio_type1_info), info);
}

int vfio_decode_type1_info(const void *answer, size_t size, struct vfio_type1_info *info)
{
	int error;

	vfio_type1_info_clear(info);
	error = decode_type1_info(answer, size, info);
	if (error)
		vfio_type1_info_clear(info);
	return error;
}

/* Room for the answer at first, in bytes; the usual one has some 100. */
#define INFO_FIRST 1024

int vfio_container_get_info(int container, struct vfio_type1_info *info)
{
	uint32_t room = INFO_FIRST;

	vfio_type1_info_clear(info);
	for (int tries = 0; tries < 4; tries++) {
		cleanup_free struct abi_vfio_type1_info *answer = xcalloc(room, 1);
		int error;

		answer->argsz = room;
		error = ask(container, ABI_VFIO_IOMMU_GET_INFO, (uintptr_t)answer);
		if (error)
			return error;
		error = vfio_decode_type1_info(answer, room, info);
		if (error != -EMSGSIZE)
			return error;
		if (answer->argsz > VFIO_INFO_MAX)
			return -EFBIG;
		room = answer->argsz;
	}
	return -EAGAIN;
}
