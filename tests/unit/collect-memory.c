/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lies where in memory, and what is mapped: dumps, traces, maps, device trees. */
#include "tree.h"

#define GROUP "sys/kernel/iommu_groups/0/"
#define DEVICE "0000:02:00.0"
#define FOLDER "sys/devices/pci0000:00/" DEVICE "/"

/* A function whose group has a direct region, on a kernel whose dump is safe. */
static const char base[] =
	"pci " DEVICE " 10802\n" GROUP "type = DMA\n" GROUP
	"reserved_regions = 0x1000 0x2fff direct\\n0x9000 0x8000 direct\n" GROUP
	"devices/" DEVICE " -> ../../../../devices/pci0000:00/" DEVICE "\n"
	"proc/sys/kernel/osrelease = 6.12.1\n"
	"proc/sys/kernel/arch = x86_64\n";

static void tell_range(struct text *out, struct range r)
{
	text_printf(out, "%llx-%llx", (unsigned long long)r.first,
		    (unsigned long long)r.last);
}

/* --- Page tables --- */

static void tell_mappings(const struct root *root, struct host *host, struct text *out)
{
	(void)root;
	for (size_t i = 0; i < host->n_page_tables; i++)
		text_printf(out, "%s of %s%s\n", host->page_tables[i].device,
			    source_name(host->page_tables[i].source),
			    host->page_tables[i].incomplete ? ", incomplete" : "");
	for (size_t i = 0; i < host->n_mappings; i++) {
		const struct mapping *m = &host->mappings[i];

		text_printf(out, "%zu: ", m->table);
		tell_range(out, m->iova);
		text_printf(out, " to %llx\n", (unsigned long long)m->physical);
	}
}

#define DUMP_PATH "sys/kernel/debug/iommu/intel/" DEVICE "/domain_translation_struct"
#define HEAD "Device " DEVICE " @0x1\\nIOVA_PFN\\t\\tPML5E\\n"
#define DUMP DUMP_PATH " = " HEAD
#define NO_DUMP "broken /" DUMP_PATH ":0: not a dump of a page table: \"\"\n"
#define TOLD DEVICE " of page-tables\n"
#define ZEROS "|\\t0x0\\t0x5003\\t0x6003\\t0x7003\\t"

static const struct tree_row dumps[] = {
	{ "pages that go on are one",
	  DUMP "0x1 " ZEROS "0x1003\\n0x2 " ZEROS "0x2003\\n0x8 " ZEROS "0x8003",
	  TOLD "0: 1000-2fff to 1000\n" },
	{ "elsewhere in memory, or with a hole, they are not",
	  DUMP "0x1 " ZEROS "0x1003\\n0x2 " ZEROS "0x9003\\n0x2 " ZEROS "0x2003",
	  TOLD "0: 1000-1fff to 1000\n0: 2000-2fff to 9000\n0: 2000-2fff to 2000\n" },
	{ "a large page, by the column of the last entry",
	  DUMP "0x1 |\\t0x0\\t0x5003\\t0x6003\\t0x83\\t0x0", TOLD "0: 0-1fffff to 0\n" },
	{ "a table of another PASID in the same file",
	  DUMP "0x1 " ZEROS "0x1003\\nDevice " DEVICE " with pasid 1 @0x2\\n0x2 " ZEROS
	       "0x9003\\nDevice " DEVICE " with pasid 0 @0x2\\n0x2 " ZEROS "0x2003",
	  TOLD "0: 1000-2fff to 1000\n" },
	{ "two devices of the group: what is not understood of one takes nothing from the other",
	  "pci 0000:03:00.0 10802\n" GROUP
	  "devices/0000:03:00.0 -> ../../../../devices/pci0000:00/0000:03:00.0\n" DUMP
	  "0x1 " ZEROS "0x1003\nsys/kernel/debug/iommu/intel/0000:03:00.0/"
	  "domain_translation_struct = 0x2 " ZEROS "0x2003\\n0x2 x",
	  TOLD "0: 1000-1fff to 1000\nbroken /sys/kernel/debug/iommu/intel/0000:03:00.0/"
	       "domain_translation_struct:0: not a dump of a page table: \"\"\n" },
	{ "two that are",
	  "pci 0000:03:00.0 10802\n" GROUP
	  "devices/0000:03:00.0 -> ../../../../devices/pci0000:00/0000:03:00.0\n" DUMP
	  "0x1 " ZEROS "0x1003\nsys/kernel/debug/iommu/intel/0000:03:00.0/"
	  "domain_translation_struct = 0x2 " ZEROS "0x2003",
	  TOLD
	  "0000:03:00.0 of page-tables\n0: 1000-1fff to 1000\n1: 2000-2fff to 2000\n" },
	{ "a platform device of the group, and a group without a direct region",
	  "sys/devices/platform/b/uevent = A=1\n" GROUP
	  "devices/b -> ../../../../devices/platform/b\n"
	  "sys/kernel/iommu_groups/1/type = DMA\n"
	  "sys/kernel/iommu_groups/1/reserved_regions = 0x1 0x2 msi\n"
	  "sys/kernel/iommu_groups/1/devices /\n" DUMP "0x1 " ZEROS "0x1003",
	  TOLD "0: 1000-1fff to 1000\n" },
	{ "nothing", DUMP_PATH " : \n", "" },
	{ "a row without entries", DUMP "0x1 " ZEROS "0x1003\\n0x2 |\\t0x0", NO_DUMP },
	{ "without a number", DUMP "0x | 0x1003", NO_DUMP },
	{ "beyond what can be addressed", DUMP "0x10000000000000 " ZEROS "0x1003",
	  NO_DUMP },
	{ "an entry that is none", DUMP "0x1 |\\t0x0\\tx", NO_DUMP },
	{ "too many entries", DUMP "0x1 " ZEROS "0x1003\\t0x1", NO_DUMP },
	{ "a folder", DUMP_PATH " /", "broken /" DUMP_PATH ":0: Is a directory\n" },
	{ "none of this device", "sys/kernel/debug/iommu/intel/x /", "" },
};

