/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DMA faults in the kernel log, and what they have to do with reserved regions. Faults of
 * one requester in one range are one finding; those that have nothing to do with any
 * region are one note.
 */
#include "rules/fault.h"
#include "rules/steps.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define LINES_QUOTED 3	  /* of the log, by one finding */
#define REQUESTERS_TOLD 6 /* by the note */

/* --- Faults that belong together --- */

static const struct fault_view *view_of_fault(const struct judge *j, size_t i)
{
	return &j->analysis->faults[i];
}

/* Is it one cause, whichever functions of a card use the memory? */
static bool is_one_cause(const struct fault_view *v)
{
	return v->place == FAULT_IN_FOREIGN || v->place == FAULT_IN_FIRMWARE;
}

/*
 * Of one requester? Functions of one card that use the same firmware memory are taken
 * together. Streams that lead to no device may all be one's: those that use the
 * same firmware memory are taken together.
 */
static bool is_one_requester(const struct judge *j, size_t a, size_t b)
{
	const struct fault *f = &j->host->faults[a], *g = &j->host->faults[b];
	const struct fault_view *v = view_of_fault(j, a), *w = view_of_fault(j, b);

	if (v->device != NO_INDEX || w->device != NO_INDEX)
		return v->who == w->who &&
		       (v->device == w->device ||
			(v->who == WHO_DEVICE && w->device != NO_INDEX &&
			 v->group == w->group && is_one_cause(v) &&
			 is_one_device(&j->host->devices[v->device],
				       &j->host->devices[w->device])));
	return fault_same_requester(f, g) ||
	       (v->place == FAULT_IN_FIRMWARE && f->kind == g->kind &&
		f->requester == REQUESTER_STREAM && g->requester == REQUESTER_STREAM);
}

/* In the part of its own range that the kernel is known not to map? */
static bool is_in_lost(const struct judge *j, size_t fault)
{
	return view_of_fault(j, fault)->place == FAULT_IN_OWN &&
	       demand_loses(fault_demand(j->host, j->analysis, fault),
			    fault_span(&j->host->faults[fault]));
}

/* Of one requester, in one range, or in the same part of its own? */
static bool is_alike(const struct judge *j, size_t a, size_t b)
{
	const struct fault_view *x = view_of_fault(j, a), *y = view_of_fault(j, b);

	return x->place == y->place && x->is_users == y->is_users &&
	       x->entry == y->entry && x->region == y->region && x->owner == y->owner &&
	       x->memory == y->memory && x->node == y->node &&
	       x->resource == y->resource && is_in_lost(j, a) == is_in_lost(j, b) &&
	       is_one_requester(j, a, b);
}

static bool is_first(const struct judge *j, size_t fault)
{
	for (size_t i = 0; i < fault; i++) {
		if (is_alike(j, i, fault))
			return false;
	}
	return true;
}

/* All that are alike. */
struct sum {
	uint64_t count;
	struct range addresses;
	unsigned accesses; /* bits of enum fault_access */
	bool several;	   /* requesters, of one device as it seems */
};

static struct sum sum_of(const struct judge *j, size_t fault)
{
	uint64_t address = j->host->faults[fault].address;
	struct sum s = { .addresses = { address, address } };

	for (size_t i = fault; i < j->host->n_faults; i++) {
		const struct fault *f = &j->host->faults[i];

		if (!is_alike(j, i, fault))
			continue;
		s.count += f->count;
		s.several =
			s.several || !fault_same_requester(f, &j->host->faults[fault]);
		s.accesses |= 1u << f->access;
		if (f->address < s.addresses.first)
			s.addresses.first = f->address;
		if (f->address > s.addresses.last)
			s.addresses.last = f->address;
	}
	return s;
}

