/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What VFIO (type1) and iommufd will answer when a device is bound to a VFIO driver and
 * opened, on this kernel, with everything else as it is now. The kernel's tests stand
 * here as gates, in its order: the probe of the VFIO driver; then for type1
 * iommu_group_claim_dma_owner (drivers/iommu/iommu.c) and vfio_iommu_type1_attach_group
 * (drivers/vfio/vfio_iommu_type1.c); for iommufd iommufd_device_bind and the attach
 * (drivers/iommu/iommufd/device.c). Each gate lets the device pass, or adds what is in
 * the way, or cannot tell.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/parts.h"
#include "analyze/qemu.h"
#include "base/cleanup.h"

/* An interface of the kernel, and how it says no. */
struct interface_rules {
	bool type1;
	const char *module; /* which has allow_unsafe_interrupts */
	enum behaviour isolation;
};

static const struct interface_rules type1_rules = {
	.type1 = true,
	.module = "vfio_iommu_type1",
	.isolation = BEHAVIOUR_NOT_ISOLATED_REFUSED,
};

static const struct interface_rules iommufd_rules = {
	.module = "iommufd",
	.isolation = BEHAVIOUR_NOT_ISOLATED_REFUSED_BY_IOMMUFD,
};

/* So many devices with a driver are named for one device of the group. */
#define DRIVERS_MAX 8

/* What is the same for all devices of a group, so that it is looked for once. */
struct crowd {
	const struct group *group; /* NULL: there is none */
	/* The first that are busy: one more than are named, as itself is no obstacle. */
	size_t busy[DRIVERS_MAX + 1], n_busy;
	/* Two whose driver could not be read: one of them is another device. */
	size_t unread[2], n_unread;
	size_t direct;	  /* its first claim that is DIRECT and listed; NO_INDEX */
	bool has_address; /* that a user may map */
	/* of any device: the kernel names the first that it comes to; NULL: none */
	const struct log_line *direct_refusal;
	/* Older kernels look for drivers only when a device of the group is taken. */
	bool is_claimed;
};

/* One device on its way through the gates. */
struct attempt {
	const struct host *host;
	const struct analysis *a;
	const struct interface_rules *via;
	size_t self;
	const struct device *d;
	const struct crowd *crowd;
	const struct group *g; /* NULL: none yet */
	const struct group_view *gv;
	ARRAY_OF(struct obstacle, obstacles);
	const char *unsure; /* what the first gate that cannot tell misses; NULL */
	struct passed_gate gates[OBSTACLE_COUNT]; /* so far; `now` is one of them */
	size_t n_gates;
	struct passed_gate *now;
};

/* The errno of a refusal; a write to `bind` may have another one than the probe. */
static int error_of(const struct host *host, const struct behaviour_row *row)
{
	bool lost = !strcmp(row->call, "bind") &&
		    kernel_does_anywhere(host, BEHAVIOUR_BIND_TELLS_ERRNO) == TRISTATE_NO;

	return lost ? ENODEV : row->error;
}

/* What a behaviour of the kernel puts in the way. */
static struct obstacle *stop(struct attempt *t, enum obstacle_kind kind,
			     enum behaviour behaviour, const char *why)
{
	const struct behaviour_row *row = &behaviours[behaviour];
	enum iommu_kind iommu = t->gv ? t->gv->kind : IOMMU_OTHER;
	struct obstacle *o = ADD(t, obstacles);

	t->now->passes = TRISTATE_NO;
	*o = (struct obstacle){
		.kind = kind,
		.error = error_of(t->host, row),
		.call = row->call,
		.log = row->log,
		.why = why,
		.device = t->self,
		.claim = NO_INDEX,
		.behaviour = behaviour,
		.known_by = kernel_decides(t->host, behaviour, iommu).by,
	};
	return o;
}

const char *refusing_call(const struct host *host, enum behaviour behaviour,
			  enum iommu_kind kind, bool type1)
{
	enum tristate by_set_iommu;

