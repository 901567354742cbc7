/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which columns the option -o names. */
#include "cmd/choose.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/message.h"
#include "base/text.h"
#include "cmd/cmd.h"

/* False after a message. */
static bool find_column(const char *name, const char *const *names, size_t n,
			size_t *column)
{
	cleanup_free char *upper = xstrdup(name);

	for (char *s = upper; *s; s++)
		*s = (char)(*s >= 'a' && *s <= 'z' ? *s - 'a' + 'A' : *s);
	for (*column = 0; *column < n; (*column)++) {
		if (!strcmp(names[*column], upper))
			return true;
	}
	complain("column", upper, names, n);
	return false;
}

/* The caller owns it. */
static char *list_of_columns(const char *output, const char *usual)
{
	return !output		? xstrdup(usual)
	       : *output == '+' ? text_format("%s,%s", usual, output + 1)
				: xstrdup(output);
}

bool choose_columns(const char *output, const char *usual, const char *const *names,
		    size_t n, struct chosen *chosen)
{
	cleanup_free char *list = list_of_columns(output, usual);
	char *save = NULL;

	for (char *s = strtok_r(list, ",", &save); s; s = strtok_r(NULL, ",", &save)) {
		size_t column;

		if (!find_column(s, names, n, &column))
			return false;
		*ADD(chosen, column) = column;
	}
	if (!chosen->n_column)
		message("-o: no column is named");
	return chosen->n_column > 0;
}
