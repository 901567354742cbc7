/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel answered beside sysfs and the prediction: each address has its reason.
 */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/inquiry.h"

#define MSI RANGE(0xfee00000, 0xfeefffff)
#define RMRR RANGE(0x18000000, 0x180fffff)
#define WIDTH_39 UINT64_C(0x7fffffffff)

static struct host host;
static struct analysis analysis;

/*
 * Intel, 39 bits; group 1 has two devices of vfio-pci, group 2 one. type: of a region of
 * group 1.
 */
static void build(enum region_type type)
{
	build_host(&host, "7.2", "x86_64", 4096);
	host.interrupts.remapped = TRISTATE_YES;
	*ADD(&host, nodes) = xstrdup("iommu");
	build_iommu(&host, IOMMU_INTEL);
	host.iommus[0].has_cap = true;
	host.iommus[0].cap = 0xd2008c22260206;
	host.iommus[0].ecap = 0xf00f4a;
	build_group(&host, 1, DOMAIN_DMA);
	build_group(&host, 2, DOMAIN_DMA);
	build_region(&host, 1, 1, RMRR, type);
	build_region(&host, 1, 2, MSI, REGION_MSI);
	build_region(&host, 2, 1, MSI, REGION_MSI);
	build_device(&host, "0000:00:01.0", 1, 0x0c0330, "vfio-pci");
	build_device(&host, "0000:00:01.1", 1, 0x0c0330, "vfio-pci");
	build_device(&host, "0000:00:02.0", 2, 0x020000, "vfio-pci");
}

static struct inquiry *ask(enum asked_via via, size_t first, size_t n)
{
	struct inquiry *q = ADD(&host, inquiries);

	q->via = via;
	q->failed_at = NO_INDEX;
	for (size_t i = 0; i < n; i++)
		*ADD(q, devices) = first + i;
	return q;
}

static void answer(struct inquiry *q, struct range range)
{
	*ADD(q, ranges) = range;
	q->has_ranges = true;
}

static const struct inquiry_view *view(void)
{
	build_done(&host, &analysis);
	assert_int_equal(analysis.n_inquiries, 1);
	return &analysis.inquiries[0];
}

static int teardown(void **state)
{
	(void)state;
	analysis_clear(&analysis);
	host_clear(&host);
	return 0;
}

static bool is_piece(const struct piece *p, struct range range, bool usable,
		     enum piece_reason reason)
{
	return range_equals(p->range, range) && p->usable == usable &&
	       p->reason == reason;
}

static void test_as_predicted(void **state)
{
	const struct inquiry_view *v;
	struct inquiry *q;

	(void)state;
	build(REGION_DIRECT_RELAXABLE);
	q = ask(ASKED_VFIO, 0, 2);
	answer(q, RANGE(0, 0xfedfffff));
	answer(q, RANGE(0xfef00000, WIDTH_39));
	v = view();
	assert_false(v->verdict_differs || v->ranges_differ);
	assert_true(v->end_known);
	assert_int_equal(v->ranges.n_range, 2);
	assert_int_equal(v->n_pieces, 3);
	assert_true(is_piece(&v->pieces[0], RMRR, true, REASON_RELAXABLE));
	assert_int_equal(v->pieces[0].region, 0);
	assert_true(is_piece(&v->pieces[1], MSI, false, REASON_LISTED));
	assert_true(is_piece(&v->pieces[2], RANGE(WIDTH_39 + 1, UINT64_MAX), false,
			     REASON_APERTURE));
	assert_int_equal(v->pieces[2].region, NO_INDEX);
}