#define TRACED "proc/cmdline = trace_event=iommu:map,iommu:attach_device_to_domain\n"
#define TRACE "sys/kernel/tracing/trace"
#define MAP(from, to, physical, size)                                                    \
	" x-1 [0] 1.0: map: IOMMU: iova=" from " - " to " paddr=" physical " size=" size \
	"\\n"
#define ATTACH(device) \
	" x-1 [0] 1.0: attach_device_to_domain: IOMMU: device=" device "\\n"
#define OF_64 "0123456789012345678901234567890123456789012345678901234567890123"

static const struct tree_row traces[] = {
	{ "the maps before an attach",
	  TRACED TRACE " = " MAP("0x1000", "0x2000", "0x1000", "4096")
		  MAP("0x2000", "0x3000", "0x2000", "4096")
			  MAP("0x9000", "0xa000", "0x9000", "4096") ATTACH(DEVICE),
	  DEVICE " of trace\n0: 1000-2fff to 1000\n" },
	{ "what came behind it is another's",
	  TRACED TRACE " = " ATTACH("x") ATTACH(DEVICE)
		  MAP("0x1000", "0x2000", "0x1000", "4096"),
	  "" },
	{ "maps that failed, and that say nothing",
	  TRACED TRACE " = " MAP("0x1000", "0x2000", "0x1000", "0")
		  MAP("0x1000", "0x1000", "0x1000", "4096")
			  MAP("0x1000", "x", "0x1000", "4096") ATTACH(DEVICE),
	  "" },
	{ "a name that is too long for one",
	  TRACED TRACE " = " MAP("0x1000", "0x2000", "0x1000", "4096") ATTACH(OF_64),
	  "" },
	{ "of a ring that has lost some",
	  TRACED TRACE " = # entries-in-buffer/entries-written: 2/3\\n" MAP(
		  "0x1000", "0x2000", "0x1000", "4096") ATTACH(DEVICE),
	  DEVICE " of trace, incomplete\n0: 1000-1fff to 1000\n" },
	{ "and of one that has not",
	  TRACED TRACE " = # entries-in-buffer/entries-written: 3/3\\n# x\\n"
		       "# entries-written: x\\nentries-written: 1/2\\n" MAP(
			       "0x1000", "0x2000", "0x1000", "4096") ATTACH(DEVICE),
	  DEVICE " of trace\n0: 1000-1fff to 1000\n" },
	{ "a device in no group",
	  "pci 0000:03:00.0 10802\n" TRACED TRACE
	  " = " MAP("0x1000", "0x2000", "0x1000", "4096") ATTACH("0000:03:00.0"),
	  "" },
	{ "not traced since boot", "proc/cmdline = quiet\n" TRACE " = " ATTACH(DEVICE),
	  "" },
	{ "but something else was",
	  "proc/cmdline = trace_event=irq\n" TRACE
	  " = " MAP("0x1000", "0x2000", "0x1000", "4096") ATTACH(DEVICE),
	  "" },
	{ "an empty trace", TRACED TRACE " : \n",
	  "broken /" TRACE ":0: is empty, and the kernel never leaves it so\n" },
};

