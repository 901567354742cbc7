/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdint.h>

#include "base/memory.h"
#include "model/names.h"

/*
 * The types that a kernel was built with, /sys/kernel/btf/vmlinux: BPF Type Format,
 * Documentation/bpf/btf.rst. It tells a backport where the release does not: a member
 * that only came with a change, or the function that makes it. The bytes are hostile: a
 * saved tree may hold any.
 */

/* A type that can be asked for: a struct or a function. */
struct btf_name {
	uint32_t type; /* its offset, as below */
	uint32_t hash;
	uint32_t next; /* in the same bucket: the index of another, and 1; 0: none */
};

#define BTF_BUCKETS 4096

struct btf {
	bool big_endian;
	const uint8_t *table;
	const char *strings; /* ends with a zero byte */
	uint32_t strings_size;
	ARRAY_OF(uint32_t, types); /* the offset in the table of the type of id i + 1 */
	ARRAY_OF(struct btf_name, names);
	uint32_t buckets[BTF_BUCKETS]; /* as next */
};

/*
 * Reads the header, and finds all types; *btf points into the bytes from then on. NULL,
 * or what is wrong, for people; then *btf is empty.
 */
const char *btf_open(struct btf *btf, const void *bytes, size_t size);
void btf_clear(struct btf *btf);

/*
 * A question is "STRUCT.MEMBER" or "FUNCTION()". Of a member: yes, or no where the struct
 * is there and has none of that name, also in its anonymous parts. Of a function: yes, or
 * unknown, since the compiler may have made it part of another. Unknown, too, for what is
 * no question.
 */
enum tristate btf_ask(const struct btf *btf, const char *question);
