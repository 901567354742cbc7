/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The software MSI window by itself: is its fixed place free on this machine, and is it
 * large enough.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/firmware.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

/* --- sw-msi-window-collision --- */

/*
 * Is a line of /proc/iomem a window of a PCI host bridge? From ACPI it is called by its
 * bus, "PCI Bus 0000:00" (drivers/acpi/pci_root.c), from a device tree by the bridge's
 * node, "pcie@10000000" (drivers/pci/of.c). Windows within are those of bridges below.
 */
static bool is_bridge_window(const struct memory *m)
{
	return !m->depth &&
	       (text_starts_with(m->name, "PCI Bus ") ||
		text_starts_with(m->name, "pci@") || text_starts_with(m->name, "pcie@"));
}

/* May a device be behind this host bridge, as far as its name tells? */
static bool may_be_behind(const struct device *d, const struct memory *m)
{
	struct pci_address a;
	cleanup_free char *function = NULL;

	if (d->bus != BUS_PCI || !text_starts_with(m->name, "PCI Bus "))
		return d->bus == BUS_PCI;
	function = text_format("%s:00.0", m->name + strlen("PCI Bus "));
	return !pci_address_parse(function, &a) || a.domain == d->address.domain;
}

/*
 * Does a group have the window as an open place for doorbells? Where firmware or a
 * hypervisor wants it 1:1, that is another matter with its own rules.
 */
static bool has_open_window(const struct judge *j, const struct group *g)
{
	if (!view_of_group(j, g)->n_sw_msi)
		return false;
	for_each_region (r, j->host, g) {
		if (r->type == REGION_DIRECT && range_overlaps(r->range, SW_MSI_WINDOW))
			return false;
	}
	return true;
}

static void add_line(struct finding *f, const struct memory *m)
{
	cleanup_free char *text = text_format("%08" PRIx64 "-%08" PRIx64 " : %s",
					      m->range.first, m->range.last, m->name);

	finding_add_evidence(f, "/proc/iomem", m->place, text);
}

/* Devices for user space, with the window, that a line of iomem is about. */
static size_t add_devices(struct judge *j, struct finding *f, const struct memory *m,
			  bool bridge)
{
	size_t n = 0;

	for_each_group (g, j->host) {
		if (!has_open_window(j, g))
			continue;
		for_each_device (d, j->host, g) {
			if (!j->analysis->devices[device_index(j->host, d)].for_user ||
			    (bridge && !may_be_behind(d, m)))
				continue;
			if (f)
				finding_add_device(j, f, d);
			n++;
		}
	}
	return n;
}

static void report_window(struct judge *j, const struct memory *m)
{
	cleanup_free char *where = text_of_range(range_common(m->range, SW_MSI_WINDOW));
	struct finding *f;

	if (!add_devices(j, NULL, m, true))
		return;
	f = found(
		j, SEVERITY_WARNING, CONFIDENCE_HEURISTIC, NULL,
		"Interrupts of a VM or user-space driver may get lost: the software MSI window "
		"overlaps a window of a PCI host bridge (%s) at %s.",
		m->name, where);
	add_devices(j, f, m, true);
	add_line(f, m);
	finding_kernel(
		j, f,
		"places doorbells for user domains from 0x8000000 on, whatever the bus does with "
		"these addresses.");
}

static void report_memory(struct judge *j, const struct memory *m)
{
	cleanup_free char *where = text_of_range(range_common(m->range, SW_MSI_WINDOW));
	struct finding *f;

	if (!add_devices(j, NULL, m, false))
		return;
	f = found(
		j, SEVERITY_INFO, CONFIDENCE_DERIVED, NULL,
		"A user-space driver that maps RAM at its physical addresses cannot map %s: the "
		"software MSI window is there.",
		where);
	add_devices(j, f, m, false);
	add_line(f, m);
	finding_advise(
		f,
		"No action needed for drivers and hypervisors that choose their own I/O "
		"addresses. With physical addresses (DPDK: --iova-mode=pa) leave this part of "
		"RAM out, or use --iova-mode=va.");
	finding_kernel(j, f, "answers a user's map of the window with EINVAL.");
}

static bool applies_collision(const struct host *host, const struct analysis *a)
{
	for (size_t i = 0; i < host->n_groups; i++) {
		if (a->groups[i].for_user && a->groups[i].n_sw_msi)
			return true;
	}
	return false;
}

static void check_collision(struct judge *j)
{
	for (size_t i = 0; i < j->host->n_memory; i++) {
		const struct memory *m = &j->host->memory[i];

		if (m->source != SOURCE_IOMEM || !range_overlaps(m->range, SW_MSI_WINDOW))
			continue;
		if (is_bridge_window(m))
			report_window(j, m);
		else if (!m->depth && !strcmp(m->name, "System RAM"))
			report_memory(j, m);
	}
}

