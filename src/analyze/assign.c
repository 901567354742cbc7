/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What VFIO (type1) and iommufd will answer when a device is bound to a VFIO driver and
 * opened, on this kernel, with everything else as it is now. The kernel's tests are
 * gates (gates.h), which stand here in its order: the probe of the VFIO driver; then for
 * type1 iommu_group_claim_dma_owner (drivers/iommu/iommu.c) and
 * vfio_iommu_type1_attach_group (drivers/vfio/vfio_iommu_type1.c); for iommufd
 * iommufd_device_bind and the attach (drivers/iommu/iommufd/device.c). Each gate lets the
 * device pass, or adds what is in the way, or cannot tell.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/gates.h"
#include "analyze/parts.h"
#include "analyze/qemu.h"
#include "base/cleanup.h"

static const struct interface_rules type1_rules = {
	.type1 = true,
	.module = "vfio_iommu_type1",
	.isolation = BEHAVIOUR_NOT_ISOLATED_REFUSED,
};

static const struct interface_rules iommufd_rules = {
	.module = "iommufd",
	.isolation = BEHAVIOUR_NOT_ISOLATED_REFUSED_BY_IOMMUFD,
};

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

/*
 * Where the width of the IOMMU is not known, what is left above all regions may be beyond
 * it. What begins below 64 GiB is taken for within: on s390 all begins at 4 GiB.
 */
#define ADDRESSES_OF_ALL (UINT64_C(1) << 36)

static enum tristate has_address(const struct host *host, const struct analysis *a,
				 const struct group *g)
{
	cleanup(ranges_clear) struct ranges ranges;
	bool end_known = usable_iova(host, a, g, &ranges);

	if (!ranges.n_range)
		return TRISTATE_NO;
	if (end_known || ranges.range[0].first < ADDRESSES_OF_ALL ||
	    ranges.range[0].last != UINT64_MAX)
		return TRISTATE_YES;
	return TRISTATE_UNKNOWN;
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
		c.direct = first_direct_claim(host, a, claims_of_group(host, a, g));
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
	if (msis_are_isolated(t) == TRISTATE_NO)
		return simple(VERDICT_OK_BUT, "interrupts are not isolated: "
					      "allow_unsafe_interrupts is set");
	if (msis_are_isolated(t) == TRISTATE_UNKNOWN)
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
