/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Selectors on the command line. What a word means is tried in this order, and the first
 * that fits is it: the name of a device of this host, as sysfs has it, colons included; a
 * PCI address, parsed by libpci, with the wildcards of lspci -s; a prefix (group:,
 * driver:, class:, type:); VENDOR:DEVICE; a network interface of this host. No two of
 * these are likely to meet: "8086:1572" is no address, since a bus has two digits, and an
 * interface has no colon in its name. Of "0010:0002" lspci makes bus 10, slot 02, and so
 * does this.
 *
 * A name, a full address, a group or an interface is exact: what it names must be there.
 * All else is a pattern, which may match nothing.
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
	SELECT_IDS,
	SELECT_KIND_COUNT,
};

struct selector {
	enum selector_kind kind;
	const char *place; /* in front of a message: "FILE:3: ", or "" */
	const char *text;  /* as the user wrote it */
	const char *value;
	bool exact; /* what it names must be there */
	struct pci_filter filter;
	uint32_t number; /* group */
	enum region_type type;
	uint16_t vendor, device;
};

static const char *const prefixes[] = { "group:", "driver:", "class:", "type:" };

static bool parse_group(struct selector *s)
{
	uint64_t number;

	if (!text_to_number(s->value, 10, NO_GROUP - 1, &number)) {
		message("%s'%s': a group is a number", s->place, s->text);
		return false;
	}
	s->number = (uint32_t)number;
	s->exact = true;
	return true;
}

