/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/message.h"
#include "cmd/cmd.h"

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

int main(int argc, char **argv)
{
	struct options options;
	int status;

	take_large_pieces();
	signal(SIGXFSZ, SIG_IGN); /* a write beyond ulimit -f fails, and is reported */
	status = options_parse(argc, argv, &options);
	if (status == GO_ON)
		status = options.command->run(&options);
	options_clear(&options);
	if (fflush(stdout) || ferror(stdout)) {
		if (errno != EPIPE) /* the reader has had enough */
			message("standard output: %s", strerror(errno));
		return EXIT_UNKNOWN;
	}
	return status;
}
