#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Reads FUZZ_TABLES (5000) changed tables through all parsers; 100000 is a good number by hand,
# in a build with --enable-sanitizers. The same number gives the same tables.
exec timeout 900 "${builddir:-.}/tests/fuzz/tables" "${FUZZ_TABLES:-5000}" \
	"${srcdir:-.}"/tests/firmware/good/*.hex
