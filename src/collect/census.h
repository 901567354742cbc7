/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "base/root.h"
#include "base/text.h"

/*
 * Which groups, devices of groups and PCI functions there are, or the errno of a folder
 * that cannot be listed: lines of text, the same for the same host. It is compared and
 * never looked into; what a host is made of are the facts of the collectors. *out is
 * overwritten.
 */
void census_take(const struct root *root, struct text *out);
