#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A program that is interrupted, or fails, at any system call from the one that makes the
# temporary file on leaves the old file or the new one, whole; and nothing beside it, but
# for SIGKILL, which nobody can wait for.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb ASAN_OPTIONS=detect_leaks=0 SOURCE_DATE_EPOCH=1800000000

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
if ! strace -o log true 2>reason; then
	tap_skip "what is written is written whole" "strace cannot trace here: $(head -n 1 reason)"
	tap_done
	exit
fi
"$srcdir/tests/mkroot.sh" "$srcdir/tests/cases/snapshot" root || exit 1
"$IOMMU_RESV" --sysroot root snapshot -o host.json || exit 1

# The calls from the one that makes the temporary file on, "NAME NUMBER": the how manieth of
# its name in the run.
calls() { # LOG
	sed -n 's/^\([a-z0-9_]*\)(.*/\1 &/p' "$1" | awk '
		{ n[$1]++ }
		/O_CREAT/ { writing = 1 }
		writing && $1 != "exit_group" { print $1, n[$1] }'
}

begin() {
	rm -rf folder
	mkdir folder
	echo old >folder/out
}

# strace itself gets the signal of the program that it traced, and says so.
inject() { # HOW CALL NUMBER COMMAND...
	local how=$1 call=$2 number=$3
	shift 3
	begin
	{ strace -o log -e "inject=$call:$how:when=$number" "$IOMMU_RESV" "$@"; } >said 2>&1
}

whole() { # WANTED: the file that is there
	grep -qx old folder/out && [ "$(wc -l <folder/out)" -eq 1 ] || same "$1"
}
same() { cmp -s "$1" folder/out; }

beside() { find folder -mindepth 1 ! -name out; }

try() { # NAME SIGNALS COMMAND...: which writes folder/out
	local name=$1 signals=$2 call number signal status tried=0 wrong='' left=0
	shift 2
	begin
	strace -o log "$IOMMU_RESV" "$@" >said 2>&1
	calls log >calls
	cp folder/out wanted
	while read -r call number; do
		for signal in $signals; do
			inject "signal=SIG$signal" "$call" "$number" "$@"
			status=$?
			tried=$((tried + 1))
			whole wanted || wrong+="SIG$signal at $call $number: neither the old file nor the new one"$'\n'
			if [ $signal = KILL ]; then
				left=$((left + $(beside | wc -l)))
				[ "$(beside | grep -cvE '^folder/\.iommu-resv\.[A-Za-z0-9]{6}$')" -eq 0 ] ||
					wrong+="SIGKILL at $call $number leaves $(beside)"$'\n'
			else
				[ -z "$(beside)" ] || wrong+="SIG$signal at $call $number leaves $(beside)"$'\n'
			fi
			[ $status -eq 0 ] || [ $status -gt 128 ] || wrong+="SIG$signal at $call $number: status $status"$'\n'
		done
	done <calls
	tap_empty "$name: $tried signals at $(wc -l <calls) calls" "$wrong"
	tap_some "$name: SIGKILL leaves the temporary file, as the manual says" "$left"
	[ $tried -gt 8 ] || tap 1 "$name: calls are there to be interrupted" "$(cat calls)"
}

fail() { # NAME COMMAND...
	local name=$1 fault status wrong=''
	shift
	for fault in write:ENOSPC write:EIO fsync:EIO fsync:EDQUOT rename:EACCES rename:EXDEV; do
		inject "error=${fault#*:}" "${fault%:*}" "$(awk -v call="${fault%:*}" '$1 == call { print $2; exit }' calls)" "$@"
		status=$?
		[ $status -eq 3 ] || wrong+="$fault: status $status"$'\n'
		grep -q '^iommu-resv: .*folder/out: ' said || wrong+="$fault: $(head -n 2 said)"$'\n'
		grep -qx old folder/out || wrong+="$fault: the old file has gone"$'\n'
		[ -z "$(beside)" ] || wrong+="$fault leaves $(beside)"$'\n'
	done
	tap_empty "$name: what fails is said, and the old file stays" "$wrong"
}

try "snapshot -o" "TERM INT HUP PIPE KILL" --from host.json snapshot -o folder/out
fail "snapshot -o" --from host.json snapshot -o folder/out
try "report --attach" "TERM KILL" --from host.json report --attach folder/out
fail "report --attach" --from host.json report --attach folder/out
try "check -o" "TERM KILL" --from host.json check --format prometheus -o folder/out
tap_done
