// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Asks the kernel what iommu-resv predicts: may these PCI devices be used, and which IOVA ranges are left.
 * Shares no code with iommu-resv, so that one mistake cannot hide another.
 *
 *	vfio-probe [--hold | --msi] DDDD:BB:DD.F		asks VFIO (type1); the device is bound to vfio-pci
 *	vfio-probe [--hold | --msi] --iommufd DDDD:BB:DD.F...	asks iommufd; all devices in one IOAS
 *	vfio-probe --bind DDDD:BB:DD.F				binds it, for the errno that a shell cannot tell
 *	vfio-probe --map [--iommufd] DDDD:BB:DD.F <RANGES	and which ranges can be mapped for it
 *	vfio-probe --later ADDRESS DDDD:BB:DD.F DDDD:BB:DD.F	maps a page for the first, and brings the second (type1)
 *
 * Prints one JSON line for each device, or for the first one that is refused:
 *
 *	{"device":"0000:00:01.0","call":"VFIO_GROUP_SET_CONTAINER","errno":"EINVAL"}
 *	{"device":"0000:00:01.0","call":null,"errno":null,"viable":true,"page_sizes":"0x40201000",
 *	 "iova_ranges":[{"first":"0x0","last":"0xfedfffff"}]}
 *	{"device":"0000:00:01.0","call":null,"errno":null,"hw_info":1,"alignment":"0x1000",
 *	 "iova_ranges":[{"first":"0x0","last":"0xfedfffff"}]}
 *
 * RANGES has a range a line, "0x0 0xfff". With --map a line each follows for what was tried: a range as a whole, and the
 * pages at its ends, inside and outside.
 *
 *	{"first":"0x0","last":"0xfff","errno":null}
 *
 * Nobody has as much memory as a guest may get: behind one page of memory there is none, so that a larger range that
 * the kernel takes ends with EFAULT, which comes after all that it asks of addresses. With iommufd a page that it
 * refuses is mapped once more, into an IOAS that has no device yet, and "attach" is the errno when the device comes:
 *
 *	{"first":"0xfee00000","last":"0xfee00fff","errno":"EINVAL","attach":"EADDRINUSE"}
 *
 * "call" names the first call that failed. Ranges and alignment of iommufd are those after this device's attach, so
 * the last line has what all leave together. Exit status: 0 for an answer of either kind, 2 for wrong usage.
 * Everything it opens is closed again by the end of the process; with --hold this is when it is killed. --msi is
 * --hold, and each device has its first MSI enabled, as a VMM does it for the driver of a guest.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/vfio.h>

static bool want_msi, want_map;

