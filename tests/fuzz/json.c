/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changing JSON as JSON: the text is cut into values, and these are moved about. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

/* More values are not looked at, nor what is nested deeper. */
#define VALUES_MAX 8192
#define DEPTH_MAX 64

/* Where a value stands in the text. */
struct value {
	size_t begin; /* of the member, which has a key; else of the value */
	size_t from, to;
	char kind; /* '{', '[', '"' or '0' */
};

struct values {
	struct value value[VALUES_MAX];
	size_t n;
};

/* What numbers are at their edges. */
static const char *const numbers[] = {
	"0",	 "1",		"-1",	      "2",
	"4095",	 "65535",	"65536",      "2147483647",
	"1e308", "4294967295",	"4294967296", "9223372036854775807",
	"0.5",	 "-2147483648", "1000000000", "18446744073709551615",
};

/* What strings of snapshots are, and what they had better not be. */
static const char *const strings[] = {
	"0x0",
	"0xfff",
	"0x1000",
	"0xfee00000",
	"0xfeefffff",
	"0xffffffff",
	"0x100000000",
	"0xfffffffffffff000",
	"0xffffffffffffffff",
	"0000:00:00.0",
	"0000:00:1f.7",
	"ffff:ff:1f.7",
	"10000:e1:00.0",
	"",
	" ",
	"%s%n",
	"\\u001b[31m",
	"\\u0000",
	"\\n",
	"\\\"<&",
	"\\u202e",
	"\\ud800",
	"\\u00e4",
	"yes",
	"no",
	"unknown",
	"direct",
	"direct-relaxable",
	"reserved",
	"msi",
	"identity",
	"DMA",
	"DMA-FQ",
	"blocked",
	"vfio-pci",
	"x86_64",
	"aarch64",
	"riscv64",
	"4.0.0",
	"5.15.0-1051-azure",
	"6.12.0-124.8.1.el10_1.x86_64",
	"7.2.0",
	"99999999999.1",
	"read",
	"absent",
	"denied",
	"broken",
	"/sys/kernel/iommu_groups",
	"iommu=pt intel_iommu=on",
};

static const char *const shapes[] = { "null", "[]", "{}", "\"\"", "0", "true", "[null]" };

/* The end of a string that begins at i. */
static size_t end_of_string(const struct buffer *b, size_t i)
{
	for (i++; i < b->size && b->bytes[i] != '"'; i++)
		i += b->bytes[i] == '\\';
	return i + 1 < b->size ? i + 1 : b->size;
}

static size_t end_of_word(const struct buffer *b, size_t i)
{
	while (i < b->size &&
	       (isalnum((unsigned char)b->bytes[i]) || strchr("+-.", b->bytes[i])) &&
	       b->bytes[i])
		i++;
	return i;
}

static bool is_key(const struct buffer *b, size_t end)
{
	while (end < b->size && isspace((unsigned char)b->bytes[end]))
		end++;
	return end < b->size && b->bytes[end] == ':';
}

static struct value *add_value(struct values *v, size_t begin, size_t from, char kind)
{
	struct value *value = &v->value[v->n++];

	*value = (struct value){ begin, from, from + 1, kind };
	return value;
}

/* Which values stand where; a text that is no JSON has some, too. */
static void find_values(const struct buffer *b, struct values *v)
{
	size_t open[DEPTH_MAX], depth = 0, key = SIZE_MAX;

	v->n = 0;
	for (size_t i = 0; i < b->size && v->n < VALUES_MAX;) {
		const char c = b->bytes[i];
		const size_t begin = key == SIZE_MAX ? i : key;
		size_t end = i + 1;

		if (c == '"') {
			end = end_of_string(b, i);
			if (is_key(b, end)) {
				key = i;
				i = end;
				continue;
			}
			add_value(v, begin, i, c)->to = end;
		} else if ((c == '{' || c == '[') && depth < DEPTH_MAX) {
			open[depth++] = v->n;
			add_value(v, begin, i, c);
		} else if ((c == '}' || c == ']') && depth) {
			v->value[open[--depth]].to = end;
		} else if (isalnum((unsigned char)c) || c == '-') {
			end = end_of_word(b, i);
			add_value(v, begin, i, '0')->to = end > i ? end : i + 1;
		}
		if (c != ':' && !isspace((unsigned char)c))
			key = SIZE_MAX;
		i = end > i ? end : i + 1;
	}
}

static void put(struct buffer *b, const struct value *at, const char *bytes, size_t n)
{
	buffer_replace(b, at->from, at->to, bytes, n);
}

static void put_word(struct buffer *b, const struct value *at, const char *word)
{
	put(b, at, word, strlen(word));
}

/* --- What can happen to a value --- */

/* Another value takes its place; mostly one of its kind. */
static void take_other(struct buffer *b, const struct values *v, const struct value *at,
		       struct random *r)
{
	const struct value *other = at;
	const bool any = !random_below(r, 4);

