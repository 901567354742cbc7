# SPDX-License-Identifier: GPL-2.0-or-later
"""A host that changes while it is read makes no false claim: at each openat2 of `check` the tree is exchanged for another
one (faults.c), so that what was read before is of one host, and all that follows of the other.

From each tree come others: without one of its devices, with another driver for it, with the numbers of two groups
exchanged. Each pair is read both ways. What the run says then, either host alone makes it say: each finding, and of each
device its verdicts, its driver and its regions. Or it says that it could not look: the verdict is unknown, the regions
were not read.

Where it changes all the time nothing is claimed. And where a single file vanishes there is no finding that was not there
before. For blindness.py.
"""
import json
import os
import shutil
import subprocess

CASES = {
    "changes": ("rmrr-on-pf-with-vfs", "group-not-viable"),
    "storm": ("rmrr-on-pf-with-vfs",),
    "vanishing": ("rmrr-on-pf-with-vfs", "host-laptop"),
}
SYSFS = "sys/bus/pci/devices"
GROUPS = "sys/kernel/iommu_groups"


class Said:
    """What one run printed as JSON."""

    def __init__(self, status, text):
        self.status = status
        try:
            self.data = json.loads(text)
        except ValueError:
            self.data = {}
        self.devices = {d["name"]: d for d in self.data.get("devices", [])}
        groups = {g["id"]: g for g in self.data.get("groups", [])}
        self.regions = {}
        for name, device in self.devices.items():
            group = device.get("group")
            self.regions[name] = None if groups.get(group, {}).get("regions_state", "read") != "read" else sorted(
                (r["first"], r["last"], r["type"]) for r in self.data["regions"] if r.get("group") == group)

    def findings(self):
        return {(f["id"], tuple(f.get("devices", []))) for f in self.data.get("findings", [])}


def wrong_findings(said, hosts):
    known = [finding for host in hosts for finding in host.findings()]
    for rule, devices in said.findings():
        if not any(rule == r and set(devices) <= set(d) for r, d in known):
            yield f"{rule} {' '.join(devices)}"


def wrong_devices(said, hosts):
    for name, device in said.devices.items():
        others = [host.devices[name] for host in hosts if name in host.devices]
        if not others:
            yield f"{name} is on neither host"
        for via in ("vfio", "iommufd"):
            verdict = device["assign"][via]["verdict"]
            if verdict not in ["unknown"] + [o["assign"][via]["verdict"] for o in others]:
                yield f"{name} is {verdict} ({via}): {device['assign'][via].get('reason')}"
        if device.get("driver") not in [None] + [o.get("driver") for o in others]:
            yield f"{name} has the driver {device.get('driver')}"
        regions = said.regions[name]
        if regions is not None and device.get("group") is not None and \
                regions not in [host.regions.get(name) for host in hosts]:
            yield f"{name} has the regions {regions}"


def wrong(said, hosts):
    if said.status not in range(4) or not said.data:
        return [f"exit {said.status}, {len(said.data)} members"]
    if "error" in said.data:
        return [] if said.status == 3 else [f"exit {said.status} with an error"]
    reasons = list(wrong_findings(said, hosts)) + list(wrong_devices(said, hosts))
    if said.status not in [3] + [host.status for host in hosts]:
        reasons.append(f"exit {said.status}, not {hosts[0].status}, {hosts[1].status} or 3")
    return reasons


# --- Trees from a tree ---

def names(path):
    return sorted(os.listdir(path)) if os.path.isdir(path) else []


def functions(tree):
    """(name, group or None) of each PCI function"""
    group_of = {name: group for group in names(os.path.join(tree, GROUPS))
                for name in names(os.path.join(tree, GROUPS, group, "devices"))}
    return [(name, group_of.get(name)) for name in names(os.path.join(tree, SYSFS))]


def remove(path):
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
    elif os.path.isdir(path):
        shutil.rmtree(path)


def without(tree, name, group):
    """The function is gone; its group as well, if it was alone."""
    remove(os.path.realpath(os.path.join(tree, SYSFS, name)))
    remove(os.path.join(tree, SYSFS, name))
    for iommu in names(os.path.join(tree, "sys/class/iommu")):
        remove(os.path.join(tree, "sys/class/iommu", iommu, "devices", name))
    if group is None:
        return
    remove(os.path.join(tree, GROUPS, group, "devices", name))
    if not names(os.path.join(tree, GROUPS, group, "devices")):
        remove(os.path.join(tree, GROUPS, group))


def with_driver(tree, name, driver):
    path = os.path.join(tree, SYSFS, name, "uevent")
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("DRIVER=")]
    with open(path, "w", encoding="utf-8") as file:
        file.writelines([f"DRIVER={driver}\n"] * bool(driver) + lines)


