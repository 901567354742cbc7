/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file of --ignore-file. A line each: ID SELECTOR [until YYYY-MM-DD] REASON. "#"
 * begins a comment where it is the first character; empty lines are nothing.
 */
#include "cmd/ignore.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/message.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "rules/rules.h"

/* Hosts have a handful of them; what is larger is another file. */
#define FILE_MAX ((size_t)256 << 10)
#define ENTRIES_MAX 1000

static const char blanks[] = " \t";

/* The next word of a line, ended with 0; NULL: there is none. */
static char *take_word(char **rest)
{
	char *word = *rest + strspn(*rest, blanks);
	size_t len = strcspn(word, blanks);

	if (!len)
		return NULL;
	*rest = word + len + (word[len] != 0);
	word[len] = 0;
	return word;
}

/* Is it written like a date, whether there is such a day or not? */
static bool looks_like_date(const char *s)
{
	static const char form[] = "dddd-dd-dd";
	size_t i = 0;

	for (; form[i] && s[i]; i++) {
		if (form[i] == '-' ? s[i] != '-' : s[i] < '0' || s[i] > '9')
			return false;
	}
	return !form[i] && !s[i];
}

/*
 * "until" is the third word only before a date; else it begins the reason. False after a
 * message.
 */
static bool take_until(const char *place, char **rest, struct ignore *entry)
{
	cleanup_free char *copy = xstrdup(*rest);
	char *ahead = copy;
	const char *until = take_word(&ahead), *date = take_word(&ahead);
	char today[DATE_SIZE];

	if (!until || strcmp(until, "until") || !date || !looks_like_date(date))
		return true;
	if (!clock_is_date(date)) {
		message("%s'%s': there is no such day", place, date);
		return false;
	}
	clock_today(today);
	entry->until = xstrdup(date);
	entry->expired = strcmp(today, date) > 0;
	*rest += ahead - copy;
	return true;
}

/* False after a message. */
static bool take_rule(const char *place, const char *id, struct ignore *entry)
{
	const struct rule *rule = rule_named(place, id);

	if (!rule)
		return false;
	if (rule->of_ignores) {
		message("%s'%s': is about this file and cannot be ignored; use --skip %s",
			place, id, id);
		return false;
	}
	entry->rule = xstrdup(id);
	return true;
}

/* False after a message. */
static bool take_selector(const char *place, const struct host *host, const char *word,
			  struct ignore *entry)
{
	struct selection selection;
	bool fine;

	entry->all = !strcmp(word, "*");
	if (entry->all)
		return true;
	fine = select_if_there(host, place, word, &selection);
	entry->groups = selection.groups;
	entry->regions = selection.regions;
	entry->devices = selection.devices;
	return fine;
}

static bool take_reason(const char *place, const char *rest, struct ignore *entry)
{
	entry->reason = xstrdup(rest + strspn(rest, blanks));
	if (!*entry->reason)
		message("%sa reason is missing: ID SELECTOR [until YYYY-MM-DD] REASON",
			place);
	return *entry->reason;
}

/* False after a message. */
static bool parse_line(const char *place, const struct host *host, char *line,
		       struct ignore *entry)
{
	const char *id, *selector;
	char *rest = line;

	entry->text = xstrdup(line);
	id = take_word(&rest);
	selector = take_word(&rest);
	if (!selector) {
		message("%sa selector is missing: ID SELECTOR [until YYYY-MM-DD] REASON",
			place);
		return false;
	}
	return take_rule(place, id, entry) &&
	       take_selector(place, host, selector, entry) &&
	       take_until(place, &rest, entry) && take_reason(place, rest, entry);
}

static bool is_entry(const char *line)
{
	line += strspn(line, blanks);
	return *line && *line != '#';
}

/* False after a message. */
static bool parse_file(const struct host *host, char *data, struct ignores *out)
{
	bool complete;
	unsigned number = 0;

	for (char *line; (line = text_next_line(&data, &complete));) {
		cleanup_free char *place = text_format("%s:%u: ", out->path, ++number);

		if (!is_entry(line))
			continue;
		if (out->n_list >= ENTRIES_MAX) {
			message("%sthe file has more entries than %d", place,
				ENTRIES_MAX);
			return false;
		}
		ADD(out, list)->line = number;
		if (!parse_line(place, host, line, &out->list[out->n_list - 1]))
			return false;
	}
	return true;
}

bool ignores_read(const struct options *options, struct text *out)
{
	const char *path = options->ignore_file;
	int result = path ? file_read(path, FILE_MAX, out) : 0;

	if (result)
		message("%s: %s", file_name(path), strerror(-result));
	return !result;
}

bool ignores_parse(const struct options *options, struct text *text,
		   const struct host *host, struct ignores *out)
{
	*out = (struct ignores){ 0 };
	if (!options->ignore_file)
		return true;
	out->path = xstrdup(file_name(options->ignore_file));
	if (text->data && strlen(text->data) != text->len) {
		message("%s: is no text: it has a byte of value 0", out->path);
		return false;
	}
	return !text->data || parse_file(host, text->data, out);
}