static bool parse_class(const struct selector *s)
{
	size_t len = strlen(s->value);

	if ((len != 2 && len != 4 && len != 6) ||
	    strspn(s->value, "0123456789abcdefABCDEF") != len) {
		message("%s'%s': a class has 2, 4 or 6 hexadecimal digits", s->place,
			s->text);
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
	complain_at(s->place, "region type", s->value, words, ARRAY_SIZE(words));
	return false;
}

/* Behind one of the prefixes; false after a message. */
static bool parse_value(struct selector *s, size_t prefix)
{
	static const enum selector_kind kinds[] = { SELECT_GROUP, SELECT_DRIVER,
						    SELECT_CLASS, SELECT_TYPE };

	s->kind = kinds[prefix];
	s->value = s->text + strlen(prefixes[prefix]);
	if (!*s->value) {
		message("%s'%s': names nothing", s->place, s->text);
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

static bool parse_name(const struct host *host, struct selector *s)
{
	if (!host_device(host, s->text))
		return false;
	s->kind = SELECT_NAME;
	s->exact = true;
	return true;
}

static bool parse_address(struct selector *s)
{
	cleanup_free char *copy = xstrdup(s->text);

	pci_filter_init(NULL, &s->filter);
	if (!strpbrk(s->text, ":.*") || pci_filter_parse_slot(&s->filter, copy))
		return false;
	s->kind = SELECT_ADDRESS;
	/* "00:1f.2" means domain 0, as everywhere else but in lspci. */
	s->exact = s->filter.bus >= 0 && s->filter.slot >= 0 && s->filter.func >= 0 &&
		   !strchr(s->text, '*');
	if (s->exact && s->filter.domain < 0)
		s->filter.domain = 0;
	return true;
}

/* "8086:1572", as lspci -n prints it. */
static bool parse_ids(struct selector *s)
{
	static const char digits[] = "0123456789abcdefABCDEF";

	if (strlen(s->text) != 9 || strspn(s->text, digits) != 4 || s->text[4] != ':' ||
	    strspn(s->text + 5, digits) != 4)
		return false;
	s->kind = SELECT_IDS;
	s->vendor = (uint16_t)strtoul(s->text, NULL, 16);
	s->device = (uint16_t)strtoul(s->text + 5, NULL, 16);
	return true;
}

/* Means the device behind a network interface. */
static bool parse_interface(const struct host *host, struct selector *s)
{
	for (size_t i = 0; i < host->n_interfaces; i++) {
		const struct interface *f = &host->interfaces[i];

		if (!f->device || strcmp(f->name, s->text))
			continue;
		s->kind = SELECT_NAME;
		s->value = f->device;
		s->exact = true;
		return true;
	}
	return false;
}

/* Is it a prefix with a slip: "grop:3"? Then there was a message. */
static bool complain_prefix(const struct selector *s)
{
	const char *colon = strchr(s->text, ':');
	cleanup_free char *word =
		colon ? xstrndup(s->text, (size_t)(colon - s->text) + 1) : NULL;

	if (!word || !suggest(word, prefixes, ARRAY_SIZE(prefixes)))
		return false;
	complain_at(s->place, "kind of selector", word, prefixes, ARRAY_SIZE(prefixes));
	return true;
}

/* Nothing of this host, and no selector of another kind. */
static void complain_word(const struct host *host, const char *text)
{
	const char *colon = strchr(text, ':');
	bool interfaces_known = host->sources[SOURCE_NETWORK].state == SOURCE_READ;

	message("'%s': no device%s has this name%s; type a PCI address (lspci -D), a name "
		"as 'list --by device' prints it,%s group:N or driver:NAME",
		text, interfaces_known ? " or network interface" : "",
		interfaces_known || colon ? "" : ", and network interfaces are not known",
		interfaces_known ? " an interface name," : "");
}

/*
 * place: of a selector in a file; NULL: it is on the command line, where a name must be
 * one of this host. False after a message.
 */
static bool parse(const struct host *host, const char *place, const char *text,
		  struct selector *s)
{
	*s = (struct selector){ .kind = SELECT_NAME,
				.place = place ? place : "",
				.text = text,
				.value = text };
	if (!*text) {
		message("an empty selector names nothing");
		return false;
	}
	if (parse_name(host, s) || parse_address(s))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (text_starts_with(text, prefixes[i]))
			return parse_value(s, i);
	}
	if (parse_ids(s) || parse_interface(host, s))
		return true;
	if (complain_prefix(s))
		return false;
	if (!place)
		complain_word(host, text);
	return place;
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
	case SELECT_IDS:
		return d->has_ids && d->vendor == s->vendor && d->device == s->device;
	default:
		return true;
	}
}

/*
 * Is a device wanted: for each kind that is used, one selector fits. Names are one kind.
 */
static bool wants_device(const struct selector *s, size_t n, const struct device *d)
{
	bool used[SELECT_KIND_COUNT] = { false };
	bool fits[SELECT_KIND_COUNT] = { false };

	for (size_t i = 0; i < n; i++) {
		enum selector_kind kind =
			s[i].kind == SELECT_NAME ? SELECT_ADDRESS : s[i].kind;

		if (kind == SELECT_TYPE)
			continue;
		used[kind] = true;
		fits[kind] = fits[kind] || fits_device(&s[i], d);
	}
	for (int k = 0; k < SELECT_KIND_COUNT; k++) {
		if (used[k] && !fits[k])
			return false;
	}
	return true;
}

/* "msi" is what the kernel prints for both kinds */
static bool fits_region(const struct selector *s, const struct region *r)
{
	bool window = r->type == REGION_MSI && range_equals(r->range, SW_MSI_WINDOW);

	return s->type == r->type || s->type == (window ? REGION_SW_MSI : r->type);
}

static bool wants_region(const struct selector *s, size_t n, const struct region *r)
{
	bool used = false;

	for (size_t i = 0; i < n; i++) {
		if (s[i].kind != SELECT_TYPE)
			continue;
		used = true;
		if (fits_region(&s[i], r))
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
static bool wants_empty_group(const struct selector *s, size_t n, const struct group *g)
{
	bool only_groups = true;
	bool fits = false;

	for (size_t i = 0; i < n; i++) {
		if (s[i].kind == SELECT_GROUP && s[i].number == g->id)
			fits = true;
		else if (s[i].kind != SELECT_GROUP && s[i].kind != SELECT_TYPE)
			only_groups = false;
	}
	return only_groups && (fits || !has_kind(s, n, SELECT_GROUP));
}

static void select_group(const struct host *host, const struct group *g,
			 const struct selector *s, size_t n, struct selection *out)
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
		out->regions[r] = wants_region(s, n, &host->regions[r]);
		any_region = any_region || out->regions[r];
	}
	out->groups[group_index(host, g)] = any_device && (!typed || any_region);
	if (typed && !any_region)
		memset(out->devices + g->first_device, 0, g->n_devices * sizeof(bool));
}

/* --- What is not there --- */

/* Is there anything that it fits, whatever the other selectors say? */
static bool fits_anything(const struct host *host, const struct selector *s)
{
	if (s->kind == SELECT_GROUP)
		return host_group(host, s->number);
	for (size_t i = 0; s->kind == SELECT_TYPE && i < host->n_regions; i++) {
		if (fits_region(s, &host->regions[i]))
			return true;
	}
	for (size_t i = 0; s->kind != SELECT_TYPE && i < host->n_devices; i++) {
		if (fits_device(s, &host->devices[i]))
			return true;
	}
	return false;
}

/* A PCI function whose ids could not be read, or a device whose driver could not. */
static bool hides(const struct selector *s, const struct device *d)
{
	if (s->kind == SELECT_DRIVER)
		return d->driver_unknown;
	return (s->kind == SELECT_CLASS || s->kind == SELECT_IDS) && d->bus == BUS_PCI &&
	       !d->has_ids;
}

/* Could a pattern fit something that could not be looked at? */
static bool may_be_hidden(const struct host *host, const struct selector *s)
{
	if (!host_groups_complete(host) ||
	    (s->kind != SELECT_TYPE && host->sources[SOURCE_PCI].state >= SOURCE_DENIED))
		return true;
	for (size_t i = 0; s->kind == SELECT_TYPE && i < host->n_groups; i++) {
		if (host->groups[i].regions_state != SOURCE_READ)
			return true;
	}
	for (size_t i = 0; i < host->n_devices; i++) {
		if (hides(s, &host->devices[i]))
			return true;
	}
	return false;
}

/* What was not seen may be there all the same. */
static void complain_missing(const struct host *host, const struct selector *s)
{
	bool of_device = s->kind == SELECT_ADDRESS;

	if (s->kind == SELECT_NAME)
		message("'%s': its device, %s, is not known", s->text, s->value);
	else if (may_be_hidden(host, s) && (of_device || host->n_groups))
		message("'%s': no such %s was seen, but not everything could be read",
			s->text, of_device ? "PCI device" : "group");
	else if (of_device)
		message("'%s': there is no such PCI device; 'list --by device' shows all",
			s->text);
	else if (host->n_groups)
		message("'%s': there is no such group; 'list --by group' shows all",
			s->text);
	else
		message("'%s': no IOMMU group is known; 'check' says why", s->text);
}

static void add_unmatched(struct selection *out, const char *selector, const char *reason)
{
	*ADD(out, unmatched) = (struct unmatched){ xstrdup(selector), reason };
}

static void note_unmatched(const struct host *host, const struct selector *s,
			   struct selection *out)
{
	static const char *const reasons[SELECT_KIND_COUNT] = {
		[SELECT_ADDRESS] = "no PCI device has such an address",
		[SELECT_DRIVER] = "no device uses this driver",
		[SELECT_CLASS] = "no PCI device is of this class",
		[SELECT_TYPE] = "no region is of this type",
		[SELECT_IDS] = "no PCI device has these ids",
	};

	add_unmatched(out, s->text, reasons[s->kind]);
	out->unsure = out->unsure || may_be_hidden(host, s);
}

bool any_flag(const bool *flags, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (flags[i])
			return true;
	}
	return false;
}

