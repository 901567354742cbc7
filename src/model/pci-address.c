/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "0000:00:1f.3" as numbers, and back. */
#include "model/pci-address.h"

#include <ctype.h>
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

/* At least so many digits, and a character behind them; returns where to go on. */
static char *put_hex(char *s, uint32_t value, int digits, char end)
{
	while (digits < 8 && value >> 4 * digits)
		digits++;
	while (digits--)
		*s++ = "0123456789abcdef"[value >> 4 * digits & 15];
	*s++ = end;
	return s;
}

const char *pci_address_print(struct pci_address a, char *buffer)
{
	char *s = put_hex(buffer, a.domain, 4, ':');

	s = put_hex(put_hex(s, a.bus, 2, ':'), a.device & 31u, 2, '.');
	put_hex(s, a.function & 7u, 1, 0);
	return buffer;
}
