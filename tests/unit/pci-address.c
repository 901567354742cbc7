/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <string.h>

#include "model/pci-address.h"

static void test_good(void **state)
{
	static const struct {
		const char *text;
		struct pci_address address;
	} rows[] = {
		{ "0000:00:00.0", { 0, 0, 0, 0 } },
		{ "0000:00:1f.7", { 0, 0, 31, 7 } },
		{ "0001:ff:02.3", { 1, 255, 2, 3 } },
		{ "ffff:0a:00.0", { 0xffff, 10, 0, 0 } },
		{ "10000:e1:00.0", { 0x10000, 0xe1, 0, 0 } },
		{ "ffffffff:ff:1f.7", { 0xffffffff, 255, 31, 7 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char buffer[PCI_ADDRESS_SIZE];
		struct pci_address a;

		CHECK(rows[i].text, pci_address_parse(rows[i].text, &a));
		CHECK(rows[i].text, a.domain == rows[i].address.domain);
		CHECK(rows[i].text, a.bus == rows[i].address.bus);
		CHECK(rows[i].text, a.device == rows[i].address.device);
		CHECK(rows[i].text, a.function == rows[i].address.function);
		CHECK(rows[i].text, !strcmp(pci_address_print(a, buffer), rows[i].text));
	}
}

static void test_bad(void **state)
{
	static const char *const rows[] = {
		"",
		"0000",
		"0000:",
		"0000:00",
		"0000:00:",
		"0000:00:00",
		"0000:00:00.",
		"00:00.0",
		"000:00:00.0",
		"0000:0:00.0",
		"0000:000:00.0",
		"0000:00:0.0",
		"0000:00:20.0",
		"0000:00:00.8",
		"0000:00:00.00",
		"0000:00:00.0 ",
		" 0000:00:00.0",
		"0000:00:00.0\n",
		"g000:00:00.0",
		"0000.00.00.0",
		"0000:00:00:0",
		"123456789:00:00.0",
		"-001:00:00.0",
		"0x00:00:00.0",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pci_address a = { 1, 2, 3, 4 };

		CHECK(rows[i], !pci_address_parse(rows[i], &a));
	}
}

static void test_capitals(void **state)
{
	struct pci_address a;

	(void)state;
	assert_true(pci_address_parse("0000:AB:1F.0", &a));
	assert_int_equal(a.bus, 0xab);
	assert_int_equal(a.device, 31);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_capitals),
	};

	return cmocka_run_group_tests_name("pci-address", tests, NULL, NULL);
}
