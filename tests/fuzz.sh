#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Reads FUZZ_TABLES (5000) changed tables through all parsers and `decode`; 100000 is a good
# number by hand, in a build with --enable-sanitizers: some minutes. The same number gives
# the same tables.
srcdir=${srcdir:-.} blobs=()
if command -v dtc >/dev/null; then
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	dtc -q -I dts -O dtb -o "$tmp/regions.dtb" "$srcdir/tests/fuzz/regions.dts" &&
		blobs=("$tmp/regions.dtb")
else
	echo "# no device trees: dtc is not installed"
fi
timeout 900 "${builddir:-.}/tests/fuzz/tables" "${FUZZ_TABLES:-5000}" \
	"$srcdir"/tests/firmware/good/*.hex "$srcdir/tests/fuzz/btf.hex" "${blobs[@]}"
