/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups, devices, slots and IOMMUs whose files do not say what they should. */
#include "tree.h"

static void tell_word(struct text *out, const char *what, const char *word)
{
	if (word)
		text_printf(out, " %s %s", what, word);
}

static void tell_number(struct text *out, const char *what, unsigned long long number)
{
	if (number)
		text_printf(out, " %s %llx", what, number);
}

static void tell_device(const struct device *d, struct text *out)
{
	text_printf(out, "%s %s", d->name, bus_kind_name(d->bus));
	tell_word(out, "link", d->link);
	if (d->has_ids)
		text_printf(out, " %x %x:%x %x:%x", d->class_code, d->vendor, d->device,
			    d->subvendor, d->subdevice);
	tell_word(out, "driver", d->driver_unknown ? "unknown" : d->driver);
	tell_word(out, "node", d->of_node);
	tell_word(out, "compatible", d->compatible);
	tell_word(out, "below", d->parent);
	tell_number(out, "root", d->root_bus);
	tell_number(out, "bus", d->secondary_bus);
	tell_word(out, "function of", d->physical_function);
	if (d->removable)
		text_printf(out, " removable %s", tristate_name(d->removable));
	text_add(out, "\n");
}

static void tell_devices(const struct root *root, struct host *host, struct text *out)
{
	(void)root;
	for (size_t i = 0; i < host->n_devices; i++)
		tell_device(&host->devices[i], out);
}

#define GROUP "sys/kernel/iommu_groups/0/"
#define GROUP_FILES \
	GROUP "type = DMA\n" GROUP "reserved_regions : 0xfee00000 0xfeefffff msi\\n\n"

/* --- What uevent says --- */

#define PCI_NAME "0000:01:00.0"
#define UEVENT GROUP "devices/" PCI_NAME "/uevent"
#define PCI_LINES "PCI_CLASS=10802\\nPCI_ID=8086:1\\nPCI_SLOT_NAME=" PCI_NAME "\\n"
#define PCI_TOLD PCI_NAME " pci 10802 8086:1 0:0"
#define BAD(line, text) \
	"broken /" UEVENT ":" line ": not a uevent variable: \"" text "\"\n"
#define NOT_PCI(name)                                                            \
	"broken /" GROUP "devices/" name "/uevent:0: does not describe the PCI " \
	"function: \"" name "\"\n"

static const struct tree_row uevents[] = {
	{ "whole", UEVENT " = " PCI_LINES "PCI_SUBSYS_ID=8086:7270\\nDRIVER=nvme",
	  PCI_NAME " pci 10802 8086:1 8086:7270 driver nvme\n" },
	{ "two drivers", UEVENT " = " PCI_LINES "DRIVER=a\\nDRIVER=b",
	  PCI_TOLD " driver a\n" },
	{ "no driver's name",
	  UEVENT " = " PCI_LINES "DRIVER=", PCI_TOLD "\n" BAD("4", "DRIVER") },
	{ "an id without a colon", UEVENT " = " PCI_LINES "PCI_SUBSYS_ID=80861",
	  PCI_TOLD "\n" BAD("4", "PCI_SUBSYS_ID") },
	{ "one that is too long", UEVENT " = " PCI_LINES "PCI_SUBSYS_ID=08086:1",
	  PCI_TOLD "\n" BAD("4", "PCI_SUBSYS_ID") },
	{ "letters in it", UEVENT " = " PCI_LINES "PCI_SUBSYS_ID=80g6:1",
	  PCI_TOLD "\n" BAD("4", "PCI_SUBSYS_ID") },
	{ "and behind the colon", UEVENT " = " PCI_LINES "PCI_SUBSYS_ID=8086:10000",
	  PCI_TOLD "\n" BAD("4", "PCI_SUBSYS_ID") },
	{ "a class that is none", UEVENT " = " PCI_LINES "PCI_CLASS=1000000",
	  PCI_TOLD "\n" BAD("4", "PCI_CLASS") },
	{ "no class at all", UEVENT " = PCI_ID=8086:1\\nPCI_SLOT_NAME=" PCI_NAME,
	  PCI_NAME " pci\n" NOT_PCI(PCI_NAME) },
	{ "a slot that is none", UEVENT " = PCI_CLASS=10802\\nPCI_SLOT_NAME=x",
	  PCI_NAME " pci 10802 0:0 0:0\n" BAD("2", "PCI_SLOT_NAME") NOT_PCI(PCI_NAME) },
	{ "another function's", UEVENT " = PCI_CLASS=10802\\nPCI_SLOT_NAME=0000:01:00.1",
	  PCI_NAME " pci 10802 0:0 0:0\n" NOT_PCI(PCI_NAME) },
	{ "no variable", UEVENT " = " PCI_LINES "x", PCI_TOLD "\n" BAD("4", "x") },
	{ "a key that is no text", UEVENT " = " PCI_LINES "x\x01=1",
	  PCI_TOLD "\n" BAD("4", "x?") },
	{ "a value that is none", UEVENT " = " PCI_LINES "x=\x01",
	  PCI_TOLD "\n" BAD("4", "x") },
	{ "nothing", UEVENT " : \n",
	  PCI_NAME " pci driver unknown\nbroken /" UEVENT
		   ":0: is empty, and no device's is\n" },
	{ "a folder", UEVENT " /\n",
	  PCI_NAME " pci driver unknown\nbroken /" UEVENT ":0: Is a directory\n" },
};

