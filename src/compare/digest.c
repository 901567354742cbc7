/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reduces a host, with what was found on it, to things that can be compared. */
#include "compare/digest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "compare/parts.h"

static const char *const kind_names[] = {
	[THING_FINDING] = "finding",	 [THING_DEVICE] = "device",
	[THING_GROUP] = "group",	 [THING_REGION] = "region",
	[THING_HOST] = "host",		 [THING_TABLE] = "table",
	[THING_ENTRY] = "entry",	 [THING_IOMMU] = "iommu",
	[THING_PARAMETER] = "parameter",
};

const char *thing_kind_name(enum thing_kind kind)
{
	return kind_names[kind];
}

const char *thing_trait(const struct thing *t, const char *what)
{
	for (size_t i = 0; i < t->n_traits; i++) {
		if (!strcmp(t->traits[i].what, what))
			return t->traits[i].value;
	}
	return NULL;
}

const char *host_trait(const struct digest *d, const char *what)
{
	for (size_t i = 0; i < d->n_things; i++) {
		if (d->things[i].kind == THING_HOST)
			return thing_trait(&d->things[i], what);
	}
	return NULL;
}

bool digest_has_one_domain(const struct digest *d)
{
	for (size_t i = 0; i < d->n_things; i++) {
		const struct thing *t = &d->things[i];

		/* the only devices with ids */
		if (t->kind == THING_DEVICE && t->key &&
		    !text_starts_with(t->name, "0000:"))
			return false;
	}
	return true;
}

