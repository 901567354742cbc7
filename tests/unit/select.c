/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"

/*
 * Group 1: 00:02.0 display i915, direct-relaxable and msi. Group 2: 00:1f.0 and 00:1f.2 ahci, the
 * software MSI window. Group 3: 01:00.0 of domain 1, vfio-pci, direct. Group 4: a platform device.
 * Group 5: empty. 00:05.0: in no group.
 */
static int set_up(void **state)
{
	struct host *host = xcalloc(1, sizeof(*host));
	struct device *d;

	build_host(host, "6.12", "aarch64", 4096);
	for (uint32_t id = 1; id <= 5; id++)
		build_group(host, id, DOMAIN_DMA);
	build_device(host, "0000:00:02.0", 1, 0x030000, "i915");
	build_device(host, "0000:00:1f.0", 2, 0x060100, NULL);
	build_device(host, "0000:00:1f.2", 2, 0x010601, "ahci");
	build_device(host, "0001:01:00.0", 3, 0x020000, "vfio-pci");
	d = host_add_device(host, "9050000.thing");
	d->bus = BUS_PLATFORM;
	d->group = 4;
	build_device(host, "0000:00:05.0", NO_GROUP, 0x088000, NULL);
	build_region(host, 1, 1, RANGE(0x1000, 0x1fff), REGION_DIRECT_RELAXABLE);
	build_region(host, 1, 2, RANGE(0xfee00000, 0xfeefffff), REGION_MSI);
	build_region(host, 2, 1, RANGE(0x8000000, 0x80fffff), REGION_MSI);
	build_region(host, 3, 1, RANGE(0x3000, 0x3fff), REGION_DIRECT);
	assert_true(host_finish(host));
	*state = host;
	return 0;
}

static int tear_down(void **state)
{
	host_clear(*state);
	free(*state);
	return 0;
}

/* One character for each device, group or region: its place, if it is selected. */
static char *picture(const struct selection *s, const struct host *host)
{
	struct text t = { 0 };

	text_add(&t, "devices");
	for (size_t i = 0; i < host->n_devices; i++)
		if (s->devices[i])
			text_printf(&t, " %s", host->devices[i].name);
	text_add(&t, " groups");
	for (size_t i = 0; i < host->n_groups; i++)
		if (s->groups[i])
			text_printf(&t, " %u", (unsigned)host->groups[i].id);
	text_add(&t, " regions");
	for (size_t i = 0; i < host->n_regions; i++)
		if (s->regions[i])
			text_printf(&t, " %u:%u", (unsigned)host->regions[i].group,
				    host->regions[i].line);
	return text_take(&t);
}

static void test_good(void **state)
{
	static const struct {
		const char *words; /* with blanks between */
		const char *picture;
	} rows[] = {
		{ "group:2", "devices 0000:00:1f.0 0000:00:1f.2 groups 2 regions 2:1" },
		{ "group:5", "devices groups 5 regions" },
		{ "group:1 group:3",
		  "devices 0000:00:02.0 0001:01:00.0 groups 1 3 regions 1:1 1:2 3:1" },
		{ "0000:00:1f.2", "devices 0000:00:1f.2 groups 2 regions 2:1" },
		{ "00:1f.2", "devices 0000:00:1f.2 groups 2 regions 2:1" },
		{ "0:1f.2", "devices 0000:00:1f.2 groups 2 regions 2:1" },
		{ "00:1f.*", "devices 0000:00:1f.0 0000:00:1f.2 groups 2 regions 2:1" },
		{ "1f.", "devices 0000:00:1f.0 0000:00:1f.2 groups 2 regions 2:1" },
		{ "1::", "devices 0001:01:00.0 groups 3 regions 3:1" },
		{ "*:00.0", "devices 0001:01:00.0 groups 3 regions 3:1" },
		{ "77:*", "devices groups regions" },
		{ "0000:00:05.0", "devices 0000:00:05.0 groups regions" },
		{ "9050000.thing", "devices 9050000.thing groups 4 regions" },
		{ "driver:ahci", "devices 0000:00:1f.2 groups 2 regions 2:1" },
		{ "driver:none-such", "devices groups regions" },
		{ "class:02", "devices 0001:01:00.0 groups 3 regions 3:1" },
		{ "class:0601", "devices 0000:00:1f.0 groups 2 regions 2:1" },
		{ "class:010601", "devices 0000:00:1f.2 groups 2 regions 2:1" },
		{ "type:direct", "devices 0001:01:00.0 groups 3 regions 3:1" },
		{ "type:direct type:direct-relaxable",
		  "devices 0000:00:02.0 0001:01:00.0 groups 1 3 regions 1:1 3:1" },
		{ "type:sw-msi", "devices 0000:00:1f.0 0000:00:1f.2 groups 2 regions 2:1" },
		{ "group:1 type:msi", "devices 0000:00:02.0 groups 1 regions 1:2" },
		{ "group:2 driver:ahci", "devices 0000:00:1f.2 groups 2 regions 2:1" },
		{ "group:1 driver:ahci", "devices groups regions" },
		{ "00:02.0 driver:i915 class:03 type:direct-relaxable",
		  "devices 0000:00:02.0 groups 1 regions 1:1" },
	};
	const struct host *host = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *copy = xstrdup(rows[i].words), *save = NULL, *words[8], *is;
		struct selection selection;
		size_t n = 0;

		for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
			words[n++] = w;
		CHECK(rows[i].words, select_parts(host, words, n, false, &selection));
		is = picture(&selection, host);
		if (strcmp(is, rows[i].picture))
			fail_msg("%s: is \"%s\", should be \"%s\"", rows[i].words, is,
				 rows[i].picture);
		CHECK(rows[i].words, !selection.all);
		free(is);
		free(copy);
		selection_clear(&selection);
	}
}

static void test_none(void **state)
{
	const struct host *host = *state;
	struct selection selection;

	assert_true(select_parts(host, NULL, 0, true, &selection));
	assert_true(selection.all);
	for (size_t i = 0; i < host->n_devices; i++)
		assert_true(selection.devices[i]);
	for (size_t i = 0; i < host->n_groups; i++)
		assert_true(selection.groups[i]);
	for (size_t i = 0; i < host->n_regions; i++)
		assert_true(selection.regions[i]);
	selection_clear(&selection);
}

static void test_bad(void **state)
{
	static const char *const rows[] = {
		"group:", "group:x", "group:-1", "group:99999999999", "group:4294967295",
		"group:1x", "group:6", "class:2", "class:0x02", "class:zz", "class:",
		"class:02000000", "type:", "type:dircet", "grop:1", "0000:00:06.0", "no-such-name",
		"00:20.0", "",
	};
	const struct host *host = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *word = xstrdup(rows[i]);
		struct selection selection;

		CHECK(rows[i], !select_parts(host, &word, 1, false, &selection));
		selection_clear(&selection);
		free(word);
	}
}

static void test_suggest(void **state)
{
	static const char *const words[] = { "check", "list", "show", "explain", "snapshot" };

	(void)state;
	assert_string_equal(suggest("chekc", words, ARRAY_SIZE(words)), "check");
	assert_string_equal(suggest("lsit", words, ARRAY_SIZE(words)), "list");
	assert_string_equal(suggest("snap", words, ARRAY_SIZE(words)), "snapshot");
	assert_null(suggest("banana", words, ARRAY_SIZE(words)));
	assert_null(suggest("", words, ARRAY_SIZE(words)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_good),
		TEST(test_none),
		TEST(test_bad),
		cmocka_unit_test(test_suggest),
	};

	return cmocka_run_group_tests_name("select", tests, NULL, NULL);
}
