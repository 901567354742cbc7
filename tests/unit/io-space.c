/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The I/O addresses of groups, cut into parts: against rows, and against usable_iova. */
#include "unit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/io-space.h"
#include "base/cleanup.h"
#include "base/text.h"

#define TOP UINT64_MAX
#define CAP_39 0xd2008c22260206 /* QEMU's Intel IOMMU: 39 bits */
#define WIDTH_39 (((uint64_t)1 << 39) - 1)

#define REGIONS_MAX 4

struct row {
	const char *row;
	struct {
		struct range range;
		enum region_type type;
	} regions[REGIONS_MAX];
	size_t n_regions;
	uint64_t cap;	    /* 0: the width is not known */
	const char *expect; /* where each part begins, and what it is */
};

static const struct row rows[] = {
	{ "nothing", .cap = CAP_39, .expect = "0 free*" },
	{ "MSI window", .regions = { { { 0xfee00000, 0xfeefffff }, REGION_MSI } },
	  .n_regions = 1, .cap = CAP_39,
	  .expect = "0 free*, fee00000 msi, fef00000 free*" },
	{ "relaxable is usable, direct and reserved are not",
	  .regions = { { { 0x1000, 0x1fff }, REGION_DIRECT },
		       { { 0x8000, 0x8fff }, REGION_DIRECT_RELAXABLE },
		       { { 0x9000, 0x9fff }, REGION_RESERVED } },
	  .n_regions = 3, .cap = CAP_39,
	  .expect = "0 free*, 1000 direct, 2000 free*, 8000 direct-relaxable*, "
		    "9000 reserved, a000 free*" },
	{ "the start of a direct region is rounded up",
	  .regions = { { { 0x1801, 0x2fff }, REGION_DIRECT } }, .n_regions = 1,
	  .cap = CAP_39, .expect = "0 free*, 1801 direct!, 2000 direct, 3000 free*" },
	{ "where two overlap the strict one is seen",
	  .regions = { { { 0x1000, 0x3fff }, REGION_DIRECT },
		       { { 0x2000, 0x5fff }, REGION_RESERVED } },
	  .n_regions = 2, .cap = CAP_39,
	  .expect = "0 free*, 1000 direct, 2000 direct, 4000 reserved, 6000 free*" },
	{ "beyond the end",
	  .regions = { { { 0xfd00000000, 0xffffffffff }, REGION_RESERVED } },
	  .n_regions = 1, .cap = CAP_39,
	  .expect = "0 free*, 8000000000 outside, fd00000000 reserved" },
	{ "to the top", .regions = { { { 0x7000000000, TOP }, REGION_RESERVED } },
	  .n_regions = 1, .cap = CAP_39,
	  .expect = "0 free*, 7000000000 reserved, 8000000000 reserved" },
	{ "all of it", .regions = { { { 0, TOP }, REGION_RESERVED } }, .n_regions = 1,
	  .cap = CAP_39, .expect = "0 reserved, 8000000000 reserved" },
	{ "an inverted one takes nothing away",
	  .regions = { { { 0x18000000, 0x17ffffff }, REGION_DIRECT } }, .n_regions = 1,
	  .cap = CAP_39, .expect = "0 free*, 18000000 free*" },
	{ "an end that is not known",
	  .regions = { { { 0x8000000, 0x80fffff }, REGION_MSI } }, .n_regions = 1,
	  .expect = "0 free*, 8000000 msi, 8100000 unknown" },
	{ "an end that is not known, and nothing before it", .expect = "0 unknown" },
};

static void build_facts(const struct row *r, struct host *host)
{
	build_host(host, "6.12", "x86_64", 4096);
	build_iommu(host, IOMMU_INTEL);
	host->iommus[0].has_cap = r->cap;
	host->iommus[0].cap = r->cap;
	build_group(host, 1, DOMAIN_DMA);
	build_device(host, "0000:00:03.0", 1, 0x020000, NULL);
	for (size_t n = 0; n < r->n_regions; n++)
		build_region(host, 1, (unsigned)n + 1, r->regions[n].range,
			     r->regions[n].type);
}

static void build(const struct row *r, struct host *host, struct analysis *a)
{
	build_facts(r, host);
	build_done(host, a);
}

