/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strings: growing, cleaning, numbers, lines. */
#include "base/text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void text_clear(struct text *t)
{
	free(t->data);
	*t = (struct text){ 0 };
}

void text_reset(struct text *t)
{
	t->len = 0;
	if (t->data)
		t->data[0] = 0;
}

void text_reserve(struct text *t, size_t more)
{
	size_t need = t->len + more + 1;

	if (need <= t->cap)
		return;
	t->cap = need + need / 2;
	t->data = realloc(t->data, t->cap);
	if (!t->data)
		out_of_memory();
	t->data[t->len] = 0;
}

void text_add(struct text *t, const char *s)
{
	size_t len = strlen(s);

	text_reserve(t, len);
	memcpy(t->data + t->len, s, len + 1);
	t->len += len;
}

static void __attribute__((format(printf, 2, 0)))
text_vprintf(struct text *t, const char *fmt, va_list ap)
{
	va_list again;
	int len;

	text_reserve(t, 31); /* most of what we print fits at once */
	va_copy(again, ap);
	len = vsnprintf(t->data + t->len, t->cap - t->len, fmt, again);
	va_end(again);
	if (len < 0)
		return;
	if ((size_t)len >= t->cap - t->len) {
		text_reserve(t, (size_t)len);
		vsnprintf(t->data + t->len, (size_t)len + 1, fmt, ap);
	}
	t->len += (size_t)len;
}

void text_printf(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_vprintf(t, fmt, ap);
	va_end(ap);
}

char *text_take(struct text *t)
{
	char *s;

	text_reserve(t, 0);
	s = t->data;
	*t = (struct text){ 0 };
	return s;
}

char *text_vformat(const char *fmt, va_list ap)
{
	struct text t = { 0 };

	text_vprintf(&t, fmt, ap);
	return text_take(&t);
}

char *text_format(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = text_vformat(fmt, ap);
	va_end(ap);
	return s;
}

char *text_of_range(struct range r)
{
	return text_format("0x%" PRIx64 "-0x%" PRIx64, r.first, r.last);
}

const char *one_or_many(uint64_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

char *text_of_count(uint64_t n, const char *one, const char *many)
{
	return n ? text_format("%" PRIu64 " %s", n, one_or_many(n, one, many))
		 : text_format("no %s", many);
}

/* The last word of a list joins those before it. */
static void list_join(struct text_list *list)
{
	if (!list->last.len)
		return;
	text_printf(&list->before, "%s%s", list->before.len ? ", " : "", list->last.data);
	text_reset(&list->last);
}

void text_list_add(struct text_list *list, const char *word)
{
	if (list->n++ >= list->max)
		return;
	list_join(list);
	text_add(&list->last, word);
}

void text_list_printf(struct text_list *list, const char *fmt, ...)
{
	char *word;
	va_list ap;

	va_start(ap, fmt);
	word = text_vformat(fmt, ap);
	va_end(ap);
	text_list_add(list, word);
	free(word);
}

char *text_list_take(struct text_list *list)
{
	bool cut = list->n > list->max;

	if (cut) {
		list_join(list);
		text_printf(&list->last, "%zu more", list->n - list->max);
	}
	if (list->before.len)
		text_add(&list->before, list->plain && !cut ? ", " : " and ");
	if (list->last.len)
		text_add(&list->before, list->last.data);
	text_clear(&list->last);
	return text_take(&list->before);
}

static const char *value_of(const struct text_word *words, size_t n, const char *word,
			    size_t len)
{
	for (size_t i = 0; i < n; i++) {
		if (strlen(words[i].word) == len && !strncmp(words[i].word, word, len))
			return words[i].value ? words[i].value : "";
	}
	return "";
}

char *text_fill(const char *wording, const struct text_word *words, size_t n)
{
	struct text t = { 0 };

	while (*wording) {
		size_t plain = strcspn(wording, "{"), len;

		text_printf(&t, "%.*s", (int)plain, wording);
		wording += plain;
		if (!*wording)
			break;
		len = strcspn(++wording, "}");
		text_add(&t, value_of(words, n, wording, len));
		wording += len + (wording[len] == '}');
	}
	for (size_t i = 0; i < n; i++)
		free(words[i].value);
	return text_take(&t);
}

char *text_filled(const char *wording, ...)
{
	struct text_word words[TEXT_FILLED_MAX];
	const char *word;
	size_t n = 0;
	va_list ap;

	va_start(ap, wording);
	while (n < TEXT_FILLED_MAX && (word = va_arg(ap, const char *))) {
		const char *value = va_arg(ap, const char *);

		words[n++] = (struct text_word){ word, value ? xstrdup(value) : NULL };
	}
	va_end(ap);
	return text_fill(wording, words, n);
}

/* Unicode 15, table 3-7. */
static size_t utf8_length(const unsigned char *s, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len;

	if (s[0] < 0x80) {
		*code = s[0];
		return 1;
	}
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		len = 2;
	else if ((s[0] & 0xf0) == 0xe0)
		len = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		len = 4;
	else
		return 0;
	*code = s[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (s[i] & 0x3f);
	}
	if (*code < least[len] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return len;
}

size_t text_utf8_length(const char *s, uint32_t *code)
{
	return utf8_length((const unsigned char *)s, code);
}

static bool is_printable(uint32_t code)
{
	if (code < 0x20 || (code >= 0x7f && code <= 0x9f))
		return false;
	/*
	 * Marks, embeddings, overrides and isolates that change the order of what is
	 * seen.
	 */
	return !((code >= 0x200b && code <= 0x200f) ||
		 (code >= 0x2028 && code <= 0x202e) ||
		 (code >= 0x2060 && code <= 0x2069) || code == 0xfeff || code == 0x061c ||
		 code == 0xad || (code >= 0xe0000 && code <= 0xe007f));
}

/* Nearly all strings are plain: skips the printable ASCII in front. */
static size_t plain_length(const char *s)
{
	size_t n = 0;

	while (s[n] >= 0x20 && s[n] <= 0x7e)
		n++;
	return n;
}

static void clean(char *s, bool ascii)
{
	unsigned char *in = (unsigned char *)s + plain_length(s);
	unsigned char *out = in;

	while (*in) {
		uint32_t code = 0;
		size_t len = utf8_length(in, &code);

		if (len && is_printable(code) && !(ascii && code > 0x7e)) {
			memmove(out, in, len);
			out += len;
		} else {
			*out++ = '?';
		}
		in += len ? len : 1;
	}
	*out = 0;
}

char *text_of_size(struct range r)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB",
					     "TiB",   "PiB", "EiB" };
	uint64_t size, whole;
	size_t unit = 0;

	if (range_is_inverted(r) || r.first == r.last)
		return xstrdup(r.first == r.last ? "1 byte" : "0 bytes");
	if (!r.first && r.last == UINT64_MAX)
		return xstrdup("16 EiB"); /* 2^64 itself is no uint64_t */
	size = r.last - r.first + 1;
	while (unit + 1 < ARRAY_SIZE(units) && size >> 10 * (unit + 1))
		unit++;
	whole = size >> 10 * unit;
	size -= whole << 10 * unit;
	size = unit ? (size >> 10 * (unit - 1)) * 10 / 1024 : 0; /* tenths */
	return size ? text_format("%" PRIu64 ".%" PRIu64 " %s", whole, size, units[unit])
		    : text_format("%" PRIu64 " %s", whole, units[unit]);
}

