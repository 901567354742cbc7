/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people read of one device or group: `show`. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/allocator.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "render/color.h"
#include "render/inquiry.h"
#include "render/lines.h"
#include "render/msi.h"
#include "render/origin.h"
#include "render/pci-names.h"
#include "render/view.h"

static void put_ranges(const struct view *v, const struct group *g, FILE *out)
{
	cleanup(ranges_clear) struct ranges ranges = { 0 };
	bool known;

	if (!g->n_devices)
		return;
	if (v->analysis->groups[group_index(v->host, g)].untranslated) {
		put_field(v, out, 2, "Usable", "all addresses; nothing is translated");
		return;
	}
	if (host_is_power(v->host)) {
		put_field(v, out, 2, "Usable",
			  "the DMA windows of spapr TCE, which sysfs does not list");
		return;
	}
	known = usable_iova(v->host, v->analysis, g, &ranges);

	for (size_t i = 0; i < ranges.n_range; i++) {
		bool last = i + 1 == ranges.n_range;
		cleanup_free char *s = text_format(
			"0x%" PRIx64 "-0x%" PRIx64 "%s", ranges.range[i].first,
			ranges.range[i].last,
			last && !known ? " (the address width is not known)" : "");

		put_field(v, out, 2, i ? "" : "Usable", s);
	}
}

/* What kernel drivers get: by the kernel's rules alone, since no file lists it. */
static void put_allocator(const struct view *v, const struct group *g, FILE *out)
{
	cleanup(allocator_clear) struct allocator l;

	if (!allocator_of(v->host, v->analysis, g, &l))
		return;
	if (l.keeps_windows == TRISTATE_NO)
		put_field(v, out, 2, "Kept out",
			  "the memory of all PCI functions, for kernel drivers only "
			  "(derived)");
	for (size_t i = 0; i < l.n_kept; i++) {
		const struct kept *k = &l.kept[i];
		cleanup_free char *range = text_of_range(k->range);
		cleanup_free char *place =
			k->line	  ? text_format(" (/proc/iomem:%u)", k->line)
			: k->node ? text_format(" (device tree %s)", k->node)
				  : xstrdup("");
		cleanup_free char *s = text_format(
			"%s, %s%s%s", range, kept_kind_text(k->kind), place,
			i ? "" : "; for kernel drivers only, and in no list (derived)");

		put_field(v, out, 2, i ? "" : "Kept out", s);
	}
	for (size_t i = 0; i < l.usable.n_range; i++) {
		bool last = i + 1 == l.usable.n_range;
		cleanup_free char *range = text_of_range(l.usable.range[i]);
		cleanup_free char *s = text_format(
			"%s%s", range,
			last && !l.end_known ? " (the address width is not known)" : "");

		put_field(v, out, 2, i ? "" : "Drivers", s);
	}
}

static void put_group_regions(const struct view *v, const struct group *g, FILE *out)
{
	for (size_t i = g->first_region; i < g->first_region + g->n_regions; i++) {
		const struct region_view *rv = &v->analysis->regions[i];
		const struct demand *d = demand_of_line(v->analysis, i);
		cleanup_free char *region = NULL;
		cleanup_free char *s = NULL;

		if (!v->regions[i])
			continue;
		region = region_text(v, i);
		s = text_format("%s (line %u; %s)", region, v->host->regions[i].line,
				rv->why);
		put_field(v, out, 2, i == g->first_region ? "Regions" : "", s);
		put_origin(v, g, i, out);
		if (d && d->loss != LOSS_NOTHING) {
			cleanup_free char *lost = text_format(
				"not identity-mapped: 0x%" PRIx64 "-0x%" PRIx64 ", %s",
				d->lost.first, d->lost.last, loss_text(d->loss));

			put_field(v, out, 2, "", lost);
		}
	}
	if (!g->n_regions)
		put_field(v, out, 2, "Regions",
			  g->regions_state == SOURCE_READ ? "none"
			  : g->regions_state == SOURCE_NOT_ASKED
				  ? "none, it is not behind an IOMMU"
				  : source_state_name(g->regions_state));
}

