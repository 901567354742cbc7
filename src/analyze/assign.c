/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What VFIO (type1) and iommufd will answer when a device is bound to a VFIO driver and
 * opened, on this kernel, with everything else as it is now. The order of the tests is
 * the kernel's: iommu_group_claim_dma_owner (drivers/iommu/iommu.c), then
 * vfio_iommu_type1_attach_group (drivers/vfio/vfio_iommu_type1.c), or iommufd_device_bind
 * and the attach (drivers/iommu/iommufd/device.c).
 */
#include <errno.h>
#include <string.h>

#include "analyze/parts.h"

/* __iommu_device_set_domain, drivers/iommu/iommu.c, since 6.6 (a48ce36e2786). */
const char log_line_direct[] =
	"Firmware has requested this device have a 1:1 IOMMU mapping, rejecting configuring the "
	"device without a 1:1 mapping. Contact your platform vendor.";

/* device_is_rmrr_locked's caller, drivers/iommu/intel/iommu.c, until 6.5. */
const char log_line_rmrr[] =
	"DMAR: Device is ineligible for IOMMU domain attach due to platform RMRR requirement.  "
	"Contact your platform vendor.";

/* vfio_iommu_type1_attach_group. */
static const char log_line_unsafe[] =
	"vfio_iommu_type1_attach_group: No interrupt remapping support.  Use the module param "
	"\"allow_unsafe_interrupts\" to enable VFIO IOMMU support on this platform";

/* vfio_pci_core_register_device, drivers/vfio/pci/vfio_pci_core.c. */
static const char log_line_sriov[] = "Cannot bind to PF with SR-IOV enabled";

#define CALL_BIND "bind"
#define CALL_CONTAINER "VFIO_GROUP_SET_CONTAINER"
#define CALL_SET_IOMMU "VFIO_SET_IOMMU"
#define CALL_BIND_IOMMUFD "VFIO_DEVICE_BIND_IOMMUFD"
#define CALL_ATTACH "VFIO_DEVICE_ATTACH_IOMMUFD_PT"

static struct answer refused(int error, const char *call, const char *log,
			     const char *why)
{
	return (struct answer){
		VERDICT_REFUSED, error, call, log, why, NO_INDEX, NO_INDEX
	};
}

static struct answer simple(enum verdict verdict, const char *why)
{
	return (struct answer){ verdict, 0, NULL, NULL, why, NO_INDEX, NO_INDEX };
}

/* Does a device other than this one have a driver that uses the kernel's DMA? */
static bool is_busy(const struct host *host, const struct analysis *a, size_t device,
		    size_t self)
{
	return device != self && !a->devices[device].for_user &&
	       !device_driver_leaves_dma(&host->devices[device]);
}

/* The first device of the group that is so; NO_INDEX: none is. */
static size_t sibling_with_driver(const struct host *host, const struct analysis *a,
				  const struct group *g, size_t self)
{
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		if (is_busy(host, a, i, self))
			return i;
	}
	return NO_INDEX;
}

/*
 * The driver's probe fails, unless VFIO may do without an IOMMU
 * (vfio_group_find_or_alloc).
 */
static struct answer without_group(const struct host *host)
{
	const char *unsafe = host_parameter(host, "vfio", "enable_unsafe_noiommu_mode");

	if (!host_groups_complete(host))
		return simple(VERDICT_UNKNOWN, "not all IOMMU groups could be read");
	if (unsafe && !strcmp(unsafe, "Y"))
		return simple(VERDICT_OK_BUT,
			      "no-IOMMU mode: no isolation, no translation");
	return refused(EINVAL, CALL_BIND, NULL, "the device is in no IOMMU group");
}

