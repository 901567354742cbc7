/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"
#include "base/memory.h"
#include "model/findings.h"

/*
 * What is left of a host when it is to be compared: its things, each with what it is by
 * and what is said of it, as text. It needs neither the host nor its analysis any more.
 * Things refer to each other by index.
 */

/* In the order in which differences are told. */
enum thing_kind {
	THING_FINDING,
	THING_DEVICE,
	THING_GROUP,
	THING_REGION, /* a line of reserved_regions; of its group */
	THING_HOST,   /* the machine and its kernel: one */
	THING_TABLE,
	THING_ENTRY, /* of a firmware table */
	THING_IOMMU,
	THING_PARAMETER, /* of a module */
	THING_KIND_COUNT,
};

/* One thing that is said of a thing. */
struct trait {
	const char *what; /* "driver" */
	char *value;	  /* NULL: not known, or nobody looked */
};

struct thing {
	enum thing_kind kind;
	char *name; /* "0000:01:00.0", "7" of a group, the id of a finding */
	/* What it is, wherever it stands: ids of a device, word of an entry; NULL. */
	char *key;
	/* Slots down to a function: "0000:00/1c.4/00.0"; NULL: not known, or no function
	 */
	char *place;
	struct range range; /* of a region or entry */
	/* of a region: an MSI window, as nearly every group has one */
	bool is_window;
	enum severity severity; /* of a finding, and the next two */
	const char *title;	/* the rule's */
	char *message;
	/* Index of the group of a device or region; NO_INDEX: none. */
	size_t group;
	/*
	 * Devices of a group; devices, and then regions, that an entry or a finding is
	 * about.
	 */
	ARRAY_OF(size_t, about);
	ARRAY_OF(struct trait, traits);
};

struct digest {
	ARRAY_OF(struct thing, things);	   /* devices, groups, regions, then others */
	bool known[THING_KIND_COUNT];	   /* all things of the kind were looked at */
	ARRAY_OF(const char *, unchecked); /* ids of rules that were not checked fully */
};

/* *out is new, digest_clear releases it. */
void digest_of(const struct host *host, const struct analysis *analysis,
	       const struct findings *findings, struct digest *out);
void digest_clear(struct digest *digest);

/* NULL: a thing has no such trait, or it is not known. */
const char *thing_trait(const struct thing *thing, const char *what);

/* The same of the machine and its kernel: "machine", "firmware", "kernel". */
const char *host_trait(const struct digest *digest, const char *what);

/* Is no PCI function in another domain than 0? */
bool digest_has_one_domain(const struct digest *digest);

/* The word for a kind: "device". */
const char *thing_kind_name(enum thing_kind kind);
