/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Standard output, or a file. */
#include "cmd/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/message.h"
#include "cmd/cmd.h"
#include "render/format.h"

void output_begin(const char *path, struct output *output)
{
	bool to_file = path && strcmp(path, "-");

	*output = (struct output){ .path = to_file ? path : NULL, .file = stdout };
	if (!to_file)
		return;
	output->file = open_memstream(&output->data, &output->len);
	if (!output->file)
		out_of_memory();
}

bool output_end(struct output *output, enum readers readers)
{
	int result;

	if (!output->path) /* main() sees whether that works */
		return true;
	if (fclose(output->file))
		out_of_memory();
	result = file_write(output->path, output->data, output->len, readers);
	if (result == -ELOOP)
		message("%s: is a symbolic link; name the file that it points to, or - for "
			"standard output",
			output->path);
	else if (result)
		message("%s: %s", output->path, strerror(-result));
	free(output->data);
	return !result;
}

/* The file of -o of a command that has one, which is not one of columns. */
static bool has_file(const struct options *options)
{
	return options->command == &command_check && options->output;
}

void output_failure(const struct options *options, int exit_status)
{
	const struct format *format = options->json ? &format_json : options->format;
	struct output output;

	if (!format || !format->fail)
		return;
	output_begin(has_file(options) ? options->output : NULL, &output);
	format->fail(options->said, exit_status, output.file);
	/* It failed already, and the message says why this did, too. */
	if (!output_end(&output, format->counts_only ? READERS_ALL : READERS_OWNER))
		return;
}
