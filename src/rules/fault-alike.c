/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faults that belong together, and what all findings about them have in common. */
#include "rules/fault-alike.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"

#define LINES_QUOTED 3 /* of the log, by one finding */
#define WORDS_OF_ALL 3 /* {who}, {access}, {count} */
#define WORDS_MAX (WORDS_OF_ALL + 3)

const struct fault_view *fault_view_of(const struct judge *j, size_t fault)
{
	return &j->analysis->faults[fault];
}

/* Is it one cause, whichever functions of a card use the memory? */
static bool is_one_cause(const struct fault_view *v)
{
	return v->place == FAULT_IN_FOREIGN || v->place == FAULT_IN_FIRMWARE;
}

/*
 * Of one requester? Functions of one card that use the same firmware memory are taken
 * together. Streams that lead to no device may all be one's: those that use the
 * same firmware memory are taken together.
 */
static bool is_one_requester(const struct judge *j, size_t a, size_t b)
{
	const struct fault *f = &j->host->faults[a], *g = &j->host->faults[b];
	const struct fault_view *v = fault_view_of(j, a), *w = fault_view_of(j, b);

	if (v->device != NO_INDEX || w->device != NO_INDEX)
		return v->who == w->who &&
		       (v->device == w->device ||
			(v->who == WHO_DEVICE && w->device != NO_INDEX &&
			 v->group == w->group && is_one_cause(v) &&
			 is_one_device(&j->host->devices[v->device],
				       &j->host->devices[w->device])));
	return fault_same_requester(f, g) ||
	       (v->place == FAULT_IN_FIRMWARE && f->kind == g->kind &&
		f->requester == REQUESTER_STREAM && g->requester == REQUESTER_STREAM);
}

bool fault_is_in_lost(const struct judge *j, size_t fault)
{
	return fault_view_of(j, fault)->place == FAULT_IN_OWN &&
	       demand_loses(fault_demand(j->host, j->analysis, fault),
			    fault_span(&j->host->faults[fault]));
}

/* Of one requester, in one range, or in the same part of its own? */
static bool is_alike(const struct judge *j, size_t a, size_t b)
{
	const struct fault_view *x = fault_view_of(j, a), *y = fault_view_of(j, b);

	return x->place == y->place && x->is_users == y->is_users &&
	       x->entry == y->entry && x->region == y->region && x->owner == y->owner &&
	       x->memory == y->memory && x->node == y->node &&
	       x->resource == y->resource &&
	       fault_is_in_lost(j, a) == fault_is_in_lost(j, b) &&
	       is_one_requester(j, a, b);
}

bool fault_is_first(const struct judge *j, size_t fault)
{
	for (size_t i = 0; i < fault; i++) {
		if (is_alike(j, i, fault))
			return false;
	}
	return true;
}

struct fault_sum fault_sum_of(const struct judge *j, size_t fault)
{
	uint64_t address = j->host->faults[fault].address;
	struct fault_sum s = { .addresses = { address, address } };

	for (size_t i = fault; i < j->host->n_faults; i++) {
		const struct fault *f = &j->host->faults[i];

		if (!is_alike(j, i, fault))
			continue;
		s.count += f->count;
		s.several =
			s.several || !fault_same_requester(f, &j->host->faults[fault]);
		s.accesses |= 1u << f->access;
		if (f->address < s.addresses.first)
			s.addresses.first = f->address;
		if (f->address > s.addresses.last)
			s.addresses.last = f->address;
	}
	return s;
}

/* "reads 0x1000", "writes 0x1000 to 0x5000", "accesses 0x1000" */
static char *access_text(const struct fault_sum *s)
{
	const char *verb = s->accesses == 1u << FAULT_READ    ? "reads"
			   : s->accesses == 1u << FAULT_WRITE ? "writes"
							      : "accesses";

	return s->addresses.first == s->addresses.last
		       ? text_format("%s 0x%" PRIx64, verb, s->addresses.first)
		       : text_format("%s 0x%" PRIx64 " to 0x%" PRIx64, verb,
				     s->addresses.first, s->addresses.last);
}