/* "reads 0x1000", "writes 0x1000 to 0x5000", "accesses 0x1000" */
static char *access_text(const struct sum *s)
{
	const char *verb = s->accesses == 1u << FAULT_READ    ? "reads"
			   : s->accesses == 1u << FAULT_WRITE ? "writes"
							      : "accesses";

	return s->addresses.first == s->addresses.last
		       ? text_format("%s 0x%" PRIx64, verb, s->addresses.first)
		       : text_format("%s 0x%" PRIx64 " to 0x%" PRIx64, verb,
				     s->addresses.first, s->addresses.last);
}

/* "2 faults", "at least 2 faults": the kernel limits how many lines it prints. */
static char *count_text(const struct judge *j, uint64_t n)
{
	const struct log_state *s = &j->host->log_state;
	bool more = s->suppressed || s->unkept || s->wrapped == TRISTATE_YES;

	return text_format("%s%" PRIu64 " %s", more ? "at least " : "", n,
			   one_or_many(n, "fault", "faults"));
}

static void quote(struct judge *j, struct finding *f, size_t fault)
{
	const struct log_line *l = fault_log_line(j->host, &j->host->faults[fault]);

	if (l)
		finding_add_log(j, f, l);
}

/* What is no longer in the ring may have been more of it. */
static void say_wrapped(const struct judge *j, struct finding *f)
{
	if (j->host->log_state.wrapped == TRISTATE_YES)
		finding_say(f, "The log has lost its oldest lines.");
}

static void quote_alike(struct judge *j, struct finding *f, size_t fault)
{
	size_t n = 0;

	for (size_t i = fault; i < j->host->n_faults && n < LINES_QUOTED; i++) {
		if (is_alike(j, i, fault)) {
			quote(j, f, i);
			n++;
		}
	}
}

static void add_requester(struct judge *j, struct finding *f, const struct fault_view *v)
{
	if (v->device != NO_INDEX)
		finding_add_device(j, f, &j->host->devices[v->device]);
}

/* All of those that are alike. */
static void add_requesters(struct judge *j, struct finding *f, size_t fault)
{
	for (size_t i = fault; i < j->host->n_faults; i++) {
		const struct fault_view *v = view_of_fault(j, i);

		if (is_alike(j, i, fault) && v->device != NO_INDEX &&
		    !finding_has_device(f, v->device))
			add_requester(j, f, v);
	}
}

static const struct group *group_of(const struct judge *j, const struct fault_view *v)
{
	return v->group == NO_INDEX ? NULL : &j->host->groups[v->group];
}

/* The {who}, {access} and {count} of what is alike: who asked, for what, how often. */
#define FAULT_WORDS 3

/* Were there other functions of the same card? */
static const char *several_functions(const struct judge *j, size_t fault)
{
	for (size_t i = fault; i < j->host->n_faults; i++) {
		if (is_alike(j, i, fault) &&
		    view_of_fault(j, i)->device != view_of_fault(j, fault)->device)
			return " (with other functions of the card)";
	}
	return "";
}

/* The first FAULT_WORDS of the words. */
static void add_words(const struct judge *j, size_t fault, struct text_word *words)
{
	struct sum s = sum_of(j, fault);
	cleanup_free char *who = fault_requester_text(j->host, j->analysis, fault);
	const struct fault_view *v = view_of_fault(j, fault);
	const char *more = v->device != NO_INDEX ? several_functions(j, fault)
			   : s.several		 ? " (and more)"
						 : "";

	words[0] = (struct text_word){ "who", text_format("%s%s", who, more) };
	words[1] = (struct text_word){ "access", access_text(&s) };
	words[2] = (struct text_word){ "count", count_text(j, s.count) };
}

/* Is the place a finding of its own? Not for a device that is gone: that is over. */
static bool is_reported(const struct judge *j, size_t fault, enum fault_place place)
{
	const struct fault_view *v = view_of_fault(j, fault);

	return v->place == place && v->who != WHO_ABSENT &&
	       !(place == FAULT_IN_FOREIGN && v->who == WHO_UNKNOWN);
}