void text_clean(char *s)
{
	clean(s, true);
}

void text_clean_utf8(char *s)
{
	clean(s, false);
}

bool text_is_clean(const char *s)
{
	const unsigned char *in = (const unsigned char *)s + plain_length(s);

	while (*in) {
		uint32_t code = 0;
		size_t len = utf8_length(in, &code);

		if (!len || !is_printable(code))
			return false;
		in += len;
	}
	return true;
}

void text_trim_end(char *s)
{
	size_t len = strlen(s);

	while (len && isspace((unsigned char)s[len - 1]))
		s[--len] = 0;
}

/* The value of a digit, 16 if it is none. */
static unsigned digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 16;
}

bool text_to_number(const char *s, int base, uint64_t max, uint64_t *out)
{
	/* what may stand before the last digit, and which one then */
	const uint64_t most = max / (unsigned)base, last = max % (unsigned)base;
	uint64_t value = 0;

	if (base == 16 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		s += 2;
	if (!*s)
		return false;
	for (; *s; s++) {
		unsigned digit = digit_value(*s);

		if (digit >= (unsigned)base || value > most ||
		    (value == most && digit > last))
			return false;
		value = value * (unsigned)base + digit;
	}
	*out = value;
	return true;
}

char *text_of_bytes(const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *s = xcalloc(n, 2 + 1);

	for (size_t i = 0; i < n; i++) {
		s[2 * i] = digits[bytes[i] >> 4];
		s[2 * i + 1] = digits[bytes[i] & 15];
	}
	return s;
}

uint8_t *text_to_bytes(const char *s, size_t *n)
{
	uint8_t *bytes = xcalloc(strlen(s) / 2, 1);

	for (*n = 0; s[0]; s += 2) {
		unsigned high = digit_value(s[0]);
		unsigned low = s[1] ? digit_value(s[1]) : 16;

		if (high > 15 || low > 15) {
			free(bytes);
			return NULL;
		}
		bytes[(*n)++] = (uint8_t)(high << 4 | low);
	}
	return bytes;
}

bool text_equals(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

bool text_starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

char *text_next_line(char **rest, bool *complete)
{
	char *line = *rest;
	char *end;

	if (!line || !*line)
		return NULL;
	end = strchr(line, '\n');
	*complete = end != NULL;
	if (end) {
		*end = 0;
		*rest = end + 1;
	} else {
		*rest = line + strlen(line);
	}
	text_trim_end(line);
	return line;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned text_distance(const char *a, const char *b)
{
	enum { MAX = 40 };
	unsigned d[MAX + 1][MAX + 1];
	size_t na = strlen(a), nb = strlen(b);

	if (na > MAX || nb > MAX)
		return MAX;
	for (size_t i = 0; i <= na; i++)
		d[i][0] = (unsigned)i;
	for (size_t j = 0; j <= nb; j++)
		d[0][j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		for (size_t j = 1; j <= nb; j++) {
			unsigned change = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1, change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	}
	return d[na][nb];
}

int text_compare_natural(const char *a, const char *b)
{
	int order = strverscmp(a, b);

	return order ? order : strcmp(a, b);
}
