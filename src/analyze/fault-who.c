/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who asked: from the requester of a DMA fault to the device. Aliases of PCI functions:
 * pci_for_each_dma_alias, drivers/pci/search.c. VT-d prints no segment, and stream ids
 * are those of one SMMU: what several devices may be is nobody's.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/fault.h"
#include "analyze/firmware.h"
#include "analyze/match.h"
#include "analyze/parts.h"
#include "base/text.h"

/* A PCI function that is here; key: its segment << 16 | its requester id. */
struct function {
	uint64_t key;
	size_t device;
};

/* What the faults of a host are looked up in; functions are sorted by key. */
struct search {
	const struct host *host;
	const struct analysis *a;
	ARRAY_OF(struct function, functions);
};

static int compare_functions(const void *a, const void *b)
{
	const struct function *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static void add_functions(struct search *s)
{
	for (size_t i = 0; i < s->host->n_devices; i++) {
		const struct device *d = &s->host->devices[i];

		if (d->bus == BUS_PCI)
			*ADD(s, functions) = (struct function){
				(uint64_t)d->address.domain << 16 | requester_id(d), i
			};
	}
	if (s->n_functions)
		qsort(s->functions, s->n_functions, sizeof(*s->functions),
		      compare_functions);
}

/* Index of the first function of a key or above. */
static size_t first_from(const struct search *s, uint64_t key)
{
	size_t low = 0, high = s->n_functions;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->functions[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The device of a key; NO_INDEX: none. */
static size_t function_at(const struct search *s, uint64_t key)
{
	size_t i = first_from(s, key);

	return i < s->n_functions && s->functions[i].key == key ? s->functions[i].device
								: NO_INDEX;
}

/* A bridge that leads to the bus of a key, where no function below it was seen. */
static size_t empty_bridge_to(const struct search *s, uint64_t key)
{
	for (size_t i = first_from(s, key >> 16 << 16); i < s->n_functions; i++) {
		const struct device *d = &s->host->devices[s->functions[i].device];

		if (s->functions[i].key >> 16 != key >> 16)
			break;
		if (d->secondary_bus && d->secondary_bus == (key >> 8 & 0xff))
			return s->functions[i].device;
	}
	return NO_INDEX;
}

/* The bridge that leads to the bus of a key, whose requests may have number 0 of it. */
static size_t bridge_to(const struct search *s, uint64_t key)
{
	for (size_t i = first_from(s, key); i < s->n_functions; i++) {
		const struct device *d = &s->host->devices[s->functions[i].device];
		const struct device *bridge = d->topology_known && d->parent
						      ? host_device(s->host, d->parent)
						      : NULL;

		if (s->functions[i].key >> 8 != key >> 8)
			break;
		if (bridge)
			return device_index(s->host, bridge);
	}
	return empty_bridge_to(s, key);
}

/* --- Segments --- */

/* The IOMMU that a fault names, as /sys/class/iommu has it; NO_INDEX: not told. */
static size_t unit_of(const struct host *host, const struct fault *f)
{
	for (size_t i = 0; f->iommu && i < host->n_iommus; i++) {
		if (host->iommus[i].kind == f->kind &&
		    !strcmp(host->iommus[i].name, f->iommu))
			return i;
	}
	return NO_INDEX;
}

/* A unit of VT-d serves one segment: that of its entry, or of a device behind it. */
static bool segment_of_unit(const struct search *s, size_t unit, uint32_t *segment)
{
	const char *text = s->host->iommus[unit].address;
	uint64_t base;

	for (size_t i = 0; i < s->n_functions; i++) {
		const struct device *d = &s->host->devices[s->functions[i].device];

		if (d->iommu == unit) {
			*segment = d->address.domain;
			return true;
		}
	}
	return text && text_to_number(text, 16, UINT64_MAX, &base) &&
	       dmar_unit_segment(s->a, base, segment);
}

/* The segment that a function is in, as far as the line or its unit tells. */
static void find_segment(const struct search *s, const struct fault *f,
			 struct fault_view *v)
{
	size_t unit = f->kind == IOMMU_INTEL ? unit_of(s->host, f) : NO_INDEX;

	v->segment = f->segment;
	v->segment_known = f->has_segment;
	if (!v->segment_known && unit != NO_INDEX)
		v->segment_known = segment_of_unit(s, unit, &v->segment);
	if (!v->segment_known && f->kind == IOMMU_INTEL)
		v->segment_known = dmar_only_segment(s->a, &v->segment);
}

/* --- Functions --- */

static void set_device(const struct host *host, struct fault_view *v, size_t device,
		       enum fault_who who)
{
	uint32_t id = host->devices[device].group;

	v->device = device;
	v->who = who;
	v->group = id == NO_GROUP ? NO_INDEX : group_index(host, host_group(host, id));
}

static enum fault_who kind_of(const struct host *host, size_t device)
{
	return device_is_pci_bridge(&host->devices[device]) ? WHO_BRIDGE : WHO_DEVICE;
}

/*
 * Phantom functions, and controllers that use a function they do not have, lead to
 * function 0 of the slot. Not so virtual functions: one that is not here is gone, and a
 * function 0 that has some may have had it. *gone is then false.
 */
static size_t slot_of(const struct search *s, uint64_t key, bool *gone)
{
	size_t slot = function_at(s, key & ~(uint64_t)7);
	const struct device *d = slot == NO_INDEX ? NULL : &s->host->devices[slot];

	if (!d || !d->address.bus || d->is_virtual_function == TRISTATE_YES)
		return NO_INDEX;
	if (d->is_virtual_function == TRISTATE_NO && !s->a->devices[slot].n_virtual)
		return slot;
	*gone = false;
	return NO_INDEX;
}

/* Who it may be, over all segments; a function itself goes before the alias of one. */
struct suspects {
	enum fault_who who;
	size_t n;
	size_t device[FAULT_SUSPECTS]; /* the first of them */
	bool gone;		       /* where there is none, it is not here */
};

static void suspect(struct suspects *out, size_t device, enum fault_who who)
{
	if (who != WHO_ALIAS && out->who == WHO_ALIAS)
		out->n = 0;
	else if (who == WHO_ALIAS && out->n && out->who != WHO_ALIAS)
		return;
	out->who = who;
	if (out->n < FAULT_SUSPECTS)
		out->device[out->n] = device;
	out->n++;
}

/*
 * Behind a bridge to conventional PCI requests have the bridge's id, or number 0 of the
 * bus behind it.
 */
static void search_segment(const struct search *s, uint64_t key, struct suspects *out)
{
	size_t exact = function_at(s, key);
	size_t bridge = exact == NO_INDEX && !(key & 0xff) ? bridge_to(s, key) : NO_INDEX;
	size_t slot = exact == NO_INDEX && bridge == NO_INDEX
			      ? slot_of(s, key, &out->gone)
			      : NO_INDEX;

	if (exact != NO_INDEX)
		suspect(out, exact, kind_of(s->host, exact));
	else if (bridge != NO_INDEX)
		suspect(out, bridge, WHO_BRIDGE);
	else if (slot != NO_INDEX)
		suspect(out, slot, WHO_ALIAS);
}

/* Segments above 16 bits are the kernel's own: their functions ask as another (VMD). */
static void search_segments(const struct search *s, uint16_t id, struct suspects *out)
{
	for (size_t i = 0; i < s->n_functions;) {
		uint64_t segment = s->functions[i].key >> 16;

		if (segment > UINT16_MAX)
			break;
		search_segment(s, segment << 16 | id, out);
		i = first_from(s, (segment + 1) << 16);
	}
}

static void find_function(const struct search *s, const struct fault *f,
			  struct fault_view *v)
{
	struct suspects found = { .gone = host_source_usable(s->host, SOURCE_PCI) };

	find_segment(s, f, v);
	if (v->segment_known)
		search_segment(s, (uint64_t)v->segment << 16 | (uint16_t)f->id, &found);
	else
		search_segments(s, (uint16_t)f->id, &found);
	if (found.n == 1) {
		set_device(s->host, v, found.device[0], found.who);
	} else if (found.n) {
		v->n_suspects = found.n;
		memcpy(v->suspects, found.device, sizeof(v->suspects));
	} else if (found.gone) {
		v->who = WHO_ABSENT;
	}
}

/* --- Streams and endpoints --- */

/* The registers of the SMMU of a line: base NULL where any SMMU of the table will do. */
struct smmu {
	bool known;
	uint64_t base;
};

/*
 * SMMUs of the IORT are named by a running number ("arm-smmu-v3.1.auto"), and /proc/iomem
 * has that name at their registers (platform_device_add, drivers/base/platform.c). Where
 * the table has one only, it is that.
 */
static struct smmu smmu_of(const struct search *s, const struct fault *f)
{
	struct smmu smmu = { false, 0 };

	for (size_t i = 0; f->iommu && i < s->host->n_memory; i++) {
		const struct memory *m = &s->host->memory[i];

		if (m->source == SOURCE_IOMEM && m->range.first &&
		    !strcmp(m->name, f->iommu))
			return (struct smmu){ true, m->range.first };
	}
	smmu.known = iort_only_smmu(s->a, f->kind == IOMMU_SMMUV3, &smmu.base);
	return smmu;
}

static bool has_stream(const struct search *s, const struct device *d,
		       const struct fault *f, const struct smmu *smmu)
{
	if (dtb_has_stream(s->a, d, f->iommu, f->id))
		return true;
	if (f->requester == REQUESTER_ENDPOINT)
		return viot_has_endpoint(s->host, s->a, d, f->id);
	return smmu->known && iort_has_stream(s->a, d, smmu->base, f->id);
}

/* Of a stream or endpoint, where firmware gives it to one device. */
static void find_stream(const struct search *s, const struct fault *f,
			struct fault_view *v)
{
	struct smmu smmu = smmu_of(s, f);
	size_t found = NO_INDEX;

	for (size_t i = 0; i < s->host->n_devices; i++) {
		if (!has_stream(s, &s->host->devices[i], f, &smmu))
			continue;
		if (found != NO_INDEX)
			return;
		found = i;
	}
	if (found != NO_INDEX)
		set_device(s->host, v, found, kind_of(s->host, found));
}

static void find_requester(const struct search *s, const struct fault *f,
			   struct fault_view *v)
{
	const struct device *client = f->client ? host_device(s->host, f->client) : NULL;

	if (client)
		set_device(s->host, v, device_index(s->host, client), WHO_DEVICE);
	else if (f->requester == REQUESTER_FUNCTION)
		find_function(s, f, v);
	else if (f->requester == REQUESTER_STREAM || f->requester == REQUESTER_ENDPOINT)
		find_stream(s, f, v);
}

bool fault_same_requester(const struct fault *a, const struct fault *b)
{
	return a->kind == b->kind && a->requester == b->requester && a->id == b->id &&
	       a->has_segment == b->has_segment && a->segment == b->segment &&
	       (a->requester == REQUESTER_FUNCTION || !a->iommu || !b->iommu ||
		!strcmp(a->iommu, b->iommu));
}

/* The view of an earlier fault of the same requester; NULL: this is the first. */
static const struct fault_view *seen_before(const struct host *host, size_t fault,
					    const struct fault_view *views)
{
	const struct fault *f = &host->faults[fault];

	for (size_t i = 0; i < fault; i++) {
		const struct fault *g = &host->faults[i];

		if (fault_same_requester(f, g) && text_equals(f->iommu, g->iommu) &&
		    text_equals(f->client, g->client))
			return &views[i];
	}
	return NULL;
}

void find_requesters(const struct host *host, const struct analysis *a,
		     struct fault_view *out)
{
	struct search s = { .host = host, .a = a };

	if (host->n_faults)
		add_functions(&s);
	for (size_t i = 0; i < host->n_faults; i++) {
		const struct fault_view *before = seen_before(host, i, out);

		if (before)
			out[i] = *before;
		else
			find_requester(&s, &host->faults[i], &out[i]);
	}
	free(s.functions);
}
