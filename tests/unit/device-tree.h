/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <libfdt.h>

#include "unit.h"

/* A property of cells in the node of a blob that is being written. */
static void put_cells(void *blob, const char *name, const uint32_t *cells, size_t n)
{
	fdt32_t value[16];

	assert_true(n <= ARRAY_SIZE(value));
	for (size_t i = 0; i < n; i++)
		value[i] = cpu_to_fdt32(cells[i]);
	assert_int_equal(fdt_property(blob, name, value, (int)(4 * n)), 0);
}
