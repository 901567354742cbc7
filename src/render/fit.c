/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `fit` for people. */
#include "render/fit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "render/color.h"
#include "render/lines.h"

/* So many addresses in the way of one range, and so many devices, are listed. */
#define HITS_MAX 4
#define DEVICES_MAX 8

/* --- Words that JSON shares --- */

static const char *why_unknown(const struct io_space *space, const struct fit_hit *hit)
{
	if (hit->part != NO_INDEX && space->parts[hit->part].why)
		return space->parts[hit->part].why;
	return space->n_parts ? "the IOMMU may reach further than is known of it"
			      : "the devices have no I/O addresses that are known";
}

char *fit_hit_text(const struct view *v, const struct fit_hit *hit)
{
	const struct io_space *space = &v->fit->fit->space;
	const struct space_part *p =
		hit->part == NO_INDEX ? NULL : &space->parts[hit->part];
	cleanup_free char *text = NULL;

	switch (hit->reason) {
	case FIT_IN_REGION:
		text = part_text(v, space, p);
		return text_format("%s%s%s", part_name(p), *text ? ": " : "", text);
	case FIT_OUTSIDE:
		return text_format("%s translates no address above 0x%" PRIx64,
				   space->iommu == NO_INDEX
					   ? "the IOMMU"
					   : v->host->iommus[space->iommu].name,
				   space->last);
	case FIT_SPLIT:
		return text_format("an inverted region divides these addresses, and one "
				   "mapping cannot lie on both sides");
	case FIT_UNALIGNED:
		return text_format("does not begin and end on a page of 0x%" PRIx64
				   " bytes",
				   v->fit->fit->page_size);
	default:
		return text_format("not known: %s", why_unknown(space, hit));
	}
}

/* The devices of a group: "0a:00.0 and 0a:00.1". */
static char *group_text(const struct view *v, uint32_t id)
{
	const struct group *g = host_group(v->host, id);
	struct text_list list = { .max = DEVICES_MAX };

	for (size_t i = 0; g && i < g->n_devices; i++)
		text_list_add(&list, short_name(v->host,
						&v->host->devices[g->first_device + i]));
	return text_list_take(&list);
}

char *fit_advice_text(const struct view *v, const struct fit_advice *advice)
{
	const struct guest_shape *shape = v->fit->fit->shape;
	struct guest_shape s = shape ? *shape : (struct guest_shape){ 0 };
	bool is_x86 = s.machine && machine_type_is_x86(s.machine);
	cleanup_free char *word = NULL;

	switch (advice->kind) {
	case FIT_NEWER_MACHINE:
		return text_format(
			"Use a newer machine type, -machine %s: since QEMU "
			"%d.%d it puts RAM above 1 TiB where it would meet AMD's "
			"HyperTransport range.",
			machine_type_name(s.machine), AVOIDS_HOLE_MAJOR,
			AVOIDS_HOLE_MINOR);
	case FIT_LOW_LIMIT:
		s.max_below_4g = advice->value;
		word = shape_machine_text(&s);
		return text_format(
			"Leave the addresses free: -machine %s puts more of the "
			"RAM above 4 GiB.",
			word);
	case FIT_PHYS_BITS:
		return text_format("Give the guest's CPUs %" PRIu64 " address bits%s.",
				   advice->value,
				   is_x86 ? " (phys-bits or host-phys-bits of -cpu)"
					  : "");
	case FIT_FEWER_BITS:
		return text_format("Give the guest's CPUs only %" PRIu64
				   " address bits%s, so that BARs are placed lower.",
				   advice->value, is_x86 ? " (phys-bits of -cpu)" : "");
	case FIT_LESS_RAM:
		word = guest_size_text(advice->value);
		return text_format("Give the guest less memory: -m %s fits.", word);
	default:
		word = group_text(v, (uint32_t)advice->value);
		return text_format("Leave out group %" PRIu64 " (%s): the others fit.",
				   advice->value, word);
	}
}

void render_holes(const struct ranges *holes, FILE *out)
{
	for (size_t i = 0; i < holes->n_range; i++)
		fprintf(out, "0x%" PRIx64 "-0x%" PRIx64 "\n", holes->range[i].first,
			holes->range[i].last);
}

