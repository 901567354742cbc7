/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What qualifies everything else: is there an IOMMU, was all of it seen, is this kernel
 * standard.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

/* --- iommu-present-without-groups --- */

/* Lines that the kernel logs when it gives an IOMMU up, and what they mean. */
static const struct {
	const char *text;
	const char *cause;
} give_up_lines[] = {
	{ "was not able to establish FW requested direct mapping",
	  "a range that firmware wants mapped 1:1 could not be mapped, so the kernel gave up the "
	  "whole IOMMU" },
	{ "iommu_setup_default_domain+",
	  "a group could not be given its default domain, so the kernel gave up the whole IOMMU" },
	{ "Device scope type does not match for",
	  "a device scope of the DMAR table names a device of another kind, so the kernel did not "
	  "initialise DMA remapping" },
	{ "Parse DMAR table failure", "the DMAR table is malformed" },
	{ "No DRHD structure found in DMAR table", "the DMAR table describes no unit" },
	{ "returns all ones!", "the registers of a unit do not answer" },
	{ "IVRS invalid checksum", "the IVRS table is damaged" },
};

/*
 * A firmware table that by itself means an IOMMU. IORT does not: it may describe an ITS
 * only.
 */
static const char *announcing_table(const struct host *host)
{
	static const char *const tables[] = { "DMAR", "IVRS", "VIOT" };

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		if (host_has_table(host, tables[i]))
			return tables[i];
	}
	return NULL;
}

static bool add_log_cause(struct judge *j, struct finding *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(give_up_lines); i++) {
		const struct log_line *l =
			host_log_find(j->host, give_up_lines[i].text, NULL);

		if (!l)
			continue;
		finding_add_evidence(f, "/dev/kmsg", l->number, l->text);
		finding_kernel(j, f, "logged why: %s.", give_up_lines[i].cause);
		return true;
	}
	return false;
}

/* Is what made the kernel go without an IOMMU the subject of a rule of its own? */
static bool has_own_rule(enum absence_cause cause)
{
	return cause != ABSENCE_OTHER;
}

static void check_no_groups(struct judge *j)
{
	const char *table = announcing_table(j->host);
	const char *off = kernel_iommu_off(&j->host->kernel);
	size_t n_iommus = host_real_iommus(j->host);
	struct finding *f;

	if (n_iommus) {
		f = found(
			j, SEVERITY_CRITICAL, CONFIDENCE_OBSERVED, NULL,
			"The kernel has %zu IOMMU instance%s, but no device is in an IOMMU group.",
			n_iommus, n_iommus == 1 ? "" : "s");
		add_log_cause(j, f);
	} else if (table && off) {
		f = found(
			j, SEVERITY_INFO, CONFIDENCE_OBSERVED, NULL,
			"Firmware describes an IOMMU (table %s), and the command line switches it "
			"off: %s.",
			table, off);
		finding_advise(f,
			       "Remove %s from the kernel command line to use the IOMMU.",
			       off);
		finding_add_evidence(f, "/proc/cmdline", 1, off);
	} else if (table) {
		f = found(
			j, SEVERITY_WARNING, CONFIDENCE_OBSERVED, NULL,
			"Firmware describes an IOMMU (table %s), but the kernel uses none: there "
			"is no instance and no group.",
			table);
		if (!strcmp(table, "VIOT"))
			finding_advise(f,
				       "Load the driver of the virtual IOMMU: modprobe "
				       "virtio_iommu.");
		if (add_log_cause(j, f))
			f->severity = SEVERITY_CRITICAL;
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
		if (unit->n_devices || unit->kind == IOMMU_MOCK)
			continue;
		f = found(j, SEVERITY_INFO, CONFIDENCE_OBSERVED, NULL,
			  "IOMMU %s serves no device, while others do.", unit->name);
		path = text_format("/sys/class/iommu/%s/devices", unit->name);
		finding_add_evidence(f, path, 0, "empty");
		if (add_log_cause(j, f))
			f->severity = SEVERITY_CRITICAL;
		else
			finding_advise(
				f,
				"Nothing is to be done if the unit serves only a device "
				"that is switched off, hidden or left out (igfx_off).");
	}
}

