/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <json-c/json.h>

#include "render/view.h"

/* How a device sends its interrupts; nothing where nobody looked. */
void put_msi(const struct view *view, const struct device *d, FILE *out);

/* The same as JSON; NULL where nobody looked. The caller owns it. */
struct json_object *msi_object(const struct view *view, const struct device *d);
