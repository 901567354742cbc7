/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What rules make findings with: words, evidence, devices, what the kernel does. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

static const char *advice_of(const struct judge *j)
{
	enum tristate guest = j->host->kernel.virtualized;

	if (guest == TRISTATE_YES && j->rule->guest_advice)
		return j->rule->guest_advice;
	if (guest == TRISTATE_NO && j->rule->metal_advice)
		return j->rule->metal_advice;
	return j->rule->advice;
}

/* --- How many of a rule are listed, of one group and of no group --- */

#define LISTED_OF_HOST 4096
#define LISTED_MOST 256
#define LISTED_LEAST 8
/* Each may name all devices of the group: that many names for one rule and group. */
#define LISTED_DEVICES ((size_t)1 << 20)

static size_t listed_of(const struct group *g)
{
	size_t n;

	if (!g)
		return LISTED_OF_HOST;
	n = LISTED_DEVICES / (g->n_devices ? g->n_devices : 1);
	return n > LISTED_MOST ? LISTED_MOST : n < LISTED_LEAST ? LISTED_LEAST : n;
}

/*
 * The one before, if it is of the same rule and group; NULL. Rules go through the groups
 * one by one.
 */
static struct finding *listed_before(const struct judge *j, const struct group *g)
{
	struct finding *f =
		j->findings->n_list ? &j->findings->list[j->findings->n_list - 1] : NULL;

	return f && f->id == j->rule->id && f->group == (g ? g->id : NO_GROUP) ? f : NULL;
}

bool is_enough(const struct judge *j, const struct group *g)
{
	const struct finding *before = listed_before(j, g);

	return before && before->is_last_listed;
}

/* There are more, about whichever devices of the group, or of the host. */
static void end_list(struct judge *j, struct finding *last, const struct group *g)
{
	if (last->is_last_listed)
		return;
	last->is_last_listed = true;
	if (!g) {
		last->of_host = true;
		finding_say(last, "There is more of this than is listed.");
		return;
	}
	finding_say(last, "Group %u has more of this than is listed.", (unsigned)g->id);
	for_each_device (d, j->host, g) {
		if (!finding_has_device(last, device_index(j->host, d)))
			finding_add_device(j, last, d);
	}
}

/* Where a new finding goes. */
static struct finding *place_of(struct judge *j, enum severity severity,
				const struct group *g)
{
	struct finding *before = listed_before(j, g);
	const size_t number = before ? before->number + 1 : 0;

	if (!before || number < listed_of(g)) {
		struct finding *f = ADD(j->findings, list);

		f->number = number;
		return f;
	}
	end_list(j, before, g);
	if (severity > before->severity)
		before->severity = severity;
	finding_clear(&j->findings->beyond);
	j->findings->beyond.is_beyond = true;
	return &j->findings->beyond;
}

struct finding *found(struct judge *j, enum severity severity, enum confidence confidence,
		      const struct group *g, const char *fmt, ...)
{
	struct finding *f = place_of(j, severity, g);
	va_list ap;

	f->id = j->rule->id;
	f->title = j->rule->title;
	f->severity = severity;
	f->confidence = confidence;
	f->group = g ? g->id : NO_GROUP;
	f->of_host = j->rule->of_host;
	va_start(ap, fmt);
	f->message = text_vformat(fmt, ap);
	va_end(ap);
	f->advice = xstrdup(advice_of(j));
	return f;
}

/* The kernel's release would say otherwise: people must see by what it does not. */
static void add_contradiction(struct judge *j, struct finding *f,
			      const struct decision *d, const char *id)
{
	cleanup_free char *what = decision_evidence(d);
	cleanup_free char *text =
		text_format("%s (%s %s, whatever its release says)", what,
			    d->value == TRISTATE_YES ? "has" : "does not have", id);

	finding_add_evidence(f, decision_path(j->host, d), d->line ? d->line->number : 0,
			     text);
}

enum tristate finding_rests_on(struct judge *j, struct finding *f,
			       enum behaviour behaviour, enum iommu_kind kind)
{
	const char *id = behaviours[behaviour].id;
	struct decision d = kernel_decides(j->host, behaviour, kind);
	struct rests_on *r;

	for (size_t i = 0; i < f->n_behaviours; i++) {
		if (f->behaviours[i].behaviour == id)
			return d.value;
	}
	r = ADD(f, behaviours);
	r->behaviour = id;
	r->here = d.value;
	r->by = decided_by_name(d.by);
	r->evidence = decision_evidence(&d);
	r->against_release = decision_contradicts(&d);
	if (r->against_release)
		add_contradiction(j, f, &d, id);
	return d.value;
}