static void check_iommu_present_without_groups(struct judge *j)
{
	enum source_state state = j->host->sources[SOURCE_GROUPS].state;

	if (has_own_rule(j->analysis->absence_cause))
		return;
	if (j->host->n_groups)
		check_lost_instances(j);
	else if (state == SOURCE_READ || state == SOURCE_ABSENT)
		check_no_groups(j);
}

const struct rule rule_iommu_present_without_groups = {
	.id = "iommu-present-without-groups",
	.title = "An IOMMU is there, but no device is behind it",
	.severity = SEVERITY_CRITICAL,
	.of_host = true,
	.check = check_iommu_present_without_groups,
	.meaning =
		"Firmware announces an IOMMU, or the kernel has an instance of one, but there are no "
		"groups: devices reach all memory (or none, where the unit's translation is left "
		"on), and none can be given to a guest. One malformed firmware entry is enough to "
		"lose all devices of a unit.",
	.kernels =
		"6.12 and 7.2 give up the whole unit when a direct region cannot be mapped and log "
		"\"IOMMU driver was not able to establish FW requested direct mapping.\"; 6.1 panics "
		"on Intel and ignores it on AMD. A DMAR device scope of the wrong kind turns DMA "
		"remapping off on all three.",
	.advice =
		"Look in the kernel log for lines of DMAR, AMD-Vi or iommu; update the firmware, or "
		"override the faulty table; on x86 check that intel_iommu=on is set where the kernel "
		"does not default to it. A virtio-iommu needs its module loaded.",
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
		  "The kernel works around a fault of the firmware (taint flag I).");
	finding_add_evidence(f, "/proc/sys/kernel/tainted", 1, "bit 11 (2048)");
	if (l)
		finding_add_evidence(f, "/dev/kmsg", l->number, l->text);
}

const struct rule rule_firmware_taint = {
	.id = "firmware-taint",
	.title = "The kernel reports a firmware workaround",
	.severity = SEVERITY_INFO,
	.needs = SOURCE_BIT(SOURCE_TAINT),
	.check = check_firmware_taint,
	.meaning =
		"The kernel found a fault in firmware data and works around it. It need not be "
		"about the IOMMU; an RMRR that is misaligned or lies outside reserved memory sets "
		"the flag too.",
	.kernels =
		"TAINT_FIRMWARE_WORKAROUND, bit 11 of /proc/sys/kernel/tainted, in all versions.",
	.advice =
		"Read the [Firmware Bug] lines of the kernel log, and update the firmware.",
};

/* --- table-override-active --- */

static void check_table_override_active(struct judge *j)
{
	const struct log_line *l =
		host_log_find(j->host, "Table Upgrade: override", NULL);
	struct finding *f;

	if (!l)
		return;
	f = found(j, SEVERITY_INFO, CONFIDENCE_OBSERVED, NULL,
		  "An ACPI table was replaced from the initial RAM disk.");
	finding_add_evidence(f, "/dev/kmsg", l->number, l->text);
}

const struct rule rule_table_override_active = {
	.id = "table-override-active",
	.title = "An ACPI table is overridden",
	.severity = SEVERITY_INFO,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.check = check_table_override_active,
	.meaning =
		"The kernel uses a table from the initial RAM disk in place of the firmware's. "
		"All findings are about the replacement.",
	.kernels =
		"CONFIG_ACPI_TABLE_UPGRADE, in all versions; the log says \"ACPI: Table Upgrade: "
		"override\".",
	.advice =
		"If the override was meant to cure a fault, check that it still fits after each "
		"firmware update.",
};

/* --- relaxed-kernel --- */

/*
 * Words that upstream knows in intel_iommu= and amd_iommu=, matched by prefix as the
 * kernel does (intel_iommu_setup, parse_amd_iommu_options), in 6.1 to 7.2; intgpu_off is
 * Debian's.
 */
static const char *const intel_words[] = { "on",	"off",	  "igfx_off",
					   "forcedac",	"strict", "sp_off",
					   "sm_on",	"sm_off", "tboot_noforce",
					   "intgpu_off" };
