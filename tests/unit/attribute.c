/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose a direct region is. The expected matches are those of dmar_match_pci_path
 * (drivers/iommu/intel/dmar.c), device_rmrr_is_relaxable (intel/iommu.c),
 * init_unity_map_range (drivers/iommu/amd/init.c), and of_iommu_get_resv_regions
 * (drivers/iommu/of_iommu.c), not of the specifications.
 */
#include "device-tree.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/firmware.h"
#include "base/cleanup.h"
#include "firmware/dmar.h"
#include "firmware/ivrs.h"
#include "rules/rules.h"

/* --- Tables, put together byte by byte --- */

struct builder {
	uint8_t bytes[512];
	size_t len;
	size_t entry; /* where the last entry begins */
};

static void put(struct builder *b, uint64_t value, size_t size)
{
	assert_true(b->len + size <= sizeof(b->bytes));
	for (size_t i = 0; i < size; i++)
		b->bytes[b->len++] = (uint8_t)(value >> 8 * i);
}

/* A header of 36 bytes and 12 more, which all of these tables have. */
static void begin(struct builder *b, const char *signature, unsigned first_of_12)
{
	*b = (struct builder){ 0 };
	memcpy(b->bytes, signature, 4);
	b->len = 36;
	b->bytes[8] = 1; /* revision */
	put(b, first_of_12, 4);
	put(b, 0, 8);
}

static void put_drhd(struct builder *b, unsigned segment, uint64_t base)
{
	put(b, DMAR_DRHD, 2);
	put(b, 16, 2);
	put(b, 1, 2); /* INCLUDE_PCI_ALL */
	put(b, segment, 2);
	put(b, base, 8);
}

static void begin_dmar(struct builder *b)
{
	begin(b, "DMAR", 38 | 1 << 8); /* 39 bits, interrupt remapping */
	put_drhd(b, 0, 0xfed90000);
}

static void put_rmrr(struct builder *b, unsigned segment, struct range range)
{
	b->entry = b->len;
	put(b, DMAR_RMRR, 2);
	put(b, 24, 2);
	put(b, 0, 2);
	put(b, segment, 2);
	put(b, range.first, 8);
	put(b, range.last, 8);
}

/* path: pairs of hexadecimal digits "1c.0/00.0", device and function. */
static void put_scope(struct builder *b, enum scope_type type, unsigned bus,
		      const char *path)
{
	size_t elements = (strlen(path) + 1) / 5;

	put(b, type, 1);
	put(b, 6 + 2 * elements, 1);
	put(b, 0, 3);
	put(b, bus, 1);
	for (const char *s = path; *s; s += s[4] ? 5 : 4) {
		put(b, strtoul(s, NULL, 16), 1);
		put(b, strtoul(s + 3, NULL, 16), 1);
	}
	b->bytes[b->entry + 2] = (uint8_t)(b->len - b->entry);
}

/* entries: those of the only IVHD, n bytes. */
static void begin_ivrs_with(struct builder *b, const void *entries, size_t n)
{
	begin(b, "IVRS", 0x7f00);
	put(b, IVHD_10, 1);
	put(b, 0, 1);
	put(b, 24 + n, 2);
	put(b, 2 << 3, 2); /* the IOMMU is 00:02.0 */
	put(b, 0x40, 2);
	put(b, 0xfed80000, 8);
	put(b, 0, 8);
	for (size_t i = 0; i < n; i++)
		put(b, ((const uint8_t *)entries)[i], 1);
}

static void begin_ivrs(struct builder *b)
{
	static const uint8_t all_devices[] = { 1, 0, 0, 0 };

	begin_ivrs_with(b, all_devices, sizeof(all_devices));
}

static void put_ivmd(struct builder *b, unsigned type, unsigned flags, unsigned first,
		     unsigned last, unsigned segment, uint64_t start, uint64_t length)
{
	put(b, type, 1);
	put(b, flags, 1);
	put(b, 32, 2);
	put(b, first, 2);
	put(b, last, 2);
	put(b, segment, 2);
	put(b, 0, 6);
	put(b, start, 8);
	put(b, length, 8);
}

/* Gives the table to a host. */
static void end(struct builder *b, struct host *host)
{
	struct table_file *f = ADD(host, tables);
	uint8_t sum = 0;

	b->bytes[4] = (uint8_t)b->len;
	b->bytes[5] = (uint8_t)(b->len >> 8);
	for (size_t i = 0; i < b->len; i++)
		sum = (uint8_t)(sum + b->bytes[i]);
	b->bytes[9] = (uint8_t)-sum;
	f->name = xstrndup((const char *)b->bytes, 4);
	f->state = SOURCE_READ;
	f->size = b->len;
	f->bytes = xcalloc(b->len, 1);
	memcpy(f->bytes, b->bytes, b->len);
}

/* --- Hosts --- */

/* A function where it stands: the bridge above it (NULL: none) and its root bus. */
static void build_at(struct host *host, const char *name, uint32_t group,
		     uint32_t class_code, const char *parent, uint8_t root_bus)
{
	struct device *d;

	build_device(host, name, group, class_code, NULL);
	d = &host->devices[host->n_devices - 1];
	d->is_virtual_function = TRISTATE_NO;
	d->topology_known = true;
	d->parent = parent ? xstrdup(parent) : NULL;
	d->root_bus = root_bus;
}

#define NIC 0x020000
#define BRIDGE 0x060400

/* Each function in a group of its own, in the order of their names. */
static void build_tree(struct host *host, enum iommu_kind kind)
{
	static const struct {
		const char *name;
		uint32_t class_code;
		const char *parent;
		uint8_t root_bus;
	} devices[] = {
		{ "0000:00:02.0", 0x030000, NULL, 0 },
		{ "0000:00:03.0", NIC, NULL, 0 },
		{ "0000:00:14.0", 0x0c0330, NULL, 0 },
		{ "0000:00:1c.0", BRIDGE, NULL, 0 },
		{ "0000:00:1d.0", BRIDGE, NULL, 0 },
		{ "0000:01:00.0", NIC, "0000:00:1c.0", 0 },
		{ "0000:01:00.1", NIC, "0000:00:1c.0", 0 }, /* a virtual function */
		{ "0000:02:00.0", BRIDGE, "0000:00:1d.0", 0 },
		{ "0000:03:00.0", NIC, "0000:02:00.0", 0 },
		{ "0000:80:02.0", NIC, NULL, 0x80 },
		{ "0001:00:03.0", NIC, NULL, 0 },
	};

	build_host(host, "6.12", "x86_64", 4096);
	build_iommu(host, kind);
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
		build_group(host, (uint32_t)i, DOMAIN_DMA);
		build_at(host, devices[i].name, (uint32_t)i, devices[i].class_code,
			 devices[i].parent, devices[i].root_bus);
	}
	host->devices[6].is_virtual_function = TRISTATE_YES;
}

