/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IVRS: init_unity_map_range and amd_iommu_get_resv_regions (drivers/iommu/amd/init.c,
 * iommu.c). A device is matched by its own requester id, not by its alias; one that is
 * not PCI has the id that an IVHD gives its ACPI hardware id (get_acpihid_device_id).
 */
#include <string.h>

#include "analyze/firmware.h"
#include "analyze/match.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "firmware/ivrs.h"

static const struct ivrs *ivrs_of(const struct analysis *a)
{
	return table_view(a, &table_ivrs)->parsed;
}

static const struct ivmd *ivmd_of(const struct analysis *a, const struct entry *e)
{
	return &ivrs_of(a)->ivmds[e->source];
}

/* --- Entries --- */

static void add_entries(const struct host *host, const struct analysis *a,
			struct firmware *out)
{
	const struct ivrs *ivrs = ivrs_of(a);

	(void)host;
	for (size_t i = 0; i < ivrs->n_ivmds; i++) {
		const struct ivmd *m = &ivrs->ivmds[i];
		struct entry *e = ADD(out, entries);

		e->table = &table_ivrs;
		e->number = m->number;
		e->source = i;
		e->node = NO_INDEX;
		e->offset = m->offset;
		e->written = range_of_length(m->start, m->length);
		e->listed = ivmd_listed_range(m);
		e->type = REGION_DIRECT;
		e->no_permission = ivmd_has_no_permission(m);
		/* Functions of one slot share a group anyway. */
		e->is_wide = m->first_id >> 3 != m->last_id >> 3;
		if (!(m->flags & (IVMD_UNITY | IVMD_EXCLUSION)))
			e->ignored =
				"neither the unity nor the exclusion flag is set, so the "
				"kernel skips the entry";
	}
}

/* Is d an instance of this ACPI hardware id: "MSFT0201:00"? */
static bool has_hid(const struct device *d, const char *hid)
{
	size_t len = strlen(hid);

	return len && !strncmp(d->name, hid, len) && d->name[len] == ':';
}

/*
 * The id of a device that is not PCI. False if no entry names it, or several do and give
 * different ids: its UID would tell them apart.
 */
static bool id_of_acpi_device(const struct ivrs *ivrs, const struct device *d,
			      uint32_t *segment, uint16_t *id)
{
	bool found = false;

	for (size_t i = 0; i < ivrs->n_ivhds; i++) {
		const struct ivhd *h = &ivrs->ivhds[i];

		for (size_t k = 0; h->chosen && k < h->n_entries; k++) {
			const struct ivhd_entry *e = &ivrs->entries[h->first_entry + k];

			if (!has_hid(d, e->hid))
				continue;
			if (found && (e->device_id != *id || h->segment != *segment))
				return false;
			*segment = h->segment;
			*id = e->device_id;
			found = true;
		}
	}
	return found;
}

/* Has a unit this id: one of its entries names it, or a range of them does. */
static bool serves(const struct ivrs *ivrs, const struct ivhd *h, uint16_t id)
{
	uint16_t first = 0;

	for (size_t i = h->first_entry; i < h->first_entry + h->n_entries; i++) {
		const struct ivhd_entry *e = &ivrs->entries[i];

		switch (e->type) {
		case IVHD_ENTRY_ALL:
			return true;
		case IVHD_ENTRY_SELECT:
		case IVHD_ENTRY_ALIAS:
		case IVHD_ENTRY_EXTENDED:
			if (e->device_id == id)
				return true;
			break;
		case IVHD_ENTRY_RANGE:
		case IVHD_ENTRY_ALIAS_RANGE:
		case IVHD_ENTRY_EXTENDED_RANGE:
			first = e->device_id;
			break;
		case IVHD_ENTRY_RANGE_END:
			if (first <= id && id <= e->device_id)
				return true;
			break;
		default:
			break;
		}
	}
	return false;
}

/* Would a device that is in no group be behind an IOMMU? The IOMMU's own function is not.
 */
static bool is_served(const struct ivrs *ivrs, uint32_t segment, uint16_t id)
{
	bool served = false;

	for (size_t i = 0; i < ivrs->n_ivhds; i++) {
		const struct ivhd *h = &ivrs->ivhds[i];

		if (!h->chosen || h->segment != segment)
			continue;
		if (h->device_id == id)
			return false;
		served = served || serves(ivrs, h, id);
	}
	return served;
}

static void match(const struct host *host, const struct analysis *a, size_t device,
		  enum iommu_kind kind, struct firmware *out)
{
	const struct device *d = &host->devices[device];
	const struct ivrs *ivrs = ivrs_of(a);
	uint32_t segment = d->address.domain;
	uint16_t id = requester_id(d);

