/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "firmware/table.h"

/*
 * The VIOT table: ACPI specification 6.5, 5.2.34, Virtual I/O Translation Table; the
 * kernel's reading of it: drivers/acpi/viot.c. It names virtual IOMMUs and what they
 * serve; it says nothing about reserved regions.
 */

enum viot_type {
	VIOT_PCI_RANGE = 1,
	VIOT_MMIO_ENDPOINT = 2,
	VIOT_IOMMU_PCI = 3,
	VIOT_IOMMU_MMIO = 4,
};

struct viot_node {
	uint8_t type;			/* enum viot_type, or unknown */
	unsigned number;		/* among those of its type, from 0 */
	size_t offset;			/* in the table: what references name */
	uint16_t segment, last_segment; /* PCI range; IOMMU over PCI: segment */
	uint16_t bdf, last_bdf;		/* the same; bus << 8 | devfn, both included */
	uint64_t base; /* MMIO endpoint: where the first memory of the device begins */
	uint32_t endpoint; /* endpoints: the id of the first */
	uint16_t output;   /* endpoints: offset of the IOMMU's node */
	size_t record;	   /* what is said about it */
};

struct viot {
	struct table_header header;
	ARRAY_OF(struct viot_node, nodes); /* by offset, upwards */
};

/*
 * Reads a table. Whatever is wrong is in the records; what can be read is in viot all the
 * same.
 */
void viot_parse(const void *bytes, size_t size, struct viot *viot,
		struct records *records);
void viot_clear(struct viot *viot);

/* The node that begins at an offset; NULL if none does. */
const struct viot_node *viot_node_at(const struct viot *viot, size_t offset);