#define ALL_OF_GROUPS \
	(SOURCE_BIT(SOURCE_KERNEL) | SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_PCI))

static void test_page_tables(void **state)
{
	(void)state;
	tree_judge(dumps, ARRAY_SIZE(dumps), base,
		   ALL_OF_GROUPS | SOURCE_BIT(SOURCE_PAGE_TABLES), tell_mappings);
	tree_judge(traces, ARRAY_SIZE(traces), base,
		   ALL_OF_GROUPS | SOURCE_BIT(SOURCE_TRACE) |
			   SOURCE_BIT(SOURCE_COMMAND_LINE),
		   tell_mappings);
}

/* --- BARs --- */

static void tell_resources(const struct root *root, struct host *host, struct text *out)
{
	static const char *const kinds[] = {
		[RESOURCE_BAR] = "BAR",
		[RESOURCE_ROM] = "ROM",
		[RESOURCE_VF_BAR] = "VF BAR",
		[RESOURCE_WINDOW] = "window",
	};

	(void)root;
	for (size_t i = 0; i < host->n_resources; i++) {
		const struct resource *r = &host->resources[i];

		text_printf(out, "%u %s ", r->line, kinds[r->kind]);
		tell_range(out, r->range);
		text_add(out, "\n");
	}
}

#define RESOURCE FOLDER "resource"
#define NONE "0x0 0x0 0x0\\n"

static const struct tree_row resources[] = {
	{ "memory", RESOURCE " = 0xd0000000 0xd0000fff 0x200",
	  "1 BAR d0000000-d0000fff\n" },
	{ "ports, and what has no address, is off, or ends too early",
	  RESOURCE
	  " = 0x1000 0x1fff 0x100\\n0x0 0xfff 0x20000200\\n0x0 0xfff 0x10000200\\n"
	  "0x1000 0xfff 0x200",
	  "" },
	{ "a line that is short, and one that goes on",
	  RESOURCE " = 0x1000 0x1fff\\n0x1000 0x1fff 0x200 x\\n0x1000 0x1fff 0x200",
	  "3 BAR 1000-1fff\n" },
	{ "the ROM, and its copy in RAM",
	  RESOURCE " = " NONE NONE NONE NONE NONE NONE "0x1000 0x1fff 0x200",
	  "7 ROM 1000-1fff\n" },
	{ "its copy in RAM",
	  RESOURCE " = " NONE NONE NONE NONE NONE NONE "0x1000 0x1fff 0x202", "" },
	{ "of virtual functions",
	  RESOURCE " = " NONE NONE NONE NONE NONE NONE NONE "0x1000 0x1fff 0x202",
	  "8 VF BAR 1000-1fff\n" },
	{ "no range", RESOURCE " = 0x1000 0x1fff 0x200\\nx",
	  "1 BAR 1000-1fff\nbroken /sys/bus/pci/devices/" DEVICE
	  "/resource:2: not a range of memory: \"x\"\n" },
	{ "a copy without it", "", "" },
	{ "the running machine", "live\n",
	  "broken /sys/bus/pci/devices/" DEVICE
	  "/resource:0: is missing, and such a host always has it\n" },
};

/* Without a direct region, and where the log is read, too. */
static const char no_direct[] =
	"pci " DEVICE " 10802\n" GROUP "type = DMA\n" GROUP
	"reserved_regions = 0x1000 0x2fff msi\n" GROUP "devices/" DEVICE
	" -> ../../../../devices/pci0000:00/" DEVICE "\n" RESOURCE
	" = 0x1000 0x1fff 0x200\nproc/sys/kernel/osrelease = 5.10.0\n";

static const struct tree_row needed[] = {
	{ "for a fault",
	  "dev/kmsg = 6,1,1,-;DMAR: [DMA Read] Request device [02:00.0] fault addr "
	  "0x1000 [fault reason 06] a",
	  "1 BAR 1000-1fff\n" },
	{ "for nothing", "dev/kmsg = 6,1,1,-;DMAR: a", "" },
};

