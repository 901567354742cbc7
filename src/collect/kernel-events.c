/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Uevents over netlink: only those that the kernel itself sends, to its group 1. */
#include "collect/kernel-events.h"

#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* The group of the kernel; those of udevd come to another (its device monitor). */
#define GROUP_KERNEL 1

/* The kernel's have 2 KiB (include/linux/kobject.h, UEVENT_BUFFER_SIZE) and a path. */
#define MESSAGE_MAX ((size_t)16 << 10)

/* So many bytes may wait while the host is read, or net.core.rmem_max, which is less. */
#define WAITING_MAX (1 << 20)

/* So many are taken before anything else is looked at. */
#define TAKEN_MAX 1024

bool kernel_event_is_real(const struct sockaddr_nl *from, const struct ucred *who)
{
	return from->nl_family == AF_NETLINK && from->nl_pid == 0 && who &&
	       who->pid == 0 && who->uid == 0;
}

/* The value of a variable in a message that ends with a 0; NULL: there is none. */
static const char *value_of(const char *bytes, size_t n, const char *key)
{
	size_t len = strlen(key);

	for (const char *s = bytes; s < bytes + n; s += strlen(s) + 1) {
		if (!strncmp(s, key, len) && s[len] == '=')
			return s + len + 1;
	}
	return NULL;
}

bool kernel_event_parse(const char *bytes, size_t n, struct kernel_event *out)
{
	cleanup_free char *copy = n <= MESSAGE_MAX ? xcalloc(n + 1, 1) : NULL;
	const char *at, *subsystem;

	if (!copy)
		return false;
	memcpy(copy, bytes, n);
	at = strchr(copy, '@');
	if (!at || at == copy || at[1] != '/')
		return false;
	subsystem = value_of(copy, n, "SUBSYSTEM");
	*out = (struct kernel_event){
		.action = xstrndup(copy, (size_t)(at - copy)),
		.path = xstrdup(at + 1),
		.subsystem = subsystem ? xstrdup(subsystem) : NULL,
	};
	return true;
}

static int open_socket(struct nl_sock *socket)
{
	int result;

	nl_socket_disable_seq_check(socket);
	/* what is longer is not the kernel's, and is not read */
	nl_socket_set_msg_buf_size(socket, MESSAGE_MAX);
	result = nl_connect(socket, NETLINK_KOBJECT_UEVENT);
	if (result >= 0)
		result = nl_socket_set_buffer_size(socket, WAITING_MAX, 0);
	if (result >= 0)
		result = nl_socket_set_passcred(socket, 1);
	if (result >= 0)
		result = nl_socket_set_nonblocking(socket);
	if (result >= 0)
		result = nl_socket_add_membership(socket, GROUP_KERNEL);
	return result;
}

bool kernel_events_open(struct kernel_events *events, const char **why)
{
	int result = -NLE_NOMEM;

	events->socket = nl_socket_alloc();
	if (events->socket)
		result = open_socket(events->socket);
	if (result >= 0)
		return true;
	*why = nl_geterror(result);
	kernel_events_close(events);
	return false;
}

void kernel_events_close(struct kernel_events *events)
{
	nl_socket_free(events->socket);
	events->socket = NULL;
}

int kernel_events_fd(const struct kernel_events *events)
{
	return nl_socket_get_fd(events->socket);
}

/* The result of nl_recv. */
static int take_one(struct nl_sock *socket, int64_t now, struct burst *burst)
{
	cleanup_free unsigned char *bytes = NULL;
	cleanup_free struct ucred *who = NULL;
	struct sockaddr_nl from = { 0 };
	struct kernel_event event;
	int n = nl_recv(socket, &from, &bytes, &who);

	if (n > 0 && kernel_event_is_real(&from, who) &&
	    kernel_event_parse((const char *)bytes, (size_t)n, &event))
		burst_add(burst, now, event);
	return n;
}

bool kernel_events_take(struct kernel_events *events, int64_t now, struct burst *burst,
			const char **why)
{
	for (int i = 0; i < TAKEN_MAX; i++) {
		int n = take_one(events->socket, now, burst);

		switch (n < 0 ? -n : 0) {
		case 0:
		case NLE_MSG_TRUNC:
		case NLE_NOADDR:
			continue; /* it was taken, and may not have been a uevent */
		case NLE_AGAIN:
			return true;
		case NLE_NOMEM: /* ENOBUFS: more came than could wait */
			burst_lose(burst, now);
			continue;
		default:
			*why = nl_geterror(n);
			return false;
		}
	}
	return true;
}
