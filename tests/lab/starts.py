# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU's starts in a guest, against what `fit` says of them: does it start; if not, by which call and errno, and because
of which addresses; if it does, is its memory where `fit` sees it."""
import re

ERRNOS = {"Invalid argument": "EINVAL", "Operation not permitted": "EPERM", "Cannot allocate memory": "ENOMEM"}
# What QEMU says when a call for the device fails.
CALLS = {
    "ailed to set group container": "VFIO_GROUP_SET_CONTAINER",
    "ailed to set iommu for container": "VFIO_SET_IOMMU",
    "error getting device from group": "VFIO_GROUP_GET_DEVICE_FD",
    "error bind device": "VFIO_DEVICE_BIND_IOMMUFD",
    "error attach ": "VFIO_DEVICE_ATTACH_IOMMUFD_PT",
}
MAP = re.compile(r"dma_map\(0x[0-9a-f]+, (0x[0-9a-f]+), (0x[0-9a-f]+), 0x[0-9a-f]+\) = -\d+ \(([^)]*)\)")
# A line of its "memory" that VFIO maps.
FLAT = re.compile(r"^ *([0-9a-f]{16})-([0-9a-f]{16}) \(prio \d+, r[ao]m\)", re.M)
MAPPED = ("ram", "rom", "given")


def span(there):
    return int(there["first"], 16), int(there["last"], 16)


def overlaps(a, b):
    return a[0] <= b[1] and b[0] <= a[1]


def lies_in(inner, spans):
    """In one of them, or in several that touch."""
    at = inner[0]
    for first, last in sorted(spans):
        if first <= at <= last:
            at = last + 1
    return at > inner[1]


class Start:
    """One start: what the program said before, and what came of it."""

    def __init__(self, interface, host, said, err, status, log):
        self.interface = interface
        self.fit, self.devices = host.data.get("fit"), host.data.get("devices") or []
        self.said, self.err, self.log = said, err, log
        self.up = '"status": "prelaunch"' in said and status.strip() == "0"

    def facts(self):
        """(is it right, what is said instead)"""
        if not self.fit:
            yield from self.unlocked()
            return
        yield (self.fit["answer"] in ("yes", "yes-but", "no") and (self.fit["answer"] == "no") != self.up,
               f"{self.fit['answer']}; QEMU {'starts' if self.up else self.err[-400:]}")
        if self.up:
            yield from self.memory()
        elif (self.fit["guest"] or {}).get("too_high"):
            yield "phys-bits too low" in self.err, f"too high; QEMU: {self.err[-400:]}"
        else:
            yield from self.refused() if self.fit["refused"] else self.unmapped()
            yield from self.known()

    def unlocked(self):
        """`fit` was not asked: addresses are not what is missing."""
        call = MAP.search(self.err)
        yield not self.up and call and ERRNOS.get(call[3]) == "ENOMEM", f"no ENOMEM; QEMU: {self.err[-400:]}"
        yield from self.known()

    def memory(self):
        views = [v for v in self.said.replace("\\r\\n", "\n").split("FlatView #") if 'AS \\"memory\\"' in v]
        flat = [(int(a, 16), int(b, 16)) for a, b in FLAT.findall(views[0])] if views else []
        yield bool(flat), "QEMU does not say where its memory is"
        holes = [span(h) for h in self.fit["holes"]]
        parts = [span(r) for r in self.fit["ranges"] if r["use"] in MAPPED]
        for there in flat:
            yield any(lies_in(there, [hole]) for hole in holes), f"mapped outside the holes: {there}"
            yield lies_in(there, parts), f"in no part of the guest: {there}"
        for there in parts:
            yield any(overlaps(there, f) and f[1] <= there[1] for f in flat), f"QEMU has nothing at {there}"

    def unmapped(self):
        """The range that was refused is one that does not fit, and is refused as is said."""
        call = MAP.search(self.err)
        if not call:
            yield False, f"no mapping failed: {self.err[-400:]}"
            return
        first, size, error = int(call[1], 16), int(call[2], 16), ERRNOS.get(call[3], call[3])
        errno = next((r["errno"] for r in self.fit["refusals"]
                      if r["interface"] == self.interface and not r["mapped_before"]), None)
        yield error == errno, f"predicted {errno}; QEMU: {call[0]}"
        wrong = [span(h) for r in self.fit["ranges"] if r["answer"] == "no" and r["use"] in MAPPED
                 for h in r["in_the_way"]]
        yield any(overlaps((first, first + size - 1), w) for w in wrong), f"in the way: {wrong}; QEMU: {call[0]}"

    def refused(self):
        """By the call and the errno that are predicted. QEMU asks by itself whether a group is viable."""
        predicted = [d["assign"][self.interface] | {"kinds": [o["kind"] for o in d["assign"]["obstacles"]]}
                     for d in self.devices if d.get("assign") and d["assign"][self.interface]["verdict"] == "refused"]
        if " is not viable" in self.err:
            yield any("driver" in p["kinds"] for p in predicted), f"predicted {predicted}; QEMU: {self.err[-400:]}"
            return
        call = next((c for text, c in CALLS.items() if text in self.err), None)
        errno = next((e for text, e in ERRNOS.items() if text in self.err), None)
        yield (any((p["call"], p["errno"]) == (call, errno) for p in predicted),
               f"predicted {predicted}; QEMU: {self.err[-400:]}")

    def known(self):
        """What the program makes of QEMU's lines."""
        found = [f["id"] for f in self.log.data.get("findings") or []]
        yield "qemu-contradicts-prediction" not in found, "the program takes QEMU's lines for a contradiction"
        yield not MAP.search(self.err) or "qemu-map-refused" in found, f"QEMU's lines are not understood: {found}"
