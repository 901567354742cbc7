/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of the log that say of the machine as a whole, or of a kind of device, what else
 * is read or derived: where they agree they are its proof, where not, one of both is
 * wrong.
 */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

#define PCI_VENDOR_INTEL 0x8086

/* What contradicts a line, where it says otherwise: for the finding. */
struct opposite {
	char *text; /* owned; NULL: they agree */
	const struct group *g;
	const struct device *d;
	const struct region *r;
	const char *path, *evidence; /* NULL: those of g, d and r */
};

/* VFIO refused a group, and by what is read all are isolated. */
static struct opposite isolated(struct judge *j)
{
	const struct isolation *i = &j->analysis->isolation;

	if (j->host->sources[SOURCE_INTERRUPTS].state >= SOURCE_DENIED)
		cannot_check_source(j, SOURCE_INTERRUPTS);
	if (i->isolated != TRISTATE_YES)
		return (struct opposite){ .text = NULL };
	for_each_group (g, j->host) {
		if (j->analysis->group_isolation[group_index(j->host, g)].isolated ==
		    TRISTATE_NO)
			return (struct opposite){ .text = NULL };
	}
	return (struct opposite){ .text = text_format("%s says that MSIs are isolated: "
						      "%s",
						      i->path, i->why),
				  .path = i->path,
				  .evidence = i->why };
}

/* All RMRRs are relaxable, and a list has one that is not. */
static struct opposite enforced(struct judge *j)
{
	for_each_group (g, j->host) {
		if (view_of_group(j, g)->kind != IOMMU_INTEL)
			continue;
		for_each_region (r, j->host, g) {
			if (r->type == REGION_DIRECT)
				return (struct opposite){
					.text = text_format("group %u has a direct "
							    "region that is not "
							    "relaxable",
							    (unsigned)g->id),
					.g = g,
					.r = r,
				};
		}
	}
	return (struct opposite){ .text = NULL };
}

/* The graphics of the chipset are left out, and are in a group. */
static struct opposite translated_graphics(struct judge *j)
{
	for (size_t i = 0; i < j->host->n_devices; i++) {
		const struct device *d = &j->host->devices[i];

		if (d->bus == BUS_PCI && device_is_display(d) && d->group != NO_GROUP &&
		    d->vendor == PCI_VENDOR_INTEL && !d->address.domain &&
		    !d->address.bus)
			return (struct opposite){
				.text = text_format("%s is in group %u", d->name,
						    (unsigned)d->group),
				.g = host_group(j->host, d->group),
				.d = d,
			};
	}
	return (struct opposite){ .text = NULL };
}

static const struct {
	const char *line, *also; /* what stands in it; also: NULL, nothing more */
	const char *says;
	struct opposite (*opposite)(struct judge *j);
} claims[] = {
	{ "vfio_iommu_type1_attach_group", "No interrupt remapping support",
	  "VFIO refused a group in this boot because its MSIs are not isolated",
	  isolated },
	{ "assuming all RMRRs are relaxable", NULL,
	  "The kernel logged that it takes every RMRR for relaxable", enforced },
	{ "Disabling IOMMU for graphics on this chipset", NULL,
	  "The kernel logged that the graphics of this chipset have no IOMMU",
	  translated_graphics },
};

static void report(struct judge *j, const struct log_line *l, const char *says,
		   const struct opposite *o)
{
	struct finding *f = found(j, SEVERITY_WARNING, CONFIDENCE_OBSERVED, o->g,
				  "%s, yet %s.", says, o->text);

	finding_add_log(j, f, l);
	if (o->d)
		finding_add_device(j, f, o->d);
	else if (o->g)
		finding_add_devices(j, f, o->g);
	if (o->r)
		finding_add_region(j, f, o->r);
	if (o->path)
		finding_add_evidence(f, o->path, 0, o->evidence);
}

static void check_log_contradicts_machine(struct judge *j)
{
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
		const struct log_line *l =
			host_log_find(j->host, claims[i].line, claims[i].also);
		struct opposite o =
			l ? claims[i].opposite(j) : (struct opposite){ .text = NULL };
		cleanup_free char *text = o.text;

		if (text)
			report(j, l, claims[i].says, &o);
	}
}

const struct rule rule_log_contradicts_machine = {
	.id = "log-contradicts-machine",
	.title = "The log contradicts what was read",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_LOG),
	.no_command = true,
	.check = check_log_contradicts_machine,
	.meaning =
		"A line of the log of this boot and another file contradict each other: about "
		"isolated MSIs, about RMRRs that a patched kernel takes for relaxable, or about "
		"graphics without an IOMMU. One of them is from another host or boot, or was changed "
		"since, or this program draws a wrong conclusion. What rests on it is doubtful.",
	.kernels =
		"All versions log these lines alike; only patched kernels log the one about RMRRs.",
	.advice =
		"Check that the log and the tree are from one boot of one host. If they are, trust "
		"the log, and report it with the output of iommu-resv snapshot.",
};
