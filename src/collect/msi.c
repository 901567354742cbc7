/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How PCI functions send their interrupts: the MSI and MSI-X capabilities of the
 * configuration space, which libpci reads from
 * /sys/bus/pci/devices/ADDRESS/config, and what the kernel knows of each vector: the
 * folder msi_irqs of the function (Documentation/ABI/testing/sysfs-bus-pci) and
 * /sys/kernel/irq (Documentation/ABI/testing/sysfs-kernel-irq).
 *
 * To read a configuration space resumes a function that is suspended, and the bridges
 * above it, so those that are asleep are left alone.
 */
#include <errno.h>
#include <pci/pci.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/pci-access.h"
#include "collect/collect.h"

#define DEVICES_PATH "sys/bus/pci/devices"
#define IRQ_PATH "sys/kernel/irq"

/* libpci gives up, and the program with it, where a path is longer (OBJNAMELEN). */
#define PLAIN_PATH_MAX 900

/* More bridges than that are not above each other: there are 256 buses. */
#define BRIDGES_MAX 256

/* The most vectors that a function can have (PCI Express 6.0, 7.7.2.2: 11 bits). */
#define VECTORS_MAX 2048

/* --- Is it asleep? --- */

/*
 * "suspended" and on its way there or back (drivers/base/power/sysfs.c,
 * runtime_status_show), or in D1 to D3cold (power_state, Linux 5.11). One that cannot be
 * told is taken for asleep, too.
 */
static bool sleeps(const struct reading *r, const char *name, struct text *t)
{
	enum source_state state;
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), DEVICES_PATH "/%s/power/runtime_status", name);
	state = read_attribute(r, path, t);
	if (state >= SOURCE_DENIED ||
	    (state == SOURCE_READ && (text_starts_with(t->data, "suspend") ||
				      text_starts_with(t->data, "resum"))))
		return true;
	snprintf(path, sizeof(path), DEVICES_PATH "/%s/power_state", name);
	state = read_attribute(r, path, t);
	return state >= SOURCE_DENIED ||
	       (state == SOURCE_READ && t->data[0] == 'D' && t->data[1] != '0');
}

/* The function itself, or the first bridge above it, that is asleep; NULL: none. */
static const char *sleeper(const struct reading *r, const struct device *d,
			   struct text *t)
{
	const struct device *at = d;

	for (unsigned n = 0; n < BRIDGES_MAX; n++) {
		if (sleeps(r, at->name, t))
			return at->name;
		at = at->parent ? host_device(r->host, at->parent) : NULL;
		if (!at)
			break;
	}
	return NULL;
}

/* --- The configuration space --- */

/* plain: of the folder /sys/bus/pci, as this machine sees it. */
static struct pci_access *open_access(char *plain)
{
	struct pci_access *access = pci_access_new();
	char parameter[] = "sysfs.path";

	access->method = PCI_ACCESS_SYS_BUS_PCI;
	pci_set_param(access, parameter, plain);
	pci_init(access);
	return access;
}

/* PCI Express 6.0, 7.7.1: control, address, upper address if 64 bits, data. */
static void read_msi(struct pci_dev *p, struct msi_capability *msi)
{
	const struct pci_cap *cap = pci_find_cap(p, PCI_CAP_ID_MSI, PCI_CAP_NORMAL);
	uint16_t flags;
	int at;

	if (!cap)
		return;
	at = (int)cap->addr;
	flags = pci_read_word(p, at + PCI_MSI_FLAGS);
	msi->is_there = true;
	msi->enabled = flags & PCI_MSI_FLAGS_ENABLE;
	msi->n_capable = 1u << ((flags & PCI_MSI_FLAGS_QMASK) >> 1);
	msi->n_enabled = 1u << ((flags & PCI_MSI_FLAGS_QSIZE) >> 4);
	msi->address = pci_read_long(p, at + PCI_MSI_ADDRESS_LO);
	if (flags & PCI_MSI_FLAGS_64BIT) {
		msi->address |= (uint64_t)pci_read_long(p, at + PCI_MSI_ADDRESS_HI) << 32;
		msi->data = pci_read_word(p, at + PCI_MSI_DATA_64);
	} else {
		msi->data = pci_read_word(p, at + PCI_MSI_DATA_32);
	}
}

