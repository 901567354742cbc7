/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration spaces, vectors and MSI-X tables of functions, made-up ones too. */
#include "tree.h"

#include <unistd.h>

/* The function that is asked for, at two places, and what is above it. */
#define DEVICE "sys/devices/pci0000:00/0000:00:1c.0/0000:02:00.0/"
#define BRIDGE "sys/devices/pci0000:00/0000:00:1c.0/"
#define BUS "/sys/bus/pci/devices/0000:02:00.0/"

#define BRIDGE_LINE "pci 0000:00:1c.0 60400\n"
static const char base[] = BRIDGE_LINE "pci 0000:00:1c.0/0000:02:00.0 10802\n";

static void tell_state(const struct host *host, const struct msi_state *s,
		       struct text *out)
{
	text_printf(out, "%s", source_state_name(s->state));
	if (s->why)
		text_printf(out, ": %s", s->why);
	if (s->has_pin)
		text_printf(out, ", pin %u", s->pin);
	if (s->msi.is_there)
		text_printf(out, ", MSI %s %u of %u 0x%llx 0x%x",
			    s->msi.enabled ? "on" : "off", s->msi.n_enabled,
			    s->msi.n_capable, (unsigned long long)s->msi.address,
			    s->msi.data);
	if (s->msix.is_there)
		text_printf(out, ", MSI-X %s%s %u at %u+0x%x",
			    s->msix.enabled ? "on" : "off",
			    s->msix.masked ? " masked" : "", s->msix.n_vectors,
			    s->msix.bar, s->msix.offset);
	text_add(out, "\n");
	if (s->table_state || s->table_why)
		text_printf(out, "table %s: %s\n", source_state_name(s->table_state),
			    s->table_why ? s->table_why : "");
	for (size_t i = 0; i < host->n_msix_entries; i++)
		text_printf(out, "entry %u 0x%llx 0x%x\n", host->msix_entries[i].index,
			    (unsigned long long)host->msix_entries[i].address,
			    host->msix_entries[i].data);
}

static const char *or_none(const char *s)
{
	return s ? s : "-";
}

/* Asks for the function behind the bridge alone, and for its table. */
static void tell(const struct root *root, struct host *host, struct text *out)
{
	cleanup_free bool *wanted = xcalloc(host->n_devices, sizeof(*wanted));

	for (size_t i = 0; i < host->n_devices; i++)
		wanted[i] = !strcmp(host->devices[i].name, "0000:02:00.0");
	collect_msi(root, SOURCES_OF_DEVICES, wanted, host);
	for (size_t i = 0; i < host->n_msi_states; i++)
		tell_state(host, &host->msi_states[i], out);
	for (size_t i = 0; i < host->n_msi_irqs; i++) {
		const struct msi_irq *q = &host->msi_irqs[i];

		text_printf(out, "irq %u %s %s %s %s %s\n", q->number,
			    q->is_msix ? "MSI-X" : "MSI", or_none(q->chip),
			    or_none(q->hwirq), or_none(q->type), or_none(q->actions));
	}
}

/* A space without capabilities. */
#define PLAIN DEVICE "config @ 100 0=10d38086 3c=100\n"

static const struct tree_row sleepers[] = {
	{ "awake, as far as anybody says", PLAIN, "read, pin 1\n" },
	{ "awake",
	  PLAIN DEVICE "power/runtime_status = active\n" DEVICE "power_state = D0\n",
	  "read, pin 1\n" },
	{ "not told", PLAIN DEVICE "power_state = unknown\n", "read, pin 1\n" },
	{ "suspended", PLAIN DEVICE "power/runtime_status = suspended\n",
	  "not-asked: asleep\n" },
	{ "on its way there", PLAIN DEVICE "power/runtime_status = suspending\n",
	  "not-asked: asleep\n" },
	{ "on its way back", PLAIN DEVICE "power/runtime_status = resuming\n",
	  "not-asked: asleep\n" },
	{ "in D3, whatever the first file says",
	  PLAIN DEVICE "power/runtime_status = active\n" DEVICE "power_state = D3hot\n",
	  "not-asked: asleep\n" },
	{ "the bridge above", PLAIN BRIDGE "power_state = D3cold\n",
	  "not-asked: the bridge 0000:00:1c.0 above is asleep\n" },
	{ "a status that cannot be read", PLAIN DEVICE "power/runtime_status /\n",
	  "not-asked: asleep\nbroken " BUS "power/runtime_status:0: Is a directory\n" },
	{ "a power state that cannot be read", PLAIN DEVICE "power_state /\n",
	  "not-asked: asleep\nbroken " BUS "power_state:0: Is a directory\n" },
};