/* A device that is called so, and what its uevent says. */
#define OTHER(name, text)                                                                \
	"sys/devices/platform/" name "/uevent = " text "\n" GROUP "devices/" name " -> " \
	"../../../../devices/platform/" name "\n"

static const struct tree_row buses[] = {
	{ "a platform device", OTHER("a", "MODALIAS=platform:a"), "a platform\n" },
	{ "of ACPI", OTHER("a", "MODALIAS=acpi:ARMH0061:"), "a platform\n" },
	{ "of a device tree",
	  OTHER("a",
		"OF_NAME=a\\nOF_FULLNAME=/a\\nOF_FULLNAME=/b\\n"
		"OF_COMPATIBLE_0=c,d\\nOF_COMPATIBLE_0=e,f\\nMODALIAS=of:NaT(null)Ce,f"),
	  "a platform node /b compatible e,f\n" },
	{ "a node without a path", OTHER("a", "OF_FULLNAME=a"),
	  "a other\nbroken /" GROUP
	  "devices/a/uevent:1: not a uevent variable: \"OF_FULLNAME\"\n" },
	{ "AMBA says so behind its node",
	  OTHER("a", "OF_NAME=a\\nMODALIAS=amba:d00041061"), "a amba\n" },
	{ "a node behind the bus", OTHER("a", "MODALIAS=fsl-mc:v1957d1\\nOF_NAME=a"),
	  "a fsl-mc\n" },
	{ "a bus that nobody knows", OTHER("a", "MODALIAS=usb:v1"), "a other\n" },
	{ "a PCI function of another name",
	  OTHER("a", "PCI_CLASS=10802\\nPCI_SLOT_NAME=" PCI_NAME),
	  "a other 10802 0:0 0:0\n" NOT_PCI("a") },
	{ "a mediated device", OTHER("01234567-89ab-cdef-0123-456789abcdef", "x=1"),
	  "01234567-89ab-cdef-0123-456789abcdef mdev\n" },
	{ "a letter too many", OTHER("01234567-89ab-cdef-0123-456789abcdef0", "x=1"),
	  "01234567-89ab-cdef-0123-456789abcdef0 other\n" },
	{ "not a letter of a UUID", OTHER("g1234567-89ab-cdef-0123-456789abcdef", "x=1"),
	  "g1234567-89ab-cdef-0123-456789abcdef other\n" },
	{ "the first hyphen", OTHER("0123456-789ab-cdef-0123-456789abcdef", "x=1"),
	  "0123456-789ab-cdef-0123-456789abcdef other\n" },
	{ "the second", OTHER("01234567-89abc-def-0123-456789abcdef", "x=1"),
	  "01234567-89abc-def-0123-456789abcdef other\n" },
	{ "the third", OTHER("01234567-89ab-cdef0-123-456789abcdef", "x=1"),
	  "01234567-89ab-cdef0-123-456789abcdef other\n" },
	{ "the fourth", OTHER("01234567-89ab-cdef-01234-56789abcdef", "x=1"),
	  "01234567-89ab-cdef-01234-56789abcdef other\n" },
	{ "a link that ends with a slash",
	  "sys/devices/platform/a/uevent = x=1\n" GROUP
	  "devices/a -> ../../../../devices/platform/a/\n",
	  "a other\n" },
	{ "a link without one", GROUP "devices/a -> b\n" GROUP "devices/b/uevent = x=1\n",
	  "a other\nb other\nbroken /" GROUP
	  "devices/b:0: is not a symbolic link: the links are missing, as in a copy that "
	  "followed them\n" },
	{ "a folder in place of the link", GROUP "devices/a/uevent = x=1\n",
	  "a other\nbroken /" GROUP "devices/a:0: is not a symbolic link: the links are "
	  "missing, as in a copy that followed them\n" },
	{ "a silent device on a silent bus",
	  "sys/devices/platform/a/uevent : \nsys/devices/platform/a/subsystem -> "
	  "../../../bus/iommufd_mock\n" GROUP
	  "devices/a -> ../../../../devices/platform/a\n",
	  "a other\n" },
	{ "on one that speaks",
	  "sys/devices/platform/a/uevent : \nsys/devices/platform/a/subsystem -> "
	  "../../../bus/cdx\n" GROUP "devices/a -> ../../../../devices/platform/a\n",
	  "a other driver unknown\nbroken /" GROUP
	  "devices/a/uevent:0: is empty, and no device's is\n" },
	{ "on a bus without a name",
	  "sys/devices/platform/a/uevent : \nsys/devices/platform/a/subsystem -> x\n" GROUP
	  "devices/a -> ../../../../devices/platform/a\n",
	  "a other driver unknown\nbroken /" GROUP
	  "devices/a/uevent:0: is empty, and no device's is\n" },
};

