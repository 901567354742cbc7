#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How the program speaks: words that are no longer said, numbers that agree with their nouns,
# messages that are whole sentences. What may stay is listed here, and nothing else.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C.UTF-8

excepted() {
	cat <<-'END'
	# there are always two or more
	src/firmware/dtb-tree.c: "%zu nodes": may print 1, use one_or_many
	src/render/check-screen.c: "%zu units": may print 1, use one_or_many
	src/rules/assignment.c: "%zu groups": may print 1, use one_or_many
	src/rules/iort.c: "{n} ranges": may print 1, use one_or_many
	src/rules/msi-window.c: "%zu devices": may print 1, use one_or_many
	src/rules/whole-group.c: "{n} devices": may print 1, use one_or_many
	# people look it up
	src/cmd/words.def: "1:1": say identity-mapped, at its physical address
	# goes on with what tells
	END
}

if ! tap_python; then
	tap_skip "texts say what we say" "python3 is not installed"
	tap_done
	exit
fi
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
excepted >"$tmp/exceptions"
# It must be able to fail.
mkdir -p "$tmp/src/rules" "$tmp/src/data" "$tmp/man"
echo 'f = found(j, g, "gives 1:1 memory away to %zu devices", n == 1 ? "" : "s");' >"$tmp/src/rules/bad.c"
touch "$tmp/README" "$tmp/man/iommu-resv.8" "$tmp/src/data/iommu-resv.schema.json"
tap_some "old words, numbers and half sentences are seen" "$(
	"$python" "$srcdir/tests/lint/words.py" "$tmp" /dev/null | grep -cx ".*" | grep -x 7)"
tap_empty "texts say what we say" "$("$python" "$srcdir/tests/lint/words.py" "$srcdir" "$tmp/exceptions" 2>&1)"
tap_done
