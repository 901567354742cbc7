/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware's tables and device trees, and what tells of the boot. */
#include "tree.h"

#include <libfdt.h>

#include "collect/flat-tree.h"
#include "kernel/kernel.h"

#define MISSING ":0: is missing, and such a host always has it\n"

/* --- ACPI --- */

static void tell_tables(const struct root *root, struct host *host, struct text *out)
{
	(void)root;
	for (size_t i = 0; i < host->n_tables; i++)
		text_printf(out, "%s %s %zu\n", host->tables[i].name,
			    source_state_name(host->tables[i].state),
			    host->tables[i].size);
	for (size_t i = 0; i < host->n_devices; i++) {
		const struct device *d = &host->devices[i];

		if (d->firmware_path)
			text_printf(out, "%s is %s\n", d->name, d->firmware_path);
	}
}

#define TABLES "sys/firmware/acpi/tables/"
#define GROUP "sys/kernel/iommu_groups/0/"
#define GROUP_FILES GROUP "type = DMA\n" GROUP "reserved_regions = 0x1 0x2 msi\n"
#define PLATFORM(link)                                                                      \
	"sys/devices/platform/b/uevent = A=1\nsys/devices/platform/b/firmware_node/path = " \
	"\\\\_SB.B\n" GROUP "devices/" link " -> ../../../../devices/platform/b\n"

static const struct tree_row tables[] = {
	{ "those about IOMMUs are read", TABLES "DMAR : 123\n" TABLES "FACP : 1",
	  "DMAR read 3\nFACP not-asked 0\n" },
	{ "the MADT only beside an IORT", TABLES "APIC : 1", "APIC not-asked 0\n" },
	{ "beside one", TABLES "APIC : 1\n" TABLES "IORT : 1\n" TABLES "VIOT : 12",
	  "APIC read 1\nIORT read 1\nVIOT read 2\n" },
	{ "folders of tables, and names that are no text",
	  TABLES "data /\n" TABLES "dynamic /\n" TABLES "DMAR\x01 : 1", "" },
	{ "an empty table",
	  TABLES "DMAR : ", "DMAR broken 0\nbroken /" TABLES "DMAR:0: is empty\n" },
	{ "a folder", TABLES "DMAR /",
	  "DMAR broken 0\nbroken /" TABLES "DMAR:0: Is a directory\n" },
	{ "none, and the running machine has Intel's IOMMU",
	  "live\nsys/class/iommu/dmar0/devices /\n"
	  "sys/class/iommu/dmar0/intel-iommu/cap = 1\n"
	  "sys/class/iommu/dmar0/intel-iommu/ecap = 1\n",
	  "broken /sys/firmware/acpi/tables: is missing, and such a host always has it\n" },
	{ "none in a copy that has not looked",
	  "sys/class/iommu/dmar0/devices /\nsys/class/iommu/dmar0/intel-iommu/cap = 1\n"
	  "sys/class/iommu/dmar0/intel-iommu/ecap = 1\n",
	  "" },
	{ "the name of a platform device", TABLES "IORT : 1\n" PLATFORM("b"),
	  "IORT read 1\nb is \\_SB.B\n" },
	{ "by another link", TABLES "IORT : 1\n" PLATFORM("a"),
	  "IORT read 1\nb is \\_SB.B\n" },
	{ "but not without an IORT", TABLES "DMAR : 1\n" PLATFORM("b"), "DMAR read 1\n" },
	{ "nor of a device of the bus in no group",
	  TABLES "IORT : 1\nsys/devices/x/uevent = A=1\n"
		 "sys/bus/pci/devices/x -> ../../../devices/x",
	  "IORT read 1\n" },
};

static void test_tables(void **state)
{
	(void)state;
	tree_judge(tables, ARRAY_SIZE(tables),
		   GROUP_FILES GROUP "devices /\nsys/class/iommu /\n",
		   SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_PCI) |
			   SOURCE_BIT(SOURCE_IOMMU_CLASS) |
			   SOURCE_BIT(SOURCE_FIRMWARE_TABLES),
		   tell_tables);
}

/* --- Device trees --- */

