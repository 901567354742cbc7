/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which MSI controller serves each device, and whether it isolates. What tells, in this
 * order: the chip of a vector (msi-state.c); a chip of /proc/interrupts that carries the
 * device's name; where firmware sends its MSIs; for a machine as a whole the chips that
 * are there. The names of chips: the prefix of struct msi_parent_ops and the device's
 * name, and before Linux 6.16 the drivers' own.
 *
 * IRQ_DOMAIN_FLAG_ISOLATED_MSI is a closed list: interrupt remapping of Intel and AMD
 * (intel/irq_remapping.c, amd/iommu.c), GICv3 ITS without a pre-ITS and GICv5 ITS
 * (irq-gic-v3-its.c, irq-gic-v5-its.c); s390 answers yes for all (arch_is_isolated_msi).
 */
#include <string.h>

#include "analyze/firmware.h"
#include "analyze/parts.h"
#include "base/text.h"

/* --- Controllers --- */

/* Before it had a prefix, the chip of GICv2m, MBI and LS-SCFG was just "MSI". */
static enum msi_controller of_plain_name(const struct analysis *a)
{
	enum msi_controller only = MSI_CONTROLLER_UNKNOWN;

	for (size_t i = 0; i < a->doorbells.n_list; i++) {
		enum msi_controller c = a->doorbells.list[i].controller;

		if (c == MSI_CONTROLLER_ITS || c == only)
			continue;
		if (only != MSI_CONTROLLER_UNKNOWN)
			return MSI_CONTROLLER_UNKNOWN;
		only = c;
	}
	return only;
}

enum msi_controller controller_of_chip(const struct host *host, const struct analysis *a,
				       const char *chip)
{
	static const struct {
		const char *prefix;
		enum msi_controller controller;
	} prefixes[] = {
		{ "IR-", MSI_CONTROLLER_REMAPPED },
		{ "AMD-IR", MSI_CONTROLLER_REMAPPED },
		/* gic_v5_its_msi_parent_ops, gic_v3_its_msi_parent_ops */
		{ "ITS-v5-", MSI_CONTROLLER_ITS_V5 },
		{ "ITS-", MSI_CONTROLLER_ITS },
		{ "GICv2m-", MSI_CONTROLLER_GICV2M },
		{ "MBI-", MSI_CONTROLLER_MBI },
		{ "MSI-PCI-MSI", MSI_CONTROLLER_LS_SCFG },
		{ "MIP-MSI-", MSI_CONTROLLER_MIP }, /* mip_msi_parent_ops */
	};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (text_starts_with(chip, prefixes[i].prefix))
			return prefixes[i].controller;
	}
	if (host_is_x86(host) && text_starts_with(chip, "PCI-MSI"))
		return MSI_CONTROLLER_VECTOR;
	/* imsic_msi_parent_ops has no prefix (irq-riscv-imsic-platform.c) */
	if (host_is_riscv(host) && text_starts_with(chip, "PCI-MSI"))
		return MSI_CONTROLLER_IMSIC;
	if (host_is_arm64(host) && !strcmp(chip, "MSI"))
		return of_plain_name(a);
	return MSI_CONTROLLER_OTHER;
}

static enum tristate controller_isolates(const struct host *host,
					 const struct analysis *a,
					 enum msi_controller controller)
{
	switch (controller) {
	case MSI_CONTROLLER_ITS:
		return a->isolation.pre_its == TRISTATE_YES  ? TRISTATE_NO
		       : a->isolation.pre_its == TRISTATE_NO ? TRISTATE_YES
							     : TRISTATE_UNKNOWN;
	case MSI_CONTROLLER_REMAPPED:
	case MSI_CONTROLLER_ITS_V5:
		return TRISTATE_YES;
	case MSI_CONTROLLER_UNKNOWN:
		return TRISTATE_UNKNOWN;
	case MSI_CONTROLLER_OTHER: /* x86: it may hand on to what remaps, as VMD does */
		return host_is_x86(host) ? TRISTATE_UNKNOWN : TRISTATE_NO;
	default:
		return TRISTATE_NO;
	}
}

