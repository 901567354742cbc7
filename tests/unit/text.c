/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static void test_clean(void **state)
{
	static const struct {
		const char *row, *in, *out;
	} rows[] = {
		{ "plain", "hello", "hello" },
		{ "empty", "", "" },
		{ "escape", "a\033[31mb", "a?[31mb" },
		{ "newline and tab", "a\nb\tc", "a?b?c" },
		{ "carriage return", "a\rb", "a?b" },
		{ "delete", "a\177b", "a?b" },
		{ "umlaut", "\xc3\xa4", "\xc3\xa4" },
		{ "euro", "\xe2\x82\xac", "\xe2\x82\xac" },
		{ "emoji", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
		{ "highest code point", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf" },
		{ "above the highest", "\xf4\x90\x80\x80", "????" },
		{ "C1 control as UTF-8",
		  "a\xc2\x9b"
		  "31mb",
		  "a?31mb" },
		{ "C1 control as a byte",
		  "a\x9b"
		  "31mb",
		  "a?31mb" },
		{ "overlong slash", "\xc0\xaf", "??" },
		{ "overlong delete", "\xc1\xbf", "??" },
		{ "overlong with three bytes", "\xe0\x80\xaf", "???" },
		{ "overlong with four bytes", "\xf0\x80\x80\xaf", "????" },
		{ "surrogate", "\xed\xa0\x80", "???" },
		{ "cut after one of two", "a\xc3", "a?" },
		{ "cut after one of three", "a\xe2", "a?" },
		{ "cut after two of three", "a\xe2\x82", "a??" },
		{ "cut after three of four", "a\xf0\x9f\x98", "a???" },
		{ "continuation alone", "\x80\xbf", "??" },
		{ "not a start byte", "\xfe\xff", "??" },
		{ "right-to-left override",
		  "a\xe2\x80\xae"
		  "b",
		  "a?b" },
		{ "isolate",
		  "a\xe2\x81\xa6"
		  "b",
		  "a?b" },
		{ "zero width space",
		  "a\xe2\x80\x8b"
		  "b",
		  "a?b" },
		{ "line separator",
		  "a\xe2\x80\xa8"
		  "b",
		  "a?b" },
		{ "byte order mark",
		  "\xef\xbb\xbf"
		  "b",
		  "?b" },
		{ "Arabic letter mark",
		  "a\xd8\x9c"
		  "b",
		  "a?b" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *s = xstrdup(rows[i].in);

		CHECK(rows[i].row, text_is_clean(s) == !strcmp(rows[i].in, rows[i].out));
		text_clean_utf8(s);
		CHECK(rows[i].row, !strcmp(s, rows[i].out));
		CHECK(rows[i].row, text_is_clean(s));
		text_clean(s);
		for (const char *c = s; *c; c++)
			CHECK(rows[i].row, *c >= 0x20 && *c <= 0x7e);
	}
}

/* Whatever the bytes: the result is clean and no longer. */
static void test_clean_every_pair(void **state)
{
	(void)state;
	for (unsigned a = 1; a < 256; a++) {
		for (unsigned b = 1; b < 256; b++) {
			char s[] = { (char)a, (char)b, 'x', 0 };

			text_clean(s);
			assert_true(text_is_clean(s));
			assert_true(strlen(s) <= 3);
			assert_int_equal(s[strlen(s) - 1], 'x');
		}
	}
}

/* As UTF-8, whether or not it is a code point. */
static size_t encode(uint32_t code, char *s)
{
	const size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const unsigned first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = length - 1; i > 0; i--, code >>= 6)
		s[i] = (char)(0x80 | (code & 0x3f));
	s[0] = (char)(first[length] | code);
	s[length] = 0;
	return length;
}

/* What must not be printed, to the code point; its neighbours may. */
static void test_clean_edges(void **state)
{
	static const struct {
		const char *row;
		uint32_t first, last;
	} rows[] = {
		{ "delete and C1", 0x7f, 0x9f },
		{ "soft hyphen", 0xad, 0xad },
		{ "Arabic letter mark", 0x61c, 0x61c },
		{ "zero width and marks", 0x200b, 0x200f },
		{ "separators, embeddings, overrides", 0x2028, 0x202e },
		{ "joiners and isolates", 0x2060, 0x2069 },
		{ "surrogates", 0xd800, 0xdfff },
		{ "byte order mark", 0xfeff, 0xfeff },
		{ "tags", 0xe0000, 0xe007f },
		{ "no code points", 0x110000, 0 },
	};
	char s[8];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		encode(rows[i].first - 1, s);
		CHECK(rows[i].row, text_is_clean(s));
		encode(rows[i].first, s);
		CHECK(rows[i].row, !text_is_clean(s));
		if (!rows[i].last)
			continue;
		encode(rows[i].last, s);
		CHECK(rows[i].row, !text_is_clean(s));
		encode(rows[i].last + 1, s);
		CHECK(rows[i].row, text_is_clean(s));
	}
}

/* The lowest and the highest code point of each length. */
static void test_utf8_length(void **state)
{
	static const uint32_t codes[] = { 1,	  0x7f,	  0x80,	  0x7ff,   0x800,
					  0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		uint32_t code = 0;
		char s[8];
		const size_t length = encode(codes[i], s);

		assert_int_equal(text_utf8_length(s, &code), length);
		assert_int_equal(code, codes[i]);
	}
}

static void test_number(void **state)
{
	static const struct {
		const char *in;
		int base;
		uint64_t max;
		bool good;
		uint64_t value;
	} rows[] = {
		{ "0", 10, UINT64_MAX, true, 0 },
		{ "18446744073709551615", 10, UINT64_MAX, true, UINT64_MAX },
		{ "18446744073709551616", 10, UINT64_MAX, false, 0 },
		{ "99999999999999999999999999", 10, UINT64_MAX, false, 0 },
		{ "10", 10, 10, true, 10 },
		{ "11", 10, 10, false, 0 },
		{ "007", 10, 10, true, 7 },
		{ "", 10, 10, false, 0 },
		{ " 1", 10, 10, false, 0 },
		{ "1 ", 10, 10, false, 0 },
		{ "1\n", 10, 10, false, 0 },
		{ "+1", 10, 10, false, 0 },
		{ "-1", 10, UINT64_MAX, false, 0 },
		{ "0x1", 10, 10, false, 0 },
		{ "1e1", 10, 100, false, 0 },
		{ "ff", 16, UINT64_MAX, true, 255 },
		{ "0xff", 16, UINT64_MAX, true, 255 },
		{ "0XFF", 16, UINT64_MAX, true, 255 },
		{ "0x0000000000000000ff", 16, UINT64_MAX, true, 255 },
		{ "0xffffffffffffffff", 16, UINT64_MAX, true, UINT64_MAX },
		{ "0x10000000000000000", 16, UINT64_MAX, false, 0 },
		{ "0x", 16, UINT64_MAX, false, 0 },
		{ "x1", 16, UINT64_MAX, false, 0 },
		{ "0x0x1", 16, UINT64_MAX, false, 0 },
		{ "0x-1", 16, UINT64_MAX, false, 0 },
		{ "0x 1", 16, UINT64_MAX, false, 0 },
		{ "0xfg", 16, UINT64_MAX, false, 0 },
		{ "100", 16, 0xff, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t value = 4711;

		CHECK(rows[i].in, text_to_number(rows[i].in, rows[i].base, rows[i].max,
						 &value) == rows[i].good);
		CHECK(rows[i].in, value == (rows[i].good ? rows[i].value : 4711));
	}
}

/* Both ways; what is no pair of digits is refused, wherever it stands. */
static void test_bytes(void **state)
{
	static const uint8_t bytes[] = { 0x00, 0x7f, 0x80, 0xff, 0x1a };
	static const char *const wrong[] = { "0", "000", "0g", "g0", "00 0", "0x" };
	cleanup_free char *text = text_of_bytes(bytes, sizeof(bytes));
	cleanup_free char *nothing = text_of_bytes(bytes, 0);
	cleanup_free uint8_t *back = NULL, *upper = NULL, *empty = NULL;
	size_t n = 99;

	(void)state;
	assert_string_equal(text, "007f80ff1a");
	assert_string_equal(nothing, "");
	back = text_to_bytes(text, &n);
	assert_int_equal(n, sizeof(bytes));
	assert_memory_equal(back, bytes, sizeof(bytes));
	upper = text_to_bytes("AF", &n);
	assert_int_equal(n, 1);
	assert_int_equal(upper[0], 0xaf);
	empty = text_to_bytes("", &n);
	assert_int_equal(n, 0);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		CHECK(wrong[i], !text_to_bytes(wrong[i], &n));
}

static void test_next_line(void **state)
{
	char text[] = "one\ntwo  \r\n\n  four";
	char empty[] = "";
	char newline[] = "\n";
	char *rest = text;
	bool complete;

	(void)state;
	assert_string_equal(text_next_line(&rest, &complete), "one");
	assert_true(complete);
	assert_string_equal(text_next_line(&rest, &complete), "two");
	assert_true(complete);
	assert_string_equal(text_next_line(&rest, &complete), "");
	assert_true(complete);
	assert_string_equal(text_next_line(&rest, &complete), "  four");
	assert_false(complete);
	assert_null(text_next_line(&rest, &complete));
	rest = empty;
	assert_null(text_next_line(&rest, &complete));
	rest = NULL;
	assert_null(text_next_line(&rest, &complete));
	rest = newline;
	assert_string_equal(text_next_line(&rest, &complete), "");
	assert_null(text_next_line(&rest, &complete));
}

static void test_distance(void **state)
{
	const char *const long_word = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

	(void)state;
	assert_int_equal(text_distance("check", "check"), 0);
	assert_int_equal(text_distance("", "check"), 5);
	assert_int_equal(text_distance("chekc", "check"), 1);
	assert_int_equal(text_distance("chck", "check"), 1);
	assert_int_equal(text_distance("cheack", "check"), 1);
	assert_int_equal(text_distance("chack", "check"), 1);
	assert_int_equal(text_distance("list", "check"), 5);
	assert_int_equal(text_distance("ab", "ba"), 1);
	assert_int_equal(text_distance("abcd", "badc"), 2);
	assert_int_equal(text_distance("abc", "cba"), 2);
	assert_int_equal(text_distance("aab", "aba"), 1);
	assert_int_equal(text_distance("ca", "abc"), 3); /* no change within a change */
	assert_int_equal(text_distance("kitten", "sitting"), 3);
	assert_int_equal(text_distance(long_word + 1, long_word + 1), 0);
	assert_int_equal(strlen(long_word), 41);
	assert_int_equal(text_distance(long_word, long_word),
			 40); /* too long: far away */
}

/* Each pair of neighbours is in order, and so is each pair at all. */
static void test_natural_order(void **state)
{
	static const char *const names[] = {
		"0000:00:01.0", "0000:00:02.0", "0000:00:09.0", "0000:00:0a.0",
		"0000:00:1f.0", "0000:01:00.0", "0000:0a:00.0", "group2",
		"group10",	"group10a",	"group100",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_int_equal(text_compare_natural(names[i], names[i]), 0);
		for (size_t j = i + 1; j < ARRAY_SIZE(names); j++) {
			CHECK(names[i], text_compare_natural(names[i], names[j]) < 0);
			CHECK(names[i], text_compare_natural(names[j], names[i]) > 0);
		}
	}
}

static void test_growing(void **state)
{
	struct text t = { 0 };
	cleanup_free char *taken = NULL;
	cleanup_free char *nothing = NULL;

	(void)state;
	for (int i = 0; i < 1000; i++)
		text_printf(&t, "%03d", i);
	assert_int_equal(t.len, 3000);
	assert_int_equal(strlen(t.data), 3000);
	text_add(&t, "end");
	taken = text_take(&t);
	assert_string_equal(taken + 2997, "999end");
	assert_null(t.data);
	nothing = text_take(&t);
	assert_string_equal(nothing, "");
	text_add(&t, "again");
	text_reset(&t);
	assert_int_equal(t.len, 0);
	assert_string_equal(t.data, "");
	text_clear(&t);
	assert_null(t.data);
}

static void test_trim(void **state)
{
	char blanks[] = " a b \t\r\n";
	char only[] = " \n";

	(void)state;
	text_trim_end(blanks);
	assert_string_equal(blanks, " a b");
	text_trim_end(only);
	assert_string_equal(only, "");
	assert_true(text_starts_with("group:1", "group:"));
	assert_false(text_starts_with("grou", "group:"));
}

static void test_size(void **state)
{
	static const struct {
		struct range range;
		const char *size;
	} rows[] = {
		{ { 5, 5 }, "1 byte" },
		{ { 5, 4 }, "0 bytes" },
		{ { 0, 1022 }, "1023 bytes" },
		{ { 0, 1023 }, "1 KiB" },
		{ { 0x1000, 0x1fff }, "4 KiB" },
		{ { 0, 1535 }, "1.5 KiB" },
		{ { 0, 1048574 }, "1023.9 KiB" }, /* down, never to 1 MiB */
		{ { 0xfef00000, 0xffffffffffff }, "255.9 TiB" },
		{ { 0, ((uint64_t)1 << 63) - 1 }, "8 EiB" },
		{ { 1, UINT64_MAX }, "15.9 EiB" },
		{ { 0, UINT64_MAX }, "16 EiB" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *size = text_of_size(rows[i].range);

		assert_string_equal(size, rows[i].size);
	}
}

static void test_count(void **state)
{
	static const struct {
		uint64_t n;
		const char *text;
	} rows[] = { { 0, "no entries" }, { 1, "1 entry" }, { 2, "2 entries" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *text = text_of_count(rows[i].n, "entry", "entries");

		assert_string_equal(text, rows[i].text);
	}
	assert_string_equal(one_or_many(0, "has", "have"), "have");
	assert_string_equal(one_or_many(1, "has", "have"), "has");
}

static void test_list(void **state)
{
	static const char *const words[] = { "A", "B", "C", "D", "E" };
	static const char *const texts[] = { "",
					     "A",
					     "A and B",
					     "A, B and C",
					     "A, B, C and 1 more",
					     "A, B, C and 2 more" };

	(void)state;
	for (size_t n = 0; n <= ARRAY_SIZE(words); n++) {
		struct text_list list = { .max = 3 };
		cleanup_free char *text = NULL;

		for (size_t i = 0; i < n; i++)
			text_list_add(&list, words[i]);
		text = text_list_take(&list);
		assert_string_equal(text, texts[n]);
		assert_int_equal(list.n, n);
	}
}

/* As a field has it. */
static void test_plain_list(void **state)
{
	static const char *const texts[] = { "", "0", "0, 1", "0, 1 and 1 more" };

	(void)state;
	for (size_t n = 0; n < ARRAY_SIZE(texts); n++) {
		struct text_list list = { .max = 2, .plain = true };
		cleanup_free char *text = NULL;

		for (size_t i = 0; i < n; i++)
			text_list_printf(&list, "%zu", i);
		text = text_list_take(&list);
		assert_string_equal(text, texts[n]);
	}
}

static void test_fill(void **state)
{
	const struct text_word words[] = { { "who", text_format("A") },
					   { "what", text_format("{who}") } };
	cleanup_free char *text =
		text_fill("{who} does {what}{nothing}, {who}.", words, ARRAY_SIZE(words));

	(void)state;
	assert_string_equal(text, "A does {who}, A.");
}

/* Some without a value, one that nobody gave. */
static void test_filled(void **state)
{
	static const struct {
		const char *wording, *text;
	} rows[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "{a}", "one" },
		{ "{a} and {b}", "one and 100%s" },
		{ "{b}{none}{other}.", "100%s." },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *text = text_filled(rows[i].wording, "a", "one", "b",
						      "100%s", "none", NULL, TEXT_END);

		assert_string_equal(text, rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_clean_every_pair),
		cmocka_unit_test(test_clean_edges),
		cmocka_unit_test(test_utf8_length),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_next_line),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_natural_order),
		cmocka_unit_test(test_growing),
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_plain_list),
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_filled),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
