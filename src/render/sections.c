/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sections, as lines for people and as members of a JSON object. */
#include "render/sections.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "render/lines.h"

void put_line(struct lines *l, const char *fmt, ...)
{
	cleanup_free char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	s = text_vformat(fmt, ap);
	va_end(ap);
	put_field(l->view, l->out, l->indent, l->label, s);
	l->label = "";
}

void put_sections(const struct section *sections, size_t n, const struct view *v,
		  size_t thing, unsigned indent, FILE *out)
{
	for (size_t i = 0; i < n; i++) {
		struct lines l = { v, out, indent, sections[i].label };

		if (sections[i].lines)
			sections[i].lines(&l, thing);
	}
}

void set_sections(const struct section *sections, size_t n, const struct view *v,
		  size_t thing, struct json_object *o)
{
	for (size_t i = 0; i < n; i++) {
		if (sections[i].members)
			sections[i].members(o, v, thing);
	}
}
