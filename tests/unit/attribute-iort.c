/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose the range of an RMR node is. The expected matches are those of iort_node_map_id,
 * iort_nc_iommu_map, iort_node_get_rmr_info and iort_rmr_alloc
 * (drivers/acpi/arm64/iort.c).
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/firmware.h"
#include "base/cleanup.h"
#include "firmware/iort.h"

/* --- A table: an ITS group, two SMMUs, and what a test adds --- */

#define SMMU_A 0x48
#define SMMU_B 0x8c
#define MAPPINGS_MAX 3

struct id_mapping {
	uint32_t input, count, output, reference, flags;
};

struct builder {
	uint8_t bytes[1024];
	size_t len;
	unsigned nodes;
};

static void put(struct builder *b, uint64_t value, size_t size)
{
	assert_true(b->len + size <= sizeof(b->bytes));
	for (size_t i = 0; i < size; i++)
		b->bytes[b->len++] = i < 8 ? (uint8_t)(value >> 8 * i) : 0;
}

static void put_header(struct builder *b, unsigned type, size_t length, size_t n_mappings,
		       size_t mappings)
{
	put(b, type, 1);
	put(b, length, 2);
	put(b, 3, 1);
	put(b, b->nodes++, 4);
	put(b, n_mappings, 4);
	put(b, mappings, 4);
}

static void put_mappings(struct builder *b, const struct id_mapping *m, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		put(b, m[i].input, 4);
		put(b, m[i].count, 4);
		put(b, m[i].output, 4);
		put(b, m[i].reference, 4);
		put(b, m[i].flags, 4);
	}
}

static void put_smmu(struct builder *b, uint64_t base)
{
	put_header(b, IORT_SMMU_V3, 0x44, 0, 0);
	put(b, base, 8);
	put(b, 0, 0x44 - 24);
}

static void begin(struct builder *b, unsigned revision)
{
	*b = (struct builder){ 0 };
	memcpy(b->bytes, "IORT", 4);
	b->bytes[8] = (uint8_t)revision;
	b->len = 36;
	put(b, 0, 4);
	put(b, 0x30, 4);
	put(b, 0, 4);
	put_header(b, IORT_ITS_GROUP, 0x18, 0, 0);
	put(b, 1, 4);
	put(b, 0, 4);
	assert_int_equal(b->len, SMMU_A);
	put_smmu(b, 0x9050000);
	assert_int_equal(b->len, SMMU_B);
	put_smmu(b, 0x9060000);
}

static size_t put_root_complex(struct builder *b, unsigned segment,
			       const struct id_mapping *m, size_t n)
{
	size_t at = b->len;

	put_header(b, IORT_ROOT_COMPLEX, 0x24 + 20 * n, n, 0x24);
	put(b, 1, 8);
	put(b, 0, 4);
	put(b, segment, 4);
	put(b, 64, 4);
	put_mappings(b, m, n);
	return at;
}

static void put_component(struct builder *b, const char *path, const struct id_mapping *m,
			  size_t n)
{
	size_t room = (strlen(path) + 1 + 29 + 3) / 4 * 4;

	put_header(b, IORT_NAMED_COMPONENT, room + 20 * n, n, room);
	put(b, 0, 4);
	put(b, 1, 8);
	put(b, 64, 1);
	for (size_t i = 0; i < room - 29; i++)
		put(b, i < strlen(path) ? (uint8_t)path[i] : 0, 1);
	put_mappings(b, m, n);
}

static void put_rmr(struct builder *b, unsigned flags, const struct id_mapping *m,
		    size_t n, uint64_t base, uint64_t length)
{
	put_header(b, IORT_RMR, 0x1c + 20 + 20 * n, n, n ? 0x30 : 0);
	put(b, flags, 4);
	put(b, 1, 4);
	put(b, 0x1c, 4);
	put(b, base, 8);
	put(b, length, 8);
	put(b, 0, 4);
	put_mappings(b, m, n);
}

/* Gives the table to a host. */
static void end(struct builder *b, struct host *host)
{
	struct table_file *f = ADD(host, tables);
	uint8_t sum = 0;

	b->bytes[4] = (uint8_t)b->len;
	b->bytes[5] = (uint8_t)(b->len >> 8);
	b->bytes[36] = (uint8_t)b->nodes;
	for (size_t i = 0; i < b->len; i++)
		sum = (uint8_t)(sum + b->bytes[i]);
	b->bytes[9] = (uint8_t)-sum;
	f->name = xstrdup("IORT");
	f->state = SOURCE_READ;
	f->size = b->len;
	f->bytes = xcalloc(b->len, 1);
	memcpy(f->bytes, b->bytes, b->len);
}

