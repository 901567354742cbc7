/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where ranges cut the addresses into parts that each are wholly inside or outside of
 * them. */
#include "base/cuts.h"

#include <stdlib.h>

void cuts_add(struct cuts *cuts, struct range range)
{
	if (range_is_inverted(range))
		return;
	*ADD(cuts, at) = range.first;
	if (range.last != UINT64_MAX)
		*ADD(cuts, at) = range.last + 1;
}

static int compare_addresses(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void cuts_settle(struct cuts *cuts)
{
	size_t n = 0;

	if (cuts->n_at)
		qsort(cuts->at, cuts->n_at, sizeof(*cuts->at), compare_addresses);
	for (size_t i = 0; i < cuts->n_at; i++) {
		if (!n || cuts->at[n - 1] != cuts->at[i])
			cuts->at[n++] = cuts->at[i];
	}
	cuts->n_at = n;
}

void cuts_clear(struct cuts *cuts)
{
	free(cuts->at);
	*cuts = (struct cuts){ 0 };
}