static void put_holder(const struct view *v, const struct group_view *gv, FILE *out)
{
	const struct holder *h;
	cleanup_free char *s = NULL;

	if (gv->holder == NO_INDEX)
		return;
	h = &v->host->holders[gv->holder];
	s = text_format("process %u (%s) holds %s %s", (unsigned)h->pid, h->command,
			holding_name(h->holding), h->what);
	put_field(v, out, 2, "In use", s);
}

static void put_group(const struct view *v, const struct group *g, FILE *out)
{
	const struct group_view *gv = &v->analysis->groups[group_index(v->host, g)];
	cleanup_free char *path =
		text_format("/sys/kernel/iommu_groups/%u", (unsigned)g->id);
	cleanup_free char *type =
		text_format("%s (%s/type; the domain of kernel drivers)",
			    domain_type_name(g->type), path);

	style_put(out, v->color, STYLE_BOLD);
	fprintf(out, "Group %u\n", (unsigned)g->id);
	style_put(out, v->color, STYLE_PLAIN);
	put_field(v, out, 2, "Origin", path);
	if (g->name)
		put_field(v, out, 2, "Name", g->name);
	put_field(v, out, 2, "Domain", type);
	put_field(v, out, 2, "IOMMU",
		  gv->iommu == NO_INDEX ? "not known" : v->host->iommus[gv->iommu].name);
	put_holder(v, gv, out);
	put_group_regions(v, g, out);
	put_ranges(v, g, out);
	put_allocator(v, g, out);
}

static void put_answer(const struct view *v, const char *label, const struct answer *a,
		       FILE *out)
{
	cleanup_free char *verdict = answer_text(a);
	struct text t = { 0 };
	cleanup_free char *s = NULL;

	text_add(&t, verdict);
	if (a->call)
		text_printf(&t, " at %s", a->call);
	if (a->why)
		text_printf(&t, ": %s", a->why);
	if (a->culprit != NO_INDEX && a->verdict == VERDICT_REFUSED)
		text_printf(&t, ": %s", v->host->devices[a->culprit].name);
	if (a->claim != NO_INDEX) {
		cleanup_free char *entry =
			claim_text(v->analysis, &v->analysis->firmware.claims[a->claim]);

		text_printf(&t, " (%s)", entry);
	}
	s = text_take(&t);
	put_field(v, out, 4, label, s);
	if (a->log) {
		cleanup_free char *logs =
			a->logged ? text_format("%s (logged in this boot: %s:%u)", a->log,
						host_log_path(v->host), a->logged->number)
				  : xstrdup(a->log);

		put_field(v, out, 4, "logs", logs);
	}
	if (a->qemu) {
		cleanup_free char *qemu =
			text_format("%s (%s:%u)", a->qemu->text, host_log_path(v->host),
				    a->qemu->number);

		put_field(v, out, 4, "QEMU", qemu);
	}
}

/* Which behaviours of the kernel the refusals rest on, each once, and by what it is
 * known.
 */
static void put_basis(const struct view *v, const struct assignment *a, FILE *out)
{
	struct text t = { 0 };
	cleanup_free char *s = NULL;

	for (size_t i = 0; i < a->n_obstacles; i++) {
		const struct obstacle *b = &a->obstacles[i];

		if (!i || b->behaviour != a->obstacles[i - 1].behaviour)
			text_printf(&t, "%s%s, by %s", i ? "; " : "",
				    behaviours[b->behaviour].id,
				    decided_by_name(b->known_by));
	}
	s = text_take(&t);
	if (a->n_obstacles)
		put_field(v, out, 4, "Rests on", s);
}

/* The answers name what comes first. Of several all are said. */
static void put_obstacles(const struct view *v, const struct assignment *a, FILE *out)
{
	cleanup_free char *s = NULL;

	if (a->n_obstacles < 2)
		return;
	s = obstacles_text(v->host, v->analysis, a);
	put_field(v, out, 4, "Obstacles", s);
}

