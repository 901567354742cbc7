/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hardware and software MSI windows against each other, and whether MSIs are isolated. */
#include <stdlib.h>
#include <string.h>

#include "analyze/firmware.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "rules/remapping.h"
#include "rules/rules.h"
#include "rules/steps.h"

static int compare_lines(const void *a, const void *b)
{
	const struct region *x = *(const struct region *const *)a;
	const struct region *y = *(const struct region *const *)b;

	if (x->range.first != y->range.first)
		return x->range.first < y->range.first ? -1 : 1;
	return (x > y) - (x < y);
}

/*
 * Two msi lines that overlap or touch, of all such those that begin first; NULL if there
 * are none. The earlier line is returned.
 */
static const struct region *touching_msi(const struct host *host, const struct group *g,
					 const struct region **other)
{
	cleanup_free const struct region **lines = xcalloc(g->n_regions, sizeof(void *));
	const struct region *far = NULL; /* of those that begin before */
	size_t n = 0;

	for_each_region (r, host, g) {
		if (r->type == REGION_MSI)
			lines[n++] = r;
	}
	if (n > 1)
		qsort(lines, n, sizeof(void *), compare_lines);
	for (size_t i = 0; i < n; i++) {
		if (far && range_touches(far->range, lines[i]->range)) {
			*other = far < lines[i] ? lines[i] : far;
			return far < lines[i] ? far : lines[i];
		}
		if (!far || lines[i]->range.last > far->range.last)
			far = lines[i];
	}
	return NULL;
}

static enum severity mixed_severity(const struct judge *j, const struct group *g)
{
	const struct group_view *gv = view_of_group(j, g);

	/* Before iommufd there was only type1, and that works. */
	if (!gv->for_user ||
	    kernel_does(j->host, BEHAVIOUR_TWO_WINDOWS_REFUSED, gv->kind) == TRISTATE_NO)
		return SEVERITY_INFO;
	return kernel_does(j->host, BEHAVIOUR_NO_COOKIE_NO_MSI, gv->kind) == TRISTATE_YES
		       ? SEVERITY_CRITICAL
		       : SEVERITY_ERROR;
}

static void advise_type1(struct finding *f)
{
	cleanup_free char *dates =
		behaviour_dates(&behaviours[BEHAVIOUR_NO_COOKIE_NO_MSI]);

	finding_advise(
		f,
		"Use VFIO type1, not iommufd. Mind this when you update the kernel: type1 fails "
		"too, %s.",
		dates);
}

/* What a kernel makes of a group with both kinds of windows. */
enum mixed {
	MIXED_WORKS,   /* with VFIO type1, the only interface */
	MIXED_TYPE1,   /* iommufd refuses a device with both */
	MIXED_NO_MSIS, /* and type1 cannot enable MSIs */
};

static const struct {
	const char *message; /* {how}: by what it is known, or nothing */
	const char *kernel;
} mixed_texts[] = {
	[MIXED_WORKS] = { "Group {group} has a hardware and a software MSI window{how}; this kernel can "
			  "use them.",
			  "lets VFIO type1 attach and programs the physical doorbell, which works." },
	[MIXED_TYPE1] = { "iommufd refuses a device with a hardware and a software MSI window, and group "
			  "{group} has both{how}.",
			  "lets VFIO type1 attach and programs the physical doorbell; iommufd "
			  "refuses a device that has both with EINVAL." },
	[MIXED_NO_MSIS] = { "A VM gets no MSIs from group {group} through VFIO type1, and iommufd refuses a "
			    "device with both: the group has a hardware and a software MSI window{how}.",
			    "lets VFIO type1 attach and then fails to enable MSIs with ENOSPC; "
			    "iommufd refuses the device with EINVAL and a WARNING." },
};

static enum mixed mixed_of(const struct judge *j, enum iommu_kind kind)
{
	if (kernel_does(j->host, BEHAVIOUR_NO_COOKIE_NO_MSI, kind) == TRISTATE_YES)
		return MIXED_NO_MSIS;
	return kernel_does(j->host, BEHAVIOUR_TWO_WINDOWS_REFUSED, kind) == TRISTATE_NO
		       ? MIXED_WORKS
		       : MIXED_TYPE1;
}

