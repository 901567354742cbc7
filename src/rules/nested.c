/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host against one of its guests: does the guest leave the host's MSI window alone, so
 * that the interrupts of a device that the guest was given arrive (`check --guest`).
 */
#include "analyze/nested.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

/* So many devices are named in a message. */
#define NAMES_MAX 3

static bool applies(const struct host *host, const struct analysis *a)
{
	(void)host;
	return a->nested;
}

static const char *guest_name(const struct nested *n, const struct nested_view *v)
{
	return n->guest->devices[v->guest].name;
}

static const struct device *candidate(const struct judge *j, const struct nested_view *v,
				      size_t i)
{
	size_t index = j->analysis->nested->candidates[v->first_candidate + i];

	return &j->host->devices[index];
}

/* "0000:05:00.0 or 0000:05:00.1": which it may be on the host; the caller owns it. */
static char *candidates_text(const struct judge *j, const struct nested_view *v)
{
	struct text t = { 0 };

	for (size_t c = 0; c < v->n_candidates && c < NAMES_MAX; c++)
		text_printf(&t, "%s%s", c ? " or " : "", candidate(j, v, c)->name);
	if (v->n_candidates > NAMES_MAX)
		text_printf(&t, " or %zu more", v->n_candidates - NAMES_MAX);
	return text_take(&t);
}

/* "0000:00:01.0 of the guest (here 0000:05:00.0 or 0000:05:00.1) and 2 more" */
static char *subject(const struct judge *j, const struct nested_view *views, size_t n)
{
	struct text_list list = { .max = NAMES_MAX };

	for (size_t i = 0; i < n; i++) {
		cleanup_free char *here = candidates_text(j, &views[i]);
		cleanup_free char *one =
			text_format(i ? "%s (here %s)" : "%s of the guest (here %s)",
				    guest_name(j->analysis->nested, &views[i]), here);

		text_list_add(&list, one);
	}
	return text_list_take(&list);
}

/* --- Evidence: the paths of the guest's files begin with "guest:" --- */

static void add_guest_line(const struct judge *j, struct finding *f, size_t region)
{
	const struct region *r = &j->analysis->nested->guest->regions[region];
	cleanup_free char *path = text_format(
		"guest:/sys/kernel/iommu_groups/%u/reserved_regions", (unsigned)r->group);
	cleanup_free char *text =
		text_format("0x%016" PRIx64 " 0x%016" PRIx64 " %s", r->range.first,
			    r->range.last, region_type_name(r->type));

	finding_add_evidence(f, path, r->line, text);
}

static void add_guest_entry(const struct judge *j, struct finding *f, size_t entry)
{
	const struct analysis *a = j->analysis->nested->guest_analysis;
	const struct entry *e = &a->firmware.entries[entry];
	cleanup_free char *name = entry_text(a, e);
	cleanup_free char *range = text_of_range(e->written);
	cleanup_free char *text = text_format("%s: %s", name, range);

	cleanup_free char *path = text_format("guest:%s", e->table->path);

	finding_add_evidence(f, path, 0, text);
	if (e->table != &table_dtb)
		f->evidence[f->n_evidence - 1].offset = e->offset;
}

static void add_guest_type(const struct judge *j, struct finding *f,
			   const struct nested_view *v)
{
	const struct host *guest = j->analysis->nested->guest;
	cleanup_free char *path = text_format("guest:/sys/kernel/iommu_groups/%u/type",
					      (unsigned)guest->devices[v->guest].group);

	finding_add_evidence(f, path, 1, domain_type_name(v->domain));
}