char *fault_count_text(const struct judge *j, uint64_t n)
{
	const struct log_state *s = &j->host->log_state;
	bool more = s->suppressed || s->unkept || s->wrapped == TRISTATE_YES;

	return text_format("%s%" PRIu64 " %s", more ? "at least " : "", n,
			   one_or_many(n, "fault", "faults"));
}

void fault_quote(struct judge *j, struct finding *f, size_t fault)
{
	const struct log_line *l = fault_log_line(j->host, &j->host->faults[fault]);

	if (l)
		finding_add_log(j, f, l);
}

void fault_say_wrapped(const struct judge *j, struct finding *f)
{
	if (j->host->log_state.wrapped == TRISTATE_YES)
		finding_say(f, "The log has lost its oldest lines.");
}

void fault_quote_alike(struct judge *j, struct finding *f, size_t fault)
{
	size_t n = 0;

	for (size_t i = fault; i < j->host->n_faults && n < LINES_QUOTED; i++) {
		if (is_alike(j, i, fault)) {
			fault_quote(j, f, i);
			n++;
		}
	}
}

/* All of those that are alike. */
static void add_requesters(struct judge *j, struct finding *f, size_t fault)
{
	for (size_t i = fault; i < j->host->n_faults; i++) {
		const struct fault_view *v = fault_view_of(j, i);

		if (is_alike(j, i, fault) && v->device != NO_INDEX &&
		    !finding_has_device(f, v->device))
			finding_add_device(j, f, &j->host->devices[v->device]);
	}
}

const struct group *fault_group(const struct judge *j, const struct fault_view *v)
{
	return v->group == NO_INDEX ? NULL : &j->host->groups[v->group];
}

/* Were there other functions of the same card? */
static const char *several_functions(const struct judge *j, size_t fault)
{
	for (size_t i = fault; i < j->host->n_faults; i++) {
		if (is_alike(j, i, fault) &&
		    fault_view_of(j, i)->device != fault_view_of(j, fault)->device)
			return " (with other functions of the card)";
	}
	return "";
}

/* {who} asked, for what ({access}), and how often ({count}). */
static void add_words(const struct judge *j, size_t fault, struct text_word *words)
{
	struct fault_sum s = fault_sum_of(j, fault);
	cleanup_free char *who = fault_requester_text(j->host, j->analysis, fault);
	const struct fault_view *v = fault_view_of(j, fault);
	const char *more = v->device != NO_INDEX ? several_functions(j, fault)
			   : s.several		 ? " (and more)"
						 : "";

	words[0] = (struct text_word){ "who", text_format("%s%s", who, more) };
	words[1] = (struct text_word){ "access", access_text(&s) };
	words[2] = (struct text_word){ "count", fault_count_text(j, s.count) };
}

struct finding *fault_found(struct judge *j, size_t fault, enum severity severity,
			    enum confidence confidence, const char *wording, ...)
{
	struct text_word words[WORDS_MAX];
	size_t n = WORDS_OF_ALL;
	cleanup_free char *message = NULL;
	struct finding *f;
	const char *word;
	va_list ap;

	add_words(j, fault, words);
	va_start(ap, wording);
	while (n < ARRAY_SIZE(words) && (word = va_arg(ap, const char *)))
		words[n++] = (struct text_word){ word, va_arg(ap, char *) };
	va_end(ap);
	message = text_fill(wording, words, n);
	f = found(j, severity, confidence, fault_group(j, fault_view_of(j, fault)), "%s",
		  message);
	fault_say_wrapped(j, f);
	add_requesters(j, f, fault);
	return f;
}

bool fault_has_iommu(const struct host *host, const struct analysis *a)
{
	(void)a;
	return host->n_groups > 0 || host_real_iommus(host) > 0;
}
