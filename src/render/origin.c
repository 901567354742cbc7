/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a line of reserved_regions comes from, for people. */
#include "render/origin.h"

#include <inttypes.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "render/lines.h"

static void put_origins(const struct view *v, const struct group *g,
			const struct region *r, FILE *out)
{
	struct claim_slice own = claims_of_group(v->host, v->analysis, g);

	for (size_t i = own.first; i < own.first + own.n; i++) {
		const struct claim *c = &v->analysis->firmware.claims[i];
		cleanup_free char *entry = NULL;
		cleanup_free char *s = NULL;

		if (!claim_is_part_of(c, r))
			continue;
		entry = claim_text(v->analysis, c);
		s = text_format("of %s: %s, 0x%" PRIx64 "-0x%" PRIx64,
				v->host->devices[c->device].name, entry, c->range.first,
				c->range.last);
		put_field(v, out, 2, "", s);
	}
}

void put_origin(const struct view *v, const struct group *g, size_t region, FILE *out)
{
	enum explained explained = v->analysis->origins[region].explained;
	const char *window = v->analysis->origins[region].window;

	if (window)
		put_field(v, out, 2, "", window);
	if (window || explained == EXPLAINED_UNKNOWN)
		return;
	put_origins(v, g, &v->host->regions[region], out);
	if (explained == EXPLAINED_PARTLY)
		put_field(v, out, 2, "", "no firmware entry explains the rest of it");
	if (explained == EXPLAINED_NOT)
		put_field(v, out, 2, "", "no firmware entry explains it");
}
