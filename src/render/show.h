/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <json-c/json.h>
#include <stdio.h>

#include "render/view.h"

struct pci_names;

/*
 * All that is known of one thing, by its index: a group's and a device's of the host, an
 * entry's of analysis->firmware. As lines, below a line with its name; as an object of
 * the JSON document, which the caller owns.
 */

void put_group(const struct view *view, size_t group, FILE *out);
struct json_object *group_object(const struct view *view, size_t group);

void put_device(const struct view *view, struct pci_names *names, size_t device,
		FILE *out);
struct json_object *device_object(const struct view *view, size_t device);

void put_entry(const struct view *view, size_t entry, FILE *out);
struct json_object *entry_object(const struct view *view, size_t entry);