	if (!type1)
		return kernel_does(host, BEHAVIOUR_VFIO_CDEV, kind) == TRISTATE_NO
			       ? "VFIO_GROUP_GET_DEVICE_FD"
			       : "VFIO_DEVICE_BIND_IOMMUFD";
	if (behaviour != BEHAVIOUR_RMRR_REFUSED)
		return behaviours[behaviour].call;
	if (kernel_does(host, BEHAVIOUR_OWNERSHIP_CLAIM, kind) == TRISTATE_NO)
		return "VFIO_SET_IOMMU";
	by_set_iommu = kernel_does(host, BEHAVIOUR_STATIC_BLOCKING_DOMAIN, kind);
	return by_set_iommu == TRISTATE_YES ? "VFIO_SET_IOMMU"
	       : by_set_iommu == TRISTATE_NO
		       ? "VFIO_GROUP_SET_CONTAINER"
		       : "VFIO_GROUP_SET_CONTAINER or VFIO_SET_IOMMU";
}

/* The same where the group or device is refused to its user as such. */
static struct obstacle *stop_claim(struct attempt *t, enum obstacle_kind kind,
				   enum behaviour behaviour, const char *why)
{
	struct obstacle *o = stop(t, kind, behaviour, why);

	o->call = refusing_call(t->host, behaviour, t->gv->kind, t->via->type1);
	return o;
}

static void cannot_tell(struct attempt *t, const char *what)
{
	if (!t->unsure)
		t->unsure = what;
	if (t->now->passes != TRISTATE_YES)
		return;
	t->now->passes = TRISTATE_UNKNOWN;
	t->now->missing = what;
}

static bool says_yes(const struct host *host, const char *module, const char *parameter)
{
	const char *value = host_parameter(host, module, parameter);

	return value && !strcmp(value, "Y");
}

/* --- Gates of the VFIO driver's probe --- */

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
		cannot_tell(t, "vfio-platform takes only a device that it can reset, and "
			       "whether ACPI has _RST for it is not known");
	else if (!d->compatible)
		cannot_tell(t, reset_open);
	else if (has_reset_module(d->compatible))
		cannot_tell(t, "VFIO resets this device with a module of its own, and "
			       "whether that is built is not known");
	else
		stop(t, OBSTACLE_RESET, behaviour, why);
}

static void gate_reset(struct attempt *t)
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
		cannot_tell(t, "whether this kernel heeds reset_required is not known");
}

static void gate_driver_binds(struct attempt *t)
{
	const struct device *d = t->d;

	if (d->bus == BUS_MDEV)
		return; /* made by its parent's driver for VFIO alone */
	if (d->bus != BUS_PCI && device_is_bound_to_vfio(d))
		return; /* it has passed the probe */
	if (device_is_platform(d))
		return; /* gate_reset */
	if (d->bus != BUS_PCI)
		cannot_tell(
			t,
			"not predicted for a device of this bus until a VFIO driver is bound");
	else if (!d->has_ids)
		cannot_tell(t, "its PCI class could not be read, so it may be a bridge");
	else if (device_is_pci_bridge(d))
		stop(t, OBSTACLE_BRIDGE, BEHAVIOUR_BRIDGE_REFUSED,
		     "PCI bridges cannot be passed through");
}

static void gate_virtual_functions(struct attempt *t)
{
	const struct device *d = t->d;

	if (t->a->devices[t->self].n_virtual && !device_is_bound_to_vfio(d))
		stop(t, OBSTACLE_VIRTUAL_FUNCTIONS, BEHAVIOUR_PF_WITH_VFS_REFUSED,
		     "its virtual functions are there, and vfio-pci takes a physical "
		     "function only without them");
}

static const char joins_open[] =
	"the device is in no group, and whether it joins one when a driver is bound is "
	"not known for this kernel";

