// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Asks VFIO (type1) what iommu-resv predicts: may this PCI device be used, and which IOVA ranges are
 * left.
 *
 *	vfio-probe DDDD:BB:DD.F		asks; the device is bound to vfio-pci
 *	vfio-probe --bind DDDD:BB:DD.F	binds it, for the errno that a shell cannot tell
 *
 * Prints one JSON line:
 *
 *	{"device":"0000:00:01.0","call":"VFIO_GROUP_SET_CONTAINER","errno":"EINVAL"}
 *	{"device":"0000:00:01.0","call":null,"errno":null,"viable":true,"page_sizes":"0x40201000",
 *	 "iova_ranges":[{"first":"0x0","last":"0xfedfffff"}]}
 *
 * "call" names the first call that failed. Exit status: 0 for an answer of either kind, 2 for wrong
 * usage. Everything it opens is closed again by the end of the process.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/vfio.h>

static const char *errno_word(int err)
{
	static const struct {
		int err;
		const char *word;
	} words[] = {
		{ EPERM, "EPERM" },   { ENOENT, "ENOENT" }, { EBUSY, "EBUSY" },	  { ENODEV, "ENODEV" },
		{ EINVAL, "EINVAL" }, { EACCES, "EACCES" }, { ENOSPC, "ENOSPC" }, { ENOMEM, "ENOMEM" },
		{ ENOTTY, "ENOTTY" }, { EEXIST, "EEXIST" }, { ENXIO, "ENXIO" },	  { EIO, "EIO" },
		{ EOPNOTSUPP, "EOPNOTSUPP" },
	};
	static char number[16];
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].err == err)
			return words[i].word;
	snprintf(number, sizeof(number), "%d", err);
	return number;
}

static int refused(const char *device, const char *call)
{
	printf("{\"device\":\"%s\",\"call\":\"%s\",\"errno\":\"%s\"}\n", device, call,
	       errno_word(errno));
	return 0;
}

static int bind_device(const char *device)
{
	int fd = open("/sys/bus/pci/drivers/vfio-pci/bind", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, device, strlen(device)) < 0)
		return refused(device, "bind");
	printf("{\"device\":\"%s\",\"call\":null,\"errno\":null}\n", device);
	return 0;
}

/* The capability chain lies behind the fixed part; offsets come from the kernel and are checked. */
static void print_ranges(const struct vfio_iommu_type1_info *info)
{
	const char *base = (const char *)info;
	size_t offset = info->flags & VFIO_IOMMU_INFO_CAPS ? info->cap_offset : 0;
	const char *comma = "";
	unsigned int hops;

	printf("[");
	for (hops = 0; offset && hops < 16; hops++) {
		struct vfio_info_cap_header header;
		struct vfio_iommu_type1_info_cap_iova_range cap;
		struct vfio_iova_range range;
		size_t i, at;

		if (offset > info->argsz || info->argsz - offset < sizeof(cap))
			break;
		memcpy(&header, base + offset, sizeof(header));
		if (header.id == VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE) {
			memcpy(&cap, base + offset, sizeof(cap));
			at = offset + offsetof(struct vfio_iommu_type1_info_cap_iova_range, iova_ranges);
			for (i = 0; i < cap.nr_iovas && info->argsz - at >= sizeof(range);
			     i++, at += sizeof(range)) {
				memcpy(&range, base + at, sizeof(range));
				printf("%s{\"first\":\"0x%llx\",\"last\":\"0x%llx\"}", comma,
				       (unsigned long long)range.start, (unsigned long long)range.end);
				comma = ",";
			}
		}
		offset = header.next;
	}
	printf("]");
}

static int open_group(const char *device)
{
	char link[128], target[PATH_MAX], path[64];
	const char *number;
	ssize_t length;

	snprintf(link, sizeof(link), "/sys/bus/pci/devices/%s/iommu_group", device);
	length = readlink(link, target, sizeof(target) - 1);
	if (length < 0)
		return -1;
	target[length] = '\0';
	number = strrchr(target, '/');
	snprintf(path, sizeof(path), "/dev/vfio/%.16s", number ? number + 1 : target);
	return open(path, O_RDWR | O_CLOEXEC);
}

int main(int argc, char **argv)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	struct vfio_iommu_type1_info *info;
	const char *device = argv[argc - 1];
	int group, container;
	unsigned int size;

	if (argc == 3 && !strcmp(argv[1], "--bind"))
		return bind_device(device);
	if (argc != 2 || strlen(device) > 32) {
		fprintf(stderr, "usage: vfio-probe [--bind] DDDD:BB:DD.F\n");
		return 2;
	}
	group = open_group(device);
	if (group < 0)
		return refused(device, "open group");
	if (ioctl(group, VFIO_GROUP_GET_STATUS, &status))
		return refused(device, "VFIO_GROUP_GET_STATUS");
	container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (container < 0)
		return refused(device, "open container");
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container))
		return refused(device, "VFIO_GROUP_SET_CONTAINER");
	/* v2 differs from v1 only in how mappings may be split; it is what every VMM uses. */
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		return refused(device, "VFIO_SET_IOMMU");

	/* The first call says how much room the capabilities need. */
	for (size = sizeof(*info);; size = info->argsz, free(info)) {
		info = calloc(1, size);
		if (!info)
			return refused(device, "calloc");
		info->argsz = size;
		if (ioctl(container, VFIO_IOMMU_GET_INFO, info))
			return refused(device, "VFIO_IOMMU_GET_INFO");
		if (info->argsz <= size)
			break;
	}
	printf("{\"device\":\"%s\",\"call\":null,\"errno\":null,\"viable\":%s,\"page_sizes\":\"0x%llx\","
	       "\"iova_ranges\":",
	       device, status.flags & VFIO_GROUP_FLAGS_VIABLE ? "true" : "false",
	       (unsigned long long)info->iova_pgsizes);
	print_ranges(info);
	printf("}\n");
	free(info);
	return 0;
}
