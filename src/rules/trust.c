/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices that anybody can plug in from outside. */
#include <stdio.h>
#include <string.h>

#include "rules/rules.h"

/* iommu_get_default_domain_type, drivers/iommu/iommu.c. */
static const char not_trusted[] = "Device is not trusted";

/* The device that a line of the log begins with: "pci 0000:05:00.0: ..."; NULL. */
static const struct device *device_of_line(const struct host *host, const char *text)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].bus == BUS_PCI &&
		    strstr(text, host->devices[i].name))
			return &host->devices[i];
	}
	return NULL;
}

static void report_line(struct judge *j, const struct log_line *l)
{
	const struct device *d = device_of_line(j->host, l->text);
	const char *whose = d ? d->name : "a device";
	struct finding *f;

	/* the kernel may have tried again: once is enough */
	if (l != host_log_find(j->host, not_trusted, d ? d->name : NULL))
		return;
	f = found(
		j, SEVERITY_ERROR, CONFIDENCE_OBSERVED,
		d && d->group != NO_GROUP ? host_group(j->host, d->group) : NULL,
		"The kernel refused the devices of the group of %s: it is not trusted, and the "
		"IOMMU's driver wants a domain for it that does not translate.",
		whose);

	if (d)
		finding_add_device(j, f, d);
	finding_add_log(j, f, l);
	finding_kernel(j, f, "gives such devices no group; their DMA is not translated.");
}

static void report_identity(struct judge *j, const struct group *g,
			    const struct device *d)
{
	struct finding *f = found(
		j, SEVERITY_ERROR, CONFIDENCE_DERIVED, g,
		"%s reaches all memory: it can be plugged in from outside, and its group has the "
		"domain type identity.",
		d->name);
	char path[128];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%.64s/removable", d->name);
	finding_blame(j, f, d);
	finding_add_evidence(f, path, 1, "removable");
	finding_add_type(f, g);
	finding_kernel(
		j, f,
		"asks for a translating domain for whatever is below an external-facing port; "
		"this device did not get one.");
}

/* Below a bridge, and in no group although others are: may it have been refused? */
static bool may_be_refused(const struct host *host, const struct analysis *a,
			   const struct device *d)
{
	return d->group == NO_GROUP && d->parent && host->n_groups &&
	       !device_is_pci_bridge(d) &&
	       device_joins_with_driver(host, a, d) != TRISTATE_YES;
}

static bool any_in_question(const struct host *host, const struct analysis *a)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].removable == TRISTATE_YES ||
		    may_be_refused(host, a, &host->devices[i]))
			return true;
	}
	return host_log_find(host, not_trusted, NULL);
}

/* Only a device that was refused needs the log to tell. */
static void look_for_log(struct judge *j)
{
	enum source_state state = j->host->sources[SOURCE_LOG].state;

	if (state != SOURCE_DENIED && state != SOURCE_BROKEN)
		return;
	for (size_t i = 0; i < j->host->n_devices; i++) {
		if (may_be_refused(j->host, j->analysis, &j->host->devices[i])) {
			cannot_check_source(j, SOURCE_LOG);
			return;
		}
	}
}

static void check_untrusted_vs_identity(struct judge *j)
{
	look_for_log(j);
	for (size_t i = 0; i < j->host->n_log; i++) {
		if (strstr(j->host->log[i].text, not_trusted))
			report_line(j, &j->host->log[i]);
	}
	for_each_group (g, j->host) {
		if (g->type != DOMAIN_IDENTITY)
			continue;
		for_each_device (d, j->host, g) {
			if (d->removable == TRISTATE_YES)
				report_identity(j, g, d);
		}
	}
}

const struct rule rule_untrusted_vs_identity = {
	.id = "untrusted-vs-identity",
	.title = "DMA of a device that is not trusted is not translated",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.uses = SOURCE_BIT(SOURCE_HOTPLUG) | SOURCE_BIT(SOURCE_LOG),
	.applies = any_in_question,
	.no_command = true,
	.check = check_untrusted_vs_identity,
	.meaning =
		"Anybody may plug in a device below a port that firmware marks as "
		"external-facing (ExternalFacingPort in ACPI, external-facing in a device tree). "
		"The kernel does not trust such a device and wants its DMA translated. If the "
		"IOMMU's driver insists on passthrough for it, the kernel takes the device into "
		"no group; if it has an identity domain all the same, it reads and writes all "
		"memory. The file `removable` of a function says that it is below such a port.",
	.behaviours = RESTS_ON(BEHAVIOUR_UNTRUSTED_REFUSED),
	.kernels = "Earlier ones give such a device a DMA domain.",
	.advice =
		"Do not plug in what you do not trust. Look for a quirk or an option that asks "
		"for passthrough of this device, and update the kernel.",
};
