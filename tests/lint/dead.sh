#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the linker sees of dead code: whatever a file exports, another file of the program
# uses. What only its own file uses is static; what only tests use is removed with them.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd) builddir=${builddir:-.}
. "$srcdir/tests/tap.sh"
cd "$builddir" || exit 1
program=(libiommuresv.a src/main.o)

if ! command -v nm >/dev/null; then
	tap_skip "every exported symbol is used by another file" "nm is not installed"
	tap_done
	exit
fi
# SYMBOL REASON
excepted() {
	cat <<-'END'
	main                    the C library calls it
	iommufd_decode_iova     a decoder: the unit test feeds it with answers cut anywhere
	vfio_decode_type1_info  a decoder, likewise
	release_parse           a parser of what distributions write: the unit test has a table
	kernel_event_parse      a parser of what comes over netlink: the unit test feeds it with any bytes
	kernel_event_is_real    who may send it: the unit test has senders that a socket does not
	demand_fit              arithmetic: the unit test does it again, page by page
	END
}

tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
nm -A -g --defined-only "${program[@]}" | sed 's/:[0-9a-f]* [A-Za-z] / /' |
	awk '$2 !~ /^__/ { print $2, $1 }' | sort >"$tmp/defined" # SYMBOL OBJECT
nm -A -u "${program[@]}" | awk '{ print $NF }' | sort -u >"$tmp/used"
cut -d' ' -f1 "$tmp/defined" | grep -vxFf "$tmp/used" >"$tmp/alone"
excepted | awk '{ print $1 }' | sort >"$tmp/excepted"

tap_some "libiommuresv.a exports symbols" "$(grep libiommuresv.a "$tmp/defined")"
tap_empty "every exported symbol is used by another file of the program" \
	"$(grep -vxFf "$tmp/excepted" "$tmp/alone" | while read -r symbol; do
		grep "^$symbol " "$tmp/defined"
	done)"
tap_empty "no exception but for what is there, and used by no other file" \
	"$(grep -vxFf "$tmp/alone" "$tmp/excepted")"

# What a header defines: macros that nobody writes, inline functions that nobody calls.
unused=
while read -r name; do
	[ "$(grep -rwF --include='*.[ch]' --include='*.def' -- "$name" "$srcdir/src" | wc -l)" -gt 1 ] ||
		unused+="$name "
done < <(
	grep -rhoE --include='*.[ch]' '^#define [A-Za-z_0-9]+' "$srcdir/src" | awk '{ print $2 }' | sort -u
	grep -rhE --include='*.[ch]' '^static inline ' "$srcdir/src" | sed 's/(.*//; s/.*[ *]//' | sort -u
)
tap_empty "every macro and inline function is used" "$unused"
tap_done
