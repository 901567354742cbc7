#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What check and list ask of the kernel, on this host and on the host of a case: nothing
# is written, no device node but /dev/iommu is opened or gets an ioctl, and that one no
# other than those that tell its commands and options (tests/unit/collect-iommufd.c looks
# into them), no configuration space is opened. Where one is asked for it is opened to be
# read, unless the device is asleep, and what is mapped is mapped to be read only.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export ASAN_OPTIONS=detect_leaks=0 LC_ALL=C

if ! command -v strace >/dev/null; then
	tap_skip "check and list only read" "strace is not installed"
	tap_done
	exit
fi
if ! strace -o "$tmp/log" true 2>"$tmp/error"; then
	tap_skip "check and list only read" "strace cannot trace here: $(head -n1 "$tmp/error")"
	tap_done
	exit
fi

look() { # WHERE COMMAND ARGUMENT...
	local where=$1 log=$tmp/log status
	shift
	strace -f -y -s 256 -o "$log" "$IOMMU_RESV" "$@" >"$tmp/out" 2>&1 </dev/null
	status=$?
	tap_empty "$where: the program runs to its end" \
		"$([ $status -le 3 ] || { echo "status $status"; tail -n3 "$tmp/out"; })"
	tap_empty "$where: no file is opened for writing" \
		"$(grep -E 'open(at2?)?\(.*(O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND)|creat\(' "$log" |
			grep -vE '"(/dev/null|/?dev/iommu)"')"
	tap_empty "$where: only stdout and stderr are written" \
		"$(grep -E '(^|[0-9] +)(p?writev?2?|pwrite64|sendfile|copy_file_range|splice)\(' "$log" |
			grep -vE 'write[^(]*\([12]<')"
	tap_empty "$where: only netlink is sent to" \
		"$(grep -E '(^|[0-9] +)(sendto|sendm?msg|connect)\(' "$log" |
			grep -vE '\([0-9]+<(NETLINK|socket:\[[0-9]+\]).*(AF_NETLINK|nlmsg)')"
	tap_empty "$where: nothing in a file system is changed" \
		"$(grep -E '(^|[0-9] +)(unlink|rename|mkdir|mknod|symlink|link|f?chmod|f?chown|f?truncate|utimens|f?setxattr|mount)(at|at2|64)?\(' "$log")"
	tap_empty "$where: no ioctl but on stdin, stdout, stderr, sockets and /dev/iommu" \
		"$(grep -E '(^|[0-9] +)ioctl\(' "$log" |
			grep -vE 'ioctl\(([012]<|[0-9]+<socket:|[0-9]+</dev/iommu)')"
	tap_empty "$where: /dev/iommu gets no request of VFIO" \
		"$(grep -E 'ioctl\([0-9]+</dev/iommu' "$log" |
			grep -vE '(0x3b|'"';'"'), 0x([89][0-9a-f]|a0), (0|0x0)\)|, IOMMU_[A-Z_]+, ')"
	tap_empty "$where: no device node but iommu, kmsg, null and urandom is opened" \
		"$(grep -E 'open(at2?)?\([^"]*"(/dev|dev)/[^"]+"' "$log" |
			grep -vE '"/?dev/(iommu|kmsg|null|u?random)"|O_DIRECTORY|O_PATH')"
	case " $* " in
	*" show "* | *" --msi "* | *" --read-msix "*)
		tap_empty "$where: config is only read" \
			"$(grep -E 'open(at2?)?\([^"]*"([^"]*/)?config"' "$log" |
				grep -vE 'O_RDONLY|O_PATH')"
		;;
	*)
		tap_empty "$where: no config is opened" \
			"$(grep -E 'open(at2?)?\([^"]*"([^"]*/)?config"' "$log")"
		;;
	esac
	tap_empty "$where: no file is mapped shared but to be read" \
		"$(grep -E '(^|[0-9] +)mmap2?\(' "$log" | grep MAP_SHARED | grep -v 'PROT_READ, MAP_SHARED')"
	tap_empty "$where: only sources, libraries and the names database are opened" \
		"$(grep -E 'open(at2?)?\([^"]*"/' "$log" |
			grep -vE "\"(/|/(proc|sys|lib|lib64|usr/lib|usr/share/locale|usr/local/lib)(/[^\"]*)?|/dev/kmsg|/dev/null|/dev/iommu|/etc/libnl/[^\"]*|/etc/ld\.so[^\"]*|/usr/share/(misc|hwdata)/pci\.ids[^\"]*|$tmp/root(/sys/bus/pci/devices/[^\"]*/config)?|[^\"]*/lib[^\"/]*\.so[^\"]*)\"")"
	tap_empty "$where: no program is started" "$(grep -E 'execve(at)?\(' "$log" | tail -n +2)"
}

commands=(check list "list --by device" "check --msi" "check --read-msix")
for command in "${commands[@]}"; do
	# shellcheck disable=SC2086 # a command and its options
	look "$command, this host" $command
done
for case in "$srcdir"/tests/cases/*/; do
	if [ ! -f "$case/transcript" ] || [ -f "$case/modes" ] || [ -f "$case/generate" ]; then
		continue
	fi
	"$srcdir/tests/mkroot.sh" "$case" "$tmp/root" || continue
	for command in "${commands[@]:0:4}"; do
		# shellcheck disable=SC2086
		look "$command, case $(basename "$case")" --sysroot "$tmp/root" $command
	done
	break
done

# a tree with configuration spaces: of two devices, one of them asleep
rm -rf "$tmp/root"
"$srcdir/tests/mkroot.sh" "$srcdir/tests/cases/show-msi" "$tmp/root" || exit 1
look "show, case show-msi" --sysroot "$tmp/root" show 00:01.0 00:02.0
opened=$(grep -oE 'open(at2?)?\([^"]*"[^"]*/config", [A-Z_|]*' "$tmp/log" | grep -v O_PATH)
tap_some "show opens the config of a device that is awake" "$(grep -F 00:02.0 <<<"$opened")"
tap_empty "show does not open the config of one that is asleep" "$(grep -F 00:01.0 <<<"$opened")"
look "check, case show-msi" --sysroot "$tmp/root" check
look "list, case show-msi" --sysroot "$tmp/root" list
tap_done
