/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the memory of PCI functions is: /sys/bus/pci/devices/ADDRESS/resource
 * (Documentation/PCI/sysfs-pci.rst; drivers/pci/pci-sysfs.c, resource_show). The order of
 * its lines is that of include/linux/pci.h: six BARs, the ROM, those of virtual functions
 * where the kernel has PCI_IOV, the windows of a bridge. They are addresses of the
 * processor, which are those of the bus but where a host bridge adds an offset. The file
 * says what the kernel knows, and wakes no device.
 *
 * It is a file for each function, so it is read only where it can answer something: where
 * the log has a DMA fault, or a group a direct region.
 */
#include "collect/resources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"

#define DEVICES_PATH "sys/bus/pci/devices"

#define FIRST_ROM 6
#define FIRST_BEYOND_ROM 7
#define LINES_MAX 32 /* DEVICE_COUNT_RESOURCE is 17 */

bool resource_parse(const char *line, struct range *range)
{
	unsigned long long first, last, flags;
	int end = 0;

	if (sscanf(line, "0x%llx 0x%llx 0x%llx%n", &first, &last, &flags, &end) != 3 ||
	    line[end] || !(flags & RESOURCE_FLAG_MEMORY) ||
	    flags & (RESOURCE_FLAG_UNSET | RESOURCE_FLAG_DISABLED) || last < first)
		return false;
	*range = (struct range){ first, last };
	return true;
}

static enum resource_kind kind_of(const struct device *d, unsigned index)
{
	if (index < FIRST_ROM)
		return RESOURCE_BAR;
	if (index < FIRST_BEYOND_ROM)
		return RESOURCE_ROM;
	return device_is_pci_bridge(d) ? RESOURCE_WINDOW : RESOURCE_VF_BAR;
}

/*
 * IORESOURCE_ROM_SHADOW (include/linux/ioport.h): the ROM of the boot display is a copy
 * in RAM (pci_fixup_video), where no device answers.
 */
static bool is_shadow(const struct device *d, unsigned index, const char *line)
{
	const char *flags = strrchr(line, ' ');

	return kind_of(d, index) == RESOURCE_ROM && flags &&
	       strtoull(flags + 1, NULL, 16) & 0x2;
}

/* Returns whether the file was read. */
static bool collect_function(const struct reading *r, const struct device *d,
			     struct text *t)
{
	char path[PATH_SIZE];
	bool complete;
	char *rest, *line;

	path_of(path, DEVICES_PATH, d->name, "resource");
	if (read_attribute(r, path, t) != SOURCE_READ)
		return false;
	rest = t->data;
	for (unsigned i = 0; i < LINES_MAX && (line = text_next_line(&rest, &complete));
	     i++) {
		struct range range;

		if (!text_starts_with(line, "0x")) {
			read_bad_line(r, path, i + 1, "not a range of memory", line);
			return false;
		}
		if (resource_parse(line, &range) && !is_shadow(d, i, line))
			*ADD(r->host, resources) =
				(struct resource){ .device = xstrdup(d->name),
						   .line = i + 1,
						   .kind = kind_of(d, i),
						   .range = range };
	}
	return true;
}

static bool any_direct(const struct host *host)
{
	for (size_t i = 0; i < host->n_regions; i++) {
		if (region_is_direct(&host->regions[i]))
			return true;
	}
	return false;
}

static void collect_resources(const struct root *root, unsigned wanted, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_of(root, host, SOURCE_RESOURCES);
	bool any = false;

	/* a log that is not read here may be named, with faults in it (--log) */
	if (!any_direct(host) && !host->n_faults && wanted & SOURCE_BIT(SOURCE_LOG)) {
		host_set_source(
			host, SOURCE_RESOURCES, SOURCE_ABSENT, 0, "/" DEVICES_PATH,
			"no group has a direct region, and the log has no DMA fault");
		return;
	}
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].bus == BUS_PCI &&
		    collect_function(&r, &host->devices[i], &t))
			any = true;
	}
	host_set_source(host, SOURCE_RESOURCES, any ? SOURCE_READ : SOURCE_ABSENT, 0,
			"/" DEVICES_PATH, any ? NULL : "no function has a file resource");
}

const struct collector collector_resources = {
	.sources = SOURCE_BIT(SOURCE_RESOURCES),
	.late = true,
	.collect = collect_resources,
};
