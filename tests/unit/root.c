/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The opener of files against a hostile tree. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/root.h"

/*
 * The folder holds "secret", which nothing may reach, and "tree", which is the root.
 */
struct fixture {
	char folder[64];
	int fd; /* of tree */
	struct root root;
	struct text text;
};

static void put(int dir, const char *path, const char *content)
{
	cleanup_close int fd =
		openat(dir, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
}

static void put_size(int dir, const char *path, off_t size)
{
	cleanup_close int fd = openat(dir, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, size), 0);
}

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	cleanup_free char *path = NULL;
	cleanup_close int outer = -1;

	strcpy(f->folder, "/tmp/iommu-resv-unit.XXXXXX");
	if (!mkdtemp(f->folder))
		return -1;
	outer = open(f->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	put(outer, "secret", "secret");
	mkdirat(outer, "tree", 0700);
	f->fd = openat(outer, "tree", O_PATH | O_DIRECTORY | O_CLOEXEC);
	mkdirat(f->fd, "folder", 0700);
	put(f->fd, "file", "inside");
	put(f->fd, "secret", "inside");
	path = text_format("%s/tree", f->folder);
	*state = f;
	alarm(60); /* a read that hangs is a failure */
	return root_open(&f->root, path);
}

static int remove_one(const char *path, const struct stat *s, int type, struct FTW *ftw)
{
	(void)s;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	alarm(0);
	root_close(&f->root);
	text_clear(&f->text);
	close(f->fd);
	nftw(f->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

static void test_plain(void **state)
{
	struct fixture *f = *state;

	assert_false(f->root.live);
	assert_int_equal(root_read(&f->root, "file", ROOT_READ_MAX, &f->text), 0);
	assert_string_equal(f->text.data, "inside");
	assert_int_equal(f->text.len, 6);
	assert_int_equal(root_read(&f->root, "none", ROOT_READ_MAX, &f->text), -ENOENT);
	assert_int_equal(root_read(&f->root, "file/none", ROOT_READ_MAX, &f->text),
			 -ENOTDIR);
	assert_int_equal(root_exists(&f->root, "file"), 0);
	assert_int_equal(root_exists(&f->root, "none"), -ENOENT);
}

static void test_links_stay_inside(void **state)
{
	static const struct {
		const char *name, *target;
	} links[] = {
		{ "absolute", "/secret" },
		{ "parents", "../secret" },
		{ "many-parents", "../../../../../../../../secret" },
		{ "folder/parents", "../../secret" },
		{ "chain", "folder/parents" },
		{ "mixed", "/folder/../../../secret" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		assert_int_equal(symlinkat(links[i].target, f->fd, links[i].name), 0);
		CHECK(links[i].name,
		      root_read(&f->root, links[i].name, ROOT_READ_MAX, &f->text) == 0);
		CHECK(links[i].name, !strcmp(f->text.data, "inside"));
		CHECK(links[i].name,
		      root_read_attribute(&f->root, links[i].name, &f->text) == 0);
		CHECK(links[i].name, !strcmp(f->text.data, "inside"));
		CHECK(links[i].name,
		      root_read_link(&f->root, links[i].name, &f->text) == 0);
		CHECK(links[i].name, !strcmp(f->text.data, links[i].target));
	}
	assert_int_equal(root_read(&f->root, "../secret", ROOT_READ_MAX, &f->text), 0);
	assert_string_equal(f->text.data, "inside");
}

/* What a library may open for itself: only what it would find below the root, too. */
static void test_plain_path(void **state)
{
	struct fixture *f = *state;
	const volatile void *map;
	char *path = NULL;

	assert_int_equal(root_plain_path(&f->root, "file", &path), 0);
	assert_int_equal(file_read(path, ROOT_READ_MAX, &f->text), 0);
	assert_string_equal(f->text.data, "inside");
	free(path);
	assert_int_equal(symlinkat("../file", f->fd, "folder/link"), 0);
	assert_int_equal(root_plain_path(&f->root, "folder/link", &path), 0);
	free(path);
	/* inside it is tree/secret, outside it is nothing, or the other one */
	assert_int_equal(symlinkat("/secret", f->fd, "absolute"), 0);
	assert_int_equal(root_plain_path(&f->root, "absolute", &path), -EXDEV);
	assert_int_equal(symlinkat("../secret", f->fd, "parents"), 0);
	assert_int_equal(root_plain_path(&f->root, "parents", &path), -EXDEV);
	assert_int_equal(root_plain_path(&f->root, "none", &path), -ENOENT);
	assert_int_equal(root_plain_path(&f->root, "folder", &path), -EINVAL);
	assert_int_equal(mkfifoat(f->fd, "fifo", 0600), 0);
	assert_int_equal(root_plain_path(&f->root, "fifo", &path), -EINVAL);
	assert_int_equal(root_map(&f->root, "file", 0, 6, &map), -EXDEV);
}

static void test_links_to_devices_and_proc(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(symlinkat("/dev/zero", f->fd, "zero"), 0);
	assert_int_equal(root_read(&f->root, "zero", ROOT_READ_MAX, &f->text), -ENOENT);
	assert_int_equal(symlinkat("/proc/self/cwd", f->fd, "cwd"), 0);
	assert_int_equal(root_exists(&f->root, "cwd"), -ENOENT);
	assert_int_equal(symlinkat("loop", f->fd, "loop"), 0);
	assert_int_equal(root_read(&f->root, "loop", ROOT_READ_MAX, &f->text), -ELOOP);
}

/* Only root may make device nodes; then the limit of the size ends the read. */
static void test_device_node(void **state)
{
	struct fixture *f = *state;

	if (mknodat(f->fd, "node", S_IFCHR | 0600, 1 << 8 | 5))
		print_message("# no device node can be made here\n");
	else
		assert_int_not_equal(root_read(&f->root, "node", 1 << 20, &f->text), 0);
}

static void test_fifo(void **state)
{
	struct fixture *f = *state;
	cleanup_close int fd = -1;

	assert_int_equal(mkfifoat(f->fd, "fifo", 0600), 0);
	assert_int_equal(root_read(&f->root, "fifo", ROOT_READ_MAX, &f->text), 0);
	assert_int_equal(f->text.len, 0);
	fd = openat(f->fd, "fifo", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(root_read(&f->root, "fifo", ROOT_READ_MAX, &f->text), -EAGAIN);
	assert_int_equal(root_read_attribute(&f->root, "fifo", &f->text), -EAGAIN);
	assert_int_equal(root_read_records(&f->root, "fifo", ROOT_READ_MAX, &f->text),
			 -EAGAIN);
}

static void test_folder_for_file(void **state)
{
	struct fixture *f = *state;
	struct names names;

	assert_int_equal(root_read(&f->root, "folder", ROOT_READ_MAX, &f->text), -EISDIR);
	assert_int_equal(root_read_attribute(&f->root, "folder", &f->text), -EISDIR);
	assert_int_equal(root_read_records(&f->root, "folder", ROOT_READ_MAX, &f->text),
			 -EISDIR);
	assert_int_equal(root_list(&f->root, "file", &names), -ENOTDIR);
	assert_int_equal(root_list(&f->root, "none", &names), -ENOENT);
	assert_int_equal(root_read_link(&f->root, "file", &f->text), -EINVAL);
	assert_int_equal(root_read_link(&f->root, "none", &f->text), -ENOENT);
}

static void test_sizes(void **state)
{
	struct fixture *f = *state;

	put_size(f->fd, "full", 1 << 20);
	assert_int_equal(root_read(&f->root, "full", 1 << 20, &f->text), 0);
	assert_int_equal(f->text.len, 1 << 20);
	assert_int_equal(root_read(&f->root, "full", (1 << 20) - 1, &f->text), -EFBIG);
	assert_int_equal(root_read_attribute(&f->root, "full", &f->text), -EFBIG);
	put_size(f->fd, "huge", (off_t)1 << 40);
	assert_int_equal(root_read(&f->root, "huge", ROOT_READ_MAX, &f->text), -EFBIG);
	put_size(f->fd, "empty", 0);
	assert_int_equal(root_read_attribute(&f->root, "empty", &f->text), 0);
	assert_int_equal(f->text.len, 0);
	assert_string_equal(f->text.data, "");
}

static void test_list(void **state)
{
	static const char *const expected[] = { "1", "2", "10", "100", "a b" };
	struct fixture *f = *state;
	struct names names;

	assert_int_equal(root_list(&f->root, "folder", &names), 0);
	assert_int_equal(names.n, 0);
	names_clear(&names);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		cleanup_free char *path = text_format("folder/%s", expected[i]);

		put(f->fd, path, "");
	}
	assert_int_equal(root_list(&f->root, "folder", &names), 0);
	assert_int_equal(names.n, ARRAY_SIZE(expected));
	for (size_t i = 0; i < names.n; i++)
		assert_string_equal(names.name[i], expected[i]);
	names_clear(&names);
}

/* Root may read everything, so it becomes somebody else for that. */
static void test_denied(void **state)
{
	struct fixture *f = *state;
	bool is_root = geteuid() == 0;
	int readable, denied;

	assert_int_equal(fchmodat(f->fd, "../tree", 0755, 0), 0);
	assert_int_equal(fchmodat(f->fd, "file", 0444, 0), 0);
	assert_int_equal(fchmodat(f->fd, "secret", 0, 0), 0);
	if (is_root)
		assert_int_equal(seteuid(65534), 0);
	readable = root_read(&f->root, "file", ROOT_READ_MAX, &f->text);
	denied = root_read(&f->root, "secret", ROOT_READ_MAX, &f->text);
	if (is_root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(readable, 0);
	assert_int_equal(denied, -EACCES);
}

static void test_bad_roots(void **state)
{
	struct fixture *f = *state;
	cleanup_free char *file = text_format("%s/secret", f->folder);
	cleanup_free char *none = text_format("%s/none", f->folder);
	struct root root;

	assert_int_equal(root_open(&root, file), -ENOTDIR);
	root_close(&root);
	assert_int_equal(root_open(&root, none), -ENOENT);
	root_close(&root);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_plain),
		TEST(test_links_stay_inside),
		TEST(test_plain_path),
		TEST(test_links_to_devices_and_proc),
		TEST(test_device_node),
		TEST(test_fifo),
		TEST(test_folder_for_file),
		TEST(test_sizes),
		TEST(test_list),
		TEST(test_denied),
		TEST(test_bad_roots),
	};

	return cmocka_run_group_tests_name("root", tests, NULL, NULL);
}
