#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `watch` with uevents of the running kernel, which sends one for what is written into the
# file uevent of the loopback interface. What changes is in a tree that stands in for /sys in
# a mount namespace; tests/lab/scenarios/intel-vfs has devices that really change.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/tap.sh"
export LC_ALL=C TERM=dumb TZ=UTC0
tmp=$(mktemp -d)
watch=''
trap '[ -z "$watch" ] || kill -KILL "$watch"; rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1

# --- the command line -------------------------------------------------------------------

refused() { # NAME PATTERN ARGUMENT...
	local name=$1 pattern=$2 said status
	shift 2
	said=$("$IOMMU_RESV" "$@" 2>&1 </dev/null)
	status=$?
	tap_empty "$name" "$([ $status -eq 3 ] && grep -q "$pattern" <<<"$said" || echo "$status: $said")"
}
refused "another host cannot be watched" "only this host" --from "$srcdir/src/data/examples/laptop.json" watch
refused "a saved tree cannot be watched" "only this host" --sysroot "$tmp" watch
refused "it takes no selector" "no selector" watch 00:03.0
refused "a timeout is a number of seconds" "no number of seconds" watch --timeout 1s

# --- uevents ----------------------------------------------------------------------------

event() { echo change >/sys/class/net/lo/uevent; }
until_said() { # PATTERN [TIMES]: it was printed so often, within 30 seconds
	local try
	for ((try = 0; try < 300; try++)); do
		[ "$(grep -cE -- "$1" said)" -lt "${2:-1}" ] || return 0
		read -rt 0.1 <>nothing
	done
	return 1
}
begin() { # ARGUMENT...: watches the tree, until it looks at uevents
	: >said
	unshare -m env --default-signal=INT ${ignored:+--ignore-signal=$ignored} "$BASH" -c \
		'mount --bind root/sys /sys && exec "$IOMMU_RESV" "$@"' watch watch "$@" >said 2>errors &
	watch=$!
	until_said 'watching:|"watched"'
}
ends() { # NAME [SIGNAL]
	local status
	[ -z "${2-}" ] || kill "-$2" "$watch"
	wait "$watch"
	status=$?
	watch=''
	tap_empty "$1" "$([ $status -eq 0 ] || { echo "status $status" && tail -n 3 errors; })"
}
says() { # NAME PATTERN [TIMES]
	tap_empty "$1" "$(until_said "$2" "${3:-1}" || cat said errors)"
}
end() {
	tap_done
	exit
}

export IOMMU_RESV
mkfifo nothing
"$srcdir/tests/mkroot.sh" "$srcdir/tests/cases/snapshot" root || exit 1
device=root/sys/devices/pci0000:00/0000:00:03.0
if ! { unshare -m true && unshare -m mount --bind root/sys /sys && event; } 2>reason; then
	tap_skip "uevents" "neither uevents nor a mount namespace here: $(head -n 1 reason)"
	end
fi

begin -v
says "it says what it watches" '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\+00:00 watching: 1 device, 1 group, '
for ((i = 0; i < 40; i++)); do event; done
says "a burst is one look" ' looked after 40 uevents: change lo \(net\); nothing changed$'
sed -i 's/^DRIVER=.*/DRIVER=vfio-pci/' "$device/uevent"
event
says "a driver that changed" ' ~ device driver: e1000e -> vfio-pci: 0000:00:03\.0$'
says "a finding that came" ' \+ finding [A-Z]* [a-z-]*: .*: 0000:00:03\.0$'
sed -i 's/^DRIVER=.*/DRIVER=e1000e/' "$device/uevent"
event
says "a finding that went" ' - finding [A-Z]* [a-z-]*: .*: 0000:00:03\.0$'
echo DMA >root/sys/kernel/iommu_groups/2/type
event
says "a domain that changed" ' ~ group domain type: DMA-FQ -> DMA: 2$'
tap_empty "each line has its time" "$(grep -vE '^[0-9]{4}(-[0-9]{2}){2}T[0-9:]{8}\+00:00 [^ ]' said)"
tap_empty "nothing is said twice" "$(grep '[~+-] ' said | sort | cut -d' ' -f2- | uniq -d)"

