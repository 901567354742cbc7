/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the log says of which device, looked up once: a log and a host can be large. */
#include <stdlib.h>
#include <string.h>

#include "analyze/parts.h"
#include "base/cleanup.h"
#include "base/text.h"

/* The first word of a line is a driver, or what prints it: never the device. */
static const char *behind_first_word(const char *line)
{
	return line + strcspn(line, " ");
}

/*
 * The next word of a line that is the name of a device that is here, with or without a
 * colon behind it; moves behind it. NULL: there is none.
 */
static const struct device *next_device(const struct host *host, const char **rest)
{
	const char *s = *rest;
	const struct device *d = NULL;

	while (!d && *s) {
		size_t n;
		cleanup_free char *word = NULL;

		s += strspn(s, " ");
		n = strcspn(s, " ");
		word = xstrndup(s, n && s[n - 1] == ':' ? n - 1 : n);
		d = host_device(host, word);
		s += n;
	}
	*rest = s;
	return d;
}

const struct device *log_device(const struct host *host, const char *line)
{
	const char *rest = behind_first_word(line);

	return next_device(host, &rest);
}

static int compare(const void *a, const void *b)
{
	const struct mention *x = a, *y = b;

	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static void add_mentions(const struct host *host, size_t line, struct log_view *out)
{
	const char *rest = behind_first_word(host->log[line].text);
	const struct device *d;

	while ((d = next_device(host, &rest)))
		*ADD(out, mentions) = (struct mention){ device_index(host, d), line };
}

void analyze_log(const struct host *host, struct log_view *out)
{
	out->relaxing = host_log_find(host, "assuming all RMRRs are relaxable", NULL);
	for (size_t i = 0; host->n_devices && i < host->n_log; i++)
		add_mentions(host, i, out);
	if (out->n_mentions)
		qsort(out->mentions, out->n_mentions, sizeof(*out->mentions), compare);
}

void log_view_clear(struct log_view *log)
{
	free(log->mentions);
}

const struct log_line *log_of_device(const struct host *host, const struct analysis *a,
				     size_t device, const char *text)
{
	const struct log_view *log = &a->log;
	size_t low = 0, high = log->n_mentions;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (log->mentions[middle].device < device)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < log->n_mentions && log->mentions[low].device == device; low++) {
		const struct log_line *l = &host->log[log->mentions[low].line];

		if (strstr(l->text, text))
			return l;
	}
	return NULL;
}

const struct log_line *log_direct_refusal(const struct host *host,
					  const struct analysis *a, size_t device)
{
	const struct log_line *l =
		log_of_device(host, a, device, behaviours[BEHAVIOUR_DIRECT_REFUSED].log);

	return l ? l
		 : log_of_device(host, a, device, behaviours[BEHAVIOUR_RMRR_REFUSED].log);
}