static void tell_node(const void *blob, int node, const char *above, struct text *out)
{
	cleanup_free char *path =
		text_format("%s%s/", above, fdt_get_name(blob, node, NULL));
	int at;

	text_printf(out, "%s:", path);
	fdt_for_each_property_offset(at, blob, node)
	{
		const char *name = NULL;
		int length = 0;

		assert_non_null(fdt_getprop_by_offset(blob, at, &name, &length));
		text_printf(out, " %s %d", name, length);
	}
	text_add(out, "\n");
	fdt_for_each_subnode(at, blob, node)
	{
		tell_node(blob, at, path, out);
	}
}

/* The tree that was kept: of each node the names and lengths of its properties. */
static void tell_tree(const struct root *root, struct host *host, struct text *out)
{
	(void)root;
	for (size_t i = 0; i < host->n_tables; i++) {
		const struct table_file *t = &host->tables[i];

		assert_int_equal(fdt_check_full(t->bytes, t->size), 0);
		tell_node(t->bytes, 0, "", out);
	}
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].of_node)
			text_printf(out, "%s is %s\n", host->devices[i].name,
				    host->devices[i].of_node);
	}
}

#define BASE "sys/firmware/devicetree/base/"
#define FDT "sys/firmware/fdt"
#define DEEP_8 "/d/d/d/d/d/d/d/d"
#define DEEP_56 DEEP_8 DEEP_8 DEEP_8 DEEP_8 DEEP_8 DEEP_8 DEEP_8
#define NAME_OF_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define NAME_OF_254                      \
	NAME_OF_64 NAME_OF_64 NAME_OF_64 \
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd"
#define NAME_OF_255 NAME_OF_254 "e"
#define TOO_MUCH ":0: too much for a device tree: it is left out, and what follows\n"
#define PCI "pci 0000:02:00.0 10802\n"
#define OF_NODE "sys/devices/pci0000:00/0000:02:00.0/of_node"
#define NO_NODE(text)                                                                   \
	"broken /sys/bus/pci/devices/0000:02:00.0/of_node:0: does not lead to a node: " \
	"\"" text "\"\n"

static const struct tree_row trees[] = {
	{ "properties that are looked at",
	  BASE "compatible : a\\0\n" BASE "serial-number : 1\n" BASE "a/reg : 1234\n" BASE
	       "b/status : okay\\0",
	  "/: compatible 2\n/a/: reg 4\n/b/: status 5\n" },
	{ "a node that is called like one", BASE "reg/reg : 1234", "/:\n/reg/: reg 4\n" },
	{ "a property that leads in a circle",
	  BASE "reg -> reg\n" BASE "compatible : a\\0",
	  "/: compatible 2\nbroken /" BASE "reg:0: Too many levels of symbolic links\n" },
};

/* What a device's link to its node may say, where there is a tree. */
static const struct tree_row nodes[] = {
	{ "a node", OF_NODE " -> ../../../firmware/devicetree/base/soc/a",
	  "/:\n0000:02:00.0 is /soc/a\n" },
	{ "the root", OF_NODE " -> ../../../firmware/devicetree/base",
	  "/:\n0000:02:00.0 is /\n" },
	{ "what only begins so", OF_NODE " -> ../../../firmware/devicetree/bases",
	  "/:\n" NO_NODE("../../../firmware/devicetree/bases") },
	{ "something else", OF_NODE " -> ../x", "/:\n" NO_NODE("../x") },
	{ "a name that is no text", OF_NODE " -> ../devicetree/base/\x01",
	  "/:\n" NO_NODE("../devicetree/base/?") },
	{ "of a device with another link",
	  "sys/devices/platform/b/uevent = A=1\nsys/devices/platform/b/of_node -> "
	  "../../../firmware/devicetree/base/b\n" GROUP_FILES GROUP
	  "devices/a -> ../../../../devices/platform/b",
	  "/:\nb is /b\n" },
};

#define TREE_SOURCES                                          \
	(SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_PCI) | \
	 SOURCE_BIT(SOURCE_FIRMWARE_TABLES) | SOURCE_BIT(SOURCE_DEVICE_TREE))

