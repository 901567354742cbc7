/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "model/names.h"

/* Each value has a word of its own, which leads back to it; other words lead nowhere. */
#define BOTH_WAYS(tag, name, count)                                                    \
	static void test_##name(void **state)                                          \
	{                                                                              \
		(void)state;                                                           \
		for (size_t i = 0; i < (size_t)(count); i++) {                         \
			const char *word = name((enum tag)i);                          \
			size_t out = (size_t)(count);                                  \
                                                                                       \
			assert_non_null(word);                                         \
			assert_string_not_equal(word, "?");                            \
			assert_false(words_parse(&tag##_words, "no such word", &out)); \
			assert_false(words_parse(&tag##_words, "", &out));             \
			assert_int_equal(out, count);                                  \
			assert_true(words_parse(&tag##_words, word, &out));            \
			assert_int_equal(out, i);                                      \
		}                                                                      \
		assert_string_equal(name((enum tag)(count)), "?");                     \
	}

BOTH_WAYS(region_type, region_type_name, REGION_TYPE_COUNT)
BOTH_WAYS(domain_type, domain_type_name, DOMAIN_TYPE_COUNT)
BOTH_WAYS(iommu_kind, iommu_kind_name, IOMMU_KIND_COUNT)
BOTH_WAYS(bus_kind, bus_kind_name, BUS_KIND_COUNT)
BOTH_WAYS(source_id, source_name, SOURCE_COUNT)
BOTH_WAYS(source_state, source_state_name, SOURCE_STATE_COUNT)
BOTH_WAYS(tristate, tristate_name, TRISTATE_COUNT)
BOTH_WAYS(holding, holding_name, HOLDING_COUNT)
BOTH_WAYS(asked_via, asked_via_name, ASKED_VIA_COUNT)

/* The same by the type, which a caller has. */
static void test_parse(void **state)
{
	enum region_type type = REGION_TYPE_COUNT;

	(void)state;
	assert_false(region_type_parse("no such word", &type));
	assert_int_equal(type, REGION_TYPE_COUNT);
	assert_true(region_type_parse("msi", &type));
	assert_int_equal(type, REGION_MSI);
}

static void test_region_words_are_the_kernels(void **state)
{
	(void)state;
	assert_string_equal(region_type_name(REGION_DIRECT), "direct");
	assert_string_equal(region_type_name(REGION_DIRECT_RELAXABLE),
			    "direct-relaxable");
	assert_string_equal(region_type_name(REGION_RESERVED), "reserved");
	assert_string_equal(region_type_name(REGION_MSI), "msi");
	assert_string_equal(domain_type_name(DOMAIN_DMA_FQ), "DMA-FQ");
}

static void test_errno_name(void **state)
{
	(void)state;
	assert_string_equal(errno_name(EINVAL), "EINVAL");
	assert_string_equal(errno_name(EPERM), "EPERM");
	assert_string_equal(errno_name(ENOSPC), "ENOSPC");
	assert_non_null(errno_name(4095));
	assert_int_equal(errno_name(4095)[0], 'E');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_region_type_name),
		cmocka_unit_test(test_domain_type_name),
		cmocka_unit_test(test_iommu_kind_name),
		cmocka_unit_test(test_bus_kind_name),
		cmocka_unit_test(test_source_name),
		cmocka_unit_test(test_source_state_name),
		cmocka_unit_test(test_tristate_name),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_holding_name),
		cmocka_unit_test(test_asked_via_name),
		cmocka_unit_test(test_region_words_are_the_kernels),
		cmocka_unit_test(test_errno_name),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
