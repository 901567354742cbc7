/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions that are in no IOMMU group. */
#include <string.h>

#include "analyze/firmware.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"
#include "rules/steps.h"

/*
 * A device that is an IOMMU itself has no group: AMD's function, a virtio-iommu. Nor has
 * the host bridge that AMD's tables leave out: 00:00.0 stands before their first id, and
 * does no DMA.
 */
static bool belongs_outside(const struct host *host, const struct device *d)
{
	if (!d->has_ids)
		return true;		    /* it may be one of these */
	if (d->class_code >> 8 == 0x0806 || /* PCI_CLASS_SYSTEM_IOMMU */
	    d->class_code >> 8 == 0x0600)   /* PCI_CLASS_BRIDGE_HOST */
		return true;
	for (size_t i = 0; i < host->n_iommus; i++) {
		if (!strcmp(host->iommus[i].name, d->name))
			return true;
	}
	return false;
}

#define PCI_VENDOR_INTEL 0x8086 /* include/linux/pci_ids.h */

/* What shows that the kernel leaves a device out: a log line; if NULL, a unit. */
struct evidence_at {
	const struct log_line *log;
	struct dmar_unit unit;
};

/* Has the kernel an instance of the unit with these registers? */
static bool has_unit(const struct host *host, uint64_t base)
{
	for (size_t i = 0; i < host->n_iommus; i++) {
		const struct iommu *unit = &host->iommus[i];
		uint64_t address;

		if (unit->kind == IOMMU_INTEL &&
		    (!unit->address ||
		     !text_to_number(unit->address, 16, UINT64_MAX, &address) ||
		     address == base))
			return true;
	}
	return false;
}

/*
 * Intel graphics that the kernel itself leaves out, on chipsets whose graphics unit is
 * broken (quirk_iommu_igfx, drivers/iommu/intel/iommu.c; distributions add chipsets). It
 * logs that, and ignores the unit that has graphics only (init_no_remapping_devices).
 */
static bool is_left_out_by_kernel(struct judge *j, const struct device *d,
				  struct evidence_at *why)
{
	const struct log_line *l = host_log_find(
		j->host, "Disabling IOMMU for graphics on this chipset", NULL);

	if (!device_is_display(d) || !d->has_ids || d->vendor != PCI_VENDOR_INTEL)
		return false;
	*why = (struct evidence_at){ .log = l };
	if (l)
		return true;
	for (size_t i = 0; dmar_next_graphics_unit(
		     j->host, j->analysis, device_index(j->host, d), &i, &why->unit);) {
		if (!has_unit(j->host, why->unit.base))
			return true;
	}
	return false;
}

static void report_left_out(struct judge *j, const struct device *d,
			    const struct evidence_at *why)
{
	struct finding *f = found(
		j, SEVERITY_INFO, why->log ? CONFIDENCE_OBSERVED : CONFIDENCE_HEURISTIC,
		NULL,
		"%s is in no IOMMU group: the kernel leaves out the graphics of this chipset, "
		"because their IOMMU is known to be faulty.",
		d->name);

	finding_add_device(j, f, d);
	if (why->log)
		finding_add_log(j, f, why->log);
	else
		finding_add_place(f, "DMAR", why->unit.offset,
				  "a unit for graphics only, and the kernel has no "
				  "instance of it");
	finding_advise(f, "No action needed. It cannot be passed through to a VM.");
	finding_kernel(
		j, f,
		"translates nothing for such a device; binding vfio-pci to it fails with EINVAL "
		"(-22).");
}

/* Firmware leaves it outside: no driver and no update of the kernel brings it in. */
static void report_left_out_by_firmware(struct judge *j, const struct device *d,
					const struct front *front)
{
	cleanup_free char *why = front_text(front);
	const char *node = front->iommu ? front->iommu : front->node;
	cleanup_free char *path = node ? text_format("%s%s", table_dtb.path, node) : NULL;
	struct finding *f = found(
		j, SEVERITY_INFO, CONFIDENCE_DERIVED, NULL,
		"%s is in no IOMMU group, although other devices are: %s.", d->name, why);

	finding_add_device(j, f, d);
	finding_add_evidence(f, "/sys/kernel/iommu_groups", 0,
			     "no group lists this device");
	if (front->kind == FRONT_DISABLED) {
		finding_add_evidence(f, path, 0, "status: disabled");
		finding_advise(
			f,
			"Enable the node in the device tree (status = \"okay\") if the "
			"hardware vendor supports that: firmware and drivers must cope with it.");
	} else if (node) {
		finding_add_evidence(f, path, 0, "no iommu-map or iommus for it");
		finding_advise(
			f, "Use another device. Only a device tree whose node has "
			   "iommu-map, for hardware that has the IOMMU, changes this.");
	} else {
		finding_add_place(f, front->table, front->offset,
				  "no ID mapping leads to an SMMU");
		finding_advise(f, "Update the firmware: its IORT must cover the device.");
	}
	finding_kernel(
		j, f,
		"translates nothing for such a device; binding vfio-pci to it fails with EINVAL "
		"(-22).");
}