/* --- Hosts --- */

/* Each device in a group of its own. */
static void build_machine(struct host *host, const char *release, uint64_t page)
{
	static const char *const functions[] = { "0000:00:00.0", "0000:00:01.0",
						 "0000:01:00.0", "0000:01:00.1",
						 "0001:00:01.0" };
	struct device *d;
	uint32_t i;

	build_host(host, release, "aarch64", page);
	build_iommu(host, IOMMU_SMMUV3);
	for (i = 0; i < ARRAY_SIZE(functions); i++) {
		build_group(host, i, DOMAIN_DMA);
		build_device(host, functions[i], i, 0x020000, NULL);
	}
	build_group(host, i, DOMAIN_DMA);
	d = host_add_device(host, "ABCD0001:00");
	d->bus = BUS_PLATFORM;
	d->group = i;
	d->iommu = 0;
	d->firmware_path = xstrdup("\\_SB_.COM0");
}

/* "00:01.0 COM0": who has a claim, without the domain where it is 0. */
static char *claimants(const struct host *host, const struct analysis *a)
{
	struct text t = { 0 };

	for (size_t i = 0; i < a->firmware.n_claims; i++) {
		const char *name = host->devices[a->firmware.claims[i].device].name;

		text_printf(&t, "%s%s", i ? " " : "",
			    text_starts_with(name, "0000:")	 ? name + 5
			    : text_starts_with(name, "ABCD0001") ? "COM0"
								 : name);
	}
	return text_take(&t);
}

static void check_claimants(const char *row, const struct host *host,
			    const struct analysis *a, const char *wanted)
{
	cleanup_free char *owners = claimants(host, a);

	if (strcmp(owners, wanted))
		fail_msg("%s: of \"%s\", should be of \"%s\"", row, owners, wanted);
}

/* --- From requester ids to stream ids --- */

static const struct id_mapping all_to_a = { 0, 0xffff, 0, SMMU_A, 0 };

