/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a host has no IOMMU group, as far as its facts tell. The first that fits is the
 * answer: what could not be seen before what is not there, what somebody chose before
 * what is missing.
 */
#include <inttypes.h>
#include <string.h>

#include "analyze/firmware.h"
#include "analyze/parts.h"
#include "base/cleanup.h"
#include "base/text.h"

static void show(struct absence *out, const char *path, unsigned line, const char *text)
{
	struct evidence *e = ADD(out, evidence);

	e->path = xstrdup(path);
	e->line = line;
	e->offset = NO_INDEX;
	e->text = xstrdup(text);
}

/* Takes over the text. */
static void conclude(struct absence *out, enum no_iommu cause, char *text)
{
	out->cause = cause;
	out->text = text;
}

/* The state of a source is the reason. */
static void conclude_source(struct absence *out, enum no_iommu cause, const char *what,
			    const struct source *s)
{
	const char *path = s->path ? s->path : "?";
	const char *why = s->detail  ? s->detail
			  : s->error ? strerror(s->error)
				     : source_state_name(s->state);

	conclude(out, cause, text_format("%s%s: %s", what, path, why));
	if (s->path)
		show(out, s->path, s->line, why);
}

/* Was too little seen to say anything? */
static bool is_not_seen(const struct host *host, struct absence *out)
{
	const struct source *groups = &host->sources[SOURCE_GROUPS];
	const struct source *pci = &host->sources[SOURCE_PCI];

	if (groups->state == SOURCE_DENIED || groups->state == SOURCE_BROKEN)
		conclude_source(out, NO_IOMMU_NOT_READABLE,
				"the groups cannot be read: ", groups);
	/* Every Linux with sysfs has the PCI bus there, unless it has none at all. */
	else if (groups->state == SOURCE_ABSENT && pci->state == SOURCE_ABSENT)
		conclude_source(
			out, NO_IOMMU_NO_SYSFS,
			"this is no sysfs, it has neither IOMMU groups nor PCI devices: ",
			groups);
	return out->text;
}

/* --- Entries that the kernel cannot satisfy make it give the IOMMU up --- */

static char *blame(const struct analysis *a, const struct demand *d,
		   enum absence_cause cause, struct absence *out)
{
	cleanup_free char *name = entry_text(a, &a->firmware.entries[d->entry]);

	out->demand = d;
	out->fault = cause;
	if (cause == ABSENCE_PERMISSION)
		return text_format(
			"%s asks for an identity mapping without read or write access; the "
			"kernel stops using the IOMMU when it cannot map such a range",
			name);
	return text_format(
		"%s reserves 0x%" PRIx64 "-0x%" PRIx64 ", which reaches beyond 0x%" PRIx64
		", the last address that the IOMMU translates; the kernel stops using the IOMMU "
		"when it cannot map such a range",
		name, d->listed.first, d->listed.last, d->last);
}

/* NULL: no entry is of that kind. */
static char *entry_given_up(const struct host *host, const struct analysis *a,
			    struct absence *out)
{
	bool permission_matters = kernel_does(host, BEHAVIOUR_DIRECT_FAILURE_LOSES_IOMMU,
					      IOMMU_AMD) != TRISTATE_NO;

	for (size_t i = 0; i < a->demands.n_list; i++) {
		const struct demand *d = &a->demands.list[i];

		if (!d->ungrouped)
			continue;
		if (d->misfit == MISFIT_BEYOND_WIDTH)
			return blame(a, d, ABSENCE_WIDTH, out);
		if (d->no_permission && d->misfit != MISFIT_INVERTED &&
		    d->misfit != MISFIT_WRAPS && permission_matters)
			return blame(a, d, ABSENCE_PERMISSION, out);
	}
	return NULL;
}

static char *scope_given_up(const struct host *host, const struct analysis *a,
			    struct absence *out)
{
	for (size_t i = 0; i < a->firmware.n_scopes; i++) {
		const struct scope_view *v = &a->firmware.scopes[i];
		cleanup_free char *scope = NULL;

		if (!v->wrong_type)
			continue;
		out->fault = ABSENCE_SCOPE;
		scope = scope_view_text(a, v);
		return text_format(
			"the DMAR scope %s at 0x%zx says %s, and %s is %s; the kernel then "
			"stops using DMA remapping for the whole machine",
			scope, v->offset, v->is_endpoint ? "endpoint" : "bridge",
			host->devices[v->device].name,
			v->is_endpoint ? "a bridge" : "none");
	}
	return NULL;
}

/* Does a unit serve no device, while others do? */
static bool is_unit_lost(const struct host *host)
{
	if (!host_groups_complete(host))
		return false;
	for (size_t i = 0; i < host->n_iommus; i++) {
		const struct iommu *unit = &host->iommus[i];

		if (!unit->n_devices && unit->kind != IOMMU_MOCK &&
		    !host_lost_devices_of(host, unit))
			return true;
	}
	return false;
}

