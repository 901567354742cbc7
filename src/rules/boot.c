/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the kernel command line of this host is changed. */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rules/steps.h"

static void change(struct steps *steps, const char *word, bool removes)
{
	struct step *step = steps_say(
		steps,
		text_format(
			removes ? "Remove %s from the kernel command line, then reboot."
				: "Add %s to the kernel command line, then reboot.",
			word));

	step->parameter = xstrdup(word);
	step->removes = removes;
}

void steps_boot_with(const struct host *host, struct steps *steps, const char *word)
{
	(void)host;
	change(steps, word, false);
}

void steps_boot_without(const struct host *host, struct steps *steps, const char *word)
{
	(void)host;
	change(steps, word, true);
}
