/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kernel-api/abi.h"
#include "kernel-api/iommufd.h"

/*
 * A kernel of our own: every ioctl of this program ends here. It can also be one that
 * lies.
 */
static struct {
	unsigned calls;
	unsigned long request;
	int error;	   /* what each call fails with, 0: it succeeds */
	uint32_t size;	   /* the first member of the last request */
	uint32_t n_ranges; /* there are */
	uint32_t claimed;  /* if not 0, what is claimed instead */
	uint32_t grows;	   /* by so many from call to call */
	uint64_t alignment;
	struct abi_hw_info hw;
	const void *registers;
	struct abi_option option;
} kernel;

static int answer_ranges(struct abi_ioas_iova_ranges *r)
{
	struct abi_iova_range *out = (struct abi_iova_range *)(uintptr_t)r->allowed_iovas;
	uint32_t room = r->num_iovas;

	for (uint32_t i = 0; i < kernel.n_ranges && i < room; i++)
		out[i] = (struct abi_iova_range){ .start = i * 0x2000,
						  .last = i * 0x2000 + 0xfff };
	r->num_iovas = kernel.claimed ? kernel.claimed : kernel.n_ranges;
	r->out_iova_alignment = kernel.alignment;
	if (room < kernel.n_ranges) {
		kernel.n_ranges += kernel.grows;
		errno = EMSGSIZE;
		return -1;
	}
	return 0;
}

static int answer_hw_info(struct abi_hw_info *r)
{
	uint32_t room = r->data_len;

	memcpy((void *)(uintptr_t)r->data_uptr, kernel.registers,
	       room < kernel.hw.data_len ? room : kernel.hw.data_len);
	r->data_len = kernel.hw.data_len;
	r->data_type = kernel.hw.data_type;
	r->out_max_pasid_log2 = kernel.hw.out_max_pasid_log2;
	r->out_capabilities = kernel.hw.out_capabilities;
	return 0;
}

int ioctl(int fd, unsigned long request, ...)
{
	void *argument;
	va_list ap;

	(void)fd;
	va_start(ap, request);
	argument = va_arg(ap, void *);
	va_end(ap);
	kernel.calls++;
	kernel.request = request;
	memcpy(&kernel.size, argument, sizeof(kernel.size));
	if (kernel.error) {
		errno = kernel.error;
		return -1;
	}
	switch (request) {
	case ABI_REQUEST(IOMMUFD_IOAS_IOVA_RANGES):
		return answer_ranges(argument);
	case ABI_REQUEST(IOMMUFD_GET_HW_INFO):
		return answer_hw_info(argument);
	case ABI_REQUEST(IOMMUFD_OPTION):
		memcpy(&kernel.option, argument, sizeof(kernel.option));
		((struct abi_option *)argument)->val64 = 7;
		return 0;
	case ABI_REQUEST(IOMMUFD_IOAS_ALLOC):
		((struct abi_ioas_alloc *)argument)->out_ioas_id = 3;
		return 0;
	}
	return 0;
}

static int reset(void **state)
{
	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	kernel.alignment = 0x1000;
	return 0;
}

/* A command is there if its struct is too short; and no struct is as short as ours. */
static void test_has_command(void **state)
{
	bool present;

	(void)state;
	kernel.error = EINVAL;
	assert_int_equal(iommufd_has_command(1, IOMMUFD_IOAS_CHANGE_PROCESS, &present),
			 0);
	assert_true(present);
	assert_int_equal(kernel.size, 0);
	assert_int_equal(kernel.request, _IO(';', 0x92));
	kernel.error = ENOTTY;
	assert_int_equal(iommufd_has_command(1, IOMMUFD_TEST, &present), 0);
	assert_false(present);
	kernel.error = EBADF;
	assert_int_equal(iommufd_has_command(1, IOMMUFD_DESTROY, &present), -EBADF);
	assert_false(present);
	kernel.error = 0; /* it cannot succeed */
	assert_int_equal(iommufd_has_command(1, IOMMUFD_DESTROY, &present), -EBADMSG);
	assert_false(present);
}

