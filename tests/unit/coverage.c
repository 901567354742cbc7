/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Demands and the identity state. The expected values follow
 * iommu_create_device_direct_mappings (drivers/iommu/iommu.c): both ends are rounded up
 * to the smallest page of the domain.
 */
#include "firmware/iort.h"
#include "firmware/ivrs.h"
#include "unit.h"

#define K4 0x1000
#define K64 0x10000
#define TOP UINT64_MAX
#define WIDTH_39 (((uint64_t)1 << 39) - 1)

struct row {
	const char *row;
	uint64_t page;
	struct range region;
	enum coverage coverage;
	enum loss loss;
	struct range lost;
};

/* QEMU's capability register: 39 bits. */
#define CAP_39 0xd2008c22260206

static void check_row(const struct row *r)
{
	bool is_arm = r->page != K4;
	struct analysis a;
	struct host host;

	build_host(&host, "6.12", is_arm ? "aarch64" : "x86_64", r->page);
	build_iommu(&host, is_arm ? IOMMU_SMMUV3 : IOMMU_INTEL);
	host.iommus[0].has_cap = !is_arm;
	host.iommus[0].cap = CAP_39;
	build_group(&host, 1, DOMAIN_DMA_FQ);
	build_device(&host, "0000:00:03.0", 1, 0x020000, "e1000e");
	build_region(&host, 1, 1, r->region, REGION_DIRECT);
	build_done(&host, &a);
	CHECK(r->row, demand_of_line(&a, 0)->coverage == r->coverage);
	CHECK(r->row, demand_of_line(&a, 0)->loss == r->loss);
	if (r->loss != LOSS_NOTHING)
		CHECK(r->row, range_equals(demand_of_line(&a, 0)->lost, r->lost));
	analysis_clear(&a);
	host_clear(&host);
}

