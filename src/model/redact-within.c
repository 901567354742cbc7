/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts in which a command line may stand, as in the log: "Kernel command line: quiet".
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "model/alias.h"

/*
 * What the kernel prints before one, and what ends it; without that it goes to the end:
 * "Kernel command line: quiet", and of parameters that it does not know, since 5.14,
 * "Unknown kernel command line parameters "splash", will be passed to user space."
 * (init/main.c, print_kernel_cmdline and print_unknown_bootoptions).
 */
static const struct {
	const char *before;
	char end;
} command_lines[] = {
	{ "command line: ", 0 },
	{ "command line parameters \"", '"' },
};

/* Where it begins, and where it ends; NULL: there is none. */
static const char *command_line_in(const char *s, const char **end)
{
	for (size_t i = 0; i < ARRAY_SIZE(command_lines); i++) {
		const char *found = strcasestr(s, command_lines[i].before);

		if (!found)
			continue;
		found += strlen(command_lines[i].before);
		*end = command_lines[i].end ? strrchr(found, command_lines[i].end) : NULL;
		if (!*end)
			*end = found + strlen(found);
		return found;
	}
	return NULL;
}

char *redact_within(struct redaction *r, const char *s)
{
	const char *end;
	const char *start = command_line_in(s, &end);
	cleanup_free char *before = NULL;
	cleanup_free char *line = NULL;
	cleanup_free char *front = NULL;
	cleanup_free char *middle = NULL;
	cleanup_free char *behind = NULL;

	if (!start)
		return redact_words(r, s);
	before = xstrndup(s, (size_t)(start - s));
	line = xstrndup(start, (size_t)(end - start));
	front = redact_words(r, before);
	middle = redact_command_line(r, line);
	behind = redact_words(r, end);
	return text_format("%s%s%s", front, middle, behind);
}
