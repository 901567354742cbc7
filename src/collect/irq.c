/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/interrupts: the names of the interrupt chips tell whether interrupts are
 * remapped. "IR-" in front: Intel and AMD interrupt remapping
 * (drivers/iommu/intel/irq_remapping.c, amd/iommu.c); "ITS": GICv3 ITS
 * (drivers/irqchip/irq-gic-v3-its.c); "GICv2m" or "v2m": irq-gic-v2m.c.
 */
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"

#define INTERRUPTS_PATH "proc/interrupts"

static void look_at(const char *line, struct interrupts *i)
{
	if (strstr(line, " IR-"))
		i->remapped = TRISTATE_YES;
	if (strstr(line, " ITS-"))
		i->its = TRISTATE_YES;
	if (strstr(line, "GICv2m") || strstr(line, " V2M-"))
		i->gicv2m = TRISTATE_YES;
}

static void collect_irq(const struct root *root, unsigned wanted, struct host *host)
{
	cleanup(text_clear) struct text t = { 0 };
	const struct reading r = reading_whole(root, host, SOURCE_INTERRUPTS);
	bool any_chip = false;
	bool complete;
	char *rest;
	char *line;

	(void)wanted;
	if (!read_text(&r, INTERRUPTS_PATH, ROOT_READ_MAX, &t))
		return;
	rest = t.data;
	line = text_next_line(&rest, &complete);
	if (!line || !strstr(line, "CPU") || !text_is_clean(line)) {
		read_bad_line(&r, INTERRUPTS_PATH, 1, "not the list of processors",
			      line ? line : "");
		return;
	}
	while ((line = text_next_line(&rest, &complete))) {
		line += strspn(line, " ");
		any_chip = any_chip || isdigit((unsigned char)*line);
		look_at(line, &host->interrupts);
	}
	/* Only x86 shows the absence: its IO-APIC lines would carry the prefix. */
	if (any_chip && host->interrupts.remapped == TRISTATE_UNKNOWN)
		host->interrupts.remapped = TRISTATE_NO;
}

const struct collector collector_irq = {
	.sources = SOURCE_BIT(SOURCE_INTERRUPTS),
	.collect = collect_irq,
};
