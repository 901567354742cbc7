/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the DMAR table says of devices, and what the kernel makes of it. Its scopes are
 * matched in analyze/table-dmar.c; here is what is wrong with them. Rules about the range
 * of an RMRR are in rmrr.c.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/firmware.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "rules/fault.h"
#include "rules/steps.h"

static const char *kind_of(const struct scope_view *s)
{
	return s->is_bridge ? "bridge" : "endpoint";
}

static void add_scope(struct judge *j, struct finding *f, const struct scope_view *s)
{
	cleanup_free char *scope = scope_view_text(j->analysis, s);
	cleanup_free char *text = text_format("%s %u, scope %s of type %s", s->structure,
					      s->number, scope, kind_of(s));

	finding_add_place(f, "DMAR", s->offset, text);
}

/* Calls visit for each PCI scope that the kernel reads. */
static void visit_scopes(struct judge *j,
			 void (*visit)(struct judge *j, const struct scope_view *s,
				       void *data),
			 void *data)
{
	for (size_t i = 0; i < j->analysis->firmware.n_scopes; i++) {
		const struct scope_view *s = &j->analysis->firmware.scopes[i];

		if (s->match != SCOPE_OTHER_KIND && s->is_read)
			visit(j, s, data);
	}
}

/*
 * One finding for each device, however many scopes name it: its index plus one, by
 * device; 0: none yet. The caller frees it.
 */
static size_t *finding_by_device(const struct judge *j)
{
	return xcalloc(j->host->n_devices, sizeof(size_t));
}

/* --- dmar-scope-type-mismatch --- */

/* By whether remapping is off already, and whether the scope is of type bridge. */
static const char *const type_wordings[2][2] = {
	{ "The next boot may go without DMA remapping. A DMAR scope of type endpoint names "
	  "{device}, which is a bridge.",
	  "The next boot may go without DMA remapping. A DMAR scope of type bridge names "
	  "{device}, which is not a bridge." },
	{ "DMA remapping is off for the whole machine, and no device is in an IOMMU group. A "
	  "DMAR scope of type endpoint names {device}, which is a bridge.",
	  "DMA remapping is off for the whole machine, and no device is in an IOMMU group. A "
	  "DMAR scope of type bridge names {device}, which is not a bridge." },
};

static void report_type(struct judge *j, const struct scope_view *s)
{
	const struct device *d = &j->host->devices[s->device];
	const struct log_line *line =
		host_log_find(j->host, "Device scope type does not match for", d->name);
	bool is_lost = !j->host->n_groups;
	const struct text_word words[] = { { "device", xstrdup(d->name) } };
	cleanup_free char *message =
		text_fill(type_wordings[is_lost][s->is_bridge], words, ARRAY_SIZE(words));
	struct finding *f = found(j, is_lost ? SEVERITY_CRITICAL : SEVERITY_WARNING,
				  line ? CONFIDENCE_OBSERVED : CONFIDENCE_DERIVED, NULL,
				  "%s", message);

	f->of_host = is_lost;
	add_scope(j, f, s);
	finding_add_device(j, f, d);
	if (line)
		finding_add_log(j, f, line);
	(void)finding_rests_on(j, f, BEHAVIOUR_SCOPE_TYPE_LOSES_REMAPPING, IOMMU_INTEL);
	finding_kernel(j, f,
		       "logs \"Device scope type does not match for %s\" and leaves DMA "
		       "remapping off; interrupt remapping stays on, but not "
		       "for this function.",
		       d->name);
}

static void visit_type(struct judge *j, const struct scope_view *s, void *data)
{
	size_t *known = data;

	if (!s->wrong_type)
		return;
	if (!known[s->device]) {
		report_type(j, s);
		known[s->device] = j->findings->n_list;
	} else {
		add_scope(j, &j->findings->list[known[s->device] - 1], s);
	}
}

static void check_dmar_scope_type_mismatch(struct judge *j)
{
	cleanup_free size_t *known = finding_by_device(j);

	visit_scopes(j, visit_type, known);
}

const struct rule rule_dmar_scope_type_mismatch = {
	.id = "dmar-scope-type-mismatch",
	.title = "A DMAR scope names a device of the wrong kind",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_PCI),
	.table = "DMAR",
	.no_command = true,
	.check = check_dmar_scope_type_mismatch,
	.meaning =
		"A scope of type endpoint must name a function with a normal header, one of type "
		"bridge a bridge. If one does not, the kernel stops setting up DMA remapping for all "
		"devices, and there are no groups.",
	.behaviours = RESTS_ON(BEHAVIOUR_SCOPE_TYPE_LOSES_REMAPPING),
	.advice =
		"Update the firmware, or override the DMAR with one whose scope has the right type.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

