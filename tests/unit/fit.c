/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What fits: against usable_iova, range by range; and that each proposed change helps. */
#include "unit.h"

#include <stdlib.h>

#include "analyze/fit.h"

#define CAP_39 0xd2008c22260206 /* QEMU's Intel IOMMU: 39 bits */
#define PAGE UINT64_C(0x1000)

/* A host with a few regions: relaxable, inverted, side by side, above the end. */
static void build(struct host *host, struct analysis *a, uint64_t cap)
{
	build_host(host, "6.12", "x86_64", PAGE);
	build_iommu(host, IOMMU_INTEL);
	host->iommus[0].has_cap = cap;
	host->iommus[0].cap = cap;
	build_group(host, 1, DOMAIN_DMA);
	build_device(host, "0000:00:03.0", 1, 0x020000, NULL);
	build_region(host, 1, 1, RANGE(0x2000, 0x2fff), REGION_RESERVED);
	build_region(host, 1, 2, RANGE(0x3000, 0x4fff), REGION_DIRECT_RELAXABLE);
	build_region(host, 1, 3, RANGE(0x7000, 0x6fff), REGION_RESERVED);
	build_region(host, 1, 4, RANGE(0x9000, 0xafff), REGION_MSI);
	build_region(host, 1, 5, RANGE(0xb000, 0xbfff), REGION_DIRECT);
	build_group(host, 2, DOMAIN_DMA);
	build_device(host, "0000:00:04.0", 2, 0x020000, NULL);
	build_region(host, 2, 1, RANGE(0x40000000, 0x400fffff), REGION_RESERVED);
	build_done(host, a);
}

static enum fit_state state_of(const struct fit_question *q, struct range range)
{
	struct layout_part part = { range, LAYOUT_GIVEN, "given range" };
	struct fit_question asked = *q;
	enum fit_state state;
	struct fit f;

	asked.ranges = &part;
	asked.n_ranges = 1;
	fit_of(&asked, &f);
	state = f.state;
	fit_clear(&f);
	return state;
}

static bool is_usable(const struct ranges *usable, struct range range)
{
	for (size_t i = 0; i < usable->n_range; i++) {
		if (range_contains(usable->range[i], range))
			return true;
	}
	return false;
}

/* Every range of up to 16 pages around the regions, and at the end of the IOMMU. */
static void test_ranges(void **state)
{
	const uint64_t bases[] = { 0, (UINT64_C(1) << 39) - 8 * PAGE,
				   UINT64_MAX - 16 * PAGE + 1 };
	struct ranges usable;
	struct analysis a;
	struct host host;

	(void)state;
	build(&host, &a, CAP_39);
	usable_iova(&host, &a, &host.groups[0], &usable);
	for (size_t b = 0; b < ARRAY_SIZE(bases); b++) {
		for (uint64_t i = 0; i < 256; i++) {
			const struct group *group = &host.groups[0];
			struct range r = { bases[b] + i / 16 * PAGE,
					   bases[b] + i % 16 * PAGE + PAGE - 1 };
			struct fit_question q = { .host = &host,
						  .analysis = &a,
						  .groups = &group,
						  .n_groups = 1 };

			if (range_is_inverted(r))
				continue;
			assert_int_equal(state_of(&q, r),
					 is_usable(&usable, r) ? FIT_YES : FIT_NO);
		}
	}
	ranges_clear(&usable);
	analysis_clear(&a);
	host_clear(&host);
}

