/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gates of the probe of a VFIO driver (drivers/vfio/pci, drivers/vfio/platform), and
 * of
 * __vfio_register_dev (drivers/vfio/vfio_main.c) in it: the group, and that the IOMMU
 * keeps caches coherent.
 */
#include <string.h>

#include "analyze/gates.h"
#include "analyze/parts.h"

/*
 * vfio_platform_init_common (drivers/vfio/platform/vfio_platform_common.c; before 6.1
 * vfio_platform_probe_common) refuses a device without a reset function with ENOENT: ACPI
 * has _RST for it, or a module of VFIO is for the first word of its `compatible`.
 */
static const char reset_open[] =
	"vfio-platform takes only a device that it can reset, and whether it can is not "
	"known";

/* The closed list of drivers/vfio/platform/reset. */
static bool has_reset_module(const char *compatible)
{
	static const char *const names[] = { "calxeda,hb-xgmac", "amd,xgbe-seattle-v1a",
					     "brcm,iproc-flexrm-mbox" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(compatible, names[i]))
			return true;
	}
	return false;
}

/* What is refused is a device that cannot be reset; whether this one can be? */
static void gate_reset_function(struct attempt *t, enum behaviour behaviour,
				const char *why)
{
	const struct device *d = t->d;

	if (d->firmware_path)
		gate_cannot_tell(
			t, "vfio-platform takes only a device that it can reset, and "
			   "whether ACPI has _RST for it is not known");
	else if (!d->compatible)
		gate_cannot_tell(t, reset_open);
	else if (has_reset_module(d->compatible))
		gate_cannot_tell(t,
				 "VFIO resets this device with a module of its own, and "
				 "whether that is built is not known");
	else
		gate_stop(t, behaviour, why);
}

void gate_reset(struct attempt *t)
{
	const char *required = host_parameter(t->host, "vfio_platform", "reset_required");
	bool relaxed = t->d->bus == BUS_AMBA || (required && !strcmp(required, "N"));
	enum tristate always;

	if (!device_is_platform(t->d) || device_is_bound_to_vfio(t->d))
		return;
	always = kernel_does_anywhere(t->host, BEHAVIOUR_RESET_ALWAYS_REQUIRED);
	if (!relaxed)
		gate_reset_function(t, BEHAVIOUR_RESET_REQUIRED,
				    "vfio-platform has no reset function for it, and "
				    "reset_required=0 is not set");
	else if (always == TRISTATE_YES)
		gate_reset_function(t, BEHAVIOUR_RESET_ALWAYS_REQUIRED,
				    "VFIO has no reset function for it, and this kernel "
				    "wants one whatever reset_required says");
	else if (always == TRISTATE_UNKNOWN)
		gate_cannot_tell(t,
				 "whether this kernel heeds reset_required is not known");
}

void gate_driver_binds(struct attempt *t)
{
	const struct device *d = t->d;

	if (d->bus == BUS_MDEV)
		return; /* made by its parent's driver for VFIO alone */
	if (d->bus != BUS_PCI && device_is_bound_to_vfio(d))
		return; /* it has passed the probe */
	if (device_is_platform(d))
		return; /* gate_reset */
	if (d->bus != BUS_PCI)
		gate_cannot_tell(
			t,
			"not predicted for a device of this bus until a VFIO driver is bound");
	else if (!d->has_ids)
		gate_cannot_tell(
			t, "its PCI class could not be read, so it may be a bridge");
	else if (device_is_pci_bridge(d))
		gate_stop(t, BEHAVIOUR_BRIDGE_REFUSED,
			  "PCI bridges cannot be passed through");
}

void gate_virtual_functions(struct attempt *t)
{
	const struct device *d = t->d;

	if (t->a->devices[t->self].n_virtual && !device_is_bound_to_vfio(d))
		gate_stop(
			t, BEHAVIOUR_PF_WITH_VFS_REFUSED,
			"its virtual functions are there, and vfio-pci takes a physical "
			"function only without them");
}

/* VFIO may do without an IOMMU: vfio_group_find_or_alloc. */
void gate_group(struct attempt *t)
{
	enum tristate joins = device_joins_with_driver(t->host, t->a, t->d);

	if (t->gv && t->gv->maybe_untranslated)
		gate_cannot_tell(
			t, "the name of the group, which tells whether there is an IOMMU "
			   "behind it, could not be read");
	if (t->d->group != NO_GROUP || joins == TRISTATE_YES ||
	    parameter_says_yes(t->host, "vfio", "enable_unsafe_noiommu_mode"))
		return;
	if (host_groups_complete(t->host) && joins == TRISTATE_UNKNOWN)
		gate_cannot_tell(t, gate_joins_open);
	else if (host_groups_complete(t->host))
		gate_stop(t, BEHAVIOUR_NO_GROUP_REFUSED,
			  "the device is in no IOMMU group");
	else
		gate_cannot_tell(t, "not all IOMMU groups could be read");
}

/* Is the unit behind a device coherent? Of several that it may be, all must be. */
static enum tristate is_coherent(const struct attempt *t, const char **why)
{
	size_t unit = t->gv ? t->gv->iommu : NO_INDEX;
	struct coherency c;

	*why = "the IOMMU behind the device is not known";
	if (host_is_x86(t->host))
		return TRISTATE_YES;
	for (size_t i = 0; unit == NO_INDEX && i < t->host->n_iommus; i++) {
		if (t->a->coherency[i].coherent != t->a->coherency[0].coherent)
			return TRISTATE_UNKNOWN;
	}
	if (host_is_power(t->host) &&
	    kernel_does(t->host, BEHAVIOUR_SPAPR_TELLS_COHERENCY, IOMMU_SPAPR) ==
		    TRISTATE_NO) {
		*why = "the IOMMU driver of POWER tells VFIO nothing in this kernel";
		return TRISTATE_NO;
	}
	if (unit == NO_INDEX && !t->host->n_iommus)
		return TRISTATE_UNKNOWN;
	unit = unit == NO_INDEX ? 0 : unit;
	c = coherency_of_device(t->host, t->a, t->d, unit);
	*why = c.why;
	return c.coherent;
}

/* A device that is bound has passed. */
void gate_coherency(struct attempt *t)
{
	const char *why;
	enum tristate coherent = is_coherent(t, &why);

	if (device_is_bound_to_vfio(t->d) || coherent == TRISTATE_YES ||
	    kernel_does_anywhere(t->host, BEHAVIOUR_COHERENCY_REQUIRED) == TRISTATE_NO)
		return;
	if (coherent == TRISTATE_NO)
		gate_stop(t, BEHAVIOUR_COHERENCY_REQUIRED, why);
	else
		gate_cannot_tell(t, why);
}