static void test_uevents(void **state)
{
	(void)state;
	tree_judge(uevents, ARRAY_SIZE(uevents), GROUP_FILES, SOURCE_BIT(SOURCE_GROUPS),
		   tell_devices);
	tree_judge(buses, ARRAY_SIZE(buses), GROUP_FILES, SOURCE_BIT(SOURCE_GROUPS),
		   tell_devices);
}

/* --- Groups --- */

static void tell_groups(const struct root *root, struct host *host, struct text *out)
{
	(void)root;
	for (size_t i = 0; i < host->n_groups; i++) {
		const struct group *g = &host->groups[i];

		text_printf(out, "%u %s", (unsigned)g->id, domain_type_name(g->type));
		tell_word(out, "name", g->name);
		text_printf(out, " %s%s\n", source_state_name(g->regions_state),
			    g->regions_cut ? ", cut" : "");
	}
	for (size_t i = 0; i < host->n_regions; i++) {
		const struct region *r = &host->regions[i];

		text_printf(out, "%u: %llx-%llx %s %s\n", r->line,
			    (unsigned long long)r->range.first,
			    (unsigned long long)r->range.last, region_type_name(r->type),
			    r->word ? r->word : "-");
	}
}

#define REGIONS "sys/kernel/iommu_groups/0/reserved_regions"
#define NO_REGION(line, text) \
	"broken /" REGIONS ":" line ": not a reserved region: \"" text "\"\n"
#define OF_40 "abcdefghij-klmnopqrst_0123456789abcdefgh"

static const struct tree_row groups[] = {
	{ "whole", REGIONS " = 0x1000 0x1fff direct\\n0x2000 0x2fff msi",
	  "0 DMA read\n1: 1000-1fff direct -\n2: 2000-2fff msi -\n" },
	{ "a type that is not known", REGIONS " = 0x1000 0x1fff " OF_40,
	  "0 DMA read\n1: 1000-1fff unknown " OF_40 "\n" },
	{ "one that is too long", REGIONS " = 0x1000 0x1fff " OF_40 "i",
	  "0 DMA broken\n" NO_REGION("1", "0x1000 0x1fff " OF_40 "i") },
	{ "none", REGIONS " = 0x1000 0x1fff ",
	  "0 DMA broken\n" NO_REGION("1", "0x1000 0x1fff") },
	{ "not a word", REGIONS " = 0x1000 0x1fff Direct!",
	  "0 DMA broken\n" NO_REGION("1", "0x1000 0x1fff Direct!") },
	{ "the word of our own for one", REGIONS " = 0x1000 0x1fff unknown",
	  "0 DMA read\n1: 1000-1fff unknown unknown\n" },
	{ "cut in a word that may go on",
	  REGIONS " : 0x1000 0x1fff msi\\n0x2000 0x2fff direct\n",
	  "0 DMA read, cut\n1: 1000-1fff msi -\n" },
	{ "and in one that nobody knows",
	  REGIONS " : 0x1000 0x1fff msi\\n0x2000 0x2fff foo\n",
	  "0 DMA read, cut\n1: 1000-1fff msi -\n" },
	{ "and in one that cannot", REGIONS " : 0x1000 0x1fff direct-relaxable\n",
	  "0 DMA read, cut\n1: 1000-1fff direct-relaxable -\n" },
	{ "a type of domain that is not known",
	  GROUP "type = xyz\n" REGIONS " = 0x1 0x2 msi",
	  "0 not-read read\n1: 1-2 msi -\nbroken /" GROUP
	  "type:1: not a domain type: \"xyz\"\n" },
	{ "the word for one that was not read",
	  GROUP "type = not-read\n" REGIONS " = 0x1 0x2 msi",
	  "0 not-read read\n1: 1-2 msi -\nbroken /" GROUP
	  "type:1: not a domain type: \"not-read\"\n" },
};