static char *copy(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

static void add_group(const struct group *g, struct digest *out)
{
	cleanup_free char *id = text_format("%u", (unsigned)g->id);
	struct thing *t = add_thing(out, THING_GROUP, id);

	for (size_t i = 0; i < g->n_devices; i++)
		*ADD(t, about) = g->first_device + i;
	add_trait(t, "domain type",
		  g->type == DOMAIN_NOT_READ ? NULL : xstrdup(domain_type_name(g->type)));
	add_trait(t, "regions",
		  g->regions_state == SOURCE_READ && !g->regions_cut ? xstrdup("read")
								     : NULL);
}

static void add_region(const struct host *host, const struct analysis *a, size_t index,
		       struct digest *out)
{
	const struct region *r = &host->regions[index];
	const struct group *g = host_group(host, r->group);
	enum region_type type = a->regions[index].type;
	const char *word =
		type == REGION_UNKNOWN ? region_word(r) : region_type_name(type);
	cleanup_free char *name = text_of_range(r->range);
	struct thing *t = add_thing(out, THING_REGION, name);

	t->key = xstrdup(word);
	t->range = r->range;
	t->is_window = type == REGION_MSI || type == REGION_SW_MSI;
	t->group = g ? host->n_devices + group_index(host, g) : NO_INDEX;
	add_trait(t, "type", xstrdup(word));
	add_trait(t, "range", xstrdup(name));
}

static void add_finding(const struct host *host, const struct finding *f,
			struct digest *out)
{
	struct thing *t = add_thing(out, THING_FINDING, f->id);

	t->severity = f->severity;
	t->title = f->title;
	t->message = copy(f->message);
	for (size_t i = 0; i < f->n_devices; i++)
		*ADD(t, about) = f->devices[i].device;
	for (size_t i = 0; i < f->n_regions; i++)
		*ADD(t, about) = host->n_devices + host->n_groups + f->regions[i];
	add_trait(t, "severity", xstrdup(severity_name(f->severity)));
}

/*
 * Words that name a file of the boot, and so change with every kernel: the release says
 * that better.
 */
static bool is_boot_file(const char *word)
{
	return text_starts_with(word, "BOOT_IMAGE=") || text_starts_with(word, "initrd=");
}

static char *command_line(const struct host *host)
{
	cleanup_free char *line = copy(host->kernel.command_line);
	struct text t = { 0 };
	char *save = NULL;

	if (!line)
		return NULL;
	for (char *w = strtok_r(line, " \n", &save); w;
	     w = strtok_r(NULL, " \n", &save)) {
		if (!is_boot_file(w))
			text_printf(&t, "%s%s", t.len ? " " : "", w);
	}
	return text_take(&t);
}

static char *tristate_text(enum tristate value)
{
	return value == TRISTATE_UNKNOWN ? NULL : xstrdup(tristate_name(value));
}

static void add_host(const struct host *host, const struct analysis *a,
		     struct digest *out)
{
	struct thing *t = add_thing(out, THING_HOST, "host");

	add_trait(t, "machine", machine_name(&host->machine));
	add_trait(t, "firmware", machine_firmware(&host->machine));
	add_trait(t, "kernel", copy(host->kernel.release));
	add_trait(t, "architecture", copy(host->kernel.architecture));
	add_trait(t, "command line", command_line(host));
	add_trait(t, "virtualized", tristate_text(host->kernel.virtualized));
	add_trait(t, "isolated MSIs", tristate_text(a->isolation.isolated));
}

/* FNV-1a, 64 bits (draft-eastlake-fnv): to tell contents apart, not to protect them. */
static uint64_t sum_of(const uint8_t *bytes, size_t n)
{
	uint64_t sum = 0xcbf29ce484222325;

	for (size_t i = 0; i < n; i++)
		sum = (sum ^ bytes[i]) * 0x100000001b3;
	return sum;
}

static void add_table(const struct table_file *f, struct digest *out)
{
	struct thing *t = add_thing(out, THING_TABLE, f->name);

	if (f->state == SOURCE_NOT_ASKED)
		return;
	add_trait(t, "contents",
		  f->state == SOURCE_READ
			  ? text_format("%zu bytes, sum %016" PRIx64, f->size,
					sum_of(f->bytes, f->size))
			  : NULL);
}

static void add_entry(const struct analysis *a, const struct entry *e, struct digest *out)
{
	cleanup_free char *range = text_of_range(e->written);
	struct thing *t = add_thing(out, THING_ENTRY, range);

	t->key = xstrdup(e->table->entry ? e->table->entry : e->table->signature);
	t->range = e->written;
	for_each_claim_of(c, &a->firmware, e) * ADD(t, about) = c->device;
	add_trait(t, "range", xstrdup(range));
	add_trait(t, "state",
		  outcome_of(a, e)->state == ENTRY_UNKNOWN
			  ? NULL
			  : xstrdup(entry_state_name(outcome_of(a, e)->state)));
}

static char *address_text(bool known, uint64_t value)
{
	return known ? text_format("0x%" PRIx64, value) : NULL;
}

static void add_iommu(const struct host *host, const struct analysis *a, size_t index,
		      struct digest *out)
{
	const struct iommu *i = &host->iommus[index];
	const struct iommu_view *iv = &a->iommus[index];
	struct thing *t = add_thing(out, THING_IOMMU, i->name);

	t->key = copy(i->address);
	add_trait(t, "kind", xstrdup(iommu_kind_name(i->kind)));
	if (i->has_cap)
		add_trait(t, "cap", address_text(true, i->cap));
	if (i->has_cap && i->kind == IOMMU_INTEL)
		add_trait(t, "ecap", address_text(true, i->ecap));
	add_trait(t, "last IOVA", address_text(iv->aperture_known, iv->aperture_last));
}

static void add_parameter(const struct parameter *p, struct digest *out)
{
	cleanup_free char *name = text_format("%s.%s", p->module, p->name);

	add_trait(add_thing(out, THING_PARAMETER, name), "value", xstrdup(p->value));
}

static bool was_read(const struct host *host, enum source_id id)
{
	return host->sources[id].state == SOURCE_READ;
}

/* There is none where there is no file for it. */
static bool was_looked_at(const struct host *host, enum source_id id)
{
	return was_read(host, id) || host->sources[id].state == SOURCE_ABSENT;
}

/* None is known of what cannot be looked at; a machine without tables has no entries. */
static void mark_known(const struct host *host, struct digest *out)
{
	bool tables = was_read(host, SOURCE_FIRMWARE_TABLES) ||
		      was_read(host, SOURCE_DEVICE_TREE);

	for (size_t i = 0; i < THING_KIND_COUNT; i++)
		out->known[i] = true;
	out->known[THING_DEVICE] = was_looked_at(host, SOURCE_PCI);
	out->known[THING_GROUP] = was_looked_at(host, SOURCE_GROUPS);
	out->known[THING_REGION] = host->n_groups || out->known[THING_GROUP];
	out->known[THING_TABLE] = tables;
	out->known[THING_ENTRY] = tables;
	out->known[THING_IOMMU] = was_looked_at(host, SOURCE_IOMMU_CLASS);
}

void digest_of(const struct host *host, const struct analysis *a,
	       const struct findings *findings, struct digest *out)
{
	*out = (struct digest){ 0 };
	mark_known(host, out);
	for (size_t i = 0; i < host->n_devices; i++)
		add_device(host, a, i, out);
	for (size_t i = 0; i < host->n_groups; i++)
		add_group(&host->groups[i], out);
	for (size_t i = 0; i < host->n_regions; i++)
		add_region(host, a, i, out);
	for (size_t i = 0; i < findings->n_list; i++)
		add_finding(host, &findings->list[i], out);
	add_host(host, a, out);
	for (size_t i = 0; i < host->n_tables; i++)
		add_table(&host->tables[i], out);
	for (size_t i = 0; i < a->firmware.n_entries; i++)
		add_entry(a, &a->firmware.entries[i], out);
	for (size_t i = 0; i < host->n_iommus; i++)
		add_iommu(host, a, i, out);
	for (size_t i = 0; i < host->n_parameters; i++)
		add_parameter(&host->parameters[i], out);
	for (size_t i = 0; i < findings->n_missing; i++)
		*ADD(out, unchecked) = findings->missing[i].rule;
}

static void thing_clear(struct thing *t)
{
	for (size_t i = 0; i < t->n_traits; i++)
		free(t->traits[i].value);
	free(t->traits);
	free(t->about);
	free(t->message);
	free(t->place);
	free(t->key);
	free(t->name);
}

void digest_clear(struct digest *d)
{
	for (size_t i = 0; i < d->n_things; i++)
		thing_clear(&d->things[i]);
	free(d->things);
	free(d->unchecked);
	*d = (struct digest){ 0 };
}
