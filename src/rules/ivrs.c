/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What AMD's IVRS table asks for, and what the kernel makes of it
 * (drivers/iommu/amd/init.c, init_unity_map_range).
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/firmware.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "rules/fault.h"
#include "rules/rules.h"

static bool is_ivmd(const struct entry *e)
{
	return e->table == &table_ivrs && !e->ignored;
}

/* A table alone was given: there is no host to speak of. */
static bool is_offline(const struct judge *j)
{
	return j->host->n_devices == 0;
}

/* The entry with all that tells whose it is. */
static void add_ivmd_alone(struct judge *j, struct finding *f, const struct entry *e)
{
	cleanup_free char *name = entry_text(j->analysis, e);
	cleanup_free char *whom = entry_whom(j->analysis, e);
	cleanup_free char *text = text_format(
		"%s: 0x%" PRIx64 "-0x%" PRIx64 ", type %02xh, %s", name, e->written.first,
		e->written.last, ivmd_view(j->analysis, e).type, whom);

	finding_add_place(f, "IVRS", e->offset, text);
}

/* And the devices that are given it. */
static void add_ivmd(struct judge *j, struct finding *f, const struct entry *e)
{
	add_ivmd_alone(j, f, e);
	for_each_claim (c, j, e)
		finding_add_device(j, f, &j->host->devices[c->device]);
}

static const struct group *group_of(const struct judge *j, const struct claim *c)
{
	return host_group(j->host, j->host->devices[c->device].group);
}

/* --- ivmd-without-permission --- */

static bool is_lost_in_dma_domain(const struct judge *j, const struct entry *e)
{
	for_each_claim (c, j, e) {
		const struct group *g = group_of(j, c);

		if (!g || group_is_dma(j, g))
			return true;
	}
	return false;
}

/*
 * Where no device is in a group the IOMMU is lost already; on 6.1 only the mapping is. In
 * an identity domain nothing is mapped, so nothing fails.
 */
static enum severity severity_without_permission(const struct judge *j,
						 const struct entry *e)
{
	if (is_offline(j) || is_lost_in_dma_domain(j, e))
		return SEVERITY_CRITICAL;
	return e->n_claims ? SEVERITY_WARNING : SEVERITY_INFO;
}

static void check_ivmd_without_permission(struct judge *j)
{
	for_each_entry (e, j) {
		const struct log_line *line;
		cleanup_free char *ids = NULL;
		struct finding *f;

		if (!e->no_permission)
			continue;
		ids = ivmd_ids(j->analysis, e);
		line = j->host->n_groups ? NULL : log_of_giving_up(j->host);
		f = found(
			j, severity_without_permission(j, e),
			line ? CONFIDENCE_OBSERVED : CONFIDENCE_DERIVED, NULL,
			"No page table takes what IVMD %u asks for: a mapping for %s that may be "
			"neither read nor written.",
			e->number, ids);
		add_ivmd(j, f, e);
		if (line)
			finding_add_log(j, f, line);
		if (is_offline(j))
			continue;
		finding_advise_passthrough(
			j, f, NULL,
			"Update the firmware, or override the IVRS with one that has the read "
			"and write flags (0x07) or lacks the entry.");
		if (finding_rests_on(j, f, BEHAVIOUR_DIRECT_FAILURE_LOSES_IOMMU,
				     IOMMU_AMD) == TRISTATE_NO) {
			(void)finding_rests_on(j, f, BEHAVIOUR_DIRECT_FAILURE_IGNORED,
					       IOMMU_AMD);
			finding_kernel(
				j, f,
				"lists the range and ignores that the mapping fails; a newer one stops using the whole IOMMU.");
		} else {
			finding_kernel(
				j, f,
				"stops using the whole IOMMU when it has to map this in a DMA "
				"domain, and logs \"%s\"",
				behaviours[BEHAVIOUR_DIRECT_FAILURE_LOSES_IOMMU].log);
		}
	}
}

