/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Uevents that are looked at together. */
#include "model/burst.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* So many are told of. */
#define TOLD_MAX 8

static void event_clear(struct kernel_event *event)
{
	free(event->action);
	free(event->path);
	free(event->subsystem);
	*event = (struct kernel_event){ 0 };
}

static bool is_same(const struct kernel_event *a, const struct kernel_event *b)
{
	return !strcmp(a->action, b->action) && !strcmp(a->path, b->path);
}

static bool is_told(const struct burst *b, const struct kernel_event *event)
{
	for (size_t i = 0; i < b->n_told; i++) {
		if (is_same(&b->told[i], event))
			return true;
	}
	return false;
}

bool burst_is_empty(const struct burst *b)
{
	return !b->n && !b->lost;
}

static void note_time(struct burst *b, int64_t now)
{
	if (burst_is_empty(b))
		b->first = now;
	b->last = now;
}

/* Takes what the event owns. */
static void tell(struct burst *b, struct kernel_event *event)
{
	if (b->n_told == TOLD_MAX || is_told(b, event))
		event_clear(event);
	else
		*ADD(b, told) = *event;
}

void burst_add(struct burst *b, int64_t now, struct kernel_event event)
{
	note_time(b, now);
	b->n++;
	tell(b, &event);
}

void burst_lose(struct burst *b, int64_t now)
{
	note_time(b, now);
	b->lost = true;
}

void burst_join(struct burst *b, struct burst *later)
{
	if (burst_is_empty(b))
		b->first = later->first;
	if (!burst_is_empty(later))
		b->last = later->last;
	b->n += later->n;
	b->lost = b->lost || later->lost;
	for (size_t i = 0; i < later->n_told; i++)
		tell(b, &later->told[i]);
	later->n_told = 0;
	burst_clear(later);
}

int64_t burst_wait(const struct burst *b, int64_t now)
{
	int64_t quiet = b->last + BURST_QUIET, end = b->first + BURST_MAX;
	int64_t over = quiet < end ? quiet : end;

	if (burst_is_empty(b))
		return INT64_MAX;
	return over > now ? over - now : 0;
}

void burst_clear(struct burst *b)
{
	for (size_t i = 0; i < b->n_told; i++)
		event_clear(&b->told[i]);
	free(b->told);
	*b = (struct burst){ 0 };
}
