/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a host has no IOMMU group, as far as its facts tell. The first that fits is the
 * answer: what could not be seen before what is not there, what somebody chose before
 * what is missing.
 */
#include <string.h>

#include "analyze/parts.h"
#include "base/text.h"

static const char *first_table(const struct host *host)
{
	static const char *const names[] = { "DMAR", "IVRS", "VIOT", "IORT" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (host_has_table(host, names[i]))
			return names[i];
	}
	return NULL;
}

static char *source_text(const char *what, const struct source *s)
{
	return text_format("%s%s: %s", what, s->path ? s->path : "?",
			   s->detail  ? s->detail
			   : s->error ? strerror(s->error)
				      : source_state_name(s->state));
}

/* What was not seen, so that nothing can be said; NULL: enough was. */
static char *not_seen(const struct host *host)
{
	const struct source *groups = &host->sources[SOURCE_GROUPS];
	const struct source *pci = &host->sources[SOURCE_PCI];

	if (groups->state == SOURCE_DENIED || groups->state == SOURCE_BROKEN)
		return source_text("the groups cannot be read: ", groups);
	/* Every Linux with sysfs has the PCI bus there, unless it has none at all. */
	if (groups->state == SOURCE_ABSENT && pci->state == SOURCE_ABSENT)
		return source_text("sysfs is not here, or knows neither groups nor PCI: ",
				   groups);
	return NULL;
}

/* A table announces an IOMMU, and there is none. */
static char *unused_table(const struct host *host, const char *table)
{
	if (!strcmp(table, "VIOT"))
		return xstrdup(
			"firmware has the table VIOT, but no driver uses the virtual IOMMU: "
			"is the module virtio_iommu loaded?");
	if (!strcmp(table, "DMAR") &&
	    !kernel_option_has(&host->kernel, "intel_iommu=", "on"))
		return xstrdup(
			"firmware has the table DMAR, but the kernel uses no IOMMU: is "
			"intel_iommu=on missing on the command line?");
	return text_format("firmware has the table %s, but the kernel uses no IOMMU",
			   table);
}

/* No table announces one. */
static char *nothing_announced(const struct host *host)
{
	const struct source *firmware = &host->sources[SOURCE_FIRMWARE_TABLES];

	if (firmware->state == SOURCE_DENIED || firmware->detail)
		return source_text("the firmware tables cannot be seen: ", firmware);
	if (host->kernel.virtualized == ANSWER_YES)
		return xstrdup(
			"this is a virtual machine, and its hypervisor offers no virtual "
			"IOMMU");
	if (firmware->state == SOURCE_READ && !host->has_device_tree)
		return xstrdup(
			"firmware announces none (no DMAR, IVRS or VIOT table): none is built "
			"in, or it is switched off in the firmware setup");
	if (firmware->state == SOURCE_READ)
		return xstrdup("no driver found one in the device tree");
	return source_text("nothing on this host tells why: ",
			   &host->sources[SOURCE_GROUPS]);
}

void analyze_absence(const struct host *host, struct analysis *a)
{
	const char *table = first_table(host);

	if (host->n_groups)
		return;
	a->absence = not_seen(host);
	if (a->absence)
		return;
	if (kernel_iommu_off(&host->kernel))
		a->absence = text_format("the kernel command line switches it off: %s",
					 kernel_iommu_off(&host->kernel));
	else if (host->n_iommus && !(table && !strcmp(table, "VIOT")))
		a->absence = xstrdup(
			"the kernel has an IOMMU instance, but put no device behind it");
	else if (table)
		a->absence = unused_table(host, table);
	else
		a->absence = nothing_announced(host);
}
