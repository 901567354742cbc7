/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What qualifies everything else: is there an IOMMU, was all of it seen, is this kernel
 * standard.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/assignment.h"
#include "rules/steps.h"

/* --- iommu-present-without-groups --- */

/* Lines that the kernel logs when it stops using an IOMMU, and what they mean. */
static const struct {
	const char *text;
	const char *cause;
} give_up_lines[] = {
	{ "was not able to establish FW requested direct mapping",
	  "it could not map a range that firmware wants identity-mapped, so it stopped using the "
	  "whole IOMMU" },
	{ "iommu_setup_default_domain+",
	  "it could not give a group its default domain, so it stopped using the whole IOMMU" },
	{ "Device scope type does not match for",
	  "a device scope of the DMAR names a device of another kind, so it did not initialise DMA "
	  "remapping" },
	{ "Parse DMAR table failure", "the DMAR is malformed" },
	{ "No DRHD structure found in DMAR table", "the DMAR describes no unit" },
	{ "returns all ones!", "the registers of a unit do not answer" },
	{ "IVRS invalid checksum", "the IVRS is damaged" },
};

/* The first of them in the log, and what it means; NULL. */
static const struct log_line *log_cause(const struct host *host, const char **cause)
{
	for (size_t i = 0; i < ARRAY_SIZE(give_up_lines); i++) {
		const struct log_line *l =
			host_log_find(host, give_up_lines[i].text, NULL);

		*cause = give_up_lines[i].cause;
		if (l)
			return l;
	}
	return NULL;
}

static bool add_log_cause(struct judge *j, struct finding *f)
{
	const char *cause;
	const struct log_line *l = log_cause(j->host, &cause);

	if (!l)
		return false;
	finding_add_log(j, f, l);
	finding_kernel(j, f, "logged why: %s.", cause);
	return true;
}

/* Is what made the kernel go without an IOMMU the subject of a rule of its own? */
static bool has_own_rule(enum absence_cause cause)
{
	return cause != ABSENCE_OTHER;
}

/* Where no table announces one: what switches one on. */
static const char *advice_to_switch_on(const struct judge *j)
{
	if (host_is_guest(j))
		return "Give this VM a virtual IOMMU (QEMU: -device intel-iommu,intremap=on "
		       "or -device virtio-iommu-pci).";
	if (host_is_x86(j->host))
		return "Switch the IOMMU on in the firmware setup (Intel: VT-d; AMD: AMD-Vi or "
		       "IOMMU), if the machine has one.";
	return "Switch the IOMMU (SMMU) on in the firmware setup or the device tree, if the "
	       "machine has one and the kernel a driver for it.";
}

/*
 * table: what announces an IOMMU; NULL. logged: the kernel said what it made of it. The
 * commands of what is advised are added to steps.
 */
static char *advice_to_use(const struct judge *j, const struct firmware_table *table,
			   bool logged, struct steps *steps)
{
	const struct kernel *k = &j->host->kernel;

	if (logged && host_is_guest(j))
		return xstrdup(ADVICE_GUEST_TABLE);
	if (logged)
		return xstrdup("Update the firmware, or override the faulty table.");
	if (table == &table_viot) {
		steps_look(steps, "modprobe virtio_iommu");
		return xstrdup("Load the driver of the virtual IOMMU: modprobe "
			       "virtio_iommu.");
	}
	if (table == &table_dmar && k->command_line &&
	    !kernel_option_has(k, "intel_iommu=", "on")) {
		steps_boot_with(j->host, steps, "intel_iommu=on");
		return xstrdup("Boot with intel_iommu=on. If that changes nothing, run: "
			       "dmesg | grep -e DMAR -e iommu");
	}
	steps_look(steps, "dmesg | grep -e DMAR -e AMD-Vi -e iommu");
	return xstrdup("Run: dmesg | grep -e DMAR -e AMD-Vi -e iommu");
}

static char *advice_to_leave_on(const char *off)
{
	return text_format("Remove %s from the kernel command line to use the IOMMU.",
			   off);
}

/* "iommu=off", which may stand in a list */
static void boot_without_off(const struct host *host, struct steps *steps,
			     const char *off)
{
	cleanup_free char *option = xstrndup(off, strcspn(off, "=") + 1);

	steps_boot_without(host, steps, option, "off");
}