/* What the device must find 1:1, by its own entries where they are known. */
static void put_demands(const struct view *v, struct demand_slice slice, FILE *out)
{
	for (size_t i = 0; i < slice.n; i++) {
		const struct demand *d = &v->analysis->demands.list[slice.first + i];
		struct text t = { 0 };
		cleanup_free char *s = NULL;

		text_printf(&t, "0x%" PRIx64 "-0x%" PRIx64 " %s: %s", d->asked.first,
			    d->asked.last, region_type_name(d->type),
			    coverage_name(d->coverage));
		if (d->loss != LOSS_NOTHING)
			text_printf(&t, ", lost 0x%" PRIx64 "-0x%" PRIx64 " (%s)",
				    d->lost.first, d->lost.last, loss_text(d->loss));
		if (d->proof != PROOF_NONE)
			text_printf(&t, " (seen in the %s)",
				    d->proof == PROOF_TRACE ? "trace of maps"
				    : d->proof == PROOF_LOG ? "log: a DMA fault"
							    : "page table");
		if (d->reuser != NO_INDEX)
			text_add(&t, "; other devices of the group may be given these "
				     "addresses for their DMA");
		if (d->claim != NO_INDEX) {
			cleanup_free char *entry = claim_text(
				v->analysis, &v->analysis->firmware.claims[d->claim]);

			text_printf(&t, "; %s", entry);
		}
		s = text_take(&t);
		put_field(v, out, 4, i ? "" : "Ranges", s);
	}
}

static void put_interfaces(const struct view *v, const struct device *d, FILE *out)
{
	for (size_t i = 0; i < v->host->n_interfaces; i++) {
		const struct interface *f = &v->host->interfaces[i];
		cleanup_free char *s = NULL;

		if (!f->device || strcmp(f->device, d->name))
			continue;
		s = text_format("%s, %s%s", f->name,
				f->up == TRISTATE_YES  ? "up"
				: f->up == TRISTATE_NO ? "down"
						       : "state unknown",
				f->default_route == TRISTATE_YES
					? "; the default route of this host runs over it"
					: "");
		put_field(v, out, 4, "Network", s);
	}
}

static void put_device(const struct view *v, struct pci_names *names,
		       const struct device *d, FILE *out)
{
	const struct identity *id = &v->analysis->identity[device_index(v->host, d)];
	const struct assignment *assign = &v->analysis->assign[device_index(v->host, d)];
	cleanup_free char *name = pci_names_of(names, d);
	cleanup_free char *title = xstrdup(d->name);
	cleanup_free char *required = NULL;
	cleanup_free char *provided = NULL;

	text_clean(title);
	style_put(out, v->color, STYLE_BOLD);
	fprintf(out, "  %s\n", title);
	style_put(out, v->color, STYLE_PLAIN);
	if (name)
		put_field(v, out, 4, "Name", name);
	if (d->has_ids) {
		cleanup_free char *ids = text_format(
			"class %06x, %04x:%04x, subsystem %04x:%04x", d->class_code,
			d->vendor, d->device, d->subvendor, d->subdevice);
		put_field(v, out, 4, "Ids", ids);
	}
	put_field(v, out, 4, "Driver",
		  d->driver	      ? d->driver
		  : d->driver_unknown ? "unknown"
				      : "none");
	put_device_nodes(v, d, out);
	if (d->iommu != NO_INDEX)
		put_field(v, out, 4, "IOMMU", v->host->iommus[d->iommu].name);
	if (d->physical_function)
		put_field(v, out, 4, "VF of", d->physical_function);
	if (d->dma_bits) {
		cleanup_free char *mask = text_format(
			"%u bits of address (dma_mask_bits, its driver's)", d->dma_bits);

		put_field(v, out, 4, "DMA mask", mask);
	}
	put_interfaces(v, d, out);
	put_msi(v, d, out);
	required = text_format("needed: %s, %s", requirement_name(id->required), id->why);
	put_field(v, out, 4, "Identity", required);
	provided = text_format("provided by: %s; proof: %s", provider_name(id->provider),
			       proof_name(id->proof));
	put_field(v, out, 4, "", provided);
	put_demands(v, v->analysis->demands.of_device[device_index(v->host, d)], out);
	put_answer(v, "VFIO", &assign->vfio, out);
	put_answer(v, "iommufd", &assign->iommufd, out);
	put_obstacles(v, assign, out);
	put_basis(v, assign, out);
}

