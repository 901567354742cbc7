/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "cmd/options.h"
#include "model/ignores.h"

/*
 * Reads the file of --ignore-file, whose selectors are those of the command line, for
 * this host. No entries where the option is not given. False after a message: FILE:LINE:
 * what.
 */
bool ignores_read(const struct options *options, const struct host *host,
		  struct ignores *out) must_check;
