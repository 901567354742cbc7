/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Doorbells: pages of Arm's MSI controllers that devices write to, as the MADT or the
 * device tree has them. /proc/iomem does not name them: of a GIC it has the distributor
 * and the redistributors only (drivers/irqchip/irq-gic-v3.c, gic_request_region).
 */
#include "analyze/match.h"
#include "analyze/parts.h"

void add_doorbell(struct doorbells *out, struct range page,
		  enum msi_controller controller, const char *table, size_t offset,
		  char *origin)
{
	uint64_t size = page.last - page.first + 1;

	page.first &= ~(size - 1);
	page.last = page.first + (size - 1);
	*ADD(out, list) = (struct doorbell){ .page = page,
					     .controller = controller,
					     .table = table,
					     .offset = offset,
					     .origin = origin };
}

void analyze_doorbells(const struct host *host, const struct analysis *a,
		       struct doorbells *out)
{
	for (size_t i = 0; host_is_arm64(host) && i < TABLE_COUNT; i++) {
		const struct firmware_table *t = firmware_tables[i];

		if (t->add_doorbells && t->add_doorbells(a, out) &&
		    a->tables.view[i].complete)
			out->known = true;
	}
}