char *no_groups_advice(const struct judge *j, struct steps *steps)
{
	const struct firmware_table *table = announcing_table(j->host, false);
	const char *off = kernel_iommu_off(&j->host->kernel);
	const char *cause;

	if (off) {
		boot_without_off(j->host, steps, off);
		return advice_to_leave_on(off);
	}
	if (!table && !host_real_iommus(j->host))
		return xstrdup(advice_to_switch_on(j));
	return advice_to_use(j, table, log_cause(j->host, &cause) != NULL, steps);
}

static void advise_no_groups(struct judge *j, struct finding *f,
			     const struct firmware_table *table, bool logged)
{
	cleanup_free char *advice = advice_to_use(j, table, logged, &f->steps);

	finding_advise(f, "%s", advice);
}

static void report_waiting_groups(struct judge *j)
{
	struct finding *f = found(
		j, SEVERITY_INFO, CONFIDENCE_DERIVED, NULL,
		"No device is in an IOMMU group yet. On this kernel a device joins its group "
		"when a driver is bound, and no device behind the IOMMU has one.");

	(void)finding_rests_on(j, f, BEHAVIOUR_JOINS_WITH_DRIVER,
			       j->host->iommus[0].kind);
	finding_advise(f,
		       "Bind a driver to the device in question, then run this again.");
}

static void check_no_groups(struct judge *j)
{
	const struct firmware_table *table = announcing_table(j->host, false);
	const char *off = kernel_iommu_off(&j->host->kernel);
	size_t n_iommus = host_real_iommus(j->host);
	cleanup_free char *instances = NULL;
	cleanup_free char *advice = NULL;
	struct finding *f;

	if (j->analysis->groups_wait == TRISTATE_YES) {
		report_waiting_groups(j);
	} else if (n_iommus) {
		instances = text_of_count(n_iommus, "IOMMU instance", "IOMMU instances");
		f = found(j, SEVERITY_CRITICAL, CONFIDENCE_OBSERVED, NULL,
			  "No device is in an IOMMU group, although the kernel has %s.",
			  instances);
		advise_no_groups(j, f, table, add_log_cause(j, f));
	} else if (table && off) {
		f = found(
			j, SEVERITY_INFO, CONFIDENCE_OBSERVED, NULL,
			"The command line switches the IOMMU off (%s). Firmware describes one "
			"(table %s).",
			off, table->signature);
		advice = advice_to_leave_on(off);
		boot_without_off(j->host, &f->steps, off);
		finding_advise(f, "%s", advice);
		finding_add_evidence(f, "/proc/cmdline", 1, off);
	} else if (table) {
		f = found(
			j, SEVERITY_WARNING, CONFIDENCE_OBSERVED, NULL,
			"The kernel uses no IOMMU (no instance, no group), although firmware "
			"describes one (table %s).",
			table->signature);
		if (add_log_cause(j, f))
			f->severity = SEVERITY_CRITICAL;
		advise_no_groups(j, f, table, f->severity == SEVERITY_CRITICAL);
	}
}

static void check_lost_instances(struct judge *j)
{
	for (size_t i = 0; i < j->host->n_iommus; i++) {
		const struct iommu *unit = &j->host->iommus[i];
		cleanup_free char *path = NULL;
		struct finding *f;

		/*
		 * The kernel's own test instance has no devices until a test makes them.
		 */
		if (unit->n_devices || unit->kind == IOMMU_MOCK ||
		    host_lost_devices_of(j->host, unit))
			continue;
		f = found(
			j, SEVERITY_INFO, CONFIDENCE_OBSERVED, NULL,
			"No device is behind IOMMU %s, although other IOMMUs have devices.",
			unit->name);
		path = text_format("/sys/class/iommu/%s/devices", unit->name);
		finding_add_evidence(f, path, 0, "empty");
		if (add_log_cause(j, f))
			f->severity = SEVERITY_CRITICAL;
		else
			finding_advise(
				f,
				"No action needed if the unit serves only a device that is "
				"switched off, hidden or left out (igfx_off).");
	}
}

static void check_iommu_present_without_groups(struct judge *j)
{
	enum source_state state = j->host->sources[SOURCE_GROUPS].state;

	if (has_own_rule(j->analysis->absence.fault))
		return;
	if (j->host->n_groups)
		check_lost_instances(j);
	else if (state == SOURCE_READ || state == SOURCE_ABSENT)
		check_no_groups(j);
}

