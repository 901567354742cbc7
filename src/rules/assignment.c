/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices that are bound to a VFIO driver, or about to be: will the kernel give them
 * away.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

static void add_lines(struct judge *j, struct finding *f, const struct group *g,
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
		finding_kernel(j, f, "gives the device away and drops the 1:1 mapping.");
	} else {
		finding_refused_by(j, f,
				   everywhere == TRISTATE_NO ? BEHAVIOUR_RMRR_REFUSED
							     : BEHAVIOUR_DIRECT_REFUSED,
				   g);
	}
}

/*
 * Is a device meant for user space, and does it (or does it not) need 1:1 memory itself?
 */
static bool is_given_away(const struct judge *j, const struct device *d,
			  bool needs_direct)
{
	size_t i = device_index(j->host, d);

	return j->analysis->devices[i].for_user &&
	       (j->analysis->identity[i].required == REQUIRED_YES) == needs_direct;
}

/* The firmware entries that want memory 1:1 for a device, and who else they name. */
struct namers {
	const struct entry *first; /* NULL: none is known */
	size_t n;
	size_t n_of_kind; /* entries of this kind in the table */
	size_t n_others;  /* devices */
};

/* Each entry is evidence. */
static struct namers add_namers(struct judge *j, struct finding *f, const struct group *g,
				size_t device)
{
	const struct analysis *a = j->analysis;
	const struct group_view *gv = view_of_group(j, g);
	cleanup_free bool *named = xcalloc(j->host->n_devices, sizeof(bool));
	cleanup_free bool *own = xcalloc(a->n_entries, sizeof(bool));
	cleanup_free size_t *n_devices = xcalloc(a->n_entries, sizeof(size_t));
	struct namers namers = { 0 };

	for (size_t i = gv->first_claim; i < gv->first_claim + gv->n_claims; i++) {
		const struct claim *c = &a->claims[i];

		if (c->device == device && c->type == REGION_DIRECT &&
		    c->entry != NO_INDEX)
			own[c->entry] = true;
	}
	for (size_t i = 0; i < a->n_claims; i++) {
		const struct claim *c = &a->claims[i];

		if (c->entry == NO_INDEX || !own[c->entry])
			continue;
		namers.n_others += !named[c->device] && c->device != device;
		named[c->device] = true;
		n_devices[c->entry]++;
	}
	for (size_t i = 0; i < a->n_entries; i++) {
		if (!own[i])
			continue;
		namers.first = namers.first ? namers.first : &a->entries[i];
		namers.n++;
		finding_add_entry_alone(j, f, &a->entries[i], n_devices[i]);
	}
	for (size_t i = 0; namers.first && i < a->n_entries; i++)
		namers.n_of_kind += a->entries[i].table == namers.first->table;
	return namers;
}

/* "8 of 9 RMRRs name it, and 9 more devices." */
static void say_namers(struct judge *j, struct finding *f, const struct group *g,
		       const struct device *d)
{
	struct namers namers = add_namers(j, f, g, device_index(j->host, d));
	cleanup_free char *name = NULL;
	struct text t = { 0 };

	if (!namers.first)
		return;
	name = entry_text(j->analysis, namers.first);
	text_add(&t, f->message);
	if (namers.n > 1)
		text_printf(&t, " %zu of %zu %s name it", namers.n, namers.n_of_kind,
			    namers.first->table->plural);
	else
		text_printf(&t, " %s (of %zu) names it", name, namers.n_of_kind);
	if (namers.n_others)
		text_printf(&t, ", and %zu more device%s", namers.n_others,
			    namers.n_others == 1 ? "" : "s");
	if (namers.first->table->strict)
		text_printf(&t, "; %s", namers.first->table->strict);
	text_add(&t, ".");
	free(f->message);
	f->message = text_take(&t);
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
	if (view_of_group(j, own)->kind != IOMMU_AMD || j->host->n_groups < 2 ||
	    host_table(j->host, "IVRS"))
		return;
	for_each_region (r, j->host, own) {
		bool everywhere = r->type == REGION_DIRECT;

		for_each_group (g, j->host)
			everywhere = everywhere && has_line(j, g, r->range);
		if (!everywhere)
			continue;
		finding_advise(
			f,
			"All %zu groups have the direct region 0x%" PRIx64 "-0x%" PRIx64
			": it is probably not specific to this device. %s, which would tell; "
			"see also iommu-resv explain ivmd-wide-range. %s",
			j->host->n_groups, r->range.first, r->range.last,
			is_ivrs_denied(j->host) ? "Run as root to read the IVRS"
						: "The IVRS was not read",
			f->advice);
		return;
	}
}

