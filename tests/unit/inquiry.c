/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect/inquiry.h"

/* The calls, in the order in which a question makes them. */
enum call {
	OPEN_IOMMUFD,
	OPEN_DEVICE,
	BIND,
	GET_HW_INFO,
	ALLOC_IOAS,
	ATTACH,
	GET_IOVA,
	OPEN_CONTAINER,
	OPEN_GROUP,
	SET_CONTAINER,
	SET_TYPE1,
	GET_STATUS,
	GET_DEVICE,
	GET_INFO,
	CALL_COUNT,
};

/* A kernel of our own. */
static struct {
	int fails[CALL_COUNT]; /* with this negative errno */
	int fails_after;       /* so many calls of that kind that succeed */
	unsigned n[CALL_COUNT];
	enum call signal_at; /* a signal comes in this call, if `signal` is one */
	int signal;
	struct range ranges[2];
	size_t n_ranges;
	bool no_ranges; /* VFIO: the capability is missing */
	bool not_viable;
	struct hw_info hw;
} kernel;

static unsigned signals; /* that were handled */

static int called(enum call call)
{
	if (kernel.signal && call == kernel.signal_at)
		raise(kernel.signal);
	return (int)kernel.n[call]++ < kernel.fails_after ? 0 : kernel.fails[call];
}