/* Numbers of VFIO are not asked for at all: some of those do something. */
static void test_has_command_bounds(void **state)
{
	bool present;

	(void)state;
	kernel.error = EINVAL;
	assert_int_equal(iommufd_has_command(1, (enum iommufd_command)0x7f, &present),
			 -ERANGE);
	assert_int_equal(iommufd_has_command(1, (enum iommufd_command)0x100, &present),
			 -ERANGE);
	assert_int_equal(kernel.calls, 0);
	assert_int_equal(iommufd_has_command(1, (enum iommufd_command)0xff, &present), 0);
}

static void test_small_calls(void **state)
{
	uint64_t value;
	uint32_t id;

	(void)state;
	assert_int_equal(iommufd_get_option(1, IOMMUFD_OPTION_HUGE_PAGES, 5, &value), 0);
	assert_int_equal(value, 7);
	assert_int_equal(kernel.option.op, ABI_OPTION_GET);
	assert_int_equal(kernel.option.object_id, 5);
	assert_int_equal(kernel.option.option_id, 1);
	assert_int_equal(kernel.size, 24);
	assert_int_equal(iommufd_alloc_ioas(1, &id), 0);
	assert_int_equal(id, 3);
	assert_int_equal(kernel.size, 12);
	kernel.error = EOPNOTSUPP;
	assert_int_equal(iommufd_get_option(1, (enum iommufd_option_id)2, 0, &value),
			 -EOPNOTSUPP);
}

static void test_iova(void **state)
{
	struct iommufd_iova iova = { 0 };

	(void)state;
	kernel.n_ranges = 2;
	assert_int_equal(iommufd_get_iova(1, 0, &iova), 0);
	assert_int_equal(kernel.calls, 1);
	assert_int_equal(iova.n_range, 2);
	assert_true(range_equals(iova.range[1], RANGE(0x2000, 0x2fff)));
	assert_int_equal(iova.alignment, 0x1000);

	kernel.n_ranges = 0; /* none left: that is an answer */
	assert_int_equal(iommufd_get_iova(1, 0, &iova), 0);
	assert_int_equal(iova.n_range, 0);
	assert_int_equal(iova.alignment, 0x1000);
	iommufd_iova_clear(&iova);
}

static void test_iova_many(void **state)
{
	struct iommufd_iova iova = { 0 };

	(void)state;
	kernel.n_ranges = 5000;
	assert_int_equal(iommufd_get_iova(1, 0, &iova), 0);
	assert_int_equal(kernel.calls, 2);
	assert_int_equal(iova.n_range, 5000);
	assert_true(range_equals(iova.range[4999],
				 RANGE(4999 * 0x2000, 4999 * 0x2000 + 0xfff)));

	kernel.n_ranges = IOMMUFD_RANGES_MAX;
	assert_int_equal(iommufd_get_iova(1, 0, &iova), 0);
	assert_int_equal(iova.n_range, IOMMUFD_RANGES_MAX);
	kernel.n_ranges = IOMMUFD_RANGES_MAX + 1;
	assert_int_equal(iommufd_get_iova(1, 0, &iova), -EFBIG);
	assert_int_equal(iova.n_range, 0);
	assert_null(iova.range);
}

/* What a kernel could say to make us loop, read beyond the array, or ask for all memory.
 */
