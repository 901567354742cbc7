/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which IOMMU firmware puts in front of a device: of_iommu_configure
 * (drivers/iommu/of_iommu.c), iort_iommu_configure_id (drivers/acpi/arm64/iort.c). One
 * that is disabled is none to the kernel (of_device_is_available in of_iommu_xlate).
 */
#include "analyze/firmware.h"
#include "analyze/parts.h"
#include "base/text.h"

struct front device_front(const struct host *host, const struct analysis *a,
			  const struct device *d)
{
	struct front front = iort_front(a, d);

	/* acpi_iommu_configure_id: what the IORT does not cover the VIOT may */
	if (front.kind == FRONT_NONE && host_has_table(host, "VIOT"))
		return (struct front){ .kind = FRONT_UNKNOWN };
	if (front.kind == FRONT_UNKNOWN && !host_has_table(host, "IORT"))
		front = dtb_front(a, d);
	return front;
}

char *front_text(const struct front *front)
{
	if (front->kind == FRONT_DISABLED)
		return text_format("the device tree puts it behind the IOMMU %s, whose "
				   "status is disabled",
				   front->iommu);
	if (front->kind == FRONT_NONE && front->node)
		return text_format("the device tree puts no IOMMU in front of %s",
				   front->node);
	if (front->kind == FRONT_NONE)
		return text_format("the %s puts no SMMU in front of it", front->table);
	return NULL;
}

/* Of the units of the host, where the kernel does the same for all. */
static enum tristate units_join_with_driver(const struct host *host)
{
	enum tristate joins;

	if (!host->n_iommus)
		return TRISTATE_NO;
	joins = kernel_does(host, BEHAVIOUR_JOINS_WITH_DRIVER, host->iommus[0].kind);
	for (size_t i = 1; i < host->n_iommus; i++) {
		if (kernel_does(host, BEHAVIOUR_JOINS_WITH_DRIVER,
				host->iommus[i].kind) != joins)
			return TRISTATE_UNKNOWN;
	}
	return joins;
}

enum tristate groups_wait_for_drivers(const struct host *host, const struct analysis *a)
{
	bool any = false;

	if (host->n_groups || host->sources[SOURCE_GROUPS].state != SOURCE_READ)
		return TRISTATE_NO;
	for (size_t i = 0; i < host->n_devices; i++) {
		if (device_front(host, a, &host->devices[i]).kind != FRONT_THERE)
			continue;
		if (host->devices[i].driver)
			return TRISTATE_NO;
		any = true;
	}
	return any ? units_join_with_driver(host) : TRISTATE_NO;
}

enum tristate device_joins_with_driver(const struct host *host, const struct analysis *a,
				       const struct device *d)
{
	enum front_kind front;

	if (d->group != NO_GROUP || d->driver ||
	    (!host->n_groups && a->groups_wait == TRISTATE_NO))
		return TRISTATE_NO;
	front = device_front(host, a, d).kind;
	return front == FRONT_NONE || front == FRONT_DISABLED
		       ? TRISTATE_NO
		       : units_join_with_driver(host);
}
