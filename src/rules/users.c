/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who uses what is passed through now: user-space drivers that have a group open, or this
 * host itself.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

static void add_holder(struct judge *j, struct finding *f, size_t holder)
{
	const struct holder *h = &j->host->holders[holder];
	cleanup_free char *path = text_format("/proc/%u/fd", (unsigned)h->pid);
	cleanup_free char *text = text_format("%s holds %s %s", h->command,
					      holding_name(h->holding), h->what);

	finding_add_evidence(f, path, 0, text);
}

static void add_direct_lines(struct judge *j, struct finding *f, const struct group *g)
{
	for_each_region (r, j->host, g) {
		if (region_is_direct(r))
			finding_add_region(j, f, r);
	}
}

/* A group that kernels since 6.6 refuse cannot be open for DMA, unless they are patched.
 */
static bool contradicts(const struct judge *j, const struct group_view *gv)
{
	return gv->n_direct && j->host->holders[gv->holder].holding == HOLDS_DEVICE &&
	       kernel_does(j->host, BEHAVIOUR_DIRECT_REFUSED, gv->kind) == TRISTATE_YES;
}

#define HELD                                                                                 \
	"Process %u (%s) has group %u open, so the default domain that `type` names is not " \
	"what translates now."
#define HELD_AND_LOST                                                                        \
	"Process %u (%s) has group %u open, so the default domain that `type` names is not " \
	"what translates now, and the identity mappings of the group are not there."

static void check_type_dma_but_user_owned(struct judge *j)
{
	for_each_group (g, j->host) {
		const struct group_view *gv = view_of_group(j, g);
		const struct holder *h;
		cleanup_free char *message = NULL;
		struct finding *f;

		if (gv->holder == NO_INDEX || gv->untranslated)
			continue;
		h = &j->host->holders[gv->holder];
		message = text_format(gv->n_direct || gv->n_relaxable ? HELD_AND_LOST
								      : HELD,
				      (unsigned)h->pid, h->command, (unsigned)g->id);
		f = found(j, contradicts(j, gv) ? SEVERITY_WARNING : SEVERITY_INFO,
			  CONFIDENCE_OBSERVED, g, "%s", message);
		finding_add_devices(j, f, g);
		finding_add_type(f, g);
		add_holder(j, f, gv->holder);
		add_direct_lines(j, f, g);
		if (contradicts(j, gv))
			finding_kernel(
				j, f,
				"would refuse this group because of its direct region: it is patched to bypass that.");
		else
			finding_kernel(
				j, f,
				"goes back to the default domain, with its mappings, when "
				"the user closes the group.");
	}
}

const struct rule rule_type_dma_but_user_owned = {
	.id = "type-dma-but-user-owned",
	.title = "A VM or user-space driver has a group open",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_USERS),
	.applies = any_group_for_user,
	.no_command = true,
	.check = check_type_dma_but_user_owned,
	.meaning =
		"The file `type` of a group names its default domain, even while VFIO or iommufd has "
		"put the group into a domain of its user. What is said of the default domain does not "
		"hold then: relaxable regions are not mapped, and the user decides what is. It is a "
		"warning if the group has a direct region and a kernel with direct-refused passed it "
		"through all the same: that kernel is patched.",
	.behaviours = RESTS_ON(BEHAVIOUR_DIRECT_REFUSED),
	.kernels = "All versions print the default domain.",
	.advice = "No action needed. Run this again when the user has closed the group.",
};

/* --- device-in-use --- */

static bool holds_root(const struct host *host, const struct device *d)
{
	for (size_t i = 0; i < host->n_disk_uses; i++) {
		const struct disk_use *u = &host->disk_uses[i];

		if (u->device && !strcmp(u->device, d->name) && !strcmp(u->what, "/"))
			return true;
	}
	return false;
}

static bool is_wanted(const struct judge *j, const struct device *d)
{
	return j->analysis->devices[device_index(j->host, d)].for_user && d->driver &&
	       !device_is_bound_to_vfio(d) && device_is_in_use(j, d);
}

/* By whether the root file system is on a disk of the device. */
static const struct use {
	enum severity severity;
	const char *message;
	const char *advice;
} uses[] = {
	[false] = { SEVERITY_WARNING,
		    "This host uses {device}, which is to be passed through to a VM.",
		    "End that use first, or use another device." },
	[true] = { SEVERITY_ERROR,
		   "This host runs from a disk of {device}, which is to be passed through to a VM.",
		   "Use another device." },
};

static void check_device_in_use(struct judge *j)
{
	for (size_t i = 0; i < j->host->n_devices; i++) {
		const struct device *d = &j->host->devices[i];
		cleanup_free char *warning = in_use_warning(j->host, d);
		cleanup_free char *message = NULL;
		const struct use *use;
		struct finding *f;

		if (!is_wanted(j, d) || !warning)
			continue;
		use = &uses[holds_root(j->host, d)];
		message = text_filled(use->message, "device", d->name, TEXT_END);
		f = found(j, use->severity, CONFIDENCE_OBSERVED,
			  d->group == NO_GROUP ? NULL : host_group(j->host, d->group),
			  "%s", message);
		finding_add_device(j, f, d);
		finding_add_driver(f, d);
		finding_advise(f, "%s %s", use->advice, warning);
	}
}

static bool any_for_user(const struct host *host, const struct analysis *a)
{
	for (size_t i = 0; i < host->n_devices; i++) {
		if (a->devices[i].for_user && !device_is_bound_to_vfio(&host->devices[i]))
			return true;
	}
	return false;
}

const struct rule rule_device_in_use = {
	.id = "device-in-use",
	.title = "This host uses a device that is to be passed through to a VM",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.uses = SOURCE_BIT(SOURCE_MOUNTS),
	.applies = any_for_user,
	.no_command = true,
	.check = check_device_in_use,
	.meaning =
		"A file system or swap of this host is on a disk of the device, or the default route "
		"goes over its network interface. The kernel takes the driver away from a mounted "
		"disk without asking, and the host loses the disk at once. It is an error if the disk "
		"holds the root file system.",
	.kernels = "All versions alike: they refuse nothing.",
	.advice =
		"Use another device, or end the use first: unmount the file systems, switch the "
		"swap off, move the default route.",
};