static void test_folders(void **state)
{
	(void)state;
	tree_judge(trees, ARRAY_SIZE(trees), "", TREE_SOURCES, tell_tree);
	tree_judge(nodes, ARRAY_SIZE(nodes), PCI "sys/firmware/devicetree/base /\n",
		   TREE_SOURCES, tell_tree);
}

/* Of limits only the end counts: what is noted, and how many nodes are kept. */
static size_t collect_nodes(const char *tree, const char *path, const void *bytes,
			    size_t size, struct text *gaps)
{
	struct tree t;
	struct host host;
	size_t n = 0;

	tree_make(&t, tree);
	if (bytes)
		tree_put_bytes(&t, path, bytes, size);
	collect_host(&t.root, TREE_SOURCES, &host);
	for (size_t i = 0; i < host.n_tables; i++) {
		const void *blob = host.tables[i].bytes;

		assert_int_equal(fdt_check_full(blob, host.tables[i].size), 0);
		for (int at = 0; at >= 0; at = fdt_next_node(blob, at, NULL))
			n++;
	}
	text_add(gaps, "");
	text_reset(gaps);
	tree_tell_gaps(&host, gaps);
	host_clear(&host);
	tree_remove(&t);
	return n;
}

static void test_limits_of_folders(void **state)
{
	cleanup(text_clear) struct text gaps = { 0 };
	static const char path[] = "broken /" BASE NAME_OF_255 "/" NAME_OF_255
				   "/" NAME_OF_255 "/" NAME_OF_255 TOO_MUCH;

	(void)state;
	assert_int_equal(collect_nodes(BASE "x" DEEP_56 "/1/2/3/4/5/reg : 1234\n", NULL,
				       NULL, 0, &gaps),
			 63);
	assert_string_equal(gaps.data, "");
	assert_int_equal(collect_nodes(BASE "x" DEEP_56 "/1/2/3/4/5/6/reg : 1234\n" BASE
					    "y/reg : 1\n",
				       NULL, NULL, 0, &gaps),
			 63);
	assert_string_equal(gaps.data,
			    "broken /" BASE "x" DEEP_56 "/1/2/3/4/5/6" TOO_MUCH);
	assert_int_equal(collect_nodes(BASE NAME_OF_255 "/" NAME_OF_255 "/" NAME_OF_255
							"/" NAME_OF_254 "/reg : 1234\n",
				       NULL, NULL, 0, &gaps),
			 5);
	assert_string_equal(gaps.data, "");
	assert_int_equal(collect_nodes(BASE NAME_OF_255
				       "/" NAME_OF_255 "/" NAME_OF_255 "/" NAME_OF_255
				       "/reg : 1234\n" BASE "x/reg : 1\n",
				       NULL, NULL, 0, &gaps),
			 4);
	assert_string_equal(gaps.data, path);
}

/* --- Blobs --- */

static void *begin_blob(size_t size)
{
	void *blob = xcalloc(1, size);

	assert_int_equal(fdt_create(blob, (int)size), 0);
	assert_int_equal(fdt_finish_reservemap(blob), 0);
	assert_int_equal(fdt_begin_node(blob, ""), 0);
	return blob;
}

static void end_blob(void *blob)
{
	assert_int_equal(fdt_end_node(blob), 0);
	assert_int_equal(fdt_finish(blob), 0);
}

static void add_node(void *blob, const char *name)
{
	assert_int_equal(fdt_begin_node(blob, name), 0);
	assert_int_equal(fdt_end_node(blob), 0);
}

/* Writes it where the boot loader's tree is, and frees it. */
static size_t collect_blob(void *blob, struct text *gaps)
{
	size_t n;

	end_blob(blob);
	n = collect_nodes("", FDT, blob, fdt_totalsize(blob), gaps);
	free(blob);
	return n;
}

/* Filled so that each writing call meets the end of the first 64 KiB in turn. */
static void test_growth(void **state)
{
	static const size_t first = 64 << 10;
	static const uint8_t zeros[64 << 10];
	cleanup(text_clear) struct text gaps = { 0 };

	(void)state;
	for (size_t left = 0; left < 256; left += 4) {
		void *blob = begin_blob(2 * first);

		assert_int_equal(fdt_property(blob, "reg", zeros, (int)(first - left)),
				 0);
		add_node(blob, "a");
		add_node(blob, "bc");
		assert_int_equal(collect_blob(blob, &gaps), 3);
		assert_string_equal(gaps.data, "");
	}
}