/* Each selector fits something, and together they fit nothing. */
static void note_combination(const struct host *host, const struct selector *s, size_t n,
			     struct selection *out)
{
	cleanup(text_clear) struct text t = { 0 };

	if (!n || out->n_unmatched || any_flag(out->groups, host->n_groups) ||
	    any_flag(out->devices, host->n_devices))
		return;
	for (size_t i = 0; i < n; i++) {
		text_printf(&t, "%s%s", i ? " " : "", s[i].text);
		out->unsure = out->unsure || (!s[i].exact && may_be_hidden(host, &s[i]));
	}
	add_unmatched(out, t.data, "nothing matches all of these");
}

static struct selection empty_selection(const struct host *host)
{
	return (struct selection){
		.groups = xcalloc(host->n_groups, sizeof(bool)),
		.regions = xcalloc(host->n_regions, sizeof(bool)),
		.devices = xcalloc(host->n_devices, sizeof(bool)),
	};
}

static void select_all_that_fits(const struct host *host, const struct selector *s,
				 size_t n, struct selection *out)
{
	for (size_t i = 0; i < host->n_groups; i++)
		select_group(host, &host->groups[i], s, n, out);
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].group == NO_GROUP && !has_kind(s, n, SELECT_TYPE))
			out->devices[i] = wants_device(s, n, &host->devices[i]);
	}
}