/* True if the answer is final; else the device can be bound and its group be opened. */
static bool cannot_be_bound(const struct host *host, const struct analysis *a,
			    size_t self, struct answer *out)
{
	const struct device *d = &host->devices[self];

	if (d->bus != BUS_PCI) {
		*out = simple(VERDICT_UNKNOWN, "predicted for PCI functions only");
	} else if (device_is_pci_bridge(d)) {
		*out = refused(EINVAL, CALL_BIND, NULL, "vfio-pci takes no PCI bridge");
	} else if (a->devices[self].n_virtual && !device_is_bound_to_vfio(d)) {
		*out = refused(EBUSY, CALL_BIND, log_line_sriov,
			       "its virtual functions are there, and vfio-pci takes a "
			       "physical function only without them");
	} else if (d->group == NO_GROUP && !device_joins_with_driver(host, d)) {
		*out = without_group(host);
	} else {
		return false;
	}
	return true;
}

/*
 * The group a device is in, or will be in: functions of one slot share a group where the
 * ports above give no isolation. NULL if that cannot be told before a driver is bound.
 */
static const struct group *group_of(const struct host *host, const struct device *d)
{
	if (d->group != NO_GROUP)
		return host_group(host, d->group);
	for (size_t i = 0; i < host->n_devices; i++) {
		const struct device *other = &host->devices[i];

		if (other->bus == BUS_PCI && other->group != NO_GROUP &&
		    other->address.domain == d->address.domain &&
		    other->address.bus == d->address.bus &&
		    other->address.device == d->address.device)
			return host_group(host, other->group);
	}
	return NULL;
}

/* The first claim of a slice that is DIRECT and listed; NO_INDEX. */
static size_t first_direct(const struct host *host, const struct analysis *a,
			   size_t first, size_t n)
{
	for (size_t i = first; i < first + n; i++) {
		if (a->claims[i].type == REGION_DIRECT &&
		    claim_is_listed(host, &a->claims[i]))
			return i;
	}
	return NO_INDEX;
}

/*
 * Whose DIRECT region it is that refuses the group, by the firmware entries: the first of
 * the device's own before the first of another's. Left open where they are not known.
 */
static void name_owner(const struct host *host, const struct analysis *a,
		       const struct group_view *gv, size_t self, struct answer *out)
{
	const struct device_view *dv = &a->devices[self];

	out->claim = first_direct(host, a, dv->first_claim, dv->n_claims);
	if (out->claim != NO_INDEX)
		return;
	out->claim = first_direct(host, a, gv->first_claim, gv->n_claims);
	if (out->claim != NO_INDEX)
		out->culprit = a->claims[out->claim].device;
}

/* The refusal of a DIRECT region in the group; false if there is none. */
static bool direct_refuses(const struct host *host, const struct analysis *a,
			   const struct group_view *gv, size_t self, const char *call,
			   struct answer *out)
{
	enum yes_no generic = kernel_at_least(&host->kernel, 6, 6);

	if (!gv->n_direct)
		return false;
	if (generic == ANSWER_UNKNOWN) {
		*out = simple(VERDICT_UNKNOWN,
			      "a direct region, and the kernel's release is not "
			      "known");
	} else if (generic == ANSWER_YES) {
		*out = refused(EINVAL, call, log_line_direct,
			       "a device of the group has a direct region");
	} else if (gv->kind == IOMMU_INTEL) {
		*out = refused(EPERM, call, log_line_rmrr,
			       "a device of the group has a direct region (RMRR)");
	} else if (gv->kind == IOMMU_OTHER) {
		*out = simple(VERDICT_UNKNOWN,
			      "a direct region, and the IOMMU is not known");
	} else {
		return false;
	}
	name_owner(host, a, gv, self, out);
	return true;
}

static bool has_unknown_driver(const struct host *host, const struct group *g,
			       size_t self)
{
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		if (i != self && host->devices[i].driver_unknown)
			return true;
	}
	return false;
}

/* The group is claimed first; both interfaces share this. False if the claim works. */
static bool claim_fails(const struct host *host, const struct analysis *a,
			const struct group *g, size_t self, const char *call,
			struct answer *out)
{
	const struct group_view *gv = &a->groups[group_index(host, g)];
	size_t sibling = sibling_with_driver(host, a, g, self);

