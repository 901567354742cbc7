/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"

/*
 * Group 1: 00:02.0 display i915, direct-relaxable and msi. Group 2: 00:1f.0 and 00:1f.2
 * ahci, the software MSI window. Group 3: 01:00.0 of domain 1, vfio-pci, direct. Group 4:
 * a platform device. Group 5: empty. 00:05.0: in no group. Group 6: devices with colons
 * in their names, some of which could be something else. Network interfaces of 01:00.0,
 * of a device that is not here, and of none.
 */
static void build_platform_device(struct host *host, const char *name, uint32_t group)
{
	struct device *d = host_add_device(host, name);

	d->bus = BUS_PLATFORM;
	d->group = group;
}

static void build_interface(struct host *host, const char *name, const char *device)
{
	struct interface *f = ADD(host, interfaces);

	f->name = xstrdup(name);
	f->device = device ? xstrdup(device) : NULL;
}

static int set_up(void **state)
{
	struct host *host = xcalloc(1, sizeof(*host));

	build_host(host, "6.12", "aarch64", 4096);
	for (uint32_t id = 1; id <= 6; id++)
		build_group(host, id, DOMAIN_DMA);
	build_device(host, "0000:00:02.0", 1, 0x030000, "i915");
	build_device(host, "0000:00:1f.0", 2, 0x060100, NULL);
	build_device(host, "0000:00:1f.2", 2, 0x010601, "ahci");
	build_device(host, "0001:01:00.0", 3, 0x020000, "vfio-pci");
	host->devices[host->n_devices - 1].vendor = 0x10ec;
	build_platform_device(host, "9050000.thing", 4);
	build_platform_device(host, "MSFT0201:00", 6);
	build_platform_device(host, "axi:gpu", 6);
	build_platform_device(host, "8086:1572", 6);
	build_platform_device(host, "00:02", 6);
	build_platform_device(host, "group:1", 6);
	build_platform_device(host, "wlan1", 6);
	build_interface(host, "none0", NULL);
	build_interface(host, "eth0", "0001:01:00.0");
	build_interface(host, "eth0.100", "0001:01:00.0");
	build_interface(host, "wlan0", "0000:00:14.3");
	build_interface(host, "wlan1", "0000:00:02.0");
	build_interface(host, "1f.2", "0001:01:00.0");
	host->sources[SOURCE_GROUPS].state = SOURCE_READ;
	host->sources[SOURCE_NETWORK].state = SOURCE_READ;
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
		{ "group:2 group:3",
		  "devices 0000:00:1f.0 0000:00:1f.2 0001:01:00.0 groups 2 3 "
		  "regions 2:1 3:1" },
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
		{ "type:sw-msi",
		  "devices 0000:00:1f.0 0000:00:1f.2 groups 2 regions 2:1" },
		{ "group:2 type:msi",
		  "devices 0000:00:1f.0 0000:00:1f.2 groups 2 regions 2:1" },
		{ "group:2 driver:ahci", "devices 0000:00:1f.2 groups 2 regions 2:1" },
		{ "group:3 driver:ahci", "devices groups regions" },
		/* names with colons, and interfaces */
		{ "MSFT0201:00", "devices MSFT0201:00 groups 6 regions" },
		{ "axi:gpu", "devices axi:gpu groups 6 regions" },
		{ "eth0", "devices 0001:01:00.0 groups 3 regions 3:1" },
		{ "eth0.100", "devices 0001:01:00.0 groups 3 regions 3:1" },
		{ "eth0 00:1f.2",
		  "devices 0000:00:1f.2 0001:01:00.0 groups 2 3 regions 2:1 3:1" },
		{ "eth0 driver:ahci", "devices groups regions" },
		/* VENDOR:DEVICE */
		{ "10ec:10d3", "devices 0001:01:00.0 groups 3 regions 3:1" },
		{ "10EC:10D3", "devices 0001:01:00.0 groups 3 regions 3:1" },
		{ "8086:10d3 class:0601", "devices 0000:00:1f.0 groups 2 regions 2:1" },
		{ "8086:1573", "devices groups regions" },
		{ "10ec:0000", "devices groups regions" },
		/* a name goes before an address, ids, a prefix and an interface */
		{ "00:02", "devices 00:02 groups 6 regions" },
		{ "8086:1572", "devices 8086:1572 groups 6 regions" },
		{ "group:1", "devices group:1 groups 6 regions" },
		{ "wlan1", "devices wlan1 groups 6 regions" },
		/* an address goes before ids and an interface */
		{ "0000:001f", "devices 0000:00:1f.0 0000:00:1f.2 groups 2 regions 2:1" },
		{ "0000:00:",
		  "devices 0000:00:02.0 0000:00:1f.0 0000:00:1f.2 0000:00:05.0 "
		  "groups 1 2 regions 1:1 1:2 2:1" },
		{ "1f.2", "devices 0000:00:1f.2 groups 2 regions 2:1" },
		{ "00:02.0 driver:i915 class:03 type:direct-relaxable",
		  "devices 0000:00:02.0 groups 1 regions 1:1" },
	};
	const struct host *host = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *copy = xstrdup(rows[i].words), *save = NULL, *words[8], *is;
		struct selection selection;
		size_t n = 0;

		for (char *w = strtok_r(copy, " ", &save); w;
		     w = strtok_r(NULL, " ", &save))
			words[n++] = w;
		CHECK(rows[i].words, select_parts(host, words, n, &selection));
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

	assert_true(select_parts(host, NULL, 0, &selection));
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
		"group:",
		"group:x",
		"group:-1",
		"group:99999999999",
		"group:4294967295",
		"group:1x",
		"group:7",
		"class:2",
		"class:0x02",
		"class:zz",
		"class:",
		"class:02000000",
		"type:",
		"type:dircet",
		"grop:1",
		"0000:00:06.0",
		"no-such-name",
		"00:20.0",
		"",
		"grop:",
		"MSFT0201:01",
		"axi:",
		"eth",
		"eth0:",
		"ETH0",
		"none0",
		"wlan0",
		"eth0.101",
		"8086:157",
		"8086:15722",
		"8086:157g",
		"0001:00:02.0",
		"0000:01:00.0",
		"00:1f.1",
		"0000:00:1f.8",
	};
	const struct host *host = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *word = xstrdup(rows[i]);
		struct selection selection;

		CHECK(rows[i], !select_parts(host, &word, 1, &selection));
		selection_clear(&selection);
		free(word);
	}
}

