/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots are hostile input: what is not whole is refused, and nothing crashes. */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cmd/cmd.h"
#include "model/facts.h"
#include "model/findings.h"
#include "model/json.h"
#include "model/snapshot-parts.h"
#include "model/snapshot.h"
#include "render/view.h"
#include "rules/rules.h"

static void add_table(struct host *host, const char *name, const char *bytes)
{
	struct table_file *f = ADD(host, tables);

	f->name = xstrdup(name);
	f->state = bytes ? SOURCE_READ : SOURCE_NOT_ASKED;
	f->size = bytes ? strlen(bytes) : 0;
	f->bytes = bytes ? (uint8_t *)xstrdup(bytes) : NULL;
}

/* Answers of the kernel; devices are in order already. */
static void add_inquiries(struct host *host)
{
	struct inquiry *q = ADD(host, inquiries);

	*ADD(&host->iommufd, commands) = xstrdup("IOAS_ALLOC");
	host->iommufd.rlimit_mode_known = true;
	host->iommufd.rlimit_mode = 1;
	*q = (struct inquiry){
		.via = ASKED_IOMMUFD,
		.failed_at = NO_INDEX,
		.has_ranges = true,
		.alignment = 0x1000,
		.has_hardware = true,
		.hardware = xstrdup("amd"),
		.pasid_bits = 16,
	};
	*ADD(q, devices) = 0;
	*ADD(q, ranges) = RANGE(0, 0xfedfffff);
	*ADD(q, ranges) = RANGE(0xfef00000, UINT64_MAX);
	*ADD(q, fields) = (struct register_field){ xstrdup("PAS"), xstrdup("width"), 48 };
	*ADD(q, capabilities) = xstrdup("dirty-tracking");
	q = ADD(host, inquiries);
	*q = (struct inquiry){
		.via = ASKED_VFIO,
		.error = EPERM,
		.call = xstrdup("VFIO_SET_IOMMU"),
		.failed_at = 1,
		.page_sizes = 0x40201000,
		.has_available = true,
		.available = 65535,
		.has_migration = true,
		.dirty_page_sizes = 0x1000,
		.dirty_bitmap_max = 0x10000000,
	};
	*ADD(q, devices) = 0;
	*ADD(q, devices) = 1;
}

/* A function with both kinds of MSI, and one that was left alone. */
static void add_msi(struct host *host)
{
	struct msi_state *s = ADD(host, msi_states);

	s->device = xstrdup("0000:00:03.0");
	s->state = SOURCE_READ;
	s->has_pin = true;
	s->pin = 1;
	s->msi = (struct msi_capability){ true, true, 8, 2, 0xfee00318, 0x4021 };
	s->msix = (struct msix_capability){ true, true, true, 2048, 3, 0xfffffff8 };
	s->table_state = SOURCE_DENIED;
	s->table_why = xstrdup("why not");
	*ADD(host, msix_entries) = (struct msix_entry){ 0, 0, 0xfee00000, 0x21 };
	*ADD(host, msix_entries) =
		(struct msix_entry){ 0, 2047, UINT64_MAX - 3, UINT32_MAX };
	*ADD(host, msi_irqs) = (struct msi_irq){ 0,
						 27,
						 true,
						 xstrdup("IR-PCI-MSIX-0000:00:03.0"),
						 xstrdup("0"),
						 xstrdup("edge"),
						 xstrdup("eth0-rx,eth0-tx") };
	s = ADD(host, msi_states);
	s->device = xstrdup("0000:00:05.0");
	s->why = xstrdup("asleep");
	s->msi.n_capable = s->msi.n_enabled = 1;
	*ADD(host, msi_irqs) = (struct msi_irq){ .state = 1, .number = UINT32_MAX };
}