/* A device of the same class that could be given away instead. */
static void advise_other(struct judge *j, struct finding *f, const struct device *d)
{
	for_each_group (g, j->host) {
		const struct group_view *gv = view_of_group(j, g);

		if (gv->n_direct || gv->maybe_incomplete)
			continue;
		for_each_device (other, j->host, g) {
			if (!other->has_ids || !d->has_ids ||
			    other->class_code >> 8 != d->class_code >> 8 ||
			    device_is_pci_bridge(other))
				continue;
			finding_advise(f,
				       "%s %s, of the same class, has no direct region.",
				       f->advice, other->name);
			return;
		}
	}
}

/* The claim that made the direct region; NULL: none is known to. */
static const struct claim *claim_of_direct(const struct judge *j, const struct device *d)
{
	const struct device_view *dv = &j->analysis->devices[device_index(j->host, d)];

	for (size_t i = dv->first_claim; i < dv->first_claim + dv->n_claims; i++) {
		if (j->analysis->claims[i].type == REGION_DIRECT)
			return &j->analysis->claims[i];
	}
	return NULL;
}

static void advise_direct(struct judge *j, struct finding *f, const struct device *d)
{
	const struct claim *c = claim_of_direct(j, d);
	const struct firmware_table *t = c ? c->table : NULL;
	bool slot = may_be_card(j, d) && (!t || t->slot_matters);

	if (host_is_guest(j))
		finding_advise(f, "The hypervisor reserves this memory: change the "
				  "configuration of this VM, or use another device.");
	else
		finding_advise(f, "%s or use another device%s.",
			       t ? t->way_out
				 : "Switch off the firmware feature that needs the "
				   "memory, update the firmware,",
			       slot ? " or slot" : "");
}

static void report_direct_device(struct judge *j, const struct group *g,
				 const struct device *d)
{
	bool refuses = kernel_refuses_direct(j, g);
	struct finding *f = found(
		j, refuses ? SEVERITY_ERROR : SEVERITY_CRITICAL, CONFIDENCE_DERIVED, g,
		refuses ? "%s has a direct region: it cannot be given to a user-space driver."
			: "%s has a direct region, and a user-space driver takes its 1:1 "
			  "mapping away.",
		d->name);

	add_lines(j, f, g, REGION_DIRECT);
	finding_add_device(j, f, d);
	finding_blame(j, f, d);
	say_namers(j, f, g, d);
	finding_add_driver(f, d);
	finding_refusal(j, f, g);
	advise_direct(j, f, d);
	guess_wide(j, f, g);
	advise_other(j, f, d);
	finding_warn_in_use(j, f, d);
}

static void check_direct_device(struct judge *j)
{
	for_each_group (g, j->host) {
		if (!view_of_group(j, g)->n_direct ||
		    group_is_direct_by_wide_entries(j->host, j->analysis, g))
			continue;
		for_each_device (d, j->host, g) {
			if (is_given_away(j, d, true))
				report_direct_device(j, g, d);
		}
	}
}

