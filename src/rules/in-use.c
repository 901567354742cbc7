/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this host uses of its devices: disks and networks. */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

/* --- Disks --- */

#define USES_NAMED 3

/* "/ (root file system)" */
static void add_use(struct text *t, const struct disk_use *u, size_t n)
{
	if (n < USES_NAMED)
		text_printf(t, "%s%s%s", n ? ", " : "", u->what,
			    strcmp(u->what, "/") ? "" : " (root file system)");
}

/* True if a disk of the device is in use. */
static bool warn_disk(const struct host *host, const struct device *d, struct text *out)
{
	cleanup_free char *text = NULL;
	const char *block = NULL;
	struct text t = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < host->n_disk_uses; i++) {
		const struct disk_use *u = &host->disk_uses[i];

		if (!u->device || strcmp(u->device, d->name))
			continue;
		block = block || !u->block ? block : u->block;
		add_use(&t, u, n++);
	}
	if (!n)
		return false;
	if (n > USES_NAMED)
		text_printf(&t, " and %zu more", n - USES_NAMED);
	text = text_take(&t);
	text_printf(out, " Warning: %s of %s holds %s: do not unbind it on this host.",
		    block ? block : "a disk", d->name, text);
	return true;
}

/* A file system of which it is not known where it lies; NULL: there is none. */
static const struct disk_use *untraced_use(const struct host *host)
{
	for (size_t i = 0; i < host->n_disk_uses; i++) {
		if (!host->disk_uses[i].device)
			return &host->disk_uses[i];
	}
	return NULL;
}

/* PCI_BASE_CLASS_STORAGE; include/linux/pci_ids.h */
static bool is_storage(const struct device *d)
{
	return d->has_ids && d->class_code >> 16 == 0x01;
}

const char in_use_no_disk[] = "First check that no disk of ";

/* A controller whose disks may be in use, for all that could be seen. */
static void warn_unseen_disk(const struct host *host, const struct device *d,
			     struct text *out)
{
	const struct disk_use *u = untraced_use(host);

	if (u)
		text_printf(out, " %s%s holds %s (%s): which disks do could not be seen.",
			    in_use_no_disk, d->name, u->what, u->type);
	else if (host->sources[SOURCE_MOUNTS].state != SOURCE_READ)
		text_printf(out,
			    " %s%s is mounted, holds the root file system or is swap: "
			    "that could not be seen here.",
			    in_use_no_disk, d->name);
}

/* --- Network --- */

/* PCI_BASE_CLASS_NETWORK; include/linux/pci_ids.h */
static bool is_network(const struct device *d)
{
	return d->has_ids && d->class_code >> 16 == 0x02;
}

static void warn_interface(const struct interface *n, struct text *out)
{
	if (n->default_route == TRISTATE_YES)
		text_printf(
			out,
			" Warning: %s of %s carries the default route of this host: do "
			"not unbind it over the network.",
			n->name, n->device);
	else if (n->up == TRISTATE_YES)
		text_printf(out, " Warning: %s of %s is up and loses its connection.",
			    n->name, n->device);
}

static void warn_network(const struct host *host, const struct device *d,
			 struct text *out)
{
	for (size_t i = 0; i < host->n_interfaces; i++) {
		const char *device = host->interfaces[i].device;

		if (device && !strcmp(device, d->name))
			warn_interface(&host->interfaces[i], out);
	}
}

const char *device_in_use(const struct host *host, size_t i)
{
	const struct interface *n;

	if (i < host->n_disk_uses)
		return host->disk_uses[i].device;
	n = &host->interfaces[i - host->n_disk_uses];
	return n->default_route == TRISTATE_YES ? n->device : NULL;
}

bool device_is_in_use(const struct judge *j, const struct device *d)
{
	for (size_t i = 0; i < n_devices_in_use(j->host); i++) {
		const char *name = device_in_use(j->host, i);

		if (name && !strcmp(name, d->name))
			return true;
	}
	return false;
}

char *in_use_warning(const struct host *host, const struct device *d)
{
	struct text t = { 0 };

	if (!d->driver || device_is_bound_to_vfio(d) || device_driver_leaves_dma(d))
		return NULL;
	if (!warn_disk(host, d, &t) && is_storage(d))
		warn_unseen_disk(host, d, &t);
	warn_network(host, d, &t);
	if (t.len)
		memmove(t.data, t.data + 1, t.len--); /* the blank in front */
	return t.len ? text_take(&t) : NULL;
}

bool network_is_unseen(const struct host *host, const struct device *d)
{
	for (size_t i = 0; i < host->n_interfaces; i++) {
		const struct interface *n = &host->interfaces[i];

		if (n->device && !strcmp(n->device, d->name))
			return n->up == TRISTATE_UNKNOWN;
	}
	return is_network(d) && host->sources[SOURCE_NETWORK].state != SOURCE_READ;
}
