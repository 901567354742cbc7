#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Stands in for the unit tests in a build that was configured without cmocka.
echo "1..1"
echo "ok 1 - unit tests # SKIP cmocka was not found by configure"