	if (sibling != NO_INDEX) {
		*out = refused(
			EPERM, call, NULL,
			"another device of the group is bound to a driver that uses the "
			"kernel's DMA");
		out->culprit = sibling;
		return true;
	}
	if (!gv->n_direct && has_unknown_driver(host, g, self)) {
		*out = simple(
			VERDICT_UNKNOWN,
			"the driver of another device of the group could not be read");
		return true;
	}
	if (direct_refuses(host, a, gv, self, call, out))
		return true;
	if (gv->maybe_incomplete && !gv->n_direct) {
		*out = simple(VERDICT_UNKNOWN,
			      "the group's list of regions is not complete");
		return true;
	}
	return false;
}

/* False if MSIs are isolated. */
static bool isolation_fails(const struct host *host, const struct analysis *a,
			    enum yes_no isolated, const char *module, const char *call,
			    const char *log, struct answer *out)
{
	const char *unsafe = host_parameter(host, module, "allow_unsafe_interrupts");

	if (isolated == ANSWER_YES || (unsafe && !strcmp(unsafe, "Y")))
		return false;
	if (isolated == ANSWER_NO)
		*out = refused(EPERM, call, log, "interrupts are not remapped");
	else
		*out = simple(VERDICT_UNKNOWN, a->isolated_msi_why);
	return true;
}

/* What is lost although the device can be attached. */
static struct answer attached(const struct host *host, const struct analysis *a,
			      const struct group *g, bool type1)
{
	const struct group_view *gv = &a->groups[group_index(host, g)];

	if (gv->n_direct)
		return simple(VERDICT_OK_BUT,
			      "the 1:1 mapping is lost while a user owns the group");
	if (type1 && host_is_arm64(host) && gv->n_hw_msi &&
	    kernel_at_least(&host->kernel, 7, 2) == ANSWER_YES)
		return simple(VERDICT_OK_BUT,
			      "enabling MSIs fails with ENOSPC: the group has a "
			      "hardware MSI region, so there is no MSI cookie");
	if (gv->isolated_msi == ANSWER_NO)
		return simple(VERDICT_OK_BUT, "interrupts are not isolated: "
					      "allow_unsafe_interrupts is set");
	if (gv->n_relaxable && !group_expects_relaxable(host, g))
		return simple(VERDICT_OK_BUT,
			      "a relaxable 1:1 mapping is dropped while a user owns "
			      "the group");
	return simple(VERDICT_OK, NULL);
}

/* A device that will be alone in a group that is not there yet. */
static struct answer ask_before_group(const struct host *host, const struct analysis *a,
				      const char *module, const char *call,
				      const char *log)
{
	struct answer out;

	if (isolation_fails(host, a, a->isolated_msi, module, call, log, &out))
		return out;
	return simple(VERDICT_UNKNOWN,
		      "the device joins its group only when a driver is bound");
}

static struct answer ask_vfio(const struct host *host, const struct analysis *a,
			      size_t self)
{
	const struct device *d = &host->devices[self];
	const struct group *g = group_of(host, d);
	struct ranges ranges;
	struct answer out;
	bool nothing_left;

	if (cannot_be_bound(host, a, self, &out))
		return out;
	if (!g)
		return ask_before_group(host, a, "vfio_iommu_type1", CALL_SET_IOMMU,
					log_line_unsafe);
	if (a->groups[group_index(host, g)].untranslated)
		return simple(VERDICT_OK_BUT,
			      "no-IOMMU mode: no isolation, no translation");
	if (claim_fails(host, a, g, self, CALL_CONTAINER, &out))
		return out;
	usable_iova(host, a, g, &ranges);
	nothing_left = ranges.n_range == 0;
	ranges_clear(&ranges);
	if (nothing_left)
		return refused(EINVAL, CALL_SET_IOMMU, NULL,
			       "no I/O address is left to map");
	if (isolation_fails(host, a, a->groups[group_index(host, g)].isolated_msi,
			    "vfio_iommu_type1", CALL_SET_IOMMU, log_line_unsafe, &out))
		return out;
	return attached(host, a, g, true);
}

