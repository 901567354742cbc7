#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `--redact` on the host of each case, or of the cases that are named; see redact.py.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
tap_over_hosts redact.py "--redact" "$@"
