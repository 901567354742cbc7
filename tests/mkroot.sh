#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# mkroot.sh CASE DIR: builds in DIR the host that the case describes. All parts are
# optional and taken in this order:
#
#   root/      plain files; NAME.hex becomes NAME (hex digits, '#' to the end is a note)
#   tree       many small files in one text, a block each:
#                == PATH          the lines that follow are the file
#                == PATH printf   the same, each line through printf, and no newline
#                                 but those written as \n
#                == PATH cells    32-bit numbers, each written big-endian, as the
#                                 properties of a device tree; '#' begins a note
#                == PATH hex      bytes, as in a NAME.hex
#                dir PATH         an empty folder
#                -> PATH TARGET   a symbolic link
#              blank lines before the next header belong to no file; '#' before the
#              first header is a note
#   links      symbolic links, "PATH TARGET" a line
#   generate   a script, run by bash inside DIR, for what is too large to be written
#   bases/common, beside the cases, brings the rest of what every kernel has to a host
#              with a kernel release; not where the case has a file `bare`
#   modes      "PATH MODE" a line, last
set -eu
common=$(cd "${0%/*}" && pwd)/cases/bases/common
case=$(cd "$1" && pwd)
mkdir -p "$2"
cd "$2"

bytes() { # the text of a dump on stdin, as a format for printf
	sed 's/#.*//' | tr -d ' \t\n' | sed 's/../\\x&/g'
}

parent() {
	[ -d "${1%/*}" ] || [ "${1%/*}" = "$1" ] || mkdir -p "${1%/*}"
}

# Each number as four bytes, the highest first.
big_endian() {
	local number hex
	for number; do
		hex=$(printf %08x "$number")
		printf '%b' "\\x${hex:0:2}\\x${hex:2:2}\\x${hex:4:2}\\x${hex:6:2}"
	done
}

finish() {
	if [ -z "$file" ]; then
		return
	fi
	parent "$file"
	if [ "$how" = printf ]; then
		while [ "${body%$'\n'}" != "$body" ]; do body=${body%$'\n'}; done
		# shellcheck disable=SC2059 # the text is the format, that is the point
		printf "${body//$'\n'/}" >"$file"
	elif [ "$how" = cells ]; then
		# shellcheck disable=SC2046 # words are meant
		big_endian $(sed 's/#.*//' <<<"$body") >"$file"
	elif [ "$how" = hex ]; then
		# shellcheck disable=SC2059
		printf "$(bytes <<<"$body")" >"$file"
	else
		while [ "${body%$'\n\n'}" != "$body" ]; do body=${body%$'\n'}; done
		[ "$body" != $'\n' ] || body=
		printf '%s' "$body" >"$file"
	fi
	file=
}

if [ -d "$case/root" ]; then
	cp -R "$case/root/." .
	chmod -R u+w .
	find . -name '*.hex' | while IFS= read -r hex; do
		# shellcheck disable=SC2059
		printf "$(bytes <"$hex")" >"${hex%.hex}"
		rm "$hex"
	done
fi
if [ -f "$case/tree" ]; then
	file='' how='' body=''
	while IFS= read -r line || [ -n "$line" ]; do
		case $line in
		"== "*" printf") finish; file=${line#== } file=${file% printf} how=printf body= ;;
		"== "*" cells") finish; file=${line#== } file=${file% cells} how=cells body= ;;
		"== "*" hex") finish; file=${line#== } file=${file% hex} how=hex body= ;;
		"== "*) finish; file=${line#== } how='' body= ;;
		"dir "*) finish; mkdir -p "${line#dir }" ;;
		"-> "*)
			finish
			read -r _ path target <<<"$line"
			parent "$path"
			ln -s "$target" "$path"
			;;
		*) [ -z "$file" ] || body+=$line$'\n' ;;
		esac
	done <"$case/tree"
	finish
fi
if [ -f "$case/links" ]; then
	while read -r path target; do
		parent "$path"
		ln -s "$target" "$path"
	done <"$case/links"
fi
if [ -f "$case/generate" ]; then
	bash "$case/generate"
fi
if { [ -e proc/sys/kernel/osrelease ] || [ -L proc/sys/kernel/osrelease ]; } && [ ! -e "$case/bare" ]; then
	# what every kernel has, and what no case but those that bring it is about
	cp -Rn "$common/." .
	chmod -R u+w proc sys
fi
if [ -f "$case/modes" ]; then
	while read -r path mode; do
		chmod "$mode" "$path"
	done <"$case/modes"
fi
