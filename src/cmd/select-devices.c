/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices that selectors name together: each selector adds to them. */
#include "base/message.h"
#include "cmd/cmd.h"

/* PCI_CLASS_BRIDGE_HOST (include/linux/pci_ids.h), or a bridge to another bus. */
static bool is_bridge(const struct device *d)
{
	return device_is_pci_bridge(d) || (d->has_ids && d->class_code >> 8 == 0x0600);
}

/* A selector that fits several devices does not mean the bridges among them. */
static void leave_bridges(const struct host *host, struct selection *one)
{
	size_t n = 0, bridges = 0;

	for (size_t i = 0; i < host->n_devices; i++) {
		n += one->devices[i];
		bridges += one->devices[i] && is_bridge(&host->devices[i]);
	}
	for (size_t i = 0; bridges && bridges < n && i < host->n_devices; i++)
		one->devices[i] = one->devices[i] && !is_bridge(&host->devices[i]);
}

static void add_flags(bool *flags, const bool *more, size_t n)
{
	for (size_t i = 0; i < n; i++)
		flags[i] = flags[i] || more[i];
}

bool select_devices(const struct options *options, const struct host *host,
		    struct selection *all)
{
	bool fine = true;

	*all = (struct selection){
		.groups = xcalloc(host->n_groups + 1, sizeof(bool)),
		.regions = xcalloc(host->n_regions + 1, sizeof(bool)),
		.devices = xcalloc(host->n_devices + 1, sizeof(bool)),
	};
	for (size_t i = 0; i < options->n_selectors; i++) {
		struct selection one = { 0 };

		if (select_parts(host, &options->selectors[i], 1, &one)) {
			leave_bridges(host, &one);
			add_flags(all->groups, one.groups, host->n_groups);
			add_flags(all->regions, one.regions, host->n_regions);
			add_flags(all->devices, one.devices, host->n_devices);
			for (size_t k = 0; k < one.n_unmatched; k++)
				*ADD(all, unmatched) = one.unmatched[k];
			one.n_unmatched = 0;
			all->unsure = all->unsure || one.unsure;
		} else {
			fine = false;
		}
		selection_clear(&one);
	}
	if (fine && !any_flag(all->devices, host->n_devices)) {
		report_unmatched(all);
		message("%s: no device matches", options->command->name);
		fine = false;
	}
	return fine;
}
