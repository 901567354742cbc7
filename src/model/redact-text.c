/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts that may hold anything: names that are known, and what tells by its form that it
 * is an address, a UUID, a serial number or the name of a disk.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "model/alias.h"

/* How many hexadecimal digits s begins with. */
static size_t hex_digits(const char *s)
{
	return strspn(s, "0123456789abcdefABCDEF");
}

/* --- Forms; each returns how many bytes of s have it, 0: none; s begins a word --- */

/* 8-4-4-4-12 digits: RFC 9562, 4; or 32 of them, as machine-id(5) is. */
static size_t uuid_length(const char *s)
{
	static const unsigned char parts[] = { 8, 4, 4, 4, 12 };
	const char *p = s;

	if (hex_digits(s) == 32)
		return is_word_letter(s[32]) ? 0 : 32;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (hex_digits(p) != parts[i])
			return 0;
		p += parts[i];
		if (i + 1 < ARRAY_SIZE(parts) && *p++ != '-')
			return 0;
	}
	return is_word_letter(*p) ? 0 : (size_t)(p - s);
}

/* Six pairs of digits or more (EUI-64, InfiniBand has 20), all apart by ':' or by '-'. */
static size_t mac_length(const char *s)
{
	const char *p = s;
	size_t n = 0;

	while (hex_digits(p) == 2) {
		n++;
		p += 2;
		if (*p != s[2] || (*p != ':' && *p != '-'))
			break;
		p++;
	}
	if (n < 6 || p[-1] == ':' || p[-1] == '-' || is_word_letter(*p))
		return 0;
	return (size_t)(p - s);
}

/* Four numbers up to 255; but not an address that every host has. */
static size_t ipv4_length(const char *s)
{
	const char *p = s;

	for (int i = 0; i < 4; i++) {
		size_t n = strspn(p, "0123456789");

		if (!n || n > 3 || atoi(p) > 255)
			return 0;
		p += n;
		if (i < 3 && *p++ != '.')
			return 0;
	}
	if (is_word_letter(*p) || (*p == '.' && isdigit((unsigned char)p[1])))
		return 0;
	if (text_starts_with(s, "0.") || text_starts_with(s, "127.") ||
	    text_starts_with(s, "255."))
		return 0;
	return (size_t)(p - s);
}

/* Eight groups, or fewer around one "::": RFC 4291, 2.2; but not "::1". */
static size_t ipv6_length(const char *s)
{
	size_t len = strspn(s, "0123456789abcdefABCDEF:");
	size_t groups = 0, gaps = 0;

	while (len && s[len - 1] == ':')
		len--;
	for (const char *p = s; p < s + len;) {
		size_t n = hex_digits(p);

		groups += n > 0;
		if (n > 4 || groups > 8)
			return 0;
		p += n;
		gaps += p[0] == ':' && p[1] == ':' && p < s + len;
		p += strspn(p, ":") > 2 ? 3 : strspn(p, ":");
	}
	if (is_word_letter(s[len]) || s[len] == '.')
		return 0;
	return groups == 8 || (gaps == 1 && groups > 1) ? len : 0;
}

/* What systemd names an interface by its MAC: systemd.net-naming-scheme(7). */
static size_t enx_length(const char *s)
{
	static const char *const prefixes[] = { "enx", "wlx", "wwx", "ibx" };

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (text_starts_with(s, prefixes[i]) && hex_digits(s + 3) == 12 &&
		    !is_word_letter(s[15]))
			return 15;
	}
	return 0;
}

/* Behind these stands what is replaced, up to one of the letters; or they are part of it.
 */
static const struct {
	const char *prefix;
	enum alias alias;
	bool is_part;
} introduced[] = {
	{ "/dev/mapper/", ALIAS_DISK, false },
	{ "/dev/disk/by-id/", ALIAS_DISK, false },
	{ "/dev/disk/by-label/", ALIAS_DISK, false },
	{ "/dev/disk/by-partlabel/", ALIAS_DISK, false },
	{ "/dev/disk/by-uuid/", ALIAS_UUID, false },
	{ "/dev/disk/by-partuuid/", ALIAS_UUID, false },
	{ "eui.", ALIAS_DISK, true },
	{ "naa.", ALIAS_DISK, true },
	{ "t10.", ALIAS_DISK, true },
	{ "wwn-", ALIAS_DISK, true },
	{ "iqn.", ALIAS_DISK, true },
	{ "nqn.", ALIAS_DISK, true },
};

