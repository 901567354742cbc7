/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `fit`: does a guest's memory fit the I/O addresses that devices can use? */
#include "render/fit.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "base/text.h"
#include "cmd/cmd.h"

/* What is to be mapped. */
struct wishes {
	struct guest_shape shape; /* ram 0: there is no guest */
	ARRAY_OF(struct layout_part, ranges);
};

static void wishes_clear(struct wishes *w)
{
	free(w->ranges);
}

/* --- The command line --- */

/* A size: with a unit as QEMU has it, or hexadecimal with 0x. */
static bool parse_size(const char *word, uint64_t *out)
{
	return text_starts_with(word, "0x")
		       ? text_to_number(word, 16, UINT64_MAX, out) && *out
		       : guest_size(word, out);
}

/* "0x1000-0x1fff", or "0x100000000+60G". */
static bool parse_range(const char *word, struct range *out)
{
	cleanup_free char *first = xstrdup(word);
	char *end = strpbrk(first, "-+");
	bool is_size = end && *end == '+';
	uint64_t size;

	if (!end)
		return false;
	*end++ = 0;
	if (!text_to_number(first, 16, UINT64_MAX, &out->first))
		return false;
	if (!is_size)
		return text_to_number(end, 16, UINT64_MAX, &out->last) &&
		       !range_is_inverted(*out);
	if (!parse_size(end, &size) || size - 1 > UINT64_MAX - out->first)
		return false;
	out->last = out->first + (size - 1);
	return true;
}

static bool take_ranges(const struct options *o, struct wishes *w)
{
	for (size_t i = 0; i < o->ranges.n_word; i++) {
		struct layout_part part = { .use = LAYOUT_GIVEN, .what = "given range" };

		if (!parse_range(o->ranges.word[i], &part.range)) {
			message("--range: '%s': is not FIRST-LAST, nor FIRST+SIZE, for "
				"example 0x100000000-0x1ffffffff or 0x100000000+4G",
				o->ranges.word[i]);
			return false;
		}
		*ADD(w, ranges) = part;
	}
	return true;
}

static bool take_phys_bits(const struct options *o, struct guest_shape *shape)
{
	uint64_t bits = 0;

	if (o->phys_bits && (!text_to_number(o->phys_bits, 10, PHYS_BITS_MAX, &bits) ||
			     bits < PHYS_BITS_MIN)) {
		message("--phys-bits: '%s': is no number from %d to %d", o->phys_bits,
			PHYS_BITS_MIN, PHYS_BITS_MAX);
		return false;
	}
	shape->phys_bits = (unsigned)bits;
	return true;
}

static bool take_guest(const struct options *o, struct wishes *w)
{
	if (!o->ram && (o->machine || o->phys_bits)) {
		message("--%s: only with --ram", o->machine ? "machine" : "phys-bits");
		return false;
	}
	if (o->ram && !guest_size(o->ram, &w->shape.ram)) {
		message("--ram: '%s': is no size with its unit, such as 64G or 1536M",
			o->ram);
		return false;
	}
	if (o->machine && !guest_machine(o->machine, &w->shape)) {
		message("--machine: '%s': must be q35, pc, microvm or virt, a version of "
			"one (pc-q35-8.2), and for q35 and pc may have "
			",max-ram-below-4g=SIZE",
			o->machine);
		return false;
	}
	return take_phys_bits(o, &w->shape);
}

/* False after a message, as all of these. */
static bool read_wishes(const struct options *o, struct wishes *w)
{
	bool any = o->ram || o->ranges.n_word || o->identity_ram;

	if (!o->n_selectors) {
		message("fit: which device? For example: iommu-resv fit --ram 64G 01:00.0");
		return false;
	}
	if (o->holes && any) {
		message("--holes: prints nothing else; leave out --ram, --range and "
			"--identity-ram");
		return false;
	}
	if (!take_guest(o, w) || !take_ranges(o, w))
		return false;
	if (!any && !o->holes)
		message("fit: what is to fit? For example: --ram 64G, or --range "
			"0x100000000+4G");
	return any || o->holes;
}

/* --- What the host adds to it --- */

/* What VFIO can map of it: whole pages. */
static void add_host_ram(const struct memory *m, struct wishes *w)
{
	const uint64_t in_page = GUEST_PAGE - 1;
	struct layout_part part = { m->range, LAYOUT_HOST_RAM, "System RAM" };

	if (m->range.first > UINT64_MAX - in_page || m->range.last < in_page)
		return;
	part.range.first = (m->range.first + in_page) & ~in_page;
	part.range.last = ((m->range.last - in_page) | in_page);
	if (!range_is_inverted(part.range))
		*ADD(w, ranges) = part;
}

