/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes things of a digest, and what is said of them. */
#include "compare/parts.h"

struct thing *add_thing(struct digest *out, enum thing_kind kind, const char *name)
{
	struct thing *t = ADD(out, things);

	t->kind = kind;
	t->name = xstrdup(name);
	t->group = NO_INDEX;
	return t;
}

void add_trait(struct thing *t, const char *what, char *value)
{
	*ADD(t, traits) = (struct trait){ what, value };
}
