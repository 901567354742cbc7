#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What people see of `check` on a terminal, for the host of each case; see screen.py.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
unset NO_COLOR CLICOLOR CLICOLOR_FORCE COLUMNS
if ! tap_python; then
	tap_skip "check on a terminal" "python3 is not installed"
	tap_done
	exit
fi
tmp=$(mktemp -d) && trap 'chmod -R u+rwX "$tmp"; rm -rf "$tmp"' EXIT
# shellcheck disable=SC2046 # a word each
[ $# -gt 0 ] || set -- $(tap_hosts)
"$python" "$srcdir/tests/screen.py" "$IOMMU_RESV" "$srcdir" "$tmp" "$@"