/* A host with something in every field. */
static void build_full(struct host *host)
{
	struct device *d;
	struct gap *g;

	build_host(host, "6.12.107", "x86_64", 4096);
	host_set_source(host, SOURCE_LOG, SOURCE_DENIED, EACCES, "/dev/kmsg",
			"not for us");
	host->kernel.command_line = xstrdup("quiet intel_iommu=on \"quoted\"");
	host->kernel.taint_known = true;
	host->kernel.taint = 0x8000000000000001;
	host->kernel.virtualized = TRISTATE_YES;
	host->kernel.hypervisor = xstrdup("kvm");
	host->interrupts = (struct interrupts){ TRISTATE_YES, TRISTATE_NO, TRISTATE_NO };
	host->has_device_tree = true;
	add_table(host, "DMAR", "DMAR and bytes");
	add_table(host, "FACP", NULL);
	*ADD(host, nodes) = xstrdup("vfio/vfio");
	*ADD(host, programs) = xstrdup("driverctl");
	host->distribution =
		(struct distribution){ xstrdup("ubuntu"), xstrdup("debian") };
	*ADD(host, boot_files) = xstrdup("/etc/default/grub");
	build_parameter(host, "vfio_iommu_type1", "allow_unsafe_interrupts", "N");
	*ADD(host, features) =
		(struct kernel_feature){ xstrdup("dev_iommu.require_direct"),
					 TRISTATE_NO };
	*ADD(host, interfaces) =
		(struct interface){ xstrdup("eth0"), xstrdup("0000:00:03.0"),
				    TRISTATE_YES, TRISTATE_NO };
	*ADD(host, disk_uses) =
		(struct disk_use){ xstrdup("0000:00:03.0"), xstrdup("sda2"), xstrdup("/"),
				   xstrdup("ext4") };
	*ADD(host, disk_uses) =
		(struct disk_use){ NULL, NULL, xstrdup("/tank"), xstrdup("zfs") };
	build_iommu(host, IOMMU_INTEL);
	host->iommus[0].driver = xstrdup("driver");
	host->iommus[0].has_cap = true;
	host->iommus[0].cap = 0xd2008c22260206;
	host->iommus[0].ecap = 0xf00f4a;
	host->iommus[0].address = xstrdup("fed90000");
	host->iommus[0].version = xstrdup("1:0");
	host->iommus[0].n_devices = 3;
	host_add_iommu(host, "ivhd0")->kind = IOMMU_AMD;
	host->iommus[1].has_features = true;
	host->iommus[1].features[0] = 0x29d3;
	build_group(host, 1, DOMAIN_DMA_FQ);
	host->groups[0].name = xstrdup("a name");
	build_group(host, 7, DOMAIN_IDENTITY);
	host->groups[1].regions_state = SOURCE_BROKEN;
	host->groups[1].regions_error = EIO;
	host->groups[1].regions_cut = true;
	build_region(host, 1, 1, RANGE(0x1801, 0x2fff), REGION_DIRECT);
	build_region(host, 1, 2, RANGE(0xfee00000, 0xfeefffff), REGION_MSI);
	build_region(host, 1, 3, RANGE(UINT64_MAX, 0), REGION_DIRECT_RELAXABLE);
	build_region(host, 7, 1, RANGE(0, UINT64_MAX), REGION_RESERVED);
	host_add_region(host, (struct region){ 7,
					       2,
					       { 0x1000, 0x1fff },
					       REGION_UNKNOWN,
					       xstrdup("translated") });
	build_device(host, "0000:00:03.0", 1, 0x020000, "vfio-pci");
	host->devices[0].is_virtual_function = TRISTATE_YES;
	host->devices[0].physical_function = xstrdup("0000:00:04.0");
	host->devices[0].removable = TRISTATE_YES;
	host->devices[0].iommu = 0;
	host->devices[0].topology_known = true;
	host->devices[0].parent = xstrdup("0000:00:01.0");
	host->devices[0].vfio_name = xstrdup("vfio0");
	host->devices[0].of_node = xstrdup("/pcie@10000000");
	host->devices[0].compatible = xstrdup("vendor,thing");
	host->devices[0].firmware_path = xstrdup("\\_SB_.PCI0");
	host->devices[0].dma_bits = 44;
	host->devices[0].secondary_bus = 1;
	build_device(host, "10000:e1:00.0", 7, 0x030000, NULL);
	build_device(host, "0000:00:05.0", NO_GROUP, 0x088000, NULL);
	d = host_add_device(host, "thing");
	d->link = xstrdup("thing.1");
	d->bus = BUS_PLATFORM;
	d->group = 7;
	*ADD(host, slots) =
		(struct slot){ xstrdup("7-1"), { 0x10000, 0xe1, 0, 0 }, false, true };
	host->machine =
		(struct machine){ xstrdup("A"), xstrdup("B"), xstrdup("C"), xstrdup("D"),
				  xstrdup("E"), xstrdup("F"), xstrdup("G") };
	*ADD(host, resources) = (struct resource){
		xstrdup("0000:00:03.0"), 8, RESOURCE_VF_BAR, { 1, 0xfff }
	};
	*ADD(host, memory) =
		(struct memory){ SOURCE_IOMEM, { 0, 0xfff }, 1, 2, xstrdup("RAM") };
	host->kernel.user_bits = 48;
	*ADD(host, interrupt_chips) =
		(struct interrupt_chip){ xstrdup("ITS-PCI-MSI-0000:00:03.0"), 2 };
	*ADD(host, log) = (struct log_line){ 17, xstrdup("DMAR: [Firmware Bug]: broken"),
					     xstrdup("0.250000") };
	*ADD(host, qemu_lines) = (struct qemu_line){
		.number = 19,
		.text = xstrdup("kvm: vfio_dma_map("),
		.says = QEMU_MAP,
		.device = xstrdup("0000:00:05.0"),
		.group = 7,
		.error = EINVAL,
		.has_range = true,
		.range = RANGE(0x1000, 0x1fff),
	};
	*ADD(host, faults) = (struct fault){
		.line = 18,
		.count = 3,
		.time = xstrdup("1.250000"),
		.kind = IOMMU_INTEL,
		.iommu = xstrdup("dmar0"),
		.requester = REQUESTER_FUNCTION,
		.has_segment = true,
		.id = 0x28,
		.client = xstrdup("0000:00:05.0"),
		.is_interrupt = true,
		.has_address = true,
		.address = 0xfee00000,
		.access = FAULT_WRITE,
		.reason = xstrdup("PTE Write access is not set"),
	};
	*ADD(host, holders) =
		(struct holder){ 1, xstrdup("qemu"), HOLDS_NODE, xstrdup("vfio0") };
	*ADD(host, page_tables) =
		(struct page_table){ xstrdup("0000:00:03.0"), SOURCE_TRACE, true };
	*ADD(host, mappings) = (struct mapping){ 0, RANGE(0x1000, 0x2fff), 0x1000 };
	add_msi(host);
	g = host_add_gap(host, SOURCE_GROUPS, SOURCE_BROKEN, EIO,
			 "/sys/kernel/iommu_groups/7/reserved_regions", 3, "what");
	g->group = 7;
}

