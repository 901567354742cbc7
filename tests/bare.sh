# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# For what runs in a bare Debian of each suite, which debootstrap makes: `. tests/bare.sh` sets
# suites to the arguments (bookworm and trixie, where there are none) and top to a folder that
# goes with the script. Needs root and debootstrap; the mirror is the one that apt uses on this
# machine.
suites=("$@")
[ ${#suites[@]} -gt 0 ] || suites=(bookworm trixie)

[ "$(id -u)" -eq 0 ] || { echo "${0##*/}: needs root" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "${0##*/}: debootstrap is not installed" >&2; exit 1; }
mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(COMPONENT)' |
	awk '$2 == "Debian" && $3 == "main" && $1 !~ /security/ { print $1; exit }')
[ -n "$mirror" ] || { echo "${0##*/}: apt names no Debian mirror here" >&2; exit 1; }

top=$(mktemp -d)
clean() {
	local dir
	for dir in "$top"/*/proc "$top"/*/dev/pts; do
		! mountpoint -q "$dir" || umount "$dir"
	done
	rm -rf --one-file-system "$top"
}
trap clean EXIT

make_bare() { # SUITE DIR [OPTION OF debootstrap]...; else the log is $top/log
	local suite=$1 dir=$2
	shift 2
	debootstrap --variant=minbase "$@" "$suite" "$dir" "$mirror" >"$top/log" 2>&1 || return 1
	cp /etc/resolv.conf "$dir/etc/resolv.conf"
	# how this machine reaches its mirror, should it need a proxy
	apt-config dump | grep -E '^Acquire::https?::' >"$dir/etc/apt/apt.conf.d/90host" || true
}

# What is committed here goes into a bare Debian, which can then run things.
bring() { # DIR
	git clone -q --no-hardlinks . "$1/root/iommu-resv"
}

run_in() { # DIR COMMAND ARGUMENT...
	local dir=$1
	shift
	mountpoint -q "$dir/proc" || mount -t proc proc "$dir/proc"
	mountpoint -q "$dir/dev/pts" || mount -t devpts -o newinstance,ptmxmode=0666 devpts "$dir/dev/pts"
	chroot "$dir" env -i HOME=/root TERM=dumb DEBIAN_FRONTEND=noninteractive \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		"$@" </dev/null 2>&1
}

passed=0 failed=0
result() { # STATUS NAME
	if [ "$1" -eq 0 ]; then
		echo "ok - $2"
		passed=$((passed + 1))
	else
		echo "not ok - $2"
		failed=$((failed + 1))
	fi
}
sum() {
	echo "$passed passed, $failed failed, 0 skipped"
	[ $failed -eq 0 ]
}