/* Addresses in /proc/iomem are zeros for those who may not see them. */
static bool take_host_ram(const struct host *host, struct wishes *w)
{
	size_t before = w->n_ranges;

	for (size_t i = 0; i < host->n_memory; i++) {
		const struct memory *m = &host->memory[i];

		if (m->source == SOURCE_IOMEM && !m->depth &&
		    !strcmp(m->name, "System RAM"))
			add_host_ram(m, w);
	}
	if (w->n_ranges == before)
		message("--identity-ram: /proc/iomem does not tell where RAM is; run as "
			"root");
	return w->n_ranges > before;
}

/* KVM's guests have the vendor of the host's CPUs. False after a message. */
static bool complete_wishes(const struct options *o, const struct host *host,
			    struct wishes *w)
{
	w->shape.is_amd = host_has_iommu(host, IOMMU_AMD);
	if (w->shape.ram && !w->shape.machine)
		w->shape.machine = machine_type_of(host->kernel.architecture);
	if (w->shape.ram && !w->shape.machine) {
		message("--ram: which --machine? This host's architecture does not tell");
		return false;
	}
	return !o->identity_ram || take_host_ram(host, w);
}

/* --- The answer --- */

/* The groups of the selected devices, each once; how many. */
static size_t groups_of(const struct host *host, const struct selection *selection,
			const struct group **groups)
{
	size_t n = 0;

	for (size_t i = 0; i < host->n_groups; i++) {
		const struct group *g = &host->groups[i];

		if (any_flag(&selection->devices[g->first_device], g->n_devices))
			groups[n++] = g;
	}
	return n;
}

/* What the status says, on standard error: --holes prints addresses only. */
static void report_holes(const struct view *view, bool known)
{
	if (view->fit->refused)
		message("fit: not all of these devices can be passed through; see "
			"iommu-resv assign");
	else if (view->fit->unknown)
		message("fit: whether these devices can be passed through is not known; "
			"see iommu-resv assign");
	if (!known)
		message("fit: not all I/O addresses of these devices are known");
}

static void render(const struct options *o, const struct view *view)
{
	cleanup(ranges_clear) struct ranges holes = { 0 };

	if (o->json) {
		render_json(view, stdout);
	} else if (!o->holes) {
		render_fit(view, stdout);
	} else {
		bool known = fit_holes(view->fit->fit, &holes);

		render_holes(&holes, stdout);
		report_holes(view, known);
	}
}

static int fit_wishes(const struct options *o, const struct host *host,
		      const struct selection *selection, const struct wishes *w)
{
	cleanup_free const struct group **groups =
		xcalloc(host->n_groups + 1, sizeof(*groups));
	struct fit_answer answer;
	struct analysis analysis;
	struct view view;
	struct fit fit;
	struct fit_question q = {
		.host = host,
		.analysis = &analysis,
		.groups = groups,
		.shape = w->shape.ram ? &w->shape : NULL,
		.ranges = w->ranges,
		.n_ranges = w->n_ranges,
	};

	q.n_groups = groups_of(host, selection, groups);
	analyze(host, selection->devices, &analysis);
	fit_of(&q, &fit);
	fit_answer_of(host, &analysis, &fit, selection->devices, &answer);
	view = view_of(o, host, &analysis, selection);
	view.fit = &answer;
	view.exit_status = selection_status(selection, fit_exit_status(answer.state));
	render(o, &view);
	fit_answer_clear(&answer);
	fit_clear(&fit);
	analysis_clear(&analysis);
	return view.exit_status;
}

static int run(const struct options *o)
{
	cleanup(wishes_clear) struct wishes w = { 0 };
	struct selection selection = { 0 };
	int status = FAILED;
	struct host host;

	if (!read_wishes(o, &w) ||
	    !open_host(o, sources_of(o, USUAL_SOURCES | SOURCE_BIT(SOURCE_BTF)), &host))
		return FAILED;
	if (select_devices(o, &host, &selection) && complete_wishes(o, &host, &w))
		status = fit_wishes(o, &host, &selection, &w);
	selection_clear(&selection);
	host_clear(&host);
	return status;
}

const struct command command_fit = {
	.name = "fit",
	.arguments = "[OPTION...] DEVICE...",
	.summary = "does a guest's memory fit the I/O addresses of these devices",
	.run = run,
};
