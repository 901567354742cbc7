/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "firmware/table.h"

/*
 * The MADT, whose signature is APIC: ACPI specification 6.5, 5.2.12. Of its structures
 * only those that name the doorbells of Arm's MSI controllers are understood; the
 * kernel's reading of them: drivers/irqchip/irq-gic-v3-its.c, gic_acpi_parse_madt_its,
 * and irq-gic-v2m.c, acpi_parse_madt_msi.
 */

enum madt_type {
	MADT_MSI_FRAME = 13, /* GIC MSI Frame, 5.2.12.16 */
	MADT_ITS = 15,	     /* GIC ITS, 5.2.12.18 */
};

struct madt_frame {
	uint8_t type;	 /* enum madt_type */
	unsigned number; /* among those of its type, from 0 */
	uint64_t base;	 /* of its registers */
	size_t offset;	 /* in the table */
	size_t record;	 /* what is said about it */
};

struct madt {
	struct table_header header;
	ARRAY_OF(struct madt_frame, frames);
};

/*
 * Reads a table. Whatever is wrong is in the records; what can be read is in madt all the
 * same.
 */
void madt_parse(const void *bytes, size_t size, struct madt *madt,
		struct records *records);
void madt_clear(struct madt *madt);
