#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What behaviours.def says to be known from booted kernels, the lab has seen: tests/lab/seen. What
# rules advise to run, its guests run: tests/lab/advised.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1
seen=$srcdir/tests/lab/seen

tap_some "the lab has seen something" "$(grep -v '^#' "$seen")"
if tap_python; then
	tap_empty "each row known from booted kernels was seen, on both sides of its dates" \
		"$("$python" "$srcdir/tests/lab/behaviours.py" lint 2>&1)"
	tap_empty "each row is asked for, or says why no guest can be" "$("$python" "$srcdir/tests/lab/asks.py" 2>&1)"
	tap_empty "each rule with commands is followed by a scenario, or says why not" \
		"$("$python" "$srcdir/tests/lab/advised" lint 2>&1)"
else
	tap_skip "rows and seen" "python3 is not installed"
fi
tap_done
