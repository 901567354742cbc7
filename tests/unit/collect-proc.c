/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel, machine, interrupts and processes, whose files do not say what they should. */
#include "tree.h"

#include <sys/utsname.h>

#define MISSING ":0: is missing, and such a host always has it\n"

/* --- The kernel --- */

static void tell_kernel(const struct root *root, struct host *host, struct text *out)
{
	const struct kernel *k = &host->kernel;

	(void)root;
	if (k->release)
		text_printf(out, "%s is %u.%u\n", k->release, k->major, k->minor);
	if (k->architecture && host->origin != ORIGIN_LIVE)
		text_printf(out, "%s\n", k->architecture);
	if (k->page_size)
		text_printf(out, "pages of %u\n", (unsigned)k->page_size);
	if (k->user_bits)
		text_printf(out, "%u bits\n", k->user_bits);
	if (k->command_line)
		text_printf(out, "command line %s\n", k->command_line);
	if (k->taint_known)
		text_printf(out, "taint %x\n", (unsigned)k->taint);
}

#define RELEASE "proc/sys/kernel/osrelease = "
#define NO_RELEASE(text) \
	"broken /proc/sys/kernel/osrelease:1: not a kernel release: \"" text "\"\n"
#define ARCH "proc/sys/kernel/arch = "
#define SMAPS "proc/self/smaps = "
#define KNOWN RELEASE "6.1.0\n" ARCH "aarch64\n"
#define KNOWN_TOLD "6.1.0 is 6.1\naarch64\n"

static const struct tree_row kernels[] = {
	{ "whole", RELEASE "6.12.107+deb13-amd64\n" ARCH "x86_64",
	  "6.12.107+deb13-amd64 is 6.12\nx86_64\n" },
	{ "one number", RELEASE "6\n" ARCH "x86_64", "x86_64\n" NO_RELEASE("6") },
	{ "no number", RELEASE "x.1\n" ARCH "x86_64", "x86_64\n" NO_RELEASE("x.1") },
	{ "nor behind the point", RELEASE "6.x\n" ARCH "x86_64",
	  "x86_64\n" NO_RELEASE("6.x") },
	{ "zero", RELEASE "0.1\n" ARCH "x86_64", "x86_64\n" NO_RELEASE("0.1") },
	{ "the largest", RELEASE "999.9999\n" ARCH "x86_64",
	  "999.9999 is 999.9999\nx86_64\n" },
	{ "too large", RELEASE "1000.1\n" ARCH "x86_64",
	  "x86_64\n" NO_RELEASE("1000.1") },
	{ "too large behind the point", RELEASE "6.10000\n" ARCH "x86_64",
	  "x86_64\n" NO_RELEASE("6.10000") },
	{ "no architecture's name", RELEASE "6.1.0\n" ARCH "x86-64",
	  "6.1.0 is 6.1\nbroken /proc/sys/kernel/arch:1: not an architecture: \"x86-64\"\n" },
	{ "an old kernel has no such file", RELEASE "5.10.0", "5.10.0 is 5.10\n" },
	{ "a new one has", RELEASE "6.1.0",
	  "6.1.0 is 6.1\nbroken /proc/sys/kernel/arch" MISSING },
	{ "4 KiB, and 48 bits",
	  KNOWN SMAPS
	  "1-2 rw-p\\nKernelPageSize:        4 kB\\nfffff0000000-fffff0021000 rw-p 0 "
	  "00:00 0 [stack]",
	  KNOWN_TOLD "pages of 4096\n48 bits\n" },
	{ "16 KiB, and the stack in the first line",
	  KNOWN SMAPS "7ffff0000000-7ffff0021000 rw-p [stack]\\nKernelPageSize: 16 kB",
	  KNOWN_TOLD "pages of 16384\n47 bits\n" },
	{ "64 KiB, and a stack without an end",
	  KNOWN SMAPS "7ffff0000000 [stack]\\nKernelPageSize: 64 kB",
	  KNOWN_TOLD "pages of 65536\n" },
	{ "pages that no machine has", KNOWN SMAPS "KernelPageSize: 8 kB", KNOWN_TOLD },
	{ "not told", KNOWN SMAPS "x", KNOWN_TOLD },
	{ "the stack is looked at on Arm alone",
	  RELEASE "6.1.0\n" ARCH "x86_64\n" SMAPS "7ffff0000000-7ffff0021000 [stack]",
	  "6.1.0 is 6.1\nx86_64\n" },
};

