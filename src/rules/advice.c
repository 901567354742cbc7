/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What advice depends on: what can be moved, and which type a group can get. */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"
#include "rules/steps.h"

bool host_is_guest(const struct judge *j)
{
	return j->host->kernel.virtualized == TRISTATE_YES;
}

bool is_one_device(const struct device *a, const struct device *b)
{
	if (a->bus != BUS_PCI || b->bus != BUS_PCI)
		return false;
	if ((a->physical_function && !strcmp(a->physical_function, b->name)) ||
	    (b->physical_function && !strcmp(b->physical_function, a->name)))
		return true;
	return a->address.domain == b->address.domain &&
	       a->address.bus == b->address.bus && a->address.device == b->address.device;
}

bool may_be_card(const struct judge *j, const struct device *d)
{
	if (d->bus != BUS_PCI || !d->topology_known || d->parent)
		return d->bus == BUS_PCI;
	for (size_t i = 0; i < j->host->n_slots; i++) {
		const struct slot *s = &j->host->slots[i];

		if (!s->any_device && s->address.domain == d->address.domain &&
		    s->address.bus == d->address.bus &&
		    s->address.device == d->address.device)
			return true;
	}
	return false;
}

/*
 * Puts text into the advice. Of a group of many devices it grows long, so what is there
 * is moved and not written anew.
 */
static void insert_advice(struct finding *f, size_t at, const char *text)
{
	size_t len = strlen(f->advice), more = strlen(text);
	struct text t = { .data = f->advice, .len = len, .cap = len + 1 };

	text_reserve(&t, more);
	memmove(t.data + at + more, t.data + at, len + 1 - at);
	memcpy(t.data + at, text, more);
	f->advice = t.data;
}

static void add_advice(struct finding *f, const char *text)
{
	insert_advice(f, strlen(f->advice), " ");
	insert_advice(f, strlen(f->advice), text);
}

/* Which groups this kernel lets root give another type at runtime. */
enum type_change {
	CHANGE_NEVER,
	CHANGE_ALONE,  /* of one device, without any driver */
	CHANGE_UNUSED, /* without a driver that uses the kernel's DMA, or a user */
	CHANGE_NOT_KNOWN,
};

static enum type_change type_change_of(const struct host *host)
{
	enum tristate writable = kernel_does_anywhere(host, BEHAVIOUR_TYPE_WRITABLE);

	if (writable == TRISTATE_NO)
		return CHANGE_NEVER;
	if (writable == TRISTATE_UNKNOWN)
		return CHANGE_NOT_KNOWN;
	if (kernel_does_anywhere(host, BEHAVIOUR_TYPE_NEEDS_OWNERSHIP) == TRISTATE_YES)
		return CHANGE_UNUSED;
	if (kernel_does_anywhere(host, BEHAVIOUR_TYPE_NEEDS_NO_DRIVER) == TRISTATE_YES)
		return CHANGE_ALONE;
	return CHANGE_NOT_KNOWN;
}

/* Must its driver go before the type of its group can change? */
static bool driver_must_go(const struct device *d, enum type_change change)
{
	if (!d->driver || change != CHANGE_UNUSED)
		return d->driver != NULL;
	return !device_is_bound_to_vfio(d) && !device_driver_leaves_dma(d);
}

/* How many drivers must go; *needed: the host cannot be without one of them. */
static size_t drivers_to_unbind(const struct judge *j, const struct group *g,
				enum type_change change, bool *needed)
{
	size_t n = 0;

	*needed = false;
	for_each_device (d, j->host, g) {
		if (!driver_must_go(d, change))
			continue;
		n++;
		*needed = *needed || device_is_in_use(j, d);
	}
	return n;
}

/* What comes before the command: who uses the group has to let it go. */
static const char *before_change(const struct judge *j, const struct group *g,
				 enum type_change change, size_t drivers)
{
	bool held = view_of_group(j, g)->holder != NO_INDEX;

	if (change == CHANGE_NOT_KNOWN)
		return g->n_devices > 1
			       ? "This kernel may also do it without a reboot, where no driver "
				 "is bound to any device of the group:"
			       : "This kernel may also do it without a reboot, where no driver "
				 "is bound to the device:";
	if (held && drivers)
		return "Without a reboot: end the program that has the group open, unbind "
		       "its devices from their drivers, then";
	if (held)
		return "Without a reboot: end the program that has the group open, then";
	if (drivers)
		return g->n_devices > 1
			       ? "Without a reboot: unbind the devices of the group "
				 "from their drivers, then"
			       : "Without a reboot: unbind the device from its "
				 "driver, then";
	return "Without a reboot:";
}

