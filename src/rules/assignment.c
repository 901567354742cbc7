/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices with reserved memory that use a VFIO driver, or are about to: does the kernel
 * pass them through.
 */
#include "rules/assignment.h"
#include "rules/steps.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/order.h"
#include "base/text.h"

void finding_add_lines(struct judge *j, struct finding *f, const struct group *g,
		       enum region_type type)
{
	for_each_region (r, j->host, g) {
		if (r->type == type)
			finding_add_region(j, f, r);
	}
}

void finding_refusal(struct judge *j, struct finding *f, const struct group *g)
{
	enum iommu_kind kind = view_of_group(j, g)->kind;
	enum tristate everywhere = finding_rests_on(j, f, BEHAVIOUR_DIRECT_REFUSED, kind);

	if (!kernel_refuses_direct(j, g)) {
		(void)finding_rests_on(j, f, BEHAVIOUR_DIRECT_DROPPED, kind);
		finding_kernel(
			j, f,
			"passes the device through and drops the identity mapping.");
	} else {
		finding_refused_by(j, f,
				   everywhere == TRISTATE_NO ? BEHAVIOUR_RMRR_REFUSED
							     : BEHAVIOUR_DIRECT_REFUSED,
				   g);
	}
}

bool is_given_away(const struct judge *j, const struct device *d, bool needs_direct)
{
	size_t i = device_index(j->host, d);

	return j->analysis->devices[i].for_user &&
	       (j->analysis->identity[i].required == REQUIRED_YES) == needs_direct;
}

/* The firmware entries that reserve memory for a device, and who else they name. */
struct namers {
	const struct entry *first; /* NULL: none is known */
	size_t n;
	size_t n_of_kind; /* entries of this kind in the table */
	size_t n_others;  /* devices */
};

/* The devices that n entries list, all of them, less the one that all list. */
static size_t count_others(const struct judge *j, const size_t *entries, size_t n)
{
	struct listed {
		ARRAY_OF(size_t, devices);
	} listed = { 0 };
	size_t n_others = 0;

	for (size_t i = 0; i < n; i++) {
		for_each_claim (c, j, &j->analysis->firmware.entries[entries[i]])
			*ADD(&listed, devices) = c->device;
	}
	if (listed.n_devices)
		qsort(listed.devices, listed.n_devices, sizeof(size_t), compare_sizes);
	for (size_t i = 1; i < listed.n_devices; i++)
		n_others += listed.devices[i] != listed.devices[i - 1];
	free(listed.devices);
	return n_others;
}

/* Each entry is evidence. */
static struct namers add_namers(struct judge *j, struct finding *f, size_t device)
{
	const struct firmware *firmware = &j->analysis->firmware;
	struct claim_slice own = claims_of_device(j->analysis, device);
	cleanup_free size_t *entries = xcalloc(own.n, sizeof(*entries));
	struct namers namers = { 0 };

	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &firmware->claims[i];

		if (c->type == REGION_DIRECT && c->entry != NO_INDEX &&
		    (!namers.n || entries[namers.n - 1] != c->entry))
			entries[namers.n++] = c->entry;
	}
	for (size_t i = 0; i < namers.n; i++) {
		const struct entry *e = &firmware->entries[entries[i]];

		finding_add_entry_alone(j, f, e, e->n_claims);
	}
	if (!namers.n)
		return namers;
	namers.first = &firmware->entries[entries[0]];
	namers.n_others = count_others(j, entries, namers.n);
	for (size_t i = 0; i < firmware->n_entries; i++)
		namers.n_of_kind += firmware->entries[i].table == namers.first->table;
	return namers;
}

/* By whether several entries list the device, and whether they list others too. */
static const char *const namer_wordings[2][2] = {
	{ "{entry} (of {all}) lists it.", "{entry} (of {all}) lists it and {others}." },
	{ "{n} of {all} {entries} list it.",
	  "{n} of {all} {entries} list it and {others}." },
};

static char *namers_text(const struct judge *j, const struct namers *namers)
{
	const struct text_word words[] = {
		{ "entry", entry_text(j->analysis, namers->first) },
		{ "entries", xstrdup(namers->first->table->plural) },
		{ "n", text_format("%zu", namers->n) },
		{ "all", text_format("%zu", namers->n_of_kind) },
		{ "others",
		  text_of_count(namers->n_others, "more device", "more devices") },
	};

	return text_fill(namer_wordings[namers->n > 1][namers->n_others > 0], words,
			 ARRAY_SIZE(words));
}

static void say_namers(struct judge *j, struct finding *f, const struct device *d)
{
	struct namers namers = add_namers(j, f, device_index(j->host, d));
	cleanup_free char *text = namers.first ? namers_text(j, &namers) : NULL;

	if (!text)
		return;
	finding_say(f, "%s", text);
	if (namers.first->table->strict)
		finding_say(f, "%s", namers.first->table->strict);
}