static const char *errno_word(int err)
{
	static const struct {
		int err;
		const char *word;
	} words[] = {
		{ EPERM, "EPERM" },   { ENOENT, "ENOENT" }, { EBUSY, "EBUSY" },	  { ENODEV, "ENODEV" },
		{ EINVAL, "EINVAL" }, { EACCES, "EACCES" }, { ENOSPC, "ENOSPC" }, { ENOMEM, "ENOMEM" },
		{ ENOTTY, "ENOTTY" }, { EEXIST, "EEXIST" }, { ENXIO, "ENXIO" },	  { EIO, "EIO" },
		{ EOPNOTSUPP, "EOPNOTSUPP" }, { EADDRINUSE, "EADDRINUSE" }, { EFAULT, "EFAULT" },
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

/* The eventfd stays open; nobody waits for it. */
static int enable_msi(int device)
{
	struct {
		struct vfio_irq_set set;
		int32_t eventfd;
	} request = {
		.set = {
			.argsz = sizeof(request),
			.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
			.index = VFIO_PCI_MSI_IRQ_INDEX,
			.count = 1,
		},
		.eventfd = eventfd(0, EFD_CLOEXEC),
	};

	return request.eventfd < 0 ? -1 : ioctl(device, VFIO_DEVICE_SET_IRQS, &request);
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

/* --- Mapping --- */

#define PAGE ((uint64_t)sysconf(_SC_PAGESIZE))
#define PIECES_MAX 1024
/* The address of the memory and the size must not pass the end of 64 bits together. */
#define SIZE_MOST (UINT64_C(1) << 62)

/* What maps a range for one device, and takes it away if that went well. */
struct mapper {
	int (*map)(const struct mapper *mapper, uint64_t first, uint64_t size, const void *memory);
	int (*attach_later)(const struct mapper *mapper, uint64_t first, const void *memory); /* NULL: it cannot */
	int fd; /* container, or iommufd */
	int cdev;
	uint32_t ioas;
};

struct piece {
	uint64_t first, last;
};

/* A page of memory, with nothing behind it. */
static void *one_page(void)
{
	char *memory = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return NULL;
	munmap(memory + PAGE, 15 * PAGE);
	return memory;
}

static void add_piece(struct piece *pieces, size_t *n, uint64_t first, uint64_t last)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (pieces[i].first == first && pieces[i].last == last)
			return;
	if (*n < PIECES_MAX)
		pieces[(*n)++] = (struct piece){ first, last };
}

/* The page of an address, if there is one. */
static void add_page(struct piece *pieces, size_t *n, uint64_t address)
{
	add_piece(pieces, n, address & ~(PAGE - 1), address | (PAGE - 1));
}

static size_t read_pieces(struct piece *pieces)
{
	unsigned long long first, last;
	size_t n = 0;

	while (scanf("%llx %llx", &first, &last) == 2) {
		if (last < first)
			continue;
		add_piece(pieces, &n, first, last);
		add_page(pieces, &n, first);
		add_page(pieces, &n, last);
		if (first >= PAGE)
			add_page(pieces, &n, first - PAGE);
		if (last <= UINT64_MAX - PAGE)
			add_page(pieces, &n, last + PAGE);
	}
	return n;
}

static void try_piece(const struct mapper *m, const struct piece *p, const void *memory)
{
	uint64_t size = p->last - p->first + 1;
	int failed;

	if (!size || size > SIZE_MOST)
		return;
	failed = m->map(m, p->first, size, memory);
	printf("{\"first\":\"0x%llx\",\"last\":\"0x%llx\",\"errno\":", (unsigned long long)p->first,
	       (unsigned long long)p->last);
	if (!failed) {
		printf("null}\n");
		return;
	}
	printf("\"%s\"", errno_word(errno));
	if (m->attach_later && errno == EINVAL && size == PAGE)
		printf(",\"attach\":\"%s\"", m->attach_later(m, p->first, memory) ? errno_word(errno) : "ok");
	printf("}\n");
}

static void try_pieces(const struct mapper *m)
{
	static struct piece pieces[PIECES_MAX];
	size_t n = read_pieces(pieces), i;
	void *memory = one_page();

	for (i = 0; memory && i < n; i++)
		try_piece(m, &pieces[i], memory);
}

static int map_vfio(const struct mapper *m, uint64_t first, uint64_t size, const void *memory)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)memory,
		.iova = first,
		.size = size,
	};
	struct vfio_iommu_type1_dma_unmap unmap = { .argsz = sizeof(unmap), .iova = first, .size = size };

	return ioctl(m->fd, VFIO_IOMMU_MAP_DMA, &map) || ioctl(m->fd, VFIO_IOMMU_UNMAP_DMA, &unmap);
}

static int ask_vfio(const char *device)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	struct vfio_iommu_type1_info *info;
	int group, container, fd;
	unsigned int size;

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
	/* Up to 5.18 only this tells that a sibling has a driver. */
	fd = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, device);
	if (fd < 0)
		return refused(device, "VFIO_GROUP_GET_DEVICE_FD");
	if (want_msi && enable_msi(fd))
		return refused(device, "VFIO_DEVICE_SET_IRQS");
	printf("{\"device\":\"%s\",\"call\":null,\"errno\":null,\"viable\":%s,\"page_sizes\":\"0x%llx\","
	       "\"iova_ranges\":",
	       device, status.flags & VFIO_GROUP_FLAGS_VIABLE ? "true" : "false",
	       (unsigned long long)info->iova_pgsizes);
	print_ranges(info);
	printf("}\n");
	free(info);
	if (want_map)
		try_pieces(&(struct mapper){ .map = map_vfio, .fd = container });
	return 0;
}