static bool has_iommu(const struct host *host, const struct analysis *a)
{
	(void)a;
	return host->n_groups > 0 || host_real_iommus(host) > 0;
}

static void check_place(struct judge *j, enum fault_place place,
			void (*report)(struct judge *j, size_t fault))
{
	for (size_t i = 0; i < j->host->n_faults; i++) {
		if (is_reported(j, i, place) && is_first(j, i))
			report(j, i);
	}
}

/* --- direct-not-mapped --- */

/* Known to be lost by the kernel's own rules: the finding that says so gets the lines. */
static struct finding *finding_of_loss(const struct judge *j, size_t fault)
{
	const struct fault_view *v = view_of_fault(j, fault);
	const struct demand *d = fault_demand(j->host, j->analysis, fault);

	if (d->misfit == MISFIT_NONE || d->misfit == MISFIT_NOT_MAPPED ||
	    (d->in_force && !is_in_lost(j, fault)))
		return NULL;
	for (size_t i = 0; i < j->findings->n_list; i++) {
		struct finding *f = &j->findings->list[i];

		for (size_t r = 0; r < f->n_regions; r++) {
			if (f->regions[r] == v->region &&
			    (strstr(f->id, "direct") && f->severity > SEVERITY_INFO))
				return f;
		}
	}
	return NULL;
}

/* By whether a DMA domain is in use that has to map it. */
static const char *const own_wordings[] = {
	[false] =
		"DMA of {who} fails in its own reserved memory {range} ({type}): it "
		"{access}, {count}. The kernel lists the range, yet does not map it, or "
		"did not when the fault was logged.",
	[true] = "DMA of {who} fails in its own reserved memory {range} ({type}): it "
		 "{access}, {count}. The kernel lists the range, yet does not map it.",
};

static char *own_text(const struct judge *j, size_t fault, const struct demand *d)
{
	struct text_word words[FAULT_WORDS + 2] = {
		[FAULT_WORDS] = { "range",
				  text_of_range(view_of_fault(j, fault)->range) },
		{ "type", xstrdup(region_type_name(d->type)) },
	};

	add_words(j, fault, words);
	return text_fill(own_wordings[d->in_force], words, ARRAY_SIZE(words));
}

static void report_own(struct judge *j, size_t fault)
{
	const struct fault_view *v = view_of_fault(j, fault);
	const struct group *g = group_of(j, v);
	const struct demand *d = fault_demand(j->host, j->analysis, fault);
	cleanup_free char *message = NULL;
	struct finding *f = finding_of_loss(j, fault);

	if (f) {
		quote_alike(j, f, fault);
		return;
	}
	message = own_text(j, fault, d);
	f = found(j,
		  d->in_force && d->type == REGION_DIRECT ? SEVERITY_CRITICAL
							  : SEVERITY_WARNING,
		  CONFIDENCE_OBSERVED, g, "%s", message);
	say_wrapped(j, f);
	add_requester(j, f, v);
	finding_add_region(j, f, &j->host->regions[v->region]);
	quote_alike(j, f, fault);
	finding_kernel(j, f,
		       "should have mapped it when it made the default domain of "
		       "the group.");
	finding_advise_passthrough(
		j, f, g,
		"Report it to the kernel's IOMMU list (iommu@lists.linux.dev) with the "
		"output of this program and the kernel log.");
}

/* A page table that was looked at knows better. */
static bool is_own(const struct host *host, const struct analysis *a, size_t fault)
{
	const struct fault_view *v = &a->faults[fault];
	enum proof proof;

	if (v->place != FAULT_IN_OWN)
		return false;
	proof = fault_demand(host, a, fault)->proof;
	return proof == PROOF_NONE || proof == PROOF_LOG;
}

bool any_own_fault(const struct host *host, const struct analysis *a)
{
	for (size_t i = 0; i < host->n_faults; i++) {
		if (is_own(host, a, i))
			return true;
	}
	return false;
}

