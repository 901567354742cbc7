/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Doorbells: pages of Arm's MSI controllers that devices write to, as the MADT or the
 * device tree has them. /proc/iomem does not name them: of a GIC it has the distributor
 * and the redistributors only (drivers/irqchip/irq-gic-v3.c, gic_request_region).
 */
#include <stdlib.h>

#include "analyze/parts.h"
#include "base/text.h"

#define ITS_TRANSLATER_PAGE 0x10000 /* GITS_TRANSLATER is at 0x10040 */
#define ITS_PAGE_SIZE 0x10000
#define FRAME_PAGE_SIZE 0x1000

static void add(struct analysis *a, uint64_t first, uint64_t size,
		enum msi_controller controller, const char *table, size_t offset,
		char *origin)
{
	struct doorbell *d = ADD(a, doorbells);

	d->page.first = first & ~(size - 1);
	d->page.last = d->page.first + (size - 1);
	d->controller = controller;
	d->table = table;
	d->offset = offset;
	d->origin = origin;
}

static void add_from_madt(struct analysis *a)
{
	const struct madt *madt = &a->tables.madt;

	for (size_t i = 0; i < madt->n_frames; i++) {
		const struct madt_frame *f = &madt->frames[i];
		bool is_its = f->type == MADT_ITS;

		if (f->base > UINT64_MAX - ITS_TRANSLATER_PAGE - ITS_PAGE_SIZE)
			continue; /* no such address */
		add(a, f->base + (is_its ? ITS_TRANSLATER_PAGE : 0),
		    is_its ? ITS_PAGE_SIZE : FRAME_PAGE_SIZE,
		    is_its ? MSI_CONTROLLER_ITS : MSI_CONTROLLER_GICV2M, "APIC",
		    f->offset,
		    text_format("MADT %s %u", is_its ? "GIC ITS" : "GIC MSI Frame",
				f->number));
	}
	a->doorbells_known = a->doorbells_known ||
			     (a->tables.view[TABLE_MADT].complete && madt->n_frames);
}

static void add_from_tree(struct analysis *a)
{
	static const enum msi_controller controllers[] = {
		[DTB_DOORBELL_ITS] = MSI_CONTROLLER_ITS,
		[DTB_DOORBELL_GICV2M] = MSI_CONTROLLER_GICV2M,
		[DTB_DOORBELL_MBI] = MSI_CONTROLLER_MBI,
		[DTB_DOORBELL_LS_SCFG] = MSI_CONTROLLER_LS_SCFG,
	};
	const struct dtb *dtb = &a->tables.dtb;

	for (size_t i = 0; i < dtb->n_doorbells; i++) {
		const struct dtb_doorbell *d = &dtb->doorbells[i];

		add(a, d->page.first, d->page.last - d->page.first + 1,
		    controllers[d->kind], NULL, d->offset,
		    text_format("device tree %s", d->node));
	}
	a->doorbells_known = a->doorbells_known ||
			     (a->tables.view[TABLE_DT].complete && dtb->n_doorbells);
}

void analyze_doorbells(const struct host *host, struct analysis *a)
{
	if (!host_is_arm64(host))
		return;
	add_from_madt(a);
	add_from_tree(a);
}
