/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/interrupts: the names of the interrupt chips tell whether interrupts are
 * remapped. "IR-" in front: Intel and AMD interrupt remapping
 * (drivers/iommu/intel/irq_remapping.c, amd/iommu.c); "ITS": GICv3 ITS
 * (drivers/irqchip/irq-gic-v3-its.c); "GICv2m" or "v2m": irq-gic-v2m.c.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "collect/collect.h"

#define INTERRUPTS_PATH "proc/interrupts"
#define CHIP_NAME_MAX 128

/*
 * "30:  12  0  ITS-PCI-MSI-0000:01:00.0  0-edge  nvme0q0": the word behind the numbers of
 * the processors (show_interrupts, kernel/irq/proc.c).
 */
static void note_chip(struct host *host, const char *line, unsigned number)
{
	size_t digits = strspn(line, "0123456789");
	const char *word = line + digits + 1;
	struct interrupt_chip *chip;
	size_t length;

	if (!digits || line[digits] != ':')
		return;
	word += strspn(word, " 0123456789");
	while (word > line && isdigit((unsigned char)word[-1])) /* of the name itself */
		word--;
	length = strcspn(word, " ");
	if (!length || length > CHIP_NAME_MAX)
		return;
	chip = ADD(host, interrupt_chips);
	chip->name = xstrndup(word, length);
	chip->line = number;
	if (!strstr(chip->name, "MSI") && !text_starts_with(chip->name, "GIC")) {
		free(chip->name);
		host->n_interrupt_chips--;
	}
}

static int compare_chips(const void *a, const void *b)
{
	const struct interrupt_chip *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* By name, each once. Returns how many there is no room for. */
static size_t sort_chips(struct host *host)
{
	struct interrupt_chip *chips = host->interrupt_chips;
	size_t n = 0;

	if (!host->n_interrupt_chips)
		return 0;
	qsort(chips, host->n_interrupt_chips, sizeof(*chips), compare_chips);
	for (size_t i = 0; i < host->n_interrupt_chips; i++) {
		if (!n || strcmp(chips[n - 1].name, chips[i].name) != 0)
			chips[n++] = chips[i];
		else
			free(chips[i].name);
	}
	for (size_t i = INTERRUPT_CHIPS_MAX; i < n; i++)
		free(chips[i].name);
	host->n_interrupt_chips = n < INTERRUPT_CHIPS_MAX ? n : INTERRUPT_CHIPS_MAX;
	return n - host->n_interrupt_chips;
}

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
	for (unsigned n = 2; (line = text_next_line(&rest, &complete)); n++) {
		line += strspn(line, " ");
		any_chip = any_chip || isdigit((unsigned char)*line);
		look_at(line, &host->interrupts);
		if (text_is_clean(line))
			note_chip(host, line, n);
	}
	read_cut(&r, INTERRUPTS_PATH, "interrupt chips", sort_chips(host),
		 INTERRUPT_CHIPS_MAX);
	/* Only x86 shows the absence: its IO-APIC lines would carry the prefix. */
	if (any_chip && host->interrupts.remapped == TRISTATE_UNKNOWN)
		host->interrupts.remapped = TRISTATE_NO;
}

const struct collector collector_irq = {
	.sources = SOURCE_BIT(SOURCE_INTERRUPTS),
	.collect = collect_irq,
};
