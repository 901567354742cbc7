/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ioctls of /dev/iommu (include/uapi/linux/iommufd.h). */
#include "kernel-api/iommufd.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "kernel-api/abi.h"
#include "kernel-api/native.h"

int iommufd_open(const struct root *root)
{
	return root_open_device(root, "dev/iommu");
}

/* No command of iommufd answers with a number. */
static int ask(int fd, enum iommufd_command command, void *request)
{
	int result = kernel_call(fd, ABI_REQUEST(command), (uintptr_t)request);

	return result > 0 ? -EBADMSG : result;
}

int iommufd_has_command(int fd, enum iommufd_command command, bool *present)
{
	uint32_t size = 0;
	int result;

	*present = false;
	/* Below are the requests of VFIO, which begin otherwise; a number has 8 bits. */
	if (command < IOMMUFD_DESTROY || command > 0xff)
		return -ERANGE;
	result = ask(fd, command, &size);
	*present = result == -EINVAL;
	if (result == -EINVAL || result == -ENOTTY)
		return 0;
	return result ? result : -EBADMSG;
}

int iommufd_get_option(int fd, enum iommufd_option_id option, uint32_t object,
		       uint64_t *value)
{
	struct abi_option request = {
		.size = sizeof(request),
		.option_id = option,
		.op = ABI_OPTION_GET,
		.object_id = object,
	};
	int result = ask(fd, IOMMUFD_OPTION, &request);

	*value = request.val64;
	return result;
}

int iommufd_alloc_ioas(int fd, uint32_t *ioas)
{
	struct abi_ioas_alloc request = { .size = sizeof(request) };
	int result = ask(fd, IOMMUFD_IOAS_ALLOC, &request);

	*ioas = request.out_ioas_id;
	return result;
}

void iommufd_iova_clear(struct iommufd_iova *iova)
{
	free(iova->range);
	*iova = (struct iommufd_iova){ 0 };
}

int iommufd_decode_iova(const void *answer, size_t answer_size, const void *array,
			size_t room, struct iommufd_iova *iova)
{
	struct cursor c = cursor_of(answer, answer_size);
	struct cursor ranges = cursor_of(array, room);
	uint64_t alignment;
	uint32_t n;

	iommufd_iova_clear(iova);
	cursor_skip(&c, 8); /* size, ioas_id */
	n = native_u32(&c);
	cursor_skip(&c, 4 + 8); /* reserved, allowed_iovas */
	alignment = native_u64(&c);
	if (c.bad || n > room / sizeof(struct abi_iova_range))
		return -EBADMSG;
	if (!alignment || alignment & (alignment - 1))
		return -EBADMSG;
	if (n > IOMMUFD_RANGES_MAX)
		return -EFBIG;
	iova->alignment = alignment;
	while (n--) {
		struct range *r = ADD(iova, range);

		r->first = native_u64(&ranges);
		r->last = native_u64(&ranges);
	}
	return 0;
}

/* Room for this many ranges at first; a host has two or three. */
#define RANGES_FIRST 64

int iommufd_get_iova(int fd, uint32_t ioas, struct iommufd_iova *iova)
{
	uint32_t room = RANGES_FIRST;

	iommufd_iova_clear(iova);
	for (int tries = 0; tries < 4; tries++) {
		cleanup_free struct abi_iova_range *array = xcalloc(room, sizeof(*array));
		struct abi_ioas_iova_ranges request = {
			.size = sizeof(request),
			.ioas_id = ioas,
			.num_iovas = room,
			.allowed_iovas = (uintptr_t)array,
		};
		int result = ask(fd, IOMMUFD_IOAS_IOVA_RANGES, &request);

		if (!result)
			return iommufd_decode_iova(&request, sizeof(request), array,
						   room * sizeof(*array), iova);
		if (result != -EMSGSIZE)
			return result;
		if (request.num_iovas <= room)
			return -EBADMSG;
		if (request.num_iovas > IOMMUFD_RANGES_MAX)
			return -EFBIG;
		room = request.num_iovas;
	}
	return -EAGAIN;
}

int iommufd_get_hw_info(int fd, uint32_t device, struct hw_info *info)
{
	uint8_t data[256] = { 0 }; /* the largest that 7.2 has is 40 */
	struct abi_hw_info request = {
		.size = sizeof(request),
		.dev_id = device,
		.data_len = sizeof(data),
		.data_uptr = (uintptr_t)data,
	};
	int result = ask(fd, IOMMUFD_GET_HW_INFO, &request);

	if (result) {
		*info = (struct hw_info){ 0 };
		return result;
	}
	return hw_info_decode(&request, sizeof(request), data, sizeof(data), info);
}
