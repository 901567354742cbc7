/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which machine it is, and which firmware it has: /sys/class/dmi/id
 * (drivers/firmware/dmi-id.c; CONFIG_DMIID), else the property `model` of the device
 * tree's root. Serial numbers and the UUID are not looked at. And what tells that it is a
 * virtual one.
 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"

#define DMI_PATH "sys/class/dmi/id"
#define VENDOR_PATH DMI_PATH "/sys_vendor"
#define MODEL_PATH "sys/firmware/devicetree/base/model"
#define CPUINFO_PATH "proc/cpuinfo"
#define TEXT_MAX 200 /* an SMBIOS string is shorter */

/*
 * The text of a file; NULL: it is not there, or tells nothing. A device tree's strings
 * end with a zero byte.
 */
static char *read_name(const struct reading *r, const char *path)
{
	cleanup(text_clear) struct text t = { 0 };
	const char *s;

	if (read_attribute(r, path, &t) != SOURCE_READ)
		return NULL;
	text_trim_end(t.data);
	s = t.data + strspn(t.data, " \t");
	return *s ? xstrndup(s, TEXT_MAX) : NULL;
}

static void collect_names(const struct root *root, struct host *host)
{
	struct machine *m = &host->machine;
	const struct reading r = reading_of(root, host, SOURCE_MACHINE);
	const struct {
		const char *path;
		char **text;
	} files[] = {
		{ VENDOR_PATH, &m->vendor },
		{ DMI_PATH "/product_name", &m->product },
		{ DMI_PATH "/board_name", &m->board },
		{ DMI_PATH "/bios_vendor", &m->firmware_vendor },
		{ DMI_PATH "/bios_version", &m->firmware_version },
		{ DMI_PATH "/bios_date", &m->firmware_date },
		{ MODEL_PATH, &m->model },
	};
	const char *path = "/" DMI_PATH;
	bool any = false;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		*files[i].text = read_name(&r, files[i].path);
		any = any || *files[i].text;
	}
	if (m->model && !m->vendor && !m->product)
		path = "/" MODEL_PATH;
	host_set_source(host, SOURCE_MACHINE, any ? SOURCE_READ : SOURCE_ABSENT, 0, path,
			any ? NULL : "neither DMI nor a device tree");
}

/* --- Is it a virtual one? --- */

static void found_hypervisor(struct host *host, const char *path, const char *name)
{
	cleanup_free char *full = text_format("/%s", path);

	host->kernel.virtualized = TRISTATE_YES;
	if (!host->kernel.hypervisor && name) {
		host->kernel.hypervisor = xstrdup(name);
		text_clean(host->kernel.hypervisor);
	}
	host_set_source(host, SOURCE_HYPERVISOR, SOURCE_READ, 0, full, NULL);
}

/* The flag "hypervisor" of the first processor (x86: CPUID leaf 1, ECX bit 31). */
static void collect_cpuinfo(const struct root *root, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_whole(root, host, SOURCE_HYPERVISOR);
	const char *flags;

	if (!read_text(&r, CPUINFO_PATH, ROOT_READ_MAX, &t))
		return;
	/* Every architecture has lines "KEY: VALUE" of its own, s390 without a tab. */
	if (!strchr(t.data, ':')) {
		read_bad_line(&r, CPUINFO_PATH, 1, "not a description of processors",
			      t.data);
		return;
	}
	flags = strstr(t.data, "\nflags"); /* x86 only */
	if (!flags)
		return;
	flags++;
	if (memmem(flags, strcspn(flags, "\n"), " hypervisor", strlen(" hypervisor"))) {
		found_hypervisor(host, CPUINFO_PATH, NULL);
	} else {
		host->kernel.virtualized = TRISTATE_NO;
	}
}

/* The machine "virt" of QEMU and others. */
#define DUMMY_VIRT "linux,dummy-virt"

/*
 * Vendors that firmware of virtual machines names in DMI, and what the device tree says.
 * A name that could not be read is a gap of the machine's, and costs no verdict.
 */
static void collect_platform(const struct root *root, struct host *host)
{
	static const char *const vendors[] = { "QEMU",	   "VMware, Inc.", "innotek GmbH",
					       "Xen",	   "Amazon EC2",   "Google",
					       "KubeVirt", "Parallels" };
	static const char tree[] = "sys/firmware/devicetree/base/compatible";
	static const char node[] = "sys/firmware/devicetree/base/hypervisor/compatible";
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_of(root, host, SOURCE_HYPERVISOR);
	const char *vendor = host->machine.vendor;

	for (size_t i = 0; vendor && i < ARRAY_SIZE(vendors); i++) {
		if (!strcmp(vendor, vendors[i]) &&
		    (host->kernel.virtualized == TRISTATE_YES || i == 0))
			found_hypervisor(host, VENDOR_PATH, vendor);
	}
	/* Strings of a device tree end with a zero byte, so they are no lines of text. */
	if (read_attribute(&r, tree, &t) == SOURCE_READ && t.len &&
	    !strcmp(t.data, DUMMY_VIRT))
		found_hypervisor(host, tree, DUMMY_VIRT);
	if (read_attribute(&r, node, &t) == SOURCE_READ && t.len)
		found_hypervisor(host, node, t.data);
}

static void collect_hypervisor(const struct root *root, struct host *host)
{
	collect_cpuinfo(root, host);
	collect_platform(root, host);
}

static void collect_machine(const struct root *root, unsigned wanted, struct host *host)
{
	collect_names(root, host);
	if (wanted & SOURCE_BIT(SOURCE_HYPERVISOR))
		collect_hypervisor(root, host);
}

const struct collector collector_machine = {
	.sources = SOURCE_BIT(SOURCE_MACHINE) | SOURCE_BIT(SOURCE_HYPERVISOR),
	.collect = collect_machine,
};