/* The 33rd line is not looked at. */
static void test_resources(void **state)
{
	struct tree_row row = { "more lines than there are resources", NULL, "" };
	struct text t = { 0 };

	(void)state;
	tree_judge(resources, ARRAY_SIZE(resources), base,
		   ALL_OF_GROUPS | SOURCE_BIT(SOURCE_RESOURCES), tell_resources);
	tree_judge(needed, ARRAY_SIZE(needed), no_direct,
		   ALL_OF_GROUPS | SOURCE_BIT(SOURCE_RESOURCES) | SOURCE_BIT(SOURCE_LOG),
		   tell_resources);
	tree_judge(resources, 1, base,
		   ALL_OF_GROUPS | SOURCE_BIT(SOURCE_RESOURCES) | SOURCE_BIT(SOURCE_LOG),
		   tell_resources);
	text_add(&t, RESOURCE " = ");
	for (int i = 0; i < 32; i++)
		text_add(&t, NONE);
	text_add(&t, "0x1000 0x1fff 0x200");
	row.tree = t.data;
	tree_judge(&row, 1, base, ALL_OF_GROUPS | SOURCE_BIT(SOURCE_RESOURCES),
		   tell_resources);
	text_clear(&t);
}

/* --- Maps --- */

static void tell_memory(const struct root *root, struct host *host, struct text *out)
{
	(void)root;
	for (size_t i = 0; i < host->n_memory; i++) {
		const struct memory *m = &host->memory[i];

		text_printf(out, "%u %u ", m->place, m->depth);
		tell_range(out, m->range);
		text_printf(out, " %s\n", m->name);
	}
}

#define IOMEM "proc/iomem = "
#define NO_IOMEM(line, text) \
	"broken /proc/iomem:" line ": not a line of iomem: \"" text "\"\n"
#define MAP_ENTRY "sys/firmware/memmap/0/"
#define NO_ENTRY(name) \
	"broken /sys/firmware/memmap:0: not an entry of a memory map: \"" name "\"\n"

static const struct tree_row maps[] = {
	{ "levels", IOMEM "1000-1fff : System RAM\\n  1100-11ff : a - b : c",
	  "1 0 1000-1fff System RAM\n2 1 1100-11ff a - b : c\n" },
	{ "lines that are none",
	  IOMEM
	  "1000 : a\\n1000-1fff a\\na : b-c\\nx-1fff : a\\n1000-x : a\\n1000-1fff : a\x01\\n"
	  "1-2 : a",
	  "7 0 1-2 a\n" NO_IOMEM("1", "1000 : a") NO_IOMEM("2", "1000-1fff a")
		  NO_IOMEM("3", "a : b-c") NO_IOMEM("4", "x") NO_IOMEM("5", "1000")
			  NO_IOMEM("6", "1000") },
	{ "zeros are no addresses", IOMEM "0-0 : System RAM\\n  0-0 : a",
	  "1 0 0-0 System RAM\n2 1 0-0 a\n"
	  "denied /proc/iomem: all addresses read as zero: needs CAP_SYS_ADMIN\n" },
	{ "but one that begins there is", IOMEM "0-0 : a\\n0-fff : b",
	  "1 0 0-0 a\n2 0 0-fff b\n" },
};

static const struct tree_row entries[] = {
	{ "an entry of firmware's",
	  MAP_ENTRY "start = 0x1000\n" MAP_ENTRY "end = 0x1fff\n" MAP_ENTRY
		    "type = System RAM",
	  "0 0 1000-1fff System RAM\n" },
	{ "a start that is none",
	  MAP_ENTRY "start = x\n" MAP_ENTRY "end = 0x1fff\n" MAP_ENTRY
		    "type = System RAM",
	  NO_ENTRY("0") },
	{ "an end that is none",
	  MAP_ENTRY "start = 0x1000\n" MAP_ENTRY "end = x\n" MAP_ENTRY
		    "type = System RAM",
	  NO_ENTRY("0") },
	{ "no end", MAP_ENTRY "start = 0x1000\n" MAP_ENTRY "type = System RAM",
	  "broken /" MAP_ENTRY
	  "end:0: is missing, and such a host always has it\n" NO_ENTRY("0") },
	{ "no type", MAP_ENTRY "start = 0x1000\n" MAP_ENTRY "end = 0x1fff",
	  "broken /" MAP_ENTRY
	  "type:0: is missing, and such a host always has it\n" NO_ENTRY("0") },
	{ "an entry without a number", "sys/firmware/memmap/x/start = 0x1000",
	  NO_ENTRY("x") },
};

static void test_maps(void **state)
{
	(void)state;
	tree_judge(maps, ARRAY_SIZE(maps), "sys/firmware/memmap/x /\n",
		   SOURCE_BIT(SOURCE_IOMEM), tell_memory);
	tree_judge(entries, ARRAY_SIZE(entries), "proc/iomem = 1-2 : a\n",
		   SOURCE_BIT(SOURCE_MEMORY_MAP), tell_memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page_tables),
		cmocka_unit_test(test_resources),
		cmocka_unit_test(test_maps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
