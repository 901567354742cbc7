/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Releases, and which evidence decides what a kernel does. */
#include "unit.h"

#include <string.h>

#include "base/cleanup.h"
#include "kernel/kernel.h"

static void test_release(void **state)
{
	static const struct {
		const char *text;
		struct release r;
	} rows[] = {
		{ "6.12", { 6, 12, false, 0, VENDOR_NONE, 0 } },
		{ "6.12.107+deb13-amd64", { 6, 12, true, 107, VENDOR_NONE, 0 } },
		{ "6.1.0-50-amd64", { 6, 1, false, 0, VENDOR_NONE, 50 } },
		{ "6.12.0-rc3", { 6, 12, false, 0, VENDOR_NONE, 0 } },
		{ "7.2.13", { 7, 2, true, 13, VENDOR_NONE, 0 } },
		{ "5.14.0-427.13.1.el9_4.x86_64", { 5, 14, false, 0, VENDOR_EL9, 427 } },
		{ "4.18.0-553.el8_10.x86_64", { 4, 18, false, 0, VENDOR_EL8, 553 } },
		{ "6.12.0-55.9.1.el10_0.x86_64", { 6, 12, false, 0, VENDOR_EL10, 55 } },
		{ "5.14.21-150500.55-default",
		  { 5, 14, false, 21, VENDOR_SUSE, 150500 } },
		{ "6.8.0-45-generic", { 6, 8, false, 0, VENDOR_UBUNTU, 45 } },
		{ "6.8.12-4-pve", { 6, 8, false, 12, VENDOR_PROXMOX, 4 } },
		{ "5.15.0-200.131.27.el9uek.x86_64",
		  { 5, 15, false, 0, VENDOR_ORACLE, 200 } },
		{ "6.1.102-111.187.amzn2023", { 6, 1, false, 102, VENDOR_AMAZON, 111 } },
		{ "5.10.0-216.0.0.115.oe2203sp4.aarch64",
		  { 5, 10, false, 0, VENDOR_OPENEULER, 216 } },
		{ "6", { 0 } },
		{ "", { 0 } },
		{ "0.1", { 0 } },
		{ "6.x", { 0 } },
		{ "-6.1", { 0 } },
		{ "99999999999999999999.1", { 0 } },
		{ "6.99999", { 0 } },
		/* the most that each number may be, and one more */
		{ "999.9999.99999", { 999, 9999, true, 99999, VENDOR_NONE, 0 } },
		{ "1000.1", { 0 } },
		{ "6.10000", { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct release r;

		CHECK(rows[i].text,
		      release_parse(rows[i].text, &r) == (rows[i].r.major != 0));
		CHECK(rows[i].text, r.major == rows[i].r.major);
		CHECK(rows[i].text, r.minor == rows[i].r.minor);
		CHECK(rows[i].text, r.patch_known == rows[i].r.patch_known);
		CHECK(rows[i].text, r.patch == rows[i].r.patch);
		CHECK(rows[i].text, r.vendor == rows[i].r.vendor);
		CHECK(rows[i].text, r.build == rows[i].r.build);
	}
}

static struct decision decide(const char *release, const char *log, enum behaviour b,
			      enum iommu_kind kind)
{
	struct decision d;
	struct host host;

	build_host(&host, release, "x86_64", 4096);
	if (log) {
		struct log_line *line = ADD(&host, log);

		line->number = 1;
		line->text = xstrdup(log);
	}
	d = kernel_decides(&host, b, kind);
	d.line = NULL; /* it goes with the host */
	host_clear(&host);
	return d;
}

static void test_decisions(void **state)
{
	static const struct {
		const char *release, *log;
		enum behaviour b;
		enum iommu_kind kind;
		enum tristate value;
		enum decided_by by;
	} rows[] = {
		/* both sides of an exact date */
		{ "6.5", NULL, BEHAVIOUR_DIRECT_REFUSED, IOMMU_AMD, TRISTATE_NO,
		  DECIDED_BY_RELEASE },
		{ "6.6", NULL, BEHAVIOUR_DIRECT_REFUSED, IOMMU_AMD, TRISTATE_YES,
		  DECIDED_BY_RELEASE },
		{ "6.5", NULL, BEHAVIOUR_RMRR_REFUSED, IOMMU_INTEL, TRISTATE_YES,
		  DECIDED_BY_RELEASE },
		{ "6.6", NULL, BEHAVIOUR_RMRR_REFUSED, IOMMU_INTEL, TRISTATE_NO,
		  DECIDED_BY_RELEASE },
		/* a gap */
		{ "6.14", NULL, BEHAVIOUR_NO_COOKIE_NO_MSI, IOMMU_SMMUV3, TRISTATE_NO,
		  DECIDED_BY_SCOPE }, /* x86_64 */
		{ "6.5", NULL, BEHAVIOUR_EFR_PRINTED_FIRST, IOMMU_AMD, TRISTATE_NO,
		  DECIDED_BY_RELEASE },
		{ "6.6", NULL, BEHAVIOUR_EFR_PRINTED_FIRST, IOMMU_AMD, TRISTATE_UNKNOWN,
		  DECIDED_BY_NOTHING },
		{ "6.8", NULL, BEHAVIOUR_EFR_PRINTED_FIRST, IOMMU_AMD, TRISTATE_YES,
		  DECIDED_BY_RELEASE },
		/* came and went */
		{ "6.5", NULL, BEHAVIOUR_UNPLUG_PARKS, IOMMU_INTEL, TRISTATE_NO,
		  DECIDED_BY_RELEASE },
		{ "6.6", NULL, BEHAVIOUR_UNPLUG_PARKS, IOMMU_INTEL, TRISTATE_YES,
		  DECIDED_BY_RELEASE },
		{ "6.18", NULL, BEHAVIOUR_UNPLUG_PARKS, IOMMU_INTEL, TRISTATE_YES,
		  DECIDED_BY_RELEASE },
		{ "6.19", NULL, BEHAVIOUR_UNPLUG_PARKS, IOMMU_INTEL, TRISTATE_NO,
		  DECIDED_BY_RELEASE },
		{ "6.3", NULL, BEHAVIOUR_DIRECT_FAILURE_PANICS, IOMMU_INTEL,
		  TRISTATE_UNKNOWN, DECIDED_BY_NOTHING },
		/* major versions */
		{ "7.0", NULL, BEHAVIOUR_RESET_PARKS, IOMMU_OTHER, TRISTATE_YES,
		  DECIDED_BY_RELEASE },
		{ "6.19", NULL, BEHAVIOUR_RESET_PARKS, IOMMU_OTHER, TRISTATE_NO,
		  DECIDED_BY_RELEASE },
		{ "5.19", NULL, BEHAVIOUR_IORT_RMR, IOMMU_SMMUV3, TRISTATE_NO,
		  DECIDED_BY_RELEASE },
		/* other IOMMUs */
		{ "6.1", NULL, BEHAVIOUR_RMRR_REFUSED, IOMMU_AMD, TRISTATE_NO,
		  DECIDED_BY_SCOPE },
		{ "6.1", NULL, BEHAVIOUR_JOINS_WITH_DRIVER, IOMMU_VIRTIO, TRISTATE_YES,
		  DECIDED_BY_RELEASE },
		{ "6.1", NULL, BEHAVIOUR_JOINS_WITH_DRIVER, IOMMU_INTEL, TRISTATE_NO,
		  DECIDED_BY_SCOPE },
		/* a vendor's release is weaker */
		{ "5.14.0-427.el9.x86_64", NULL, BEHAVIOUR_IORT_RMR, IOMMU_SMMUV3,
		  TRISTATE_NO, DECIDED_BY_VENDOR_RELEASE },
		/* what all versions do needs no release */
		{ NULL, NULL, BEHAVIOUR_BRIDGE_REFUSED, IOMMU_INTEL, TRISTATE_YES,
		  DECIDED_BY_ALWAYS },
		/* vendors: from a build on it came, or went */
		{ "5.14.0-386.el9.x86_64", NULL, BEHAVIOUR_DIRECT_REFUSED, IOMMU_AMD,
		  TRISTATE_NO, DECIDED_BY_VENDOR_RELEASE },
		{ "5.14.0-387.el9.x86_64", NULL, BEHAVIOUR_DIRECT_REFUSED, IOMMU_AMD,
		  TRISTATE_YES, DECIDED_BY_VENDOR_RELEASE },
		{ "5.14.0-387.el9.x86_64", NULL, BEHAVIOUR_RMRR_REFUSED, IOMMU_INTEL,
		  TRISTATE_NO, DECIDED_BY_VENDOR_RELEASE },
		{ "5.14.21-150500.55-default", NULL, BEHAVIOUR_RMRR_REFUSED, IOMMU_INTEL,
		  TRISTATE_YES, DECIDED_BY_VENDOR_RELEASE },
		{ "6.4.0-150600.23-default", NULL, BEHAVIOUR_DIRECT_REFUSED, IOMMU_INTEL,
		  TRISTATE_YES, DECIDED_BY_VENDOR_RELEASE },
		{ "5.14.0-500.el8.x86_64", NULL, BEHAVIOUR_DIRECT_REFUSED, IOMMU_AMD,
		  TRISTATE_NO, DECIDED_BY_VENDOR_RELEASE },
		{ NULL, NULL, BEHAVIOUR_DIRECT_REFUSED, IOMMU_INTEL, TRISTATE_UNKNOWN,
		  DECIDED_BY_NOTHING },
		/* the log of this boot beats the release, and does without one */
		{ "5.14.0",
		  "vfio-pci 0000:01:00.0: Firmware has requested this device have a 1:1 "
		  "IOMMU mapping, rejecting configuring the device",
		  BEHAVIOUR_DIRECT_REFUSED, IOMMU_AMD, TRISTATE_YES, DECIDED_BY_LOG },
		{ NULL,
		  "pci 0000:01:00.0: DMAR: Device is ineligible for IOMMU domain attach due to "
		  "platform RMRR requirement.",
		  BEHAVIOUR_RMRR_REFUSED, IOMMU_INTEL, TRISTATE_YES, DECIDED_BY_LOG },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct decision d =
			decide(rows[i].release, rows[i].log, rows[i].b, rows[i].kind);
		cleanup_free char *row = text_format(
			"%zu: %s, %s", i, rows[i].release ? rows[i].release : "-",
			behaviours[rows[i].b].id);

		CHECK(row, d.value == rows[i].value);
		CHECK(row, d.by == rows[i].by);
	}
}

static void test_rows(void **state)
{
	(void)state;
	for (int b = 0; b < BEHAVIOUR_COUNT; b++) {
		const struct behaviour_row *row = &behaviours[b];
		cleanup_free char *dates = NULL;

		assert_non_null(row->id);
		CHECK(row->id, row->does && row->source);
		CHECK(row->id, !row->error == !row->call);
		/* a gap has two ends */
		CHECK(row->id, !row->absent_at.major == !row->present_at.major);
		CHECK(row->id, !row->still_at.major == !row->gone_at.major);
		dates = behaviour_dates(row);
		CHECK(row->id, dates && *dates);
	}
}

/* What is known of releases: one letter for each behaviour, yes, no or unknown. */
static void test_releases(void **state)
{
	static const struct {
		enum behaviour b;
		enum iommu_kind kind;
	} columns[] = {
		{ BEHAVIOUR_DIRECT_REFUSED, IOMMU_AMD },
		{ BEHAVIOUR_RMRR_REFUSED, IOMMU_INTEL },
		{ BEHAVIOUR_OWNERSHIP_CLAIM, IOMMU_INTEL },
		{ BEHAVIOUR_ISOLATION_PER_GROUP, IOMMU_INTEL },
		{ BEHAVIOUR_VFIO_CDEV, IOMMU_INTEL },
		{ BEHAVIOUR_IORT_RMR, IOMMU_SMMUV3 },
		{ BEHAVIOUR_RMR_OF_ONE_SKIPPED, IOMMU_SMMUV3 },
		{ BEHAVIOUR_BAD_RMRR_TAINTS, IOMMU_INTEL },
		{ BEHAVIOUR_EXCLUSION_MAPPED, IOMMU_AMD },
		{ BEHAVIOUR_FIRST_DEVICE_RESERVES_INTEL, IOMMU_INTEL },
		{ BEHAVIOUR_FIRST_DEVICE_RESERVES_AMD, IOMMU_AMD },
		{ BEHAVIOUR_DIRECT_FAILURE_LOSES_IOMMU, IOMMU_INTEL },
		{ BEHAVIOUR_EFR_PRINTED_FIRST, IOMMU_AMD },
		{ BEHAVIOUR_USERS_IN_FIRST_STAGE, IOMMU_INTEL },
		{ BEHAVIOUR_GENERIC_PAGE_TABLE, IOMMU_INTEL },
		{ BEHAVIOUR_RESET_PARKS, IOMMU_INTEL },
		{ BEHAVIOUR_GROUP_TYPE_FILE, IOMMU_INTEL },
		{ BEHAVIOUR_RELAX_RMRR, IOMMU_INTEL },
	};
	static const char letters[] = {
		[TRISTATE_UNKNOWN] = '?', [TRISTATE_NO] = 'n', [TRISTATE_YES] = 'y'
	};
	static const struct {
		const char *release, *known;
	} rows[] = {
		{ "4.18.0-240.el8.x86_64", "nynnnnnynnynn?nn?n" },
		{ "4.18.0-80.el8.x86_64", "nynnnnn?nn?nn?nn?n" },
		{ "5.4.0", "nynnnnnnnnnnn?nnyn" },
		{ "5.10.262", "nynnnnnyynynn?nnyn" },
		{ "5.14.0-362.8.1.el9_3.x86_64", "ny?nnnnyy?ynn?nnyn" },
		{ "5.14.0-427.13.1.el9_4.x86_64", "ynynnnnyy?ynn?nnyn" },
		{ "5.15.0", "nynnnnnyyyynn?nnyn" },
		{ "6.1.42", "nyynnyyyyyynnnnnyn" },
		{ "6.1.176", "nyynnynyyyynnnnnyn" },
		{ "6.1.0", "nyynny?yyyynnnnnyn" },
		{ "6.1.192", "nyynnynyyyynnnnnyn" },
		{ "6.2.16-12-pve", "nyy?nyyyyyynnnnny?" },
		{ "6.2.16-13-pve", "nyy?nyyyyyynnnnnyy" },
		{ "6.4.0-150600.23.7-default", "ynyyny?yyyynnnnnyn" },
		{ "6.6.30", "ynyyyynyyyyy?nnnyn" },
		{ "6.8.0-45-generic", "ynyyyynyyyyyynnnyn" },
		{ "6.8.12-4-pve", "ynyyyynyyyyyynnnyy" },
		{ "6.12.107", "ynyyyynyyyyyynnnyn" },
		{ "6.14.0", "ynyyyynyyyyyyynnyn" },
		{ "6.18.15", "ynyyyynyyyyyyynnyn" },
		{ "7.2.13", "ynyyyynyyyyyyyyyyn" },
		{ "7.3.4", "ynyyyynyyyyyyyyyyn" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char said[ARRAY_SIZE(columns) + 1] = "";

		for (size_t c = 0; c < ARRAY_SIZE(columns); c++)
			said[c] = letters[decide(rows[i].release, NULL, columns[c].b,
						 columns[c].kind)
						  .value];
		if (strcmp(said, rows[i].known) != 0)
			fail_msg("%s: %s", rows[i].release, said);
	}
}

static void test_dates(void **state)
{
	static const struct {
		enum behaviour b;
		const char *dates;
	} rows[] = {
		{ BEHAVIOUR_BRIDGE_REFUSED, "all versions" },
		{ BEHAVIOUR_SIBLING_REFUSED, "since 5.19" },
		{ BEHAVIOUR_DIRECT_REFUSED, "since 6.6" },
		{ BEHAVIOUR_RMRR_REFUSED, "until 6.5" },
		{ BEHAVIOUR_UNPLUG_PARKS, "since 6.6, until 6.18" },
		{ BEHAVIOUR_EFR_PRINTED_FIRST, "since 6.8 at the latest, not 6.5" },
		{ BEHAVIOUR_DIRECT_FAILURE_PANICS,
		  "since 6.1 at the latest, not 5.10, until 6.1, gone in 6.5" },
		{ BEHAVIOUR_IORT_RMR, "since 6.0" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *dates = behaviour_dates(&behaviours[rows[i].b]);

		assert_string_equal(dates, rows[i].dates);
	}
}

static void test_backports(void **state)
{
	cleanup_free char *vendors =
		behaviour_backports(&behaviours[BEHAVIOUR_DIRECT_REFUSED]);
	cleanup_free char *stable = behaviour_backports(
		&(struct behaviour_row){ .stable = { { { 6, 1 }, 192 } } });

	(void)state;
	assert_string_equal(vendors, "Red Hat Enterprise Linux 9 (5.14 build 387), "
				     "SUSE Linux Enterprise (6.4 build 150600)");
	assert_string_equal(stable, "6.1.192");
	assert_null(behaviour_backports(&behaviours[BEHAVIOUR_BRIDGE_REFUSED]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_release), cmocka_unit_test(test_decisions),
		cmocka_unit_test(test_rows),	cmocka_unit_test(test_releases),
		cmocka_unit_test(test_dates),	cmocka_unit_test(test_backports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
