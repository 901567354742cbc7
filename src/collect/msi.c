/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How PCI functions send their interrupts: the MSI and MSI-X capabilities of the
 * configuration space, /sys/bus/pci/devices/ADDRESS/config, of which no byte is read that
 * does not matter, because a function may take offence; and what the kernel knows of each
 * vector: the folder msi_irqs of the function (Documentation/ABI/testing/sysfs-bus-pci)
 * and /sys/kernel/irq (Documentation/ABI/testing/sysfs-kernel-irq).
 *
 * To read a configuration space resumes a function that is suspended, and the bridges
 * above it, so those that are asleep are left alone.
 */
#include <errno.h>
#include <pci/header.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/root.h"
#include "collect/collect.h"

#define DEVICES_PATH "sys/bus/pci/devices"
#define IRQ_PATH "sys/kernel/irq"

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

/* What is beyond the end reads as ones, as of a function that does not answer. */
static uint32_t read_bytes(int fd, unsigned at, size_t n)
{
	uint8_t bytes[4];
	uint32_t value = 0;

	if (file_read_at(fd, at, bytes, n) != (int)n)
		memset(bytes, 0xff, sizeof(bytes));
	for (size_t i = n; i--;)
		value = value << 8 | bytes[i];
	return value;
}

static uint16_t read_word(int fd, unsigned at)
{
	return (uint16_t)read_bytes(fd, at, 2);
}

/* Where the list of capabilities begins, by the type of the header. */
static unsigned first_capability(int fd)
{
	const unsigned type = read_bytes(fd, PCI_HEADER_TYPE, 1) & 0x7f;

	if (!(read_word(fd, PCI_STATUS) & PCI_STATUS_CAP_LIST) ||
	    type > PCI_HEADER_TYPE_CARDBUS)
		return 0;
	return read_bytes(fd,
			  type == PCI_HEADER_TYPE_CARDBUS ? PCI_CB_CAPABILITY_LIST
							  : PCI_CAPABILITY_LIST,
			  1);
}

/*
 * The place of a capability, 0: there is none. They lie behind the header, 4 bytes or
 * more each, so there are no more than 48 (PCI_FIND_CAP_TTL, drivers/pci/pci.h); a list
 * that leads in a circle has an end.
 */
static unsigned find_capability(int fd, unsigned id)
{
	unsigned at = first_capability(fd) & ~3u;

	for (int n = 0; n < 48 && at >= 0x40; n++) {
		const uint16_t head = read_word(fd, at);

		if ((head & 0xff) == id)
			return at;
		if ((head & 0xff) == 0xff)
			break;
		at = head >> 8 & ~3u;
	}
	return 0;
}

/* PCI Express 6.0, 7.7.1: control, address, upper address if 64 bits, data. */
static void read_msi(int fd, struct msi_capability *msi)
{
	const unsigned at = find_capability(fd, PCI_CAP_ID_MSI);
	uint16_t flags;

	if (!at)
		return;
	flags = read_word(fd, at + PCI_MSI_FLAGS);
	msi->is_there = true;
	msi->enabled = flags & PCI_MSI_FLAGS_ENABLE;
	msi->n_capable = 1u << ((flags & PCI_MSI_FLAGS_QMASK) >> 1);
	msi->n_enabled = 1u << ((flags & PCI_MSI_FLAGS_QSIZE) >> 4);
	msi->address = read_bytes(fd, at + PCI_MSI_ADDRESS_LO, 4);
	if (flags & PCI_MSI_FLAGS_64BIT) {
		msi->address |= (uint64_t)read_bytes(fd, at + PCI_MSI_ADDRESS_HI, 4)
				<< 32;
		msi->data = read_word(fd, at + PCI_MSI_DATA_64);
	} else {
		msi->data = read_word(fd, at + PCI_MSI_DATA_32);
	}
}

/* 7.7.2: control, table, pending bits. */
static void read_msix(int fd, struct msix_capability *msix)
{
	const unsigned at = find_capability(fd, PCI_CAP_ID_MSIX);
	uint16_t flags;
	uint32_t table;

	if (!at)
		return;
	flags = read_word(fd, at + 2);
	table = read_bytes(fd, at + 4, 4);
	msix->is_there = true;
	msix->enabled = flags & PCI_MSIX_ENABLE;
	msix->masked = flags & PCI_MSIX_MASK;
	msix->n_vectors = (flags & 0x7ffu) + 1;
	msix->bar = table & 7;
	msix->offset = table & ~(uint32_t)7;
}

/* Of what the first 64 bytes hold. 0; -ENODATA if there is less; or a negative errno. */
static int read_header(int fd, struct msi_state *s, uint16_t *command)
{
	uint8_t header[PCI_INTERRUPT_PIN + 1];
	const int n = file_read_at(fd, 0, header, sizeof(header));

	if (n != sizeof(header))
		return n < 0 ? n : -ENODATA;
	*command = (uint16_t)(header[PCI_COMMAND] | header[PCI_COMMAND + 1] << 8);
	s->has_pin = true;
	s->pin = header[PCI_INTERRUPT_PIN];
	return 0;
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
static bool answers(int fd)
{
	return read_word(fd, PCI_VENDOR_ID) != 0xffff;
}

static void read_space(int fd, struct host *host, struct msi_state *s, const char *path,
		       uint16_t *command)
{
	const int result = read_header(fd, s, command);
	uint8_t first[4];

	if (result == -ENODATA)
		note(host, s, SOURCE_BROKEN, 0, path, "holds less than 64 bytes");
	else if (result)
		note(host, s, source_state_of(result), -result, path, strerror(-result));
	else if (!answers(fd))
		note(host, s, SOURCE_BROKEN, 0, path, "the function does not answer");
	/* Without CAP_SYS_ADMIN no more is to be had (pci_read_config). */
	else if (file_read_at(fd, 0x40, first, sizeof(first)) != sizeof(first))
		note(host, s, SOURCE_DENIED, EPERM, path,
		     "only the first 64 bytes may be read: needs CAP_SYS_ADMIN");
	else {
		note(host, s, SOURCE_READ, 0, path, NULL);
		read_msi(fd, &s->msi);
		read_msix(fd, &s->msix);
	}
}

static void collect_space(const struct root *root, struct host *host,
			  const struct device *d, struct msi_state *s, uint16_t *command)
{
	cleanup_close int fd = -1;
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), DEVICES_PATH "/%s/config", d->name);
	fd = root_open_file(root, path);
	if (fd < 0)
		note(host, s, source_state_of(fd), -fd, path,
		     fd == -EOPNOTSUPP ? "is not a file" : strerror(-fd));
	else
		read_space(fd, host, s, path, command);
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
