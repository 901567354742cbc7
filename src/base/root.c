/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files, folders and links below one folder: the only place that opens anything. */
#include "base/root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/memory.h"

/* Non-blocking, so that a FIFO in a saved tree cannot hang us. */
#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/* sysfs attributes are at most one page, and no page of Linux is larger than 64 KiB. */
#define ATTRIBUTE_MAX ((size_t)64 << 10)

/* openat2(2): links are resolved inside the root. */
static int open_in_root(const struct root *root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)flags,
		.resolve = RESOLVE_IN_ROOT,
	};
	int tries = 1000;
	int fd;

	/*
	 * EAGAIN: something on this machine was renamed while ".." was followed,
	 * openat2(2).
	 */
	do
		fd = (int)TEMP_FAILURE_RETRY(
			syscall(SYS_openat2, root->fd, path, &how, sizeof(how)));
	while (fd < 0 && errno == EAGAIN && --tries);
	return fd < 0 ? -errno : fd;
}

/* Kernels before 5.6 have no openat2, and sandboxes (old ones of Docker) forbid it. */
static bool is_not_there(int result)
{
	return result == -ENOSYS || result == -EPERM;
}

/* --- The same, part by part --- */

/* MAXSYMLINKS, include/linux/namei.h */
#define LINKS_MAX 40
/* sysfs goes some 20 folders deep */
#define FOLDERS_MAX 128

/*
 * Where the walk is. The folders above stay open: ".." leads to the one that was passed
 * on the way down, wherever that is now, and never above the root.
 */
struct walk {
	int root;
	int fd[FOLDERS_MAX];
	size_t depth; /* 0: in the root */
	unsigned links;
	char *path; /* owned */
	char *rest; /* of it, what is not walked yet */
};

static void leave(struct walk *w, size_t depth)
{
	while (w->depth > depth)
		close(w->fd[--w->depth]);
}

static void walk_end(struct walk *w)
{
	leave(w, 0);
	free(w->path);
}

static int walk_fd(const struct walk *w)
{
	return w->depth ? w->fd[w->depth - 1] : w->root;
}

/* Puts the target of a link in front of the rest; takes the fd. folder: as of enter. */
static int follow(struct walk *w, int link, bool folder)
{
	cleanup_close int fd = link;
	char target[4096];
	ssize_t n = TEMP_FAILURE_RETRY(readlinkat(fd, "", target, sizeof(target) - 1));
	char *path;

	if (n < 0)
		return -errno;
	if (++w->links > LINKS_MAX)
		return -ELOOP;
	target[n] = 0;
	path = text_format("%s%s%s", target, folder ? "/" : "", w->rest);
	free(w->path);
	w->path = w->rest = path;
	if (*target == '/')
		leave(w, 0);
	return n ? 0 : -ENOENT;
}

/* One part of the path. folder: it has to be one, because another part follows. */
static int enter(struct walk *w, const char *part, bool folder, bool keep_link)
{
	struct stat st;
	int fd = (int)TEMP_FAILURE_RETRY(
		openat(walk_fd(w), part, O_PATH | O_NOFOLLOW | O_CLOEXEC));

	if (fd < 0 || TEMP_FAILURE_RETRY(fstat(fd, &st))) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		return -error;
	}
	if (S_ISLNK(st.st_mode) && (folder || !keep_link))
		return follow(w, fd, folder);
	if ((folder && !S_ISDIR(st.st_mode)) || w->depth == FOLDERS_MAX) {
		close(fd);
		return w->depth == FOLDERS_MAX ? -ENAMETOOLONG : -ENOTDIR;
	}
	w->fd[w->depth++] = fd;
	return 0;
}

/* Takes the first part off the rest; NULL: there is none. more: a slash follows it. */
static const char *next_part(struct walk *w, bool *more)
{
	char *part = w->rest + strspn(w->rest, "/");
	const size_t len = strcspn(part, "/");

	if (!len)
		return NULL;
	*more = part[len] == '/';
	w->rest = part + len + *more;
	part[len] = 0;
	return part;
}