static const struct tree_row spaces[] = {
	{ "none", "", "" },
	{ "a folder", DEVICE "config /\n",
	  "broken: Is a directory\nbroken " BUS "config: Is a directory\n" },
	{ "a pipe", DEVICE "config |\n",
	  "broken: is not a file\nbroken " BUS "config: is not a file\n" },
	{ "a link in a circle", DEVICE "config -> config\n",
	  "broken: Too many levels of symbolic links\n"
	  "broken " BUS "config: Too many levels of symbolic links\n" },
	{ "empty", DEVICE "config : \n",
	  "broken: holds less than 64 bytes\n"
	  "broken " BUS "config: holds less than 64 bytes\n" },
	{ "not a header", DEVICE "config @ 3d 0=10d38086\n",
	  "broken: holds less than 64 bytes\n"
	  "broken " BUS "config: holds less than 64 bytes\n" },
	{ "the first 64 bytes", DEVICE "config @ 43 0=10d38086 3c=200\n",
	  "denied: only the first 64 bytes may be read: needs CAP_SYS_ADMIN, pin 2\n"
	  "denied " BUS
	  "config: only the first 64 bytes may be read: needs CAP_SYS_ADMIN\n" },
	{ "no answer", DEVICE "config @ 100 0=ffffffff 3c=100\n",
	  "broken: the function does not answer, pin 1\n"
	  "broken " BUS "config: the function does not answer\n" },
	{ "MSI of 32 bits, behind another capability",
	  DEVICE
	  "config @ 100 0=10d38086 4=100000 34=40 3c=100 40=5001 50=130005 54=fee01004 "
	  "58=4021\n",
	  "read, pin 1, MSI on 2 of 2 0xfee01004 0x4021\n" },
	{ "MSI of 64 bits, off, and MSI-X, masked",
	  DEVICE "config @ 100 0=10d38086 4=100000 34=43 3c=0 40=8a6005 44=fee01004 48=7 "
		 "4c=4021 60=c0020011 64=2003\n",
	  "read, pin 0, MSI off 1 of 32 0x7fee01004 0x4021, MSI-X on masked 3 at 3+0x2000\n"
	  "table not-asked: it is in the memory of a running machine only\n" },
	{ "a list, but the status says there is none",
	  DEVICE "config @ 100 0=10d38086 34=40 40=10005 44=fee01004\n",
	  "read, pin 0\n" },
	{ "a list that begins in the header",
	  DEVICE "config @ 100 0=10d38086 4=100000 34=3c 3c=110005\n", "read, pin 0\n" },
	{ "a header of a kind that nobody knows",
	  DEVICE "config @ 100 0=10d38086 4=100000 c=30000 34=40 40=10005\n",
	  "read, pin 0\n" },
	{ "a CardBus bridge, whose list begins elsewhere",
	  DEVICE "config @ 100 0=10d38086 4=100000 c=820000 14=40 34=50 40=10005 "
		 "44=fee01004 50=20005\n",
	  "read, pin 0, MSI on 1 of 1 0xfee01004 0x0\n" },
	{ "capabilities in a circle",
	  DEVICE "config @ 100 0=10d38086 4=100000 34=40 40=5001 50=4001\n",
	  "read, pin 0\n" },
	{ "a list that leads where nothing answers",
	  DEVICE "config @ 44 0=10d38086 4=100000 34=44\n", "read, pin 0\n" },
};