/* The host's window, and the guest's lines and entry that were compared with it. */
static void add_evidence(struct judge *j, struct finding *f, const struct nested_view *v)
{
	const struct device *d = candidate(j, v, 0);
	const struct group *g = host_group(j->host, d->group);
	const struct nested *n = j->analysis->nested;

	for_each_region (r, j->host, g) {
		if (view_of_region(j, r)->type == REGION_SW_MSI)
			finding_add_region(j, f, r);
	}
	finding_add_driver(f, d);
	if (v->region != NO_INDEX)
		add_guest_line(j, f, v->region);
	add_guest_line(j, f, v->own_window);
	if (v->claim != NO_INDEX &&
	    n->guest_analysis->firmware.claims[v->claim].entry != NO_INDEX)
		add_guest_entry(j, f, n->guest_analysis->firmware.claims[v->claim].entry);
	if (v->unused_entry != NO_INDEX)
		add_guest_entry(j, f, v->unused_entry);
	if (v->domain != DOMAIN_NOT_READ)
		add_guest_type(j, f, v);
}

static void guest_kernel(const struct judge *j, struct finding *f, const char *what)
{
	struct release r = release_of(j->analysis->nested->guest);

	free(f->kernel);
	f->kernel =
		r.major ? text_format("in the guest, Linux %u.%u %s", r.major, r.minor,
				      what)
			: text_format("in the guest, the kernel (release not known) %s",
				      what);
}

/* --- From views to findings --- */

/* Devices of the guest that meet the same for the same reason are one finding. */
static bool same_cause(const struct nested_view *a, const struct nested_view *b)
{
	return a->state == b->state && a->domain == b->domain &&
	       a->given_on == b->given_on && a->named == b->named && a->why == b->why &&
	       a->range_known == b->range_known && range_equals(a->range, b->range) &&
	       a->type == b->type && range_equals(a->window, b->window) &&
	       a->unused_entry == b->unused_entry;
}

/*
 * A new finding about n devices of the guest that are in a row. The message has {who} for
 * them, and other words that are filled in already.
 */
static struct finding *found_nested(struct judge *j, enum severity severity,
				    const struct nested_view *v, size_t n,
				    const char *message)
{
	cleanup_free char *who = subject(j, v, n);
	cleanup_free char *filled = text_filled(message, "who", who, TEXT_END);
	const struct group *g = n == 1 && v->n_candidates == 1
					? host_group(j->host, candidate(j, v, 0)->group)
					: NULL;
	struct finding *f =
		found(j, severity, v->named ? CONFIDENCE_DERIVED : CONFIDENCE_HEURISTIC,
		      g, "%s", filled);

	for (size_t i = 0; i < n; i++) {
		if (i && v[i].first_candidate == v[i - 1].first_candidate)
			continue;
		for (size_t c = 0; c < v[i].n_candidates; c++)
			finding_add_device(j, f, candidate(j, &v[i], c));
	}
	add_evidence(j, f, v);
	return f;
}

static const char *guest_path(const struct judge *j)
{
	const char *path = j->analysis->nested->guest->origin_path;

	return path ? path : "guest";
}

static void say_unknown(struct judge *j, const struct nested_view *v, size_t n)
{
	cleanup_free char *who = subject(j, v, n);

	cannot_check(j, SOURCE_GROUPS, "%s: %s: %s", guest_path(j), who, v->why);
}

static bool is_unknown(const struct nested_view *v)
{
	return v->state == NESTED_UNKNOWN || v->state == NESTED_CANNOT_TELL ||
	       (v->state == NESTED_NOT_GIVEN_AWAY && v->named);
}

/*
 * Is it certain that there is nothing to compare, because the host has no SMMU or the
 * guest has none?
 */
static bool has_smmu(const struct host *host)
{
	return host_has_iommu(host, IOMMU_SMMUV3) || host_has_iommu(host, IOMMU_SMMU);
}

/* Whoever names a guest wants an answer: nothing to compare is none. */
static void say_nothing_shared(struct judge *j)
{
	if (has_smmu(j->host) && has_smmu(j->analysis->nested->guest))
		cannot_check(
			j, SOURCE_PCI,
			"%s: no device of the guest is one that this host passes through; name "
			"the pairs with --guest-device",
			guest_path(j));
}

/*
 * All views of one state, through report. What could not be told is said by each rule, as
 * each might have found something.
 */
