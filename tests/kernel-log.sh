#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Reads each log below tests/log and compares what was taken from it with NAME.faults; then
# reads it FUZZ_LOGS (300) times with changes. UPDATE=1 writes the .faults anew.
set -u
srcdir=${srcdir:-.}
. "$srcdir/tests/tap.sh"
export LC_ALL=C
dump=${builddir:-.}/tests/log-dump
while IFS= read -r log; do
	name=${log#"$srcdir"/tests/log/}
	got=$("$dump" "$log" 2>&1)
	[ -z "${UPDATE-}" ] || printf '%s\n' "$got" >"$log.faults"
	if [ -f "$log.faults" ]; then
		tap_empty "$name" "$(diff -u "$log.faults" - <<<"$got")"
	else
		tap 1 "$name" "there is no $name.faults; UPDATE=1 tests/kernel-log.sh writes it"
	fi
	said=$(timeout 120 "$dump" "$log" "${FUZZ_LOGS:-300}" 2>&1) || said="status $? $said"
	tap_empty "$name, changed" "$said"
done < <(find "$srcdir/tests/log" -type f ! -name '*.faults' ! -name 'dump*' ! -name README | sort)
tap_done