/* --- A device --- */

/* "ITS-PCI-MSIX-0002:01:00.0" is a chip of 0002:01:00.0. */
static const struct interrupt_chip *own_chip(const struct host *host,
					     const struct device *d)
{
	size_t own = strlen(d->name);

	for (size_t i = 0; i < host->n_interrupt_chips; i++) {
		const struct interrupt_chip *c = &host->interrupt_chips[i];
		size_t length = strlen(c->name);

		if (length > own + 1 && c->name[length - own - 1] == '-' &&
		    !strcmp(c->name + length - own, d->name))
			return c;
	}
	return NULL;
}

static struct msi_parent firmware_parent(const struct host *host,
					 const struct analysis *a, const struct device *d)
{
	struct msi_parent parent = iort_msi_parent(a, d);

	if (parent.controller == MSI_CONTROLLER_UNKNOWN && !host_has_table(host, "IORT"))
		parent = dtb_msi_parent(a, d);
	return parent;
}

enum tristate device_isolated(const struct host *host, const struct analysis *a,
			      const struct device *d, enum msi_controller controller)
{
	struct msi_parent parent;

	if (controller != MSI_CONTROLLER_ITS || dtb_has_pre_its(a) != TRISTATE_YES)
		return controller_isolates(host, a, controller);
	parent = firmware_parent(host, a, d);
	if (!parent.node || parent.controller != MSI_CONTROLLER_ITS)
		return controller_isolates(host, a, controller);
	return parent.has_pre_its ? TRISTATE_NO : TRISTATE_YES;
}

/* x86 has one for all: /proc/interrupts tells whether it is remapped. */
void analyze_msi_parent(const struct host *host, const struct analysis *a,
			const struct device *d, struct msi_view *m)
{
	if (host_is_x86(host))
		return;
	m->chip = own_chip(host, d);
	if (m->chip) {
		m->controller = controller_of_chip(host, a, m->chip->name);
	} else {
		m->parent = firmware_parent(host, a, d);
		m->controller = m->parent.controller;
	}
	m->isolated = device_isolated(host, a, d, m->controller);
}

/* --- A machine as a whole, which is what older kernels ask about --- */

/* A chip of an MSI controller that does not isolate; NULL: none is in use. */
static const struct interrupt_chip *open_chip(const struct host *host,
					      const struct analysis *a)
{
	for (size_t i = 0; host_is_arm64(host) && i < host->n_interrupt_chips; i++) {
		const struct interrupt_chip *c = &host->interrupt_chips[i];

		if (strstr(c->name, "MSI") &&
		    controller_isolates(host, a, controller_of_chip(host, a, c->name)) ==
			    TRISTATE_NO)
			return c;
	}
	return NULL;
}

/* A device whose controller is known to be there, and not to isolate; NO_INDEX. */
static size_t open_device(const struct host *host, const struct analysis *a)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		const struct msi_view *m = &a->msi[i];

		if (m->isolated == TRISTATE_NO && m->controller != MSI_CONTROLLER_NONE &&
		    m->controller != MSI_CONTROLLER_BRIDGE)
			return i;
	}
	return NO_INDEX;
}

/*
 * irq_domain_check_msi_remap (kernel/irq/irqdomain.c), up to 6.2: one MSI domain without
 * remapping is enough to refuse every device of the machine; one without any MSI domain
 * passes. That a host bridge would have its own does not show that its driver made it.
 */
static struct group_isolation judge_machine(const struct host *host,
					    const struct analysis *a)
{
	struct group_isolation v = { a->isolation.isolated, NO_INDEX, NULL };

	if (v.isolated == TRISTATE_NO || host_is_x86(host))
		return v;
	if (!host->kernel.architecture) /* nor is it known which chips count */
		v.isolated = TRISTATE_UNKNOWN;
	v.device = open_device(host, a);
	v.chip = open_chip(host, a);
	if (v.device != NO_INDEX || v.chip)
		v.isolated = TRISTATE_NO;
	return v;
}

/* --- A group --- */

