/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <json-c/json.h>
#include <stdio.h>

#include "base/record.h"

/*
 * A decoded table for people: an entry a line, with the fields that say something; below
 * it what is wrong, and what the kernel does with it.
 */
void render_records(const struct records *records, unsigned width, FILE *out);

/* The same as JSON, complete; the caller owns it. */
struct json_object *records_array(const struct records *records);
