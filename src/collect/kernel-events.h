/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <linux/netlink.h>

#include "base/attr.h"
#include "model/burst.h"

/*
 * The kernel's uevents, as they come (lib/kobject_uevent.c). They are about the running
 * machine, and only tell that something changed: what, is read anew.
 */

struct nl_sock;

struct kernel_events {
	struct nl_sock *socket;
};

/* From now on they are kept. False: *why says why not, a string of the library. */
bool kernel_events_open(struct kernel_events *events, const char **why) must_check;
void kernel_events_close(struct kernel_events *events);

/* To be polled: it can be read when there are some. */
int kernel_events_fd(const struct kernel_events *events);

/*
 * Adds those that came since. now: see burst.h. False: the socket is broken, and *why
 * says how.
 */
bool kernel_events_take(struct kernel_events *events, int64_t now, struct burst *burst,
			const char **why) must_check;

/*
 * What a message says: "ACTION@PATH", and then KEY=VALUE, each ended by 0
 * (lib/kobject_uevent.c, alloc_uevent_skb). False: it is no uevent; else the caller owns
 * what *out points to.
 */
bool kernel_event_parse(const char *bytes, size_t n, struct kernel_event *out);

/*
 * Did the kernel send it? It has port 0, which no process can bind to, and sends as root
 * without a process id (lib/kobject_uevent.c, alloc_uevent_skb). udevd and whoever else
 * has CAP_NET_ADMIN may send, too. who NULL: not told.
 */
bool kernel_event_is_real(const struct sockaddr_nl *from, const struct ucred *who);
