/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The signals that end a program which would go on for ever. */
#include "base/stop.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>

int stop_open(void)
{
	sigset_t signals;
	int fd;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGPIPE);
	if (sigprocmask(SIG_BLOCK, &signals, NULL))
		return -errno;
	fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}
