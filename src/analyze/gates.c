/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a gate says what is in the way, and with which call and errno the kernel does. */
#include "analyze/gates.h"

#include <errno.h>
#include <string.h>

/* The errno of a refusal; a write to `bind` may have another one than the probe. */
static int error_of(const struct host *host, const struct behaviour_row *row)
{
	bool lost = !strcmp(row->call, "bind") &&
		    kernel_does_anywhere(host, BEHAVIOUR_BIND_TELLS_ERRNO) == TRISTATE_NO;

	return lost ? ENODEV : row->error;
}

struct obstacle *gate_stop(struct attempt *t, enum behaviour behaviour, const char *why)
{
	const struct behaviour_row *row = &behaviours[behaviour];
	enum iommu_kind iommu = t->gv ? t->gv->kind : IOMMU_OTHER;
	struct obstacle *o = ADD(t, obstacles);

	t->now->passes = TRISTATE_NO;
	*o = (struct obstacle){
		.kind = t->now->kind,
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

struct obstacle *gate_stop_claim(struct attempt *t, enum behaviour behaviour,
				 const char *why)
{
	struct obstacle *o = gate_stop(t, behaviour, why);

	o->call = refusing_call(t->host, behaviour, t->gv->kind, t->via->type1);
	return o;
}

void gate_cannot_tell(struct attempt *t, const char *what)
{
	if (!t->unsure)
		t->unsure = what;
	if (t->now->passes != TRISTATE_YES)
		return;
	t->now->passes = TRISTATE_UNKNOWN;
	t->now->missing = what;
}

bool parameter_says_yes(const struct host *host, const char *module,
			const char *parameter)
{
	const char *value = host_parameter(host, module, parameter);

	return value && !strcmp(value, "Y");
}

const char gate_joins_open[] =
	"the device is in no group, and whether it joins one when a driver is bound is "
	"not known for this kernel";
