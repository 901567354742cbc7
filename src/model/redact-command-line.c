/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel command line: words that are about IOMMUs, PCI, memory, interrupts and
 * drivers stay. Of other options (root=, ip=, rd.luks.name=, any of an initrd) the value
 * may be a name or an address, and is replaced. Documentation/admin-guide/
 * kernel-parameters.rst: words are parted by blanks, which quotation marks keep together;
 * what follows "--" is for init.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "model/alias.h"

/* Options whose values stay; one that ends with '.' stands for all of a module. */
static const char *const kept[] = {
	"acpi",
	"acpi_enforce_resources",
	"acpi_osi",
	"acpi_rsdp",
	"amd_iommu",
	"amd_iommu_dump",
	"amd_iommu_intr",
	"amdgpu.",
	"apic",
	"arm-smmu.",
	"arm-smmu-v3.",
	"clocksource",
	"cma",
	"console",
	"crashkernel",
	"default_hugepagesz",
	"disable_mtrr_cleanup",
	"earlycon",
	"earlyprintk",
	"efi",
	"hugepages",
	"hugepagesz",
	"i915.",
	"init_on_alloc",
	"init_on_free",
	"initcall_blacklist",
	"intel_iommu",
	"intel_pstate",
	"intremap",
	"iommu",
	"iommu.",
	"irqaffinity",
	"irqchip.",
	"isolcpus",
	"ivrs_acpihid",
	"ivrs_hpet",
	"ivrs_ioapic",
	"kvm.",
	"kvm-amd.",
	"kvm-arm.",
	"kvm-intel.",
	"lockdown",
	"log_buf_len",
	"loglevel",
	"maxcpus",
	"mem",
	"mem_encrypt",
	"memblock",
	"memmap",
	"mitigations",
	"modprobe.blacklist",
	"module_blacklist",
	"movablecore",
	"nohz",
	"nohz_full",
	"nouveau.",
	"nr_cpus",
	"nvidia.",
	"nvidia-drm.",
	"numa",
	"panic",
	"pci",
	"pci-stub.",
	"pcie_acs_override",
	"pcie_aspm",
	"pcie_port_pm",
	"pcie_ports",
	"pcie_aspm.",
	"pciehp.",
	"preempt",
	"processor.",
	"prot_virt",
	"rcu_nocbs",
	"rd.driver.blacklist",
	"rd.driver.pre",
	"reserve",
	"selinux",
	"split_lock_detect",
	"swiotlb",
	"thunderbolt.",
	"trace_event",
	"transparent_hugepage",
	"tsc",
	"vfio.",
	"vfio-pci.",
	"vfio_iommu_type1.",
	"vfio_pci_core.",
	"video",
	"virtio_iommu.",
	"x2apic_phys",
	"xe.",
};

/* Dash and underscore are the same: parameq() of kernel/params.c. */
static char folded(char c)
{
	return c == '-' ? '_' : c;
}

static bool is_kept(const char *key, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		size_t len = strlen(kept[i]), k = 0;
		bool whole = kept[i][len - 1] == '.' ? n > len : n == len;

		while (whole && k < len && folded(kept[i][k]) == folded(key[k]))
			k++;
		if (whole && k == len)
			return true;
	}
	return false;
}

/* A word up to the next blank that is not quoted. */
static size_t word_length(const char *s)
{
	bool quoted = false;
	size_t n = 0;

	for (; s[n] && (quoted || !strchr(" \t\n", s[n])); n++)
		quoted = quoted != (s[n] == '"');
	return n;
}

static void add_alias(struct redaction *r, struct text *t, const char *s, size_t n)
{
	text_add(t, alias_of(r, ALIAS_VALUE, s, n));
}

/* One word of a line; for_init: it stands behind "--". */
static void add_word(struct redaction *r, struct text *t, const char *word, bool for_init)
{
	const char *equals = strchr(word, '=');
	size_t key = equals ? (size_t)(equals - word) : 0;

	if (*word == '"' || (for_init && *word != '-')) {
		add_alias(r, t, word, strlen(word));
	} else if (equals && equals[1] && !is_kept(word, key)) {
		text_printf(t, "%.*s=", (int)key, word);
		add_alias(r, t, equals + 1, strlen(equals + 1));
	} else {
		cleanup_free char *s = redact_words(r, word);

		text_add(t, s);
	}
}

char *redact_command_line(struct redaction *r, const char *s)
{
	struct text t = { 0 };
	bool for_init = false;

	while (*s) {
		size_t blanks = strspn(s, " \t\n"), n = word_length(s + blanks);
		cleanup_free char *word = xstrndup(s + blanks, n);

		text_printf(&t, "%.*s", (int)blanks, s);
		if (n)
			add_word(r, &t, word, for_init);
		for_init = for_init || !strcmp(word, "--");
		s += blanks + n;
	}
	return text_take(&t);
}

/* --- Names --- */

/* The name of a host, and the first label where it has several. */
void know_host_name(struct redaction *r, const char *name, size_t n)
{
	const char *dot = memchr(name, '.', n);

	alias_anywhere(r, ALIAS_HOST, name, n);
	if (dot)
		alias_anywhere(r, ALIAS_HOST, name, (size_t)(dot - name));
}

/*
 * ip=CLIENT:SERVER:GATEWAY:MASK:HOST:DEVICE:...:
 * Documentation/admin-guide/nfs/nfsroot.rst
 */
static void know_ip(struct redaction *r, const char *value)
{
	for (int field = 0; *value; field++) {
		size_t n = strcspn(value, ": \t\n");

		if (field == 4)
			know_host_name(r, value, n);
		if (field == 5)
			alias_anywhere(r, ALIAS_INTERFACE, value, n);
		if (value[n] != ':')
			return;
		value += n + 1;
	}
}

void command_line_names(struct redaction *r, const char *s)
{
	static const char *const host_names[] = { "hostname=", "systemd.hostname=" };

	while (*s) {
		s += strspn(s, " \t\n");
		for (size_t i = 0; i < ARRAY_SIZE(host_names); i++) {
			size_t n = strlen(host_names[i]);

			if (text_starts_with(s, host_names[i]))
				know_host_name(r, s + n, word_length(s + n));
		}
		if (text_starts_with(s, "ip="))
			know_ip(r, s + 3);
		s += word_length(s);
	}
}
