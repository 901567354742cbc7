/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "base/cuts.h"
#include "base/overlap.h"

#define TOP UINT64_MAX

static void test_overlap_and_touch(void **state)
{
	static const struct {
		const char *row;
		struct range a, b;
		bool overlaps, touches;
	} rows[] = {
		{ "apart", { 0, 9 }, { 11, 20 }, false, false },
		{ "adjacent", { 0, 9 }, { 10, 20 }, false, true },
		{ "one byte shared", { 0, 10 }, { 10, 20 }, true, true },
		{ "inside", { 0, 100 }, { 10, 20 }, true, true },
		{ "equal", { 10, 20 }, { 10, 20 }, true, true },
		{ "at the top", { TOP - 1, TOP }, { TOP, TOP }, true, true },
		{ "adjacent at the top", { 0, TOP - 1 }, { TOP, TOP }, false, true },
		{ "the top does not touch zero", { TOP, TOP }, { 0, 0 }, false, false },
		{ "everything", { 0, TOP }, { 5, 5 }, true, true },
		{ "inverted in the middle", { 0, 100 }, { 20, 10 }, false, false },
		{ "inverted by one", { 10, 9 }, { 10, 20 }, false, false },
		{ "inverted, wide", { TOP, 0 }, { 5, 6 }, false, false },
		{ "both inverted", { 2, 1 }, { 2, 1 }, false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct range a = rows[i].a, b = rows[i].b;

		CHECK(rows[i].row, range_overlaps(a, b) == rows[i].overlaps);
		CHECK(rows[i].row, range_overlaps(b, a) == rows[i].overlaps);
		CHECK(rows[i].row, range_touches(a, b) == rows[i].touches);
		CHECK(rows[i].row, range_touches(b, a) == rows[i].touches);
	}
}

static void test_contains(void **state)
{
	(void)state;
	assert_true(range_contains(RANGE(0, TOP), RANGE(0, TOP)));
	assert_true(range_contains(RANGE(10, 20), RANGE(10, 20)));
	assert_true(range_contains(RANGE(10, 20), RANGE(15, 15)));
	assert_false(range_contains(RANGE(10, 20), RANGE(9, 20)));
	assert_false(range_contains(RANGE(10, 20), RANGE(10, 21)));
	assert_false(range_contains(RANGE(10, 20), RANGE(16, 15)));
	assert_false(range_contains(RANGE(20, 10), RANGE(15, 15)));
}

static void test_has(void **state)
{
	(void)state;
	assert_true(range_has(RANGE(10, 20), 10));
	assert_true(range_has(RANGE(10, 20), 20));
	assert_true(range_has(RANGE(0, TOP), TOP));
	assert_false(range_has(RANGE(10, 20), 9));
	assert_false(range_has(RANGE(10, 20), 21));
	assert_false(range_has(RANGE(20, 10), 15));
}

static void test_common(void **state)
{
	(void)state;
	assert_true(
		range_equals(range_common(RANGE(0, 20), RANGE(10, 30)), RANGE(10, 20)));
	assert_true(
		range_equals(range_common(RANGE(10, 30), RANGE(0, 20)), RANGE(10, 20)));
	assert_true(range_equals(range_common(RANGE(0, TOP), RANGE(7, 7)), RANGE(7, 7)));
	assert_true(range_is_inverted(RANGE(1, 0)));
	assert_false(range_is_inverted(RANGE(1, 1)));
}

/* In front of a range and behind it, each place once; nothing is behind the top. */
static void test_cuts(void **state)
{
	static const uint64_t at[] = { 0, 5, 10, 20, 21, TOP };
	struct cuts cuts = { 0 };

	(void)state;
	cuts_settle(&cuts);
	assert_int_equal(cuts.n_at, 0);
	cuts_add(&cuts, RANGE(20, 20));
	cuts_add(&cuts, RANGE(TOP, TOP));
	cuts_add(&cuts, RANGE(5, 9));
	cuts_add(&cuts, RANGE(5, TOP));
	cuts_add(&cuts, RANGE(8, 7));
	cuts_add(&cuts, RANGE(0, 4));
	cuts_settle(&cuts);
	assert_int_equal(cuts.n_at, ARRAY_SIZE(at));
	for (size_t i = 0; i < ARRAY_SIZE(at); i++)
		assert_int_equal(cuts.at[i], at[i]);
	cuts_clear(&cuts);
	assert_null(cuts.at);
	assert_int_equal(cuts.n_at, 0);
}

/* Nested, equal, touching and inverted ones: each is found that looking at all finds. */
static void test_overlaps(void **state)
{
	static const struct range all[] = {
		{ 0, TOP }, { 10, 20 }, { 10, 20 },   { 5, 9 },	    { 21, 30 },
		{ 15, 15 }, { 40, 35 }, { TOP, TOP }, { 100, 200 }, { 0, 0 },
	};
	static const struct range asked[] = {
		{ 0, 0 }, { 20, 21 }, { 31, 34 }, { 35, 40 }, { TOP, TOP }, { 0, TOP },
	};
	const size_t n = sizeof(all) / sizeof(*all);
	struct overlaps overlaps = { 0 };

	(void)state;
	for (size_t i = 0; i < n; i++)
		overlaps_add(&overlaps, all[i], i);
	overlaps_sort(&overlaps);
	assert_int_equal(overlaps.n_list, n - 1);
	for (size_t k = 0; k < sizeof(asked) / sizeof(*asked); k++) {
		size_t at = overlaps_up_to(&overlaps, asked[k].last);
		const struct overlap_range *o;
		unsigned found = 0, expected = 0;

		while ((o = overlaps_next(&overlaps, asked[k], &at))) {
			assert_false(found & 1u << o->place);
			found |= 1u << o->place;
		}
		for (size_t i = 0; i < n; i++)
			expected |= range_overlaps(all[i], asked[k]) ? 1u << i : 0;
		assert_int_equal(found, expected);
	}
	overlaps_clear(&overlaps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overlap_and_touch),
		cmocka_unit_test(test_overlaps),
		cmocka_unit_test(test_contains),
		cmocka_unit_test(test_has),
		cmocka_unit_test(test_common),
		cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests_name("range", tests, NULL, NULL);
}
