#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What cannot be read is said: tests/faults/blindness.py, with the library that makes the
# calls fail.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb

python=/usr/bin/python3 # one that an unprivileged user can run, too
if ! [ -x $python ]; then
	tap_skip "faults" "$python is not installed"
	tap_done
	exit
fi
# The sanitizers want to be loaded first, and do not fork within a call.
if nm "$IOMMU_RESV" 2>/dev/null | grep -q '__asan_init\|__tsan_init'; then
	tap_skip "faults" "the program is built with sanitizers, which no library can be loaded before"
	tap_done
	exit
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
if ! problem=$(${CC:-cc} -std=gnu11 -D_GNU_SOURCE -O1 -fPIC -shared -o "$tmp/faults.so" \
	"$srcdir/tests/faults/faults.c" 2>&1); then
	tap 1 "the library that makes calls fail is built" "$problem"
	tap_done
	exit
fi
# Where another build does all of it, one tree for each way is enough to see that it works
# in this one.
cases=()
[ -z "${HOSTS_STEP-}" ] || cases=(group-not-viable)
$python "$srcdir/tests/faults/blindness.py" "$IOMMU_RESV" "$tmp/faults.so" "$srcdir" "${cases[@]}"
