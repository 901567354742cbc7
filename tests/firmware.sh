#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The parsers of firmware tables: against iasl, against expected records, on bad tables. See
# tests/firmware/tables.py. UPDATE=1 writes the expected records anew.
if ! command -v python3 >/dev/null; then
	echo "1..0 # SKIP python3 is not installed"
	exit 0
fi
export LC_ALL=C.UTF-8
exec python3 "${srcdir:-.}/tests/firmware/tables.py" "${builddir:-.}/tests/firmware/dump" \
	"${srcdir:-.}/tests/firmware"
