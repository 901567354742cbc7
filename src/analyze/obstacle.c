/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands between a device and a VM, in words. */
#include <string.h>

#include "analyze/analyze.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "model/findings.h"

/* So many firmware entries and devices are named one by one. */
#define NAMES_MAX 4

const char *obstacle_name(enum obstacle_kind kind)
{
	static const char *const names[OBSTACLE_COUNT] = {
		[OBSTACLE_BRIDGE] = "pci-bridge",
		[OBSTACLE_VIRTUAL_FUNCTIONS] = "virtual-functions",
		[OBSTACLE_RESET] = "reset",
		[OBSTACLE_NO_GROUP] = "no-group",
		[OBSTACLE_COHERENCY] = "cache-coherency",
		[OBSTACLE_DRIVER] = "driver",
		[OBSTACLE_DIRECT] = "direct-region",
		[OBSTACLE_ADDRESSES] = "no-address-left",
		[OBSTACLE_INTERRUPTS] = "interrupts",
		[OBSTACLE_TWO_WINDOWS] = "two-msi-windows",
	};

	return names[kind];
}

bool obstacle_is_final(const struct obstacle *o)
{
	return o->kind == OBSTACLE_BRIDGE || o->kind == OBSTACLE_COHERENCY ||
	       o->kind == OBSTACLE_NO_GROUP || o->kind == OBSTACLE_DIRECT ||
	       o->kind == OBSTACLE_ADDRESSES;
}

/* The entries that make the direct lines of a device's group, and whose they are. */
static char *direct_text(const struct host *host, const struct analysis *a,
			 const struct obstacle *o)
{
	const struct group *g = host_group(host, host->devices[o->device].group);
	struct claim_slice own = claims_of_group(host, a, g);
	cleanup_free bool *named = xcalloc(host->n_devices + 1, sizeof(bool));
	cleanup_free bool *listed = xcalloc(a->firmware.n_entries + 1, sizeof(bool));
	struct text_list entries = { .max = NAMES_MAX }, devices = { .max = NAMES_MAX };
	cleanup_free char *whose = NULL;
	cleanup_free char *which = NULL;

	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &a->firmware.claims[i];

		if (c->type != REGION_DIRECT || !claim_is_listed(host, c))
			continue;
		if (!named[c->device])
			text_list_add(&devices, host->devices[c->device].name);
		named[c->device] = true;
		if (c->entry != NO_INDEX && !listed[c->entry]) {
			cleanup_free char *entry =
				entry_short_text(&a->firmware.entries[c->entry]);

			text_list_add(&entries, entry);
			listed[c->entry] = true;
		}
	}
	whose = text_list_take(&devices);
	which = text_list_take(&entries);
	return text_format("%s of %s", entries.n ? which : "a direct region", whose);
}

/* With the reason, where firmware has one. */
static char *no_group_text(const struct host *host, const struct analysis *a,
			   const struct device *d)
{
	struct front front = device_front(host, a, d);
	cleanup_free char *why = front_text(&front);

	return why ? text_format("it is in no IOMMU group: %s", why)
		   : xstrdup("it is in no IOMMU group");
}

char *obstacle_text(const struct host *host, const struct analysis *a,
		    const struct obstacle *o)
{
	const struct device *d;

	if (o->kind == OBSTACLE_INTERRUPTS)
		return xstrdup("interrupts are not isolated");
	if (o->device == NO_INDEX)
		return xstrdup(o->kind == OBSTACLE_DIRECT ? "a direct region of its group"
							  : o->why);
	d = &host->devices[o->device];
	switch (o->kind) {
	case OBSTACLE_BRIDGE:
		return xstrdup("it is a PCI bridge");
	case OBSTACLE_VIRTUAL_FUNCTIONS:
		return text_format("it has %zu %s", a->devices[o->device].n_virtual,
				   one_or_many(a->devices[o->device].n_virtual,
					       "virtual function", "virtual functions"));
	case OBSTACLE_NO_GROUP:
		return no_group_text(host, a, d);
	case OBSTACLE_DRIVER:
		return text_format("%s uses the driver %s", d->name, d->driver);
	case OBSTACLE_DIRECT:
		return direct_text(host, a, o);
	default:
		return xstrdup(o->why);
	}
}

/* --- All of them in one sentence --- */

/* So many obstacles from the first on are of one kind. */
static size_t run_length(const struct obstacle *o, size_t n)
{
	size_t same = 1;

	while (same < n && o[same].kind == o->kind)
		same++;
	return same;
}

/* "EPERM now (A uses the driver B, C uses the driver D)" */
static void add_run(const struct host *host, const struct analysis *a,
		    const struct obstacle *o, size_t n, const char *when, struct text *t)
{
	text_printf(t, "%s%s (", errno_name(o->error), when);
	for (size_t i = 0; i < n; i++) {
		cleanup_free char *s = obstacle_text(host, a, &o[i]);

		text_printf(t, "%s%s", i ? ", " : "", s);
	}
	text_add(t, ")");
}

/* The first that is final; n: none is. */
static size_t final_of(const struct obstacle *o, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (obstacle_is_final(&o[i]))
			return i;
	}
	return n;
}

char *obstacles_text(const struct host *host, const struct analysis *a,
		     const struct assignment *assign)
{
	const struct obstacle *o = assign->obstacles;
	size_t n = assign->n_obstacles;
	size_t final = final_of(o, n);
	struct text t = { 0 };

	if (final < n)
		add_run(host, a, &o[final], 1, " for good", &t);
	for (size_t i = 0, run; i < n; i += run) {
		run = run_length(&o[i], n - i);
		if (i == final)
			continue;
		if (t.len)
			text_add(&t, i < final && final < n ? "; before that "
							    : "; after that ");
		add_run(host, a, &o[i], run, t.len || run == n ? "" : " now", &t);
	}
	return text_take(&t);
}