/*
 * An fd for O_PATH of what is there; or a negative errno. Of flags O_NOFOLLOW counts, and
 * O_DIRECTORY, which follows links.
 */
static int walk_below(const struct root *root, const char *path, int flags)
{
	cleanup(walk_end) struct walk w = { .root = root->fd, .path = xstrdup(path) };
	int result = *path ? 0 : -ENOENT;
	bool more;

	w.rest = w.path;
	while (!result) {
		const char *part = next_part(&w, &more);

		if (!part)
			break;
		if (!strcmp(part, ".."))
			leave(&w, w.depth ? w.depth - 1 : 0);
		else if (strcmp(part, "."))
			result = enter(&w, part, more || flags & O_DIRECTORY,
				       flags & O_NOFOLLOW);
	}
	if (result)
		return result;
	result = fcntl(walk_fd(&w), F_DUPFD_CLOEXEC, 0);
	return result < 0 ? -errno : result;
}

/* --- A saved tree, which may hold anything --- */

/* What is there, without opening it: an fd for O_PATH. */
static int find_saved(const struct root *root, const char *path, int flags)
{
	const int fd = open_in_root(root, path, flags | O_PATH);

	return is_not_there(fd) ? walk_below(root, path, flags) : fd;
}

/*
 * Opens what was found, if it is a file or a folder: to open a device node asks its
 * driver, and a FIFO lets its writer go on.
 */
static int open_found(int found, int flags)
{
	char path[32];
	struct stat st;
	int fd;

	if (TEMP_FAILURE_RETRY(fstat(found, &st)))
		return -errno;
	if (flags & O_DIRECTORY && !S_ISDIR(st.st_mode))
		return -ENOTDIR;
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return -EOPNOTSUPP;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", found);
	fd = S_ISDIR(st.st_mode) ? (int)TEMP_FAILURE_RETRY(openat(found, ".", flags))
				 : (int)TEMP_FAILURE_RETRY(open(path, flags));
	if (fd < 0 &&
	    errno == ENOENT) /* no /proc here: that is no answer about the file */
		return -EOPNOTSUPP;
	return fd < 0 ? -errno : fd;
}

static int open_saved(const struct root *root, const char *path, int flags)
{
	cleanup_close int found = -1;

	/* a folder cannot be anything else */
	if (flags & O_DIRECTORY) {
		int fd = open_in_root(root, path, flags);

		if (!is_not_there(fd))
			return fd;
	}
	found = find_saved(root, path, O_CLOEXEC);
	return found < 0 ? found : open_found(found, flags);
}

/* An open file, and what was found of it without opening it; -1, or a negative errno. */
struct opened {
	int fd, found;
};

/* The two are neighbours, mostly: then one call closes both, since Linux 5.9. */
static void opened_close(struct opened *o)
{
	if (o->found >= 0 && o->fd == o->found + 1 &&
	    !syscall(SYS_close_range, (unsigned)o->found, (unsigned)o->fd, 0U))
		return;
	if (o->found >= 0)
		close(o->found);
	if (o->fd >= 0)
		close(o->fd);
}

static int open_below(const struct root *root, const char *path, int flags)
{
	int fd;

	if (!root->live && !(flags & O_PATH))
		return open_saved(root, path, flags);
	if (!root->live)
		return find_saved(root, path, flags);
	fd = open_in_root(root, path, flags);
	/* below "/" a plain openat means the same */
	if (is_not_there(fd))
		fd = (int)TEMP_FAILURE_RETRY(openat(root->fd, path, flags));
	else
		return fd;
	return fd < 0 ? -errno : fd;
}

int root_open(struct root *root, const char *path)
{
	*root = (struct root){ .live = !path };
	root->fd = (int)TEMP_FAILURE_RETRY(
		open(path ? path : "/", O_PATH | O_DIRECTORY | O_CLOEXEC));
	if (root->fd < 0)
		return -errno;
	if (path && faccessat(root->fd, ".", R_OK | X_OK, AT_EACCESS)) {
		int error = errno;

		close(root->fd);
		root->fd = -1;
		return -error;
	}
	root->path = xstrdup(path ? path : "/");
	return 0;
}