/* No machine has a function twice: of a tree that has, groups prove nothing. */
static const struct tree_row twice[] = {
	{ "one function in two groups",
	  REGIONS " = 0x1 0x2 msi\n" UEVENT " = " PCI_LINES "A=1\n"
		  "sys/kernel/iommu_groups/1/type = DMA\n"
		  "sys/kernel/iommu_groups/1/reserved_regions = 0x1 0x2 msi\n"
		  "sys/kernel/iommu_groups/1/devices/" PCI_NAME "/uevent = " PCI_LINES
		  "A=1",
	  "0 DMA read\n1 DMA read\n1: 1-2 msi -\n1: 1-2 msi -\n"
	  "broken /sys/kernel/iommu_groups: the same group or device is listed twice\n" },
};

static void test_groups(void **state)
{
	(void)state;
	tree_judge(twice, ARRAY_SIZE(twice), GROUP "type = DMA\n",
		   SOURCE_BIT(SOURCE_GROUPS), tell_groups);
	tree_judge(groups, ARRAY_SIZE(groups), GROUP "type = DMA\n" GROUP "devices /\n",
		   SOURCE_BIT(SOURCE_GROUPS), tell_groups);
}

/* --- The PCI bus --- */

#define BUS "sys/bus/pci/devices/"
#define BUS_FILES                                                             \
	"sys/devices/x/" PCI_NAME "/uevent = PCI_CLASS=60400\\nPCI_ID=8086:1" \
	"\\nPCI_SLOT_NAME=" PCI_NAME "\n"
#define BRIDGE PCI_NAME " pci 60400 8086:1 0:0"

static const struct tree_row topology[] = {
	{ "a port",
	  BUS PCI_NAME " -> ../../../devices/pci0000:80/0000:80:1c.0/" PCI_NAME "\n"
		       "sys/devices/pci0000:80/0000:80:1c.0/" PCI_NAME
		       " -> ../../x/" PCI_NAME,
	  BRIDGE " below 0000:80:1c.0 root 80\n" },
	{ "not below a host bridge",
	  BUS PCI_NAME " -> ../../../devices/x/0000:80:1c.0/../" PCI_NAME "\n"
		       "sys/devices/x/0000:80:1c.0 /\n",
	  BRIDGE "\n" },
	{ "below one without a number",
	  BUS PCI_NAME " -> ../../../devices/pci0000:zz/pcix/" PCI_NAME "\n"
		       "sys/devices/pci0000:zz/pcix/" PCI_NAME " -> ../../x/" PCI_NAME,
	  BRIDGE "\n" },
	{ "a link that goes on behind it",
	  BUS PCI_NAME " -> ../../../devices/pci0000:80/" PCI_NAME "/0000:03:00.0\n"
		       "sys/devices/pci0000:80/" PCI_NAME
		       "/0000:03:00.0 -> ../../x/" PCI_NAME,
	  BRIDGE " root 80\n" },
	{ "a link that does not name it",
	  BUS PCI_NAME " -> ../../../devices/pci0000:80/y\n"
		       "sys/devices/pci0000:80/y -> ../x/" PCI_NAME,
	  BRIDGE " root 80\n" },
	{ "a virtual function",
	  BUS PCI_NAME " -> ../../../devices/x/" PCI_NAME "\n"
		       "sys/devices/x/" PCI_NAME "/physfn -> ../0000:01:00.7",
	  BRIDGE " function of 0000:01:00.7\n" },
	{ "a physfn without a slash",
	  BUS PCI_NAME " -> ../../../devices/x/" PCI_NAME "\n"
		       "sys/devices/x/" PCI_NAME "/physfn -> 0000:01:00.7",
	  BRIDGE " function of 0000:01:00.7\n" },
	{ "a physfn that is a folder",
	  BUS PCI_NAME " -> ../../../devices/x/" PCI_NAME "\n"
		       "sys/devices/x/" PCI_NAME "/physfn /",
	  BRIDGE "\nbroken /" BUS PCI_NAME
		 "/physfn:0: is not a symbolic link: the links are "
		 "missing, as in a copy that followed them\n" },
	{ "buses below",
	  BUS PCI_NAME " -> ../../../devices/x/" PCI_NAME "\n"
		       "sys/devices/x/" PCI_NAME "/pci_bus/0000:02 /\n"
		       "sys/devices/x/" PCI_NAME "/pci_bus/0001:03 /\n"
		       "sys/devices/x/" PCI_NAME "/pci_bus/y /",
	  BRIDGE " bus 2\n" },
	{ "a function whose uevent is a folder",
	  BUS "0000:02:00.0 -> ../../../devices/x/y\n"
	      "sys/devices/x/y/uevent /",
	  "0000:02:00.0 pci driver unknown\nbroken /" BUS
	  "0000:02:00.0/uevent:0: Is a directory\n" },
};

