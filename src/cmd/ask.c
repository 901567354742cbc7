/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking the kernel about devices, after people were asked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/inquiry.h"
#include "base/cleanup.h"
#include "base/message.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "collect/inquiry.h"

/* The devices that are asked about. */
struct asked {
	ARRAY_OF(size_t, device); /* indices of the host's, ascending */
};

/*
 * Collects the wanted devices that may be asked about, and says why of the others: of
 * all, or only of those that are bound to a VFIO driver. True if there are no others.
 */
static bool choose_devices(const struct host *host, const bool *wanted, bool say_all,
			   struct asked *asked)
{
	struct analysis analysis;
	bool all = true;

	analyze(host, NULL, &analysis);
	for (size_t i = 0; i < host->n_devices; i++) {
		const struct device *d = &host->devices[i];
		cleanup_free char *why =
			wanted[i] ? why_not_asked(host, &analysis, d) : NULL;

		if (!wanted[i])
			continue;
		if (!why)
			*ADD(asked, device) = i;
		else if (say_all || device_is_bound_to_vfio(d))
			message("%s: not asked about: %s", d->name, why);
		all = all && !why;
	}
	analysis_clear(&analysis);
	return all;
}

/* False after a message: the devices can be asked about through nothing. */
static bool choose_via(const struct options *options, const struct host *host,
		       const struct asked *asked, enum asked_via *via)
{
	cleanup_free char *iommufd =
		why_not_through(host, ASKED_IOMMUFD, asked->device, asked->n_device);
	cleanup_free char *vfio =
		why_not_through(host, ASKED_VFIO, asked->device, asked->n_device);

	if (options->via_given) {
		const char *why = options->via == ASKED_IOMMUFD ? iommufd : vfio;

		*via = options->via;
		if (why)
			message("--via %s: %s", asked_via_name(*via), why);
		return !why;
	}
	*via = iommufd ? ASKED_VFIO : ASKED_IOMMUFD;
	if (!iommufd || !vfio)
		return true;
	message("iommufd: %s", iommufd);
	message("vfio: %s", vfio);
	return false;
}

/* So many devices are named one by one. */
#define NAMES_MAX 8

static void explain(const struct host *host, const struct asked *asked,
		    enum asked_via via)
{
	struct text t = { 0 };
	char *names;

	for (size_t i = 0; i < asked->n_device && i < NAMES_MAX; i++)
		text_printf(&t, "%s%s", i ? ", " : "",
			    host->devices[asked->device[i]].name);
	if (asked->n_device > NAMES_MAX)
		text_printf(&t, " and %zu more", asked->n_device - NAMES_MAX);
	names = text_take(&t);
	message("about to ask the kernel through %s about: %s", asked_via_name(via),
		names);
	free(names);
	if (via == ASKED_IOMMUFD)
		message("each is opened for a moment, which may reset it, before and after");
	else
		message("its group is taken for a moment and given back; no device is opened");
	message("meanwhile nobody else can open it, and it can do no DMA");
	if (host->sources[SOURCE_USERS].state >= SOURCE_DENIED)
		message("not all processes could be checked; the kernel refuses a device that is in use, "
			"and does not disturb it");
}

/* False after a message. */
static bool confirm(const struct options *options, const struct host *host,
		    const struct asked *asked, enum asked_via via)
{
	char line[16] = "";

	if (options->yes)
		return true;
	explain(host, asked, via);
	fflush(stdout);
	fputs("Go on? [y/N] ", stderr);
	if (fgets(line, sizeof(line), stdin)) {
		text_trim_end(line);
		if (!strcmp(line, "y") || !strcmp(line, "yes"))
			return true;
	}
	message("nothing was asked");
	return false;
}

/* False after a message. */
static bool can_ask(const struct options *options, const struct host *host)
{
	if (!options->yes && !isatty(STDIN_FILENO)) {
		message("standard input is not a terminal: use --yes to ask the kernel, which may reset "
			"devices");
		return false;
	}
	if (host->origin == ORIGIN_LIVE)
		return true;
	message("only the running machine can be asked, not %s", host->origin_path);
	return false;
}

static bool ask(const struct options *options, const struct asked *asked, bool together,
		struct host *host)
{
	enum asked_via via;
	struct root root;
	int result;

	if (!choose_via(options, host, asked, &via) || !can_ask(options, host) ||
	    !confirm(options, host, asked, via))
		return false;
	result = root_open(&root, NULL);
	if (result) {
		message("/: %s", strerror(-result));
		return false;
	}
	inquire(&root, &inquiry_kernel, via, asked->device, asked->n_device, together,
		host);
	root_close(&root);
	return true;
}

bool ask_where_possible(const struct options *options, const bool *wanted,
			struct host *host)
{
	struct asked asked = { 0 };
	bool fine = true;

	choose_devices(host, wanted, false, &asked);
	if (asked.n_device || host->origin != ORIGIN_LIVE)
		fine = ask(options, &asked, false, host);
	else
		message("--query: no device is bound to a VFIO driver and free");
	free(asked.device);
	return fine;
}

bool ask_all(const struct options *options, const bool *wanted, struct host *host)
{
	struct asked asked = { 0 };
	bool fine = choose_devices(host, wanted, true, &asked) &&
		    ask(options, &asked, true, host);

	free(asked.device);
	return fine;
}
