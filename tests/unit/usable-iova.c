/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is left to map, against vfio_iommu_resv_exclude (drivers/vfio/vfio_iommu_type1.c).
 */
#include "unit.h"

#define TOP UINT64_MAX
#define CAP_39 0xd2008c22260206 /* QEMU's Intel IOMMU: 39 bits */
#define WIDTH_39 (((uint64_t)1 << 39) - 1)

#define REGIONS_MAX 4
#define RANGES_MAX 5

struct row {
	const char *row;
	struct {
		struct range range;
		enum region_type type;
	} regions[REGIONS_MAX];
	size_t n_regions;
	struct range left[RANGES_MAX];
	size_t n_left;
};

static const struct row rows[] = {
	{ "nothing is cut", .n_regions = 0, .left = { { 0, WIDTH_39 } }, .n_left = 1 },
	{ "MSI window", .regions = { { { 0xfee00000, 0xfeefffff }, REGION_MSI } },
	  .n_regions = 1, .left = { { 0, 0xfedfffff }, { 0xfef00000, WIDTH_39 } },
	  .n_left = 2 },
	{ "relaxable is not cut, direct and reserved are",
	  .regions = { { { 0x1000, 0x1fff }, REGION_DIRECT },
		       { { 0x8000, 0x8fff }, REGION_DIRECT_RELAXABLE },
		       { { 0x9000, 0x9fff }, REGION_RESERVED } },
	  .n_regions = 3,
	  .left = { { 0, 0xfff }, { 0x2000, 0x8fff }, { 0xa000, WIDTH_39 } },
	  .n_left = 3 },
	{ "software MSI window is cut",
	  .regions = { { { 0x8000000, 0x80fffff }, REGION_SW_MSI } }, .n_regions = 1,
	  .left = { { 0, 0x7ffffff }, { 0x8100000, WIDTH_39 } }, .n_left = 2 },
	{ "no rounding to pages", .regions = { { { 0x1801, 0x27fe }, REGION_DIRECT } },
	  .n_regions = 1, .left = { { 0, 0x1800 }, { 0x27ff, WIDTH_39 } }, .n_left = 2 },
	{ "overlapping regions",
	  .regions = { { { 0x1000, 0x3fff }, REGION_DIRECT },
		       { { 0x2000, 0x5fff }, REGION_RESERVED } },
	  .n_regions = 2, .left = { { 0, 0xfff }, { 0x6000, WIDTH_39 } }, .n_left = 2 },
	{ "from address zero", .regions = { { { 0, 0xffff }, REGION_RESERVED } },
	  .n_regions = 1, .left = { { 0x10000, WIDTH_39 } }, .n_left = 1 },
	{ "up to the end", .regions = { { { 0x10000, WIDTH_39 }, REGION_RESERVED } },
	  .n_regions = 1, .left = { { 0, 0xffff } }, .n_left = 1 },
	{ "beyond the end",
	  .regions = { { { 0xfd00000000, 0xffffffffff }, REGION_RESERVED } },
	  .n_regions = 1, .left = { { 0, WIDTH_39 } }, .n_left = 1 },
	{ "across the end, to the top",
	  .regions = { { { 0x7000000000, TOP }, REGION_RESERVED } }, .n_regions = 1,
	  .left = { { 0, 0x6fffffffff } }, .n_left = 1 },
	{ "all of it", .regions = { { { 0, TOP }, REGION_RESERVED } }, .n_regions = 1,
	  .n_left = 0 },
	/* an inverted one splits the range it stands in, and takes nothing away */
	{ "inverted by one", .regions = { { { 0x18000000, 0x17ffffff }, REGION_DIRECT } },
	  .n_regions = 1, .left = { { 0, 0x17ffffff }, { 0x18000000, WIDTH_39 } },
	  .n_left = 2 },
	{ "inverted, the parts overlap",
	  .regions = { { { 0x18001000, 0x18000000 }, REGION_DIRECT } }, .n_regions = 1,
	  .left = { { 0, 0x18000fff }, { 0x18000001, WIDTH_39 } }, .n_left = 2 },
	{ "inverted from beyond the end", .regions = { { { TOP, 0 }, REGION_DIRECT } },
	  .n_regions = 1, .left = { { 0, WIDTH_39 } }, .n_left = 1 },
	{ "inverted and relaxable",
	  .regions = { { { 0x18001000, 0x18000000 }, REGION_DIRECT_RELAXABLE } },
	  .n_regions = 1, .left = { { 0, WIDTH_39 } }, .n_left = 1 },
};

