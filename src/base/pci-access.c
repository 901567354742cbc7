/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libpci, opened so that it neither prints nor exits by itself. */
#include "base/pci-access.h"

#include <stdarg.h>
#include <stdio.h>
/* after stdarg.h */
#include <pci/pci.h>

#include "base/attr.h"
#include "base/message.h"

static void no_return printf_like(1, 2) on_error(char *fmt, ...)
{
	char line[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	die("libpci: %s", line);
}

static void printf_like(1, 2) on_message(char *fmt, ...)
{
	(void)fmt;
}

struct pci_access *pci_access_new(void)
{
	struct pci_access *access = pci_alloc();

	access->error = on_error;
	access->warning = on_message;
	access->debug = on_message;
	return access;
}
