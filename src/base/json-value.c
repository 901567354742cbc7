/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON read where it lies: first all of it is checked, then single values are looked up.
 */
#include "base/json-value.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* --- Checking --- */

struct scan {
	const char *at, *end; /* *end is 0 */
	unsigned depth;	      /* how many more arrays and objects may open */
	const char *problem;
};

static bool fail(struct scan *s, const char *problem)
{
	s->problem = s->at >= s->end ? "it ends too early" : problem;
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_blanks(const char *at)
{
	while (is_blank(*at))
		at++;
	return at;
}

static bool take(struct scan *s, char c)
{
	if (*s->at != c)
		return false;
	s->at++;
	return true;
}

static bool expect(struct scan *s, char c)
{
	return take(s, c) || fail(s, "unexpected character");
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The value of a hexadecimal digit; -1: it is none. */
static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool check_escape(struct scan *s)
{
	if (*s->at == 'u') {
		s->at++;
		for (int i = 0; i < 4; i++, s->at++) {
			if (hex_digit(*s->at) < 0)
				return fail(s, "unexpected character");
		}
		return true;
	}
	if (!*s->at || !strchr("\"\\/bfnrt", *s->at))
		return fail(s, "unexpected character");
	s->at++;
	return true;
}

static bool check_string(struct scan *s)
{
	if (!expect(s, '"'))
		return false;
	while (*s->at != '"') {
		uint32_t code;
		size_t len = text_utf8_length(s->at, &code);

		if (!len)
			return fail(s, "not UTF-8");
		if (code < 0x20)
			return fail(s, "unexpected character");
		s->at += len;
		if (code == '\\' && !check_escape(s))
			return false;
	}
	s->at++;
	return true;
}

static bool check_digits(struct scan *s)
{
	if (!is_digit(*s->at))
		return fail(s, "unexpected character");
	while (is_digit(*s->at))
		s->at++;
	return true;
}

static bool check_number(struct scan *s)
{
	take(s, '-');
	if (!take(s, '0') && !check_digits(s))
		return false;
	if (take(s, '.') && !check_digits(s))
		return false;
	if (*s->at != 'e' && *s->at != 'E')
		return true;
	s->at++;
	if (!take(s, '+'))
		take(s, '-');
	return check_digits(s);
}

static bool check_word(struct scan *s, const char *word)
{
	while (*word) {
		if (!expect(s, *word++))
			return false;
	}
	return true;
}

static bool check_value(struct scan *s);

static bool check_member(struct scan *s)
{
	s->at = skip_blanks(s->at);
	if (!check_string(s))
		return false;
	s->at = skip_blanks(s->at);
	return expect(s, ':') && check_value(s);
}

/* What stands between brackets, separated by commas. */
static bool check_parts(struct scan *s, char close, bool (*check)(struct scan *s))
{
	if (!s->depth)
		return fail(s, "nesting too deep");
	s->depth--;
	s->at = skip_blanks(s->at + 1);
	if (*s->at != close) {
		do {
			if (!check(s))
				return false;
			s->at = skip_blanks(s->at);
		} while (take(s, ','));
	}
	s->depth++;
	return expect(s, close);
}

static bool check_value(struct scan *s)
{
	s->at = skip_blanks(s->at);
	switch (*s->at) {
	case '{':
		return check_parts(s, '}', check_member);
	case '[':
		return check_parts(s, ']', check_value);
	case '"':
		return check_string(s);
	case 't':
		return check_word(s, "true");
	case 'f':
		return check_word(s, "false");
	case 'n':
		return check_word(s, "null");
	default:
		return check_number(s);
	}
}

const char *json_check(const char *text, size_t len, unsigned depth, size_t *byte,
		       struct json_value *out)
{
	struct scan s = { .at = text, .end = text + len, .depth = depth };
	const char *start = skip_blanks(text), *behind;
	const bool is_value = check_value(&s);

	behind = s.at;
	if (is_value)
		s.at = skip_blanks(s.at);
	if (is_value && s.at < s.end)
		fail(&s, "unexpected character");
	*out = (struct json_value){ 0 };
	if (!s.problem)
		*out = (struct json_value){ start, (size_t)(behind - start) };
	*byte = (size_t)(s.at - text);
	return s.problem;
}

/* --- Walking, of what was checked --- */

enum json_kind json_kind(struct json_value v)
{
	switch (*v.at) {
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case '"':
		return JSON_STRING;
	case 't':
	case 'f':
		return JSON_BOOL;
	case 'n':
		return JSON_NULL;
	default:
		return JSON_NUMBER;
	}
}

bool json_is_true(struct json_value v)
{
	return *v.at == 't';
}

static const char *skip_string(const char *at)
{
	for (at++; *at != '"'; at++)
		at += *at == '\\';
	return at + 1;
}

/* Numbers and words end where none of their characters stands. */
static const char *skip_word(const char *at)
{
	return at + strcspn(at, ",]} \t\n\r");
}

static const char *skip_value(const char *at)
{
	size_t depth = 0;

	do {
		at = skip_blanks(at);
		if (*at == '"')
			at = skip_string(at);
		else if (!strchr("{[]},:", *at))
			at = skip_word(at);
		else {
			depth += *at == '{' || *at == '[';
			depth -= *at == '}' || *at == ']';
			at++;
		}
	} while (depth);
	return at;
}

static struct json_value take_value(struct json_walk *w)
{
	const char *start = skip_blanks(w->at);

	w->at = skip_value(start);
	return (struct json_value){ start, (size_t)(w->at - start) };
}

struct json_walk json_walk(struct json_value v)
{
	return (struct json_walk){ v.at };
}

/* Steps over the bracket or the comma; false at the end. */
static bool step(struct json_walk *w)
{
	const char *at = skip_blanks(w->at);

	if (*at == ']' || *at == '}')
		return false;
	w->at = skip_blanks(at + 1);
	return *w->at != ']' && *w->at != '}';
}

bool json_next_element(struct json_walk *w, struct json_value *element)
{
	if (!step(w))
		return false;
	*element = take_value(w);
	return true;
}

bool json_next_member(struct json_walk *w, struct json_value *key,
		      struct json_value *value)
{
	if (!step(w))
		return false;
	*key = take_value(w);
	w->at = skip_blanks(w->at) + 1; /* the colon */
	*value = take_value(w);
	return true;
}

/* --- Strings --- */

bool json_is_spelled(struct json_value v, const char *s)
{
	size_t len = strlen(s);

	return v.len == len + 2 && !memcmp(v.at + 1, s, len);
}

static uint32_t hex_code(const char *at)
{
	uint32_t code = 0;

	for (int i = 0; i < 4; i++)
		code = code << 4 | (uint32_t)hex_digit(at[i]);
	return code;
}

/* The character of \uXXXX, whose X stand at *at, or of two of them; steps behind. */
static uint32_t take_code(const char **at)
{
	uint32_t high = hex_code(*at);
	uint32_t low;

	*at += 4;
	if (high < 0xd800 || high > 0xdfff)
		return high;
	if (high > 0xdbff || (*at)[0] != '\\' || (*at)[1] != 'u')
		return 0xfffd;
	low = hex_code(*at + 2);
	if (low < 0xdc00 || low > 0xdfff)
		return 0xfffd;
	*at += 6;
	return 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff));
}

/* As UTF-8 (RFC 3629, section 3); returns the place behind. */
static char *put_code(char *out, uint32_t code)
{
	static const uint32_t first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	const int n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	if (n == 1) {
		*out = (char)code;
		return out + 1;
	}
	*out++ = (char)(first[n] | code >> 6 * (n - 1));
	for (int i = n - 2; i >= 0; i--)
		*out++ = (char)(0x80 | (code >> 6 * i & 0x3f));
	return out;
}

static char *put_escape(char *out, const char **at)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char letter = *(*at)++;

	if (letter == 'u')
		return put_code(out, take_code(at));
	*out = meant[strchr(letters, letter) - letters];
	return out + 1;
}

char *json_decode(struct json_value v)
{
	/* no escape is shorter than what it stands for */
	char *text = xcalloc(v.len, 1);
	const char *at = v.at + 1;
	char *out = text;

	while (at < v.at + v.len - 1) {
		char *start = out;

		if (*at != '\\') {
			*out++ = *at++;
			continue;
		}
		at++;
		out = put_escape(out, &at);
		if (!*start) {
			free(text);
			return NULL;
		}
	}
	return text;
}
