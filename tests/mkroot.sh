#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# mkroot.sh CASE DIR: builds in DIR the host that the case describes. All parts are
# optional and taken in this order:
#
#   tree       many small files in one text. What is said later of a path replaces what
#              was said before, so a tree is a base and what is different from it:
#                base NAME        all that bases/NAME, beside the cases, says
#                no PATH          not this file, link or folder, nor anything below it
#                = PATH LINE      a file of one line
#                == PATH          the lines that follow are the file
#                == PATH printf   the same, each line through printf, and no newline
#                                 but those written as \n
#                == PATH cells    32-bit numbers, each written big-endian, as the
#                                 properties of a device tree; '#' begins a note
#                == PATH hex      bytes, as in a NAME.hex
#                dir PATH         an empty folder
#                -> PATH TARGET   a symbolic link
#                group N TYPE     an IOMMU group; the lines that follow are its regions
#                iommu NAME       the devices that follow are behind this one; "-": none
#                pci GROUP PATH DRIVER CLASS VENDOR:DEVICE [SUBSYSTEM]
#                                 a PCI device: its uevent and the links to it of the bus,
#                                 the group and the IOMMU. PATH is below sys/devices/ (as
#                                 a rule pci0000:00/, which need not be written); "-" is
#                                 no group or driver, VENDOR:0000 the usual subsystem
#              blank lines before the next header belong to no file; '#' before the
#              first header of a text is a note
#   root/      plain files; NAME.hex becomes NAME (hex digits, '#' to the end is a note)
#   generate   a script, run by bash inside DIR, for what is too large to be written
#   modes      "PATH MODE" a line, last
set -euf
export LC_ALL=C
bases=$(cd "${0%/*}" && pwd)/cases/bases
case=$(cd "$1" && pwd)
mkdir -p "$2"
cd "$2"
declare -A form=() content=() # of each path
iommu=-