const struct rule rule_ivmd_without_permission = {
	.id = "ivmd-without-permission",
	.title = "An IVMD asks for a mapping without any permission",
	.severity = SEVERITY_CRITICAL,
	.table = "IVRS",
	.offline = true,
	.check = check_ivmd_without_permission,
	.meaning =
		"The flags say unity mapping, but neither read nor write (nor exclusion, which "
		"means both). The kernel passes that on to a page table, which refuses an entry "
		"without permissions.",
	.behaviours = RESTS_ON(BEHAVIOUR_DIRECT_FAILURE_LOSES_IOMMU,
			       BEHAVIOUR_DIRECT_FAILURE_IGNORED),
	.kernels =
		"All devices of the IOMMU lose their groups; where the error is ignored the range "
		"is listed and not mapped.",
	.advice =
		"Update the firmware, or override the IVRS with one that has the read and write "
		"flags (0x07) or lacks the entry. Until then boot with iommu.passthrough=1.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

/* --- ivmd-wide-range --- */

/* The wide entries of a table, and whom they concern. */
struct wide {
	const struct entry *first; /* NULL: there is none */
	size_t n_entries;
	bool same_ids;		   /* they are all for the same device ids */
	const struct device *user; /* given away, or about to be; NULL: none is */
	size_t n_users;
	bool *concerned;	    /* which devices; owned */
	size_t n_devices, n_groups; /* concerned */
	size_t n_free_groups;	    /* without a direct line */
};

static void count_wide_entries(const struct judge *j, struct wide *w)
{
	w->same_ids = true;
	for_each_entry (e, j) {
		struct ivmd_view m, first;

		if (!is_ivmd(e) || !e->is_wide)
			continue;
		m = ivmd_view(j->analysis, e);
		w->first = w->first ? w->first : e;
		w->n_entries++;
		first = ivmd_view(j->analysis, w->first);
		w->same_ids = w->same_ids && m.first_id == first.first_id &&
			      m.last_id == first.last_id;
	}
}

/* Devices are in the order of their groups, and so is what is marked. */
static void count_concerned(const struct judge *j, struct wide *w)
{
	uint32_t group = NO_GROUP;

	w->concerned = xcalloc(j->host->n_devices, sizeof(bool));
	for (size_t i = 0; i < j->analysis->firmware.n_claims; i++) {
		const struct claim *c = &j->analysis->firmware.claims[i];

		if (c->entry != NO_INDEX &&
		    j->analysis->firmware.entries[c->entry].is_wide)
			w->concerned[c->device] = true;
	}
	for (size_t i = 0; i < j->host->n_devices; i++) {
		const struct device *d = &j->host->devices[i];

		if (!w->concerned[i])
			continue;
		w->n_devices++;
		w->n_groups += d->group != NO_GROUP && d->group != group;
		group = d->group;
		if (j->analysis->devices[i].for_user) {
			w->user = w->user ? w->user : d;
			w->n_users++;
		}
	}
	for_each_group (g, j->host)
		w->n_free_groups += view_of_group(j, g)->n_direct == 0;
}

/* Whom a wide range concerns, and whether the kernel refuses them. */
enum wide_case { WIDE_OFFLINE, WIDE_USER, WIDE_USERS, WIDE_NO_USER };

static const char *const wide_wordings[][2] = {
	[WIDE_OFFLINE] = { "{demand}. Each of them has a direct region, and none can be passed "
			   "through to a VM.",
			   "{demand}. Each of them has a direct region, and none can be passed "
			   "through to a VM." },
	[WIDE_USER] = { "{user} loses the identity mapping of memory that firmware reserves "
			"when it is passed through to a VM. It is not this device's fault: "
			"{demand}, here {devices} in {groups}.",
			"{user} cannot be passed through to a VM. It is not this device's "
			"fault: {demand}, here {devices} in {groups}." },
	[WIDE_USERS] = { "{user} lose the identity mapping of memory that firmware reserves "
			 "when they are passed through to a VM. It is not these devices' "
			 "fault: {demand}, here {devices} in {groups}.",
			 "{user} cannot be passed through to a VM. It is not these devices' "
			 "fault: {demand}, here {devices} in {groups}." },
	[WIDE_NO_USER] = { "{devices} in {groups} would lose the identity mapping of memory "
			   "that firmware reserves when passed through to a VM: {demand}.",
			   "{devices} in {groups} cannot be passed through to a VM: "
			   "{demand}." },
};

static enum wide_case wide_case(const struct judge *j, const struct wide *w)
{
	if (is_offline(j))
		return WIDE_OFFLINE;
	if (!w->user)
		return WIDE_NO_USER;
	return w->n_users > 1 ? WIDE_USERS : WIDE_USER;
}

/* "IVMD 0 of the IVRS reserves 0x872d8000-0x872d9fff for device ids 0000-0fff (...)" */
static char *demand_text(const struct judge *j, const struct wide *w)
{
	cleanup_free char *ids = ivmd_ids(j->analysis, w->first);
	cleanup_free char *range = text_of_range(w->first->written);

	if (w->n_entries == 1)
		return text_format("IVMD %u of the IVRS reserves %s for %s",
				   w->first->number, range, ids);
	return text_format("%zu IVMDs of the IVRS reserve memory for %s%s", w->n_entries,
			   ids, w->same_ids ? "" : " and others");
}

/* The devices for a VM: the first, and how many more. */
static char *users_text(const struct wide *w)
{
	if (!w->user)
		return xstrdup("");
	return w->n_users > 1
		       ? text_format("%s and %zu more", w->user->name, w->n_users - 1)
		       : xstrdup(w->user->name);
}

static char *wide_text(const struct judge *j, const struct wide *w, bool refuses)
{
	const struct text_word words[] = {
		{ "demand", demand_text(j, w) },
		{ "user", users_text(w) },
		{ "devices", text_of_count(w->n_devices, "device", "devices") },
		{ "groups", text_of_count(w->n_groups, "group", "groups") },
	};

	return text_fill(wide_wordings[wide_case(j, w)][refuses], words,
			 ARRAY_SIZE(words));
}

static enum severity wide_severity(const struct judge *j, const struct wide *w,
				   bool refuses)
{
	if (is_offline(j))
		return SEVERITY_WARNING;
	if (w->user)
		return refuses ? SEVERITY_ERROR : SEVERITY_CRITICAL;
	return w->n_groups > 1 ? SEVERITY_WARNING : SEVERITY_INFO;
}

static struct finding *report_wide(struct judge *j, const struct wide *w, bool refuses)
{
	cleanup_free char *message = wide_text(j, w, refuses);

	return found(j, wide_severity(j, w, refuses), CONFIDENCE_DERIVED, NULL, "%s",
		     message);
}

static void add_concerned(struct judge *j, struct finding *f, const struct wide *w,
			  bool for_user)
{
	for (size_t i = 0; i < j->host->n_devices; i++) {
		if (w->concerned[i] && j->analysis->devices[i].for_user == for_user)
			finding_add_device(j, f, &j->host->devices[i]);
	}
}

/* Devices that are given away come first. */
static void add_wide_entries(struct judge *j, struct finding *f, const struct wide *w)
{
	const struct group *g = w->user ? host_group(j->host, w->user->group) : NULL;

	add_concerned(j, f, w, true);
	add_concerned(j, f, w, false);
	for (size_t i = 0; g && i < g->n_regions; i++) {
		const struct region *r = &j->host->regions[g->first_region + i];

		if (wide_entry_of(j->host, j->analysis, r))
			finding_add_region(j, f, r);
	}
	for_each_entry (e, j) {
		if (is_ivmd(e) && e->is_wide)
			add_ivmd_alone(j, f, e);
	}
	if (w->user)
		finding_add_driver(f, w->user);
}

#define OVERRIDE_IVRS                                                                    \
	"override the IVRS (higher OEM revision, Secure Boot off) with one whose range " \
	"leaves the device out. iommu=pt, an ACS override and another slot on these "    \
	"buses do not help."
#define WHERE_PROTECTION                                                                 \
	"Look in the firmware setup for Pre-boot DMA Protection, Kernel DMA Protection " \
	"Indicator or the like; some boards show it only once IOMMU is set to Enabled, " \
	"some not at all."

/* By whether IVinfo says that DMA protection is on. */
static const char *const protection_advice[] = {
	[false] =
		"Update the firmware, or " OVERRIDE_IVRS
		" IVinfo says that firmware's DMA protection is off already, so no switch of "
		"the firmware setup is to blame.",
	[true] =
		"Switch off firmware's DMA protection (IVinfo says that it is on). " WHERE_PROTECTION
		" Otherwise update the firmware, or " OVERRIDE_IVRS,
};

/* What IVinfo says of DMA before the boot. */
static void add_info(struct judge *j, struct finding *f)
{
	struct ivrs_info info = ivrs_info(j->analysis);
	bool on = info.dma_protection;
	cleanup_free char *text =
		text_format("IVinfo 0x%08" PRIx32
			    ": bit 1 is %s, DMA protection before the boot is %s",
			    info.value, on ? "set" : "clear", on ? "on" : "off");

	finding_add_place(f, "IVRS", info.offset, text);
}

/* Firmware that uses the IOMMU before the boot leaves such entries behind. */
static void add_dma_protection(struct judge *j, struct finding *f, const struct wide *w)
{
	bool on = ivrs_info(j->analysis).dma_protection;

	add_info(j, f);
	finding_advise(f, "%s",
		       host_is_guest(j) ? j->rule->guest_advice : protection_advice[on]);
	if (w->n_free_groups)
		finding_advise(f, "%s %zu %s no direct region.", f->advice,
			       w->n_free_groups,
			       one_or_many(w->n_free_groups, "group of this host has",
					   "groups of this host have"));
}

static void report_wide_range(struct judge *j, const struct wide *w)
{
	bool refuses =
		kernel_does(j->host, BEHAVIOUR_DIRECT_REFUSED, IOMMU_AMD) != TRISTATE_NO;
	struct finding *f = report_wide(j, w, refuses);

	add_wide_entries(j, f, w);
	add_dma_protection(j, f, w);
	for_each_claim (c, j, w->first) {
		const struct group *g = group_of(j, c);

		if (g) {
			finding_refusal(j, f, g);
			break;
		}
	}
}

static void check_ivmd_wide_range(struct judge *j)
{
	struct wide w = { 0 };

	count_wide_entries(j, &w);
	if (!w.first)
		return;
	count_concerned(j, &w);
	if (w.n_devices || is_offline(j))
		report_wide_range(j, &w);
	free(w.concerned);
}

const struct rule rule_ivmd_wide_range = {
	.id = "ivmd-wide-range",
	.title = "An IVMD reserves memory for many devices at once",
	.severity = SEVERITY_CRITICAL,
	.of_assignment = true,
	.table = "IVRS",
	.offline = true,
	.explains = OBSTACLE_BIT(OBSTACLE_DIRECT),
	.no_command = true,
	.check = check_ivmd_wide_range,
	.meaning =
		"Firmware reserves one range of memory for all devices of some buses. Each of them "
		"then has a direct region, so the kernel passes none through to a VM, whatever device "
		"it is. Seen on AM5 boards and laptops: the protection against DMA before the boot "
		"(bit 1 of IVinfo) leaves IVMDs of type 22h for device ids 0000-0fff. This is "
		"reported once, not for each device.",
	.behaviours = RESTS_ON(BEHAVIOUR_DIRECT_REFUSED, BEHAVIOUR_DIRECT_DROPPED),
	.kernels = "No upstream parameter changes it.",
	.advice =
		"Switch off firmware's DMA protection, unless IVinfo says that it is off. " WHERE_PROTECTION
		" Otherwise update the firmware, or " OVERRIDE_IVRS,
	.guest_advice = ADVICE_GUEST_TABLE,
};

/* --- ivmd-exclusion --- */

static void check_ivmd_exclusion(struct judge *j)
{
	struct finding *f = NULL;

	/* Of a wide one its own finding tells. */
	for_each_entry (e, j) {
		if (!is_ivmd(e) || !ivmd_view(j->analysis, e).is_exclusion || e->is_wide)
			continue;
		if (!f)
			f = found(
				j, SEVERITY_INFO, CONFIDENCE_DERIVED, NULL,
				"The kernel identity-maps a range that an IVMD wants excluded from translation.");
		add_ivmd(j, f, e);
	}
	if (f && !is_offline(j))
		finding_kernel(
			j, f, "makes a direct region of it, with read and write access.");
}

const struct rule rule_ivmd_exclusion = {
	.id = "ivmd-exclusion",
	.title = "An IVMD asks for an exclusion range",
	.severity = SEVERITY_INFO,
	.table = "IVRS",
	.offline = true,
	.no_command = true,
	.check = check_ivmd_exclusion,
	.meaning =
		"The hardware has one exclusion range for each IOMMU, which is not translated for any "
		"device. Several entries would overwrite each other there, so the kernel does not use "
		"it. It identity-maps each range for the devices of the entry only: what the device "
		"needs works, but the devices cannot be passed through to a VM.",
	.behaviours = RESTS_ON(BEHAVIOUR_EXCLUSION_MAPPED),
	.advice =
		"No action needed. To pass the device through, remove the cause in the firmware.",
};

/* --- ivmd-hidden-function --- */

/* The function of the first fault that lies in the entry and is of none that is here. */
static bool faulting_function(const struct judge *j, const struct entry *e, uint32_t *id)
{
	size_t entry = (size_t)(e - j->analysis->firmware.entries);

	for (size_t i = 0; i < j->host->n_faults; i++) {
		const struct fault_view *v = &j->analysis->faults[i];

		if (v->place == FAULT_AT_HIDDEN && v->entry == entry) {
			*id = j->host->faults[i].id;
			return true;
		}
	}
	return false;
}

static void report_hidden(struct judge *j, const struct entry *e, uint32_t id)
{
	uint64_t n = add_hidden_faults(j, NULL, e);
	struct finding *f = found(
		j, SEVERITY_WARNING, CONFIDENCE_OBSERVED, NULL,
		"IVMD %u reserves 0x%" PRIx64 "-0x%" PRIx64
		" for a function that is not here (%02x:%02x.%x, hidden by firmware), and the "
		"DMA of that function fails (%" PRIu64
		" %s in the log): the kernel does not map "
		"the range for it.",
		e->number, e->written.first, e->written.last, (unsigned)(id >> 8 & 0xff),
		(unsigned)(id >> 3 & 0x1f), (unsigned)(id & 7), n,
		one_or_many(n, "fault", "faults"));

	add_ivmd_alone(j, f, e);
	(void)add_hidden_faults(j, f, e);
	finding_kernel(j, f,
		       "maps a range for devices that it sees, and blocks the DMA of all "
		       "other functions, also with iommu.passthrough=1.");
}

static void check_ivmd_hidden_function(struct judge *j)
{
	for_each_entry (e, j) {
		uint32_t id;

		if (e->table == &table_ivrs && faulting_function(j, e, &id))
			report_hidden(j, e, id);
	}
}

const struct rule rule_ivmd_hidden_function = {
	.id = "ivmd-hidden-function",
	.title = "An IVMD is for a function that firmware hides, and that is at work",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_PCI),
	.table = "IVRS",
	.no_command = true,
	.check = check_ivmd_hidden_function,
	.meaning =
		"Firmware reserves memory for a function that the kernel does not see, and the log "
		"has DMA faults of that function in this memory: it is at work all the same. The "
		"kernel gives an IVMD to the devices that it finds, so nobody maps the range for "
		"this one. An IVMD of an absent function that does not fault is harmless.",
	.kernels =
		"All versions alike: the device table blocks functions that no driver of the IOMMU "
		"has seen (init_device_table_dma).",
	.advice =
		"Update the firmware, or let its setup show the function. The last resort is "
		"amd_iommu=off.",
};