static struct finding *found_mixed(struct judge *j, const struct group *g,
				   const char *how)
{
	enum iommu_kind kind = view_of_group(j, g)->kind;
	enum mixed mixed = mixed_of(j, kind);
	cleanup_free char *group = text_format("%u", (unsigned)g->id);
	cleanup_free char *message = text_filled(mixed_texts[mixed].message, "group",
						 group, "how", how, TEXT_END);
	struct finding *f =
		found(j, mixed_severity(j, g), CONFIDENCE_DERIVED, g, "%s", message);
	enum tristate two = finding_rests_on(j, f, BEHAVIOUR_TWO_WINDOWS_REFUSED, kind);
	enum tristate cookie = finding_rests_on(j, f, BEHAVIOUR_NO_COOKIE_NO_MSI, kind);

	if (two == TRISTATE_NO)
		finding_advise(f, "No action needed on this kernel.");
	else if (cookie == TRISTATE_NO)
		advise_type1(f);
	finding_kernel(j, f, "%s", mixed_texts[mixed].kernel);
	return f;
}

static void check_hw_and_sw_msi(struct judge *j)
{
	for_each_group (g, j->host) {
		const struct group_view *gv = view_of_group(j, g);
		const struct region *other;
		struct finding *f;

		if (!gv->n_hw_msi || !gv->n_sw_msi || touching_msi(j->host, g, &other))
			continue;
		f = found_mixed(j, g, "");
		for_each_region (r, j->host, g) {
			if (r->type == REGION_MSI || r->type == REGION_SW_MSI)
				finding_add_region(j, f, r);
		}
		finding_add_devices(j, f, g);
	}
}

const struct rule rule_hw_and_sw_msi = {
	.id = "hw-and-sw-msi",
	.title = "Hardware and software MSI windows in one group",
	.severity = SEVERITY_CRITICAL,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.add_answers = findings_add_answers,
	.explains = OBSTACLE_BIT(OBSTACLE_TWO_WINDOWS),
	.no_command = true,
	.check = check_hw_and_sw_msi,
	.meaning =
		"sysfs prints both kinds as msi. The hardware window is where the device's MSIs "
		"go untranslated; the software window is where the kernel maps doorbells for "
		"user domains. A device with both (HiSilicon hip06 and hip07, whose SMMU cannot "
		"translate MSI writes) works with kernel drivers, but a VM or user-space driver "
		"gets no MSIs.",
	.behaviours = RESTS_ON(BEHAVIOUR_NO_COOKIE_NO_MSI, BEHAVIOUR_TWO_WINDOWS_REFUSED),
	.kernels =
		"Where the kernel still enables MSIs without a cookie, type1 programs the "
		"physical doorbell. iommufd looks at each device by itself.",
	.advice = "Use another device, or VFIO type1 on an older kernel (without "
		  "no-cookie-no-msi). No setting of a new kernel helps.",
};

static void check_two_msi_lines_touching(struct judge *j)
{
	for_each_group (g, j->host) {
		const struct region *other = NULL;
		const struct group_view *gv = view_of_group(j, g);
		const struct region *first = gv->n_hw_msi + gv->n_sw_msi > 1
						     ? touching_msi(j->host, g, &other)
						     : NULL;
		struct finding *f;

		if (!first)
			continue;
		f = found_mixed(j, g, " (two msi lines overlap or touch)");
		finding_add_region(j, f, first);
		finding_add_region(j, f, other);
		finding_add_devices(j, f, g);
	}
}

const struct rule rule_two_msi_lines_touching = {
	.id = "two-msi-lines-touching",
	.title = "Two msi lines touch, so one is hardware and one software",
	.severity = SEVERITY_CRITICAL,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.explains = OBSTACLE_BIT(OBSTACLE_TWO_WINDOWS),
	.no_command = true,
	.check = check_two_msi_lines_touching,
	.meaning =
		"The kernel merges regions of one type that overlap or touch. Two msi lines that "
		"still overlap or touch prove that the group has a hardware and a software MSI "
		"window, see hw-and-sw-msi.",
	.behaviours = RESTS_ON(BEHAVIOUR_NO_COOKIE_NO_MSI, BEHAVIOUR_TWO_WINDOWS_REFUSED),
	.kernels = "The merging (iommu_insert_resv_region) is the same in all versions.",
	.advice = "Use another device, or VFIO type1 on an older kernel (without "
		  "no-cookie-no-msi). No setting of a new kernel helps.",
};

