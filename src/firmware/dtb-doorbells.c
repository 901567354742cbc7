/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the MSI controllers of a device tree take the writes of devices: its_of_probe and
 * its_irq_get_msi_base (drivers/irqchip/irq-gic-v3-its.c), gicv2m_of_init
 * (irq-gic-v2m.c), mbi_init (irq-gic-v3-mbi.c), ls_scfg_msi_probe (irq-ls-scfg-msi.c),
 * all of 7.2.
 */
#include "firmware/dtb-parts.h"

#define ITS_TRANSLATER_PAGE 0x10000 /* GITS_TRANSLATER is at 0x10040 */

static const struct {
	const char *compatible;
	enum dtb_doorbell_kind kind;
	uint64_t offset; /* of the page from the first register */
	uint64_t size;	 /* of the page */
} rows[] = {
	{ "arm,gic-v3-its", DTB_DOORBELL_ITS, ITS_TRANSLATER_PAGE, 0x10000 },
	{ "arm,gic-v2m-frame", DTB_DOORBELL_GICV2M, 0, 0x1000 },
	{ "arm,gic-v3", DTB_DOORBELL_MBI, 0, 0x10000 },
	{ "fsl,ls1012a-msi", DTB_DOORBELL_LS_SCFG, 0, 0x1000 },
	{ "fsl,ls1021a-msi", DTB_DOORBELL_LS_SCFG, 0, 0x1000 },
	{ "fsl,ls1043a-msi", DTB_DOORBELL_LS_SCFG, 0, 0x1000 },
	{ "fsl,ls1043a-v1.1-msi", DTB_DOORBELL_LS_SCFG, 0, 0x1000 },
	{ "fsl,ls1046a-msi", DTB_DOORBELL_LS_SCFG, 0, 0x1000 },
};

static size_t row_of(const struct dt_tree *tree, size_t node)
{
	const struct dt_prop *compatible = dt_prop(tree, node, DT_COMPATIBLE);
	size_t i, index;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (compatible && dt_has_string(compatible, rows[i].compatible, &index))
			break;
	}
	return i;
}

/* An alias of the distributor's registers, which is where MBIs go then. */
static bool read_alias(struct dt_tree *tree, size_t node, uint64_t *base)
{
	const struct dt_prop *alias = dt_prop(tree, node, DT_MBI_ALIAS);
	uint32_t cells[DT_CELLS_MAX];

	for (size_t i = 0; i < DT_CELLS_MAX; i++)
		cells[i] = dt_cell(alias, i);
	return dt_n_cells(alias) >=
		       dt_bus_address_cells(tree, tree->nodes[node].parent) &&
	       dt_translate(tree, node, cells, base);
}

void doorbells_read(struct dt_work *w, size_t node)
{
	struct dt_tree *tree = &w->tree;
	size_t row = row_of(tree, node);
	struct dtb_doorbell *d;
	uint64_t base, last;

	if (row == ARRAY_SIZE(rows) || tree->nodes[node].disabled || !node ||
	    !dt_reg(tree, node, &base, &last))
		return;
	/* A GICv3 takes MBIs only where it is told which interrupts are free for them. */
	if (rows[row].kind == DTB_DOORBELL_MBI) {
		if (!dt_has(tree, node, DT_MBI_RANGES))
			return;
		if (dt_has(tree, node, DT_MBI_ALIAS) && !read_alias(tree, node, &base))
			return;
	}
	if (base > UINT64_MAX - rows[row].offset - (rows[row].size - 1) ||
	    !work_has_room(w, w->dtb->n_doorbells))
		return;
	d = ADD(w->dtb, doorbells);
	d->node = dt_path(tree, node);
	d->kind = rows[row].kind;
	d->page.first = (base + rows[row].offset) & ~(rows[row].size - 1);
	d->page.last = d->page.first + (rows[row].size - 1);
	d->offset = tree->nodes[node].offset;
}
