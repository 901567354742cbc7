/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts in which a command line may stand, as in the log: "Kernel command line: quiet".
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "model/alias.h"

/* Where it begins; NULL: there is none. */
static const char *command_line_in(const char *s)
{
	static const char words[] = "command line: ";
	const char *found = strcasestr(s, words);

	return found ? found + strlen(words) : NULL;
}

char *redact_within(struct redaction *r, const char *s)
{
	const char *line = command_line_in(s);
	cleanup_free char *before = NULL;
	cleanup_free char *behind = NULL;
	cleanup_free char *redacted = NULL;

	if (!line)
		return redact_words(r, s);
	before = xstrndup(s, (size_t)(line - s));
	redacted = redact_words(r, before);
	behind = redact_command_line(r, line);
	return text_format("%s%s", redacted, behind);
}