/* No yes above the last region where nobody knows how far the IOMMU reaches. */
static void test_unknown_end(void **state)
{
	struct fit_question q;
	const struct group *group;
	struct ranges holes;
	struct analysis a;
	struct host host;
	struct fit f;

	(void)state;
	build(&host, &a, 0);
	group = &host.groups[0];
	q = (struct fit_question){
		.host = &host, .analysis = &a, .groups = &group, .n_groups = 1
	};
	assert_int_equal(state_of(&q, RANGE(0, 0x1fff)), FIT_YES);
	assert_int_equal(state_of(&q, RANGE(0x2000, 0x2fff)), FIT_NO);
	assert_int_equal(state_of(&q, RANGE(0xc000, 0xcfff)), FIT_UNKNOWN);
	assert_int_equal(state_of(&q, RANGE(0x1000, 0xcfff)), FIT_NO);
	fit_of(&q, &f);
	assert_int_equal(f.state, FIT_UNKNOWN);
	assert_false(fit_holes(&f, &holes));
	assert_int_equal(holes.n_range, 3);
	assert_true(range_equals(holes.range[2], RANGE(0x7000, 0x8fff)));
	ranges_clear(&holes);
	fit_clear(&f);
	/* a list that was not read: nothing of it is known */
	host.groups[0].regions_state = SOURCE_DENIED;
	analysis_clear(&a);
	analyze(&host, NULL, &a);
	fit_of(&q, &f);
	assert_false(fit_holes(&f, &holes));
	assert_int_equal(holes.n_range, 0);
	fit_clear(&f);
	assert_int_equal(state_of(&q, RANGE(0, 0x1fff)), FIT_UNKNOWN);
	analysis_clear(&a);
	host_clear(&host);
}

/* Two groups: both must fit, and without the one that does not it fits. */
static void test_without_group(void **state)
{
	struct layout_part part = { RANGE(0x40000000, 0x40000fff), LAYOUT_GIVEN, "" };
	const struct group *groups[2];
	struct analysis a;
	struct host host;
	struct fit f;

	(void)state;
	build(&host, &a, CAP_39);
	groups[0] = &host.groups[0];
	groups[1] = &host.groups[1];
	fit_of(&(struct fit_question){ .host = &host,
				       .analysis = &a,
				       .groups = groups,
				       .n_groups = 2,
				       .ranges = &part,
				       .n_ranges = 1 },
	       &f);
	assert_int_equal(f.state, FIT_NO);
	assert_int_equal(f.n_hits, 1);
	assert_int_equal(f.n_advice, 1);
	assert_int_equal(f.advice[0].kind, FIT_WITHOUT_GROUP);
	assert_int_equal(f.advice[0].value, 2);
	fit_clear(&f);
	analysis_clear(&a);
	host_clear(&host);
}

/* The proposed amount fits, and a GiB more does not. */
static void test_less_ram(void **state)
{
	struct guest_shape shape = { .ram = UINT64_C(600) << 30 };
	struct fit_question q = { .shape = &shape, .n_groups = 1 };
	const struct group *group;
	struct analysis a;
	struct host host;
	struct fit f;

	(void)state;
	build(&host, &a, CAP_39);
	group = &host.groups[1];
	q.host = &host;
	q.analysis = &a;
	q.groups = &group;
	assert_true(guest_machine("virt", &shape));
	fit_of(&q, &f);
	assert_int_equal(f.state, FIT_NO);
	assert_int_equal(f.n_advice, 0); /* virt has RAM where the region is */
	fit_clear(&f);
	assert_true(guest_machine("q35,max-ram-below-4g=1G", &shape));
	fit_of(&q, &f);
	assert_int_equal(f.state, FIT_NO);
	assert_int_equal(f.n_advice, 1);
	assert_int_equal(f.advice[0].kind, FIT_LESS_RAM);
	shape.ram = f.advice[0].value;
	fit_clear(&f);
	fit_judge(&q, &f);
	assert_true(f.state <= FIT_LOST);
	fit_clear(&f);
	shape.ram += UINT64_C(1) << 30;
	fit_judge(&q, &f);
	assert_int_equal(f.state, FIT_NO);
	fit_clear(&f);
	analysis_clear(&a);
	host_clear(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_unknown_end),
		cmocka_unit_test(test_without_group),
		cmocka_unit_test(test_less_ram),
	};

	return cmocka_run_group_tests_name("fit", tests, NULL, NULL);
}