/* Was a file about the interrupts of functions lost? */
static bool interrupts_lost(const struct host *host)
{
	for (size_t i = 0; i < host->n_gaps; i++) {
		if (host->gaps[i].source == SOURCE_MSI &&
		    host->gaps[i].state >= SOURCE_DENIED)
			return true;
	}
	return false;
}

/* A GICv2 has no ITS, whatever else is not known of its machine. */
static bool has_gicv2(const struct host *host)
{
	for (size_t i = 0; host_is_arm64(host) && i < host->n_interrupt_chips; i++) {
		if (!strcmp(host->interrupt_chips[i].name, "GICv2") ||
		    !strcmp(host->interrupt_chips[i].name, "GIC-0"))
			return true;
	}
	return false;
}

/*
 * What the machine as a whole tells of a function of which nothing else is known: that an
 * ITS is there is not enough where another controller is in use too.
 */
static enum tristate judge_unknown(const struct host *host, const struct analysis *a)
{
	if (has_gicv2(host))
		return TRISTATE_NO;
	if (a->isolation.isolated != TRISTATE_YES)
		return a->isolation.isolated;
	return interrupts_lost(host) || !host->kernel.architecture || open_chip(host, a)
		       ? TRISTATE_UNKNOWN
		       : TRISTATE_YES;
}

/* What is the same for all groups. */
struct machine_isolation {
	struct group_isolation as_whole;
	enum tristate unknown; /* of devices of which nothing else is known */
};

/*
 * Nor is the machine enough for a device that is no PCI function, which has an MSI domain
 * only if firmware gives it one.
 */
static enum tristate by_machine(const struct host *host, const struct analysis *a,
				const struct machine_isolation *machine,
				const struct group *g)
{
	if (machine->unknown != TRISTATE_YES)
		return machine->unknown;
	for (size_t i = g->first_device;
	     host_is_arm64(host) && i < g->first_device + g->n_devices; i++) {
		if (device_is_platform(&host->devices[i]) &&
		    a->msi[i].isolated == TRISTATE_UNKNOWN)
			return TRISTATE_UNKNOWN;
	}
	return TRISTATE_YES;
}

/*
 * One device whose MSIs are not isolated makes the group one
 * (iommu_group_has_isolated_msi).
 */
static struct group_isolation judge_devices(const struct host *host,
					    const struct analysis *a,
					    const struct machine_isolation *machine,
					    const struct group *g)
{
	bool all = g->n_devices > 0;

	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		all = all && a->msi[i].isolated == TRISTATE_YES;
		if (a->msi[i].isolated == TRISTATE_NO)
			return (struct group_isolation){ TRISTATE_NO, i, NULL };
	}
	if (all)
		return (struct group_isolation){ TRISTATE_YES, g->first_device, NULL };
	return (struct group_isolation){ g->n_devices ? by_machine(host, a, machine, g)
						      : a->isolation.isolated,
					 NO_INDEX, NULL };
}

/* Where it is not known whether the kernel asks for the group, both must say the same. */
static struct group_isolation judge_either(const struct host *host,
					   const struct analysis *a,
					   const struct machine_isolation *machine,
					   const struct group *g)
{
	struct group_isolation v = judge_devices(host, a, machine, g);

	if (machine->as_whole.isolated != v.isolated)
		v = (struct group_isolation){ TRISTATE_UNKNOWN, NO_INDEX, NULL };
	return v;
}

void analyze_group_isolation(const struct host *host, const struct analysis *a,
			     struct group_isolation *out)
{
	const struct machine_isolation machine = { judge_machine(host, a),
						   judge_unknown(host, a) };

	for (size_t i = 0; i < host->n_groups; i++) {
		enum tristate by_device = kernel_does(host, BEHAVIOUR_ISOLATION_PER_GROUP,
						      a->groups[i].kind);

		out[i] = by_device == TRISTATE_YES
				 ? judge_devices(host, a, &machine, &host->groups[i])
			 : by_device == TRISTATE_NO
				 ? machine.as_whole
				 : judge_either(host, a, &machine, &host->groups[i]);
	}
}
