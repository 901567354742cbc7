/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What to call a machine and its firmware. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "model/host.h"

/* What makers leave where they should have put a name. */
static bool is_placeholder(const char *s)
{
	static const char *const words[] = {
		"To be filled by O.E.M.",
		"Default string",
		"System manufacturer",
		"System Product Name",
		"Base Board Product Name",
		"Not Specified",
		"Not Applicable",
		"N/A",
		"None",
		"Unknown",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcasecmp(s, words[i]))
			return true;
	}
	return false;
}

/* A name that tells something; NULL. */
static const char *telling(const char *s)
{
	return s && !is_placeholder(s) ? s : NULL;
}

static char *text_or_null(struct text *t)
{
	return t->len ? text_take(t) : NULL;
}

static void add_word(struct text *t, const char *between, const char *word)
{
	if (word)
		text_printf(t, "%s%s", t->len ? between : "", word);
}

char *machine_name(const struct machine *m)
{
	const char *vendor = telling(m->vendor), *product = telling(m->product);
	struct text t = { 0 };

	if (!product)
		product = telling(m->board);
	/* "HP" and "HP EliteBook 840" */
	if (!vendor || !product || strncasecmp(product, vendor, strlen(vendor)))
		add_word(&t, " ", vendor);
	add_word(&t, " ", product);
	if (!t.len)
		add_word(&t, " ", telling(m->model));
	return text_or_null(&t);
}

char *machine_firmware(const struct machine *m)
{
	struct text t = { 0 };

	add_word(&t, " ", telling(m->firmware_vendor));
	add_word(&t, " ", telling(m->firmware_version));
	add_word(&t, " of ", telling(m->firmware_date));
	return text_or_null(&t);
}
