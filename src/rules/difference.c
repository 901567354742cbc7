/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Firmware against the lists of sysfs: what one has and the other has not; and lists that
 * do not stay as they are. After all other rules, since most differences are theirs.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/rules.h"

/* Rules that tell why an entry, or a line, is not as the other side has it. */
static bool explains(const char *id)
{
	static const char *const ids[] = {
		"device-outside-every-unit",
		"direct-beyond-width",
		"dmar-scope-type-mismatch",
		"dt-non-identity",
		"dt-wrong-cells",
		"empty-or-inverted-direct",
		"iommu-present-without-groups",
		"iort-rmr-ignored",
		"ivmd-without-permission",
		"list-truncated",
		"relaxed-kernel",
		"rmr-across-nodes-type-clash",
		"rmr-not-64k",
		"rmrr-on-pf-with-vfs",
		"rmrr-scope-unmatched",
		"unknown-region-type",
		"unparsable-line",
	};

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		if (!strcmp(ids[i], id))
			return true;
	}
	return false;
}

/* What findings of these rules are about: places in tables, sorted, and lines. */
struct explained_parts {
	ARRAY_OF(const struct evidence *, places);
	bool *lines; /* of each region of the host */
};

static int compare_places(const void *a, const void *b)
{
	const struct evidence *x = *(const struct evidence *const *)a;
	const struct evidence *y = *(const struct evidence *const *)b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return strcmp(x->path, y->path);
}

static void add_parts(const struct finding *f, struct explained_parts *out)
{
	for (size_t i = 0; i < f->n_evidence; i++)
		*ADD(out, places) = &f->evidence[i];
	for (size_t i = 0; i < f->n_regions; i++)
		out->lines[f->regions[i]] = true;
}

/* What other rules have found stays where it is while this one adds to the list. */
static void find_parts(const struct judge *j, struct explained_parts *out)
{
	*out = (struct explained_parts){
		.lines = xcalloc(j->host->n_regions, sizeof(*out->lines)),
	};
	for (size_t i = 0; i < j->findings->n_list; i++) {
		if (explains(j->findings->list[i].id))
			add_parts(&j->findings->list[i], out);
	}
	if (out->n_places)
		qsort(out->places, out->n_places, sizeof(const struct evidence *),
		      compare_places);
}

static void parts_clear(struct explained_parts *parts)
{
	free(parts->places);
	free(parts->lines);
}

static bool is_entry_explained(const struct judge *j, const struct explained_parts *parts,
			       const struct entry *e)
{
	cleanup_free char *path = entry_path(j->analysis, e);
	const struct evidence place = { .path = path, .offset = e->offset };
	const struct evidence *wanted = &place;

	return parts->n_places &&
	       bsearch(&wanted, parts->places, parts->n_places,
		       sizeof(const struct evidence *), compare_places);
}

/*
 * The class of a device decides of what type its ranges are (device_rmrr_is_relaxable,
 * drivers/iommu/intel/iommu.c), and whether it has one for ISA DMA.
 */
static bool has_class(const struct device *d)
{
	return d->bus != BUS_PCI || d->has_ids;
}

static bool all_have_class(const struct judge *j, const struct group *g)
{
	for_each_device (d, j->host, g) {
		if (!has_class(d))
			return false;
	}
	return true;
}

/* --- An entry that is not listed --- */

/* Should the list of its device's group have it? */
static bool is_missing(const struct judge *j, const struct claim *c)
{
	const struct device *d = &j->host->devices[c->device];

	return j->analysis->outcomes.claim_is_missing[c - j->analysis->firmware.claims] &&
	       !c->conditional && d->group != NO_GROUP && has_class(d);
}

/* The first device in a group whose list should have the range; NULL. */
static const struct device *first_without(const struct judge *j, const struct entry *e)
{
	for_each_claim (c, j, e) {
		if (is_missing(j, c))
			return &j->host->devices[c->device];
	}
	return NULL;
}

