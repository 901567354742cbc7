#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs each command of README on an example host that stands on one line, and compares
# what it prints with what stands below it, and below that "[exit status N]" where shown.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb
unset NO_COLOR CLICOLOR CLICOLOR_FORCE
cd "$srcdir" || exit 1

iommu-resv() { "$IOMMU_RESV" --pci-ids tests/pci.ids "$@"; }

# The lines of a block without their tabs, up to the next command; NUMBER: its first line.
block() { # NUMBER
	awk -v first="$1" 'NR > first && (/^\t\$ / || (NF && !/^\t/)) { exit }
		NR > first { sub(/^\t/, ""); print }' README
}

while IFS=: read -r number line; do
	command=${line#$'\t$ '}
	expected=$(block "$number")
	got=$(eval "$command" 2>&1 </dev/null)
	status=$?
	if [[ $expected == *"[exit status "*"]" ]]; then
		got+=$'\n'"[exit status $status]"
	fi
	tap_empty "$command" "$(diff -u <(echo "$expected") <(echo "$got"))"
done < <(grep -n $'^\t\$ iommu-resv --from src/data/.*[^|]$' README)
tap_some "there are commands" "${command-}"
tap_done