/* "0 free*, 1000 direct!": '*' is usable, '!' not mapped. */
static char *said(const struct io_space *s)
{
	static const char *const kinds[] = {
		[SPACE_FREE] = "free",
		[SPACE_UNKNOWN] = "unknown",
		[SPACE_OUTSIDE] = "outside",
	};
	struct text t = { 0 };

	for (size_t i = 0; i < s->n_parts; i++) {
		const struct space_part *p = &s->parts[i];

		text_printf(&t, "%s%" PRIx64 " %s%s%s", i ? ", " : "", p->range.first,
			    p->kind == SPACE_REGION ? region_type_name(p->type)
						    : kinds[p->kind],
			    p->usable && p->kind != SPACE_UNKNOWN ? "*" : "",
			    p->lost ? "!" : "");
	}
	return text_take(&t);
}

/* From 0, and without gaps. */
static bool is_whole(const struct io_space *s)
{
	for (size_t i = 0; i < s->n_parts; i++) {
		if (range_is_inverted(s->parts[i].range) ||
		    s->parts[i].range.first != (i ? s->parts[i - 1].range.last + 1 : 0))
			return false;
	}
	return s->n_parts;
}

/* What usable_iova leaves has as many bytes as the parts that are usable. */
static bool is_what_is_left(const struct host *host, const struct analysis *a,
			    const struct io_space *s)
{
	cleanup(ranges_clear) struct ranges left = { 0 };
	uint64_t bytes = 0;

	usable_iova(host, a, &host->groups[0], &left);
	for (size_t i = 0; i < left.n_range; i++)
		bytes += left.range[i].last - left.range[i].first + 1;
	for (size_t i = 0; i < s->n_parts; i++) {
		if (s->parts[i].usable)
			bytes -= s->parts[i].range.last - s->parts[i].range.first + 1;
	}
	return !bytes;
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct group *group;
		cleanup_free char *text = NULL;
		struct io_space s;
		struct analysis a;
		struct host host;

		build(&rows[i], &host, &a);
		group = &host.groups[0];
		io_space_of(&host, &a, &group, 1, &s);
		text = said(&s);
		if (strcmp(text, rows[i].expect))
			print_error("%s: %s\n", rows[i].row, text);
		CHECK(rows[i].row, !strcmp(text, rows[i].expect));
		CHECK(rows[i].row, is_whole(&s));
		CHECK(rows[i].row, is_what_is_left(&host, &a, &s));
		CHECK(rows[i].row, s.last_known == (rows[i].cap != 0));
		io_space_clear(&s);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* Two groups together: what either has, the lower end, and whose line it is. */
static void test_set(void **state)
{
	const struct group *groups[2];
	cleanup_free char *text = NULL;
	struct io_space s;
	struct analysis a;
	struct host host;

	(void)state;
	build_facts(&(struct row){ .cap = CAP_39 }, &host);
	build_group(&host, 2, DOMAIN_DMA);
	build_device(&host, "0000:00:04.0", 2, 0x020000, NULL);
	build_region(&host, 1, 1, RANGE(0x1000, 0x1fff), REGION_RESERVED);
	build_region(&host, 2, 1, RANGE(0x1000, 0x2fff), REGION_RESERVED);
	build_done(&host, &a);
	groups[0] = &host.groups[0];
	groups[1] = &host.groups[1];
	io_space_of(&host, &a, groups, 2, &s);
	text = said(&s);
	assert_string_equal(text, "0 free*, 1000 reserved, 2000 reserved, 3000 free*");
	assert_int_equal(s.parts[1].n_lines, 2);
	assert_int_equal(s.parts[2].n_lines, 1);
	assert_int_equal(host.regions[s.lines[s.parts[2].first_line]].group, 2);
	assert_true(s.last == WIDTH_39);
	io_space_clear(&s);
	/* a list that was not read: what is not listed is not free */
	host.groups[1].regions_state = SOURCE_DENIED;
	analysis_clear(&a);
	analyze(&host, NULL, &a);
	io_space_of(&host, &a, groups, 2, &s);
	assert_false(s.complete);
	assert_int_equal(s.parts[0].kind, SPACE_UNKNOWN);
	io_space_clear(&s);
	analysis_clear(&a);
	host_clear(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_set),
	};

	return cmocka_run_group_tests_name("io-space", tests, NULL, NULL);
}
