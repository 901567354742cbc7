/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What follows from the class and the driver of a device. */
#include <string.h>

#include "model/host.h"

static bool has_base_class(const struct device *d, unsigned base)
{
	return d->bus == BUS_PCI && d->has_ids && d->class_code >> 16 == base;
}

bool device_is_pci_bridge(const struct device *d)
{
	unsigned subclass = d->class_code >> 8 & 0xff;

	return has_base_class(d, 0x06) && (subclass == 0x04 || subclass == 0x07);
}

bool device_is_display(const struct device *d)
{
	return has_base_class(d, 0x03);
}

bool device_is_usb_controller(const struct device *d)
{
	return has_base_class(d, 0x0c) && (d->class_code >> 8 & 0xff) == 0x03;
}

bool device_is_platform(const struct device *d)
{
	return d->bus == BUS_PLATFORM || d->bus == BUS_AMBA;
}

bool group_expects_relaxable(const struct host *host, const struct group *g)
{
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		const struct device *d = &host->devices[i];

		if (device_is_usb_controller(d) || device_is_display(d) ||
		    d->class_code >> 8 == 0x0601)
			return true;
	}
	return false;
}

bool device_is_bound_to_vfio(const struct device *d)
{
	/*
	 * VFIO drivers: vfio-pci, vfio-platform, vfio-amba, vfio-fsl-mc, vfio_mdev,
	 * mlx5_vfio_pci, nvgrace_gpu_vfio_pci, hisi-acc-vfio-pci, pds-vfio-pci,
	 * xe-vfio-pci, ... in drivers/vfio: all names of that folder contain the word.
	 */
	return d->driver && strstr(d->driver, "vfio");
}

bool device_driver_leaves_dma(const struct device *d)
{
	/*
	 * Drivers outside drivers/vfio that set driver_managed_dma, in 6.1, 6.12 and 7.2.
	 */
	static const char *const names[] = { "pcieport", "pci-stub", "pci-pf-stub" };

	if (!d->driver || device_is_bound_to_vfio(d))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(d->driver, names[i]))
			return true;
	}
	return false;
}
