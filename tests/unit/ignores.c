/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which findings an entry of --ignore-file fits, and which days there are. */
#include "unit.h"

#include <stdlib.h>

#include "base/clock.h"
#include "model/ignores.h"

/* Devices 0 and 1 are of group 0, device 2 is of group 1. */
static void make_host(struct host *host)
{
	build_host(host, "6.12", "x86_64", 4096);
	build_group(host, 0, DOMAIN_DMA);
	build_group(host, 1, DOMAIN_DMA);
	build_device(host, "0000:00:01.0", 0, 0x020000, NULL);
	build_device(host, "0000:00:01.1", 0, 0x020000, NULL);
	build_device(host, "0000:00:02.0", 1, 0x020000, NULL);
	assert_true(host_finish(host));
}

/* Who plays a part in a finding: a letter for each device, in its order. */
struct fit {
	const char *parts; /* v: victim, c: culprit, b: both, -: none */
	uint32_t group;
	bool of_host;
	const char *selected; /* x for each device that is */
	bool fits, fits_all;
};

static const struct fit fits[] = {
	{ "v--", 0, false, "x--", true, true },
	{ "v--", 0, false, "-x-", false, true },
	{ "vv-", 0, false, "x--", false, true }, /* the other one suffers, too */
	{ "vv-", 0, false, "xx-", true, true },
	{ "vc-", 0, false, "x--", true, true }, /* who suffers is enough */
	{ "vc-", 0, false, "-x-", false, true },
	{ "bc-", 0, false, "x--", true, true },
	{ "c--", NO_GROUP, false, "x--", true, true },
	{ "cc-", NO_GROUP, false, "x--", false, true },
	{ "v-v", NO_GROUP, false, "xx-", false, true },
	{ "v--", 0, true, "xxx", false, true }, /* it concerns all others, too */
	{ "---", 1, false, "--x", true, true },
	{ "---", 1, false, "xx-", false, true },
	{ "---", NO_GROUP, false, "xxx", false, true },
};

static struct finding finding_of(const struct fit *fit)
{
	struct finding f = { .id = "rule", .group = fit->group, .of_host = fit->of_host };

	for (size_t i = 0; i < 3; i++) {
		char part = fit->parts[i];

		if (part != '-')
			*ADD(&f, devices) =
				(struct involved){ i, part != 'c', part != 'v' };
	}
	return f;
}

static void test_fits(void **state)
{
	struct host host;

	(void)state;
	make_host(&host);
	for (size_t i = 0; i < ARRAY_SIZE(fits); i++) {
		const struct fit *fit = &fits[i];
		bool devices[3], groups[2];
		struct finding f = finding_of(fit);
		struct ignore some = { .rule = (char[]){ "rule" } };
		struct ignore any = { .rule = (char[]){ "rule" }, .all = true };
		struct ignore other = { .rule = (char[]){ "rules" }, .all = true };

		for (size_t d = 0; d < 3; d++)
			devices[d] = fit->selected[d] == 'x';
		groups[0] = devices[0] || devices[1];
		groups[1] = devices[2];
		some.devices = devices;
		some.groups = groups;
		CHECK(fit->parts, ignore_fits(&some, &host, &f) == fit->fits);
		CHECK(fit->parts, ignore_fits(&any, &host, &f) == fit->fits_all);
		CHECK(fit->parts, !ignore_fits(&other, &host, &f));
		free(f.devices);
	}
	host_clear(&host);
}

/* What is set aside has a reason, and both lists keep their order. */
static void test_ignored(void **state)
{
	static const char *const ids[] = { "a", "b", "a", "c" };
	struct ignores ignores = { 0 };
	struct findings findings = { 0 };
	struct host host;

	(void)state;
	make_host(&host);
	*ADD(&ignores, list) = (struct ignore){ .rule = xstrdup("a"),
						.all = true,
						.reason = xstrdup("why") };
	*ADD(&ignores, list) = (struct ignore){ .rule = xstrdup("c"),
						.all = true,
						.expired = true,
						.reason = xstrdup("was") };
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		*ADD(&findings, list) = (struct finding){ .id = ids[i],
							  .group = NO_GROUP,
							  .severity = (enum severity)i };
	findings_ignore(&findings, &host, &ignores);
	assert_int_equal(findings.n_list, 2);
	assert_string_equal(findings.list[0].id, "b");
	assert_string_equal(findings.list[1].id, "c");
	assert_null(findings.list[1].ignored);
	assert_int_equal(findings.n_ignored, 2);
	assert_string_equal(findings.ignored[0].ignored, "why");
	assert_int_equal(findings.ignored[1].severity, 2);
	assert_int_equal(findings_count(&findings, (enum severity)2), 0);
	findings_clear(&findings);
	ignores_clear(&ignores);
	host_clear(&host);
}

static void test_days(void **state)
{
	static const char *const days[] = { "2026-12-31", "2028-02-29", "1970-01-01" };
	static const char *const none[] = { "2027-02-29",  "2026-11-31", "2026-13-01",
					    "2026-00-10",  "2026-1-1",	 "26-01-01",
					    "2026-01-01 ", "",		 "tomorrow" };
	static const struct {
		const char *now, *day;
	} rows[] = {
		{ "0", "1970-01-01" },
		{ "86399", "1970-01-01" },
		{ "86400", "1970-01-02" },
		{ "1709164800", "2024-02-29" },
		{ "253402300799", "9999-12-31" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(days); i++)
		CHECK(days[i], clock_is_date(days[i]));
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		CHECK(none[i], !clock_is_date(none[i]));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char today[DATE_SIZE];

		assert_int_equal(setenv("SOURCE_DATE_EPOCH", rows[i].now, 1), 0);
		clock_today(today);
		assert_string_equal(today, rows[i].day);
	}
	/* What is no time is not taken for one. */
	assert_int_equal(setenv("SOURCE_DATE_EPOCH", "253402300800", 1), 0);
	assert_true(clock_now() < 253402300799);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_ignored),
		cmocka_unit_test(test_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
