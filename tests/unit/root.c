/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The opener of files against a hostile tree. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef HAVE_LIBSECCOMP
#include <seccomp.h>
#endif

#include "base/cleanup.h"
#include "base/file.h"
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

/* A file in pieces, and nothing of it mapped that is not this machine's. */
static void test_pieces(void **state)
{
	struct fixture *f = *state;
	cleanup_close int fd = root_open_file(&f->root, "file");
	const volatile void *map;
	char bytes[8];

	assert_true(fd >= 0);
	assert_int_equal(file_read_at(fd, 2, bytes, 3), 3);
	assert_memory_equal(bytes, "sid", 3);
	assert_int_equal(file_read_at(fd, 4, bytes, 8), 2);
	assert_int_equal(file_read_at(fd, 100, bytes, 1), 0);
	assert_int_equal(file_read_at(-1, 0, bytes, 1), -EBADF);
	assert_int_equal(root_open_file(&f->root, "none"), -ENOENT);
	assert_int_equal(root_map(&f->root, "file", 0, 6, &map), -EXDEV);
}

/* Parts that are no names, and what is no folder on the way. */
static void test_paths(void **state)
{
	static const struct {
		const char *path;
		int result;
	} rows[] = {
		{ "./file", 0 },
		{ "folder/../file", 0 },
		{ "folder/./..//file", 0 },
		{ "../../folder/../../file", 0 },
		{ "up/up/up/file", 0 },
		{ "to-folder/../file", 0 },
		{ "", -ENOENT },
		{ "none/../file", -ENOENT },
		{ "file/", -ENOTDIR },
		{ "file/.", -ENOTDIR },
		{ "file/..", -ENOTDIR },
		{ "file/../file", -ENOTDIR },
		{ "to-file/", -ENOTDIR },
		{ "to-file/../file", -ENOTDIR },
		{ "loop/file", -ELOOP },
		{ "dangling", -ENOENT },
		{ "folder", -EISDIR },
		{ "folder/", -EISDIR },
		{ "/", -EISDIR },
		{ "..", -EISDIR },
	};
	struct fixture *f = *state;

	assert_int_equal(symlinkat("../tree/.", f->fd, "up"), 0);
	assert_int_equal(mkdirat(f->fd, "tree", 0700), 0);
	put(f->fd, "tree/file", "inside");
	assert_int_equal(symlinkat("..", f->fd, "tree/up"), 0);
	assert_int_equal(symlinkat("folder/", f->fd, "to-folder"), 0);
	assert_int_equal(symlinkat("file", f->fd, "to-file"), 0);
	assert_int_equal(symlinkat("loop", f->fd, "loop"), 0);
	assert_int_equal(symlinkat("none", f->fd, "dangling"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int result = root_read(&f->root, rows[i].path, ROOT_READ_MAX, &f->text);

		if (result != rows[i].result)
			fail_msg("'%s': %d", rows[i].path, result);
	}
}

/* 40 links lead on, one more does not; folders may be deep. */
static void test_long_ways(void **state)
{
	struct fixture *f = *state;
	struct text deep = { 0 };

	assert_int_equal(symlinkat("file", f->fd, "link0"), 0);
	for (int i = 1; i <= 40; i++) {
		cleanup_free char *name = text_format("link%d", i);
		cleanup_free char *target = text_format("link%d", i - 1);

		assert_int_equal(symlinkat(target, f->fd, name), 0);
	}
	assert_int_equal(root_read(&f->root, "link39", ROOT_READ_MAX, &f->text), 0);
	assert_int_equal(root_read(&f->root, "link40", ROOT_READ_MAX, &f->text), -ELOOP);
	for (int i = 0; i < 60; i++) {
		text_add(&deep, i ? "/d" : "d");
		assert_int_equal(mkdirat(f->fd, deep.data, 0700), 0);
	}
	text_add(&deep, "/file");
	put(f->fd, deep.data, "inside");
	assert_int_equal(root_read(&f->root, deep.data, ROOT_READ_MAX, &f->text), 0);
	text_clear(&deep);
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

/*
 * What is neither file nor folder is not opened: the driver of a device node would be
 * asked, and the writer of a FIFO would go on. Only root may make device nodes.
 */
static void test_special_files(void **state)
{
	static const char *const names[] = { "node", "fifo", "to-fifo" };
	struct fixture *f = *state;
	struct names list;

	assert_int_equal(mkfifoat(f->fd, "fifo", 0600), 0);
	assert_int_equal(symlinkat("fifo", f->fd, "to-fifo"), 0);
	if (mknodat(f->fd, "node", S_IFCHR | 0600, 1 << 8 | 5)) {
		print_message("# no device node can be made here\n");
		assert_int_equal(mkfifoat(f->fd, "node", 0600), 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *name = names[i];

		assert_int_equal(root_read(&f->root, name, 1 << 20, &f->text),
				 -EOPNOTSUPP);
		assert_int_equal(root_read_attribute(&f->root, name, &f->text),
				 -EOPNOTSUPP);
		assert_int_equal(root_read_records(&f->root, name, 1 << 20, &f->text),
				 -EOPNOTSUPP);
		assert_int_equal(root_open_file(&f->root, name), -EOPNOTSUPP);
		assert_int_equal(root_list(&f->root, name, &list), -ENOTDIR);
		assert_int_equal(root_exists(&f->root, name), 0);
	}
	/* nobody opened it: without a reader it cannot be written to */
	assert_int_equal(openat(f->fd, "fifo", O_WRONLY | O_NONBLOCK | O_CLOEXEC), -1);
	assert_int_equal(errno, ENXIO);
}

/* A link that changes while it is followed never leads out of the tree. */
static void test_race(void **state)
{
	struct fixture *f = *state;
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		for (;;) {
			if (symlinkat("../secret", f->fd, "new") ||
			    renameat(f->fd, "new", f->fd, "raced") ||
			    symlinkat("folder/../file", f->fd, "new") ||
			    renameat(f->fd, "new", f->fd, "raced") ||
			    mkfifoat(f->fd, "new", 0600) ||
			    renameat(f->fd, "new", f->fd, "raced"))
				_exit(1);
		}
	}
	for (int i = 0; i < 3000; i++) {
		int result = root_read(&f->root, "raced", ROOT_READ_MAX, &f->text);

		if (result == 0)
			assert_string_equal(f->text.data, "inside");
		else if (result != -EOPNOTSUPP && result != -ENOENT && result != -EAGAIN)
			fail_msg("%s", strerror(-result));
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
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

/* A folder whose links are read: nothing else can be opened as one. */
static void test_folder_of_links(void **state)
{
	struct fixture *f = *state;
	int fd;

	assert_int_equal(symlinkat("../secret", f->fd, "folder/link"), 0);
	assert_int_equal(symlinkat("folder", f->fd, "to-folder"), 0);
	assert_int_equal(symlinkat("file", f->fd, "to-file"), 0);
	assert_int_equal(symlinkat("none", f->fd, "dangling"), 0);
	assert_int_equal(root_open_folder(&f->root, "file"), -ENOTDIR);
	assert_int_equal(root_open_folder(&f->root, "to-file"), -ENOTDIR);
	assert_int_equal(root_open_folder(&f->root, "none"), -ENOENT);
	assert_int_equal(root_open_folder(&f->root, "dangling"), -ENOENT);
	fd = root_open_folder(&f->root, "to-folder");
	assert_true(fd >= 0);
	assert_int_equal(folder_read_link(fd, "link", &f->text), 0);
	assert_string_equal(f->text.data, "../secret");
	assert_int_equal(folder_read_link(fd, "none", &f->text), -ENOENT);
	assert_int_equal(folder_read_link(fd, "../file", &f->text), -EINVAL);
	close(fd);
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

/* --- All of it, and again without openat2 --- */

#ifdef HAVE_LIBSECCOMP
/* As a kernel before 5.6 answers, or an old sandbox (EPERM). */
static bool lose_openat2(int error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	bool done = filter &&
		    !seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint16_t)error),
				      SCMP_SYS(openat2), 0) &&
		    !seccomp_load(filter);

	seccomp_release(filter);
	return done;
}
#else
static bool lose_openat2(int error)
{
	(void)error;
	return false;
}
#endif

static bool openat2_is_lost;

static void lose_it(void **state)
{
	(void)state;
	openat2_is_lost = lose_openat2(ENOSYS);
	if (!openat2_is_lost)
		skip();
}

#define EACH_TEST(X)                      \
	X(test_plain)                     \
	X(test_links_stay_inside)         \
	X(test_pieces)                    \
	X(test_paths)                     \
	X(test_long_ways)                 \
	X(test_links_to_devices_and_proc) \
	X(test_special_files)             \
	X(test_race)                      \
	X(test_folder_for_file)           \
	X(test_folder_of_links)           \
	X(test_sizes)                     \
	X(test_list)                      \
	X(test_denied)                    \
	X(test_bad_roots)

#define WITHOUT(name)                                    \
	static void name##_without_openat2(void **state) \
	{                                                \
		if (!openat2_is_lost)                    \
			skip();                          \
		name(state);                             \
	}
EACH_TEST(WITHOUT)

int main(void)
{
#define ONE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down),
#define ANOTHER(name) ONE(name##_without_openat2)
	const struct CMUnitTest tests[] = { EACH_TEST(ONE) cmocka_unit_test(lose_it),
					    EACH_TEST(ANOTHER) };

	return cmocka_run_group_tests_name("root", tests, NULL, NULL);
}
