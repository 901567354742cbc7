/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <errno.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "base/cursor.h"

/*
 * Reading what a system call left in a buffer: a cursor, but in the byte order of the
 * processor. And the call itself: its result (0, a number or an fd), or a negative errno.
 */

static inline uint16_t native_u16(struct cursor *c)
{
	uint16_t value;

	cursor_bytes(c, &value, sizeof(value));
	return value;
}

static inline uint32_t native_u32(struct cursor *c)
{
	uint32_t value;

	cursor_bytes(c, &value, sizeof(value));
	return value;
}

static inline uint64_t native_u64(struct cursor *c)
{
	uint64_t value;

	cursor_bytes(c, &value, sizeof(value));
	return value;
}

/* argument: a number or an address, as the request wants it. */
static inline int kernel_call(int fd, unsigned long request, uintptr_t argument)
{
	int result = ioctl(fd, request, argument);

	return result < 0 ? -errno : result;
}
