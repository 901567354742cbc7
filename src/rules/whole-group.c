/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A group is passed through as a whole: what one device of it does to the others that are
 * bound to a VFIO driver, or about to be.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/assignment.h"
#include "rules/steps.h"

/* So many devices of a group are looked at for what is advised, and named. */
#define ADVISED_MAX 16

/* The devices that need identity-mapped memory; NULL: it is not known which they are. */
static char *direct_owners(const struct judge *j, const struct group *g)
{
	struct text_list list = { .max = ADVISED_MAX };

	for_each_device (d, j->host, g) {
		if (j->analysis->identity[device_index(j->host, d)].required ==
		    REQUIRED_YES)
			text_list_add(&list, d->name);
	}
	return list.n ? text_list_take(&list) : NULL;
}

static void blame_owners(struct judge *j, struct finding *f, const struct group *g)
{
	for_each_device (d, j->host, g) {
		if (j->analysis->identity[device_index(j->host, d)].required ==
		    REQUIRED_YES)
			finding_blame(j, f, d);
	}
}

/* What can keep a device of a group from the others. */
static const char *how_to_separate(const struct judge *j)
{
	return host_is_guest(j)
		       ? "have the hypervisor put the device behind a port of its own"
		       : "move the card to a slot where it has a group of its own (ACS)";
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

const char *separation_advice(const struct judge *j, const struct group *g,
			      const struct device *other)
{
	return is_inseparable(j, g, other) || !can_be_moved(j, g, other)
		       ? NULL
		       : how_to_separate(j);
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
			"Remove the cause (see iommu-resv explain direct-device-bound-to-vfio). %s is a function "
			"of the same device, and they can only be passed through together.",
			one->name);
	else if (fixed)
		finding_advise(
			f,
			"Remove the cause (see iommu-resv explain direct-device-bound-to-vfio). %s and the "
			"device for the VM are part of the board, and no slot separates them.",
			fixed->name);
	else if (n || host_is_guest(j))
		finding_advise(
			f,
			"To separate the devices, %s; or remove the cause as for direct-device-bound-to-vfio.",
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

/* Is a device passed through that needs no identity-mapped memory itself, as far as is
 * known?
 */
static bool any_given_away(const struct judge *j, const struct group *g)
{
	for_each_device (d, j->host, g) {
		if (is_given_away(j, d, false))
			return true;
	}
	return false;
}

/* By whether the kernel refuses the group, and whether the owners are known. */
static const char *const sibling_texts[2][2] = {
	{ "Passing group {group} through drops the identity mapping of memory that "
	  "firmware reserved for one of its {n} devices; the list does not say for which.",
	  "Passing group {group} of {n} devices through drops the identity mapping of "
	  "memory that firmware reserved for {owners}." },
	{ "None of the {n} devices of group {group} can be passed through to a VM: "
	  "firmware reserves memory for one of them. The list does not say for which.",
	  "None of the {n} devices of group {group} can be passed through to a VM: "
	  "firmware reserves memory for {owners}." },
};

static char *sibling_message(const struct judge *j, const struct group *g)
{
	cleanup_free char *owners = direct_owners(j, g);
	cleanup_free char *group = text_format("%u", (unsigned)g->id);
	cleanup_free char *n = text_format("%zu", g->n_devices);

	return text_filled(sibling_texts[kernel_refuses_direct(j, g)][owners != NULL],
			   "group", group, "n", n, "owners", owners, TEXT_END);
}

static void check_direct_sibling(struct judge *j)
{
	for_each_group (g, j->host) {
		cleanup_free char *message = NULL;
		struct finding *f;

		if (!view_of_group(j, g)->n_direct || !any_given_away(j, g) ||
		    group_is_direct_by_wide_entries(j->host, j->analysis, g))
			continue;
		message = sibling_message(j, g);
		f = found(j,
			  kernel_refuses_direct(j, g) ? SEVERITY_ERROR
						      : SEVERITY_CRITICAL,
			  CONFIDENCE_DERIVED, g, "%s", message);
		finding_add_lines(j, f, g, REGION_DIRECT);
		finding_add_devices(j, f, g);
		blame_owners(j, f, g);
		finding_refusal(j, f, g);
		advise_sibling(j, f, g);
		finding_advise_relaxing(j, f, g);
		warn_group(j, f, g);
	}
}

const struct rule rule_direct_sibling_blocks_group = {
	.id = "direct-sibling-blocks-group",
	.title = "Reserved memory of one device blocks its whole group",
	.severity = SEVERITY_CRITICAL,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_KERNEL),
	.applies = any_group_for_user,
	.add_answers = findings_add_answers,
	.explains = OBSTACLE_BIT(OBSTACLE_DIRECT),
	.check = check_direct_sibling,
	.meaning =
		"A group is passed through as a whole. One device in it that needs "
		"identity-mapped memory keeps all of them back. The kernel's message names the "
		"device that has the region, which may be another one of the group than the one "
		"that was opened.",
	.behaviours = RESTS_ON(BEHAVIOUR_DIRECT_REFUSED, BEHAVIOUR_RMRR_REFUSED,
			       BEHAVIOUR_DIRECT_DROPPED, BEHAVIOUR_GROUP_HALF_ATTACHED,
			       BEHAVIOUR_RELAX_RMRR),
	.advice =
		"Move the card to a slot where it has a group of its own (ACS); or remove the "
		"cause as for direct-device-bound-to-vfio. Functions of one device can only be "
		"passed through together.",
};

/* Does a driver of it keep the group with the kernel? */
static bool is_kept_by_driver(const struct judge *j, const struct device *d)
{
	return device_keeps_group(j->host, j->analysis, device_index(j->host, d));
}

/*
 * Bind the devices that are not in use too; or separate the others, where that can be. A
 * disk or network card in use is not offered.
 */
static void advise_not_viable(struct judge *j, struct finding *f, const struct group *g)
{
	struct text_list list = { .max = ADVISED_MAX };
	bool together = false, can_move = true;
	cleanup_free char *names = NULL;
	const char *them;
	size_t seen = 0;

	for_each_device (d, j->host, g) {
		if (!is_kept_by_driver(j, d))
			continue;
		if (seen++ < ADVISED_MAX) {
			together = together || is_inseparable(j, g, d);
			can_move = can_move && can_be_moved(j, g, d);
		}
		if (!device_is_in_use(j, d))
			text_list_add(&list, d->name);
	}
	can_move = can_move && !together;
	names = text_list_take(&list);
	them = one_or_many(list.n, "it", "them");
	if (list.n && can_move)
		finding_advise(f, "Bind %s to vfio-pci too, or unbind %s; or %s.", names,
			       them, how_to_separate(j));
	else if (list.n && together)
		finding_advise(
			f,
			"Bind %s to vfio-pci too, or unbind %s. Functions of one device can "
			"only be passed through together.",
			names, them);
	else if (list.n)
		finding_advise(f, "Bind %s to vfio-pci too, or unbind %s.", names, them);
	else if (can_move)
		finding_advise(f, "To separate the devices, %s.", how_to_separate(j));
	else
		finding_advise(
			f,
			"Use another device: this host needs the named ones, and nothing "
			"separates them from the device for the VM.");
	seen = 0;
	for_each_device (d, j->host, g) {
		if (!is_kept_by_driver(j, d) || seen++ >= ADVISED_MAX)
			continue;
		finding_warn_in_use(j, f, d);
		if (!device_is_in_use(j, d))
			(void)steps_bind(j->host, &f->steps, d, true);
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
	finding_advise(
		f,
		"Unbinding drivers does not help, because something else stays in the way: %s.",
		why);
}

static void check_group_not_viable(struct judge *j)
{
	for_each_group (g, j->host) {
		struct finding *f = NULL;
		size_t n = 0;

		if (!view_of_group(j, g)->for_user)
			continue;
		for_each_device (d, j->host, g) {
			if (!is_kept_by_driver(j, d))
				continue;
			if (!f) {
				f = found(
					j, SEVERITY_ERROR, CONFIDENCE_DERIVED, g,
					"Group %u cannot be passed through: %s uses the driver %s.",
					(unsigned)g->id, d->name, d->driver);
				add_waiting(j, f, g);
			}
			finding_blame(j, f, d);
			finding_add_driver(f, d);
			n++;
		}
		if (!f)
			continue;
		finding_say_more(f, n - 1, "device of the group", "devices of the group");
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
	.title = "A device of the group uses a kernel driver",
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
		"Bind the named devices to vfio-pci too, or unbind them, unless this host uses "
		"them; or move the card to a slot where it has a group of its own (ACS). "
		"Functions of one device can only be passed through together.",
};

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
				"Passing group %u through failed at %s: the other devices of "
				"the group may be left without any DMA mapping.",
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
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_LOG),
	.applies = applies_half_attached,
	.no_command = true,
	.check = check_half_attached_group,
	.meaning =
		"On old kernels a refused device leaves the other devices of its group in the "
		"empty blocking domain: all their DMA fails until their drivers are bound again "
		"or the machine is rebooted.",
	.behaviours = RESTS_ON(BEHAVIOUR_GROUP_HALF_ATTACHED),
	.kernels = "Only a group of more than one device can be left so.",
	.advice = "Reboot, do not try again, and use a newer kernel.",
};