/* VFIO may do without an IOMMU: vfio_group_find_or_alloc. */
static void gate_group(struct attempt *t)
{
	enum tristate joins = device_joins_with_driver(t->host, t->a, t->d);

	if (t->gv && t->gv->maybe_untranslated)
		cannot_tell(
			t, "the name of the group, which tells whether there is an IOMMU "
			   "behind it, could not be read");
	if (t->d->group != NO_GROUP || joins == TRISTATE_YES ||
	    says_yes(t->host, "vfio", "enable_unsafe_noiommu_mode"))
		return;
	if (host_groups_complete(t->host) && joins == TRISTATE_UNKNOWN)
		cannot_tell(t, joins_open);
	else if (host_groups_complete(t->host))
		stop(t, OBSTACLE_NO_GROUP, BEHAVIOUR_NO_GROUP_REFUSED,
		     "the device is in no IOMMU group");
	else
		cannot_tell(t, "not all IOMMU groups could be read");
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
static void gate_coherency(struct attempt *t)
{
	const char *why;
	enum tristate coherent = is_coherent(t, &why);

	if (device_is_bound_to_vfio(t->d) || coherent == TRISTATE_YES ||
	    kernel_does_anywhere(t->host, BEHAVIOUR_COHERENCY_REQUIRED) == TRISTATE_NO)
		return;
	if (coherent == TRISTATE_NO)
		stop(t, OBSTACLE_COHERENCY, BEHAVIOUR_COHERENCY_REQUIRED, why);
	else
		cannot_tell(t, why);
}

/* --- Gates of the group --- */

static void gate_siblings(struct attempt *t)
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
			first = *stop_claim(t, OBSTACLE_DRIVER, behaviour,
					    "another device of the group uses a driver "
					    "of this host");
		t->obstacles[t->n_obstacles - 1].device = t->crowd->busy[i];
	}
}

/*
 * A driver that could not be read may be one that uses the kernel's DMA. Asked
 * behind the gates that refuse for certain.
 */
static void gate_unknown_drivers(struct attempt *t)
{
	for (size_t i = 0; i < t->crowd->n_unread; i++) {
		if (t->crowd->unread[i] != t->self)
			cannot_tell(t, "the driver of another device of the group could "
				       "not be read");
	}
}

/* The first claim of a slice that is DIRECT and listed; NO_INDEX. */
static size_t first_direct(const struct host *host, const struct analysis *a,
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
	o->claim = first_direct(t->host, t->a, claims_of_device(t->a, t->self));
	if (o->claim == NO_INDEX)
		o->claim = t->crowd->direct;
	o->device =
		o->claim == NO_INDEX ? NO_INDEX : t->a->firmware.claims[o->claim].device;
}

static void gate_direct(struct attempt *t)
{
	enum iommu_kind kind = t->gv->kind;
	enum tristate everywhere, rmrr;

	if (!t->gv->n_direct)
		return;
	everywhere = kernel_does(t->host, BEHAVIOUR_DIRECT_REFUSED, kind);
	rmrr = kernel_does(t->host, BEHAVIOUR_RMRR_REFUSED, kind);
	if (everywhere == TRISTATE_YES)
		name_owner(
			t,
			stop_claim(t, OBSTACLE_DIRECT, BEHAVIOUR_DIRECT_REFUSED,
				   "firmware reserved memory for a device of the group"));
	else if (everywhere == TRISTATE_UNKNOWN)
		cannot_tell(
			t,
			"firmware reserved memory, and the kernel's release is not known");
	else if (rmrr == TRISTATE_YES)
		name_owner(
			t,
			stop_claim(
				t, OBSTACLE_DIRECT, BEHAVIOUR_RMRR_REFUSED,
				"firmware reserved memory for a device of the group (RMRR)"));
	else if (kind == IOMMU_OTHER)
		cannot_tell(t, "firmware reserved memory, and the IOMMU is not known");
}

static void gate_list_is_whole(struct attempt *t)
{
	if (t->gv->maybe_incomplete && !t->gv->n_direct)
		cannot_tell(t, "the group's list of regions is not complete");
}

/* vfio_iommu_type1_attach_group: an empty list of ranges. */
static void gate_addresses(struct attempt *t)
{
	if (!t->crowd->has_address)
		stop(t, OBSTACLE_ADDRESSES, BEHAVIOUR_NO_ADDRESS_REFUSED,
		     "no I/O address is left to map");
}