static bool has_line(const struct judge *j, const struct group *g, struct range range)
{
	for_each_region (r, j->host, g) {
		if (r->type == REGION_DIRECT && range_equals(r->range, range))
			return true;
	}
	return false;
}

static bool is_ivrs_denied(const struct host *host)
{
	for (size_t i = 0; i < host->n_tables; i++) {
		if (!strcmp(host->tables[i].name, "IVRS"))
			return host->tables[i].state == SOURCE_DENIED;
	}
	return host->sources[SOURCE_FIRMWARE_TABLES].state == SOURCE_DENIED;
}

/*
 * AMD, and the table was not read: a line that every group has is of an IVMD for all
 * devices, as the rule for these would say.
 */
static void guess_wide(struct judge *j, struct finding *f, const struct group *own)
{
	static const char denied[] = "Run as root to read the IVRS.";
	static const char unread[] = "Look at the IVRS, which was not read here.";

	if (view_of_group(j, own)->kind != IOMMU_AMD || j->host->n_groups < 2 ||
	    host_table(j->host, "IVRS"))
		return;
	for_each_region (r, j->host, own) {
		bool everywhere = r->type == REGION_DIRECT;
		cleanup_free char *range = NULL;

		for_each_group (g, j->host)
			everywhere = everywhere && has_line(j, g, r->range);
		if (!everywhere)
			continue;
		range = text_of_range(r->range);
		finding_advise(
			f,
			"%s All %zu groups list %s, so it is probably not specific "
			"to this device (see iommu-resv explain ivmd-wide-range). %s",
			is_ivrs_denied(j->host) ? denied : unread, j->host->n_groups,
			range, f->advice);
		return;
	}
}

/* Devices that could be passed through, the first of each class. */
struct others {
	ARRAY_OF(const struct device *, devices); /* by class */
};

static void others_clear(struct others *others)
{
	free(others->devices);
}

/* What counts of a class: not its programming interface. */
static uint32_t class_of(const struct device *d)
{
	return d->class_code >> 8;
}

static int compare_classes(const void *a, const void *b)
{
	const struct device *x = *(const struct device *const *)a;
	const struct device *y = *(const struct device *const *)b;

	if (class_of(x) != class_of(y))
		return class_of(x) < class_of(y) ? -1 : 1;
	return (x > y) - (x < y);
}

static void find_others(const struct judge *j, struct others *out)
{
	size_t n = 0;

	for_each_group (g, j->host) {
		const struct group_view *gv = view_of_group(j, g);

		if (gv->n_direct || gv->maybe_incomplete)
			continue;
		for_each_device (d, j->host, g) {
			if (d->has_ids && !device_is_pci_bridge(d))
				*ADD(out, devices) = d;
		}
	}
	if (out->n_devices)
		qsort(out->devices, out->n_devices, sizeof(*out->devices),
		      compare_classes);
	for (size_t i = 0; i < out->n_devices; i++) {
		if (!n || class_of(out->devices[n - 1]) != class_of(out->devices[i]))
			out->devices[n++] = out->devices[i];
	}
	out->n_devices = n;
}

static bool is_class_before(const void *element, const void *key)
{
	return class_of(*(const struct device *const *)element) < class_of(key);
}

/* A device of the same class that could be passed through instead. */
static void advise_other(struct finding *f, const struct device *d,
			 const struct others *others)
{
	const size_t i = count_before(d, others->devices, others->n_devices,
				      sizeof(*others->devices), is_class_before);

	if (d->has_ids && i < others->n_devices &&
	    class_of(others->devices[i]) == class_of(d))
		finding_advise(f, "%s %s is of the same class and has no direct region.",
			       f->advice, others->devices[i]->name);
}

/* The claim that made the direct region; NULL: none is known to. */
static const struct claim *claim_of_direct(const struct judge *j, const struct device *d)
{
	struct claim_slice own = claims_of_device(j->analysis, device_index(j->host, d));

	for (size_t i = own.first; i < own.first + own.n; i++) {
		if (j->analysis->firmware.claims[i].type == REGION_DIRECT)
			return &j->analysis->firmware.claims[i];
	}
	return NULL;
}

char *direct_advice(const struct judge *j, const struct device *d)
{
	const struct claim *c = claim_of_direct(j, d);
	const struct firmware_table *t = c ? c->table : NULL;
	bool slot = may_be_card(j, d) && (!t || t->slot_matters);

	if (host_is_guest(j))
		return xstrdup(
			"Change the configuration of this VM, or use another device: "
			"the hypervisor reserves this memory.");
	return text_format("%s or use another device%s.",
			   t ? t->way_out
			     : "Switch off the firmware feature that needs the "
			       "memory, update the firmware,",
			   slot ? " or slot" : "");
}