bool select_parts(const struct host *host, char *const *selectors, size_t n,
		  struct selection *out)
{
	cleanup_free struct selector *s = xcalloc(n, sizeof(*s));
	bool fine = true;

	*out = empty_selection(host);
	out->all = n == 0;
	for (size_t i = 0; i < n; i++) {
		if (!parse(host, NULL, selectors[i], &s[i])) {
			fine = false;
		} else if (!fits_anything(host, &s[i])) {
			if (s[i].exact)
				complain_missing(host, &s[i]);
			else
				note_unmatched(host, &s[i], out);
			fine = fine && !s[i].exact;
		}
	}
	if (!fine)
		return false;
	select_all_that_fits(host, s, n, out);
	note_combination(host, s, n, out);
	return true;
}

bool select_if_there(const struct host *host, const char *place, const char *word,
		     struct selection *out)
{
	struct selector s;

	*out = empty_selection(host);
	if (!parse(host, place, word, &s))
		return false;
	select_all_that_fits(host, &s, 1, out);
	return true;
}

bool select_for(const struct options *options, const struct host *host,
		struct selection *selection, struct selection *assigned)
{
	*selection = (struct selection){ 0 };
	if (!select_parts(host, options->assign.word, options->assign.n_word, assigned) ||
	    !select_parts(host, options->selectors, options->n_selectors, selection))
		return false;
	for (size_t i = 0; i < assigned->n_unmatched; i++)
		*ADD(selection, unmatched) = assigned->unmatched[i];
	assigned->n_unmatched = 0;
	selection->unsure = selection->unsure || assigned->unsure;
	return true;
}

bool select_device(const struct host *host, const char *word, size_t *index)
{
	struct selector s;

	if (!parse(host, NULL, word, &s))
		return false;
	if (!s.exact || s.kind == SELECT_GROUP) {
		message("'%s': one device is needed here, by its name, its full PCI "
			"address or its network interface",
			word);
		return false;
	}
	for (size_t i = 0; i < host->n_devices; i++) {
		if (fits_device(&s, &host->devices[i])) {
			*index = i;
			return true;
		}
	}
	complain_missing(host, &s);
	return false;
}

int selection_status(const struct selection *selection, int status)
{
	return selection->unsure && status != 2 ? EXIT_UNKNOWN : status;
}

void selection_clear(struct selection *selection)
{
	free(selection->groups);
	free(selection->regions);
	free(selection->devices);
	for (size_t i = 0; i < selection->n_unmatched; i++)
		free(selection->unmatched[i].selector);
	free(selection->unmatched);
	*selection = (struct selection){ 0 };
}