/* What a pattern that fits nothing is told, and whether that is sure. */
static void test_unmatched(void **state)
{
	static const struct {
		const char *word, *reason;
	} rows[] = {
		{ "77:*", "no PCI device has such an address" },
		{ "00:06.*", "no PCI device has such an address" },
		{ "driver:none-such", "no device uses this driver" },
		{ "class:0c03", "no PCI device is of this class" },
		{ "type:reserved", "no region is of this type" },
		{ "8086:1573", "no PCI device has these ids" },
	};
	struct host *host = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *words[] = { xstrdup(rows[i].word), xstrdup("eth0") };
		struct selection s;

		CHECK(rows[i].word, select_parts(host, words, 2, &s));
		assert_int_equal(s.n_unmatched, 1);
		assert_string_equal(s.unmatched[0].selector, rows[i].word);
		assert_string_equal(s.unmatched[0].reason, rows[i].reason);
		CHECK(rows[i].word, !s.unsure);
		free(words[0]);
		free(words[1]);
		selection_clear(&s);
	}
}

static void test_unmatched_together(void **state)
{
	char first[] = "eth0", second[] = "driver:ahci";
	char *words[] = { first, second };
	struct selection s;

	assert_true(select_parts(*state, words, 2, &s));
	assert_int_equal(s.n_unmatched, 1);
	assert_string_equal(s.unmatched[0].selector, "eth0 driver:ahci");
	assert_string_equal(s.unmatched[0].reason, "nothing matches all of these");
	selection_clear(&s);
	assert_true(select_parts(*state, words, 1, &s));
	assert_int_equal(s.n_unmatched, 0);
	selection_clear(&s);
}

/* Nothing fits, and it is not sure that nothing does. */
static bool is_unsure(const struct host *host, const char *word)
{
	char *copy = xstrdup(word);
	struct selection s;
	bool unsure;

	assert_true(select_parts(host, &copy, 1, &s));
	assert_int_equal(s.n_unmatched, 1);
	unsure = s.unsure;
	assert_int_equal(selection_status(&s, 0), unsure ? 3 : 0);
	assert_int_equal(selection_status(&s, 1), unsure ? 3 : 1);
	assert_int_equal(selection_status(&s, 2), 2);
	selection_clear(&s);
	free(copy);
	return unsure;
}

static void test_unsure(void **state)
{
	struct host *host = *state;
	struct device *d = &host->devices[0];

	for (size_t i = 0; i < host->n_groups; i++)
		host->groups[i].regions_state = SOURCE_READ;
	assert_false(is_unsure(host, "type:reserved"));
	host->groups[2].regions_state = SOURCE_DENIED;
	assert_true(is_unsure(host, "type:reserved"));
	assert_false(is_unsure(host, "driver:none-such"));
	d->driver_unknown = true;
	assert_true(is_unsure(host, "driver:none-such"));
	assert_false(is_unsure(host, "class:0c"));
	d->has_ids = false;
	assert_true(is_unsure(host, "class:0c"));
	assert_true(is_unsure(host, "8086:1573"));
	assert_false(is_unsure(host, "77:*"));
	host->groups[2].devices_state = SOURCE_DENIED;
	assert_true(is_unsure(host, "77:*"));
	host->groups[2].devices_state = SOURCE_READ;
	host->sources[SOURCE_PCI].state = SOURCE_BROKEN;
	assert_true(is_unsure(host, "77:*"));
}

/* What takes one device takes no pattern. */
static void test_device(void **state)
{
	static const struct {
		const char *word, *name;
	} rows[] = {
		{ "00:1f.2", "0000:00:1f.2" }, { "0000:00:1f.2", "0000:00:1f.2" },
		{ "1:1:0.0", "0001:01:00.0" }, { "eth0", "0001:01:00.0" },
		{ "axi:gpu", "axi:gpu" },      { "MSFT0201:00", "MSFT0201:00" },
	};
	static const char *const bad[] = { "group:2",	"driver:ahci", "00:1f.*",
					   "8086:10d3", "type:msi",    "00:1f.1",
					   "eth1",	"wlan0",       "" };
	const struct host *host = *state;
	size_t index;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CHECK(rows[i].word, select_device(host, rows[i].word, &index));
		assert_string_equal(host->devices[index].name, rows[i].name);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		CHECK(bad[i], !select_device(host, bad[i], &index));
}

static void test_suggest(void **state)
{
	static const char *const words[] = { "check", "list", "show", "explain",
					     "snapshot" };

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
		TEST(test_unmatched),
		TEST(test_unmatched_together),
		TEST(test_unsure),
		TEST(test_device),
		cmocka_unit_test(test_suggest),
	};

	return cmocka_run_group_tests_name("select", tests, NULL, NULL);
}
