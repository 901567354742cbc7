/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Selectors on the command line. PCI addresses take the wildcards of lspci -s, parsed by
 * libpci.
 */
#include <pci/pci.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "base/text.h"
#include "cmd/cmd.h"

enum selector_kind {
	SELECT_ADDRESS,
	SELECT_NAME,
	SELECT_GROUP,
	SELECT_DRIVER,
	SELECT_CLASS,
	SELECT_TYPE,
	SELECT_KIND_COUNT,
};

struct selector {
	enum selector_kind kind;
	const char *text; /* as the user wrote it */
	const char *value;
	struct pci_filter filter;
	bool exact;	 /* the address has no wildcard */
	uint32_t number; /* group */
	enum region_type type;
	bool matched;
};

static const char *const prefixes[] = { "group:", "driver:", "class:", "type:" };

static bool parse_group(struct selector *s)
{
	uint64_t number;

	if (!text_to_number(s->value, 10, NO_GROUP - 1, &number)) {
		message("'%s': a group is a number", s->text);
		return false;
	}
	s->number = (uint32_t)number;
	return true;
}

static bool parse_class(const struct selector *s)
{
	size_t len = strlen(s->value);

	if ((len != 2 && len != 4 && len != 6) ||
	    strspn(s->value, "0123456789abcdefABCDEF") != len) {
		message("'%s': a class has 2, 4 or 6 hexadecimal digits", s->text);
		return false;
	}
	return true;
}

static bool parse_type(struct selector *s)
{
	const char *words[REGION_TYPE_COUNT];

	if (region_type_parse(s->value, &s->type))
		return true;
	for (int i = 0; i < REGION_TYPE_COUNT; i++)
		words[i] = region_type_name((enum region_type)i);
	complain("region type", s->value, words, ARRAY_SIZE(words));
	return false;
}

static bool parse_address(struct selector *s)
{
	cleanup_free char *copy = xstrdup(s->text);

	pci_filter_init(NULL, &s->filter);
	if (pci_filter_parse_slot(&s->filter, copy))
		return false;
	/* "00:1f.2" means domain 0, as everywhere else but in lspci. */
	s->exact = s->filter.bus >= 0 && s->filter.slot >= 0 && s->filter.func >= 0 &&
		   !strchr(s->text, '*');
	if (s->exact && s->filter.domain < 0)
		s->filter.domain = 0;
	return true;
}

static bool parse(const char *text, struct selector *s)
{
	static const enum selector_kind kinds[] = { SELECT_GROUP, SELECT_DRIVER,
						    SELECT_CLASS, SELECT_TYPE };
	const char *colon = strchr(text, ':');

	*s = (struct selector){ .kind = SELECT_NAME, .text = text, .value = text };
	if (!*text) {
		message("an empty selector names nothing");
		return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (!text_starts_with(text, prefixes[i]))
			continue;
		s->kind = kinds[i];
		s->value = text + strlen(prefixes[i]);
		if (!*s->value) {
			message("'%s': names nothing", text);
			return false;
		}
		switch (s->kind) {
		case SELECT_GROUP:
			return parse_group(s);
		case SELECT_CLASS:
			return parse_class(s);
		case SELECT_TYPE:
			return parse_type(s);
		default:
			return true;
		}
	}
	if (strpbrk(text, ":.*") && parse_address(s)) {
		s->kind = SELECT_ADDRESS;
		return true;
	}
	/* "grop:3": a word before the colon that is no number */
	if (colon && strspn(text, "0123456789abcdefABCDEF*") < (size_t)(colon - text) &&
	    !strchr(text, '.')) {
		cleanup_free char *word = xstrndup(text, (size_t)(colon - text) + 1);

		complain("kind of selector", word, prefixes, ARRAY_SIZE(prefixes));
		return false;
	}
	return true;
}

static bool filter_fits(const struct pci_filter *f, const struct pci_address *a)
{
	return (f->domain < 0 || (uint32_t)f->domain == a->domain) &&
	       (f->bus < 0 || f->bus == a->bus) &&
	       (f->slot < 0 || f->slot == a->device) &&
	       (f->func < 0 || f->func == a->function);
}

static bool class_fits(const struct device *d, const char *value)
{
	char code[8];

	snprintf(code, sizeof(code), "%06x", d->class_code);
	return d->has_ids && !strncasecmp(code, value, strlen(value));
}

static bool fits_device(const struct selector *s, const struct device *d)
{
	switch (s->kind) {
	case SELECT_ADDRESS:
		return d->bus == BUS_PCI && filter_fits(&s->filter, &d->address);
	case SELECT_NAME:
		return !strcmp(d->name, s->value);
	case SELECT_GROUP:
		return d->group == s->number;
	case SELECT_DRIVER:
		return d->driver && !strcmp(d->driver, s->value);
	case SELECT_CLASS:
		return class_fits(d, s->value);
	default:
		return true;
	}
}

