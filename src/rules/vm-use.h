/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "analyze/analyze.h"

/*
 * Can a VM have a device, in a word: what the two interfaces will answer, and what this
 * host needs itself. `assign` has the whole way.
 */
enum vm_use {
	VM_USE_YES,
	VM_USE_YES_BUT, /* something is lost */
	VM_USE_NEEDED,	/* a VM could have it; a disk or connection of this host is on it
			 */
	VM_USE_UNBIND,	/* once other devices of its group have left their drivers */
	VM_USE_UNKNOWN,
	VM_USE_NO,
	VM_USE_COUNT,
};

struct vm_use_view {
	enum vm_use use;
	/* Of the interfaces of a kernel that has both, the one that takes it; NULL: both.
	 */
	const char *only;
	/* NO: what stands in the way, the final one first; NULL: `why` says it. */
	const struct obstacle *obstacle;
	/*
	 * UNBIND: whose drivers must go; a device in no group may join that of another.
	 * NO_GROUP otherwise.
	 */
	uint32_t group;
	/* Nobody wants it in a VM: a PCI bridge; or what belongs to the board. */
	bool is_bridge, of_board;
	/* What is lost, not known, or in the way; NULL: nothing to say. */
	const char *why;
};

/*
 * One for each device of the host; the caller frees them. What they point to is the
 * analysis'.
 */
struct vm_use_view *vm_uses(const struct host *host, const struct analysis *analysis);