const struct rule rule_direct_device_bound_to_vfio = {
	.id = "direct-device-bound-to-vfio",
	.title = "A device with a direct region is meant for user space",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_KERNEL),
	.applies = any_group_for_user,
	.add_answers = findings_add_answers,
	.explains = OBSTACLE_BIT(OBSTACLE_DIRECT),
	.check = check_direct_device,
	.meaning =
		"Firmware requires that the device finds this memory 1:1 at all times, and a guest's "
		"address space cannot promise that. Binding vfio-pci works; opening the device "
		"fails. The direct region is the cause whatever else the error text suggests; "
		"iommu=pt, ACS overrides or another domain type do not help.",
	.behaviours = RESTS_ON(BEHAVIOUR_DIRECT_REFUSED, BEHAVIOUR_RMRR_REFUSED,
			       BEHAVIOUR_DIRECT_DROPPED),
	.advice =
		"Switch off the firmware feature that needs the memory (such as shared memory of the "
		"management controller, pre-boot DMA protection), update the firmware, or use "
		"another device or slot. In a VM the hypervisor decides.",
};

/* The devices that must find memory 1:1; NULL if it is not known which they are. */
static char *direct_owners(const struct judge *j, const struct group *g)
{
	struct text t = { 0 };

	for_each_device (d, j->host, g) {
		if (j->analysis->identity[device_index(j->host, d)].required ==
		    REQUIRED_YES)
			text_printf(&t, "%s%s", t.len ? ", " : "", d->name);
	}
	return t.len ? text_take(&t) : NULL;
}

static void blame_owners(struct judge *j, struct finding *f, const struct group *g)
{
	for_each_device (d, j->host, g) {
		if (j->analysis->identity[device_index(j->host, d)].required ==
		    REQUIRED_YES)
			finding_blame(j, f, d);
	}
}

/* So many devices of a group are looked at for what is advised, and named. */
#define ADVISED_MAX 16

/* What can keep a device of a group from the others. */
static const char *how_to_separate(const struct judge *j)
{
	return host_is_guest(j)
		       ? "have the hypervisor put the device behind a port of its own"
		       : "move the card to a slot whose ports separate it (ACS)";
}

/* Is there a device for a user that no slot keeps from one of these others? */
static bool is_inseparable(const struct judge *j, const struct group *g,
			   const struct device *other)
{
	for_each_device (d, j->host, g) {
		if (j->analysis->devices[device_index(j->host, d)].for_user &&
		    is_one_device(d, other))
			return true;
	}
	return false;
}

/* Is one of two devices a card? Then another slot may separate them. */
static bool can_be_moved(const struct judge *j, const struct group *g,
			 const struct device *other)
{
	bool card = may_be_card(j, other);

	for_each_device (d, j->host, g) {
		if (j->analysis->devices[device_index(j->host, d)].for_user)
			card = card || may_be_card(j, d);
	}
	return card;
}

static void advise_sibling(struct judge *j, struct finding *f, const struct group *g)
{
	const struct device *one = NULL, *fixed = NULL;
	size_t n = 0;

	for_each_device (d, j->host, g) {
		size_t i = device_index(j->host, d);
		enum requirement required = j->analysis->identity[i].required;

		if (required == REQUIRED_NO || required == REQUIRED_RELAXABLE ||
		    j->analysis->devices[i].for_user || n++ >= ADVISED_MAX)
			continue;
		if (is_inseparable(j, g, d))
			one = d;
		else if (!can_be_moved(j, g, d))
			fixed = d;
	}
	if (one)
		finding_advise(
			f,
			"%s is a function of the same device, and they can only be "
			"passed through together: remove the cause as for "
			"direct-device-bound-to-vfio.",
			one->name);
	else if (fixed)
		finding_advise(
			f,
			"%s is part of the board, as is the device for the VM, and "
			"no slot separates them: remove the cause as for "
			"direct-device-bound-to-vfio.",
			fixed->name);
	else if (n || host_is_guest(j))
		finding_advise(
			f,
			"To get a group of its own for the device, %s; or remove the "
			"cause as for direct-device-bound-to-vfio.",
			how_to_separate(j));
}