static const char *const amd_words[] = {
	"fullflush", "force_enable", "off",	    "force_isolation", "pgtbl_v1",
	"pgtbl_v2",  "irtcachedis",  "nohugepages", "v2_pgsizes_only"
};

static bool is_known(const char *word, const char *const *known, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text_starts_with(word, known[i]))
			return true;
	}
	return false;
}

/*
 * Did the kernel log that it does not know a word? "Unknown option - 'WORD...'":
 * intel_iommu_setup prints all that follows, parse_amd_iommu_options too; AMD's logs
 * nothing before 6.0.
 */
static bool is_logged_unknown(const struct host *host, const char *word)
{
	cleanup_free char *quoted = text_format("'%s", word);

	return host_log_find(host, "Unknown option", quoted);
}

/* Did the kernel say, or does a list show, that the patch is active? */
static bool is_patched(const struct judge *j)
{
	if (log_of_relaxing(j->host))
		return true;
	for (size_t i = 0; i < j->host->n_regions; i++) {
		if (j->analysis->regions[i].relaxed_by_patch)
			return true;
	}
	return false;
}

/* So many ranges are named of those that are dropped for a guest. */
#define RANGES_NAMED 6

static void name_region(struct text *t, const struct region *r, size_t n)
{
	if (n < RANGES_NAMED)
		text_printf(t, "%s0x%" PRIx64 "-0x%" PRIx64, n ? ", " : "",
			    r->range.first, r->range.last);
}

static char *add_relaxed(struct judge *j, struct finding *f, bool *for_user)
{
	struct text t = { 0 };
	size_t n = 0;

	for_each_group (g, j->host) {
		bool any = false;

		for_each_region (r, j->host, g) {
			if (!view_of_region(j, r)->relaxed_by_patch)
				continue;
			name_region(&t, r, n++);
			finding_add_region(j, f, r);
			any = true;
		}
		if (!any)
			continue;
		finding_add_devices(j, f, g);
		*for_user = *for_user || view_of_group(j, g)->for_user;
	}
	if (n > RANGES_NAMED)
		text_printf(&t, " and %zu more", n - RANGES_NAMED);
	return n ? text_take(&t) : NULL;
}

static void check_patched(struct judge *j)
{
	const struct log_line *l = log_of_relaxing(j->host);
	cleanup_free char *ranges = NULL;
	bool for_user = false;
	struct finding *f;

	if (!is_patched(j))
		return;
	f = found(j, SEVERITY_WARNING, l ? CONFIDENCE_OBSERVED : CONFIDENCE_DERIVED, NULL,
		  "This kernel is patched");
	if (l)
		finding_add_evidence(f, "/dev/kmsg", l->number, l->text);
	if (kernel_option_has(&j->host->kernel, "intel_iommu=", RELAX_RMRR))
		finding_add_evidence(f, "/proc/cmdline", 1, "intel_iommu=" RELAX_RMRR);
	ranges = add_relaxed(j, f, &for_user);
	free(f->message);
	if (ranges) {
		f->message = text_format(
			"This kernel is patched: it drops memory that firmware reserved for "
			"a device %s the device is passed through to a VM: %s.",
			for_user ? "while" : "when", ranges);
		finding_kernel(
			j, f,
			"passes the device through and offers these addresses to "
			"the VM as normal I/O addresses; an unpatched one refuses.");
	} else {
		f->message =
			xstrdup("This kernel is patched to drop memory that firmware "
				"reserved for a device; no device here is affected.");
		f->severity = SEVERITY_INFO;
	}
}