/* The names of the devices that have a claim, without the domain where it is 0. */
static char *claimants(const struct host *host, const struct analysis *a)
{
	struct text t = { 0 };

	for (size_t i = 0; i < a->firmware.n_claims; i++) {
		const char *name = host->devices[a->firmware.claims[i].device].name;

		text_printf(&t, "%s%s", i ? " " : "",
			    text_starts_with(name, "0000:") ? name + 5 : name);
	}
	return text_take(&t);
}

/* --- Intel --- */

static void test_scopes(void **state)
{
	static const struct {
		const char *row;
		enum scope_type type;
		unsigned segment, bus;
		const char *path;
		const char *owners;
	} rows[] = {
		{ "on the root bus", SCOPE_ENDPOINT, 0, 0, "03.0", "00:03.0" },
		{ "not there", SCOPE_ENDPOINT, 0, 0, "04.0", "" },
		{ "below a bridge", SCOPE_ENDPOINT, 0, 0, "1c.0/00.0", "01:00.0" },
		{ "below two bridges", SCOPE_ENDPOINT, 0, 0, "1d.0/00.0/00.0",
		  "03:00.0" },
		{ "wrong function on the way", SCOPE_ENDPOINT, 0, 0, "1d.0/00.1/00.0",
		  "" },
		{ "path too short", SCOPE_ENDPOINT, 0, 0, "00.0", "" },
		{ "path too long", SCOPE_ENDPOINT, 0, 0, "03.0/00.0", "" },
		{ "broken, workaround", SCOPE_ENDPOINT, 0, 1, "00.0", "01:00.0" },
		{ "broken, workaround, deep", SCOPE_ENDPOINT, 0, 3, "00.0", "03:00.0" },
		{ "two elements from a secondary bus", SCOPE_ENDPOINT, 0, 2, "00.0/00.0",
		  "" },
		{ "another root bus", SCOPE_ENDPOINT, 0, 0x80, "02.0", "80:02.0" },
		{ "same numbers, first root bus", SCOPE_ENDPOINT, 0, 0, "02.0",
		  "00:02.0" },
		{ "another segment", SCOPE_ENDPOINT, 1, 0, "03.0", "0001:00:03.0" },
		{ "a segment that is not there", SCOPE_ENDPOINT, 2, 0, "03.0", "" },
		{ "virtual function", SCOPE_ENDPOINT, 0, 0, "1c.0/00.1", "" },
		{ "virtual function, workaround", SCOPE_ENDPOINT, 0, 1, "00.1", "" },
		{ "bridge, and all below", SCOPE_BRIDGE, 0, 0, "1c.0",
		  "00:1c.0 01:00.0 01:00.1" },
		{ "bridge above a bridge", SCOPE_BRIDGE, 0, 0, "1d.0",
		  "00:1d.0 02:00.0 03:00.0" },
		{ "bridge below a bridge", SCOPE_BRIDGE, 0, 0, "1d.0/00.0",
		  "02:00.0 03:00.0" },
		{ "bridge, workaround", SCOPE_BRIDGE, 0, 2, "00.0", "02:00.0 03:00.0" },
		{ "IOAPIC", SCOPE_IOAPIC, 0, 0, "03.0", "" },
		{ "HPET", SCOPE_HPET, 0, 0, "03.0", "" },
		{ "namespace", SCOPE_NAMESPACE, 0, 0, "03.0", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *owners = NULL;
		struct analysis a;
		struct builder b;
		struct host host;

		build_tree(&host, IOMMU_INTEL);
		begin_dmar(&b);
		put_rmrr(&b, rows[i].segment, RANGE(0x1000, 0x1fff));
		put_scope(&b, rows[i].type, rows[i].bus, rows[i].path);
		end(&b, &host);
		build_done(&host, &a);
		owners = claimants(&host, &a);
		if (strcmp(owners, rows[i].owners))
			fail_msg("%s: of \"%s\", should be of \"%s\"", rows[i].row,
				 owners, rows[i].owners);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* USB controllers and displays get a relaxable range from the same entry. */
static void test_relaxable(void **state)
{
	struct analysis a;
	struct builder b;
	struct host host;

	(void)state;
	build_tree(&host, IOMMU_INTEL);
	begin_dmar(&b);
	put_rmrr(&b, 0, RANGE(0x1000, 0x1fff));
	put_scope(&b, SCOPE_ENDPOINT, 0, "02.0");
	put_scope(&b, SCOPE_ENDPOINT, 0, "03.0");
	put_scope(&b, SCOPE_ENDPOINT, 0, "14.0");
	end(&b, &host);
	build_done(&host, &a);
	assert_int_equal(a.firmware.n_claims, 3);
	assert_int_equal(a.firmware.claims[0].type, REGION_DIRECT_RELAXABLE);
	assert_int_equal(a.firmware.claims[1].type, REGION_DIRECT);
	assert_int_equal(a.firmware.claims[2].type, REGION_DIRECT_RELAXABLE);
	for (size_t i = 0; i < a.firmware.n_claims; i++) {
		assert_ptr_equal(a.firmware.claims[i].table, &table_dmar);
		assert_int_equal(a.firmware.entries[a.firmware.claims[i].entry].number,
				 0);
		assert_int_equal(a.firmware.entries[a.firmware.claims[i].entry].offset,
				 b.entry);
		assert_true(
			range_equals(a.firmware.claims[i].range, RANGE(0x1000, 0x1fff)));
	}
	analysis_clear(&a);
	host_clear(&host);
}

/* A function named twice by one entry has one claim. */
static void test_named_twice(void **state)
{
	cleanup_free char *text = NULL;
	struct analysis a;
	struct builder b;
	struct host host;

	(void)state;
	build_tree(&host, IOMMU_INTEL);
	begin_dmar(&b);
	put_rmrr(&b, 0, RANGE(0x1000, 0x1fff));
	put_scope(&b, SCOPE_ENDPOINT, 0, "1c.0/00.0");
	put_scope(&b, SCOPE_ENDPOINT, 1, "00.0");
	put_rmrr(&b, 0, RANGE(0x8000, 0x8fff));
	put_scope(&b, SCOPE_ENDPOINT, 0, "03.0");
	end(&b, &host);
	build_done(&host, &a);
	assert_int_equal(a.firmware.n_claims, 2);
	assert_int_equal(a.firmware.entries[a.firmware.claims[0].entry].number,
			 1); /* group 1 comes before group 5 */
	assert_int_equal(a.firmware.entries[a.firmware.claims[1].entry].number, 0);
	text = claim_text(&a, &a.firmware.claims[1]);
	assert_string_equal(text, "DMAR RMRR 0 at 0x40");
	analysis_clear(&a);
	host_clear(&host);
}

/* The segment of a unit that has no device: by where its registers are. */
static void test_segment_of_unit(void **state)
{
	static const struct {
		uint64_t base;
		bool known;
		uint32_t segment;
	} rows[] = {
		{ 0xfed90000, true, 0 }, { 0xfed91000, true, 2 },
		{ 0xfed92000, true, 1 }, { 0xfed93000, false, 7 },
		{ 0x1000, false, 7 }, /* of the RMRR */
	};
	struct analysis a;
	struct builder b;
	struct host host;

	(void)state;
	build_tree(&host, IOMMU_INTEL);
	begin_dmar(&b);
	put_rmrr(&b, 0, RANGE(0x1000, 0x1fff));
	put_drhd(&b, 2, 0xfed91000);
	put_drhd(&b, 1, 0xfed92000);
	end(&b, &host);
	build_done(&host, &a);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *row = text_format("row %zu", i);
		uint32_t segment = 7;

		CHECK(row,
		      dmar_unit_segment(&a, rows[i].base, &segment) == rows[i].known);
		CHECK(row, segment == rows[i].segment);
	}
	analysis_clear(&a);
	host_clear(&host);
}

/* --- Lines of sysfs against the entries --- */

#define ENTRIES_MAX 3

static void test_explained(void **state)
{
	static const struct {
		const char *row;
		struct range entries[ENTRIES_MAX];
		size_t n_entries;
		struct range line;
		enum region_type type;
		enum explained explained;
	} rows[] = {
		{ "equal",
		  { { 0x1000, 0x1fff } },
		  1,
		  { 0x1000, 0x1fff },
		  REGION_DIRECT,
		  EXPLAINED_FULLY },
		{ "no entry",
		  { { 0, 0 } },
		  0,
		  { 0x1000, 0x1fff },
		  REGION_DIRECT,
		  EXPLAINED_NOT },
		{ "elsewhere",
		  { { 0x8000, 0x8fff } },
		  1,
		  { 0x1000, 0x1fff },
		  REGION_DIRECT,
		  EXPLAINED_NOT },
		{ "of another type",
		  { { 0x1000, 0x1fff } },
		  1,
		  { 0x1000, 0x1fff },
		  REGION_DIRECT_RELAXABLE,
		  EXPLAINED_NOT },
		{ "two adjacent, merged",
		  { { 0x1000, 0x1fff }, { 0x2000, 0x2fff } },
		  2,
		  { 0x1000, 0x2fff },
		  REGION_DIRECT,
		  EXPLAINED_FULLY },
		{ "two overlapping, merged",
		  { { 0x1000, 0x2fff }, { 0x2000, 0x3fff } },
		  2,
		  { 0x1000, 0x3fff },
		  REGION_DIRECT,
		  EXPLAINED_FULLY },
		{ "a hole is left",
		  { { 0x1000, 0x1fff }, { 0x3000, 0x3fff } },
		  2,
		  { 0x1000, 0x3fff },
		  REGION_DIRECT,
		  EXPLAINED_PARTLY },
		{ "the head is left",
		  { { 0x2000, 0x2fff } },
		  1,
		  { 0x1000, 0x2fff },
		  REGION_DIRECT,
		  EXPLAINED_PARTLY },
		{ "the tail is left",
		  { { 0x1000, 0x1fff } },
		  1,
		  { 0x1000, 0x2fff },
		  REGION_DIRECT,
		  EXPLAINED_PARTLY },
		{ "entry is larger",
		  { { 0, 0xffff } },
		  1,
		  { 0x1000, 0x1fff },
		  REGION_DIRECT,
		  EXPLAINED_FULLY },
		{ "one byte",
		  { { 0x1000, 0x1000 } },
		  1,
		  { 0x1000, 0x1000 },
		  REGION_DIRECT,
		  EXPLAINED_FULLY },
		{ "to the top",
		  { { 0x1000, UINT64_MAX } },
		  1,
		  { 0x1000, UINT64_MAX },
		  REGION_DIRECT,
		  EXPLAINED_FULLY },
		{ "inverted",
		  { { 0x2000, 0x1fff } },
		  1,
		  { 0x2000, 0x1fff },
		  REGION_DIRECT,
		  EXPLAINED_FULLY },
		{ "inverted, of no entry",
		  { { 0x1000, 0x1fff } },
		  1,
		  { 0x2000, 0x1fff },
		  REGION_DIRECT,
		  EXPLAINED_NOT },
		{ "inverted entry explains nothing else",
		  { { 0x2000, 0x1fff } },
		  1,
		  { 0x1000, 0x2fff },
		  REGION_DIRECT,
		  EXPLAINED_NOT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct builder b;
		struct host host;

		build_tree(&host, IOMMU_INTEL);
		build_region(&host, 1, 1, rows[i].line, rows[i].type);
		begin_dmar(&b);
		for (size_t e = 0; e < rows[i].n_entries; e++) {
			put_rmrr(&b, 0, rows[i].entries[e]);
			put_scope(&b, SCOPE_ENDPOINT, 0, "03.0");
		}
		end(&b, &host);
		build_done(&host, &a);
		CHECK(rows[i].row, a.origins[0].explained == rows[i].explained);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* The kernel's own range for ISA bridges is no firmware's, and still explained. */
static void test_isa(void **state)
{
	struct analysis a;
	struct builder b;
	struct host host;

	(void)state;
	build_host(&host, "6.12", "x86_64", 4096);
	build_iommu(&host, IOMMU_INTEL);
	build_group(&host, 1, DOMAIN_DMA);
	build_at(&host, "0000:00:1f.0", 1, 0x060100, NULL, 0);
	build_at(&host, "0000:00:1f.2", 1, 0x010601, NULL, 0);
	build_region(&host, 1, 1, RANGE(0, 0xffffff), REGION_DIRECT_RELAXABLE);
	begin_dmar(&b);
	end(&b, &host);
	build_done(&host, &a);
	assert_int_equal(a.firmware.n_claims, 1);
	assert_null(a.firmware.claims[0].table);
	assert_int_equal(a.origins[0].explained, EXPLAINED_FULLY);
	assert_int_equal(a.identity[0].required, REQUIRED_RELAXABLE);
	assert_int_equal(a.identity[1].required, REQUIRED_NO);
	analysis_clear(&a);
	host_clear(&host);
}

/* --- What devices of a larger group need --- */

enum damage {
	WHOLE,
	NO_TABLE,
	MALFORMED,   /* an entry that passes the end */
	NO_TOPOLOGY, /* of the second device */
	DAMAGE_COUNT,
};

static void test_shared_group(void **state)
{
	static const struct {
		enum requirement first, second;
		enum explained explained;
	} expected[DAMAGE_COUNT] = {
		[WHOLE] = { REQUIRED_YES, REQUIRED_NO, EXPLAINED_FULLY },
		[NO_TABLE] = { REQUIRED_UNKNOWN, REQUIRED_UNKNOWN, EXPLAINED_UNKNOWN },
		/* What was read before the damage counts; what is missing is not known.
		 */
		[MALFORMED] = { REQUIRED_YES, REQUIRED_UNKNOWN, EXPLAINED_FULLY },
		[NO_TOPOLOGY] = { REQUIRED_YES, REQUIRED_UNKNOWN, EXPLAINED_FULLY },
	};

	(void)state;
	for (int damage = WHOLE; damage < DAMAGE_COUNT; damage++) {
		cleanup_free char *row = text_format("damage %d", damage);
		struct analysis a;
		struct builder b;
		struct host host;

		build_host(&host, "6.12", "x86_64", 4096);
		build_iommu(&host, IOMMU_INTEL);
		build_group(&host, 1, DOMAIN_DMA);
		build_at(&host, "0000:00:03.0", 1, NIC, NULL, 0);
		build_at(&host, "0000:00:03.1", 1, NIC, NULL, 0);
		host.devices[1].topology_known = damage != NO_TOPOLOGY;
		build_region(&host, 1, 1, RANGE(0x1000, 0x1fff), REGION_DIRECT);
		begin_dmar(&b);
		put_rmrr(&b, 0, RANGE(0x1000, 0x1fff));
		put_scope(&b, SCOPE_ENDPOINT, 0, "03.0");
		if (damage == MALFORMED) {
			put(&b, DMAR_RMRR, 2);
			put(&b, 200, 2);
		}
		if (damage != NO_TABLE)
			end(&b, &host);
		build_done(&host, &a);
		CHECK(row, a.identity[0].required == expected[damage].first);
		CHECK(row, a.identity[1].required == expected[damage].second);
		CHECK(row, a.origins[0].explained == expected[damage].explained);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* Who may be given addresses of the range of 03.0: device 1 is 03.1, device 2 is 03.2. */
static void test_reuser(void **state)
{
	static const struct {
		const char *row;
		const char *other_scope; /* a second scope of the entry; NULL: none */
		uint32_t class_code;	 /* of 03.1 */
		const char *driver;	 /* of 03.2 */
		enum domain_type type;
		struct range range;
		size_t reuser;
	} rows[] = {
		{ "first", NULL, NIC, NULL, DOMAIN_DMA, { 0x100000, 0x1fffff }, 1 },
		{ "one with a driver",
		  NULL,
		  NIC,
		  "e1000e",
		  DOMAIN_DMA,
		  { 0x100000, 0x1fffff },
		  2 },
		{ "VFIO does no DMA for the kernel",
		  NULL,
		  NIC,
		  "vfio-pci",
		  DOMAIN_DMA,
		  { 0x100000, 0x1fffff },
		  1 },
		{ "one that has it too",
		  "03.1",
		  NIC,
		  NULL,
		  DOMAIN_DMA,
		  { 0x100000, 0x1fffff },
		  2 },
		{ "no bridge",
		  NULL,
		  BRIDGE,
		  NULL,
		  DOMAIN_DMA,
		  { 0x100000, 0x1fffff },
		  2 },
		{ "identity",
		  NULL,
		  NIC,
		  "e1000e",
		  DOMAIN_IDENTITY,
		  { 0x100000, 0x1fffff },
		  NO_INDEX },
		{ "below 1 MiB",
		  NULL,
		  NIC,
		  "e1000e",
		  DOMAIN_DMA,
		  { 0x80000, 0xfffff },
		  NO_INDEX },
		{ "empty",
		  NULL,
		  NIC,
		  "e1000e",
		  DOMAIN_DMA,
		  { 0x200000, 0x1fffff },
		  NO_INDEX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct builder b;
		struct host host;

		build_host(&host, "6.12", "x86_64", 4096);
		build_iommu(&host, IOMMU_INTEL);
		build_group(&host, 1, rows[i].type);
		build_at(&host, "0000:00:03.0", 1, NIC, NULL, 0);
		build_at(&host, "0000:00:03.1", 1, rows[i].class_code, NULL, 0);
		build_at(&host, "0000:00:03.2", 1, NIC, NULL, 0);
		host.devices[2].driver = rows[i].driver ? xstrdup(rows[i].driver) : NULL;
		build_region(&host, 1, 1, rows[i].range, REGION_DIRECT);
		begin_dmar(&b);
		put_rmrr(&b, 0, rows[i].range);
		put_scope(&b, SCOPE_ENDPOINT, 0, "03.0");
		if (rows[i].other_scope)
			put_scope(&b, SCOPE_ENDPOINT, 0, rows[i].other_scope);
		end(&b, &host);
		build_done(&host, &a);
		CHECK(rows[i].row, a.demands.of_device[0].n == 1);
		CHECK(rows[i].row, a.demands.list[a.demands.of_device[0].first].reuser ==
					   rows[i].reuser);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* --- AMD --- */

static void test_ivmd(void **state)
{
	static const struct {
		const char *row;
		unsigned type, flags, first, last, segment;
		const char *owners;
	} rows[] = {
		{ "one", IVMD_ONE, 0x07, 0x18, 0, 0, "00:03.0" },
		{ "one below a bridge", IVMD_ONE, 0x07, 0x100, 0, 0, "01:00.0" },
		{ "one that is not there", IVMD_ONE, 0x07, 0x19, 0, 0, "" },
		{ "range", IVMD_RANGE, 0x07, 0x18, 0xe7, 0, "00:03.0 00:14.0 00:1c.0" },
		{ "range of buses", IVMD_RANGE, 0x08, 0x100, 0x2ff, 0,
		  "01:00.0 01:00.1 02:00.0" },
		{ "all", IVMD_ALL, 0x07, 0, 0, 0,
		  "00:02.0 00:03.0 00:14.0 00:1c.0 00:1d.0 01:00.0 01:00.1 02:00.0 03:00.0 "
		  "80:02.0" },
		{ "all of a segment", IVMD_ALL, 0x07, 0, 0, 1, "0001:00:03.0" },
		{ "exclusion", IVMD_ONE, IVMD_EXCLUSION, 0x18, 0, 0, "00:03.0" },
		{ "neither unity nor exclusion", IVMD_ONE, IVMD_READ | IVMD_WRITE, 0x18,
		  0, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *owners = NULL;
		struct analysis a;
		struct builder b;
		struct host host;

		build_tree(&host, IOMMU_AMD);
		begin_ivrs(&b);
		put_ivmd(&b, rows[i].type, rows[i].flags, rows[i].first, rows[i].last,
			 rows[i].segment, 0x1000, 0x1000);
		end(&b, &host);
		build_done(&host, &a);
		owners = claimants(&host, &a);
		if (strcmp(owners, rows[i].owners))
			fail_msg("%s: of \"%s\", should be of \"%s\"", rows[i].row,
				 owners, rows[i].owners);
		for (size_t c = 0; c < a.firmware.n_claims; c++) {
			CHECK(rows[i].row, a.firmware.claims[c].type == REGION_DIRECT);
			CHECK(rows[i].row, a.firmware.claims[c].table == &table_ivrs);
		}
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* What an IVMD for all is for where there is no group: what a unit serves, but not
 * itself. */
static void test_ivhd_entries(void **state)
{
	static const struct {
		const char *row;
		uint8_t entries[16];
		const char *owners;
	} rows[] = {
		{ "all",
		  { 1 },
		  "00:03.0 00:14.0 00:1c.0 00:1d.0 01:00.0 01:00.1 02:00.0 03:00.0 "
		  "80:02.0" },
		{ "select", { 2, 0x18, 0, 0, 2, 0x10, 0, 0 }, "00:03.0" },
		{ "range",
		  { 3, 0xa0, 0, 0, 4, 0x00, 1, 0 },
		  "00:14.0 00:1c.0 00:1d.0 01:00.0" },
		{ "alias", { 0x42, 0x18, 0, 0, 0, 0xa0, 0, 0 }, "00:03.0" },
		{ "alias range",
		  { 0x43, 0x00, 1, 0, 0, 0xe0, 0, 0, 4, 0xff, 1, 0 },
		  "01:00.0 01:00.1" },
		{ "extended select", { 0x46, 0x18, 0, 0 }, "00:03.0" },
		{ "extended range",
		  { 0x47, 0x00, 3, 0, 0, 0, 0, 0, 4, 0xff, 0xff, 0 },
		  "03:00.0 80:02.0" },
		{ "special device", { 0x48, 0x18, 0, 0, 0, 0x18, 0, 1 }, "" },
		{ "none", { 0 }, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *owners = NULL;
		struct analysis a;
		struct builder b;
		struct host host;

		build_tree(&host, IOMMU_AMD);
		for (size_t d = 0; d < host.n_devices; d++) {
			host.devices[d].group = NO_GROUP;
			host.devices[d].iommu = NO_INDEX;
		}
		begin_ivrs_with(&b, rows[i].entries, sizeof(rows[i].entries));
		put_ivmd(&b, IVMD_ALL, 0x07, 0, 0, 0, 0x1000, 0x1000);
		end(&b, &host);
		build_done(&host, &a);
		owners = claimants(&host, &a);
		if (strcmp(owners, rows[i].owners))
			fail_msg("%s: of \"%s\", should be of \"%s\"", rows[i].row,
				 owners, rows[i].owners);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* A device that is not PCI: by its ACPI id, where all entries of that id agree. */
static void test_acpi_devices(void **state)
{
	static const struct {
		const char *row;
		const char *name;
		uint8_t first, second; /* device ids of two entries of the same ACPI id */
		const char *owners;
	} rows[] = {
		{ "named once", "MSFT0201:00", 0x60, 0x60, "MSFT0201:00" },
		{ "two instances with two ids", "MSFT0201:01", 0x60, 0x68, "" },
		{ "an id that only begins so", "MSFT02015:00", 0x60, 0x60, "" },
		{ "another id", "AMDI0020:00", 0x60, 0x60, "" },
		{ "an IVMD for another", "MSFT0201:00", 0x68, 0x68, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t entries[2][22] = {
			{ 0xf0, rows[i].first, 0, 0, 'M', 'S', 'F', 'T', '0', '2', '0',
			  '1' },
			{ 0xf0, rows[i].second, 0, 0, 'M', 'S', 'F', 'T', '0', '2', '0',
			  '1' },
		};
		cleanup_free char *owners = NULL;
		struct analysis a;
		struct builder b;
		struct device *d;
		struct host host;

		build_host(&host, "6.12", "x86_64", 4096);
		build_iommu(&host, IOMMU_AMD);
		build_group(&host, 0, DOMAIN_DMA);
		d = host_add_device(&host, rows[i].name);
		d->bus = BUS_PLATFORM;
		d->group = 0;
		d->iommu = 0;
		begin_ivrs_with(&b, entries, sizeof(entries));
		put_ivmd(&b, IVMD_ONE, 0x07, 0x60, 0, 0, 0x1000, 0x1000);
		end(&b, &host);
		build_done(&host, &a);
		owners = claimants(&host, &a);
		if (strcmp(owners, rows[i].owners))
			fail_msg("%s: of \"%s\", should be of \"%s\"", rows[i].row,
				 owners, rows[i].owners);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* The driver rounds the start up, and the length by itself. */
static void test_ivmd_rounding(void **state)
{
	static const struct {
		const char *row;
		uint64_t start, length;
		struct range range;
	} rows[] = {
		{ "whole pages", 0x1000, 0x2000, { 0x1000, 0x2fff } },
		{ "start", 0x1c030800, 0x1000, { 0x1c031000, 0x1c031fff } },
		{ "length", 0x1000, 0x801, { 0x1000, 0x1fff } },
		{ "both", 0x1001, 0x1001, { 0x2000, 0x3fff } },
		{ "inside one page", 0x1800, 0x100, { 0x2000, 0x2fff } },
		{ "no length", 0x2000, 0, { 0x2000, 0x1fff } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct builder b;
		struct host host;

		build_tree(&host, IOMMU_AMD);
		build_region(&host, 1, 1, rows[i].range, REGION_DIRECT);
		begin_ivrs(&b);
		put_ivmd(&b, IVMD_ONE, 0x07, 0x18, 0, 0, rows[i].start, rows[i].length);
		end(&b, &host);
		build_done(&host, &a);
		CHECK(rows[i].row, a.firmware.n_claims == 1);
		CHECK(rows[i].row,
		      range_equals(a.firmware.claims[0].range, rows[i].range));
		CHECK(rows[i].row, a.origins[0].explained == EXPLAINED_FULLY);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* The table of another vendor says nothing about a group. */
static void test_other_vendor(void **state)
{
	struct analysis a;
	struct builder b;
	struct host host;

	(void)state;
	build_tree(&host, IOMMU_AMD);
	begin_dmar(&b);
	put_rmrr(&b, 0, RANGE(0x1000, 0x1fff));
	put_scope(&b, SCOPE_ENDPOINT, 0, "03.0");
	end(&b, &host);
	build_region(&host, 1, 1, RANGE(0x1000, 0x1fff), REGION_DIRECT);
	build_done(&host, &a);
	assert_int_equal(a.firmware.n_claims, 0);
	assert_int_equal(a.origins[0].explained, EXPLAINED_UNKNOWN);
	analysis_clear(&a);
	host_clear(&host);
}

/* What the first finding of a rule says of a host; the caller owns it. */
static char *message_of(const struct host *host, const struct analysis *a,
			const char *rule)
{
	struct findings findings = { 0 };
	char *message = NULL;

	rules_run(host, a, NULL, &findings);
	for (size_t i = 0; i < findings.n_list && !message; i++) {
		if (!strcmp(findings.list[i].id, rule))
			message = xstrdup(findings.list[i].message);
	}
	findings_clear(&findings);
	return message ? message : xstrdup("");
}

/* Are two IVMDs for the same device ids? */
static void test_wide_ids(void **state)
{
	static const struct {
		const char *row;
		unsigned first, last; /* of the second; the first is for 0000-00ff */
		const char *says;
	} rows[] = {
		{ "the same", 0, 0xff,
		  "2 IVMDs of the IVRS reserve memory for device ids 0000-00ff (bus 00)." },
		{ "more behind", 0, 0x1ff,
		  "2 IVMDs of the IVRS reserve memory for device ids 0000-00ff (bus 00) "
		  "and others." },
		{ "fewer before", 0x10, 0xff,
		  "2 IVMDs of the IVRS reserve memory for device ids 0000-00ff (bus 00) "
		  "and others." },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *message = NULL;
		struct analysis a;
		struct builder b;
		struct host host;

		build_tree(&host, IOMMU_AMD);
		begin_ivrs(&b);
		put_ivmd(&b, IVMD_RANGE, 0x07, 0, 0xff, 0, 0x1000, 0x1000);
		put_ivmd(&b, IVMD_RANGE, 0x07, rows[i].first, rows[i].last, 0, 0x8000,
			 0x1000);
		end(&b, &host);
		build_done(&host, &a);
		message = message_of(&host, &a, "ivmd-wide-range");
		if (!strstr(message, rows[i].says))
			fail_msg("%s: \"%s\"", rows[i].row, message);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* The name of a security processor that has no IVMD: each part of its id differs. */
static void test_processor_without_ivmd(void **state)
{
	static const uint8_t entry[22] = { 0xf0, 0xad, 0xc3, 0,	  'M', 'S',
					   'F',	 'T',  '0',  '2', '0', '1' };
	cleanup_free char *message = NULL;
	struct analysis a;
	struct builder b;
	struct host host;

	(void)state;
	build_tree(&host, IOMMU_AMD);
	begin_ivrs_with(&b, entry, sizeof(entry));
	end(&b, &host);
	build_done(&host, &a);
	message = message_of(&host, &a, "expected-ivmd-missing");
	if (!strstr(message, "MSFT0201 (device id c3ad, c3:15.5)"))
		fail_msg("\"%s\"", message);
	analysis_clear(&a);
	host_clear(&host);
}

/* --- Device tree --- */

/* Phandles that no other number of the tree looks like. */
#define PHANDLE_SMMU 0x8001
#define PHANDLE_CARD 0x8010
#define PHANDLE_REGION 0x8020

#define PUT_CELLS(blob, name, ...)                               \
	put_cells(blob, name, (const uint32_t[]){ __VA_ARGS__ }, \
		  sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

static void begin_node(void *blob, const char *name, uint32_t address_cells,
		       uint32_t size_cells)
{
	assert_int_equal(fdt_begin_node(blob, name), 0);
	if (!address_cells)
		return;
	PUT_CELLS(blob, "#address-cells", address_cells);
	PUT_CELLS(blob, "#size-cells", size_cells);
}

/*
 * A PCI card at /pcie/card@3,0 behind an IOMMU, and a range of reserved memory of 0x1000
 * bytes at 0x7c000000 with this iommu-addresses..
 */
static void put_tree(struct host *host, const uint32_t *addresses, size_t n, bool has_reg,
		     const char *status)
{
	struct table_file *f = ADD(host, tables);
	int size = 4096;

	f->name = xstrdup(DEVICE_TREE_NAME);
	f->state = SOURCE_READ;
	f->bytes = xcalloc((size_t)size, 1);
	assert_int_equal(fdt_create(f->bytes, size), 0);
	assert_int_equal(fdt_finish_reservemap(f->bytes), 0);
	begin_node(f->bytes, "", 2, 2);
	begin_node(f->bytes, "iommu", 0, 0);
	PUT_CELLS(f->bytes, "phandle", PHANDLE_SMMU);
	PUT_CELLS(f->bytes, "#iommu-cells", 1);
	fdt_end_node(f->bytes);
	begin_node(f->bytes, "pcie", 3, 2);
	fdt_property_string(f->bytes, "device_type", "pci");
	PUT_CELLS(f->bytes, "iommu-map", 0, PHANDLE_SMMU, 0, 0x10000);
	begin_node(f->bytes, "card@3,0", 0, 0);
	PUT_CELLS(f->bytes, "reg", 0x1800, 0, 0, 0, 0);
	PUT_CELLS(f->bytes, "phandle", PHANDLE_CARD);
	PUT_CELLS(f->bytes, "memory-region", PHANDLE_REGION);
	if (status)
		fdt_property_string(f->bytes, "status", status);
	fdt_end_node(f->bytes);
	fdt_end_node(f->bytes);
	begin_node(f->bytes, "reserved-memory", 2, 2);
	fdt_property(f->bytes, "ranges", NULL, 0);
	begin_node(f->bytes, "region", 0, 0);
	PUT_CELLS(f->bytes, "phandle", PHANDLE_REGION);
	if (has_reg)
		PUT_CELLS(f->bytes, "reg", 0, 0x7c000000, 0, 0x1000);
	put_cells(f->bytes, "iommu-addresses", addresses, n);
	fdt_end_node(f->bytes);
	fdt_end_node(f->bytes);
	fdt_end_node(f->bytes);
	assert_int_equal(fdt_finish(f->bytes), 0);
	f->size = fdt_totalsize(f->bytes);
}

/* Two functions in one group, the first of which is the node card@3,0. */
static void build_tree_host(struct host *host, const char *release, enum iommu_kind kind,
			    const char *driver)
{
	build_host(host, release, "aarch64", 4096);
	build_iommu(host, kind);
	host->iommus[0].driver = driver ? xstrdup(driver) : NULL;
	build_group(host, 1, DOMAIN_DMA);
	build_at(host, "0000:00:03.0", 1, NIC, NULL, 0);
	host->devices[0].of_node = xstrdup("/pcie/card@3,0");
	build_at(host, "0000:00:03.1", 1, NIC, NULL, 0);
}

static const uint32_t direct_element[] = { PHANDLE_CARD, 0, 0, 0x7c000000, 0, 0x1000 };

/* Which kernel's driver asks for the regions of the tree. */
static void test_tree_drivers(void **state)
{
	static const struct {
		const char *release;
		enum iommu_kind kind;
		const char *driver;
		bool listed; /* does a line show it */
		size_t n_claims;
		enum entry_state state;
		bool known;
	} rows[] = {
		{ "7.2", IOMMU_SMMUV3, "arm-smmu-v3", true, 1, ENTRY_SHOWN, true },
		{ "6.3", IOMMU_SMMU, "arm-smmu", true, 1, ENTRY_SHOWN, true },
		{ "6.12", IOMMU_VIRTIO, "virtio_iommu", true, 1, ENTRY_SHOWN, true },
		{ "6.12", IOMMU_DART, "apple-dart", true, 1, ENTRY_SHOWN, true },
		{ "6.1", IOMMU_SMMUV3, "arm-smmu-v3", false, 0, ENTRY_NOT_SHOWN, true },
		{ NULL, IOMMU_SMMUV3, "arm-smmu-v3", true, 1, ENTRY_SHOWN, false },
		{ "7.2", IOMMU_SMMUV3, "arm-smmu-v3", false, 1, ENTRY_NOT_SHOWN, true },
		{ "7.2", IOMMU_EXYNOS, "exynos-sysmmu", true, 1, ENTRY_SHOWN, true },
		{ "6.12", IOMMU_EXYNOS, "exynos-sysmmu", false, 0, ENTRY_NOT_SHOWN,
		  true },
		{ "7.0", IOMMU_EXYNOS, "exynos-sysmmu", false, 1, ENTRY_NOT_SHOWN,
		  false },
		{ "7.2", IOMMU_ROCKCHIP, "rk_iommu", false, 0, ENTRY_NOT_SHOWN, true },
		{ "7.2", IOMMU_MEDIATEK, NULL, false, 0, ENTRY_NOT_SHOWN, true },
		{ "7.2", IOMMU_OTHER, "new-iommu", false, 0, ENTRY_NOT_SHOWN, true },
		{ "7.2", IOMMU_OTHER, NULL, true, 1, ENTRY_SHOWN, false },
		{ "7.2", IOMMU_INTEL, NULL, false, 0, ENTRY_NO_DEVICE, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *row = text_format("row %zu", i);
		struct analysis a;
		struct host host;

		build_tree_host(&host, rows[i].release, rows[i].kind, rows[i].driver);
		put_tree(&host, direct_element, ARRAY_SIZE(direct_element), true, NULL);
		if (rows[i].listed)
			build_region(&host, 1, 1, RANGE(0x7c000000, 0x7c000fff),
				     REGION_DIRECT);
		build_done(&host, &a);
		CHECK(row, a.firmware.n_entries == 1);
		CHECK(row, a.firmware.n_claims == rows[i].n_claims);
		CHECK(row, a.outcomes.of_entry[0].state == rows[i].state);
		CHECK(row, a.firmware.tables_known[0] == rows[i].known);
		if (rows[i].n_claims) {
			CHECK(row, a.firmware.claims[0].table == &table_dtb);
			CHECK(row, a.firmware.claims[0].device == 0);
		}
		if (rows[i].listed)
			CHECK(row, a.origins[0].explained == EXPLAINED_FULLY);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* What the kernel makes of an element, and whose it is. */
static void test_tree_elements(void **state)
{
	static const struct {
		const char *row;
		uint32_t element[12];
		size_t n;
		bool has_reg;
		const char *status;
		struct range line; /* {0, 0}: none */
		enum region_type type;
		enum entry_state state;
		enum requirement first;
	} rows[] = {
		{ "direct",
		  { PHANDLE_CARD, 0, 0, 0x7c000000, 0, 0x1000 },
		  6,
		  true,
		  NULL,
		  { 0x7c000000, 0x7c000fff },
		  REGION_DIRECT,
		  ENTRY_SHOWN,
		  REQUIRED_YES },
		{ "no reg",
		  { PHANDLE_CARD, 0, 0, 0x7c000000, 0, 0x1000 },
		  6,
		  false,
		  NULL,
		  { 0x7c000000, 0x7c000fff },
		  REGION_RESERVED,
		  ENTRY_SHOWN,
		  REQUIRED_NO },
		{ "elsewhere",
		  { PHANDLE_CARD, 0, 1, 0, 0, 0x1000 },
		  6,
		  true,
		  NULL,
		  { 0x100000000, 0x100000fff },
		  REGION_RESERVED,
		  ENTRY_SHOWN,
		  REQUIRED_NO },
		{ "merged with another range",
		  { PHANDLE_CARD, 0, 0, 0x7c000000, 0, 0x1000 },
		  6,
		  false,
		  NULL,
		  { 0x7b000000, 0x7cffffff },
		  REGION_RESERVED,
		  ENTRY_SHOWN,
		  REQUIRED_NO },
		{ "not listed",
		  { PHANDLE_CARD, 0, 0, 0x7c000000, 0, 0x1000 },
		  6,
		  true,
		  NULL,
		  { 0, 0 },
		  REGION_DIRECT,
		  ENTRY_NOT_SHOWN,
		  REQUIRED_NO },
		{ "no size",
		  { PHANDLE_CARD, 0, 0, 0x7c000000, 0, 0 },
		  6,
		  true,
		  NULL,
		  { 0, 0 },
		  REGION_DIRECT,
		  ENTRY_NOT_SHOWN,
		  REQUIRED_NO },
		{ "disabled",
		  { PHANDLE_CARD, 0, 0, 0x7c000000, 0, 0x1000 },
		  6,
		  true,
		  "disabled",
		  { 0x7c000000, 0x7c000fff },
		  REGION_DIRECT,
		  ENTRY_SHOWN,
		  REQUIRED_YES },
		/* the kernel crashes at the first, and does not come to the second */
		{ "an address that is none, and one more",
		  { PHANDLE_CARD, 0, UINT32_MAX, UINT32_MAX, 0, 0x1000, PHANDLE_CARD, 0,
		    0, 0x7c000000, 0, 0x1000 },
		  12,
		  true,
		  NULL,
		  { 0, 0 },
		  REGION_DIRECT,
		  ENTRY_NOT_SHOWN,
		  REQUIRED_NO },
		{ "end behind the property",
		  { PHANDLE_CARD, 0, 0x7c000000, 0, 0x1000 },
		  5,
		  true,
		  NULL,
		  { 0x7c00000000000000, 0x7c00100012345678 },
		  REGION_RESERVED,
		  ENTRY_SHOWN,
		  REQUIRED_NO },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct host host;

		build_tree_host(&host, "7.2", IOMMU_SMMUV3, NULL);
		put_tree(&host, rows[i].element, rows[i].n, rows[i].has_reg,
			 rows[i].status);
		if (rows[i].line.last)
			build_region(&host, 1, 1, rows[i].line, rows[i].type);
		build_done(&host, &a);
		CHECK(rows[i].row, a.firmware.n_entries == 1);
		CHECK(rows[i].row, a.outcomes.of_entry[0].state == rows[i].state);
		CHECK(rows[i].row, a.identity[0].required == rows[i].first);
		CHECK(rows[i].row, a.identity[1].required == REQUIRED_NO);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* The region of a device that is not there, and of a tree that was not read as a whole.
 */
static void test_tree_without(void **state)
{
	cleanup_free char *text = NULL;
	struct analysis a;
	struct host host;

	(void)state;
	build_tree_host(&host, "7.2", IOMMU_SMMUV3, NULL);
	put_tree(&host, direct_element, ARRAY_SIZE(direct_element), true, NULL);
	host.devices[0].of_node[1] = 'q';
	build_done(&host, &a);
	assert_int_equal(a.outcomes.of_entry[0].state, ENTRY_NO_DEVICE);
	text = entry_text(&a, &a.firmware.entries[0]);
	assert_string_equal(text, "device tree /reserved-memory/region");
	analysis_clear(&a);
	host_clear(&host);

	build_tree_host(&host, "7.2", IOMMU_SMMUV3, NULL);
	put_tree(&host, direct_element, ARRAY_SIZE(direct_element), true, NULL);
	build_region(&host, 1, 1, RANGE(0x7c000000, 0x7c000fff), REGION_DIRECT);
	host.sources[SOURCE_DEVICE_TREE].state = SOURCE_BROKEN;
	build_done(&host, &a);
	assert_int_equal(a.identity[0].required, REQUIRED_YES);
	assert_int_equal(a.identity[1].required, REQUIRED_UNKNOWN);
	analysis_clear(&a);
	host_clear(&host);
}

/* Random bytes behind a good header: whatever it says, nothing is read outside of the
 * table. */
static void test_random_tables(void **state)
{
	uint32_t seed = 4711;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct analysis a;
		struct builder b;
		struct host host;

		build_tree(&host, i % 2 ? IOMMU_AMD : IOMMU_INTEL);
		if (i % 2)
			begin_ivrs(&b);
		else
			begin_dmar(&b);
		for (int n = 0; n < 60; n++) {
			seed = seed * 1664525 + 1013904223;
			put(&b, n % 4 ? seed >> 24 & seed >> 16 & 0x3f : seed >> 24, 1);
		}
		end(&b, &host);
		build_done(&host, &a);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* A good tree with some bytes changed, and all rules: nothing is read outside of it. */
static void test_random_trees(void **state)
{
	uint32_t seed = 4712;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct findings findings = { 0 };
		struct table_file *f;
		struct analysis a;
		struct host host;

		build_tree_host(&host, "7.2", IOMMU_SMMUV3, NULL);
		put_tree(&host, direct_element, ARRAY_SIZE(direct_element), true, NULL);
		f = &host.tables[0];
		for (int n = 0; n <= i % 4; n++) {
			seed = seed * 1664525 + 1013904223;
			f->bytes[(seed >> 8) % f->size] = (uint8_t)(seed >> 24 & 0x1f);
		}
		build_region(&host, 1, 1, RANGE(0x7c000000, 0x7c000fff), REGION_DIRECT);
		build_done(&host, &a);
		rules_run(&host, &a, NULL, &findings);
		findings_clear(&findings);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* What attribution calls without asking whether it is there. */
static void test_tables_are_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		const struct firmware_table *t = firmware_tables[i];

		CHECK(t->signature, t->path && t->parsed_size && t->parse && t->clear);
		CHECK(t->signature, t->announces_iommu != TRISTATE_UNKNOWN || t->iommu);
		CHECK(t->signature, !t->add_entries == !t->match);
		if (t->add_entries)
			CHECK(t->signature, t->word && t->entry && t->plural &&
						    t->way_out && t->why_no_device);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables_are_whole),
		cmocka_unit_test(test_scopes),
		cmocka_unit_test(test_relaxable),
		cmocka_unit_test(test_named_twice),
		cmocka_unit_test(test_segment_of_unit),
		cmocka_unit_test(test_explained),
		cmocka_unit_test(test_isa),
		cmocka_unit_test(test_shared_group),
		cmocka_unit_test(test_ivmd),
		cmocka_unit_test(test_ivmd_rounding),
		cmocka_unit_test(test_ivhd_entries),
		cmocka_unit_test(test_acpi_devices),
		cmocka_unit_test(test_wide_ids),
		cmocka_unit_test(test_processor_without_ivmd),
		cmocka_unit_test(test_other_vendor),
		cmocka_unit_test(test_random_tables),
		cmocka_unit_test(test_tree_drivers),
		cmocka_unit_test(test_tree_elements),
		cmocka_unit_test(test_tree_without),
		cmocka_unit_test(test_random_trees),
		cmocka_unit_test(test_reuser),
	};

	return cmocka_run_group_tests_name("attribute", tests, NULL, NULL);
}
