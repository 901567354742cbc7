/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last resort: a device for a user that the kernel refuses, and that no other finding
 * explains; and one about which the answer is open. It runs after all other rules.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/assignment.h"
#include "rules/steps.h"

/* For each device: OBSTACLE_BIT of what findings at or above a severity explain. */
static unsigned *explained_by(const struct judge *j, enum severity least)
{
	unsigned *explained = xcalloc(j->host->n_devices + 1, sizeof(*explained));

	for (size_t i = 0; i < j->findings->n_list; i++) {
		const struct finding *f = &j->findings->list[i];

		const unsigned explains = rule_find(f->id)->explains;

		if (f->severity < least || !explains)
			continue;
		for (size_t d = 0; d < f->n_devices; d++)
			explained[f->devices[d].device] |= explains;
	}
	return explained;
}

/* What to do about each; %s is the name of the device. */
static const char *const advice[OBSTACLE_COUNT] = {
	[OBSTACLE_BRIDGE] =
		"Pass the devices behind the bridge through instead; the bridge stays with the host.",
	[OBSTACLE_VIRTUAL_FUNCTIONS] =
		("Pass a virtual function through instead, or remove all of them first: echo 0 > "
		 "/sys/bus/pci/devices/%s/sriov_numvfs"),
	[OBSTACLE_RESET] =
		("Load the driver with: modprobe vfio-platform reset_required=0. Then nothing "
		 "resets %s between its users."),
	[OBSTACLE_NO_GROUP] = "Use another device: no IOMMU translates for this one.",
	[OBSTACLE_COHERENCY] =
		("Use another device: no setting changes what its IOMMU's driver tells VFIO."),
	[OBSTACLE_DRIVER] =
		"Bind every device of the group to a VFIO driver, or leave it without a driver.",
	[OBSTACLE_DIRECT] = "Use another device: no kernel option changes this.",
	[OBSTACLE_ADDRESSES] =
		"Use another device: its reserved regions leave nothing to map.",
	[OBSTACLE_INTERRUPTS] = "Run: iommu-resv explain no-isolated-msi",
};

/* Of an SMMU firmware tells; it may have forgotten to. */
static const char advice_for_smmu[] =
	"Use another device. If the hardware is coherent after all, the firmware must "
	"say so (dma-coherent at the IOMMU's node of the device tree, or the IORT); no "
	"kernel option can.";

/* Where VFIO wants a reset whatever its parameter says. */
static const char advice_for_insisting[] =
	"Use a newer kernel, and load vfio-platform with reset_required=0.";

char *obstacle_advice(const struct judge *j, const struct device *d,
		      enum obstacle_kind kind)
{
	bool insists = kind == OBSTACLE_RESET &&
		       kernel_does_anywhere(j->host, BEHAVIOUR_RESET_ALWAYS_REQUIRED) ==
			       TRISTATE_YES;
	const struct group *g =
		d->group == NO_GROUP ? NULL : host_group(j->host, d->group);
	bool smmu = g && (view_of_group(j, g)->kind == IOMMU_SMMUV3 ||
			  view_of_group(j, g)->kind == IOMMU_SMMU);
	const char *s = insists				     ? advice_for_insisting
			: smmu && kind == OBSTACLE_COHERENCY ? advice_for_smmu
			: advice[kind]			     ? advice[kind]
							     : "";
	struct front front = device_front(j->host, j->analysis, d);
	cleanup_free char *dates =
		behaviour_dates(&behaviours[BEHAVIOUR_SPAPR_TELLS_COHERENCY]);
	const char *name = strstr(s, "%s");

	if (kind == OBSTACLE_COHERENCY && host_is_power(j->host))
		return text_format(
			"Use a newer kernel: POWER's IOMMU driver tells VFIO that it is coherent %s.",
			dates);
	if (kind == OBSTACLE_NO_GROUP && front.kind == FRONT_DISABLED)
		return text_format(
			"Use another device, or enable %s in the device tree if the hardware "
			"vendor supports that.",
			front.iommu);
	if (name)
		return text_format("%.*s%s%s", (int)(name - s), s, d->name, name + 2);
	return xstrdup(s);
}

/* A device of another bus is found through its group. */
static void add_path(struct finding *f, const struct device *d)
{
	cleanup_free char *path =
		d->bus == BUS_PCI || device_is_platform(d)
			? text_format("/sys/bus/%s/devices/%s", bus_kind_name(d->bus),
				      d->name)
			: text_format("/sys/kernel/iommu_groups/%u/devices/%s",
				      (unsigned)d->group, d->name);

	finding_add_evidence(f, path, 0, d->driver ? d->driver : "no driver is bound");
}

/* drivers/vfio */
static const char *vfio_driver_of(enum bus_kind bus)
{
	static const char *const drivers[BUS_KIND_COUNT] = {
		[BUS_OTHER] = "a VFIO driver",	  [BUS_PCI] = "vfio-pci",
		[BUS_PLATFORM] = "vfio-platform", [BUS_MDEV] = "vfio_mdev",
		[BUS_FSL_MC] = "vfio-fsl-mc",	  [BUS_AMBA] = "vfio-amba",
	};

	return drivers[bus];
}

static void say_kernel(struct judge *j, struct finding *f, const struct device *d,
		       const struct obstacle *o)
{
	enum iommu_kind kind =
		f->group == NO_GROUP
			? IOMMU_OTHER
			: view_of_group(j, host_group(j->host, f->group))->kind;
	cleanup_free char *bind = text_format("the bind of %s", vfio_driver_of(d->bus));
	const char *call = strcmp(o->call, "bind") ? o->call : bind;

	(void)finding_rests_on(j, f, o->behaviour, kind);
	if (o->log)
		finding_kernel(j, f, "fails %s with %s and logs \"%s\".", call,
			       errno_name(o->error), o->log);
	else
		finding_kernel(j, f, "fails %s with %s.", call, errno_name(o->error));
}