/* What keeps this host from having iommufd at all; NULL: nothing is known to. */
static const char *missing_iommufd(const struct host *host)
{
	if (kernel_at_least(&host->kernel, 6, 2) == ANSWER_NO)
		return "iommufd came with Linux 6.2";
	if (host->sources[SOURCE_DEVICE_NODES].state == SOURCE_READ &&
	    !host_has_node(host, "iommu"))
		return "there is no /dev/iommu: built without IOMMUFD, or the module is not there";
	return NULL;
}

static struct answer ask_iommufd(const struct host *host, const struct analysis *a,
				 size_t self)
{
	const struct device *d = &host->devices[self];
	const struct group *g = group_of(host, d);
	const char *missing = missing_iommufd(host);
	const struct group_view *gv;
	struct answer out;

	if (cannot_be_bound(host, a, self, &out))
		return out;
	if (missing)
		return simple(VERDICT_UNKNOWN, missing);
	if (!g)
		return ask_before_group(host, a, "iommufd", CALL_BIND_IOMMUFD, NULL);
	if (a->groups[group_index(host, g)].untranslated)
		return simple(VERDICT_OK_BUT,
			      "no-IOMMU mode: no isolation, no translation");
	gv = &a->groups[group_index(host, g)];
	if (isolation_fails(host, a, gv->isolated_msi, "iommufd", CALL_BIND_IOMMUFD, NULL,
			    &out) ||
	    claim_fails(host, a, g, self, CALL_BIND_IOMMUFD, &out))
		return out;
	if (gv->n_hw_msi && gv->n_sw_msi && g->n_devices > 1)
		return simple(
			VERDICT_UNKNOWN,
			"the group has a hardware and a software MSI region, and the list does "
			"not say whether one device has both");
	if (gv->n_hw_msi && gv->n_sw_msi)
		return refused(EINVAL, CALL_ATTACH, NULL,
			       "the device has a hardware and a software MSI region");
	return attached(host, a, g, false);
}

/* --- All that is in the way --- */

/* So many devices with a driver are named for one device of the group. */
#define DRIVERS_MAX 8

static void add_obstacle(struct analysis *a, enum obstacle_kind kind, size_t device,
			 size_t claim)
{
	struct obstacle *o = ADD(a, obstacles);

	*o = (struct obstacle){ kind, device, claim };
}

static void list_obstacles(const struct host *host, struct analysis *a, size_t self)
{
	const struct device *d = &host->devices[self];
	const struct group *g = group_of(host, d);
	struct answer out;
	size_t n = 0;

	if (d->bus != BUS_PCI || device_is_pci_bridge(d) || !g ||
	    a->groups[group_index(host, g)].untranslated)
		return;
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		if (is_busy(host, a, i, self) && n++ < DRIVERS_MAX)
			add_obstacle(a, OBSTACLE_DRIVER, i, NO_INDEX);
	}
	if (direct_refuses(host, a, &a->groups[group_index(host, g)], self,
			   CALL_CONTAINER, &out) &&
	    out.verdict == VERDICT_REFUSED)
		add_obstacle(a, OBSTACLE_DIRECT,
			     out.culprit == NO_INDEX && out.claim != NO_INDEX
				     ? self
				     : out.culprit,
			     out.claim);
	if (isolation_fails(host, a, a->groups[group_index(host, g)].isolated_msi,
			    "vfio_iommu_type1", CALL_SET_IOMMU, log_line_unsafe, &out) &&
	    out.verdict == VERDICT_REFUSED)
		add_obstacle(a, OBSTACLE_INTERRUPTS, NO_INDEX, NO_INDEX);
}

void analyze_assignment(const struct host *host, struct analysis *a)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		a->devices[i].assign.vfio = ask_vfio(host, a, i);
		a->devices[i].assign.iommufd = ask_iommufd(host, a, i);
		a->devices[i].assign.first_obstacle = a->n_obstacles;
		list_obstacles(host, a, i);
		a->devices[i].assign.n_obstacles =
			a->n_obstacles - a->devices[i].assign.first_obstacle;
	}
}