def exchanged(tree, one, other):
    """The groups have each other's number, as after both were made anew."""
    paths = [os.path.join(tree, GROUPS, number) for number in (one, other)]
    os.rename(paths[0], paths[0] + ".0")
    os.rename(paths[1], paths[0])
    os.rename(paths[0] + ".0", paths[1])


def others(tree):
    """(what is different, function that makes it so)"""
    there = functions(tree)
    for name, group in there:
        if not names(os.path.join(tree, SYSFS, name, "pci_bus")):
            yield f"{name} comes or goes", lambda t, n=name, g=group: without(t, n, g)
    for name, _ in there[:2]:
        for driver in ("vfio-pci", None):
            yield f"{name} has the driver {driver}", lambda t, n=name, d=driver: with_driver(t, n, d)
    numbers = sorted({group for _, group in there if group is not None})
    for one, other in zip(numbers, numbers[1:]):
        yield f"groups {one} and {other} change numbers", lambda t, a=one, b=other: exchanged(t, a, b)


# --- Runs ---

def said_of(lab, case, tree):
    return Said(*lab.run("--sysroot", tree, "check", *lab.options(case), "-J"))


def try_changes(lab, case, tree, results_of_calls):
    tried, found = 0, []
    pairs = list(others(tree)) if os.environ.get("THOROUGH") else list(others(tree))[1::3]
    for number, (what, change) in enumerate(pairs):
        copies = [f"{tree}.{number}{side}" for side in "ab"]
        for copy in copies:
            shutil.copytree(tree, copy, symlinks=True)
        change(copies[1])
        hosts = [said_of(lab, case, copy) for copy in copies]
        for way in (copies, copies[::-1]):
            swap = ":".join(os.path.join(copy, "sys") for copy in way)
            for call, _, path, status, text in results_of_calls(lab, case, way[0], FAULTS_SWAP=swap):
                tried += 1
                found += [(f"{what}, {call} {path.replace(way[0] + '/', '')}", reason)
                          for reason in wrong(Said(status, text), hosts)]
    return tried, found


# --- A host that never comes to rest ---

# Whenever the last folder is listed that says which devices there are, others are there.
RESTLESS = "sys/bus/pci/devices"
NEVER_THE_SAME = "devices came and went each time this was read"


def try_storm(lab, case, tree):
    """Nothing is claimed then, whichever command looks."""
    _, change = next(others(tree))
    other, found = tree + ".other", []
    shutil.copytree(tree, other, symlinks=True)
    change(other)
    name = functions(tree)[0][0]
    environment = dict(os.environ, LD_PRELOAD=lab.library, FAULTS_AT=RESTLESS,
                       FAULTS_SWAP=":".join(os.path.join(t, "sys") for t in (tree, other)))
    commands = (["check"], ["check", "-v"], ["check", "-J"], ["check", "--format", "nagios"], ["list"], ["list", "-J"],
                ["report"], ["map"], ["show", name], ["assign", name], ["list", name])
    for command in commands:
        done = subprocess.run([lab.program, "--sysroot", tree, *command], capture_output=True, env=environment,
                              stdin=subprocess.DEVNULL, check=False)
        text = (done.stdout + done.stderr).decode()
        claims = [line for line in text.splitlines()
                  if "no IOMMU" in line or "No IOMMU" in line or "there is no" in line or "is in no" in line]
        if NEVER_THE_SAME not in text.replace("\n          ", " ") and name not in command:
            claims.append("it does not say why")
        if done.returncode != 3:
            claims.append(f"exit {done.returncode}")
        found += [(" ".join(command), claim) for claim in claims]
    snapshot = subprocess.run([lab.program, "--sysroot", tree, "snapshot"], capture_output=True, env=environment,
                              stdin=subprocess.DEVNULL, check=False)
    if NEVER_THE_SAME not in snapshot.stderr.decode() or json.loads(snapshot.stdout).get("devices"):
        found.append(("snapshot", "it does not say why"))
    return len(commands) + 1, found


# --- Files that vanish ---

# ENOENT is the same to the program, and so are EIO and all that it does not know.
GONE = "19,116"  # ENODEV, ESTALE


def try_vanishing(lab, case, tree, results_of_calls):
    """One that is read, or listed, has gone: the rest of the host has no other findings than before."""
    whole = said_of(lab, case, tree)
    tried, found = 0, []
    for call, error, path, status, text in results_of_calls(lab, case, tree, FAULTS_ERRORS=GONE):
        tried += 1
        name = f"{call} {os.strerror(error)} {path.replace(tree + '/', '')}"
        found += [(name, reason) for reason in wrong(Said(status, text), [whole, whole])
                  if not reason.startswith("exit ")]  # of what is lost the other ways tell
    return tried, found