/* --- rmrr-scope-unmatched --- */

#define ABSENT_MAX 8

/* Scopes of RMRRs whose functions are not here: each once, the first ones are kept. */
struct absent {
	size_t n; /* how many there are; one more than are kept: there are more */
	const struct scope_view *place[ABSENT_MAX];
	char *scope[ABSENT_MAX];
};

static bool is_known(const struct absent *a, const char *scope)
{
	for (size_t i = 0; i < a->n; i++) {
		if (!strcmp(a->scope[i], scope))
			return true;
	}
	return false;
}

/* The RMRR that a scope stands in, if a function that it names has faulted there; NULL.
 */
static const struct entry *faulting_rmrr(struct judge *j, const struct scope_view *s)
{
	for_each_entry (e, j) {
		if (e->table == &table_dmar && e->number == s->number &&
		    add_hidden_faults(j, NULL, e))
			return e;
	}
	return NULL;
}

/* Has the function that a scope names faulted in any RMRR for it? */
static bool scope_has_faulted(const struct judge *j, const struct scope_view *s)
{
	for (size_t i = 0; i < j->host->n_faults; i++) {
		if (j->analysis->faults[i].place == FAULT_AT_HIDDEN &&
		    dmar_scope_names(j->host, j->analysis, s,
				     (uint16_t)j->host->faults[i].id))
			return true;
	}
	return false;
}

static void visit_absent(struct judge *j, const struct scope_view *s, void *data)
{
	struct absent *a = data;
	char *scope;

	if (!s->is_rmrr || s->match != SCOPE_NONE || a->n > ABSENT_MAX ||
	    scope_has_faulted(j, s))
		return;
	scope = scope_view_text(j->analysis, s);
	if (is_known(a, scope)) {
		free(scope);
	} else if (a->n == ABSENT_MAX) {
		a->n++;
		free(scope);
	} else {
		a->place[a->n] = s;
		a->scope[a->n++] = scope;
	}
}

static void report_absent(struct judge *j)
{
	struct text_list list = { .max = ABSENT_MAX };
	cleanup_free char *names = NULL;
	struct absent a = { 0 };
	struct finding *f;

	visit_scopes(j, visit_absent, &a);
	if (!a.n)
		return;
	for (size_t i = 0; i < a.n && i < ABSENT_MAX; i++)
		text_list_add(&list, a.scope[i]);
	names = text_list_take(&list);
	f = found(
		j, SEVERITY_INFO, CONFIDENCE_DERIVED, NULL,
		"RMRRs name functions that are not here (hidden, disabled or absent): %s.",
		names);
	if (a.n > ABSENT_MAX)
		finding_say(f, "There are more.");
	for (size_t i = 0; i < a.n && i < ABSENT_MAX; i++) {
		add_scope(j, f, a.place[i]);
		free(a.scope[i]);
	}
	finding_kernel(j, f, "logs nothing; no device gets a range through them.");
	finding_advise(f, "No action needed.");
}

/* A function that firmware hides is at work all the same. */
static void visit_faulting(struct judge *j, const struct scope_view *s, void *data)
{
	const struct entry *e =
		s->is_rmrr && s->match == SCOPE_NONE ? faulting_rmrr(j, s) : NULL;
	const struct entry **last = data;
	cleanup_free char *scope = NULL;
	cleanup_free char *range = NULL;
	cleanup_free char *count = NULL;
	struct finding *f;

	if (!e || e == *last)
		return;
	*last = e;
	scope = scope_view_text(j->analysis, s);
	range = text_of_range(e->written);
	count = text_of_count(add_hidden_faults(j, NULL, e), "fault", "faults");
	f = found(j, SEVERITY_WARNING, CONFIDENCE_OBSERVED, NULL,
		  "DMA of a function that firmware hides (%s) fails: %s in the log. The "
		  "kernel does not map %s for it, which RMRR %u reserves.",
		  scope, count, range, e->number);
	add_scope(j, f, s);
	(void)add_hidden_faults(j, f, e);
	finding_kernel(
		j, f,
		"logs nothing about the scope; no device gets the range through it.");
	/* In an identity domain a function that Linux does not see is as little mapped.
	 */
	finding_advise(
		f,
		"Update the firmware, let its setup show the function, or use a kernel that "
		"knows the function as an alias of the device. As a last resort boot with "
		"intel_iommu=off.");
	steps_boot_with(j->host, &f->steps, "intel_iommu=off");
	steps_risk(&f->steps,
		   xstrdup("No device can be passed through to a VM, and nothing "
			   "protects against malicious DMA."));
}

