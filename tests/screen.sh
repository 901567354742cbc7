#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What people see of `check` on a terminal, for the host of each case; see screen.py.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
tap_over_hosts screen.py "check on a terminal" "$@"
