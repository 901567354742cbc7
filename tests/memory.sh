#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# When memory ends, whoever asked for it, the program says so in one line and ends with 3:
# tests/faults/memory.c lets one allocation fail. A sample of them; THOROUGH=1 tries all.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb

if nm "$IOMMU_RESV" 2>/dev/null | grep -q '__asan_init\|__tsan_init'; then
	tap_skip "memory" "the program is built with sanitizers, which have their own allocator"
	tap_done
	exit
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
if ! problem=$(${CC:-cc} -std=gnu11 -D_GNU_SOURCE -O1 -fPIC -fno-builtin -shared \
	-o "$tmp/memory.so" "$srcdir/tests/faults/memory.c" -ldl 2>&1); then
	tap 1 "the library that lets memory end is built" "$problem"
	tap_done
	exit
fi
cd "$tmp" || exit 1
"$srcdir/tests/mkroot.sh" "$srcdir/tests/cases/direct-equals-sw-msi" host || exit 1
"$srcdir/tests/mkroot.sh" "$srcdir/tests/cases/decode" tables || exit 1
"$IOMMU_RESV" --sysroot host snapshot -o host.json || exit 1
table=$(find tables -name DMAR | head -n1)

fail_at() { # NUMBER COMMAND...
	local number=$1
	shift
	MEMORY_FAILS=$number LD_PRELOAD=$tmp/memory.so "$IOMMU_RESV" --pci-ids "$srcdir/tests/pci.ids" \
		"$@" >out 2>err
}

# The number of allocations, and so many of them that all phases are met.
try() { # COMMAND...
	local n i step wrong='' tried=0
	MEMORY_FD=9 fail_at 0 "$@" 9>count
	n=$(cat count 2>/dev/null)
	if [ "${n:-0}" -lt 20 ]; then
		tap 1 "allocations of $*" "only ${n:-none} were seen"
		return
	fi
	step=$((n / 24 + 1))
	[ -z "${THOROUGH-}" ] || step=1
	for ((i = 1; i <= n; i += step)); do
		fail_at "$i" "$@"
		local status=$?
		tried=$((tried + 1))
		[ $status -eq 3 ] && [[ $(cat err) =~ ^"iommu-resv: out of memory"(": the limit is "[0-9]+" MiB")?$ ]] ||
			wrong+="allocation $i of $n: status $status, $(head -n1 err)"$'\n'
	done
	tap_empty "$*: $tried of $n allocations fail" "$wrong"
}

try check --sysroot host
try check --sysroot host -J
try check --sysroot host -v
try check --from host.json -J
try list --sysroot host
try list --sysroot host -J
try show --sysroot host 0000:00:01.0
try show --sysroot host 0000:00:01.0 -J
try map --sysroot host --svg
try assign --sysroot host 0000:00:01.0
try snapshot --sysroot host
try explain kernel --sysroot host
try decode "$table"
try decode "$table" -J
tap_done
