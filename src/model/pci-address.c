/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "0000:00:1f.3" as numbers, and back. */
#include "model/pci-address.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Reads min to max hex digits at *s, which then points behind them. */
static bool take_hex(const char **s, int min, int max, uint32_t *out)
{
	int n = 0;

	*out = 0;
	while (n < max && isxdigit((unsigned char)**s)) {
		int c = tolower((unsigned char)*(*s)++);

		*out = *out << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
		n++;
	}
	return n >= min;
}

bool pci_address_parse(const char *s, struct pci_address *out)
{
	uint32_t domain, bus, device, function;

	if (!take_hex(&s, 4, 8, &domain) || *s++ != ':' || !take_hex(&s, 2, 2, &bus) ||
	    *s++ != ':' || !take_hex(&s, 2, 2, &device) || *s++ != '.' ||
	    !take_hex(&s, 1, 1, &function) || *s || device > 31 || function > 7)
		return false;
	*out = (struct pci_address){ domain, (uint8_t)bus, (uint8_t)device,
				     (uint8_t)function };
	return true;
}

const char *pci_address_print(struct pci_address a, char *buffer)
{
	snprintf(buffer, PCI_ADDRESS_SIZE, "%04x:%02x:%02x.%x", (unsigned)a.domain, a.bus,
		 a.device & 31u, a.function & 7u);
	return buffer;
}
