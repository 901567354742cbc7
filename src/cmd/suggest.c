/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a word that is unknown was probably meant to be. */
#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "rules/rules.h"

/* Of a word as short as this one letter may differ, of others a third of them and one. */
#define SHORT_WORD 4

/* So few choices are named when none is near to what was typed. */
#define CHOICES_MAX 16

const char *suggest(const char *s, const char *const *words, size_t n)
{
	const char *best = NULL;
	unsigned best_distance =
		strlen(s) <= SHORT_WORD ? 1 : (unsigned)strlen(s) / 3 + 1;

	for (size_t i = 0; i < n; i++) {
		unsigned distance = text_distance(s, words[i]);

		if (distance <= best_distance) {
			if (best && distance == best_distance)
				continue;
			best = words[i];
			best_distance = distance;
		} else if (strlen(s) >= 3 && text_starts_with(words[i], s) && !best) {
			best = words[i];
		}
	}
	return best;
}

/* Names the choices there are. */
static void complain_choices(const char *place, const char *what, const char *s,
			     const char *const *words, size_t n)
{
	struct text t = { 0 };

	for (size_t i = 0; i < n; i++)
		text_printf(&t, "%s%s", i ? ", " : "", words[i]);
	message("%s'%s': no such %s; there are: %s", place, s, what, t.data);
	text_clear(&t);
}

void complain_at(const char *place, const char *what, const char *s,
		 const char *const *words, size_t n)
{
	const char *near = suggest(s, words, n);

	if (near)
		message("%s'%s': no such %s; did you mean '%s'?", place, s, what, near);
	else if (n <= CHOICES_MAX)
		complain_choices(place, what, s, words, n);
	else
		message("%s'%s': no such %s; see iommu-resv(8)", place, s, what);
}

void complain(const char *what, const char *s, const char *const *words, size_t n)
{
	complain_at("", what, s, words, n);
}

const struct rule *rule_named(const char *place, const char *id)
{
	cleanup_free const char **ids = xcalloc(n_rules, sizeof(*ids));
	const struct rule *rule = rule_find(id);

	if (rule)
		return rule;
	for (size_t i = 0; i < n_rules; i++)
		ids[i] = rules[i]->id;
	complain_at(place, "rule", id, ids, n_rules);
	return NULL;
}
