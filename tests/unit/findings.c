/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "model/findings.h"

#define NONE SEVERITY_COUNT

static void add_finding(struct findings *findings, enum severity severity)
{
	struct finding *f = ADD(findings, list);

	f->id = "id";
	f->title = "title";
	f->severity = severity;
	f->group = NO_GROUP;
	f->message = xstrdup("message");
}

/* How a host can be unknown. */
enum blindness {
	SEES,
	NO_GROUPS,
	GROUPS_DENIED,
	BROKEN_SOURCE,
	BLINDNESS_COUNT,
};

static void make_host(struct host *host, enum blindness blindness)
{
	build_host(host, "6.12", "x86_64", 4096);
	if (blindness != NO_GROUPS)
		build_group(host, 0, DOMAIN_DMA);
	if (blindness == GROUPS_DENIED)
		host_set_source(host, SOURCE_GROUPS, SOURCE_DENIED, 13, "/path", NULL);
	if (blindness == BROKEN_SOURCE)
		host_set_source(host, SOURCE_IOMEM, SOURCE_BROKEN, 0, "/path", NULL);
	assert_true(host_finish(host));
}

/* The same in the words of the manual. */
static int expected_status(enum severity worst, enum severity missing,
			   enum severity fail_on, enum blindness blindness)
{
	bool counts = worst != NONE && fail_on != FAIL_ON_NEVER && worst >= fail_on;

	if (counts && (worst == SEVERITY_ERROR || worst == SEVERITY_CRITICAL))
		return 2;
	if (fail_on == FAIL_ON_NEVER)
		fail_on = SEVERITY_WARNING;
	if (blindness != SEES || (missing != NONE && missing >= fail_on))
		return 3;
	return counts ? 1 : 0;
}

static void test_exit_status(void **state)
{
	(void)state;
	for (int b = 0; b < BLINDNESS_COUNT; b++) {
		struct host host;

		make_host(&host, (enum blindness)b);
		assert_int_equal(host_is_unknown(&host, ALL_SOURCES), b != SEES);
		for (int i = 0; i < 5 * 5 * 5; i++) {
			enum severity worst = (enum severity)(i % 5);
			enum severity missing = (enum severity)(i / 5 % 5);
			enum severity fail_on = (enum severity)(i / 25);
			struct findings findings = { 0 };
			cleanup_free char *row = NULL;

			for (int s = 0; worst != NONE && s <= (int)worst; s++)
				add_finding(&findings, (enum severity)s);
			if (missing != NONE)
				ADD(&findings, missing)->severity = missing;
			row = text_format("worst %d, missing %d, fail on %d, blind %d",
					  worst, missing, fail_on, b);
			CHECK(row, findings_exit_status(&host, &findings, fail_on) ==
					   expected_status(worst, missing, fail_on,
							   (enum blindness)b));
			findings_clear(&findings);
		}
		host_clear(&host);
	}
}

