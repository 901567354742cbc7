/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `watch` as text: a line for each difference, with the time in front. */
#include "render/watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* So many uevents are named in a line. */
#define EVENTS_MAX 4

/* "bind 0000:03:00.0 (pci)" */
static char *event_text(const struct kernel_event *e)
{
	const char *slash = strrchr(e->path, '/');

	return text_format("%s %s%s%s%s", e->action, slash ? slash + 1 : e->path,
			   e->subsystem ? " (" : "", e->subsystem ? e->subsystem : "",
			   e->subsystem ? ")" : "");
}

static char *burst_text(const struct burst *b)
{
	struct text_list list = { .max = EVENTS_MAX };
	cleanup_free char *count = text_of_count(b->n, "uevent", "uevents");
	cleanup_free char *names = NULL;

	for (size_t i = 0; i < b->n_told; i++) {
		cleanup_free char *s = event_text(&b->told[i]);

		text_list_add(&list, s);
	}
	names = text_list_take(&list);
	return text_format("%s%s%s%s", count, *names ? ": " : "", names,
			   b->lost ? "; more were lost" : "");
}

/* Takes ownership of the text. */
static void put_line(const struct diff_view *v, char *text, FILE *out)
{
	text_clean(text);
	fprintf(out, "%s %s\n", v->look->time, text);
	free(text);
}

static char *count_text(const struct digest *d, enum thing_kind kind)
{
	cleanup_free char *many = text_format("%ss", thing_kind_name(kind));
	size_t n = 0;

	if (!d->known[kind])
		return text_format("%s not known", many);
	for (size_t i = 0; i < d->n_things; i++)
		n += d->things[i].kind == kind;
	return text_of_count(n, thing_kind_name(kind), many);
}

void render_watch_begin(const struct diff_view *v, FILE *out)
{
	cleanup_free char *devices = count_text(v->b, THING_DEVICE);
	cleanup_free char *groups = count_text(v->b, THING_GROUP);
	cleanup_free char *findings = count_text(v->b, THING_FINDING);
	cleanup_free char *rules = text_of_count(v->b->n_unchecked, "rule", "rules");

	put_line(v,
		 text_format("watching: %s, %s, %s%s%s%s", devices, groups, findings,
			     v->b->n_unchecked ? "; " : "",
			     v->b->n_unchecked ? rules : "",
			     v->b->n_unchecked ? " not checked in full" : ""),
		 out);
}

void render_watch(const struct diff_view *v, FILE *out)
{
	const struct comparison *c = v->comparison;

	if (v->verbose) {
		cleanup_free char *events = burst_text(v->look->burst);

		put_line(v,
			 text_format("looked after %s%s", events,
				     c->n_list || c->n_not_said ? ""
								: "; nothing changed"),
			 out);
	}
	render_diff(v, out);
}
