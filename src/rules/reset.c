/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices that lose their identity-mapped memory when they are reset or unplugged. */
#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"
#include "rules/steps.h"

static bool needs_direct(const struct judge *j, const struct device *d)
{
	return j->analysis->identity[device_index(j->host, d)].required == REQUIRED_YES;
}

static bool any_direct(const struct host *host, const struct analysis *a)
{
	for (size_t i = 0; i < host->n_groups; i++) {
		if (a->groups[i].n_direct)
			return true;
	}
	return false;
}

static void add_direct(struct judge *j, struct finding *f, const struct group *g,
		       const struct device *d)
{
	struct claim_slice own = claims_of_device(j->analysis, device_index(j->host, d));

	finding_add_device(j, f, d);
	for_each_region (r, j->host, g) {
		if (r->type == REGION_DIRECT)
			finding_add_region(j, f, r);
	}
	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &j->analysis->firmware.claims[i];

		if (c->type == REGION_DIRECT && c->entry != NO_INDEX)
			finding_add_entry_alone(
				j, f, &j->analysis->firmware.entries[c->entry], 0);
	}
}

/* --- ats-reset-drops-direct --- */

/* The first table that says something of a device's use of ATS. */
static struct ats_view ats_of(const struct judge *j, const struct device *d)
{
	struct ats_view ats = { .text = NULL };

	for (size_t i = 0; !ats.text && i < TABLE_COUNT; i++) {
		if (firmware_tables[i]->ats)
			ats = firmware_tables[i]->ats(j->host, j->analysis, d);
	}
	return ats;
}

static void add_ats(struct finding *f, const struct ats_view *ats)
{
	cleanup_free char *path = NULL;
	cleanup_free char *text = NULL;

	if (ats->table) {
		text = text_format("%s at 0x%zx", ats->text, ats->offset);
		finding_add_place(f, ats->table, ats->offset, text);
	} else {
		path = text_format("%s%s/ats-supported", table_dtb.path, ats->node);
		finding_add_evidence(f, path, 0, ats->text);
	}
}

static const char has_ats[] =
	"{device} has ATS, so it loses its identity-mapped memory while it is reset.";
static const char may_have_ats[] =
	"{device} may have ATS, and then loses its identity-mapped memory while it is reset.";

static void report_ats(struct judge *j, const struct group *g, const struct device *d,
		       const struct ats_view *ats)
{
	bool for_user = j->analysis->devices[device_index(j->host, d)].for_user;
	cleanup_free char *message = text_filled(
		ats->confidence == CONFIDENCE_DERIVED ? has_ats : may_have_ats, "device",
		d->name, TEXT_END);
	struct finding *f = found(j, for_user ? SEVERITY_WARNING : SEVERITY_INFO,
				  ats->confidence, g, "%s", message);

	add_direct(j, f, g, d);
	add_ats(f, ats);
	steps_boot_with(j->host, &f->steps, "pci=noats");
	finding_does(j, f, BEHAVIOUR_RESET_PARKS, view_of_group(j, g)->kind);
}

static bool applies_ats(const struct host *host, const struct analysis *a)
{
	return any_direct(host, a) &&
	       kernel_does_anywhere(host, BEHAVIOUR_RESET_PARKS) != TRISTATE_NO &&
	       !kernel_option_has(&host->kernel, "pci=", "noats");
}

static void check_ats_reset_drops_direct(struct judge *j)
{
	for_each_group (g, j->host) {
		for_each_device (d, j->host, g) {
			struct ats_view ats;

			/* what faces outwards is not trusted, and uses no ATS */
			if (d->bus != BUS_PCI || device_is_pci_bridge(d) ||
			    d->removable == TRISTATE_YES || !needs_direct(j, d))
				continue;
			ats = ats_of(j, d);
			if (ats.text)
				report_ats(j, g, d, &ats);
		}
	}
}

