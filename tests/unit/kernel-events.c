/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "collect/kernel-events.h"

#define BYTES(s) (s), sizeof(s) - 1

static void test_parse(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t n;
		const char *action, *path, *subsystem; /* action NULL: it is none */
	} rows[] = {
		{ "a bind",
		  BYTES("bind@/devices/pci0000:00/0000:00:02.0\0ACTION=bind\0"
			"DEVPATH=/devices/pci0000:00/0000:00:02.0\0SUBSYSTEM=pci\0"
			"SEQNUM=1\0"),
		  "bind", "/devices/pci0000:00/0000:00:02.0", "pci" },
		{ "no subsystem", BYTES("add@/module/vfio\0ACTION=add\0"), "add",
		  "/module/vfio", NULL },
		{ "no end", BYTES("add@/module/vfio"), "add", "/module/vfio", NULL },
		{ "cut in a key", BYTES("add@/x\0SUBSYS"), "add", "/x", NULL },
		{ "cut in a value", BYTES("add@/x\0SUBSYSTEM=p"), "add", "/x", "p" },
		{ "an empty value", BYTES("add@/x\0SUBSYSTEM=\0"), "add", "/x", "" },
		{ "a longer key", BYTES("add@/x\0SUBSYSTEMS=pci\0"), "add", "/x", NULL },
		{ "many ends", BYTES("add@/x\0\0\0\0SUBSYSTEM=pci\0\0"), "add", "/x",
		  "pci" },
		{ "two signs", BYTES("add@/x@y\0"), "add", "/x@y", NULL },
		{ "of udevd", BYTES("libudev\0\xfe\xed\xca\xfe@/x"), NULL, NULL, NULL },
		{ "no action", BYTES("@/x\0"), NULL, NULL, NULL },
		{ "no path", BYTES("add@\0"), NULL, NULL, NULL },
		{ "another path", BYTES("add@x\0"), NULL, NULL, NULL },
		{ "nothing", BYTES(""), NULL, NULL, NULL },
		{ "only an end", BYTES("\0"), NULL, NULL, NULL },
	};

	struct burst b = { 0 }; /* it frees them */

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct kernel_event e = { 0 };
		char *copy = malloc(rows[i].n + 1); /* so that sanitizers see the end */
		bool is_event;

		memcpy(copy, rows[i].bytes, rows[i].n);
		copy = realloc(copy, rows[i].n ? rows[i].n : 1);
		is_event = kernel_event_parse(copy, rows[i].n, &e);
		CHECK(rows[i].name, is_event == (rows[i].action != NULL));
		CHECK(rows[i].name, text_equals(e.action, rows[i].action));
		CHECK(rows[i].name, text_equals(e.path, rows[i].path));
		CHECK(rows[i].name, text_equals(e.subsystem, rows[i].subsystem));
		if (is_event)
			burst_add(&b, 0, e);
		free(copy);
	}
	burst_clear(&b);
}

/* Any bytes, any length. */
static void test_noise(void **state)
{
	struct burst b = { 0 };
	uint32_t x = 1;

	(void)state;
	for (size_t n = 0; n < 40000; n += 1 + n / 2) {
		for (int i = 0; i < 50; i++) {
			uint8_t *bytes = malloc(n + 1);
			struct kernel_event e = { 0 };

			for (size_t k = 0; k < n; k++) {
				x = x * 1664525 + 1013904223;
				bytes[k] = (uint8_t)(x >> 24);
			}
			if (n > 3 && i % 2)
				memcpy(bytes, "a@/", 3);
			if (kernel_event_parse((const char *)bytes, n, &e)) {
				assert_true(n <= 16384);
				burst_add(&b, 0, e);
			}
			free(bytes);
		}
	}
	assert_true(b.n > 0);
	burst_clear(&b);
}

static void test_sender(void **state)
{
	const struct ucred kernel = { 0 }, root = { .pid = 7 }, user = { .uid = 1000 };
	struct sockaddr_nl from = { .nl_family = AF_NETLINK, .nl_groups = 1 };

	(void)state;
	assert_true(kernel_event_is_real(&from, &kernel));
	assert_false(kernel_event_is_real(&from, &root));
	assert_false(kernel_event_is_real(&from, &user));
	assert_false(kernel_event_is_real(&from, NULL));
	from.nl_pid = 7;
	assert_false(kernel_event_is_real(&from, &kernel));
	from = (struct sockaddr_nl){ 0 };
	assert_false(kernel_event_is_real(&from, &kernel));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_sender),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
