#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What must hold whatever is asked of whatever host: tests/properties.py asks about each
# device of each case and of each example host, in every way, and judges the answers.
# CASES="a b" asks these only, and HOSTS_STEP (see tap.sh) some of the cases.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb
unset NO_COLOR CLICOLOR CLICOLOR_FORCE
if ! tap_python; then
	tap_skip "properties" "python3 is not installed"
	tap_done
	exit
fi
tmp=$(mktemp -d) && chmod 755 "$tmp"
trap 'chmod -R u+rwX "$tmp"; rm -rf "$tmp"' EXIT # a copy, for the unprivileged user
cp "$IOMMU_RESV" "$tmp/iommu-resv" && chmod 755 "$tmp/iommu-resv" || exit 1
[ -z "${HOSTS_STEP-}" ] || export CASES="${CASES:-$(tap_hosts | tr '\n' ' ')}"
"$python" "$srcdir/tests/properties.py" "$srcdir" "$tmp"
