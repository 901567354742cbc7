/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "collect/collect.h"

/*
 * Fills a device from the text of its `uevent` file: bus, PCI class and ids, driver. One
 * read gives what six attributes give (drivers/pci/pci-driver.c, pci_uevent). Changes t.
 * path names the file for gaps.
 */
void uevent_parse(const struct reading *r, struct device *d, struct text *t,
		  const char *path);

/*
 * For a device whose `uevent` cannot be read: a name that is a PCI address still says
 * that it is that function; its driver is unknown.
 */
void uevent_missing(struct device *d);