static void check_state(struct judge *j, enum nested_state state,
			void (*report)(struct judge *j, const struct nested_view *v,
				       size_t n))
{
	const struct nested *nested = j->analysis->nested;
	bool any = false;

	for (size_t i = 0, n = 1; i < nested->n_views; i += n) {
		const struct nested_view *v = &nested->views[i];

		for (n = 1; i + n < nested->n_views && same_cause(v, v + n);)
			n++;
		any = any || v->state != NESTED_NOT_GIVEN_AWAY || v->named;
		if (is_unknown(v))
			say_unknown(j, v, n);
		else if (v->state == state)
			report(j, v, n);
	}
	if (!any)
		say_nothing_shared(j);
}

/* What is said, by whether the guest passes the device on to a nested guest. */
struct by_use {
	enum severity severity;
	const char *message;
};

/* --- nested-msi-window --- */

static const struct by_use intended[] = {
	[false] = { SEVERITY_INFO,
		    "The guest identity-maps this host's MSI window for {who}, as intended. Kernel "
		    "drivers in the guest work; VFIO inside the guest is refused." },
	[true] = { SEVERITY_ERROR,
		   "The guest's kernel refuses to pass {who} on to a nested guest: the guest "
		   "identity-maps this host's MSI window, as intended." },
};

static void report_intended(struct judge *j, const struct nested_view *v, size_t n)
{
	const struct by_use *text = &intended[v->given_on];
	struct finding *f = found_nested(j, text->severity, v, n, text->message);

	if (v->given_on)
		finding_advise(
			f, "In the guest bind the device to its kernel driver again.");
	guest_kernel(
		j, f,
		"identity-maps the window for kernel drivers and refuses VFIO and iommufd with "
		"EINVAL.");
}

static void check_nested_msi_window(struct judge *j)
{
	check_state(j, NESTED_INTENDED, report_intended);
}

const struct rule rule_nested_msi_window = {
	.id = "nested-msi-window",
	.title = "A guest identity-maps the host's MSI window, as intended",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.applies = applies,
	.no_command = true,
	.check = check_nested_msi_window,
	.meaning =
		"The host's kernel programs a device that a guest has with a doorbell address in the "
		"host's software MSI window, 0x8000000-0x80fffff. If the guest has an SMMU of its own "
		"(nested translation), its page tables translate that address first and must leave it "
		"as it is. So the hypervisor describes the window in the guest's IORT as an RMR, "
		"remap not permitted. The guest's kernel lists it as direct, beside its own software "
		"MSI window of the same range, and identity-maps it. Only check --guest looks for "
		"this. It is a note, or an error if a VFIO driver of the guest has the device, which "
		"the guest's kernel refuses.",
	.behaviours = RESTS_ON(BEHAVIOUR_IORT_RMR, BEHAVIOUR_DIRECT_REFUSED),
	.kernels =
		"The guest's host bridge must have a _DSM function 5 that returns 0. Of the "
		"guest's kernel:",
	.advice = "No action needed; the device cannot be passed on to a nested guest.",
};

/* --- nested-window-mismatch --- */

static const char *mismatch_effect(const struct nested_view *v)
{
	if (v->domain == DOMAIN_IDENTITY)
		return "maps nothing while the default domain is identity; interrupts "
		       "arrive until that changes.";
	if (v->range_known && range_contains(v->range, v->window))
		return "identity-maps all of the window, and addresses beside it that may be anything else.";
	if (v->range_known && range_has(v->range, v->window.first))
		return "maps only the first doorbells of the host; interrupts through the others are lost.";
	return "maps a range without the host's first doorbell: interrupts of the device are lost.";
}

static const char other_window[] =
	"The MSI windows of {who} do not agree: the guest's kernel has its own at "
	"{theirs}, this host's kernel at {window}.";
static const char other_range[] =
	"The guest identity-maps {theirs} for {who}, but the MSI window of this host is "
	"{window}: hypervisor and host kernel do not agree.";