/* --- expected-ivmd-missing --- */

/* Is there an IVMD that gives the device id some memory? */
static bool is_covered(const struct judge *j, uint32_t segment, uint16_t id)
{
	for_each_entry (e, j) {
		struct ivmd_view m;

		if (!is_ivmd(e))
			continue;
		m = ivmd_view(j->analysis, e);
		if (entry_length(e) && m.segment == segment && m.first_id <= id &&
		    id <= m.last_id)
			return true;
	}
	return false;
}

static void report_missing(struct judge *j, const struct ivrs_acpi_device *e)
{
	unsigned id = e->id;
	struct finding *f = found(
		j, SEVERITY_WARNING, CONFIDENCE_HEURISTIC, NULL,
		"DMA of the security processor %s (device id %04x, %02x:%02x.%x) to firmware's "
		"memory fails, and the machine may not suspend. The IVRS names this processor, "
		"but no IVMD "
		"reserves memory for it.",
		e->hid, id, id >> 8, id >> 3 & 0x1f, id & 7);
	cleanup_free char *text =
		text_format("IVHD device entry: ACPI HID %s, device id %04x", e->hid, id);

	finding_add_place(f, "IVRS", e->offset, text);
	add_info(j, f);
	if (ivrs_info(j->analysis).dma_protection)
		finding_advise(f, "Update the firmware.");
}

