/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "render/lines.h"

/* What fits: whole sentences, the first in any case. */
static void test_whole_sentences(void **state)
{
	static const struct {
		const char *text;
		unsigned columns, lines;
		const char *fits;
	} rows[] = {
		{ "", 20, 1, "" },
		{ "One.", 20, 1, "One." },
		{ "One. Two.", 20, 1, "One. Two." },
		{ "One. Two.", 9, 1, "One. Two." },
		{ "One. Two.", 8, 1, "One." },
		{ "One. Two.", 8, 2, "One. Two." },
		{ "One. Two. Three.", 9, 1, "One. Two." },
		{ "A first one that does not fit. Two.", 10, 1,
		  "A first one that does not fit." },
		/* neither an abbreviation nor a number ends a sentence */
		{ "See e.g. this. Two.", 14, 1, "See e.g. this." },
		{ "Linux 6.12 does. Two.", 16, 1, "Linux 6.12 does." },
		/* nor does what is quoted */
		{ "It logs \"No. Never.\" here. Two.", 27, 1,
		  "It logs \"No. Never.\" here." },
		{ "One! \"Two.\"", 5, 1, "One!" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *fits =
			whole_sentences(rows[i].text, rows[i].columns, rows[i].lines);

		assert_string_equal(fits, rows[i].fits);
	}
}

static void build_devices(struct host *host, const char *last)
{
	build_host(host, "6.12", "x86_64", 4096);
	build_group(host, 1, DOMAIN_DMA);
	build_device(host, "0000:00:02.0", 1, 0x020000, NULL);
	build_device(host, "0000:00:03.0", 1, 0x020000, NULL);
	build_device(host, last, 1, 0x020000, NULL);
	assert_true(host_finish(host));
}

static void test_names_that_fit(void **state)
{
	static const size_t devices[] = { 0, 1, 2 };
	static const struct {
		size_t n, room;
		const char *names;
	} rows[] = {
		{ 0, 80, "" },
		{ 1, 0, "00:02.0" },
		{ 3, 0, "00:02.0 and 2 more" },
		{ 3, 24, "00:02.0 and 2 more" },
		{ 3, 25, "00:02.0, 00:03.0, 00:04.0" },
		{ 2, 16, "00:02.0, 00:03.0" },
		{ 2, 15, "00:02.0 and 1 more" },
		{ 3, 80, "00:02.0, 00:03.0, 00:04.0" },
	};
	struct host host;

	(void)state;
	build_devices(&host, "0000:00:04.0");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *names =
			names_that_fit(&host, devices, rows[i].n, rows[i].room);

		assert_string_equal(names, rows[i].names);
	}
	host_clear(&host);
}

/* A function of another domain: then each says its own. */
static void test_names_of_domains(void **state)
{
	static const size_t devices[] = { 0, 2 };
	struct host host;
	cleanup_free char *names = NULL;

	(void)state;
	build_devices(&host, "0001:00:04.0");
	names = names_that_fit(&host, devices, 2, 80);
	assert_string_equal(names, "0000:00:02.0, 0001:00:04.0");
	host_clear(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_sentences),
		cmocka_unit_test(test_names_that_fit),
		cmocka_unit_test(test_names_of_domains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