/* An entry, or a scope, that out->given_up tells of. */
static void conclude_given_up(const struct analysis *a, struct absence *out)
{
	static const enum no_iommu causes[] = {
		[ABSENCE_WIDTH] = NO_IOMMU_ADDRESS_WIDTH,
		[ABSENCE_PERMISSION] = NO_IOMMU_PERMISSION,
		[ABSENCE_SCOPE] = NO_IOMMU_SCOPE_TYPE,
	};
	conclude(out, causes[out->fault], xstrdup(out->given_up));
	if (out->fault != ABSENCE_SCOPE) {
		const struct entry *e = &a->firmware.entries[out->demand->entry];
		cleanup_free char *name = entry_text(a, e);
		cleanup_free char *path = entry_path(a, e);

		show(out, path, 0, name);
		out->evidence[0].offset = e->offset;
	} else {
		show(out, table_dmar.path, 0, out->given_up);
	}
}

/* Did the kernel give the IOMMU up? */
static bool conclude_if_given_up(const struct host *host, const struct analysis *a,
				 struct absence *out)
{
	const struct log_line *line = host_log_find(
		host, "was not able to establish FW requested direct mapping", NULL);

	if (out->given_up) {
		conclude_given_up(a, out);
	} else if (line) {
		conclude(
			out, NO_IOMMU_MAPPING_FAILED,
			xstrdup("the kernel could not map memory that firmware reserves for a device, "
				"and stopped using the IOMMU (kernel log)"));
		show(out, host_log_path(host), line->number, line->text);
	}
	return out->text;
}

static void show_command_line(const struct host *host, struct absence *out)
{
	const struct source *s = &host->sources[SOURCE_COMMAND_LINE];

	if (host->kernel.command_line)
		show(out, s->path ? s->path : "/proc/cmdline", 1,
		     host->kernel.command_line);
}

/* --- Arm: the tables describe what the firmware setup and the tree switch off --- */

/*
 * These three conclude, where it is so, and say whether they have.
 *
 * An IORT is there on any Arm server: it may describe an ITS and root complexes only.
 */
static bool conclude_from_iort(const struct host *host, const struct analysis *a,
			       struct absence *out)
{
	size_t n = iort_smmus(a);

	if (!host_table(host, "IORT"))
		return false;
	if (n)
		conclude(
			out, NO_IOMMU_NO_DRIVER,
			text_format(
				"the IORT describes %zu %s, but the kernel uses none: the driver "
				"(CONFIG_ARM_SMMU, CONFIG_ARM_SMMU_V3) is not built or not loaded, or "
				"it failed",
				n, one_or_many(n, "SMMU", "SMMUs")));
	else
		conclude(out, NO_IOMMU_NOT_ANNOUNCED,
			 xstrdup("the IORT describes no SMMU: the machine has none, or "
				 "it is switched off in the firmware setup"));
	show(out, table_iort.path, 0, n ? "has SMMU nodes" : "has no SMMU node");
	return true;
}

/* The tree puts devices behind an IOMMU; is that one enabled? */
static bool conclude_from_tree(const struct analysis *a, struct absence *out)
{
	struct tree_iommu iommu;
	cleanup_free char *path = NULL;

	if (!dtb_iommu(a, &iommu))
		return false;
	if (iommu.disabled)
		conclude(out, NO_IOMMU_SWITCHED_OFF,
			 text_format("the device tree puts devices behind the IOMMU %s, "
				     "and its status is disabled",
				     iommu.node));
	else
		conclude(
			out, NO_IOMMU_NO_DRIVER,
			text_format(
				"the device tree has the IOMMU %s (%s), but the kernel uses none: it "
				"has no driver for it, or the driver failed",
				iommu.node, iommu.compatible ? iommu.compatible : "?"));
	path = text_format("/sys/firmware/devicetree/base%s", iommu.node);
	show(out, path, 0, iommu.disabled ? "status: disabled" : "enabled");
	return true;
}

/* No kernel up to 7.2 has a driver for an IOMMU of this architecture. */
static bool conclude_without_driver(const struct host *host, struct absence *out)
{
	const char *architecture = host->kernel.architecture;

	if (!architecture || strcmp(architecture, "loongarch64"))
		return false;
	conclude(out, NO_IOMMU_NO_DRIVER,
		 xstrdup("Linux has no driver for the IOMMUs of LoongArch"));
	show(out, "/proc/sys/kernel/arch", 1, architecture);
	return true;
}