/* What is wrong with the answer, and where it begins. */
static void test_unexplained(void **state)
{
	static const struct {
		const char *name;
		struct range ranges[3];
		size_t n;
		struct range where;
		bool usable;
	} rows[] = {
		{ "a hole",
		  { { 0, 0xfff }, { 0x2000, 0xfedfffff }, { 0xfef00000, WIDTH_39 } },
		  3,
		  { 0x1000, 0x1fff },
		  false },
		{ "page zero",
		  { { 0x1000, 0xfedfffff }, { 0xfef00000, WIDTH_39 } },
		  2,
		  { 0, 0xfff },
		  false },
		{ "relaxable",
		  { { 0, 0x17ffffff },
		    { 0x18100000, 0xfedfffff },
		    { 0xfef00000, WIDTH_39 } },
		  3,
		  { 0x18000000, 0x180fffff },
		  false },
		{ "msi usable",
		  { { 0, WIDTH_39 } },
		  1,
		  { 0xfee00000, 0xfeefffff },
		  true },
		{ "part of msi",
		  { { 0, 0xfee0ffff }, { 0xfef00000, WIDTH_39 } },
		  2,
		  { 0xfee00000, 0xfee0ffff },
		  true },
		{ "narrower",
		  { { 0, 0xfedfffff }, { 0xfef00000, 0xffffffff } },
		  2,
		  { 0x100000000, WIDTH_39 },
		  false },
		{ "wider",
		  { { 0, 0xfedfffff }, { 0xfef00000, 0xffffffffffff } },
		  2,
		  { WIDTH_39 + 1, 0xffffffffffff },
		  true },
		{ "all",
		  { { 0, 0xfedfffff }, { 0xfef00000, UINT64_MAX } },
		  2,
		  { WIDTH_39 + 1, UINT64_MAX },
		  true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct inquiry_view *v;
		struct inquiry *q;
		size_t n = 0;

		build(REGION_DIRECT_RELAXABLE);
		q = ask(ASKED_IOMMUFD, 0, 2);
		for (size_t r = 0; r < rows[i].n; r++)
			answer(q, rows[i].ranges[r]);
		v = view();
		CHECK(rows[i].name, v->ranges_differ);
		for (size_t p = 0; p < v->n_pieces; p++) {
			if (v->pieces[p].reason != REASON_NONE)
				continue;
			n++;
			CHECK(rows[i].name, is_piece(&v->pieces[p], rows[i].where,
						     rows[i].usable, REASON_NONE));
		}
		CHECK(rows[i].name, n == 1);
		teardown(NULL);
	}
}

/* A line of the group that may be another device's, but not where all were asked. */
static void test_sibling(void **state)
{
	static const struct {
		const char *name;
		enum asked_via via;
		size_t n;
		enum piece_reason reason;
	} rows[] = {
		{ "alone", ASKED_IOMMUFD, 1, REASON_SIBLING },
		{ "both", ASKED_IOMMUFD, 2, REASON_NONE },
		{ "vfio takes the group", ASKED_VFIO, 1, REASON_NONE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct inquiry_view *v;
		struct inquiry *q;

		build(REGION_RESERVED);
		q = ask(rows[i].via, 0, rows[i].n);
		answer(q, RANGE(0, 0xfedfffff));
		answer(q, RANGE(0xfef00000, WIDTH_39));
		v = view();
		CHECK(rows[i].name, is_piece(&v->pieces[0], RMRR, true, rows[i].reason));
		CHECK(rows[i].name, v->ranges_differ == (rows[i].reason == REASON_NONE));
		teardown(NULL);
	}
}

/* How far addresses reach is not known: what the kernel says is no difference. */
static void test_end_not_known(void **state)
{
	const struct inquiry_view *v;
	struct inquiry *q;

	(void)state;
	build(REGION_DIRECT_RELAXABLE);
	host.iommus[0].has_cap = false;
	q = ask(ASKED_VFIO, 0, 2);
	answer(q, RANGE(0, 0xfedfffff));
	answer(q, RANGE(0xfef00000, 0xffffffffffff));
	v = view();
	assert_false(v->end_known);
	assert_false(v->ranges_differ);
	assert_true(is_piece(&v->pieces[2], RANGE(UINT64_C(1) << 48, UINT64_MAX), false,
			     REASON_APERTURE));
}

/* Two groups in one container: the regions of both. */
static void test_together(void **state)
{
	const struct inquiry_view *v;
	struct inquiry *q;

	(void)state;
	build(REGION_DIRECT_RELAXABLE);
	build_region(&host, 2, 2, RANGE(0x20000000, 0x2000ffff), REGION_RESERVED);
	q = ask(ASKED_VFIO, 0, 3);
	answer(q, RANGE(0, 0x1fffffff));
	answer(q, RANGE(0x20010000, 0xfedfffff));
	answer(q, RANGE(0xfef00000, WIDTH_39));
	v = view();
	assert_false(v->ranges_differ || v->verdict_differs);
	assert_int_equal(v->ranges.n_range, 3);
	assert_true(is_piece(&v->pieces[1], RANGE(0x20000000, 0x2000ffff), false,
			     REASON_LISTED));
	assert_int_equal(host.regions[v->pieces[1].region].group, 2);
}

static void test_verdicts(void **state)
{
	static const struct {
		const char *name;
		enum region_type type; /* of group 1 */
		enum asked_via via;
		size_t device;
		int error;
		const char *call;
		bool differs;
	} rows[] = {
		{ "ok and ok", REGION_DIRECT_RELAXABLE, ASKED_VFIO, 0, 0, NULL, false },
		{ "ok, refused", REGION_DIRECT_RELAXABLE, ASKED_VFIO, 0, EPERM,
		  "VFIO_SET_IOMMU", true },
		{ "refused and refused", REGION_DIRECT, ASKED_VFIO, 0, EINVAL,
		  "VFIO_GROUP_SET_CONTAINER", false },
		{ "refused, ok", REGION_DIRECT, ASKED_VFIO, 0, 0, NULL, true },
		{ "another errno", REGION_DIRECT, ASKED_VFIO, 0, EPERM,
		  "VFIO_GROUP_SET_CONTAINER", true },
		{ "another call", REGION_DIRECT, ASKED_VFIO, 0, EINVAL, "VFIO_SET_IOMMU",
		  true },
		{ "iommufd refuses", REGION_DIRECT, ASKED_IOMMUFD, 0, EINVAL,
		  "VFIO_DEVICE_BIND_IOMMUFD", false },
		{ "the other group", REGION_DIRECT, ASKED_IOMMUFD, 2, EINVAL,
		  "VFIO_DEVICE_BIND_IOMMUFD", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct inquiry_view *v;
		struct inquiry *q;

		build(rows[i].type);
		q = ask(rows[i].via, rows[i].device, 1);
		q->error = rows[i].error;
		q->call = rows[i].call ? xstrdup(rows[i].call) : NULL;
		q->failed_at = rows[i].error ? rows[i].device : NO_INDEX;
		v = view();
		CHECK(rows[i].name, v->verdict_differs == rows[i].differs);
		CHECK(rows[i].name, v->predicted_for == rows[i].device);
		CHECK(rows[i].name, !v->ranges_differ);
		teardown(NULL);
	}
}

/* Where nothing was predicted nothing differs. */
static void test_not_predicted(void **state)
{
	struct inquiry *q;

	(void)state;
	build(REGION_DIRECT);
	host.kernel.major = host.kernel.minor = 0;
	q = ask(ASKED_VFIO, 0, 1);
	q->error = EINVAL;
	q->call = xstrdup("VFIO_GROUP_SET_CONTAINER");
	q->failed_at = 0;
	assert_false(view()->verdict_differs);
}

static void test_nothing_left(void **state)
{
	(void)state;
	build(REGION_DIRECT_RELAXABLE);
	ask(ASKED_VFIO, 0, 1)->has_ranges = true;
	assert_true(view()->ranges_differ);
	assert_int_equal(analysis.inquiries[0].n_pieces, 0);
}

static void test_may_be_asked(void **state)
{
	char *why;

	(void)state;
	build(REGION_DIRECT);
	free(host.devices[1].driver);
	host.devices[1].driver = xstrdup("xhci_hcd");
	*ADD(&host, holders) =
		(struct holder){ 812, xstrdup("qemu"), HOLDS_GROUP, xstrdup("2") };
	build_done(&host, &analysis);
	why = why_not_asked(&host, &analysis, &host.devices[0]);
	assert_null(why);
	why = why_not_asked(&host, &analysis, &host.devices[1]);
	assert_non_null(strstr(why, "xhci_hcd"));
	free(why);
	why = why_not_asked(&host, &analysis, &host.devices[2]);
	assert_non_null(strstr(why, "process 812 (qemu)"));
	free(why);
}

static void test_through(void **state)
{
	static const size_t devices[] = { 0, 2 };
	char *why;

	(void)state;
	build(REGION_DIRECT);
	assert_true(host_finish(&host));
	why = why_not_through(&host, ASKED_IOMMUFD, devices, 2);
	assert_non_null(strstr(why, "0000:00:01.0 has no node"));
	free(why);
	host.devices[0].vfio_name = xstrdup("vfio0");
	host.devices[2].vfio_name = xstrdup("vfio2");
	*ADD(&host, nodes) = xstrdup("vfio/devices/vfio0");
	assert_null(why_not_through(&host, ASKED_IOMMUFD, devices, 1));
	why = why_not_through(&host, ASKED_IOMMUFD, devices, 2);
	assert_non_null(strstr(why, "0000:00:02.0 has no node"));
	free(why);
	why = why_not_through(&host, ASKED_VFIO, devices, 2);
	assert_non_null(strstr(why, "/dev/vfio/vfio"));
	free(why);
	*ADD(&host, nodes) = xstrdup("vfio/vfio");
	*ADD(&host, nodes) = xstrdup("vfio/1");
	why = why_not_through(&host, ASKED_VFIO, devices, 2);
	assert_non_null(strstr(why, "/dev/vfio/2"));
	free(why);
	*ADD(&host, nodes) = xstrdup("vfio/2");
	assert_null(why_not_through(&host, ASKED_VFIO, devices, 2));
	host_set_source(&host, SOURCE_IOMMUFD, SOURCE_ABSENT, 0, "/dev/iommu", "because");
	why = why_not_through(&host, ASKED_IOMMUFD, devices, 1);
	assert_string_equal(why, "because");
	free(why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_as_predicted, teardown),
		cmocka_unit_test(test_unexplained),
		cmocka_unit_test(test_sibling),
		cmocka_unit_test_teardown(test_end_not_known, teardown),
		cmocka_unit_test_teardown(test_together, teardown),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test_teardown(test_not_predicted, teardown),
		cmocka_unit_test_teardown(test_nothing_left, teardown),
		cmocka_unit_test_teardown(test_may_be_asked, teardown),
		cmocka_unit_test_teardown(test_through, teardown),
	};

	return cmocka_run_group_tests_name("answers", tests, NULL, NULL);
}