/* A function that its group has, and the bus has not. */
#define NOT_THERE                                                 \
	"absent /" BUS PCI_NAME ":0: No such file or directory\n" \
	"broken /" BUS PCI_NAME ":0: is in a group but not on the PCI bus\n"

static const struct tree_row outsiders[] = {
	{ "by its name",
	  GROUP "devices/" PCI_NAME " -> ../../../../devices/x/" PCI_NAME "\n"
		"sys/bus/pci/devices /",
	  BRIDGE "\n" NOT_THERE },
	{ "that are on the bus are there once",
	  GROUP "devices/" PCI_NAME " -> ../../../../devices/x/" PCI_NAME
		"\n" BUS PCI_NAME " -> ../../../devices/x/" PCI_NAME,
	  BRIDGE "\n" },
	{ "by another",
	  GROUP "devices/y -> ../../../../devices/x/" PCI_NAME "\n"
		"sys/bus/pci/devices /",
	  PCI_NAME " pci link y 60400 8086:1 0:0\n" NOT_THERE },
	{ "no bus", GROUP "devices/" PCI_NAME " -> ../../../../devices/x/" PCI_NAME,
	  BRIDGE
	  "\nbroken /sys/bus/pci/devices:0: is missing, and such a host always has it\n" },
};

#define BOTH (SOURCE_BIT(SOURCE_GROUPS) | SOURCE_BIT(SOURCE_PCI))

static void test_bus(void **state)
{
	(void)state;
	tree_judge(topology, ARRAY_SIZE(topology), BUS_FILES, SOURCE_BIT(SOURCE_PCI),
		   tell_devices);
	tree_judge(outsiders, ARRAY_SIZE(outsiders), BUS_FILES GROUP_FILES, BOTH,
		   tell_devices);
}

/* --- Slots --- */

static void tell_slots(const struct root *root, struct host *host, struct text *out)
{
	char address[PCI_ADDRESS_SIZE];

	for (size_t i = 0; i < host->n_slots; i++) {
		const struct slot *s = &host->slots[i];

		text_printf(out, "%s %s%s%s\n", s->name,
			    pci_address_print(s->address, address),
			    s->any_device ? " any" : "", s->hotplug ? " hotplug" : "");
	}
	tell_devices(root, host, out);
}

#define SLOT "sys/bus/pci/slots/1/"
#define NO_SLOT(text) \
	"broken /" SLOT "address:1: not the address of a slot: \"" text "\"\n"
#define PORT "pci 0000:00:1c.0 60400\npci 0000:00:1c.0/0000:02:00.0 10802\n"
#define PORT_TOLD "0000:00:1c.0 pci 60400 8086:10d3 8086:0\n"
#define BELOW "0000:02:00.0 pci 10802 8086:10d3 8086:0 below 0000:00:1c.0"
#define REMOVABLE PORT "sys/devices/pci0000:00/0000:00:1c.0/0000:02:00.0/removable"

