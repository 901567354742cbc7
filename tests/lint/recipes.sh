#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The commands that README and the manual show print what is shown there, and end with the
# status that is shown; see recipes.py. UPDATE=1 writes the outputs anew.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb
unset NO_COLOR CLICOLOR CLICOLOR_FORCE
if ! tap_python || ! command -v jq >/dev/null; then
	tap_skip "commands of README and the manual" "python3 or jq is not installed"
	tap_done
	exit
fi
tmp=$(mktemp -d) && trap 'chmod -R u+rwX "$tmp"; rm -rf "$tmp"' EXIT
"$python" "$srcdir/tests/lint/recipes.py" "$srcdir" "$tmp" README man/iommu-resv.8
