/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `show`: the groups, devices and firmware entries that were asked for. */
#include "render/show.h"

#include "render/color.h"
#include "render/inquiry.h"
#include "render/lines.h"
#include "render/pci-names.h"

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

static void put_entries(const struct view *v, FILE *out)
{
	const struct firmware *f = &v->analysis->firmware;
	bool any = false;

	for (size_t i = 0; i < f->n_entries; i++) {
		if (!is_wanted(v, &f->entries[i]))
			continue;
		if (!any) {
			style_put(out, v->color, STYLE_BOLD);
			fputs("Firmware entries that reserve ranges\n", out);
			style_put(out, v->color, STYLE_PLAIN);
		}
		any = true;
		put_entry(v, i, out);
	}
	if (any)
		fputc('\n', out);
}

void render_show(const struct view *v, FILE *out)
{
	struct pci_names *names = v->names;
	bool ungrouped = false;

	for (size_t i = 0; i < v->host->n_groups; i++) {
		const struct group *g = &v->host->groups[i];

		if (!v->groups[i])
			continue;
		put_group(v, i, out);
		for (size_t d = g->first_device; d < g->first_device + g->n_devices;
		     d++) {
			if (v->devices[d])
				put_device(v, names, d, out);
		}
		fputc('\n', out);
	}
	for (size_t i = 0; i < v->host->n_devices; i++) {
		if (!v->devices[i] || v->host->devices[i].group != NO_GROUP)
			continue;
		if (!ungrouped)
			fputs("In no group\n", out);
		ungrouped = true;
		put_device(v, names, i, out);
	}
	put_entries(v, out);
	put_inquiry_lines(v, out);
	if (v->verbose)
		put_iommufd(v, out);
	put_gaps(v, out);
}
