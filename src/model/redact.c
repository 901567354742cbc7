/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Redaction walks the rows of facts.def: each text says what it may hold. */
#include "model/redact.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "model/alias.h"
#include "model/facts.h"

/* What base/root.h calls a file "-". */
#define STANDARD_INPUT "standard input"

static bool is_among(const char *s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(s, words[i]))
			return true;
	}
	return false;
}

/* A whole text that is a name; it is replaced wherever it stands. */
static char *take_name(struct redaction *r, enum alias alias, const char *s)
{
	size_t n = strlen(s);

	alias_anywhere(r, alias, s, n);
	return n ? xstrdup(alias_of(r, alias, s, n)) : xstrdup("");
}

/* Programs that open VFIO on many hosts; their names as the kernel cuts them. */
static char *take_process(struct redaction *r, const char *s)
{
	static const char *const usual[] = {
		"qemu-kvm",    "libvirtd",     "virtqemud", "cloud-hyperviso", "crosvm",
		"firecracker", "dpdk-testpmd", "spdk_tgt",  "ovs-vswitchd"
	};

	if (text_starts_with(s, "qemu-system-") || is_among(s, usual, ARRAY_SIZE(usual)))
		return xstrdup(s);
	return take_name(r, ALIAS_PROCESS, s);
}

/* Places that the file system hierarchy has; rules ask for "/" and for swap. */
static char *take_mount(struct redaction *r, const char *s)
{
	static const char *const usual[] = { "/",     "/boot", "/boot/efi", "/efi",
					     "/home", "/opt",  "/srv",	    "/tmp",
					     "/usr",  "/var",  "swap" };

	return is_among(s, usual, ARRAY_SIZE(usual)) ? xstrdup(s)
						     : take_name(r, ALIAS_MOUNT, s);
}

/* Collectors read the same files on each host; the user names the log only. */
static char *take_path(struct redaction *r, const char *s)
{
	const bool is_named = r->log_path && !strcmp(s, r->log_path);

	return (*s == '/' && !is_named) || !strcmp(s, STANDARD_INPUT)
		       ? redact_within(r, s)
		       : take_name(r, ALIAS_FILE, s);
}

static char *without(struct redaction *r, enum redact redact, const char *s)
{
	switch (redact) {
	case REDACT_WITHIN:
		return redact_within(r, s);
	case REDACT_COMMAND_LINE:
		return redact_command_line(r, s);
	case REDACT_PATH:
		return take_path(r, s);
	case REDACT_INTERFACE:
		return take_name(r, ALIAS_INTERFACE, s);
	case REDACT_PROCESS:
		return take_process(r, s);
	case REDACT_MOUNT:
		return take_mount(r, s);
	default:
		return xstrdup(s);
	}
}

/* Names come first: texts that hold them may stand before them. */
static bool is_name(enum redact redact)
{
	return redact >= REDACT_INTERFACE;
}

static void redact_place(struct redaction *r, enum redact redact, char **place)
{
	char *old = *place;

	if (!old)
		return;
	*place = without(r, redact, old);
	free(old);
}

static void redact_rows(struct redaction *r, const struct fact_list *list, void *object,
			bool names);

static void redact_elements(struct redaction *r, const struct fact *f, void *object,
			    bool names)
{
	for (size_t i = 0; i < fact_count(f, object); i++) {
		void *element = fact_element(f, object, i);

		if (f->kind == FACT_OBJECTS)
			redact_rows(r, f->parts, element, names);
		else if (is_name(f->redact) == names)
			redact_place(r, f->redact, element);
	}
}

/* The names among the texts, or the others. */
static void redact_rows(struct redaction *r, const struct fact_list *list, void *object,
			bool names)
{
	for (const struct fact *f = list->rows; f < list->rows + list->n; f++) {
		switch (f->kind) {
		case FACT_TEXT:
			if (is_name(f->redact) == names)
				redact_place(r, f->redact, fact_member(f, object));
			break;
		case FACT_OBJECT:
			redact_rows(r, f->parts, fact_member(f, object), names);
			break;
		case FACT_OBJECTS:
		case FACT_STRINGS:
			redact_elements(r, f, object, names);
			break;
		default:
			break;
		}
	}
}

void redact_host(struct host *host, const char *host_name, struct redaction *r)
{
	cleanup_free char *log =
		host_log_is_named(host) ? xstrdup(host_log_path(host)) : NULL;

	if (host_name)
		know_host_name(r, host_name, strlen(host_name));
	if (host->kernel.command_line)
		command_line_names(r, host->kernel.command_line);
	r->log_path = log;
	redact_rows(r, host_facts(), host, true);
	redact_rows(r, host_facts(), host, false);
	if (host->origin_path) {
		free(host->origin_path);
		host->origin_path = xstrdup("(redacted)");
	}
	r->log_path = NULL;
	host_sort_names(host);
}

char *redact_selector(struct redaction *r, const char *selector)
{
	static const char *const kinds[] = { "group:", "driver:", "class:", "type:" };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (text_starts_with(selector, kinds[i]))
			return redact_within(r, selector);
	}
	if (!selector[strspn(selector, "0123456789abcdefABCDEFx:.*, ")])
		return redact_within(r, selector);
	return xstrdup(alias_of(r, ALIAS_VALUE, selector, strlen(selector)));
}