# more than can wait for a program that does not run
kill -STOP "$watch"
for ((i = 0; i < 5000; i++)); do event; done
kill -CONT "$watch"
says "lost uevents make a look" ' looked after [0-9]* uevents: .*; more were lost; nothing changed$'

if tap_python; then
	before=$(grep -c looked said)
	"$python" - "$watch" <<'PYTHON'
import socket
import sys

s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 15)
s.bind((0, 0))
for message in (b"change@/forged\0ACTION=change\0", b"", b"x", b"\xff" * 60000,
                b"libudev\0" + b"\0" * 100):
    for to in ((0, 1), (int(sys.argv[1]), 0)):
        try:
            s.sendto(message, to)
        except OSError:
            pass  # no port of that number
PYTHON
	event
	says "the next of the kernel" ' looked after 1 uevent: change lo \(net\); nothing changed$'
	tap_empty "what others send makes no look" \
		"$(grep forged said; [ "$(grep -c looked said)" -eq $((before + 1)) ] || cat said)"
fi
ends "SIGTERM ends it" TERM

begin --once
rm -r "$device" root/sys/bus/pci/devices/* root/sys/kernel/iommu_groups/2
event
ends "--once ends with the first change"
says "a device that went" ' - device 8086:10d3, driver e1000e: 0000:00:03\.0$'
chmod -R u+rwX root && rm -r root
"$srcdir/tests/mkroot.sh" "$srcdir/tests/cases/snapshot" root || exit 1

begin
ends "SIGINT ends it" INT
ignored=HUP
begin -v
kill -HUP "$watch"
event
says "a hang-up that is ignored does not end it" ' looked after 1 uevent: '
ends "as SIGTERM does" TERM
ignored=
tap_empty "-q says nothing of the beginning" "$("$IOMMU_RESV" watch -q --timeout 0 2>&1)"
begin --timeout 1
ends "so does --timeout"
: >said
begun=$SECONDS
"$IOMMU_RESV" watch --timeout 60 2>errors | head -n 1 >said
status=${PIPESTATUS[0]}
tap_empty "and a reader that has read enough" \
	"$([ "$status" -eq 0 ] && [ $((SECONDS - begun)) -lt 50 ] || cat said errors)"

# A file that is not there for a while, as when a device is plugged in: the look is made again.
begin -v
mv "$device/uevent" uevent
event
read -rt 1.5 <>nothing
sed 's/^DRIVER=.*/DRIVER=vfio-pci/' uevent >"$device/uevent"
says "a look that sees less is made again" ' ~ device driver: e1000e -> vfio-pci: 0000:00:03\.0$'
tap_empty "and nothing seems to have gone" "$(grep -E ' - |does not say' said)"
mv uevent "$device/uevent"
ends "SIGTERM ends that, too" TERM

# Between the bus and procfs a function is being added, and not yet in its group.
"$srcdir/tests/mkroot.sh" "$srcdir/tests/cases/device-outside-every-unit" outside || exit 1
mkdir -p bus/pci/00
touch bus/pci/devices
in_between() { # what is said of the function meanwhile
	unshare -m "$BASH" -c 'mount --bind outside/sys /sys && mount --bind bus /proc/bus &&
		exec "$IOMMU_RESV" check' 2>&1
}
if [ -d /proc/bus ]; then
	tap_some "a function that is being added is not left out by firmware" \
		"$(in_between | grep 'is being added$' && ! in_between | grep device-outside)"
	touch bus/pci/00/09.0
	tap_some "one that is there is" "$(in_between | grep device-outside)"
	mv bus/pci/00 bus/pci/0000:00 # as on arm64
	tap_some "also where folders are named by the domain" "$(in_between | grep device-outside)"
fi

begin -J
sed -i 's/^DRIVER=.*/DRIVER=vfio-pci/' "$device/uevent"
event
says "JSON, too, says what changed" '"what": "driver", "was": "e1000e", "now": "vfio-pci"'
ends "SIGTERM ends JSON" TERM
JSON_DIR=${JSON_DIR:-$builddir/tests/json}
mkdir -p "$JSON_DIR"
number=0
while read -r line; do
	number=$((number + 1))
	printf '%s\n' "$line" >"$JSON_DIR/watch.$number" # for tests/schema.sh
done <said
tap_empty "it is a document for each line" "$([ $number -eq 2 ] || cat said)"
end
