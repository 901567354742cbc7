/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "collect/read.h"

#define DEVICE_TREE_BLOB "sys/firmware/fdt"

/*
 * Reads the blob that the boot loader gave to the kernel, and makes it the host's device
 * tree; with what became of the file as the state of SOURCE_DEVICE_TREE.
 */
void collect_device_tree_blob(const struct root *root, struct host *host);
