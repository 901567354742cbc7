/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "model/burst.h"

static struct kernel_event event(const char *action, const char *path)
{
	return (struct kernel_event){ .action = xstrdup(action), .path = xstrdup(path) };
}

/* It is over after half a second of quiet, or after five seconds. */
static void test_wait(void **state)
{
	struct burst b = { 0 };

	(void)state;
	assert_true(burst_is_empty(&b));
	assert_true(burst_wait(&b, 0) == INT64_MAX);
	burst_add(&b, 1000, event("add", "/a"));
	assert_false(burst_is_empty(&b));
	assert_int_equal(burst_wait(&b, 1000), BURST_QUIET);
	assert_int_equal(burst_wait(&b, 1400), BURST_QUIET - 400);
	assert_int_equal(burst_wait(&b, 1500), 0);
	assert_int_equal(burst_wait(&b, 9000), 0);
	for (int64_t now = 1400; now < 5900; now += 400)
		burst_add(&b, now, event("add", "/a"));
	assert_int_equal(burst_wait(&b, 5800), 200);
	assert_int_equal(burst_wait(&b, 6000), 0);
	burst_clear(&b);
	assert_true(burst_is_empty(&b));
}

/* Lost ones are enough for a look. */
static void test_lost(void **state)
{
	struct burst b = { 0 };

	(void)state;
	burst_lose(&b, 7000);
	assert_false(burst_is_empty(&b));
	assert_int_equal(burst_wait(&b, 7100), BURST_QUIET - 100);
	assert_int_equal(b.n, 0);
	burst_clear(&b);
}

static void test_told(void **state)
{
	struct burst b = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++) {
		cleanup_free char *path = text_format("/%d", i / 2);

		burst_add(&b, i, event(i % 3 ? "add" : "bind", path));
	}
	burst_add(&b, 1000, event("bind", "/0"));
	assert_int_equal(b.n, 1001);
	assert_int_equal(b.n_told, 8);
	assert_string_equal(b.told[0].action, "bind");
	assert_string_equal(b.told[0].path, "/0");
	assert_string_equal(b.told[1].action, "add");
	assert_string_equal(b.told[1].path, "/0");
	assert_string_equal(b.told[2].path, "/1"); /* twice the same */
	assert_string_equal(b.told[3].path, "/1");
	burst_clear(&b);
}

static void test_join(void **state)
{
	struct burst a = { 0 }, b = { 0 };

	(void)state;
	burst_add(&a, 100, event("add", "/a"));
	burst_join(&a, &b);
	assert_int_equal(a.last, 100);
	burst_add(&b, 300, event("add", "/a"));
	burst_add(&b, 400, event("add", "/b"));
	burst_lose(&b, 450);
	burst_join(&a, &b);
	assert_true(burst_is_empty(&b));
	assert_int_equal(a.first, 100);
	assert_int_equal(a.last, 450);
	assert_int_equal(a.n, 3);
	assert_true(a.lost);
	assert_int_equal(a.n_told, 2);
	burst_join(&b, &a);
	assert_int_equal(b.first, 100);
	assert_int_equal(b.n, 3);
	burst_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_join),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