void finding_kernel(struct judge *j, struct finding *f, const char *fmt, ...)
{
	struct release r = release_of(j->host);
	cleanup_free char *what = NULL;
	va_list ap;

	va_start(ap, fmt);
	what = text_vformat(fmt, ap);
	va_end(ap);
	free(f->kernel);
	if (r.major)
		f->kernel = text_format("Linux %u.%u %s", r.major, r.minor, what);
	else
		f->kernel = text_format("The kernel (release not known) %s", what);
}

void finding_does(struct judge *j, struct finding *f, enum behaviour behaviour,
		  enum iommu_kind kind)
{
	(void)finding_rests_on(j, f, behaviour, kind);
	finding_kernel(j, f, "%s.", behaviours[behaviour].does);
}

/* QEMU's hw/vfio: vfio_get_group and vfio_connect_container. */
static void add_words_of_qemu(struct text *t, const char *call, const struct group *g)
{
	if (!strcmp(call, "VFIO_GROUP_GET_DEVICE_FD"))
		text_printf(t, " QEMU says \"group %u is not viable\".", (unsigned)g->id);
	else if (!strcmp(call, "VFIO_SET_IOMMU"))
		text_add(t, " QEMU says \"failed to set iommu for container\".");
}

void finding_refused_by(struct judge *j, struct finding *f, enum behaviour behaviour,
			const struct group *g)
{
	const struct behaviour_row *row = &behaviours[behaviour];
	enum iommu_kind kind = view_of_group(j, g)->kind;
	const char *call = refusing_call(j->host, behaviour, kind, true);
	struct text t = { 0 };
	cleanup_free char *what = NULL;

	(void)finding_rests_on(j, f, behaviour, kind);
	text_printf(&t, "fails %s", call);
	if (kernel_does(j->host, BEHAVIOUR_IOMMUFD, kind) != TRISTATE_NO)
		text_printf(&t, " or %s", refusing_call(j->host, behaviour, kind, false));
	text_printf(&t, " with %s and logs ", errno_name(row->error));
	if (row->log)
		text_printf(&t, "\"%s\"", row->log);
	else
		text_add(&t, "nothing.");
	add_words_of_qemu(&t, call, g);
	what = text_take(&t);
	finding_kernel(j, f, "%s", what);
}

void finding_advise(struct finding *f, const char *fmt, ...)
{
	char *before = f->advice; /* the arguments may hold it */
	va_list ap;

	va_start(ap, fmt);
	f->advice = text_vformat(fmt, ap);
	va_end(ap);
	free(before);
}

void finding_say(struct finding *f, const char *fmt, ...)
{
	char *before = f->message;
	cleanup_free char *sentence = NULL;
	va_list ap;

	va_start(ap, fmt);
	sentence = text_vformat(fmt, ap);
	va_end(ap);
	f->message = text_format("%s %s", before, sentence);
	free(before);
}

void finding_say_more(struct finding *f, size_t n, const char *one, const char *many)
{
	if (n)
		finding_say(f, "The same holds for %zu more %s.", n,
			    one_or_many(n, one, many));
}

static int compare_involved(const void *a, const void *b)
{
	const struct involved *x = a, *y = b;

	return (x->device > y->device) - (x->device < y->device);
}

/* Most are added in their order. */
static struct involved *involved_of(const struct finding *f, size_t device)
{
	const struct involved key = { .device = device };
	struct involved *known = f->n_ascending
					 ? bsearch(&key, f->devices, f->n_ascending,
						   sizeof(key), compare_involved)
					 : NULL;

	for (size_t i = f->n_ascending; !known && i < f->n_devices; i++) {
		if (f->devices[i].device == device)
			known = &f->devices[i];
	}
	return known;
}

static void add_involved(struct finding *f, struct involved who)
{
	const size_t n = f->n_devices;

	if (f->is_beyond)
		return;
	if (f->n_ascending == n && (!n || f->devices[n - 1].device < who.device))
		f->n_ascending++;
	*ADD(f, devices) = who;
}

bool finding_has_device(const struct finding *f, size_t device)
{
	return involved_of(f, device) != NULL;
}

void finding_add_device(struct judge *j, struct finding *f, const struct device *d)
{
	add_involved(f, (struct involved){ device_index(j->host, d), true, false });
}

