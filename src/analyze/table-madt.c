/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MADT: where the MSI controllers of Arm are. It says nothing of IOMMUs, and is read
 * beside an IORT only.
 */
#include "analyze/match.h"
#include "base/text.h"
#include "firmware/madt.h"

#define ITS_TRANSLATER_PAGE 0x10000 /* GITS_TRANSLATER is at 0x10040 */
#define ITS_PAGE_SIZE 0x10000
#define FRAME_PAGE_SIZE 0x1000

static bool add_doorbells(const struct analysis *a, struct doorbells *out)
{
	const struct madt *madt = table_view(a, &table_madt)->parsed;

	for (size_t i = 0; i < madt->n_frames; i++) {
		const struct madt_frame *f = &madt->frames[i];
		bool is_its = f->type == MADT_ITS;
		uint64_t size = is_its ? ITS_PAGE_SIZE : FRAME_PAGE_SIZE;
		uint64_t first = f->base + (is_its ? ITS_TRANSLATER_PAGE : 0);

		if (f->base > UINT64_MAX - ITS_TRANSLATER_PAGE - ITS_PAGE_SIZE)
			continue; /* no such address */
		add_doorbell(out, (struct range){ first, first + (size - 1) },
			     is_its ? MSI_CONTROLLER_ITS : MSI_CONTROLLER_GICV2M, "APIC",
			     f->offset,
			     text_format("MADT %s %u",
					 is_its ? "GIC ITS" : "GIC MSI Frame",
					 f->number));
	}
	return madt->n_frames > 0;
}

static void parse(const void *bytes, size_t size, void *parsed, struct records *records)
{
	madt_parse(bytes, size, parsed, records);
}

static void clear(void *parsed)
{
	madt_clear(parsed);
}

const struct firmware_table table_madt = {
	.signature = "APIC",
	.path = "/sys/firmware/acpi/tables/APIC",
	.announces_iommu = TRISTATE_NO,
	.parsed_size = sizeof(struct madt),
	.parse = parse,
	.clear = clear,
	.add_doorbells = add_doorbells,
};
