/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file of --ignore-file: entries that have expired, or fit nothing any more. */
#include "model/ignores.h"

#include <string.h>

#include "rules/rules.h"

static struct finding *found_entry(struct judge *j, const struct ignore *ignore,
				   const char *what)
{
	struct finding *f = found(j, SEVERITY_INFO, CONFIDENCE_OBSERVED, NULL,
				  "%s:%u: %s", j->ignores->path, ignore->line, what);

	finding_add_evidence(f, j->ignores->path, ignore->line, ignore->text);
	return f;
}

/* --- ignore-entry-expired --- */

static void check_ignore_entry_expired(struct judge *j)
{
	for (size_t i = 0; i < j->ignores->n_list; i++) {
		const struct ignore *ignore = &j->ignores->list[i];
		struct finding *f;

		if (!ignore->expired)
			continue;
		f = found_entry(j, ignore, "This entry has expired.");
		finding_say(f, "Its last day was %s: findings of %s count again.",
			    ignore->until, ignore->rule);
	}
}

const struct rule rule_ignore_entry_expired = {
	.id = "ignore-entry-expired",
	.title = "An entry of the ignore file has expired",
	.severity = SEVERITY_INFO,
	.of_host = true,
	.of_ignores = true,
	.no_command = true,
	.check = check_ignore_entry_expired,
	.meaning =
		"The day behind the word until, in a line of the file of --ignore-file, has "
		"passed (UTC). The entry no longer ignores anything: what it was about counts "
		"for the exit status again.",
	.advice =
		"Look at the problem again. Then give the entry another day, or delete it.",
};

/* --- ignore-entry-unused --- */

static bool fits_any(const struct judge *j, const struct ignore *ignore,
		     const struct finding *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (ignore_fits(ignore, j->host, &list[i]))
			return true;
	}
	return false;
}

/* Could the rule have found nothing because it did not run, or not everywhere? */
static bool was_checked(const struct judge *j, const char *id)
{
	const struct findings *f = j->findings;

	for (size_t i = 0; j->wanted && i < n_rules; i++) {
		if (!strcmp(rules[i]->id, id) && !j->wanted[i])
			return false;
	}
	for (size_t i = 0; i < f->n_missing; i++) {
		if (!strcmp(f->missing[i].rule, id))
			return false;
	}
	return true;
}

static void check_ignore_entry_unused(struct judge *j)
{
	for (size_t i = 0; i < j->ignores->n_list; i++) {
		const struct ignore *ignore = &j->ignores->list[i];
		const struct findings *f = j->findings;
		struct finding *unused;

		if (ignore->expired || !was_checked(j, ignore->rule) ||
		    fits_any(j, ignore, f->list, f->n_list) ||
		    fits_any(j, ignore, f->ignored, f->n_ignored))
			continue;
		unused = found_entry(j, ignore, "This entry ignores nothing.");
		finding_say(unused, "There is no finding of %s that it fits.",
			    ignore->rule);
	}
}

const struct rule rule_ignore_entry_unused = {
	.id = "ignore-entry-unused",
	.title = "An entry of the ignore file fits no finding",
	.severity = SEVERITY_INFO,
	.of_host = true,
	.of_ignores = true,
	.no_command = true,
	.check = check_ignore_entry_unused,
	.meaning =
		"A line of the file of --ignore-file names a rule that was checked and found "
		"nothing there: the problem is gone, or the device is not in this host. An entry "
		"fits only if its selector names all devices that suffer.",
	.advice =
		"If the problem is gone, delete the entry, so that it is reported when it comes "
		"back. If it is still reported, name all devices that it is about, their group, "
		"or *.",
};
