/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sections, as lines for people and as members of a JSON object. */
#include "render/sections.h"

#include "base/cleanup.h"
#include "render/lines.h"

static void __attribute__((format(printf, 2, 0)))
put_formatted(struct telling *t, const char *fmt, va_list ap)
{
	cleanup_free char *s = text_vformat(fmt, ap);

	put_field(t->view, t->out, t->indent, t->label, s);
	t->label = "";
}

void put_line(struct telling *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (t->out)
		put_formatted(t, fmt, ap);
	va_end(ap);
}

void put_as(struct telling *t, const char *label, const char *fmt, ...)
{
	va_list ap;

	t->label = label;
	va_start(ap, fmt);
	if (t->out)
		put_formatted(t, fmt, ap);
	va_end(ap);
}

void put_text(struct telling *t, struct text *text)
{
	cleanup_free char *s = text_take(text);

	put_line(t, "%s", s);
}

void put_sections(const struct section *sections, size_t n, const struct view *v,
		  size_t thing, unsigned indent, FILE *out)
{
	struct json_object *dropped = json_object_new_object();

	for (size_t i = 0; i < n; i++) {
		struct telling t = { v, out, indent, sections[i].label, dropped };

		if (sections[i].label)
			sections[i].tell(&t, thing);
	}
	json_object_put(dropped);
}

static struct json_object *member_of(struct json_object *o, const char *key)
{
	struct json_object *member;

	if (!json_object_object_get_ex(o, key, &member)) {
		member = json_object_new_object();
		json_object_object_add(o, key, member);
	}
	return member;
}

void set_sections(const struct section *sections, size_t n, const struct view *v,
		  size_t thing, struct json_object *o)
{
	for (size_t i = 0; i < n; i++) {
		const struct section *s = &sections[i];
		struct telling t = { .view = v, .label = "", .o = o };

		if (s->lines_only)
			continue;
		if (s->object)
			t.o = member_of(o, s->object);
		s->tell(&t, thing);
	}
}
