/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hardware or software MSI window: by the driver behind the group, and by the exact
 * range. */
#include "device-tree.h"
#include "unit.h"

#include "analyze/parts.h"

static const struct range window = { 0x8000000, 0x80fffff };
static const struct range its = { 0x8080000, 0x809ffff };
static const struct range x86 = { 0xfee00000, 0xfeefffff };

/* The kinds of up to two lines of a group. */
static void classify(int kind, const struct range *lines, size_t n, enum region_type word,
		     struct region_view *out)
{
	struct analysis a;
	struct host host;

	build_host(&host, "7.2", "aarch64", 4096);
	if (kind >= 0)
		build_iommu(&host, (enum iommu_kind)kind);
	build_group(&host, 1, DOMAIN_DMA);
	build_device(&host, "0000:00:03.0", 1, 0x020000, NULL);
	for (size_t i = 0; i < n; i++)
		build_region(&host, 1, (unsigned)i + 1, lines[i], word);
	build_done(&host, &a);
	for (size_t i = 0; i < n; i++)
		out[i] = a.regions[i];
	analysis_clear(&a);
	host_clear(&host);
}

static void test_one_line(void **state)
{
	static const struct {
		const char *row;
		int kind; /* -1: no IOMMU is known */
		const struct range *range;
		enum region_type type;
		enum confidence confidence;
	} rows[] = {
		{ "Intel", IOMMU_INTEL, &x86, REGION_MSI, CONFIDENCE_DERIVED },
		{ "Intel, window", IOMMU_INTEL, &window, REGION_MSI, CONFIDENCE_DERIVED },
		{ "AMD", IOMMU_AMD, &x86, REGION_MSI, CONFIDENCE_DERIVED },
		{ "AMD, window", IOMMU_AMD, &window, REGION_MSI, CONFIDENCE_DERIVED },
		{ "SMMUv3, window", IOMMU_SMMUV3, &window, REGION_SW_MSI,
		  CONFIDENCE_DERIVED },
		{ "SMMUv3, ITS", IOMMU_SMMUV3, &its, REGION_MSI, CONFIDENCE_DERIVED },
		{ "SMMU, window", IOMMU_SMMU, &window, REGION_SW_MSI,
		  CONFIDENCE_DERIVED },
		{ "SMMU, other", IOMMU_SMMU, &its, REGION_MSI, CONFIDENCE_DERIVED },
		{ "DART, window", IOMMU_DART, &window, REGION_MSI, CONFIDENCE_DERIVED },
		{ "DART", IOMMU_DART, &its, REGION_MSI, CONFIDENCE_DERIVED },
		{ "virtio, window", IOMMU_VIRTIO, &window, REGION_SW_MSI,
		  CONFIDENCE_HEURISTIC },
		{ "virtio, other", IOMMU_VIRTIO, &x86, REGION_MSI, CONFIDENCE_DERIVED },
		{ "other, window", IOMMU_OTHER, &window, REGION_SW_MSI,
		  CONFIDENCE_HEURISTIC },
		{ "none, window", -1, &window, REGION_SW_MSI, CONFIDENCE_HEURISTIC },
		{ "none, other", -1, &x86, REGION_MSI, CONFIDENCE_HEURISTIC },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct region_view v;

		classify(rows[i].kind, rows[i].range, 1, REGION_MSI, &v);
		CHECK(rows[i].row, v.type == rows[i].type);
		CHECK(rows[i].row, v.confidence == rows[i].confidence);
		CHECK(rows[i].row, v.why != NULL);
	}
}