static int opened(enum call call)
{
	int error = called(call);

	return error ? error : open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static int open_iommufd(const struct root *root)
{
	(void)root;
	return opened(OPEN_IOMMUFD);
}

static int open_device(const struct root *root, const char *name)
{
	(void)root;
	assert_int_equal(strncmp(name, "vfio", 4), 0);
	return opened(OPEN_DEVICE);
}

static int bind_device(int device, int iommufd, uint32_t *id)
{
	assert_true(device > iommufd);
	*id = 100 + kernel.n[BIND];
	return called(BIND);
}

static int get_hw_info(int iommufd, uint32_t device, struct hw_info *info)
{
	(void)iommufd;
	assert_true(device >= 100);
	*info = kernel.hw;
	return called(GET_HW_INFO);
}

static int alloc_ioas(int iommufd, uint32_t *ioas)
{
	(void)iommufd;
	*ioas = 0; /* the first id of a context */
	return called(ALLOC_IOAS);
}

static int attach(int device, uint32_t ioas, uint32_t *page_table)
{
	(void)device;
	assert_int_equal(ioas, 0);
	*page_table = 7;
	return called(ATTACH);
}

static int get_iova(int iommufd, uint32_t ioas, struct iommufd_iova *iova)
{
	int error = called(GET_IOVA);

	(void)iommufd;
	(void)ioas;
	iova->alignment = 0x1000;
	for (size_t i = 0; !error && i < kernel.n_ranges; i++)
		*ADD(iova, range) = kernel.ranges[i];
	return error;
}

static int open_container(const struct root *root)
{
	(void)root;
	return opened(OPEN_CONTAINER);
}

static int open_group(const struct root *root, const char *name)
{
	(void)root;
	assert_true(!strcmp(name, "1") || !strcmp(name, "2"));
	return opened(OPEN_GROUP);
}

static int set_container(int group, int container)
{
	assert_true(group > container);
	return called(SET_CONTAINER);
}

static int set_type1(int container)
{
	(void)container;
	return called(SET_TYPE1);
}

static int get_status(int group, uint32_t *flags)
{
	(void)group;
	*flags = kernel.not_viable ? 0 : VFIO_GROUP_IS_VIABLE;
	return called(GET_STATUS);
}

static int get_device(int group, const char *name)
{
	(void)group;
	assert_int_equal(strncmp(name, "0000:00:0", 9), 0);
	return opened(GET_DEVICE);
}

static int get_info(int container, struct vfio_type1_info *info)
{
	int error = called(GET_INFO);

	(void)container;
	info->page_sizes = 0x40201000;
	info->has_available = true;
	info->available = 65535;
	info->has_ranges = !kernel.no_ranges;
	for (size_t i = 0; !error && i < kernel.n_ranges; i++)
		*ADD(info, range) = kernel.ranges[i];
	return error;
}

static const struct inquiry_calls calls = {
	.open_iommufd = open_iommufd,
	.open_device = open_device,
	.bind = bind_device,
	.get_hw_info = get_hw_info,
	.alloc_ioas = alloc_ioas,
	.attach = attach,
	.get_iova = get_iova,
	.open_group = open_group,
	.open_container = open_container,
	.set_container = set_container,
	.get_status = get_status,
	.get_device = get_device,
	.set_type1 = set_type1,
	.get_info = get_info,
};

/* --- The machine: two devices in group 1, one in group 2 --- */

static struct host host;
static const size_t devices[] = { 0, 1, 2 };

static void build(void)
{
	build_host(&host, "7.2", "x86_64", 4096);
	host.sources[SOURCE_INQUIRIES].state = SOURCE_NOT_ASKED;
	build_group(&host, 1, DOMAIN_DMA);
	build_group(&host, 2, DOMAIN_DMA);
	build_device(&host, "0000:00:01.0", 1, 0x020000, "vfio-pci");
	build_device(&host, "0000:00:01.1", 1, 0x020000, "vfio-pci");
	build_device(&host, "0000:00:02.0", 2, 0x020000, "vfio-pci");
	assert_true(host_finish(&host));
	for (size_t i = 0; i < host.n_devices; i++)
		host.devices[i].vfio_name = text_format("vfio%zu", i);
}

static unsigned open_files(void)
{
	DIR *folder = opendir("/proc/self/fd");
	unsigned n = 0;

	assert_non_null(folder);
	while (readdir(folder))
		n++;
	closedir(folder);
	return n;
}

/* Asks, and holds that everything that was opened is closed again. */
static void ask(enum asked_via via, size_t n, bool together)
{
	static const struct root root = { .fd = -1 };
	unsigned before = open_files();

	host_clear(&host);
	build();
	memset(kernel.n, 0, sizeof(kernel.n));
	inquire(&root, &calls, via, devices, n, together, &host);
	assert_int_equal(open_files(), before);
}

static int setup(void **state)
{
	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	kernel.ranges[0] = RANGE(0, 0xfedfffff);
	kernel.ranges[1] = RANGE(0xfef00000, 0x7fffffffff);
	kernel.n_ranges = 2;
	signals = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	host_clear(&host);
	return 0;
}

/* --- Tests --- */

static void test_iommufd(void **state)
{
	const struct inquiry *q;

	(void)state;
	kernel.hw = (struct hw_info){
		.type = HW_INFO_INTEL_VTD,
		.capabilities = HW_CAPABILITY_DIRTY_TRACKING | 1 << 9,
		.pasid_bits = 20,
		.field = { { "MGAW", "width", 39 } },
		.n_fields = 1,
	};
	ask(ASKED_IOMMUFD, 1, true);
	assert_int_equal(host.n_inquiries, 1);
	assert_int_equal(host.n_gaps, 0);
	assert_int_equal(host.sources[SOURCE_INQUIRIES].state, SOURCE_READ);
	q = &host.inquiries[0];
	assert_int_equal(q->via, ASKED_IOMMUFD);
	assert_int_equal(q->n_devices, 1);
	assert_int_equal(q->error, 0);
	assert_null(q->call);
	assert_int_equal(q->failed_at, NO_INDEX);
	assert_int_equal(q->n_ranges, 2);
	assert_true(range_equals(q->ranges[1], kernel.ranges[1]));
	assert_int_equal(q->alignment, 0x1000);
	assert_string_equal(q->hardware, "intel-vtd");
	assert_int_equal(q->fields[0].value, 39);
	assert_string_equal(q->capabilities[0], "dirty-tracking");
	assert_string_equal(q->capabilities[1], "bit 9");
	assert_int_equal(q->pasid_bits, 20);
}

static void test_unknown_hardware(void **state)
{
	(void)state;
	kernel.hw.type = 77;
	ask(ASKED_IOMMUFD, 1, true);
	assert_string_equal(host.inquiries[0].hardware, "type 77, not known");
}

static void test_vfio(void **state)
{
	const struct inquiry *q;

	(void)state;
	ask(ASKED_VFIO, 1, true);
	assert_int_equal(host.n_inquiries, 1);
	q = &host.inquiries[0];
	assert_int_equal(q->via, ASKED_VFIO);
	assert_int_equal(q->n_ranges, 2);
	assert_int_equal(q->page_sizes, 0x40201000);
	assert_true(q->has_available);
	assert_int_equal(q->available, 65535);
	assert_false(q->has_migration);
	assert_false(q->has_hardware);
	/* no device is opened */
	assert_int_equal(kernel.n[OPEN_DEVICE] + kernel.n[BIND] + kernel.n[GET_DEVICE],
			 0);
}

/* Where a driver of the host has a sibling, a kernel of old refuses the device itself. */
static void test_not_viable(void **state)
{
	(void)state;
	kernel.not_viable = true;
	kernel.fails[GET_DEVICE] = -EINVAL;
	ask(ASKED_VFIO, 2, true);
	assert_int_equal(host.n_inquiries, 1);
	assert_int_equal(host.inquiries[0].error, EINVAL);
	assert_string_equal(host.inquiries[0].call, "VFIO_GROUP_GET_DEVICE_FD");
	assert_int_equal(host.inquiries[0].n_ranges, 0);
	assert_int_equal(kernel.n[GET_DEVICE], 1);

	/* should it not refuse, the answer goes on */
	kernel.fails[GET_DEVICE] = 0;
	ask(ASKED_VFIO, 3, true);
	assert_int_equal(host.n_inquiries, 3);
	assert_int_equal(host.inquiries[2].error, 0);
	assert_int_equal(host.inquiries[2].n_ranges, 2);
	assert_int_equal(kernel.n[GET_DEVICE], 4);
}

/* A kernel that does not tell the ranges says nothing about them. */
static void test_no_ranges(void **state)
{
	(void)state;
	kernel.no_ranges = true;
	kernel.n_ranges = 0;
	ask(ASKED_VFIO, 1, true);
	assert_int_equal(host.n_inquiries, 1);
	assert_false(host.inquiries[0].has_ranges);
	assert_int_equal(host.n_gaps, 0);
}

/* Alone first, then together; through VFIO those of one group are one question. */
static void test_several(void **state)
{
	(void)state;
	ask(ASKED_IOMMUFD, 3, true);
	assert_int_equal(host.n_inquiries, 4);
	assert_int_equal(host.inquiries[2].devices[0], 2);
	assert_int_equal(host.inquiries[3].n_devices, 3);
	assert_false(host.inquiries[3].has_hardware);
	ask(ASKED_IOMMUFD, 3, false);
	assert_int_equal(host.n_inquiries, 3);

	ask(ASKED_VFIO, 3, true);
	assert_int_equal(host.n_inquiries, 3);
	assert_int_equal(host.inquiries[0].n_devices, 2);
	assert_int_equal(host.inquiries[1].n_devices, 1);
	assert_int_equal(host.inquiries[2].n_devices, 3);
	assert_int_equal(kernel.n[OPEN_GROUP], 4);
	ask(ASKED_VFIO, 2, true);
	assert_int_equal(host.n_inquiries, 1);
}

/* Each call that fails, with an errno that is an answer and with one that is none. */
static void test_failures(void **state)
{
	static const struct {
		const char *name;
		enum asked_via via;
		enum call call;
		int error;
		const char *answer; /* the call of the answer; NULL: it is a gap */
		enum source_state state;
		const char *path; /* of the gap */
	} rows[] = {
		{ "no permission", ASKED_IOMMUFD, OPEN_IOMMUFD, EACCES, NULL,
		  SOURCE_DENIED, "/dev/iommu" },
		{ "no iommufd", ASKED_IOMMUFD, OPEN_IOMMUFD, ENOENT, NULL, SOURCE_BROKEN,
		  "/dev/iommu" },
		{ "device denied", ASKED_IOMMUFD, OPEN_DEVICE, EACCES, NULL,
		  SOURCE_DENIED, "/dev/vfio/devices/vfio0" },
		{ "device vanished", ASKED_IOMMUFD, OPEN_DEVICE, ENOENT, NULL,
		  SOURCE_BROKEN, "/dev/vfio/devices/vfio0" },
		{ "vanished late", ASKED_IOMMUFD, BIND, ENODEV, NULL, SOURCE_BROKEN,
		  "/dev/vfio/devices/vfio0" },
		{ "direct", ASKED_IOMMUFD, BIND, EINVAL, "VFIO_DEVICE_BIND_IOMMUFD",
		  SOURCE_READ, NULL },
		{ "isolation", ASKED_IOMMUFD, BIND, EPERM, "VFIO_DEVICE_BIND_IOMMUFD",
		  SOURCE_READ, NULL },
		{ "no command", ASKED_IOMMUFD, BIND, ENOTTY, NULL, SOURCE_BROKEN,
		  "/dev/vfio/devices/vfio0" },
		{ "no memory", ASKED_IOMMUFD, ALLOC_IOAS, ENOMEM, NULL, SOURCE_BROKEN,
		  "/dev/iommu" },
		{ "two msi", ASKED_IOMMUFD, ATTACH, EINVAL,
		  "VFIO_DEVICE_ATTACH_IOMMUFD_PT", SOURCE_READ, NULL },
		{ "garbage ranges", ASKED_IOMMUFD, GET_IOVA, EBADMSG, NULL, SOURCE_BROKEN,
		  "/dev/iommu" },
		{ "growing ranges", ASKED_IOMMUFD, GET_IOVA, EAGAIN, NULL, SOURCE_BROKEN,
		  "/dev/iommu" },
		{ "container denied", ASKED_VFIO, OPEN_CONTAINER, EACCES, NULL,
		  SOURCE_DENIED, "/dev/vfio/vfio" },
		{ "group in use", ASKED_VFIO, OPEN_GROUP, EBUSY, NULL, SOURCE_BROKEN,
		  "/dev/vfio/1" },
		{ "group vanished", ASKED_VFIO, OPEN_GROUP, ENOENT, NULL, SOURCE_BROKEN,
		  "/dev/vfio/1" },
		{ "rmrr", ASKED_VFIO, SET_CONTAINER, EPERM, "VFIO_GROUP_SET_CONTAINER",
		  SOURCE_READ, NULL },
		{ "unsafe", ASKED_VFIO, SET_TYPE1, EPERM, "VFIO_SET_IOMMU", SOURCE_READ,
		  NULL },
		{ "no backend", ASKED_VFIO, SET_TYPE1, ENODEV, NULL, SOURCE_BROKEN,
		  "/dev/vfio/vfio" },
		{ "no status", ASKED_VFIO, GET_STATUS, ENOTTY, NULL, SOURCE_BROKEN,
		  "/dev/vfio/1" },
		{ "garbage info", ASKED_VFIO, GET_INFO, EBADMSG, NULL, SOURCE_BROKEN,
		  "/dev/vfio/vfio" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *row = rows[i].name;

		setup(NULL);
		kernel.fails[rows[i].call] = -rows[i].error;
		ask(rows[i].via, 1, true);
		CHECK(row, host.n_inquiries == (rows[i].answer != NULL));
		CHECK(row, host.n_gaps == (rows[i].answer == NULL));
		CHECK(row, host.sources[SOURCE_INQUIRIES].state == rows[i].state);
		if (rows[i].answer) {
			CHECK(row, !strcmp(host.inquiries[0].call, rows[i].answer));
			CHECK(row, host.inquiries[0].error == rows[i].error);
			CHECK(row, host.inquiries[0].failed_at == 0);
			CHECK(row, !host.inquiries[0].has_ranges);
		} else {
			CHECK(row, !strcmp(host.gaps[0].path, rows[i].path));
			CHECK(row, host.gaps[0].error == rows[i].error);
		}
	}
}

/* What the hardware is cannot be told: noted, and the rest is an answer. */
static void test_no_hw_info(void **state)
{
	(void)state;
	kernel.fails[GET_HW_INFO] = -EBADMSG;
	ask(ASKED_IOMMUFD, 1, true);
	assert_int_equal(host.n_inquiries, 1);
	assert_int_equal(host.n_gaps, 1);
	assert_false(host.inquiries[0].has_hardware);
	assert_int_equal(host.inquiries[0].n_ranges, 2);
}

/* The second of several is refused; what was opened for the first is closed as well. */
static void test_second_refused(void **state)
{
	(void)state;
	kernel.fails[BIND] = -EINVAL;
	kernel.fails_after = 1;
	ask(ASKED_IOMMUFD, 2, true);
	assert_int_equal(host.n_inquiries, 3);
	assert_int_equal(host.inquiries[0].error, 0);
	assert_int_equal(host.inquiries[1].failed_at, 1);
	assert_int_equal(host.inquiries[2].failed_at, 0);
}

static void test_ranges_out_of_order(void **state)
{
	static const struct range bad[][2] = {
		{ { 0, 0xffff }, { 0x8000, 0x1ffff } },
		{ { 0x10000, 0x1ffff }, { 0, 0xffff } },
		{ { 0, 0xffff }, { 0x20000, 0x1ffff } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		memcpy(kernel.ranges, bad[i], sizeof(bad[i]));
		for (int via = 0; via < ASKED_VIA_COUNT; via++) {
			ask((enum asked_via)via, 1, true);
			assert_int_equal(host.n_inquiries, 0);
			assert_int_equal(host.n_gaps, 1);
			assert_int_equal(host.gaps[0].state, SOURCE_BROKEN);
		}
	}
}

static void handle(int signal)
{
	(void)signal;
	signals++;
}

/* A signal is held back until all is closed, and no further question is asked. */
static void test_signals(void **state)
{
	static const struct {
		enum asked_via via;
		enum call at, next; /* next: is not made any more */
	} rows[] = {
		{ ASKED_IOMMUFD, OPEN_IOMMUFD, OPEN_DEVICE },
		{ ASKED_IOMMUFD, BIND, ATTACH },
		{ ASKED_VFIO, OPEN_CONTAINER, OPEN_GROUP },
		{ ASKED_VFIO, SET_CONTAINER, SET_TYPE1 },
	};
	static const int kinds[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = handle }, before;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		assert_int_equal(sigaction(kinds[i], &action, &before), 0);
		for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
			signals = 0;
			kernel.signal = kinds[i];
			kernel.signal_at = rows[k].at;
			ask(rows[k].via, 3, true);
			assert_int_equal(signals, 1);
			assert_int_equal(kernel.n[rows[k].at], 1);
			assert_int_equal(kernel.n[rows[k].next], 0);
			assert_int_equal(host.n_inquiries, 0);
			assert_int_equal(host.sources[SOURCE_INQUIRIES].state,
					 SOURCE_BROKEN);
			assert_int_equal(host.sources[SOURCE_INQUIRIES].error, EINTR);
		}
		sigaction(kinds[i], &before, NULL);
	}
}

/* Of a signal that is ignored nothing is noticed. */
static void test_ignored_signal(void **state)
{
	struct sigaction action = { .sa_handler = SIG_IGN }, before;

	(void)state;
	assert_int_equal(sigaction(SIGINT, &action, &before), 0);
	kernel.signal = SIGINT;
	kernel.signal_at = BIND;
	ask(ASKED_IOMMUFD, 3, true);
	assert_int_equal(host.n_inquiries, 4);
	assert_int_equal(host.n_gaps, 0);
	sigaction(SIGINT, &before, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_iommufd, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown_hardware, setup, teardown),
		cmocka_unit_test_setup_teardown(test_vfio, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_viable, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_ranges, setup, teardown),
		cmocka_unit_test_setup_teardown(test_several, setup, teardown),
		cmocka_unit_test_setup_teardown(test_failures, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_hw_info, setup, teardown),
		cmocka_unit_test_setup_teardown(test_second_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ranges_out_of_order, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_signals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ignored_signal, setup, teardown),
	};

	return cmocka_run_group_tests_name("inquiry", tests, NULL, NULL);
}
