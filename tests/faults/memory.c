/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interposed by LD_PRELOAD: lets one allocation of the program fail, the one whose number
 * MEMORY_FAILS names, whoever asks for it. With the number 0 none fails, and how many
 * there were goes to the descriptor MEMORY_FD at the end. It stands in for the C
 * library's own allocator, which src/memory-guard.c calls.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned long number;

static int fails(void)
{
	static unsigned long at;

	if (!number++) {
		const char *s = getenv("MEMORY_FAILS");

		at = s ? strtoul(s, NULL, 10) : 0;
	}
	if (number != at)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *__libc_malloc(size_t size)
{
	void *(*next)(size_t) = dlsym(RTLD_NEXT, "__libc_malloc");

	return fails() ? NULL : next(size);
}

void *__libc_calloc(size_t n, size_t size)
{
	void *(*next)(size_t, size_t) = dlsym(RTLD_NEXT, "__libc_calloc");

	return fails() ? NULL : next(n, size);
}

void *__libc_realloc(void *old, size_t size)
{
	void *(*next)(void *, size_t) = dlsym(RTLD_NEXT, "__libc_realloc");

	return fails() ? NULL : next(old, size);
}

static __attribute__((destructor)) void tell(void)
{
	const char *fd = getenv("MEMORY_FD");

	if (fd)
		dprintf(atoi(fd), "%lu\n", number);
}
