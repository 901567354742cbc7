/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * malloc, calloc and realloc of the whole program, its libraries too, that never return
 * NULL. json-c loses what it could not allocate without a word (printbuf_memappend), and
 * libpci writes through the null pointer (pci_alloc): no check at our calls would see
 * that. A definition in the program comes before the C library's, which calls it itself
 * (The GNU C Library Reference Manual, "Replacing malloc": all four together);
 * __libc_malloc and its kin are glibc's own allocator under names that nobody replaces
 * (malloc/malloc.c). Where there are none, or a sanitizer has replaced them already, the
 * usual ones stay.
 */
#include <stdlib.h>

#include "base/memory.h"

#if defined(HAVE___LIBC_MALLOC) && !BUILT_WITH_SANITIZERS

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void __libc_free(void *p);

void *malloc(size_t size)
{
	void *p = __libc_malloc(size);

	if (!p)
		out_of_memory();
	return p;
}

void *calloc(size_t n, size_t size)
{
	void *p = __libc_calloc(n, size);

	if (!p)
		out_of_memory();
	return p;
}

/* Of size 0 it is free(), and NULL no failure. */
void *realloc(void *old, size_t size)
{
	void *p = __libc_realloc(old, size);

	if (!p && size)
		out_of_memory();
	return p;
}

void free(void *p)
{
	__libc_free(p);
}

#endif
