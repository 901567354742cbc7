/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses that fit are worth nothing where the kernel refuses the device. */
#include "rules/fit-answer.h"

#include <stdlib.h>

static void add_device(struct fit_answer *out, const struct vm_use_view *use)
{
	enum fit_state state = FIT_YES;

	switch (use->use) {
	case VM_USE_NO:
	case VM_USE_UNBIND:
		state = FIT_NO;
		out->refused = true;
		break;
	case VM_USE_UNKNOWN:
		state = FIT_UNKNOWN;
		out->unknown = true;
		break;
	case VM_USE_YES_BUT:
		state = FIT_LOST;
		break;
	default:
		break;
	}
	if (state > out->state)
		out->state = state;
}

void fit_answer_of(const struct host *host, const struct analysis *analysis,
		   const struct fit *fit, const bool *wanted, struct fit_answer *out)
{
	*out = (struct fit_answer){
		.fit = fit,
		.uses = vm_uses(host, analysis),
		.state = fit->state,
	};
	for (size_t i = 0; i < host->n_devices; i++) {
		if (!wanted[i])
			continue;
		add_device(out, &out->uses[i]);
		out->no_iommufd = out->no_iommufd || analysis->assign[i].iommufd_missing;
	}
}

void fit_answer_clear(struct fit_answer *answer)
{
	free(answer->uses);
	*answer = (struct fit_answer){ 0 };
}

int fit_exit_status(enum fit_state state)
{
	static const int statuses[FIT_STATE_COUNT] = {
		[FIT_YES] = 0,
		[FIT_LOST] = 1,
		[FIT_UNKNOWN] = 3,
		[FIT_NO] = 2,
	};

	return statuses[state];
}
