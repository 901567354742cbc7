/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A bounds-checked reader of little-endian bytes. It owns nothing. The first read beyond
 * the end sets bad; from then on every read gives 0 and moves nothing, so that a parser
 * can read straight down and ask once. offset counts from the start of the table, for
 * messages.
 */
struct cursor {
	const uint8_t *at;
	size_t left;
	size_t offset;
	bool bad;
};

struct cursor cursor_of(const void *bytes, size_t size);

uint8_t cursor_u8(struct cursor *c);
uint16_t cursor_le16(struct cursor *c);
uint32_t cursor_le32(struct cursor *c);
void cursor_skip(struct cursor *c, size_t n);
/* Copies n bytes; zeroes them if they are not there. */
void cursor_bytes(struct cursor *c, void *out, size_t n);

/*
 * Takes the next n bytes off as a cursor of their own; a bad one if there are fewer.
 * Reading the part can then never reach what follows it.
 */
struct cursor cursor_part(struct cursor *c, size_t n);

/*
 * A cursor n bytes behind the start of c, which does not move. Bad if that is beyond its
 * end.
 */
struct cursor cursor_from(const struct cursor *c, size_t n);
