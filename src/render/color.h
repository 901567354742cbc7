/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdio.h>

/* Colour repeats what the words say; without it nothing is lost. */

enum color_mode {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER,
};

enum style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_RED,
	STYLE_YELLOW,
	STYLE_GREEN,
	STYLE_COUNT,
};

/* AUTO: only on a terminal, TERM not "dumb", NO_COLOR unset or empty. */
bool color_wanted(enum color_mode mode, FILE *out);

/* COLUMNS if it is set, else those of a terminal, else 80; between 40 and 132. */
unsigned text_width(FILE *out);

/* A terminal, and the locale says that it takes UTF-8. */
bool text_is_utf8(FILE *out);

/* Begins or (STYLE_PLAIN) ends a style; nothing if color is false. */
void style_put(FILE *out, bool color, enum style style);