/* --- Firmware entries --- */

/* Was everything asked for, or a device that the entry is for? */
static bool is_wanted(const struct view *v, const struct entry *e)
{
	if (v->all)
		return true;
	for_each_claim_of(c, &v->analysis->firmware, e)
	{
		if (v->devices[c->device])
			return true;
	}
	return false;
}

/* So many devices of an entry are named. */
#define NAMES_MAX 6

/* Whom an IVMD or RMR names; what other entries name are devices. */
static void put_ids(const struct view *v, const struct entry *e, FILE *out)
{
	cleanup_free char *whom = entry_whom(v->analysis, e);

	if (whom)
		put_field(v, out, 4, "For", whom);
}

static void put_entry_devices(const struct view *v, const struct entry *e, FILE *out)
{
	struct text t = { 0 };
	cleanup_free char *s = NULL;
	size_t n = 0;

	for_each_claim_of(c, &v->analysis->firmware, e)
	{
		if (n++ < NAMES_MAX)
			text_printf(&t, "%s%s", t.len ? ", " : "",
				    v->host->devices[c->device].name);
	}
	if (!n)
		return;
	if (n > NAMES_MAX)
		text_printf(&t, " and %zu more", n - NAMES_MAX);
	s = text_take(&t);
	put_field(v, out, 4, "Devices", s);
}

static void put_entry(const struct view *v, const struct entry *e, FILE *out)
{
	const struct entry_outcome *outcome = outcome_of(v->analysis, e);
	cleanup_free char *name = entry_text(v->analysis, e);
	cleanup_free char *range = NULL;
	cleanup_free char *state = NULL;

	fprintf(out, "  %s\n", name);
	range = text_format("0x%" PRIx64 "-0x%" PRIx64 " %s", e->written.first,
			    e->written.last, region_type_name(outcome->type));
	if (!e->ignored && !range_equals(e->written, e->listed)) {
		char *before = range;

		range = text_format("%s, listed as 0x%" PRIx64 "-0x%" PRIx64, before,
				    e->listed.first, e->listed.last);
		free(before);
	}
	put_field(v, out, 4, "Range", range);
	put_ids(v, e, out);
	put_entry_devices(v, e, out);
	state = text_format("%s%s%s", entry_state_name(outcome->state),
			    outcome->why ? ": " : "", outcome->why ? outcome->why : "");
	put_field(v, out, 4, "State", state);
}

static void put_entries(const struct view *v, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < v->analysis->firmware.n_entries; i++) {
		if (!is_wanted(v, &v->analysis->firmware.entries[i]))
			continue;
		if (!any) {
			style_put(out, v->color, STYLE_BOLD);
			fputs("Firmware entries that reserve ranges\n", out);
			style_put(out, v->color, STYLE_PLAIN);
		}
		any = true;
		put_entry(v, &v->analysis->firmware.entries[i], out);
	}
	if (any)
		fputc('\n', out);
}

void render_show(const struct view *v, FILE *out)
{
	struct pci_names *names = pci_names_open(v->pci_ids);
	bool ungrouped = false;

	for (size_t i = 0; i < v->host->n_groups; i++) {
		const struct group *g = &v->host->groups[i];

		if (!v->groups[i])
			continue;
		put_group(v, g, out);
		for (size_t d = g->first_device; d < g->first_device + g->n_devices;
		     d++) {
			if (v->devices[d])
				put_device(v, names, &v->host->devices[d], out);
		}
		fputc('\n', out);
	}
	for (size_t i = 0; i < v->host->n_devices; i++) {
		if (!v->devices[i] || v->host->devices[i].group != NO_GROUP)
			continue;
		if (!ungrouped)
			fputs("In no group\n", out);
		ungrouped = true;
		put_device(v, names, &v->host->devices[i], out);
	}
	put_entries(v, out);
	put_inquiry_lines(v, out);
	if (v->verbose)
		put_iommufd(v, out);
	put_gaps(v, out);
	pci_names_close(names);
}
