/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that the user named, and how an open one is read. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "base/stop.h"

static bool wait_for_more(int fd)
{
	struct pollfd more = { .fd = fd, .events = POLLIN };

	return poll(&more, 1, -1) >= 0 || errno == EINTR;
}

int file_read_fd(int fd, size_t max, enum read_how how, struct text *out)
{
	bool once = how == READ_ONCE;
	size_t step = once ? max : (size_t)64 << 10;

	text_reset(out);
	for (;;) {
		ssize_t n;

		text_reserve(out, step);
		n = TEMP_FAILURE_RETRY(read(fd, out->data + out->len, step));
		if (n < 0 && errno == EAGAIN && how == READ_AND_WAIT && wait_for_more(fd))
			continue;
		if (n < 0)
			return -errno;
		out->len += (size_t)n;
		out->data[out->len] = 0;
		if (out->len > max)
			return -EFBIG;
		if (n == 0 || (once && (size_t)n < step))
			return 0;
		if (once) /* larger than any attribute */
			return -EFBIG;
	}
}

/*
 * A file that the user named may be waited for: a pipe whose writer is slow, or has not
 * come yet.
 */
int file_open(const char *path)
{
	int fd;

	do
		fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
				       : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	while (fd < 0 && errno == EINTR);
	return fd < 0 ? -errno : fd;
}

int file_read_opened(int fd, size_t max, struct text *out)
{
	text_reset(out);
	return fd < 0 ? fd : file_read_fd(fd, max, READ_AND_WAIT, out);
}

int file_read(const char *path, size_t max, struct text *out)
{
	cleanup_close int fd = file_open(path);

	return file_read_opened(fd, max, out);
}

void file_allow_many(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files))
		return; /* then there are as many as before */
}

const char *file_name(const char *path)
{
	return strcmp(path, "-") ? path : "standard input";
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* A device or a pipe, which nothing can be moved over. */
static int write_into(const char *path, const char *data, size_t len)
{
	cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return -errno;
	return S_ISREG(st.st_mode) ? -ELOOP : write_all(fd, data, len);
}

/* Some file systems know no fsync: then there is nothing to wait for. */
static int flush(int fd)
{
	return fsync(fd) && errno != EINVAL && errno != ENOSYS ? -errno : 0;
}

static int write_and_move(const char *path, const char *data, size_t len,
			  enum readers readers)
{
	const char *slash = strrchr(path, '/');
	cleanup_free char *temporary = text_format(
		"%.*s.iommu-resv.XXXXXX", slash ? (int)(slash - path + 1) : 0, path);
	/* O_EXCL and mode 0600 are mkostemp's own */
	int fd = mkostemp(temporary, O_CLOEXEC | O_NOFOLLOW);
	int result;

	if (fd < 0)
		return -errno;
	result = write_all(fd, data, len);
	if (!result && readers == READERS_ALL && fchmod(fd, 0644))
		result = -errno;
	if (!result)
		result = flush(fd);
	if (close(fd) && !result)
		result = -errno;
	if (!result && rename(temporary, path))
		result = -errno;
	if (result)
		unlink(temporary);
	return result;
}

/* Who interrupts the program gets the old file or the new one, and no third. */
static int write_beside(const char *path, const char *data, size_t len,
			enum readers readers)
{
	sigset_t before;
	int result;

	stop_hold(&before);
	result = write_and_move(path, data, len, readers);
	stop_release(&before);
	return result;
}

int file_write(const char *path, const char *data, size_t len, enum readers readers)
{
	struct stat st;

	if (lstat(path, &st))
		return errno == ENOENT ? write_beside(path, data, len, readers) : -errno;
	if (S_ISREG(st.st_mode))
		return write_beside(path, data, len, readers);
	return S_ISDIR(st.st_mode) ? -EISDIR : write_into(path, data, len);
}
