/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The MSI-X table of a function lies in its memory (PCI Express Base Specification 6.0,
 * 7.7.2.5: 16 bytes an entry: address, upper address, data, control with the mask in bit
 * 0), which /sys/bus/pci/devices/ADDRESS/resourceN maps. It is mapped to be read only,
 * and not at all if nothing may answer there: memory decoding off, or a user-space driver
 * that may reset the function at any time.
 */
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "collect/collect.h"
#include "collect/resources.h"

#define DEVICES_PATH "sys/bus/pci/devices"

#define BARS 6
#define ENTRY_SIZE ((size_t)16)
#define COMMAND_MEMORY 0x2u /* PCI Express 6.0, 7.5.1.1.3: memory space enable */

static void note(struct host *host, struct msi_state *s, enum source_state state,
		 int error, const char *path, const char *why)
{
	cleanup_free char *full = text_format("/%s", path);

	s->table_state = state;
	s->table_why = why ? xstrdup(why) : NULL;
	if (state != SOURCE_NOT_ASKED)
		host_set_source(host, SOURCE_MSIX_TABLES, state, error, full, why);
}

/* Why the table is left alone; NULL: it is not. */
static const char *reason_against(const struct root *root, const struct host *host,
				  const struct msi_state *s, uint16_t command)
{
	const struct device *d = host_device(host, s->device);

	if (!root->live)
		return "it is in the memory of a running machine only";
	if (!s->msix.enabled)
		return "MSI-X is not enabled";
	/* With MSI-X enabled it is more than bound: somebody has it open. */
	if (!d || device_is_bound_to_vfio(d))
		return "a user-space driver holds the device";
	if (!(command & COMMAND_MEMORY))
		return "the memory of the device is not decoded";
	return s->msix.bar < BARS ? NULL : "it names no BAR";
}

/*
 * First byte and size of a BAR: a line of `resource`, "0xFIRST 0xLAST 0xFLAGS". False
 * after a note.
 */
static bool read_bar(const struct root *root, struct host *host, struct msi_state *s,
		     struct range *bar)
{
	cleanup(text_clear) struct text t = { 0 };
	char path[PATH_SIZE];
	const struct reading r = reading_of(root, host, SOURCE_MSIX_TABLES);
	char *rest, *line = NULL;
	enum source_state state;
	bool complete;

	snprintf(path, sizeof(path), DEVICES_PATH "/%s/resource", s->device);
	state = read_attribute(&r, path, &t);
	if (state != SOURCE_READ) {
		note(host, s, state, 0, path, "its BARs cannot be read");
		return false;
	}
	rest = t.data;
	for (unsigned i = 0; i <= s->msix.bar; i++)
		line = text_next_line(&rest, &complete);
	if (!line || !resource_parse(line, bar)) {
		note(host, s, SOURCE_BROKEN, 0, path,
		     "the BAR of the MSI-X table is not there");
		return false;
	}
	return true;
}

/* Two halves, each with a read of its own: 32 bits at a time, as the device expects. */
static void read_entries(struct host *host, size_t state, const volatile uint32_t *table,
			 unsigned n)
{
	for (unsigned i = 0; i < n; i++, table += ENTRY_SIZE / sizeof(*table)) {
		struct msix_entry *e;

		if (table[3] & 1)
			continue;
		e = ADD(host, msix_entries);
		e->state = state;
		e->index = i;
		e->address = le32toh(table[0]) | (uint64_t)le32toh(table[1]) << 32;
		e->data = le32toh(table[2]);
	}
}

/* Where the kernel does not let it be mapped: pci_mmap_resource, iomem_is_exclusive. */
static const char *reason_of_map(int result)
{
	return result == -EINVAL ? "the kernel keeps memory that a driver uses to itself "
				   "(CONFIG_IO_STRICT_DEVMEM; iomem=relaxed lifts that)"
	       : result == -EPERM ? "the kernel is locked down"
				  : strerror(-result);
}

void collect_msix_table(const struct root *root, struct host *host, size_t state,
			uint16_t command)
{
	struct msi_state *s = &host->msi_states[state];
	const char *against = reason_against(root, host, s, command);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t size = s->msix.n_vectors * ENTRY_SIZE, skip;
	const volatile void *map;
	char path[PATH_SIZE];
	struct range bar;
	int result;

	snprintf(path, sizeof(path), DEVICES_PATH "/%s/resource%u", s->device,
		 s->msix.bar);
	if (against) {
		note(host, s, SOURCE_NOT_ASKED, 0, path, against);
		return;
	}
	if (!read_bar(root, host, s, &bar))
		return;
	if (s->msix.offset > bar.last - bar.first ||
	    size - 1 > bar.last - bar.first - s->msix.offset) {
		note(host, s, SOURCE_BROKEN, 0, path, "the MSI-X table leaves its BAR");
		return;
	}
	/* A BAR smaller than a page may begin within one; what is mapped are pages. */
	skip = (size_t)((bar.first + s->msix.offset) % page);
	result = root_map(root, path, s->msix.offset / page * page, skip + size, &map);
	if (result) {
		note(host, s, result == -EINVAL ? SOURCE_DENIED : source_state_of(result),
		     -result, path, reason_of_map(result));
		return;
	}
	read_entries(host, state,
		     (const volatile uint32_t *)((const volatile uint8_t *)map + skip),
		     s->msix.n_vectors);
	munmap((void *)(uintptr_t)map, skip + size);
	note(host, s, SOURCE_READ, 0, path, NULL);
}