# The words are hex digits; as a format for printf.
escaped() {
	local digits i
	printf -v digits %s "$@"
	for ((i = 0; i < ${#digits}; i += 2)); do
		printf '\\x%s' "${digits:i:2}"
	done
}

big_endian() {
	[ $# -eq 0 ] || printf %08x "$@"
}

pci_device() { # GROUP PATH DRIVER CLASS VENDOR:DEVICE [SUBSYSTEM]
	local group=$1 path=$2 driver=${3#-} id=$5 subsystem=${6:-${5%:*}:0000}
	local address=${path##*/} class alias uevent to
	[ "${path#pci}" != "$path" ] || path=pci0000:00/$path
	printf -v class %06X "0x$4"
	printf -v alias 'v%08Xd%08Xsv%08Xsd%08X' "0x${id%:*}" "0x${id#*:}" \
		"0x${subsystem%:*}" "0x${subsystem#*:}"
	alias+=bc${class:0:2}sc${class:2:2}i${class:4}
	printf -v uevent '%s\n' ${driver:+"DRIVER=$driver"} "PCI_CLASS=$4" "PCI_ID=$id" \
		"PCI_SUBSYS_ID=$subsystem" "PCI_SLOT_NAME=$address" "MODALIAS=pci:$alias"
	put file "sys/devices/$path/uevent" "$uevent"
	put link "sys/bus/pci/devices/$address" "../../../devices/$path"
	to=../../../../devices/$path
	[ "$group" = - ] || put link "sys/kernel/iommu_groups/$group/devices/$address" "$to"
	[ "$iommu" = - ] || put link "sys/class/iommu/$iommu/devices/$address" "$to"
}

put() { # FORM PATH CONTENT
	form[$2]=$1
	content[$2]=$3
}

take_away() {
	local path
	for path in "${!form[@]}"; do
		case $path in "$1" | "$1"/*) unset "form[$path]" "content[$path]" ;; esac
	done
}

read_tree() { # FILE
	local line lines words number=0 open=
	mapfile -t lines <"$1"
	for line in ${lines[@]+"${lines[@]}"}; do
		number=$((number + 1))
		# shellcheck disable=SC2206 # words are meant, and no patterns (-f)
		words=($line)
		case $line in
		"== "*)
			open=${words[1]}
			put "${words[2]:-file}" "$open" ''
			continue
			;;
		"group "*)
			open=sys/kernel/iommu_groups/${words[1]}
			put file "$open/type" "${words[2]}"$'\n'
			open+=/reserved_regions
			put file "$open" ''
			continue
			;;
		"base "*) read_tree "$bases/${words[1]}" ;;
		"no "*) take_away "${words[1]}" ;;
		"= "*) line=${line#= } && put file "${words[1]}" "${line#* }"$'\n' ;;
		"dir "*) put dir "${words[1]}" '' ;;
		"-> "*) put link "${words[1]}" "${words[*]:2}" ;;
		"iommu "*) iommu=${words[1]} ;;
		"pci "*) pci_device "${words[@]:1}" ;;
		*)
			if [ -n "$open" ]; then
				content[$open]+=$line$'\n'
			elif [ -n "$line" ] && [ "${line#\#}" = "$line" ]; then
				echo "$1:$number: not understood: $line" >&2
				return 1
			fi
			continue
			;;
		esac
		open=
	done
}

write_folders() {
	local path
	local -A folders=()
	for path in "${!form[@]}"; do
		case ${form[$path]}:$path in
		dir:*) folders[$path]= ;;
		*/*) folders[${path%/*}]= ;;
		esac
	done
	[ ${#folders[@]} -eq 0 ] || mkdir -p "${!folders[@]}"
}

without_notes() { # TEXT; in $words
	local line lines more
	words=()
	mapfile -t lines <<<"$1"
	for line in "${lines[@]}"; do
		read -r -a more <<<"${line%%#*}"
		words+=(${more[@]+"${more[@]}"})
	done
}

write_file() { # FORM PATH CONTENT
	local words text=$3
	# shellcheck disable=SC2059 # the text is the format, that is the point
	case $1 in
	printf) printf "${text//$'\n'/}" >"$2" ;;
	cells)
		without_notes "$text"
		printf "$(escaped "$(big_endian "${words[@]}")")" >"$2"
		;;
	hex)
		without_notes "$text"
		printf "$(escaped "${words[@]}")" >"$2"
		;;
	file)
		while [ "${text%$'\n\n'}" != "$text" ]; do text=${text%$'\n'}; done
		[ "$text" != $'\n' ] || text=
		printf %s "$text" >"$2"
		;;
	*)
		echo "$2: not known how to write: $1" >&2
		return 1
		;;
	esac
}

write_tree() {
	local path folder targets
	local -A alike=() # links that are called as their target is, by folder
	write_folders
	for path in "${!form[@]}"; do
		case ${form[$path]} in
		dir) ;;
		link)
			if [ "${path##*/}" = "${content[$path]##*/}" ]; then
				alike[${path%/*}]+=${content[$path]}$'\n'
			else
				ln -sT "${content[$path]}" "$path"
			fi
			;;
		*) write_file "${form[$path]}" "$path" "${content[$path]}" ;;
		esac
	done
	for folder in "${!alike[@]}"; do
		mapfile -t targets <<<"${alike[$folder]%$'\n'}"
		ln -s -t "$folder" "${targets[@]}"
	done
}

if [ -f "$case/tree" ]; then
	read_tree "$case/tree"
	write_tree
fi
if [ -d "$case/root" ]; then
	cp -R "$case/root/." .
	chmod -R u+w .
	find . -name '*.hex' | while IFS= read -r hex; do
		write_file hex "${hex%.hex}" "$(<"$hex")"
		rm "$hex"
	done
fi
if [ -f "$case/generate" ]; then
	bash "$case/generate"
fi
if [ -f "$case/modes" ]; then
	while read -r path mode; do
		chmod "$mode" "$path"
	done <"$case/modes"
fi
