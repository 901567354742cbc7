/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/host.h"

/*
 * Names of PCI functions from the database of libpci, which is read when the first one is
 * looked up. NULL in place of it has no names.
 */
struct pci_names;

/* path: a database to use instead of the system's; NULL: the system's. */
struct pci_names *pci_names_open(const char *path);
void pci_names_close(struct pci_names *names);

/* Reads the database now, where no file can be opened later. */
void pci_names_load(struct pci_names *names);

/*
 * "Ethernet controller: Intel Corporation 82574L": the caller owns it. NULL: no PCI ids.
 */
char *pci_names_of(struct pci_names *names, const struct device *d);

/*
 * The function by its own name, else by its class: "82574L Gigabit Network Connection".
 * The caller owns it. NULL: neither is known.
 */
char *pci_names_short(struct pci_names *names, const struct device *d);