const struct rule rule_iommu_present_without_groups = {
	.id = "iommu-present-without-groups",
	.title = "An IOMMU is present, but serves no device",
	.severity = SEVERITY_CRITICAL,
	.of_host = true,
	.check = check_iommu_present_without_groups,
	.meaning =
		"Firmware announces an IOMMU, or the kernel has an instance of one, but there are no "
		"groups: devices reach all memory (or none, where the unit's translation is left on), "
		"and none can be passed through to a VM. One malformed firmware entry is enough to "
		"lose all devices of a unit. It is a note where the kernel puts a device into its "
		"group only when a driver is bound, and none behind the IOMMU has one.",
	.behaviours = RESTS_ON(
		BEHAVIOUR_DIRECT_FAILURE_LOSES_IOMMU, BEHAVIOUR_DIRECT_FAILURE_PANICS,
		BEHAVIOUR_DIRECT_FAILURE_ENDS_PROBE, BEHAVIOUR_DIRECT_FAILURE_IGNORED,
		BEHAVIOUR_SCOPE_TYPE_LOSES_REMAPPING, BEHAVIOUR_JOINS_WITH_DRIVER),
	.advice =
		"Run: dmesg | grep -e DMAR -e AMD-Vi -e iommu. Update the firmware, or override the "
		"faulty table. On x86 boot with intel_iommu=on where the kernel does not default to "
		"it. A virtio-iommu needs its module loaded.",
};

/* --- firmware-taint --- */

#define TAINT_FIRMWARE_WORKAROUND 11 /* include/linux/panic.h */
#define TAINT_USER 6

static void check_firmware_taint(struct judge *j)
{
	const struct log_line *l = host_log_find(j->host, "[Firmware Bug]", NULL);
	struct finding *f;

	if (!j->host->kernel.taint_known ||
	    !(j->host->kernel.taint >> TAINT_FIRMWARE_WORKAROUND & 1))
		return;
	f = found(j, SEVERITY_INFO, CONFIDENCE_OBSERVED, NULL,
		  "The kernel found a firmware bug and works around it (taint flag I).");
	steps_look(&f->steps, "dmesg | grep 'Firmware Bug'");
	finding_add_evidence(f, "/proc/sys/kernel/tainted", 1, "bit 11 (2048)");
	if (l)
		finding_add_log(j, f, l);
}

const struct rule rule_firmware_taint = {
	.id = "firmware-taint",
	.title = "The kernel works around a firmware bug",
	.severity = SEVERITY_INFO,
	.needs = SOURCE_BIT(SOURCE_TAINT),
	.check = check_firmware_taint,
	.meaning =
		"The kernel found a bug in firmware data and works around it. It need not concern the "
		"IOMMU; an RMRR that is misaligned or lies outside reserved memory sets the flag too.",
	.kernels =
		"TAINT_FIRMWARE_WORKAROUND, bit 11 of /proc/sys/kernel/tainted, in all versions.",
	.advice = "Run: dmesg | grep 'Firmware Bug'. Update the firmware.",
	.guest_advice =
		"Run: dmesg | grep 'Firmware Bug'. Update the hypervisor, whose firmware this VM has.",
};

/* --- table-override-active --- */

static void check_table_override_active(struct judge *j)
{
	const struct log_line *l =
		host_log_find(j->host, "Table Upgrade: override", NULL);
	struct finding *f;

	if (!l)
		return;
	f = found(
		j, SEVERITY_INFO, CONFIDENCE_OBSERVED, NULL,
		"A table from the initial RAM disk replaces one of the firmware's ACPI tables.");
	finding_add_log(j, f, l);
}

const struct rule rule_table_override_active = {
	.id = "table-override-active",
	.title = "An ACPI table is overridden",
	.severity = SEVERITY_INFO,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.no_command = true,
	.check = check_table_override_active,
	.meaning =
		"The kernel uses a table from the initial RAM disk in place of the firmware's. All "
		"findings are about the replacement.",
	.kernels =
		"CONFIG_ACPI_TABLE_UPGRADE, in all versions; the log says \"ACPI: Table Upgrade: "
		"override\".",
	.advice =
		"Check after each firmware update that the override still fits, if it was meant to "
		"cure a fault.",
};