static void warn_group(struct judge *j, struct finding *f, const struct group *g)
{
	size_t n = 0;

	for_each_device (d, j->host, g) {
		if (n++ < ADVISED_MAX)
			finding_warn_in_use(j, f, d);
	}
}

/* Is a device given away that needs no 1:1 memory itself, as far as is known? */
static bool any_given_away(const struct judge *j, const struct group *g)
{
	for_each_device (d, j->host, g) {
		if (is_given_away(j, d, false))
			return true;
	}
	return false;
}

static void check_direct_sibling(struct judge *j)
{
	for_each_group (g, j->host) {
		cleanup_free char *owners = NULL;
		struct finding *f;

		if (!view_of_group(j, g)->n_direct || !any_given_away(j, g) ||
		    group_is_direct_by_wide_entries(j->host, j->analysis, g))
			continue;
		owners = direct_owners(j, g);
		f = found(
			j,
			kernel_refuses_direct(j, g) ? SEVERITY_ERROR : SEVERITY_CRITICAL,
			CONFIDENCE_DERIVED, g,
			"%s of group %u %s a direct region, so the group of %zu devices %s.%s",
			owners ? owners : "A device", (unsigned)g->id,
			owners && strchr(owners, ',') ? "have" : "has", g->n_devices,
			kernel_refuses_direct(j, g)
				? "cannot be given to a user-space driver"
				: "loses a 1:1 mapping when it is given away",
			owners ? "" : " The list does not say which device it is.");
		add_lines(j, f, g, REGION_DIRECT);
		finding_add_devices(j, f, g);
		blame_owners(j, f, g);
		finding_refusal(j, f, g);
		advise_sibling(j, f, g);
		warn_group(j, f, g);
	}
}

const struct rule rule_direct_sibling_blocks_group = {
	.id = "direct-sibling-blocks-group",
	.title = "A direct region of one device blocks its whole group",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_KERNEL),
	.applies = any_group_for_user,
	.add_answers = findings_add_answers,
	.explains = OBSTACLE_BIT(OBSTACLE_DIRECT),
	.check = check_direct_sibling,
	.meaning =
		"A group is given away as a whole. One device in it that needs 1:1 memory keeps all "
		"of them back. The kernel's message names the device that has the region, which may "
		"be a sibling of the one that was opened.",
	.behaviours = RESTS_ON(BEHAVIOUR_DIRECT_REFUSED, BEHAVIOUR_RMRR_REFUSED,
			       BEHAVIOUR_DIRECT_DROPPED, BEHAVIOUR_GROUP_HALF_ATTACHED),
	.advice =
		"Move the card to a slot whose ports separate it (ACS), so that it gets a group of "
		"its own; or remove the cause as for direct-device-bound-to-vfio. Functions of one "
		"device can only be passed through together.",
};

/* Does a driver of it keep the group with the kernel? */
static bool is_kept_by_driver(const struct judge *j, const struct device *d)
{
	return !j->analysis->devices[device_index(j->host, d)].for_user &&
	       !device_driver_leaves_dma(d);
}

/*
 * Bind the devices that are not in use too; or separate the others, where that can be. A
 * disk or network card in use is not offered.
 */
static void advise_not_viable(struct judge *j, struct finding *f, const struct group *g)
{
	cleanup_free char *free_ones = NULL;
	struct text t = { 0 };
	bool together = false, can_move = true;
	size_t n = 0, seen = 0;

	for_each_device (d, j->host, g) {
		if (!is_kept_by_driver(j, d) || seen++ >= ADVISED_MAX)
			continue;
		together = together || is_inseparable(j, g, d);
		can_move = can_move && can_be_moved(j, g, d);
		if (!device_is_in_use(j, d))
			text_printf(&t, "%s%s", n++ ? ", " : "", d->name);
	}
	can_move = can_move && !together;
	if (seen > ADVISED_MAX)
		text_printf(&t, " and %zu more", seen - ADVISED_MAX);
	free_ones = text_take(&t);
	if (n && can_move)
		finding_advise(f, "Bind %s to vfio-pci too, or unbind %s; or %s.",
			       free_ones, n == 1 ? "it" : "them", how_to_separate(j));
	else if (n)
		finding_advise(f, "%sBind %s to vfio-pci too, or unbind %s.",
			       together ? "Functions of one device can only be passed "
					  "through together. "
					: "",
			       free_ones, n == 1 ? "it" : "them");
	else if (can_move)
		finding_advise(f, "To get a group of its own for the device, %s.",
			       how_to_separate(j));
	else
		finding_advise(f,
			       "This host needs the named devices, and nothing separates "
			       "them from the device for the VM: use another device.");
	seen = 0;
	for_each_device (d, j->host, g) {
		if (is_kept_by_driver(j, d) && seen++ < ADVISED_MAX)
			finding_warn_in_use(j, f, d);
	}
}

