# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# TAP for shell scripts: `. tests/tap.sh`, any number of `tap`, last `tap_done`.

tap_count=0
tap_failed=0

# tap STATUS NAME [DETAILS]: one test point; DETAILS are shown when it failed.
tap() {
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
		return
	fi
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $2"
	if [ -n "${3-}" ]; then
		printf '%s\n' "$3" | sed 's/^/# /'
	fi
}

# tap_empty NAME TEXT: passes when nothing was found.
tap_empty() {
	if [ -z "$2" ]; then tap 0 "$1"; else tap 1 "$1" "$2"; fi
}

# tap_some NAME TEXT: passes when something was found.
tap_some() {
	if [ -n "$2" ]; then tap 0 "$1"; else tap 1 "$1" "nothing was found"; fi
}

# tap_skip NAME REASON
tap_skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# tap_python: sets python, Debian's own where it is there, since an unprivileged user can run
# it too; false if none runs.
tap_python() {
	python=/usr/bin/python3
	[ -x "$python" ] || python=python3
	"$python" -c '' 2>/dev/null
}

# tap_hosts: the names of the cases that have a tree; only each HOSTS_STEP-th where that is set,
# for a build in which all would take long and in another build do already.
tap_hosts() {
	# shellcheck disable=SC2154 # srcdir is the script's
	for tap_host in "$srcdir"/tests/cases/*/tree; do
		tap_host=${tap_host%/tree}
		echo "${tap_host##*/}"
	done | awk -v step="${HOSTS_STEP:-1}" 'NR % step == 0'
}

# tap_over_hosts SCRIPT NAME [CASE]...: runs tests/SCRIPT (see tests/hosts.py) on the hosts of the
# cases, of all unless some are named.
tap_over_hosts() {
	tap_script=$srcdir/tests/$1 tap_name=$2
	shift 2
	if ! tap_python; then
		tap_skip "$tap_name" "python3 is not installed"
		tap_done
		return
	fi
	# shellcheck disable=SC2046 # a word each
	[ $# -gt 0 ] || set -- $(tap_hosts)
	unset NO_COLOR CLICOLOR CLICOLOR_FORCE COLUMNS
	tap_tmp=$(mktemp -d) && trap 'chmod -R u+rwX "$tap_tmp"; rm -rf "$tap_tmp"' EXIT
	"$python" -B "$tap_script" "$IOMMU_RESV" "$srcdir" "$tap_tmp" "$@"
}

tap_done() {
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ]
}