	for (size_t tries = 16; tries; tries--) {
		other = &v->value[random_below(r, v->n)];
		if ((any || other->kind == at->kind) && other != at)
			break;
	}
	put(b, at, b->bytes + other->from, other->to - other->from);
}

/* The member or element goes, and a comma with it. */
static void remove_value(struct buffer *b, const struct values *v, const struct value *at,
			 struct random *r)
{
	size_t from = at->begin, to = at->to;

	(void)v;
	(void)r;
	while (to < b->size && isspace((unsigned char)b->bytes[to]))
		to++;
	if (to < b->size && b->bytes[to] == ',') {
		to++;
	} else {
		while (from && isspace((unsigned char)b->bytes[from - 1]))
			from--;
		from -= from && b->bytes[from - 1] == ',';
	}
	buffer_replace(b, from, to, "", 0);
}

/* It stands there twice, or some other one beside it. */
static void repeat_value(struct buffer *b, const struct values *v, const struct value *at,
			 struct random *r)
{
	const struct value *what =
		random_below(r, 4) ? at : &v->value[random_below(r, v->n)];
	const size_t size = what->to - what->begin;

	if (b->size + size + 1 > b->max)
		return;
	buffer_replace(b, at->to, at->to, b->bytes + what->begin, size);
	buffer_replace(b, at->to, at->to, ",", 1);
}

static void put_edge(struct buffer *b, const struct values *v, const struct value *at,
		     struct random *r)
{
	char text[32];

	(void)v;
	if (at->kind == '"') {
		snprintf(text, sizeof(text), "\"0x%llx\"",
			 (unsigned long long)(random_next(r) >> random_below(r, 64)) &
				 ~(random_below(r, 4) ? 0xfffULL : 0));
		put_word(b, at, text);
	} else {
		put_word(b, at, numbers[random_below(r, ARRAY_SIZE(numbers))]);
	}
}

static void put_string(struct buffer *b, const struct values *v, const struct value *at,
		       struct random *r)
{
	char text[64];

	(void)v;
	snprintf(text, sizeof(text), "\"%s\"",
		 strings[random_below(r, ARRAY_SIZE(strings))]);
	put_word(b, at, text);
}

static void put_shape(struct buffer *b, const struct values *v, const struct value *at,
		      struct random *r)
{
	(void)v;
	put_word(b, at, shapes[random_below(r, ARRAY_SIZE(shapes))]);
}

/* Bytes of a string change, and it stays a string. */
static void change_string(struct buffer *b, const struct values *v,
			  const struct value *at, struct random *r)
{
	char text[256];
	size_t n = at->to - at->from;

	(void)v;
	if (at->kind != '"' || n < 2 || n > sizeof(text) / 2) {
		put_edge(b, v, at, r);
		return;
	}
	memcpy(text, b->bytes + at->from + 1, n - 2);
	n = LLVMFuzzerMutate((uint8_t *)text, n - 2, sizeof(text));
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)text[i] < ' ' || strchr("\"\\", text[i]))
			text[i] = '?';
	}
	buffer_replace(b, at->from + 1, at->to - 1, text, n);
}

/* A digit of what is, or holds, a number. */
static void change_digit(struct buffer *b, const struct values *v, const struct value *at,
			 struct random *r)
{
	size_t i = at->from + random_below(r, at->to - at->from);

	(void)v;
	while (i < at->to && !isxdigit((unsigned char)b->bytes[i]))
		i++;
	if (i < at->to)
		b->bytes[i] =
			"0123456789abcdef"[random_below(r, at->kind == '"' ? 16 : 10)];
}

void mutate_json(struct buffer *b, struct random *r)
{
	typedef void change(struct buffer *, const struct values *, const struct value *,
			    struct random *);
	static change *const changes[] = { take_other,	  take_other,	remove_value,
					   repeat_value,  put_edge,	put_string,
					   change_string, change_digit, change_digit,
					   put_shape };
	static struct values v;

	if (!random_below(r, 64)) {
		b->size = LLVMFuzzerMutate((uint8_t *)b->bytes, b->size, b->max);
		return;
	}
	for (size_t n = 1 + random_below(r, 3); n; n--) {
		find_values(b, &v);
		if (!v.n)
			return;
		changes[random_below(r, ARRAY_SIZE(changes))](
			b, &v, &v.value[random_below(r, v.n)], r);
	}
}

size_t mutate_way_and_json(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	struct random r = { seed };
	struct buffer b = { (char *)data + 1, size - 1, max - 1 };

	if (size < 2)
		return LLVMFuzzerMutate(data, size, max);
	if (!random_below(&r, 8))
		*data = (uint8_t)random_next(&r);
	mutate_json(&b, &r);
	return 1 + b.size;
}
