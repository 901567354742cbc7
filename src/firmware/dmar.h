/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/range.h"
#include "firmware/table.h"

/*
 * The DMAR table: Intel Virtualization Technology for Directed I/O, architecture
 * specification 4.1, chapter 8; the kernel's reading of it: drivers/iommu/intel/dmar.c
 * and iommu.c.
 */

/* 8.3.1, device scope types. */
enum scope_type {
	SCOPE_ENDPOINT = 1,
	SCOPE_BRIDGE = 2,
	SCOPE_IOAPIC = 3,
	SCOPE_HPET = 4,
	SCOPE_NAMESPACE = 5,
};

#define SCOPE_PATH_MAX 16

struct dmar_scope {
	uint8_t type; /* enum scope_type, or unknown */
	uint8_t start_bus;
	unsigned path_length; /* elements; those beyond SCOPE_PATH_MAX are not kept */
	struct {
		uint8_t device;
		uint8_t function;
	} path[SCOPE_PATH_MAX];
	size_t offset; /* in the table */
};

/* What kind of structure an entry is: 8.2, remapping structure types. */
enum dmar_type {
	DMAR_DRHD = 0,
	DMAR_RMRR = 1,
	DMAR_ATSR = 2,
	DMAR_RHSA = 3,
	DMAR_ANDD = 4,
	DMAR_SATC = 5,
	DMAR_SIDP = 6,
	DMAR_TYPE_COUNT,
};

struct dmar_entry {
	enum dmar_type type;
	unsigned number; /* among those of its type, from 0 */
	size_t offset;
	/* DRHD: bit 0 INCLUDE_PCI_ALL; ATSR: bit 0 ALL_PORTS; SATC: bit 0 */
	uint8_t flags;
	uint16_t segment; /* not of RHSA, ANDD */
	uint64_t base;	  /* DRHD, RHSA: register base; RMRR: first address */
	uint64_t last;	  /* RMRR: last address, included; may be below base */
	size_t first_scope, n_scopes; /* slice of dmar.scopes */
};

struct dmar {
	struct table_header header;
	uint8_t width_minus_one; /* host address width */
	uint8_t flags;		 /* bit 0 INTR_REMAP, 1 X2APIC_OPT_OUT, 2 DMA_CTRL */
	ARRAY_OF(struct dmar_entry, entries);
	ARRAY_OF(struct dmar_scope, scopes);
};

/*
 * Start bus, then device and function of each step down: "00:16.7", "00:1c.4/00.0"; the
 * caller owns it.
 */
char *scope_text(const struct dmar_scope *scope);

/*
 * Reads a table. Whatever is wrong is in the records; what can be read is in dmar all the
 * same.
 */
void dmar_parse(const void *bytes, size_t size, struct dmar *dmar,
		struct records *records);
void dmar_clear(struct dmar *dmar);
