/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <json-c/json.h>
#include <stdio.h>

#include "render/map.h"
#include "rules/fit-answer.h"

/* Whether a guest fits: what view->fit holds. */
void render_fit(const struct view *view, FILE *out);
/* The same as JSON; the caller owns it. */
struct json_object *fit_object(const struct view *view);

/* A range that may be mapped a line, "0x0-0xfedfffff", and nothing else. */
void render_holes(const struct ranges *holes, FILE *out);

/* What is in the way: "reserved: the AMD driver's range of ..."; the caller owns it. */
char *fit_hit_text(const struct view *view, const struct fit_hit *hit);

/* "Start QEMU with -machine q35,max-ram-below-4g=2G"; the caller owns it. */
char *fit_advice_text(const struct view *view, const struct fit_advice *advice);
