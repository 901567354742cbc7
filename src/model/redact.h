/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/host.h"

/*
 * Takes out of a host what tells whose it is, before anything is made of it: what is
 * found, printed and saved then holds none of it. Each value has one alias, the same
 * wherever it stands: "interface-1". Which texts may hold what: .redact of facts.def.
 * Addresses of PCI and of memory, drivers, releases and models of hardware stay.
 */

/* What aliases stand for. */
enum alias {
	ALIAS_HOST,
	ALIAS_INTERFACE,
	ALIAS_MAC,
	ALIAS_IP,
	ALIAS_UUID,
	ALIAS_SERIAL,
	ALIAS_DISK,
	ALIAS_PROCESS,
	ALIAS_MOUNT,
	ALIAS_FILE,
	ALIAS_VALUE, /* of the kernel command line */
	ALIAS_COUNT,
};

/* The values that were replaced. Zeroed before its first use. */
struct redaction {
	void *values;		  /* struct alias_value of alias.h, a tree by value */
	size_t n[ALIAS_COUNT];	  /* how many different ones stood in the host */
	size_t last[ALIAS_COUNT]; /* the last number that was given */
	size_t longest;		  /* of those that are looked for in texts, in bytes */
	const char *log_path;	  /* that the user named, while its host is redacted */
};

/*
 * Replaces what the texts of a host hold. host_name: of the machine, NULL: not known.
 * What was redacted before stays as it is.
 */
void redact_host(struct host *host, const char *host_name, struct redaction *r);

/* A selector that fits nothing, in the same way; the caller owns it. */
char *redact_selector(struct redaction *r, const char *selector);

/* The word of an alias: "interface". */
const char *alias_word(enum alias alias);

/* "1 host name, 2 network interfaces"; the caller owns it. */
char *redaction_text(const struct redaction *r);

void redaction_clear(struct redaction *r);