void report_own_faults(struct judge *j)
{
	for (size_t i = 0; i < j->host->n_faults; i++) {
		if (is_own(j->host, j->analysis, i) && is_first(j, i) &&
		    !view_of_fault(j, i)->is_users)
			report_own(j, i);
	}
}

uint64_t add_hidden_faults(struct judge *j, struct finding *f, const struct entry *e)
{
	size_t entry = (size_t)(e - j->analysis->firmware.entries);
	uint64_t n = 0;

	for (size_t i = 0; i < j->host->n_faults; i++) {
		const struct fault_view *v = view_of_fault(j, i);

		if (v->place != FAULT_AT_HIDDEN || v->entry != entry)
			continue;
		n += j->host->faults[i].count;
		if (f)
			quote(j, f, i);
	}
	return n;
}

/* --- fault-in-foreign-range --- */

/* The group that lists the range as direct: whose entry it is, the table may not tell. */
static const struct group *lister_of(const struct judge *j, struct range range)
{
	for (size_t i = 0; i < j->host->n_regions; i++) {
		const struct region *r = &j->host->regions[i];

		if (region_is_direct(r) && range_overlaps(r->range, range))
			return host_group(j->host, r->group);
	}
	return NULL;
}

/* Whose the reserved memory is. */
enum owner_case {
	OF_ONE,	    /* the entry's only device */
	OF_SEVERAL, /* one of the entry's devices */
	OF_GROUP,   /* no entry is known, but a device */
	OF_LISTER,  /* no device is known, but a group that lists the range */
	OF_NOBODY,
};

static const char *const owner_wordings[] = {
	[OF_ONE] = "{what}, which is reserved for {owner} only",
	[OF_SEVERAL] = "{what}, which is reserved for {owner} and {more} more",
	[OF_GROUP] = "{what} of group {group}",
	[OF_LISTER] = "{what}, which is reserved for a device of group {group}",
	[OF_NOBODY] = "{what}, which is reserved for no device here",
};

static enum owner_case owner_case(const struct device *owner, const struct entry *e,
				  const struct group *lister)
{
	if (owner && e)
		return e->n_claims > 1 ? OF_SEVERAL : OF_ONE;
	if (owner)
		return OF_GROUP;
	return lister ? OF_LISTER : OF_NOBODY;
}

static char *memory_text(const struct fault_view *v, const struct entry *e)
{
	cleanup_free char *name = e ? entry_short_text(e) : NULL;
	cleanup_free char *range = text_of_range(v->range);

	return name ? text_format("%s (%s)", name, range)
		    : text_format("the direct range %s", range);
}

/* "RMRR 2 (0x...-0x...), which is reserved for 0000:06:00.0 only" */
static char *owner_text(const struct judge *j, const struct fault_view *v)
{
	const struct device *owner =
		v->owner == NO_INDEX ? NULL : &j->host->devices[v->owner];
	const struct entry *e =
		v->entry == NO_INDEX ? NULL : &j->analysis->firmware.entries[v->entry];
	const struct group *lister = lister_of(j, v->range);
	const struct text_word words[] = {
		{ "what", memory_text(v, e) },
		{ "owner", xstrdup(owner ? owner->name : "") },
		{ "more", text_format("%zu", e && e->n_claims ? e->n_claims - 1 : 0) },
		{ "group", text_format("%u", (unsigned)(owner	 ? owner->group
							: lister ? lister->id
								 : 0)) },
	};

	return text_fill(owner_wordings[owner_case(owner, e, lister)], words,
			 ARRAY_SIZE(words));
}