/* Is a direct region of the group that of an RMRR? */
static bool has_rmrr(const struct judge *j, const struct group *g)
{
	for_each_device (d, j->host, g) {
		const struct claim *c = claim_of_direct(j, d);

		if (c && c->table == &table_dmar && c->entry != NO_INDEX)
			return true;
	}
	return false;
}

/* Has the kernel been told to relax RMRRs? */
static bool is_relaxing(const struct judge *j)
{
	return kernel_option_has(&j->host->kernel, "intel_iommu=", RELAX_RMRR) ||
	       j->analysis->log.relaxing;
}

const char *relaxing_advice(const struct judge *j, const struct group *g)
{
	enum iommu_kind kind = view_of_group(j, g)->kind;

	if (host_is_guest(j) || is_relaxing(j) || !kernel_refuses_direct(j, g) ||
	    !has_rmrr(j, g) ||
	    kernel_does(j->host, BEHAVIOUR_RELAX_RMRR, kind) != TRISTATE_YES)
		return NULL;
	return "With intel_iommu=on,relax_rmrr this kernel passes it through; that is risky: "
	       "firmware and device may keep using the memory, and their DMA then hits the memory "
	       "of the VM, which can crash it or lose data.";
}

void finding_advise_relaxing(struct judge *j, struct finding *f, const struct group *g)
{
	const char *advice = relaxing_advice(j, g);

	if (!advice)
		return;
	(void)finding_rests_on(j, f, BEHAVIOUR_RELAX_RMRR, view_of_group(j, g)->kind);
	finding_advise(f, "%s %s", f->advice, advice);
	steps_boot_with(j->host, &f->steps, "intel_iommu=on,relax_rmrr");
	steps_risk(&f->steps,
		   xstrdup("Firmware and device may go on using the memory: their "
			   "DMA can crash the VM, or it loses data."));
}

/* By whether the kernel refuses the device. */
static const struct direct_wording {
	enum severity severity;
	const char *text;
} direct_wordings[] = {
	[false] = { SEVERITY_CRITICAL,
		    "{device} loses the identity mapping of memory that firmware reserved "
		    "for it when it is passed through to a VM." },
	[true] = { SEVERITY_ERROR, "{device} cannot be passed through to a VM: firmware "
				   "reserves memory for it." },
};

static void report_direct_device(struct judge *j, const struct group *g,
				 const struct device *d, const struct others *others)
{
	const struct direct_wording *w = &direct_wordings[kernel_refuses_direct(j, g)];
	const struct text_word words[] = { { "device", xstrdup(d->name) } };
	cleanup_free char *message = text_fill(w->text, words, ARRAY_SIZE(words));
	cleanup_free char *advice = direct_advice(j, d);
	struct finding *f = found(j, w->severity, CONFIDENCE_DERIVED, g, "%s", message);

	finding_add_lines(j, f, g, REGION_DIRECT);
	finding_add_device(j, f, d);
	finding_blame(j, f, d);
	say_namers(j, f, d);
	finding_add_driver(f, d);
	finding_refusal(j, f, g);
	finding_advise(f, "%s", advice);
	guess_wide(j, f, g);
	advise_other(f, d, others);
	finding_advise_relaxing(j, f, g);
	finding_warn_in_use(j, f, d);
}

static void check_direct_device(struct judge *j)
{
	cleanup(others_clear) struct others others = { 0 };

	find_others(j, &others);
	for_each_group (g, j->host) {
		if (!view_of_group(j, g)->n_direct ||
		    group_is_direct_by_wide_entries(j->host, j->analysis, g))
			continue;
		for_each_device (d, j->host, g) {
			if (is_enough(j, g))
				break;
			if (is_given_away(j, d, true))
				report_direct_device(j, g, d, &others);
		}
	}
}

const struct rule rule_direct_device_bound_to_vfio = {
	.id = "direct-device-bound-to-vfio",
	.title = "A device that firmware reserves memory for is assigned to VFIO",
	.severity = SEVERITY_CRITICAL,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_KERNEL),
	.applies = any_group_for_user,
	.add_answers = findings_add_answers,
	.explains = OBSTACLE_BIT(OBSTACLE_DIRECT),
	.check = check_direct_device,
	.meaning =
		"Firmware requires that the device finds this memory at its physical address at all "
		"times, and the address space of a VM cannot promise that. vfio-pci can be bound; "
		"opening the device fails. The reserved memory is the cause whatever else the error "
		"text suggests: iommu=pt, ACS overrides or another domain type do not help.",
	.behaviours = RESTS_ON(BEHAVIOUR_DIRECT_REFUSED, BEHAVIOUR_RMRR_REFUSED,
			       BEHAVIOUR_DIRECT_DROPPED, BEHAVIOUR_RELAX_RMRR),
	.advice =
		"Switch off the firmware feature that needs the memory (such as shared memory of the "
		"management controller or pre-boot DMA protection), update the firmware, or use "
		"another device or slot. In a VM the hypervisor decides.",
};
