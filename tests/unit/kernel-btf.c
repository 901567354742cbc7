/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reader of BTF, by blobs that are built here: right ones, and hostile ones. */
#include "unit.h"

#include <string.h>

#include "base/cleanup.h"
#include "kernel/btf.h"

#define INT 1
#define TYPEDEF 8
#define STRUCT 4
#define UNION 5
#define FUNC 12

#define TYPES_MAX 16384
#define STRINGS_MAX 1024

struct blob {
	bool big_endian;
	uint8_t types[TYPES_MAX];
	size_t size;
	char strings[STRINGS_MAX];
	size_t n_strings;
	uint32_t n_types;
};

static void put(const struct blob *b, uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[b->big_endian ? 3 - i : i] = (uint8_t)(value >> 8 * i);
}

static void word(struct blob *b, uint32_t value)
{
	assert_true(b->size + 4 <= TYPES_MAX);
	put(b, b->types + b->size, value);
	b->size += 4;
}

static uint32_t string(struct blob *b, const char *s)
{
	size_t at = b->n_strings;

	if (!*s)
		return 0;
	assert_true(at + strlen(s) < STRINGS_MAX);
	memcpy(b->strings + at, s, strlen(s) + 1);
	b->n_strings += strlen(s) + 1;
	return (uint32_t)at;
}

/* The id of a new type. */
static uint32_t type(struct blob *b, const char *name, uint32_t kind, uint32_t elements,
		     uint32_t other)
{
	word(b, string(b, name));
	word(b, kind << 24 | elements);
	word(b, other);
	return ++b->n_types;
}

static void member(struct blob *b, const char *name, uint32_t id)
{
	word(b, string(b, name));
	word(b, id);
	word(b, 0);
}

static struct blob *blob_new(bool big_endian)
{
	struct blob *b = xcalloc(1, sizeof(*b));

	b->big_endian = big_endian;
	b->n_strings = 1;
	type(b, "int", INT, 0, 4);
	word(b, 32);
	return b;
}

/* The whole of it; the caller owns it. */
static uint8_t *blob_bytes(const struct blob *b, size_t *size)
{
	uint8_t *bytes = xcalloc(1, 24 + b->size + b->n_strings);

	bytes[b->big_endian ? 0 : 1] = 0xeb;
	bytes[b->big_endian ? 1 : 0] = 0x9f;
	bytes[2] = 1;
	put(b, bytes + 4, 24);
	put(b, bytes + 12, (uint32_t)b->size);
	put(b, bytes + 16, (uint32_t)b->size);
	put(b, bytes + 20, (uint32_t)b->n_strings);
	memcpy(bytes + 24, b->types, b->size);
	memcpy(bytes + 24 + b->size, b->strings, b->n_strings);
	*size = 24 + b->size + b->n_strings;
	return bytes;
}

static enum tristate ask(struct blob *b, const char *question)
{
	size_t size;
	cleanup_free uint8_t *bytes = blob_bytes(b, &size);
	struct btf btf;
	enum tristate there;

	if (btf_open(&btf, bytes, size))
		fail_msg("%s: not opened", question);
	there = btf_ask(&btf, question);
	btf_clear(&btf);
	return there;
}

/* A struct with a plain member and, below an anonymous union and struct, a hidden one. */
static struct blob *usual_blob(bool big_endian)
{
	struct blob *b = blob_new(big_endian);
	uint32_t inner, outer, alias;

	inner = type(b, "", STRUCT, 1, 4);
	member(b, "hidden", 1);
	alias = type(b, "alias", TYPEDEF, 0, inner);
	outer = type(b, "", UNION, 2, 8);
	member(b, "", alias);
	member(b, "named", inner);
	type(b, "dev_iommu", STRUCT, 2, 8);
	member(b, "lock", 1);
	member(b, "", outer);
	type(b, "empty", STRUCT, 0, 0);
	type(b, "a_function", FUNC, 0, 1);
	return b;
}

static void test_questions(void **state)
{
	static const struct {
		const char *question;
		enum tristate there;
	} rows[] = {
		{ "dev_iommu.lock", TRISTATE_YES },
		{ "dev_iommu.named", TRISTATE_YES },
		{ "dev_iommu.hidden", TRISTATE_YES },
		{ "dev_iommu.loc", TRISTATE_NO },
		{ "dev_iommu.locks", TRISTATE_NO },
		{ "dev_iommu.require_direct", TRISTATE_NO },
		{ "dev_iomm.lock", TRISTATE_UNKNOWN }, /* no such struct */
		{ "dev_iommu2.lock", TRISTATE_UNKNOWN },
		{ "empty.lock", TRISTATE_UNKNOWN }, /* built without its code */
		{ "a_function.lock", TRISTATE_UNKNOWN },
		{ "a_function()", TRISTATE_YES },
		{ "a_functio()", TRISTATE_UNKNOWN }, /* perhaps part of another */
		{ "dev_iommu()", TRISTATE_UNKNOWN },
		{ "", TRISTATE_UNKNOWN },
		{ "()", TRISTATE_UNKNOWN },
		{ ".lock", TRISTATE_UNKNOWN },
		{ "dev_iommu", TRISTATE_UNKNOWN },
		{ "dev_iommu.", TRISTATE_UNKNOWN },
		{ "a_function(", TRISTATE_UNKNOWN },
	};

	(void)state;
	for (int big = 0; big < 2; big++) {
		cleanup_free struct blob *b = usual_blob(big);

		for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
			CHECK(rows[i].question,
			      ask(b, rows[i].question) == rows[i].there);
	}
}