const struct rule rule_ats_reset_drops_direct = {
	.id = "ats-reset-drops-direct",
	.title = "A reset drops the identity mapping of a device with ATS",
	.severity = SEVERITY_WARNING,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_KERNEL),
	.uses = SOURCE_BIT(SOURCE_FIRMWARE_TABLES),
	.applies = applies_ats,
	.check = check_ats_reset_drops_direct,
	.meaning =
		"DMA that the device does for its firmware faults during a function-level or bus "
		"reset. Whether a function has address translation services (ATS) stands in its "
		"config space, which is not opened here, since that wakes a sleeping device. So this "
		"goes by what firmware says: a SATC names the device itself; an ATSR, or the "
		"attribute of a root complex in the IORT or of a host bridge in a device tree, only "
		"says that a device there may have it. It is a note unless the device is passed "
		"through to a VM.",
	.behaviours = RESTS_ON(BEHAVIOUR_RESET_PARKS),
	.kernels = "Earlier ones leave the domain alone.",
	.advice =
		"Do not reset the device while its firmware uses the memory. pci=noats on the "
		"kernel command line keeps the domain, at the cost of what ATS gains.",
};

/* --- unplug-parks-in-blocked --- */

static bool is_in_slot(const struct slot *s, const struct device *d)
{
	return s->hotplug && s->address.domain == d->address.domain &&
	       s->address.bus == d->address.bus &&
	       (s->any_device || s->address.device == d->address.device);
}

/* The slot that it, or a bridge above it, is in; NULL. */
static const struct slot *slot_of(const struct host *host, const struct device *d)
{
	for (int depth = 0; d && d->bus == BUS_PCI && depth < 64; depth++) {
		for (size_t i = 0; i < host->n_slots; i++) {
			if (is_in_slot(&host->slots[i], d))
				return &host->slots[i];
		}
		d = d->parent ? host_device(host, d->parent) : NULL;
	}
	return NULL;
}

static void report_unplug(struct judge *j, const struct group *g, const struct device *d,
			  const struct slot *slot)
{
	bool outside = d->removable == TRISTATE_YES;
	struct finding *f = found(
		j, outside ? SEVERITY_WARNING : SEVERITY_INFO, CONFIDENCE_DERIVED, g,
		"%s can be unplugged, and then loses its identity-mapped memory before it is gone.",
		d->name);
	cleanup_free char *path =
		slot ? text_format("/sys/bus/pci/slots/%s/power", slot->name)
		     : text_format("/sys/bus/pci/devices/%s/removable", d->name);

	add_direct(j, f, g, d);
	finding_add_evidence(f, path, slot ? 0 : 1,
			     slot ? "the slot can be switched off" : "removable");
	(void)finding_rests_on(j, f, BEHAVIOUR_UNPLUG_PARKS, view_of_group(j, g)->kind);
	finding_kernel(
		j, f,
		"moves it to the driver's blocked domain when it is released; DMA of "
		"its firmware stops there.");
}

static bool applies_unplug(const struct host *host, const struct analysis *a)
{
	return any_direct(host, a) &&
	       kernel_does_anywhere(host, BEHAVIOUR_UNPLUG_PARKS) != TRISTATE_NO;
}

static void check_unplug_parks_in_blocked(struct judge *j)
{
	for_each_group (g, j->host) {
		enum iommu_kind kind = view_of_group(j, g)->kind;

		if (kind != IOMMU_INTEL && kind != IOMMU_AMD)
			continue;
		for_each_device (d, j->host, g) {
			const struct slot *slot;

			if (d->bus != BUS_PCI || !needs_direct(j, d))
				continue;
			slot = slot_of(j->host, d);
			if (slot || d->removable == TRISTATE_YES)
				report_unplug(j, g, d, slot);
		}
	}
}

const struct rule rule_unplug_parks_in_blocked = {
	.id = "unplug-parks-in-blocked",
	.title = "A device with reserved memory can be unplugged",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_KERNEL),
	.uses = SOURCE_BIT(SOURCE_HOTPLUG),
	.applies = applies_unplug,
	.no_command = true,
	.check = check_unplug_parks_in_blocked,
	.meaning =
		"Firmware goes on with its DMA until the device is really out, but the kernel "
		"takes the mapping away when it removes the device. That also holds for a device "
		"that stays and is only removed through sysfs: its DMA then faults, and the "
		"platform may take that for a hardware failure. A device below an "
		"external-facing port is a warning, one in a hot-plug slot a note.",
	.behaviours = RESTS_ON(BEHAVIOUR_UNPLUG_PARKS),
	.kernels = "Where it does not, the device goes to the identity domain.",
	.advice =
		"Use a kernel without unplug-parks; or stop the firmware's use of the device "
		"before you remove it.",
};
