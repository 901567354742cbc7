/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --help, from the table of options. */
#include "cmd/options-table.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cmd/cmd.h"
#include "render/lines.h"

/* As the command sees it; NULL: as all of them do. */
static void print_option(const struct option_row *row, const struct command *command)
{
	const char *argument = row->argument, *help = row->help;
	char names[40];

	for (const struct option_of *of = row->of; command && of && of->command; of++) {
		if (!strcmp(of->command, command->name)) {
			argument = of->argument;
			help = of->help;
		}
	}
	if (row->letter)
		snprintf(names, sizeof(names), "-%c, --%s%s%s", row->letter, row->name,
			 argument ? " " : "", argument ? argument : "");
	else
		snprintf(names, sizeof(names), "    --%s%s%s", row->name,
			 argument ? " " : "", argument ? argument : "");
	printf("  %-26s %s\n", names, help);
}

/* Those of a command alone; NULL: of any. */
static void print_options(const struct command *command)
{
	bool any = false;

	for (size_t i = 0; i < n_option_rows; i++) {
		if (!option_rows[i].commands ||
		    !option_belongs_to(&option_rows[i], command))
			continue;
		printf("%s", any ? "" : "\nOptions:\n");
		any = true;
		print_option(&option_rows[i], command);
	}
}

static void print_global_options(void)
{
	printf("\nGlobal options:\n");
	for (size_t i = 0; i < n_option_rows; i++) {
		if (!option_rows[i].commands)
			print_option(&option_rows[i], NULL);
	}
}

/* "Global options: --sysroot --from -J" */
static void name_global_options(void)
{
	struct text t = { 0 };

	text_add(&t, "Global options:");
	for (size_t i = 0; i < n_option_rows; i++) {
		if (!option_rows[i].commands && option_rows[i].letter)
			text_printf(&t, " -%c", option_rows[i].letter);
		else if (!option_rows[i].commands)
			text_printf(&t, " --%s", option_rows[i].name);
	}
	printf("\n");
	put_wrapped(stdout, 80, 2, 0, t.data);
	text_clear(&t);
}

static void print_help_of(const struct command *command)
{
	printf("Usage: iommu-resv [GLOBAL] %s %s\n%c%s.\n", command->name,
	       command->arguments, toupper((unsigned char)command->summary[0]),
	       command->summary + 1);
	print_options(command);
	name_global_options();
	printf("More: iommu-resv help, iommu-resv(8)\n");
}

static void print_help(void)
{
	printf("Usage: iommu-resv [GLOBAL] [COMMAND] [OPTION...] [SELECTOR...]\n"
	       "Explains the IOMMU reserved regions of a host and finds what they break.\n\n"
	       "Commands:\n");
	for (size_t i = 0; i < n_commands; i++)
		printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
	print_options(NULL);
	print_global_options();
	printf("\nSelectors: a PCI address with lspci's wildcards (00:1f.*), a device name, a\n"
	       "network interface, VENDOR:DEVICE, group:N, driver:NAME, class:NN, type:direct.\n"
	       "Selectors of one kind are alternatives; different kinds narrow the choice.\n"
	       "Exit status: 0 no problem, 1 warnings, 2 errors, 3 unknown; see iommu-resv(8).\n");
}

void options_help(const struct command *command)
{
	if (command)
		print_help_of(command);
	else
		print_help();
}
