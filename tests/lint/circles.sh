#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No files of one folder call each other in a circle: who reads a file finds what it rests
# on below it. Calls as the linker sees them; objects of a list (rules, collectors) are
# data, and who walks the list calls nobody by name.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd) builddir=${builddir:-.}
. "$srcdir/tests/tap.sh"
cd "$builddir" || exit 1
mapfile -t sources < <(sed -n 's/^\t\(src\/.*\)\.c\( \\\)\{0,1\}$/\1/p' "$srcdir/Makefile.am" | sort -u)

for tool in nm tsort; do
	if ! command -v $tool >/dev/null; then
		tap_skip "no call circle between files of a folder" "$tool is not installed"
		tap_done
		exit
	fi
done

tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
for source in "${sources[@]}"; do
	nm -g "$source.o" | awk -v file="$source" '
		$(NF - 1) ~ /[TW]/ { print "defines", $NF, file }
		$(NF - 1) == "U" { print "needs", $NF, file }'
done | sort >"$tmp/symbols"
tap_some "there are calls between files" "$(head -n1 "$tmp/symbols")"

# CALLER CALLEE, of one folder
awk '
	function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
	$1 == "defines" { file[$2] = $3 }
	$1 == "needs" && $2 in file && folder(file[$2]) == folder($3) { print $3, file[$2] }
' "$tmp/symbols" | sort -u >"$tmp/calls"
tap_empty "no call circle between files of a folder" \
	"$(tsort "$tmp/calls" 2>&1 >/dev/null | sed 's/^tsort: //')"
tap_done