static void test_arithmetic(void **state)
{
	static const struct row rows[] = {
		{ "whole pages",
		  K4,
		  { 0x1c020000, 0x1c021fff },
		  COVERAGE_FULL,
		  LOSS_NOTHING,
		  { 0, 0 } },
		{ "head lost, tail beyond the region mapped",
		  K4,
		  { 0x1c020800, 0x1c0217ff },
		  COVERAGE_PARTLY,
		  LOSS_ROUNDING,
		  { 0x1c020800, 0x1c020fff } },
		{ "inside one page",
		  K4,
		  { 0x1c020800, 0x1c020bff },
		  COVERAGE_NONE,
		  LOSS_ROUNDING,
		  { 0x1c020800, 0x1c020bff } },
		{ "to the end of its page",
		  K4,
		  { 0x1c020800, 0x1c020fff },
		  COVERAGE_NONE,
		  LOSS_ROUNDING,
		  { 0x1c020800, 0x1c020fff } },
		{ "one byte into the next page",
		  K4,
		  { 0x1c020800, 0x1c021000 },
		  COVERAGE_PARTLY,
		  LOSS_ROUNDING,
		  { 0x1c020800, 0x1c020fff } },
		{ "aligned, short",
		  K4,
		  { 0x1c020000, 0x1c0200ff },
		  COVERAGE_FULL,
		  LOSS_NOTHING,
		  { 0, 0 } },
		{ "one byte",
		  K4,
		  { 0x1c020000, 0x1c020000 },
		  COVERAGE_FULL,
		  LOSS_NOTHING,
		  { 0, 0 } },
		{ "last byte of a page",
		  K4,
		  { 0x1c020fff, 0x1c020fff },
		  COVERAGE_NONE,
		  LOSS_ROUNDING,
		  { 0x1c020fff, 0x1c020fff } },
		{ "page zero", K4, { 0, 0xfff }, COVERAGE_FULL, LOSS_NOTHING, { 0, 0 } },
		{ "inverted",
		  K4,
		  { 0x1c020000, 0x1c01ffff },
		  COVERAGE_NONE,
		  LOSS_EMPTY,
		  { 0x1c020000, 0x1c01ffff } },
		{ "inverted, wide",
		  K4,
		  { TOP, 0 },
		  COVERAGE_NONE,
		  LOSS_EMPTY,
		  { TOP, 0 } },
		{ "to the top",
		  K4,
		  { 0x1c020000, TOP },
		  COVERAGE_NONE,
		  LOSS_WRAP,
		  { 0x1c020000, TOP } },
		{ "into the top page",
		  K4,
		  { 0x1c020000, 0xfffffffffffff000 },
		  COVERAGE_NONE,
		  LOSS_WRAP,
		  { 0x1c020000, 0xfffffffffffff000 } },
		{ "below the top page, beyond the width",
		  K4,
		  { 0, 0xffffffffffffefff },
		  COVERAGE_NONE,
		  LOSS_APERTURE,
		  { 0, 0xffffffffffffefff } },
		{ "up to the width",
		  K4,
		  { 0x7fffff0000, WIDTH_39 },
		  COVERAGE_FULL,
		  LOSS_NOTHING,
		  { 0, 0 } },
		{ "beyond the width",
		  K4,
		  { WIDTH_39 + 1, WIDTH_39 + K4 },
		  COVERAGE_NONE,
		  LOSS_APERTURE,
		  { WIDTH_39 + 1, WIDTH_39 + K4 } },
		{ "64 KiB pages: inside one",
		  K64,
		  { 0x7c020800, 0x7c0217ff },
		  COVERAGE_NONE,
		  LOSS_ROUNDING,
		  { 0x7c020800, 0x7c0217ff } },
		{ "64 KiB pages: half a page off",
		  K64,
		  { 0x48028000, 0x48037fff },
		  COVERAGE_PARTLY,
		  LOSS_ROUNDING,
		  { 0x48028000, 0x4802ffff } },
		{ "64 KiB pages: widened by firmware",
		  K64,
		  { 0x48020000, 0x4803ffff },
		  COVERAGE_FULL,
		  LOSS_NOTHING,
		  { 0, 0 } },
		{ "64 KiB pages: 4 KiB at their start",
		  K64,
		  { 0x48020000, 0x48020fff },
		  COVERAGE_FULL,
		  LOSS_NOTHING,
		  { 0, 0 } },
		{ "64 KiB pages: into the top page",
		  K64,
		  { 0x48020000, 0xffffffffffff0000 },
		  COVERAGE_NONE,
		  LOSS_WRAP,
		  { 0x48020000, 0xffffffffffff0000 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_row(&rows[i]);
}

/* --- The same arithmetic done by walking pages --- */

/*
 * The loop of iommu_create_device_direct_mappings, in its arithmetic. A page that cannot
 * be mapped loses the whole; *hull is from the first page to the last, inverted if there
 * is none.
 */
static bool walk_maps(const struct demand *d, uint64_t address, struct range *hull)
{
	uint64_t start = (d->listed.first + d->page - 1) / d->page * d->page;
	uint64_t end = (d->listed.last + 1 + d->page - 1) / d->page * d->page;
	bool found = false;

	*hull = RANGE(1, 0);
	for (uint64_t at = start; at < end; at += d->page) {
		if (at + d->page - 1 > d->last) {
			*hull = RANGE(1, 0);
			return false;
		}
		if (range_is_inverted(*hull))
			hull->first = at;
		hull->last = at + d->page - 1;
		found = found || (at <= address && address - at < d->page);
	}
	return found;
}

/* The first run of bytes of what is asked that no page has; inverted: there is none. */
static struct range walk_lost(const struct demand *d)
{
	struct range lost = RANGE(1, 0), hull, asked = d->asked;
	uint64_t from = asked.first, to;

	do {
		to = from / d->page * d->page + (d->page - 1);
		to = to < asked.last ? to : asked.last;
		if (walk_maps(d, from, &hull)) {
			if (!range_is_inverted(lost))
				break;
		} else {
			lost = RANGE(range_is_inverted(lost) ? from : lost.first, to);
		}
		from = to + 1;
	} while (to != asked.last);
	return lost;
}

static void check_walk(const char *row, struct range asked, struct range listed,
		       uint64_t page, uint64_t last)
{
	struct demand d = {
		.asked = asked, .listed = listed, .page = page, .last = last
	};
	struct range hull, lost = walk_lost(&d);
	bool all = range_equals(lost, asked);

	walk_maps(&d, 0, &hull);
	demand_fit(&d);
	if (range_is_inverted(lost)) {
		CHECK(row, d.coverage == COVERAGE_FULL && d.loss == LOSS_NOTHING);
		CHECK(row, d.misfit == (range_equals(hull, asked) ? MISFIT_NONE
								  : MISFIT_MISALIGNED));
	} else {
		CHECK(row, d.coverage == (all ? COVERAGE_NONE : COVERAGE_PARTLY));
		CHECK(row, range_equals(d.lost, lost));
		CHECK(row,
		      all || (d.misfit == MISFIT_MISALIGNED && d.loss == LOSS_ROUNDING));
	}
	if (range_is_inverted(hull))
		CHECK(row, range_is_inverted(d.mapped));
	else
		CHECK(row, range_equals(d.mapped, hull));
	if (all && listed.last > last && listed.last < TOP - page)
		CHECK(row, d.misfit == MISFIT_BEYOND_WIDTH);
	else if (all)
		CHECK(row, d.misfit == (listed.last > TOP - page ? MISFIT_WRAPS
								 : MISFIT_SUB_PAGE));
}

/* Every start and end within a few small pages: at zero, at a width, and at the top. */
static void test_lines_by_walking(void **state)
{
	static const struct {
		const char *row;
		uint64_t base, last;
	} rows[] = {
		{ "from zero", 0, TOP },
		{ "in between", 0x1c020000, TOP },
		{ "around the width", WIDTH_39 - 47, WIDTH_39 },
		{ "below the top", TOP - 127, TOP },
	};
	const uint64_t page = 16;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (uint64_t first = 0; first < 6 * page; first++) {
			for (uint64_t end = first; end < 8 * page; end++) {
				struct range r =
					RANGE(rows[i].base + first, rows[i].base + end);

				check_walk(rows[i].row, r, r, page, rows[i].last);
			}
		}
	}
}

/* AMD's driver and the IORT code round before they list. */
static void test_entries_by_walking(void **state)
{
	const uint64_t base = 0x100000, step = 0x200;

	(void)state;
	for (uint64_t first = base; first < base + 3 * K4; first += step) {
		for (uint64_t length = 1; length < 4 * K4; length += step - 1) {
			struct range asked = RANGE(first, first + length - 1);
			struct ivmd ivmd = { .start = first, .length = length };
			struct iort_rmr_descriptor rmr = { .base = first,
							   .length = length };

			check_walk("RMRR", asked, asked, K4, TOP);
			check_walk("IVMD", asked, ivmd_listed_range(&ivmd), K4, TOP);
			check_walk("RMR", asked, rmr_listed_range(&rmr, K4), K4, TOP);
			check_walk("RMR, 64 KiB", asked, rmr_listed_range(&rmr, K64), K64,
				   TOP);
		}
	}
}

/* Nothing can be mapped that may be neither read nor written. */
static void test_permission(void **state)
{
	struct demand d = { .asked = { 0x1000, 0x2fff },
			    .listed = { 0x1000, 0x2fff },
			    .page = K4,
			    .last = TOP,
			    .no_permission = true };

	(void)state;
	demand_fit(&d);
	CHECK("whole pages", d.coverage == COVERAGE_NONE && d.loss == LOSS_NO_PERMISSION);
	CHECK("whole pages", range_equals(d.lost, d.asked));
	d.no_permission = false;
	demand_fit(&d);
	CHECK("granted", d.coverage == COVERAGE_FULL && d.loss == LOSS_NOTHING);
}

/* What the type of the default domain does to a whole and to a misaligned region. */
static void test_domain_types(void **state)
{
	static const struct {
		const char *row;
		enum domain_type type;
		enum coverage whole, misaligned;
		enum provider provider;
	} rows[] = {
		{ "DMA", DOMAIN_DMA, COVERAGE_FULL, COVERAGE_PARTLY,
		  PROVIDER_DIRECT_MAPPINGS },
		{ "DMA-FQ", DOMAIN_DMA_FQ, COVERAGE_FULL, COVERAGE_PARTLY,
		  PROVIDER_DIRECT_MAPPINGS },
		{ "identity", DOMAIN_IDENTITY, COVERAGE_FULL, COVERAGE_FULL,
		  PROVIDER_PASSTHROUGH },
		{ "blocked", DOMAIN_BLOCKED, COVERAGE_NONE, COVERAGE_NONE,
		  PROVIDER_NOTHING },
		{ "unmanaged", DOMAIN_UNMANAGED, COVERAGE_UNKNOWN, COVERAGE_UNKNOWN,
		  PROVIDER_UNKNOWN },
		{ "not read", DOMAIN_NOT_READ, COVERAGE_UNKNOWN, COVERAGE_UNKNOWN,
		  PROVIDER_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct host host;

		build_host(&host, "6.12", "x86_64", K4);
		build_iommu(&host, IOMMU_AMD);
		build_group(&host, 1, rows[i].type);
		build_device(&host, "0000:00:03.0", 1, 0x020000, NULL);
		build_region(&host, 1, 1, RANGE(0x1000, 0x1fff), REGION_DIRECT);
		build_region(&host, 1, 2, RANGE(0x8800, 0x97ff), REGION_DIRECT_RELAXABLE);
		build_region(&host, 1, 3, RANGE(0xfee00000, 0xfeefffff), REGION_MSI);
		build_done(&host, &a);
		CHECK(rows[i].row, demand_of_line(&a, 0)->coverage == rows[i].whole);
		CHECK(rows[i].row, demand_of_line(&a, 1)->coverage == rows[i].misaligned);
		CHECK(rows[i].row, !demand_of_line(&a, 2));
		CHECK(rows[i].row, a.identity[0].provider == rows[i].provider);
		analysis_clear(&a);
		host_clear(&host);
	}
}

static void test_requirement(void **state)
{
	static const struct {
		const char *row;
		bool direct, relaxable, cut;
		unsigned devices;
		enum requirement required;
	} rows[] = {
		{ "nothing", false, false, false, 1, REQUIRED_NO },
		{ "nothing, two devices", false, false, false, 2, REQUIRED_NO },
		{ "nothing seen, list cut", false, false, true, 1, REQUIRED_UNKNOWN },
		{ "relaxable", false, true, false, 1, REQUIRED_RELAXABLE },
		{ "direct", true, false, false, 1, REQUIRED_YES },
		{ "direct, list cut", true, false, true, 1, REQUIRED_YES },
		{ "both", true, true, false, 1, REQUIRED_YES },
		{ "relaxable, two devices", false, true, false, 2, REQUIRED_UNKNOWN },
		{ "direct, two devices", true, false, false, 2, REQUIRED_UNKNOWN },
		/* the part of the list that is missing may hold a direct region */
		{ "relaxable, list cut", false, true, true, 1, REQUIRED_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct host host;

		build_host(&host, "6.12", "x86_64", K4);
		build_group(&host, 1, DOMAIN_DMA);
		host.groups[0].regions_cut = rows[i].cut;
		build_device(&host, "0000:00:03.0", 1, 0x020000, NULL);
		if (rows[i].devices == 2)
			build_device(&host, "0000:00:03.1", 1, 0x020000, NULL);
		if (rows[i].direct)
			build_region(&host, 1, 1, RANGE(0x1000, 0x1fff), REGION_DIRECT);
		if (rows[i].relaxable)
			build_region(&host, 1, 2, RANGE(0x8000, 0x8fff),
				     REGION_DIRECT_RELAXABLE);
		build_done(&host, &a);
		for (unsigned d = 0; d < rows[i].devices; d++) {
			CHECK(rows[i].row, a.identity[d].required == rows[i].required);
			assert_non_null(a.identity[d].why);
		}
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* Kernels before 6.12 go on when a mapping fails: nothing is proven there. */
static void test_proof(void **state)
{
	static const struct {
		const char *release;
		enum domain_type type;
		enum proof proof;
	} rows[] = {
		{ "6.1", DOMAIN_DMA, PROOF_NONE },
		{ "6.4", DOMAIN_DMA, PROOF_NONE },
		{ "6.5", DOMAIN_DMA, PROOF_KERNEL_RULE },
		{ "6.12", DOMAIN_DMA, PROOF_KERNEL_RULE },
		{ "7.2", DOMAIN_DMA_FQ, PROOF_KERNEL_RULE },
		{ NULL, DOMAIN_DMA, PROOF_NONE },
		{ "6.1", DOMAIN_IDENTITY, PROOF_KERNEL_RULE },
		{ "7.2", DOMAIN_BLOCKED, PROOF_NONE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct host host;

		build_host(&host, rows[i].release, "x86_64", K4);
		build_group(&host, 1, rows[i].type);
		build_device(&host, "0000:00:03.0", 1, 0x020000, NULL);
		build_region(&host, 1, 1, RANGE(0x1000, 0x1fff), REGION_DIRECT);
		build_done(&host, &a);
		CHECK(rows[i].release ? rows[i].release : "unknown release",
		      a.identity[0].proof == rows[i].proof);
		analysis_clear(&a);
		host_clear(&host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arithmetic),
		cmocka_unit_test(test_lines_by_walking),
		cmocka_unit_test(test_entries_by_walking),
		cmocka_unit_test(test_permission),
		cmocka_unit_test(test_domain_types),
		cmocka_unit_test(test_requirement),
		cmocka_unit_test(test_proof),
	};

	return cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}