static void test_iova_lies(void **state)
{
	struct iommufd_iova iova = { 0 };

	(void)state;
	kernel.n_ranges = 100; /* too many for the first try, and then it claims ... */
	kernel.claimed = UINT32_MAX;
	assert_int_equal(iommufd_get_iova(1, 0, &iova), -EFBIG);
	kernel.claimed = 64; /* ... that there was room */
	assert_int_equal(iommufd_get_iova(1, 0, &iova), -EBADMSG);
	kernel.claimed = 1;
	assert_int_equal(iommufd_get_iova(1, 0, &iova), -EBADMSG);
	kernel.claimed = 0;

	kernel.grows = 10;
	kernel.calls = 0;
	assert_int_equal(iommufd_get_iova(1, 0, &iova), -EAGAIN);
	assert_true(kernel.calls < 10);
	kernel.grows = 0;

	kernel.n_ranges = 1; /* it succeeds, but with more than it was given room for */
	kernel.claimed = 65;
	assert_int_equal(iommufd_get_iova(1, 0, &iova), -EBADMSG);
	kernel.claimed = UINT32_MAX;
	assert_int_equal(iommufd_get_iova(1, 0, &iova), -EBADMSG);
	kernel.claimed = 0;

	kernel.alignment = 0;
	assert_int_equal(iommufd_get_iova(1, 0, &iova), -EBADMSG);
	kernel.alignment = 0x3000;
	assert_int_equal(iommufd_get_iova(1, 0, &iova), -EBADMSG);
	kernel.alignment = UINT64_C(1) << 63;
	assert_int_equal(iommufd_get_iova(1, 0, &iova), 0);

	kernel.error = ENOENT; /* what was there before is gone */
	assert_int_equal(iommufd_get_iova(1, 9, &iova), -ENOENT);
	assert_null(iova.range);
	assert_int_equal(iova.alignment, 0);
}

/* An answer cut off anywhere is none; sanitizers see a read behind it. */
static void test_iova_cut(void **state)
{
	struct abi_ioas_iova_ranges answer = { .num_iovas = 3, .out_iova_alignment = 1 };
	struct abi_iova_range ranges[3] = { { 0, 1 }, { 5, 4 }, { 0, UINT64_MAX } };
	struct iommufd_iova iova = { 0 };

	(void)state;
	assert_int_equal(iommufd_decode_iova(&answer, sizeof(answer), ranges,
					     sizeof(ranges), &iova),
			 0);
	assert_true(range_is_inverted(iova.range[1])); /* kept as it is */
	assert_true(iova.range[2].last == UINT64_MAX);
	for (size_t size = 0; size < sizeof(answer); size++) {
		void *copy = malloc(size ? size : 1);

		memcpy(copy, &answer, size);
		assert_int_equal(
			iommufd_decode_iova(copy, size, ranges, sizeof(ranges), &iova),
			-EBADMSG);
		free(copy);
	}
	for (size_t size = 0; size < sizeof(ranges); size++) {
		void *copy = malloc(size ? size : 1);

		memcpy(copy, ranges, size);
		assert_int_equal(
			iommufd_decode_iova(&answer, sizeof(answer), copy, size, &iova),
			-EBADMSG);
		free(copy);
	}
	assert_null(iova.range);
}

static const struct hw_field *field(const struct hw_info *info, const char *name)
{
	for (size_t i = 0; i < info->n_fields; i++)
		if (!strcmp(info->field[i].name, name))
			return &info->field[i];
	return NULL;
}

#define FIELD(info, name, number)                                             \
	do {                                                                  \
		const struct hw_field *f = field(&(info), name);              \
		CHECK(name, f != NULL);                                       \
		assert_int_equal(f ? f->value : ~(uint64_t)(number), number); \
	} while (0)

/* The registers of qemu's intel-iommu, as its sysfs files cap and ecap print them. */
static void test_intel(void **state)
{
	static const struct abi_hw_info_vtd vtd = { .cap_reg = 0xd2008c22260206,
						    .ecap_reg = 0xf00f4a };
	struct hw_info info;

	(void)state;
	kernel.registers = &vtd;
	kernel.hw = (struct abi_hw_info){ .data_type = 1, .data_len = sizeof(vtd) };
	assert_int_equal(iommufd_get_hw_info(1, 4, &info), 0);
	assert_int_equal(info.type, HW_INFO_INTEL_VTD);
	assert_string_equal(hw_info_type_name(info.type), "intel-vtd");
	assert_int_equal(info.data_size, 24);
	FIELD(info, "MGAW", 39);
	FIELD(info, "SAGAW", 2);
	FIELD(info, "ND", 16);
	FIELD(info, "CM", 0);
	FIELD(info, "SSLPS", 3);
	FIELD(info, "QI", 1);
	FIELD(info, "IR", 1);
	FIELD(info, "PT", 1);
	FIELD(info, "C", 0);
	FIELD(info, "SMTS", 0);
	FIELD(info, "ERRATA_772415_SPR17", 0);
}

