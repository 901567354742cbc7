/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Redaction: every text says what it may hold, and each form of a name is known. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "model/alias.h"
#include "model/facts.h"

/* --- The rows --- */

static void add_unsaid(const struct fact_list *list, struct text *out)
{
	for (const struct fact *f = list->rows; f < list->rows + list->n; f++) {
		if (f->kind == FACT_OBJECT || f->kind == FACT_OBJECTS)
			add_unsaid(f->parts, out);
		else if ((f->kind == FACT_TEXT || f->kind == FACT_STRINGS) &&
			 f->redact == REDACT_UNSAID)
			text_printf(out, "%s ", f->key);
	}
}

static void test_each_text_says_what_it_may_hold(void **state)
{
	struct text unsaid = { 0 };

	(void)state;
	add_unsaid(host_facts(), &unsaid);
	assert_null(unsaid.data);
}

/* --- Forms --- */

static void expect(struct redaction *r, const char *s, const char *wanted)
{
	cleanup_free char *got = redact_within(r, s);

	assert_string_equal(got, wanted);
}

static void test_forms(void **state)
{
	cleanup(redaction_clear) struct redaction r = { 0 };

	(void)state;
	expect(&r, "a 00:11:22:AA:bb:cc b", "a mac-1 b");
	expect(&r, "00-11-22-aa-bb-dd,00:11:22:aa:BB:CC", "mac-2,mac-1");
	expect(&r, "01234567-89AB-cdef-0123-456789abcdef", "uuid-1");
	expect(&r, "(01234567-89ab-cdef-0123-456789abcdef)", "(uuid-1)");
	expect(&r, "id 0123456789abcdef0123456789abcdef", "id uuid-2");
	expect(&r, "10.1.2.3:80 10.1.2.4/8 10.1.2.3", "ip-1:80 ip-2/8 ip-1");
	expect(&r, "[fe80::1] 2001:db8:1:2:3:4:5:6", "[ip-3] ip-4");
	expect(&r, "enx001122334455: up", "interface-1: up");
	expect(&r, "SerialNumber: AB12, x", "SerialNumber: serial-1, x");
	expect(&r, "Serial Number : CD34, S/N  = CD34, serial # CD34",
	       "Serial Number : serial-2, S/N  = serial-2, serial # serial-2");
	expect(&r, "/dev/mapper/vg-root nqn.2014-08:x", "/dev/mapper/disk-1 disk-2");
}

/* What an analysis needs, and what every host has. */
static void test_what_stays(void **state)
{
	static const char *const texts[] = {
		"vfio-pci 0000:03:00.0: 8086:10d3:103c:3239",
		"DMAR: [DMA Read] Request device [03:00.0] fault addr 0x791f0000",
		"dmar0: reg_base_addr fbffc000 ver 1:0 cap 8d2078c106f0466 ecap f020de",
		"RMRR [0x00000000791f0400-0x00000000791f43ff]",
		"Linux 6.12.107+deb13-amd64, version 1.2.3.4.5",
		"127.0.0.1 0.0.0.0 255.255.255.0 ::1",
		"serial8250: ttyS0, iommu::attach",
		"AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:00:14.0 domain=0x0000]",
	};
	cleanup(redaction_clear) struct redaction r = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		expect(&r, texts[i], texts[i]);
}

static void test_names_are_whole_words(void **state)
{
	cleanup(redaction_clear) struct redaction r = { 0 };

	(void)state;
	alias_anywhere(&r, ALIAS_INTERFACE, "eth0", 4);
	alias_anywhere(&r, ALIAS_HOST, "iommu", 5);
	know_host_name(&r, "db1.example.org", 15);
	expect(&r, "eth0 eth01 teth0 eth0_x eth0-rx-1 eth0.5",
	       "interface-1 eth01 teth0 eth0_x interface-1-rx-1 interface-1.5");
	expect(&r, "iommu: on db1.example.org, db1", "iommu: on host-1, host-2");
}

static void test_aliases_stay(void **state)
{
	cleanup(redaction_clear) struct redaction r = { 0 };

	(void)state;
	expect(&r, "mac-2 ip-1 10.0.0.1 mac-x ip-01", "mac-2 ip-1 ip-2 mac-x ip-01");
}

static void test_command_line(void **state)
{
	static const char line[] = "BOOT_IMAGE=/v root=UUID=x ro intel-iommu=on,sm_on "
				   "vfio-pci.ids=8086:10d3 foo=\"a b\" hugepagesz=1G "
				   "mem=4G kvm.x=1 kvm=1 nfsaddr= -- init a=b";
	cleanup(redaction_clear) struct redaction r = { 0 };
	cleanup_free char *got = redact_command_line(&r, line);

	(void)state;
	assert_string_equal(got,
			    "BOOT_IMAGE=value-1 root=value-2 ro intel-iommu=on,sm_on "
			    "vfio-pci.ids=8086:10d3 foo=value-3 hugepagesz=1G "
			    "mem=4G kvm.x=1 kvm=value-4 nfsaddr= -- value-5 value-6");
	assert_int_equal(r.n[ALIAS_VALUE], 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_text_says_what_it_may_hold),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_what_stays),
		cmocka_unit_test(test_names_are_whole_words),
		cmocka_unit_test(test_aliases_stay),
		cmocka_unit_test(test_command_line),
	};

	return cmocka_run_group_tests_name("redact", tests, NULL, NULL);
}