/* Devices that are meant for a user wait for those with a driver. */
static void add_waiting(struct judge *j, struct finding *f, const struct group *g)
{
	for_each_device (d, j->host, g) {
		if (j->analysis->devices[device_index(j->host, d)].for_user)
			finding_add_device(j, f, d);
	}
}

/* What stops the group for good, so that to unbind drivers is of no use; NULL: nothing.
 */
static const struct obstacle *final_obstacle(const struct judge *j, const struct group *g)
{
	for_each_device (d, j->host, g) {
		const struct device_view *dv =
			&j->analysis->devices[device_index(j->host, d)];
		const struct assignment *a =
			&j->analysis->assign[device_index(j->host, d)];

		for (size_t i = 0; dv->for_user && i < a->n_obstacles; i++) {
			if (obstacle_is_final(&a->obstacles[i]))
				return &a->obstacles[i];
		}
	}
	return NULL;
}

/* What is final makes all other advice useless. */
static void advise_drivers(struct judge *j, struct finding *f, const struct group *g)
{
	const struct obstacle *final = final_obstacle(j, g);
	cleanup_free char *why = NULL;

	if (!final) {
		advise_not_viable(j, f, g);
		return;
	}
	why = obstacle_text(j->host, j->analysis, final);
	finding_advise(f,
		       "Unbinding drivers does not help here, since this stays in the "
		       "way: %s.",
		       why);
}

static void check_group_not_viable(struct judge *j)
{
	for_each_group (g, j->host) {
		struct finding *f = NULL;

		if (!view_of_group(j, g)->for_user)
			continue;
		for_each_device (d, j->host, g) {
			if (!is_kept_by_driver(j, d))
				continue;
			if (!f) {
				f = found(
					j, SEVERITY_ERROR, CONFIDENCE_DERIVED, g,
					"Group %u cannot be given away: %s in it is bound to %s.",
					(unsigned)g->id, d->name, d->driver);
				add_waiting(j, f, g);
			}
			finding_blame(j, f, d);
			finding_add_driver(f, d);
		}
		if (!f)
			continue;
		advise_drivers(j, f, g);
		finding_refused_by(j, f,
				   kernel_does(j->host, BEHAVIOUR_OWNERSHIP_CLAIM,
					       view_of_group(j, g)->kind) == TRISTATE_NO
					   ? BEHAVIOUR_SIBLING_NOT_VIABLE
					   : BEHAVIOUR_SIBLING_REFUSED,
				   g);
	}
}

const struct rule rule_group_not_viable = {
	.id = "group-not-viable",
	.title = "A device of the group is bound to a kernel driver",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_PCI),
	.applies = any_group_for_user,
	.add_answers = findings_add_answers,
	.explains = OBSTACLE_BIT(OBSTACLE_DRIVER),
	.check = check_group_not_viable,
	.meaning =
		"The devices of a group can reach each other's memory, so all of them go to one "
		"owner. A driver that uses the kernel's DMA on any of them keeps the group with "
		"the kernel. Bridges and drivers that do no DMA (pcieport, pci-stub) do not "
		"count.",
	.behaviours = RESTS_ON(BEHAVIOUR_SIBLING_REFUSED, BEHAVIOUR_SIBLING_NOT_VIABLE,
			       BEHAVIOUR_OWNERSHIP_CLAIM),
	.kernels = "Nothing is logged.",
	.advice =
		"Bind the named devices to vfio-pci too, or unbind them, unless this host uses them; "
		"or move the card to a slot whose ports separate it (ACS). Functions of one device "
		"can only be passed through together.",
};