static char *save(const struct host *host, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	assert_non_null(out);
	snapshot_save(host, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static char *full_snapshot(size_t *len)
{
	struct host host;
	char *text;

	build_full(&host);
	assert_true(host_finish(&host));
	add_inquiries(&host);
	text = save(&host, len);
	host_clear(&host);
	return text;
}

/* Loads; true if it is taken. What is taken goes through all that follows. */
static bool try(const char *text, size_t len)
{
	cleanup_free char *error = NULL;
	struct selection selection;
	struct findings findings = { 0 };
	struct options options = { .fail_on = SEVERITY_WARNING };
	struct analysis a;
	struct host host;
	struct view view;
	FILE *out;

	if (snapshot_load(text, len, "test", &host, &error)) {
		assert_non_null(error);
		assert_true(text_is_clean(error));
		return false;
	}
	assert_null(error);
	analyze(&host, NULL, &a);
	rules_run(&host, &a, NULL, &findings);
	assert_true(select_parts(&host, NULL, 0, &selection));
	view = view_of(&options, &host, &a, &selection);
	view.findings = &findings;
	view.exit_status = findings_exit_status(&host, &findings, SEVERITY_WARNING);
	out = fopen("/dev/null", "we");
	assert_non_null(out);
	render_json(&view, out);
	render_check(&view, out);
	render_query(&view, out);
	fclose(out);
	selection_clear(&selection);
	findings_clear(&findings);
	analysis_clear(&a);
	host_clear(&host);
	return true;
}

static void test_round_trip(void **state)
{
	size_t len, again_len;
	cleanup_free char *text = full_snapshot(&len);
	cleanup_free char *error = NULL;
	cleanup_free char *again = NULL;
	struct host host;

	(void)state;
	assert_int_equal(snapshot_load(text, len, "where.json", &host, &error), 0);
	assert_int_equal(host.origin, ORIGIN_SNAPSHOT);
	assert_string_equal(host.origin_path, "where.json");
	again = save(&host, &again_len);
	assert_string_equal(again, text);
	assert_true(host.regions[0].range.first == 0x1801);
	assert_true(host.regions[2].range.first == UINT64_MAX);
	assert_int_equal(host.n_disk_uses, 2);
	assert_null(host.disk_uses[1].device);
	assert_string_equal(region_word(&host.regions[host.n_regions - 1]), "translated");
	assert_true(host.kernel.taint == 0x8000000000000001);
	assert_int_equal(host.devices[0].address.device, 3);
	assert_non_null(host_device(&host, "10000:e1:00.0"));
	assert_int_equal(host.n_msi_states, 2);
	assert_true(host.msi_states[0].msi.address == 0xfee00318);
	assert_int_equal(host.msi_states[0].msix.bar, 3);
	assert_true(host.msix_entries[1].address == UINT64_MAX - 3);
	assert_string_equal(host.msi_irqs[0].actions, "eth0-rx,eth0-tx");
	assert_int_equal(host.devices[host.n_devices - 1].group, NO_GROUP);
	assert_int_equal(host.n_inquiries, 2);
	assert_int_equal(host.inquiries[1].failed_at, 1);
	host_clear(&host);
	assert_true(try(text, len));
}

/* AMD prints a capability header and no second register. */
static void test_amd_capability(void **state)
{
	cleanup_free char *text = NULL;
	cleanup_free char *error = NULL;
	struct host host, loaded;
	size_t len;

	(void)state;
	build_host(&host, "6.12", "x86_64", 4096);
	build_iommu(&host, IOMMU_AMD);
	host.iommus[0].has_cap = true;
	host.iommus[0].cap = 0x1f03000f;
	assert_true(host_finish(&host));
	text = save(&host, &len);
	host_clear(&host);
	assert_int_equal(snapshot_load(text, len, "test", &loaded, &error), 0);
	assert_true(loaded.iommus[0].has_cap);
	assert_true(loaded.iommus[0].cap == 0x1f03000f);
	host_clear(&loaded);
}

static void test_every_truncation(void **state)
{
	size_t len;
	cleanup_free char *text = full_snapshot(&len);

	(void)state;
	while (text[len - 1] == '\n')
		len--;
	assert_true(try(text, len));
	for (size_t cut = 0; cut < len; cut++) {
		/* a copy of that size, so that reading on is an error that sanitizers see
		 */
		cleanup_free char *part = malloc(cut + 1);

		memcpy(part, text, cut);
		part[cut] = 0;
		if (try(part, cut))
			fail_msg("cut at byte %zu of %zu it is taken", cut, len);
	}
}

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void test_flipped_bits(void **state)
{
	size_t len;
	cleanup_free char *text = full_snapshot(&len);
	uint32_t seed = 20011;
	unsigned taken = 0;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		cleanup_free char *copy = malloc(len + 1);
		unsigned flips = 1 + next_random(&seed) % 3;

		memcpy(copy, text, len + 1);
		while (flips--) {
			size_t at = next_random(&seed) % len;

			copy[at] = (char)(copy[at] ^ 1 << next_random(&seed) % 8);
		}
		taken += try(copy, len);
	}
	print_message("# %u of 4000 are taken\n", taken);
}

/* Digits are where the meaning is: each is replaced in turn, and by many. */
static void test_changed_digits(void **state)
{
	size_t len;
	cleanup_free char *text = full_snapshot(&len);

	(void)state;
	for (size_t at = 0; at < len; at++) {
		static const char *const others[] = {
			"0",	      "9",	    "-1",
			"4294967295", "4294967296", "99999999999999999999999999",
			"1e9",	      "1.5",	    "null",
			"\"x\"",      "[]",	    "{}"
		};

		if (text[at] < '0' || text[at] > '9')
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
			cleanup_free char *copy = text_format("%.*s%s%s", (int)at, text,
							      others[i], text + at + 1);

			try(copy, strlen(copy));
		}
	}
}