/* A table announces an IOMMU, and there is none. */
static void conclude_unused(const struct host *host, const struct firmware_table *table,
			    struct absence *out)
{
	if (table == &table_viot) {
		conclude(out, NO_IOMMU_NO_DRIVER,
			 xstrdup("firmware has the table VIOT, but no driver uses the "
				 "virtual IOMMU: is the module virtio_iommu loaded?"));
	} else if (table == &table_dmar &&
		   !kernel_option_has(&host->kernel, "intel_iommu=", "on")) {
		conclude(
			out, NO_IOMMU_NOT_SWITCHED_ON,
			xstrdup("firmware has the table DMAR, but the kernel uses no "
				"IOMMU: is intel_iommu=on missing on the command line?"));
		show_command_line(host, out);
	} else {
		conclude(out, NO_IOMMU_NOT_USED,
			 text_format("firmware has the table %s, but the kernel uses no "
				     "IOMMU",
				     table->signature));
	}
	show(out, table->path, 0, "announces an IOMMU");
}

static void conclude_announced(const struct host *host, const struct analysis *a,
			       const struct firmware_table *table, struct absence *out)
{
	if (table != &table_iort || !conclude_from_iort(host, a, out))
		conclude_unused(host, table, out);
}

/* No table announces one. */
static void conclude_nothing_announced(const struct host *host, struct absence *out)
{
	const struct source *firmware = &host->sources[SOURCE_FIRMWARE_TABLES];
	const struct source *hypervisor = &host->sources[SOURCE_HYPERVISOR];

	if (firmware->state == SOURCE_DENIED || firmware->detail) {
		conclude_source(out, NO_IOMMU_UNKNOWN,
				"the firmware tables cannot be seen: ", firmware);
	} else if (host->kernel.virtualized == TRISTATE_YES) {
		conclude(
			out, NO_IOMMU_NOT_OFFERED,
			xstrdup("this is a virtual machine, and its hypervisor offers no "
				"virtual IOMMU"));
		if (hypervisor->path)
			show(out, hypervisor->path, hypervisor->line,
			     host->kernel.hypervisor ? host->kernel.hypervisor
						     : "a virtual machine");
	} else if (firmware->state == SOURCE_READ && !host->has_device_tree) {
		conclude(
			out, NO_IOMMU_NOT_ANNOUNCED,
			xstrdup("firmware announces no IOMMU (no DMAR, IVRS or VIOT table): the "
				"machine has none, or it is switched off in the firmware setup"));
		show(out, firmware->path, 0, "no DMAR, IVRS or VIOT table");
	} else if (firmware->state == SOURCE_READ &&
		   !host_source_usable(host, SOURCE_DEVICE_TREE)) {
		conclude_source(out, NO_IOMMU_UNKNOWN,
				"the device tree could not be read: ",
				&host->sources[SOURCE_DEVICE_TREE]);
	} else if (firmware->state == SOURCE_READ) {
		conclude(out, NO_IOMMU_NO_DRIVER,
			 xstrdup("no driver found an IOMMU in the device tree"));
	} else {
		conclude_source(out, NO_IOMMU_UNKNOWN, "nothing on this host says why: ",
				&host->sources[SOURCE_GROUPS]);
	}
}

static void conclude_no_device(const struct host *host, const struct analysis *a,
			       struct absence *out)
{
	conclude(
		out, NO_IOMMU_NO_DEVICE,
		xstrdup(a->groups_wait == TRISTATE_YES
				? "the kernel has an IOMMU instance, but no device is in a group "
				  "yet: a device joins one when a driver is bound"
				: "the kernel has an IOMMU instance, but put no device "
				  "behind it"));
	for (size_t i = 0; i < host->n_iommus; i++) {
		cleanup_free char *path =
			text_format("/sys/class/iommu/%s", host->iommus[i].name);

		if (host->iommus[i].kind != IOMMU_MOCK)
			show(out, path, 0, "an IOMMU instance");
	}
}

void analyze_absence(const struct host *host, const struct analysis *a,
		     struct absence *out)
{
	const struct firmware_table *table = announcing_table(host, true);
	const char *off = kernel_iommu_off(&host->kernel);

	if (!host->n_groups && is_not_seen(host, out))
		return;
	if (!off && (!host->n_groups || is_unit_lost(host)))
		out->given_up = a->firmware.dmar_given_up && !host->n_groups
					? scope_given_up(host, a, out)
					: entry_given_up(host, a, out);
	if (host->n_groups)
		return;
	if (off) {
		conclude(out, NO_IOMMU_SWITCHED_OFF,
			 text_format("the kernel command line switches the IOMMU off: %s",
				     off));
		show_command_line(host, out);
		return;
	}
	if (conclude_if_given_up(host, a, out))
		return;
	if (host_real_iommus(host) && table != &table_viot)
		conclude_no_device(host, a, out);
	else if (table)
		conclude_announced(host, a, table, out);
	else if (!conclude_from_tree(a, out) && !conclude_without_driver(host, out))
		conclude_nothing_announced(host, out);
}
