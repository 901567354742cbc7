/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "model/names.h"

/* Each value has a word of its own, which leads back to it; other words lead nowhere. */
#define BOTH_WAYS(type, name, parse, count)                                          \
	static void test_##name(void **state)                                        \
	{                                                                            \
		(void)state;                                                         \
		for (int i = 0; i < (int)(count); i++) {                             \
			const char *word = name((type)i);                            \
			type out = (type)((i + 1) % (int)(count));                   \
                                                                                     \
			assert_non_null(word);                                       \
			assert_string_not_equal(word, "?");                          \
			assert_true(parse(word, &out));                              \
			assert_int_equal(out, i);                                    \
			out = (type)((i + 1) % (int)(count));                        \
			assert_false(parse("no such word", &out));                   \
			assert_false(parse("", &out));                               \
			assert_int_equal(out, (i + 1) % (int)(count));               \
		}                                                                    \
		assert_string_equal(name((type)(count)), "?");                       \
	}

BOTH_WAYS(enum region_type, region_type_name, region_type_parse, REGION_TYPE_COUNT)
BOTH_WAYS(enum domain_type, domain_type_name, domain_type_parse, DOMAIN_TYPE_COUNT)
BOTH_WAYS(enum iommu_kind, iommu_kind_name, iommu_kind_parse, IOMMU_KIND_COUNT)
BOTH_WAYS(enum bus_kind, bus_kind_name, bus_kind_parse, BUS_KIND_COUNT)
BOTH_WAYS(enum source_id, source_name, source_parse, SOURCE_COUNT)
BOTH_WAYS(enum source_state, source_state_name, source_state_parse, SOURCE_STATE_COUNT)
BOTH_WAYS(enum yes_no, answer_name, answer_parse, ANSWER_COUNT)
BOTH_WAYS(enum confidence, confidence_name, confidence_parse, CONFIDENCE_COUNT)
BOTH_WAYS(enum severity, severity_name, severity_parse, SEVERITY_COUNT)

BOTH_WAYS(enum holding, holding_name, holding_parse, HOLDING_COUNT)
BOTH_WAYS(enum asked_via, asked_via_name, asked_via_parse, ASKED_VIA_COUNT)

static void test_region_words_are_the_kernels(void **state)
{
	(void)state;
	assert_string_equal(region_type_name(REGION_DIRECT), "direct");
	assert_string_equal(region_type_name(REGION_DIRECT_RELAXABLE), "direct-relaxable");
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
		cmocka_unit_test(test_answer_name),
		cmocka_unit_test(test_confidence_name),
		cmocka_unit_test(test_severity_name),
		cmocka_unit_test(test_holding_name),
		cmocka_unit_test(test_asked_via_name),
		cmocka_unit_test(test_region_words_are_the_kernels),
		cmocka_unit_test(test_errno_name),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