/* --- hw-msi-without-cookie --- */

static bool applies_hw_msi_without_cookie(const struct host *host,
					  const struct analysis *a)
{
	(void)a;
	return host_is_arm64(host) &&
	       kernel_does_anywhere(host, BEHAVIOUR_NO_COOKIE_NO_MSI) != TRISTATE_NO;
}

/*
 * Is MSI the only kind of interrupt of a device of the group? Virtual functions have no
 * INTx (SR-IOV specification 1.1, 3.4.1.11); of others the configuration space says it.
 */
static bool depends_on_msi(const struct judge *j, const struct group *g)
{
	for_each_device (d, j->host, g) {
		const struct msi_state *s =
			j->analysis->msi[device_index(j->host, d)].state;

		if (d->is_virtual_function == TRISTATE_YES ||
		    (s && s->has_pin && !s->pin))
			return true;
	}
	return false;
}

static enum severity cookie_severity(const struct judge *j, const struct group *g)
{
	if (!view_of_group(j, g)->for_user)
		return SEVERITY_INFO;
	return depends_on_msi(j, g) ? SEVERITY_CRITICAL : SEVERITY_ERROR;
}

#define COOKIE_INTX \
	"VFIO type1 cannot enable MSIs for group %u, which has only a hardware MSI window."
#define COOKIE_NO_INTX                                                                       \
	"VFIO type1 cannot enable MSIs for group %u, which has only a hardware MSI window, " \
	"and there is no INTx to fall back on."

static void check_hw_msi_without_cookie(struct judge *j)
{
	bool certain =
		kernel_does_anywhere(j->host, BEHAVIOUR_NO_COOKIE_NO_MSI) == TRISTATE_YES;

	for_each_group (g, j->host) {
		const struct group_view *gv = view_of_group(j, g);
		cleanup_free char *message = NULL;
		struct finding *f;

		/* DART is not cache coherent for VFIO: no driver of it can be bound. */
		if (!gv->n_hw_msi || gv->n_sw_msi || gv->kind == IOMMU_DART)
			continue;
		message = text_format(depends_on_msi(j, g) ? COOKIE_NO_INTX : COOKIE_INTX,
				      (unsigned)g->id);
		f = found(j, cookie_severity(j, g),
			  certain ? CONFIDENCE_DERIVED : CONFIDENCE_HEURISTIC, g, "%s",
			  message);
		for_each_region (r, j->host, g) {
			if (view_of_region(j, r)->type == REGION_MSI)
				finding_add_region(j, f, r);
		}
		finding_add_devices(j, f, g);
		finding_kernel(
			j, f,
			"attaches the group and then fails VFIO_DEVICE_SET_IRQS with "
			"ENOSPC; later attempts in the same boot fail too.");
	}
}

const struct rule rule_hw_msi_without_cookie = {
	.id = "hw-msi-without-cookie",
	.title = "VFIO type1 cannot enable MSIs: no software MSI window",
	.severity = SEVERITY_CRITICAL,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_KERNEL),
	.applies = applies_hw_msi_without_cookie,
	.no_command = true,
	.check = check_hw_msi_without_cookie,
	.meaning =
		"On arm64 VFIO type1 gives a domain an MSI cookie only if the group has no hardware "
		"MSI region. New kernels need the cookie to place a doorbell. It hits guests whose "
		"virtio-iommu reports an MSI region. A device without INTx, such as a virtual "
		"function, then has no interrupts at all.",
	.behaviours = RESTS_ON(BEHAVIOUR_NO_COOKIE_NO_MSI),
	.kernels = "Earlier kernels program the physical doorbell and work.",
	.advice =
		"Use iommufd (/dev/vfio/devices) from the start, not after a failed try with "
		"type1. Or have the hypervisor report no MSI region: the driver then adds the "
		"software window.",
	.metal_advice =
		"Use iommufd (/dev/vfio/devices) from the start, not after a failed try with "
		"type1.",
};