static void check_expected_ivmd_missing(struct judge *j)
{
	struct ivrs_acpi_device d;

	for (size_t i = 0; ivrs_next_acpi_device(j->analysis, &i, &d);) {
		if (!strcmp(d.hid, "MSFT0201") && !is_covered(j, d.segment, d.id))
			report_missing(j, &d);
	}
}

const struct rule rule_expected_ivmd_missing = {
	.id = "expected-ivmd-missing",
	.title = "A device that needs reserved memory has no IVMD",
	.severity = SEVERITY_WARNING,
	.table = "IVRS",
	.offline = true,
	.no_command = true,
	.check = check_expected_ivmd_missing,
	.meaning =
		"The opposite of a range too many. The security processor of AMD's laptops (ACPI "
		"id MSFT0201, mostly device id 0060) keeps using memory that firmware gave it. "
		"Tables of machines that work have an IVMD for it. Without one the IOMMU blocks "
		"the processor, and the machine does not reach its deepest sleep.",
	.kernels =
		"No version knows of the device: it is treated like any other. AMD's own tool "
		"amd-s2idle looks for the same.",
	.advice =
		"Switch on DMA protection before the boot in the firmware setup; otherwise update the "
		"firmware.",
	.guest_advice = ADVICE_GUEST_TABLE,
};