#define COMMAND_LINE "proc/cmdline = "
#define TAINT "proc/sys/kernel/tainted = "
#define NO_COMMAND_LINE(text) \
	"broken /proc/cmdline:1: not a kernel command line: \"" text "\"\n"

static const struct tree_row command_lines[] = {
	{ "whole", COMMAND_LINE "quiet iommu=pt \n" TAINT "512",
	  "command line quiet iommu=pt\ntaint 200\n" },
	{ "two lines", COMMAND_LINE "quiet\\niommu=pt\n" TAINT "0",
	  "taint 0\n" NO_COMMAND_LINE("quiet?iommu=pt") },
	{ "not text", COMMAND_LINE "quiet\x01\n" TAINT "x",
	  NO_COMMAND_LINE(
		  "quiet?") "broken /proc/sys/kernel/tainted:1: not a number: \"x\"\n" },
	{ "neither", "",
	  "broken /proc/cmdline: is missing, and such a host always has it\n"
	  "broken /proc/sys/kernel/tainted: is missing, and such a host always has it\n" },
};

/* The machine that the test runs on tells its own page size and architecture. */
static void test_kernel(void **state)
{
	cleanup_free char *live_want = text_format(
		"6.1.0 is 6.1\npages of %u\nbroken /proc/sys/kernel/arch" MISSING,
		(unsigned)sysconf(_SC_PAGESIZE));
	const struct tree_row live = { "the running one",
				       "live\n" RELEASE "6.1.0\n" SMAPS
				       "KernelPageSize: 8 kB",
				       live_want };
	cleanup_free char *arm_want = text_format("6.1.0 is 6.1\npages of %u\n48 bits\n",
						  (unsigned)sysconf(_SC_PAGESIZE));
	const struct tree_row arm = {
		"the running one, of Arm",
		"live\n" KNOWN SMAPS
		"fffff0000000-fffff0021000 [stack]\\nKernelPageSize: 8 kB",
		arm_want
	};
	struct utsname here;

	(void)state;
	tree_judge(kernels, ARRAY_SIZE(kernels), "", SOURCE_BIT(SOURCE_KERNEL),
		   tell_kernel);
	if (!uname(&here) && strcmp(here.machine, "aarch64"))
		tree_judge(&live, 1, "", SOURCE_BIT(SOURCE_KERNEL), tell_kernel);
	tree_judge(&arm, 1, "", SOURCE_BIT(SOURCE_KERNEL), tell_kernel);
	tree_judge(command_lines, ARRAY_SIZE(command_lines), "",
		   SOURCE_BIT(SOURCE_COMMAND_LINE) | SOURCE_BIT(SOURCE_TAINT),
		   tell_kernel);
}

/* --- The machine --- */

static void tell_machine(const struct root *root, struct host *host, struct text *out)
{
	const struct machine *m = &host->machine;

	(void)root;
	text_printf(out, "%s/%s/%s, virtual %s %s, %s\n", m->vendor ? m->vendor : "",
		    m->product ? m->product : "", m->model ? m->model : "",
		    tristate_name(host->kernel.virtualized),
		    host->kernel.hypervisor ? host->kernel.hypervisor : "-",
		    host->sources[SOURCE_MACHINE].path);
}

#define VENDOR "sys/class/dmi/id/sys_vendor = "
#define PRODUCT "sys/class/dmi/id/product_name = "
#define TREE "sys/firmware/devicetree/base/"
#define DMI ", /sys/class/dmi/id\n"
#define CPU "proc/cpuinfo = processor\\t: 0\\nflags\\t\\t: fpu"