/* relax_rmrr of Proxmox, relax_unity, relaxed... : patches, and no typing errors. */
static void report_word(struct judge *j, const char *option, const char *word)
{
	cleanup_free char *text = text_format("%s%s", option, word);
	struct finding *f;

	if (strstr(word, "relax")) {
		f = found(
			j, SEVERITY_WARNING, CONFIDENCE_HEURISTIC, NULL,
			"The command line has %s%s, which no upstream kernel knows: this "
			"kernel may be patched to ignore reserved memory.",
			option, word);
		finding_advise(f,
			       "On an upstream kernel remove the word; it has no "
			       "effect. On a patched one pass a device through only if "
			       "its firmware no longer uses the memory.");
	} else if (!strcmp(option, "amd_iommu=") && !strcmp(word, "on")) {
		f = found(
			j, SEVERITY_INFO, CONFIDENCE_DERIVED, NULL,
			"amd_iommu=on has no effect: there is no such option, and AMD's IOMMU is "
			"used without one.");
		finding_advise(f, "No action needed.");
	} else {
		f = found(
			j, SEVERITY_INFO, CONFIDENCE_DERIVED, NULL,
			"%s%s has no effect on an upstream kernel, which does not know the "
			"word.",
			option, word);
		finding_advise(f, "Check the spelling, or remove the word.");
	}
	finding_add_evidence(f, "/proc/cmdline", 1, text);
}

static void check_words(struct judge *j, const char *option, const char *const *known,
			size_t n)
{
	enum source_state log = j->host->sources[SOURCE_LOG].state;
	cleanup_free char *line = xstrdup(j->host->kernel.command_line);
	char *save = NULL;
	bool unsure = false;

	for (char *s = strtok_r(line, " \t", &save); s;
	     s = strtok_r(NULL, " \t", &save)) {
		char *word_save = NULL;

		if (!text_starts_with(s, option))
			continue;
		for (char *w = strtok_r(s + strlen(option), ",", &word_save); w;
		     w = strtok_r(NULL, ",", &word_save)) {
			if (is_known(w, known, n) || is_logged_unknown(j->host, w) ||
			    (text_starts_with(w, RELAX_RMRR) && is_patched(j)))
				continue;
			if (log == SOURCE_DENIED || log == SOURCE_BROKEN)
				unsure = true;
			else
				report_word(j, option, w);
		}
	}
	if (unsure)
		cannot_check_source(j, SOURCE_LOG);
}

static void check_relaxed_kernel(struct judge *j)
{
	check_patched(j);
	if (!j->host->kernel.command_line)
		return;
	check_words(j, "intel_iommu=", intel_words, ARRAY_SIZE(intel_words));
	check_words(j, "amd_iommu=", amd_words, ARRAY_SIZE(amd_words));
}

const struct rule rule_relaxed_kernel = {
	.id = "relaxed-kernel",
	.title = "The kernel is, or may be, patched to ignore reserved memory",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_COMMAND_LINE),
	.of_host = true,
	.check = check_relaxed_kernel,
	.meaning =
		"Some kernels carry patches (relax_rmrr, relax_unity) that pass a device through "
		"although firmware reserves memory for it. Firmware and device may go on using that "
		"memory, and their DMA then hits the memory of the VM. Where nothing proves that "
		"the patch is active, what is predicted here follows upstream's rules. A word that "
		"no kernel knows is a note: it has no effect.",
	.kernels =
		"Proxmox, from 6.2 on, logs \"assuming all RMRRs are relaxable\". Upstream logs "
		"\"Unknown option\" for words it does not know: Intel in all versions, AMD from 6.0 "
		"on.",
	.advice =
		"Pass the device through only if you know that its firmware no longer uses the "
		"memory. Without the word on the command line the kernel refuses the device.",
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
				"Group %u is named vfio-noiommu: an emulated group, as mediated "
				"devices have; its IOMMU is its parent's.",
				(unsigned)g->id);
			finding_advise(
				f, "Nothing is to be done; look at the parent device.");
		} else {
			f = found(
				j, SEVERITY_WARNING, CONFIDENCE_OBSERVED, g,
				"Group %u is used by VFIO without an IOMMU: no isolation, no "
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
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.check = check_noiommu,
	.meaning =
		"VFIO's no-IOMMU mode gives a device to user space that can then read and write "
		"all of memory. Such a group has no reserved regions because it has no address "
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
		"This kernel took over the IOMMU tables of the kernel before it (kdump or kexec): "
		"until a driver does DMA, a device keeps the old mappings.");
	if (l)
		finding_add_evidence(f, "/dev/kmsg", l->number, l->text);
	else
		finding_add_evidence(f, "/proc/cmdline", 1, "elfcorehdr=");
}

