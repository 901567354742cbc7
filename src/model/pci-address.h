/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * The address of a PCI function. Linux uses domains above 0xffff (VMD, Hyper-V), so a
 * domain has 32 bits here.
 */
struct pci_address {
	uint32_t domain;
	uint8_t bus;
	uint8_t device;	  /* 0..31 */
	uint8_t function; /* 0..7 */
};

/* Room for the longest address and its end: "ffffffff:ff:1f.7". */
#define PCI_ADDRESS_SIZE 17

/* Exactly "DDDD:BB:DD.F" (domain of 4 to 8 hex digits), as sysfs names a function. */
bool pci_address_parse(const char *s, struct pci_address *out);

/* Prints into a buffer of PCI_ADDRESS_SIZE and returns it. */
const char *pci_address_print(struct pci_address a, char *buffer);