/* A small document in which one part can be replaced. */
static char *document(const char *groups, const char *regions, const char *devices,
		      const char *kernel)
{
	return text_format(
		"{ \"schema\": \"iommu-resv-snapshot\", \"schema_version\": [1, 0], "
		"\"sources\": [], \"gaps\": [], \"kernel\": {%s \"virtualized\": \"no\"}, "
		"\"interrupts\": {\"remapped\": \"yes\", \"its\": \"no\", "
		"\"gicv2m\": \"no\"}, \"device_tree\": false, \"tables\": [], "
		"\"nodes\": [], \"parameters\": [], \"interfaces\": [], \"iommus\": [], "
		"\"groups\": [%s], \"regions\": [%s], \"devices\": [%s], "
		"\"memory\": [], \"log\": [] }",
		kernel, groups, regions, devices);
}

#define GROUP(id, type)            \
	"{" id "\"type\": \"" type \
	"\", \"devices_state\": \"read\", \"regions_state\": \"read\"}"
#define GROUP_1 GROUP("\"id\": 1, ", "DMA")
#define REGION(first, last, type)                                                 \
	"{\"group\": 1, \"line\": 1, \"first\": \"" first "\", \"last\": \"" last \
	"\", \"type\": \"" type "\"}"
#define DEVICE(name, more) \
	"{\"name\": \"" name "\", \"bus\": \"pci\", \"virtual_function\": \"no\"" more "}"

