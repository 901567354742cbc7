/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words, numbers and names in a line about a fault. */
#include "collect/log-scan.h"

#include <string.h>

#include "base/text.h"

const char *scan_behind(const char *s, const char *word)
{
	const char *found = strstr(s, word);

	return found ? found + strlen(word) : NULL;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool scan_hex(const char **s, uint64_t *out)
{
	const char *p = *s;
	uint64_t value = 0;
	int n = 0;

	if (p[0] == '0' && p[1] == 'x')
		p += 2;
	for (; digit_of(*p) >= 0; p++, n++)
		value = value << 4 | (uint64_t)digit_of(*p);
	if (!n || n > 16)
		return false;
	*out = value;
	*s = p;
	return true;
}

bool scan_number_behind(const char *s, const char *word, const char *limit, uint64_t *out)
{
	const char *p = scan_behind(s, word);

	return p && p <= limit && scan_hex(&p, out);
}

bool scan_char(const char **s, char c)
{
	if (**s != c)
		return false;
	++*s;
	return true;
}

bool scan_function(const char **s, struct fault *f)
{
	const char *p = *s;
	uint64_t part[4], function;
	size_t n = 0;

	while (n < 3 && scan_hex(&p, &part[n])) {
		n++;
		if (!scan_char(&p, ':'))
			break;
	}
	if (n < 2 || !scan_char(&p, '.') || !scan_hex(&p, &function) || function > 7 ||
	    part[n - 1] > 31 || part[n - 2] > 0xff || (n == 3 && part[0] > UINT32_MAX))
		return false;
	f->requester = REQUESTER_FUNCTION;
	f->has_segment = n == 3;
	f->segment = n == 3 ? (uint32_t)part[0] : 0;
	f->id = (uint32_t)(part[n - 2] << 8 | part[n - 1] << 3 | function);
	*s = p;
	return true;
}

char *scan_device_before(const char *text, const char *end)
{
	const char *name;

	if (end - text < 3 || end[-1] != ' ' || end[-2] != ':')
		return NULL;
	end -= 2;
	for (name = end; name > text && name[-1] != ' ';)
		name--;
	return name > text && name < end ? xstrndup(name, (size_t)(end - name)) : NULL;
}

bool scan_is_prefix(const char *text, const char *end)
{
	const char *blank = memchr(text, ' ', (size_t)(end - text));

	return end == text ||
	       (blank && end - blank > 3 && end[-1] == ' ' && end[-2] == ':' &&
		!memchr(blank + 1, ' ', (size_t)(end - blank - 2)));
}

void fault_text_clean(char *s)
{
	if (!s)
		return;
	if (strlen(s) > FAULT_TEXT_MAX)
		s[FAULT_TEXT_MAX] = 0;
	text_clean(s);
}