/* By whether it joins a group when a driver is bound. */
static const char *const outside_texts[] = {
	[TRISTATE_NO] = "{device} is in no IOMMU group, although other devices are.",
	[TRISTATE_YES] =
		"{device} is in no IOMMU group yet, although other devices are: this kernel puts "
		"it into one when a driver is bound.",
	[TRISTATE_UNKNOWN] =
		"{device} is in no IOMMU group, although other devices are. Whether this kernel "
		"puts it into one when a driver is bound is not known.",
};

/*
 * How a device gets its group where that waits for a driver. A driver of its own would be
 * bound already, so that to probe once more is of no use; vfio-pci takes any but a
 * bridge.
 */
static void advise_driver(struct judge *j, struct finding *f, const struct device *d)
{
	if (device_is_pci_bridge(d)) {
		finding_advise(f, "Bind a driver to it, then run this again.");
		return;
	}
	finding_advise(
		f,
		"No action needed. To see its group, bind it to vfio-pci, then run this again. "
		"Newer kernels put devices into their group without a driver.");
	if (steps_bind(j->host, &f->steps, d, true) && device_is_display(d))
		steps_risk(&f->steps, xstrdup("The console on this display may stop."));
}

static void report_outside(struct judge *j, const struct device *d, bool switched_off)
{
	enum tristate joins = device_joins_with_driver(j->host, j->analysis, d);
	bool has_x86_unit = host_has_iommu(j->host, IOMMU_INTEL) ||
			    host_has_iommu(j->host, IOMMU_AMD);
	bool expected = joins != TRISTATE_NO || switched_off || !has_x86_unit;
	cleanup_free char *message =
		text_filled(outside_texts[joins], "device", d->name, TEXT_END);
	struct finding *f = found(j, expected ? SEVERITY_INFO : SEVERITY_ERROR,
				  CONFIDENCE_OBSERVED, NULL, "%s", message);

	finding_add_device(j, f, d);
	finding_add_evidence(f, "/sys/kernel/iommu_groups", 0,
			     "no group lists this device");
	if (switched_off)
		finding_advise(
			f, "No action needed: the command line leaves the display out.");
	if (joins != TRISTATE_NO)
		advise_driver(j, f, d);
	if (joins == TRISTATE_YES)
		finding_kernel(
			j, f,
			"puts a device into its group only when a driver is bound.");
	else if (joins == TRISTATE_NO)
		finding_kernel(
			j, f,
			"translates nothing for such a device; binding vfio-pci to it fails "
			"with EINVAL (-22).");
}

static void check_device_outside(struct judge *j)
{
	if (!j->host->n_groups || !j->host->n_iommus || !host_groups_complete(j->host))
		return;
	for (size_t i = 0; i < j->host->n_devices; i++) {
		const struct device *d = &j->host->devices[i];
		struct evidence_at why;
		struct front front;
		bool switched_off;

		/* One that was refused is untrusted-vs-identity's. */
		if (d->bus != BUS_PCI || d->group != NO_GROUP ||
		    belongs_outside(j->host, d) ||
		    host_log_find(j->host, d->name, "Device is not trusted"))
			continue;
		switched_off =
			device_is_display(d) &&
			kernel_option_has(&j->host->kernel, "intel_iommu=", "igfx_off");
		front = device_front(j->host, j->analysis, d);
		if (!switched_off && is_left_out_by_kernel(j, d, &why))
			report_left_out(j, d, &why);
		else if (front.kind == FRONT_NONE || front.kind == FRONT_DISABLED)
			report_left_out_by_firmware(j, d, &front);
		else
			report_outside(j, d, switched_off);
	}
}

const struct rule rule_device_outside_every_unit = {
	.id = "device-outside-every-unit",
	.title = "A PCI device is behind no IOMMU although others are",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_PCI) |
		 SOURCE_BIT(SOURCE_IOMMU_CLASS),
	.explains = OBSTACLE_BIT(OBSTACLE_NO_GROUP),
	.check = check_device_outside,
	.meaning =
		"No entry of the firmware tables puts this device behind an IOMMU. Its DMA is "
		"not translated (or is blocked by the hardware's default), and it cannot be "
		"passed through to a VM. An IOMMU's own PCI function never has a group, and a "
		"host bridge need not have one. On some chipsets the kernel leaves out Intel's "
		"graphics, which is a note.",
	.behaviours = RESTS_ON(BEHAVIOUR_JOINS_WITH_DRIVER),
	.kernels = "All versions skip such a device silently.",
	.advice =
		"Update the firmware: its table must cover the device. On older kernels bind a "
		"driver first (vfio-pci takes any device but a bridge), then run this again.",
	.guest_advice =
		"Put the device behind the virtual IOMMU in the configuration of this VM: the "
		"hypervisor's table does not cover it.",
};