static void report_foreign(struct judge *j, size_t fault)
{
	const struct fault_view *v = view_of_fault(j, fault);
	const struct group *g = group_of(j, v);
	struct text_word words[FAULT_WORDS + 2] = {
		[FAULT_WORDS] = { "whose", owner_text(j, v) },
		{ "where", g ? text_format("group %u", (unsigned)g->id) : xstrdup("it") },
	};
	cleanup_free char *message = NULL;
	struct finding *f;

	add_words(j, fault, words);
	message = text_fill("DMA of {who} fails: it {access} ({count}), in {whose}. The "
			    "range is not mapped for {where}.",
			    words, ARRAY_SIZE(words));
	f = found(j, SEVERITY_WARNING, CONFIDENCE_DERIVED, g, "%s", message);
	say_wrapped(j, f);
	add_requesters(j, f, fault);
	if (v->owner != NO_INDEX && v->owner != v->device)
		finding_blame(j, f, &j->host->devices[v->owner]);
	if (v->entry != NO_INDEX)
		finding_add_entry_alone(j, f, &j->analysis->firmware.entries[v->entry],
					0);
	else
		finding_add_region(j, f, &j->host->regions[v->region]);
	quote_alike(j, f, fault);
	finding_kernel(j, f,
		       "maps such a range only for the devices that firmware names.");
	finding_advise_passthrough(
		j, f, g,
		"Update the firmware: its table must name the device that uses the memory.");
}

/* The device's own entry, of which the kernel makes no region. */
static void report_unlisted(struct judge *j, size_t fault)
{
	const struct fault_view *v = view_of_fault(j, fault);
	const struct entry *e = &j->analysis->firmware.entries[v->entry];
	const struct group *g = group_of(j, v);
	struct text_word words[FAULT_WORDS + 1] = {
		[FAULT_WORDS] = { "memory", memory_text(v, e) },
	};
	cleanup_free char *message = NULL;
	struct finding *f;

	add_words(j, fault, words);
	message =
		text_fill("DMA of {who} fails: it {access} ({count}), in {memory}, which "
			  "is reserved for this device. The kernel lists no region for "
			  "that entry and does not map the memory.",
			  words, ARRAY_SIZE(words));
	f = found(j, SEVERITY_WARNING, CONFIDENCE_DERIVED, g, "%s", message);
	say_wrapped(j, f);
	add_requester(j, f, v);
	finding_add_entry_alone(j, f, e, 0);
	quote_alike(j, f, fault);
	finding_kernel(j, f, "maps for a device only what it lists for its group.");
	steps_look(&f->steps, "iommu-resv list --by entry");
	finding_advise_passthrough(
		j, f, g,
		"Run: iommu-resv list --by entry. It says why the kernel leaves the entry "
		"out.");
}

static void check_fault_in_foreign_range(struct judge *j)
{
	check_place(j, FAULT_IN_FOREIGN, report_foreign);
	check_place(j, FAULT_IN_UNLISTED, report_unlisted);
}

