/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/fit.h"
#include "rules/vm-use.h"

/* Whether addresses fit, and whether a VM can have the devices at all. */
struct fit_answer {
	const struct fit *fit;
	struct vm_use_view *uses; /* of each device of the host */
	bool refused;		  /* one of the devices is refused */
	bool unknown;		  /* of one it is not known */
	bool no_iommufd;	  /* this host has none */
	enum fit_state state;	  /* of addresses and devices together */
};

/* wanted: a flag for each device of the host. fit_answer_clear releases *out. */
void fit_answer_of(const struct host *host, const struct analysis *analysis,
		   const struct fit *fit, const bool *wanted, struct fit_answer *out);
void fit_answer_clear(struct fit_answer *answer);

/* 0 it fits, 1 and something is lost, 2 it does not, 3 not known. */
int fit_exit_status(enum fit_state state);
