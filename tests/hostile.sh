#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a stranger's snapshot may cost: tests/hostile.py.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb

if ! command -v python3 >/dev/null; then
	tap_skip "hostile snapshots" "python3 is not installed"
	tap_done
	exit
fi
if nm "$IOMMU_RESV" 2>/dev/null | grep -q '__asan_init\|__tsan_init'; then
	tap_skip "hostile snapshots" "sanitizers keep memory of their own"
	tap_done
	exit
fi
python3 "$srcdir/tests/hostile.py" "$IOMMU_RESV" "$srcdir/src/data/examples/laptop.json" 2
