/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must hold between the facts of an object, and between an element and the last. */
#include <stdlib.h>
#include <string.h>

#include "model/snapshot-parts.h"

CHECK_FACTS(kernel)
{
	const struct kernel *k = object;

	(void)o;
	(void)i;
	if (k->page_size & (k->page_size - 1))
		wrong(l, "page_size", "is not a power of two");
}

/* A power of two, as the three bits of the capability have it. */
static void check_vectors(struct loader *l, const char *key, unsigned n)
{
	if (!n || n & (n - 1))
		wrong(l, key, "is not a number of MSI vectors");
}

CHECK_FACTS(msi_state)
{
	const struct msi_state *s = object;

	(void)o;
	(void)i;
	check_vectors(l, "msi_capable", s->msi.n_capable);
	check_vectors(l, "msi_vectors", s->msi.n_enabled);
}

/* Both arrays stand in the order of msi_states. */
CHECK_FACTS(msix_entry)
{
	const struct msix_entry *e = object;

	(void)o;
	if (i && e[-1].state > e->state)
		wrong(l, "state", "is out of order");
	if (i && e[-1].state == e->state && e[-1].index >= e->index)
		wrong(l, "index", "is out of order");
}

CHECK_FACTS(msi_irq)
{
	const struct msi_irq *irq = object;

	(void)o;
	if (i && irq[-1].state > irq->state)
		wrong(l, "state", "is out of order");
}

static bool is_null(const struct members *o, const char *key)
{
	for (size_t i = 0; i < o->list->n; i++) {
		const struct json_value v = o->value[i];

		if (!strcmp(o->list->rows[i].key, key))
			return !v.at || json_kind(v) == JSON_NULL;
	}
	return true;
}

/* Of two registers either both are there or neither. */
CHECK_FACTS(iommu)
{
	struct iommu *iommu = object;

	(void)i;
	iommu->has_cap = iommu->has_cap && !is_null(o, "ecap");
	if (iommu->has_features && is_null(o, "features_second"))
		wrong(l, "features_second", "is missing");
}

CHECK_FACTS(region)
{
	const struct region *r = object;

	(void)o;
	(void)i;
	if (!r->word == (r->type == REGION_UNKNOWN))
		wrong(l, "word", "does not go with the type");
}

static void check_length(struct loader *l, const char *key, const char *text)
{
	if (text && strlen(text) > FAULT_TEXT_MAX)
		wrong(l, key, "is too long");
}

CHECK_FACTS(fault)
{
	const struct fault *f = object;

	(void)o;
	(void)i;
	if (!f->count)
		wrong(l, "count", "is 0");
	if (f->requester == REQUESTER_FUNCTION && f->id > UINT16_MAX)
		wrong(l, "id", "is no function's");
	check_length(l, "time", f->time);
	check_length(l, "iommu", f->iommu);
	check_length(l, "client", f->client);
	check_length(l, "reason", f->reason);
}

CHECK_FACTS(qemu_line)
{
	const struct qemu_line *q = object;

	(void)o;
	(void)i;
	if (q->has_range && range_is_inverted(q->range))
		wrong(l, "last", "is below the first address");
}

CHECK_FACTS(device)
{
	struct device *d = object;

	(void)o;
	(void)i;
	if (d->bus == BUS_PCI && !pci_address_parse(d->name, &d->address))
		wrong(l, "name", "is not a PCI address");
}

CHECK_FACTS(resource)
{
	const struct resource *r = object;

	(void)o;
	(void)i;
	if (range_is_inverted(r->range))
		wrong(l, "last", "is below the first address");
}

CHECK_FACTS(range)
{
	const struct range *r = object;

	(void)o;
	if (range_is_inverted(*r) || (i && r->first <= r[-1].last))
		wrong(l, "ranges", "are not in ascending order");
}

static int compare_indices(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* In the order of the host those of one group stand together. */
static void sort_devices(struct loader *l, struct inquiry *q)
{
	if (!q->n_devices) {
		wrong(l, "devices", "names none");
		return;
	}
	qsort(q->devices, q->n_devices, sizeof(*q->devices), compare_indices);
	for (size_t i = 1; i < q->n_devices; i++) {
		if (q->devices[i] == q->devices[i - 1])
			wrong(l, "devices", "names a device twice");
	}
}

CHECK_FACTS(inquiry)
{
	struct inquiry *q = object;
	bool is_one = false;

	(void)o;
	(void)i;
	sort_devices(l, q);
	if (!q->error != !q->call)
		wrong(l, "call", "does not go with errno");
	for (size_t d = 0; d < q->n_devices; d++)
		is_one = is_one || q->devices[d] == q->failed_at;
	if (!q->error == is_one || (q->failed_at != NO_INDEX && !is_one))
		wrong(l, "failed_at", "is not one of the devices");
}
