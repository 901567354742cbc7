/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values that are replaced, and their aliases. */
#include "model/alias.h"

#include <ctype.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

/* Shorter names are part of too much. */
#define ANYWHERE_MIN 3

static const struct {
	const char *word;
	const char *one, *many;
} aliases[] = {
	[ALIAS_HOST] = { "host", "host name", "host names" },
	[ALIAS_INTERFACE] = { "interface", "network interface", "network interfaces" },
	[ALIAS_MAC] = { "mac", "MAC address", "MAC addresses" },
	[ALIAS_IP] = { "ip", "IP address", "IP addresses" },
	[ALIAS_UUID] = { "uuid", "UUID", "UUIDs" },
	[ALIAS_SERIAL] = { "serial", "serial number", "serial numbers" },
	[ALIAS_DISK] = { "disk", "name of a disk", "names of disks" },
	[ALIAS_PROCESS] = { "process", "process", "processes" },
	[ALIAS_MOUNT] = { "mount", "mount point", "mount points" },
	[ALIAS_FILE] = { "file", "file name", "file names" },
	[ALIAS_VALUE] = { "value", "value of the command line",
			  "values of the command line" },
};

const char *alias_word(enum alias alias)
{
	return aliases[alias].word;
}

char *redaction_text(const struct redaction *r)
{
	struct text t = { 0 };

	for (size_t i = 0; i < ALIAS_COUNT; i++) {
		if (r->n[i])
			text_printf(
				&t, "%s%zu %s", t.len ? ", " : "", r->n[i],
				one_or_many(r->n[i], aliases[i].one, aliases[i].many));
	}
	if (!t.len)
		text_add(&t, "nothing had to be replaced");
	return text_take(&t);
}

bool is_word_letter(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static int compare_values(const void *a, const void *b)
{
	const struct alias_value *x = a, *y = b;

	return strcmp(x->value, y->value);
}

/* NULL: it is not among them. */
static struct alias_value *find(const struct redaction *r, char *value)
{
	const struct alias_value key = { .value = value };
	struct alias_value *const *found = tfind(&key, &r->values, compare_values);

	return found ? *found : NULL;
}

/* Takes the value over. */
static struct alias_value *add(struct redaction *r, enum alias alias, char *value,
			       char *name)
{
	struct alias_value *v = xcalloc(1, sizeof(*v));

	*v = (struct alias_value){ .value = value, .name = name, .alias = alias };
	if (!tsearch(v, &r->values, compare_values))
		out_of_memory();
	return v;
}

/* Is it an alias, "uuid-7"? Of which kind? */
static bool is_alias(const char *s, enum alias *alias)
{
	for (size_t i = 0; i < ALIAS_COUNT; i++) {
		size_t n = strlen(aliases[i].word);
		uint64_t number;

		if (text_starts_with(s, aliases[i].word) && s[n] == '-' &&
		    s[n + 1] != '0' && text_to_number(s + n + 1, 10, 9999999, &number)) {
			*alias = (enum alias)i;
			return true;
		}
	}
	return false;
}

/* The next name of a kind that no value has as its own. */
static char *next_name(struct redaction *r, enum alias alias)
{
	for (;;) {
		char *name = text_format("%s-%zu", aliases[alias].word, ++r->last[alias]);

		if (!find(r, name))
			return name;
		free(name);
	}
}

static const char *use(struct redaction *r, struct alias_value *v)
{
	r->n[v->alias] += !v->used;
	v->used = true;
	return v->name;
}

/* The value itself in small letters, where case tells nothing; the caller owns it. */
static char *plain(enum alias alias, const char *value, size_t n)
{
	char *s = xstrndup(value, n);

	if (alias == ALIAS_MAC || alias == ALIAS_UUID || alias == ALIAS_IP) {
		for (char *c = s; *c; c++)
			*c = (char)tolower((unsigned char)*c);
	}
	return s;
}

static struct alias_value *intern(struct redaction *r, enum alias alias,
				  const char *value, size_t n)
{
	char *s = plain(alias, value, n);
	struct alias_value *v = find(r, s);

	if (v)
		free(s);
	else if (is_alias(s, &alias))
		v = add(r, alias, s, xstrdup(s));
	else
		v = add(r, alias, s, next_name(r, alias));
	return v;
}

const char *alias_of(struct redaction *r, enum alias alias, const char *value, size_t n)
{
	return use(r, intern(r, alias, value, n));
}

/* Names of hosts and interfaces that a kernel's log has for other things. */
static bool is_common(const char *value, size_t n)
{
	static const char *const words[] = {
		"acpi",	 "amd",	  "amd-vi",  "arm",  "dma",    "dmar",	"host",
		"intel", "iommu", "iommufd", "irq",  "kernel", "linux", "localhost",
		"msi",	 "none",  "pci",     "smmu", "usb",    "vfio",	"vfio-pci",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strlen(words[i]) == n && !strncasecmp(words[i], value, n))
			return true;
	}
	return false;
}

void alias_anywhere(struct redaction *r, enum alias alias, const char *value, size_t n)
{
	if (n < ANYWHERE_MIN || n > ALIAS_WORD_MAX || is_common(value, n))
		return;
	intern(r, alias, value, n)->anywhere = true;
	if (n > r->longest)
		r->longest = n;
}

const char *alias_known(struct redaction *r, const char *value, size_t n)
{
	char s[ALIAS_WORD_MAX + 1];
	struct alias_value *v;
	enum alias alias;

	if (n > ALIAS_WORD_MAX)
		return NULL;
	memcpy(s, value, n);
	s[n] = 0;
	v = find(r, s);
	if (v && v->anywhere)
		return use(r, v);
	return is_alias(s, &alias) ? alias_of(r, alias, s, n) : NULL;
}

static void free_value(void *p)
{
	struct alias_value *v = p;

	free(v->value);
	free(v->name);
	free(v);
}

void redaction_clear(struct redaction *r)
{
	tdestroy(r->values, free_value);
	*r = (struct redaction){ 0 };
}
