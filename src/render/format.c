/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The formats of `check`, those for people and for programs of one's own here. */
#include "render/format.h"

const struct format *const formats[] = {
#define FORMAT(name) &format_##name,
#include "render/formats.def"
#undef FORMAT
};

const struct format format_text = {
	.name = "text",
	.print = render_check,
};

const struct format format_json = {
	.name = "json",
	.print = render_json,
	.fail = render_failure,
};