/* A range that only overlaps the window, or is part of it, is not the window. */
static void test_near_the_window(void **state)
{
	static const struct range near[] = {
		{ 0x8000000, 0x80ffffe }, { 0x8000001, 0x80fffff },
		{ 0x7ffffff, 0x80fffff }, { 0x8000000, 0x8100000 },
		{ 0x80fffff, 0x8000000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(near); i++) {
		struct region_view v;

		classify(IOMMU_SMMUV3, &near[i], 1, REGION_MSI, &v);
		assert_int_equal(v.type, REGION_MSI);
	}
}

/* Lines of one type are merged, so the same window twice is two types, the lower one
 * first. */
static void test_window_twice(void **state)
{
	const struct range lines[] = { window, window };
	struct region_view v[2];

	(void)state;
	classify(IOMMU_VIRTIO, lines, 2, REGION_MSI, v);
	assert_int_equal(v[0].type, REGION_MSI);
	assert_int_equal(v[0].confidence, CONFIDENCE_DERIVED);
	assert_int_equal(v[1].type, REGION_SW_MSI);
	classify(IOMMU_SMMUV3, lines, 2, REGION_MSI, v);
	assert_int_equal(v[0].type, REGION_MSI);
	assert_int_equal(v[1].type, REGION_SW_MSI);
}

static void test_window_and_its(void **state)
{
	const struct range lines[] = { window, { 0x8090000, 0x809ffff } };
	struct region_view v[2];

	(void)state;
	classify(IOMMU_SMMUV3, lines, 2, REGION_MSI, v);
	assert_int_equal(v[0].type, REGION_SW_MSI);
	assert_int_equal(v[1].type, REGION_MSI);
}

/* Should a kernel print the word, then it is what it says; other types are as printed. */
static void test_words_as_printed(void **state)
{
	static const enum region_type words[] = { REGION_SW_MSI, REGION_DIRECT,
						  REGION_DIRECT_RELAXABLE,
						  REGION_RESERVED };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		struct region_view v;

		classify(IOMMU_SMMUV3, &its, 1, words[i], &v);
		assert_int_equal(v.type, words[i]);
		assert_int_equal(v.confidence, CONFIDENCE_OBSERVED);
	}
}

static void add_log(struct host *host, const char *text)
{
	*ADD(host, log) = (struct log_line){ 1, xstrdup(text), NULL };
}

