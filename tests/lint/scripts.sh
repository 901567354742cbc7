#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Shell scripts and the manual, each by its own checker.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
cd "$srcdir" || exit 1

# every file that begins with the name of a shell, whatever it is called
mapfile -t scripts < <(find bootstrap .ci tests -type f -exec \
	awk 'FNR == 1 { if (/^#! *\/bin\/(ba)?sh/) print FILENAME; nextfile }' {} + | sort)
if command -v shellcheck >/dev/null; then
	tap_empty "shellcheck, ${#scripts[@]} scripts" "$(shellcheck -x -P SCRIPTDIR -S warning "${scripts[@]}" 2>&1)"
else
	tap_skip "shellcheck" "shellcheck is not installed"
fi

if command -v mandoc >/dev/null; then
	# style would ask for a database of the manuals that are referred to
	tap_empty "mandoc -Tlint" "$(mandoc -Tlint man/*.8 2>&1 | grep -v "referenced manual not found\|outdated mandoc.db")"
else
	tap_skip "mandoc -Tlint" "mandoc is not installed"
fi
tap_done
