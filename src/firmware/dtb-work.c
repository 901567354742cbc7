/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the device-tree reader share. */
#include "base/text.h"
#include "firmware/dtb-parts.h"

struct reader work_reader(const struct dt_work *w, size_t record)
{
	return (struct reader){ .records = w->records, .record = record };
}

bool work_has_room(struct dt_work *w, size_t n)
{
	w->overflown = w->overflown || n >= DTB_ELEMENTS_MAX;
	return n < DTB_ELEMENTS_MAX;
}

char *cells_text(const struct dt_prop *p, size_t first, size_t n)
{
	struct text t = { 0 };

	for (size_t i = first; i < first + n; i++)
		text_printf(&t, "%s0x%x", i == first ? "" : " ", dt_cell(p, i));
	return text_take(&t);
}
