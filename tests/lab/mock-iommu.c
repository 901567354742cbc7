// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Holds iommu-resv's own calls and decoders of iommufd (src/kernel-api) against the mock IOMMU of the kernel's self
 * tests (CONFIG_IOMMUFD_TEST), which has what no emulated one has: pages of 2 KiB, and reserved ranges wherever one
 * wants them. Linked with the sources of the program.
 *
 *	mock-iommu		prints one line "ok - ..." or "not ok - ..." for each question
 *	mock-iommu --hold	only makes a device, prints "device", and keeps it until it is killed
 *
 * The commands for the tests: drivers/iommu/iommufd/iommufd_test.h of Linux 7.2.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kernel-api/iommufd.h"

#define OP_ADD_RESERVED 1
#define OP_MOCK_DOMAIN 2

/* MOCK_APERTURE_START and _LAST, MOCK_PAGE_SIZE */
static const struct range aperture = { 0x1000000, 0x7fffffff };
#define ALIGNMENT 2048

/* The mock's own type of hardware information, IOMMU_HW_INFO_TYPE_SELFTEST. */
#define HW_TYPE 0xfeedbeef

struct test_command { /* struct iommu_test_cmd: a union of 56 bytes behind the head */
	uint32_t size, op, id, reserved;
	union {
		struct {
			uint64_t start, length;
		} add_reserved;
		struct {
			uint32_t out_stdev_id, out_hwpt_id, out_idev_id;
		} mock_domain;
		char room[56];
	};
};

static int iommufd;

/* Makes a device and attaches it to an IOAS. */
static int make_device(uint32_t ioas, uint32_t *device)
{
	struct test_command c = { .size = sizeof(c), .op = OP_MOCK_DOMAIN, .id = ioas };

	if (ioctl(iommufd, _IO(';', IOMMUFD_TEST), &c))
		return -errno;
	*device = c.mock_domain.out_idev_id;
	return 0;
}

static int reserve(uint32_t ioas, struct range r)
{
	struct test_command c = { .size = sizeof(c), .op = OP_ADD_RESERVED, .id = ioas };

	c.add_reserved.start = r.first;
	c.add_reserved.length = r.last - r.first + 1;
	return ioctl(iommufd, _IO(';', IOMMUFD_TEST), &c) ? -errno : 0;
}

static void say(bool good, const char *what)
{
	printf("%sok - mock IOMMU: %s\n", good ? "" : "not ", what);
}

/* The holes, ascending and apart from each other, are all that is missing in the aperture. */
static bool has_holes(const struct iommufd_iova *iova, const struct range *holes, size_t n)
{
	uint64_t first = aperture.first;
	size_t at = 0;

	for (size_t i = 0; i <= n; i++) {
		struct range left = { first, i < n ? holes[i].first - 1 : aperture.last };

		first = i < n ? holes[i].last + 1 : 0;
		if (left.last < left.first)
			continue;
		if (at == iova->n_range || !range_equals(iova->range[at], left)) {
			printf("# range %zu is not 0x%" PRIx64 "-0x%" PRIx64 "\n", at, left.first, left.last);
			return false;
		}
		at++;
	}
	return at == iova->n_range;
}

/* In a new IOAS with a device of its own: what is given (each may be in the way of others) leaves the holes. */
static void test_holes(const char *what, const struct range *given, size_t n_given, const struct range *holes, size_t n)
{
	struct iommufd_iova iova = { 0 };
	uint32_t ioas, device;
	bool good = !iommufd_alloc_ioas(iommufd, &ioas) && !make_device(ioas, &device);

	for (size_t i = 0; i < n_given; i++)
		good = good && !reserve(ioas, given[i]);
	good = good && !iommufd_get_iova(iommufd, ioas, &iova);
	say(good && iova.alignment == ALIGNMENT && has_holes(&iova, holes, n), what);
	iommufd_iova_clear(&iova);
}

#define MANY 5000

static void test_ranges(void)
{
	static const struct range odd[] = { { 0x2000801, 0x2000aff } };
	static const struct range over[] = { { 0x3000000, 0x30fffff }, { 0x3080000, 0x31fffff }, { 0x3000fff, 0x3000fff } };
	static const struct range one[] = { { 0x3000000, 0x31fffff } };
	static const struct range ends[] = { { 0, 0x10007ff }, { 0x7ffff801, UINT64_MAX } };
	static struct range many[MANY];

	for (size_t i = 0; i < MANY; i++)
		many[i] = (struct range){ 0x2000000 + i * 0x2800, 0x2000000 + i * 0x2800 + i };
	test_holes("its aperture", NULL, 0, NULL, 0);
	test_holes("a range that begins and ends in a page", odd, 1, odd, 1);
	test_holes("ranges that overlap", over, 3, one, 1);
	test_holes("many ranges of odd sizes", many, MANY, many, MANY);
	test_holes("both ends of the aperture",
		   ends, 2, (const struct range[]){ { aperture.first, 0x10007ff }, { 0x7ffff801, aperture.last } }, 2);
}

static void test_facts(void)
{
	struct hw_info info = { 0 };
	uint32_t ioas, device;
	bool present = false, all = true;

	say(!iommufd_alloc_ioas(iommufd, &ioas) && !make_device(ioas, &device) &&
		    !iommufd_get_hw_info(iommufd, device, &info) && info.type == HW_TYPE && !info.n_fields &&
		    !hw_info_type_name(info.type),
	    "hardware information of a type that is not known");
	for (unsigned command = IOMMUFD_DESTROY; command <= IOMMUFD_HW_QUEUE_ALLOC; command++)
		all = all && !iommufd_has_command(iommufd, command, &present) && present;
	say(all && !iommufd_has_command(iommufd, IOMMUFD_TEST, &present) && present,
	    "all commands are there, and that of the tests");
	say(!iommufd_has_command(iommufd, IOMMUFD_HW_QUEUE_ALLOC + 1, &present) && !present, "the next one is not");
}

int main(int argc, char **argv)
{
	uint32_t ioas, device;
	struct root root;
	int result = root_open(&root, NULL);

	iommufd = result ? result : iommufd_open(&root);
	if (iommufd < 0) {
		say(false, "/dev/iommu cannot be opened");
		return 1;
	}
	if (argc == 2 && !strcmp(argv[1], "--hold")) {
		result = iommufd_alloc_ioas(iommufd, &ioas);
		result = result ? result : make_device(ioas, &device);
		puts(result ? strerror(-result) : "device");
		fflush(stdout);
		pause();
		return 0;
	}
	test_ranges();
	test_facts();
	return 0;
}
