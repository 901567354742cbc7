#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `report` of the host of each case, or of the cases that are named; see report.py.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
tap_over_hosts report.py "report" "$@"