/* --- no-isolated-msi --- */

/* The modules that can be told to do without isolation. */
static const struct {
	const char *name;
	const char *path;
} unsafe_modules[] = {
	{ "vfio_iommu_type1",
	  "/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts" },
	{ "iommufd", "/sys/module/iommufd/parameters/allow_unsafe_interrupts" },
};

static bool unsafe_allowed(const struct host *host, const char *module)
{
	const char *value = host_parameter(host, module, "allow_unsafe_interrupts");

	return value && !strcmp(value, "Y");
}

/* Does firmware offer interrupt remapping at all? */
static void add_dmar_flags(struct judge *j, struct finding *f)
{
	cleanup_free char *text = NULL;
	struct dmar_interrupts dmar;

	if (!dmar_interrupts(j->analysis, &dmar))
		return;
	text = text_format("flags 0x%02x: interrupt remapping is %soffered%s", dmar.flags,
			   dmar.remapping ? "" : "not ",
			   dmar.x2apic_opt_out ? ", x2APIC is to be left off" : "");
	finding_add_place(f, "DMAR", DMAR_FLAGS_OFFSET, text);
}

static bool any_unsafe(const struct host *host)
{
	for (size_t i = 0; i < ARRAY_SIZE(unsafe_modules); i++) {
		if (unsafe_allowed(host, unsafe_modules[i].name))
			return true;
	}
	return false;
}

/* Firmware names the controller of a device, or none. */
static void add_parent(struct finding *f, const struct msi_view *m)
{
	const struct msi_parent *p = &m->parent;
	bool is_silent = m->controller == MSI_CONTROLLER_BRIDGE ||
			 m->controller == MSI_CONTROLLER_NONE;
	cleanup_free char *text =
		is_silent
			? xstrdup(p->node ? "names no MSI controller (msi-map, msi-parent)"
					  : "no ID mapping leads to an ITS")
			: text_format("MSIs go to %s%s",
				      msi_controller_text(m->controller),
				      p->has_pre_its ? " behind a pre-ITS" : "");
	cleanup_free char *path =
		p->node ? text_format("%s%s", table_dtb.path, p->node) : NULL;

	if (p->node)
		finding_add_evidence(f, path, 0, text);
	else
		finding_add_place(f, p->table, p->offset, text);
}

/* What tells that MSIs are not isolated. */
static void add_isolation(struct judge *j, struct finding *f,
			  const struct group_isolation *v)
{
	const struct msi_view *m =
		v->device == NO_INDEX ? NULL : &j->analysis->msi[v->device];

	/* an ITS isolates, but for what stands in front of it */
	if (m && m->controller == MSI_CONTROLLER_ITS && !m->parent.has_pre_its)
		m = NULL;
	if (m && m->irq) {
		cleanup_free char *path =
			text_format("/sys/kernel/irq/%u/chip_name", m->irq->number);

		finding_add_evidence(f, path, 1, m->irq->chip);
	} else if (m && m->chip) {
		finding_add_evidence(f, "/proc/interrupts", m->chip->line, m->chip->name);
	} else if (m) {
		add_parent(f, m);
	} else if (v->chip) {
		finding_add_evidence(f, "/proc/interrupts", v->chip->line, v->chip->name);
	} else {
		finding_add_evidence(f, j->analysis->isolation.path, 0,
				     j->analysis->isolation.why);
	}
}

/* Is something else in the way of the group for good, so that no parameter helps? */
static bool is_refused_anyway(const struct judge *j, const struct group *g)
{
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		const struct assignment *assign = &j->analysis->assign[i];

		for (size_t k = 0;
		     j->analysis->devices[i].for_user && k < assign->n_obstacles; k++) {
			if (assign->obstacles[k].kind != OBSTACLE_INTERRUPTS &&
			    obstacle_is_final(&assign->obstacles[k]))
				return true;
		}
	}
	return false;
}

/* Is the kernel told not to mind; is something else in the way for good? */
enum isolation_case { NOT_ISOLATED, NOT_ISOLATED_NOR_ELSE, NOT_ISOLATED_ALLOWED };