static void build(struct host *host)
{
	build_host(host, "6.12", "x86_64", 4096);
	build_iommu(host, IOMMU_INTEL);
	host->iommus[0].has_cap = true;
	host->iommus[0].cap = CAP_39;
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *r = &rows[i];
		struct ranges left;
		struct analysis a;
		struct host host;

		build(&host);
		build_group(&host, 1, DOMAIN_DMA);
		build_device(&host, "0000:00:03.0", 1, 0x020000, NULL);
		for (size_t n = 0; n < r->n_regions; n++)
			build_region(&host, 1, (unsigned)n + 1, r->regions[n].range,
				     r->regions[n].type);
		build_done(&host, &a);
		CHECK(r->row, usable_iova(&host, &a, &host.groups[0], &left));
		CHECK(r->row, left.n_range == r->n_left);
		for (size_t n = 0; n < r->n_left; n++)
			CHECK(r->row, range_equals(left.range[n], r->left[n]));
		ranges_clear(&left);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* Several groups together: the shortest width, and what any of them cuts. */
static void test_set(void **state)
{
	const struct group *groups[2];
	struct ranges left;
	struct analysis a;
	struct host host;

	(void)state;
	build(&host);
	host_add_iommu(&host, "iommu1")->kind = IOMMU_INTEL;
	host.iommus[1].has_cap = true;
	host.iommus[1].cap = 0x8d2078c106f0466; /* 48 bits */
	build_group(&host, 1, DOMAIN_DMA);
	build_group(&host, 2, DOMAIN_DMA);
	build_device(&host, "0000:00:03.0", 1, 0x020000, NULL);
	build_device(&host, "0000:00:04.0", 2, 0x020000, NULL);
	host.devices[0].iommu = 1;
	build_region(&host, 1, 1, RANGE(0x1000, 0x1fff), REGION_RESERVED);
	build_region(&host, 2, 1, RANGE(0x3000, 0x3fff), REGION_RESERVED);
	build_done(&host, &a);
	groups[0] = &host.groups[0];
	groups[1] = &host.groups[1];
	assert_true(usable_iova_of_set(&host, &a, groups, 1, &left));
	assert_int_equal(left.n_range, 2);
	assert_true(range_equals(left.range[1], RANGE(0x2000, ((uint64_t)1 << 48) - 1)));
	ranges_clear(&left);
	assert_true(usable_iova_of_set(&host, &a, groups, 2, &left));
	assert_int_equal(left.n_range, 3);
	assert_true(range_equals(left.range[0], RANGE(0, 0xfff)));
	assert_true(range_equals(left.range[1], RANGE(0x2000, 0x2fff)));
	assert_true(range_equals(left.range[2], RANGE(0x4000, WIDTH_39)));
	ranges_clear(&left);
	analysis_clear(&a);
	host_clear(&host);
}

static void test_unknown_end(void **state)
{
	struct ranges left;
	struct analysis a;
	struct host host;

	(void)state;
	build_host(&host, "6.12", "x86_64", 4096);
	build_group(&host, 1, DOMAIN_DMA);
	build_device(&host, "0000:00:03.0", 1, 0x020000, NULL);
	build_region(&host, 1, 1, RANGE(0xfee00000, 0xfeefffff), REGION_MSI);
	build_done(&host, &a);
	assert_false(usable_iova(&host, &a, &host.groups[0], &left));
	assert_int_equal(left.n_range, 2);
	assert_true(range_equals(left.range[1], RANGE(0xfef00000, TOP)));
	ranges_clear(&left);
	analysis_clear(&a);
	host_clear(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_unknown_end),
	};

	return cmocka_run_group_tests_name("usable-iova", tests, NULL, NULL);
}
