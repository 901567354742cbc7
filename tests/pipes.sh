#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is read from pipes and written into files: a file that the user named is waited
# for, one inside a saved tree is not; a snapshot is written whole, private, or not at all.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
"$srcdir/tests/mkroot.sh" "$srcdir/tests/cases/snapshot" root || exit 1
"$IOMMU_RESV" --sysroot root snapshot -o host.json || exit 1
"$srcdir/tests/mkroot.sh" "$srcdir/tests/cases/decode" tables || exit 1
table=$(find tables -name DMAR | head -n1)
"$IOMMU_RESV" --from host.json check >expected

# Half of a file, and the rest once the program waits for it, or has given up.
slowly() { # FILE
	local size
	size=$(wc -c <"$1")
	head -c $((size / 2)) "$1"
	until_it_waits
	tail -c +$((size / 2 + 1)) "$1"
}

until_it_waits() {
	local try state
	for ((try = 0; try < 5000; try++)); do
		[ -s pid ] || continue
		state=$(sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$(cat pid 2>/dev/null)/status" 2>/dev/null)
		case $state in R | D) ;; *) return ;; esac
	done
}

run() { # the program, its process id known
	"$BASH" -c 'echo $$ >pid; exec "$IOMMU_RESV" "$@"' run "$@"
}
export IOMMU_RESV

same() { # NAME: what the program printed is what it prints of the file
	tap_empty "$1" "$(diff expected got)"
	rm -f pid
}

# --- reading ----------------------------------------------------------------------------

run --from <(slowly host.json) check >got 2>&1
same "--from waits for a process substitution"
slowly host.json | run --from - check >got 2>&1
same "--from - waits for standard input"
run --from - check <host.json >got 2>&1
same "--from - reads a file"
mkfifo fifo
slowly host.json >fifo &
run --from fifo check >got 2>&1
same "--from waits for a FIFO"
wait
if tap_python; then
	# behind the closed door merge reads what is there, and waits for the rest
	"$IOMMU_RESV" merge - <host.json >expected
	slowly host.json | "$python" -c 'import os, sys
os.set_blocking(0, False)
os.execv(sys.argv[1], sys.argv[1:])' "$IOMMU_RESV" merge - >got 2>&1
	same "merge - waits for an input that does not block"
fi
"$IOMMU_RESV" --from host.json check --guest host.json | sed 's/host\.json/GUEST/' >expected
"$IOMMU_RESV" --from host.json check --guest - <host.json 2>&1 |
	sed 's/standard input/GUEST/' >got
same "--guest - reads standard input"
"$IOMMU_RESV" decode "$table" | sed "s|$table|TABLE|" >expected
cat "$table" | "$IOMMU_RESV" decode - 2>&1 | sed 's|standard input|TABLE|' >got
same "decode - reads standard input"
head -c 100 "$table" >cut.dat
"$IOMMU_RESV" decode cut.dat - <"$table" >got 2>&1
tap_some "decode - goes with other files" "$(grep 'standard input' got)"
yes '{' | "$IOMMU_RESV" --from - list >got 2>&1
tap $(($? == 3 ? 0 : 1)) "standard input that does not end is given up" "$(head -n3 got)"

# a FIFO in a saved tree that nobody writes into
for file in sys/kernel/iommu_groups/2/reserved_regions proc/iomem proc/cmdline; do
	mkdir -p "root/${file%/*}" && rm -f "root/$file" && mkfifo "root/$file"
done
timeout 60 "$IOMMU_RESV" --sysroot root check >got 2>&1
tap $(($? == 124 ? 1 : 0)) "a FIFO inside a saved tree holds nobody up"

# --- writing ----------------------------------------------------------------------------

mode() { stat -c %a "$1"; }
left() { find . -name '.iommu-resv*'; }

(umask 000 && "$IOMMU_RESV" --from host.json snapshot -o new.json)
tap_empty "a new snapshot is private" "$([ "$(mode new.json)" = 600 ] || mode new.json)"
echo old >old.json && chmod 644 old.json
"$IOMMU_RESV" --from host.json snapshot -o old.json
tap_empty "so is one that replaces a file" \
	"$([ "$(mode old.json)" = 600 ] || mode old.json; cmp new.json old.json 2>&1)"
echo old >old.json
(ulimit -f 1 && exec "$IOMMU_RESV" --from host.json snapshot -o old.json) >got 2>&1
tap $(($? == 3 ? 0 : 1)) "a file that grows too large is an error" "$(cat got)"
tap_empty "the old file is still there, and nothing else" \
	"$(cat old.json | grep -vx old; left)"
(ulimit -f 1 && exec "$IOMMU_RESV" --from host.json snapshot -o absent.json) 2>/dev/null
tap_empty "no cut file is left" "$(ls absent.json 2>/dev/null; left)"
"$IOMMU_RESV" --from host.json snapshot -o /dev/full 2>got
tap $(($? == 3 ? 0 : 1)) "a full device is an error" "$(cat got)"
tap_some "which is named" "$(grep 'No space left on device' got)"
tap_empty "/dev/full is still a device" "$([ -c /dev/full ] || ls -l /dev/full)"
ln -s old.json link.json
"$IOMMU_RESV" --from host.json snapshot -o link.json 2>got
tap $(($? == 3 ? 0 : 1)) "a symbolic link is an error" "$(cat got)"
tap_empty "neither link nor file is touched" \
	"$([ -L link.json ] || ls -l link.json; grep -vx old old.json)"
"$IOMMU_RESV" --from host.json snapshot -o /dev/stdout | cmp - new.json >got 2>&1
tap_empty "a pipe is written into" "$(cat got)"
mkdir folder
"$IOMMU_RESV" --from host.json snapshot -o folder 2>got
tap $(($? == 3 ? 0 : 1)) "a folder is an error" "$(cat got)"

# --- what a snapshot says ---------------------------------------------------------------

"$srcdir/tests/mkroot.sh" "$srcdir/tests/cases/no-iommu" desktop
"$IOMMU_RESV" --sysroot desktop snapshot -o desktop.json 2>got
tap $? "a host without an IOMMU is saved with status 0" "$(cat got)"
tap_empty "nothing is missing there" "$(cat got)"
"$srcdir/tests/mkroot.sh" "$srcdir/tests/cases/rmrr-not-reserved-memmap" zeros
"$IOMMU_RESV" --sysroot zeros snapshot -o zeros.json 2>got
tap $? "one that lacks a file is saved with status 0" "$(cat got)"
tap_some "and it says so" "$(grep '^iommu-resv: without /proc/iomem: ' got)"
tap_empty "in one line" "$(tail -n +2 got)"
tap_done
