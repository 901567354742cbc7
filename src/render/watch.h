/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "render/diff.h"

/* Where `watch` begins: what there is. Without differences, as there was nothing before.
 */
void render_watch_begin(const struct diff_view *view, FILE *out);

/* What is different since the look before; with verbose, also where nothing is. */
void render_watch(const struct diff_view *view, FILE *out);
