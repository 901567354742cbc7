/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gates of a group when it is to be taken: iommu_group_claim_dma_owner
 * (drivers/iommu/iommu.c), vfio_iommu_type1_attach_group
 * (drivers/vfio/vfio_iommu_type1.c), iommufd_device_bind and the attach
 * (drivers/iommu/iommufd/device.c).
 */
#include "analyze/gates.h"

void gate_siblings(struct attempt *t)
{
	enum behaviour behaviour = t->crowd->is_claimed ? BEHAVIOUR_SIBLING_REFUSED
							: BEHAVIOUR_SIBLING_NOT_VIABLE;
	struct obstacle first;
	size_t n = 0;

	for (size_t i = 0; i < t->crowd->n_busy; i++) {
		if (t->crowd->busy[i] == t->self || n == DRIVERS_MAX)
			continue;
		if (n++)
			*ADD(t, obstacles) = first;
		else
			first = *gate_stop_claim(
				t, behaviour,
				"another device of the group uses a driver "
				"of this host");
		t->obstacles[t->n_obstacles - 1].device = t->crowd->busy[i];
	}
}

/*
 * A driver that could not be read may be one that uses the kernel's DMA. Asked
 * behind the gates that refuse for certain.
 */
void gate_unknown_drivers(struct attempt *t)
{
	for (size_t i = 0; i < t->crowd->n_unread; i++) {
		if (t->crowd->unread[i] != t->self)
			gate_cannot_tell(
				t, "the driver of another device of the group could "
				   "not be read");
	}
}

size_t first_direct_claim(const struct host *host, const struct analysis *a,
			  struct claim_slice own)
{
	for (size_t i = own.first; i < own.first + own.n; i++) {
		if (a->firmware.claims[i].type == REGION_DIRECT &&
		    claim_is_listed(host, &a->firmware.claims[i]))
			return i;
	}
	return NO_INDEX;
}

/*
 * Whose DIRECT region it is that refuses the group, by the firmware entries: the first of
 * the device's own before the first of another's. Left open where they are not known.
 */
static void name_owner(const struct attempt *t, struct obstacle *o)
{
	o->claim = first_direct_claim(t->host, t->a, claims_of_device(t->a, t->self));
	if (o->claim == NO_INDEX)
		o->claim = t->crowd->direct;
	o->device =
		o->claim == NO_INDEX ? NO_INDEX : t->a->firmware.claims[o->claim].device;
}

void gate_direct(struct attempt *t)
{
	enum iommu_kind kind = t->gv->kind;
	enum tristate everywhere, rmrr;

	if (!t->gv->n_direct)
		return;
	everywhere = kernel_does(t->host, BEHAVIOUR_DIRECT_REFUSED, kind);
	rmrr = kernel_does(t->host, BEHAVIOUR_RMRR_REFUSED, kind);
	if (everywhere == TRISTATE_YES)
		name_owner(t,
			   gate_stop_claim(
				   t, BEHAVIOUR_DIRECT_REFUSED,
				   "firmware reserved memory for a device of the group"));
	else if (everywhere == TRISTATE_UNKNOWN)
		gate_cannot_tell(
			t,
			"firmware reserved memory, and the kernel's release is not known");
	else if (rmrr == TRISTATE_YES)
		name_owner(
			t,
			gate_stop_claim(
				t, BEHAVIOUR_RMRR_REFUSED,
				"firmware reserved memory for a device of the group (RMRR)"));
	else if (kind == IOMMU_OTHER)
		gate_cannot_tell(t,
				 "firmware reserved memory, and the IOMMU is not known");
}

void gate_list_is_whole(struct attempt *t)
{
	if (t->gv->maybe_incomplete && !t->gv->n_direct)
		gate_cannot_tell(t, "the group's list of regions is not complete");
}

/* vfio_iommu_type1_attach_group: an empty list of ranges. */
void gate_addresses(struct attempt *t)
{
	if (t->crowd->has_address == TRISTATE_NO)
		gate_stop(t, BEHAVIOUR_NO_ADDRESS_REFUSED,
			  "no I/O address is left to map");
	else if (t->crowd->has_address == TRISTATE_UNKNOWN)
		gate_cannot_tell(t,
				 "whether an I/O address is left to map depends on how "
				 "many bits of address the IOMMU has");
}

enum tristate msis_are_isolated(const struct attempt *t)
{
	return t->g ? t->a->group_isolation[group_index(t->host, t->g)].isolated
		    : t->a->isolation.isolated;
}

void gate_isolation(struct attempt *t)
{
	enum tristate isolated = msis_are_isolated(t);

	if (isolated == TRISTATE_YES ||
	    parameter_says_yes(t->host, t->via->module, "allow_unsafe_interrupts"))
		return;
	if (isolated == TRISTATE_NO)
		gate_stop(t, t->via->isolation, "interrupts are not remapped")->device =
			NO_INDEX;
	else
		gate_cannot_tell(
			t, t->a->isolation.isolated == TRISTATE_UNKNOWN
				   ? t->a->isolation.why
				   : "how the device's MSIs are delivered could not "
				     "be read");
}

/*
 * Why VFIO has no type1 on this machine, whose answer then is not predicted; NULL: it has
 * one, or may have (drivers/vfio/Kconfig: X86, S390, ARM, ARM64).
 */
static const char *without_type1(const struct host *host)
{
	if (host_is_power(host))
		return "VFIO on POWER maps memory in the DMA windows of spapr TCE, not with "
		       "type1, and that is not predicted";
	if (host_is_riscv(host))
		return "VFIO type1 is not built for RISC-V";
	return NULL;
}

void gate_type1_is_there(struct attempt *t)
{
	const char *why = t->via->type1 ? without_type1(t->host) : NULL;

	if (why)
		gate_cannot_tell(t, why);
}

/* What maps memory on POWER does not ask whether MSIs are isolated. */
void gate_type1_isolation(struct attempt *t)
{
	if (!t->via->type1 || !host_is_power(t->host))
		gate_isolation(t);
}

void gate_group_is_there(struct attempt *t)
{
	if (!t->g && device_joins_with_driver(t->host, t->a, t->d) == TRISTATE_UNKNOWN)
		gate_cannot_tell(t, gate_joins_open);
	else if (!t->g)
		gate_cannot_tell(
			t, "the device joins its group only when a driver is bound");
}

void gate_two_windows(struct attempt *t)
{
	if (!t->gv->n_hw_msi || !t->gv->n_sw_msi)
		return;
	if (t->g->n_devices > 1)
		gate_cannot_tell(
			t, "the group has a hardware and a software MSI region, and "
			   "the list does not say whether one device has both");
	else
		gate_stop(t, BEHAVIOUR_TWO_WINDOWS_REFUSED,
			  "the device has a hardware and a software MSI region");
}