/* Two groups in one container, the second once memory is mapped for the first. */
static int ask_later(const char *address, const char *first, const char *second)
{
	int container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)one_page(),
		.iova = strtoull(address, NULL, 16),
		.size = PAGE,
	};
	int group = open_group(first), other = open_group(second);

	if (container < 0 || group < 0 || other < 0 || ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) ||
	    ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) || ioctl(container, VFIO_IOMMU_MAP_DMA, &map))
		return refused(first, "VFIO_IOMMU_MAP_DMA");
	if (ioctl(other, VFIO_GROUP_SET_CONTAINER, &container))
		return refused(second, "VFIO_GROUP_SET_CONTAINER");
	printf("{\"device\":\"%s\",\"call\":null,\"errno\":null}\n", second);
	return 0;
}

/*
 * iommufd and VFIO's character devices, which the headers of Debian 12 lack: include/uapi/linux/iommufd.h and
 * vfio.h of Linux 6.12.
 */
#define IOMMUFD_REQUEST(number) _IO(';', number)

struct bind_iommufd { /* VFIO_DEVICE_BIND_IOMMUFD, 118 */
	uint32_t argsz, flags;
	int32_t iommufd;
	uint32_t out_devid;
};

struct attach_pt { /* VFIO_DEVICE_ATTACH_IOMMUFD_PT, 119 */
	uint32_t argsz, flags, pt_id;
};

struct ioas_alloc { /* IOMMU_IOAS_ALLOC, 0x81 */
	uint32_t size, flags, out_ioas_id;
};

struct iova_ranges { /* IOMMU_IOAS_IOVA_RANGES, 0x84 */
	uint32_t size, ioas_id, num_iovas, reserved;
	uint64_t allowed_iovas, out_iova_alignment;
};

struct get_hw_info { /* IOMMU_GET_HW_INFO, 0x8a */
	uint32_t size, flags, dev_id, data_len;
	uint64_t data_uptr;
	uint32_t out_data_type, reserved;
	uint64_t out_capabilities;
};

struct ioas_map { /* IOMMU_IOAS_MAP, 0x85 */
	uint32_t size, flags, ioas_id, reserved;
	uint64_t user_va, length, iova;
};

#define IOAS_MAP_FLAGS 7 /* FIXED_IOVA, WRITEABLE, READABLE */

struct ioas_unmap { /* IOMMU_IOAS_UNMAP, 0x86 */
	uint32_t size, ioas_id;
	uint64_t iova, length;
};

static int open_cdev(const char *device)
{
	struct dirent *entry;
	char path[128];
	DIR *folder;
	int fd = -1;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/vfio-dev", device);
	folder = opendir(path);
	while (folder && fd < 0 && (entry = readdir(folder))) {
		if (strncmp(entry->d_name, "vfio", 4))
			continue;
		snprintf(path, sizeof(path), "/dev/vfio/devices/%.32s", entry->d_name);
		fd = open(path, O_RDWR | O_CLOEXEC);
	}
	if (folder)
		closedir(folder);
	return fd;
}

static int map_iommufd(const struct mapper *m, uint64_t first, uint64_t size, const void *memory)
{
	struct ioas_map map = {
		.size = sizeof(map),
		.flags = IOAS_MAP_FLAGS,
		.ioas_id = m->ioas,
		.user_va = (uintptr_t)memory,
		.length = size,
		.iova = first,
	};
	struct ioas_unmap unmap = { .size = sizeof(unmap), .ioas_id = m->ioas, .iova = first, .length = size };

	return ioctl(m->fd, IOMMUFD_REQUEST(0x85), &map) || ioctl(m->fd, IOMMUFD_REQUEST(0x86), &unmap);
}

/* Into an IOAS of its own, which lasts as long as iommufd is open. The device comes to it, and goes back. */
static int attach_later(const struct mapper *m, uint64_t first, const void *memory)
{
	struct ioas_alloc ioas = { .size = sizeof(ioas) };
	struct attach_pt attach = { .argsz = sizeof(attach) }, back = { .argsz = sizeof(back), .pt_id = m->ioas };
	struct ioas_map map = {
		.size = sizeof(map),
		.flags = IOAS_MAP_FLAGS,
		.user_va = (uintptr_t)memory,
		.length = PAGE,
		.iova = first,
	};

	if (ioctl(m->fd, IOMMUFD_REQUEST(0x81), &ioas))
		return -1;
	map.ioas_id = attach.pt_id = ioas.out_ioas_id;
	if (ioctl(m->fd, IOMMUFD_REQUEST(0x85), &map) || ioctl(m->cdev, IOMMUFD_REQUEST(119), &attach))
		return -1;
	return ioctl(m->cdev, IOMMUFD_REQUEST(119), &back);
}