/* "Serial Number: X", "SerialNumber: X", "serial=X", "S/N X": where X begins; 0: not so.
 */
static size_t serial_at(const char *s)
{
	static const char *const words[] = { "serialnumber", "serial number",
					     "serial no.",   "serial no",
					     "serial",	     "s/n" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i]), blanks;

		if (strncasecmp(s, words[i], n) != 0)
			continue;
		blanks = strspn(s + n, " ");
		if (s[n + blanks] != ':' && s[n + blanks] != '=' && s[n + blanks] != '#')
			continue;
		n += blanks + 1;
		return n + strspn(s + n, " ");
	}
	return 0;
}

/* --- What stands at a place --- */

/* A part of a text that is replaced; the bytes before it stay. */
struct match {
	size_t before, length;
	const char *name;
};

/* The longest word, or words, from here on that is known. */
static bool match_known(struct redaction *r, const char *s, struct match *m)
{
	size_t most = r->longest > ALIAS_NAME_MAX ? r->longest : ALIAS_NAME_MAX;

	for (size_t n = strnlen(s, most); n; n--) {
		if (is_word_letter(s[n]) && is_word_letter(s[n - 1]))
			continue;
		m->name = alias_known(r, s, n);
		if (m->name) {
			m->length = n;
			return true;
		}
	}
	return false;
}

static bool match_form(struct redaction *r, const char *s, struct match *m)
{
	static const struct {
		size_t (*length)(const char *s);
		enum alias alias;
	} forms[] = {
		{ uuid_length, ALIAS_UUID },	 { mac_length, ALIAS_MAC },
		{ ipv4_length, ALIAS_IP },	 { ipv6_length, ALIAS_IP },
		{ enx_length, ALIAS_INTERFACE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		m->length = forms[i].length(s);
		if (m->length) {
			m->name = alias_of(r, forms[i].alias, s, m->length);
			return true;
		}
	}
	return false;
}

static bool match_introduced(struct redaction *r, const char *s, struct match *m)
{
	enum alias alias = ALIAS_SERIAL;
	size_t begin = serial_at(s), from = begin;

	for (size_t i = 0; i < ARRAY_SIZE(introduced) && !from; i++) {
		if (!text_starts_with(s, introduced[i].prefix))
			continue;
		alias = introduced[i].alias;
		from = strlen(introduced[i].prefix);
		begin = introduced[i].is_part ? 0 : from;
	}
	m->length = from ? strcspn(s + from, " \t\n,;'\")]}") : 0;
	if (!m->length)
		return false;
	m->before = begin;
	m->length += from - begin;
	m->name = alias_of(r, alias, s + begin, m->length);
	return true;
}

static bool match_at(struct redaction *r, const char *s, struct match *m)
{
	*m = (struct match){ 0 };
	return match_introduced(r, s, m) || match_known(r, s, m) || match_form(r, s, m);
}

/* Does a word, an address or a path begin here? */
static bool may_begin(const char *s, size_t i)
{
	char before = i ? s[i - 1] : ' ';

	if (is_word_letter(before) || (s[i] == '/' && before == '/') ||
	    (isdigit((unsigned char)s[i]) && before == '.'))
		return false;
	return is_word_letter(s[i]) || s[i] == '/';
}

char *redact_words(struct redaction *r, const char *s)
{
	struct text t = { 0 };

	for (size_t i = 0; s[i];) {
		struct match m;

		if (may_begin(s, i) && match_at(r, s + i, &m)) {
			text_printf(&t, "%.*s%s", (int)m.before, s + i, m.name);
			i += m.before + m.length;
		} else {
			text_printf(&t, "%c", s[i++]);
		}
	}
	return text_take(&t);
}
