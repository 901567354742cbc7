/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the options, runs the command, and gives its exit status. */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/message.h"
#include "cmd/cmd.h"
#include "cmd/output.h"

/*
 * A host of thousands of devices takes megabytes of memory and prints them: asking the
 * kernel for them in small pieces would cost more calls than reading some of the groups.
 */
#define PIECE ((size_t)256 << 10)

static void take_large_pieces(void)
{
	mallopt(M_TOP_PAD, 4 * PIECE);
	setvbuf(stdout, xcalloc(PIECE, 1), _IOFBF, PIECE);
}

static int run(int argc, char **argv, const struct messages *said)
{
	struct options options;
	int status = options_parse(argc, argv, &options);

	options.said = said;
	if (status == GO_ON)
		status = options.command->run(&options);
	if (status == FAILED) {
		status = EXIT_UNKNOWN;
		output_failure(&options, status);
	}
	options_clear(&options);
	return status;
}

int main(int argc, char **argv)
{
	struct messages said;
	int status;

	take_large_pieces();
	signal(SIGXFSZ, SIG_IGN); /* a write beyond ulimit -f fails, and is reported */
	messages_keep(&said);
	status = run(argc, argv, &said);
	if (fflush(stdout) || ferror(stdout)) {
		if (errno != EPIPE) /* the reader has had enough */
			message("standard output: %s", strerror(errno));
		status = EXIT_UNKNOWN;
	}
	messages_end(&said);
	return status;
}