static void report_entry(struct judge *j, const struct entry *e, const struct device *d)
{
	const struct entry_outcome *outcome = outcome_of(j->analysis, e);
	cleanup_free char *name = entry_text(j->analysis, e);
	cleanup_free char *range = text_of_range(e->listed);
	const char *why = outcome->why ? outcome->why : "nothing read here tells why";
	struct finding *f = found(j, SEVERITY_WARNING, CONFIDENCE_DERIVED,
				  host_group(j->host, d->group),
				  "Group %u does not list all of %s (%s). %s reserves it "
				  "for %s: %s.",
				  (unsigned)d->group, range,
				  region_type_name(outcome->type), name, d->name, why);
	cleanup_free char *path = text_format(
		"/sys/kernel/iommu_groups/%u/reserved_regions", (unsigned)d->group);

	finding_add_entry_alone(j, f, e, 0);
	finding_add_evidence(f, path, 0, "");
	for_each_claim (c, j, e) {
		if (is_missing(j, c))
			finding_add_device(j, f, &j->host->devices[c->device]);
	}
}

/* --- A line that is no entry's --- */

/* Why entries do not explain a line, as far as can be told. */
static const struct line_wording {
	bool partly, other_type;
	const char *text;
} line_wordings[] = {
	{ false, false,
	  "No firmware entry explains {range}, which group {group} lists as {type}. Nothing "
	  "read here tells where it comes from: a table may have been replaced while the "
	  "kernel ran, or this kernel adds regions of its own." },
	{ true, false,
	  "Firmware entries explain only a part of {range}, which group {group} lists as "
	  "{type}. Nothing read here tells where the rest comes from." },
	{ false, true,
	  "No firmware entry explains {range}, which group {group} lists as {type}. By the "
	  "rules of the kernels known here an entry makes it the other type, so this kernel "
	  "may be patched." },
	{ true, true,
	  "Firmware entries explain only a part of {range}, which group {group} lists as "
	  "{type}. By the rules of the kernels known here an entry makes it the other type, "
	  "so this kernel may be patched." },
};

/* Is there an entry for the group that makes the other type of the range? */
static bool has_other_type(const struct judge *j, const struct group *g,
			   const struct region *r)
{
	struct claim_slice own = claims_of_group(j->host, j->analysis, g);

	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &j->analysis->firmware.claims[i];

		if (c->type != r->type && range_overlaps(c->range, r->range))
			return true;
	}
	return false;
}

static const char *words_for_line(const struct judge *j, const struct group *g,
				  const struct region *r)
{
	bool partly = origin_of_region(j, r)->explained == EXPLAINED_PARTLY;
	bool other_type = has_other_type(j, g, r);
	const struct line_wording *w = line_wordings;

	while (w->partly != partly || w->other_type != other_type)
		w++;
	return w->text;
}

static void report_line(struct judge *j, const struct group *g, const struct region *r)
{
	const struct text_word words[] = {
		{ "range", text_of_range(r->range) },
		{ "group", text_format("%u", (unsigned)g->id) },
		{ "type", xstrdup(region_type_name(r->type)) },
	};
	cleanup_free char *message =
		text_fill(words_for_line(j, g, r), words, ARRAY_SIZE(words));
	struct finding *f =
		found(j, SEVERITY_WARNING, CONFIDENCE_DERIVED, g, "%s", message);

	finding_add_region(j, f, r);
	finding_add_devices(j, f, g);
}

static void check_fw_sysfs_mismatch(struct judge *j)
{
	cleanup(parts_clear) struct explained_parts parts;

	find_parts(j, &parts);
	for_each_entry (e, j) {
		enum entry_state state = outcome_of(j->analysis, e)->state;
		const struct device *d =
			state == ENTRY_NOT_SHOWN || state == ENTRY_SHOWN_PARTLY
				? first_without(j, e)
				: NULL;

		if (d && !is_entry_explained(j, &parts, e))
			report_entry(j, e, d);
	}
	for_each_group (g, j->host) {
		if (!all_have_class(j, g))
			continue;
		for_each_region (r, j->host, g) {
			enum explained explained = origin_of_region(j, r)->explained;

			if (region_is_direct(r) &&
			    (explained == EXPLAINED_NOT ||
			     explained == EXPLAINED_PARTLY) &&
			    !parts.lines[region_index(j->host, r)])
				report_line(j, g, r);
		}
	}
}

