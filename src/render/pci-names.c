/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of PCI functions, from the database of libpci. */
#include "render/pci-names.h"

#include <pci/pci.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/pci-access.h"
#include "base/text.h"

struct pci_names {
	struct pci_access *access;
};

struct pci_names *pci_names_open(const char *path)
{
	/* No cache in the home of whoever runs this: the same host gives the same names.
	 */
	char cache[] = "net.cache_name", none[] = "";
	struct pci_names *names = xcalloc(1, sizeof(*names));

	names->access = pci_access_new();
	pci_set_param(names->access, cache, none);
	/* Looking up names needs no access method, so pci_init is not called. */
	if (path)
		pci_set_name_list_path(names->access, xstrdup(path), 1);
	return names;
}

void pci_names_close(struct pci_names *names)
{
	if (!names)
		return;
	pci_free_name_list(names->access);
	pci_cleanup(names->access);
	free(names);
}

void pci_names_load(struct pci_names *names)
{
	if (names)
		pci_load_name_list(names->access);
}

char *pci_names_of(struct pci_names *names, const struct device *d)
{
	char class_name[128], device_name[256];
	const char *c, *n;

	if (!names || d->bus != BUS_PCI || !d->has_ids)
		return NULL;
	c = pci_lookup_name(names->access, class_name, sizeof(class_name),
			    PCI_LOOKUP_CLASS | PCI_LOOKUP_NO_HWDB,
			    (int)(d->class_code >> 8));
	n = pci_lookup_name(names->access, device_name, sizeof(device_name),
			    PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE | PCI_LOOKUP_NO_HWDB,
			    (int)d->vendor, (int)d->device);
	return text_format("%s: %s", c ? c : "?", n ? n : "?");
}

char *pci_names_short(struct pci_names *names, const struct device *d)
{
	char *name;
	char buffer[256];
	const char *n;

	if (!names || d->bus != BUS_PCI || !d->has_ids)
		return NULL;
	n = pci_lookup_name(names->access, buffer, sizeof(buffer),
			    PCI_LOOKUP_DEVICE | PCI_LOOKUP_NO_HWDB |
				    PCI_LOOKUP_NO_NUMBERS,
			    (int)d->vendor, (int)d->device);
	if (!n)
		n = pci_lookup_name(names->access, buffer, sizeof(buffer),
				    PCI_LOOKUP_CLASS | PCI_LOOKUP_NO_HWDB |
					    PCI_LOOKUP_NO_NUMBERS,
				    (int)(d->class_code >> 8));
	if (!n)
		return NULL;
	name = xstrdup(n);
	text_clean(name);
	return name;
}
