/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"

static const uint8_t bytes[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
				 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff };

static void test_little_endian(void **state)
{
	struct cursor c = cursor_of(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(cursor_u8(&c), 0x01);
	assert_int_equal(cursor_le16(&c), 0x0302);
	assert_int_equal(cursor_le32(&c), 0x07060504);
	assert_int_equal(c.offset, 7);
	assert_int_equal(cursor_u8(&c), 0x08);
	assert_true(cursor_le32(&c) == 0xfcfbfaf9);
	assert_int_equal(cursor_le16(&c), 0xfefd);
	assert_int_equal(cursor_u8(&c), 0xff);
	assert_false(c.bad);
	assert_int_equal(c.left, 0);
}

/* From every place on, each read works if and only if its bytes are there. */
static void test_every_end(void **state)
{
	(void)state;
	for (size_t size = 0; size <= sizeof(bytes); size++) {
		uint8_t *copy =
			malloc(size ? size : 1); /* so that sanitizers see the end */
		struct cursor c[4];
		char out[4] = "xxx";

		memcpy(copy, bytes, size);
		for (size_t i = 0; i < ARRAY_SIZE(c); i++)
			c[i] = cursor_of(copy, size);
		cursor_u8(&c[0]);
		cursor_le16(&c[1]);
		cursor_le32(&c[2]);
		cursor_bytes(&c[3], out, sizeof(out));
		assert_int_equal(c[0].bad, size < 1);
		assert_int_equal(c[1].bad, size < 2);
		assert_int_equal(c[2].bad, size < 4);
		assert_int_equal(c[3].bad, size < 4);
		assert_int_equal(out[0], size < 4 ? 0 : 1);
		assert_int_equal(out[3], size < 4 ? 0 : 4);
		free(copy);
	}
}

/* The first failure stays: later reads give 0, also those that would fit. */
static void test_bad_stays(void **state)
{
	struct cursor c = cursor_of(bytes, 3);
	struct cursor part;

	(void)state;
	assert_int_equal(cursor_le32(&c), 0);
	assert_true(c.bad);
	assert_int_equal(cursor_u8(&c), 0);
	assert_int_equal(cursor_le16(&c), 0);
	cursor_skip(&c, 0);
	part = cursor_part(&c, 1);
	assert_true(c.bad);
	assert_true(part.bad);
	assert_int_equal(cursor_u8(&part), 0);
}

static void test_skip(void **state)
{
	struct cursor c = cursor_of(bytes, sizeof(bytes));

	(void)state;
	cursor_skip(&c, 8);
	assert_int_equal(cursor_u8(&c), 0xf9);
	cursor_skip(&c, 6);
	assert_false(c.bad);
	cursor_skip(&c, 1);
	assert_true(c.bad);
	c = cursor_of(bytes, sizeof(bytes));
	cursor_skip(&c, SIZE_MAX);
	assert_true(c.bad);
}

static void test_parts(void **state)
{
	struct cursor c = cursor_of(bytes, sizeof(bytes));
	struct cursor part = cursor_part(&c, 2);
	struct cursor back;

	(void)state;
	assert_int_equal(cursor_u8(&part), 1);
	assert_int_equal(cursor_le16(&part), 0); /* only one is left in the part */
	assert_true(part.bad);
	assert_false(c.bad);
	assert_int_equal(cursor_u8(&c), 3);
	part = cursor_part(&c, 4);
	assert_int_equal(part.offset, 3);
	back = cursor_from(&part, 4);
	assert_false(back.bad);
	assert_int_equal(back.left, 0);
	back = cursor_from(&part, 5);
	assert_true(back.bad);
	part = cursor_part(&c, sizeof(bytes));
	assert_true(part.bad);
	assert_true(c.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_little_endian), cmocka_unit_test(test_every_end),
		cmocka_unit_test(test_bad_stays),     cmocka_unit_test(test_skip),
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests_name("cursor", tests, NULL, NULL);
}
