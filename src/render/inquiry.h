/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <json-c/json.h>
#include <stdio.h>

#include "render/view.h"

/* What the kernel was asked, and answered. inquiry: index of the host's. */

/* Is it about a selected device? */
bool inquiry_is_wanted(const struct view *view, size_t inquiry);

/* For people: all of each inquiry that is wanted; and a line for each, with the verdict.
 */
void put_inquiries(const struct view *view, FILE *out);
void put_inquiry_lines(const struct view *view, FILE *out);

/* A line on /dev/iommu; nothing where it was not looked at. */
void put_iommufd(const struct view *view, FILE *out);

/* As JSON; the caller owns each. */
struct json_object *inquiry_object(const struct view *view, size_t inquiry);
struct json_object *iommufd_object(const struct iommufd_facts *facts);