	if (kind != IOMMU_AMD)
		return;
	if (d->bus != BUS_PCI && !id_of_acpi_device(ivrs, d, &segment, &id))
		return;
	if (d->group == NO_GROUP && !is_served(ivrs, segment, id))
		return;
	out->tables_known[device] = table_view(a, &table_ivrs)->complete;
	for (size_t i = 0; i < out->n_entries; i++) {
		const struct entry *e = &out->entries[i];
		const struct ivmd *m;

		if (e->table != &table_ivrs || e->ignored)
			continue;
		m = &ivrs->ivmds[e->source];
		if (m->segment == segment && m->first_id <= id && id <= m->last_id)
			add_claim(out, device, i);
	}
}

static void add_id(struct text *t, unsigned id)
{
	text_printf(t, "0x%04x (%02x:%02x.%x)", id, id >> 8, id >> 3 & 0x1f, id & 7);
}

static char *why_no_device(const struct host *host, const struct analysis *a,
			   const struct entry *e)
{
	const struct ivmd *m = ivmd_of(a, e);
	struct text t = { 0 };

	if (!host_source_usable(host, SOURCE_PCI) &&
	    !host_source_usable(host, SOURCE_GROUPS))
		return NULL;
	text_add(&t, "no device here has the requester id ");
	add_id(&t, m->first_id);
	if (m->last_id != m->first_id) {
		text_add(&t, " to ");
		add_id(&t, m->last_id);
	}
	return text_take(&t);
}

/* Has a device that is not PCI, and so no requester of its own, this id? */
static bool is_of_acpi_device(const struct host *host, const struct ivrs *ivrs,
			      uint16_t id)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		uint32_t segment;
		uint16_t own;

		if (host->devices[i].bus != BUS_PCI &&
		    id_of_acpi_device(ivrs, &host->devices[i], &segment, &own) &&
		    own == id)
			return true;
	}
	return false;
}

static bool names_absent(const struct host *host, const struct analysis *a,
			 const struct entry *e, const uint32_t *segment, uint16_t id)
{
	const struct ivmd *m = ivmd_of(a, e);

	return !e->ignored && (!segment || *segment == m->segment) && m->first_id <= id &&
	       id <= m->last_id && !is_of_acpi_device(host, ivrs_of(a), id);
}

static char *whom(const struct analysis *a, const struct entry *e)
{
	const struct ivmd *m = ivmd_of(a, e);
	cleanup_free char *ids = ivmd_ids_text(m);

	return text_format("%s, flags 0x%02x (%s)", ids, m->flags, ivmd_flags_text(m));
}

/* --- What else it says --- */

struct ivrs_info ivrs_info(const struct analysis *a)
{
	uint32_t info = ivrs_of(a)->info;

	return (struct ivrs_info){ info, IVRS_INFO_OFFSET, info & IVINFO_DMA_PROTECTION };
}

struct ivmd_view ivmd_view(const struct analysis *a, const struct entry *e)
{
	const struct ivmd *m = ivmd_of(a, e);

	return (struct ivmd_view){ m->type, m->flags & IVMD_EXCLUSION, m->segment,
				   m->first_id, m->last_id };
}

char *ivmd_ids(const struct analysis *a, const struct entry *e)
{
	return ivmd_ids_text(ivmd_of(a, e));
}

/* The unit that a device entry is of. */
static const struct ivhd *unit_of(const struct ivrs *ivrs, size_t entry)
{
	for (size_t i = 0; i < ivrs->n_ivhds; i++) {
		const struct ivhd *h = &ivrs->ivhds[i];

		if (entry >= h->first_entry && entry - h->first_entry < h->n_entries)
			return h;
	}
	return NULL;
}

bool ivrs_next_acpi_device(const struct analysis *a, size_t *from,
			   struct ivrs_acpi_device *out)
{
	const struct ivrs *ivrs = ivrs_of(a);

	for (size_t i = *from; i < ivrs->n_entries; i++) {
		const struct ivhd_entry *e = &ivrs->entries[i];
		const struct ivhd *h = *e->hid ? unit_of(ivrs, i) : NULL;

		if (!h || !h->chosen)
			continue;
		*out = (struct ivrs_acpi_device){ e->hid, h->segment, e->device_id,
						  e->offset };
		*from = i + 1;
		return true;
	}
	return false;
}

static void parse(const void *bytes, size_t size, void *parsed, struct records *records)
{
	ivrs_parse(bytes, size, parsed, records);
}

static void clear(void *parsed)
{
	ivrs_clear(parsed);
}

const struct firmware_table table_ivrs = {
	.signature = "IVRS",
	.path = "/sys/firmware/acpi/tables/IVRS",
	.announces_iommu = TRISTATE_YES,
	.iommu = IOMMU_AMD,
	.parsed_size = sizeof(struct ivrs),
	.parse = parse,
	.clear = clear,
	.word = "ivmd",
	.entry = "IVMD",
	.plural = "IVMDs",
	.way_out = "Switch off pre-boot DMA protection in the firmware setup, update the "
		   "firmware,",
	.slot_matters = true,
	.add_entries = add_entries,
	.match = match,
	.why_no_device = why_no_device,
	.names_absent = names_absent,
	.whom = whom,
};