static const struct {
	enum severity severity;
	const char *message;
	const char *advice; /* after what brings isolation */
} isolation_texts[] = {
	[NOT_ISOLATED] = { SEVERITY_ERROR,
			   "Group {group} cannot be passed through to a VM: MSIs are not isolated{cause}.",
			   " allow_unsafe_interrupts=1 of vfio_iommu_type1 (or iommufd) switches this "
			   "protection off (insecure)." },
	[NOT_ISOLATED_NOR_ELSE] = { SEVERITY_ERROR,
				    "Group {group} cannot be passed through to a VM: MSIs are not isolated{cause}.",
				    "" },
	[NOT_ISOLATED_ALLOWED] = { SEVERITY_WARNING,
				   "Whoever uses group {group} can trigger any interrupt of the host: MSIs are not "
				   "isolated, and allow_unsafe_interrupts is set{cause}.",
				   " Then set allow_unsafe_interrupts back to N." },
};

static void say_isolation_refused(struct judge *j, struct finding *f,
				  const struct group *g)
{
	(void)finding_rests_on(j, f, BEHAVIOUR_NOT_ISOLATED_REFUSED,
			       view_of_group(j, g)->kind);
	if (kernel_does_anywhere(j->host, BEHAVIOUR_IOMMUFD) == TRISTATE_NO)
		finding_kernel(
			j, f,
			"refuses VFIO_SET_IOMMU with EPERM and logs \"No interrupt remapping support.\". "
			"QEMU says \"failed to set iommu for container\".");
	else
		finding_kernel(
			j, f,
			"refuses VFIO_SET_IOMMU with EPERM and logs \"No interrupt remapping support.\"; "
			"iommufd refuses the bind with EPERM. QEMU says \"failed to set iommu for "
			"container\".");
}

static void report_no_isolation(struct judge *j, const struct group *g)
{
	enum isolation_case c = any_unsafe(j->host)	  ? NOT_ISOLATED_ALLOWED
				: is_refused_anyway(j, g) ? NOT_ISOLATED_NOR_ELSE
							  : NOT_ISOLATED;
	const char *because = remapping_cause(j);
	cleanup_free char *cause = because ? text_format("; %s", because) : NULL;
	cleanup_free char *group = text_format("%u", (unsigned)g->id);
	cleanup_free char *message = text_filled(isolation_texts[c].message, "group",
						 group, "cause", cause, TEXT_END);
	cleanup_free char *advice = NULL;
	struct finding *f = found(j, isolation_texts[c].severity, CONFIDENCE_DERIVED, g,
				  "%s", message);

	finding_add_devices(j, f, g);
	add_isolation(j, f, &j->analysis->group_isolation[group_index(j->host, g)]);
	add_dmar_flags(j, f);
	advice = remapping_advice(j, f);
	finding_advise(f, "%s%s", advice, isolation_texts[c].advice);
	for (size_t i = 0; i < ARRAY_SIZE(unsafe_modules); i++) {
		if (!unsafe_allowed(j->host, unsafe_modules[i].name))
			continue;
		finding_add_evidence(f, unsafe_modules[i].path, 1, "Y");
		steps_set_parameter(j->host, &f->steps, unsafe_modules[i].name,
				    "allow_unsafe_interrupts", false);
	}
	if (c == NOT_ISOLATED)
		steps_allow_unsafe(j->host, &f->steps);
	if (c != NOT_ISOLATED_ALLOWED)
		say_isolation_refused(j, f, g);
}

static void check_no_isolated_msi(struct judge *j)
{
	bool unknown = false;

	for_each_group (g, j->host) {
		const struct group_view *gv = view_of_group(j, g);
		enum tristate isolated =
			j->analysis->group_isolation[group_index(j->host, g)].isolated;

		/* On POWER nothing that VFIO offers asks for it. */
		if (!gv->for_user || gv->untranslated || host_is_power(j->host))
			continue;
		unknown = unknown || isolated == TRISTATE_UNKNOWN;
		if (isolated == TRISTATE_NO)
			report_no_isolation(j, g);
	}
	if (unknown && j->analysis->isolation.isolated == TRISTATE_UNKNOWN)
		cannot_check(j, SOURCE_INTERRUPTS, "%s: %s", j->analysis->isolation.path,
			     j->analysis->isolation.why);
	else if (unknown)
		cannot_check(j, SOURCE_INTERRUPTS,
			     "/proc/interrupts: does not show which controller serves "
			     "the device, nor does firmware");
}

