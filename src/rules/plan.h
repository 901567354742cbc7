/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"
#include "model/findings.h"

/*
 * The way of devices to a VM: what stands between in the order in which the kernel meets
 * it, what to do about each, and what the guest will then see. It judges nothing itself:
 * gates and obstacles are the analysis', losses the rules' findings.
 */

enum step_state {
	STEP_OK,
	STEP_TODO,    /* nothing is in the way, but it has to be done */
	STEP_FIX,     /* it stands in the way, and can be taken away */
	STEP_NOTE,    /* it works, if the guest is set up for it */
	STEP_WARN,    /* it works, and something is lost or risked */
	STEP_UNKNOWN, /* it may stand in the way */
	STEP_STOP,    /* it stands in the way, and nothing done on this host helps */
	STEP_STATE_COUNT,
};

struct plan_step {
	enum step_state state;
	const char *kind; /* obstacle_name, the id of a rule, or "bind" */
	unsigned met;	  /* OBSTACLE_BIT of that obstacle; 0: it is about none */
	char *text;	  /* what is so */
	char *risk;	  /* what to know before it is done; NULL */
	char *advice;	  /* what to do; NULL: the commands, or nothing */
	struct steps how; /* those that have a command */
};

enum plan_answer {
	PLAN_YES,
	PLAN_YES_BUT,
	PLAN_NO,
	PLAN_UNKNOWN,
};

/* Addresses that the guest cannot use, and the types of what lies there. */
struct plan_hole {
	struct range range;
	unsigned types; /* bit of each enum region_type */
};

struct plan {
	enum plan_answer answer;
	ARRAY_OF(struct plan_step, steps);
	ARRAY_OF(char *, undo); /* of all steps, the last step first */
	/*
	 * What the guest may map, the devices in one container; not where the answer is
	 * no, or not all regions are known.
	 */
	bool has_addresses;
	struct ranges usable;
	bool end_known;
	ARRAY_OF(struct plan_hole, holes); /* between them and below */
	enum tristate isolated;		   /* are the interrupts of all? */
};

/*
 * wanted: a flag for each device of the host, one at least set. The analysis must have
 * been made with the same devices as assigned; findings: of all rules, about them only.
 */
void plan_make(const struct host *host, const struct analysis *analysis,
	       const struct findings *findings, const bool *wanted, struct plan *plan);
void plan_clear(struct plan *plan);

/* 0 yes, 1 yes-but, 2 no, 3 not known. */
int plan_exit_status(const struct plan *plan);

const char *step_state_name(enum step_state state);    /* "ok", "fix", "stop" */
const char *plan_answer_name(enum plan_answer answer); /* "yes", "yes-but" */
