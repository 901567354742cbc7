/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>

#include "firmware/table.h"

/*
 * The IVRS table: AMD I/O Virtualization Technology (IOMMU) specification 3.08, chapter
 * 5; the kernel's reading of it: drivers/iommu/amd/init.c.
 */

/* 5.2.2, IVHD block types: three descriptions of the same unit, of growing detail. */
enum {
	IVHD_10 = 0x10,
	IVHD_11 = 0x11,
	IVHD_40 = 0x40,
};

/* 5.2.3, IVMD block types. */
enum {
	IVMD_ALL = 0x20,
	IVMD_ONE = 0x21,
	IVMD_RANGE = 0x22,
};

/* IVMD flags. */
enum {
	IVMD_UNITY = 0x01,
	IVMD_READ = 0x02,
	IVMD_WRITE = 0x04,
	IVMD_EXCLUSION = 0x08,
};

struct ivhd {
	uint8_t type;
	unsigned number; /* among the IVHD blocks, from 0 */
	size_t offset;
	uint16_t device_id; /* of the IOMMU's own function: bus << 8 | devfn */
	uint16_t segment;
	bool chosen;		       /* the kernel uses this type */
	size_t record;		       /* what is said about it */
	size_t first_entry, n_entries; /* slice of ivrs.entries */
};

/* 5.2.2.1, types of device entries that name requester ids. */
enum {
	IVHD_ENTRY_ALL = 0x01,
	IVHD_ENTRY_SELECT = 0x02,
	IVHD_ENTRY_RANGE = 0x03,
	IVHD_ENTRY_RANGE_END = 0x04,
	IVHD_ENTRY_ALIAS = 0x42,
	IVHD_ENTRY_ALIAS_RANGE = 0x43,
	IVHD_ENTRY_EXTENDED = 0x46,
	IVHD_ENTRY_EXTENDED_RANGE = 0x47,
};

/* A device entry: which requester ids the unit serves. */
struct ivhd_entry {
	uint8_t type;
	uint16_t device_id;
	char hid[9]; /* ACPI devices (f0h): the hardware id; else empty */
	size_t offset;
};

struct ivmd {
	uint8_t type, flags;
	unsigned number;
	size_t offset;
	uint16_t first_id, last_id; /* requester ids it covers, both included */
	uint16_t segment;
	uint64_t start, length; /* bytes, as firmware wrote them */
};

/*
 * A unity mapping with neither read nor write permission (the exclusion flag gives both):
 * init_unity_map_range passes protection 0 on, which no page table takes.
 */
static inline bool ivmd_has_no_permission(const struct ivmd *m)
{
	return (m->flags & (IVMD_UNITY | IVMD_READ | IVMD_WRITE | IVMD_EXCLUSION)) ==
	       IVMD_UNITY;
}

/*
 * What the kernel lists of it: init_unity_map_range rounds start and length up to whole
 * pages, so a start within a page loses that page. Inverted if the length is 0.
 */
struct range ivmd_listed_range(const struct ivmd *m);

/* Where IVinfo stands: IOMMU_IVINFO_OFFSET, drivers/iommu/amd/amd_iommu_types.h. */
#define IVRS_INFO_OFFSET 36

/*
 * Bit of IVinfo: firmware used the IOMMU against DMA before the boot
 * (IOMMU_IVINFO_DMA_REMAP).
 */
#define IVINFO_DMA_PROTECTION 0x02u

/*
 * "device id 0060 (00:0c.0)", "device ids 0000-0fff (buses 00-0f)", "all device ids"; the
 * caller owns it.
 */
char *ivmd_ids_text(const struct ivmd *m);

/* "unity, read, write", "exclusion" */
const char *ivmd_flags_text(const struct ivmd *m);

struct ivrs {
	struct table_header header;
	/* IVinfo: bit 0 EFRSup, bit 1 DMA remap support, bits 15-21 VASize */
	uint32_t info;
	ARRAY_OF(struct ivhd, ivhds);
	ARRAY_OF(struct ivhd_entry, entries);
	ARRAY_OF(struct ivmd, ivmds);
};

/*
 * Reads a table. Whatever is wrong is in the records; what can be read is in ivrs all the
 * same.
 */
void ivrs_parse(const void *bytes, size_t size, struct ivrs *ivrs,
		struct records *records);
void ivrs_clear(struct ivrs *ivrs);
