/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/collect.h"
#include "kernel-api/iommufd.h"

/*
 * The calls of kernel-api are ours here, so that the collector can be seen to make no
 * others: the linker finds these first, and would complain of any other.
 */
static struct {
	int open; /* what opening gives */
	unsigned opened, asked, options;
	unsigned n_commands; /* the kernel has so many, from DESTROY on */
	int error;	     /* of the question for a command */
} kernel;

int iommufd_open(const struct root *root)
{
	(void)root;
	kernel.opened++;
	return kernel.open ? kernel.open : open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int iommufd_has_command(int fd, enum iommufd_command command, bool *present)
{
	(void)fd;
	kernel.asked++;
	*present = (unsigned)command < (unsigned)IOMMUFD_DESTROY + kernel.n_commands;
	return kernel.error;
}

int iommufd_get_option(int fd, enum iommufd_option_id option, uint32_t object,
		       uint64_t *value)
{
	(void)fd;
	kernel.options++;
	assert_int_equal(option, IOMMUFD_OPTION_RLIMIT_MODE);
	assert_int_equal(object, 0);
	*value = 1;
	return 0;
}

static char folder[] = "/tmp/iommu-resv.XXXXXX";
static struct root root;
static struct host host;

static const char *const folders[] = {
	"dev",
	"sys",
	"sys/class",
	"sys/class/misc",
	"sys/class/misc/iommu",
	"sys/module",
	"sys/module/iommufd",
};

static void make(const char *path, bool is_folder)
{
	int fd = -1;

	if (is_folder) {
		assert_return_code(mkdirat(root.fd, path, 0755), errno);
		return;
	}
	fd = openat(root.fd, path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	assert_return_code(fd, errno);
	close(fd);
}

/* A machine with these parts, on which the collector runs. */
static void collect(bool node, bool registered, bool module)
{
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		if (strstr(folders[i], "misc/iommu") ? registered
		    : strstr(folders[i], "iommufd")  ? module
						     : true)
			make(folders[i], true);
	}
	if (node)
		make("dev/iommu", false);
	host_init(&host);
	collector_iommufd.collect(&root, ALL_SOURCES, &host);
	unlinkat(root.fd, "dev/iommu", 0);
	for (size_t i = ARRAY_SIZE(folders); i--;)
		unlinkat(root.fd, folders[i], AT_REMOVEDIR);
}

static int setup(void **state)
{
	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	root = (struct root){ .path = folder, .live = true };
	root.fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root.fd < 0;
}

static int teardown(void **state)
{
	(void)state;
	host_clear(&host);
	close(root.fd);
	return rmdir(folder);
}

static const struct source *source(void)
{
	return &host.sources[SOURCE_IOMMUFD];
}

/* Nothing is opened unless the driver is there: opening would load its module. */
static void test_absent(void **state)
{
	static const struct {
		bool node, registered, module;
		const char *detail;
	} rows[] = {
		{ false, false, false, "built without" },
		{ false, false, true, "although the module" },
		{ true, false, false, "not loaded" },
		{ false, true, true, "container" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		collect(rows[i].node, rows[i].registered, rows[i].module);
		CHECK(rows[i].detail, source()->state == SOURCE_ABSENT);
		CHECK(rows[i].detail, strstr(source()->detail, rows[i].detail));
		CHECK(rows[i].detail, host.n_gaps == 0);
		host_clear(&host);
	}
	assert_int_equal(kernel.opened + kernel.asked + kernel.options, 0);
}

static void test_commands(void **state)
{
	(void)state;
	kernel.n_commands = 15; /* 6.12 */
	collect(true, true, true);
	assert_int_equal(source()->state, SOURCE_READ);
	assert_string_equal(source()->path, "/dev/iommu");
	assert_int_equal(host.iommufd.n_commands, 15);
	assert_string_equal(host.iommufd.commands[0], "DESTROY");
	assert_string_equal(host.iommufd.commands[14], "FAULT_QUEUE_ALLOC");
	assert_true(host.iommufd.rlimit_mode_known);
	assert_int_equal(host.iommufd.rlimit_mode, 1);
	assert_int_equal(kernel.opened, 1);
	assert_int_equal(kernel.options, 1);
}

static void test_denied(void **state)
{
	(void)state;
	kernel.open = -EACCES;
	collect(true, true, true);
	assert_int_equal(source()->state, SOURCE_DENIED);
	assert_int_equal(source()->error, EACCES);
	assert_int_equal(kernel.asked + kernel.options, 0);
}

/* An answer that no kernel gives ends the questions, and is no "not there". */
static void test_nonsense(void **state)
{
	(void)state;
	kernel.error = -EBADMSG;
	collect(true, true, true);
	assert_int_equal(source()->state, SOURCE_BROKEN);
	assert_int_equal(kernel.asked, 1);
	assert_int_equal(host.iommufd.n_commands, 0);
}

/* A saved tree has no driver that could be asked. */
static void test_tree(void **state)
{
	(void)state;
	root.live = false;
	collect(true, true, true);
	assert_int_equal(source()->state, SOURCE_NOT_ASKED);
	assert_int_equal(kernel.opened, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_absent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_commands, setup, teardown),
		cmocka_unit_test_setup_teardown(test_denied, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nonsense, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tree, setup, teardown),
	};

	return cmocka_run_group_tests_name("collect-iommufd", tests, NULL, NULL);
}