/* Where each field stands, by Intel VT-d 11.4.2 and 11.4.3 and Arm IHI 0070, 6.3. */
#define VTD(member) \
	1, sizeof(struct abi_hw_info_vtd), offsetof(struct abi_hw_info_vtd, member)
#define SMMUV3(member) \
	2, sizeof(struct abi_hw_info_smmuv3), offsetof(struct abi_hw_info_smmuv3, member)

static uint64_t value_with(uint32_t type, size_t size, const uint8_t *registers,
			   const char *name)
{
	const struct hw_field *f;
	struct hw_info info;

	kernel.registers = registers;
	kernel.hw = (struct abi_hw_info){ .data_type = type, .data_len = (uint32_t)size };
	assert_int_equal(iommufd_get_hw_info(1, 4, &info), 0);
	f = field(&info, name);
	CHECK(name, f != NULL);
	return f ? f->value : UINT64_MAX;
}

/* The first and the last bit of each field count for it, and no other bit does. */
static void test_bits(void **state)
{
	static const struct {
		uint32_t type;
		size_t size, offset;
		const char *name;
		unsigned low, bits;
	} rows[] = {
		{ VTD(flags), "ERRATA_772415_SPR17", 0, 1 },
		{ VTD(cap_reg), "ND", 0, 3 },
		{ VTD(cap_reg), "RWBF", 4, 1 },
		{ VTD(cap_reg), "CM", 7, 1 },
		{ VTD(cap_reg), "SAGAW", 8, 5 },
		{ VTD(cap_reg), "MGAW", 16, 6 },
		{ VTD(cap_reg), "ZLR", 22, 1 },
		{ VTD(cap_reg), "SSLPS", 34, 4 },
		{ VTD(cap_reg), "PSI", 39, 1 },
		{ VTD(cap_reg), "FS1GP", 56, 1 },
		{ VTD(cap_reg), "PI", 59, 1 },
		{ VTD(cap_reg), "FS5LP", 60, 1 },
		{ VTD(ecap_reg), "C", 0, 1 },
		{ VTD(ecap_reg), "QI", 1, 1 },
		{ VTD(ecap_reg), "DT", 2, 1 },
		{ VTD(ecap_reg), "IR", 3, 1 },
		{ VTD(ecap_reg), "EIM", 4, 1 },
		{ VTD(ecap_reg), "PT", 6, 1 },
		{ VTD(ecap_reg), "SC", 7, 1 },
		{ VTD(ecap_reg), "NEST", 26, 1 },
		{ VTD(ecap_reg), "PRS", 29, 1 },
		{ VTD(ecap_reg), "ERS", 30, 1 },
		{ VTD(ecap_reg), "SRS", 31, 1 },
		{ VTD(ecap_reg), "PSS", 35, 5 },
		{ VTD(ecap_reg), "PASID", 40, 1 },
		{ VTD(ecap_reg), "SMTS", 43, 1 },
		{ VTD(ecap_reg), "SSADS", 45, 1 },
		{ VTD(ecap_reg), "SSTS", 46, 1 },
		{ VTD(ecap_reg), "FSTS", 47, 1 },
		{ VTD(ecap_reg), "SMPWC", 48, 1 },
		{ SMMUV3(idr[0]), "TTF", 2, 2 },
		{ SMMUV3(idr[0]), "ASID16", 12, 1 },
		{ SMMUV3(idr[0]), "CD2L", 19, 1 },
		{ SMMUV3(idr[0]), "TTENDIAN", 21, 2 },
		{ SMMUV3(idr[0]), "STALL_MODEL", 24, 2 },
		{ SMMUV3(idr[0]), "TERM_MODEL", 26, 1 },
		{ SMMUV3(idr[0]), "ST_LEVEL", 27, 2 },
		{ SMMUV3(idr[1]), "SIDSIZE", 0, 6 },
		{ SMMUV3(idr[1]), "SSIDSIZE", 6, 5 },
		{ SMMUV3(idr[3]), "RIL", 10, 1 },
		{ SMMUV3(idr[3]), "BBML", 11, 2 },
		{ SMMUV3(idr[5]), "GRAN4K", 4, 1 },
		{ SMMUV3(idr[5]), "GRAN16K", 5, 1 },
		{ SMMUV3(idr[5]), "GRAN64K", 6, 1 },
		{ SMMUV3(idr[5]), "VAX", 10, 2 },
		{ SMMUV3(iidr), "IMPLEMENTER", 0, 12 },
		{ SMMUV3(iidr), "PRODUCTID", 20, 12 },
		{ SMMUV3(aidr), "ARCH_MINOR", 0, 4 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const size_t first = 8 * rows[i].offset + rows[i].low;
		const size_t last = first + rows[i].bits - 1;
		uint8_t none[64] = { 0 }, one[64] = { 0 }, top[64] = { 0 }, others[64];
		uint64_t zero, low;

		memset(others, 0xff, sizeof(others));
		for (size_t bit = first; bit <= last; bit++)
			others[bit / 8] &= (uint8_t) ~(1u << bit % 8);
		one[first / 8] = (uint8_t)(1u << first % 8);
		top[last / 8] = (uint8_t)(1u << last % 8);
		zero = value_with(rows[i].type, rows[i].size, none, rows[i].name);
		low = value_with(rows[i].type, rows[i].size, one, rows[i].name) - zero;
		CHECK(rows[i].name, low == 1 || low == 2 || low == 4);
		CHECK(rows[i].name,
		      value_with(rows[i].type, rows[i].size, top, rows[i].name) - zero ==
			      low << (rows[i].bits - 1));
		CHECK(rows[i].name, value_with(rows[i].type, rows[i].size, others,
					       rows[i].name) == zero);
	}
}

static void test_smmuv3(void **state)
{
	static const struct abi_hw_info_smmuv3 smmu = {
		.idr = { 1u << 27 | 2u << 21 | 1u << 12 | 2u << 2, 16 | 20u << 6, 0,
			 1u << 10 | 2u << 11, 0, 1u << 4 | 1u << 6 | 1u << 10 },
		.iidr = 0x4830043b,
		.aidr = 1,
	};
	struct hw_info info;

	(void)state;
	kernel.registers = &smmu;
	kernel.hw = (struct abi_hw_info){ .data_type = 2, .data_len = sizeof(smmu) };
	assert_int_equal(iommufd_get_hw_info(1, 4, &info), 0);
	FIELD(info, "TTF", 2);
	FIELD(info, "ST_LEVEL", 1);
	FIELD(info, "TTENDIAN", 2);
	FIELD(info, "ASID16", 1);
	FIELD(info, "CD2L", 0);
	FIELD(info, "SIDSIZE", 16);
	FIELD(info, "SSIDSIZE", 20);
	FIELD(info, "RIL", 1);
	FIELD(info, "BBML", 2);
	FIELD(info, "GRAN4K", 1);
	FIELD(info, "GRAN16K", 0);
	FIELD(info, "GRAN64K", 1);
	FIELD(info, "VAX", 52);
	FIELD(info, "IMPLEMENTER", 0x43b);
	FIELD(info, "PRODUCTID", 0x483);
	FIELD(info, "ARCH_MINOR", 1);
}

static void test_amd_and_tegra(void **state)
{
	static const struct abi_hw_info_amd amd = {
		.efr = UINT64_C(1) << 63 | UINT64_C(15) << 32 | 1u << 10 | 1u << 4 |
		       1u << 1,
		.efr2 = 1u << 11,
	};
	static const struct abi_hw_info_cmdqv tegra = { 0, 1, 7, 4, 0 };
	struct hw_info info;

	(void)state;
	kernel.registers = &amd;
	kernel.hw = (struct abi_hw_info){ .data_type = 4, .data_len = sizeof(amd) };
	assert_int_equal(iommufd_get_hw_info(1, 4, &info), 0);
	FIELD(info, "PPRSup", 1);
	FIELD(info, "XTSup", 0);
	FIELD(info, "HATS", 5);
	FIELD(info, "GATS", 4);
	FIELD(info, "PASmax", 16);
	FIELD(info, "SNPSup", 1);
	FIELD(info, "HtRangeIgnore", 1);

	kernel.registers = &tegra;
	kernel.hw = (struct abi_hw_info){ .data_type = 3, .data_len = sizeof(tegra) };
	assert_int_equal(iommufd_get_hw_info(1, 4, &info), 0);
	assert_int_equal(info.n_fields, 3);
	FIELD(info, "VERSION", 1);
	FIELD(info, "LOG2VCMDQS", 7);
	FIELD(info, "LOG2VSIDS", 4);
}

static void test_capabilities(void **state)
{
	struct hw_info info;

	(void)state;
	kernel.registers = "";
	kernel.hw = (struct abi_hw_info){ .out_capabilities = UINT64_C(1) << 63 | 9,
					  .out_max_pasid_log2 = 20 };
	assert_int_equal(iommufd_get_hw_info(1, 4, &info), 0);
	assert_int_equal(info.type, HW_INFO_NONE);
	assert_int_equal(info.n_fields, 0);
	assert_int_equal(info.pasid_bits, 20);
	assert_true(info.capabilities & HW_CAPABILITY_DIRTY_TRACKING);
	assert_true(info.capabilities & HW_CAPABILITY_ATS_NOT_SUPPORTED);
	assert_string_equal(hw_capability_name(1), "dirty-tracking");
	assert_string_equal(hw_capability_name(8), "ats-not-supported");
	assert_null(hw_capability_name(16));
	assert_null(hw_capability_name(UINT64_C(1) << 63));
	assert_null(hw_capability_name(0));

	kernel.hw.out_max_pasid_log2 = 21;
	assert_int_equal(iommufd_get_hw_info(1, 4, &info), -EBADMSG);
	kernel.hw.out_max_pasid_log2 = 255;
	assert_int_equal(iommufd_get_hw_info(1, 4, &info), -EBADMSG);
	kernel.error = ENOENT;
	assert_int_equal(iommufd_get_hw_info(1, 4, &info), -ENOENT);
	assert_int_equal(info.n_fields, 0);
}

/* Types and sizes that are newer, or that no kernel has. */
static void test_hw_info_strange(void **state)
{
	static uint8_t registers[8192];
	struct hw_info info;

	(void)state;
	memset(registers, 0xff, sizeof(registers));
	kernel.registers = registers;
	kernel.hw = (struct abi_hw_info){ .data_type = 5, .data_len = 16 };
	assert_int_equal(iommufd_get_hw_info(1, 4, &info), 0);
	assert_int_equal(info.type, 5);
	assert_int_equal(info.n_fields, 0);
	assert_null(hw_info_type_name(5));
	assert_null(hw_info_type_name(UINT32_MAX));
	kernel.hw.data_type = UINT32_MAX;
	assert_int_equal(iommufd_get_hw_info(1, 4, &info), 0);
	assert_int_equal(info.n_fields, 0);

	/* more registers than we have room for, all their bits set */
	for (uint32_t type = 1; type <= 4; type++) {
		size_t n;

		kernel.hw = (struct abi_hw_info){ .data_type = type, .data_len = 4096 };
		assert_int_equal(iommufd_get_hw_info(1, 4, &info), 0);
		assert_int_equal(info.data_size, 4096);
		assert_true(info.n_fields > 0 && info.n_fields <= HW_FIELDS_MAX);
		n = info.n_fields;
		kernel.hw.data_len = UINT32_MAX;
		assert_int_equal(iommufd_get_hw_info(1, 4, &info), 0);
		assert_int_equal(info.n_fields, n);
	}
}

/* Of a shorter struct those registers count that are there as a whole. */
static void test_hw_info_cut(void **state)
{
	struct abi_hw_info answer = { .data_type = HW_INFO_INTEL_VTD, .data_len = 24 };
	uint8_t data[24];
	struct hw_info info;

	(void)state;
	memset(data, 0xff, sizeof(data));
	for (size_t size = 0; size < sizeof(answer); size++) {
		void *copy = malloc(size ? size : 1);

		memcpy(copy, &answer, size);
		assert_int_equal(hw_info_decode(copy, size, data, sizeof(data), &info),
				 -EBADMSG);
		free(copy);
	}
	for (uint32_t size = 0; size <= sizeof(data); size++) {
		uint8_t *copy = malloc(size ? size : 1);

		memcpy(copy, data, size);
		answer.data_len = 24; /* the buffer is what is short */
		assert_int_equal(
			hw_info_decode(&answer, sizeof(answer), copy, size, &info), 0);
		assert_int_equal(field(&info, "ERRATA_772415_SPR17") != NULL, size >= 4);
		assert_int_equal(field(&info, "MGAW") != NULL, size >= 16);
		assert_int_equal(field(&info, "PT") != NULL, size >= 24);
		answer.data_len = size; /* the kernel has no more */
		assert_int_equal(hw_info_decode(&answer, sizeof(answer), data,
						sizeof(data), &info),
				 0);
		assert_int_equal(field(&info, "MGAW") != NULL, size >= 16);
		assert_int_equal(field(&info, "PT") != NULL, size >= 24);
		free(copy);
	}
}

static unsigned open_files(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 1000; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* A device is opened only where it is one, and only on the running machine. */
static void test_open(void **state)
{
	char folder[] = "/tmp/kernel-iommufd.XXXXXX";
	unsigned before = open_files();
	struct root root;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(root_open(&root, folder), 0);
	assert_int_equal(iommufd_open(&root), -EXDEV);
	root_close(&root);
	rmdir(folder);

	assert_int_equal(root_open(&root, NULL), 0);
	fd = root_open_device(&root, "dev/null");
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	assert_int_equal(root_open_device(&root, "dev"), -ENODEV);
	assert_int_equal(root_open_device(&root, "proc/self/status"), -ENODEV);
	assert_int_equal(root_open_device(&root, "dev/no-such-node"), -ENOENT);
	root_close(&root);
	assert_int_equal(open_files(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_has_command, reset),
		cmocka_unit_test_setup(test_has_command_bounds, reset),
		cmocka_unit_test_setup(test_small_calls, reset),
		cmocka_unit_test_setup(test_iova, reset),
		cmocka_unit_test_setup(test_iova_many, reset),
		cmocka_unit_test_setup(test_iova_lies, reset),
		cmocka_unit_test_setup(test_iova_cut, reset),
		cmocka_unit_test_setup(test_intel, reset),
		cmocka_unit_test_setup(test_smmuv3, reset),
		cmocka_unit_test_setup(test_bits, reset),
		cmocka_unit_test_setup(test_amd_and_tegra, reset),
		cmocka_unit_test_setup(test_capabilities, reset),
		cmocka_unit_test_setup(test_hw_info_strange, reset),
		cmocka_unit_test_setup(test_hw_info_cut, reset),
		cmocka_unit_test(test_open),
	};

	return cmocka_run_group_tests_name("kernel-iommufd", tests, NULL, NULL);
}
