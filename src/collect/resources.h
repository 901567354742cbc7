/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/range.h"

/* Flags of a line of `resource`: include/linux/ioport.h. */
#define RESOURCE_FLAG_MEMORY UINT64_C(0x200)
#define RESOURCE_FLAG_DISABLED UINT64_C(0x10000000)
#define RESOURCE_FLAG_UNSET UINT64_C(0x20000000)

/*
 * "0xFIRST 0xLAST 0xFLAGS", both ends included. False if it is no such line, or has no
 * memory that is decoded: I/O ports, an empty line, one that was given no address.
 */
bool resource_parse(const char *line, struct range *range) must_check;
