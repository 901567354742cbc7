#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `diff`: each case's host against itself is the same; and single changes, made in snapshots
# by tests/diff.py, are named, and nothing else is. `merge`: all hosts as one table
# (tests/merge.py). CASES="a b" takes these only.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb
if ! tap_python; then
	tap_skip "differences" "python3 is not installed"
	tap_done
	exit
fi
tmp=$(mktemp -d)
trap 'chmod -R u+rwX "$tmp"; rm -rf "$tmp"' EXIT
for case in ${CASES:-$(tap_hosts)}; do
	[ -f "$srcdir/tests/cases/$case/transcript" ] || continue
	mkdir "$tmp/root"
	"$srcdir/tests/mkroot.sh" "$srcdir/tests/cases/$case" "$tmp/root" >/dev/null 2>&1 &&
		"$IOMMU_RESV" --sysroot "$tmp/root" snapshot >"$tmp/$case.json" 2>/dev/null
	chmod -R u+rwX "$tmp/root"
	rm -rf "$tmp/root"
done
"$python" "$srcdir/tests/diff.py" "$IOMMU_RESV" "$srcdir/src/data/examples" "$tmp"
