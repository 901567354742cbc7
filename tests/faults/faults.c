/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interposed by LD_PRELOAD: fails one call of the program at a time. At each openat2,
 * read, getdents64, readlinkat and fstat the process forks once for every error; the
 * child gets that error from this one call and runs to its end, and the parent, which
 * waits for it, goes on as if nothing had been. So one run tries every call with every
 * error, and none is repeated. FAULTS_ERRORS: these errors, their numbers in a list
 * (default: those of `errors`). FAULTS_SWAP, "PATH:PATH": no call fails, but from it on
 * the two paths are exchanged, so that the child sees another host; without FAULTS_FD
 * there is no child, and they are exchanged whenever the path FAULTS_AT is opened. What a
 * child printed goes to the descriptor that FAULTS_FD names, behind a line "call number
 * errno status length path"; the run without any fault comes last as "none 0 0 ...".
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
	bool ready, off; /* off: in a child, or within ourselves */
	int fd;		 /* where results go */
	unsigned n;
	int errors[16]; /* 0: the call does not fail */
	size_t n_errors;
	char *swap[2]; /* NULL: nothing is exchanged */
	const char *at;
} state = { .errors = { EIO, EACCES, ENOMEM, EMFILE, EINTR }, .n_errors = 5 };

static void write_all(int fd, const char *data, size_t size)
{
	while (size) {
		long n = syscall(SYS_write, fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(99);
		data += n;
		size -= (size_t)n;
	}
}

static void take_errors(char *list)
{
	char *save, *word = strtok_r(list, ",", &save);

	for (state.n_errors = 0; word && state.n_errors < 16; state.n_errors++) {
		state.errors[state.n_errors] = atoi(word);
		word = strtok_r(NULL, ",", &save);
	}
}

static void take_swap(char *paths)
{
	state.swap[0] = strtok_r(paths, ":", &state.swap[1]);
	state.errors[0] = 0;
	state.n_errors = 1;
}

static bool active(void)
{
	if (!state.ready) {
		const char *fd = getenv("FAULTS_FD");
		char *errors = getenv("FAULTS_ERRORS"), *swap = getenv("FAULTS_SWAP");

		state.ready = true;
		state.fd = fd ? atoi(fd) : -1;
		state.off = !fd;
		if (errors)
			take_errors(strdup(errors));
		if (swap)
			take_swap(strdup(swap));
		state.at = getenv("FAULTS_AT");
	}
	return !state.off;
}

static void exchange(void)
{
	if (state.swap[0] && syscall(SYS_renameat2, AT_FDCWD, state.swap[0], AT_FDCWD,
				     state.swap[1], RENAME_EXCHANGE))
		_exit(99);
}

/* A child shares the file offset with its parent: it opens the file anew at that place.
 */
static void reopen(int fd)
{
	char path[64];
	long at = syscall(SYS_lseek, fd, 0L, SEEK_CUR);
	long own;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (at < 0 || own < 0)
		return;
	syscall(SYS_lseek, own, at, SEEK_SET);
	dup3((int)own, fd, O_CLOEXEC);
	syscall(SYS_close, own);
}

static void report(const char *call, unsigned n, int error, int status, const char *path,
		   const char *out, size_t size)
{
	char head[512];
	int len = snprintf(head, sizeof(head), "%s %u %d %d %zu %.300s\n", call, n, error,
			   status, size, path);

	write_all(state.fd, head, (size_t)len);
	write_all(state.fd, out, size);
}

/* All that comes out of a pipe; its end is closed. */
static char *drain(int fd, size_t *size)
{
	size_t room = 1 << 16;
	char *out = malloc(room);

	*size = 0;
	for (;;) {
		long n;

		if (*size == room)
			out = realloc(out, room *= 2);
		if (!out)
			_exit(99);
		n = syscall(SYS_read, fd, out + *size, room - *size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		*size += (size_t)n;
	}
	syscall(SYS_close, fd);
	return out;
}

/* True in the child whose call is to fail with *error. */
static bool try(const char *call, const char *path, int fd, int *error)
{
	unsigned n;

	if (!active())
		return false;
	n = ++state.n;
	for (size_t i = 0; i < state.n_errors; i++) {
		int ends[2], status;
		size_t size;
		char *out;
		pid_t pid;

		if (pipe2(ends, O_CLOEXEC) || (pid = fork()) < 0)
			_exit(99);
		if (!pid) {
			state.off = true;
			dup2(ends[1], 1);
			dup2(ends[1], 2);
			syscall(SYS_close, ends[0]);
			syscall(SYS_close, ends[1]);
			if (fd >= 0)
				reopen(fd);
			exchange();
			*error = state.errors[i];
			return *error;
		}
		syscall(SYS_close, ends[1]);
		out = drain(ends[0], &size);
		if (waitpid(pid, &status, 0) != pid)
			_exit(99);
		exchange();
		status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		report(call, n, state.errors[i], status, path, out, size);
		free(out);
	}
	return false;
}

static const char *path_of(int fd, char *path, size_t size)
{
	char link[64];
	long n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = syscall(SYS_readlinkat, AT_FDCWD, link, path, size - 1);
	path[n > 0 ? n : 0] = 0;
	return path;
}

static bool try_fd(const char *call, int fd, bool has_offset, int *error)
{
	char path[4096];

	return active() &&
	       try(call, path_of(fd, path, sizeof(path)), has_offset ? fd : -1, error);
}

long syscall(long number, ...)
{
	static long (*real)(long, ...);
	long a[6];
	va_list ap;
	int error;

	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (number == SYS_openat2 && !active() && state.at &&
	    !strcmp((const char *)a[1], state.at))
		exchange();
	if (number == SYS_openat2 && try("openat2", (const char *)a[1], -1, &error)) {
		errno = error;
		return -1;
	}
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

ssize_t read(int fd, void *buffer, size_t size)
{
	int error;

	if (try_fd("read", fd, true, &error)) {
		errno = error;
		return -1;
	}
	return syscall(SYS_read, fd, buffer, size);
}

/* What read becomes in a program that is built with _FORTIFY_SOURCE. */
ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room);
ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room)
{
	return read(fd, buffer, size < room ? size : room);
}

ssize_t getdents64(int fd, void *buffer, size_t size)
{
	int error;

	if (try_fd("getdents64", fd, true, &error)) {
		errno = error;
		return -1;
	}
	return syscall(SYS_getdents64, fd, buffer, size);
}

ssize_t readlinkat(int fd, const char *restrict name, char *restrict buffer, size_t size)
{
	char path[4096 + 256];
	int error;

	if (active()) {
		path_of(fd, path, 4096);
		strcat(path, "/");
		strncat(path, name, 250);
		if (try("readlinkat", path, -1, &error)) {
			errno = error;
			return -1;
		}
	}
	return syscall(SYS_readlinkat, fd, name, buffer, size);
}

ssize_t __readlinkat_chk(int fd, const char *restrict name, char *restrict buffer,
			 size_t size, size_t room);
ssize_t __readlinkat_chk(int fd, const char *restrict name, char *restrict buffer,
			 size_t size, size_t room)
{
	return readlinkat(fd, name, buffer, size < room ? size : room);
}

int fstat(int fd, struct stat *st)
{
	int error;

	if (try_fd("fstat", fd, false, &error)) {
		errno = error;
		return -1;
	}
	return fstatat(fd, "", st, AT_EMPTY_PATH);
}
