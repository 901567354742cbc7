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

/* The last word of the command line that begins so; the caller owns it. NULL. */
static char *word_beginning(const char *line, const char *option)
{
	const char *found = NULL;
	size_t n = 0;

	for (const char *s = line; s && *s; s += strspn(s, " \t\n")) {
		size_t len = strcspn(s, " \t\n");

		if (text_starts_with(s, option)) {
			found = s;
			n = len;
		}
		s += len;
	}
	return found ? xstrndup(found, n) : NULL;
}

/* The parts of a list behind `option`, without those that are the part; "" if none is
 * left. */
static char *without_part(const char *word, const char *option, const char *part)
{
	struct text t = { 0 };

	for (const char *s = word + strlen(option); *s; s += *s == ',') {
		size_t len = strcspn(s, ",");

		if (len && (len != strlen(part) || strncmp(s, part, len)))
			text_printf(&t, "%s%.*s", t.len ? "," : option, (int)len, s);
		s += len;
	}
	return text_take(&t);
}

void steps_boot_without(const struct host *host, struct steps *steps, const char *option,
			const char *part)
{
	cleanup_free char *word = word_beginning(host->kernel.command_line, option);
	cleanup_free char *rest = word && part ? without_part(word, option, part) : NULL;

	if (!word)
		return;
	change(steps, word, true);
	if (rest && *rest)
		change(steps, rest, false);
}