void root_close(struct root *root)
{
	if (root->path)
		close(root->fd);
	free(root->path);
	*root = (struct root){ .fd = -1 };
}

/* To read it at once. */
static struct opened open_file(const struct root *root, const char *path)
{
	struct opened o = { .found = -1 };

	if (!root->live)
		o.found = find_saved(root, path, O_CLOEXEC);
	if (root->live)
		o.fd = open_below(root, path, OPEN_FLAGS);
	else
		o.fd = o.found < 0 ? o.found : open_found(o.found, OPEN_FLAGS);
	return o;
}

static int read_whole(const struct root *root, const char *path, size_t max,
		      enum read_how how, struct text *out)
{
	cleanup(opened_close) struct opened o = open_file(root, path);

	text_reset(out);
	return o.fd < 0 ? o.fd : file_read_fd(o.fd, max, how, out);
}

int root_read(const struct root *root, const char *path, size_t max, struct text *out)
{
	return read_whole(root, path, max, READ_TO_END, out);
}

int root_read_attribute(const struct root *root, const char *path, struct text *out)
{
	return read_whole(root, path, ATTRIBUTE_MAX, READ_ONCE, out);
}

/*
 * Has a file no more records now? Only a device says so by EAGAIN: of anything else it is
 * an error.
 */
static bool is_drained(int fd, int error)
{
	struct stat st;

	return error == EAGAIN && !TEMP_FAILURE_RETRY(fstat(fd, &st)) &&
	       S_ISCHR(st.st_mode);
}

int root_read_records(const struct root *root, const char *path, size_t max,
		      struct text *out)
{
	cleanup_close int fd = open_below(root, path, OPEN_FLAGS);
	/* CONSOLE_EXT_LOG_MAX, include/linux/printk.h, is at most 8 KiB */
	char record[8192 + 1];

	text_reset(out);
	if (fd < 0)
		return fd;
	while (out->len < max) {
		ssize_t n = TEMP_FAILURE_RETRY(read(fd, record, sizeof(record) - 1));

		if (n < 0 && errno == EPIPE) /* overwritten meanwhile */
			continue;
		if (n < 0) {
			int error = errno;

			return is_drained(fd, error) ? 0 : -error;
		}
		if (n == 0)
			return 0;
		text_reserve(out, (size_t)n);
		memcpy(out->data + out->len, record, (size_t)n);
		out->len += (size_t)n;
		out->data[out->len] = 0;
	}
	return -EFBIG;
}

static int compare_names(const void *a, const void *b)
{
	return text_compare_natural(*(char *const *)a, *(char *const *)b);
}

/* In front of each name of a block stand its inode number and its type. */
#define BEFORE_NAME (sizeof(((struct dirent64 *)0)->d_ino) + 1)

int root_list(const struct root *root, const char *path, struct names *out)
{
	cleanup_close int fd = open_below(root, path, OPEN_FLAGS | O_DIRECTORY);
	_Alignas(struct dirent64) char entries[32 << 10];
	struct text block = { 0 };
	size_t n_names = 0;

	*out = (struct names){ 0 };
	if (fd < 0)
		return fd;
	for (;;) {
		ssize_t n = TEMP_FAILURE_RETRY(getdents64(fd, entries, sizeof(entries)));

		if (n < 0) {
			int error = errno;

			text_clear(&block);
			return -error;
		}
		if (n == 0)
			break;
		for (ssize_t at = 0; at < n;) {
			const struct dirent64 *e =
				(const struct dirent64 *)(entries + at);
			size_t len;

			at += e->d_reclen;
			if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
				continue;
			len = strlen(e->d_name) + 1;
			text_reserve(&block, BEFORE_NAME + len);
			memcpy(block.data + block.len, &e->d_ino, sizeof(e->d_ino));
			block.data[block.len + BEFORE_NAME - 1] = (char)e->d_type;
			memcpy(block.data + block.len + BEFORE_NAME, e->d_name, len);
			block.len += BEFORE_NAME + len;
			n_names++;
		}
	}
	out->block = text_take(&block);
	out->name = xcalloc(n_names, sizeof(char *));
	for (char *s = out->block; out->n < n_names; s += strlen(s) + 1) {
		s += BEFORE_NAME;
		out->name[out->n++] = s;
	}
	qsort(out->name, out->n, sizeof(char *), compare_names);
	return 0;
}

