/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

struct pci_access;

/*
 * pci_alloc with our own messages: libpci exits on its own errors and prints warnings and
 * debug lines to stderr. An error ends the program with our message and status; the rest
 * is not printed. The caller sets parameters, calls pci_init where it wants more than
 * names, and releases it with pci_cleanup.
 */
struct pci_access *pci_access_new(void);