const struct rule rule_copied_tables = {
	.id = "copied-tables",
	.title = "The IOMMU tables are those of an earlier kernel",
	.severity = SEVERITY_INFO,
	.check = check_copied_tables,
	.meaning =
		"After kdump or kexec with translation left on, devices are attached to their "
		"new domain only at their first DMA. The group's type already shows the new "
		"default, so what is inferred from it does not hold yet.",
	.kernels =
		"Intel logs \"Translation is already enabled\", AMD \"Reused DEV table\"; all "
		"versions.",
	.advice = "Judge direct mappings only after a normal boot.",
};

/* --- device-outside-every-unit --- */

/*
 * A device that is an IOMMU itself has no group: AMD's function, a virtio-iommu. Nor has
 * the host bridge that AMD's tables leave out: 00:00.0 stands before their first id, and
 * does no DMA.
 */
static bool belongs_outside(const struct host *host, const struct device *d)
{
	if (d->class_code >> 8 == 0x0806 || /* PCI_CLASS_SYSTEM_IOMMU */
	    d->class_code >> 8 == 0x0600)   /* PCI_CLASS_BRIDGE_HOST */
		return true;
	for (size_t i = 0; i < host->n_iommus; i++) {
		if (!strcmp(host->iommus[i].name, d->name))
			return true;
	}
	return false;
}

static bool has_x86_unit(const struct host *host)
{
	for (size_t i = 0; i < host->n_iommus; i++) {
		if (host->iommus[i].kind == IOMMU_INTEL ||
		    host->iommus[i].kind == IOMMU_AMD)
			return true;
	}
	return false;
}

static void check_device_outside(struct judge *j)
{
	bool x86_unit = has_x86_unit(j->host);

	if (!j->host->n_groups || !j->host->n_iommus || !host_groups_complete(j->host))
		return;
	for (size_t i = 0; i < j->host->n_devices; i++) {
		const struct device *d = &j->host->devices[i];
		bool joins = device_joins_with_driver(j->host, d);
		bool switched_off, expected;
		struct finding *f;

		/* One that was refused is untrusted-vs-identity's. */
		if (d->bus != BUS_PCI || d->group != NO_GROUP ||
		    belongs_outside(j->host, d) ||
		    host_log_find(j->host, d->name, "Device is not trusted"))
			continue;
		switched_off =
			device_is_display(d) &&
			kernel_option_has(&j->host->kernel, "intel_iommu=", "igfx_off");
		expected = joins || !x86_unit || switched_off;
		f = found(j, expected ? SEVERITY_INFO : SEVERITY_ERROR,
			  CONFIDENCE_OBSERVED, NULL,
			  "%s is in no IOMMU group, while other devices are%s.", d->name,
			  joins ? "; on this kernel it joins one when a driver is bound"
				: "");
		finding_add_device(j, f, d);
		finding_add_evidence(f, "/sys/kernel/iommu_groups", 0,
				     "no group lists this device");
		if (switched_off)
			finding_advise(
				f, "Nothing is to be done: the command line leaves the "
				   "display out.");
		if (joins)
			finding_advise(
				f,
				"Bind a driver to it and look again; from about 6.15 on "
				"devices join their group without one.");
		finding_kernel(
			j, f,
			"gives such a device no translation; binding vfio-pci to it "
			"fails with EINVAL (-22).");
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
		"No entry of the firmware tables puts this device behind an IOMMU. Its DMA is not "
		"translated (or blocked by the hardware's default), and it cannot be given to a "
		"guest. An IOMMU's own PCI function never has a group, nor need a host bridge.",
	.kernels =
		"All skip such a device silently. Behind virtio-iommu and Arm SMMUs a device "
		"without a driver has no group before about 6.15.",
	.advice =
		"Update the firmware: its table must cover the device. On older kernels bind a "
		"driver first and look again.",
};
