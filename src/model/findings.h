/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/memory.h"
#include "model/host.h"

/*
 * What the rules found, and what they could not check. Values only: renderers print them.
 * Devices and regions are indices of the host's arrays. Ids and titles belong to the
 * rules, all other strings to the findings.
 */

struct evidence {
	char *path;    /* file, absolute, as on the machine */
	unsigned line; /* 1.., 0: the file as a whole */
	size_t offset; /* in a firmware table; NO_INDEX: not in one */
	char *text;    /* what stands there */
};

/* A device that a finding is about: it suffers, or it is the cause, or both. */
struct involved {
	size_t device;
	bool victim, culprit;
};

/* One thing that is to be done. Owns its strings. */
struct step {
	char *text;    /* in words */
	char *command; /* what to run as root; NULL: there is none here */
	char *risk;    /* what may be lost by it; NULL: nothing is known to be */
	/* Of the kernel command line: the word that it adds, or takes away; NULL. */
	char *parameter;
	bool removes;
	bool alternative; /* from here on it is another way than that before */
};

/* In the order in which they are done; and what takes them back, in its order. */
struct steps {
	ARRAY_OF(struct step, list);
	ARRAY_OF(char *, undo);
};

/* What it rests on of all that kernels do: src/kernel has the ids and the words. */
struct rests_on {
	const char *behaviour;
	enum tristate here; /* does this kernel do it? */
	const char *by;	    /* what tells */
	char *evidence;	    /* in words; NULL: only the release */
	bool against_release;
};

struct finding {
	const char *id;
	const char *title;
	enum severity severity;
	enum confidence confidence;
	uint32_t group; /* NO_GROUP: not about one group */
	bool of_host;	/* it concerns every device of the host, whichever it names */
	ARRAY_OF(struct involved, devices);
	size_t n_ascending; /* so many of them, from the first on, in their order */
	ARRAY_OF(size_t, regions);
	ARRAY_OF(struct evidence, evidence);
	ARRAY_OF(struct rests_on, behaviours);
	char *message;	    /* what is the case here */
	char *kernel;	    /* what the kernel of this version does about it */
	char *advice;	    /* what to do */
	struct steps steps; /* the same in parts, where a part has a command */
	char *ignored;	    /* why it does not count; NULL: it does */
	/* Of those of its rule about one group: its number, from 0; is it the last that
	 * is listed? */
	size_t number;
	bool is_last_listed;
	/* found and not listed: nothing is kept that costs */
	bool is_beyond;
};

/* A rule that could not be checked, or not everywhere. */
struct not_checked {
	const char *rule;
	enum severity severity; /* the worst it could have found */
	enum source_id source;
	enum source_state state;
	bool partly; /* it was checked on what could be read */
	char *reason;
};

/* A device that is meant for a user, and whether it can be given is not known. */
struct unanswered {
	size_t device;
	const char *interface; /* "VFIO" or "iommufd" */
	const char *missing;   /* what is not known; never NULL */
};

struct findings {
	ARRAY_OF(struct finding, list);
	ARRAY_OF(struct finding,
		 ignored); /* those that do not count, in the same order */
	ARRAY_OF(struct not_checked, missing);
	ARRAY_OF(struct unanswered, unanswered); /* by device */
	struct finding beyond; /* the last one that is not listed; for who made it */
};

/* Frees what n pieces of evidence hold, and them. */
void evidence_free(struct evidence *evidence, size_t n);

void steps_clear(struct steps *steps);
/* Frees what a finding holds; it is empty then. */
void finding_clear(struct finding *f);
void findings_clear(struct findings *findings);

/*
 * Findings worst first, then by id, group and place; what was not checked by source and
 * reason.
 */
void findings_sort(struct findings *findings);

/*
 * Keeps only what concerns something selected: one flag for each element of the host's
 * arrays. A finding concerns a selection if its group, a victim, a culprit or a region
 * does. What could not be checked stays.
 */
void findings_narrow(struct findings *findings, const struct host *host,
		     const bool *groups, const bool *regions, const bool *devices);

/* As fail_on: no finding counts for the exit status. */
#define FAIL_ON_NEVER SEVERITY_COUNT

size_t findings_count(const struct findings *findings, enum severity severity);

/*
 * How many from this one on are of its rule and severity, itself too: sorted findings
 * have them behind each other.
 */
size_t findings_alike(const struct findings *findings, size_t first);

/* How many rules could not be checked, or in part only; each once, whatever it misses. */
size_t findings_rules_missing(const struct findings *findings, bool partly);

/*
 * The exit status, the same for every command: 2 for an error or critical finding at or
 * above fail_on, else 3 if something needed for that judgement could not be seen or a
 * device for a user is unanswered, else 1 for any other finding at or above fail_on, else
 * 0. With FAIL_ON_NEVER 3 for what is unknown to SEVERITY_WARNING, else 0.
 */
int findings_exit_status(const struct host *host, const struct findings *findings,
			 enum severity fail_on);

/*
 * True if the host has no groups to judge, or one of these sources (SOURCE_BIT of each)
 * is broken: then nothing is "fine".
 */
bool host_is_unknown(const struct host *host, unsigned sources);