void finding_blame(struct judge *j, struct finding *f, const struct device *d)
{
	size_t device = device_index(j->host, d);
	struct involved *known = involved_of(f, device);

	if (known)
		known->culprit = true;
	else
		add_involved(f, (struct involved){ device, false, true });
}

void finding_add_devices(struct judge *j, struct finding *f, const struct group *g)
{
	if (f->is_beyond)
		return;
	for_each_device (d, j->host, g)
		finding_add_device(j, f, d);
}

void finding_add_evidence(struct finding *f, const char *path, unsigned line,
			  const char *text)
{
	struct evidence *e = ADD(f, evidence);

	e->path = xstrdup(path);
	e->line = line;
	e->offset = NO_INDEX;
	e->text = xstrdup(text);
}

void finding_add_log(struct judge *j, struct finding *f, const struct log_line *line)
{
	finding_add_evidence(f, host_log_path(j->host), line->number, line->text);
}

void finding_add_place(struct finding *f, const char *table, size_t offset,
		       const char *text)
{
	cleanup_free char *path = text_format("/sys/firmware/acpi/tables/%s", table);

	finding_add_evidence(f, path, 0, text);
	f->evidence[f->n_evidence - 1].offset = offset;
}

void finding_add_entry_alone(struct judge *j, struct finding *f, const struct entry *e,
			     size_t n_devices)
{
	cleanup_free char *path = entry_path(j->analysis, e);
	cleanup_free char *name = entry_text(j->analysis, e);
	cleanup_free char *detail = entry_detail(j->analysis, e);
	struct text t = { 0 };
	cleanup_free char *text = NULL;

	text_printf(&t, "%s: 0x%" PRIx64 "-0x%" PRIx64, name, e->written.first,
		    e->written.last);
	if (detail)
		text_printf(&t, ", %s", detail);
	if (n_devices)
		text_printf(&t, ", for %zu %s", n_devices,
			    one_or_many(n_devices, "device", "devices"));
	text = text_take(&t);
	finding_add_evidence(f, path, 0, text);
	f->evidence[f->n_evidence - 1].offset = e->offset;
}

void finding_add_entry(struct judge *j, struct finding *f, const struct entry *e)
{
	if (f->is_beyond)
		return;
	finding_add_entry_alone(j, f, e, 0);
	for_each_claim (c, j, e) {
		if (!finding_has_device(f, c->device))
			finding_add_device(j, f, &j->host->devices[c->device]);
	}
}

void finding_add_region(struct judge *j, struct finding *f, const struct region *r)
{
	cleanup_free char *path = text_format(
		"/sys/kernel/iommu_groups/%u/reserved_regions", (unsigned)r->group);
	cleanup_free char *text =
		text_format("0x%016" PRIx64 " 0x%016" PRIx64 " %s", r->range.first,
			    r->range.last, region_word(r));

	*ADD(f, regions) = region_index(j->host, r);
	finding_add_evidence(f, path, r->line, text);
}

void finding_add_type(struct finding *f, const struct group *g)
{
	cleanup_free char *path =
		text_format("/sys/kernel/iommu_groups/%u/type", (unsigned)g->id);

	finding_add_evidence(f, path, 1, domain_type_name(g->type));
}

void finding_add_driver(struct finding *f, const struct device *d)
{
	cleanup_free char *path = NULL;
	cleanup_free char *text = NULL;

	if (!d->driver)
		return;
	path = text_format("/sys/kernel/iommu_groups/%u/devices/%s/uevent",
			   (unsigned)d->group, d->link ? d->link : d->name);
	text = text_format("DRIVER=%s", d->driver);
	finding_add_evidence(f, path, 0, text);
}

void finding_add_resource(struct finding *f, const struct resource *r)
{
	cleanup_free char *path =
		text_format("/sys/bus/pci/devices/%.64s/resource", r->device);
	cleanup_free char *text = text_format("0x%016" PRIx64 " 0x%016" PRIx64,
					      r->range.first, r->range.last);

	finding_add_evidence(f, path, r->line, text);
}

void finding_add_owners(struct judge *j, struct finding *f, const struct region *r)
{
	const struct entry *e = wide_entry_of(j->host, j->analysis, r);

	if (e) {
		f->group = NO_GROUP;
		finding_add_entry(j, f, e);
	} else {
		finding_add_devices(j, f, host_group(j->host, r->group));
	}
}