/* The commands of obstacle_advice. */
static void run_way_out(struct judge *j, struct finding *f, const struct device *d,
			enum obstacle_kind kind)
{
	if (kind == OBSTACLE_VIRTUAL_FUNCTIONS)
		steps_remove_functions(
			&f->steps, d,
			j->analysis->devices[device_index(j->host, d)].n_virtual);
	else if (kind == OBSTACLE_RESET &&
		 kernel_does_anywhere(j->host, BEHAVIOUR_RESET_ALWAYS_REQUIRED) ==
			 TRISTATE_NO)
		steps_load_without_reset(j->host, &f->steps);
}

static void report(struct judge *j, const struct device *d, const struct obstacle *o)
{
	const struct group *g =
		d->group == NO_GROUP ? NULL : host_group(j->host, d->group);
	cleanup_free char *reason = obstacle_text(j->host, j->analysis, o);
	cleanup_free char *way_out = obstacle_advice(j, d, o->kind);
	struct finding *f =
		found(j, SEVERITY_ERROR, CONFIDENCE_DERIVED, g,
		      "%s cannot be passed through to a VM: %s.", d->name, reason);

	finding_add_device(j, f, d);
	finding_blame(j, f, o->device == NO_INDEX ? d : &j->host->devices[o->device]);
	add_path(f, d);
	say_kernel(j, f, d, o);
	finding_advise(f, "%s", way_out);
	run_way_out(j, f, d, o->kind);
}

/* The first obstacle that no finding explains has one of its own. */
static void check_type1(struct judge *j, const unsigned *explained)
{
	for (size_t i = 0; i < j->host->n_devices; i++) {
		const struct device_view *dv = &j->analysis->devices[i];
		const struct assignment *a = &j->analysis->assign[i];

		for (size_t k = 0; dv->for_user && k < a->n_obstacles; k++) {
			if (explained[i] & OBSTACLE_BIT(a->obstacles[k].kind))
				continue;
			report(j, &j->host->devices[i], &a->obstacles[k]);
			break;
		}
	}
}

/* Of two interfaces one is enough for a VM: a warning. */
static void check_iommufd(struct judge *j, const unsigned *explained)
{
	const unsigned kinds =
		OBSTACLE_BIT(OBSTACLE_TWO_WINDOWS) | OBSTACLE_BIT(OBSTACLE_INTERRUPTS);

	for (size_t i = 0; i < j->host->n_devices; i++) {
		const struct device_view *dv = &j->analysis->devices[i];
		const struct answer *a = &j->analysis->assign[i].iommufd;
		const struct device *d = &j->host->devices[i];
		struct finding *f;

		if (!dv->for_user || j->analysis->assign[i].n_obstacles ||
		    a->verdict != VERDICT_REFUSED || explained[i] & kinds)
			continue;
		f = found(
			j, SEVERITY_WARNING, CONFIDENCE_DERIVED,
			host_group(j->host, d->group),
			"%s can be passed through with VFIO type1, but not with iommufd: %s.",
			d->name, a->why);
		finding_add_device(j, f, d);
		add_path(f, d);
		finding_kernel(j, f, "fails %s with %s.", a->call, errno_name(a->error));
		finding_advise(f, "Use VFIO without iommufd (QEMU: leave out iommufd=).");
	}
}

static void check_unknown(struct judge *j)
{
	for (size_t i = 0; i < j->host->n_devices; i++) {
		const struct device_view *dv = &j->analysis->devices[i];
		const struct assignment *a = &j->analysis->assign[i];

		if (!dv->for_user)
			continue;
		if (a->vfio.verdict == VERDICT_UNKNOWN)
			cannot_answer(j, i, "VFIO", a->vfio.why);
		else if (a->iommufd.verdict == VERDICT_UNKNOWN && !a->iommufd_missing &&
			 a->vfio.verdict != VERDICT_REFUSED)
			cannot_answer(j, i, "iommufd", a->iommufd.why);
	}
}

static void check_passthrough_refused(struct judge *j)
{
	cleanup_free unsigned *errors = explained_by(j, SEVERITY_ERROR);
	cleanup_free unsigned *warnings = explained_by(j, SEVERITY_WARNING);

	check_type1(j, errors);
	check_iommufd(j, warnings);
	check_unknown(j);
}

const struct rule rule_passthrough_refused = {
	.id = "passthrough-refused",
	.title = "The kernel refuses to pass a device through to a VM",
	.severity = SEVERITY_ERROR,
	.of_assignment = true,
	.add_answers = findings_add_answers,
	.explains = OBSTACLE_BIT(OBSTACLE_COUNT) - 1,
	.check = check_passthrough_refused,
	.meaning =
		"The device is bound to a VFIO driver, or was asked about, and the kernel does not "
		"let a VM have it, for a reason that no other finding names: for example it is a PCI "
		"bridge, a physical function whose virtual functions are there, or a device in no "
		"IOMMU group. It is a warning where iommufd alone refuses the device.",
	.behaviours = RESTS_ON(
		BEHAVIOUR_BRIDGE_REFUSED, BEHAVIOUR_NO_GROUP_REFUSED,
		BEHAVIOUR_PF_WITH_VFS_REFUSED, BEHAVIOUR_COHERENCY_REQUIRED,
		BEHAVIOUR_SMMU_COHERENCY_ASKED, BEHAVIOUR_RESET_REQUIRED,
		BEHAVIOUR_RESET_ALWAYS_REQUIRED, BEHAVIOUR_SPAPR_TELLS_COHERENCY),
	.advice = "What to do depends on the reason: see the finding.",
};