/* 7.7.2: control, table, pending bits. */
static void read_msix(struct pci_dev *p, struct msix_capability *msix)
{
	const struct pci_cap *cap = pci_find_cap(p, PCI_CAP_ID_MSIX, PCI_CAP_NORMAL);
	uint16_t flags;
	uint32_t table;

	if (!cap)
		return;
	flags = pci_read_word(p, (int)cap->addr + 2);
	table = pci_read_long(p, (int)cap->addr + 4);
	msix->is_there = true;
	msix->enabled = flags & PCI_MSIX_ENABLE;
	msix->masked = flags & PCI_MSIX_MASK;
	msix->n_vectors = (flags & 0x7ffu) + 1;
	msix->bar = table & 7;
	msix->offset = table & ~(uint32_t)7;
}

/* Of what the first 64 bytes hold; false if there is less. */
static bool read_header(struct pci_dev *p, struct msi_state *s, uint16_t *command)
{
	uint8_t header[PCI_INTERRUPT_PIN + 1];

	if (!pci_read_block(p, 0, header, sizeof(header)))
		return false;
	*command = (uint16_t)(header[PCI_COMMAND] | header[PCI_COMMAND + 1] << 8);
	s->has_pin = true;
	s->pin = header[PCI_INTERRUPT_PIN];
	return true;
}

static void note(struct host *host, struct msi_state *s, enum source_state state,
		 int error, const char *path, const char *why)
{
	cleanup_free char *full = text_format("/%s", path);

	s->state = state;
	s->error = error;
	s->why = why ? xstrdup(why) : NULL;
	host_set_source(host, SOURCE_MSI, state, error, full, why);
}

/* Vendor ffff: the function does not answer; it is gone, or its link is down. */
static bool answers(struct pci_dev *p)
{
	return pci_read_word(p, PCI_VENDOR_ID) != 0xffff;
}

static void read_space(struct pci_access *access, struct host *host,
		       const struct device *d, struct msi_state *s, const char *path,
		       uint16_t *command)
{
	struct pci_dev *p = pci_get_dev(access, (int)d->address.domain, d->address.bus,
					d->address.device, d->address.function);
	uint8_t first[4];

	if (!read_header(p, s, command))
		note(host, s, SOURCE_BROKEN, 0, path, "holds less than 64 bytes");
	else if (!answers(p))
		note(host, s, SOURCE_BROKEN, 0, path, "the function does not answer");
	/* Without CAP_SYS_ADMIN no more is to be had (pci_read_config). */
	else if (!pci_read_block(p, 0x40, first, sizeof(first)))
		note(host, s, SOURCE_DENIED, EPERM, path,
		     "only the first 64 bytes may be read: needs CAP_SYS_ADMIN");
	else {
		note(host, s, SOURCE_READ, 0, path, NULL);
		read_msi(p, &s->msi);
		read_msix(p, &s->msix);
	}
	pci_free_dev(p);
}

static const char *reason(int result)
{
	return result == -EXDEV	   ? "a link leads out of the saved tree"
	       : result == -EINVAL ? "is not a file"
	       : result == -E2BIG  ? "its path is too long"
				   : strerror(-result);
}

/* Where libpci may open it; the caller frees it. */
static int plain_path(const struct root *root, const char *path, char **out)
{
	int result = root_plain_path(root, path, out);

	if (!result && strlen(*out) > PLAIN_PATH_MAX) {
		free(*out);
		*out = NULL;
		return -E2BIG;
	}
	return result;
}

static void collect_space(const struct root *root, struct host *host,
			  const struct device *d, struct msi_state *s, uint16_t *command)
{
	cleanup_free char *plain = NULL;
	struct pci_access *access;
	char path[PATH_SIZE];
	int result;

	snprintf(path, sizeof(path), DEVICES_PATH "/%s/config", d->name);
	result = plain_path(root, path, &plain);
	if (result) {
		note(host, s, source_state_of(result), -result, path, reason(result));
		return;
	}
	/* what stands in front of /devices/ADDRESS/config */
	plain[strlen(plain) - strlen("/devices/") - strlen(d->name) - strlen("/config")] =
		0;
	access = open_access(plain);
	read_space(access, host, d, s, path, command);
	pci_cleanup(access);
}

