/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether to colour, and the escape sequences. */
#include "render/color.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

bool color_wanted(enum color_mode mode, FILE *out)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (mode != COLOR_AUTO)
		return mode == COLOR_ALWAYS;
	return isatty(fileno(out)) && !(no_color && *no_color) && term &&
	       strcmp(term, "dumb");
}

/* Narrower or wider lines are no good to read. */
static unsigned readable(uint64_t columns)
{
	return columns < 40 ? 40 : columns > 132 ? 132 : (unsigned)columns;
}

unsigned text_width(FILE *out)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t n;

	if (columns && text_to_number(columns, 10, 10000, &n) && n)
		return readable(n);
	if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) || !size.ws_col)
		return 80;
	return readable(size.ws_col);
}

bool text_is_utf8(FILE *out)
{
	locale_t locale;
	bool utf8;

	if (!isatty(fileno(out)))
		return false;
	locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	if (locale == (locale_t)0)
		return false;
	utf8 = !strcmp(nl_langinfo_l(CODESET, locale), "UTF-8");
	freelocale(locale);
	return utf8;
}

void style_put(FILE *out, bool color, enum style style)
{
	static const char *const codes[STYLE_COUNT] = {
		[STYLE_PLAIN] = "\033[0m",  [STYLE_BOLD] = "\033[1m",
		[STYLE_RED] = "\033[1;31m", [STYLE_YELLOW] = "\033[33m",
		[STYLE_GREEN] = "\033[32m",
	};

	if (color)
		fputs(codes[style], out);
}