#define IRQ "sys/kernel/irq/30/"

static const struct tree_row vectors[] = {
	{ "of one that is asleep, too",
	  PLAIN DEVICE "power_state = D3hot\n" DEVICE "msi_irqs/30 = msix\n" IRQ
		       "chip_name = IR-PCI-MSIX\n" IRQ "hwirq = 5\n" IRQ
		       "type = edge\n" IRQ "actions = nvme0q0\n",
	  "not-asked: asleep\nirq 30 MSI-X IR-PCI-MSIX 5 edge nvme0q0\n" },
	{ "without a configuration space",
	  DEVICE "msi_irqs/30 = msi\n" IRQ "chip_name = PCI-MSI\n" IRQ "actions : \n",
	  "absent: No such file or directory\nirq 30 MSI PCI-MSI - - -\n" },
	{ "whose names are no text",
	  PLAIN DEVICE "msi_irqs/30 = msi\n" IRQ "chip_name = a\\0b\n" IRQ
		       "hwirq = a\x01\n" IRQ "type = \n" IRQ "actions : \n",
	  "read, pin 1\nirq 30 MSI - - - -\n" },
	{ "a name that is no number", PLAIN DEVICE "msi_irqs/x = msi\n",
	  "read, pin 1\n" },
	{ "one that cannot be read, and the next",
	  PLAIN DEVICE "msi_irqs/7 /\n" DEVICE "msi_irqs/30 = msi\n" IRQ
		       "chip_name = PCI-MSI\n",
	  "read, pin 1\nirq 30 MSI PCI-MSI - - -\nbroken " BUS
	  "msi_irqs/7:0: Is a directory\n" },
};

/* MSI-X on, 3 vectors: in BAR 2 from 0x40 on. Memory is decoded. */
#define MSIX_AT(place) \
	DEVICE "config @ 100 0=10d38086 4=100002 34=40 40=80020011 44=" place "\n"
#define MSIX "live\n" MSIX_AT("42")
#define HEAD "read, pin 0, MSI-X on 3 at 2+0x40\n"
#define NO_LINE "0x0000000000000000 0x0000000000000000 0x0000000000000000\\n"
#define BAR_LINES DEVICE "resource = " NO_LINE NO_LINE
#define BAR BAR_LINES "0x00000000d0000000 0x00000000d0000fff 0x0000000000040200\n"