/* Is every relaxable line of the group the kernel's own range for ISA DMA? */
static const struct device *isa_bridge_of(const struct judge *j,
					  const struct group_view *gv)
{
	const struct device *bridge = NULL;

	for (size_t i = gv->first_claim; i < gv->first_claim + gv->n_claims; i++) {
		const struct claim *c = &j->analysis->claims[i];

		if (!c->table)
			bridge = &j->host->devices[c->device];
	}
	return gv->n_relaxable == 1 ? bridge : NULL;
}

/*
 * An RMR that may be remapped is not made for what a driver takes over, as RMRRs of USB
 * and graphics are.
 */
static bool has_rmr(const struct judge *j, const struct group *g)
{
	for_each_region (r, j->host, g) {
		if (r->type == REGION_DIRECT_RELAXABLE && rmr_of_line(j, g, r))
			return true;
	}
	return false;
}

static struct finding *report_relaxable(struct judge *j, const struct group *g)
{
	const struct device *bridge = isa_bridge_of(j, view_of_group(j, g));
	struct finding *f;

	if (bridge) {
		f = found(
			j, SEVERITY_INFO, CONFIDENCE_DERIVED, g,
			"Group %u has the kernel's own range for ISA DMA (floppy) of %s, "
			"which no firmware entry asks for; it is dropped while a user "
			"owns the group.",
			(unsigned)g->id, bridge->name);
		finding_advise(f, "No action needed.");
	} else if (has_rmr(j, g)) {
		f = found(
			j, SEVERITY_WARNING, CONFIDENCE_DERIVED, g,
			"Group %u has a relaxable direct region that an RMR node asks for; "
			"it is dropped while a user owns the group, and firmware may go on "
			"using it.",
			(unsigned)g->id);
	} else if (group_expects_relaxable(j->host, g)) {
		f = found(
			j, SEVERITY_INFO, CONFIDENCE_DERIVED, g,
			"Group %u has a relaxable direct region; it is dropped while a user "
			"owns the group, as intended for USB and graphics.",
			(unsigned)g->id);
		finding_advise(f, "No action needed.");
	} else {
		f = found(
			j, SEVERITY_WARNING, CONFIDENCE_DERIVED, g,
			"Group %u has a relaxable direct region of a device that is neither "
			"USB nor graphics; it is dropped while a user owns the group.",
			(unsigned)g->id);
	}
	if (f->severity == SEVERITY_WARNING)
		finding_advise(
			f, "Do not pass the device through if its firmware goes on using "
			   "the memory.");
	return f;
}

/* The entries behind the relaxable lines of a group, each once. */
static void add_relaxable_entries(struct judge *j, struct finding *f,
				  const struct group *g)
{
	const struct group_view *gv = view_of_group(j, g);
	size_t last = NO_INDEX;

	for (size_t i = gv->first_claim; i < gv->first_claim + gv->n_claims; i++) {
		const struct claim *c = &j->analysis->claims[i];

		if (c->type != REGION_DIRECT_RELAXABLE || c->entry == NO_INDEX ||
		    c->entry == last)
			continue;
		finding_add_entry_alone(j, f, &j->analysis->entries[c->entry], 0);
		last = c->entry;
	}
}

/* Graphics memory that the boot firmware set up: the device reads it until told not to.
 */
static void advise_display(struct judge *j, struct finding *f, const struct group *g)
{
	for_each_device (d, j->host, g) {
		if (!device_is_display(d))
			continue;
		finding_advise(
			f,
			"%s A display may go on reading the range until the guest's "
			"driver has set it up; the kernel then logs DMA faults.",
			f->advice);
		return;
	}
}