static void test_documents(void **state)
{
	static const struct {
		const char *row, *groups, *regions, *devices, *kernel;
		bool taken;
	} rows[] = {
		{ "empty host", "", "", "", "", true },
		{ "one group", GROUP_1, "", "", "", true },
		{ "group twice", GROUP_1 "," GROUP_1, "", "", "", false },
		{ "group without id", GROUP("", "DMA"), "", "", "", false },
		{ "group id below zero", GROUP("\"id\": -1, ", "DMA"), "", "", "",
		  false },
		{ "group id too large", GROUP("\"id\": 4294967295, ", "DMA"), "", "", "",
		  false },
		{ "group id far too large",
		  GROUP("\"id\": 18446744073709551617, ", "DMA"), "", "", "", false },
		{ "group type no word", GROUP("\"id\": 1, ", "DAM"), "", "", "", false },
		{ "group is a number", "1", "", "", "", false },
		{ "region", GROUP_1, REGION("0x0", "0xffffffffffffffff", "direct"), "",
		  "", true },
		{ "region inverted", GROUP_1,
		  REGION("0xffffffffffffffff", "0x0", "direct"), "", "", true },
		{ "region of no group", "", REGION("0x0", "0x1", "direct"), "", "",
		  false },
		{ "region too large", GROUP_1,
		  REGION("0x0", "0x10000000000000000", "direct"), "", "", false },
		{ "region without 0x", GROUP_1, REGION("0", "0x1", "direct"), "", "",
		  false },
		{ "region below zero", GROUP_1, REGION("-0x1", "0x1", "direct"), "", "",
		  false },
		{ "region of no type", GROUP_1, REGION("0x0", "0x1", "dircet"), "", "",
		  false },
		{ "device", GROUP_1, "", DEVICE("0000:00:03.0", ", \"group\": 1"), "",
		  true },
		{ "device in no group", "", "", DEVICE("0000:00:03.0", ""), "", true },
		{ "device in a missing group", "", "",
		  DEVICE("0000:00:03.0", ", \"group\": 1"), "", false },
		{ "device without address", "", "", DEVICE("banana", ""), "", false },
		{ "device behind a missing IOMMU", "", "",
		  DEVICE("0000:00:03.0", ", \"iommu\": 0"), "", false },
		{ "class too large", "", "",
		  DEVICE("0000:00:03.0", ", \"class\": 16777216"), "", false },
		{ "name with a zero byte", "", "", DEVICE("0000:00:03.0\\u0000x", ""), "",
		  false },
		{ "page size", "", "", "", "\"page_size\": 65536,", true },
		{ "page size no power of two", "", "", "", "\"page_size\": 4097,",
		  false },
		{ "page size too large", "", "", "", "\"page_size\": 2097152,", false },
		{ "release is a number", "", "", "", "\"release\": 6,", false },
		{ "release with a zero byte", "", "", "", "\"release\": \"6\\u0000\",",
		  false },
		{ "unknown key", "", "", "", "\"banana\": {\"a\": [1]},", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *text = document(rows[i].groups, rows[i].regions,
						   rows[i].devices, rows[i].kernel);

		CHECK(rows[i].row, try(text, strlen(text)) == rows[i].taken);
	}
}

/* One inquiry of a host with three devices, of which the last is in no group. */
static void test_inquiries(void **state)
{
	static const struct {
		const char *row, *inquiry;
		bool taken;
	} rows[] = {
		{ "plain", "\"devices\": [\"0000:00:03.0\"]", true },
		{ "two, out of order",
		  "\"devices\": [\"0000:00:04.0\", \"0000:00:03.0\"]", true },
		{ "in no group", "\"devices\": [\"0000:00:05.0\"]", true },
		{ "no devices", "\"errno\": 0", false },
		{ "no device", "\"devices\": []", false },
		{ "device not there", "\"devices\": [\"0000:00:06.0\"]", false },
		{ "device twice", "\"devices\": [\"0000:00:03.0\", \"0000:00:03.0\"]",
		  false },
		{ "device is a number", "\"devices\": [3]", false },
		{ "devices are an object", "\"devices\": {}", false },
		{ "refused",
		  "\"devices\": [\"0000:00:03.0\"], \"errno\": 22, \"call\": \"X\", "
		  "\"failed_at\": \"0000:00:03.0\"",
		  true },
		{ "refused without a call",
		  "\"devices\": [\"0000:00:03.0\"], \"errno\": 22, "
		  "\"failed_at\": \"0000:00:03.0\"",
		  false },
		{ "refused without a device",
		  "\"devices\": [\"0000:00:03.0\"], \"errno\": 22, \"call\": \"X\"",
		  false },
		{ "refused for another",
		  "\"devices\": [\"0000:00:03.0\"], \"errno\": 22, \"call\": \"X\", "
		  "\"failed_at\": \"0000:00:04.0\"",
		  false },
		{ "failed at, not refused",
		  "\"devices\": [\"0000:00:03.0\"], \"failed_at\": \"0000:00:03.0\"",
		  false },
		{ "ranges",
		  "\"devices\": [\"0000:00:03.0\"], \"ranges\": [{\"first\": \"0x0\", "
		  "\"last\": \"0xfff\"}, {\"first\": \"0x1000\", \"last\": "
		  "\"0xffffffffffffffff\"}]",
		  true },
		{ "ranges that overlap",
		  "\"devices\": [\"0000:00:03.0\"], \"ranges\": [{\"first\": \"0x0\", "
		  "\"last\": \"0xfff\"}, {\"first\": \"0xfff\", \"last\": \"0x1000\"}]",
		  false },
		{ "range inverted",
		  "\"devices\": [\"0000:00:03.0\"], \"ranges\": [{\"first\": \"0x1\", "
		  "\"last\": \"0x0\"}]",
		  false },
		{ "range without an end",
		  "\"devices\": [\"0000:00:03.0\"], \"ranges\": [{\"first\": \"0x1\"}]",
		  false },
		{ "no ranges at all", "\"devices\": [\"0000:00:03.0\"], \"ranges\": []",
		  true },
		{ "ranges are a word",
		  "\"devices\": [\"0000:00:03.0\"], \"ranges\": \"all\"", false },
		{ "hardware is a word",
		  "\"devices\": [\"0000:00:03.0\"], \"hardware\": \"amd\"", false },
		{ "hardware without type",
		  "\"devices\": [\"0000:00:03.0\"], \"hardware\": {}", false },
		{ "field is a word",
		  "\"devices\": [\"0000:00:03.0\"], \"hardware\": {\"type\": \"amd\", "
		  "\"fields\": [\"PAS\"]}",
		  false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *kernel = text_format(
			"\"inquiries\": [{\"via\": \"vfio\", %s}],", rows[i].inquiry);
		cleanup_free char *text =
			document(GROUP_1, REGION("0x0", "0xfff", "direct"),
				 DEVICE("0000:00:03.0", ", \"group\": 1") "," DEVICE(
					 "0000:00:04.0",
					 ", \"group\": 1") "," DEVICE("0000:00:05.0", ""),
				 "");
		cleanup_free char *whole = text_format("{ %s%s", kernel, text + 1);

		CHECK(rows[i].row, try(whole, strlen(whole)) == rows[i].taken);
	}
}

static void test_not_a_snapshot(void **state)
{
	static const char *const rows[] = {
		"",
		" ",
		"{",
		"}",
		"{}",
		"[]",
		"null",
		"1",
		"\"iommu-resv-snapshot\"",
		"nan",
		"{\"schema\": \"iommu-resv\", \"schema_version\": [1, 0]}",
		"{\"schema\": \"iommu-resv-snapshot\", \"schema_version\": [2, 0]}",
		"{\"schema\": \"iommu-resv-snapshot\", \"schema_version\": [1]}",
		"{\"schema\": \"iommu-resv-snapshot\", \"schema_version\": [1, -1]}",
		"{\"schema\": \"iommu-resv-snapshot\", \"schema_version\": [1, \"0\"]}",
		"{\"schema\": \"iommu-resv-snapshot\", \"schema_version\": \"1.0\"}",
		"{\"schema\": \"iommu-resv-snapshot\"}",
		"{'schema': 1}",
		"/* comment */ {}",
		"\xff\xfe{}",
		"{\"a\": \"\xff\"}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		CHECK(rows[i], !try(rows[i], strlen(rows[i])));
	assert_false(try("\0", 1));
}

/* What a version brought must be there from that version on, and was not before. */
static void test_versions(void **state)
{
	cleanup_free char *old = document("", "", "", "");
	char *minor = strstr(old, "[1, 0]");

	(void)state;
	assert_true(try(old, strlen(old)));
	minor[4] = '1';
	assert_false(try(old, strlen(old)));
}

/* Since minor version 2 each member is there, null if need be; before, some were not. */
static void test_members(void **state)
{
	cleanup_free char *group =
		xstrdup("{\"id\": 7, \"type\": \"DMA\", \"devices_state\": \"read\", "
			"\"regions_state\": \"read\"}");
	cleanup_free char *old = document(group, "", "", "");
	cleanup_free char *error = NULL;
	char *minor = strstr(old, "[1, 0]");
	struct host host;

	(void)state;
	assert_true(try(old, strlen(old)));
	minor[4] = '2';
	assert_true(snapshot_load(old, strlen(old), "x", &host, &error));
	assert_non_null(strstr(error, "is missing"));
}

/* An interface belongs to a device: check compares its name. */
static void test_interface_without_device(void **state)
{
	cleanup_free char *text = document("", "", "", "");
	static const char before[] = "\"interfaces\": [";
	char *at = strstr(text, before) + strlen(before);
	cleanup_free char *whole = NULL;

	(void)state;
	*at = 0; /* the bracket that closes the array */
	whole = text_format(
		"%s{\"name\": \"eth0\", \"up\": \"yes\", \"default_route\": \"no\"}]%s",
		text, at + 1);
	assert_false(try(whole, strlen(whole)));
}

/* What becomes of one fact in the document that holds it. */
struct visit {
	struct json_object *document;
	const struct fact *seen[512]; /* those that were not null somewhere */
	size_t n_seen;
	void (*fact)(struct visit *v, const struct fact *f, struct json_object *o);
};

static void visit_facts(struct visit *v, const struct fact_list *list,
			struct json_object *o)
{
	for (const struct fact *f = list->rows; f < list->rows + list->n; f++) {
		struct json_object *value;

		v->fact(v, f, o);
		value = json_object_object_get(o, f->key);
		if (f->kind == FACT_OBJECT && value)
			visit_facts(v, f->parts, value);
		for (size_t i = 0; f->kind == FACT_OBJECTS && value &&
				   i < json_object_array_length(value);
		     i++)
			visit_facts(v, f->parts, json_object_array_get_idx(value, i));
	}
}

static void expect_refused(struct visit *v, const struct fact *f, const char *how)
{
	const char *text = json_object_to_json_string(v->document);
	cleanup_free char *error = NULL;
	struct host host;

	if (snapshot_load(text, strlen(text), "test", &host, &error))
		return;
	host_clear(&host);
	fail_msg("%s is taken %s", f->key, how);
}

/* Replaces a fact in a document that must be refused then; value becomes its own. */
static void replace(struct visit *v, const struct fact *f, struct json_object *o,
		    struct json_object *value, const char *how)
{
	struct json_object *kept = json_object_get(json_object_object_get(o, f->key));

	json_object_object_add(o, f->key, value);
	expect_refused(v, f, how);
	json_object_object_add(o, f->key, kept);
}

static void refuse_wrong(struct visit *v, const struct fact *f, struct json_object *o)
{
	struct json_object *kept = json_object_get(json_object_object_get(o, f->key));

	json_object_object_del(o, f->key);
	expect_refused(v, f, "though it is left out");
	json_object_object_add(o, f->key, kept);
	replace(v, f, o,
		f->kind == FACT_OBJECT ? json_object_new_array()
				       : json_object_new_object(),
		"as something else");
	if (f->presence == FACT_MUST)
		replace(v, f, o, NULL, "as null");
	if (f->kind == FACT_NUMBER)
		replace(v, f, o, json_object_new_int64(-1), "below zero");
	if (f->kind == FACT_NUMBER && f->max < INT64_MAX)
		replace(v, f, o, json_object_new_int64((int64_t)f->max + 1),
			"above its maximum");
	if (f->kind == FACT_INDEX)
		replace(v, f, o, json_object_new_int64(1000), "beyond its array");
	if (f->kind == FACT_WORD || f->kind == FACT_PLACE || f->kind == FACT_ADDRESS ||
	    f->kind == FACT_DEVICE || f->kind == FACT_PCI || f->kind == FACT_BYTES)
		replace(v, f, o, json_text("banana"), "as another word");
	if (json_object_object_get(o, f->key))
		v->seen[v->n_seen++ % ARRAY_SIZE(v->seen)] = f;
}

static bool was_seen(const struct visit *v, const struct fact *f)
{
	for (size_t i = 0; i < v->n_seen; i++) {
		if (v->seen[i] == f)
			return true;
	}
	return false;
}

/* What the rows say of themselves must fit, and the host above has each of them. */
static void check_rows(const struct visit *v, const struct fact_list *list)
{
	for (const struct fact *f = list->rows; f < list->rows + list->n; f++) {
		const bool is_number = f->kind == FACT_NUMBER || f->kind == FACT_INDEX;

		if (!was_seen(v, f))
			fail_msg("%s is null in all of the test", f->key);
		if (is_number && f->size < sizeof(uint64_t))
			assert_true(f->max >> 8 * f->size == 0);
		assert_true(f->since <= SNAPSHOT_MINOR);
		if (!f->room)
			assert_true(f->kind == FACT_PLACE ||
				    f->offset + f->size <= list->size);
		if (f->parts) {
			assert_int_equal(f->size, f->parts->size);
			check_rows(v, f->parts);
		}
	}
}

/* Whatever the rows describe is loaded as they say. */
static void test_every_fact(void **state)
{
	size_t len;
	cleanup_free char *text = full_snapshot(&len);
	struct visit v = { .document = json_tokener_parse(text), .fact = refuse_wrong };

	(void)state;
	assert_non_null(v.document);
	visit_facts(&v, host_facts(), v.document);
	assert_in_range(v.n_seen, 100, ARRAY_SIZE(v.seen));
	check_rows(&v, host_facts());
	json_object_put(v.document);
}

/* "xxx", so many */
static struct json_object *long_text(size_t n)
{
	cleanup_free char *s = xcalloc(n + 1, 1);

	memset(s, 'x', n);
	return json_text(s);
}

/* What the kernel says of a fault is as long as a line of its log at most. */
static void test_texts_of_faults(void **state)
{
	static const char *const keys[] = { "time", "iommu", "client", "reason" };
	size_t len;
	cleanup_free char *text = full_snapshot(&len);
	struct json_object *document = json_tokener_parse(text);
	struct json_object *fault =
		json_object_array_get_idx(json_object_object_get(document, "faults"), 0);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct json_object *kept =
			json_object_get(json_object_object_get(fault, keys[i]));
		const char *changed;

		CHECK(keys[i], kept != NULL);
		json_object_object_add(fault, keys[i], long_text(FAULT_TEXT_MAX));
		changed = json_object_to_json_string(document);
		CHECK(keys[i], try(changed, strlen(changed)));
		json_object_object_add(fault, keys[i], long_text(FAULT_TEXT_MAX + 1));
		changed = json_object_to_json_string(document);
		CHECK(keys[i], !try(changed, strlen(changed)));
		json_object_object_add(fault, keys[i], kept);
	}
	json_object_put(document);
}

static void test_whole_numbers(void **state)
{
	static const struct {
		const char *text;
		uint64_t max, number;
		bool taken;
	} rows[] = {
		{ "0", 0, 0, true },
		{ "1", 0, 0, false },
		{ "18446744073709551615", UINT64_MAX, UINT64_MAX, true },
		{ "18446744073709551616", UINT64_MAX, 0, false },
		{ "100000000000000000000", UINT64_MAX, 0, false },
		{ "1000000000000000000000000", UINT64_MAX, 0, false },
		{ "-1", UINT64_MAX, 0, false },
		{ "1.0", UINT64_MAX, 0, false },
		{ "1e3", UINT64_MAX, 0, false },
		{ "\"1\"", UINT64_MAX, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct json_value v = { rows[i].text, strlen(rows[i].text) };
		uint64_t number = 0;

		CHECK(rows[i].text,
		      json_whole_number(v, rows[i].max, &number) == rows[i].taken);
		CHECK(rows[i].text, number == rows[i].number);
	}
}

static void test_trailing_bytes(void **state)
{
	cleanup_free char *text = document("", "", "", "");
	cleanup_free char *blanks = text_format("%s \n\n", text);
	cleanup_free char *more = text_format("%s {}", text);
	cleanup_free char *letter = text_format("%sx", text);

	(void)state;
	assert_true(try(text, strlen(text)));
	assert_true(try(blanks, strlen(blanks)));
	assert_false(try(more, strlen(more)));
	assert_false(try(letter, strlen(letter)));
}

static void test_depth(void **state)
{
	(void)state;
	for (size_t depth = 1; depth <= 100000; depth *= 10) {
		cleanup_free char *deep = xcalloc(2 * depth + 1, 1);
		cleanup_free char *kernel = NULL;
		cleanup_free char *text = NULL;

		memset(deep, '[', depth);
		memset(deep + depth, ']', depth);
		assert_false(try(deep, 2 * depth));
		kernel = text_format("\"x\": %s,", deep);
		text = document("", "", "", kernel);
		assert_int_equal(try(text, strlen(text)), depth < 5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_amd_capability),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_flipped_bits),
		cmocka_unit_test(test_changed_digits),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_inquiries),
		cmocka_unit_test(test_not_a_snapshot),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_interface_without_device),
		cmocka_unit_test(test_every_fact),
		cmocka_unit_test(test_texts_of_faults),
		cmocka_unit_test(test_whole_numbers),
		cmocka_unit_test(test_trailing_bytes),
		cmocka_unit_test(test_depth),
	};

	return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