static void test_blobs(void **state)
{
	static const uint8_t zeros[(64 << 10) + 1];
	cleanup(text_clear) struct text gaps = { 0 };
	void *blob = begin_blob(sizeof(zeros) + 4096);

	(void)state;
	/* a property that is too long is left out, and the rest is kept */
	assert_int_equal(fdt_property(blob, "reg", zeros, sizeof(zeros)), 0);
	add_node(blob, "a");
	assert_int_equal(collect_blob(blob, &gaps), 2);
	assert_string_equal(gaps.data, "broken /" FDT ":0: a property is too long\n");
	/* holes are passed over */
	blob = begin_blob(4096);
	assert_int_equal(fdt_property(blob, "reg", zeros, 8), 0);
	add_node(blob, "a");
	end_blob(blob);
	assert_int_equal(fdt_nop_property(blob, 0, "reg"), 0);
	assert_int_equal(collect_nodes("", FDT, blob, fdt_totalsize(blob), &gaps), 2);
	assert_string_equal(gaps.data, "");
	free(blob);
	/* what is no tree */
	assert_int_equal(collect_nodes("", FDT, "x", 1, &gaps), 0);
	assert_string_equal(gaps.data, "broken /" FDT ":0: is not a device tree: "
				       "\"FDT_ERR_TRUNCATED\"\n");
	assert_int_equal(collect_nodes(FDT " /\n", NULL, NULL, 0, &gaps), 0);
	assert_string_equal(gaps.data, "broken /" FDT ": Is a directory\n");
}

/* Deeper, longer and larger than any tree: what fits is kept, and is still a tree. */
static void test_limits_of_blobs(void **state)
{
	cleanup(text_clear) struct text gaps = { 0 };
	void *blob = begin_blob(4 << 20);

	(void)state;
	for (int i = 0; i < 70; i++)
		assert_int_equal(fdt_begin_node(blob, "d"), 0);
	for (int i = 0; i < 70; i++)
		assert_int_equal(fdt_end_node(blob), 0);
	assert_int_equal(collect_blob(blob, &gaps), FLAT_DEPTH_MAX + 1);
	assert_true(text_starts_with(gaps.data, "broken /" FDT "/d/d/"));
	assert_non_null(strstr(gaps.data, TOO_MUCH));

	blob = begin_blob(4 << 20);
	for (int i = 0; i < FLAT_NODES_MAX + 5; i++)
		add_node(blob, "n");
	assert_int_equal(collect_blob(blob, &gaps), FLAT_NODES_MAX);
	assert_string_equal(gaps.data, "broken /" FDT "/n" TOO_MUCH);
}

/* So many empty properties that with the root they are n bytes more than a tree may hold.
 */
static void *filled_blob(size_t more)
{
	void *blob = begin_blob(FLAT_CONTENT_MAX);

	for (size_t content = 16; content < FLAT_CONTENT_MAX + more; content += 16)
		assert_int_equal(fdt_property(blob, "status", NULL, 0), 0);
	return blob;
}

static void test_content(void **state)
{
	cleanup(text_clear) struct text gaps = { 0 };
	void *blob = filled_blob(0);

	(void)state;
	assert_int_equal(collect_blob(blob, &gaps), 1);
	assert_string_equal(gaps.data, "");
	assert_int_equal(collect_blob(filled_blob(16), &gaps), 1);
	assert_string_equal(gaps.data, "broken /" FDT TOO_MUCH);
	blob = filled_blob(0);
	add_node(blob, "a");
	assert_int_equal(collect_blob(blob, &gaps), 1);
	assert_string_equal(gaps.data, "broken /" FDT "/a" TOO_MUCH);
}

/* --- The boot --- */

static void tell_boot(const struct root *root, struct host *host, struct text *out)
{
	(void)root;
	text_printf(out, "%s, %s\n", host->distribution.id ? host->distribution.id : "-",
		    host->distribution.like ? host->distribution.like : "-");
	for (size_t i = 0; i < host->n_boot_files; i++)
		text_printf(out, "%s\n", host->boot_files[i]);
	for (size_t i = 0; i < host->n_nodes; i++)
		text_printf(out, "dev %s\n", host->nodes[i]);
}

