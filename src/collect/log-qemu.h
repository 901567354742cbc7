/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/host.h"

/*
 * What QEMU writes when the kernel refuses it a device, a group or a mapping: into the
 * journal, and into libvirt's file of the VM (/var/log/libvirt/qemu/NAME.log).
 */

/*
 * Takes a line, as it stands in the log, with its number. False: it is not QEMU's, or
 * about something else. A line that says what another has said is not kept again; one
 * beyond QEMU_LINES_MAX is counted.
 */
bool qemu_line_take(struct host *host, const char *line, unsigned number, size_t *cut);

/*
 * Does another run of a VM begin with this line of libvirt's file? *release becomes that
 * of the kernel it ran on (NULL: not told), which the caller owns.
 */
bool qemu_line_is_start(const char *line, char **release);