/* Are the MSIs of a group isolated; NULL: those of the machine? */
static enum tristate is_isolated(const struct attempt *t)
{
	return t->g ? t->a->group_isolation[group_index(t->host, t->g)].isolated
		    : t->a->isolation.isolated;
}

static void gate_isolation(struct attempt *t)
{
	enum tristate isolated = is_isolated(t);

	if (isolated == TRISTATE_YES ||
	    says_yes(t->host, t->via->module, "allow_unsafe_interrupts"))
		return;
	if (isolated == TRISTATE_NO)
		stop(t, OBSTACLE_INTERRUPTS, t->via->isolation,
		     "interrupts are not remapped")
			->device = NO_INDEX;
	else
		cannot_tell(t, t->a->isolation.isolated == TRISTATE_UNKNOWN
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

static void gate_type1_is_there(struct attempt *t)
{
	const char *why = t->via->type1 ? without_type1(t->host) : NULL;

	if (why)
		cannot_tell(t, why);
}

/* What maps memory on POWER does not ask whether MSIs are isolated. */
static void gate_type1_isolation(struct attempt *t)
{
	if (!t->via->type1 || !host_is_power(t->host))
		gate_isolation(t);
}

static void gate_group_is_there(struct attempt *t)
{
	if (!t->g && device_joins_with_driver(t->host, t->a, t->d) == TRISTATE_UNKNOWN)
		cannot_tell(t, joins_open);
	else if (!t->g)
		cannot_tell(t, "the device joins its group only when a driver is bound");
}

static void gate_two_windows(struct attempt *t)
{
	if (!t->gv->n_hw_msi || !t->gv->n_sw_msi)
		return;
	if (t->g->n_devices > 1)
		cannot_tell(t, "the group has a hardware and a software MSI region, and "
			       "the list does not say whether one device has both");
	else
		stop(t, OBSTACLE_TWO_WINDOWS, BEHAVIOUR_TWO_WINDOWS_REFUSED,
		     "the device has a hardware and a software MSI region");
}

/* --- The way through them --- */

struct gate {
	enum obstacle_kind kind; /* that it may find; several gates share one */
	void (*pass)(struct attempt *t);
};

/* The gates of one kind are one to who reads the answer, at the place of the first. */
static struct passed_gate *enter(struct attempt *t, enum obstacle_kind kind)
{
	for (size_t i = 0; i < t->n_gates; i++) {
		if (t->gates[i].kind == kind)
			return &t->gates[i];
	}
	t->gates[t->n_gates] = (struct passed_gate){ kind, TRISTATE_YES, NULL };
	return &t->gates[t->n_gates++];
}

static void pass(struct attempt *t, const struct gate *gates, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		t->now = enter(t, gates[i].kind);
		gates[i].pass(t);
	}
}

#define PASS(t, gates) pass(t, gates, ARRAY_SIZE(gates))

static const struct gate gates_of_bind[] = {
	{ OBSTACLE_BRIDGE, gate_driver_binds },
	{ OBSTACLE_RESET, gate_reset },
	{ OBSTACLE_VIRTUAL_FUNCTIONS, gate_virtual_functions },
	{ OBSTACLE_NO_GROUP, gate_group },
};

static const struct gate gates_of_translation[] = {
	{ OBSTACLE_COHERENCY, gate_coherency },
	{ OBSTACLE_COHERENCY, gate_type1_is_there },
};

static const struct gate gates_without_group[] = {
	{ OBSTACLE_INTERRUPTS, gate_type1_isolation },
	{ OBSTACLE_NO_GROUP, gate_group_is_there },
};

static const struct gate gates_of_old_type1[] = {
	{ OBSTACLE_DIRECT, gate_direct },
	{ OBSTACLE_DIRECT, gate_list_is_whole },
	{ OBSTACLE_ADDRESSES, gate_addresses },
	{ OBSTACLE_INTERRUPTS, gate_type1_isolation },
	{ OBSTACLE_DRIVER, gate_siblings },
	{ OBSTACLE_DRIVER, gate_unknown_drivers },
};

static const struct gate gates_of_type1[] = {
	{ OBSTACLE_DRIVER, gate_siblings },
	{ OBSTACLE_DIRECT, gate_direct },
	{ OBSTACLE_DRIVER, gate_unknown_drivers },
	{ OBSTACLE_DIRECT, gate_list_is_whole },
	{ OBSTACLE_ADDRESSES, gate_addresses },
	{ OBSTACLE_INTERRUPTS, gate_type1_isolation },
};

static const struct gate gates_of_iommufd[] = {
	{ OBSTACLE_INTERRUPTS, gate_isolation },
	{ OBSTACLE_DRIVER, gate_siblings },
	{ OBSTACLE_DIRECT, gate_direct },
	{ OBSTACLE_DRIVER, gate_unknown_drivers },
	{ OBSTACLE_DIRECT, gate_list_is_whole },
	{ OBSTACLE_TWO_WINDOWS, gate_two_windows },
};

/*
 * The group a device is in, or will be in: functions of one slot share a group where the
 * ports above give no isolation. NULL if that cannot be told before a driver is bound.
 */
static const struct group *group_of(const struct host *host, const struct analysis *a,
				    const struct device *d)
{
	if (d->group != NO_GROUP)
		return host_group(host, d->group);
	if (device_joins_with_driver(host, a, d) != TRISTATE_YES)
		return NULL;
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

static bool is_untranslated(const struct attempt *t)
{
	return t->gv ? t->gv->untranslated
		     : t->d->group == NO_GROUP &&
			       device_joins_with_driver(t->host, t->a, t->d) ==
				       TRISTATE_NO;
}

static void pass_all(struct attempt *t)
{
	PASS(t, gates_of_bind);
	if (is_untranslated(t)) /* nothing of the rest is asked */
		return;
	PASS(t, gates_of_translation);
	if (!t->gv)
		PASS(t, gates_without_group);
	else if (t->via->type1 && !t->crowd->is_claimed)
		PASS(t, gates_of_old_type1);
	else if (t->via->type1)
		PASS(t, gates_of_type1);
	else
		PASS(t, gates_of_iommufd);
}

static bool has_address(const struct host *host, const struct analysis *a,
			const struct group *g)
{
	cleanup(ranges_clear) struct ranges ranges;

	usable_iova(host, a, g, &ranges);
	return ranges.n_range > 0;
}

bool device_keeps_group(const struct host *host, const struct analysis *a, size_t device)
{
	return !a->devices[device].for_user &&
	       !device_driver_leaves_dma(&host->devices[device]);
}

/* g may be NULL. */
static struct crowd crowd_of(const struct host *host, const struct analysis *a,
			     const struct group *g)
{
	struct crowd c = { .group = g, .direct = NO_INDEX };
	const struct group_view *gv = g ? &a->groups[group_index(host, g)] : NULL;

	if (!g)
		return c;
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		const struct device *d = &host->devices[i];

		if (c.n_busy < ARRAY_SIZE(c.busy) && device_keeps_group(host, a, i))
			c.busy[c.n_busy++] = i;
		if (c.n_unread < ARRAY_SIZE(c.unread) && d->driver_unknown)
			c.unread[c.n_unread++] = i;
		if (!c.direct_refusal)
			c.direct_refusal = log_direct_refusal(host, a, i);
	}
	c.is_claimed =
		kernel_does(host, BEHAVIOUR_OWNERSHIP_CLAIM, gv->kind) != TRISTATE_NO;
	if (gv->n_direct)
		c.direct = first_direct(host, a, claims_of_group(host, a, g));
	c.has_address = has_address(host, a, g);
	return c;
}

static struct attempt attempt(const struct host *host, const struct analysis *a,
			      size_t self, const struct interface_rules *via,
			      const struct crowd *crowd)
{
	struct attempt t = {
		.host = host,
		.a = a,
		.via = via,
		.self = self,
		.d = &host->devices[self],
		.crowd = crowd,
		.g = crowd->group,
		.gv = crowd->group ? &a->groups[group_index(host, crowd->group)] : NULL,
	};

	pass_all(&t);
	t.now = NULL; /* it points into this one */
	return t;
}

/* --- The answer --- */

static struct answer simple(enum verdict verdict, const char *why)
{
	return (struct answer){
		.verdict = verdict, .why = why, .culprit = NO_INDEX, .claim = NO_INDEX
	};
}

static struct answer refused(const struct attempt *t, const struct obstacle *o)
{
	return (struct answer){
		.verdict = VERDICT_REFUSED,
		.error = o->error,
		.call = o->call,
		.log = o->log,
		.why = o->why,
		.culprit = o->device == t->self ? NO_INDEX : o->device,
		.claim = o->claim,
	};
}

/* Can MSIs not be enabled, since there is no cookie for the window of the hardware? */
static enum tristate lacks_cookie(const struct attempt *t)
{
	return t->via->type1 && t->gv->n_hw_msi
		       ? kernel_does(t->host, BEHAVIOUR_NO_COOKIE_NO_MSI, t->gv->kind)
		       : TRISTATE_NO;
}

/* What is lost although the device can be attached. */
static struct answer attached(const struct attempt *t)
{
	const struct group_view *gv = t->gv;

	if (t->d->bus == BUS_MDEV)
		return simple(VERDICT_OK, NULL);
	if (!gv || is_untranslated(t))
		return simple(VERDICT_OK_BUT,
			      "no-IOMMU mode: no isolation, no translation");
	if (gv->n_direct)
		return simple(
			VERDICT_OK_BUT,
			"memory that firmware reserved is not identity-mapped while a "
			"VM has the group");
	if (lacks_cookie(t) == TRISTATE_UNKNOWN)
		return simple(
			VERDICT_UNKNOWN,
			"the group has a hardware MSI region, and the kernel's release or "
			"architecture is not known");
	if (lacks_cookie(t) == TRISTATE_YES)
		return simple(VERDICT_OK_BUT,
			      "enabling MSIs fails with ENOSPC: the group has a "
			      "hardware MSI region, so there is no MSI cookie");
	if (is_isolated(t) == TRISTATE_NO)
		return simple(VERDICT_OK_BUT, "interrupts are not isolated: "
					      "allow_unsafe_interrupts is set");
	if (is_isolated(t) == TRISTATE_UNKNOWN)
		return simple(VERDICT_OK_BUT, "interrupts may not be isolated: "
					      "allow_unsafe_interrupts is set");
	if (gv->n_relaxable && !group_expects_relaxable(t->host, t->g))
		return simple(
			VERDICT_OK_BUT,
			"memory that firmware reserved until a driver takes over is "
			"not identity-mapped while a VM has the group");
	return simple(VERDICT_OK, NULL);
}

/* What refuses for certain decides, also behind a gate that cannot tell. */
static struct answer answer_of(const struct attempt *t)
{
	if (t->n_obstacles)
		return refused(t, &t->obstacles[0]);
	return t->unsure ? simple(VERDICT_UNKNOWN, t->unsure) : attached(t);
}

static struct assignment ask_type1(const struct host *host, const struct analysis *a,
				   size_t self, const struct crowd *crowd)
{
	struct attempt t = attempt(host, a, self, &type1_rules, crowd);
	struct assignment assign = {
		.vfio = answer_of(&t),
		.obstacles = t.obstacles,
		.n_obstacles = t.n_obstacles,
		.n_gates = t.n_gates,
	};

	memcpy(assign.gates, t.gates, sizeof(t.gates));
	return assign;
}

/* What keeps this host from having iommufd at all; NULL: nothing is known to. */
static const char *missing_iommufd(const struct host *host)
{
	if (kernel_does_anywhere(host, BEHAVIOUR_IOMMUFD) == TRISTATE_NO)
		return "this kernel is too old for iommufd";
	/* drivers/vfio/Kconfig, VFIO_DEVICE_CDEV: not with SPAPR_TCE_IOMMU */
	if (host_is_power(host))
		return "VFIO on POWER passes no device to iommufd: its IOMMU driver has no domain that "
		       "iommufd could map memory in";
	if (host_has_node(host, "iommu"))
		return NULL;
	if (kernel_does_anywhere(host, BEHAVIOUR_IOMMUFD) == TRISTATE_UNKNOWN)
		return "not every kernel has iommufd, and the release of this one is not known";
	if (host->sources[SOURCE_DEVICE_NODES].state >= SOURCE_DENIED)
		return "/dev could not be read";
	if (host->sources[SOURCE_DEVICE_NODES].state == SOURCE_READ)
		return "there is no /dev/iommu: the kernel is built without IOMMUFD, or the module is "
		       "not there";
	return NULL;
}

static struct answer ask_iommufd(const struct host *host, const struct analysis *a,
				 size_t self, const struct crowd *crowd,
				 const char *missing)
{
	struct attempt t = attempt(host, a, self, &iommufd_rules, crowd);
	struct answer answer = answer_of(&t);
	bool bind_fails = t.n_obstacles && !strcmp(t.obstacles[0].call, "bind");

	free(t.obstacles);
	return missing && !bind_fails ? simple(VERDICT_UNKNOWN, missing) : answer;
}

/* The line of this boot that refuses the device as is predicted; NULL. */
static const struct log_line *logged_refusal(const struct host *host,
					     const struct analysis *a, size_t device,
					     const struct crowd *crowd,
					     const struct answer *answer)
{
	size_t who = answer->culprit == NO_INDEX ? device : answer->culprit;
	const struct log_line *l;

	if (answer->verdict != VERDICT_REFUSED || !answer->log)
		return NULL;
	l = log_of_device(host, a, who, answer->log);
	if (!l && crowd->direct_refusal &&
	    strstr(crowd->direct_refusal->text, answer->log))
		l = crowd->direct_refusal;
	return l;
}

/*
 * VFIO's line about isolation names no device: it is about this one where the kernel asks
 * the machine as a whole, or the device is one that was to be given away.
 */
static const struct log_line *logged_isolation(const struct host *host,
					       const struct device_view *d,
					       const struct assignment *assign)
{
	if (assign->vfio.verdict != VERDICT_REFUSED || !assign->n_obstacles ||
	    assign->obstacles[0].kind != OBSTACLE_INTERRUPTS)
		return NULL;
	return d->for_user || kernel_does_anywhere(host, BEHAVIOUR_ISOLATION_PER_GROUP) ==
				       TRISTATE_NO
		       ? host_log_find(host, assign->vfio.log, NULL)
		       : NULL;
}

void analyze_assignment(const struct host *host, const struct analysis *a,
			struct assignment *out)
{
	const char *missing = missing_iommufd(host);
	struct crowd crowd = { .group = NULL };

	/* Devices are sorted by group. */
	for (size_t i = 0; i < host->n_devices; i++) {
		const struct group *g = group_of(host, a, &host->devices[i]);

		if (g != crowd.group)
			crowd = crowd_of(host, a, g);
		out[i] = ask_type1(host, a, i, &crowd);
		out[i].iommufd = ask_iommufd(host, a, i, &crowd, missing);
		out[i].iommufd_missing = missing != NULL;
		out[i].vfio.logged = logged_refusal(host, a, i, &crowd, &out[i].vfio);
		if (!out[i].vfio.logged)
			out[i].vfio.logged =
				logged_isolation(host, &a->devices[i], &out[i]);
		out[i].iommufd.logged =
			logged_refusal(host, a, i, &crowd, &out[i].iommufd);
		out[i].vfio.qemu = qemu_proof(host, i, &out[i], false);
		out[i].iommufd.qemu = qemu_proof(host, i, &out[i], true);
	}
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_UNKNOWN] = "unknown",
		[VERDICT_OK] = "ok",
		[VERDICT_OK_BUT] = "ok-but",
		[VERDICT_REFUSED] = "refused",
	};

	return names[verdict];
}
