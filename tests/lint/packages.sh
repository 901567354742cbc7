#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the packages say of the program: their lists name what `make install` puts there, no
# more and no less, and they want what configure and bootstrap want.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
builddir=$(cd "${builddir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C
debian=$srcdir/src/data/debian
spec=$srcdir/src/data/iommu-resv.spec.in
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

# --- files --------------------------------------------------------------------------------

# Installs as a package does, wherever this build was meant to go; prints the files.
installed() { # DIR [VARIABLE=VALUE]...
	local dir=$1
	shift
	env -u MAKEFLAGS -u MFLAGS make -s -C "$builddir" install DESTDIR="$dir" prefix=/usr exec_prefix=/usr \
		bindir=/usr/bin datarootdir=/usr/share datadir=/usr/share mandir=/usr/share/man \
		pkgdatadir=/usr/share/iommu-resv "$@" >"$root/log" 2>&1 || cat "$root/log"
	find "$dir" ! -type d -printf '/%P\n' | sort
}

listed_spec() { # the lines of %files that are no document and no folder
	sed -n '/^%files/,/^%changelog/p' "$spec" | grep -E '^%\{' |
		sed 's,%{_prefix},/usr,; s,%{_bindir},/usr/bin,; s,%{_datadir},/usr/share,; s,%{_mandir},/usr/share/man,'
}
listed_deb() { sed 's,^,/,' "$debian/iommu-resv.install"; }
deb_variables() { sed -n 's/.*dh_auto_install .* -- //p' "$debian/rules"; }

unlisted() { # FILES PATTERNS: files that no pattern names
	local file pattern found
	while read -r file; do
		found=
		while read -r pattern; do
			# shellcheck disable=SC2254 # it is a pattern
			case $file in $pattern) found=1 ;; esac
		done <<<"$2"
		[ -n "$found" ] || echo "$file"
	done <<<"$1"
}
empty_patterns() { # FILES PATTERNS: patterns that name no file
	local file pattern found
	while read -r pattern; do
		found=
		while read -r file; do
			# shellcheck disable=SC2254 # it is a pattern
			case $file in $pattern) found=1 ;; esac
		done <<<"$1"
		[ -n "$found" ] || echo "$pattern"
	done <<<"$2"
}
compare() { # PACKAGE FILES PATTERNS
	tap_some "make install puts files there for the $1" "$2"
	tap_empty "the $1 names each file that make install puts there" "$(unlisted "$2" "$3")"
	tap_empty "the $1 names no other file" "$(empty_patterns "$2" "$3")"
}

compare "rpm" "$(installed "$root/rpm")" "$(listed_spec)"
# shellcheck disable=SC2046 # several words
compare "deb" "$(installed "$root/deb" $(deb_variables))" "$(listed_deb)"

# --- what they need -----------------------------------------------------------------------

modules=$(sed -n 's/^PKG_CHECK_MODULES(\[[A-Z]*\], \[\([^]]*\)\].*/\1/p' "$srcdir/configure.ac" |
	grep -oE '[a-z0-9.-]+ >= [0-9.]+' | grep -v '^cmocka' | sort)
tap_some "configure wants libraries" "$modules"
tap_empty "the rpm wants the libraries of configure" \
	"$(diff <(echo "$modules") <(sed -n 's/^BuildRequires: *pkgconfig(\(.*\))/\1/p' "$spec" | sort))"
tap_empty "the deb wants the versions of configure, and libfdt 1.6" \
	"$(diff <(printf '%s\nlibfdt >= 1.6\n' "$modules" | sed 's/.* //' | sort) \
		<(grep -oE '^ lib.*>= ([0-9]:)?[0-9.]+' "$debian/control" | sed 's/.*[ :]//' | sort))"
tap_empty "the deb wants the packages of bootstrap, but for what every build has" \
	"$(diff <(sed -n '/^build_packages=(/,/)/p' "$srcdir/bootstrap" | tr -d '()' | sed 's/.*=//' | tr -s '\t ' '\n' |
		grep -vxE 'autoconf|automake|gcc|libc6-dev|make|' | sort) \
		<(sed -n '/^Build-Depends:/,/^[A-Z]/p' "$debian/control" | grep -v nocheck | grep -oE '^ [a-z0-9-]+' | tr -d ' ' |
			grep -vx debhelper-compat | sort))"
tap_empty "the spec of this build has the version of the program" \
	"$(diff <("$IOMMU_RESV" --version) <(sed -n 's/^Version: */iommu-resv /p' "$builddir/iommu-resv.spec"))"
tap_done