/* Two structs of a name: one member is enough, and none proves that there is none. */
static void test_twice(void **state)
{
	cleanup_free struct blob *b = usual_blob(false);

	(void)state;
	type(b, "dev_iommu", STRUCT, 1, 4);
	member(b, "require_direct", 1);
	assert_int_equal(ask(b, "dev_iommu.require_direct"), TRISTATE_YES);
	assert_int_equal(ask(b, "dev_iommu.other"), TRISTATE_NO);
	type(b, "dev_iommu", STRUCT, 0, 0);
	assert_int_equal(ask(b, "dev_iommu.other"), TRISTATE_UNKNOWN);
}

/* Types that hold or name each other, or themselves, or none that there is. */
static void test_circles(void **state)
{
	cleanup_free struct blob *b = blob_new(false);

	(void)state;
	type(b, "", STRUCT, 3, 4); /* 2 */
	member(b, "", 2);
	member(b, "", 3);
	member(b, "", 4);
	type(b, "", UNION, 2, 4); /* 3 */
	member(b, "", 2);
	member(b, "", 99);
	type(b, "", TYPEDEF, 0, 4); /* 4 */
	type(b, "s", STRUCT, 2, 4);
	member(b, "", 2);
	member(b, "", 5);
	assert_int_equal(ask(b, "s.m"), TRISTATE_NO);
}

/* More anonymous parts than are looked at: no proof that there is no such member. */
static void test_many_parts(void **state)
{
	enum { PARTS = 100 };
	cleanup_free struct blob *b = blob_new(false);

	(void)state;
	for (uint32_t i = 0; i < PARTS; i++) {
		type(b, "", STRUCT, 1, 4);
		member(b, "", i + 3);
	}
	type(b, "", STRUCT, 1, 4);
	member(b, "deep", 1);
	type(b, "s", STRUCT, 1, 4);
	member(b, "", 2);
	assert_int_equal(ask(b, "s.deep"), TRISTATE_UNKNOWN);
	type(b, "near", STRUCT, 1, 4);
	member(b, "", 2 + PARTS - 5);
	assert_int_equal(ask(b, "near.deep"), TRISTATE_YES);
}

static void test_no_answer_when_cut(void **state)
{
	cleanup_free struct blob *b = usual_blob(false);
	size_t size;
	cleanup_free uint8_t *bytes = blob_bytes(b, &size);

	(void)state;
	for (size_t n = 0; n < size; n++) {
		cleanup_free uint8_t *part = xcalloc(1, n ? n : 1);
		struct btf btf;

		memcpy(part, bytes, n);
		assert_non_null(btf_open(&btf, part, n));
		assert_int_equal(btf.n_types, 0);
		assert_int_equal(btf_ask(&btf, "dev_iommu.lock"), TRISTATE_UNKNOWN);
		btf_clear(&btf);
	}
}

/* What a blob with one number changed is refused for. */
static void test_refused(void **state)
{
	static const struct {
		const char *what;
		size_t at; /* of the number; 24 and on is in the first type */
		uint32_t value;
	} rows[] = {
		{ "is not BTF", 0, 0x0001eb9e },
		{ "beyond its end", 4, UINT32_MAX },
		{ "beyond its end", 8, UINT32_MAX },
		{ "beyond its end", 12, 0x7fffffff },
		{ "beyond its end", 16, 0xfffffff0 },
		{ "do not end", 20, 0 },
		{ "do not end", 20, 2 },
		{ "unknown kind", 28, 0x1f000000 },
		{ "unknown kind", 28, 0 },
		{ "beyond the end", 28, 0x04ffffff },
		{ "beyond the end", 12, 14 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free struct blob *b = usual_blob(false);
		size_t size;
		cleanup_free uint8_t *bytes = blob_bytes(b, &size);
		struct btf btf;
		const char *wrong;

		put(b, bytes + rows[i].at, rows[i].value);
		wrong = btf_open(&btf, bytes, size);
		CHECK(rows[i].what, wrong && strstr(wrong, rows[i].what));
		btf_clear(&btf);
	}
}

/* A name behind the strings is nobody's, and not an empty one. */
static void test_names_out_of_the_table(void **state)
{
	cleanup_free struct blob *b = blob_new(false);

	(void)state;
	type(b, "", STRUCT, 1, 4); /* 2 */
	member(b, "m", 1);
	type(b, "s", STRUCT, 1, 4);
	word(b, UINT32_MAX);
	word(b, 2);
	word(b, 0);
	assert_int_equal(ask(b, "s.m"), TRISTATE_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_circles),
		cmocka_unit_test(test_many_parts),
		cmocka_unit_test(test_no_answer_when_cut),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_names_out_of_the_table),
	};

	return cmocka_run_group_tests_name("kernel-btf", tests, NULL, NULL);
}
