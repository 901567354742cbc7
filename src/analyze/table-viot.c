/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VIOT: which devices are behind a virtual IOMMU. It reserves no memory for them. */
#include "analyze/tables.h"
#include "firmware/viot.h"

static void parse(const void *bytes, size_t size, void *parsed, struct records *records)
{
	viot_parse(bytes, size, parsed, records);
}

static void clear(void *parsed)
{
	viot_clear(parsed);
}

const struct firmware_table table_viot = {
	.signature = "VIOT",
	.path = "/sys/firmware/acpi/tables/VIOT",
	.announces_iommu = TRISTATE_YES,
	.parsed_size = sizeof(struct viot),
	.parse = parse,
	.clear = clear,
};
