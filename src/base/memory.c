/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Allocation that never returns NULL: the program ends when memory does. */
#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

void out_of_memory(void)
{
	char limit[64] = "";
	struct rlimit most;

	fflush(stdout);
	if (!getrlimit(RLIMIT_DATA, &most) && most.rlim_cur != RLIM_INFINITY)
		snprintf(limit, sizeof(limit), ": the limit is %ju MiB",
			 (uintmax_t)most.rlim_cur >> 20);
	/* not through stderr or exit(), which might want memory themselves */
	if (dprintf(STDERR_FILENO, "iommu-resv: out of memory%s\n", limit) < 0)
		_exit(3); /* nobody is there to be told */
	_exit(3);
}

void memory_limit(size_t max)
{
	struct rlimit most;

	if (BUILT_WITH_SANITIZERS || getrlimit(RLIMIT_DATA, &most) ||
	    most.rlim_cur <= max)
		return;
	most.rlim_cur = max;
	if (setrlimit(RLIMIT_DATA, &most))
		return; /* then it is not limited, as before */
}

static void *or_die(void *p)
{
	if (!p)
		out_of_memory();
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	return or_die(calloc(n ? n : 1, size ? size : 1));
}

char *xstrdup(const char *s)
{
	return or_die(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return or_die(strndup(s, n));
}

void *grow_array(void *array, size_t n, size_t *cap, size_t size)
{
	if (n == *cap) {
		*cap = n ? n + n / 2 + 1 : 4;
		array = or_die(reallocarray(array, *cap, size));
	}
	memset((char *)array + n * size, 0, size);
	return array;
}
