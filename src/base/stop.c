/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The signals that end a program which would go on for ever. */
#include "base/stop.h"

#include <errno.h>
#include <stddef.h>
#include <sys/signalfd.h>

#include "base/attr.h"

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };

/* nohup(1) ignores the hang-up for us; a signal that is blocked would come all the same.
 */
static void add_unless_ignored(sigset_t *signals, int signal)
{
	struct sigaction how;

	if (!sigaction(signal, NULL, &how) && how.sa_handler != SIG_IGN)
		sigaddset(signals, signal);
}

int stop_open(int *fd)
{
	sigset_t signals;

	sigemptyset(&signals);
	for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
		add_unless_ignored(&signals, ending[i]);
	if (sigprocmask(SIG_BLOCK, &signals, NULL))
		return -errno;
	*fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	return *fd < 0 ? -errno : 0;
}

void stop_hold(sigset_t *before)
{
	sigset_t signals;

	sigemptyset(&signals);
	for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
		sigaddset(&signals, ending[i]);
	sigprocmask(SIG_BLOCK, &signals, before);
}

void stop_release(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}