#define OS "etc/os-release = "
#define NO_WORD(text) "broken /etc/os-release:1: no word of os-release: \"" text "\"\n"
#define WORDS_OF_200 NAME_OF_64 NAME_OF_64 NAME_OF_64 " 1 2 3 4"

static const struct tree_row boots[] = {
	{ "quotes",
	  OS "NAME=x\\nID='debian'\\nID_LIKE=\"rhel fedora\"\nboot/cmdline.txt = x",
	  "debian, rhel fedora\n/boot/cmdline.txt\n" },
	{ "the first counts", OS "ID=a\\nID=b\\nIDX=c", "a, -\n" },
	{ "one quote", OS "ID=\"", "-, -\n" NO_WORD("\"") },
	{ "two of two kinds", OS "ID=\"a'", "-, -\n" NO_WORD("\"a'") },
	{ "at the end alone", OS "ID=a\"", "-, -\n" NO_WORD("a\"") },
	{ "nothing in them", OS "ID=\"\"", "-, -\n" NO_WORD("") },
	{ "no word", OS "ID=Debian", "-, -\n" NO_WORD("Debian") },
	{ "many words", OS "ID_LIKE=" WORDS_OF_200, "-, " WORDS_OF_200 "\n" },
	{ "too many", OS "ID_LIKE=" WORDS_OF_200 "x",
	  "-, -\n"
	  "broken /etc/os-release:1: no word of os-release: \""
	  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab\"...\n" },
	{ "the other place", "usr/lib/os-release = ID=a", "a, -\n" },
	{ "no distribution, but nodes of devices",
	  "dev/iommu = x\ndev/vfio/7 = x\ndev/vfio/\x01 = x\ndev/vfio/devices/vfio0 = x",
	  "-, -\ndev iommu\ndev vfio/7\ndev vfio/devices\ndev vfio/devices/vfio0\n" },
	{ "neither", "", "-, -\n" },
};

static void test_boot(void **state)
{
	(void)state;
	tree_judge(boots, ARRAY_SIZE(boots), "",
		   SOURCE_BIT(SOURCE_BOOT_SETUP) | SOURCE_BIT(SOURCE_DEVICE_NODES),
		   tell_boot);
}

/* --- What the modes of files tell --- */

static void tell_features(const struct root *root, struct host *host, struct text *out)
{
	collect_features(root, host);
	for (size_t i = 0; i < host->n_features; i++)
		text_printf(out, "%s %s\n", host->features[i].name,
			    tristate_name(host->features[i].there));
}

/* The same, of a file that nobody may write. */
static void tell_read_only(const struct root *root, struct host *host, struct text *out)
{
	assert_int_equal(fchmodat(root->fd, GROUP "type", 0444, 0), 0);
	tell_features(root, host, out);
}

static const struct tree_row modes[] = {
	{ "of a copy", GROUP_FILES GROUP "devices /\n", "" },
	{ "without groups", "live\n", "" },
	{ "of the running machine", "live\n" GROUP_FILES GROUP "devices /\n",
	  SIGN_TYPE_WRITABLE " yes\n" },
	{ "without the file",
	  "live\n" GROUP "reserved_regions = 0x1 0x2 msi\n" GROUP "devices /\n",
	  "broken /" GROUP "type" MISSING "broken /" GROUP "type" MISSING },
};

static void test_modes(void **state)
{
	static const struct tree_row read_only = { "that cannot be written",
						   "live\n" GROUP_FILES GROUP
						   "devices /\n",
						   SIGN_TYPE_WRITABLE " no\n" };

	(void)state;
	tree_judge(modes, ARRAY_SIZE(modes), "", SOURCE_BIT(SOURCE_GROUPS),
		   tell_features);
	tree_judge(&read_only, 1, "", SOURCE_BIT(SOURCE_GROUPS), tell_read_only);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_folders),
		cmocka_unit_test(test_limits_of_folders),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_blobs),
		cmocka_unit_test(test_limits_of_blobs),
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_boot),
		cmocka_unit_test(test_modes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