/* --- What is said first --- */

static const char *const verdicts[FIT_STATE_COUNT] = {
	[FIT_YES] = "Yes: all of it fits the I/O addresses of these devices.",
	[FIT_LOST] = "Yes, with losses: the memory fits, not all windows for BARs do.",
	[FIT_UNKNOWN] = "Not known: whether it fits cannot be told from what was read.",
	[FIT_NO] = "No: it does not fit the I/O addresses of these devices.",
};

/* Never a "yes" where the kernel refuses a device. */
static void put_verdict(const struct view *v, FILE *out)
{
	const struct fit_answer *a = v->fit;
	const char *s = verdicts[a->fit->state];
	const char *more = "";
	cleanup_free char *text = NULL;

	if (a->refused) {
		s = "No: not all of these devices can be passed through.";
		more = " Whether addresses would fit is below.";
	} else if (a->unknown && a->fit->state < FIT_NO) {
		s = "Not known: whether these devices can be passed through cannot be "
		    "told.";
		more = " Whether addresses would fit is below.";
	} else if (a->state == FIT_LOST && a->fit->state == FIT_YES) {
		s = "Yes, with losses: all of it fits the I/O addresses of these "
		    "devices.";
		more = " What is lost stands at Device.";
	}
	text = text_format("%s%s", s, v->quiet ? "" : more);
	style_put(out, v->color, STYLE_BOLD);
	put_wrapped(out, v->width, 0, 0, text);
	style_put(out, v->color, STYLE_PLAIN);
}

static void put_device(const struct view *v, size_t device, FILE *out)
{
	static const char *const words[VM_USE_COUNT] = {
		[VM_USE_YES] = "can be passed through",
		[VM_USE_YES_BUT] = "can be passed through, with losses",
		[VM_USE_NEEDED] = "can be passed through, but this host is using it",
		[VM_USE_UNBIND] = "is refused until its group has no other drivers",
		[VM_USE_UNKNOWN] = "cannot be judged",
		[VM_USE_NO] = "is refused",
	};
	const struct vm_use_view *use = &v->fit->uses[device];
	cleanup_free char *obstacles =
		use->use == VM_USE_NO || use->use == VM_USE_UNBIND
			? obstacles_text(v->host, v->analysis,
					 &v->analysis->assign[device])
			: NULL;
	const char *why = obstacles		   ? obstacles
			  : use->use == VM_USE_YES ? NULL
						   : use->why;
	cleanup_free char *s =
		text_format("%s %s%s%s", short_name(v->host, &v->host->devices[device]),
			    words[use->use], why ? ": " : "", why ? why : "");

	put_field(v, out, 0, "Device", s);
}

static void put_devices(const struct view *v, FILE *out)
{
	size_t n = 0;

	for (size_t i = 0; i < v->host->n_devices; i++) {
		if (v->devices[i] && n++ < DEVICES_MAX)
			put_device(v, i, out);
	}
	if (n > DEVICES_MAX)
		fprintf(out, "          and %zu more\n", n - DEVICES_MAX);
	if (v->fit->refused || v->fit->unknown)
		put_field(v, out, 0, "", "iommu-resv assign says more of them");
}

static void put_guest(const struct view *v, FILE *out)
{
	const struct fit *f = v->fit->fit;
	cleanup_free char *machine = NULL, *ram = NULL, *s = NULL;

	if (!f->shape)
		return;
	machine = shape_machine_text(f->shape);
	ram = guest_size_text(f->shape->ram);
	s = text_format("%s with %s of RAM%s%s", machine, ram,
			f->shape->is_amd ? ", AMD's CPUs" : "",
			f->layout.moved ? "; what is above 4 GiB begins at 1 TiB" : "");
	put_field(v, out, 0, "Guest", s);
	if (v->verbose)
		put_field(v, out, 0, "", machine_type_source(f->shape->machine));
	if (f->layout.too_high) {
		cleanup_free char *high =
			text_format("%u address bits of the guest's CPUs do not reach "
				    "0x%" PRIx64 ": QEMU does not start",
				    f->shape->phys_bits, f->layout.last);

		put_field(v, out, 0, "", high);
	}
	if (f->layout.no_windows)
		put_field(v, out, 0, "Left out",
			  "the window for 64-bit BARs: it depends on --phys-bits");
}