const struct rule rule_fault_in_foreign_range = {
	.id = "fault-in-foreign-range",
	.title = "A device's DMA fails in memory reserved for another",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.applies = has_iommu,
	.check = check_fault_in_foreign_range,
	.meaning =
		"The kernel log has DMA faults of a device at an address that firmware reserves for "
		"another one. Firmware seems to let both use the memory, but its table names one "
		"only, and the other's DMA is refused. Or the entry is for the device, and the kernel "
		"makes no region of it. To an IOMMU, what is behind a bridge to conventional PCI is "
		"the bridge.",
	.kernels =
		"All versions alike. The kernel prints a few faults a second and counts "
		"the rest, so the numbers are lower bounds.",
	.advice =
		"Update the firmware: its table must name the device. Until then boot with "
		"iommu.passthrough=1, where nothing is refused.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

/* --- fault-in-firmware-memory --- */

/* What would have named the memory, on this host. */
static const char *missing_entries(const struct judge *j)
{
	if (host_has_table(j->host, "DMAR"))
		return "No RMRR";
	if (host_has_table(j->host, "IVRS"))
		return "No IVMD";
	return host_has_table(j->host, "IORT") ? "No RMR" : "No firmware entry";
}

/* "0x1000-0x1fff Reserved", and where that stands. */
struct firmware_memory {
	char *text, *path;
	unsigned line;
};

static struct firmware_memory firmware_memory(const struct judge *j,
					      const struct fault_view *v)
{
	const struct memory *m = v->node ? NULL : &j->host->memory[v->memory];
	cleanup_free char *range = text_of_range(v->range);

	if (!m)
		return (struct firmware_memory){
			text_format("%s, a framebuffer of the device tree", range),
			text_format("/sys/firmware/devicetree/base%s", v->node), 0
		};
	return (struct firmware_memory){ text_format("%s %s", range, m->name),
					 m->source == SOURCE_IOMEM
						 ? xstrdup("/proc/iomem")
						 : text_format("/sys/firmware/memmap/"
							       "%u/type",
							       m->place),
					 m->source == SOURCE_IOMEM ? m->place : 1 };
}

static void report_firmware(struct judge *j, size_t fault)
{
	const struct fault_view *v = view_of_fault(j, fault);
	const struct firmware_memory m = firmware_memory(j, v);
	cleanup_free char *text = m.text;
	cleanup_free char *path = m.path;
	const struct group *g = group_of(j, v);
	bool tree =
		v->node || (host_is_arm64(j->host) && !host_has_table(j->host, "IORT"));
	struct text_word words[FAULT_WORDS + 2] = {
		[FAULT_WORDS] = { "memory", xstrdup(text) },
		{ "entries", xstrdup(missing_entries(j)) },
	};
	cleanup_free char *message = NULL;
	struct finding *f;

	add_words(j, fault, words);
	message =
		text_fill("DMA of {who} fails in memory that firmware reserved "
			  "({memory}): it {access}, {count}. {entries} lists it for the "
			  "device, so a firmware entry seems to be missing.",
			  words, ARRAY_SIZE(words));
	f = found(j, SEVERITY_WARNING, CONFIDENCE_HEURISTIC, g, "%s", message);
	say_wrapped(j, f);
	add_requesters(j, f, fault);
	finding_add_evidence(f, path, m.line, text);
	quote_alike(j, f, fault);
	finding_kernel(j, f, "maps only what firmware asks for.");
	finding_advise_passthrough(
		j, f, g,
		tree ? "Give the memory a node in /reserved-memory with iommu-addresses "
		       "for the device, or let the boot loader "
		       "stop the device before the kernel starts."
		     : "Update the firmware: its table must name the memory.");
}

/* Is there a fault whose address only the map of memory could explain? */
static bool any_elsewhere(const struct judge *j)
{
	for (size_t i = 0; i < j->host->n_faults; i++) {
		const struct fault_view *v = view_of_fault(j, i);

		if (v->place == FAULT_ELSEWHERE && v->who != WHO_ABSENT)
			return true;
	}
	return false;
}

static void check_fault_in_firmware_memory(struct judge *j)
{
	if (any_elsewhere(j) && !host_source_usable(j->host, SOURCE_MEMORY_MAP))
		checked_without_source(j, SOURCE_IOMEM);
	check_place(j, FAULT_IN_FIRMWARE, report_firmware);
}

const struct rule rule_fault_in_firmware_memory = {
	.id = "fault-in-firmware-memory",
	.title = "A device's DMA fails in firmware memory that no entry names",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.applies = has_iommu,
	.check = check_fault_in_firmware_memory,
	.meaning =
		"The kernel log has DMA faults of a device inside memory that firmware reserved, such "
		"as a boot framebuffer, and nothing asks the kernel to map that memory for the "
		"device. Most likely firmware set the device up to use it and does not say so. An "
		"address that the kernel gave out may look the same by chance.",
	.kernels = "All versions alike: what no entry names is not mapped.",
	.advice =
		"Update the firmware; on a host with a device tree give the memory iommu-addresses. "
		"Until then boot with iommu.passthrough=1.",
	.guest_advice = ADVICE_GUEST_TABLE,
};

/* --- fault-in-peer-bar --- */

static void report_peer(struct judge *j, size_t fault)
{
	const struct fault_view *v = view_of_fault(j, fault);
	const struct group *g = group_of(j, v);
	const struct device *owner = &j->host->devices[v->owner];
	struct text_word words[FAULT_WORDS + 2] = {
		[FAULT_WORDS] = { "owner", xstrdup(owner->name) },
		{ "range", text_of_range(v->range) },
	};
	cleanup_free char *message = NULL;
	struct finding *f;

	add_words(j, fault, words);
	message =
		text_fill("DMA of {who} to {owner} fails: it {access} ({count}), in that "
			  "device's memory {range}. A translated domain does not map "
			  "DMA from device to device; no reserved region is concerned.",
			  words, ARRAY_SIZE(words));
	f = found(j, SEVERITY_WARNING, CONFIDENCE_DERIVED, g, "%s", message);
	say_wrapped(j, f);
	add_requester(j, f, v);
	finding_blame(j, f, owner);
	if (v->resource != NO_INDEX)
		finding_add_resource(f, &j->host->resources[v->resource]);
	else if (v->memory != NO_INDEX)
		finding_add_evidence(f, "/proc/iomem", j->host->memory[v->memory].place,
				     j->host->memory[v->memory].name);
	quote_alike(j, f, fault);
	finding_kernel(j, f,
		       "maps another device's memory only where drivers ask for it "
		       "(P2PDMA).");
	finding_advise_passthrough(
		j, f, g,
		"Use drivers that share memory through the kernel, or give the group of "
		"each device the domain type identity.");
}

static void check_fault_in_peer_bar(struct judge *j)
{
	check_place(j, FAULT_IN_PEER, report_peer);
}

const struct rule rule_fault_in_peer_bar = {
	.id = "fault-in-peer-bar",
	.title = "A device's DMA to another device fails",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.applies = has_iommu,
	.check = check_fault_in_peer_bar,
	.meaning =
		"The kernel log has DMA faults of a device at the physical address of another "
		"device's memory (a BAR): one accesses the other directly. In a DMA domain such "
		"addresses are not mapped; no reserved region is concerned.",
	.kernels = "All versions alike.",
	.advice = "Use drivers that share memory through the kernel, or boot with "
		  "iommu.passthrough=1.",
};

/* --- faults-elsewhere --- */

/* Is the line of a fault the evidence of another finding already? */
static bool is_quoted(const struct judge *j, size_t fault)
{
	const char *log = host_log_path(j->host);

	for (size_t i = 0; i < j->findings->n_list; i++) {
		const struct finding *f = &j->findings->list[i];

		for (size_t e = 0; e < f->n_evidence; e++) {
			if (f->evidence[e].line == j->host->faults[fault].line &&
			    !strcmp(f->evidence[e].path, log))
				return true;
		}
	}
	return false;
}

/* What the note says of a place; NULL: another finding speaks of it. */
static const char *place_words(const struct judge *j, size_t fault)
{
	static const char *const words[] = {
		[FAULT_UNPLACED] = "no address logged",
		[FAULT_IS_INTERRUPT] = "an interrupt message, not DMA",
		[FAULT_BEYOND_WIDTH] = "above what the IOMMU translates",
		[FAULT_OF_USER] = "an address of the user's own mapping",
		[FAULT_IN_RAM] = "in RAM",
		[FAULT_ELSEWHERE] = "in no reserved region",
		[FAULT_IN_FOREIGN] = "in memory reserved for another",
		[FAULT_IN_PEER] = "in memory of another device",
		[FAULT_IN_FIRMWARE] = "in memory that firmware reserved",
	};
	const struct fault_view *v = view_of_fault(j, fault);

	if (v->place == FAULT_IN_OWN)
		return v->is_users ? "in its own range, which is not mapped for a VM"
				   : NULL;
	if (v->place == FAULT_AT_HIDDEN || v->place == FAULT_IN_UNLISTED)
		return NULL;
	if (v->place == FAULT_IN_FOREIGN && v->who == WHO_UNKNOWN)
		return "in a reserved range; whose device it was is not known";
	if (v->who != WHO_ABSENT &&
	    (v->place == FAULT_IN_FOREIGN || v->place == FAULT_IN_PEER ||
	     v->place == FAULT_IN_FIRMWARE))
		return NULL;
	return words[v->place];
}

/* "0000:00:1f.2 at 0xffe9c000 (2 faults, in no reserved region)" */
static void add_case(const struct judge *j, struct text *t, size_t fault)
{
	const struct fault_view *v = view_of_fault(j, fault);
	const struct fault *f = &j->host->faults[fault];
	struct sum s = sum_of(j, fault);
	cleanup_free char *who = fault_requester_text(j->host, j->analysis, fault);
	cleanup_free char *count = count_text(j, s.count);

	text_printf(t, "%s", who);
	if (f->has_address)
		text_printf(t, " at 0x%" PRIx64, s.addresses.first);
	if (s.addresses.last > s.addresses.first)
		text_printf(t, " to 0x%" PRIx64, s.addresses.last);
	text_printf(t, " (%s, %s", count, place_words(j, fault));
	if (v->place == FAULT_IS_INTERRUPT && v->range.last)
		text_printf(t, ", in 0x%" PRIx64 "-0x%" PRIx64, v->range.first,
			    v->range.last);
	if (v->place == FAULT_UNPLACED && f->reason)
		text_printf(t, ": %s", f->reason);
	text_add(t, ")");
}

static void check_faults_elsewhere(struct judge *j)
{
	cleanup(text_clear) struct text cases = { 0 };
	struct finding *f = NULL;
	size_t n = 0;

	for (size_t i = 0; i < j->host->n_faults; i++) {
		if (!place_words(j, i) || !is_first(j, i) || is_quoted(j, i))
			continue;
		if (n++ >= REQUESTERS_TOLD)
			continue;
		text_add(&cases, n > 1 ? "; " : "");
		add_case(j, &cases, i);
	}
	if (!n)
		return;
	f = found(
		j, SEVERITY_INFO, CONFIDENCE_OBSERVED, NULL,
		"The log has DMA faults that no reserved region explains. Requesters: %s.",
		cases.data);
	if (n > REQUESTERS_TOLD)
		finding_say(f, "%zu more %s not shown.", n - REQUESTERS_TOLD,
			    one_or_many(n - REQUESTERS_TOLD, "is", "are"));
	say_wrapped(j, f);
	n = 0;
	for (size_t i = 0; i < j->host->n_faults && n < REQUESTERS_TOLD; i++) {
		const struct fault_view *v = view_of_fault(j, i);

		if (!place_words(j, i) || !is_first(j, i) || is_quoted(j, i))
			continue;
		n++;
		if (v->device != NO_INDEX && !finding_has_device(f, v->device))
			add_requester(j, f, v);
		quote(j, f, i);
	}
}

const struct rule rule_faults_elsewhere = {
	.id = "faults-elsewhere",
	.title = "DMA faults that no reserved region explains",
	.severity = SEVERITY_INFO,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.applies = has_iommu,
	.no_command = true,
	.check = check_faults_elsewhere,
	.meaning =
		"The kernel log has DMA faults at addresses that lie in no region listed here: memory "
		"that a driver has unmapped or never mapped, a device that goes astray, an interrupt "
		"message, or a device that is gone. One note counts them for each requester and says "
		"where the address lies. Addresses of a device that a VM has are the guest's own: "
		"they are no memory of this host. Look elsewhere for the cause.",
	.kernels =
		"All versions alike. The kernel prints a few faults a second and counts "
		"the rest, so the numbers are lower bounds.",
	.advice =
		"Look for a fault of the device or of its driver: no reserved region explains these.",
};
