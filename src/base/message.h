/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/attr.h"

/*
 * Messages for people on standard error: one line, "iommu-resv: " in front, control
 * characters replaced.
 */

void message(const char *fmt, ...) printf_like(1, 2);

/* A message, then exit with status 3 (unknown: nothing was judged). */
no_return void die(const char *fmt, ...) printf_like(1, 2);
