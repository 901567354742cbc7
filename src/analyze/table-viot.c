/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VIOT: which devices are behind a virtual IOMMU. It reserves no memory for them. */
#include <string.h>

#include "analyze/firmware.h"
#include "analyze/match.h"
#include "analyze/tables.h"
#include "firmware/viot.h"

static bool is_in(const struct viot_node *n, const struct device *d)
{
	uint16_t id = requester_id(d);

	return n->type == VIOT_PCI_RANGE && d->address.domain >= n->segment &&
	       d->address.domain <= n->last_segment && id >= n->bdf && id <= n->last_bdf;
}

static bool has_several_iommus(const struct viot *viot)
{
	size_t n = 0;

	for (size_t i = 0; i < viot->n_nodes; i++)
		n += viot->nodes[i].type == VIOT_IOMMU_PCI ||
		     viot->nodes[i].type == VIOT_IOMMU_MMIO;
	return n > 1;
}

/* viot_pci_dev_iommu_init, drivers/acpi/viot.c. */
static bool is_function_endpoint(const struct viot_node *n, const struct device *d,
				 uint32_t id)
{
	return is_in(n, d) && n->endpoint + ((d->address.domain - n->segment) << 16) +
					      requester_id(d) - n->bdf ==
				      id;
}

/*
 * Has a platform device memory that begins there? platform_device_add (drivers/base/
 * platform.c) lists each of its resources by the device's name.
 */
static bool begins_at(const struct host *host, const struct device *d, uint64_t base)
{
	for (size_t i = 0; i < host->n_memory; i++) {
		const struct memory *m = &host->memory[i];

		if (m->source == SOURCE_IOMEM && m->range.first == base &&
		    !strcmp(m->name, d->name))
			return true;
	}
	return false;
}

/* viot_mmio_dev_iommu_init: by its first memory. */
static bool is_mmio_endpoint(const struct host *host, const struct viot_node *n,
			     const struct device *d, uint32_t id)
{
	return n->type == VIOT_MMIO_ENDPOINT && n->endpoint == id &&
	       begins_at(host, d, n->base);
}

bool viot_has_endpoint(const struct host *host, const struct analysis *a,
		       const struct device *d, uint32_t id)
{
	const struct viot *viot = table_view(a, &table_viot)->parsed;

	if (has_several_iommus(viot))
		return false;
	for (size_t i = 0; i < viot->n_nodes; i++) {
		const struct viot_node *n = &viot->nodes[i];

		if ((d->bus == BUS_PCI && is_function_endpoint(n, d, id)) ||
		    (d->bus == BUS_PLATFORM && is_mmio_endpoint(host, n, d, id)))
			return true;
	}
	return false;
}

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