static void test_isolation(void **state)
{
	static const struct {
		const char *row, *architecture, *log;
		struct interrupts interrupts;
		enum tristate isolated;
	} rows[] = {
		{ "x86, remapped",
		  "x86_64",
		  NULL,
		  { .remapped = TRISTATE_YES },
		  TRISTATE_YES },
		{ "x86, not remapped",
		  "x86_64",
		  NULL,
		  { .remapped = TRISTATE_NO },
		  TRISTATE_NO },
		{ "x86, not read", "x86_64", NULL, { 0 }, TRISTATE_UNKNOWN },
		{ "Arm, ITS",
		  "aarch64",
		  NULL,
		  { TRISTATE_NO, TRISTATE_YES, TRISTATE_NO },
		  TRISTATE_YES },
		{ "Arm, ITS in the log only",
		  "aarch64",
		  "ITS [mem 0x08080000-0x0809ffff]",
		  { TRISTATE_NO, TRISTATE_NO, TRISTATE_NO },
		  TRISTATE_YES },
		{ "Arm, GICv2m",
		  "aarch64",
		  NULL,
		  { TRISTATE_NO, TRISTATE_NO, TRISTATE_YES },
		  TRISTATE_NO },
		{ "Arm, GICv2m in the log only",
		  "aarch64",
		  "GICv2m: range[mem 0x08020000]",
		  { TRISTATE_NO, TRISTATE_NO, TRISTATE_NO },
		  TRISTATE_NO },
		{ "Arm, nothing",
		  "aarch64",
		  NULL,
		  { TRISTATE_NO, TRISTATE_NO, TRISTATE_NO },
		  TRISTATE_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct host host;

		build_host(&host, "7.2", rows[i].architecture, 4096);
		host.interrupts = rows[i].interrupts;
		if (rows[i].log)
			add_log(&host, rows[i].log);
		build_done(&host, &a);
		CHECK(rows[i].row, a.isolation.isolated == rows[i].isolated);
		CHECK(rows[i].row, a.isolation.why != NULL);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* Of names that begin alike the longer prefix counts. */
static void test_chip_names(void **state)
{
	static const struct {
		const char *chip;
		enum msi_controller controller;
	} rows[] = {
		{ "ITS-PCI-MSIX-0000:01:00.0", MSI_CONTROLLER_ITS },
		{ "ITS-v5-PCI-MSIX-0000:01:00.0", MSI_CONTROLLER_ITS_V5 },
		{ "GICv2m-PCI-MSI-0000:01:00.0", MSI_CONTROLLER_GICV2M },
		{ "MIP-MSI-PCI-MSIX-0001:01:00.0", MSI_CONTROLLER_MIP },
		{ "PCI-MSIX-0000:01:00.0", MSI_CONTROLLER_OTHER },
	};
	struct analysis a;
	struct host host;

	(void)state;
	build_host(&host, "7.2", "aarch64", 4096);
	build_done(&host, &a);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		CHECK(rows[i].chip,
		      controller_of_chip(&host, &a, rows[i].chip) == rows[i].controller);
	analysis_clear(&a);
	host_clear(&host);
}

/* Where the vectors of a device go, and whether that can be right. */
struct expected {
	uint64_t address;
	enum msi_place place;
	enum tristate fits;
};

#define TARGETS 5

struct place_row {
	const char *row, *architecture, *driver;
	enum domain_type type;
	bool has_lines;
	struct expected targets[TARGETS];
};

static void build_places(struct host *host, const struct place_row *row)
{
	build_host(host, "7.2", row->architecture, 4096);
	build_iommu(host, IOMMU_SMMUV3);
	build_group(host, 1, row->type);
	build_device(host, "0000:00:03.0", 1, 0x020000, row->driver);
	if (row->has_lines) {
		/* over both windows, which count before it */
		build_region(host, 1, 1, RANGE(0x8000000, 0x9ffffff), REGION_RESERVED);
		build_region(host, 1, 2, window, REGION_MSI);
		build_region(host, 1, 3, RANGE(0x9000000, 0x9000fff), REGION_MSI);
		build_region(host, 1, 4, RANGE(0xa0000000, 0xa0000fff), REGION_DIRECT);
		build_region(host, 1, 5, RANGE(0xb0000000, 0xb0000fff), REGION_RESERVED);
	}
	*ADD(host, msi_states) = (struct msi_state){ .device = xstrdup("0000:00:03.0"),
						     .state = SOURCE_READ,
						     .table_state = SOURCE_READ };
	for (unsigned i = 0; i < 2 * TARGETS; i++)
		*ADD(host, msix_entries) = (struct msix_entry){
			.index = i, .address = row->targets[i % TARGETS].address
		};
}

static void test_places(void **state)
{
	static const struct place_row rows[] = {
		{ "a driver of the kernel",
		  "aarch64",
		  "e1000e",
		  DOMAIN_DMA,
		  true,
		  { { 0x8000040, MSI_PLACE_SW_WINDOW, TRISTATE_UNKNOWN },
		    { 0x9000000, MSI_PLACE_HW_WINDOW, TRISTATE_YES },
		    { 0xa0000fff, MSI_PLACE_DIRECT, TRISTATE_UNKNOWN },
		    { 0xb0000000, MSI_PLACE_OUTSIDE, TRISTATE_NO },
		    { 0xb0001000, MSI_PLACE_IOVA, TRISTATE_YES } } },
		{ "a driver of user space",
		  "aarch64",
		  "vfio-pci",
		  DOMAIN_DMA,
		  true,
		  { { 0x8000000, MSI_PLACE_SW_WINDOW, TRISTATE_YES },
		    { 0x9000fff, MSI_PLACE_HW_WINDOW, TRISTATE_YES },
		    { 0xa0000000, MSI_PLACE_OUTSIDE, TRISTATE_NO },
		    { 0xb0000fff, MSI_PLACE_OUTSIDE, TRISTATE_NO },
		    { 0x9001000, MSI_PLACE_OUTSIDE, TRISTATE_NO } } },
		{ "a driver of user space, and no window",
		  "aarch64",
		  "vfio-pci",
		  DOMAIN_DMA,
		  false,
		  { { 0x8000000, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN },
		    { 0x9000000, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN },
		    { 0xa0000000, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN },
		    { 0xb0000000, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN },
		    { 0xfee00000, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN } } },
		{ "nothing translates, and the doorbells are not known",
		  "aarch64",
		  "e1000e",
		  DOMAIN_IDENTITY,
		  true,
		  { { 0x8000000, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN },
		    { 0x9000000, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN },
		    { 0xa0000000, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN },
		    { 0xb0000000, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN },
		    { 0xfee00000, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN } } },
		{ "x86",
		  "x86_64",
		  "e1000e",
		  DOMAIN_DMA,
		  false,
		  { { 0xfedfffff, MSI_PLACE_OUTSIDE, TRISTATE_NO },
		    { 0xfee00000, MSI_PLACE_HW_WINDOW, TRISTATE_YES },
		    { 0xfee01004, MSI_PLACE_HW_WINDOW, TRISTATE_YES },
		    { 0xfeefffff, MSI_PLACE_HW_WINDOW, TRISTATE_YES },
		    { 0xfef00000, MSI_PLACE_OUTSIDE, TRISTATE_NO } } },
		{ "RISC-V",
		  "riscv64",
		  "e1000e",
		  DOMAIN_DMA,
		  false,
		  { { 0x8000000, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN },
		    { 0x9000000, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN },
		    { 0xa0000000, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN },
		    { 0xb0000000, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN },
		    { 0xfee00000, MSI_PLACE_UNKNOWN, TRISTATE_UNKNOWN } } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct msi_target *t;
		struct analysis a;
		struct host host;

		build_places(&host, &rows[i]);
		build_done(&host, &a);
		CHECK(rows[i].row, a.msi[0].n_targets == TARGETS);
		t = a.msi[0].targets;
		for (size_t k = 0; k < TARGETS; k++) {
			CHECK(rows[i].row, t[k].address == rows[i].targets[k].address);
			CHECK(rows[i].row, t[k].is_msix && t[k].n_vectors == 2);
			CHECK(rows[i].row, t[k].place == rows[i].targets[k].place);
			CHECK(rows[i].row, t[k].fits == rows[i].targets[k].fits);
		}
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* Where a GICv3 of a device tree takes message-based interrupts (mbi_init). */
struct mbi_row {
	const char *row;
	bool has_ranges; /* mbi-ranges */
	uint32_t alias[3];
	size_t n_alias; /* 0: it has none */
	uint64_t page;	/* first address; 0: it takes none */
};

static void put_gic(struct host *host, const struct mbi_row *row)
{
	static const uint32_t two = 2, reg[] = { 0, 0x8000000, 0, 0x10000 },
			      ranges[] = { 64, 32 };
	struct table_file *f = ADD(host, tables);
	int size = 1024;

	f->name = xstrdup(DEVICE_TREE_NAME);
	f->state = SOURCE_READ;
	f->bytes = xcalloc((size_t)size, 1);
	assert_int_equal(fdt_create(f->bytes, size), 0);
	assert_int_equal(fdt_finish_reservemap(f->bytes), 0);
	assert_int_equal(fdt_begin_node(f->bytes, ""), 0);
	put_cells(f->bytes, "#address-cells", &two, 1);
	put_cells(f->bytes, "#size-cells", &two, 1);
	assert_int_equal(fdt_begin_node(f->bytes, "gic@8000000"), 0);
	fdt_property_string(f->bytes, "compatible", "arm,gic-v3");
	put_cells(f->bytes, "reg", reg, ARRAY_SIZE(reg));
	if (row->has_ranges)
		put_cells(f->bytes, "mbi-ranges", ranges, ARRAY_SIZE(ranges));
	if (row->n_alias)
		put_cells(f->bytes, "mbi-alias", row->alias, row->n_alias);
	fdt_end_node(f->bytes);
	fdt_end_node(f->bytes);
	assert_int_equal(fdt_finish(f->bytes), 0);
	f->size = fdt_totalsize(f->bytes);
}

static void test_mbi_of_tree(void **state)
{
	static const struct mbi_row rows[] = {
		{ "no interrupts are free for them", false, { 0 }, 0, 0 },
		{ "the distributor", true, { 0 }, 0, 0x8000000 },
		{ "its alias", true, { 1, 0x4100000 }, 2, 0x104100000 },
		{ "more cells than an address",
		  true,
		  { 1, 0x4100000, 7 },
		  3,
		  0x104100000 },
		{ "fewer", true, { 0x4100000 }, 1, 0 },
		{ "an alias that is no address", true, { UINT32_MAX, UINT32_MAX }, 2, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t page = rows[i].page;
		struct analysis a;
		struct host host;

		build_host(&host, "7.2", "aarch64", 4096);
		put_gic(&host, &rows[i]);
		build_done(&host, &a);
		CHECK(rows[i].row, a.doorbells.n_list == (page ? 1 : 0));
		CHECK(rows[i].row, !page || range_equals(a.doorbells.list[0].page,
							 RANGE(page, page + 0xffff)));
		analysis_clear(&a);
		host_clear(&host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_line),
		cmocka_unit_test(test_near_the_window),
		cmocka_unit_test(test_window_twice),
		cmocka_unit_test(test_window_and_its),
		cmocka_unit_test(test_words_as_printed),
		cmocka_unit_test(test_isolation),
		cmocka_unit_test(test_chip_names),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_mbi_of_tree),
	};

	return cmocka_run_group_tests_name("msi-kind", tests, NULL, NULL);
}