/* What the kernel does about a scope that never matches; by whether it is an RMRR's. */
static const struct never {
	enum severity severity;
	const char *kernel;
} nevers[] = {
	[false] = { SEVERITY_WARNING,
		    "compares the start of a path with root buses only, and logs nothing "
		    "when it finds none: the structure is not for the device it means." },
	[true] = { SEVERITY_ERROR,
		   "compares the start of a path with root buses only, and logs nothing when "
		   "it finds none: no device gets the range through it." },
};

static void visit_never(struct judge *j, const struct scope_view *s, void *data)
{
	const struct never *n = &nevers[s->is_rmrr];
	struct finding *f;

	(void)data;
	if (s->match != SCOPE_NEVER)
		return;
	f = found(j, n->severity, CONFIDENCE_DERIVED, NULL,
		  "The kernel never matches a scope of %s %u to a device: its path of %u "
		  "%s begins at bus %02x, which is not a root bus.",
		  s->structure, s->number, s->path_length,
		  one_or_many(s->path_length, "element", "elements"), s->start_bus);
	add_scope(j, f, s);
	finding_kernel(j, f, "%s", n->kernel);
	finding_advise(f,
		       "Update the firmware, or override the table with a path from the "
		       "root bus.");
}

static void check_rmrr_scope_unmatched(struct judge *j)
{
	const struct entry *last = NULL;

	visit_scopes(j, visit_never, NULL);
	visit_scopes(j, visit_faulting, &last);
	report_absent(j);
}

const struct rule rule_rmrr_scope_unmatched = {
	.id = "rmrr-scope-unmatched",
	.title = "A DMAR scope matches no device",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_PCI),
	.table = "DMAR",
	.check = check_rmrr_scope_unmatched,
	.meaning =
		"The kernel looks for the device of a scope from a root bus down. A function that is "
		"hidden or absent (00:16.7 of a management engine) is normal. A path that starts at "
		"another bus never matches, and the device it means goes without its range. A hidden "
		"function is at work all the same where the log has DMA faults of it in its own "
		"range.",
	.kernels = "All versions alike (dmar_match_pci_path), without a message.",
	.advice =
		"For an absent function that does nothing, no action is needed. For one that faults, "
		"update the firmware or let its setup show the function; iommu.passthrough=1 does not "
		"help, only intel_iommu=off does. For a path that never matches, update the firmware, "
		"or override the table with a path from the root bus.",
};

/* --- rmrr-broken-scope-workaround --- */

static void report_workaround(struct judge *j, const struct scope_view *s)
{
	const struct device *d = &j->host->devices[s->device];
	cleanup_free char *address = text_format("%02x:%02x.%x", d->address.bus,
						 d->address.device, d->address.function);
	const struct log_line *line =
		host_log_find(j->host, "is broken - applying workaround", address);
	struct finding *f = found(
		j, SEVERITY_WARNING, line ? CONFIDENCE_OBSERVED : CONFIDENCE_DERIVED,
		NULL,
		"The DMAR finds %s only while buses keep their numbers: it names the device "
		"by its own bus number, not by a path from the root bus.",
		d->name);

	add_scope(j, f, s);
	finding_add_device(j, f, d);
	if (line)
		finding_add_log(j, f, line);
	(void)finding_rests_on(j, f, BEHAVIOUR_SCOPE_WORKAROUND, IOMMU_INTEL);
	finding_kernel(
		j, f,
		"logs \"RMRR entry for device %s is broken - applying workaround\" and "
		"uses the scope.",
		address);
}

static void visit_workaround(struct judge *j, const struct scope_view *s, void *data)
{
	size_t *known = data;

	if (s->match != SCOPE_WORKAROUND)
		return;
	if (!known[s->device]) {
		report_workaround(j, s);
		known[s->device] = j->findings->n_list;
	} else {
		add_scope(j, &j->findings->list[known[s->device] - 1], s);
	}
}

static void check_rmrr_broken_scope_workaround(struct judge *j)
{
	cleanup_free size_t *known = finding_by_device(j);

	visit_scopes(j, visit_workaround, known);
}