static int ask_one_of_ioas(int iommufd, uint32_t ioas, const char *device)
{
	static struct {
		uint64_t first, last;
	} range[1024];
	struct bind_iommufd bind = { .argsz = sizeof(bind), .iommufd = iommufd };
	struct attach_pt attach = { .argsz = sizeof(attach), .pt_id = ioas };
	struct get_hw_info hw = { .size = sizeof(hw) };
	struct iova_ranges ranges = {
		.size = sizeof(ranges),
		.ioas_id = ioas,
		.num_iovas = sizeof(range) / sizeof(range[0]),
		.allowed_iovas = (uintptr_t)range,
	};
	int cdev = open_cdev(device);
	uint32_t i;

	if (cdev < 0)
		return refused(device, "open cdev");
	if (ioctl(cdev, IOMMUFD_REQUEST(118), &bind))
		return refused(device, "VFIO_DEVICE_BIND_IOMMUFD");
	hw.dev_id = bind.out_devid;
	if (ioctl(iommufd, IOMMUFD_REQUEST(0x8a), &hw))
		return refused(device, "IOMMU_GET_HW_INFO");
	if (ioctl(cdev, IOMMUFD_REQUEST(119), &attach))
		return refused(device, "VFIO_DEVICE_ATTACH_IOMMUFD_PT");
	if (ioctl(iommufd, IOMMUFD_REQUEST(0x84), &ranges))
		return refused(device, "IOMMU_IOAS_IOVA_RANGES");
	if (want_msi && enable_msi(cdev))
		return refused(device, "VFIO_DEVICE_SET_IRQS");
	printf("{\"device\":\"%s\",\"call\":null,\"errno\":null,\"hw_info\":%u,\"alignment\":\"0x%llx\","
	       "\"iova_ranges\":[",
	       device, hw.out_data_type, (unsigned long long)ranges.out_iova_alignment);
	for (i = 0; i < ranges.num_iovas; i++)
		printf("%s{\"first\":\"0x%llx\",\"last\":\"0x%llx\"}", i ? "," : "",
		       (unsigned long long)range[i].first, (unsigned long long)range[i].last);
	printf("]}\n");
	if (want_map)
		try_pieces(&(struct mapper){
			.map = map_iommufd,
			.attach_later = attach_later,
			.fd = iommufd,
			.cdev = cdev,
			.ioas = ioas,
		});
	return 1;
}

/* The fds of the devices stay open: to close one takes its device out of the IOAS. */
static int ask_iommufd(char *const devices[], int n)
{
	struct ioas_alloc ioas = { .size = sizeof(ioas) };
	int iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC), i;

	if (iommufd < 0)
		return refused(devices[0], "open iommufd");
	if (ioctl(iommufd, IOMMUFD_REQUEST(0x81), &ioas))
		return refused(devices[0], "IOMMU_IOAS_ALLOC");
	for (i = 0; i < n; i++)
		if (!ask_one_of_ioas(iommufd, ioas.out_ioas_id, devices[i]))
			break;
	return 0;
}

int main(int argc, char **argv)
{
	const char *how;
	bool hold;
	int status;

	want_msi = argc > 1 && !strcmp(argv[1], "--msi");
	want_map = argc > 1 && !strcmp(argv[1], "--map");
	hold = want_msi || (argc > 1 && !strcmp(argv[1], "--hold"));
	argv += 1 + (hold || want_map);
	argc -= 1 + (hold || want_map);
	how = argc > 1 ? argv[0] : "";
	if (!strcmp(how, "--iommufd")) {
		status = ask_iommufd(argv + 1, argc - 1);
	} else if (!strcmp(how, "--bind") && argc == 2) {
		status = bind_device(argv[1]);
	} else if (!strcmp(how, "--later") && argc == 4) {
		status = ask_later(argv[1], argv[2], argv[3]);
	} else if (argc == 1) {
		status = ask_vfio(argv[0]);
	} else {
		fprintf(stderr, "usage: vfio-probe [--hold | --msi | --map] [--bind | --later ADDRESS | --iommufd] DDDD:BB:DD.F...\n");
		return 2;
	}
	fflush(stdout);
	if (hold)
		pause();
	return status;
}
