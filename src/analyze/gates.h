/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"

/*
 * The gates that assign.c leads each device through. A gate lets the device pass, or adds
 * what is in the way, or cannot tell.
 */

/* An interface of the kernel, and how it says no. */
struct interface_rules {
	bool type1;
	const char *module; /* which has allow_unsafe_interrupts */
	enum behaviour isolation;
};

/* So many devices with a driver are named for one device of the group. */
#define DRIVERS_MAX 8

/* What is the same for all devices of a group, so that it is looked for once. */
struct crowd {
	const struct group *group; /* NULL: there is none */
	/* The first that are busy: one more than are named, as itself is no obstacle. */
	size_t busy[DRIVERS_MAX + 1], n_busy;
	/* Two whose driver could not be read: one of them is another device. */
	size_t unread[2], n_unread;
	size_t direct; /* its first claim that is DIRECT and listed; NO_INDEX */
	enum tristate has_address; /* that a user may map */
	/* of any device: the kernel names the first that it comes to; NULL: none */
	const struct log_line *direct_refusal;
	/* Older kernels look for drivers only when a device of the group is taken. */
	bool is_claimed;
};

/* One device on its way through the gates. */
struct attempt {
	const struct host *host;
	const struct analysis *a;
	const struct interface_rules *via;
	size_t self;
	const struct device *d;
	const struct crowd *crowd;
	const struct group *g; /* NULL: none yet */
	const struct group_view *gv;
	ARRAY_OF(struct obstacle, obstacles);
	const char *unsure; /* what the first gate that cannot tell misses; NULL */
	struct passed_gate gates[OBSTACLE_COUNT]; /* so far; `now` is one of them */
	size_t n_gates;
	struct passed_gate *now;
};

/* What a behaviour of the kernel puts in the way; its kind is that of the gate. */
struct obstacle *gate_stop(struct attempt *t, enum behaviour behaviour, const char *why);

/* The same where the group or device is refused to its user as such. */
struct obstacle *gate_stop_claim(struct attempt *t, enum behaviour behaviour,
				 const char *why);

/* A gate misses what would tell: it neither lets pass nor refuses. */
void gate_cannot_tell(struct attempt *t, const char *what);

/* Is a parameter of a module there, and set to Y? */
bool parameter_says_yes(const struct host *host, const char *module,
			const char *parameter);

/* What no gate can tell of a device in no group. */
extern const char gate_joins_open[];

/* Are the MSIs of the device isolated: of its group, or of the machine where it has none?
 */
enum tristate msis_are_isolated(const struct attempt *t);

/* The first claim of a slice that is DIRECT and listed; NO_INDEX. */
size_t first_direct_claim(const struct host *host, const struct analysis *a,
			  struct claim_slice own);

/* Of the VFIO driver's probe: gates-probe.c. */
void gate_reset(struct attempt *t);
void gate_driver_binds(struct attempt *t);
void gate_virtual_functions(struct attempt *t);
void gate_group(struct attempt *t);
void gate_coherency(struct attempt *t);

/* Of the group: gates-group.c. */
void gate_siblings(struct attempt *t);
void gate_unknown_drivers(struct attempt *t);
void gate_direct(struct attempt *t);
void gate_list_is_whole(struct attempt *t);
void gate_addresses(struct attempt *t);
void gate_isolation(struct attempt *t);
void gate_type1_is_there(struct attempt *t);
void gate_type1_isolation(struct attempt *t);
void gate_group_is_there(struct attempt *t);
void gate_two_windows(struct attempt *t);