const struct rule rule_no_isolated_msi = {
	.id = "no-isolated-msi",
	.title = "MSIs are not isolated, so the kernel refuses passthrough",
	.severity = SEVERITY_ERROR,
	.of_assignment = true,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.applies = any_group_for_user,
	.add_answers = findings_add_answers,
	.explains = OBSTACLE_BIT(OBSTACLE_INTERRUPTS),
	.check = check_no_isolated_msi,
	.meaning =
		"An MSI is a write to memory. Without interrupt remapping (x86) or an ITS (Arm), "
		"a device that a guest controls can send any interrupt to the host. VFIO and "
		"iommufd refuse such a host.",
	.behaviours =
		RESTS_ON(BEHAVIOUR_ISOLATION_PER_GROUP, BEHAVIOUR_NOT_ISOLATED_REFUSED,
			 BEHAVIOUR_NOT_ISOLATED_REFUSED_BY_IOMMUFD),
	.advice =
		"Switch interrupt remapping on. How depends on what keeps it off: remove "
		"intremap=off or noapic from the command line; enable it in the firmware setup; "
		"update firmware whose tables lack an IOAPIC, or on AMD name it with "
		"ivrs_ioapic=; use a kernel with CONFIG_IRQ_REMAP; on Arm use a GICv3 ITS. "
		"allow_unsafe_interrupts=1 of vfio_iommu_type1 (or iommufd) switches this "
		"protection off (insecure).",
};

/* --- unsafe-interrupts-enabled --- */

/* Are the MSIs of every group isolated, so that the parameter does nothing? */
static bool all_isolated(const struct judge *j)
{
	if (j->analysis->isolation.isolated != TRISTATE_YES)
		return false;
	for_each_group (g, j->host) {
		if (j->analysis->group_isolation[group_index(j->host, g)].isolated !=
		    TRISTATE_YES)
			return false;
	}
	return true;
}

static void check_unsafe(struct judge *j, const char *module, const char *path)
{
	bool harmless = all_isolated(j);
	struct finding *f;

	if (!unsafe_allowed(j->host, module))
		return;
	/* no-isolated-msi says it for the groups that are in use. */
	if (j->analysis->isolation.isolated == TRISTATE_NO &&
	    any_group_for_user(j->host, j->analysis))
		return;
	if (harmless)
		f = found(
			j, SEVERITY_INFO, CONFIDENCE_OBSERVED, NULL,
			"%s allows unsafe interrupts, which has no effect here: MSIs are isolated.",
			module);
	else
		f = found(
			j, SEVERITY_WARNING, CONFIDENCE_OBSERVED, NULL,
			"%s allows unsafe interrupts: the kernel passes devices through even "
			"if their MSIs are not isolated.",
			module);
	finding_add_evidence(f, path, 1, "Y");
	if (!harmless) {
		cleanup_free char *advice = remapping_advice(j, f);

		finding_advise(f, "%s Then set the parameter back to N.", advice);
	}
	steps_set_parameter(j->host, &f->steps, module, "allow_unsafe_interrupts", false);
}

static void check_unsafe_interrupts(struct judge *j)
{
	for (size_t i = 0; i < ARRAY_SIZE(unsafe_modules); i++)
		check_unsafe(j, unsafe_modules[i].name, unsafe_modules[i].path);
}

const struct rule rule_unsafe_interrupts_enabled = {
	.id = "unsafe-interrupts-enabled",
	.title = "A module parameter allows unsafe interrupts",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_MODULES),
	.check = check_unsafe_interrupts,
	.meaning =
		"With allow_unsafe_interrupts=Y VFIO or iommufd passes devices through although "
		"nothing keeps their MSIs from reaching the host.",
	.behaviours = RESTS_ON(BEHAVIOUR_IOMMUFD),
	.kernels =
		"vfio_iommu_type1 has the parameter in all versions; iommufd has one too.",
	.advice =
		"Set the parameter back to N where interrupt remapping works; it is not needed there.",
};
