/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdio.h>

#include "render/view.h"

/*
 * Where a region of a group comes from, a line each: the entries of its devices, or the
 * driver. Nothing where that is not known. region: index of the host's.
 */
void put_origin(const struct view *view, const struct group *g, size_t region, FILE *out);