const struct rule rule_sw_msi_window_collision = {
	.id = "sw-msi-window-collision",
	.title = "Something else uses the addresses of the software MSI window",
	.severity = SEVERITY_WARNING,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_IOMEM),
	.applies = applies_collision,
	.no_command = true,
	.check = check_collision,
	.meaning =
		"The place of the window, 0x8000000-0x80fffff, is a constant of the drivers. It "
		"fits most machines, not all. A PCI host bridge that has a window there may take "
		"a device's write to a doorbell for one to another device, before the SMMU sees "
		"it: interrupts of a VM or user-space driver never arrive. /proc/iomem shows the "
		"addresses that the processor uses; a bridge that translates addresses may "
		"differ, so this is a hint. RAM at these addresses matters only to drivers that "
		"map RAM at its physical addresses. Only devices that are passed through are "
		"looked at: the kernel's own drivers do not use the window.",
	.kernels =
		"All versions alike; no parameter moves the window. A context fault at a small "
		"address in the log is a sign of the problem.",
	.advice =
		"Use a device behind another host bridge, have the firmware move the bridge's "
		"window, or build the kernel with another MSI_IOVA_BASE.",
	.guest_advice =
		"Use a device behind another host bridge, or have the hypervisor move the bridge's "
		"window.",
};

/* --- sw-msi-window-exhaustion --- */

#define PAGE_64K 0x10000

/*
 * Pages of 64 KiB in the window of 1 MiB. iommufd gives each doorbell page one, and does
 * not check that it is still in the window (iommufd_sw_msi,
 * drivers/iommu/iommufd/driver.c).
 */
#define PAGES_64K_IN_WINDOW 16

static bool applies_window_exhaustion(const struct host *host, const struct analysis *a)
{
	return kernel_page_size(host) == PAGE_64K && any_group_for_user(host, a) &&
	       kernel_does_anywhere(host, BEHAVIOUR_DOORBELL_PAGES_UNCHECKED) !=
		       TRISTATE_NO;
}

static bool is_for_user_of_window(const struct judge *j, size_t device)
{
	const struct device *d = &j->host->devices[device];

	return d->group != NO_GROUP && j->analysis->devices[device].for_user &&
	       view_of_group(j, host_group(j->host, d->group))->n_sw_msi;
}

/* A device has one doorbell, so as many devices must be meant for users. */
static void check_window_exhaustion(struct judge *j)
{
	size_t n_its = iort_count_its(j->analysis), n_devices = 0;
	struct finding *f;

	for (size_t i = 0; i < j->host->n_devices; i++)
		n_devices += is_for_user_of_window(j, i);
	if (n_its <= PAGES_64K_IN_WINDOW || n_devices <= PAGES_64K_IN_WINDOW)
		return;
	f = found(
		j, SEVERITY_WARNING, CONFIDENCE_HEURISTIC, NULL,
		"The software MSI window may be too small: with 64 KiB pages it has room for %d "
		"doorbells, but the IORT lists %zu ITSs, and %zu devices are for VMs or "
		"user-space drivers.",
		PAGES_64K_IN_WINDOW, n_its, n_devices);
	for (size_t i = 0; i < j->host->n_devices; i++) {
		if (is_for_user_of_window(j, i))
			finding_add_device(j, f, &j->host->devices[i]);
	}
	finding_add_place(f, "IORT", 0, "the table's ITS groups");
	finding_kernel(
		j, f,
		"places the doorbells of one iommufd user one after another. Those after the "
		"first %d lie behind the window, at addresses that the user may map.",
		PAGES_64K_IN_WINDOW);
}

const struct rule rule_sw_msi_window_exhaustion = {
	.id = "sw-msi-window-exhaustion",
	.title = "More MSI doorbells than the software MSI window has pages",
	.severity = SEVERITY_WARNING,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_KERNEL),
	.table = "IORT",
	.applies = applies_window_exhaustion,
	.no_command = true,
	.check = check_window_exhaustion,
	.meaning =
		"Each ITS has a doorbell page of its own, and the kernel gives each of them a "
		"page of the window at 0x8000000, for one user of iommufd. With 64 KiB pages the "
		"window has 16. It takes one user with devices of more than 16 ITSs; nobody has "
		"been seen to reach that.",
	.behaviours = RESTS_ON(BEHAVIOUR_DOORBELL_PAGES_UNCHECKED),
	.kernels = "iommufd has 64 such places. VFIO type1 allocates differently.",
	.advice =
		"Keep addresses from 0x8100000 on unmapped in that user's address space, split "
		"the devices among several users, or use a kernel with 4 KiB pages.",
};
