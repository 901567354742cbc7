/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far the I/O addresses of each kind of IOMMU reach. */
#include "unit.h"

#define BITS(n) ((n) == 64 ? UINT64_MAX : ((uint64_t)1 << (n)) - 1)

static void build(struct host *host, const char *release, const char *architecture,
		  const char *command_line)
{
	build_host(host, release, architecture, 4096);
	host->kernel.command_line = xstrdup(command_line);
	build_iommu(host, IOMMU_OTHER);
}

/* Registers as QEMU and real machines show them. */
static void test_intel(void **state)
{
	static const struct {
		const char *row;
		const char *release;
		const char *command_line;
		uint64_t cap, ecap;
		unsigned width, aperture;
		enum tristate pass_through;
		uint64_t page_sizes;
	} rows[] = {
		{ "QEMU, 39 bits", "6.12", "", 0xd2008c22260206, 0xf00f4a, 39, 39,
		  TRISTATE_YES, 0x40201000 },
		{ "QEMU without interrupt remapping", "7.2", "", 0xd2008c22260206, 0xf42,
		  39, 39, TRISTATE_YES, 0x40201000 },
		{ "QEMU, 48 bits", "6.12", "", 0xd2008c222f0606, 0xf00f4a, 48, 48,
		  TRISTATE_YES, 0x40201000 },
		{ "laptop, graphics: four levels, 39 bits", "6.1", "", 0x1c0000c40660462,
		  0x19e2ff0505e, 39, 39, TRISTATE_YES, 0x40201000 },
		{ "laptop, the rest", "6.12", "", 0xd2008c40660462, 0xf050da, 39, 39,
		  TRISTATE_YES, 0x40201000 },
		{ "server, 48 bits", "6.12", "", 0x8d2078c106f0466, 0xf020df, 48, 48,
		  TRISTATE_YES, 0x40201000 },
		{ "server, five levels, first stage", "6.14", "", 0x19ed008c40780c66,
		  0x3ee9e86f050df, 57, 56, TRISTATE_YES, 0x40201000 },
		{ "the same without scalable mode", "6.14", "quiet intel_iommu=sm_off",
		  0x19ed008c40780c66, 0x3ee9e86f050df, 57, 57, TRISTATE_YES, 0x40201000 },
		{ "the same, second word of the option", "6.14", "intel_iommu=on,sm_off",
		  0x19ed008c40780c66, 0x3ee9e86f050df, 57, 57, TRISTATE_YES, 0x40201000 },
		{ "the same with 6.12: users in the second stage", "6.12", "",
		  0x19ed008c40780c66, 0x3ee9e86f050df, 57, 57, TRISTATE_YES, 0x40201000 },
		{ "the same with 6.1", "6.1", "", 0x19ed008c40780c66, 0x3ee9e86f050df, 57,
		  57, TRISTATE_YES, 0x40201000 },
		{ "no pass-through", "6.12", "", 0xd2008c22260206, 0xf00f0a, 39, 39,
		  TRISTATE_NO, 0x40201000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct host host;

		build(&host, rows[i].release, "x86_64", rows[i].command_line);
		host.iommus[0].kind = IOMMU_INTEL;
		host.iommus[0].has_cap = true;
		host.iommus[0].cap = rows[i].cap;
		host.iommus[0].ecap = rows[i].ecap;
		build_done(&host, &a);
		CHECK(rows[i].row, a.iommus[0].address_width == rows[i].width);
		CHECK(rows[i].row, a.iommus[0].aperture_known);
		CHECK(rows[i].row, a.iommus[0].aperture_last == BITS(rows[i].aperture));
		CHECK(rows[i].row, a.iommus[0].pass_through == rows[i].pass_through);
		CHECK(rows[i].row, a.iommus[0].page_sizes == rows[i].page_sizes);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* Without registers, or with registers that name no width, nothing is known. */
static void test_intel_unknown(void **state)
{
	(void)state;
	for (int has_cap = 0; has_cap < 2; has_cap++) {
		struct analysis a;
		struct host host;

		build(&host, "6.12", "x86_64", "");
		host.iommus[0].kind = IOMMU_INTEL;
		host.iommus[0].has_cap = has_cap;
		build_done(&host, &a);
		assert_int_equal(a.iommus[0].address_width, 0);
		assert_false(a.iommus[0].aperture_known);
		assert_true(a.iommus[0].aperture_last == UINT64_MAX);
		analysis_clear(&a);
		host_clear(&host);
	}
}

/* An IVRS as far as IVinfo; EFRSup is bit 0, VASize bits 15 to 21. */
static void add_ivrs(struct host *host, unsigned va_size, bool efr_in_table)
{
	struct table_file *f = ADD(host, tables);
	uint32_t ivinfo = va_size << 15 | 0x7f00 | efr_in_table;

	f->name = xstrdup("IVRS");
	f->state = SOURCE_READ;
	f->size = 48;
	f->bytes = xcalloc(f->size, 1);
	f->bytes[4] = (uint8_t)f->size;
	for (int i = 0; i < 4; i++)
		f->bytes[36 + i] = (uint8_t)(ivinfo >> 8 * i);
}

static void test_amd(void **state)
{
	static const struct {
		const char *row;
		const char *release;
		const char *command_line;
		bool has_features;
		uint64_t features; /* EFR */
		int va_size;	   /* of the IVRS; -1: the table was not read */
		bool efr_in_table; /* else the driver takes four levels */
		bool known;
		unsigned width;
	} rows[] = {
		{ "6.1", "6.1", "", true, 0x29d3, -1, true, true, 64 },
		{ "6.12", "6.12", "", true, 0x29d3, 48, true, true, 64 },
		{ "6.12 without features", "6.12", "", false, 0, -1, true, true, 64 },
		{ "6.16", "6.16", "", true, 0x29d3, 64, false, true, 64 },
		{ "6.17, no copy of EFR", "6.17", "", true, 0x29d3, 64, false, true, 48 },
		{ "6.17, five levels", "6.17", "", true, 0x25d3, 64, true, true, 57 },
		{ "6.17 asks no table", "6.17", "", true, 0x21d3, 40, true, true, 48 },
		{ "6.18, reserved value", "6.18", "", true, 0x2dd3, 64, true, false, 0 },
		{ "7.2, four levels", "7.2", "", true, 0x21d3, 64, true, true, 48 },
		{ "7.2, five levels", "7.2", "", true, 0x25d3, 64, true, true, 57 },
		{ "7.2, six levels", "7.2", "", true, 0x29d3, 64, true, true, 64 },
		{ "7.2, table says 48", "7.2", "", true, 0x29d3, 48, true, true, 48 },
		{ "7.2, table says 40", "7.2", "", true, 0x21d3, 40, true, true, 40 },
		{ "7.2, table says nothing", "7.2", "", true, 0x29d3, 0, true, true, 64 },
		{ "7.2, table says too much", "7.2", "", true, 0x21d3, 127, true, true,
		  48 },
		{ "7.2, no copy of EFR", "7.2", "", true, 0x29d3, 64, false, true, 48 },
		{ "7.2, reserved value", "7.2", "", true, 0x2dd3, 64, true, false, 0 },
		{ "7.2 without features", "7.2", "", false, 0, 64, true, false, 0 },
		{ "7.2 without table", "7.2", "", true, 0x29d3, -1, true, false, 0 },
		{ "second page table", "6.12", "amd_iommu=pgtbl_v2", true, 0x29d3, 64,
		  true, false, 0 },
		{ "the same, second word of the option", "6.14",
		  "amd_iommu=force_isolation,pgtbl_v2", true, 0x29d3, 64, true, false,
		  0 },
		{ "kernel not known", NULL, "", true, 0x29d3, 64, true, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct analysis a;
		struct host host;

		build(&host, rows[i].release, "x86_64", rows[i].command_line);
		host.iommus[0].kind = IOMMU_AMD;
		host.iommus[0].has_features = rows[i].has_features;
		host.iommus[0].features[0] = rows[i].features;
		if (rows[i].va_size >= 0)
			add_ivrs(&host, (unsigned)rows[i].va_size, rows[i].efr_in_table);
		build_done(&host, &a);
		CHECK(rows[i].row, a.iommus[0].aperture_known == rows[i].known);
		CHECK(rows[i].row, a.iommus[0].address_width == rows[i].width);
		CHECK(rows[i].row,
		      a.iommus[0].aperture_last ==
			      (rows[i].known ? BITS(rows[i].width) : UINT64_MAX));
		analysis_clear(&a);
		host_clear(&host);
	}
}

static void test_others(void **state)
{
	static const enum iommu_kind kinds[] = { IOMMU_OTHER, IOMMU_SMMU, IOMMU_VIRTIO,
						 IOMMU_DART, IOMMU_MOCK };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct analysis a;
		struct host host;

		build(&host, "7.2", "aarch64", "");
		host.iommus[0].kind = kinds[i];
		build_done(&host, &a);
		CHECK(iommu_kind_name(kinds[i]), !a.iommus[0].aperture_known);
		CHECK(iommu_kind_name(kinds[i]), a.iommus[0].aperture_last == UINT64_MAX);
		analysis_clear(&a);
		host_clear(&host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intel),
		cmocka_unit_test(test_intel_unknown),
		cmocka_unit_test(test_amd),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests_name("iommu-width", tests, NULL, NULL);
}
