/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <json-c/json.h>

#include "render/view.h"

/* The plan of a view as JSON; the caller owns it. */
struct json_object *plan_object(const struct view *view);