static void test_functions(void **state)
{
	/* the mappings of the root complex of segment 0, and of the RMR node */
	static const struct {
		const char *row;
		struct id_mapping root[MAPPINGS_MAX];
		size_t n_root;
		struct id_mapping rmr[MAPPINGS_MAX];
		size_t n_rmr;
		const char *owners;
	} rows[] = {
		{ "one stream",
		  { { 0, 0xffff, 0, SMMU_A, 0 } },
		  1,
		  { { 0, 0, 8, SMMU_A, 0 } },
		  1,
		  "00:01.0" },
		{ "both ends are included",
		  { { 0, 0xffff, 0, SMMU_A, 0 } },
		  1,
		  { { 0, 0xf8, 8, SMMU_A, 0 } },
		  1,
		  "00:01.0 01:00.0" },
		{ "one more would be too many",
		  { { 0, 0xffff, 0, SMMU_A, 0 } },
		  1,
		  { { 0, 0xf6, 9, SMMU_A, 0 } },
		  1,
		  "" },
		{ "the input base of an RMR has no meaning",
		  { { 0, 0xffff, 0, SMMU_A, 0 } },
		  1,
		  { { 0x999, 0, 8, SMMU_A, 1 } },
		  1,
		  "00:01.0" },
		{ "second mapping of the RMR",
		  { { 0, 0xffff, 0, SMMU_A, 0 } },
		  1,
		  { { 0, 0, 0x50, SMMU_A, 0 }, { 0, 0, 8, SMMU_A, 0 } },
		  2,
		  "00:01.0" },
		{ "named twice by one node",
		  { { 0, 0xffff, 0, SMMU_A, 0 } },
		  1,
		  { { 0, 0, 8, SMMU_A, 0 }, { 0, 9, 0, SMMU_A, 0 } },
		  2,
		  "00:00.0 00:01.0" },
		{ "output base",
		  { { 0, 0xffff, 0x10000, SMMU_A, 0 } },
		  1,
		  { { 0, 0, 0x10008, SMMU_A, 0 } },
		  1,
		  "00:01.0" },
		{ "input base",
		  { { 0x100, 0xff, 0, SMMU_A, 0 } },
		  1,
		  { { 0, 0x1000, 0, SMMU_A, 0 } },
		  1,
		  "01:00.0 01:00.1" },
		{ "another SMMU",
		  { { 0, 0xffff, 0, SMMU_A, 0 } },
		  1,
		  { { 0, 0, 8, SMMU_B, 0 } },
		  1,
		  "" },
		{ "two SMMUs",
		  { { 0, 0xff, 0, SMMU_A, 0 }, { 0x100, 0xff, 0, SMMU_B, 0 } },
		  2,
		  { { 0, 8, 0, SMMU_B, 0 } },
		  1,
		  "01:00.0 01:00.1" },
		{ "single mapping: one stream for all",
		  { { 0, 0, 0x77, SMMU_A, 1 } },
		  1,
		  { { 0, 0, 0x77, SMMU_A, 0 } },
		  1,
		  "00:00.0 00:01.0 01:00.0 01:00.1" },
		/* QEMU 7.2 writes such a count: 0x100 where it means 0x100 ids */
		{ "the count is one too many: the next mapping has the id",
		  { { 0, 0x100, 0, SMMU_A, 0 }, { 0x100, 0xfeff, 0x100, SMMU_B, 0 } },
		  2,
		  { { 0, 0, 0x100, SMMU_A, 0 } },
		  1,
		  "" },
		{ "and its stream is that of the next",
		  { { 0, 0x100, 0, SMMU_A, 0 }, { 0x100, 0xfeff, 0x100, SMMU_B, 0 } },
		  2,
		  { { 0, 0, 0x100, SMMU_B, 0 } },
		  1,
		  "01:00.0" },
		{ "the next does not begin with it: the first has the id",
		  { { 0, 0x100, 0, SMMU_A, 0 }, { 0xff, 0xffff, 0xff, SMMU_B, 0 } },
		  2,
		  { { 0, 0, 0x100, SMMU_A, 0 } },
		  1,
		  "01:00.0" },
		{ "the last id, and no other mapping",
		  { { 0, 0x100, 0, SMMU_A, 0 } },
		  1,
		  { { 0, 0, 0x100, SMMU_A, 0 } },
		  1,
		  "01:00.0" },
		{ "the earlier of two has an id in the middle",
		  { { 0, 0xffff, 0, SMMU_A, 0 }, { 0, 0xffff, 0, SMMU_B, 0 } },
		  2,
		  { { 0, 0xffff, 0, SMMU_B, 0 } },
		  1,
		  "" },
		{ "a first reference of 0 and none is read",
		  { { 0x500, 0, 0, 0, 0 }, { 0, 0xffff, 0, SMMU_A, 0 } },
		  2,
		  { { 0, 0xffff, 0, SMMU_A, 0 } },
		  1,
		  "" },
		{ "past the SMMU, to the ITS",
		  { { 0, 0xffff, 0, 0x30, 0 } },
		  1,
		  { { 0, 0xffff, 0, SMMU_A, 0 } },
		  1,
		  "" },
		{ "a reference into a node",
		  { { 0, 0xffff, 0, SMMU_A + 4, 0 } },
		  1,
		  { { 0, 0xffff, 0, SMMU_A, 0 } },
		  1,
		  "" },
		{ "in a circle",
		  { { 0, 0xffff, 0, 0xd0, 0 } },
		  1,
		  { { 0, 0xffff, 0, SMMU_A, 0 } },
		  1,
		  "" },
		{ "the input ids wrap: none is in",
		  { { 1, UINT32_MAX, 0, SMMU_A, 0 } },
		  1,
		  { { 0, 0xffff, 0, SMMU_A, 0 } },
		  1,
		  "" },
		{ "the streams wrap: none is in",
		  { { 0, 0xffff, 0, SMMU_A, 0 } },
		  1,
		  { { 0, UINT32_MAX, 1, SMMU_A, 0 } },
		  1,
		  "" },
		{ "all streams there are",
		  { { 0, 0xffff, 0, SMMU_A, 0 } },
		  1,
		  { { 0, UINT32_MAX, 0, SMMU_A, 0 } },
		  1,
		  "00:00.0 00:01.0 01:00.0 01:00.1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct builder b;
		struct host host;

		build_machine(&host, "7.2", 4096);
		begin(&b, 5);
		assert_int_equal(put_root_complex(&b, 0, rows[i].root, rows[i].n_root),
				 0xd0);
		put_rmr(&b, 0, rows[i].rmr, rows[i].n_rmr, 0x70000000, 0x10000);
		end(&b, &host);
		build_done(&host, &a);
		check_claimants(rows[i].row, &host, &a, rows[i].owners);
		for (size_t c = 0; c < a.firmware.n_claims; c++) {
			CHECK(rows[i].row, a.firmware.claims[c].table == &table_iort);
			CHECK(rows[i].row, a.firmware.claims[c].type == REGION_DIRECT);
			CHECK(rows[i].row, a.firmware.claims[c].conditional);
		}
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* The first root complex of a segment counts. */
static void test_segments(void **state)
{
	static const struct id_mapping zero = { 0, 0xffff, 0, SMMU_A, 0 };
	static const struct id_mapping one = { 0, 0xffff, 0x10000, SMMU_A, 0 };
	static const struct id_mapping rmr = { 0, 0, 0x10008, SMMU_A, 0 };
	cleanup_free char *detail = NULL;
	struct analysis a;
	struct builder b;
	struct host host;

	(void)state;
	build_machine(&host, "7.2", 4096);
	begin(&b, 5);
	put_root_complex(&b, 0, &zero, 1);
	put_root_complex(&b, 1, &one, 1);
	put_root_complex(&b, 0, &one, 1);
	put_rmr(&b, RMR_REMAP_PERMITTED, &rmr, 1, 0x70000000, 0x10000);
	end(&b, &host);
	build_done(&host, &a);
	check_claimants("segments", &host, &a, "0001:00:01.0");
	assert_int_equal(a.firmware.claims[0].type, REGION_DIRECT_RELAXABLE);
	detail = entry_detail(&a, &a.firmware.entries[0]);
	assert_string_equal(detail, "remap permitted, stream 0x10008 of SMMU 0x9050000");
	analysis_clear(&a);
	host_clear(&host);
}

/* --- Named components --- */

static void test_components(void **state)
{
	static const struct {
		const char *row, *path;
		struct id_mapping maps[MAPPINGS_MAX];
		size_t n;
		const char *owners;
		bool known;
	} rows[] = {
		{ "single mapping",
		  "\\_SB_.COM0",
		  { { 0, 0, 8, SMMU_A, 1 } },
		  1,
		  "COM0",
		  true },
		{ "of another name",
		  "\\_SB_.COM1",
		  { { 0, 0, 8, SMMU_A, 1 } },
		  1,
		  "",
		  false },
		{ "the beginning of the name",
		  "\\_SB_.COM",
		  { { 0, 0, 8, SMMU_A, 1 } },
		  1,
		  "",
		  false },
		{ "another stream",
		  "\\_SB_.COM0",
		  { { 0, 0, 9, SMMU_A, 1 } },
		  1,
		  "",
		  true },
		{ "the second of two streams",
		  "\\_SB_.COM0",
		  { { 0, 0, 9, SMMU_A, 1 }, { 0, 0, 8, SMMU_A, 1 } },
		  2,
		  "COM0",
		  true },
		{ "two streams in one node",
		  "\\_SB_.COM0",
		  { { 0, 0, 8, SMMU_A, 1 }, { 0, 0, 8, SMMU_A, 1 } },
		  2,
		  "COM0",
		  true },
		{ "a range of ids is for a bus below",
		  "\\_SB_.COM0",
		  { { 8, 0, 8, SMMU_A, 0 } },
		  1,
		  "",
		  false },
		{ "a range ends the list",
		  "\\_SB_.COM0",
		  { { 8, 0, 8, SMMU_A, 0 }, { 0, 0, 8, SMMU_A, 1 } },
		  2,
		  "",
		  false },
		{ "what leads to no SMMU ends the list",
		  "\\_SB_.COM0",
		  { { 0, 0, 8, 0x30, 1 }, { 0, 0, 8, SMMU_A, 1 } },
		  2,
		  "",
		  true },
	};
	static const struct id_mapping rmr = { 0, 0, 8, SMMU_A, 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct builder b;
		struct host host;

		build_machine(&host, "7.2", 4096);
		begin(&b, 5);
		put_component(&b, rows[i].path, rows[i].maps, rows[i].n);
		put_rmr(&b, 0, &rmr, 1, 0x70000000, 0x10000);
		end(&b, &host);
		build_done(&host, &a);
		check_claimants(rows[i].row, &host, &a, rows[i].owners);
		CHECK(rows[i].row, a.firmware.tables_known[5] == rows[i].known);
		CHECK(rows[i].row,
		      !a.firmware.n_claims || !a.firmware.claims[0].conditional);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* --- What the kernel makes of a node --- */

static void test_ignored(void **state)
{
	static const struct {
		const char *row, *release;
		unsigned revision;
		size_t n;
		uint32_t reference;
		uint32_t more;	 /* streams beside the first */
		const char *why; /* NULL: it is used */
	} rows[] = {
		{ "used", "7.2", 5, 1, SMMU_A, 1, NULL },
		{ "later revision", "7.2", 6, 1, SMMU_A, 1, NULL },
		{ "first kernel", "6.0", 5, 1, SMMU_A, 1, NULL },
		{ "one stream", "6.0", 5, 1, SMMU_A, 0, "single stream" },
		{ "one stream, read", "6.5", 5, 1, SMMU_A, 0, NULL },
		{ "kernel not known", NULL, 5, 1, SMMU_A, 1, NULL },
		{ "kernel too old", "5.19", 5, 1, SMMU_A, 1, "does not read RMR nodes" },
		{ "draft", "7.2", 4, 1, SMMU_A, 1, "below 5" },
		{ "no mapping", "7.2", 5, 0, 0, 1, "no ID mapping" },
		{ "to the ITS", "7.2", 5, 1, 0x30, 1, "leads to an SMMU" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct id_mapping rmr = { 0, rows[i].more, 8, rows[i].reference, 0 };
		struct analysis a;
		struct builder b;
		struct host host;

		build_machine(&host, rows[i].release, 4096);
		build_region(&host, 1, 1, RANGE(0x70000000, 0x7000ffff), REGION_DIRECT);
		begin(&b, rows[i].revision);
		put_root_complex(&b, 0, &all_to_a, 1);
		put_rmr(&b, 0, &rmr, rows[i].n, 0x70000000, 0x10000);
		end(&b, &host);
		build_done(&host, &a);
		CHECK(rows[i].row, a.firmware.n_entries == 1);
		CHECK(rows[i].row, !a.firmware.entries[0].ignored == !rows[i].why);
		if (rows[i].why) {
			CHECK(rows[i].row,
			      strstr(a.outcomes.of_entry[0].why, rows[i].why));
			CHECK(rows[i].row,
			      a.outcomes.of_entry[0].state == ENTRY_NOT_SHOWN);
			CHECK(rows[i].row, a.origins[0].explained == EXPLAINED_NOT);
		} else {
			CHECK(rows[i].row, a.outcomes.of_entry[0].state == ENTRY_SHOWN);
			CHECK(rows[i].row, a.origins[0].explained == EXPLAINED_FULLY);
		}
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* A range that is not of whole 64 KiB is widened to pages of the kernel, and only then.
 */
static void test_rounding(void **state)
{
	static const struct {
		const char *row;
		uint64_t page, base, length;
		struct range range;
	} rows[] = {
		{ "64 KiB", 4096, 0x70000000, 0x10000, { 0x70000000, 0x7000ffff } },
		{ "pages", 4096, 0x70001000, 0x3000, { 0x70001000, 0x70003fff } },
		{ "base within a page",
		  4096,
		  0x70001800,
		  0x1000,
		  { 0x70001000, 0x70002fff } },
		{ "length within a page",
		  4096,
		  0x70000000,
		  0x10001,
		  { 0x70000000, 0x70010fff } },
		{ "base, 64 KiB pages",
		  65536,
		  0x70028000,
		  0x10000,
		  { 0x70020000, 0x7003ffff } },
		{ "length, 64 KiB pages",
		  65536,
		  0x70000000,
		  0x1000,
		  { 0x70000000, 0x7000ffff } },
		{ "64 KiB, 64 KiB pages",
		  65536,
		  0x70010000,
		  0x10000,
		  { 0x70010000, 0x7001ffff } },
		{ "page size not known",
		  0,
		  0x70001800,
		  0x1000,
		  { 0x70001000, 0x70002fff } },
		{ "no length", 4096, 0x70000000, 0, { 0x70000000, 0x6fffffff } },
		{ "to the top",
		  4096,
		  0xffffffffffff0000,
		  0x10000,
		  { 0xffffffffffff0000, UINT64_MAX } },
		{ "beyond the top",
		  4096,
		  0xfffffffffffff000,
		  0x2000,
		  { 0xfffffffffffff000, 0xfff } },
	};
	static const struct id_mapping rmr = { 0, 0, 8, SMMU_A, 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct builder b;
		struct host host;

		build_machine(&host, "7.2", rows[i].page);
		begin(&b, 5);
		put_root_complex(&b, 0, &all_to_a, 1);
		put_rmr(&b, 0, &rmr, 1, rows[i].base, rows[i].length);
		end(&b, &host);
		build_done(&host, &a);
		CHECK(rows[i].row, a.firmware.n_claims == 1);
		CHECK(rows[i].row,
		      range_equals(a.firmware.claims[0].range, rows[i].range));
		CHECK(rows[i].row, a.firmware.entries[0].written.first == rows[i].base);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* What is not listed although its device is here may be the host bridge's doing. */
static void test_not_listed(void **state)
{
	static const struct id_mapping here = { 0, 0, 8, SMMU_A, 0 };
	static const struct id_mapping gone = { 0, 1, 0x50, SMMU_A, 0 };
	/* of the component: a single stream, or a range for the devices of a bus below it
	 */
	static const struct id_mapping components[] = { { 0, 0, 0x40, SMMU_A, 1 },
							{ 0, 0xf, 0x40, SMMU_A, 0 } };

	(void)state;
	for (size_t hidden = 0; hidden < ARRAY_SIZE(components); hidden++) {
		struct analysis a;
		struct builder b;
		struct host host;

		build_machine(&host, "7.2", 4096);
		begin(&b, 5);
		put_root_complex(&b, 0, &all_to_a, 1);
		put_component(&b, "\\_SB_.COM0", &components[hidden], 1);
		put_rmr(&b, 0, &here, 1, 0x70000000, 0x10000);
		put_rmr(&b, 0, &gone, 1, 0x71000000, 0x10000);
		end(&b, &host);
		build_done(&host, &a);
		assert_int_equal(a.outcomes.of_entry[0].state, ENTRY_NOT_SHOWN);
		assert_non_null(strstr(a.outcomes.of_entry[0].why, "_DSM function 5"));
		assert_int_equal(a.outcomes.of_entry[1].state,
				 hidden ? ENTRY_UNKNOWN : ENTRY_NO_DEVICE);
		assert_non_null(strstr(a.outcomes.of_entry[1].why,
				       hidden ? "cannot be seen" : "0x50-0x51"));
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* Whose stream a node begins with: asked of nodes that the kernel skips. */
static void test_begins_with(void **state)
{
	static const struct {
		const char *row;
		struct id_mapping rmr[MAPPINGS_MAX];
		size_t n;
		bool is_its; /* 0000:00:01.0, whose stream is 8 */
	} rows[] = {
		{ "its stream", { { 0, 0, 8, SMMU_A, 0 } }, 1, true },
		{ "another", { { 0, 0, 9, SMMU_A, 0 } }, 1, false },
		{ "of another SMMU", { { 0, 0, 8, SMMU_B, 0 } }, 1, false },
		{ "to the ITS", { { 0, 0, 8, 0x30, 0 } }, 1, false },
		{ "into a node", { { 0, 0, 8, SMMU_A + 4, 0 } }, 1, false },
		{ "the third",
		  { { 0, 0, 8, SMMU_A + 4, 0 },
		    { 0, 0, 9, SMMU_A, 0 },
		    { 0, 0, 8, SMMU_A, 0 } },
		  3,
		  true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct builder b;
		struct host host;

		build_machine(&host, "6.0", 4096);
		begin(&b, 5);
		put_root_complex(&b, 0, &all_to_a, 1);
		put_rmr(&b, 0, rows[i].rmr, rows[i].n, 0x70000000, 0x10000);
		end(&b, &host);
		build_done(&host, &a);
		CHECK(rows[i].row, rmr_begins_with(&a, &a.firmware.entries[0],
						   &host.devices[1]) == rows[i].is_its);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* Random nodes behind a good head: nothing is read outside of the table, and no loop. */
static void test_random(void **state)
{
	uint32_t seed = 4711;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct analysis a;
		struct builder b;
		struct host host;

		build_machine(&host, "7.2", 4096);
		begin(&b, 5);
		put_root_complex(&b, 0, &all_to_a, 1);
		for (int n = 0; n < 200; n++) {
			seed = seed * 1664525 + 1013904223;
			put(&b, n % 4 ? seed >> 24 & seed >> 16 & 0x1f : seed >> 24, 1);
		}
		b.nodes += seed >> 28;
		end(&b, &host);
		build_done(&host, &a);
		analysis_clear(&a);
		host_clear(&host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_functions),   cmocka_unit_test(test_segments),
		cmocka_unit_test(test_components),  cmocka_unit_test(test_ignored),
		cmocka_unit_test(test_rounding),    cmocka_unit_test(test_not_listed),
		cmocka_unit_test(test_begins_with), cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests_name("attribute-iort", tests, NULL, NULL);
}
