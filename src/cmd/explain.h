/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kernel/kernel.h"

struct json_writer;

/* The table of behaviours, as it applies to a host. */
void explain_kernel(const struct host *host);
/* The same as members of a document. */
void explain_kernel_json(const struct host *host, struct json_writer *w);

/* A row in words: what it is, and on which kernels. The caller owns them. */
char *behaviour_meaning(const struct behaviour_row *row);
char *behaviour_kernels(const struct behaviour_row *row);