static bool any_relaxed_by_patch(const struct judge *j, const struct group *g)
{
	for_each_region (r, j->host, g) {
		if (view_of_region(j, r)->relaxed_by_patch)
			return true;
	}
	return false;
}

static void check_relaxable_with_vfio(struct judge *j)
{
	for_each_group (g, j->host) {
		const struct group_view *gv = view_of_group(j, g);
		struct finding *f;

		/* What a patch relaxes is relaxed-kernel's. */
		if (!gv->for_user || !gv->n_relaxable || gv->n_direct ||
		    any_relaxed_by_patch(j, g))
			continue;
		f = report_relaxable(j, g);
		add_lines(j, f, g, REGION_DIRECT_RELAXABLE);
		add_relaxable_entries(j, f, g);
		finding_add_devices(j, f, g);
		advise_display(j, f, g);
		finding_kernel(
			j, f,
			"gives the group away, drops the mapping, and offers the range "
			"to the user as normal I/O addresses.");
	}
}

const struct rule rule_relaxable_with_vfio = {
	.id = "relaxable-with-vfio",
	.title = "A relaxable direct region is dropped for a user-space driver",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.applies = any_group_for_user,
	.check = check_relaxable_with_vfio,
	.meaning =
		"Firmware needs the range only until a driver takes over (legacy USB keyboard, "
		"boot display). VFIO and iommufd neither map nor exclude it; it returns when the "
		"user closes the device.",
	.behaviours = RESTS_ON(BEHAVIOUR_ISA_RANGE_RELAXABLE),
	.advice =
		"No action needed for USB and graphics. Do not pass another device through if its "
		"firmware goes on using the memory.",
};

/* --- half-attached-group --- */

static bool applies_half_attached(const struct host *host, const struct analysis *a)
{
	if (kernel_does(host, BEHAVIOUR_GROUP_HALF_ATTACHED, IOMMU_INTEL) != TRISTATE_YES)
		return false;
	for (size_t i = 0; i < host->n_groups; i++) {
		if (a->groups[i].kind == IOMMU_INTEL && host->groups[i].n_devices > 1 &&
		    a->groups[i].n_direct)
			return true;
	}
	return false;
}

static void check_half_attached_group(struct judge *j)
{
	for_each_group (g, j->host) {
		const struct group_view *gv = view_of_group(j, g);

		if (gv->kind != IOMMU_INTEL || g->n_devices < 2 || !gv->n_direct)
			continue;
		for_each_device (d, j->host, g) {
			const struct log_line *l = host_log_find(
				j->host, d->name, "ineligible for IOMMU domain attach");
			struct finding *f;

			if (!l)
				continue;
			f = found(
				j, SEVERITY_CRITICAL, CONFIDENCE_DERIVED, g,
				"A try to give group %u away failed at %s: the other devices of "
				"the group may be left without any mapping.",
				(unsigned)g->id, d->name);
			finding_add_devices(j, f, g);
			finding_blame(j, f, d);
			finding_add_log(j, f, l);
			(void)finding_rests_on(j, f, BEHAVIOUR_GROUP_HALF_ATTACHED,
					       gv->kind);
			finding_kernel(
				j, f,
				"does not undo the attach of the devices that came "
				"before the refused one.");
			break;
		}
	}
}

const struct rule rule_half_attached_group = {
	.id = "half-attached-group",
	.title = "A failed VFIO attach left a group half attached",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_LOG),
	.applies = applies_half_attached,
	.check = check_half_attached_group,
	.meaning =
		"On old kernels a refused device leaves its siblings in the empty blocking "
		"domain: all their DMA fails until their drivers are bound again or the machine "
		"is rebooted.",
	.behaviours = RESTS_ON(BEHAVIOUR_GROUP_HALF_ATTACHED),
	.kernels = "Only a group of more than one device can be left so.",
	.advice = "Reboot, do not try again, and use a newer kernel.",
};
