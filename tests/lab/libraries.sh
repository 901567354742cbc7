# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Libraries for a guest, by what the dynamic sections of its programs name. Sourced; needs bash.

needed() { readelf -dW "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }

# A file named by a dynamic section, with what it needs in turn. Symbolic links are followed, since only
# the name asked for matters.
take_library() # NAME SYSROOT ROOT
{
	local file need
	for file in "$2"{,/usr}/lib{/*-linux-gnu,,64}/"$1"; do
		[ -e "$file" ] || continue
		[ -e "$3/lib/$1" ] && return
		cp -L "$file" "$3/lib/$1"
		for need in $(needed "$file"); do
			take_library "$need" "$2" "$3"
		done
		return
	done
	echo "${0##*/}: no $1 below $2/" >&2
	exit 1
}

# All that a program, or a part that it loads later, needs.
take_libraries() # FILE SYSROOT ROOT
{
	local need

	mkdir -p "$3/lib"
	for need in $(needed "$1") $(readelf -lW "$1" | sed -n 's/.*interpreter: .*\/\(.*\)\]/\1/p'); do
		take_library "$need" "$2" "$3"
	done
}