static const struct tree_row tables[] = {
	{ "the unmasked ones",
	  MSIX BAR DEVICE
	  "resource2 @ 1000 40=fee01000 44=1 48=31 4c=0 50=fee02000 58=32 "
	  "5c=1 60=fee03000 68=33 6c=fffffffe\n",
	  HEAD "table read: \nentry 0 0x1fee01000 0x31\nentry 2 0xfee03000 0x33\n" },
	{ "a BAR within a page, as a VF may have",
	  MSIX BAR_LINES
	  "0x00000000d0000800 0x00000000d0000fff 0x0000000000040200\n" DEVICE
	  "resource2 @ 1000 840=fee01000 848=31 85c=1 86c=1\n",
	  HEAD "table read: \nentry 0 0xfee01000 0x31\n" },
	{ "off",
	  "live\n" DEVICE "config @ 100 0=10d38086 4=100002 34=40 40=20011 44=42\n",
	  "read, pin 0, MSI-X off 3 at 2+0x40\ntable not-asked: MSI-X is not enabled\n" },
	{ "memory that is not decoded",
	  "live\n" DEVICE "config @ 100 0=10d38086 4=100000 34=40 40=80020011 44=42\n",
	  HEAD "table not-asked: the memory of the device is not decoded\n" },
	{ "BAR 6", "live\n" MSIX_AT("46"),
	  "read, pin 0, MSI-X on 3 at 6+0x40\ntable not-asked: it names no BAR\n" },
	{ "no list of BARs", MSIX,
	  HEAD "table broken: its BARs cannot be read\nbroken " BUS
	       "resource:0: is missing, and such a host always has it\n" },
	{ "a short list", MSIX DEVICE "resource = " NO_LINE,
	  HEAD "table broken: the BAR of the MSI-X table is not there\nbroken " BUS
	       "resource: the BAR of the MSI-X table is not there\n" },
	{ "a BAR without address", MSIX DEVICE "resource = " NO_LINE NO_LINE NO_LINE,
	  HEAD "table broken: the BAR of the MSI-X table is not there\nbroken " BUS
	       "resource: the BAR of the MSI-X table is not there\n" },
	{ "a table that fills its BAR",
	  MSIX BAR_LINES
	  "0x00000000d0000000 0x00000000d000006f 0x0000000000040200\n" DEVICE
	  "resource2 @ 1000 4c=1 5c=1 6c=1\n",
	  HEAD "table read: \n" },
	{ "one that leaves it",
	  MSIX BAR_LINES
	  "0x00000000d0000000 0x00000000d000006e 0x0000000000040200\n" DEVICE
	  "resource2 @ 1000\n",
	  HEAD "table broken: the MSI-X table leaves its BAR\nbroken " BUS
	       "resource2: the MSI-X table leaves its BAR\n" },
	{ "one that begins behind it",
	  MSIX BAR_LINES "0x00000000d0000000 0x00000000d000003f 0x0000000000040200\n",
	  HEAD "table broken: the MSI-X table leaves its BAR\nbroken " BUS
	       "resource2: the MSI-X table leaves its BAR\n" },
	{ "a BAR that cannot be mapped", MSIX BAR DEVICE "resource2 /\n",
	  HEAD "table absent: No such device\n" },
	{ "a BAR without its file", MSIX BAR,
	  HEAD "table absent: No such file or directory\n" },
};

static const struct tree_row with_driver[] = {
	{ "a user-space driver", MSIX BAR,
	  HEAD "table not-asked: a user-space driver holds the device\n" },
};

/* Links that say of two functions that each is above the other. */
static const struct tree_row circle[] = {
	{ "bridges above each other",
	  "sys/devices/pci0000:00/0000:00:1c.0/uevent = PCI_CLASS=60400\\nPCI_ID=8086:1\\n"
	  "PCI_SLOT_NAME=0000:00:1c.0\n"
	  "sys/devices/pci0000:00/0000:02:00.0/uevent = PCI_CLASS=60400\\nPCI_ID=8086:1\\n"
	  "PCI_SLOT_NAME=0000:02:00.0\n"
	  "sys/devices/pci0000:00/0000:02:00.0/0000:00:1c.0 -> ../0000:00:1c.0\n"
	  "sys/devices/pci0000:00/0000:00:1c.0/0000:02:00.0 -> ../0000:02:00.0\n"
	  "sys/bus/pci/devices/0000:00:1c.0 -> "
	  "../../../devices/pci0000:00/0000:02:00.0/0000:00:1c.0\n"
	  "sys/bus/pci/devices/0000:02:00.0 -> "
	  "../../../devices/pci0000:00/0000:00:1c.0/0000:02:00.0\n" PLAIN,
	  "read, pin 1\n" },
};

#define JUDGE(rows, base) \
	tree_judge(rows, ARRAY_SIZE(rows), base, SOURCE_BIT(SOURCE_PCI), tell)

static void test_asleep(void **state)
{
	(void)state;
	JUDGE(sleepers, base);
	JUDGE(circle, "");
}

static void test_spaces(void **state)
{
	(void)state;
	JUDGE(spaces, base);
}

static void test_vectors(void **state)
{
	(void)state;
	JUDGE(vectors, base);
}

/* They are laid out for pages of 4 KiB. */
static void test_tables(void **state)
{
	static const char bound[] =
		BRIDGE_LINE "pci 0000:00:1c.0/0000:02:00.0 10802 vfio-pci\n";

	(void)state;
	if (sysconf(_SC_PAGESIZE) != 0x1000)
		skip();
	JUDGE(tables, base);
	JUDGE(with_driver, bound);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asleep),
		cmocka_unit_test(test_spaces),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