static const struct tree_row machines[] = {
	{ "of DMI", CPU "\n" VENDOR "  A \n" PRODUCT "B", "A/B/, virtual no -" DMI },
	{ "blanks alone", CPU "\n" VENDOR "   ", "//, virtual no -" DMI },
	{ "of a device tree", CPU "\n" TREE "model : A B\\0\n",
	  "//A B, virtual no -, /sys/firmware/devicetree/base/model\n" },
	{ "of both", CPU "\n" TREE "model : A\\0\n" VENDOR "B",
	  "B//A, virtual no -" DMI },
	{ "of a product alone", CPU "\n" TREE "model : A\\0\n" PRODUCT "B",
	  "/B/A, virtual no -" DMI },
	{ "QEMU says so, whatever the processor says", CPU "\n" VENDOR "QEMU",
	  "QEMU//, virtual yes QEMU" DMI },
	{ "another's vendor also makes real ones", CPU "\n" VENDOR "Google",
	  "Google//, virtual no -" DMI },
	{ "with the flag it is one", CPU " hypervisor\n" VENDOR "Google",
	  "Google//, virtual yes Google" DMI },
	{ "the flag alone", CPU " hypervisor", "//, virtual yes -" DMI },
	{ "a flag of another name", CPU "\\nbugs : x hypervisor",
	  "//, virtual no -" DMI },
	{ "a machine of QEMU's, by its tree",
	  "proc/cpuinfo = a: b\n" TREE "compatible : linux,dummy-virt\\0\n",
	  "//, virtual yes linux,dummy-virt" DMI },
	{ "another tree", "proc/cpuinfo = a: b\n" TREE "compatible : linux,dummy\\0\n",
	  "//, virtual unknown -" DMI },
	{ "an empty one",
	  "proc/cpuinfo = a: b\n" TREE "compatible : \n" TREE
	  "hypervisor/compatible : \n",
	  "//, virtual unknown -" DMI },
	{ "a hypervisor of the tree, and the name that was first",
	  "proc/cpuinfo = a: b\n" TREE "hypervisor/compatible : xen,xen\\0\n" TREE
	  "compatible : linux,dummy-virt\\0\n",
	  "//, virtual yes linux,dummy-virt" DMI },
	{ "one alone",
	  "proc/cpuinfo = a: b\n" TREE "hypervisor/compatible : xen\x01\\0\n",
	  "//, virtual yes xen?" DMI },
	{ "not a description of processors", "proc/cpuinfo = x",
	  "//, virtual unknown -" DMI
	  "broken /proc/cpuinfo:1: not a description of processors: \"x?\"\n" },
	{ "none", "",
	  "//, virtual unknown -" DMI "broken /proc/cpuinfo: is missing, and such "
	  "a host always has it\n" },
};

static void test_machine(void **state)
{
	static const struct tree_row alone = { "without the question for a virtual one",
					       VENDOR "QEMU",
					       "QEMU//, virtual unknown -" DMI };

	(void)state;
	tree_judge(machines, ARRAY_SIZE(machines), "",
		   SOURCE_BIT(SOURCE_MACHINE) | SOURCE_BIT(SOURCE_HYPERVISOR),
		   tell_machine);
	tree_judge(&alone, 1, "", SOURCE_BIT(SOURCE_MACHINE), tell_machine);
}

/* --- Parameters of modules --- */

static void tell_parameters(const struct root *root, struct host *host, struct text *out)
{
	(void)root;
	for (size_t i = 0; i < host->n_parameters; i++) {
		const struct parameter *p = &host->parameters[i];

		text_printf(out, "%s %s %s\n", p->module, p->name, p->value);
	}
}

#define PARAMETER "sys/module/iommufd/parameters/allow_unsafe_interrupts"
#define NEITHER(text) "broken /" PARAMETER ":1: neither Y nor N: \"" text "\"\n"

static const struct tree_row parameters[] = {
	{ "on", PARAMETER " = Y", "iommufd allow_unsafe_interrupts Y\n" },
	{ "off", PARAMETER " = N", "iommufd allow_unsafe_interrupts N\n" },
	{ "a number", PARAMETER " = 1", NEITHER("1") },
	{ "a word", PARAMETER " = Yes", NEITHER("Yes") },
	{ "no text", PARAMETER " = Y\x01", NEITHER("Y?") },
	{ "nothing", PARAMETER " : ", NEITHER("") },
	{ "a module without them", "sys/module/iommufd /", "broken /" PARAMETER MISSING },
	{ "no module", "sys/module /", "" },
};