static const struct tree_row slots[] = {
	{ "with a driver", SLOT "address = 0000:02:00\n" SLOT "power = 1",
	  "1 0000:02:00.0 hotplug\n" },
	{ "without a device number", SLOT "address = 0000:02", "1 0000:02:00.0 any\n" },
	{ "without an address", SLOT "power = 1",
	  "broken /" SLOT "address:0: is missing, and such a host always has it\n" },
	{ "that is none", SLOT "address = 2", NO_SLOT("2") },
	{ "a function", SLOT "address = 0000:02:00.0", NO_SLOT("0000:02:00.0") },
	{ "that would be cut to one", SLOT "address = 00000000000000000000:02:00",
	  NO_SLOT("00000000000000000000:02:00") },
	{ "a name that is no text", "sys/bus/pci/slots/\x01/address = 0000:02:00",
	  "broken /sys/bus/pci/slots/\x01/address:1: not the address of a slot: "
	  "\"0000:02:00\"\n" },
	{ "can be unplugged", REMOVABLE " = removable",
	  PORT_TOLD BELOW " removable yes\n" },
	{ "cannot", REMOVABLE " = fixed", PORT_TOLD BELOW " removable no\n" },
	{ "not known", REMOVABLE " = unknown", PORT_TOLD BELOW "\n" },
	{ "not told", PORT, PORT_TOLD BELOW "\n" },
	{ "the port itself is on the root bus",
	  PORT "sys/devices/pci0000:00/0000:00:1c.0/removable = removable",
	  PORT_TOLD BELOW "\n" },
};

static void test_slots(void **state)
{
	(void)state;
	tree_judge(slots, ARRAY_SIZE(slots), "",
		   SOURCE_BIT(SOURCE_PCI) | SOURCE_BIT(SOURCE_HOTPLUG), tell_slots);
}

/* --- IOMMUs --- */

static void tell_iommus(const struct root *root, struct host *host, struct text *out)
{
	(void)root;
	for (size_t i = 0; i < host->n_iommus; i++) {
		const struct iommu *m = &host->iommus[i];

		text_printf(out, "%s %s %zu", m->name, iommu_kind_name(m->kind),
			    m->n_devices);
		tell_word(out, "driver", m->driver);
		if (m->has_cap)
			text_printf(out, " cap %llx %llx", (unsigned long long)m->cap,
				    (unsigned long long)m->ecap);
		if (m->has_features)
			text_printf(out, " features %llx %llx",
				    (unsigned long long)m->features[0],
				    (unsigned long long)m->features[1]);
		text_add(out, "\n");
	}
	for (size_t i = 0; i < host->n_groups; i++) {
		if (host->groups[i].regions_state != SOURCE_READ)
			text_printf(out, "regions %s\n",
				    source_state_name(host->groups[i].regions_state));
	}
}

#define INTEL "sys/class/iommu/dmar0/"
#define INTEL_FILES INTEL "devices /\n" INTEL "intel-iommu/ecap = f0\n"
#define AMD "sys/class/iommu/ivhd0/"
#define AMD_FILES AMD "devices /\n" AMD "amd-iommu/cap = 1\n"
#define OTHER_IOMMU "sys/class/iommu/x/"
#define NO_FEATURES(text)                                                               \
	"broken /" AMD "amd-iommu/features:1: not a pair of feature registers: \"" text \
	"\"\n"

