/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reduces a device: what it is, where it stands, what drives it, what a VM gets. */
#include "base/text.h"
#include "compare/parts.h"

/* More bridges than any machine has one behind the other: a made-up host may be endless.
 */
#define DEPTH_MAX 32

/* The slots from the root bus down to a function; NULL: not known. */
static char *place_of(const struct host *host, const struct device *d)
{
	const struct device *chain[DEPTH_MAX];
	struct text t = { 0 };
	size_t n = 0;

	if (d->bus != BUS_PCI || !d->has_ids || !d->topology_known)
		return NULL;
	text_printf(&t, "%04x:%02x", d->address.domain, d->root_bus);
	for (const struct device *at = d; at && n < DEPTH_MAX;
	     at = at->parent ? host_device(host, at->parent) : NULL)
		chain[n++] = at;
	if (chain[n - 1]->parent) {
		text_clear(&t);
		return NULL;
	}
	while (n--)
		text_printf(&t, "/%02x.%x", chain[n]->address.device,
			    chain[n]->address.function);
	return text_take(&t);
}

static char *answer_words(const struct answer *a)
{
	if (a->verdict == VERDICT_UNKNOWN)
		return NULL;
	return a->error ? text_format("%s %s", verdict_name(a->verdict),
				      errno_name(a->error))
			: xstrdup(verdict_name(a->verdict));
}

/* The worst that becomes of the memory that must be identity-mapped; false: not known. */
static bool worst_coverage(const struct analysis *a, size_t device, enum coverage *worst)
{
	struct demand_slice slice = a->demands.of_device[device];

	*worst = COVERAGE_FULL;
	for (size_t i = slice.first; i < slice.first + slice.n; i++) {
		enum coverage c = a->demands.list[i].coverage;

		if (c == COVERAGE_UNKNOWN)
			return false;
		if (c > *worst)
			*worst = c;
	}
	return true;
}

static char *identity_words(const struct analysis *a, size_t device)
{
	const struct identity *id = &a->identity[device];
	enum coverage worst;

	if (id->required == REQUIRED_UNKNOWN)
		return NULL;
	if (id->required == REQUIRED_NO)
		return xstrdup("not required");
	if (id->provider == PROVIDER_UNKNOWN || !worst_coverage(a, device, &worst))
		return NULL;
	return text_format("%s, by %s, %s",
			   id->required == REQUIRED_RELAXABLE ? "relaxable" : "required",
			   provider_name(id->provider), coverage_name(worst));
}

static char *driver_words(const struct device *d)
{
	if (d->driver_unknown)
		return NULL;
	return xstrdup(d->driver ? d->driver : "none");
}

void add_device(const struct host *host, const struct analysis *a, size_t index,
		struct digest *out)
{
	const struct device *d = &host->devices[index];
	const struct group *g = host_group(host, d->group);
	struct thing *t = add_thing(out, THING_DEVICE, d->name);

	t->place = place_of(host, d);
	t->group = g ? host->n_devices + group_index(host, g) : NO_INDEX;
	if (d->has_ids) {
		t->key = text_format("%04x:%04x", d->vendor, d->device);
		add_trait(t, "subsystem",
			  text_format("%04x:%04x", d->subvendor, d->subdevice));
		add_trait(t, "class", text_format("%06x", d->class_code));
	}
	add_trait(t, "driver", driver_words(d));
	add_trait(t, "VFIO", answer_words(&a->assign[index].vfio));
	add_trait(t, "iommufd", answer_words(&a->assign[index].iommufd));
	add_trait(t, "identity mapping", identity_words(a, index));
}
