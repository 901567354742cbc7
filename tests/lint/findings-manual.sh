#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the manual says of each rule are the words of the rule. UPDATE=1 writes them anew.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C.UTF-8

if tap_python; then
	said=$("$python" "$srcdir/tests/lint/findings-manual.py" "$srcdir" ${UPDATE:+write} 2>&1)
	tap_some "the sources have rules" "$(grep -xE '[1-9][0-9]* rules' <<<"$said")"
	tap_empty "the manual's list of findings is that of the rules" "$(grep -vxE '[0-9]+ rules' <<<"$said")"
else
	tap_skip "the manual's list of findings is that of the rules" "python3 is not installed"
fi
tap_done