/* The same as commands; the drivers come back behind it. */
static void run_type_change(struct judge *j, struct finding *f, const struct group *g,
			    enum type_change change)
{
	size_t first = f->steps.n_list;
	size_t holder = view_of_group(j, g)->holder;

	if (holder != NO_INDEX)
		steps_say(&f->steps,
			  text_format("End process %u, which has the group open.",
				      (unsigned)j->host->holders[holder].pid));

	for_each_device (d, j->host, g) {
		if (driver_must_go(d, change))
			steps_unbind(j->host, &f->steps, d);
	}
	steps_set_type(&f->steps, g, "identity");
	steps_risk(&f->steps,
		   text_format("Switches the protection against malicious DMA off "
			       "for group %u.",
			       (unsigned)g->id));
	for_each_device (d, j->host, g) {
		if (driver_must_go(d, change))
			steps_probe(&f->steps, d);
	}
	f->steps.list[first].alternative = first > 0;
}

/*
 * The way without a reboot, where this kernel may have it for this group and nothing that
 * the host needs would be lost.
 */
static void advise_type_change(struct judge *j, struct finding *f, const struct group *g)
{
	enum type_change change = type_change_of(j->host);
	bool needed;
	size_t drivers = drivers_to_unbind(j, g, change, &needed);

	if (change == CHANGE_NEVER || (change == CHANGE_ALONE && g->n_devices > 1) ||
	    (g->type != DOMAIN_DMA && g->type != DOMAIN_DMA_FQ) || needed)
		return;
	finding_advise(f, "%s %s run 'echo identity > /sys/kernel/iommu_groups/%u/type'.",
		       f->advice, before_change(j, g, change, drivers), (unsigned)g->id);
	for_each_device (d, j->host, g) {
		if (driver_must_go(d, change))
			finding_warn_in_use(j, f, d);
	}
	run_type_change(j, f, g, change);
}

static const char risk_of_passthrough[] =
	"Switches the protection against malicious DMA off for every device of this host.";

void finding_advise_passthrough(struct judge *j, struct finding *f, const struct group *g,
				const char *first)
{
	const struct kernel *k = &j->host->kernel;

	if (f->is_beyond)
		return;
	if (!host_is_guest(j) || !j->rule->guest_advice)
		finding_advise(f, "%s", first);

	if (kernel_has_word(k, "iommu=pt") || kernel_has_word(k, "iommu.passthrough=1") ||
	    (g && g->type == DOMAIN_IDENTITY))
		return;
	add_advice(f, "Until then boot with iommu.passthrough=1.");
	steps_boot_with(j->host, &f->steps, "iommu.passthrough=1");
	steps_risk(&f->steps, xstrdup(risk_of_passthrough));
	if (g)
		advise_type_change(j, f, g);
}

/*
 * Names one more device where the advice has the same sentence about others already; its
 * names stand between before and after. False: it has none.
 */
static bool name_too(struct finding *f, const char *before, const char *name,
		     const char *after)
{
	static const char last[] = " and ", between[] = ", ";
	char *names = strstr(f->advice, before);
	char *end = names ? strstr(names, after) : NULL;
	char *joint = end ? strstr(names, last) : NULL;
	cleanup_free char *text = text_format("%s%s", last, name);

	if (!end)
		return false;
	if (joint && joint < end) {
		char *behind = joint + strlen(last);

		memcpy(joint, between, strlen(between));
		memmove(joint + strlen(between), behind, strlen(behind) + 1);
		end -= strlen(last) - strlen(between);
	}
	insert_advice(f, (size_t)(end - f->advice), text);
	return true;
}

/* Once for all cards of a finding. */
static void warn_unseen_network(struct finding *f, const struct device *d)
{
	static const char before[] =
		"First check that this host does not need the network of ";
	static const char after[] = ": that could not be seen here.";
	cleanup_free char *text = text_format("%s%s%s", before, d->name, after);

	if (!name_too(f, before, d->name, after))
		add_advice(f, text);
}

/* What could not be seen of several devices is one sentence. */
static void add_warning(struct finding *f, const struct device *d, const char *warning)
{
	size_t len = strlen(in_use_no_disk);

	if (!text_starts_with(warning, in_use_no_disk) ||
	    !name_too(f, in_use_no_disk, d->name, warning + len + strlen(d->name)))
		add_advice(f, warning);
}

void finding_warn_in_use(struct judge *j, struct finding *f, const struct device *d)
{
	cleanup_free char *warning = in_use_warning(j->host, d);

	if (warning)
		add_warning(f, d, warning);
	else if (d->driver && !device_is_bound_to_vfio(d) &&
		 network_is_unseen(j->host, d))
		warn_unseen_network(f, d);
}
