/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Doorbells and the addresses that devices send their interrupts to. What the addresses
 * are is known only where it was asked for (SOURCE_MSI).
 */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"
#include "rules/steps.h"

static const struct msi_view *msi_of(const struct judge *j, const struct device *d)
{
	return &j->analysis->msi[device_index(j->host, d)];
}

static void add_config(struct finding *f, const struct msi_view *m,
		       const struct msi_target *t)
{
	cleanup_free char *path =
		text_format(t->is_msix ? "/sys/bus/pci/devices/%s/resource%u"
				       : "/sys/bus/pci/devices/%s/config",
			    m->state->device, m->state->msix.bar);
	cleanup_free char *text = text_format("%s address 0x%" PRIx64,
					      t->is_msix ? "MSI-X" : "MSI", t->address);

	finding_add_evidence(f, path, 0, text);
}

static void add_doorbell(struct finding *f, const struct doorbell *d)
{
	if (d->table)
		finding_add_place(f, d->table, d->offset, d->origin);
	else
		finding_add_evidence(f, "/sys/firmware/devicetree/base", 0, d->origin);
}

/* --- doorbell-in-direct-range --- */

/*
 * Is the page in a direct line of the group, and in none of hardware MSI? What overlaps
 * those is told by direct-overlaps-hw-msi.
 */
static const struct region *direct_over(const struct judge *j, const struct group *g,
					struct range page)
{
	const struct region *over = NULL;

	for_each_region (r, j->host, g) {
		enum region_type type = view_of_region(j, r)->type;

		if (!range_overlaps(r->range, page))
			continue;
		if (type == REGION_MSI)
			return NULL;
		if (type == REGION_DIRECT || type == REGION_DIRECT_RELAXABLE)
			over = r;
	}
	return over;
}

static bool applies_doorbell(const struct host *host, const struct analysis *a)
{
	(void)a;
	return host_is_arm64(host);
}

static void check_doorbell_in_direct_range(struct judge *j)
{
	for (size_t i = 0; i < j->analysis->doorbells.n_list; i++) {
		const struct doorbell *d = &j->analysis->doorbells.list[i];
		/* An ITS knows who writes; the others take any number from anybody. */
		bool open = d->controller != MSI_CONTROLLER_ITS;

		for_each_group (g, j->host) {
			const struct region *r = direct_over(j, g, d->page);
			cleanup_free char *page = text_of_range(d->page);
			struct finding *f;

			if (!r)
				continue;
			f = found(
				j, open ? SEVERITY_WARNING : SEVERITY_INFO,
				CONFIDENCE_DERIVED, g,
				"The reserved memory of group %u includes the doorbell %s of %s.",
				(unsigned)g->id, page,
				msi_controller_text(d->controller));
			finding_add_region(j, f, r);
			finding_add_devices(j, f, g);
			add_doorbell(f, d);
		}
	}
}

const struct rule rule_doorbell_in_direct_range = {
	.id = "doorbell-in-direct-range",
	.title = "Reserved memory includes the doorbell of an MSI controller",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.uses = SOURCE_BIT(SOURCE_FIRMWARE_TABLES) | SOURCE_BIT(SOURCE_DEVICE_TREE),
	.applies = applies_doorbell,
	.no_command = true,
	.check = check_doorbell_in_direct_range,
	.meaning =
		"The kernel maps doorbells at addresses of its choice, and only for devices that "
		"it lets send MSIs. Reserved memory (a direct region) that includes a doorbell "
		"maps it as well, at its physical address, so the device reaches it at all "
		"times. An ITS tells devices apart, and the harm is small; GICv2m, MBI and "
		"LS-SCFG take any interrupt from any device.",
	.kernels =
		"All versions alike: iommu_create_device_direct_mappings maps the range and "
		"iommu_dma_get_msi_page the doorbell, and neither asks the other.",
	.advice =
		"Update the firmware: the range is too wide and must leave the doorbell out. In "
		"a VM the hypervisor must do that. Only a management controller that must send "
		"MSIs before any driver runs needs such a range.",
};

/* --- msi-address-outside-window --- */

/* Whose address a driver programs when it is bound; a disk in use is left alone. */
static void advise_address(struct judge *j, struct finding *f, const struct device *d)
{
	if (!d->driver || device_is_bound_to_vfio(d)) {
		finding_advise(
			f,
			"Look for DMA faults of the device in the kernel log (dmesg | grep %s).",
			d->name);
	} else if (device_is_in_use(j, d)) {
		finding_advise(
			f,
			"Reboot: the driver then programs the address again. Look for DMA faults of the device in the kernel log (dmesg | grep %s).",
			d->name);
	} else {
		steps_unbind(j->host, &f->steps, d);
		steps_probe(&f->steps, d);
	}
	finding_warn_in_use(j, f, d);
}

static const char wrong_vectors[] =
	"MSI-X vectors of {device} point to {address}, which is wrong: {why}.";
static const char wrong_address[] =
	"The MSIs of {device} go to {address}, which is wrong: {why}.";

static void report_target(struct judge *j, const struct device *d,
			  const struct msi_view *m, const struct msi_target *t)
{
	const struct group *g =
		d->group == NO_GROUP ? NULL : host_group(j->host, d->group);
	cleanup_free char *address = text_format("0x%" PRIx64, t->address);
	cleanup_free char *message =
		text_filled(t->is_msix ? wrong_vectors : wrong_address, "device", d->name,
			    "address", address, "why", t->why, TEXT_END);
	struct finding *f =
		found(j, SEVERITY_ERROR, CONFIDENCE_DERIVED, g, "%s", message);

	finding_add_device(j, f, d);
	add_config(f, m, t);
	if (t->region != NO_INDEX)
		finding_add_region(j, f, &j->host->regions[t->region]);
	if (t->doorbell != NO_INDEX)
		add_doorbell(f, &j->analysis->doorbells.list[t->doorbell]);
	if (g && g->type != DOMAIN_NOT_READ)
		finding_add_type(f, g);
	advise_address(j, f, d);
}

