/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of options: a row each, which says all that is known of it. */
#include "cmd/options-table.h"

#include <stddef.h>
#include <string.h>

#include "cmd/cmd.h"
#include "render/format.h"

/* A field of struct options, which must be of the type. */
#define FIELD(member, type)                         \
	.field = offsetof(struct options, member) + \
		 0 * sizeof(_Generic(((struct options *)0)->member, type : 0))
#define FLAG(member) .kind = OPTION_FLAG, FIELD(member, bool)
#define TEXT(member) .kind = OPTION_TEXT, FIELD(member, const char *)
#define SIZE(member) .kind = OPTION_SIZE, FIELD(member, size_t)
#define WORDS(member) .kind = OPTION_WORDS, FIELD(member, struct words)
#define CHOICE(name)                                      \
	.kind = OPTION_CHOICE, .choices = name##_choices, \
	.n_choices = ARRAY_SIZE(name##_choices), .choose = choose_##name

/* --- Choices --- */

static const char *const color_choices[] = {
	[COLOR_AUTO] = "auto",
	[COLOR_ALWAYS] = "always",
	[COLOR_NEVER] = "never",
};

static void choose_color(struct options *o, size_t choice)
{
	o->color = (enum color_mode)choice;
}

static const char *const by_choices[] = {
	[LIST_BY_REGION] = "region",
	[LIST_BY_GROUP] = "group",
	[LIST_BY_DEVICE] = "device",
	[LIST_BY_ENTRY] = "entry",
};

static void choose_by(struct options *o, size_t choice)
{
	o->by = (enum list_by)choice;
}

static const char *const format_choices[] = {
#define FORMAT(name) #name,
#include "render/formats.def"
#undef FORMAT
};

/* Of several the last one holds, --json among them. */
static void choose_format(struct options *o, size_t choice)
{
	o->format = formats[choice];
	o->json = o->format == &format_json;
}

static const char *const fail_on_choices[] = {
	[SEVERITY_INFO] = "info",   [SEVERITY_WARNING] = "warning",
	[SEVERITY_ERROR] = "error", [SEVERITY_CRITICAL] = "critical",
	[FAIL_ON_NEVER] = "never",
};

static void choose_fail_on(struct options *o, size_t choice)
{
	o->fail_on = (enum severity)choice;
}

static const char *const via_choices[] = {
	[ASKED_IOMMUFD] = "iommufd",
	[ASKED_VFIO] = "vfio",
};

static void choose_via(struct options *o, size_t choice)
{
	o->via = (enum asked_via)choice;
	o->via_given = true;
}

/* --- What differs by command --- */

static const struct option_of read_msix_of[] = {
	{ "show", NULL, "also read MSI-X tables" },
	{ NULL, NULL, NULL },
};

static const struct option_of output_of[] = {
	{ "check", "FILE", "file to write; -: standard output (the default)" },
	{ "list", "COLUMNS", "columns to print; +COLUMN adds one; help lists all" },
	{ "merge", "NAMES", "columns to print; +NAME adds one; help lists all" },
	{ "snapshot", "FILE", "file to write; -: standard output (the default)" },
	{ NULL, NULL, NULL },
};

/* --- All options --- */

const struct option_row option_rows[] = {
	{ .name = "sysroot",
	  .once = true,
	  .argument = "DIR",
	  TEXT(sysroot),
	  .help = "read a saved tree instead of this machine" },
	{ .name = "from",
	  .once = true,
	  .argument = "FILE",
	  TEXT(from),
	  .help = "read a snapshot instead; -: standard input" },
	{ .name = "log",
	  .once = true,
	  .argument = "FILE",
	  TEXT(log),
	  .help = "use a saved dmesg or journal as the kernel log" },
	{ .name = "json", .letter = 'J', FLAG(json), .help = "print JSON" },
	{ .name = "color",
	  .argument = "WHEN",
	  CHOICE(color),
	  .help = "use colour: auto (default), always, or never" },
	{ .name = "quiet",
	  .letter = 'q',
	  FLAG(quiet),
	  .help = "print findings and the verdict only" },
	{ .name = "verbose",
	  .letter = 'v',
	  FLAG(verbose),
	  .help = "print every finding in full, with its evidence" },
	{ .name = "pci-ids",
	  .once = true,
	  .argument = "FILE",
	  TEXT(pci_ids),
	  .help = "names of PCI devices, like lspci -i" },
	{ .name = "max-size",
	  .once = true,
	  .argument = "SIZE",
	  SIZE(max_size),
	  .help = "read snapshots and tables up to SIZE; default 32M" },
	{ .name = "help", .letter = 'h', FLAG(help), .help = "show this help" },
	{ .name = "version", .letter = 'V', FLAG(version), .help = "show the version" },
	{ .name = "assign",
	  .argument = "DEV",
	  .commands = "check list show report",
	  WORDS(assign),
	  .help = "check whether DEV can be passed through to a VM" },
	{ .name = "msi",
	  .commands = "check snapshot report",
	  FLAG(msi),
	  .help = "also check where devices send their interrupts" },
	{ .name = "read-msix",
	  .commands = "check show snapshot",
	  FLAG(read_msix),
	  .of = read_msix_of,
	  .help = "the same, and read MSI-X tables" },
	{ .name = "only",
	  .argument = "ID",
	  .commands = "check",
	  WORDS(only),
	  .help = "check this rule only" },
	{ .name = "skip",
	  .argument = "ID",
	  .commands = "check",
	  WORDS(skip),
	  .help = "skip this rule" },
	{ .name = "ignore-file",
	  .once = true,
	  .argument = "FILE",
	  .commands = "check",
	  TEXT(ignore_file),
	  .help = "leave out findings that FILE accepts, for a reason" },
	{ .name = "fail-on",
	  .argument = "SEVERITY",
	  .commands = "check query merge report",
	  CHOICE(fail_on),
	  .help = "info, warning (default), error, critical, or never" },
	{ .name = "format",
	  .argument = "FORMAT",
	  .commands = "check",
	  CHOICE(format),
	  .help = "text (default), json, nagios, prometheus, or tap" },
	{ .name = "guest",
	  .once = true,
	  .argument = "FILE",
	  .commands = "check",
	  TEXT(guest),
	  .help = "compare with a guest, whose snapshot is FILE" },
	{ .name = "guest-device",
	  .argument = "PAIR",
	  .commands = "check",
	  WORDS(guest_devices),
	  .help = "GUEST=HOST: a device by its names in both" },
	{ .name = "query",
	  .commands = "check snapshot",
	  FLAG(query),
	  .help = "also ask the kernel, like the command query" },
	{ .name = "via",
	  .argument = "INTERFACE",
	  .commands = "query check snapshot",
	  CHOICE(via),
	  .help = "ask iommufd (default where there is one) or vfio" },
	{ .name = "yes",
	  .letter = 'y',
	  .commands = "query check snapshot",
	  FLAG(yes),
	  .help = "do not ask for confirmation" },
	{ .name = "by",
	  .argument = "WHAT",
	  .commands = "list",
	  CHOICE(by),
	  .help = "list regions (default), groups, devices, or entries" },
	{ .name = "output",
	  .letter = 'o',
	  .once = true,
	  .argument = "COLUMNS|FILE",
	  .commands = "check list merge snapshot",
	  TEXT(output),
	  .of = output_of,
	  .help = "columns to print; of check and snapshot: file to write" },
	{ .name = "list-columns",
	  .commands = "list merge",
	  FLAG(list_columns),
	  .help = "list the columns" },
	{ .name = "noheadings",
	  .letter = 'n',
	  .commands = "list merge",
	  FLAG(no_headings),
	  .help = "omit the headings" },
	{ .name = "raw",
	  .letter = 'r',
	  .commands = "list merge",
	  FLAG(raw),
	  .help = "separate columns with one space, for scripts" },
	{ .name = "ram",
	  .once = true,
	  .argument = "SIZE",
	  .commands = "fit",
	  TEXT(ram),
	  .help = "memory of the guest: 64G" },
	{ .name = "machine",
	  .once = true,
	  .argument = "TYPE",
	  .commands = "fit",
	  TEXT(machine),
	  .help = "machine type of QEMU: q35, pc, microvm, or virt" },
	{ .name = "phys-bits",
	  .once = true,
	  .argument = "N",
	  .commands = "fit",
	  TEXT(phys_bits),
	  .help = "address bits of the guest's CPUs" },
	{ .name = "range",
	  .argument = "RANGE",
	  .commands = "fit",
	  WORDS(ranges),
	  .help = "addresses to be mapped: FIRST-LAST or FIRST+SIZE" },
	{ .name = "identity-ram",
	  .commands = "fit",
	  FLAG(identity_ram),
	  .help = "all RAM of this host, each page at its own address" },
	{ .name = "holes",
	  .commands = "fit",
	  FLAG(holes),
	  .help = "print the addresses that can be mapped and nothing else" },
	{ .name = "svg",
	  .commands = "map",
	  FLAG(svg),
	  .help = "draw the picture as SVG" },
	{ .name = "all",
	  .commands = "report",
	  FLAG(all_groups),
	  .help = "print every group, finding and log line" },
	{ .name = "redact",
	  .commands = "report snapshot",
	  FLAG(redact),
	  .help = "replace names, serials and network addresses" },
	{ .name = "markdown",
	  .commands = "report",
	  FLAG(markdown),
	  .help = "print Markdown: a summary, and the text folded away" },
	{ .name = "attach",
	  .once = true,
	  .argument = "FILE",
	  .commands = "report",
	  TEXT(attach),
	  .help = "also write a snapshot of the same facts" },
	{ .name = "once",
	  .commands = "watch",
	  FLAG(once),
	  .help = "end after the first change" },
	{ .name = "timeout",
	  .once = true,
	  .argument = "SECONDS",
	  .commands = "watch",
	  TEXT(timeout),
	  .help = "end after so many seconds" },
};

const size_t n_option_rows = ARRAY_SIZE(option_rows);

_Static_assert(ARRAY_SIZE(option_rows) <= OPTIONS_MAX, "room for all options");

/* Is a word in a list with blanks? */
static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *s = list; (s = strstr(s, word)); s += len) {
		if ((s == list || s[-1] == ' ') && (!s[len] || s[len] == ' '))
			return true;
	}
	return false;
}

bool option_belongs_to(const struct option_row *row, const struct command *command)
{
	return !row->commands || !command || has_word(row->commands, command->name);
}

void option_take_format(struct options *o, const struct option_row *row,
			const char *argument)
{
	if (row->kind == OPTION_FLAG && row->field == offsetof(struct options, json))
		o->json = true;
	for (size_t i = 0; row->choose == choose_format && i < row->n_choices; i++) {
		if (!strcmp(argument, row->choices[i]))
			choose_format(o, i);
	}
}