static void report_mismatch(struct judge *j, const struct nested_view *v, size_t n)
{
	const struct host *guest = j->analysis->nested->guest;
	cleanup_free char *window = text_of_range(v->window);
	cleanup_free char *theirs =
		text_of_range(v->why ? guest->regions[v->own_window].range : v->range);
	cleanup_free char *message =
		text_filled(v->why ? other_window : other_range, "who", "{who}", "theirs",
			    theirs, "window", window, TEXT_END);
	struct finding *f = found_nested(
		j, v->domain == DOMAIN_IDENTITY ? SEVERITY_WARNING : SEVERITY_ERROR, v, n,
		message);

	if (!v->why)
		guest_kernel(j, f, mismatch_effect(v));
}

static void check_nested_window_mismatch(struct judge *j)
{
	check_state(j, NESTED_MISMATCH, report_mismatch);
}

const struct rule rule_nested_window_mismatch = {
	.id = "nested-window-mismatch",
	.title = "A guest identity-maps a range that is not the host's MSI window",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.applies = applies,
	.no_command = true,
	.check = check_nested_window_mismatch,
	.meaning =
		"The RMR that the hypervisor describes to its guest overlaps the host's software MSI "
		"window, or is as long, and yet is not equal to it. The host programs doorbells from "
		"the window's first page on. Those that the guest does not identity-map fault in the "
		"guest's SMMU, and the interrupts are lost without a message in the host. It is a "
		"warning while the guest's default domain is identity.",
	.kernels =
		"All kernels known here place the window at 0x8000000-0x80fffff; a hypervisor "
		"that asks for another one is for a patched kernel. A guest with 64 KiB pages "
		"widens an RMR that is not aligned to 64 KiB.",
	.advice =
		"Have the hypervisor take the window from the host (the sw-msi line, or what "
		"iommufd reports) and describe exactly that range to the guest.",
};

/* --- nested-remap-permitted --- */

static const struct by_use may_remap[] = {
	[false] = { SEVERITY_WARNING,
		    "Interrupts of {who} are lost once the guest passes it on to a nested guest: the "
		    "guest identity-maps this host's MSI window, but may remap it." },
	[true] = { SEVERITY_CRITICAL,
		   "Interrupts of {who} are lost: the guest may remap this host's MSI window and "
		   "passes the device on to a nested guest." },
};

static void report_remap(struct judge *j, const struct nested_view *v, size_t n)
{
	const struct by_use *text = &may_remap[v->given_on];
	struct finding *f = found_nested(j, text->severity, v, n, text->message);

	guest_kernel(
		j, f,
		"identity-maps the window for kernel drivers. VFIO and iommufd are allowed; they "
		"drop that mapping and put doorbells of the guest there.");
}

static void check_nested_remap_permitted(struct judge *j)
{
	check_state(j, NESTED_REMAP_PERMITTED, report_remap);
}

const struct rule rule_nested_remap_permitted = {
	.id = "nested-remap-permitted",
	.title = "A guest may remap the host's MSI window",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.applies = applies,
	.no_command = true,
	.check = check_nested_remap_permitted,
	.meaning =
		"The RMR is the host's window, but its flag says remap permitted. The guest's "
		"kernel takes it for a range that only matters until a driver runs "
		"(direct-relaxable). The guest's own kernel drivers work. Passed on to a "
		"user-space driver or a nested guest, the device loses the mapping, and its "
		"interrupts with it.",
	.kernels = "All versions alike; nothing is logged, in the guest or in the host.",
	.advice =
		"Have the hypervisor clear the flag remap permitted of that RMR. Until then do "
		"not pass the device on inside the guest.",
};

/* --- nested-old-guest --- */

static const struct by_use unprotected[] = {
	[false] = { SEVERITY_INFO,
		    "A nested guest would lose interrupts of {who}: the guest identity-maps this "
		    "host's MSI window, as intended, but its kernel does not refuse to pass on a "
		    "device with a direct region." },
	[true] = { SEVERITY_CRITICAL,
		   "A nested guest loses interrupts of {who}: the guest's kernel does not refuse to "
		   "pass on a device with a direct region, and does so." },
};

static void report_old(struct judge *j, const struct nested_view *v, size_t n)
{
	const struct by_use *text = &unprotected[v->given_on];
	struct finding *f = found_nested(j, text->severity, v, n, text->message);

	guest_kernel(j, f,
		     "lets VFIO attach; its type1 places doorbells from the start of the "
		     "window, the very page that the host programmed.");
}

