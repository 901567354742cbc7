/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far the driver of a PCI function says that its DMA reaches:
 * /sys/bus/pci/devices/ADDRESS/dma_mask_bits (drivers/pci/pci-sysfs.c,
 * dma_mask_bits_show). It is a file for each function, and no rule rests on it: only who
 * shows it, prints JSON or saves all facts asks for it.
 */
#include "base/cleanup.h"
#include "collect/collect.h"

#define DEVICES_PATH "sys/bus/pci/devices"

/* Returns whether the file was read. */
static bool collect_mask(const struct reading *r, struct device *d, struct text *t)
{
	char path[PATH_SIZE];
	const char *s;
	uint64_t bits;

	path_of(path, DEVICES_PATH, d->name, "dma_mask_bits");
	s = read_string(r, path, t);
	if (!s)
		return false;
	if (text_to_number(s, 10, 64, &bits))
		d->dma_bits = (unsigned)bits;
	else
		read_bad_line(r, path, 1, "not a number of bits", s);
	return true;
}

static void collect_masks(const struct root *root, unsigned wanted, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_of(root, host, SOURCE_DMA_MASKS);
	bool any = false;

	(void)wanted;
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].bus == BUS_PCI &&
		    collect_mask(&r, &host->devices[i], &t))
			any = true;
	}
	host_set_source(host, SOURCE_DMA_MASKS, any ? SOURCE_READ : SOURCE_ABSENT, 0,
			"/" DEVICES_PATH,
			any ? NULL : "no function has a file dma_mask_bits");
}

const struct collector collector_dma_masks = {
	.sources = SOURCE_BIT(SOURCE_DMA_MASKS),
	.collect = collect_masks,
};