/*
 * Is a device wanted: for each kind that is used, one selector fits. Names are one kind.
 */
static bool wants_device(struct selector *s, size_t n, const struct device *d)
{
	bool used[SELECT_KIND_COUNT] = { false };
	bool fits[SELECT_KIND_COUNT] = { false };

	for (size_t i = 0; i < n; i++) {
		enum selector_kind kind =
			s[i].kind == SELECT_NAME ? SELECT_ADDRESS : s[i].kind;

		if (kind == SELECT_TYPE)
			continue;
		used[kind] = true;
		if (fits_device(&s[i], d)) {
			fits[kind] = true;
			s[i].matched = true;
		}
	}
	for (int k = 0; k < SELECT_KIND_COUNT; k++) {
		if (used[k] && !fits[k])
			return false;
	}
	return true;
}

static bool wants_type(const struct selector *s, size_t n, const struct region *r,
		       enum region_type type)
{
	bool used = false;

	for (size_t i = 0; i < n; i++) {
		if (s[i].kind != SELECT_TYPE)
			continue;
		used = true;
		/* "msi" is what the kernel prints for both kinds */
		if (s[i].type == type || s[i].type == r->type)
			return true;
	}
	return !used;
}

static bool has_kind(const struct selector *s, size_t n, enum selector_kind kind)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i].kind == kind)
			return true;
	}
	return false;
}

/* A group without devices can only be chosen by its number. */
static bool wants_empty_group(struct selector *s, size_t n, const struct group *g)
{
	bool only_groups = true;
	bool fits = false;

	for (size_t i = 0; i < n; i++) {
		if (s[i].kind == SELECT_GROUP && s[i].number == g->id) {
			fits = true;
			s[i].matched = true;
		} else if (s[i].kind != SELECT_GROUP && s[i].kind != SELECT_TYPE) {
			only_groups = false;
		}
	}
	return only_groups && (fits || !has_kind(s, n, SELECT_GROUP));
}

static void select_group(const struct host *host, const struct group *g,
			 struct selector *s, size_t n, struct selection *out)
{
	bool typed = has_kind(s, n, SELECT_TYPE);
	bool any_device = g->n_devices == 0 && wants_empty_group(s, n, g);
	bool any_region = false;

	for (size_t d = g->first_device; d < g->first_device + g->n_devices; d++) {
		out->devices[d] = wants_device(s, n, &host->devices[d]);
		any_device = any_device || out->devices[d];
	}
	for (size_t r = g->first_region; any_device && r < g->first_region + g->n_regions;
	     r++) {
		bool window = host->regions[r].type == REGION_MSI &&
			      range_equals(host->regions[r].range, SW_MSI_WINDOW);

		out->regions[r] =
			wants_type(s, n, &host->regions[r],
				   window ? REGION_SW_MSI : host->regions[r].type);
		any_region = any_region || out->regions[r];
	}
	out->groups[group_index(host, g)] = any_device && (!typed || any_region);
	if (typed && !any_region)
		memset(out->devices + g->first_device, 0, g->n_devices * sizeof(bool));
}

/* One group or device that is named must be there; a pattern may perhaps fit nothing. */
static bool all_found(const struct selector *s, size_t n, bool must_match)
{
	bool fine = true;

	for (size_t i = 0; i < n; i++) {
		if (s[i].matched)
			continue;
		if (s[i].kind == SELECT_GROUP)
			message("'%s': there is no such group", s[i].text);
		else if (s[i].kind == SELECT_NAME ||
			 (s[i].kind == SELECT_ADDRESS && s[i].exact))
			message("'%s': there is no such device", s[i].text);
		else if (must_match && s[i].kind != SELECT_TYPE)
			message("'%s': no device fits", s[i].text);
		else
			continue;
		fine = false;
	}
	return fine;
}

bool select_parts(const struct host *host, char *const *selectors, size_t n,
		  bool must_match, struct selection *out)
{
	cleanup_free struct selector *s = xcalloc(n, sizeof(*s));

	*out = (struct selection){
		.groups = xcalloc(host->n_groups, sizeof(bool)),
		.regions = xcalloc(host->n_regions, sizeof(bool)),
		.devices = xcalloc(host->n_devices, sizeof(bool)),
		.all = n == 0,
	};
	for (size_t i = 0; i < n; i++) {
		if (!parse(selectors[i], &s[i]))
			return false;
	}
	for (size_t i = 0; i < host->n_groups; i++)
		select_group(host, &host->groups[i], s, n, out);
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].group == NO_GROUP && !has_kind(s, n, SELECT_TYPE))
			out->devices[i] = wants_device(s, n, &host->devices[i]);
	}
	return all_found(s, n, must_match);
}

void selection_clear(struct selection *selection)
{
	free(selection->groups);
	free(selection->regions);
	free(selection->devices);
	*selection = (struct selection){ 0 };
}
