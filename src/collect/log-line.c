/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line of a kernel log taken apart: Documentation/ABI/testing/dev-kmsg; dmesg of
 * util-linux (sys-utils/dmesg.c); the output modes of journalctl(1); syslog's RFC 3164.
 */
#include "collect/log-line.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define TIME_MAX 48

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t n_digits(const char *s)
{
	size_t n = 0;

	while (is_digit(s[n]))
		n++;
	return n;
}

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " ");
}

/* Does s begin as the pattern does? '0' is a digit, 'a' a letter, '_' a blank or digit.
 */
static bool looks_like(const char *s, const char *pattern)
{
	for (; *pattern; s++, pattern++) {
		if (*pattern == '0'   ? !is_digit(*s)
		    : *pattern == 'a' ? !isalpha((unsigned char)*s)
				      : (*pattern == '_' ? *s != ' ' && !is_digit(*s)
							 : *s != *pattern))
			return false;
	}
	return true;
}

/* Priority and facility of syslog in one number: the kernel's facility is 0. */
static bool is_kernels_priority(const char *s)
{
	return strtoul(s, NULL, 10) < 8;
}

static void set_time(struct log_parts *p, const char *time, const char *end)
{
	p->time = time;
	p->time_length = (size_t)(end - time);
}

/* --- /dev/kmsg: "6,1234,5678,-;text" --- */

static bool take_record(struct log_parts *p)
{
	const char *s = p->text;
	size_t n = n_digits(s);
	const char *semicolon = n && s[n] == ',' ? strchr(s, ';') : NULL;
	const char *comma;

	if (!semicolon)
		return false;
	p->is_record = true;
	p->is_kernel = is_kernels_priority(s);
	comma = memchr(s + n + 1, ',', (size_t)(semicolon - s) - n - 1);
	if (comma && n_digits(comma + 1))
		set_time(p, comma + 1, comma + 1 + n_digits(comma + 1));
	p->text = semicolon + 1;
	return true;
}

/* --- dmesg --- */

/* "<6>"; "kern  :info  : " of dmesg -x */
static void take_level(struct log_parts *p)
{
	const char *s = p->text;
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789");
	size_t blanks = strspn(s + n, " ");

	if (*s == '<' && n_digits(s + 1) && s[1 + n_digits(s + 1)] == '>') {
		p->is_kernel = is_kernels_priority(s + 1);
		p->text = s + 2 + n_digits(s + 1);
		return;
	}
	if (!n || n + blanks < 6 || n + blanks > 8 || s[n + blanks] != ':')
		return;
	s += n + blanks + 1;
	s += strspn(s, "abcdefghijklmnopqrstuvwxyz");
	s = skip_blanks(s);
	if (s[0] != ':' || s[1] != ' ' || s - p->text > 20)
		return;
	p->is_kernel = text_starts_with(p->text, "kern");
	p->text = s + 2;
}

/* "    1.234567", "<    0.000012>", "+0.000012", "Mon Jan  6 12:13:14 2025", "Jan 6
 * 12:13" */
static bool is_time(const char *s, size_t n)
{
	const char *first = skip_blanks(s);

	if (n > TIME_MAX || strspn(s, " 0123456789.:+<>") >= n)
		return n > 0 && strspn(s, " ") < n && n <= TIME_MAX;
	return looks_like(first, "aaa aaa _0 00:00:00 0000") ||
	       looks_like(first, "aaa_0 00:00");
}

/* "[    1.234567] ", and "[    T1] " or "[   C0] " of CONFIG_PRINTK_CALLER */
static bool take_bracket(struct log_parts *p)
{
	const char *s = p->text;
	const char *end = *s == '[' ? strchr(s, ']') : NULL;

	if (!end || !is_time(s + 1, (size_t)(end - s - 1)))
		return false;
	s = skip_blanks(s + 1);
	set_time(p, s, end);
	s = skip_blanks(end + 1);
	if (*s == '[') {
		const char *caller = skip_blanks(s + 1);

		if ((*caller == 'T' || *caller == 'C') && n_digits(caller + 1) &&
		    caller[1 + n_digits(caller + 1)] == ']')
			s = skip_blanks(caller + 2 + n_digits(caller + 1));
	}
	p->text = s;
	return true;
}

