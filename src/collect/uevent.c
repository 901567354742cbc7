/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /sys/devices/.../uevent of a device: bus, PCI class and ids, driver (drivers/pci/pci-
 * driver.c, pci_uevent).
 */
#include "collect/uevent.h"

#include <stdlib.h>
#include <string.h>

/* "8086:9D2F" */
static bool parse_pair(const char *s, uint16_t *first, uint16_t *second)
{
	const char *colon = strchr(s, ':');
	char left[8];
	uint64_t a, b;

	if (!colon || colon - s > 4)
		return false;
	memcpy(left, s, (size_t)(colon - s));
	left[colon - s] = 0;
	if (!text_to_number(left, 16, UINT16_MAX, &a) ||
	    !text_to_number(colon + 1, 16, UINT16_MAX, &b))
		return false;
	*first = (uint16_t)a;
	*second = (uint16_t)b;
	return true;
}

/* Which bus a modalias belongs to: scripts/mod/file2alias.c. */
static enum bus_kind bus_of_modalias(const char *alias)
{
	if (text_starts_with(alias, "pci:"))
		return BUS_PCI;
	if (text_starts_with(alias, "platform:") || text_starts_with(alias, "acpi:") ||
	    text_starts_with(alias, "of:"))
		return BUS_PLATFORM;
	if (text_starts_with(alias, "fsl-mc:"))
		return BUS_FSL_MC;
	if (text_starts_with(alias, "amba:"))
		return BUS_AMBA;
	return BUS_OTHER;
}

/* "01234567-89ab-cdef-0123-456789abcdef": mediated devices are named by a UUID. */
static bool looks_like_uuid(const char *s)
{
	if (strlen(s) != 36 || strspn(s, "0123456789abcdefABCDEF-") != 36)
		return false;
	return s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-';
}

/* False if the value is not what the key promises. */
static bool take(struct device *d, const char *key, const char *value)
{
	uint64_t number;

	if (!strcmp(key, "DRIVER")) {
		if (!d->driver && *value)
			d->driver = xstrdup(value);
		return *value != 0;
	}
	if (!strcmp(key, "PCI_CLASS")) {
		if (!text_to_number(value, 16, 0xffffff, &number))
			return false;
		d->class_code = (uint32_t)number;
		d->has_ids = true;
		return true;
	}
	if (!strcmp(key, "PCI_ID"))
		return parse_pair(value, &d->vendor, &d->device);
	if (!strcmp(key, "PCI_SUBSYS_ID"))
		return parse_pair(value, &d->subvendor, &d->subdevice);
	if (!strcmp(key, "PCI_SLOT_NAME")) {
		if (!pci_address_parse(value, &d->address))
			return false;
		d->bus = BUS_PCI;
		return true;
	}
	if (!strcmp(key, "OF_FULLNAME")) {
		if (value[0] != '/')
			return false;
		free(d->of_node);
		d->of_node = xstrdup(value);
	}
	if (!strcmp(key, "OF_COMPATIBLE_0")) {
		free(d->compatible);
		d->compatible = xstrdup(value);
	}
	/* The bus speaks after the node, which devices of other buses have too. */
	if (!strcmp(key, "MODALIAS") &&
	    (d->bus == BUS_OTHER || bus_of_modalias(value) == BUS_AMBA))
		d->bus = bus_of_modalias(value);
	else if (!strncmp(key, "OF_", 3) && d->bus == BUS_OTHER)
		d->bus = BUS_PLATFORM;
	return true;
}

/* A PCI function is one only with its address, and the name must agree with it. */
static bool is_consistent(struct device *d)
{
	struct pci_address named;
	char address[PCI_ADDRESS_SIZE];
	bool is_named = pci_address_parse(d->name, &named);

	if (d->bus != BUS_PCI && !is_named)
		return true;
	if (d->bus == BUS_PCI && is_named && d->has_ids &&
	    !strcmp(d->name, pci_address_print(d->address, address)))
		return true;
	if (is_named) { /* judge it as the function its name says */
		d->bus = BUS_PCI;
		d->address = named;
	} else {
		d->bus = BUS_OTHER;
	}
	return false;
}

void uevent_parse(const struct reading *r, struct device *d, struct text *t,
		  const char *path)
{
	unsigned number = 0;
	bool complete;
	char *rest;
	char *line;

	if (!t->len) {
		read_gap(r, path, "is empty, and no device's is");
		uevent_missing(d);
		return;
	}
	rest = t->data;
	while ((line = text_next_line(&rest, &complete))) {
		char *equals = strchr(line, '=');

		number++;
		if (equals)
			*equals = 0;
		if (!equals || !text_is_clean(line) || !text_is_clean(equals + 1) ||
		    !take(d, line, equals + 1))
			read_bad_line(r, path, number, "not a uevent variable", line);
	}
	if (looks_like_uuid(d->name))
		d->bus = BUS_MDEV;
	if (!is_consistent(d))
		read_bad_line(r, path, 0, "does not describe the PCI function", d->name);
}

void uevent_missing(struct device *d)
{
	if (pci_address_parse(d->name, &d->address))
		d->bus = BUS_PCI;
	d->driver_unknown = true;
}
