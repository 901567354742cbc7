/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes from firmware and from the kernel, read one after the other and never beyond
 * the end.
 */
#include "base/cursor.h"

#include <string.h>

struct cursor cursor_of(const void *bytes, size_t size)
{
	return (struct cursor){ .at = bytes, .left = size };
}

/* The next n bytes, or NULL; moves behind them. */
static const uint8_t *take(struct cursor *c, size_t n)
{
	const uint8_t *at = c->at;

	if (c->bad || n > c->left) {
		c->bad = true;
		return NULL;
	}
	c->at += n;
	c->left -= n;
	c->offset += n;
	return at;
}

static uint32_t take_number(struct cursor *c, size_t n)
{
	const uint8_t *at = take(c, n);
	uint32_t value = 0;

	while (at && n--)
		value = value << 8 | at[n];
	return value;
}

uint8_t cursor_u8(struct cursor *c)
{
	return (uint8_t)take_number(c, 1);
}

uint16_t cursor_le16(struct cursor *c)
{
	return (uint16_t)take_number(c, 2);
}

uint32_t cursor_le32(struct cursor *c)
{
	return take_number(c, 4);
}

void cursor_skip(struct cursor *c, size_t n)
{
	take(c, n);
}

void cursor_bytes(struct cursor *c, void *out, size_t n)
{
	const uint8_t *at = take(c, n);

	if (at)
		memcpy(out, at, n);
	else
		memset(out, 0, n);
}

struct cursor cursor_part(struct cursor *c, size_t n)
{
	struct cursor part = { .offset = c->offset, .bad = true };
	const uint8_t *at = take(c, n);

	if (at) {
		part.at = at;
		part.left = n;
		part.bad = false;
	}
	return part;
}

struct cursor cursor_from(const struct cursor *c, size_t n)
{
	struct cursor from = *c;

	cursor_skip(&from, n);
	return from;
}
