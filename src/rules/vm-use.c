/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Can a VM have a device, in a word. */
#include "rules/vm-use.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/memory.h"
#include "rules/rules.h"

/* The better of two: what works, else what is not known, else type1's refusal. */
static const struct answer *better(const struct answer *vfio,
				   const struct answer *iommufd)
{
	if (vfio->verdict == VERDICT_OK || iommufd->verdict == VERDICT_OK)
		return vfio->verdict == VERDICT_OK ? vfio : iommufd;
	if (answer_is_yes(vfio) || answer_is_yes(iommufd))
		return answer_is_yes(vfio) ? vfio : iommufd;
	return iommufd->verdict == VERDICT_UNKNOWN ? iommufd : vfio;
}

/* What is final, else what unbinding does not cure, else the first; NULL: there is none.
 */
static const struct obstacle *worst_obstacle(const struct assignment *assign)
{
	const struct obstacle *worst = NULL;

	for (size_t i = 0; i < assign->n_obstacles; i++) {
		const struct obstacle *o = &assign->obstacles[i];

		if (obstacle_is_final(o))
			return o;
		if (!worst ||
		    (worst->kind == OBSTACLE_DRIVER && o->kind != OBSTACLE_DRIVER))
			worst = o;
	}
	return worst;
}

/* Which devices this host needs, or one that would have to go with it. Owned. */
static bool *needed_devices(const struct host *host)
{
	bool *needed = xcalloc(host->n_devices, sizeof(*needed));

	for (size_t i = 0; i < n_devices_in_use(host); i++) {
		const char *name = device_in_use(host, i);
		const struct device *d = name ? host_device(host, name) : NULL;
		const struct group *g = d ? host_group(host, d->group) : NULL;

		if (d)
			needed[device_index(host, d)] = true;
		if (g)
			memset(needed + g->first_device, true, g->n_devices);
	}
	return needed;
}

static struct vm_use_view refused(const struct assignment *assign, bool needed,
				  const struct answer *answer)
{
	const struct obstacle *o = worst_obstacle(assign);
	bool unbind = o && o->kind == OBSTACLE_DRIVER;

	return (struct vm_use_view){ .use = !unbind  ? VM_USE_NO
					    : needed ? VM_USE_NEEDED
						     : VM_USE_UNBIND,
				     .obstacle = o,
				     .group = NO_GROUP,
				     .is_bridge = o && o->kind == OBSTACLE_BRIDGE,
				     .why = answer->why };
}

/* Bridges to other buses (class 06) and IOMMUs (0806). */
static bool is_of_board(const struct device *d)
{
	return d->bus == BUS_PCI && d->has_ids &&
	       (d->class_code >> 16 == 0x06 || d->class_code >> 8 == 0x0806);
}

static uint32_t group_to_free(const struct host *host, const struct vm_use_view *use,
			      size_t device)
{
	size_t other = use->obstacle ? use->obstacle->device : NO_INDEX;

	return host->devices[other == NO_INDEX ? device : other].group;
}

/* Which of two interfaces takes a device that the other refuses. */
static const char *only_one(const struct assignment *assign)
{
	if (assign->iommufd_missing ||
	    answer_is_yes(&assign->vfio) == answer_is_yes(&assign->iommufd))
		return NULL;
	return answer_is_yes(&assign->vfio) ? "VFIO type1" : "iommufd";
}

static struct vm_use_view use_of(const struct assignment *assign, bool needed)
{
	const struct answer *a = assign->iommufd_missing
					 ? &assign->vfio
					 : better(&assign->vfio, &assign->iommufd);
	enum vm_use use = VM_USE_UNKNOWN;

	if (a->verdict == VERDICT_REFUSED)
		return refused(assign, needed, a);
	if (answer_is_yes(a))
		use = needed			 ? VM_USE_NEEDED
		      : a->verdict == VERDICT_OK ? VM_USE_YES
						 : VM_USE_YES_BUT;
	return (struct vm_use_view){
		.use = use, .only = only_one(assign), .group = NO_GROUP, .why = a->why
	};
}

struct vm_use_view *vm_uses(const struct host *host, const struct analysis *analysis)
{
	struct vm_use_view *uses = xcalloc(host->n_devices, sizeof(*uses));
	cleanup_free bool *needed = needed_devices(host);

	for (size_t i = 0; i < host->n_devices; i++) {
		uses[i] = use_of(&analysis->assign[i], needed[i]);
		uses[i].of_board = is_of_board(&host->devices[i]);
		if (uses[i].use == VM_USE_UNBIND)
			uses[i].group = group_to_free(host, &uses[i], i);
	}
	return uses;
}
