/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "model/host.h"
#include "model/json.h"
#include "render/view.h"

/* Parts of the JSON document that stand in several places. The caller owns them. */

struct json_object *range_object(struct range r);

/* What an interface is predicted to answer. */
struct json_object *answer_object(const struct view *view, const struct answer *answer);

/* How a host was read. */
struct json_object *source_object(const struct host *host);