static void test_parameters(void **state)
{
	(void)state;
	tree_judge(parameters, ARRAY_SIZE(parameters), "", SOURCE_BIT(SOURCE_MODULES),
		   tell_parameters);
}

/* --- Interrupts --- */

static void tell_interrupts(const struct root *root, struct host *host, struct text *out)
{
	(void)root;
	text_printf(out, "remapped %s, ITS %s, GICv2m %s\n",
		    tristate_name(host->interrupts.remapped),
		    tristate_name(host->interrupts.its),
		    tristate_name(host->interrupts.gicv2m));
	for (size_t i = 0; i < host->n_interrupt_chips; i++)
		text_printf(out, "%u %s\n", host->interrupt_chips[i].line,
			    host->interrupt_chips[i].name);
}

#define INTERRUPTS "proc/interrupts =   CPU0 CPU1\\n"
#define PLAIN "remapped no, ITS unknown, GICv2m unknown\n"
#define OF_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define NO_LIST(text)                                                                        \
	"remapped unknown, ITS unknown, GICv2m unknown\nbroken /proc/interrupts:1: not the " \
	"list of processors: \"" text "\"\n"

static const struct tree_row interrupts[] = {
	{ "sorted by name, each once, in its first line",
	  INTERRUPTS "30: 1 2 PCI-MSI 0-edge a\\n31: 1 2 IO-APIC 1-edge b\\n"
		     "32: 3 4 PCI-MSI 1-edge c\\n9: 1 2 GICv3 3 Level d",
	  PLAIN "5 GICv3\n2 PCI-MSI\n" },
	{ "remapped", INTERRUPTS "30: 1 2 IR-PCI-MSI 0-edge a",
	  "remapped yes, ITS unknown, GICv2m unknown\n2 IR-PCI-MSI\n" },
	{ "of an ITS, with digits in front of the name",
	  INTERRUPTS "30: 1 2 ITS-PCI-MSI-0000:01:00.0 0 Edge a\\n31: 12 3 4MSI 5",
	  "remapped no, ITS yes, GICv2m unknown\n3 4MSI\n2 ITS-PCI-MSI-0000:01:00.0\n" },
	{ "GICv2m by both names", INTERRUPTS "30: 1 2 GICv2m-PCI-MSI 0 Edge a",
	  "remapped no, ITS unknown, GICv2m yes\n2 GICv2m-PCI-MSI\n" },
	{ "the other", INTERRUPTS "30: 1 2 V2M-MSI 0 Edge a",
	  "remapped no, ITS unknown, GICv2m yes\n2 V2M-MSI\n" },
	{ "lines of no chip",
	  INTERRUPTS "NMI: 1 2 MSI\\n30 1 2 MSI\\n31: 1 2\\n32:", PLAIN },
	{ "no line of one", INTERRUPTS "NMI: 1 2 Non-maskable",
	  "remapped unknown, ITS unknown, GICv2m unknown\n" },
	{ "a name of 128 letters, and one more",
	  INTERRUPTS "30: 1 MSI-" OF_64
		     "-01234567890123456789012345678901234567890123456789012345678\\n"
		     "31: 1 MSI-" OF_64
		     "-01234567890123456789012345678901234567890123456789012345678x",
	  PLAIN "2 MSI-" OF_64
		"-01234567890123456789012345678901234567890123456789012345678\n" },
	{ "a name that is no text", INTERRUPTS "30: 1 MSI\x01 a", PLAIN },
	{ "not the list of processors", "proc/interrupts = x", NO_LIST("x") },
	{ "one that is no text", "proc/interrupts = CPU0 \x01", NO_LIST("CPU0 ?") },
	{ "a copy without it", "",
	  "remapped unknown, ITS unknown, GICv2m unknown\n"
	  "denied /proc/interrupts: is not in this saved tree\n" },
	{ "the running machine", "live\n",
	  "remapped unknown, ITS unknown, GICv2m unknown\n"
	  "broken /proc/interrupts: is missing, and such a host always has it\n" },
};

