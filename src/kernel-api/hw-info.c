/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answer to IOMMU_GET_HW_INFO, field by field. */
#include "kernel-api/hw-info.h"

#include <errno.h>
#include <stdbool.h>

#include "kernel-api/abi.h"
#include "kernel-api/native.h"

/* Where a field is, and what its number says: raw * times + plus, times 0 meaning 1. */
struct place {
	const char *name;
	const char *meaning;
	uint8_t offset; /* of its register in the data */
	uint8_t size;	/* of its register: 1, 4 or 8 */
	uint8_t low, bits;
	uint8_t times, plus;
};

/* The bits of one member of the data, from the lowest on. */
#define IN(type, member, low_bit, n_bits)                                              \
	.offset = offsetof(struct abi_hw_info_##type, member),                         \
	.size = sizeof(((struct abi_hw_info_##type *)NULL)->member), .low = (low_bit), \
	.bits = (n_bits)

static const struct place vtd[] = {
	{ .name = "ERRATA_772415_SPR17",
	  .meaning = "read-only pages must not be nested; newer kernels say so of all",
	  IN(vtd, flags, 0, 1) },
	{ .name = "ND",
	  .meaning = "width of a domain number, in bits",
	  IN(vtd, cap_reg, 0, 3),
	  .times = 2,
	  .plus = 4 },
	{ .name = "RWBF",
	  .meaning = "write buffers must be flushed",
	  IN(vtd, cap_reg, 4, 1) },
	{ .name = "CM",
	  .meaning = "caching mode: an emulated IOMMU",
	  IN(vtd, cap_reg, 7, 1) },
	{ .name = "SAGAW",
	  .meaning = "widths of second-stage addresses; bit 1: 39, bit 2: 48, bit 3: 57",
	  IN(vtd, cap_reg, 8, 5) },
	{ .name = "MGAW",
	  .meaning = "largest address width, in bits",
	  IN(vtd, cap_reg, 16, 6),
	  .plus = 1 },
	{ .name = "ZLR",
	  .meaning = "reads of length 0 from write-only pages",
	  IN(vtd, cap_reg, 22, 1) },
	{ .name = "SSLPS",
	  .meaning = "second-stage large pages; bit 0: 2 MiB, bit 1: 1 GiB",
	  IN(vtd, cap_reg, 34, 4) },
	{ .name = "PSI",
	  .meaning = "invalidation of single pages",
	  IN(vtd, cap_reg, 39, 1) },
	{ .name = "FS1GP",
	  .meaning = "1 GiB pages in the first stage",
	  IN(vtd, cap_reg, 56, 1) },
	{ .name = "PI", .meaning = "posted interrupts", IN(vtd, cap_reg, 59, 1) },
	{ .name = "FS5LP",
	  .meaning = "first-stage tables of five levels",
	  IN(vtd, cap_reg, 60, 1) },
	{ .name = "C", .meaning = "page walks are coherent", IN(vtd, ecap_reg, 0, 1) },
	{ .name = "QI", .meaning = "queued invalidation", IN(vtd, ecap_reg, 1, 1) },
	{ .name = "DT", .meaning = "device TLBs (ATS)", IN(vtd, ecap_reg, 2, 1) },
	{ .name = "IR", .meaning = "interrupt remapping", IN(vtd, ecap_reg, 3, 1) },
	{ .name = "EIM", .meaning = "x2APIC interrupt mode", IN(vtd, ecap_reg, 4, 1) },
	{ .name = "PT", .meaning = "pass-through", IN(vtd, ecap_reg, 6, 1) },
	{ .name = "SC", .meaning = "snooping can be enforced", IN(vtd, ecap_reg, 7, 1) },
	{ .name = "NEST", .meaning = "nested translation", IN(vtd, ecap_reg, 26, 1) },
	{ .name = "PRS", .meaning = "page requests", IN(vtd, ecap_reg, 29, 1) },
	{ .name = "ERS", .meaning = "execute requests", IN(vtd, ecap_reg, 30, 1) },
	{ .name = "SRS", .meaning = "supervisor requests", IN(vtd, ecap_reg, 31, 1) },
	{ .name = "PSS",
	  .meaning = "width of a PASID, in bits",
	  IN(vtd, ecap_reg, 35, 5),
	  .plus = 1 },
	{ .name = "PASID",
	  .meaning = "process address spaces",
	  IN(vtd, ecap_reg, 40, 1) },
	{ .name = "SMTS", .meaning = "scalable mode", IN(vtd, ecap_reg, 43, 1) },
	{ .name = "SSADS",
	  .meaning = "second-stage accessed and dirty bits",
	  IN(vtd, ecap_reg, 45, 1) },
	{ .name = "SSTS",
	  .meaning = "second-stage translation",
	  IN(vtd, ecap_reg, 46, 1) },
	{ .name = "FSTS",
	  .meaning = "first-stage translation",
	  IN(vtd, ecap_reg, 47, 1) },
	{ .name = "SMPWC",
	  .meaning = "page walks are coherent in scalable mode",
	  IN(vtd, ecap_reg, 48, 1) },
};

/* Only what the kernel's header says may be read; all other bits may change their
 * meaning. */
static const struct place smmuv3[] = {
	{ .name = "TTF",
	  .meaning = "table formats; 1: AArch32, 2: AArch64, 3: both",
	  IN(smmuv3, idr[0], 2, 2) },
	{ .name = "ASID16", .meaning = "16-bit ASIDs", IN(smmuv3, idr[0], 12, 1) },
	{ .name = "CD2L",
	  .meaning = "context descriptor tables of two levels",
	  IN(smmuv3, idr[0], 19, 1) },
	{ .name = "TTENDIAN",
	  .meaning = "byte order of tables; 0: either, 2: little, 3: big",
	  IN(smmuv3, idr[0], 21, 2) },
	{ .name = "STALL_MODEL",
	  .meaning = "0: stall or terminate, 1: only terminate, 2: only stall",
	  IN(smmuv3, idr[0], 24, 2) },
	{ .name = "TERM_MODEL",
	  .meaning = "a terminated transaction always aborts",
	  IN(smmuv3, idr[0], 26, 1) },
	{ .name = "ST_LEVEL",
	  .meaning = "stream table; 0: linear, 1: also of two levels",
	  IN(smmuv3, idr[0], 27, 2) },
	{ .name = "SIDSIZE",
	  .meaning = "width of a stream id, in bits",
	  IN(smmuv3, idr[1], 0, 6) },
	{ .name = "SSIDSIZE",
	  .meaning = "width of a substream id, in bits",
	  IN(smmuv3, idr[1], 6, 5) },
	{ .name = "RIL", .meaning = "invalidation of ranges", IN(smmuv3, idr[3], 10, 1) },
	{ .name = "BBML",
	  .meaning = "level of break-before-make",
	  IN(smmuv3, idr[3], 11, 2) },
	{ .name = "GRAN4K", .meaning = "4 KiB pages", IN(smmuv3, idr[5], 4, 1) },
	{ .name = "GRAN16K", .meaning = "16 KiB pages", IN(smmuv3, idr[5], 5, 1) },
	{ .name = "GRAN64K", .meaning = "64 KiB pages", IN(smmuv3, idr[5], 6, 1) },
	{ .name = "VAX",
	  .meaning = "width of a virtual address, in bits",
	  IN(smmuv3, idr[5], 10, 2),
	  .times = 4,
	  .plus = 48 },
	{ .name = "IMPLEMENTER",
	  .meaning = "JEP106 code of who made it",
	  IN(smmuv3, iidr, 0, 12) },
	{ .name = "PRODUCTID",
	  .meaning = "which of its products",
	  IN(smmuv3, iidr, 20, 12) },
	{ .name = "ARCH_MINOR",
	  .meaning = "minor version of SMMUv3",
	  IN(smmuv3, aidr, 0, 4) },
};

static const struct place cmdqv[] = {
	{ .name = "VERSION", .meaning = "version of CMDQ-V", IN(cmdqv, version, 0, 8) },
	{ .name = "LOG2VCMDQS",
	  .meaning = "command queues, as a power of 2",
	  IN(cmdqv, log2vcmdqs, 0, 8) },
	{ .name = "LOG2VSIDS",
	  .meaning = "stream id replacements, as a power of 2",
	  IN(cmdqv, log2vsids, 0, 8) },
};

static const struct place amd[] = {
	{ .name = "PPRSup", .meaning = "page requests", IN(amd, efr, 1, 1) },
	{ .name = "XTSup", .meaning = "x2APIC interrupt mode", IN(amd, efr, 2, 1) },
	{ .name = "GTSup", .meaning = "guest translation", IN(amd, efr, 4, 1) },
	{ .name = "IASup",
	  .meaning = "invalidation of everything at once",
	  IN(amd, efr, 6, 1) },
	{ .name = "GASup", .meaning = "guest virtual APIC", IN(amd, efr, 7, 1) },
	{ .name = "HATS",
	  .meaning = "levels of the host page table",
	  IN(amd, efr, 10, 2),
	  .plus = 4 },
	{ .name = "GATS",
	  .meaning = "levels of the guest page table",
	  IN(amd, efr, 12, 2),
	  .plus = 4 },
	{ .name = "GLXSup",
	  .meaning = "levels of the guest CR3 table",
	  IN(amd, efr, 14, 2),
	  .plus = 1 },
	{ .name = "PASmax",
	  .meaning = "width of a PASID, in bits",
	  IN(amd, efr, 32, 5),
	  .plus = 1 },
	{ .name = "GIoSup", .meaning = "guest I/O protection", IN(amd, efr, 48, 1) },
	{ .name = "HASup", .meaning = "accessed bits of the host", IN(amd, efr, 49, 1) },
	{ .name = "EPHSup",
	  .meaning = "enhanced page request handling",
	  IN(amd, efr, 50, 1) },
	{ .name = "HDSup", .meaning = "dirty bits of the host", IN(amd, efr, 52, 1) },
	{ .name = "SNPSup", .meaning = "secure nested paging", IN(amd, efr, 63, 1) },
	{ .name = "HtRangeIgnore",
	  .meaning = "no HyperTransport range is reserved",
	  IN(amd, efr2, 11, 1) },
};

static const struct {
	const char *name;
	const struct place *place;
	size_t n;
} types[] = {
	[HW_INFO_NONE] = { .name = "none" },
	[HW_INFO_INTEL_VTD] = { .name = "intel-vtd", .place = vtd, .n = ARRAY_SIZE(vtd) },
	[HW_INFO_ARM_SMMUV3] = { .name = "arm-smmuv3",
				 .place = smmuv3,
				 .n = ARRAY_SIZE(smmuv3) },
	[HW_INFO_TEGRA241_CMDQV] = { .name = "tegra241-cmdqv",
				     .place = cmdqv,
				     .n = ARRAY_SIZE(cmdqv) },
	[HW_INFO_AMD] = { .name = "amd", .place = amd, .n = ARRAY_SIZE(amd) },
};
_Static_assert(ARRAY_SIZE(vtd) <= HW_FIELDS_MAX && ARRAY_SIZE(smmuv3) <= HW_FIELDS_MAX &&
		       ARRAY_SIZE(cmdqv) <= HW_FIELDS_MAX &&
		       ARRAY_SIZE(amd) <= HW_FIELDS_MAX,
	       "the fields of each type fit");

/* The register of a field, if all of it is there. */
static bool read_register(const struct cursor *data, const struct place *p,
			  uint64_t *value)
{
	struct cursor c = cursor_from(data, p->offset);

	*value = p->size == 1	? cursor_u8(&c)
		 : p->size == 4 ? native_u32(&c)
				: native_u64(&c);
	return !c.bad;
}

static void take_fields(const struct cursor *data, const struct place *place, size_t n,
			struct hw_info *out)
{
	for (const struct place *p = place; p < place + n; p++) {
		uint64_t value;

		if (!read_register(data, p, &value))
			continue;
		value = value >> p->low & ((UINT64_C(1) << p->bits) - 1);
		out->field[out->n_fields++] = (struct hw_field){
			.name = p->name,
			.meaning = p->meaning,
			.value = value * (p->times ? p->times : 1) + p->plus,
		};
	}
}

/* A PASID has at most 20 bits, PCI Express 6.20.2.1. */
#define PASID_BITS_MAX 20

int hw_info_decode(const void *answer, size_t answer_size, const void *data, size_t room,
		   struct hw_info *out)
{
	struct cursor c = cursor_of(answer, answer_size);
	struct cursor registers;

	*out = (struct hw_info){ 0 };
	cursor_skip(&c, 12); /* size, flags, dev_id */
	out->data_size = native_u32(&c);
	cursor_skip(&c, 8); /* data_uptr */
	out->type = native_u32(&c);
	out->pasid_bits = cursor_u8(&c);
	cursor_skip(&c, 3);
	out->capabilities = native_u64(&c);
	if (c.bad || out->pasid_bits > PASID_BITS_MAX)
		return -EBADMSG;
	registers = cursor_of(data, out->data_size < room ? out->data_size : room);
	if (out->type < ARRAY_SIZE(types))
		take_fields(&registers, types[out->type].place, types[out->type].n, out);
	return 0;
}

const char *hw_info_type_name(uint32_t type)
{
	return type < ARRAY_SIZE(types) ? types[type].name : NULL;
}

const char *hw_capability_name(uint64_t bit)
{
	switch (bit) {
	case HW_CAPABILITY_DIRTY_TRACKING:
		return "dirty-tracking";
	case HW_CAPABILITY_PASID_EXEC:
		return "pasid-exec";
	case HW_CAPABILITY_PASID_PRIV:
		return "pasid-priv";
	case HW_CAPABILITY_ATS_NOT_SUPPORTED:
		return "ats-not-supported";
	}
	return NULL;
}