/* --- noiommu --- */

static bool has_noiommu_node(const struct host *host)
{
	for (size_t i = 0; i < host->n_nodes; i++) {
		if (text_starts_with(host->nodes[i], "vfio/noiommu-"))
			return true;
	}
	return false;
}

static bool all_mediated(const struct host *host, const struct group *g)
{
	for_each_device (d, host, g) {
		if (d->bus != BUS_MDEV)
			return false;
	}
	return g->n_devices > 0;
}

static void check_noiommu(struct judge *j)
{
	bool tainted =
		j->host->kernel.taint_known && (j->host->kernel.taint >> TAINT_USER & 1);

	for_each_group (g, j->host) {
		cleanup_free char *path = NULL;
		struct finding *f;
		bool mediated;

		if (!g->name || strcmp(g->name, "vfio-noiommu"))
			continue;
		mediated = all_mediated(j->host, g);
		if (mediated || !(tainted || has_noiommu_node(j->host))) {
			f = found(
				j, SEVERITY_INFO,
				mediated ? CONFIDENCE_OBSERVED : CONFIDENCE_HEURISTIC, g,
				"Group %u is an emulated group, as mediated devices have (its "
				"name is vfio-noiommu); its IOMMU is its parent's.",
				(unsigned)g->id);
			finding_advise(f, "No action needed; look at the parent device.");
		} else {
			f = found(j, SEVERITY_WARNING, CONFIDENCE_OBSERVED, g,
				  "VFIO uses group %u without an IOMMU: no isolation, no "
				  "translation. Its empty list of regions means nothing.",
				  (unsigned)g->id);
		}
		finding_add_devices(j, f, g);
		path = text_format("/sys/kernel/iommu_groups/%u/name", (unsigned)g->id);
		finding_add_evidence(f, path, 1, g->name);
	}
}

const struct rule rule_noiommu = {
	.id = "noiommu",
	.title = "VFIO is used without an IOMMU",
	.severity = SEVERITY_WARNING,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.no_command = true,
	.check = check_noiommu,
	.meaning =
		"VFIO's no-IOMMU mode hands a device to a program, which can then read and write all "
		"of memory. Such a group has no reserved regions because it has no address "
		"translation, not because there is no conflict.",
	.kernels =
		"All name both these groups and those of mediated devices vfio-noiommu; the true "
		"ones have a node /dev/vfio/noiommu-N and taint the kernel (flag U).",
	.advice = "Use it for tests only; enable an IOMMU for anything else.",
};

/* --- copied-tables --- */

static void check_copied_tables(struct judge *j)
{
	const struct log_line *l =
		host_log_find(j->host, "Translation is already enabled", NULL);
	struct finding *f;

	if (!l)
		l = host_log_find(j->host, "Reused DEV table", NULL);
	if (!l && !kernel_has_word(&j->host->kernel, "elfcorehdr=")) {
		enum source_state state = j->host->sources[SOURCE_LOG].state;

		if (state == SOURCE_DENIED || state == SOURCE_BROKEN)
			cannot_check_source(j, SOURCE_LOG);
		return;
	}
	f = found(
		j, SEVERITY_INFO, l ? CONFIDENCE_OBSERVED : CONFIDENCE_HEURISTIC, NULL,
		"Until its driver does DMA, a device keeps the mappings of the previous "
		"kernel: this one took over the IOMMU tables (kdump or kexec).");
	if (l)
		finding_add_log(j, f, l);
	else
		finding_add_evidence(f, "/proc/cmdline", 1, "elfcorehdr=");
}

const struct rule rule_copied_tables = {
	.id = "copied-tables",
	.title = "The IOMMU tables are those of the previous kernel",
	.severity = SEVERITY_INFO,
	.no_command = true,
	.check = check_copied_tables,
	.meaning =
		"After kdump or kexec with translation left on, devices are attached to their "
		"new domain only at their first DMA. The group's type already shows the new "
		"default, so what is inferred from it does not hold yet.",
	.kernels =
		"Intel logs \"Translation is already enabled\", AMD \"Reused DEV table\"; all "
		"versions.",
	.advice = "Check identity mappings only after a normal boot.",
};