static bool has_groups(const struct host *host, const struct analysis *a)
{
	(void)a;
	return host->n_groups > 0;
}

const struct rule rule_fw_sysfs_mismatch = {
	.id = "fw-sysfs-mismatch",
	.title = "The lists of the kernel differ from the firmware entries",
	.severity = SEVERITY_WARNING,
	.needs = SOURCE_BIT(SOURCE_GROUPS),
	.uses = SOURCE_BIT(SOURCE_FIRMWARE_TABLES) | SOURCE_BIT(SOURCE_DEVICE_TREE) |
		SOURCE_BIT(SOURCE_PCI),
	.applies = has_groups,
	.no_command = true,
	.check = check_fw_sysfs_mismatch,
	.meaning =
		"By the kernel's own way of matching, an entry gives a device a range that the list "
		"of its group does not have; or the list has a direct range that no entry of a device "
		"of the group explains. Ranges are compared as the kernel rounds (AMD, Arm) and "
		"merges them. Differences that another rule explains are not repeated.",
	.kernels =
		"All versions. Only tables that could be read and made sense are compared, so an "
		"unprivileged user does not see it.",
	.advice =
		"Report it with the output of `iommu-resv show`, `iommu-resv decode` of the table, "
		"and the kernel log.",
};

/* --- state-dependent-regions --- */

static bool is_changeable(const struct judge *j, const struct iommu *iommu)
{
	if (iommu->kind == IOMMU_VIRTIO)
		return true;
	return j->host->kernel.architecture &&
	       !strcmp(j->host->kernel.architecture, "s390x") &&
	       kernel_does(j->host, BEHAVIOUR_REGIONS_BY_STATE, iommu->kind) ==
		       TRISTATE_YES;
}

static void check_state_dependent_regions(struct judge *j)
{
	struct finding *f = NULL;

	for (size_t i = 0; i < j->host->n_iommus && j->host->n_regions; i++) {
		const struct iommu *iommu = &j->host->iommus[i];
		cleanup_free char *path = text_format("/sys/class/iommu/%s", iommu->name);

		if (!is_changeable(j, iommu))
			continue;
		if (!f)
			f = found(
				j, SEVERITY_INFO, CONFIDENCE_DERIVED, NULL,
				"The regions behind %s may change while the host runs. "
				"They are listed as they were at the moment of reading.",
				iommu->name);
		finding_add_evidence(f, path, 0, iommu_kind_name(iommu->kind));
		finding_kernel(
			j, f,
			iommu->kind == IOMMU_VIRTIO
				? "lists what the hypervisor says about each device."
				: "lists the regions by the domain that is attached.");
	}
}

const struct rule rule_state_dependent_regions = {
	.id = "state-dependent-regions",
	.title = "Reserved regions depend on the state of the host",
	.severity = SEVERITY_INFO,
	.needs = SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_IOMMU_CLASS),
	.no_command = true,
	.check = check_state_dependent_regions,
	.meaning =
		"A virtio-iommu lists what its hypervisor answers when a device is probed; another "
		"hypervisor, or the same one after a migration, may answer differently. On s390 the "
		"list depends on the domain: it is empty for blocked and identity. Each file is read "
		"once here.",
	.behaviours = RESTS_ON(BEHAVIOUR_REGIONS_BY_STATE),
	.kernels = "Behind a virtio-iommu all versions do it.",
	.advice =
		"No action needed. Before you rely on the list, compare two snapshots (iommu-resv "
		"diff).",
};
