/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/text.h"
#include "cmd/options.h"
#include "model/ignores.h"

/*
 * The file of --ignore-file, in two steps, since after the host no file can be opened any
 * more. What it holds, an empty text where the option is not given; false after a
 * message.
 */
bool ignores_read(const struct options *options, struct text *out) must_check;

/*
 * Its entries, for this host; the selectors are those of the command line. False after a
 * message: FILE:LINE: what.
 */
bool ignores_parse(const struct options *options, struct text *text,
		   const struct host *host, struct ignores *out) must_check;