/* --- The ranges --- */

static void put_hits(const struct view *v, const struct fit_range *r, FILE *out)
{
	for (size_t i = 0; i < r->n_hits && i < HITS_MAX; i++) {
		const struct fit_hit *hit = &v->fit->fit->hits[r->first_hit + i];
		cleanup_free char *range = text_of_range(hit->range);
		cleanup_free char *text = fit_hit_text(v, hit);
		cleanup_free char *s = text_format("%s %s", range, text);

		text_clean(s);
		fprintf(out, "%12s", "");
		put_wrapped(out, v->width, 14, 12, s);
	}
	if (r->n_hits > HITS_MAX)
		fprintf(out, "%12sand %zu more\n", "", r->n_hits - HITS_MAX);
}

static void put_range(const struct view *v, const struct fit_range *r, FILE *out)
{
	static const char *const words[FIT_STATE_COUNT] = {
		[FIT_YES] = "fits",
		[FIT_LOST] = "lost",
		[FIT_UNKNOWN] = "unknown",
		[FIT_NO] = "NO",
	};
	cleanup_free char *range = text_of_range(r->wanted.range);
	cleanup_free char *size = text_of_size(r->wanted.range);
	cleanup_free char *s = text_format("%s  %s, %s", range, r->wanted.what, size);

	fprintf(out, "  %-7s   ", words[r->state]);
	put_wrapped(out, v->width, 12, 12, s);
	put_hits(v, r, out);
}

/* --- What follows --- */

static void add_refusals(const struct view *v, bool later, struct text *t)
{
	const char *before = later ? "; where the memory was mapped before the device "
				     "came: "
				   : "refuses ";

	for (const struct fit_refusal *r = fit_refusals; r->call; r++) {
		if (r->later != later || (r->iommufd && v->fit->no_iommufd))
			continue;
		text_printf(t, "%s%s with %s", before, r->call, errno_name(r->error));
		before = ", ";
	}
}

static void put_refusals(const struct view *v, FILE *out)
{
	struct text t = { 0 };
	cleanup_free char *s = NULL;

	add_refusals(v, false, &t);
	add_refusals(v, true, &t);
	s = text_take(&t);
	put_field(v, out, 0, "Kernel", s);
}

static bool any_in_the_way(const struct fit *f)
{
	for (size_t i = 0; i < f->n_hits; i++) {
		if (f->hits[i].reason != FIT_NOT_KNOWN)
			return true;
	}
	return false;
}

static bool any_lost(const struct fit *f)
{
	for (size_t i = 0; i < f->n_ranges; i++) {
		if (f->ranges[i].state == FIT_LOST)
			return true;
	}
	return false;
}

static void put_consequences(const struct view *v, FILE *out)
{
	const struct fit *f = v->fit->fit;

	if (any_in_the_way(f))
		put_refusals(v, out);
	if (any_lost(f))
		put_field(
			v, out, 0, "Lost",
			"BARs that land there are not mapped: other devices of the guest "
			"cannot do DMA to them. QEMU warns and goes on; RAM of an emulated "
			"device there, such as video memory, stops it.");
	for (size_t i = 0; i < f->n_advice; i++) {
		cleanup_free char *s = fit_advice_text(v, &f->advice[i]);

		put_field(v, out, 0, i ? "or" : "Fix", s);
	}
	if (f->state == FIT_NO && !f->n_advice)
		put_field(v, out, 0, "Fix",
			  "Choose other addresses: fit --holes prints those that can be "
			  "used.");
}

void render_fit(const struct view *v, FILE *out)
{
	const struct fit *f = v->fit->fit;

	put_verdict(v, out);
	if (v->quiet)
		return;
	put_devices(v, out);
	put_guest(v, out);
	fputc('\n', out);
	for (size_t i = 0; i < f->n_ranges; i++)
		put_range(v, &f->ranges[i], out);
	if (any_in_the_way(f) || f->state == FIT_NO)
		fputc('\n', out);
	put_consequences(v, out);
	put_unmatched(v, out);
}
