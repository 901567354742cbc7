/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <signal.h>

#include "base/attr.h"

/*
 * *fd can be read once the process is to end: SIGINT, SIGTERM, SIGHUP, or SIGPIPE. From
 * now on these signals do nothing else. The caller closes it. A negative errno: there is
 * none.
 */
int stop_open(int *fd) must_check;

/*
 * Until stop_release such a signal waits, for what must be done whole or not at all.
 * *before: for stop_release.
 */
void stop_hold(sigset_t *before);
void stop_release(const sigset_t *before);
