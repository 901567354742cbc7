#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Holds the memory maps of `fit` against those that QEMU makes, see tests/guest-layout.py.
set -u
srcdir=${srcdir:-.}
. "$srcdir/tests/tap.sh"

if ! tap_python; then
	tap_skip "memory maps are QEMU's" "python3 is not installed"
	tap_done
	exit
fi
examples=$srcdir/src/data/examples
"$python" "$srcdir/tests/guest-layout.py" "$IOMMU_RESV" "$examples/laptop.json" "$examples/desktop-am5.json"