/* The table of the manual, row by row, so that expected_status is not wrong by itself. */
static void test_exit_status_by_hand(void **state)
{
	static const struct {
		enum severity worst, missing, fail_on;
		enum blindness blindness;
		int status;
	} rows[] = {
		{ NONE, NONE, SEVERITY_WARNING, SEES, 0 },
		{ SEVERITY_INFO, NONE, SEVERITY_WARNING, SEES, 0 },
		{ SEVERITY_INFO, NONE, SEVERITY_INFO, SEES, 1 },
		{ SEVERITY_WARNING, NONE, SEVERITY_WARNING, SEES, 1 },
		{ SEVERITY_WARNING, NONE, SEVERITY_ERROR, SEES, 0 },
		{ SEVERITY_ERROR, NONE, SEVERITY_WARNING, SEES, 2 },
		{ SEVERITY_ERROR, NONE, SEVERITY_CRITICAL, SEES, 0 },
		{ SEVERITY_CRITICAL, NONE, SEVERITY_CRITICAL, SEES, 2 },
		{ NONE, NONE, SEVERITY_WARNING, NO_GROUPS, 3 },
		{ SEVERITY_WARNING, NONE, SEVERITY_WARNING, BROKEN_SOURCE, 3 },
		{ SEVERITY_ERROR, NONE, SEVERITY_WARNING, BROKEN_SOURCE, 2 },
		{ NONE, SEVERITY_ERROR, SEVERITY_WARNING, SEES, 3 },
		{ SEVERITY_WARNING, SEVERITY_ERROR, SEVERITY_WARNING, SEES, 3 },
		{ SEVERITY_CRITICAL, SEVERITY_ERROR, SEVERITY_WARNING, SEES, 2 },
		{ NONE, SEVERITY_INFO, SEVERITY_WARNING, SEES, 0 },
		{ SEVERITY_CRITICAL, NONE, FAIL_ON_NEVER, SEES, 0 },
		{ SEVERITY_CRITICAL, NONE, FAIL_ON_NEVER, BROKEN_SOURCE, 3 },
		{ NONE, SEVERITY_WARNING, FAIL_ON_NEVER, SEES, 3 },
		{ NONE, SEVERITY_INFO, FAIL_ON_NEVER, SEES, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(expected_status(rows[i].worst, rows[i].missing,
						 rows[i].fail_on, rows[i].blindness),
				 rows[i].status);
}

/* A device for a user whose answer is open is as bad as an error that was not looked for.
 */
static void test_exit_status_unanswered(void **state)
{
	static const int status[] = {
		[SEVERITY_INFO] = 3,	 [SEVERITY_WARNING] = 3, [SEVERITY_ERROR] = 3,
		[SEVERITY_CRITICAL] = 0, [FAIL_ON_NEVER] = 3,
	};
	struct host host;

	(void)state;
	make_host(&host, SEES);
	for (int s = 0; s <= FAIL_ON_NEVER; s++) {
		struct findings findings = { 0 };

		ADD(&findings, unanswered)->interface = "VFIO";
		assert_int_equal(findings_exit_status(&host, &findings, (enum severity)s),
				 status[s]);
		findings_clear(&findings);
	}
	host_clear(&host);
}

/* A rule that misses two sources is one rule that could not be checked. */
static void test_rules_missing(void **state)
{
	static const struct not_checked rows[] = {
		{ .rule = "a", .source = SOURCE_LOG },
		{ .rule = "a", .source = SOURCE_IOMEM },
		{ .rule = "b", .source = SOURCE_LOG, .partly = true },
		{ .rule = "a", .source = SOURCE_PCI, .partly = true },
		{ .rule = "c", .source = SOURCE_PCI },
	};
	struct findings findings = { 0 };

	(void)state;
	assert_int_equal(findings_rules_missing(&findings, false), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		*ADD(&findings, missing) = rows[i];
	assert_int_equal(findings_rules_missing(&findings, false), 2);
	assert_int_equal(findings_rules_missing(&findings, true), 2);
	findings_clear(&findings);
}

/* Two groups of two devices, and which kinds of finding stay for a selection. */
static void test_narrow(void **state)
{
	enum { OF_GROUP, OF_VICTIM, OF_CULPRIT, OF_REGIONS, OF_HOST, OF_NOBODY, KINDS };
	struct host host;

	(void)state;
	build_host(&host, "6.12", "x86_64", 4096);
	build_group(&host, 0, DOMAIN_DMA);
	build_group(&host, 1, DOMAIN_DMA);
	build_device(&host, "0000:00:01.0", 0, 0x020000, NULL);
	build_device(&host, "0000:00:01.1", 0, 0x020000, NULL);
	build_device(&host, "0000:00:02.0", 1, 0x020000, NULL);
	build_device(&host, "0000:00:02.1", 1, 0x020000, NULL);
	build_region(&host, 0, 1, RANGE(0x1000, 0x1fff), REGION_DIRECT);
	build_region(&host, 1, 1, RANGE(0x1000, 0x1fff), REGION_DIRECT);
	build_region(&host, 1, 2, RANGE(0x2000, 0x2fff), REGION_MSI);
	assert_true(host_finish(&host));
	for (size_t selected = 0; selected < 4; selected++) {
		const bool groups[] = { selected < 2, selected >= 2 };
		const bool regions[] = { selected < 2, selected >= 2, selected >= 2 };
		bool devices[4] = { false };
		struct findings findings = { 0 };
		bool kept[KINDS] = { false };

		devices[selected] = true;
		for (int i = 0; i < KINDS; i++)
			add_finding(&findings, SEVERITY_WARNING);
		for (int i = 0; i < KINDS; i++)
			findings.list[i].confidence = (enum confidence)i; /* a mark */
		findings.list[OF_GROUP].group = 0;
		*ADD(&findings.list[OF_VICTIM], devices) =
			(struct involved){ 1, true, false };
		*ADD(&findings.list[OF_CULPRIT], devices) =
			(struct involved){ 2, false, true };
		*ADD(&findings.list[OF_REGIONS], regions) = 0;
		*ADD(&findings.list[OF_REGIONS], regions) = selected == 3 ? 2 : 0;
		findings.list[OF_HOST].of_host = true;
		*ADD(&findings, unanswered) = (struct unanswered){ 1, "VFIO", "what" };
		ADD(&findings, missing)->severity = SEVERITY_ERROR;
		findings_narrow(&findings, &host, groups, regions, devices);
		for (size_t i = 0; i < findings.n_list; i++)
			kept[findings.list[i].confidence] = true;
		assert_int_equal(kept[OF_GROUP], selected < 2);
		assert_int_equal(kept[OF_VICTIM], selected == 1);
		assert_int_equal(kept[OF_CULPRIT], selected == 2);
		assert_int_equal(kept[OF_REGIONS], selected != 2);
		assert_true(kept[OF_HOST]);
		assert_false(kept[OF_NOBODY]);
		assert_int_equal(findings.n_unanswered, selected == 1);
		assert_int_equal(findings.n_missing, 1);
		findings_clear(&findings);
	}
	host_clear(&host);
}

static void test_sort(void **state)
{
	struct findings findings = { 0 };

	(void)state;
	add_finding(&findings, SEVERITY_INFO);
	add_finding(&findings, SEVERITY_CRITICAL);
	add_finding(&findings, SEVERITY_WARNING);
	findings.list[2].id = "z";
	add_finding(&findings, SEVERITY_WARNING);
	findings.list[3].group = 10;
	add_finding(&findings, SEVERITY_WARNING);
	findings.list[4].group = 9;
	findings_sort(&findings);
	assert_int_equal(findings.list[0].severity, SEVERITY_CRITICAL);
	assert_int_equal(findings.list[1].group, 9);
	assert_int_equal(findings.list[2].group, 10);
	assert_string_equal(findings.list[3].id, "z");
	assert_int_equal(findings.list[4].severity, SEVERITY_INFO);
	assert_int_equal(findings_count(&findings, SEVERITY_WARNING), 3);
	assert_int_equal(findings_count(&findings, SEVERITY_ERROR), 0);
	findings_clear(&findings);
	findings_sort(&findings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exit_status),
		cmocka_unit_test(test_exit_status_by_hand),
		cmocka_unit_test(test_exit_status_unanswered),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_rules_missing),
		cmocka_unit_test(test_narrow),
	};

	return cmocka_run_group_tests_name("findings", tests, NULL, NULL);
}