const struct rule rule_rmrr_broken_scope_workaround = {
	.id = "rmrr-broken-scope-workaround",
	.title = "A DMAR scope works only through a workaround",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_PCI),
	.table = "DMAR",
	.no_command = true,
	.check = check_rmrr_broken_scope_workaround,
	.meaning =
		"Firmware wrote bus, device and function of the device where a path from the root bus "
		"belongs. The kernel accepts that for paths of one element. When buses get new "
		"numbers (pci=assign-busses, another card), the scope names another device or none.",
	.behaviours = RESTS_ON(BEHAVIOUR_SCOPE_WORKAROUND),
	.kernels = "The message says RMRR whatever the structure is.",
	.advice = "Update the firmware. Do not renumber buses.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

/* --- rmrr-on-pf-with-vfs --- */

/* What is to be said of one physical function. */
struct pf {
	bool vfs_claimed; /* an RMRR is for one of its VFs: it names a bridge above */
	size_t finding;	  /* its index plus one; 0: none yet */
};

/* By whether an RMRR is for the virtual functions too. */
static const struct pf_wording {
	const char *message, *kernel;
} pf_wordings[] = {
	[false] = { "An RMRR reserves memory for {device} and not for its {vfs}.",
		    "leaves virtual functions out of scopes: they can be passed through "
		    "where they are in groups of their own." },
	[true] = { "An RMRR for a bridge above {device} reserves memory for it and for its "
		   "{vfs} as well.",
		   "treats the virtual functions like the physical one." },
};

static void report_pf(struct judge *j, size_t pf, bool vfs_claimed)
{
	const struct device *d = &j->host->devices[pf];
	const struct pf_wording *w = &pf_wordings[vfs_claimed];
	const struct text_word words[] = {
		{ "device", xstrdup(d->name) },
		{ "vfs", text_of_count(j->analysis->devices[pf].n_virtual,
				       "virtual function", "virtual functions") },
	};
	cleanup_free char *message = text_fill(w->message, words, ARRAY_SIZE(words));
	struct finding *f =
		found(j, SEVERITY_INFO, CONFIDENCE_DERIVED, NULL, "%s", message);

	finding_add_device(j, f, d);
	finding_kernel(j, f, "%s", w->kernel);
}

static void add_rmrr(struct finding *f, const struct entry *e)
{
	cleanup_free char *text =
		text_format("RMRR %u: 0x%" PRIx64 "-0x%" PRIx64, e->number,
			    e->written.first, e->written.last);

	finding_add_place(f, "DMAR", e->offset, text);
}

static void check_rmrr_on_pf_with_vfs(struct judge *j)
{
	cleanup_free struct pf *pfs = xcalloc(j->host->n_devices, sizeof(*pfs));
	const struct analysis *a = j->analysis;

	for (size_t i = 0; i < a->firmware.n_claims; i++) {
		const struct claim *c = &a->firmware.claims[i];
		const char *name = j->host->devices[c->device].physical_function;
		const struct device *d = name ? host_device(j->host, name) : NULL;

		if (d && c->table == &table_dmar)
			pfs[device_index(j->host, d)].vfs_claimed = true;
	}
	for (size_t i = 0; i < a->firmware.n_claims; i++) {
		const struct claim *c = &a->firmware.claims[i];
		struct pf *pf = &pfs[c->device];

		if (c->table != &table_dmar || !a->devices[c->device].n_virtual)
			continue;
		if (!pf->finding) {
			report_pf(j, c->device, pf->vfs_claimed);
			pf->finding = j->findings->n_list;
		}
		add_rmrr(&j->findings->list[pf->finding - 1],
			 &a->firmware.entries[c->entry]);
	}
}

const struct rule rule_rmrr_on_pf_with_vfs = {
	.id = "rmrr-on-pf-with-vfs",
	.title = "An RMRR names a function that has virtual functions",
	.severity = SEVERITY_INFO,
	.needs = SOURCE_BIT(SOURCE_PCI),
	.table = "DMAR",
	.no_command = true,
	.check = check_rmrr_on_pf_with_vfs,
	.meaning =
		"A scope never names a virtual function, so memory that is reserved for a physical "
		"function is not reserved for its virtual ones: the physical function cannot be "
		"passed through, the virtual ones can. A scope that names a bridge above covers all "
		"that is below it, virtual functions too.",
	.kernels =
		"All versions alike (dmar_pci_bus_notifier leaves virtual functions out).",
	.advice = "Pass the virtual functions through rather than the physical one.",
};
