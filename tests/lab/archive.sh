# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Packages of another suite or architecture, unpacked but never installed. Sourced by `kernels`, `cross-build` and
# `systemd`; needs bash.

cache=${IOMMU_RESV_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/iommu-resv}

say() { printf '%s\n' "$*" >&2; }
die() { say "$0: $*"; exit 1; }

# The architectures of the lab, as Debian calls them; names.py has them too.
architectures='amd64 arm64 riscv64'

# What compilers call architecture $1.
triplet_of()
{
	case $1 in
	amd64) echo x86_64-linux-gnu ;;
	arm64) echo aarch64-linux-gnu ;;
	*)     echo "$1-linux-gnu" ;;
	esac
}

# The mirror of archive $1 that this host's own apt uses.
archive_mirror()
{
	apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | sed 's,/*$,,' | grep -E -m1 "/$1(\.list)?\$" || true
}

# apt as seen by a host of architecture $1 that has the suites which kernels come from: 5.10 from bullseye-security, 6.1
# from bookworm, 6.12 from trixie, what came between from trixie-backports, the newest from there and from sid. RISC-V is in
# Debian since trixie. Nothing of the host's own package state is read or changed, so this works as any user.
archive_open()
{
	local arch=$1
	[ "$arch" != "${archive_arch:-}" ] || return 0
	archive_arch=$arch
	local state=$cache/apt-$arch mirror security signed='' suite keyring old=bookworm older=bullseye

	[ "$arch" != riscv64 ] || old='' older=''
	mirror=$(archive_mirror debian) security=$(archive_mirror debian-security)
	keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	[ -r "$keyring" ] && signed="[signed-by=$keyring] "
	mkdir -p "$state/lists/partial" "$state/archives/partial"
	# A list whose text is the same keeps its time: apt uses it to judge its caches.
	{
		for suite in $old trixie trixie-backports sid; do
			echo "deb $signed$mirror $suite main"
		done
		for suite in $older $old trixie; do
			echo "deb $signed${security:-$mirror-security} $suite-security main"
		done
	} >"$state/sources.list.new"
	cmp -s "$state/sources.list.new" "$state/sources.list" ||
		cp "$state/sources.list.new" "$state/sources.list"

	# An index past its date is still signed, and good enough for kernels that are only looked at.
	apt_options=(-qq -o Acquire::Check-Valid-Until=false
		-o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o Dir::State::Lists="$state/lists" -o Dir::State::status=/dev/null
		-o Dir::Cache="$state" -o APT::Architecture="$arch" -o APT::Architectures="$arch"
		-o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=2
		-o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
		-o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false)

	[ -n "$mirror" ] &&
		apt-get "${apt_options[@]}" -o APT::Update::Error-Mode=any update >"$state/update.log" 2>&1 ||
		say "archive: not all of the package index for $arch can be refreshed ($state/update.log)"
}

# The packages whose name matches the expression $1, the newest last.
archive_names()
{
	apt-cache "${apt_options[@]}" search --names-only "^($1)\$" 2>/dev/null | cut -d' ' -f1 | sort -V
}

# The newest of them.
archive_newest() { archive_names "$1" | tail -n1; }

# The newest version of package $1.
archive_version()
{
	apt-cache "${apt_options[@]}" show --no-all-versions "$1" 2>/dev/null |
		sed -n 's/^Version: //p' | head -n1
}

# The package $2 of suite $1 and all that it needs of other packages, as NAME=VERSION, in the order of installation.
archive_needs()
{
	apt-get "${apt_options[@]}" -s -t "$1" --no-install-recommends install "$2" 2>/dev/null |
		sed -n 's/^Inst \([^ ]*\) (\([^ ]*\) .*/\1=\2/p'
}

# Unpacks the packages $2... (NAME=VERSION or NAME/SUITE) into folder $1.
archive_unpack()
{
	local into=$1 deb
	shift
	mkdir -p "$into/.debs"
	(cd "$into/.debs" && apt-get "${apt_options[@]}" download "$@") >&2 || return 1
	for deb in "$into"/.debs/*.deb; do
		dpkg-deb -x "$deb" "$into" || return 1
	done
	rm -rf "$into/.debs"
}
