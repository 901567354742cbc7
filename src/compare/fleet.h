/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"
#include "base/memory.h"
#include "model/findings.h"

/*
 * Many hosts, each reduced to a row as soon as it was judged, so that one host at a time
 * is in memory; and what the rows have in common. Ids and titles belong to the rules, all
 * other strings to the fleet.
 */

/* What a host has of one rule. */
struct fleet_finding {
	const char *id, *title;
	enum severity severity; /* the worst of the rule on this host */
	size_t n;		/* how often it was found */
};

/* The I/O addresses that a user may map whichever device of the host a VM gets. */
enum fleet_space {
	FLEET_SPACE_NONE,    /* a VM has no device of it, and can have none */
	FLEET_SPACE_UNKNOWN, /* the lists of regions may be incomplete */
	FLEET_SPACE_OPEN,    /* where the last range ends is not known */
	FLEET_SPACE_KNOWN,
};

struct fleet_host {
	char *name;
	char *machine, *firmware, *kernel; /* NULL: nothing tells */
	int status;			   /* exit status of `check` */
	size_t n_groups;
	ARRAY_OF(struct fleet_finding, findings); /* worst first, each rule once */
	size_t n_bound;				  /* devices that have a VFIO driver */
	size_t n_usable; /* devices that a VM can have, now or once drivers are unbound */
	enum fleet_space space;
	struct ranges usable; /* both ends included; empty unless OPEN or KNOWN */
};

/* A finding, or a machine with its firmware, and the hosts that have it: in their order.
 */
struct fleet_share {
	const struct fleet_finding *finding; /* of the first of them; NULL: a machine's */
	ARRAY_OF(size_t, hosts);
};

struct fleet {
	ARRAY_OF(struct fleet_host, hosts);
	/* What fleet_settle makes of them. */
	ARRAY_OF(struct fleet_share, findings); /* worst first, then by most hosts */
	ARRAY_OF(struct fleet_share, machines); /* of hosts that say what they are */
	bool has_common;			/* a host counts for the next two */
	struct ranges common; /* usable on each host, whichever device a VM gets */
	enum fleet_space common_space; /* the worst of those that count */
};

/* Adds a host that was judged; fail_on is that of findings_exit_status. */
void fleet_add(struct fleet *fleet, const char *name, const struct host *host,
	       const struct analysis *analysis, const struct findings *findings,
	       enum severity fail_on);

/* Groups what the hosts share. To be called once, when all are there. */
void fleet_settle(struct fleet *fleet);

void fleet_clear(struct fleet *fleet);
