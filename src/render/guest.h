/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/json.h"
#include "render/view.h"

/* The comparison with a guest; only where there is one (analysis->nested). */

/* A line about the guest, and a table with a row for each device that is shared. */
void put_guest(const struct view *view, FILE *out);

/* The object `guest` of the JSON document; the caller owns it. */
struct json_object *guest_object(const struct view *view);