/* --- journalctl and syslog --- */

static const char *skip_fraction(const char *s)
{
	return *s == '.' && n_digits(s + 1) ? s + 1 + n_digits(s + 1) : s;
}

/* "2025-11-14T11:52:19.123456+01:00"; NULL: something else */
static const char *skip_iso(const char *s)
{
	if (!looks_like(s, "0000-00-00T00:00:00"))
		return NULL;
	s += strlen("0000-00-00T00:00:00");
	if (*s == '.' || *s == ',')
		s += 1 + n_digits(s + 1);
	if (*s == 'Z')
		return s + 1;
	return s + strspn(s, "+-0123456789:");
}

/* The date that a line begins with; NULL: none. */
static const char *skip_date(const char *s)
{
	if (looks_like(s, "aaa _0 00:00:00"))
		return skip_fraction(s + strlen("aaa _0 00:00:00"));
	if (looks_like(s, "aaa 0000-00-00 00:00:00 ")) { /* short-full, with a zone */
		s = skip_fraction(s + strlen("aaa 0000-00-00 00:00:00"));
		s = skip_blanks(s);
		return s + strcspn(s, " ");
	}
	if (n_digits(s) >= 9 && n_digits(s) <= 11 && s[n_digits(s)] == '.')
		return skip_fraction(s + n_digits(s));
	return skip_iso(s);
}

/* "host kernel: ", "host qemu-system-x86_64[123]: "; false: something else */
static bool take_sender(struct log_parts *p)
{
	const char *host = p->text;
	const char *who = host + strcspn(host, " ");
	const char *colon;

	/* no host is called "[Firmware", of "[Firmware Bug]: " */
	if (who == host || who - host > 255 || *who != ' ' || *host == '[')
		return false;
	who = skip_blanks(who);
	colon = who + strcspn(who, " :");
	if (colon == who || *colon != ':' || colon[1] != ' ')
		return false;
	p->is_kernel =
		text_starts_with(who, "kernel:") || text_starts_with(who, "kernel[");
	p->text = colon + 2;
	return true;
}

static bool take_date(struct log_parts *p)
{
	const char *end = skip_date(p->text);
	struct log_parts with_date = *p;
	bool is_dmesg;

	if (!end || *end != ' ')
		return false;
	set_time(&with_date, p->text, end);
	is_dmesg = memchr(p->text, ',', (size_t)(end - p->text)) != NULL;
	with_date.text = skip_blanks(end);
	if (!is_dmesg && !take_sender(&with_date))
		return false;
	*p = with_date;
	return true;
}

/* "host kernel: " behind "[    1.234567] ": journalctl -o short-monotonic */
static void take_monotonic_sender(struct log_parts *p)
{
	struct log_parts with_sender = *p;

	if (take_sender(&with_sender) &&
	    (with_sender.is_kernel || with_sender.text[-3] == ']'))
		*p = with_sender;
}

struct log_parts log_line_parts(const char *line)
{
	struct log_parts p = { .text = line, .is_kernel = true };

	if (take_record(&p))
		return p;
	take_level(&p);
	if (take_bracket(&p)) {
		take_monotonic_sender(&p);
	} else if (take_date(&p)) {
		struct log_parts inner = p;

		if (take_bracket(&inner)) /* "kernel: [    1.234567] text" of syslog */
			p.text = inner.text;
	}
	if (p.time_length > TIME_MAX)
		p.time_length = TIME_MAX;
	return p;
}

bool log_line_is_boot(const char *line)
{
	return text_starts_with(line, "-- Boot ") ||
	       text_starts_with(line, "-- Reboot --");
}

char *log_banner_release(const char *text)
{
	static const char words[] = "Linux version ";
	const char *release = text + strlen(words);
	size_t n;

	if (!text_starts_with(text, words) || !is_digit(*release))
		return NULL;
	n = strcspn(release, " ");
	return n < 128 && release[n] == ' ' ? xstrndup(release, n) : NULL;
}
