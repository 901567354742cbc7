/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * For what is read from a stranger: once all files are read, the process gives up what it
 * no longer needs, so that a fault in our parsers is a wrong output and no more. It keeps
 * what is open, and can write to that.
 */
enum sandbox_layer {
	SANDBOX_USER,	  /* started as root: it is nobody from here on */
	SANDBOX_LANDLOCK, /* no path can be reached, Linux 5.13 */
	SANDBOX_FILES,	  /* it may have no more files (RLIMIT_NOFILE) */
	SANDBOX_SECCOMP,  /* system calls that it needs, else EPERM */
	SANDBOX_LAYER_COUNT,
};

#define SANDBOX_BIT(layer) (1U << (layer))
#define SANDBOX_ALL (SANDBOX_BIT(SANDBOX_LAYER_COUNT) - 1)

/*
 * Puts up the wanted layers, for good. What the machine cannot do is left out: returns
 * those that hold, SANDBOX_BIT of each. None in a program built with sanitizers, which
 * open files and make system calls of their own to the end.
 */
unsigned sandbox_enter(unsigned wanted);

/* Of a layer, for people: "system calls (seccomp)". */
const char *sandbox_layer_name(enum sandbox_layer layer);
