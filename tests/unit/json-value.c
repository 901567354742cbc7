/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON that is read where it lies: what is taken, and what it says. */
#include "unit.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json-value.h"

#define DEPTH 4

static bool is_taken(const char *text, size_t len)
{
	struct json_value v;
	size_t byte;

	return !json_check(text, len, DEPTH, &byte, &v);
}

static void test_grammar(void **state)
{
	static const struct {
		const char *text, *problem;
		size_t byte;
	} rows[] = {
		{ "{}", NULL, 2 },
		{ " [ 1 , -0.5e+9 , true, false, null, \"\" ] \n", NULL, 42 },
		{ "{\"a\": {\"b\": [[]]}}", NULL, 18 },
		{ "0", NULL, 1 },
		{ "\"\\u00e4\\ud83d\\ude00\\\"\\\\\\/\\b\\f\\n\\r\\t\"", NULL, 36 },
		{ "\"\xc3\xa4\"", NULL, 4 },
		{ "", "it ends too early", 0 },
		{ " ", "it ends too early", 1 },
		{ "[", "it ends too early", 1 },
		{ "[1", "it ends too early", 2 },
		{ "[1,", "it ends too early", 3 },
		{ "{\"a\"", "it ends too early", 4 },
		{ "{\"a\":", "it ends too early", 5 },
		{ "\"a", "it ends too early", 2 },
		{ "\"a\\", "it ends too early", 3 },
		{ "\"\\u12", "it ends too early", 5 },
		{ "tru", "it ends too early", 3 },
		{ "-", "it ends too early", 1 },
		{ "1.", "it ends too early", 2 },
		{ "1e", "it ends too early", 2 },
		{ "[1,]", "unexpected character", 3 },
		{ "[,1]", "unexpected character", 1 },
		{ "[1 2]", "unexpected character", 3 },
		{ "{\"a\" 1}", "unexpected character", 5 },
		{ "{\"a\":1,}", "unexpected character", 7 },
		{ "{a:1}", "unexpected character", 1 },
		{ "{1:1}", "unexpected character", 1 },
		{ "[1}", "unexpected character", 2 },
		{ "01", "unexpected character", 1 },
		{ "+1", "unexpected character", 0 },
		{ ".5", "unexpected character", 0 },
		{ "NaN", "unexpected character", 0 },
		{ "'a'", "unexpected character", 0 },
		{ "/**/1", "unexpected character", 0 },
		{ "\"\t\"", "unexpected character", 1 },
		{ "\"\\x\"", "unexpected character", 2 },
		{ "\"\\u12g4\"", "unexpected character", 5 },
		{ "{} {}", "unexpected character", 3 },
		{ "\"\xff\"", "not UTF-8", 1 },
		{ "\"\xc3\"", "not UTF-8", 1 },
		{ "[[[[]]]]", NULL, 8 },
		{ "[[[[[]]]]]", "nesting too deep", 4 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct json_value v;
		size_t byte;
		const char *problem =
			json_check(rows[i].text, strlen(rows[i].text), DEPTH, &byte, &v);

		if (!text_equals(problem, rows[i].problem) || byte != rows[i].byte)
			fail_msg("%s: byte %zu: %s", rows[i].text, byte,
				 problem ? problem : "taken");
		assert_int_equal(!problem, v.at != NULL);
	}
	assert_false(is_taken("[]\0", 3));
	assert_false(is_taken("\"\0\"", 3));
}

static void test_strings(void **state)
{
	static const struct {
		const char *text, *means; /* NULL: it holds a zero byte */
	} rows[] = {
		{ "\"\"", "" },
		{ "\"a\xc3\xa4z\"", "a\xc3\xa4z" },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t" },
		{ "\"\\u0041\\u00e4\\u20ac\\ud83d\\ude00\"",
		  "A\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "\"\\ud83d\"", "\xef\xbf\xbd" },
		{ "\"\\ud83dx\"", "\xef\xbf\xbdx" },
		{ "\"\\ud83d\\n\"", "\xef\xbf\xbd\n" },
		{ "\"\\ud83d\\u0041\"", "\xef\xbf\xbd"
					"A" },
		{ "\"\\ude00\"", "\xef\xbf\xbd" },
		{ "\"a\\u0000b\"", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct json_value v;
		size_t byte;
		cleanup_free char *means = NULL;

		assert_null(
			json_check(rows[i].text, strlen(rows[i].text), DEPTH, &byte, &v));
		assert_int_equal(json_kind(v), JSON_STRING);
		means = json_decode(v);
		if (!text_equals(means, rows[i].means))
			fail_msg("%s means %s", rows[i].text, means ? means : "nothing");
	}
}

static void test_walk(void **state)
{
	static const char text[] =
		" { \"a\" : [ 1 ,\"]}\\\"\", {\"b\":[]}, true ] ,\"c\":{ },\"d\":null}";
	static const char *const elements[] = { "1", "\"]}\\\"\"", "{\"b\":[]}", "true" };
	struct json_value v, key, value, element;
	struct json_walk w, inner;
	size_t byte;

	(void)state;
	assert_null(json_check(text, strlen(text), DEPTH, &byte, &v));
	assert_int_equal(json_kind(v), JSON_OBJECT);
	w = json_walk(v);
	assert_true(json_next_member(&w, &key, &value));
	assert_true(json_is_spelled(key, "a"));
	assert_false(json_is_spelled(key, "ab"));
	assert_int_equal(json_kind(value), JSON_ARRAY);
	inner = json_walk(value);
	for (size_t i = 0; i < ARRAY_SIZE(elements); i++) {
		assert_true(json_next_element(&inner, &element));
		assert_int_equal(element.len, strlen(elements[i]));
		assert_memory_equal(element.at, elements[i], element.len);
	}
	assert_false(json_next_element(&inner, &element));
	assert_true(json_is_true(element));
	assert_true(json_next_member(&w, &key, &value));
	inner = json_walk(value);
	assert_false(json_next_member(&inner, &key, &element));
	assert_true(json_next_member(&w, &key, &value));
	assert_true(json_is_spelled(key, "d"));
	assert_int_equal(json_kind(value), JSON_NULL);
	assert_false(json_next_member(&w, &key, &value));
}

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Does json-c take it, too, in its strictest way? */
static bool json_c_takes(const char *text, size_t len)
{
	struct json_tokener *t = json_tokener_new_ex(DEPTH + 1);
	struct json_object *o;
	bool taken;

	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	o = json_tokener_parse_ex(t, text, (int)len);
	taken = json_tokener_get_error(t) == json_tokener_success;
	json_object_put(o);
	json_tokener_free(t);
	return taken;
}

/*
 * What is taken another parser takes, too: random texts made of the pieces that JSON is
 * made of. Each is a copy of its size, so that sanitizers see who reads on.
 */
static void test_random_texts(void **state)
{
	static const char *const pieces[] = {
		"{",	"}",	 "[",	   "]",	 ",",  ":",	  "\"a",
		"\"",	"\"b\"", "\"c\":", "1",	 "-2", "0",	  "1.5e3",
		"true", "null",	 " ",	   "\\", "[]", "\\u00e4", "\"d\":0"
	};
	uint32_t seed = 4711;
	unsigned taken = 0;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct text t = { 0 };
		cleanup_free char *text = NULL;

		text_add(&t, next_random(&seed) % 2 ? "[" : "{");
		for (unsigned n = next_random(&seed) % 7; n; n--)
			text_add(&t, pieces[next_random(&seed) % ARRAY_SIZE(pieces)]);
		text_add(&t, *t.data == '[' ? "]" : "}");
		text = xstrdup(t.data);
		if (is_taken(text, t.len)) {
			taken++;
			if (!json_c_takes(text, t.len))
				fail_msg("only we take %s", text);
		}
		text_clear(&t);
	}
	print_message("# %u of 200000 are taken\n", taken);
	assert_true(taken > 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grammar),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_random_texts),
	};

	return cmocka_run_group_tests_name("json-value", tests, NULL, NULL);
}
