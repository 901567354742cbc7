/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "compare/digest.h"

/* What the files that make and compare digests share. */

/* A new thing that belongs to no group and is about nothing. */
struct thing *add_thing(struct digest *out, enum thing_kind kind, const char *name);

/* Takes ownership of value; NULL: not known. */
void add_trait(struct thing *thing, const char *what, char *value);

/* A device of the host, by its index. */
void add_device(const struct host *host, const struct analysis *analysis, size_t index,
		struct digest *out);