/* --- Vectors --- */

/* NULL if it is not there, empty, or no clean text: none of it is worth a word. */
static char *irq_attribute(const struct reading *r, unsigned number, const char *name)
{
	cleanup(text_clear) struct text t = { 0 };
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), IRQ_PATH "/%u/%s", number, name);
	if (read_attribute(r, path, &t) != SOURCE_READ ||
	    (t.len && memchr(t.data, 0, t.len)))
		return NULL;
	text_trim_end(t.data);
	return t.data[0] && text_is_clean(t.data) ? xstrdup(t.data) : NULL;
}

static void collect_irqs(const struct reading *r, const struct device *d, size_t state)
{
	cleanup(names_clear) struct names names = { 0 };
	cleanup(text_clear) struct text t = { 0 };
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), DEVICES_PATH "/%s/msi_irqs", d->name);
	if (read_list(r, path, &names) != SOURCE_READ)
		return; /* none is set up */
	if (names.n > VECTORS_MAX)
		read_cut(r, path, "interrupts", names.n - VECTORS_MAX, VECTORS_MAX);
	for (size_t i = 0; i < names.n && i < VECTORS_MAX; i++) {
		struct msi_irq *irq;
		uint64_t number;

		if (!text_to_number(names.name[i], 10, UINT32_MAX, &number))
			continue;
		snprintf(path, sizeof(path), DEVICES_PATH "/%s/msi_irqs/%u", d->name,
			 (unsigned)number);
		if (read_attribute(r, path, &t) != SOURCE_READ)
			continue;
		irq = ADD(r->host, msi_irqs);
		irq->state = state;
		irq->number = (unsigned)number;
		irq->is_msix = text_starts_with(t.data, "msix");
		irq->chip = irq_attribute(r, irq->number, "chip_name");
		irq->hwirq = irq_attribute(r, irq->number, "hwirq");
		irq->type = irq_attribute(r, irq->number, "type");
		irq->actions = irq_attribute(r, irq->number, "actions");
	}
}

/* A saved tree often has no configuration spaces: nobody looked. */
static bool is_bare(const struct host *host, size_t state)
{
	return host->msi_states[state].state == SOURCE_ABSENT &&
	       (!host->n_msi_irqs || host->msi_irqs[host->n_msi_irqs - 1].state != state);
}

static void drop_last(struct host *host)
{
	struct msi_state *s = &host->msi_states[--host->n_msi_states];

	free(s->device);
	free(s->why);
}

static void collect_function(const struct root *root, unsigned wanted, struct host *host,
			     const struct device *d, struct text *t)
{
	const struct reading r = reading_of(root, host, SOURCE_MSI);
	size_t state = host->n_msi_states;
	struct msi_state *s = ADD(host, msi_states);
	const char *asleep = sleeper(&r, d, t);
	uint16_t command = 0;

	s->device = xstrdup(d->name);
	if (asleep)
		s->why = asleep == d->name
				 ? xstrdup("asleep")
				 : text_format("the bridge %s above is asleep", asleep);
	else
		collect_space(root, host, d, s, &command);
	collect_irqs(&r, d, state);
	if (is_bare(host, state))
		drop_last(host);
	else if (wanted & SOURCE_BIT(SOURCE_MSIX_TABLES) && s->msix.is_there)
		collect_msix_table(root, host, state, command);
}

void collect_msi(const struct root *root, unsigned wanted, const bool *devices,
		 struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };

	host_set_source(host, SOURCE_MSI, SOURCE_ABSENT, 0, "/" DEVICES_PATH,
			"no configuration space was read");
	if (wanted & SOURCE_BIT(SOURCE_MSIX_TABLES))
		host_set_source(host, SOURCE_MSIX_TABLES, SOURCE_ABSENT, 0,
				"/" DEVICES_PATH, "no table is in use");
	for (size_t i = 0; i < host->n_devices; i++) {
		if (devices[i] && host->devices[i].bus == BUS_PCI)
			collect_function(root, wanted, host, &host->devices[i], &t);
	}
}