static void check_msi_address(struct judge *j)
{
	for (size_t i = 0; i < j->host->n_devices; i++) {
		const struct device *d = &j->host->devices[i];
		const struct msi_view *m = msi_of(j, d);

		for (size_t t = 0; t < m->n_targets; t++) {
			const struct msi_target *target = &m->targets[t];

			if (target->fits == TRISTATE_NO)
				report_target(j, d, m, target);
		}
	}
}

const struct rule rule_msi_address_outside_window = {
	.id = "msi-address-outside-window",
	.title = "Interrupts go to an address that is not a doorbell",
	.severity = SEVERITY_ERROR,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_MSI),
	.uses = SOURCE_BIT(SOURCE_MSIX_TABLES) | SOURCE_BIT(SOURCE_KERNEL),
	.check = check_msi_address,
	.meaning =
		"An MSI is a write to an address that the kernel programs into the device. On "
		"x86 it lies in 0xfee00000-0xfeefffff. On Arm it is the doorbell itself where "
		"nothing is translated, a mapping of it where the kernel's domain translates, "
		"and an address in the software window while a user-space driver holds the "
		"device. Elsewhere the write faults in the IOMMU or lands in memory, and the "
		"interrupt is lost.",
	.kernels = "All versions alike. If /proc/PID/fd is not readable, a holder may be "
		   "overlooked; a device that uses a VFIO driver is taken for held.",
	.advice =
		"Unbind the device's driver and bind it again (unless this host uses the "
		"device): that programs the address again. Look for DMA faults of the device in "
		"the kernel log. If the wrong address comes back, the driver of the MSI "
		"controller does not prepare MSIs for the IOMMU, or something else wrote to the "
		"device.",
};

/* --- msi-controller-never-prepares --- */

/*
 * Controllers behind the IOMMU, as the device sees it, whose drivers never call
 * iommu_dma_prepare_msi (drivers/irqchip of 7.2). Controllers inside a host bridge, such
 * as that of DesignWare, take the write before it comes to an IOMMU, so nothing is to be
 * prepared.
 */
static bool never_prepares(const char *chip)
{
	static const char *const prefixes[] = {
		"ALPINE-",  /* irq-alpine-msi.c */
		"MIP-MSI-", /* irq-bcm2712-mip.c */
	};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (text_starts_with(chip, prefixes[i]))
			return true;
	}
	return false;
}

enum unprepared {
	UNPREPARED_USER, /* a user-space driver is to have it */
	UNPREPARED_NOW,	 /* the kernel's domain translates */
	UNPREPARED_LATER,
};

static const struct {
	enum severity severity;
	const char *message;
} unprepared[] = {
	[UNPREPARED_USER] = { SEVERITY_ERROR,
			      "A VM or user-space driver loses the MSIs of {device}: the driver of their "
			      "controller does not prepare MSIs for an IOMMU." },
	[UNPREPARED_NOW] = { SEVERITY_ERROR,
			     "MSIs of {device} are lost: the domain translates, and the driver of their "
			     "controller does not prepare MSIs for an IOMMU." },
	[UNPREPARED_LATER] = { SEVERITY_INFO,
			       "MSIs of {device} would be lost in a domain that translates: the driver of their "
			       "controller does not prepare MSIs for an IOMMU." },
};

static void report_controller(struct judge *j, const struct group *g,
			      const struct device *d, const struct msi_view *m)
{
	enum unprepared u = view_of_group(j, g)->for_user ? UNPREPARED_USER
			    : group_is_dma(j, g)	  ? UNPREPARED_NOW
							  : UNPREPARED_LATER;
	cleanup_free char *path =
		text_format("/sys/kernel/irq/%u/chip_name", m->irq->number);
	cleanup_free char *message =
		text_filled(unprepared[u].message, "device", d->name, TEXT_END);
	struct finding *f =
		found(j, unprepared[u].severity, CONFIDENCE_DERIVED, g, "%s", message);

	finding_add_device(j, f, d);
	finding_add_evidence(f, path, 1, m->irq->chip);
	finding_add_type(f, g);
	finding_advise_passthrough(
		j, f, g,
		"Do not pass the device through to a VM; or have it use another MSI "
		"controller, or INTx.");
}

static void check_never_prepares(struct judge *j)
{
	for_each_group (g, j->host) {
		if (!view_of_group(j, g)->n_sw_msi)
			continue;
		for_each_device (d, j->host, g) {
			const struct msi_view *m = msi_of(j, d);

			if (m->irq && never_prepares(m->irq->chip))
				report_controller(j, g, d, m);
		}
	}
}

const struct rule rule_msi_controller_never_prepares = {
	.id = "msi-controller-never-prepares",
	.title = "The driver of an MSI controller ignores the IOMMU",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_MSI),
	.check = check_never_prepares,
	.meaning =
		"Behind an IOMMU that translates MSIs, the driver of the controller must have "
		"the doorbell mapped when it sets up a vector (iommu_dma_prepare_msi). A driver "
		"that does not programs the physical address, and the write faults.",
	.kernels =
		"GICv2m, MBI, ITS (GICv3 and v5) and LS-SCFG do it in all versions. Those of Alpine "
		"and of the BCM2712 do not, in any version known here.",
	.advice =
		"Leave these devices untranslated (boot with iommu.passthrough=1), and do not "
		"pass them through to a VM; or have them use another MSI controller, or INTx.",
};