static void check_nested_old_guest(struct judge *j)
{
	check_state(j, NESTED_OLD_GUEST, report_old);
}

const struct rule rule_nested_old_guest = {
	.id = "nested-old-guest",
	.title = "A guest's kernel does not protect the host's MSI window",
	.severity = SEVERITY_CRITICAL,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.applies = applies,
	.no_command = true,
	.check = check_nested_old_guest,
	.meaning =
		"The hypervisor did its part, and the guest's kernel drivers work. But an old Arm "
		"kernel does not refuse to pass on a device with a direct region. VFIO in such a "
		"guest puts the doorbells of the nested guest over the host's window: those "
		"interrupts are lost. It is a note until a VFIO driver of the guest has the device.",
	.behaviours = RESTS_ON(BEHAVIOUR_IORT_RMR, BEHAVIOUR_DIRECT_DROPPED,
			       BEHAVIOUR_DIRECT_REFUSED),
	.kernels = "Of the guest's kernel; one that does not read RMR nodes has "
		   "nested-range-missing:",
	.advice = "Do not use VFIO inside this guest, or run a kernel in it that refuses "
		  "(direct-refused).",
};

/* --- nested-range-missing --- */

static enum severity missing_severity(const struct nested_view *v)
{
	if (v->domain == DOMAIN_IDENTITY && !v->given_on)
		return SEVERITY_INFO;
	return SEVERITY_ERROR;
}

static const char missing_range[] =
	"Interrupts of {who} may be lost: the guest does not identity-map this host's "
	"MSI window{although}.";
static const char missing_harmless[] =
	"Interrupts of {who} arrive only while the guest's default domain stays "
	"identity: the guest does not identity-map this host's MSI window{although}.";

static void report_missing(struct judge *j, const struct nested_view *v, size_t n)
{
	const struct nested *nested = j->analysis->nested;
	const char *why =
		v->unused_entry == NO_INDEX
			? NULL
			: nested->guest_analysis->outcomes.of_entry[v->unused_entry].why;
	cleanup_free char *although =
		why ? text_format(", although an RMR says so: %s", why) : NULL;
	cleanup_free char *message = text_filled(
		missing_severity(v) == SEVERITY_INFO ? missing_harmless : missing_range,
		"who", "{who}", "although", although, TEXT_END);
	struct finding *f = found_nested(j, missing_severity(v), v, n, message);

	guest_kernel(
		j, f,
		missing_severity(v) == SEVERITY_INFO
			? "translates nothing for its own drivers."
			: "maps only what its drivers ask for; the host's doorbells fault "
			  "in the guest's SMMU.");
}

static void check_nested_range_missing(struct judge *j)
{
	check_state(j, NESTED_RANGE_MISSING, report_missing);
}

const struct rule rule_nested_range_missing = {
	.id = "nested-range-missing",
	.title = "A guest does not know the host's MSI window",
	.severity = SEVERITY_ERROR,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.applies = applies,
	.no_command = true,
	.check = check_nested_range_missing,
	.meaning =
		"The guest has an SMMU of its own in front of a device that the host passed through "
		"to it, and no direct region for the host's software MSI window. In a DMA domain of "
		"the guest the address that the host programmed is not mapped, and interrupts of the "
		"device do not arrive. It is no fault if the hypervisor puts the doorbells into the "
		"guest's tables in another way, or does not use nested translation for the device; "
		"neither side shows that. It is a note while the guest's default domain is identity.",
	.behaviours = RESTS_ON(BEHAVIOUR_IORT_RMR),
	.kernels =
		"RMR nodes are read from IORT revision 5 on, and for PCI devices only if the "
		"host bridge preserves its configuration (_DSM function 5 returns 0); otherwise "
		"they are ignored without a message.",
	.advice =
		"Have the hypervisor describe the window to the guest: IORT revision 5 or newer, "
		"an RMR of exactly that range with remap not permitted for the device's stream "
		"id, and a _DSM function 5 on the host bridge.",
};