static const struct tree_row iommus[] = {
	{ "Intel's", INTEL_FILES INTEL "intel-iommu/cap = 1",
	  "dmar0 intel 0 cap 1 f0\n" },
	{ "with a register that is none", INTEL_FILES INTEL "intel-iommu/cap = x1",
	  "dmar0 intel 0\nbroken /" INTEL
	  "intel-iommu/cap:1: not a hexadecimal number: \"x1\"\n" },
	{ "AMD's", AMD_FILES AMD "amd-iommu/features = 29d3:f",
	  "ivhd0 amd 0 cap 1 0 features 29d3 f\n" },
	{ "of an old kernel", AMD_FILES AMD "amd-iommu/features = 29d3",
	  "ivhd0 amd 0 cap 1 0 features 29d3 0\n" },
	{ "with features that are none", AMD_FILES AMD "amd-iommu/features = x:1",
	  "ivhd0 amd 0 cap 1 0\n" NO_FEATURES("x") },
	{ "and none behind the colon", AMD_FILES AMD "amd-iommu/features = 1:x",
	  "ivhd0 amd 0 cap 1 0\n" NO_FEATURES("1") },
	{ "without features", AMD_FILES,
	  "ivhd0 amd 0 cap 1 0\ndenied /" AMD
	  "amd-iommu/features:0: is not in this saved tree\n" },
	{ "a driver",
	  OTHER_IOMMU "devices /\n" OTHER_IOMMU "device/uevent = A=1\\nDRIVER=y",
	  "x other 0 driver y\n" },
	{ "a driver's name that is no text",
	  OTHER_IOMMU "devices /\n" OTHER_IOMMU "device/uevent = DRIVER=\x01",
	  "x other 0\n" },
	{ "a uevent without a driver",
	  OTHER_IOMMU "devices /\n" OTHER_IOMMU "device/uevent = A=1", "x other 0\n" },
	{ "an empty one", OTHER_IOMMU "devices /\n" OTHER_IOMMU "device/uevent : ",
	  "x other 0\nbroken /" OTHER_IOMMU
	  "device/uevent:0: is empty, and the kernel never leaves it so\n" },
	{ "no list of devices", OTHER_IOMMU "x = 1",
	  "x other 0\nbroken /" OTHER_IOMMU
	  "devices:0: is missing, and such a host always has it\n" },
};

/* An instance that serves the device of group 0, whose list of regions is empty. */
#define SERVES(name, driver)                                      \
	"sys/class/iommu/" name "/device/uevent = DRIVER=" driver \
	"\nsys/class/iommu/" name "/devices/" PCI_NAME " -> " PCI_NAME "\n"
#define EMPTY                              \
	"regions broken\nbroken /" REGIONS \
	":0: is empty, and this IOMMU always lists an MSI window\n"

static const struct tree_row windows[] = {
	{ "VT-d's", SERVES("dmar0", "y") INTEL_FILES INTEL "intel-iommu/cap = 1",
	  "dmar0 intel 1 driver y cap 1 f0\n" EMPTY },
	{ "AMD's", SERVES("ivhd0", "y") AMD_FILES AMD "amd-iommu/features = 1",
	  "ivhd0 amd 1 driver y cap 1 0 features 1 0\n" EMPTY },
	{ "an SMMU's", SERVES("smmu.1", "arm-smmu"),
	  "smmu.1 smmu 1 driver arm-smmu\n" EMPTY },
	{ "an SMMUv3's", SERVES("smmu3.1", "arm-smmu-v3"),
	  "smmu3.1 smmuv3 1 driver arm-smmu-v3\n" EMPTY },
	{ "virtio's", SERVES("virtio0", "virtio_iommu"),
	  "virtio0 virtio 1 driver virtio_iommu\n" EMPTY },
	{ "one that has none", SERVES("x", "y"), "x other 1 driver y\n" },
	{ "a device in no group, and all groups were read",
	  "sys/class/iommu/x/devices/0000:02:00.0 -> ..\nsys/class/iommu/x/devices/gone -> y",
	  "x other 2\nbroken /sys/class/iommu/x/devices/0000:02:00.0:0: is served by this "
	  "IOMMU but is in no group\n" },
	{ "but not where a group was not",
	  "sys/kernel/iommu_groups/1/type = DMA\n"
	  "sys/kernel/iommu_groups/1/reserved_regions = 0x1 0x2 msi\n"
	  "sys/class/iommu/x/devices/0000:02:00.0 -> ..",
	  "x other 1\nbroken /sys/kernel/iommu_groups/1/devices:0: is missing, and such a "
	  "host always has it\n" },
};

static void test_iommus(void **state)
{
	static const char base[] =
		GROUP "type = DMA\n" REGIONS " : \n" UEVENT " = " PCI_LINES "A=1\n";

	(void)state;
	tree_judge(iommus, ARRAY_SIZE(iommus), "", SOURCE_BIT(SOURCE_IOMMU_CLASS),
		   tell_iommus);
	tree_judge(windows, ARRAY_SIZE(windows), base,
		   SOURCE_BIT(SOURCE_IOMMU_CLASS) | SOURCE_BIT(SOURCE_GROUPS),
		   tell_iommus);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uevents), cmocka_unit_test(test_groups),
		cmocka_unit_test(test_bus),	cmocka_unit_test(test_slots),
		cmocka_unit_test(test_iommus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