bool names_is_folder(const struct names *names, size_t i)
{
	return names->name[i][-1] == DT_DIR;
}

bool names_may_be_folder(const struct names *names, size_t i)
{
	unsigned char type = (unsigned char)names->name[i][-1];

	return type == DT_DIR || type == DT_UNKNOWN;
}

uint64_t names_inode(const struct names *names, size_t i)
{
	uint64_t inode;

	memcpy(&inode, names->name[i] - BEFORE_NAME, sizeof(inode));
	return inode;
}

void names_clear(struct names *names)
{
	free(names->block);
	free(names->name);
	*names = (struct names){ 0 };
}

int root_read_link(const struct root *root, const char *path, struct text *out)
{
	cleanup_close int fd = open_below(root, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	char target[4096];
	ssize_t n;

	text_reset(out);
	if (fd < 0)
		return fd;
	n = TEMP_FAILURE_RETRY(readlinkat(fd, "", target, sizeof(target) - 1));
	if (n < 0)
		return errno == ENOENT ? -EINVAL
				       : -errno; /* ENOENT: no link, see readlink(2) */
	target[n] = 0;
	text_add(out, target);
	return 0;
}

int root_open_folder(const struct root *root, const char *path)
{
	return open_below(root, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int folder_read_link(int folder, const char *name, struct text *out)
{
	char target[4096];
	ssize_t n;

	text_reset(out);
	if (strchr(name, '/'))
		return -EINVAL;
	n = TEMP_FAILURE_RETRY(readlinkat(folder, name, target, sizeof(target) - 1));
	if (n < 0)
		return -errno;
	target[n] = 0;
	text_add(out, target);
	return 0;
}

int root_exists(const struct root *root, const char *path)
{
	cleanup_close int fd = open_below(root, path, O_PATH | O_CLOEXEC);

	return fd < 0 ? fd : 0;
}

int root_mode(const struct root *root, const char *path, unsigned *mode)
{
	cleanup_close int fd = open_below(root, path, O_PATH | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st))
		return -errno;
	*mode = st.st_mode & 07777;
	return 0;
}

int root_open_file(const struct root *root, const char *path)
{
	return open_below(root, path, OPEN_FLAGS);
}

int file_read_at(int fd, uint64_t offset, void *out, size_t size)
{
	ssize_t n = TEMP_FAILURE_RETRY(pread(fd, out, size, (off_t)offset));

	return n < 0 ? -errno : (int)n;
}

int root_map(const struct root *root, const char *path, uint64_t offset, size_t size,
	     const volatile void **out)
{
	cleanup_close int fd = root->live ? open_below(root, path, OPEN_FLAGS) : -EXDEV;
	void *map;

	if (fd < 0)
		return fd;
	map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, (off_t)offset);
	if (map == MAP_FAILED)
		return -errno;
	*out = map;
	return 0;
}

/* 0 if a character device is there, which is looked at and not opened. */
static int expect_device(const struct root *root, const char *path)
{
	cleanup_close int fd = open_below(root, path, O_PATH | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return fd;
	if (TEMP_FAILURE_RETRY(fstat(fd, &st)))
		return -errno;
	return S_ISCHR(st.st_mode) ? 0 : -ENODEV;
}

int root_open_device(const struct root *root, const char *path)
{
	int error = root->live ? expect_device(root, path) : -EXDEV;

	return error ? error
		     : open_below(root, path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}
