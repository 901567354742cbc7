#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a command still does once it closed the door (src/base/sandbox.h): with a stranger's
# file it prints, and asks for nothing that is refused, nor for any file. What is refused
# then tests/unit/sandbox.c tries.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb

if ! command -v strace >/dev/null; then
	tap_skip "sandbox" "strace is not installed"
	tap_done
	exit
fi
if ! "$IOMMU_RESV" --version -v | grep -q 'seccomp): active'; then
	tap_skip "sandbox" "there is no seccomp here, or the program was built without it"
	tap_done
	exit
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
"$srcdir/tests/mkroot.sh" "$srcdir/tests/cases/direct-equals-sw-msi" host || exit 1
"$srcdir/tests/mkroot.sh" "$srcdir/tests/cases/decode" tables || exit 1
table=$(find tables -name DMAR | head -n1)
example=$srcdir/src/data/examples/laptop.json

# All that comes behind the filter, but for what ends the tracing.
behind() { # COMMAND...
	strace -f -o trace "$IOMMU_RESV" --pci-ids "$srcdir/tests/pci.ids" "$@" >out 2>err
	sed '1,/SECCOMP_SET_MODE_FILTER, [^N]/d' trace | sed 's/^[0-9]* *//'
}

try() { # COMMAND...
	local calls wrong
	calls=$(behind "$@")
	wrong=$(grep -E 'EPERM|EMFILE|EACCES|open|socket' <<<"$calls")
	[ -n "$calls" ] || wrong="the door was not closed"
	[ -s out ] || wrong+=" nothing was printed: $(head -n1 err)"
	tap_empty "$*: behind the door it only prints" "$wrong"
}

for from in "--from $example" "--sysroot host"; do
	# shellcheck disable=SC2086
	for command in check "check -v" "check -J" list "list --by device -o NAME" map report \
		"explain kernel"; do
		try $from $command
	done
done
try --from "$example" show 00:1f.3
try --from "$example" show -J 00:1f.3
try --from "$example" map --svg
try --from "$example" assign 00:1f.3
try --from "$example" check --guest "$example"
try --from "$example" fit 00:1f.3 --ram 8G
try --from "$example" snapshot
try --sysroot host snapshot
try diff "$example" "$srcdir/src/data/examples/server-rmrr.json"
try diff "$example" --from "$srcdir/src/data/examples/server-rmrr.json"
try merge "$example" "$srcdir/src/data/examples/server-rmrr.json"
try decode "$table"
try decode -J "$table"

# this opens a file later
tap_empty "snapshot -o keeps the door open" "$(behind --from "$example" snapshot -o x.json)"
grep -q 'RLIMIT_DATA, {rlim_cur=[0-9]*\*1024' trace
tap $? "and limits its memory" "$(grep RLIMIT_DATA trace)"
[ -s x.json ]
tap $? "snapshot writes its file" "$(head -n1 err)"
tap_done