static void test_interrupts(void **state)
{
	(void)state;
	tree_judge(interrupts, ARRAY_SIZE(interrupts), "", SOURCE_BIT(SOURCE_INTERRUPTS),
		   tell_interrupts);
}

/* --- Who holds devices --- */

static void tell_holders(const struct root *root, struct host *host, struct text *out)
{
	(void)root;
	for (size_t i = 0; i < host->n_devices; i++) {
		if (host->devices[i].vfio_name)
			text_printf(out, "%s\n", host->devices[i].vfio_name);
	}
	for (size_t i = 0; i < host->n_holders; i++) {
		const struct holder *h = &host->holders[i];

		text_printf(out, "%u %s %s %s\n", (unsigned)h->pid, h->command,
			    holding_name(h->holding), h->what);
	}
}

#define BOUND "pci 0000:02:00.0 10802 vfio-pci\n"
#define NODES "sys/devices/pci0000:00/0000:02:00.0/vfio-dev/"
#define FD "proc/7/fd/"
#define FDINFO "proc/7/fdinfo/"
#define COMM "proc/7/comm = qemu\n"

static const struct tree_row holders[] = {
	{ "its node", NODES "vfio0 /\nproc /", "vfio0\n" },
	{ "two of them", NODES "vfio0 /\n" NODES "vfio1 /\nproc /", "" },
	{ "a node whose name is no text", NODES "vfio\x01 /\nproc /", "" },
	{ "all that is held, once each",
	  COMM FD
	  "3 -> /dev/vfio/7\n" FD "4 -> /dev/vfio/vfio\n" FD
	  "5 -> /dev/vfio/devices/vfio0\n" FD "6 -> /dev/iommu\n" FD
	  "7 -> /dev/vfio/7\n" FD "8 -> anon_inode:[vfio-device]\n" FD
	  "9 -> /dev/null\n" FDINFO
	  "8 = pos:\\t0\\nvfio-device-syspath:\\t/sys/devices/pci0000:00/0000:02:00.0\\n"
	  "x: /y\\nvfio-device-syspath: x\\nvfio-device-syspath: /x/",
	  "7 qemu group 7\n7 qemu node vfio0\n7 qemu iommufd iommu\n"
	  "7 qemu device 0000:02:00.0\n" },
	{ "two groups, each twice",
	  COMM FD "3 -> /dev/vfio/8\n" FD "4 -> /dev/vfio/7\n" FD "5 -> /dev/vfio/8\n" FD
		  "6 -> /dev/vfio/7\n",
	  "7 qemu group 8\n7 qemu group 7\n" },
	{ "a group whose name is no text", COMM FD "3 -> /dev/vfio/\x01\n", "" },
	{ "a command without a name", "proc/7/comm : \\n\n" FD "3 -> /dev/iommu\n",
	  "7 ? iommufd iommu\n" },
	{ "and none at all", FD "3 -> /dev/iommu\n", "7 ? iommufd iommu\n" },
	{ "a device without its file", COMM FD "8 -> anon_inode:[vfio-device]\n", "" },
	{ "not a process", "proc/x/fd/3 -> /dev/iommu\n", "" },
	{ "an open file that is no link", COMM FD "3 = x\n" FD "4 -> /dev/iommu\n",
	  "7 qemu iommufd iommu\nbroken /" FD
	  "3:0: is not a symbolic link: the links are "
	  "missing, as in a copy that followed them\n" },
	{ "no process", "", "broken /proc: is missing, and such a host always has it\n" },
};

static void test_holders(void **state)
{
	static const struct tree_row none = { "nobody has bound one",
					      "pci 0000:02:00.0 10802 nvme\n"
					      "proc/7/fd/3 -> /dev/iommu\n",
					      "" };
	const unsigned wanted = SOURCE_BIT(SOURCE_PCI) | SOURCE_BIT(SOURCE_USERS);

	(void)state;
	tree_judge(holders, ARRAY_SIZE(holders), BOUND, wanted, tell_holders);
	tree_judge(&none, 1, "", wanted, tell_holders);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel),	   cmocka_unit_test(test_machine),
		cmocka_unit_test(test_parameters), cmocka_unit_test(test_interrupts),
		cmocka_unit_test(test_holders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
