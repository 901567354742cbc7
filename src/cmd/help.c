/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `help`: all commands and options, or those of one command. */
#include "base/message.h"
#include "cmd/cmd.h"

static int run(const struct options *options)
{
	const struct command *command = NULL;

	if (options->n_selectors > 1) {
		message("help: one command at a time");
		return FAILED;
	}
	if (options->n_selectors) {
		command = command_of_name(*options->selectors);
		if (!command)
			return FAILED;
	}
	options_help(command);
	return 0;
}

const struct command command_help = {
	.name = "help",
	.arguments = "[COMMAND]",
	.summary = "show this help, or the help of one command",
	.run = run,
};
