/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose mappings a DMA fault met: those of the kernel, or those of a user-space driver,
 * who gives out addresses of its own (a guest's memory). The log has no line for the
 * moment in which a group changes hands; vfio-pci prints some when a device is opened
 * and reset.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/parts.h"
#include "base/cleanup.h"
#include "base/text.h"

/* A line of a VFIO driver that is printed while a device is open. */
struct opening {
	unsigned line;
	size_t group;
};

struct openings {
	ARRAY_OF(struct opening, list); /* by line */
};

/*
 * "vfio-pci 0000:03:00.0: enabling device (0000 -> 0003)": pci_enable_resources
 * (drivers/pci/setup-res.c); vfio_bar_restore, vfio_ecap_init (vfio/pci/
 * vfio_pci_config.c); pci_dev_save_and_disable and pci_dev_restore (pci/pci.c).
 */
static bool is_open_at(const char *what)
{
	static const char *const starts[] = {
		"enabling device (", "vfio_bar_restore: ", "vfio_ecap_init: ",
		"resetting",	     "reset done",
	};

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		if (text_starts_with(what, starts[i]))
			return true;
	}
	return false;
}

/* The device of "DRIVER NAME: ..." that a VFIO driver has open; NULL: it is no such line.
 */
static const struct device *opened(const struct host *host, const char *text)
{
	const char *name = strchr(text, ' ');
	const char *colon = name ? strstr(name, ": ") : NULL;
	const char *vfio = strstr(text, "vfio");
	cleanup_free char *device = NULL;

	if (!colon || !vfio || vfio > name || !is_open_at(colon + 2))
		return NULL;
	device = xstrndup(name + 1, (size_t)(colon - name - 1));
	return host_device(host, device);
}

static void find_openings(const struct host *host, struct openings *out)
{
	for (size_t i = 0; i < host->n_log; i++) {
		const struct log_line *l = &host->log[i];
		const struct device *d = opened(host, l->text);

		if (d && d->group != NO_GROUP)
			*ADD(out, list) = (struct opening){
				l->number, group_index(host, host_group(host, d->group))
			};
	}
}

/* Does this kernel give the group to nobody, for the memory that firmware reserved? */
static bool is_never_given(const struct host *host, const struct group_view *gv)
{
	return gv->n_direct &&
	       (kernel_does(host, BEHAVIOUR_DIRECT_REFUSED, gv->kind) == TRISTATE_YES ||
		kernel_does(host, BEHAVIOUR_RMRR_REFUSED, gv->kind) == TRISTATE_YES);
}

/*
 * Is a device of a group bound to a VFIO driver, and can it be opened, or has somebody
 * the group open?
 */
static bool is_users_now(const struct host *host, const struct analysis *a, size_t group)
{
	const struct group *g = &host->groups[group];

	if (is_never_given(host, &a->groups[group]))
		return a->groups[group].holder != NO_INDEX;
	for (size_t i = g->first_device; i < g->first_device + g->n_devices; i++) {
		if (device_is_bound_to_vfio(&host->devices[i]))
			return true;
	}
	return a->groups[group].holder != NO_INDEX;
}

/*
 * One who has the group now, unless the log has all lines and tells of the group being
 * open after the fault only; one who had it, where the log tells so before and after it.
 */
static bool was_users(const struct host *host, const struct analysis *a,
		      const struct openings *openings, unsigned line, size_t group)
{
	bool before = false, after = false;

	for (size_t i = 0; i < openings->n_list; i++) {
		if (openings->list[i].group != group)
			continue;
		before = before || openings->list[i].line < line;
		after = after || openings->list[i].line > line;
	}
	if (is_users_now(host, a, group))
		return before || !after || host->log_state.wrapped == TRISTATE_YES;
	return before && after;
}

void find_users(const struct host *host, const struct analysis *a, struct fault_view *out)
{
	struct openings openings = { 0 };

	if (host->n_faults)
		find_openings(host, &openings);
	for (size_t i = 0; i < host->n_faults; i++)
		out[i].is_users =
			out[i].group != NO_INDEX &&
			was_users(host, a, &openings, host->faults[i].line, out[i].group);
	free(openings.list);
}
