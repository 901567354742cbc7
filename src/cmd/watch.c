/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `watch`: after each burst of uevents, what is different on this host. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio_ext.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/message.h"
#include "base/stop.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "collect/kernel-events.h"
#include "compare/compare.h"
#include "render/watch.h"

/* More than a hundred years, in seconds. */
#define TIMEOUT_MAX UINT32_MAX

/* "2026-11-29T09:30:00+00:00" and its end */
#define TIME_SIZE 40

struct watcher {
	const struct options *options;
	struct kernel_events events;
	int stop;
	int64_t end; /* as now(); INT64_MAX: there is none */
	/* the last look */
	struct digest digest;
	char time[TIME_SIZE];
	bool is_partial; /* it could not read all about groups and devices */
	unsigned n_less; /* looks since then that saw less, see sees_less() */
	bool failed;	 /* after a message */
};

/* Milliseconds. */
static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The time of day as RFC 3339 writes it. */
static void print_time(char out[TIME_SIZE])
{
	time_t t = (time_t)clock_now();
	struct tm tm;
	char zone[8], day[24];

	localtime_r(&t, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(zone, sizeof(zone), "%z", &tm); /* "+0000" */
	snprintf(out, TIME_SIZE, "%s%.3s:%s", day, zone, zone + 3);
}

/* --- The command line; false after a message --- */

static bool take_timeout(const struct options *options, int64_t *end)
{
	uint64_t seconds;

	*end = INT64_MAX;
	if (!options->timeout)
		return true;
	if (!text_to_number(options->timeout, 10, TIMEOUT_MAX, &seconds)) {
		message("--timeout: '%s' is no number of seconds", options->timeout);
		return false;
	}
	*end = now() + (int64_t)seconds * 1000;
	return true;
}

static bool arguments_fit(const struct options *options)
{
	const char *wrong = NULL;

	if (options->from || options->sysroot || options->log)
		wrong = "only this host can be watched: no --from, --sysroot or --log";
	else if (options->n_selectors)
		wrong = "takes no selector: the whole host is watched";
	if (wrong)
		message("watch: %s", wrong);
	return !wrong;
}

/* --- Waiting --- */

static bool say_broken(struct watcher *w, const char *why)
{
	message("watch: uevents: %s", why);
	w->failed = true;
	return false;
}

static int shorter(int64_t a, int64_t b)
{
	int64_t least = a < b ? a : b;

	return least < 0 ? 0 : least > INT_MAX ? INT_MAX : (int)least;
}

/* Waits for events or for an end. False: this is the end. */
static bool wait_for_some(struct watcher *w, struct burst *burst)
{
	struct pollfd fds[] = {
		{ .fd = kernel_events_fd(&w->events), .events = POLLIN },
		{ .fd = w->stop, .events = POLLIN },
		{ .fd = STDOUT_FILENO }, /* has its reader gone? */
	};
	int64_t left = w->end == INT64_MAX ? INT64_MAX : w->end - now();
	const char *why;

	if (poll(fds, ARRAY_SIZE(fds), shorter(burst_wait(burst, now()), left)) < 0)
		return errno == EINTR || say_broken(w, strerror(errno));
	if (fds[1].revents || (fds[2].revents & (POLLERR | POLLHUP)))
		return false;
	if (fds[0].revents && !kernel_events_take(&w->events, now(), burst, &why))
		return say_broken(w, why);
	return now() < w->end;
}

/* Waits until a burst is over. False: this is the end. */
static bool wait_for_burst(struct watcher *w, struct burst *burst)
{
	do {
		if (!wait_for_some(w, burst))
			return false;
	} while (burst_wait(burst, now()));
	return true;
}

/* --- Looking --- */

static bool is_broken(const struct host *host, enum source_id id)
{
	return host->sources[id].state == SOURCE_BROKEN;
}

/* So many looks in a row that miss a file are taken for a passing state of the host. */
#define PATIENCE 10

/*
 * Does the look see less than the one before, as of a host whose devices come and go? It
 * is not compared then, or what it misses would seem to be gone, and is made again.
 */
static bool sees_less(struct watcher *w, const struct host *host)
{
	const struct source *groups = &host->sources[SOURCE_GROUPS];
	bool broken = is_broken(host, SOURCE_GROUPS) || is_broken(host, SOURCE_PCI);
	bool nothing = is_broken(host, SOURCE_GROUPS) && !host->n_groups;

	if (!*w->time || w->is_partial || !broken) { /* the first look, or as before */
		w->is_partial = broken;
		w->n_less = 0;
		return false;
	}
	if (nothing && !w->n_less)
		message("watch: %s: %s; looking again", groups->path,
			groups->detail ? groups->detail : strerror(groups->error));
	w->n_less++;
	w->is_partial = !nothing && w->n_less > PATIENCE;
	return !w->is_partial;
}

/* *less: sees_less() */
static bool look(struct watcher *w, struct digest *out, bool *less)
{
	struct host host;

	w->failed = !open_host(w->options, USUAL_SOURCES, &host);
	if (w->failed)
		return false;
	if (!*w->time && !w->options->quiet) /* once, at the beginning */
		report_gaps(&host, USUAL_SOURCES);
	*less = sees_less(w, &host);
	digest_host(&host, out);
	return true;
}

/* False: nobody reads what is printed. */
static bool put(const struct options *options, const struct diff_view *view,
		void (*render)(const struct diff_view *view, FILE *out))
{
	if (options->json)
		render_diff_json(view, stdout);
	else
		render(view, stdout);
	if (!fflush(stdout))
		return true;
	if (errno == EPIPE) { /* that is an end like any other */
		__fpurge(stdout);
		clearerr(stdout);
	}
	return false;
}

/* The first look. */
static bool begin(struct watcher *w)
{
	struct comparison none = { 0 };
	struct look first = { .time = w->time };
	struct diff_view view = {
		.look = &first,
		.a = &w->digest,
		.b = &w->digest,
		.name_a = "this host",
		.name_b = "this host",
		.comparison = &none,
	};

	print_time(w->time);
	return (w->options->quiet && !w->options->json) ||
	       put(w->options, &view, render_watch_begin);
}

/*
 * Prints what is different from the last look, which this one then is. False: there is no
 * need to go on.
 */
static bool tell(struct watcher *w, const struct burst *burst, struct digest *digest)
{
	struct comparison comparison;
	char time[TIME_SIZE];
	struct look this = { .time = time, .since = w->time, .burst = burst };
	struct diff_view view = {
		.look = &this,
		.a = &w->digest,
		.b = digest,
		.name_a = "the look before",
		.name_b = "this look",
		.comparison = &comparison,
		.verbose = w->options->verbose,
	};
	bool going = true, any;

	print_time(time);
	compare_digests(&w->digest, digest, &comparison);
	any = comparison.n_list || comparison.n_not_said;
	if (any || (w->options->verbose && !w->options->json))
		going = put(w->options, &view, render_watch);
	if (comparison.n_list && w->options->once)
		going = false;
	comparison_clear(&comparison);
	digest_clear(&w->digest);
	w->digest = *digest;
	memcpy(w->time, time, sizeof(time));
	return going;
}

/*
 * A host that changes while it is read may not be as it was seen: what comes meanwhile
 * makes another look, and only that one is told, unless the burst has lasted too long.
 */
static bool look_after(struct watcher *w, struct burst *burst)
{
	struct burst later = { 0 };
	struct digest digest;
	const char *why;
	bool going, less;

	if (!look(w, &digest, &less))
		return false;
	if (!kernel_events_take(&w->events, now(), &later, &why)) {
		digest_clear(&digest);
		return say_broken(w, why);
	}
	if (less || (!burst_is_empty(&later) && now() < burst->first + BURST_MAX)) {
		digest_clear(&digest);
		burst_join(burst, &later);
		if (less) /* what comes next may come without a uevent */
			burst->first = burst->last = now();
		return true;
	}
	going = tell(w, burst, &digest);
	burst_clear(burst);
	*burst = later;
	return going;
}

static void follow(struct watcher *w)
{
	struct burst burst = { 0 };
	bool less;

	if (look(w, &w->digest, &less)) {
		if (begin(w)) {
			while (wait_for_burst(w, &burst) && look_after(w, &burst))
				;
		}
		digest_clear(&w->digest);
	}
	burst_clear(&burst);
}

static int run(const struct options *options)
{
	struct watcher w = { .options = options };
	const char *why;
	int error;

	if (!arguments_fit(options) || !take_timeout(options, &w.end))
		return FAILED;
	if (!kernel_events_open(&w.events, &why)) {
		say_broken(&w, why);
		return FAILED;
	}
	error = stop_open(&w.stop);
	if (error) {
		say_broken(&w, strerror(-error));
	} else {
		follow(&w);
		close(w.stop);
	}
	kernel_events_close(&w.events);
	return w.failed ? FAILED : 0;
}

const struct command command_watch = {
	.name = "watch",
	.arguments = "[OPTION...]",
	.summary = "follow this host and say what changes",
	.run = run,
};
